"""Giving one task to a clerk: the figures, the choice, the record. Called with the case locked."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from tongban.casework import staff, store
from tongban.casework.assignment.base import Candidate
from tongban.casework.assignment.registry import strategy
from tongban.casework.domain.effort import History, Observed, promised_hours, without_pauses
from tongban.casework.domain.moves import AT_WORK, State
from tongban.casework.events import AssignmentConfigured, DispatchAccepted, TaskAssigned
from tongban.casework.models import Assignment, AssignmentPolicy, Case, Dispatch, Handled
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundItem, Catalogue
from tongban.catalogue.domain.values import MEMBER
from tongban.identity.domain import Clerk
from tongban.journal import queries as journal
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor

FREE_POOL = "none"
REMEMBERS = timedelta(days=365)
"""How far back the history goes: older work says little about today's."""
AT_MOST = 2000
"""Tasks of a department that the history reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One clerk who could have a task, with why or why not."""

    clerk: Clerk
    away: bool
    skilled: bool
    candidate: Candidate


def strategy_of(department: str) -> str:
    """The configured strategy of a department; the free pool without one."""
    found = AssignmentPolicy.objects.filter(department=department).values_list("strategy", flat=True).first()
    return found or FREE_POOL


def figures(row: Dispatch, bound: BoundItem) -> list[Figures]:
    """Every clerk whose post reaches the task, with their figures now."""
    today = datetime.now(calendars.current().zone).date()
    clerks = staff.clerks_at(row.department, row.region)
    known = _candidates(row, bound, [clerk.account_id for clerk in clerks])
    return [
        Figures(
            clerk=clerk,
            away=clerk.is_away(today),
            skilled=clerk.can_work(bound.item.code, bound.item.kind),
            candidate=known[clerk.account_id],
        )
        for clerk in clerks
    ]


def _candidates(row: Dispatch, bound: BoundItem, accounts: list[int]) -> dict[int, Candidate]:
    catalogue = store.catalogue_of(row.case)
    open_tasks = [
        (account, base(item))
        for account, item in Dispatch.objects.filter(
            department=row.department,
            assigned_to__in=accounts,
            state__in=[str(state) for state in AT_WORK],
        )
        .exclude(pk=row.pk)
        .values_list("assigned_to", "item")
        if account is not None
    ]
    priors = {item: _prior(catalogue, item) for item in {item for _, item in open_tasks}}
    priors[bound.item.code] = promised_hours(bound.item.limits.promised)
    history = History(_observed(row.department), priors)
    loads = Counter(account for account, _ in open_tasks)
    turns = dict(
        Assignment.objects.filter(department=row.department, account_id__in=accounts)
        .values_list("account_id")
        .annotate(last=Max("pk"))
        .values_list("account_id", "last")
    )
    found = {}
    for account in accounts:
        effort = history.expected(account, bound.item.code)
        waiting = sum(history.expected(account, item).hours for one, item in open_tasks if one == account)
        found[account] = Candidate(
            account_id=account,
            load=loads[account],
            waiting_hours=round(waiting, 2),
            hours=round(effort.hours, 2),
            done=effort.done,
            turn=turns.get(account, 0),
        )
    return found


def base(item: str) -> str:
    """The service item, without the number of the member it is done for."""
    return item.partition(MEMBER)[0]


def _prior(catalogue: Catalogue, code: str) -> float:
    item = catalogue.items.get(code)  # a task of another version's item may be gone from this one
    return promised_hours(item.limits.promised) if item else 8.0


def _observed(department: str) -> list[Observed]:
    since = datetime.now(UTC) - REMEMBERS
    rows = Handled.objects.filter(department=department, at__gte=since).order_by("-at")
    return [Observed(*row) for row in rows.values_list("account_id", "item", "hours")[:AT_MOST]]


def assign(case: Case, row: Dispatch, bound: BoundItem) -> int | None:
    """Give a task that has become ready to a clerk as the department's strategy says.

    Returns the account, or None: there is no strategy, nobody is there, or the task was given before (then
    nothing changes). Clerks who are away or lack the skill are passed over. No lock is held on the clerks:
    of two tasks that become ready in the same moment both may go to the same one, and the next evens it out.
    """
    if row.via != "workbench" or row.state != State.READY or row.assigned_to is not None:
        return None
    name = strategy_of(row.department)
    if name == FREE_POOL or row.assignments.exists():
        return None
    considered = [one.candidate for one in figures(row, bound) if one.skilled and not one.away]
    chosen = strategy(name).choose(considered)
    if chosen is None:
        return None
    shown = [to_json(one) for one in considered]
    now = datetime.now(UTC)
    Assignment.objects.create(
        dispatch=row,
        department=row.department,
        account_id=chosen.account_id,
        strategy=name,
        figures=shown,
        at=now,
    )
    Dispatch.objects.filter(pk=row.pk).update(assigned_to=chosen.account_id)
    row.assigned_to = chosen.account_id
    record(
        case.pk,
        TaskAssigned(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            to=str(chosen.account_id),
            strategy=name,
            figures=shown,
        ),
        actor=SYSTEM,
        at=now,
    )
    return chosen.account_id


def to_json(one: Candidate) -> dict[str, Any]:
    """The figures of a candidate as they are recorded: ids and numbers only."""
    plain = asdict(one)
    return {"account": plain.pop("account_id"), **plain, "completion": round(one.completion, 2)}


def last_assignment(row: Dispatch) -> Assignment | None:
    """The last automatic assignment of a task."""
    return row.assignments.order_by("-pk").first()


def was_assigned(row: Dispatch) -> bool:
    """Whether a strategy gave the task to the clerk who has it now."""
    last = last_assignment(row)
    return last is not None and last.account_id == row.assigned_to


def note_handled(row: Dispatch, account_id: int) -> None:
    """Keep how long a clerk had a task that is decided now: without the time the applicant needed."""
    calendar = calendars.current()
    end = row.ended_at or datetime.now(UTC)
    own = [
        event
        for event in journal.stream(row.case_id, [TaskAssigned.TYPE, DispatchAccepted.TYPE])
        if event.data["dispatch_id"] == str(row.pk)
    ]
    given = [
        event.at for event in own if event.type == TaskAssigned.TYPE and event.data["to"] == str(account_id)
    ]
    accepted = [event.at for event in own if event.type == DispatchAccepted.TYPE]
    start = (given or accepted or [row.freed_at or row.opened_at])[-1]
    pauses = [(one.asked_at, one.answered_at or end) for one in row.corrections.all()]
    Handled.objects.update_or_create(
        dispatch=row,
        defaults={
            "account_id": account_id,
            "department": row.department,
            "item": base(row.item),
            "hours": without_pauses(start, end, pauses, calendar),
            "at": end,
        },
    )


@transaction.atomic
def configure(department: str, name: str, *, account_id: int) -> None:
    """Choose how a department's tasks find their clerk. Raises InvalidInput for an unknown strategy."""
    strategy(name)
    before = strategy_of(department)
    if before == name:
        return
    AssignmentPolicy.objects.update_or_create(
        department=department,
        defaults={"strategy": name, "changed_by": account_id or None, "changed_at": datetime.now(UTC)},
    )
    record(
        f"department:{department}",
        AssignmentConfigured(department=department, strategy=name, before=before),
        actor=Actor("staff", str(account_id)) if account_id else SYSTEM,
    )
