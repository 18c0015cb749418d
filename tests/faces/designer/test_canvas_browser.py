"""The process canvas in a real browser: drawn by keys and by clicks, saved by itself, in three languages."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from tests.chromium import PATIENCE, new_page
from tests.faces.test_later_browser import choose
from tests.faces.walk import PASSWORD
from tests.faces.workbench.test_browser import browser, look, pytestmark, site
from tests.fixtures import published
from tongban.design import actions, queries
from tongban.design.domain import as_one
from tongban.identity import actions as identity
from tongban.identity import queries as identity_queries
from tongban.identity.domain import Post, Role

__all__ = ["browser", "pytestmark", "site"]

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "src/tongban/faces/designer/canvas/static/canvas/built/canvas.js"
CODE = "newborn_process"
NARROW = 640
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tongban="urn:tongban:bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:other="urn:example:other" id="definitions"
  targetNamespace="urn:example">
  <bpmn:process id="newborn_process" isExecutable="true">
    <bpmn:startEvent id="start" name="开始" />
    <bpmn:exclusiveGateway id="choice" name="怎么走" default="to_low" other:colour="red">
      <bpmn:extensionElements><other:note><other:line>inside</other:line></other:note></bpmn:extensionElements>
    </bpmn:exclusiveGateway>
    <bpmn:callActivity id="high" name="签发" tongban:item="birth_certificate" />
    <bpmn:userTask id="low" name="登记" tongban:department="health" />
    <bpmn:endEvent id="end" name="结束" />
    <bpmn:sequenceFlow id="begin" sourceRef="start" targetRef="choice" />
    <bpmn:sequenceFlow id="to_high" sourceRef="choice" targetRef="high" />
    <bpmn:sequenceFlow id="to_low" sourceRef="choice" targetRef="low" />
    <bpmn:sequenceFlow id="high_end" sourceRef="high" targetRef="end" />
    <bpmn:sequenceFlow id="low_end" sourceRef="low" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""
"""A model of another tool: no drawing, words that we do not know."""


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The editor as it is built from these sources."""
    subprocess.run([sys.executable, str(ROOT / "hatch_build.py")], cwd=ROOT, check=True)
    if not BUILT.exists():
        pytest.skip("no Node.js here that could build the editor")


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[dict[str, Post]]:
    """The content, two designers, and somebody who approves."""
    del transactional_db
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        for username, role in (("ann", Role.DESIGNER), ("bob", Role.DESIGNER), ("eve", Role.APPROVER)):
            identity.enrol_staff(
                username=username,
                password=PASSWORD,
                display_name=username.title(),
                department="development_reform",
                region="430100",
                roles=[role],
            )
        yield {name: as_one(identity_queries.posts_of(name)) for name in ("ann", "bob", "eve")}
    connections.close_all()


@pytest.fixture
def draft(people: dict[str, Post]) -> UUID:
    """A draft of ann's, nothing in it."""
    return actions.open_draft(people["ann"], "新生儿一件事流程")


def opened(
    browser: Any,
    site: str,
    draft: UUID,
    who: str,
    *,
    width: int = 1360,
    at: str = "",
    code: str = CODE,
    **options: Any,
) -> Any:
    """The canvas, as somebody sees it who has just signed in; `at` an element."""
    page = new_page(browser, width, **options)
    page.goto(f"{site}/login?next=/designer/drafts/{draft}/process/{code}{at and f'%3Felement={at}'}")
    page.fill("#f-username", who)
    page.fill("#f-password", PASSWORD)
    page.click("main button.button")
    page.wait_for_url("**/process/**")
    if options.get("java_script_enabled", True):
        page.locator("#canvas[data-ready]").wait_for()
    return page


def saved(page: Any, post: Post, draft: UUID) -> str:
    """The model on the server, once the page says that it is there."""
    page.locator("#save-state[data-state=changed]").wait_for(state="detached")
    page.locator("#save-state[data-state=saved]").wait_for()
    content, _ = queries.file(post, draft, "processes", CODE)
    assert content is not None
    return str(content["model"])


def key(page: Any, target: str, *keys: str) -> None:
    """Put the focus on something and press keys; no pointer."""
    page.locator(target).first.focus()
    for each in keys:
        page.keyboard.press(each)


def chosen(page: Any, text: str) -> None:
    """Type into the dialog's search and take the first entry."""
    page.locator("#choose[open]").wait_for()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.locator("#choose[open]").wait_for(state="detached")


def test_a_process_is_drawn_by_keys_alone(
    site: str, browser: Any, draft: UUID, people: dict[str, Post]
) -> None:
    """Item, joint review, wait, decision and end by keys; questions answered; undone; all on the server."""
    page = opened(browser, site, draft, "ann")
    key(page, "[data-thing=item]", "Enter")
    chosen(page, "出生医学证明")
    assert 'tongban:item="birth_certificate"' in saved(page, people["ann"], draft)

    key(page, "#canvas .djs-container > svg", "a")
    chosen(page, "联合审核")
    key(page, "#p-joint input[value=health]", "Space")
    key(page, "#p-joint input[value=public_security]", "Space")
    key(page, "#p-joint-days", "ControlOrMeta+a", "3", "Tab")
    model = saved(page, people["ann"], draft)
    assert (
        'tongban:joint="public_security health"' in model or 'tongban:joint="health public_security"' in model
    )
    assert 'tongban:joint-days="3"' in model

    key(page, "#canvas .djs-container > svg", "n")
    chosen(page, "等一段时间")
    key(page, "#p-duration", "ControlOrMeta+a", "7", "Tab")
    model = saved(page, people["ann"], draft)
    assert ">P7WD</bpmn:timeDuration>" in model
    assert 'name="等待 7 个工作日"' in model

    key(page, "#tab-outline", "Enter")
    key(page, ".outline-one[aria-current]", "a")
    chosen(page, "结束")
    page.locator("#outline-list .outline-acts").wait_for()
    model = saved(page, people["ann"], draft)
    assert model.count("<bpmn:sequenceFlow ") == 4
    key(page, "#tab-check", "Enter")
    page.get_by_text("没有发现问题").wait_for()

    key(page, "#undo", "Enter")
    page.locator("#canvas .djs-shape").get_by_text("结束").wait_for(state="detached")
    assert "endEvent" not in saved(page, people["ann"], draft)
    key(page, "#redo", "Enter")
    page.locator("#canvas .djs-shape").get_by_text("结束").wait_for()
    assert "endEvent" in saved(page, people["ann"], draft)
    assert page.locator("#canvas").get_attribute("data-misses") is None
    look(page, "canvas-keys")
    page.context.close()


def test_a_process_is_drawn_by_clicks(site: str, browser: Any, draft: UUID, people: dict[str, Post]) -> None:
    """Click in the palette, then the place; conditions by choosing; a comment is marked; no dragging."""
    ann = people["ann"]
    actions.save(ann, draft, "processes", CODE, {"code": CODE, "model": FOREIGN}, 0)
    page = opened(browser, site, draft, "ann")
    assert page.locator("#canvas .djs-shape").count() >= 5, "a model without a drawing gets one"

    end = page.locator("#canvas [data-element-id=high]").bounding_box()
    page.click("[data-thing=task]")
    page.mouse.click(end["x"] + end["width"] / 2, end["y"] + 240)
    page.keyboard.press("Escape")
    page.select_option("#p-department", "health")
    page.fill("#p-name", "复核")
    page.press("#p-name", "Tab")
    model = saved(page, ann, draft)
    assert 'name="复核" tongban:department="health"' in model
    assert 'other:colour="red"' in model
    assert "<other:line>inside</other:line>" in model

    page.click("#tab-outline")
    page.click(".outline-one[data-at=choice]")
    page.get_by_role("button", name="连接到").click()
    chosen(page, "复核")
    page.locator(".outline-flows").get_by_text("复核").wait_for()
    page.click(".outline-one[data-at=to_high]")
    page.click("#tab-panel")
    page.get_by_role("button", name="添加一个条件").click()
    page.get_by_label("看哪个数据").fill("risk")
    page.get_by_label("看哪个数据").press("Tab")
    page.get_by_label("比较的值").fill("high")
    page.get_by_label("比较的值").press("Tab")
    assert '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">risk = "high"</' in saved(
        page, ann, draft
    )

    page.click("#tab-comments")
    page.fill("#comment-text", "这里要写清楚依据")
    page.click("#comment-say")
    page.locator(".said-comment").wait_for()
    assert queries.draft(ann, draft).comments[0].element == "to_high"
    look(page, "canvas-clicks")
    page.context.close()


def test_deadlines_and_refusals_are_set_by_keys(
    site: str, browser: Any, draft: UUID, people: dict[str, Post]
) -> None:
    """A link leads to a step; d sets a deadline with a reminder, r another way; when is chosen, not typed."""
    ann = people["ann"]
    actions.save(ann, draft, "processes", CODE, {"code": CODE, "model": FOREIGN}, 0)
    page = opened(browser, site, draft, "ann", at="high")
    assert page.locator("#panel-form").get_attribute("data-element") == "high"
    assert page.evaluate("document.activeElement.closest('#panel-form') !== null")

    key(page, "#canvas .djs-container > svg", "d")
    page.locator("#p-duration:focus").wait_for()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    model = saved(page, ann, draft)
    assert ">P3WD</bpmn:timeDuration>" in model
    assert 'name="满 3 个工作日" cancelActivity="false" attachedToRef="high"' in model
    assert 'name="催办：签发" tongban:department="health"' in model
    look(page, "canvas-deadline")

    page.select_option("#p-when", "repeat")
    assert ">R/P3WD</bpmn:timeCycle>" in saved(page, ann, draft)
    page.select_option("#p-when", "workdays")
    page.select_option("#p-meanwhile", "stop")
    assert "部门仍要作出决定" in page.locator("#panel-form").inner_text()
    assert 'cancelActivity="false"' not in saved(page, ann, draft)
    for _ in range(4):
        key(page, "#undo", "Enter")
    key(page, "#undo", "Enter")
    assert "boundaryEvent" not in saved(page, ann, draft)

    key(page, "#tab-outline", "Enter")
    key(page, ".outline-one[data-at=high]", "r")
    chosen(page, "结束")
    model = saved(page, ann, draft)
    assert re.search(r'<bpmn:error id="(\w+)" name="rejected" errorCode="rejected" />', model)
    assert "errorEventDefinition" in model
    assert model.count("<bpmn:endEvent ") == 2
    page.locator("#check-state").get_by_text("发现").wait_for(state="attached")
    look(page, "canvas-refused")
    page.context.close()


def test_a_table_and_a_report_are_chosen_on_the_canvas(
    site: str, browser: Any, draft: UUID, people: dict[str, Post]
) -> None:
    """The panel says whom a table calls in and lists them with one button; u sets who deals with a report."""
    ann = people["ann"]
    joint = FOREIGN.replace(
        'tongban:department="health"', 'tongban:joint="fire_rescue" tongban:joint-days="1"'
    )
    actions.save(ann, draft, "processes", CODE, {"code": CODE, "model": joint}, 0)
    page = opened(browser, site, draft, "ann", at="low", width=1280)
    page.select_option("#p-joint-decision", "restaurant_risk")
    said = page.locator("#p-joint-table")
    said.wait_for()
    assert "消防、城管、住建" in said.inner_text().replace("城管、消防", "消防、城管")
    look(page, "canvas-table")
    page.locator("#check-state").get_by_text("发现").wait_for(state="attached")
    assert page.locator("#p-joint-inputs select").count() == len(("面积", "主要做什么"))
    page.select_option("#p-joint-input-0", "company.food_area")
    look(page, "canvas-inputs")
    page.click("#p-joint-take")
    page.locator("#p-joint-take").wait_for(state="detached")
    model = saved(page, ann, draft)
    [listed] = re.findall('tongban:joint="([^"]*)"', model)
    assert set(listed.split()) == {"fire_rescue", "city_management", "housing_construction"}
    assert 'tongban:joint-days="3"' in model
    assert 'tongban:joint-decision="restaurant_risk"' in model
    assert "面积&#34;: company.food_area" in model.replace("&quot;", "&#34;")

    key(page, "#canvas .djs-container > svg", "u")
    page.locator("#p-escalation").wait_for()
    model = saved(page, ann, draft)
    assert re.search(
        '<bpmn:boundaryEvent [^>]*name="有人上报" cancelActivity="false" attachedToRef="low"', model
    )
    assert "<bpmn:escalationEventDefinition" in model
    assert 'name="处理上报：登记" tongban:department="fire_rescue" tongban:role="supervisor"' in model
    page.fill("#p-escalation", "hidden_works")
    page.press("#p-escalation", "Tab")
    assert 'escalationCode="hidden_works"' in saved(page, ann, draft)
    for width in (1280, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, "canvas-report")
    page.set_viewport_size({"width": 1280, "height": 900})

    # The same by two clicks: the thing in the palette, then the step.
    page.click("[data-element-id=high]")
    assert page.locator("#p-add-reported").count() == 0, "a department's item sends no reports"
    page.click("[data-thing=reported]")
    page.locator("#choose[open]").wait_for()
    assert "签发" not in page.locator("#choose").inner_text()
    chosen(page, "登记")
    assert saved(page, ann, draft).count("<bpmn:boundaryEvent ") == 2
    assert page.locator("#canvas").get_attribute("data-misses") is None
    page.context.close()


def test_a_made_up_applicant_walks_the_drawing(
    site: str, browser: Any, draft: UUID, people: dict[str, Post]
) -> None:
    """Tokens stand where the work is; steps by keys to the end, in words too; calm where that is asked."""
    del people
    page = opened(browser, site, draft, "ann", code="company_cancellation", reduced_motion="reduce")
    key(page, "#try", "Enter")
    page.locator("#player-play:focus").wait_for()
    assert page.locator(".try-token").count() >= 1
    first = page.locator("#player-told").inner_text()
    key(page, "#player-next", "Enter", "Enter")
    assert page.locator("#player-told").inner_text() != first
    assert page.locator(".djs-element.try-done").count() >= 2
    look(page, "canvas-try")
    key(page, "#player-play", "Enter")
    page.locator("#player-told").get_by_text("走到了终点").wait_for(timeout=PATIENCE)
    key(page, "#player-close", "Enter")
    assert page.locator(".try-token, .djs-element.try-done").count() == 0
    page.context.close()


def test_nobody_saves_over_somebody_else(
    site: str, browser: Any, draft: UUID, people: dict[str, Post]
) -> None:
    """Who was slower keeps the work as a copy or takes the other's; without a network it waits here."""
    ann, bob = people["ann"], people["bob"]
    revision = actions.save(ann, draft, "processes", CODE, {"code": CODE, "model": FOREIGN}, 0)
    page = opened(browser, site, draft, "ann")

    page.context.set_offline(True)
    page.fill("#p-name", "第一版")
    page.press("#p-name", "Tab")
    page.locator("#save-state[data-state=offline]").wait_for()
    page.context.set_offline(False)
    assert 'name="第一版"' in saved(page, ann, draft)
    _, revision = queries.file(ann, draft, "processes", CODE)

    theirs = FOREIGN.replace("怎么走", "他人改的")
    revision = actions.save(bob, draft, "processes", CODE, {"code": CODE, "model": theirs}, revision)
    page.fill("#p-name", "我的")
    page.press("#p-name", "Tab")
    page.locator("#choose[open]").wait_for()
    page.click("[data-code=theirs]")
    page.locator("#canvas").get_by_text("他人改的").wait_for()
    assert 'name="我的"' not in saved(page, ann, draft)

    actions.save(bob, draft, "processes", CODE, {"code": CODE, "model": FOREIGN}, revision)
    page.fill("#p-name", "我的")
    page.press("#p-name", "Tab")
    page.click("[data-code=copy]")
    page.wait_for_url(f"**/process/{CODE}_copy")
    content, _ = queries.file(ann, draft, "processes", f"{CODE}_copy")
    assert content is not None
    assert 'name="我的"' in content["model"]
    page.context.close()


def test_every_language_width_and_reader(
    site: str, browser: Any, draft: UUID, people: dict[str, Post]
) -> None:
    """Complete in each language, the mark of bpmn.io in sight at each width, something for everyone."""
    actions.save(people["ann"], draft, "processes", CODE, {"code": CODE, "model": FOREIGN}, 0)
    page = opened(browser, site, draft, "ann")
    for language, width in (("en", 800), ("zh-hant", 1360), ("zh-hans", 320)):
        page.set_viewport_size({"width": width, "height": 800})
        choose(page, "language", language)
        page.reload()
        page.locator("#canvas[data-ready]").wait_for()
        assert page.locator("#palette-list").is_visible() == (width >= NARROW)
        assert mark_in_sight(page), width
        page.locator("#canvas [data-element-id=high]").click()
        shown = page.locator("#stage").inner_text()
        assert not re.search(r"\b(designer|thing|field|about|type|check)\.[a-z_.]+", shown), shown
        if language != "en":
            assert re.findall(r"[A-Z][a-z]+ [a-z]+", shown) == []
        assert page.locator("#canvas").get_attribute("data-misses") is None
        look(page, "canvas")
    page.context.close()

    page = opened(browser, site, draft, "eve")
    assert not page.locator("#palette-list").is_visible()
    assert mark_in_sight(page)
    page.context.close()

    said = "<bpmn:conditionExpression>risk = 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
    complete = FOREIGN.replace('targetRef="high" />', f'targetRef="high">{said}')
    actions.save(people["ann"], draft, "processes", CODE, {"code": CODE, "model": complete}, 1)
    page = opened(browser, site, draft, "ann", java_script_enabled=False)
    assert page.locator("svg.picture").is_visible()
    assert page.locator(".plain-steps li").count() == 5
    page.context.close()


def mark_in_sight(page: Any) -> bool:
    """Whether the mark of bpmn.io is fully in the drawing and nothing lies over it."""
    seen: bool = page.evaluate(
        """() => {
          const mark = document.querySelector('.bjs-powered-by');
          mark.scrollIntoView({block: 'center'});
          const box = mark.getBoundingClientRect();
          const room = document.getElementById('canvas').getBoundingClientRect();
          const inside = box.left >= room.left && box.right <= room.right && box.bottom <= room.bottom;
          const spots = [[0.05, 0.1], [0.5, 0.5], [0.95, 0.9]];
          const over = ([x, y]) =>
            document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
          return box.width > 40 && box.height > 15 && inside && spots.every(at => mark.contains(over(at)));
        }"""
    )
    return seen
