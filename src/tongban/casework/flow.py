"""The single moves by which a case goes on by itself: freeing, sending, blocking, taking back.

Called inside the actions' transactions; which of them is next says `casework.running`.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tongban.casework import joint, skipping, store
from tongban.casework.assignment import giving
from tongban.casework.domain.clocks import OUTAGE, OUTAGE_RULE
from tongban.casework.domain.moves import Move
from tongban.casework.events import (
    ClockPaused,
    DispatchBlocked,
    DispatchFreed,
    DispatchWithdrawn,
)
from tongban.casework.models import Case, CaseFile, CaseValue, Dispatch
from tongban.catalogue.domain import BoundItem, Catalogue
from tongban.exchange import outbox, partners
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor


def context_of(case: Case, catalogue: Catalogue) -> dict[str, Any]:
    """The case's values as a context for conditions."""
    values = store.values_of(case)
    types = {address: str(catalogue.element(address).type) for address in values}
    return store.bound_of(case).context(values, types)


def begin(case: Case, row: Dispatch, *, actor: Actor) -> None:
    """The turn of an item has come: its department begins, unless its result is there already."""
    item = store.bound_item(case, row.item)
    asks = item.item.skip_held or item.item.skip_when is not None
    known = skipping.known(case, item, context_of(case, store.catalogue_of(case))) if asks else None
    if known is None:
        free(case, row, actor=actor)
    else:
        skipping.skip(row, known)


def free(case: Case, row: Dispatch, *, actor: Actor) -> None:
    """Let a department begin: start its clocks and hand the dispatch over."""
    now = datetime.now(UTC)
    store.move(row, Move.FREE, freed_at=now)
    record(
        case.pk,
        DispatchFreed(dispatch_id=str(row.pk), item=row.item, department=row.department),
        actor=actor,
        at=now,
    )
    down = partners.held_down_since(row.department) if row.via == "system" else None
    if down is not None:
        pause_for_outage(row, now)
    item = store.bound_item(case, row.item)
    store.project_dues(row, item.item)
    if row.via == "system":
        hand_over(case, row, item, "submit")
        return
    joint.ask(case, row, item, context_of(case, store.catalogue_of(case)), actor=actor)
    giving.assign(case, row, item)


def block(row: Dispatch, because: list[str], *, actor: Actor) -> None:
    """An item whose input will never come cannot begin."""
    store.move(row, Move.BLOCK, ended_at=datetime.now(UTC))
    record(
        row.case_id,
        DispatchBlocked(dispatch_id=str(row.pk), item=row.item, department=row.department, because=because),
        actor=actor,
    )


def withdraw(row: Dispatch, *, actor: Actor) -> None:
    """Take one dispatch back and tell the department's system if it has it."""
    had_it = row.freed_at is not None and row.via == "system"
    item = store.bound_item(row.case, row.item)
    store.move(row, Move.WITHDRAW, ended_at=datetime.now(UTC))
    record(
        row.case_id,
        DispatchWithdrawn(dispatch_id=str(row.pk), item=row.item, department=row.department),
        actor=actor,
    )
    store.project_dues(row, item.item)
    if had_it:
        hand_over(row.case, row, item, "withdraw", values={})


def pause_for_outage(row: Dispatch, at: datetime) -> None:
    """Stop the clocks of a dispatch whose department's system is down, from `at` on."""
    record(
        row.case_id,
        ClockPaused(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            reason=OUTAGE,
            legal_basis=OUTAGE_RULE,
        ),
        actor=SYSTEM,
        at=at,
    )


def hand_over(
    case: Case,
    row: Dispatch,
    item: BoundItem,
    kind: str,
    *,
    values: dict[str, Any] | None = None,
    materials: list[CaseFile] | None = None,
) -> UUID:
    """Write a message to the department's system: only what the item needs, in the item's own roles."""
    context = context_of(case, store.catalogue_of(case))
    if values is None:
        held = store.values_of(case)
        wanted = store.needed_addresses(item, context)
        values = {address: held[address] for address in wanted if address in held}
    if materials is None:
        keys = store.needed_documents(row, item, context) if kind != "withdraw" else set()
        materials = list(case.files.filter(material__in=keys, replaced_at=None).defer("content"))
    applicant = CaseValue.objects.filter(case=case, address=f"{case.applicant_role}.name").first()
    return outbox.enqueue(
        department=row.department,
        kind=kind,
        application_id=case.pk,
        dispatch_id=row.pk,
        envelope={
            "item": item.item.code,
            "case_number": case.number,
            "applicant_name": applicant.value if applicant and applicant.value else case.number,
        },
        values=to_formal(item, values),
        materials=[
            {
                "code": one.material.partition(".")[0],
                "name": one.name,
                "content_type": one.media_type,
                "sha256": one.sha256,
                "url": f"/api/departments/{row.department}/files/{one.pk}",
            }
            for one in materials
        ],
    )


def to_formal(item: BoundItem, values: dict[str, Any]) -> dict[str, Any]:
    """Values by the item's own roles, which is how departments know them."""
    return {item.use.formal(address): value for address, value in values.items()}


def from_formal(item: BoundItem, address: str) -> str:
    """The event's address of one in the item's own roles."""
    return item.use.address(address)
