"""Real browser, real house: a family applies at 360 px by keyboard alone, mends one thing, and is done."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.chromium import CHROMIUM, FLAGS, PATIENCE
from tests.e2e.browsing import (
    asking,
    fits,
    judge,
    press,
    sign_in,
    tab_to,
    to_receipt,
    upload_all,
    value_for,
    violations,
)
from tests.e2e.house import RunningHouse
from tongban.runtime.seed import PASSWORD

pytestmark = pytest.mark.slow

PHONE: ViewportSize = {"width": 360, "height": 780}
ENDS = PATIENCE
"""Milliseconds a case may take on a busy machine; nothing here asserts a time."""
PICTURES = os.environ.get("PICTURES")
"""Folder for the documents' pictures; they are made only when it is named."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; ended with this file, since its loop would run on under other tests."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: the browser tests must run here.")
        pytest.skip(f"LOUD: {CHROMIUM} is missing, so nothing was tried in a browser. Run `make test`.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=ENDS)
        yield found
        found.close()


@pytest.fixture
def phone(browser: Browser, house: RunningHouse) -> Iterator[Page]:
    """A narrow phone whose every page must be free of script errors and refused resources."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", base_url=house.url)
    context.set_default_timeout(ENDS)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    context.close()
    assert broken == []


def picture(page: Page, name: str) -> None:
    """Keep a picture for the documents."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


_JUDGED: set[str] = set()


def judge_new(page: Page) -> None:
    """Judge a page, unless the same page of another application was judged on a phone already."""
    place = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", page.url)
    if place not in _JUDGED:
        judge(page)
        _JUDGED.add(place)


def apply(page: Page, username: str, look: Callable[[Page], None] = judge_new) -> str:
    """From the home page to the receipt, as `username`, by keyboard, judging every page."""
    page.goto("/")
    judge_new(page)
    tab_to(page, page.locator("input[type=search], input[name=q]").first)
    page.keyboard.type("shanghukou")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    judge_new(page)
    press(page, page.locator("main a[href='/events/newborn/']").first)
    judge_new(page)
    picture(page, "guide")
    press(page, page.locator("main p.acts a.button").first)
    judge_new(page)
    sign_in(page, username, PASSWORD)
    return to_receipt(page, look)


def test_apply_mend_and_finish_by_keyboard_on_a_phone(phone: Page, healthy: RunningHouse) -> None:
    """A mother applies, one department asks for one thing, she mends only that, and all seven are done."""
    house = healthy
    house.department("health").control(
        script={
            "birth_certificate": [
                {"correction": {"faults": [{"field": "newborn.fullName"}]}},
            ]
        }
    )
    application_id = apply(phone, "mother")

    press(phone, phone.locator("main p.acts a.button").first)
    judge(phone)
    mend = phone.locator(".card-me a.button")
    expect(mend).to_be_visible(timeout=ENDS)  # the page hears of it by itself
    judge(phone)
    picture(phone, "progress")
    press(phone, mend)
    judge(phone)
    named = phone.locator("main form [name]:not([type=hidden]):not(button)")
    assert [one.get_attribute("name") for one in named.all()] == ["child.name"]
    tab_to(phone, named.first)
    phone.keyboard.press("Control+A")
    phone.keyboard.type("王安宁")
    press(phone, phone.locator("main p.acts button.button"))
    judge(phone)

    expect(phone.locator(".dispatch-approved")).to_have_count(7, timeout=ENDS)
    judge(phone)
    press(phone, phone.locator("main p.acts a.button").first)
    judge(phone)
    held = "SELECT value FROM casework_casevalue WHERE case_id = %s AND address = %s"
    assert house.rows(held, application_id, "child.name") == [("王安宁",)]
    phone.goto("/my/reads")
    judge(phone)
    assert phone.locator("main li, main tbody tr").count() > 0
    assert house.case(application_id)["faults"] == []
    assert house.effects(application_id) == {1}


def test_a_department_killed_in_the_middle_loses_and_repeats_nothing(
    phone: Page, house: RunningHouse
) -> None:
    """Public security's system dies during a case and comes back: only its own items wait."""

    def kill_before_submission(page: Page) -> None:
        judge_new(page)
        if page.url.endswith("/check") and house.services["department.public_security"].alive():
            house.kill("department.public_security")

    application_id = apply(phone, "mother_mixed", kill_before_submission)
    assert not house.services["department.public_security"].alive()
    press(phone, phone.locator("main p.acts a.button").first)
    expect(phone.locator("#d-birth_certificate.dispatch-approved")).to_be_visible(timeout=ENDS)
    expect(phone.locator("#d-maternity_benefit.dispatch-approved")).to_be_visible(timeout=ENDS)
    expect(phone.locator("#d-household_registration_newborn .note-warning")).to_be_visible(timeout=ENDS)
    judge(phone)
    house.start("department.public_security")
    expect(phone.locator(".dispatch-approved")).to_have_count(7, timeout=ENDS)
    judge(phone)
    assert house.case(application_id)["faults"] == []
    assert house.effects(application_id) == {1}


def test_everything_works_without_javascript(browser: Browser, house: RunningHouse) -> None:
    """An old phone without JavaScript gets the same journey with plain pages."""
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", base_url=house.url, java_script_enabled=False
    )
    context.set_default_timeout(ENDS)
    page = context.new_page()
    page.goto("/events/newborn/start")
    page.fill("input[name=username]", "mother_unmarried")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    for _ in range(80):
        if "/receipt" in page.url:
            break
        form = page.locator("form#questions").or_(asking(page))
        if form.count():
            _fill_plainly(form.first)
            form.first.locator("p.acts button.button").first.click()
        else:
            if page.url.endswith("/pages/materials"):
                upload_all(page)
            page.locator("main p.acts .button:not(.second)").last.click()
    assert "/receipt" in page.url, page.url
    context.close()


def _fill_plainly(form: Locator) -> None:
    for control in form.locator("input:not([type=hidden]), select, textarea").all():
        name, kind = control.get_attribute("name") or "", control.get_attribute("type") or "text"
        if kind == "radio":
            if not form.locator(f"input[name='{name}']:checked").count():
                control.check()
        elif control.evaluate("node => node.tagName") == "SELECT":
            if control.input_value() == "":
                control.select_option(index=1)
        elif control.input_value() == "":
            control.fill(value_for(name, kind))


@pytest.mark.parametrize(
    ("language", "mode"),
    [
        ("zh-hans", "standard"),
        ("zh-hant", "elder"),
        ("en", "contrast"),
        ("en", "elder"),  # the longest words in the largest letters
    ],
)
def test_open_pages_in_every_mode_and_language(
    browser: Browser, house: RunningHouse, mode: str, language: str
) -> None:
    """Home, guides, search, help and sign-in pass axe and fit 320 px in every mode and language."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, base_url=house.url)
    context.set_default_timeout(ENDS)
    page = context.new_page()
    page.goto("/")
    _choose(context, page, "mode", mode)
    _choose(context, page, "language", language)
    for path in (
        "/",
        "/events/newborn/",
        "/events/second_hand_home/",
        "/events/company_start_up/",
        "/search?q=%E4%B8%8A%E6%88%B7%E5%8F%A3",
        "/search?q=zzzz",
        "/help",
        "/login",
        "/nothing-here",
    ):
        page.goto(path)
        assert page.locator("html").get_attribute("data-mode") == mode
        judge(page)
    context.close()


def _choose(context: BrowserContext, page: Page, what: str, value: str) -> None:
    """Choose mode or language as the header's forms do."""
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    answer = context.request.post(
        f"/{what}",
        form={what: value, "csrfmiddlewaretoken": token, "next": "/"},
        headers={"referer": page.url},
    )
    assert answer.ok, answer.status


def test_a_large_zoom_and_wide_spacing_cut_nothing_off(browser: Browser, house: RunningHouse) -> None:
    """At 400 % zoom (a 320 px wide page on a desktop) and with the text spacing of WCAG 1.4.12."""
    context = browser.new_context(viewport={"width": 320, "height": 256}, base_url=house.url, bypass_csp=True)
    context.set_default_timeout(ENDS)
    page = context.new_page()
    for path in ("/", "/events/newborn/", "/login"):
        page.goto(path)
        page.add_style_tag(
            content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
            " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
        )
        assert fits(page), path
        assert violations(page) == []
    context.close()
