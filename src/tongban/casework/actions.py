"""Named mutations of casework: what departments, clerks and applicants do to a case. One transaction each.

Clerks' own moves (claim, bulk, joint signatures) stand in `tasks`, the applicant's in `applicant`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import flow, store
from tongban.casework.domain.clocks import OUTAGE, is_held
from tongban.casework.domain.moves import AT_WORK, ENDED, Move, State
from tongban.casework.events import (
    CaseOpened,
    ClockPaused,
    ClockResumed,
    CorrectionAsked,
    DatesRecomputed,
    DispatchAccepted,
    DispatchApproved,
    DispatchOpened,
    DispatchRejected,
    DispatchSent,
    ReplyIgnored,
    ValueVerified,
)
from tongban.casework.models import (
    Case,
    CaseFile,
    CaseValue,
    Correction,
    Dispatch,
    HeldCertificate,
    Outcome,
)
from tongban.catalogue import calendars
from tongban.exchange import outbox
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput
from tongban.process.planner import Step, plan

CERTIFICATE = "certificate:"
"""How the plan names a certificate among the things that items wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """A value a case begins with."""

    address: str
    value: Any
    kind: str
    department: str = ""
    resource: str = ""
    query_id: UUID | None = None
    at: datetime
    verified: bool
    disputed: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file a case begins with."""

    id: UUID
    material: str
    name: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A submitted application, as values: casework knows no intake."""

    application_id: UUID
    number: str
    person_id: UUID
    event_code: str
    catalogue_version: str
    applicant_role: str
    region: str
    submitted_at: datetime
    promised_on: date
    provisional: bool
    items: tuple[str, ...]
    plan: Mapping[str, Any]
    figures: Mapping[str, Any]
    values: tuple[NewValue, ...]
    files: tuple[NewFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to be mended."""

    target: str
    """Address or document key."""
    kind: str
    """`address` or `material`."""
    what: str
    why: str
    how: str
    law: str = ""

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return {
            "target": self.target,
            "kind": self.kind,
            "what": self.what,
            "why": self.why,
            "how": self.how,
            "law": self.law,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of a decision."""

    code: str = ""
    text: str = ""
    law: str = ""

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return {"code": self.code, "text": self.text, "law": self.law}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate:
    """A certificate that a decision issues."""

    code: str
    number: str
    issued_on: date | None = None
    valid_until: date | None = None


@transaction.atomic
def open_case(new: NewCase) -> UUID:
    """Open the case of a submitted application: one dispatch per item, and begin what may begin at once.

    Opening the same application twice changes nothing.
    """
    if Case.objects.filter(pk=new.application_id).exists():
        return new.application_id
    calendar = calendars.current()
    case = Case.objects.create(
        id=new.application_id,
        number=new.number,
        person_id=new.person_id,
        event_code=new.event_code,
        catalogue_version=new.catalogue_version,
        calendar_version=calendar.version,
        region=new.region,
        applicant_role=new.applicant_role,
        opened_at=datetime.now(UTC),
        promised_on=new.promised_on,
        provisional=new.provisional,
        plan=dict(new.plan),
        figures=dict(new.figures),
    )
    CaseValue.objects.bulk_create(
        CaseValue(
            case=case,
            address=value.address,
            value=value.value,
            kind=value.kind,
            department=value.department,
            resource=value.resource,
            query_id=value.query_id,
            at=value.at,
            verified=value.verified,
            disputed=value.disputed,
            remark=value.remark,
        )
        for value in new.values
    )
    CaseFile.objects.bulk_create(
        CaseFile(
            id=file.id,
            case=case,
            material=file.material,
            name=file.name,
            media_type=file.media_type,
            size=len(file.content),
            sha256=file.sha256,
            content=file.content,
            added_at=new.submitted_at,
        )
        for file in new.files
    )
    record(
        case.pk,
        CaseOpened(
            number=case.number,
            event_code=case.event_code,
            catalogue_version=case.catalogue_version,
            calendar_version=case.calendar_version,
            region=case.region,
        ),
        actor=SYSTEM,
    )
    _open_dispatches(case, new.items)
    flow.advance(store.lock_case(case.pk))
    return case.pk


def _open_dispatches(case: Case, items: Sequence[str]) -> None:
    catalogue = store.catalogue_of(case)
    waits: dict[str, list[str]] = {code: [] for code in items}
    for edge in case.plan.get("edges", []):
        waits.setdefault(edge["to"], []).append(edge["from"])
    values = store.values_of(case)
    for order, code in enumerate(items):
        bound = store.bound_item(case, code)
        department = catalogue.departments[bound.item.department]
        # A department without a system works here, whatever the item says.
        via = "system" if bound.item.via == "system" and department.system else "workbench"
        region = store.office_region(
            values.get(bound.item.region_of or "") or case.region, bound.item.handled_at
        )
        row = Dispatch.objects.create(
            case=case,
            item=code,
            item_version=bound.item.version,
            department=bound.item.department,
            region=region,
            via=via,
            order=order,
            waits_for=sorted(set(waits[code]) & set(items)),
            state=str(State.WAITING),
            opened_at=case.opened_at,
        )
        record(
            case.pk,
            DispatchOpened(
                dispatch_id=str(row.pk),
                item=code,
                item_version=row.item_version,
                department=row.department,
                via=via,
                waits_for=row.waits_for,
            ),
            actor=SYSTEM,
        )


@transaction.atomic
def mark_sent(dispatch_id: UUID, receipt: str) -> None:
    """The department's system acknowledged the submission; a reply may have overtaken this."""
    row = _locked(dispatch_id)
    if row.state != State.READY:
        Dispatch.objects.filter(pk=row.pk, receipt="").update(receipt=receipt)
        return
    store.move(row, Move.SEND, receipt=receipt)
    record(
        row.case_id,
        DispatchSent(dispatch_id=str(row.pk), item=row.item, department=row.department, receipt=receipt),
        actor=Actor("department", row.department),
    )


@transaction.atomic
def accept(dispatch_id: UUID, *, actor: Actor, version: int | None = None) -> None:
    """The department accepts (受理); Conflict `dispatch.move` when it has done so before."""
    row = _locked(dispatch_id)
    store.move(row, Move.ACCEPT, version=version, accepted_at=datetime.now(UTC))
    record(
        row.case_id,
        DispatchAccepted(dispatch_id=str(row.pk), item=row.item, department=row.department),
        actor=actor,
    )


@transaction.atomic
def ask_correction(
    dispatch_id: UUID, faults: Sequence[Fault], *, actor: Actor, version: int | None = None
) -> UUID:
    """One itemised notice; the clocks stand still until the applicant answers.

    Each fault must name something that this item needs and say what, why and how. Raises InvalidInput
    `correction.faults` with one fault per line that does not.
    """
    row = _locked(dispatch_id)
    bound = store.bound_item(row.case, row.item)
    _check_faults(bound, faults)
    store.move(row, Move.ASK, version=version)
    correction = Correction.objects.create(
        dispatch=row, asked_at=datetime.now(UTC), faults=[fault.to_json() for fault in faults]
    )
    record(
        row.case_id,
        CorrectionAsked(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            correction_id=str(correction.pk),
            targets=[fault.target for fault in faults],
        ),
        actor=actor,
        payload={"faults": correction.faults},
    )
    store.project_dues(row, bound.item)
    return correction.pk


def _check_faults(bound: Any, faults: Sequence[Fault]) -> None:
    addresses = {need.element for need in bound.needs}
    documents = {one.key for one in bound.materials}
    wrong = (
        []
        if faults
        else [FieldFault("faults", "correction.empty", "Name at least one thing.", "Choose what to mend.")]
    )
    for place, fault in enumerate(faults):
        if fault.target not in (addresses if fault.kind == "address" else documents):
            wrong.append(
                FieldFault(
                    f"faults.{place}.target",
                    "correction.target",
                    "This item does not need it.",
                    "Choose from the item's own.",
                )
            )
        wrong += [
            FieldFault(
                f"faults.{place}.{name}",
                f"correction.{name}",
                "Say it in a sentence.",
                "The applicant reads it.",
            )
            for name in ("what", "why", "how")
            if not getattr(fault, name).strip()
        ]
    if len({fault.target for fault in faults}) < len(faults):
        wrong.append(FieldFault("faults", "correction.twice", "One thing is named twice.", "Join the two."))
    if wrong:
        raise InvalidInput(
            "correction.faults", "The notice is not complete.", hint="Mend the lines named.", faults=wrong
        )


@transaction.atomic
def approve(
    dispatch_id: UUID,
    *,
    actor: Actor,
    produced: Mapping[str, Any],
    certificates: Sequence[NewCertificate] = (),
    reasons: Sequence[Reason] = (),
    version: int | None = None,
) -> None:
    """The item ends well: its produced data feed the siblings that wait, at once.

    `produced` is by the event's addresses. Raises InvalidInput `outcome.incomplete` when a value or a
    certificate is missing for which a sibling of this case waits; a null or an empty text is no value.
    """
    row = _locked(dispatch_id)
    case = row.case
    bound = store.bound_item(case, row.item)
    if version is not None and version != row.version:
        raise store.changed(row)  # before anything is said about what was typed
    missing = _awaited(case, row) - _given(store.values_of(case)) - _given(produced)
    missing -= {CERTIFICATE + one.code for one in certificates}
    if missing:
        faults = [
            FieldFault(address, "outcome.missing", "A sibling item waits for it.", "Fill it in.")
            for address in sorted(missing)
        ]
        raise InvalidInput(
            "outcome.incomplete",
            "The outcome lacks what siblings wait for.",
            hint="Complete it.",
            faults=faults,
        )
    now = datetime.now(UTC)
    kept = {address: value for address, value in produced.items() if address in bound.produces}
    _check_certificates(bound, certificates)
    store.move(row, Move.APPROVE, version=version, ended_at=now)
    Outcome.objects.create(
        dispatch=row,
        approved=True,
        decided_at=now,
        reasons=[reason.to_json() for reason in reasons],
        produced=kept,
    )
    HeldCertificate.objects.bulk_create(
        HeldCertificate(
            dispatch=row,
            code=one.code,
            number=one.number,
            issued_on=one.issued_on or now.astimezone(calendars.current().zone).date(),
            valid_until=one.valid_until,
        )
        for one in certificates
    )
    for address, value in kept.items():
        CaseValue.objects.update_or_create(
            case=case,
            address=address,
            defaults={
                "value": value,
                "kind": "sibling",
                "department": row.department,
                "resource": "",
                "at": now,
                "verified": True,
                "disputed": False,
            },
        )
    record(
        row.case_id,
        DispatchApproved(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            produced=sorted(kept),
            certificates=[one.code for one in certificates],
        ),
        actor=actor,
        payload={"produced": kept, "numbers": [one.number for one in certificates]},
    )
    _finish(row, bound.item)


def _awaited(case: Case, row: Dispatch) -> set[str]:
    """The addresses and certificates for which a sibling of this case waits for this item."""
    return {
        element
        for edge in case.plan.get("edges", [])
        if edge["from"] == row.item
        for element in edge["elements"]
    }


def _given(values: Mapping[str, Any]) -> set[str]:
    return {address for address, value in values.items() if value is not None and value != ""}


def _check_certificates(bound: Any, certificates: Sequence[NewCertificate]) -> None:
    for one in certificates:
        if one.code not in bound.certificates:
            raise InvalidInput(
                "outcome.certificate", "This item issues no such certificate.", hint="Check the code."
            )
        if not one.number.strip():
            raise InvalidInput(
                "outcome.certificate_number", "A certificate needs its number.", hint="Fill it in."
            )


@transaction.atomic
def reject(dispatch_id: UUID, *, actor: Actor, reasons: Sequence[Reason], version: int | None = None) -> None:
    """The item is refused, with at least one reason (Administrative Licensing Law art. 38)."""
    if not any(reason.text.strip() for reason in reasons):
        raise InvalidInput(
            "outcome.no_reason", "A refusal needs a reason.", hint="Say why, in words for the applicant."
        )
    row = _locked(dispatch_id)
    bound = store.bound_item(row.case, row.item)
    now = datetime.now(UTC)
    store.move(row, Move.REJECT, version=version, ended_at=now)
    Correction.objects.filter(dispatch=row, answered_at=None).update(answered_at=now)
    Outcome.objects.create(
        dispatch=row, approved=False, decided_at=now, reasons=[reason.to_json() for reason in reasons]
    )
    record(
        row.case_id,
        DispatchRejected(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            reasons=[reason.code for reason in reasons],
        ),
        actor=actor,
        payload={"reasons": [reason.to_json() for reason in reasons]},
    )
    _finish(row, bound.item)


def _finish(row: Dispatch, item: Any) -> None:
    store.project_dues(row, item)
    flow.advance(store.lock_case(row.case_id))


@transaction.atomic
def take_reply(dispatch_id: UUID, content: Mapping[str, Any]) -> None:
    """Apply a department's reply (as `exchange.inbox.content` gives it) to its dispatch.

    A reply that its state does not allow (decided or withdrawn meanwhile, a second acceptance) is recorded
    and ignored: departments send at least once and do not see our side.
    """
    row = store.dispatch_of(dispatch_id)
    actor = Actor("department", row.department)
    kind = content["kind"]
    bound = store.bound_item(row.case, row.item)
    if content.get("receipt"):
        Dispatch.objects.filter(pk=row.pk, receipt="").update(receipt=content["receipt"])
    try:
        with transaction.atomic():
            if kind == "accepted":
                accept(dispatch_id, actor=actor)
            elif kind == "correction":
                ask_correction(dispatch_id, _faults(bound, content["faults"]), actor=actor)
            elif kind == "approved":
                approve(
                    dispatch_id,
                    actor=actor,
                    produced={
                        flow.from_formal(bound, address): value
                        for address, value in content["values"].items()
                    },
                    certificates=[
                        NewCertificate(
                            code=one["code"],
                            number=one["number"],
                            issued_on=_day(one["issued_on"]),
                            valid_until=_day(one["valid_until"]),
                        )
                        for one in content["certificates"]
                    ],
                    reasons=[Reason(**one) for one in content["reasons"]],
                )
            else:
                reject(dispatch_id, actor=actor, reasons=[Reason(**one) for one in content["reasons"]])
    except (Conflict, InvalidInput) as error:
        record(
            row.case_id,
            ReplyIgnored(
                dispatch_id=str(row.pk),
                item=row.item,
                department=row.department,
                kind=kind,
                reason=error.code,
            ),
            actor=actor,
        )


def _faults(bound: Any, listed: Sequence[Mapping[str, str]]) -> list[Fault]:
    found = []
    for one in listed:
        if one["address"]:
            target, kind = flow.from_formal(bound, one["address"]), "address"
        else:
            # A system knows the document by its code; the case knows whose document it is.
            target = next(
                (m.key for m in bound.materials if m.need.material == one["material"]), one["material"]
            )
            kind = "material"
        found.append(
            Fault(target=target, kind=kind, what=one["what"], why=one["why"], how=one["how"], law=one["law"])
        )
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def department_down(department: str, at: datetime | None = None) -> int:
    """Stop the clocks of what a department has, from `at` on (now when absent); returns how many dispatches.

    What waits for a correction is held too: its clocks must not run on when it is answered during the outage.
    """
    rows = _at_department(department)
    count = 0
    for row in rows:
        if is_held(str(row.pk), store.dispatch_events(row.case_id), OUTAGE):
            continue
        began = max(at or datetime.now(UTC), row.freed_at or row.opened_at)
        flow.pause_for_outage(row, began)
        store.project_dues(row, store.bound_item(row.case, row.item).item)
        count += 1
    return count


@transaction.atomic
def department_up(department: str, at: datetime | None = None) -> int:
    """Let the clocks run again that its outage stopped, from `at` on; returns how many dispatches."""
    count = 0
    for row in _at_department(department):
        events = store.dispatch_events(row.case_id)
        if not is_held(str(row.pk), events, OUTAGE):
            continue
        began = max(
            event.at
            for event in events
            if event.type == ClockPaused.TYPE and event.data["dispatch_id"] == str(row.pk)
        )
        record(
            row.case_id,
            ClockResumed(dispatch_id=str(row.pk), item=row.item, department=department, reason=OUTAGE),
            actor=SYSTEM,
            at=max(at or datetime.now(UTC), began),
        )
        store.project_dues(row, store.bound_item(row.case, row.item).item)
        count += 1
    return count


def _at_department(department: str) -> list[Dispatch]:
    """What a department's system has and has not decided, each read again with its case locked.

    The applicant may withdraw meanwhile: a clock that has stopped is not touched.
    """
    at_work = [str(state) for state in (*AT_WORK, State.CORRECTION)]
    rows = Dispatch.objects.filter(department=department, via="system", state__in=at_work)
    found = [_locked(row.pk) for row in rows.order_by("case_id", "order")]
    return [row for row in found if row.state in at_work]


@transaction.atomic
def verified(application_id: UUID, address: str, department: str, value: Any) -> None:
    """Compare a self-declared value with what its owner says now."""
    store.lock_case(application_id)  # the applicant may be mending this very value
    held = CaseValue.objects.filter(case_id=application_id, address=address, verified=False).first()
    if held is None:
        return
    agrees = held.value == value
    held.agrees = agrees
    held.verified = agrees
    held.department = department
    held.save()
    record(application_id, ValueVerified(address=address, department=department, agrees=agrees), actor=SYSTEM)


@transaction.atomic
def recompute_dates(application_id: UUID) -> None:
    """Compute provisional dates anew with the calendar in force now."""
    case = store.lock_case(application_id)
    calendar = calendars.current()
    changed: list[str] = []
    for row in case.dispatches.exclude(state__in=[str(state) for state in ENDED]):
        if row.freed_at is not None and row.calendar_version != calendar.version:
            store.project_dues(row, store.bound_item(case, row.item).item)
            changed.append(str(row.pk))
    if case.ended_at is None and case.calendar_version != calendar.version:
        laid_out = plan(_steps(case), calendar, date.fromisoformat(case.plan["starts_on"]))
        case.promised_on, case.provisional = laid_out.promised_on, laid_out.provisional
        case.calendar_version = calendar.version
        case.plan = laid_out.to_json()
        case.save()
        changed = changed or [""]
    if changed:
        record(
            case.pk,
            DatesRecomputed(
                calendar_version=calendar.version,
                promised_on=case.promised_on.isoformat(),
                provisional=case.provisional,
                dispatches=[one for one in changed if one],
            ),
            actor=SYSTEM,
        )


def _steps(case: Case) -> list[Step]:
    """The planner's steps of a case, from its pinned plan."""
    needs: dict[str, set[str]] = {}
    makes: dict[str, set[str]] = {}
    for edge in case.plan["edges"]:
        needs.setdefault(edge["to"], set()).update(edge["elements"])
        makes.setdefault(edge["from"], set()).update(edge["elements"])
    steps = []
    for node in case.plan["nodes"]:
        item = store.bound_item(case, node["item"]).item
        steps.append(
            Step(
                code=node["item"],
                department=item.department,
                limit=item.limits.promised,
                needs=frozenset(needs.get(node["item"], set())),
                produces=frozenset(makes.get(node["item"], set())),
            )
        )
    return steps


def _locked(dispatch_id: UUID) -> Dispatch:
    """A dispatch with its case locked, so that siblings do not pass each other."""
    case = store.lock_case(store.dispatch_of(dispatch_id).case_id)
    row = Dispatch.objects.get(pk=dispatch_id)  # read again: it may have moved while we waited for the lock
    row.case = case
    return row


def resend(dispatch_id: UUID) -> UUID:
    """Send a dispatch to its department's system again, after a steward mended the mapping."""
    with transaction.atomic():
        row = _locked(dispatch_id)
        if row.state != State.READY:
            raise Conflict(
                "dispatch.not_ready", "Only what was not taken can be sent again.", hint="Open the case."
            )
        for letter in outbox.dead_letters():
            if letter.dispatch_id == dispatch_id:
                outbox.resend(letter.pk)
                return letter.pk
        return flow.hand_over(row.case, row, store.bound_item(row.case, row.item), "submit")
