"""The composer in a real browser: a life event changed by keys alone, and looked at narrow and wide."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from tests.chromium import new_page
from tests.faces.designer.conftest import enrol, post_of
from tests.faces.test_later_browser import choose
from tests.faces.walk import PASSWORD
from tests.faces.workbench.test_browser import browser, look, pytestmark, site
from tests.fixtures import published
from tongban.catalogue import queries as catalogue
from tongban.design import actions, queries
from tongban.identity.domain import Role

__all__ = ["browser", "pytestmark", "site"]

EVENT = "newborn"


@pytest.fixture
def opened(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[UUID]:
    """A draft of a designer over the content."""
    del transactional_db
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        enrol("designer-a", Role.DESIGNER)
        yield actions.open_draft(post_of("designer-a"), "新生儿再加一项")
    catalogue.forget()
    connections.close_all()


def signed_in(browser: Any, url: str, path: str, width: int) -> Any:
    """A page on which the designer has signed in; faults of the console fail the test."""
    page = new_page(browser, width)
    page.goto(f"{url}/login?next={path}")
    page.fill("#f-username", "designer-a")
    page.fill("#f-password", PASSWORD)
    page.click("main button.button")
    return page


def items_of(draft: UUID) -> list[dict[str, Any]]:
    """The items of the event as the draft has them."""
    content = queries.file(post_of("designer-a"), draft, "life_events", EVENT)[0]
    assert content is not None
    return list(content["items"])


def test_an_event_is_composed_by_keys_alone(site: str, browser: Any, opened: UUID) -> None:
    """Find an item, add it, see the plan change, give it a condition by choosing, undo: no mouse."""
    page = signed_in(browser, site, f"/designer/drafts/{opened}/event/{EVENT}", 1440)
    keys = page.keyboard
    assert page.locator("#plan-picture [data-element=childcare_subsidy]").count() == 0
    page.locator("#f-q").focus()
    keys.type("yuerbutie")
    add = page.locator("#add-childcare_subsidy")
    add.wait_for()
    add.focus()
    keys.press("Enter")
    page.locator("#use-childcare_subsidy").wait_for()
    page.locator("#plan-picture [data-element=childcare_subsidy]").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "add-childcare_subsidy"
    assert "总时间多" in page.locator("#announce").text_content()
    assert "加了 1 个事项" in page.locator("#told").text_content()

    page.locator("#up-childcare_subsidy").focus()
    keys.press("Enter")
    page.locator(".uses > :nth-child(7)#use-childcare_subsidy").wait_for()
    assert page.evaluate("document.activeElement.id") == "up-childcare_subsidy"

    page.locator("#when-childcare_subsidy").focus()
    keys.press("Enter")
    page.locator("#builder").wait_for()
    page.locator("#a-0-0").select_option("mother.marital_status")
    page.locator("#t-0-0").wait_for()
    page.locator("#u-0-0").wait_for()
    page.locator("#u-0-0").select_option("20")
    page.locator("#sentence strong", has_text="妈妈的婚姻状况是“已婚").wait_for()
    look(page, "composer-condition")
    page.locator("#save-condition").focus()
    keys.press("Enter")
    page.locator("#use-childcare_subsidy .use-how", has_text="妈妈的婚姻状况").wait_for()
    held = {one["item"]: one for one in items_of(opened)}
    assert held["childcare_subsidy"]["when"] == 'mother.marital_status = "20"'

    page.locator("#undo").focus()
    keys.press("Enter")
    page.locator("#use-childcare_subsidy .use-how", has_text="都要办").wait_for()
    assert page.evaluate("document.activeElement.id") == "undo"
    assert "when" not in {one["item"]: one for one in items_of(opened)}["childcare_subsidy"]
    assert page.faults == []
    page.context.close()


def test_a_table_is_chosen_for_a_joint_review(site: str, browser: Any, opened: UUID) -> None:
    """Away from the table and back by choosing; the page says what the table decides, at every width."""
    item = "restaurant_site_inspection"
    page = signed_in(browser, site, f"/designer/drafts/{opened}/item/{item}/review/0", 1280)
    page.click("button[value=by_condition]")
    page.locator("button[value=by_condition]").wait_for(state="detached")
    page.select_option("#f-table", "restaurant_risk/谁去核查")
    page.click("#needed form[method=get] button")
    use = page.locator("button[value=by_decision]")
    use.wait_for()
    assert "部门" in page.locator("#needed").inner_text()
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, "composer-table")
    page.select_option("#f-input-0", "company.food_area")
    page.select_option("#f-input-1", "company.catering_kind")
    use.click()
    page.locator("button[value=by_condition]").wait_for()
    content = queries.file(post_of("designer-a"), opened, "items", item)[0]
    assert content is not None
    [rule] = content["joint_review"]
    assert rule["decision"] == "restaurant_risk"
    assert rule["inputs"] == {"面积": "company.food_area", "主要做什么": "company.catering_kind"}
    page.context.close()


PARTS = ("items", "facts", "roles", "sources", "who")
SOME = ("items", "sources")


@pytest.mark.parametrize(
    ("width", "look_of", "parts"),
    [(320, ("elder", "en"), PARTS), (1600, ("contrast", "zh-hant"), SOME)],
)
def test_the_pages_of_the_composer_are_without_fault(
    site: str, browser: Any, opened: UUID, *, width: int, look_of: tuple[str, str], parts: tuple[str, ...]
) -> None:
    """No accessibility fault and nothing wider than the screen, narrow and wide, in modes and languages."""
    mode, language = look_of
    here = f"/designer/drafts/{opened}/event/{EVENT}"
    page = signed_in(browser, site, here, width)
    choose(page, "mode", mode)
    choose(page, "language", language)
    for part in parts:
        page.goto(f"{site}{here}?part={part}")
        look(page, f"composer-{part}-{mode}")
    for name, path in {
        "condition": f"{here}/condition/items/birth_certificate",
        "preview": f"{here}/preview",
        "item": f"/designer/drafts/{opened}/item/birth_certificate",
        "new": f"/designer/drafts/{opened}/new-event",
    }.items():
        if parts == PARTS or name == "preview":
            page.goto(f"{site}{path}")
            look(page, f"composer-{name}-{mode}")
    page.context.close()
