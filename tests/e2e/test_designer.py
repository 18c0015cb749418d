"""A business user makes a new life event of existing items, and an applicant runs it to its end; no code."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.house import RunningHouse
from tests.e2e.klm import Hands
from tests.e2e.test_browser import ENDS, browser
from tongban.runtime.seed import PASSWORD

__all__ = ["browser"]
pytestmark = [pytest.mark.slow, pytest.mark.publishes]

PICTURES = os.environ.get("PICTURES")
"""Folder for the documents' pictures; they are made only when it is named."""
TEN_MINUTES = 600
NAME = "外卖骑手安家"
ITEMS = {
    "灵活就业登记": "flexible_employment_registration",
    "灵活就业医保": "flexible_medical_insurance",
    "社保卡": "social_security_card_issue",
    "公交": "transit_card_activation",
}
"""What the business user types into the palette's search → the item that is meant."""
ANSWERS = {
    "applicant.flexible_work_kind": "platform",
    "applicant.flexible_work_place": "岳麓配送站",
    "applicant.monthly_income": "2600",
    "applicant.medical_tier": "60",
    "applicant.withhold_card": "6222020200112233445",
    "application.card_request": "third_generation",
    "application.contact_phone": "13800138000",
    "applicant.transit_discount": "none",
    "year": "2026", "month": "10", "day": "1",
}  # fmt: skip
"""What the applicant answers where it matters; elsewhere the first of what is offered."""


@contextmanager
def at_a_desk(browser: Browser, house: RunningHouse, name: str, width: int = 1280) -> Iterator[Hands]:
    """Somebody at a browser of their own; broken scripts and refused resources fail the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", base_url=house.url
    )
    context.set_default_timeout(ENDS)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield Hands(page, name)
    context.close()
    assert broken == []


def picture(page: Page, name: str) -> None:
    """Keep a picture for the documents."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"designer-{name}.png"), full_page=True)


def test_a_new_life_event_is_composed_approved_and_run(
    browser: Browser, healthy: RunningHouse, record_property: Callable[[str, object], None]
) -> None:
    """Composed of items, a joint review and a wait; tried, approved, published, applied for, done."""
    house = healthy
    with at_a_desk(browser, house, "designer") as designer:
        composes(designer)
        draws(designer)
        tries(designer)
        submits(designer)
    with at_a_desk(browser, house, "approver") as approver:
        approves(approver)
    for hands in (designer, approver):
        record_property(hands.name, str(hands))
        sys.stdout.write(f"\n{hands}\n")
    assert designer.seconds + approver.seconds < TEN_MINUTES

    who = house.hands.ask("walker", event="flexible_employment")
    with at_a_desk(browser, house, "applicant", 390) as applicant:
        application = applies(applicant, who["username"])
        sys.stdout.write(f"{applicant}\n")
        applicant.click(applicant.page.locator("main p.acts a.button").first, loads=True)
        registered = applicant.page.locator("#d-flexible_employment_registration.dispatch-approved")
        expect(registered).to_be_visible()
        with at_a_desk(browser, house, "clerk") as clerk:
            agrees(clerk)
        with at_a_desk(browser, house, "leading clerk") as clerk:
            concludes(clerk)
        with at_a_desk(browser, house, "operator") as operator:
            ends_the_wait(operator, application)
        is_done(applicant.page, application)
    case = house.case(application)
    assert (case["state"], case["faults"]) == ("done", [])
    assert house.effects(application) == {1}


def composes(hands: Hands) -> None:
    """A draft, a life event in it, four items, one of them under a condition, and everything known asked."""
    page = hands.page
    page.goto("/designer/")
    hands.counts["load"] += 1
    hands.enter("designer-a", PASSWORD)
    hands.click(page.locator("main .head-row a.button"), loads=True)
    hands.choose(page.locator("#f-start"), "新建一件事")
    hands.write(page.locator("#f-title"), NAME)
    hands.click(page.locator("main form button.button"), loads=True)

    hands.write(page.locator("#f-name-zh-hans"), NAME)
    hands.choose(page.locator("#f-department"), "人力资源和社会保障局")
    hands.choose(page.locator("#f-stage"), "工作")
    hands.click(page.locator("main form button.button"), loads=True)

    for wanted, item in ITEMS.items():
        with page.expect_response(re.compile(r"/palette\?")):
            hands.write(page.locator("#f-q"), wanted)
        hands.click(page.locator(f"button#add-{item}"))
        expect(page.locator(f"#use-{item}")).to_be_visible()
        expect(page.locator("#told")).to_contain_text("加了 1 个事项")
        expect(page.locator(f"#plan-picture [data-element={item}]").first).to_be_visible()
    asked = count_of(page.locator(".composer-glance").inner_text())
    picture(page, "composed")

    hands.click(page.locator("#when-transit_card_activation"), loads=True)
    hands.choose(page.locator("#a-0-0"), "办事人的灵活就业形式")
    hands.choose(page.locator("#u-0-0"), "外卖、网约车、快递等平台就业")
    expect(page.locator("#sentence strong")).to_contain_text("平台就业")
    picture(page, "condition")
    hands.click(page.locator("#save-condition"), loads=True)
    expect(page.locator("#use-transit_card_activation .use-how")).to_contain_text("平台就业")

    hands.click(page.locator("#tab-sources"), loads=True)
    hands.click(page.locator("#sources-all"))
    expect(page.locator("#sources-all")).to_have_count(0)
    assert count_of(page.locator(".composer-glance").inner_text()) < asked
    expect(page.locator("#findings .bad")).to_have_count(0)


def count_of(glance: str) -> int:
    """How many questions the line above the composer says."""
    found = re.search(r"要填\s*(\d+)", glance)
    assert found, glance
    return int(found.group(1))


def draws(hands: Hands) -> None:
    """The plan becomes a drawing; after the registration a joint review at low incomes, then three days."""
    page = hands.page
    hands.click(page.locator("#draw-plan"), loads=True)
    page.locator("#canvas[data-ready]").wait_for()
    hands.click(page.locator("#canvas [data-element-id=item_flexible_employment_registration] .djs-hit"))
    adds(hands, "联合审核")
    hands.tick(page.locator("#p-joint").get_by_label("人社", exact=True))
    hands.tick(page.locator("#p-joint").get_by_label("医保", exact=True))
    hands.write(page.locator("#p-joint-days"), "2")
    when = page.locator("#p-joint-when")
    hands.click(when.get_by_role("button", name="添加一个条件"))
    hands.choose(when.get_by_label("看哪个数据"), "办事人 · 月收入")
    hands.choose(when.get_by_label("怎样比较"), "小于")
    hands.write(when.get_by_label("比较的值"), "3000")
    adds(hands, "等一段时间")
    hands.write(page.locator("#p-duration"), "3")
    expect(page.locator("#p-name")).to_have_value("等待 3 个工作日")
    page.locator("#save-state[data-state=changed]").wait_for(state="detached")
    page.locator("#save-state[data-state=saved]").wait_for()
    hands.click(page.locator("#tab-check"))
    expect(page.locator("#check-state")).to_contain_text("没有发现问题")
    picture(page, "drawn")


def adds(hands: Hands, thing: str) -> None:
    """Put something after what is chosen in the drawing."""
    page = hands.page
    hands.click(page.locator("#canvas .djs-context-pad .pad-append"))
    page.locator("#choose[open]").wait_for()
    hands.click(page.locator("#choose").get_by_text(thing).first)
    page.locator("#choose[open]").wait_for(state="detached")


def tries(hands: Hands) -> None:
    """A made-up applicant goes through it, and the picture plays to the last step."""
    page = hands.page
    hands.click(page.get_by_role("link", name="试办", exact=True), loads=True)
    expect(page.locator("main")).to_contain_text("全部走完")
    expect(page.locator(".run-steps")).to_contain_text("等待 3 个工作日")
    hands.click(page.locator("[data-act=play]"))
    expect(page.locator("[data-act=next]")).to_be_disabled()
    picture(page, "tried")


def submits(hands: Hands) -> None:
    """Looks at what it changes, and asks for approval from today on."""
    page = hands.page
    hands.click(page.get_by_role("link", name="检查", exact=True), loads=True)
    expect(page.locator("main")).to_contain_text("没有发现错误")
    hands.click(page.locator("a[href$='/submit']"), loads=True)
    hands.write(page.locator("#f-note"), "骑手要跑四个窗口，合成一件事")
    hands.click(page.locator("main form button.button"), loads=True)
    expect(page.locator("main")).to_contain_text("等待审批")


def approves(hands: Hands) -> None:
    """Somebody else reads findings, rights and differences, and lets it apply."""
    page = hands.page
    page.goto("/designer/")
    hands.counts["load"] += 1
    hands.enter("approver-a", PASSWORD)
    hands.click(page.get_by_role("link", name=re.compile("份草稿等您审批")), loads=True)
    hands.click(page.locator(".draft-open").first, loads=True)
    hands.click(page.get_by_role("link", name="去审批"), loads=True)
    expect(page.locator("main")).to_contain_text("这次改动新开放的数据权限")
    expect(page.locator("main")).to_contain_text(f"新增了一件事“{NAME}”")
    picture(page, "review")
    hands.click(page.locator("button[value=approve]"), loads=True)
    expect(page.locator("main")).to_contain_text("已批准")


def applies(hands: Hands, username: str) -> str:
    """Finds it, and applies with the form that follows from its items; the application's id."""
    page = hands.page
    page.goto("/")
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    hands.write(page.locator("input[name=q]").first, "骑手安家")
    page.keyboard.press("Shift+Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    hands.click(page.locator("main a[href^='/events/']", has_text=NAME).first, loads=True)
    picture(page, "guide")
    hands.click(page.locator("main p.acts a.button").first, loads=True)
    hands.enter(username, PASSWORD)
    for _ in range(40):
        if "/receipt" in page.url:
            return page.url.split("/cases/")[1].split("/")[0]
        form = page.locator("form#questions")
        if form.count():
            answers(hands)
            hands.click(form.locator("p.acts button.button").first, loads=True)
        else:
            hands.click(page.locator("main p.acts .button:not(.second)").last, loads=True)
    raise AssertionError(f"no receipt, still on {page.url}: {page.locator('main').inner_text()[:500]}")


def answers(hands: Hands) -> None:
    """Answer the questions of one page."""
    form = hands.page.locator("form#questions")
    chosen: set[str] = set()
    for control in form.locator("input:not([type=hidden]), select, textarea").all():
        name, kind = control.get_attribute("name") or "", control.get_attribute("type") or "text"
        wanted = ANSWERS.get(name, ANSWERS.get(re.split(r"[._:-]", name)[-1], ""))
        if not name or name in chosen:
            continue  # a help for finding an option, nothing that is sent
        if kind == "radio":
            chosen.add(name)
            value = f"[value='{wanted}']" if wanted else ""
            hands.tick(form.locator(f"input[name='{name}']{value}").first)
        elif control.evaluate("node => node.tagName") == "SELECT":
            hands.choose(control, control.locator("option").nth(1).inner_text())
        elif not control.input_value():
            hands.write(control, wanted or "示例")


def agrees(hands: Hands) -> None:
    """A clerk of the one department finds the joint review in the inbox and agrees."""
    _opens_the_review(hands, "clerk-medical_insurance-a")
    hands.tick(hands.page.locator("#f-word-agrees"))
    hands.click(hands.page.get_by_role("button", name="提交会签意见"), loads=True)


def concludes(hands: Hands) -> None:
    """A clerk of the leading one reads what the other said, and concludes."""
    _opens_the_review(hands, "clerk-human_resources-a")
    expect(hands.page.locator("main")).to_contain_text("医保 同意")
    picture(hands.page, "joint")
    hands.write(hands.page.locator("form[action$='/done'] textarea"), "收入已核对，同意参保")
    hands.click(hands.page.locator("form[action$='/done'] button.button"), loads=True)
    expect(hands.page.get_by_role("link", name=re.compile("联合审核"))).to_have_count(0)


def _opens_the_review(hands: Hands, username: str) -> None:
    page = hands.page
    page.goto("/workbench/")
    hands.enter(username, PASSWORD)
    hands.click(page.get_by_role("link", name=re.compile("联合审核")).first, loads=True)
    expect(page.locator("main")).to_contain_text(NAME)


def ends_the_wait(hands: Hands, application: str) -> None:
    """All concerned waive the three days in writing: the operator ends the wait, with the reason."""
    page = hands.page
    page.goto(f"/flows/instances/{application}/")
    hands.enter("operator-a", PASSWORD)
    hands.click(page.locator("summary", has_text="提前结束等待"))
    expect(page.locator("#f-element option")).to_have_count(1)
    expect(page.locator("#f-element")).to_contain_text("等待 3 个工作日")
    hands.write(page.locator("#f-hasten"), "当事人书面放弃异议")
    picture(page, "operator")
    hands.click(page.locator("form[action$='/hasten'] button"), loads=True)
    expect(page.locator("main")).to_contain_text("等待已结束")


def is_done(page: Page, application: str) -> None:
    """The applicant sees all four approved, what they got, and the drawing with every step done."""
    page.goto(f"/cases/{application}/")
    expect(page.locator(".dispatch-approved")).to_have_count(len(ITEMS))
    page.get_by_text("看流程图").click()
    drawing: Any = page.locator(".picture-room svg")
    expect(drawing).to_contain_text("联合审核")
    expect(drawing).to_contain_text("等待 3")
    picture(page, "done")
    page.get_by_role("link", name="看结果").click()
    expect(page.locator("main")).to_contain_text("灵活就业登记凭证")
    expect(page.locator("main")).to_contain_text("社会保障卡")
    picture(page, "results")
