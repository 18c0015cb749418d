"""The public catalogue in a real browser: narrow and wide, by mode and language, and by keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests.chromium import new_page
from tests.faces.test_later_browser import choose
from tests.faces.workbench.test_browser import browser, look, pytestmark, site
from tests.fixtures import changed_catalogue, published
from tongban.catalogue import actions, check, queries

__all__ = ["browser", "pytestmark", "site"]

PATHS = {
    "catalogue": "/catalogue/",
    "item": "/catalogue/items/household_registration_newborn/",
    "department": "/catalogue/departments/tax/",
    "changes": "/catalogue/changes",
    "guide": "/events/second_hand_home/",
    "search": "/search?q=新生而",
    "search-pages": "/search?q=登记&page=2",
    "search-none": "/search?q=xqzwvk",
}


@pytest.fixture
def two_versions(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The content, and a newer version in which some things differ."""
    del transactional_db
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        monkeypatch.setattr(actions, "check_folder", check.check_folder)
        changed_catalogue(
            {
                "items/maternity_benefit.yaml": ("promised: {amount: 3", "promised: {amount: 2"),
                "items/seal_filing.yaml": ("visits: 1", "visits: 4"),
            },
        )
        yield
    queries.forget()
    connections.close_all()


@pytest.mark.parametrize(
    ("width", "look_of"),
    [(320, ("elder", "zh-hant")), (1280, ("contrast", "en"))],
)
def test_the_pages_of_the_catalogue_are_without_fault(
    site: str, browser: Any, two_versions: None, width: int, look_of: tuple[str, str]
) -> None:
    """No accessibility fault, nothing wider than the screen, at each width, mode and language."""
    del two_versions
    mode, language = look_of
    page = opened(browser, width)
    page.goto(f"{site}/")
    choose(page, "mode", mode)
    choose(page, "language", language)
    for name, path in PATHS.items():
        page.goto(f"{site}{path}")
        assert page.locator("main h1").count() == 1
        look(page, f"{name}-{mode}")
    page.context.close()


def test_the_catalogue_is_walked_by_keys_and_without_javascript(
    site: str, browser: Any, two_versions: None
) -> None:
    """Search, open the result, unfold, follow a link: with plain links and forms."""
    del two_versions
    page = opened(browser, 360, java_script_enabled=False)
    page.goto(f"{site}/catalogue/")
    page.locator("#q").focus()
    page.keyboard.type("hukou")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=hukou")
    page.locator(".hit-name a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main h1").count() == 1
    page.goto(f"{site}/catalogue/")
    page.locator("details.fold summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.fold[open]").count() == 1
    page.context.close()


def opened(browser: Any, width: int, **options: Any) -> Any:
    """A page of nobody in particular."""
    return new_page(browser, width, height=800, **options)
