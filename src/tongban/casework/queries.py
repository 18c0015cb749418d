"""Named reads of casework for applicants. Each is scoped to the person whose case it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from tongban.casework import flow, store
from tongban.casework.domain.clocks import OUTAGE, clock_events, read_clocks
from tongban.casework.domain.moves import CaseState, State, case_state
from tongban.casework.events import ClockPaused, ClockResumed
from tongban.casework.models import Case, CaseFile, CaseValue, Correction, Dispatch
from tongban.casework.papers import AwaitedDocument, Papers
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundEvent, BoundItem, Catalogue, Department, ServiceItem, Text
from tongban.exchange.events import ReadFailed, ReadMade, ReadRefused
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.kernel import regions
from tongban.kernel.clock import ClockState
from tongban.kernel.errors import NotFound, TongbanError

PAGE = 20
STILL_VERIFIED = timedelta(minutes=10)
"""For how long after its end a case's self-declared values are still compared with their owners' records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A case in a list."""

    application_id: UUID
    number: str
    event_code: str
    event_name: Text
    opened_at: datetime
    ended_at: datetime | None
    state: CaseState
    needs_me: int
    """How many corrections wait for the applicant."""
    promised_on: date
    provisional: bool
    items_done: int
    items_total: int


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
        return sum(dispatch.state is State.APPROVED for dispatch in self.dispatches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Who read what of a person's data, when and why."""

    at: datetime
    department: str
    """Whose data it was."""
    reader: str
    """Who read it: a department, or `platform` when the form was filled in."""
    resource: str
    items: tuple[str, ...]
    elements: tuple[str, ...]
    purpose: str
    outcome: str
    """read, none (no such record), refused or failed."""
    number: str
    application_id: UUID


@dataclass(frozen=True, slots=True)
class ReadsPage:
    """A page of reads, newest first."""

    rows: tuple[Read, ...]
    page: int
    pages: int
    departments: tuple[str, ...]


def cases_of(person_id: UUID) -> list[CaseCard]:
    """The person's cases: those that wait for the person first, then the newest."""
    cases = Case.objects.filter(person_id=person_id).prefetch_related("dispatches").order_by("-opened_at")
    cards = []
    for case in cases:
        states = [State(row.state) for row in case.dispatches.all()]
        cards.append(
            CaseCard(
                application_id=case.pk,
                number=case.number,
                event_code=case.event_code,
                event_name=store.catalogue_of(case).event(case.event_code).name,
                opened_at=case.opened_at,
                ended_at=case.ended_at,
                state=case_state(states),
                needs_me=sum(state is State.CORRECTION for state in states),
                promised_on=case.promised_on,
                provisional=case.provisional,
                items_done=sum(state is State.APPROVED for state in states),
                items_total=len(states),
            )
        )
    return sorted(cards, key=lambda card: card.needs_me == 0)


def case(application_id: UUID, person_id: UUID) -> CaseView:
    """A person's own case."""
    return view_of(store.case_of(application_id, person_id))


def awaited(application_id: UUID, person_id: UUID) -> list[AwaitedDocument]:
    """Documents that may still follow in a person's own case, what runs out first coming first."""
    return Papers(store.case_of(application_id, person_id)).awaited()


def awaited_document(application_id: UUID, person_id: UUID, key: str) -> AwaitedDocument | None:
    """One document that may still follow; None when it is there already or no open item waits for it.

    Raises NotFound `document.not_found` when no item of the case lets such a document follow.
    """
    papers = Papers(store.case_of(application_id, person_id))
    if not papers.may_ever_follow(key):
        raise NotFound("document.not_found", "No item lets such a document follow.", hint="Open the case.")
    return next((one for one in papers.awaited() if one.key == key), None)


def any_case() -> bool:
    """Whether this installation has a case at all."""
    return Case.objects.exists()


def is_open(application_id: UUID) -> bool:
    """Whether the case of a submitted application exists yet; it follows the submission within moments."""
    return Case.objects.filter(pk=application_id).exists()


def case_by_number(number: str) -> CaseView:
    """A case for the operator's command line; faces use `case`."""
    found = Case.objects.filter(number=number).first()
    if found is None:
        raise NotFound("case.not_found", store.NOT_YOURS, hint="Check the number.")
    return view_of(found)


def view_of(row: Case) -> CaseView:
    """A case and its dispatches, from the rows and the journal; the caller has checked the right."""
    catalogue = store.catalogue_of(row)
    events = journal.stream(row.pk)
    rows = list(
        row.dispatches.select_related("outcome")
        .prefetch_related("corrections", "certificates")
        .order_by("order")
    )
    values = store.values_of(row) if any(one.state == State.CORRECTION for one in rows) else {}
    blocked = {one.item: one.waits_for for one in rows if one.state == State.BLOCKED}
    views = tuple(_dispatch_view(row, one, catalogue, events, values, blocked) for one in rows)
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
    )


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


def results(application_id: UUID, person_id: UUID) -> list[OutcomeView]:
    """What came of a person's case so far."""
    found = case(application_id, person_id)
    return [dispatch.outcome for dispatch in found.dispatches if dispatch.outcome is not None]


_OUTCOMES = {ReadMade.TYPE: "read", ReadRefused.TYPE: "refused", ReadFailed.TYPE: "failed"}


def reads_of(
    person_id: UUID,
    application_ids: Mapping[UUID, str],
    *,
    page: int = 1,
    department: str | None = None,
    application_id: UUID | None = None,
) -> ReadsPage:
    """Who read this person's data, when and why: every read, refusal and failure, newest first.

    `application_ids` are the person's own applications (id → number, drafts included), which the face gets
    from intake; those that became cases are added here, so that nobody else's can be named.
    """
    own = dict(application_ids) | dict(Case.objects.filter(person_id=person_id).values_list("pk", "number"))
    found: list[Read] = []
    for stream, events in journal.streams(list(own), list(_OUTCOMES)).items():
        identity = UUID(stream)
        for event in events:
            data = event.data
            outcome = _OUTCOMES[event.type]
            found.append(
                Read(
                    at=event.at,
                    department=data["department"],
                    reader=data.get("reader", "platform"),
                    resource=data["resource"],
                    items=tuple(data["items"]),
                    elements=tuple(data["elements"]),
                    purpose=data.get("purpose", "prefill"),
                    outcome="none" if outcome == "read" and not data.get("found", True) else outcome,
                    number=own[identity],
                    application_id=identity,
                )
            )
    departments = tuple(sorted({read.department for read in found}))
    chosen = [
        read
        for read in found
        if department in {None, "", read.department} and application_id in {None, read.application_id}
    ]
    chosen.sort(key=lambda read: read.at, reverse=True)
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(page, 1), pages)
    return ReadsPage(tuple(chosen[(page - 1) * PAGE : page * PAGE]), page, pages, departments)


def file_for_department(department: str, file_id: UUID) -> CaseFile:
    """A document for a department's system: only while a dispatch of that department asks for it."""
    found = CaseFile.objects.select_related("case").filter(pk=file_id).first()
    if found is not None:
        context = flow.context_of(found.case, store.catalogue_of(found.case))
        for row in found.case.dispatches.filter(department=department).exclude(freed_at=None):
            bound = store.bound_item(found.case, row.item)
            if found.material in store.needed_documents(row, bound, context):
                return found
    raise NotFound(
        "file.not_found", "There is no such document for this department.", hint="Check the address."
    )


def to_verify(limit: int = 50) -> list[tuple[Case, list[str]]]:
    """Some cases with self-declared values that nobody has compared yet: open ones, and some just ended.

    A department that comes back may decide the last item before its registry was asked. In random order:
    most self-declared values have no owner to ask, and such cases must not keep those out for which there
    is one.
    """
    open_values = CaseValue.objects.filter(verified=False, agrees=None).values("case")
    alive = Q(ended_at=None) | Q(ended_at__gt=datetime.now(UTC) - STILL_VERIFIED)
    cases = Case.objects.filter(alive, pk__in=open_values).order_by("?")[:limit]
    return [
        (one, list(one.values_held.filter(verified=False, agrees=None).values_list("address", flat=True)))
        for one in cases
    ]


def may_verify(application_id: UUID, resource: str) -> bool:
    """Whether a registry may be asked after submission: the person consented to it, and it has not answered.

    It was down, or it was never asked because only a typed number led to its record: comparing tells the
    departments whether the person was right and shows the person nothing. A comparison that was cut off
    after its read may be made again.
    """
    consents = [event for event in journal.stream(application_id) if event.type == "tongban.intake.consented"]
    if not consents or resource not in consents[-1].data["allowed"]:
        return False
    reads = journal.stream(application_id, [ReadFailed.TYPE, ReadMade.TYPE])
    own = [event for event in reads if event.data["resource"] == resource]
    return not own or own[-1].type == ReadFailed.TYPE or own[-1].data["purpose"] == "verify"


def with_old_calendar(version: str, limit: int = 100) -> list[UUID]:
    """Open cases with provisional dates that were computed with another calendar."""
    rows = Case.objects.filter(ended_at=None).exclude(calendar_version=version)
    rows = rows.filter(Q(provisional=True) | Q(dispatches__provisional=True)).distinct()
    return list(rows.values_list("pk", flat=True)[:limit])
