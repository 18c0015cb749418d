"""Departments' replies: each takes effect once, in any order, and never against what has been decided."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.casework import moving
from tests.fixtures import changed_catalogue, open_case, value_of
from tongban.casework import actions, applicant, queries
from tongban.casework.domain.moves import State
from tongban.casework.events import DispatchAccepted, ReplyIgnored
from tongban.casework.models import CaseValue, Correction, HeldCertificate, Outcome
from tongban.catalogue.domain import Catalogue
from tongban.exchange.dialect.messages import Certificate, Fault, Reason
from tongban.journal import queries as journal

ITEM = "birth_certificate"
NUMBER = "child.birth_certificate_number"


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID) -> Iterator[UUID]:
    """A newborn's case; whatever a test does to it, rows and events must agree in the end."""
    opened = open_case(catalogue_published, person)
    yield opened
    moving.all_is_well(opened)


def take(case: UUID, kind: str, item: str = ITEM, **parts: Any) -> None:
    """The department says something about an item."""
    dispatch = moving.row(case, item)
    actions.take_reply(dispatch.pk, moving.reply(dispatch, kind, **parts))


def approved(case: UUID, number: str = "P430000001") -> None:
    """The department approves with everything the item gives."""
    produced, _ = moving.outcome_of(case, ITEM)
    take(
        case,
        "approved",
        values=produced | {NUMBER: number},
        certificates=(Certificate(code=ITEM, number=number, issued_on=dt.date(2026, 11, 20)),),
        receipt="HN-77",
    )


def asked(case: UUID) -> None:
    """The department asks for the child's name to be mended."""
    take(
        case,
        "correction",
        faults=(Fault(address="child.name", what="生僻字", why="系统无法录入", how="请换一个字"),),
    )


def rejected(case: UUID) -> None:
    """The department refuses."""
    take(case, "rejected", reasons=(Reason(code="R07", text="出生记录不符", law="母婴保健法 第二十三条"),))


def ignored(case: UUID) -> list[tuple[str, str]]:
    """What was recorded as ignored: kind and reason."""
    return [(event.data["kind"], event.data["reason"]) for event in moving.events(case, ReplyIgnored)]


def test_accepted_then_approved(case: UUID, person: UUID) -> None:
    """The usual way: taken on, decided; values, certificate and receipt are kept with the case."""
    actions.mark_sent(moving.row(case, ITEM).pk, "HN-1")
    take(case, "accepted")
    assert moving.row(case, ITEM).state == State.ACCEPTED
    approved(case)
    dispatch = moving.row(case, ITEM)
    assert (dispatch.state, dispatch.receipt) == (State.APPROVED, "HN-1")
    [outcome] = queries.results(case, person)
    assert outcome.approved
    assert outcome.produced[NUMBER] == "P430000001"
    [certificate] = outcome.certificates
    assert (certificate.number, certificate.issued_on) == ("P430000001", dt.date(2026, 11, 20))
    assert ignored(case) == []


def test_a_refusal_is_kept_with_its_reason_and_law(case: UUID, person: UUID) -> None:
    """The applicant reads why, by which law, and what can be done against it."""
    rejected(case)
    [outcome] = queries.results(case, person)
    assert not outcome.approved
    assert outcome.reasons == ({"code": "R07", "text": "出生记录不符", "law": "母婴保健法 第二十三条"},)
    assert moving.row(case, "household_registration_newborn").state == State.BLOCKED


def test_a_correction_names_the_elements_of_the_form(case: UUID, person: UUID) -> None:
    """The applicant gets the department's notice about the value the form has."""
    asked(case)
    [notice] = queries.case(case, person).corrections
    assert [(one.target, one.kind, one.what) for one in notice.faults] == [
        ("child.name", "address", "生僻字")
    ]


def test_a_correction_of_a_document_names_whose_it_is(case: UUID, person: UUID) -> None:
    """The system knows the document by its code, the case knows whose it is."""
    take(
        case,
        "correction",
        faults=(Fault(material="identity_card", what="照片模糊", why="无法核对", how="请重新拍摄"),),
    )
    [notice] = queries.case(case, person).corrections
    assert [(one.target, one.kind) for one in notice.faults] == [("identity_card.mother", "material")]


def test_decided_before_anybody_heard_of_acceptance(case: UUID) -> None:
    """An approval overtakes acknowledgement and acceptance: it counts, and they change nothing afterwards."""
    approved(case)
    assert moving.row(case, ITEM).state == State.APPROVED
    actions.mark_sent(moving.row(case, ITEM).pk, "HN-late")
    take(case, "accepted")
    dispatch = moving.row(case, ITEM)
    assert (dispatch.state, dispatch.accepted_at, dispatch.receipt) == (State.APPROVED, None, "HN-77")
    assert ignored(case) == [("accepted", "dispatch.move")]
    assert moving.events(case, DispatchAccepted) == []


def test_accepting_twice_is_recorded_and_changes_nothing(case: UUID) -> None:
    """The second acceptance leaves the moment of the first."""
    take(case, "accepted")
    first = moving.row(case, ITEM)
    take(case, "accepted")
    second = moving.row(case, ITEM)
    assert (second.accepted_at, second.version) == (first.accepted_at, first.version)
    assert ignored(case) == [("accepted", "dispatch.move")]


SAYINGS: dict[str, Callable[[UUID], None]] = {
    "accepted": lambda case: take(case, "accepted"),
    "correction": asked,
    "approved": lambda case: approved(case, "P439999999"),
    "rejected": rejected,
}


@pytest.mark.parametrize("late", SAYINGS)
@pytest.mark.parametrize("end", ["approved", "rejected", "withdrawn"])
def test_nothing_a_department_says_changes_what_has_ended(
    case: UUID, person: UUID, end: str, late: str
) -> None:
    """After a decision or a withdrawal every reply is on the record and without effect."""
    if end == "approved":
        approved(case, "P430000001")
    elif end == "rejected":
        rejected(case)
    else:
        applicant.withdraw(case, person)
    before = moving.row(case, ITEM)
    counts = (Outcome.objects.count(), Correction.objects.count(), HeldCertificate.objects.count())
    states = moving.states(case)
    SAYINGS[late](case)
    after = moving.row(case, ITEM)
    assert ignored(case) == [(late, "dispatch.move")]
    assert (after.state, after.version, after.ended_at) == (before.state, before.version, before.ended_at)
    assert (Outcome.objects.count(), Correction.objects.count(), HeldCertificate.objects.count()) == counts
    assert moving.states(case) == states
    if end == "approved":
        assert CaseValue.objects.get(case_id=case, address=NUMBER).value == "P430000001"


def test_a_second_notice_while_one_is_open_is_not_taken(case: UUID, person: UUID) -> None:
    """Everything to be mended is told at once (Administrative Licensing Law art. 32): no second notice."""
    asked(case)
    asked(case)
    assert Correction.objects.count() == 1
    assert ignored(case) == [("correction", "dispatch.move")]
    assert len(queries.case(case, person).corrections) == 1


def test_an_approval_without_what_a_sibling_needs_is_not_taken(case: UUID) -> None:
    """A system that forgets the number is told so in the journal; the item waits for a whole answer."""
    take(case, "approved", values={}, certificates=())
    assert moving.row(case, ITEM).state == State.READY
    assert ignored(case) == [("approved", "outcome.incomplete")]
    approved(case)
    assert moving.row(case, ITEM).state == State.APPROVED


def test_a_notice_about_what_the_item_does_not_need_is_not_taken(case: UUID) -> None:
    """Health may not ask for the household number: the notice is refused, on the record."""
    take(
        case,
        "correction",
        faults=(Fault(address="child.household_number", what="缺", why="缺", how="补"),),
    )
    assert moving.row(case, ITEM).state == State.READY
    assert ignored(case) == [("correction", "correction.faults")]


def test_a_half_taken_reply_leaves_nothing_behind(case: UUID) -> None:
    """A wrong certificate in an approval: neither values nor outcome stay, siblings stay where they are."""
    produced, _ = moving.outcome_of(case, ITEM)
    take(
        case,
        "approved",
        values=produced,
        certificates=(
            Certificate(code=ITEM, number="1"),
            Certificate(code="new_business_license", number="2"),
        ),
    )
    assert ignored(case) == [("approved", "outcome.certificate")]
    assert not Outcome.objects.exists()
    assert not HeldCertificate.objects.exists()
    assert not CaseValue.objects.filter(address=NUMBER).exists()
    assert moving.row(case, "household_registration_newborn").state == State.WAITING


def test_an_item_speaks_its_own_roles(catalogue_published: Catalogue, person: UUID) -> None:
    """An item that says `baby` where the life event says `child` is sent babies and answers about babies."""
    del catalogue_published
    item, use = "items/parenting_guidance.yaml", "life_events/newborn.yaml"
    renamed = changed_catalogue(
        {
            item: ("child", "baby"),
            use: ("{item: parenting_guidance}", "{item: parenting_guidance, roles: {baby: child}}"),
        },
    )
    bound = renamed.bound("newborn").item("parenting_guidance")
    assert bound is not None
    assert "child.guidance_file_number" in bound.produces
    case = open_case(renamed, person)
    dispatch = moving.row(case, "parenting_guidance")
    [message] = moving.messages(dispatch)
    assert any(address.startswith("baby.") for address in message.values)
    assert not any(address.startswith("child.") for address in message.values)

    need = next(one.element for one in bound.needs if one.element.startswith("child.") and not one.when)
    own = need.replace("child.", "baby.")
    take(
        case,
        "correction",
        "parenting_guidance",
        faults=(Fault(address=own, what="错", why="核对", how="改"),),
    )
    [notice] = queries.case(case, person).corrections
    assert [one.target for one in notice.faults] == [need]
    mended = value_of(need, renamed)
    assert applicant.answer_correction(case, person, notice.id, {need: mended}) == []
    supplement = moving.messages(dispatch)[-1]
    assert (supplement.kind, supplement.values) == ("supplement", {own: mended})

    take(case, "approved", "parenting_guidance", values={"baby.guidance_file_number": "YE-1"})
    assert CaseValue.objects.get(case_id=case, address="child.guidance_file_number").value == "YE-1"
    assert not CaseValue.objects.filter(case_id=case, address__startswith="baby.").exists()
    assert journal.verify(case) == []
