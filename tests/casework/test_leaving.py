"""Taking back, adding later, and looking up who read what."""

import json
from uuid import UUID

import pytest

from tests.casework import moving
from tests.fixtures import MOBILE, NAME, clerk_post, open_case, picture
from tongban.casework import actions, applicant, inbox, queries, tasks
from tongban.casework.domain.moves import CaseState, State
from tongban.casework.events import DocumentAdded
from tongban.casework.models import CaseFile, CaseValue, Outcome
from tongban.catalogue.domain import Catalogue
from tongban.exchange.events import ReadFailed
from tongban.exchange.models import Outbox
from tongban.journal import queries as journal
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.kernel.ids import new_id

LATER = "bank_card_copy.mother"


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID) -> UUID:
    """A newborn's case."""
    return open_case(catalogue_published, person)


def test_what_is_not_decided_ends_what_is_decided_stays(case: UUID, person: UUID) -> None:
    """Taken back in the middle: two results stay, five items end, departments that have one are told."""
    moving.approve(case, "vaccination_certificate")
    moving.approve(case, "birth_certificate")
    notice = moving.ask(case, "parenting_guidance", moving.fault("mother.name"))
    assert applicant.withdraw(case, person) == 5
    assert set(moving.states(case).values()) == {State.APPROVED, State.WITHDRAWN}
    assert Outcome.objects.filter(approved=True).count() == 2
    told = set(Outbox.objects.filter(kind="withdraw").values_list("dispatch_id", flat=True))
    expected = ("household_registration_newborn", "maternity_benefit", "parenting_guidance")
    assert told == {moving.row(case, item).pk for item in expected}
    assert all(message.values == {} for message in Outbox.objects.filter(kind="withdraw"))
    view = queries.case(case, person)
    assert (view.state, view.corrections) == (CaseState.ENDED_PARTLY, ())
    assert view.row.ended_at is not None
    assert notice
    moving.all_is_well(case)


def test_an_ended_case_cannot_be_taken_back(case: UUID, person: UUID, stranger: UUID) -> None:
    """Not twice, and never by somebody else."""
    with pytest.raises(NotFound):
        applicant.withdraw(case, stranger)
    applicant.withdraw(case, person)
    count = len(journal.stream(case))
    with pytest.raises(Conflict) as refused:
        applicant.withdraw(case, person)
    assert refused.value.code == "case.ended"
    assert len(journal.stream(case)) == count
    assert queries.case(case, person).state is CaseState.WITHDRAWN


def test_a_later_document_reaches_who_asks_for_it(case: UUID, person: UUID) -> None:
    """The bank card's copy follows: as a supplement, or with the item if that has not begun."""
    applicant.add_later(case, person, LATER, "bank.jpg", picture("blue"))
    dispatch = moving.row(case, "maternity_benefit")
    assert moving.messages(dispatch) == []
    moving.approve(case, "birth_certificate")
    [submit] = moving.messages(dispatch)
    assert "bank_card_copy" in {one["code"] for one in submit.materials}
    applicant.add_later(case, person, LATER, "better.jpg", picture("green"))
    supplement = moving.messages(dispatch)[-1]
    assert supplement.kind == "supplement"
    assert [one["name"] for one in supplement.materials] == ["better.jpg"]
    assert supplement.values == {}
    [kept] = CaseFile.objects.filter(case_id=case, material=LATER, replaced_at=None)
    assert bytes(kept.content) == picture("green")
    assert len(moving.events(case, DocumentAdded)) == 2
    assert Outbox.objects.filter(kind="supplement").count() == 1


def test_a_later_document_that_nobody_awaits(case: UUID, person: UUID, stranger: UUID) -> None:
    """What may not follow later, what is decided, what is no picture, and what is not one's own."""
    for key in ("marriage_certificate", "nothing"):
        with pytest.raises(Conflict) as refused:
            applicant.add_later(case, person, key, "x.jpg", picture())
        assert refused.value.code == "document.not_awaited"
    with pytest.raises(NotFound):
        applicant.add_later(case, stranger, LATER, "x.jpg", picture())
    with pytest.raises(InvalidInput) as wrong:
        applicant.add_later(case, person, LATER, "x.jpg", b"no picture at all")
    assert wrong.value.code == "upload.type"
    moving.approve(case, "birth_certificate")
    moving.reject(case, "maternity_benefit")
    with pytest.raises(Conflict):
        applicant.add_later(case, person, LATER, "x.jpg", picture())
    assert not CaseFile.objects.filter(material=LATER).exists()


def test_a_department_fetches_the_documents_of_its_own_items_only(case: UUID) -> None:
    """Health may fetch the mother's card, the police not before their item has begun, tax never."""
    card = CaseFile.objects.get(case_id=case, material="identity_card.mother")
    assert bytes(queries.file_for_department("health", card.pk).content) == picture()
    for department in ("public_security", "tax"):
        with pytest.raises(NotFound):
            queries.file_for_department(department, card.pk)
    moving.approve(case, "birth_certificate")
    assert queries.file_for_department("public_security", card.pk).pk == card.pk
    with pytest.raises(NotFound):
        queries.file_for_department("health", new_id())


def test_every_look_at_ones_data_can_be_looked_up(
    catalogue_published: Catalogue, person: UUID, stranger: UUID
) -> None:
    """A clerk's reading, a refused one and a registry that failed: all listed, with why; nobody else's."""
    home = open_case(catalogue_published, person, "second_hand_home", ("utilities_transfer",))
    others = open_case(catalogue_published, stranger, "second_hand_home", ("utilities_transfer",))
    clerk = clerk_post("re-one", "real_estate")
    for case in (home, others):
        inbox.work(clerk, moving.row(case, "utilities_transfer").pk)
    with pytest.raises(NotFound):
        inbox.work(clerk_post("tax-one", "tax"), moving.row(home, "utilities_transfer").pk)
    draft = new_id()
    record(
        draft,
        ReadFailed(
            department="civil_affairs",
            resource="marriage",
            elements=["mother.marital_status"],
            items=["birth_certificate"],
            reason="down",
        ),
        actor=SYSTEM,
    )
    page = queries.reads_of(person, {draft: "TB-DRAFT"})
    assert [(one.outcome, one.reader, one.department) for one in page.rows] == [
        ("failed", "platform", "civil_affairs"),
        ("refused", "tax", "tax"),
        ("read", "real_estate", "real_estate"),
    ]
    assert {one.application_id for one in page.rows} == {draft, home}
    opened = page.rows[2]
    assert (opened.purpose, opened.items) == ("decide", ("utilities_transfer",))
    assert "buyer.name" in opened.elements
    assert page.departments == ("civil_affairs", "real_estate", "tax")
    only = queries.reads_of(person, {draft: "TB-DRAFT"}, department="tax")
    assert [one.outcome for one in only.rows] == ["refused"]
    assert queries.reads_of(person, {}, application_id=others).rows == ()
    assert {one.application_id for one in queries.reads_of(stranger, {}).rows} == {others}


def test_no_event_holds_anything_personal(catalogue_published: Catalogue, person: UUID, case: UUID) -> None:
    """A whole walk with everything that can happen: the journal's data hold codes and ids, never a value."""
    typed = {"child.name": "李小满满"}
    notice = moving.ask(case, "birth_certificate", moving.fault("child.name", what="孩子李小满满的名字"))
    applicant.answer_correction(case, person, notice, typed)
    actions.mark_sent(moving.row(case, "vaccination_certificate").pk, "R-1")
    dispatch = moving.row(case, "vaccination_certificate")
    actions.take_reply(dispatch.pk, moving.reply(dispatch, "accepted"))
    actions.take_reply(dispatch.pk, moving.reply(dispatch, "accepted"))
    produced = moving.approve(case, "birth_certificate")
    moving.reject(case, "household_registration_newborn")
    applicant.add_later(case, person, LATER, "李明月的银行卡.jpg", picture("blue"))
    actions.department_down("health")
    actions.department_up("health")
    actions.verified(case, "mother.name", "public_security", NAME)
    applicant.withdraw(case, person)
    joint = open_case(catalogue_published, person, "company_start_up", ("joint_site_inspection",))
    task = moving.row(joint, "joint_site_inspection").pk
    lead, carrier = clerk_post("mr-one", "market_regulation"), clerk_post("tr-one", "transport")
    inbox.work(lead, task)
    tasks.claim(lead, task, moving.row(joint, "joint_site_inspection").version)
    tasks.sign(carrier, task, agrees=False, reason="李明月家门口停不下车")
    moving.reject(joint, "joint_site_inspection")

    values = {
        one.value
        for one in CaseValue.objects.all()
        if isinstance(one.value, str) and not catalogue_published.element(one.address).code_list
    }
    values |= {str(value) for value in produced.values()} | {*typed.values(), NAME, MOBILE}
    personal = {one for one in values if len(one) > 3 or not one.isascii()}
    assert len(personal) > 30
    events = [*journal.stream(case), *journal.stream(joint)]
    assert len({event.type for event in events}) >= 18
    for event in events:
        found = set(_texts(json.loads(json.dumps(dict(event.data)))))
        public = {"430102"} | {one for one in found if one.startswith("tongban.")}
        leaked = {one for one in personal for text in found - public if one in text}
        assert not leaked, event.type


def _texts(data: object) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in _texts(value)]
    return [str(data)]
