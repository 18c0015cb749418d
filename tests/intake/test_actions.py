"""Drafts, answers, files and submission, as a person meets them."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from tests.fixtures import enrol_person, picture, value_of
from tests.intake.conftest import Desk, Registries
from tests.intake.situations import FATHER_ID
from tongban.catalogue import documents
from tongban.intake import actions, queries
from tongban.intake.models import Application, Upload, Value
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, InvalidInput, NotFound, TongbanError, TooLarge
from tongban.kernel.ids import new_id, parse_number

BIRTH = {
    "child.plurality": "1",
    "child.delivery_place": "hospital",
    "mother.insurance_kind": "employee",
    "father.ethnic_group": "01",
    "mother.benefit_account_name": "李明月",
    "mother.benefit_account_number": "6222020200112233445",
}


def fill(desk: Desk, given: dict[str, Any] | None = None) -> None:
    """Answer everything and bring every document."""
    for _ in range(10):
        view = desk.view
        if not view.open:
            break
        catalogue = view.draft.catalogue
        fitting = {one.address: value_of(one.address, catalogue) for one in view.open}
        # How things are handed over differs from event to event.
        fitting |= {name: "electronic" for name in fitting if name.endswith(".receive_by")}
        values = {name: (BIRTH | (given or {})).get(name, value) for name, value in fitting.items()}
        assert actions.answer(desk.id, desk.person, values) == []
    for one in desk.view.materials:
        if one.required and not one.may_follow_days and not desk.view.uploads.get(one.key):
            actions.upload(desk.id, desk.person, one.key, "photo.jpg", picture())


@pytest.fixture
def ready(desk: Desk, registries: Registries) -> Desk:
    """A draft in which nothing is missing."""
    del registries
    desk.consent()
    fill(desk)
    assert desk.view.complete
    return desk


def test_drafts_are_kept_and_listed_last_touched_first(desk: Desk) -> None:
    """Someone who comes back tomorrow finds both applications."""
    second = actions.start(desk.person, "second_hand_home", "buyer")
    Application.objects.filter(pk=second).update(touched_at=datetime.now(UTC) - timedelta(days=1))
    cards = queries.drafts(desk.person)
    assert [(card.application_id, card.event_code) for card in cards] == [
        (desk.id, "newborn"),
        (second, "second_hand_home"),
    ]


def test_the_sign_in_vouches_for_the_applicant(desk: Desk) -> None:
    """Name and number are not asked of someone who is signed in."""
    held = {one.address: one.provenance.kind for one in desk.view.derivation.prefilled}
    assert held["mother.name"] == held["mother.id_number"] == "sign_in"


def test_who_may_not_apply_is_told(catalogue_published: object, person: UUID) -> None:
    """A role that the event does not let apply, a person who is not there, and the twenty-first draft."""
    del catalogue_published
    with pytest.raises(InvalidInput):
        actions.start(person, "newborn", "child")
    with pytest.raises(NotFound):
        actions.start(new_id(), "newborn", "mother")
    for _ in range(actions.MAX_DRAFTS):
        actions.start(person, "newborn", "mother")
    with pytest.raises(Conflict) as error:
        actions.start(person, "newborn", "mother")
    assert error.value.code == "application.too_many_drafts"


def test_a_strangers_id_is_as_good_as_none(ready: Desk, stranger: UUID) -> None:
    """Every act and every page: the same answer for another's draft as for one that does not exist."""
    upload, left_out = new_id(), True
    acts: list[Any] = [
        lambda one: queries.draft(one, stranger),
        lambda one: queries.receipt(one, stranger),
        lambda one: actions.consent(one, stranger, set()),
        lambda one: actions.answer(one, stranger, {"child.name": "李安"}),
        lambda one: actions.dispute(one, stranger, "mother.birth_date", ""),
        lambda one: actions.undispute(one, stranger, "mother.birth_date"),
        lambda one: actions.reviewed(one, stranger),
        lambda one: actions.leave_out(one, stranger, "utilities_transfer", left_out),
        lambda one: actions.upload(one, stranger, "household_register.mother", "a.jpg", picture()),
        lambda one: actions.remove_upload(one, stranger, upload),
        lambda one: actions.submit(one, stranger),
        lambda one: actions.discard(one, stranger),
    ]
    before = len(journal.stream(ready.id))
    for act in acts:
        problems = []
        for one in (ready.id, new_id()):
            with pytest.raises(NotFound) as error:
                act(one)
            problems.append(error.value.to_problem())
        assert problems[0] == problems[1]
    assert len(journal.stream(ready.id)) == before
    assert ready.view.complete


def test_good_answers_are_kept_beside_wrong_ones(desk: Desk) -> None:
    """A page with two questions: what is right need not be typed again, what is wrong says why."""
    actions.consent(desk.id, desk.person, set())
    codes = desk.answer(child__name="李安", child__birth_date="2026-02-30", child__sex="7", mother__name="赵")
    assert codes == ["answer.no_such_date", "answer.choice", "answer.not_asked"]
    assert desk.view.answers == {"child.name": "李安"}
    [event] = [one for one in journal.stream(desk.id) if one.type == "tongban.intake.answered"]
    assert event.data == {"addresses": ["child.name"]}
    assert "李安" not in str(event.data)


def test_a_required_answer_may_not_be_left_empty_and_an_optional_one_may(desk: Desk) -> None:
    """The attendant may be unknown, the child's name may not."""
    actions.consent(desk.id, desk.person, set())
    assert desk.answer(child__name="  ") == ["answer.required"]
    assert desk.answer(child__attendant_name="") == []
    assert "child.attendant_name" not in [one.address for one in desk.view.open]
    assert "child.name" in [one.address for one in desk.view.open]


@pytest.mark.parametrize("typed", ["名\x00", "\ud800", "名" * 60, FATHER_ID + "0"])
def test_a_wrong_answer_changes_nothing(desk: Desk, typed: str) -> None:
    """Neither the table nor the journal, and no department is asked."""
    actions.consent(desk.id, desk.person, set())
    actions.answer(desk.id, desk.person, {"mother.marital_status": "20", "father.id_document_type": "111"})
    address = "father__id_number" if typed.startswith("4") else "child__name"
    before = (len(journal.stream(desk.id)), desk.view.answers)
    assert len(desk.answer(**{address: typed})) == 1
    assert (len(journal.stream(desk.id)), desk.view.answers) == before


@pytest.mark.usefixtures("registries")
def test_answers_to_questions_that_went_away_go_to_nobody(desk: Desk) -> None:
    """Twins, third in order, then one child after all: the department never sees the order."""
    desk.consent()
    assert desk.answer(child__plurality="2") == []
    assert desk.answer(child__birth_order="2") == []
    assert desk.answer(child__plurality="1") == []
    fill(desk)
    actions.submit(desk.id, desk.person)
    addresses = {one.address for one in queries.submission(desk.id).values}
    assert "child.birth_order" not in addresses
    assert {"child.plurality", "mother.name", "father.name"} <= addresses


@pytest.mark.usefixtures("registries")
def test_a_broken_rule_keeps_the_application_back(desk: Desk) -> None:
    """The third of two children: told at the values it names, in the rule's words, until one is mended."""
    desk.consent()
    fill(desk, {"child.plurality": 2, "child.birth_order": 3})
    [(item, rule)] = desk.view.findings
    assert (item, rule.code) == ("birth_certificate", "order_beyond_plurality")
    code = "rule.birth_certificate.order_beyond_plurality"
    assert {(fault.address, fault.code) for fault in desk.view.faults} == {
        ("child.birth_order", code),
        ("child.plurality", code),
    }
    assert all(fault.detail == rule.reason.en for fault in desk.view.faults)
    assert not desk.view.complete
    with pytest.raises(InvalidInput) as error:
        actions.submit(desk.id, desk.person)
    assert [fault.code for fault in error.value.faults] == [code, code]
    assert desk.answer(child__birth_order="2") == []
    assert desk.view.findings == ()
    actions.submit(desk.id, desk.person)


def test_a_rule_that_rejects_warns_and_does_not_hold(catalogue_published: object, person: UUID) -> None:
    """A sealed home will be refused by the registrar: the buyer reads it before submitting, and may."""
    del catalogue_published
    desk = Desk(actions.start(person, "second_hand_home", "buyer"), person)
    actions.consent(desk.id, person, set())
    fill(
        desk, {"property.ownership_kind": "joint", "seller.spouse_agrees": False, "property.sealed_up": False}
    )
    rejecting = [rule.code for _, rule in desk.view.findings if rule.outcome == "reject"]
    assert rejecting == ["spouse_disagrees"]
    assert not [fault for fault in desk.view.faults if "spouse_disagrees" in fault.code]


# -- files


@pytest.fixture
def paper(desk: Desk) -> str:
    """A document that is needed."""
    actions.consent(desk.id, desk.person, set())
    assert "household_register.mother" in {one.key for one in desk.view.materials}
    return "household_register.mother"


def test_a_file_is_kept_once_and_removed(desk: Desk, paper: str) -> None:
    """The same photo twice is one file; removing it twice is no error; its bytes are gone."""
    first = actions.upload(desk.id, desk.person, paper, "../身份证.jpg", picture())
    again = actions.upload(desk.id, desk.person, paper, "again.jpg", picture())
    assert (again.id, first.name) == (first.id, "身份证.jpg")
    assert queries.upload_content(desk.id, first.id) == ("身份证.jpg", "image/jpeg", picture())
    actions.remove_upload(desk.id, desk.person, first.id)
    actions.remove_upload(desk.id, desk.person, first.id)
    assert desk.view.uploads == {}
    events = [one.data["removed"] for one in journal.stream(desk.id) if one.type == "tongban.intake.uploaded"]
    assert events == [False, True]
    assert not Upload.objects.filter(pk=first.id).exists()


def test_files_for_what_is_not_needed_and_too_many_are_refused(
    desk: Desk, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that nobody asked for is not collected."""
    with pytest.raises(NotFound):
        actions.upload(desk.id, desk.person, "travel_document.father", "a.jpg", picture())
    with pytest.raises(NotFound):
        actions.upload(desk.id, desk.person, "birth_registration_form", "a.jpg", picture())
    monkeypatch.setattr(actions, "MAX_UPLOADS_PER_MATERIAL", 2)
    for colour in ("red", "green"):
        actions.upload(desk.id, desk.person, paper, "a.jpg", picture(colour))
    with pytest.raises(InvalidInput) as error:
        actions.upload(desk.id, desk.person, paper, "a.jpg", picture("blue"))
    assert error.value.code == "upload.too_many"


def test_a_refused_file_leaves_no_trace(desk: Desk, paper: str) -> None:
    """Too large, mislabelled, infected: a clear answer, nothing kept."""
    before = len(journal.stream(desk.id))
    for content, kind in (
        (picture() + b"\0" * 11 * 1024 * 1024, TooLarge),
        (b"MZ" + b"\0" * 100, InvalidInput),
        (picture() + documents.EICAR, InvalidInput),
    ):
        with pytest.raises(kind):
            actions.upload(desk.id, desk.person, paper, "a.pdf", content)
    assert len(journal.stream(desk.id)) == before
    assert not Upload.objects.filter(application_id=desk.id).exists()


# -- submission


def test_everything_that_is_missing_is_told_at_once(desk: Desk) -> None:
    """One list: every open question and every document, nothing else."""
    actions.consent(desk.id, desk.person, set())
    with pytest.raises(InvalidInput) as error:
        actions.submit(desk.id, desk.person)
    assert error.value.code == "application.incomplete"
    told = {(fault.address, fault.code) for fault in error.value.faults}
    assert told == {(one.address, "answer.required") for one in desk.view.asked} | {
        (one.key, "upload.missing") for one in desk.view.materials if one.required and not one.may_follow_days
    }


def test_the_receipt_says_number_promise_and_figures(ready: Desk) -> None:
    """The number can be read aloud and checked; the figures are those of the form as it was."""
    derivation = ready.view.derivation
    receipt = actions.submit(ready.id, ready.person)
    parse_number(receipt.number)
    assert receipt.items == derivation.active
    assert len(receipt.items) == 7
    assert receipt.after.fields == len(derivation.fields)
    assert receipt.before.fields == derivation.before_fields
    assert receipt.before.fields > receipt.after.fields
    assert (receipt.before.visits, receipt.after.visits) == (7, 0)
    assert receipt.after.days <= 5 < receipt.before.days
    assert receipt.promised_on >= receipt.submitted_at.date()
    assert actions.submit(ready.id, ready.person) == receipt
    assert queries.drafts(ready.person) == []


def test_the_event_of_a_submission_names_nobody(ready: Desk) -> None:
    """Casework begins from it, statistics read it: no name, number, address of a person."""
    receipt = actions.submit(ready.id, ready.person)
    [event] = [one for one in journal.stream(ready.id) if one.type == "tongban.intake.submitted"]
    assert event.data["number"] == receipt.number
    assert event.data["fields_asked"] == receipt.after.fields
    values = {
        str(row.value) for row in Value.objects.filter(application_id=ready.id) if len(str(row.value)) > 3
    }
    allowed = {str(one) for one in event.data.values()}
    text = str(event.data)
    assert [value for value in values - allowed if value in text] == []
    assert "李明月" not in text


def test_a_submitted_application_is_not_changed_any_more(ready: Desk) -> None:
    """The same words for every act; the answer is to open the progress."""
    actions.submit(ready.id, ready.person)
    count = len(journal.stream(ready.id))
    acts: list[Any] = [
        lambda: actions.answer(ready.id, ready.person, {"child.name": "李平"}),
        lambda: actions.consent(ready.id, ready.person, set()),
        lambda: actions.dispute(ready.id, ready.person, "mother.birth_date", ""),
        lambda: actions.upload(ready.id, ready.person, "household_register.mother", "a.jpg", picture()),
        lambda: actions.discard(ready.id, ready.person),
    ]
    for act in acts:
        with pytest.raises(Conflict) as error:
            act()
        assert error.value.code == "application.submitted"
    assert len(journal.stream(ready.id)) == count


def test_a_condition_that_does_not_hold_stops_the_submission(desk: Desk, registries: Registries) -> None:
    """A foreign mother is sent to the hall with everything typed still there."""
    [mother] = [key for key in registries.records if key[0] == "population" and key[1] != FATHER_ID]
    registries.records[mother]["mother.nationality"] = "USA"
    desk.consent()
    fill(desk)
    with pytest.raises(Conflict) as error:
        actions.submit(desk.id, desk.person)
    assert error.value.code == "application.not_for_you"
    assert desk.view.row.submitted_at is None


def test_a_second_submission_while_the_first_asks_registries_gets_its_receipt(
    ready: Desk, registries: Registries
) -> None:
    """The other click is through while this one still asks: no conflict, the same receipt."""
    first: list[queries.Receipt] = []

    def other_click() -> None:
        registries.meanwhile = None
        first.append(actions.submit(ready.id, ready.person))

    Value.objects.filter(application_id=ready.id, answered=False).exclude(kind="sign_in").update(
        at=datetime.now(UTC) - timedelta(days=3)
    )
    registries.meanwhile = other_click
    assert [actions.submit(ready.id, ready.person)] == first
    assert len([one for one in journal.stream(ready.id) if one.type == "tongban.intake.submitted"]) == 1


def test_numbers_of_a_day_are_distinct(ready: Desk) -> None:
    """Two people, two numbers, one after the other."""
    one = actions.submit(ready.id, ready.person)
    other = enrol_person("second", "周怡", date(1995, 6, 1), 26, "2")
    desk = Desk(actions.start(other, "newborn", "mother"), other)
    actions.consent(desk.id, other, set())
    fill(
        desk,
        {"mother.marital_status": "10", "child.father_stated": False, "mother.benefit_account_name": "周怡"},
    )
    two = actions.submit(desk.id, other)
    assert one.number != two.number


def test_a_discarded_draft_leaves_only_the_fact(ready: Desk) -> None:
    """Values and files are destroyed; the draft is gone for its own person too."""
    actions.discard(ready.id, ready.person)
    assert not Value.objects.filter(application_id=ready.id).exists()
    assert not Upload.objects.filter(application_id=ready.id).exists()
    with pytest.raises(NotFound):
        queries.draft(ready.id, ready.person)
    assert queries.drafts(ready.person) == []
    assert journal.stream(ready.id)[-1].type == "tongban.intake.discarded"


def test_an_item_that_is_not_optional_cannot_be_left_out(desk: Desk) -> None:
    """The birth certificate is not theirs to choose; an item of another event is none."""
    left_out = True
    for item in ("birth_certificate", "utilities_transfer"):
        with pytest.raises(InvalidInput):
            actions.leave_out(desk.id, desk.person, item, left_out)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once(ready: Desk) -> None:
    """Two requests at the same moment: one submission, one number, the same receipt for both."""
    start, found = threading.Barrier(2), []

    def click() -> None:
        try:
            start.wait(10)
            found.append(actions.submit(ready.id, ready.person))
        except TongbanError as error:
            found.append(error)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(60)
    assert found[0] == found[1]
    assert isinstance(found[0], queries.Receipt)
    assert len([one for one in journal.stream(ready.id) if one.type == "tongban.intake.submitted"]) == 1
