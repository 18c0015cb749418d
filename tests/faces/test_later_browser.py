"""Documents that follow later, in a real browser: every mode, 320 px, keys, and without JavaScript."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from tests.faces import walk
from tests.faces.walk import PASSWORD
from tests.faces.workbench import desk
from tests.faces.workbench.test_browser import browser, look, pytestmark, signed_in, site
from tests.fixtures import published
from tongban.casework import queries
from tongban.casework.models import CaseFile
from tongban.catalogue import queries as catalogue_queries
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.kernel.numbers import make_resident_id

__all__ = ["browser", "pytestmark", "site"]

CARD = "bank_card_copy.mother"


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[UUID]:
    """The content, a clerk, and a mother."""
    del transactional_db
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in this thread
    with published():
        identity.enrol_staff(
            username="re-one",
            password=PASSWORD,
            display_name="周敏",
            department="real_estate",
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
    connections.close_all()


def choose(page: Any, what: str, value: str) -> None:
    """Choose mode or language as the header's forms do."""
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    origin = page.url.split("/", 3)
    answer = page.context.request.post(
        f"{origin[0]}//{origin[2]}/{what}",
        form={what: value, "csrfmiddlewaretoken": token, "next": "/"},
        headers={"referer": page.url},
    )
    assert answer.ok, answer.status


def test_sending_a_document_is_without_fault(site: str, browser: Any, person: UUID) -> None:
    """Progress, the page and its fault fit 320 px and pass axe in each mode and language; it is sent."""
    case = walk.opened(person)
    page = signed_in(browser, site, "mama", width=320)
    for mode, language in (("standard", "zh-hans"), ("elder", "zh-hant"), ("contrast", "en")):
        page.goto(f"{site}/cases/{case}/")
        choose(page, "mode", mode)
        choose(page, "language", language)
        page.goto(f"{site}/cases/{case}/")
        assert page.locator("html").get_attribute("data-mode") == mode
        assert page.locator(".card-later").count() == 2
        look_at(page, f"later-progress-{mode}")
        page.locator(f".card-later a[href$='{CARD}']").click()
        look_at(page, f"later-{mode}")
        page.locator("main p.acts button.button").click()
        assert page.locator("#summary a[href='#f-file']").count() == 1
        look_at(page, f"later-fault-{mode}")
    page.set_input_files("#f-file", {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": walk.picture()})
    page.locator("main p.acts button.button").click()
    page.wait_for_url(f"{site}/cases/{case}/")
    assert page.locator(".note-success").count() == 1
    assert page.locator(".card-later").count() == 1
    page.context.close()
    assert CARD not in [one.key for one in queries.awaited(case, person)]


def test_sending_a_document_works_without_javascript(site: str, browser: Any, person: UUID) -> None:
    """An old phone sends it with a plain form."""
    case = walk.opened(person)
    page = signed_in(browser, site, "mama", width=360, java_script_enabled=False)
    page.goto(f"{site}/cases/{case}/")
    page.locator(f".card-later a[href$='{CARD}']").click()
    page.set_input_files("#f-file", {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": walk.picture()})
    page.locator("main p.acts button.button").click()
    assert page.locator(".note-success").count() == 1
    page.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_clerks_list_of_missing_documents_is_without_fault(
    site: str, browser: Any, person: UUID, width: int
) -> None:
    """The clerk's case view with documents that are not there passes axe and fits."""
    case = desk.utilities(catalogue_queries.current(), person)
    CaseFile.objects.filter(case=case).update(replaced_at=dt.datetime.now(dt.UTC))
    [found] = queries.case(case, person).dispatches
    page = signed_in(browser, site, "re-one", width=width)
    choose(page, "language", "en")
    page.goto(f"{site}/workbench/dispatches/{found.id}/")
    assert page.locator(".lacking li").count() >= 1
    look(page, "lacking")
    page.context.close()


def look_at(page: Any, name: str) -> None:
    """As `look`, on a page that listens for progress: its network need not be still."""
    page.wait_for_load_state("load")
    look(page, name)
