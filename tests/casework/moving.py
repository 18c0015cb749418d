"""What departments do in these tests, and what the tests look at."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.fixtures import value_of
from tongban.casework import actions, folding, store
from tongban.casework.domain.moves import State
from tongban.casework.models import Dispatch
from tongban.exchange import inbox
from tongban.exchange.dialect.messages import Certificate, Fault, Reason, Reply
from tongban.exchange.models import Outbox
from tongban.journal import queries as journal
from tongban.journal.events import Actor, Recorded
from tongban.kernel.ids import new_id

HEALTH = Actor("department", "health")


def row(application_id: UUID, item: str) -> Dispatch:
    """An item's dispatch as it stands in the table."""
    return Dispatch.objects.select_related("case").get(case_id=application_id, item=item)


def states(application_id: UUID) -> dict[str, State]:
    """Item → state, all of a case."""
    rows = Dispatch.objects.filter(case_id=application_id).order_by("order")
    return {one.item: State(one.state) for one in rows}


def events(application_id: UUID, *kinds: type) -> list[Recorded]:
    """A case's events of some kinds."""
    return journal.stream(application_id, [kind.TYPE for kind in kinds])  # type: ignore[attr-defined]


def outcome_of(application_id: UUID, item: str) -> tuple[dict[str, Any], list[actions.NewCertificate]]:
    """Everything that an approval of an item gives, by the event's addresses."""
    dispatch = row(application_id, item)
    bound = store.bound_item(dispatch.case, item)
    catalogue = store.catalogue_of(dispatch.case)
    return (
        {address: value_of(address, catalogue) for address in bound.produces},
        [actions.NewCertificate(code=code, number=f"NO-{code}") for code in bound.certificates],
    )


def approve(application_id: UUID, item: str, *, actor: Actor = HEALTH) -> dict[str, Any]:
    """A department approves with everything that the item produces; returns the values."""
    produced, certificates = outcome_of(application_id, item)
    actions.approve(row(application_id, item).pk, actor=actor, produced=produced, certificates=certificates)
    return produced


def reject(application_id: UUID, item: str, *, actor: Actor = HEALTH) -> None:
    """A department refuses."""
    actions.reject(
        row(application_id, item).pk, actor=actor, reasons=[actions.Reason(code="R1", text="条件不符")]
    )


def fault(target: str, kind: str = "address", **words: str) -> actions.Fault:
    """One line of a notice."""
    told = {"what": "名字不清楚", "why": "要写在证件上", "how": "请照身份证填写"} | words
    return actions.Fault(target=target, kind=kind, **told)


def ask(application_id: UUID, item: str, *faults: actions.Fault) -> UUID:
    """A department asks for a correction."""
    return actions.ask_correction(row(application_id, item).pk, faults, actor=HEALTH)


def reply(  # every part of a reply has its own name
    dispatch: Dispatch,
    kind: str,
    *,
    values: Mapping[str, Any] | None = None,
    certificates: tuple[Certificate, ...] = (),
    faults: tuple[Fault, ...] = (),
    reasons: tuple[Reason, ...] = (),
    receipt: str = "",
) -> dict[str, Any]:
    """A department's reply in the very shape in which the exchange keeps it."""
    said = Reply(
        reply_id=str(new_id()),
        dispatch_id=str(dispatch.pk),
        kind=kind,  # type: ignore[arg-type]
        at=dt.datetime.now(dt.UTC),
        receipt=receipt,
        values=dict(values or {}),
        certificates=certificates,
        faults=faults,
        reasons=reasons,
    )
    stored: dict[str, Any] = json.loads(json.dumps(inbox._content(said)))
    return stored


def messages(dispatch: Dispatch) -> list[Outbox]:
    """What was written to the department about a dispatch, in order."""
    return list(Outbox.objects.filter(dispatch_id=dispatch.pk).order_by("created_at", "id"))


def all_is_well(application_id: UUID) -> None:
    """The rows say what the events say, dates included, and the journal's chain holds."""
    assert folding.differences(application_id) == []
    assert journal.verify(application_id) == []
    recorded = store.dispatch_events(application_id)
    for dispatch in Dispatch.objects.filter(case_id=application_id).select_related("case"):
        own = [event for event in recorded if event.data["dispatch_id"] == str(dispatch.pk)]
        item = store.bound_item(dispatch.case, dispatch.item).item
        # While a clock stands still its date moves with the day: the row has the day of the last event.
        clocks = store.clocks_of(dispatch, item, own, own[-1].at) if own else None
        if clocks is None:
            assert (dispatch.promised_due_on, dispatch.statutory_due_on) == (None, None)
            continue
        assert dispatch.promised_due_on == clocks.promised.due_on
        assert dispatch.statutory_due_on == (clocks.statutory.due_on if clocks.statutory else None)
