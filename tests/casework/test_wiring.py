"""An event of one room becomes an action of another, once."""

from uuid import UUID

import pytest

from tests.casework import moving
from tests.faces.walk import submitted
from tests.fixtures import open_case, value_of
from tongban.casework import queries
from tongban.casework.domain.moves import State
from tongban.casework.events import DispatchSent
from tongban.casework.models import Case, Dispatch
from tongban.catalogue.domain import Catalogue
from tongban.exchange.events import MessageDelivered, ReplyReceived
from tongban.exchange.models import Inbox
from tongban.intake import queries as intake
from tongban.intake.events import Submitted
from tongban.journal import queries as journal
from tongban.journal.actions import record
from tongban.journal.events import Actor, Recorded
from tongban.runtime import wiring

ITEM = "birth_certificate"


def said(dispatch: Dispatch, kind: str, reply_id: str, **parts: object) -> Recorded:
    """A reply as the exchange stores and records it."""
    content = moving.reply(dispatch, kind, **parts)  # type: ignore[arg-type]
    Inbox.objects.create(
        department=dispatch.department,
        reply_id=reply_id,
        application_id=dispatch.case_id,
        dispatch_id=dispatch.pk,
        kind=kind,
        received_at=dispatch.opened_at,
        content=content,
    )
    return record(
        dispatch.case_id,
        ReplyReceived(
            department=dispatch.department, dispatch_id=str(dispatch.pk), reply_id=reply_id, kind=kind
        ),
        actor=Actor("department", dispatch.department),
    )


def delivered(dispatch: Dispatch, kind: str, receipt: str) -> Recorded:
    """A message that the department acknowledged."""
    return record(
        dispatch.case_id,
        MessageDelivered(
            department=dispatch.department,
            dispatch_id=str(dispatch.pk),
            message_id=str(dispatch.pk),
            kind=kind,
            receipt=receipt,
            attempts=1,
        ),
        actor=Actor("department", dispatch.department),
    )


def test_a_submission_becomes_its_case(catalogue_published: Catalogue, person: UUID) -> None:
    """What was submitted is what the case holds: number, promise, items, every value and every paper."""
    del catalogue_published
    application_id = submitted(person)
    [event] = journal.stream(application_id, [Submitted.TYPE])
    wiring.handle(event)
    sent = intake.submission(application_id)
    view = queries.case(application_id, person)
    assert (view.number, view.row.promised_on) == (sent.number, sent.promised_on)
    assert tuple(one.item.code for one in view.dispatches) == sent.items
    held = {one.address: one.value for one in view.row.values_held.all()}
    assert held == {one.address: one.value for one in sent.values}
    files = {one.pk: bytes(one.content) for one in view.row.files.all()}
    assert files == {one.id: intake.upload_content(application_id, one.id)[2] for one in sent.uploads}
    moving.all_is_well(application_id)

    before = len(journal.stream(application_id))
    wiring.handle(event)
    assert Case.objects.count() == 1
    assert len(journal.stream(application_id)) == before


def test_replies_and_receipts_take_effect_once(catalogue_published: Catalogue, person: UUID) -> None:
    """Acknowledged, accepted, approved, each event seen twice: one effect, and siblings begin once."""
    case = open_case(catalogue_published, person)
    dispatch = moving.row(case, ITEM)
    for _ in range(2):
        wiring.handle(delivered(dispatch, "submit", "HN-1"))
    assert (moving.row(case, ITEM).state, moving.row(case, ITEM).receipt) == (State.SENT, "HN-1")
    assert len(moving.events(case, DispatchSent)) == 1
    wiring.handle(delivered(dispatch, "supplement", "HN-2"))
    assert moving.row(case, ITEM).receipt == "HN-1"

    accepted = said(dispatch, "accepted", "r1")
    produced, certificates = moving.outcome_of(case, ITEM)
    approved = said(dispatch, "approved", "r2", values=produced, certificates=tuple(certificates))
    for event in (accepted, approved, approved, accepted):
        wiring.handle(event)
    assert moving.row(case, ITEM).state == State.APPROVED
    household = moving.row(case, "household_registration_newborn")
    assert household.state == State.READY
    assert [one.kind for one in moving.messages(household)] == ["submit"]
    address = "child.birth_certificate_number"
    assert moving.messages(household)[0].values[address] == value_of(address, catalogue_published)
    moving.all_is_well(case)


@pytest.mark.django_db(transaction=True)
def test_what_rooms_record_is_taken_up_by_the_worker(catalogue_published: Catalogue, person: UUID) -> None:
    """A submission is opened by draining the journal, once; draining again finds nothing."""
    del catalogue_published
    application_id = submitted(person)
    assert not queries.is_open(application_id)
    taken = 0
    while more := wiring.drain():
        taken += more
    assert taken >= 1
    assert queries.is_open(application_id)
    assert wiring.drain() == 0
    assert wiring.retry() == 0
    moving.all_is_well(application_id)


def test_every_handler_is_for_an_event_that_is_recorded() -> None:
    """No handler waits for an event type that no room knows."""
    from tongban.journal.events import registered

    assert set(wiring.HANDLERS) <= set(registered())
