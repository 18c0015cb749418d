"""A person at a browser: keys instead of a mouse, pages judged by axe, answers typed as people type them."""

import io
import re
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tongban.kernel.numbers import make_resident_id

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
RULES |= {"resultTypes": ["violations"], "preload": False, "iframes": False}  # nothing of what passed
MOST_TABS = 150
TYPED = {
    "child.name": "王安然",
    "father.name": "李强",
    "father.id_number": make_resident_id("430102", date(1990, 5, 6), 31),
}
PARTS = {"year": "1990", "month": "5", "day": "6"}
"""What goes into the three boxes of a date."""


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


def too_wide(page: Page) -> list[str]:
    """What reaches beyond the right edge, for the message of a failure."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right >"
        " document.documentElement.clientWidth + 1).map(one => one.tagName + '.' + one.className + ' '"
        " + one.textContent.trim().slice(0, 40))"
    )
    return found[:8]


def judge(page: Page) -> None:
    """The page has a title and one main heading, no axe violation, and fits its width."""
    assert page.title().strip()
    assert page.locator("h1").count() == 1, page.url
    assert violations(page) == [], page.url
    assert fits(page), f"{page.url} scrolls sideways: {too_wide(page)}"


def tab_to(page: Page, target: Locator) -> None:
    """Move the focus to `target` with the Tab key alone; fails when it cannot be reached."""
    for _ in range(MOST_TABS):
        if target.evaluate("wanted => document.activeElement === wanted"):  # a live page may have renewed it
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
    if address in TYPED:
        return TYPED[address]
    last = re.split(r"[._:-]", address)[-1]
    if last in PARTS:
        return PARTS[last]
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
            page.keyboard.type(value_for(name, kind))
    press(page, form.locator("p.acts button.button").first)


def upload_all(page: Page) -> None:
    """Give every document of the page a picture; the button is pressed as people press it."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    for place in range(page.locator("main form[enctype='multipart/form-data']").count()):
        form = page.locator("main form[enctype='multipart/form-data']").nth(place)
        form.locator("input[type=file]").set_input_files(
            {"name": "photo.png", "mimeType": "image/png", "buffer": picture.getvalue()}
        )
        tab_to(page, form.locator("button"))
        page.keyboard.press("Enter")
        expect(page.locator("main ul.files")).to_have_count(place + 1)


def to_receipt(page: Page, look: Callable[[Page], None], *, most: int = 80) -> str:
    """From the first page of a draft to the receipt, judging each page; returns the application's id."""
    for _ in range(most):
        look(page)
        if "/receipt" in page.url:
            return page.url.split("/cases/")[1].split("/")[0]
        if page.locator("form#questions").or_(asking(page)).count():
            answer_page(page)
        else:
            if page.url.endswith("/pages/materials"):
                upload_all(page)
            press(page, page.locator("main p.acts .button:not(.second)").last)
    raise AssertionError(f"no receipt after {most} pages, still on {page.url}")
