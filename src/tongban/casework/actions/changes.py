"""What happens to running cases from outside: outages, verified values, calendar notices, mended mappings."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import flow, joint, store
from tongban.casework.actions.deciding import locked
from tongban.casework.domain.clocks import OUTAGE, is_held
from tongban.casework.domain.moves import AT_WORK, ENDED, State
from tongban.casework.events import (
    ClockPaused,
    ClockResumed,
    DatesRecomputed,
    ValueVerified,
)
from tongban.casework.models import (
    Case,
    CaseValue,
    Dispatch,
)
from tongban.catalogue import calendars
from tongban.exchange import outbox
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM
from tongban.kernel.errors import Conflict
from tongban.process.planner import ORDER, Plan, Step, plan, waits_of


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
    found = [locked(row.pk) for row in rows.order_by("case_id", "order")]
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
            joint.project_dues(row)
            changed.append(str(row.pk))
    if case.ended_at is None and case.calendar_version != calendar.version:
        begun = date.fromisoformat(case.plan["starts_on"])
        laid_out = plan(_steps(case), calendar, begun, waits=waits_of(Plan.from_json(case.plan)))
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


def lapse_reviews() -> int:
    """Let the limits of joint reviews that have passed take their effect; returns how many did.

    Each in its own transaction, from the rows alone: after a restart the next round finds what is due.
    """
    return sum(joint.lapse(dispatch, department) for dispatch, department in joint.due_for_lapse())


def _steps(case: Case) -> list[Step]:
    """The planner's steps of a case, from its pinned plan."""
    needs: dict[str, set[str]] = {}
    makes: dict[str, set[str]] = {}
    for edge in case.plan["edges"]:
        needs.setdefault(edge["to"], set()).update(edge["elements"])
        makes.setdefault(edge["from"], set()).update(edge["elements"])
    for wait in case.plan.get("waits", ()):
        for item in wait["before"]:
            needs.setdefault(item, set()).add(ORDER + wait["element"])
        for item in wait["after"]:
            makes.setdefault(item, set()).add(ORDER + item)
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


def resend(dispatch_id: UUID) -> UUID:
    """Send a dispatch to its department's system again, after a steward mended the mapping."""
    with transaction.atomic():
        row = locked(dispatch_id)
        if row.state != State.READY:
            raise Conflict(
                "dispatch.not_ready", "Only what was not taken can be sent again.", hint="Open the case."
            )
        for letter in outbox.dead_letters(dispatch_id=dispatch_id, limit=1):
            outbox.resend(letter.id)
            return letter.id
        return flow.hand_over(row.case, row, store.bound_item(row.case, row.item), "submit")
