"""The one itemised notice and its answer."""

import threading
from uuid import UUID

import pytest
from django.db import connection

from tests.casework import moving
from tests.fixtures import open_case, picture
from tongban.casework import actions, applicant, queries
from tongban.casework.domain.moves import State
from tongban.casework.events import CorrectionAnswered, CorrectionAsked
from tongban.casework.models import CaseFile, CaseValue, Correction
from tongban.catalogue.domain import Catalogue
from tongban.kernel.errors import Conflict, InvalidInput, NotFound

ITEM = "birth_certificate"
CARD = "identity_card.mother"


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID) -> UUID:
    """A newborn's case."""
    return open_case(catalogue_published, person)


@pytest.fixture
def notice(case: UUID) -> UUID:
    """A notice about the child's name and the mother's identity card."""
    return moving.ask(case, ITEM, moving.fault("child.name"), moving.fault(CARD, "material"))


def value(case: UUID, address: str) -> CaseValue:
    """A value as the case holds it."""
    return CaseValue.objects.get(case_id=case, address=address)


def papers(case: UUID) -> list[bytes]:
    """The mother's identity cards that are in force."""
    rows = CaseFile.objects.filter(case_id=case, material=CARD, replaced_at=None)
    return [bytes(one.content) for one in rows]


GOOD = {CARD: [("card.jpg", picture("red"))]}


def test_only_what_is_named_travels_to_the_department(case: UUID, person: UUID, notice: UUID) -> None:
    """The answer goes to the system as a supplement with the mended values and documents, nothing else."""
    assert applicant.answer_correction(case, person, notice, {"child.name": "李小满"}, GOOD) == []
    dispatch = moving.row(case, ITEM)
    assert dispatch.state == State.SENT
    supplement = moving.messages(dispatch)[-1]
    assert (supplement.kind, supplement.values) == ("supplement", {"child.name": "李小满"})
    assert [one["code"] for one in supplement.materials] == ["identity_card"]
    assert papers(case) == [picture("red")]
    held = value(case, "child.name")
    assert (held.value, held.kind, held.verified) == ("李小满", "self_declared", False)
    moving.all_is_well(case)


def test_an_answer_after_acceptance_leads_back_to_the_examination(case: UUID, person: UUID) -> None:
    """What was accepted stays accepted while one thing is mended."""
    actions.accept(moving.row(case, ITEM).pk, actor=moving.HEALTH)
    notice = moving.ask(case, ITEM, moving.fault("child.name"))
    assert moving.row(case, ITEM).state == State.CORRECTION
    applicant.answer_correction(case, person, notice, {"child.name": "李小满"})
    assert moving.row(case, ITEM).state == State.ACCEPTED
    moving.all_is_well(case)


def test_touching_anything_else_keeps_nothing(case: UUID, person: UUID, notice: UUID) -> None:
    """One value too many: it is named as not allowed, and the good ones are not kept either."""
    before = {one.address: one.value for one in CaseValue.objects.filter(case_id=case)}
    faults = applicant.answer_correction(
        case, person, notice, {"child.name": "李小满", "mother.name": "别人"}, GOOD
    )
    assert [(one.address, one.code) for one in faults] == [("mother.name", "correction.not_named")]
    faults = applicant.answer_correction(
        case,
        person,
        notice,
        {"child.name": "李小满"},
        {**GOOD, "marriage_certificate": [("x.jpg", picture())]},
    )
    assert [(one.address, one.code) for one in faults] == [("marriage_certificate", "correction.not_named")]
    assert {one.address: one.value for one in CaseValue.objects.filter(case_id=case)} == before
    assert papers(case) == [picture()]
    assert moving.row(case, ITEM).state == State.CORRECTION
    assert moving.events(case, CorrectionAnswered) == []


@pytest.mark.parametrize(
    ("typed", "files", "expected"),
    [
        ({}, {}, {("child.name", "answer.required"), (CARD, "upload.missing")}),
        ({"child.name": "  "}, GOOD, {("child.name", "answer.required")}),
        ({"child.name": "李小满"}, {CARD: []}, {(CARD, "upload.missing")}),
        ({"child.name": "李小满"}, {CARD: [("card.jpg", b"MZ" + bytes(300))]}, {(CARD, "upload.type")}),
        ({"child.name": "李小满"}, {CARD: [("card.jpg", picture()[:200])]}, {(CARD, "upload.broken")}),
        ({"child.name": "长" * 600}, GOOD, {("child.name", "answer.too_long")}),
    ],
)
def test_all_that_is_named_must_be_mended_and_well(  # noqa: PLR0917 -- a table of answers
    case: UUID,
    person: UUID,
    notice: UUID,
    typed: dict[str, str],
    files: dict[str, list[tuple[str, bytes]]],
    expected: set[tuple[str, str]],
) -> None:
    """What is missing or wrong is said line by line; nothing is kept until everything is right."""
    faults = applicant.answer_correction(case, person, notice, typed, files)
    assert {(one.address, one.code) for one in faults} == expected
    assert moving.row(case, ITEM).state == State.CORRECTION
    assert papers(case) == [picture()]
    assert Correction.objects.get().answered_at is None


def test_answering_twice_is_harmless(case: UUID, person: UUID, notice: UUID) -> None:
    """A second click, even with another value, changes nothing and sends nothing."""
    applicant.answer_correction(case, person, notice, {"child.name": "李小满"}, GOOD)
    sent = len(moving.messages(moving.row(case, ITEM)))
    assert applicant.answer_correction(case, person, notice, {"child.name": "李大雪"}, GOOD) == []
    assert value(case, "child.name").value == "李小满"
    assert len(moving.messages(moving.row(case, ITEM))) == sent
    assert len(moving.events(case, CorrectionAnswered)) == 1


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_who_answers_too_late_is_told_so(case: UUID, person: UUID, notice: UUID, end: str) -> None:
    """After a refusal or a withdrawal an answer is not swallowed as if it had been taken."""
    if end == "rejected":
        moving.reject(case, ITEM)
    else:
        applicant.withdraw(case, person)
    with pytest.raises(Conflict) as told:
        applicant.answer_correction(case, person, notice, {"child.name": "李小满"}, GOOD)
    assert told.value.code == "correction.closed"
    assert value(case, "child.name").value != "李小满"


def test_a_stranger_finds_no_such_case(case: UUID, stranger: UUID, person: UUID, notice: UUID) -> None:
    """Neither with the case's id nor with a notice's id of another case can one touch anything."""
    with pytest.raises(NotFound):
        applicant.answer_correction(case, stranger, notice, {"child.name": "李小满"}, GOOD)
    with pytest.raises(NotFound):
        queries.case(case, stranger)
    with pytest.raises(NotFound):
        applicant.answer_correction(case, person, case, {"child.name": "李小满"})
    assert moving.row(case, ITEM).state == State.CORRECTION


def test_a_document_that_followed_meanwhile_goes_with_the_answer(
    catalogue_published: Catalogue, person: UUID
) -> None:
    """A later document sent while the notice is open reaches the department with the answer."""
    case = open_case(catalogue_published, person, "newborn", ("maternity_benefit",))
    notice = moving.ask(case, "maternity_benefit", moving.fault("mother.name"))
    applicant.add_later(case, person, "bank_card_copy.mother", "card.jpg", picture("blue"))
    dispatch = moving.row(case, "maternity_benefit")
    assert [one.kind for one in moving.messages(dispatch)] == ["submit"]
    applicant.answer_correction(case, person, notice, {"mother.name": "李明月"})
    supplement = moving.messages(dispatch)[-1]
    assert supplement.values == {"mother.name": "李明月"}
    assert [one["code"] for one in supplement.materials] == ["bank_card_copy"]


def test_a_notice_must_be_complete(case: UUID) -> None:
    """What, why and how for each line; only what the item needs; nothing twice: each fault at its line."""
    with pytest.raises(InvalidInput) as refused:
        moving.ask(
            case,
            ITEM,
            moving.fault("child.name", why=" "),
            moving.fault("child.household_number"),
            moving.fault("bank_card_copy.mother", "material", how=""),
            moving.fault("child.name", what=""),
        )
    assert refused.value.code == "correction.faults"
    assert {(one.address, one.code) for one in refused.value.faults} == {
        ("faults.0.why", "correction.why"),
        ("faults.1.target", "correction.target"),
        ("faults.2.target", "correction.target"),
        ("faults.2.how", "correction.how"),
        ("faults.3.what", "correction.what"),
        ("faults", "correction.twice"),
    }
    with pytest.raises(InvalidInput) as refused:
        moving.ask(case, ITEM)
    assert [one.code for one in refused.value.faults] == ["correction.empty"]
    assert moving.row(case, ITEM).state == State.READY
    assert not Correction.objects.exists()
    assert moving.events(case, CorrectionAsked) == []


def test_a_department_that_asks_again_asks_anew(case: UUID, person: UUID, notice: UUID) -> None:
    """After an answer another notice is possible, and it is the one that is open."""
    applicant.answer_correction(case, person, notice, {"child.name": "李小满"}, GOOD)
    second = moving.ask(case, ITEM, moving.fault("child.birth_weight"))
    [shown] = queries.case(case, person).corrections
    assert shown.id == second
    moving.all_is_well(case)


@pytest.mark.django_db(transaction=True)
def test_two_notices_at_the_same_moment_are_one(catalogue_published: Catalogue, person: UUID) -> None:
    """Two officers press the button together: one notice stands, the other is told that it is too late."""
    case = open_case(catalogue_published, person)
    dispatch = moving.row(case, ITEM).pk
    start = threading.Barrier(2, timeout=240)
    told: list[str] = []

    def press(target: str) -> None:
        try:
            start.wait()
            actions.ask_correction(dispatch, [moving.fault(target)], actor=moving.HEALTH)
            told.append("asked")
        except Conflict as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(one,)) for one in ("child.name", "mother.name")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == ["asked", "dispatch.move"]
    assert Correction.objects.filter(answered_at=None).count() == 1
    moving.all_is_well(case)
