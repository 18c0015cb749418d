"""Items that need not be done: what they would give is there already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from tongban.casework import store
from tongban.casework.domain.moves import Move
from tongban.casework.events import DispatchSkipped
from tongban.casework.models import Case, CaseValue, Dispatch, HeldCertificate, Outcome
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundItem
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM

_IDENTITIES = ("id_number", "credit_code")
"""Elements that tell one person or organisation from all others."""


@dataclass(frozen=True, slots=True)
class Known:
    """Why an item need not be done."""

    by: str
    """As in the event `DispatchSkipped`."""
    source: str = ""
    words: str = ""
    produced: Mapping[str, Any] | None = None
    """What the earlier case brought, by this event's addresses."""


def known(case: Case, item: BoundItem, context: Mapping[str, Any]) -> Known | None:
    """Whether the result of an item is there already, and from where; None when it has to be done."""
    if item.item.skip_when is not None and item.item.skip_when.holds(context):
        return Known("rule")
    return _held(case, item) if item.item.skip_held else None


def skip(row: Dispatch, why: Known) -> None:
    """End a dispatch that nobody has to work on, with the reason on the record."""
    now = datetime.now(UTC)
    store.move(row, Move.SKIP, ended_at=now)
    kept = set(CaseValue.objects.filter(case_id=row.case_id).values_list("address", flat=True))
    CaseValue.objects.bulk_create(
        CaseValue(
            case_id=row.case_id,
            address=address,
            value=value,
            kind="known",
            department=row.department,
            at=now,
            verified=True,
        )
        for address, value in (why.produced or {}).items()
        if address not in kept
    )
    record(
        row.case_id,
        DispatchSkipped(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            by=why.by,
            source=why.source,
            words=why.words,
        ),
        actor=SYSTEM,
        at=now,
    )


def _held(case: Case, item: BoundItem) -> Known | None:
    """The newest valid certificate of this item that an earlier case of this applicant gave its holder."""
    holder = _holder(item, store.values_of(case))
    if holder is None or not item.certificates:
        return None
    today = datetime.now(calendars.current().zone).date()
    rows = (
        HeldCertificate.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=today),
            code=item.certificates[0],
            dispatch__case__person_id=case.person_id,
        )
        .exclude(dispatch__case=case)
        .select_related("dispatch__case")
        .order_by("-issued_on", "-id")
    )
    for one in rows:
        earlier = store.bound_item(one.dispatch.case, one.dispatch.item)
        if _holder(earlier, store.values_of(one.dispatch.case)) == holder:
            return Known("held", str(one.dispatch_id), produced=_brought(one.dispatch, earlier, item))
    return None


def _holder(item: BoundItem, values: Mapping[str, Any]) -> str | None:
    """What tells the holder of an item's certificate from all others; None when the case does not know."""
    issued = item.item.produces.certificates
    role = (issued[0].holder if issued else None) or next(iter(item.item.roles), "")
    return next((f"{name}:{value}" for name in _IDENTITIES if (value := values.get(f"{role}.{name}"))), None)


def _brought(dispatch: Dispatch, earlier: BoundItem, item: BoundItem) -> dict[str, Any]:
    """What the earlier dispatch produced, by the addresses of `item`."""
    formal = {event: role for role, event in earlier.use.roles.items()}
    outcome = Outcome.objects.filter(dispatch=dispatch).first()
    found: dict[str, Any] = {}
    for address, value in (outcome.produced if outcome else {}).items():
        role, _, element = address.rpartition(".")
        there = item.use.address(f"{formal.get(role, role)}.{element}")
        if there in item.produces:
            found[there] = value
    return found
