"""A person at a browser: keys instead of a mouse, pages judged by axe, answers typed as people type them."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from playwright.sync_api import Locator, Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
MOST_TABS = 150
NAMES = {"child.name": "王安然"}


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is, one line each."""
    # Evaluated, not added as a script tag: the strict CSP would refuse the tag, as it should.
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


def fits(page: Page) -> bool:
    """Whether the page needs no sideways scrolling."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
    )
    return wide


def judge(page: Page) -> None:
    """The page has a title and one main heading, no axe violation, and fits its width."""
    assert page.title().strip()
    assert page.locator("h1").count() == 1, page.url
    assert violations(page) == [], page.url
    assert fits(page), f"{page.url} scrolls sideways"


def tab_to(page: Page, target: Locator) -> None:
    """Move the focus to `target` with the Tab key alone; fails when it cannot be reached."""
    wanted = target.element_handle()
    for _ in range(MOST_TABS):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by keyboard on {page.url}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Reach a control by keyboard and use it; it leads to another page."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press(key)


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in by keyboard."""
    tab_to(page, page.locator("input[name=username]"))
    page.keyboard.type(username)
    tab_to(page, page.locator("input[name=password]"))
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def value_for(address: str, kind: str) -> str:
    """What this person types at an address."""
    if address in NAMES:
        return NAMES[address]
    if "phone" in address or "mobile" in address or kind == "tel":
        return "13800138000"
    if "address" in address:
        return "湖南省长沙市岳麓区麓山南路1号"
    if kind == "numeric" or "account" in address:
        return "6222020200112233445"
    return "示例"


def asking(page: Page) -> Locator:
    """The form of a page that asks something: a question, or who one is."""
    return page.locator(
        "main form:has(p.acts button.button):has(input[type=radio], input[type=text], select)"
    )


def answer_page(page: Page) -> None:
    """Answer whatever the page asks, by keyboard, and go on."""
    form = page.locator("form#questions").or_(asking(page)).first
    chosen: set[str] = set()
    for control in form.locator("input:not([type=hidden]):not([type=submit]), select, textarea").all():
        name = control.get_attribute("name") or ""
        kind = control.get_attribute("type") or "text"
        if not name:
            continue  # a help for finding an option, nothing that is sent
        if kind == "radio":
            if name in chosen or form.locator(f"input[name='{name}']:checked").count():
                continue
            chosen.add(name)
            tab_to(page, control)
            page.keyboard.press("Space")
        elif control.evaluate("node => node.tagName") == "SELECT":
            if control.input_value() == "":
                tab_to(page, control)
                page.keyboard.press("ArrowDown")
        elif control.input_value() == "":
            tab_to(page, control)
            address = re.sub(r"\.(year|month|day)$", "", name)
            page.keyboard.type(value_for(address, kind))
    press(page, form.locator("p.acts button.button").first)


def to_receipt(page: Page, look: Callable[[Page], None], *, most: int = 80) -> str:
    """From the first page of a draft to the receipt, judging each page; returns the application's id."""
    for _ in range(most):
        look(page)
        if "/receipt" in page.url:
            return page.url.split("/cases/")[1].split("/")[0]
        if page.locator("form#questions").or_(asking(page)).count():
            answer_page(page)
        else:
            press(page, page.locator("main p.acts .button:not(.second)").last)
    raise AssertionError(f"no receipt after {most} pages, still on {page.url}")
