"""The decision-table editor in a real browser: keys only, axe, 320 px, in elder mode too."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from tests.faces.test_instances import begun, park
from tests.faces.test_later_browser import choose
from tests.faces.test_letters import came, refused
from tests.faces.workbench.test_browser import browser, look, pytestmark, signed_in, site
from tests.fixtures import clerk_post, published
from tongban.design import actions, queries
from tongban.identity.domain import Post, Role
from tongban.process import actions as process
from tongban.process import queries as processes
from tongban.rules.dmn import grid as tables

__all__ = ["browser", "pytestmark", "site"]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[tuple[Post, UUID]]:
    """The content, a designer, and a draft."""
    del transactional_db
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        ann = clerk_post("ann", "development_reform", roles=[Role.DESIGNER, Role.OPERATOR])
        yield ann, actions.open_draft(ann, "调整缴费年限", [("decisions", "medical_years")])
    connections.close_all()


def letters() -> None:
    """One message of each kind that an operator looks after."""
    came(1)
    refused()
    refused(kind="submit")


def test_a_table_is_edited_with_the_keyboard(site: str, browser: Any, work: tuple[Post, UUID]) -> None:
    """Arrows, F2, choosing, moving a row, trying: all kept, nothing for axe to say."""
    ann, draft = work
    page = signed_in(browser, site, "ann", width=1280)
    page.goto(f"{site}/designer/drafts/{draft}/decision/medical_years?of=local")
    look(page, "decision")

    def table() -> tables.Grid:
        content = queries.file(ann, draft, "decisions", "medical_years")[0]
        assert content is not None
        return tables.grid(content["model"], "local")

    page.locator("#c-r0-o0").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "c-r1-o0"
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "c-r2-o0"
    page.locator("#save-state:not(:empty)").wait_for()
    assert table().rows[1].results == ("12",)

    page.locator("#c-r2-i0").focus()
    page.keyboard.press("F2")
    page.locator("#cell-kind").wait_for()
    assert page.locator("#cell-low").input_value() == "2025-01-01"
    look(page, "decision-choose")
    page.locator("#cell-low").fill("2025-02-01")
    page.get_by_role("button", name="填进这一格").press("Enter")
    page.locator(".decision-finding").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "c-r2-i0"
    assert table().rows[2].tests[0].startswith('[date("2025-02-01")')
    assert "有漏掉的情况" in page.locator("#findings").inner_text()

    page.keyboard.press("Alt+ArrowUp")
    page.locator("#row-1-up:focus").wait_for()
    assert table().rows[1].tests[0].startswith('[date("2025-02-01")')

    page.locator("#t-0").fill("2026-06-01")
    page.get_by_role("button", name="看结果").press("Enter")
    page.locator("#outcome").wait_for()
    assert "满足的规则" in page.locator("#outcome").inner_text()
    look(page, "decision-tried")

    page.locator("#columns > summary").press("Enter")
    look(page, "decision-columns")

    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/designer/drafts/{draft}/decision/medical_years?of=local")
    look(page, "decision-320")
    choose(page, "mode", "elder")
    page.goto(f"{site}/designer/drafts/{draft}/decision/medical_years?of=local")
    look(page, "decision-narrow")

    instance = begun()  # no variable, so that the choice has no way out
    process.complete(instance, processes.open_work(instance=instance)[0].work.token)
    park(processes.instance(instance).stream)
    letters()
    for path in (f"instances/{instance}", "instances", "parked", "letters"):
        page.goto(f"{site}/flows/{path}/")
        look(page, f"operator-{path.partition('/')[0]}")
