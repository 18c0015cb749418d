"""Several play one role: the pages on which they are added and taken out, and what becomes of them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from django.test import Client

from tests.catalogue.test_members import house
from tests.faces.walk import PASSWORD
from tongban.casework.models import Case
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.intake import actions, people, queries
from tongban.intake.events import Submitted
from tongban.intake.models import Application, Value
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict
from tongban.runtime import walk, wiring


@pytest.fixture
def several(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    """The small catalogue in which staff are enrolled one by one, published."""
    del db
    for kind, things in house().content.items():
        for code, plain in things.items():
            path = tmp_path / kind / f"{code}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == "items":
                plain["materials"] = []
            path.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("TONGBAN_CATALOGUE", str(tmp_path))
    catalogue_queries.forget()
    catalogue_actions.publish()
    yield catalogue_queries.current()
    catalogue_queries.forget()


@pytest.fixture
def draft(several: Catalogue, mother: UUID) -> UUID:
    """A draft whose consent was given, every registry refused."""
    del several
    found = actions.start(mother, "all", "company")
    actions.consent(found, mother, [])
    return found


@pytest.fixture
def hand(draft: UUID) -> Client:
    """The applicant's browser."""
    del draft
    client = Client()
    assert client.login(username="mama", password=PASSWORD)
    return client


def act(client: Client, draft: UUID, act: str, number: int = 0) -> str:
    """Press one of the page's buttons; the page that comes."""
    where = f"/drafts/{draft}/people/staff"
    response = client.post(where, {"act": act, "number": str(number)}, follow=True)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def names(page: str) -> list[str]:
    """The members that a page lists."""
    return re.findall(r"<strong>(employee\d+)</strong>", page)


def test_the_first_page_asks_who_takes_part(hand: Client, draft: UUID) -> None:
    """Before any question: one member, add, and continue; the draft goes there by itself."""
    page = hand.get(f"/drafts/{draft}/", follow=True)
    view = queries.draft(draft, Application.objects.get(pk=draft).person_id)
    assert view.pages[0].key == "members:staff"
    shown = hand.get(f"/drafts/{draft}/pages/members:staff").content.decode()
    assert names(shown) == ["employee1"]
    assert 'value="remove"' not in shown  # there must be one
    assert page.status_code == 200


def test_numbers_stay_when_one_is_taken_out_and_undo_brings_the_answers_back(
    hand: Client, draft: UUID, mother: UUID
) -> None:
    """The second of three goes and comes back with the name that was typed."""
    act(hand, draft, "add")
    assert names(act(hand, draft, "add")) == ["employee1", "employee2", "employee3"]
    assert actions.answer(draft, mother, {"staff-2.name": "乙"}) == []
    shown = act(hand, draft, "remove", 2)
    assert names(shown) == ["employee1", "employee3"]
    assert "staff-2.name" not in queries.draft(draft, mother).derivation.values
    shown = act(hand, draft, "restore", 2)
    assert names(shown) == ["employee1", "employee2", "employee3"]
    assert queries.draft(draft, mother).derivation.values["staff-2.name"] == "乙"


def test_there_are_never_too_few_or_too_many(hand: Client, draft: UUID, mother: UUID) -> None:
    """The page says so and nothing changes; other acts and other roles are no pages."""
    act(hand, draft, "remove", 1)
    assert queries.draft(draft, mother).bound.lists == {"staff": ("staff-1",)}
    for _ in range(4):
        people.change(draft, mother, "staff", "add")
    with pytest.raises(Conflict, match="at most 5"):
        people.change(draft, mother, "staff", "add")
    assert hand.post(f"/drafts/{draft}/people/staff", {"act": "shout"}).status_code == 404
    assert hand.post(f"/drafts/{draft}/people/company", {"act": "add"}).status_code == 404


def test_each_member_chooses_a_way_on_one_plain_page(hand: Client, draft: UUID, mother: UUID) -> None:
    """Two options by what they ask for; then only the chosen one has a page, and it can be changed."""
    which = "choice-1.all__id_number"
    page = html.unescape(hand.get(f"/drafts/{draft}/pages/{which}").content.decode())
    assert "employee的id_number" in page
    assert page.count('type="radio"') == 2
    for code, there, gone in (("1", "id_number", "phone"), ("2", "phone", "id_number")):
        hand.post(f"/drafts/{draft}/pages/{which}", {which: code})
        keys = {one.key for one in queries.draft(draft, mother).pages}
        assert {which, f"staff-1.{there}"} <= keys
        assert f"staff-1.{gone}" not in keys
    hand.post(f"/drafts/{draft}/pages/{which}", {which: "3"})
    assert queries.draft(draft, mother).answers[which] == "2"


def filled_in(draft: UUID, mother: UUID) -> None:
    """Answer whatever is asked."""
    for _ in range(10):
        view = queries.draft(draft, mother)
        if not view.open:
            return
        lists = view.draft.catalogue.lists
        typed = {
            one.address: lists[one.element.code_list].codes[0].code
            if one.element.code_list
            else {"integer": "30"}.get(one.element.type, f"x {one.address}")
            for one in view.open
        }
        assert actions.answer(draft, mother, typed) == []


def test_the_case_has_a_dispatch_for_each_and_forgets_who_was_taken_out(
    hand: Client, draft: UUID, mother: UUID
) -> None:
    """Two enrolments and one report; nothing of the third, who was taken out, is kept."""
    for _ in range(2):
        act(hand, draft, "add")
    assert actions.answer(draft, mother, {"staff-2.name": "乙"}) == []
    act(hand, draft, "remove", 2)
    filled_in(draft, mother)
    assert [one.code for one in queries.draft(draft, mother).faults] == ["members.unsure"]
    act(hand, draft, "confirm")
    receipt = actions.submit(draft, mother)
    assert receipt.items == ("enrol-1", "enrol-3", "report")
    assert not Value.objects.filter(application_id=draft, address__startswith="staff-2.").exists()
    [submitted] = journal.stream(draft, [Submitted.TYPE])
    wiring.open_case(submitted)
    case = Case.objects.get(pk=draft)
    assert case.shape == {"members": {"staff": [1, 3]}}
    assert [row.item for row in case.dispatches.order_by("order")] == ["enrol-1", "enrol-3", "report"]
    page = html.unescape(hand.get(f"/cases/{draft}/").content.decode())
    assert "enrol（employee3）" in page


def test_a_demo_walk_takes_in_whom_its_answers_name_and_only_once(draft: UUID, mother: UUID) -> None:
    """Answers about a third member make three; each is answered, and these are all."""
    for _ in range(2):  # filling in what is filled in changes nothing
        walk.complete(draft, mother, {"staff-1.name": "甲", "staff-3.name": "丙", "staff-3.age": 30})
        view = queries.draft(draft, mother)
        assert view.bound.lists == {"staff": ("staff-1", "staff-2", "staff-3")}
        assert view.derivation.values["staff-3.name"] == "丙"
        assert view.faults == []
