"""Few steps: who is preselected at the start, and how many pages lie between home and receipt."""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from tests.faces import walk
from tests.faces.test_citizen import read
from tongban.faces.citizen.people import likely_role
from tongban.intake import prefill, queries
from tongban.intake.models import Value

MOST = 5
"""Pages from home to the receipt on which an elderly person has to do something (FACES.md)."""
CHECKED = re.compile(r'<input type="(?:radio|checkbox)"[^>]* name="([^"]+)" value="([^"]+)" checked')


@pytest.mark.parametrize(
    ("roles", "sex", "expected"),
    [
        (("mother", "father"), "2", "mother"),
        (("mother", "father"), "1", "father"),
        (("mother", "father"), "0", None),
        (("mother", "father"), "", None),
        (("mother", "guardian"), "2", None),
        (("mother", "guardian"), "1", "guardian"),
        (("father",), "2", None),
        (("buyer", "seller"), "1", None),
        (("legal_representative",), "", "legal_representative"),
        ((), "2", None),
    ],
)
def test_only_a_role_that_cannot_be_wrong_is_preselected(
    roles: tuple[str, ...], sex: str, expected: str | None
) -> None:
    """A woman is not asked whether she is the mother or the father; where two are possible, she chooses."""
    assert likely_role(roles, sex) == expected


def chosen(client: Client, event: str) -> list[tuple[str, str]]:
    """What the start page has chosen beforehand."""
    return CHECKED.findall(read(client.get(f"/events/{event}/start")))


def test_the_start_page_preselects_by_the_sign_in(browser: Client, stranger: UUID) -> None:
    """She is the mother, he is the father, both can change it; buyer or seller is for them to say."""
    del stranger
    assert chosen(browser, "newborn") == [("role", "mother")]
    assert chosen(browser, "second_hand_home") == []
    assert chosen(browser, "company_start_up") == [("role", "legal_representative")]
    he = Client()
    assert he.login(username="other", password=walk.PASSWORD)
    assert chosen(he, "newborn") == [("role", "father")]
    begun = he.post("/events/newborn/start", {"role": "mother"})
    assert begun.status_code == 302


def everything_known(application_id: UUID, person_id: UUID) -> None:
    """Stands where the registries stand: whatever would be asked, somebody vouches for."""
    for _ in range(20):
        view = queries.draft(application_id, person_id)
        if not view.asked:
            break
        for question in view.asked:
            raw = walk.typed(question.address, question.element, view.draft.catalogue)
            Value.objects.create(
                application_id=application_id,
                address=question.address,
                answered=False,
                value=_plain(raw, str(question.element.type)),
                kind="known",
                at=dt.datetime.now(dt.UTC),
            )


def _plain(raw: str, kind: str) -> Any:
    if kind == "boolean":
        return raw == "true"
    if kind == "integer":
        return int(raw)
    return f"{raw.replace(' ', 'T')}:00+08:00" if kind == "datetime" else raw


def test_five_steps_from_home_to_the_receipt_in_elder_mode(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When everything is known, I do something on at most five pages, and the sixth is my receipt."""

    def known(application_id: UUID, person_id: UUID, *, refresh: bool = False) -> None:
        if not refresh:
            everything_known(application_id, person_id)

    monkeypatch.setattr(prefill, "prefill", known)
    browser.post("/mode", {"mode": "elder", "next": "/"})
    steps: list[str] = []
    response = browser.get("/")
    address = "/"
    for _ in range(MOST + 5):
        html = read(response)
        assert 'data-mode="elder"' in html
        [step] = re.findall(r'<main id="main"[^>]* data-step="([a-z]+)"', html)
        steps.append(step)
        if step == "receipt":
            break
        response = _on(browser, address, step, html)
        address = response.redirect_chain[-1][0] if response.redirect_chain else response.request["PATH_INFO"]
        address = urlsplit(address).path
    assert steps == ["home", "guide", "start", "consent", "check", "receipt"]
    assert len(steps) - 1 <= MOST


def _on(browser: Client, address: str, step: str, html: str) -> Any:
    """Do the page's one main thing, as it is offered: follow the link, or send the form as it stands."""
    if step == "home":
        [link] = re.findall(r'<a class="tile" href="(/events/newborn/)"', html)
        return browser.get(link, follow=True)
    if step == "guide":
        link = re.findall(r'<a class="button" href="([^"]+)"', html)[0]
        return browser.get(link, follow=True)
    sent: dict[str, list[str]] = {}
    for name, value in CHECKED.findall(html):
        sent.setdefault(name, []).append(value)
    return browser.post(address, sent, follow=True)
