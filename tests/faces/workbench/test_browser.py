"""The workbench in a real browser: keys, pages without faults at every width, forms without JavaScript."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import axe_playwright_python  # type: ignore[import-untyped]  # the library ships no types
import pytest
from django.db import connections

from tests.chromium import CHROMIUM, FLAGS, new_page
from tests.faces.walk import PASSWORD
from tests.faces.workbench import desk
from tests.faces.workbench.test_errands import address, late_case, redrawn
from tests.fixtures import published
from tongban.casework import queries
from tongban.casework.domain.moves import State
from tongban.catalogue import queries as catalogue_queries
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.kernel.numbers import make_resident_id

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUICK = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False, "iframes": False}
"""Nothing is told of what passed, and our pages have no frames: a large page is judged sooner."""
SHOTS = os.environ.get("WORKBENCH_SHOTS", "")
"""A folder for pictures of every page, for whoever works on the looks."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists() and not os.environ.get("CI"), reason="no Chromium here"),
]


@pytest.fixture
def site(_plain_static: None, transactional_db: None, request: pytest.FixtureRequest) -> str:
    """Address of a running web server; asked for late, because it looks for static files when it starts."""
    del _plain_static, transactional_db
    return str(request.getfixturevalue("live_server").url)


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[UUID]:
    """The content, two clerks, and a person with cases."""
    del transactional_db
    import datetime as dt

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        for username, name, department in (
            ("re-one", "周敏", "real_estate"),
            ("re-two", "陈涛", "real_estate"),
            ("mr-one", "何静", "market_regulation"),
            ("tr-one", "罗军", "transport"),
        ):
            identity.enrol_staff(
                username=username,
                password=PASSWORD,
                display_name=name,
                department=department,
                region="430102",
                roles=[Role.CLERK],
            )
        yield identity.enrol_person(
            username="mama",
            password=PASSWORD,
            name="李明月",
            id_number=make_resident_id("430102", dt.date(1994, 5, 20), 24),
            sex="2",
            mobile="13800138000",
            region="430102",
            synthetic=True,
        )


@pytest.fixture
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()
        # While playwright's loop runs, Django keeps this thread's connections apart: they would
        # outlive the database.
        connections.close_all()


def signed_in(browser: Any, url: str, username: str, *, width: int = 1280, **options: Any) -> Any:
    """A page on which a clerk has signed in; faults of the console fail the test."""
    page = new_page(browser, width, **options)
    page.goto(f"{url}/login?next=/workbench/")
    page.fill("#f-username", username)
    page.fill("#f-password", PASSWORD)
    page.click("main button.button")
    return page


def look(page: Any, name: str) -> None:
    """No accessibility fault, nothing wider than the screen, no blocked script or style."""
    page.wait_for_load_state("networkidle")
    if SHOTS:
        width = page.viewport_size["width"]
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
    page.evaluate(AXE)
    found = page.evaluate("(how) => axe.run(document, how)", QUICK)
    faults = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found["violations"]]
    assert (name, faults) == (name, [])
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (name, wide) == (name, 0)
    assert (name, page.faults) == (name, [])


def state(application_id: UUID, person: UUID) -> State:
    """The state of a case's first item."""
    return queries.case(application_id, person).dispatches[0].state


def listening(page: Any) -> None:
    """Wait until the page hears keys: its script shows the button that tells of them."""
    page.locator("[data-keys]").wait_for()


def test_a_clerk_works_by_keys_alone(site: str, browser: Any, person: UUID) -> None:  # noqa: PLR0915 -- one walk
    """Keys j and k walk, x ticks, a accepts, Enter opens, c and d go on; switched off they are silent."""
    catalogue = catalogue_queries.current()
    one, two = desk.utilities(catalogue, person), desk.utilities(catalogue, person)
    page = signed_in(browser, site, "re-one")
    focused = "document.activeElement.closest('[data-row]')?.querySelector('.number').textContent"
    numbers = page.locator("[data-row] .number").all_text_contents()
    assert len(numbers) == 2

    listening(page)
    page.keyboard.press("j")
    assert page.evaluate(focused) == numbers[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == numbers[1]
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == numbers[0]
    page.keyboard.press("x")
    assert page.locator("[data-pick]:checked").count() == 1
    assert "1" in page.locator("[data-count]").inner_text()
    page.keyboard.press("x")
    assert page.locator("[data-pick]:checked").count() == 0

    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    look(page, "keys")
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()

    with page.expect_navigation():
        page.keyboard.press("a")
    assert {state(one, person), state(two, person)} == {State.ACCEPTED, State.READY}

    listening(page)
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/workbench/dispatches/" in page.url
    listening(page)
    with page.expect_navigation():
        page.keyboard.press("c")
    assert page.url.endswith("/correction")
    page.go_back()
    listening(page)
    with page.expect_navigation():
        page.keyboard.press("d")
    assert page.url.endswith("/decision")
    listening(page)
    page.locator("#f-text").focus()
    page.keyboard.type("jkacd?")
    assert page.locator("#f-text").input_value() == "jkacd?"

    page.goto(f"{site}/workbench/")
    page.click("[data-keys]")
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate(focused) is None
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate(focused) is None


@pytest.mark.parametrize("width", [320])
def test_the_way_to_a_correction_is_without_fault(site: str, browser: Any, person: UUID, width: int) -> None:
    """From the inbox to the notice that goes out, with a colleague in between, on a phone and on a desk."""
    desk.utilities(catalogue_queries.current(), person)
    page = signed_in(browser, site, "re-one", width=width)
    look(page, "inbox")
    page.goto(f"{site}/workbench/?clock=overdue&q=zz")
    look(page, "inbox-empty")
    page.goto(f"{site}/workbench/")
    page.click("[data-open] >> nth=0")
    look(page, "task")
    task = page.url
    page.goto(f"{task}reassign")
    look(page, "reassign")
    page.goto(f"{task}correction")
    look(page, "correction")
    page.click("text=看看申请人会读到什么")
    look(page, "correction-none")
    page.check(".pick >> nth=2")
    page.click("text=看看申请人会读到什么")
    page.wait_for_function("document.activeElement.id === 'summary'")
    look(page, "correction-faults")
    page.fill("textarea[name^='what:'] >> visible=true", "房屋地址和登记的不一样。")
    page.click("text=看看申请人会读到什么")
    look(page, "correction-check")
    other = signed_in(browser, site, "re-one", width=width)
    other.goto(task)
    other.click("text=由我来办")
    page.click("text=发出补正通知")
    assert "周敏领取了任务" in page.locator(".note-warning").inner_text()
    look(page, "correction-stale")
    page.click("text=发出补正通知")
    look(page, "task-waiting")


@pytest.mark.parametrize("width", [1280])
def test_the_way_to_a_decision_is_without_fault(site: str, browser: Any, person: UUID, width: int) -> None:
    """From several accepted at once to a decision, and the page for whoever comes too late."""
    for _ in range(2):
        desk.utilities(catalogue_queries.current(), person)
    page = signed_in(browser, site, "re-one", width=width)
    page.check("[data-pick] >> nth=0")
    page.click("text=受理选中的")
    look(page, "inbox-results")
    page.goto(f"{site}/workbench/?state=accepted")
    page.click("[data-act=decide]")
    look(page, "decision")
    late = page.url
    page.click("text=核对后再发出")
    look(page, "decision-none")
    page.check("input[value=approve]")
    page.click("text=核对后再发出")
    look(page, "decision-faults")
    for part, value in (("year", "2026"), ("month", "11"), ("day", "20")):
        page.fill(f"[name$='utilities_transferred_on:{part}']", value)
    page.click("text=核对后再发出")
    look(page, "decision-check")
    page.click("text=准予并发出")
    look(page, "task-approved")
    page.goto(late)
    look(page, "changed")


@pytest.mark.parametrize("mode", ["elder", "contrast"])
def test_other_ways_to_show_it(site: str, browser: Any, person: UUID, mode: str) -> None:
    """Large type and high contrast hold on a clerk's pages too."""
    catalogue = catalogue_queries.current()
    desk.inspection(catalogue, person)
    page = signed_in(browser, site, "mr-one", width=360)
    page.context.add_cookies([{"name": "tongban_mode", "value": mode, "url": site}])
    page.goto(f"{site}/workbench/")
    look(page, f"inbox-{mode}")
    page.click("[data-open] >> nth=0")
    look(page, f"task-{mode}")
    page.goto(f"{page.url}decision")
    look(page, f"decision-{mode}")


def test_it_works_without_javascript(site: str, browser: Any, person: UUID) -> None:
    """Accepting and asking for a correction need no script."""
    application_id = desk.utilities(catalogue_queries.current(), person)
    page = signed_in(browser, site, "re-one", java_script_enabled=False)
    page.click("[data-act=accept]")
    assert state(application_id, person) == State.ACCEPTED
    page.click("[data-act=correct]")
    page.check(".pick >> nth=1")
    page.fill("textarea[name^='what:'] >> visible=true", "姓名和证件不一样。")
    page.click("text=看看申请人会读到什么")
    page.click("text=发出补正通知")
    assert state(application_id, person) == State.CORRECTION


@pytest.mark.parametrize("width", [320])
def test_the_way_of_an_objection_is_without_fault(site: str, browser: Any, person: UUID, width: int) -> None:
    """A co-signer objects, the lead reads it and may not approve; then how tasks are given out."""
    for username, name, department, roles in (
        ("mi-one", "谢芳", "medical_insurance", [Role.CLERK]),
        ("re-head", "龙波", "real_estate", [Role.CLERK, Role.SUPERVISOR]),
    ):
        identity.enrol_staff(
            username=username,
            password=PASSWORD,
            display_name=name,
            department=department,
            region="430102",
            roles=roles,
        )
    values: dict[str, object] = {
        "company.cancellation_kind": "simple",
        "company.notice_objections": 0,
        "company.frozen_equity": False,
        "company.company_region": "430102",
        "company.insurance_arrears": True,
    }
    item = ("cancellation_no_objection",)
    case = desk.open_case(catalogue_queries.current(), person, "company_cancellation", item, values)
    task = f"{site}/workbench/dispatches/{queries.case(case, person).dispatches[0].id}/"
    page = signed_in(browser, site, "mi-one", width=width)
    look(page, "joint-inbox")
    page.goto(f"{task}joint")
    page.click("text=提交会签意见")
    look(page, "joint-faults")
    page.check("#f-word-objects")
    page.check("#f-reasons")
    page.fill("#f-reason", "还欠 9 月份的基本医疗保险费，没有看到补缴凭证。")
    page.click("text=提交会签意见")
    look(page, "joint-objected")
    page = signed_in(browser, site, "mr-one", width=width)
    page.goto(task)
    look(page, "joint-task")
    page.click("text=看联合审核的全部情况")
    look(page, "joint-lead")
    page.goto(f"{task}decision")
    look(page, "joint-decision")
    page = signed_in(browser, site, "re-head", width=width)
    page.goto(f"{site}/workbench/assignment")
    page.check("#f-strategy-least_loaded")
    page.click("text=就这样分派")
    look(page, "assignment")
    given = desk.utilities(catalogue_queries.current(), person)
    page.goto(f"{site}/workbench/dispatches/{queries.case(given, person).dispatches[0].id}/reassign")
    page.click("details.assigned summary")
    look(page, "assigned")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_joint_task_of_a_drawing_is_without_fault(
    site: str, browser: Any, person: UUID, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A department objects by keyboard, sees its word again; the leading one reads it and concludes."""
    identity.enrol_staff(
        username="tax-one",
        password=PASSWORD,
        display_name="钱进",
        department="tax",
        region="430102",
        roles=[Role.CLERK],
    )
    joint = 'tongban:department="tax" tongban:joint="market_regulation" tongban:joint-days="5"'
    redrawn(monkeypatch, 'tongban:department="tax"', joint)
    task = f"{site}{address(late_case(catalogue_queries.current(), person))}"
    page = signed_in(browser, site, "mr-one", width=width)
    page.goto(task)
    look(page, "errand-word")
    page.click("text=提交会签意见")
    page.wait_for_function("document.activeElement.id === 'summary'")
    look(page, "errand-word-faults")
    page.focus("#f-word-agrees")
    page.keyboard.press("ArrowDown")
    page.fill("#f-reason", "还有两件投诉没有处理完，处理完之前不宜注销。")
    page.focus(".sign button.button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.is_checked("#f-word-objects")
    look(page, "errand-word-said")
    page = signed_in(browser, site, "tax-one", width=width)
    page.goto(task)
    assert "还有两件投诉" in page.locator(".joint").inner_text()
    look(page, "errand-lead")
    page.click("text=办完了，流程继续")
    page.wait_for_function("document.activeElement.id === 'summary'")
    look(page, "errand-lead-faults")
    late = signed_in(browser, site, "tax-one", width=width)
    late.goto(task)
    late.fill("#f-note", "已和市监协调，投诉月底前处理完。")
    page.fill("#f-note", "已协调")
    page.click("text=办完了，流程继续")
    look(page, "errand-inbox")
    late.click("text=办完了，流程继续")
    assert "投诉月底前处理完" in late.locator("main").inner_text()
