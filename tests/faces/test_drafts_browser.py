"""Two people at two browsers: from a draft to what applies, and back."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect

from tests.chromium import new_page
from tests.faces.test_later_browser import choose
from tests.faces.walk import PASSWORD
from tests.faces.workbench.test_browser import browser, look, pytestmark, site
from tests.fixtures import clerk_post, published
from tongban.catalogue import queries as catalogue
from tongban.identity.domain import Role

__all__ = ["browser", "pytestmark", "site"]


@pytest.fixture
def office(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A designer and an approver over the content."""
    del transactional_db
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        clerk_post("designer-a", "development_reform", roles=[Role.DESIGNER])
        clerk_post("approver-a", "development_reform", roles=[Role.APPROVER])
        yield
    catalogue.forget_all()
    connections.close_all()


def signed_in(browser: Any, url: str, name: str, width: int) -> Any:
    """A page on which somebody has signed in; faults of the console fail the test."""
    page = new_page(browser, width)
    page.goto(f"{url}/login?next=/designer/")
    page.fill("#f-username", name)
    page.fill("#f-password", PASSWORD)
    page.click("main button.button")
    return page


def visits() -> int:
    """What applies now for the birth certificate."""
    catalogue.forget()
    return catalogue.current().item("birth_certificate").visits


def written(designer: Any, before: int) -> None:
    """Begin a draft, make a mistake, read what is wrong, mend it."""
    look(designer, "drafts-empty")
    designer.click("text=新建草稿")
    designer.select_option("#f-start", "items/birth_certificate")
    designer.fill("#f-title", "出生证明：改跑动次数")
    look(designer, "drafts-new")
    designer.click("main button.button")
    text = re.sub(r"/drafts/([^/]+)/.*", r"/drafts/\1/file/items/birth_certificate", designer.url)
    designer.goto(text)
    area = designer.locator("#f-text")
    original = area.input_value()
    area.fill(re.sub(r"(promised:\s+amount: )\d+", r"\g<1>99", original))
    designer.click("text=保存并检查")
    expect(designer.locator("main")).to_contain_text("承诺时限超过了法定时限")
    designer.click("nav >> text=检查")
    look(designer, "drafts-review-error")
    assert designer.locator("main a.button >> text=提交审批").count() == 0
    assert designer.locator("ul.findings-list a").count() >= 1
    designer.goto(text)
    area = designer.locator("#f-text")
    area.fill(original.replace(f"visits: {before}", f"visits: {before + 1}"))
    designer.click("text=保存并检查")
    expect(designer.locator(".note-success")).to_contain_text("已保存")


def decided(approver: Any, before: int) -> None:
    """Read, approve, and let the version before apply again."""
    approver.click("text=出生证明：改跑动次数")
    approver.click("text=去审批")
    look(approver, "drafts-decide")
    approver.click("text=批准发布")
    expect(approver.locator(".note-success")).to_contain_text("已批准")
    assert visits() == before + 1
    look(approver, "drafts-versions")
    approver.click("text=恢复到这个版本")
    approver.fill("#f-note", "群众有意见")
    look(approver, "drafts-again")
    approver.click("main button.danger")
    expect(approver.locator(".note-success")).to_contain_text("已恢复")
    assert visits() == before


def test_a_change_is_drafted_reviewed_approved_and_rolled_back(site: str, browser: Any, office: None) -> None:
    """Draft, mend an error, try out, submit, approved by another, applies, and the version before again."""
    del office
    before = visits()
    designer = signed_in(browser, site, "designer-a", 1280)
    written(designer, before)
    designer.click("nav >> text=试办")
    designer.click("[data-act=next]")
    expect(designer.locator("[data-told]")).to_contain_text("第 2 步")
    assert designer.locator("#run .token").count() >= 1
    look(designer, "drafts-tryout")
    designer.click("nav >> text=检查")
    look(designer, "drafts-review")
    designer.click("main a.button >> text=提交审批")
    designer.fill("#f-note", "按人手实际调整")
    look(designer, "drafts-submit")
    designer.click("main button.button")
    look(designer, "drafts-submitted")
    assert visits() == before

    approver = signed_in(browser, site, "approver-a", 390)
    decided(approver, before)

    choose(approver, "mode", "contrast")
    choose(approver, "language", "en")
    approver.goto(f"{site}/designer/versions")
    look(approver, "drafts-versions-contrast-en")
    assert designer.faults + approver.faults == []
    designer.context.close()
    approver.context.close()
