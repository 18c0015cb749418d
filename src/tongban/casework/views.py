"""What a case looks like: its dispatches, corrections, results and history, from the rows and the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from tongban.casework import store
from tongban.casework.domain.clocks import OUTAGE, clock_events, read_clocks
from tongban.casework.domain.moves import WELL, CaseState, State, case_state
from tongban.casework.events import ClockPaused, ClockResumed, DispatchSkipped
from tongban.casework.holding import Hold, holds
from tongban.casework.models import Case, Correction, Dispatch
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundEvent, BoundItem, Catalogue, Department, ServiceItem, Text
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.kernel import regions
from tongban.kernel.clock import ClockState
from tongban.kernel.errors import TongbanError


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """One thing to be mended, as it is shown."""

    target: str
    kind: str
    what: str
    why: str
    how: str
    law: str
    current: Any
    """The value the case holds now; None for a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """One itemised notice."""

    id: UUID
    dispatch_id: UUID
    item: ServiceItem
    department: Department
    asked_at: datetime
    answered_at: datetime | None
    faults: tuple[FaultView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate that was issued."""

    id: UUID
    code: str
    name: Text
    number: str
    issued_on: date
    valid_until: date | None
    issuer: Department


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """How a dispatch was decided and what follows."""

    item: ServiceItem
    department: Department
    approved: bool
    decided_at: datetime
    reasons: tuple[Mapping[str, str], ...]
    produced: Mapping[str, Any]
    certificates: tuple[CertificateView, ...]
    appeal: Text | None
    result: Text | None
    consequences: tuple[str, ...]
    """Items that cannot begin because of a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedView:
    """Why nothing has to be done for an item."""

    by: str
    """As in the event `DispatchSkipped`."""
    reason: Text | None = None
    """In words for the applicant, where the item or the drawn process has them."""
    certificate: Text | None = None
    """The certificate that is held already."""
    number: str = ""
    """The case that gave it."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event in plain order, for `history.<type>` messages."""

    at: datetime
    type: str
    actor_kind: str
    data: Mapping[str, Any]
    actor_id: str = ""
    """The account of a staff member; the workbench shows colleagues by name, the applicant's pages do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchView:
    """One item of a case as it stands."""

    id: UUID
    item: ServiceItem
    bound: BoundItem
    department: Department
    state: State
    version: int
    via: str
    waits_for: tuple[str, ...]
    opened_at: datetime
    freed_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    statutory: ClockState | None
    promised: ClockState | None
    office: str
    """Name of the region whose office decides."""
    receipt: str
    assigned_to: int | None
    correction: CorrectionView | None
    outcome: OutcomeView | None
    history: tuple[HistoryLine, ...]
    down_since: datetime | None
    """Since when the department's system does not answer, while that stops the clock."""
    skipped: SkippedView | None = None
    reviewed_by: tuple[str, ...] = ()
    """Departments that co-sign in a joint review, in the order in which they were asked."""
    review_waits_for: tuple[str, ...] = ()
    """Those of them that have not answered yet, while the item is open."""
    holds: tuple[Hold, ...] = ()
    """What else than other items a waiting one waits for, in a case that a drawing leads."""


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case with everything its pages show."""

    row: Case
    catalogue: Catalogue
    dispatches: tuple[DispatchView, ...]
    events: tuple[Recorded, ...]

    @property
    def application_id(self) -> UUID:
        """Its id."""
        return self.row.pk

    @property
    def number(self) -> str:
        """What people read aloud."""
        return self.row.number

    @property
    def event_name(self) -> Text:
        """The life event's name."""
        return self.catalogue.event(self.row.event_code).name

    @property
    def bound(self) -> BoundEvent:
        """The life event, for the members and in the regions of this case."""
        return store.bound_of(self.row)

    @cached_property
    def state(self) -> CaseState:
        """A fold of the dispatches."""
        return case_state(dispatch.state for dispatch in self.dispatches)

    @cached_property
    def corrections(self) -> tuple[CorrectionView, ...]:
        """The notices that wait for the applicant."""
        return tuple(
            dispatch.correction
            for dispatch in self.dispatches
            if dispatch.correction is not None and dispatch.correction.answered_at is None
        )

    @property
    def seq(self) -> int:
        """Number of the last event: tells whether a page is out of date."""
        return self.events[-1].seq if self.events else 0

    @property
    def items_done(self) -> int:
        """How many items ended well."""
        return sum(dispatch.state in WELL for dispatch in self.dispatches)


def view_of(row: Case) -> CaseView:
    """A case and its dispatches, from the rows and the journal; the caller has checked the right."""
    catalogue = store.catalogue_of(row)
    events = journal.stream(row.pk)
    rows = list(
        row.dispatches.select_related("outcome")
        .prefetch_related("corrections", "certificates", "joint_tasks")
        .order_by("order")
    )
    values = store.values_of(row) if any(one.state == State.CORRECTION for one in rows) else {}
    blocked = {one.item: one.waits_for for one in rows if one.state == State.BLOCKED}
    views = tuple(_dispatch_view(row, one, catalogue, events, values, blocked) for one in rows)
    if held := holds(row, rows, catalogue, events):
        views = tuple(replace(one, holds=held.get(one.bound.code, ())) for one in views)
    return CaseView(row=row, catalogue=catalogue, dispatches=views, events=tuple(events))


def _dispatch_view(  # noqa: PLR0917  # one call, each argument of another type
    case_row: Case,
    row: Dispatch,
    catalogue: Catalogue,
    events: Sequence[Recorded],
    values: Mapping[str, Any],
    blocked: Mapping[str, list[str]],
) -> DispatchView:
    bound = store.bound_item(case_row, row.item)
    department = catalogue.department(row.department)
    own = [event for event in events if event.data.get("dispatch_id") == str(row.pk)]
    facts = clock_events(str(row.pk), own)
    statutory = bound.item.limits.statutory.limit if bound.item.limits.statutory else None
    clocks = (
        read_clocks(bound.item.limits.promised, statutory, facts, calendars.current(), datetime.now(UTC))
        if facts
        else None
    )
    corrections = sorted(row.corrections.all(), key=lambda one: one.asked_at)
    parts = sorted(
        (one for one in row.joint_tasks.all() if one.released_at is None or one.agrees is not None),
        key=lambda one: one.pk,
    )
    return DispatchView(
        id=row.pk,
        item=bound.item,
        bound=bound,
        department=department,
        state=State(row.state),
        version=row.version,
        via=row.via,
        waits_for=tuple(row.waits_for),
        opened_at=row.opened_at,
        freed_at=row.freed_at,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
        statutory=clocks.statutory if clocks else None,
        promised=clocks.promised if clocks else None,
        office=office_name(row.region),
        receipt=row.receipt,
        assigned_to=row.assigned_to,
        correction=correction_view(corrections[-1], bound, department, values) if corrections else None,
        outcome=_outcome_view(row, bound, department, blocked),
        history=tuple(
            HistoryLine(event.at, event.type, event.actor.kind, event.data, event.actor.id) for event in own
        ),
        down_since=_down_since(own) if row.ended_at is None else None,
        skipped=_skipped_view(own, bound) if row.state == State.SKIPPED else None,
        reviewed_by=tuple(one.department for one in parts),
        review_waits_for=tuple(
            one.department for one in parts if one.agrees is None and one.lapsed_at is None
        )
        if row.ended_at is None
        else (),
    )


def _skipped_view(own: Sequence[Recorded], bound: BoundItem) -> SkippedView:
    data = next(event.data for event in own if event.type == DispatchSkipped.TYPE)
    if data["by"] == "held":
        earlier = Dispatch.objects.select_related("case").get(pk=data["source"])
        return SkippedView(
            by="held",
            certificate=next((one.name for one in bound.item.produces.certificates), bound.item.name),
            number=earlier.case.number,
        )
    if data["by"] == "model":
        return SkippedView(by="model", reason=Text.same(data["words"]) if data["words"] else None)
    return SkippedView(by=data["by"], reason=bound.item.skip_reason if data["by"] == "rule" else None)


def correction_view(
    row: Correction, bound: BoundItem, department: Department, values: Mapping[str, Any]
) -> CorrectionView:
    """A notice with the values it names."""
    return CorrectionView(
        id=row.pk,
        dispatch_id=row.dispatch_id,
        item=bound.item,
        department=department,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        faults=tuple(
            FaultView(
                target=fault["target"],
                kind=fault["kind"],
                what=fault["what"],
                why=fault["why"],
                how=fault["how"],
                law=fault["law"],
                current=values.get(fault["target"]) if fault["kind"] == "address" else None,
            )
            for fault in row.faults
        ),
    )


def _outcome_view(
    row: Dispatch, bound: BoundItem, department: Department, blocked: Mapping[str, list[str]]
) -> OutcomeView | None:
    outcome = getattr(row, "outcome", None)
    if outcome is None:
        return None
    names = {issued.certificate: issued.name for issued in bound.item.produces.certificates}
    return OutcomeView(
        item=bound.item,
        department=department,
        approved=outcome.approved,
        decided_at=outcome.decided_at,
        reasons=tuple(outcome.reasons),
        produced=outcome.produced,
        certificates=tuple(
            CertificateView(
                id=one.pk,
                code=one.code,
                name=names.get(one.code, Text.same(one.code)),
                number=one.number,
                issued_on=one.issued_on,
                valid_until=one.valid_until,
                issuer=department,
            )
            for one in row.certificates.all()
        ),
        appeal=bound.item.appeal,
        result=bound.item.result,
        consequences=() if outcome.approved else _follows(row.item, blocked),
    )


def _follows(item: str, blocked: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The blocked items that wait for `item`, or for one that waits for it, in the order of the case."""
    lost = {item}
    while more := {code for code, before in blocked.items() if lost & set(before)} - lost:
        lost |= more
    return tuple(code for code in blocked if code in lost)


def _down_since(own: Sequence[Recorded]) -> datetime | None:
    since = None
    for event in own:
        if event.type == ClockPaused.TYPE and event.data["reason"] == OUTAGE:
            since = since or event.at
        elif event.type == ClockResumed.TYPE and event.data["reason"] == OUTAGE:
            since = None
    return since


def office_name(code: str) -> str:
    """The name of a region, or its code when it is not in the table."""
    try:
        return regions.region(code).name
    except TongbanError:
        return code
