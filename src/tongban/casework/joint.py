"""Joint review of a case's items: asking departments, their words, their deadlines, and how it is settled.

Called with the case locked. What the rules read is told by address; no value leaves the case.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.casework import staff, store
from tongban.casework.domain.given import Reason
from tongban.casework.domain.joint import Part, Standing, Terms, holding, standing, terms
from tongban.casework.domain.moves import AT_WORK, State
from tongban.casework.events import (
    JointLapsed,
    JointReviewAsked,
    JointReviewReleased,
    JointSettled,
    JointSigned,
)
from tongban.casework.models import Case, Dispatch, JointTask
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundItem, JointRule
from tongban.catalogue.domain.deciding import rules_that_hold
from tongban.identity.domain import Post, Role
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.clock import (
    ClockEvent,
    ClockState,
    Limit,
    Paused,
    Resumed,
    Started,
    Stopped,
    Unit,
    fold,
)
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotAllowed

PAUSE_RULE: Final = "平台规则：申请人补正期间不计入会签时限"


def ask(
    case: Case,
    row: Dispatch,
    bound: BoundItem,
    context: Mapping[str, Any],
    *,
    actor: Actor = SYSTEM,
    changed: Collection[str] = (),
) -> bool:
    """Bring the parts of a review in line with the values as they are; returns whether anything changed.

    A department that a rule newly names is asked. One that sees something of `changed` (addresses, document
    keys), or that is asked for more reasons than before, is asked again: its agreement falls, its objection
    stands until it says otherwise. One whose risk has gone before it answered is released.
    """
    reviews = bound.item.reviews
    held = {task.department: task for task in row.joint_tasks.all()}
    if not reviews and not held:
        return False
    fired = holding(reviews, context)
    wanted = {one.department: one for one in terms(fired)}
    now = datetime.now(UTC)
    asked, again = [], []
    for department, one in wanted.items():
        task = held.get(department)
        if task is None:
            _fill(JointTask(dispatch=row, department=department), one, row, now).save()
            asked.append(department)
        elif _is_new(task, one, changed):
            again.append(department)
            _fill(task, one, row, now).save()
    released = [
        task.department
        for task in held.values()
        if task.department not in wanted and task.agrees is None and task.released_at is None
    ]
    JointTask.objects.filter(dispatch=row, department__in=released).update(released_at=now)
    if not (asked or again or released):
        return False
    tasks = _fresh(row)
    addresses = sorted({name for rule in fired for name in rule.reads})
    if asked or again:
        record(
            case.pk,
            JointReviewAsked(
                dispatch_id=str(row.pk),
                item=row.item,
                department=row.department,
                asked=asked,
                again=again,
                rules=[rule.code for rule in fired],
                addresses=addresses,
                due={
                    task.department: task.due_on.isoformat()
                    for task in tasks
                    if task.due_on and task.department in {*asked, *again}
                },
                tables=_tables(case, fired, context),
            ),
            actor=actor,
        )
    if released:
        gone = sorted({name for rule in reviews for name in rule.reads})
        record(
            case.pk,
            JointReviewReleased(
                dispatch_id=str(row.pk),
                item=row.item,
                department=row.department,
                released=released,
                addresses=gone,
            ),
            actor=actor,
        )
    _touch(row)
    return True


def _tables(case: Case, fired: Iterable[JointRule], context: Mapping[str, Any]) -> dict[str, str]:
    """The decisions that called for a review, with the rules of their tables that hold."""
    found = {}
    for rule in fired:
        if rule.decision:
            values = {name: feel.evaluate(context) for name, feel in rule.inputs.items()}
            decisions = store.catalogue_of(case).decisions
            numbers = rules_that_hold(decisions, rule.decision, rule.of or "", values)
            found[rule.decision] = " ".join(str(one) for one in numbers)
    return found


def look_again(
    case: Case, context: Mapping[str, Any], changed: Collection[str], *, actor: Actor = SYSTEM
) -> None:
    """Values or documents of a case changed: every review that is under way is brought in line."""
    at_work = [str(state) for state in AT_WORK]
    for row in case.dispatches.filter(via="workbench", state__in=at_work).exclude(freed_at=None):
        row.case = case
        bound = store.bound_item(case, row.item)
        ask(case, row, bound, context, actor=actor, changed=changed)
        project_dues(row)


def _is_new(task: JointTask, one: Terms, changed: Collection[str]) -> bool:
    """Whether a department has to look again: for more reasons, at other things, or after a release."""
    if task.released_at is not None and task.agrees is None:
        return True
    if set(one.rules) - set(task.rules):
        return True
    if not changed:
        return False
    if one.shows is None or one.papers is None:
        return True
    papers = {key for key in changed if key in one.papers or key.partition(".")[0] in one.papers}
    return bool(papers or set(one.shows) & set(changed))


def _fill(task: JointTask, one: Terms, row: Dispatch, now: datetime) -> JointTask:
    task.rules, task.silence, task.over = list(one.rules), one.silence, one.over
    task.shows = None if one.shows is None else list(one.shows)
    task.papers = None if one.papers is None else list(one.papers)
    task.working_days, task.asked_at = one.limit, now
    task.lapsed_at = task.released_at = None
    if task.agrees:  # an objection is taken back by the department alone
        task.agrees, task.account_id, task.at = None, None, None
        task.reasons, task.reason = [], ""
    clock = clock_of(task, row, now)
    task.due_on = clock.due_on if clock else None
    task.provisional = bool(clock and clock.provisional)
    return task


def clock_of(task: JointTask, row: Dispatch, now: datetime | None = None) -> ClockState | None:
    """A department's clock: working days from the asking on, still while the applicant mends something."""
    if task.working_days is None:
        return None
    events: list[ClockEvent] = [Started(task.asked_at)]
    for notice in sorted(row.corrections.all(), key=lambda one: one.asked_at):
        if notice.asked_at < task.asked_at:
            continue
        events.append(Paused(notice.asked_at, "correction", PAUSE_RULE))
        if notice.answered_at is not None:
            events.append(Resumed(notice.answered_at))
    ended = min((one for one in (task.at, task.lapsed_at, row.ended_at) if one is not None), default=None)
    if ended is not None and ended >= task.asked_at:
        events = [event for event in events if event.at <= ended]
        events.append(Stopped(ended))
    limit = Limit(task.working_days, Unit.WORKING_DAY)
    return fold(limit, events, calendars.current(), now or datetime.now(UTC))


def project_dues(row: Dispatch) -> None:
    """Store the last days that follow from the corrections and the calendar as they are now."""
    for task in row.joint_tasks.filter(agrees=None, lapsed_at=None, released_at=None):
        clock = clock_of(task, row)
        if clock is not None and clock.due_on != task.due_on:
            task.due_on, task.provisional = clock.due_on, clock.provisional
            task.save(update_fields=["due_on", "provisional"])


def _fresh(row: Dispatch) -> list[JointTask]:
    return list(row.joint_tasks.order_by("pk"))


def _touch(row: Dispatch) -> None:
    """The others' pages are out of date now: they see what changed before they act."""
    Dispatch.objects.filter(pk=row.pk).update(version=F("version") + 1)
    row.version += 1


def part(task: JointTask, region: str) -> Part:
    """A row as the rules of a review see it."""
    return Part(
        department=task.department,
        agrees=task.agrees,
        silence=cast("Any", task.silence),
        over=cast("Any", task.over),
        lapsed=task.lapsed_at is not None,
        released=task.released_at is not None,
        staffed=task.agrees is not None or staff.is_staffed(task.department, region),
        limited=task.working_days is not None,
    )


def standing_of(row: Dispatch) -> Standing:
    """Where a review stands now."""
    return standing(part(task, row.region) for task in _fresh(row))


def rules_of(bound: BoundItem, task: JointTask) -> list[JointRule]:
    """The rules that ask a department, with their words and law."""
    return [rule for rule in bound.item.reviews if rule.code in task.rules]


def say(
    post: Post,
    row: Dispatch,
    bound: BoundItem,
    *,
    agrees: bool,
    reason: str,
    reasons: Sequence[str],
    seen: str | None,
    actor: Actor,
) -> None:
    """A department's word; it may be changed until the item is decided.

    Args:
        post: who says it; the department is its department.
        row: the dispatch, its case locked.
        bound: its item.
        agrees: False: it objects.
        reason: what was written; required for an objection.
        reasons: codes chosen from the rules' own; one is required for an objection where there are any.
        seen: time of the department's own last word on the page, "" for none; None: not compared.
        actor: for the journal.
    """
    task = row.joint_tasks.filter(department=post.department).first()
    if task is None:
        if row.joint_tasks.exists():
            raise NotAllowed("task.not_joint", "Your department does not sign here.", hint="Open the inbox.")
        raise Conflict("task.not_joint_step", "This is no joint step.", hint="Decide it.")
    if store.is_ended(row):
        raise Conflict("task.ended", "This has been decided.", hint="Open the inbox.")
    if seen is not None and seen != (task.at.isoformat() if task.at else ""):
        raise store.changed(row)  # a colleague spoke for the department meanwhile
    declared = [one.code for rule in rules_of(bound, task) for one in rule.objections]
    chosen = [code for code in declared if code in set(reasons)] if not agrees else []
    _check_objection(agrees=agrees, reason=reason, declared=declared, chosen=chosen)
    now = datetime.now(UTC)
    task.account_id, task.agrees, task.at = post.account_id, agrees, now
    task.reasons, task.reason = chosen, reason
    task.save()
    _touch(row)
    record(
        row.case_id,
        JointSigned(
            dispatch_id=str(row.pk), item=row.item, department=post.department, agrees=agrees, reasons=chosen
        ),
        actor=actor,
        payload={"reason": reason},
        at=now,
    )


def _check_objection(*, agrees: bool, reason: str, declared: Sequence[str], chosen: Sequence[str]) -> None:
    if agrees:
        return
    faults = []
    if declared and not chosen:
        faults.append(
            FieldFault("reasons", "task.objection_choice", "No reason was chosen.", "Choose at least one.")
        )
    if not reason:
        faults.append(
            FieldFault(
                "reason", "task.objection_reason", "An objection needs a reason.", "Say what you found."
            )
        )
    if faults:
        raise InvalidInput(
            faults[0].code, "An objection needs a reason.", hint="Say what stands against it.", faults=faults
        )


def check_approval(post: Post, row: Dispatch, reasons: Iterable[Reason]) -> None:
    """Whether this post may approve as the review stands.

    Raises Conflict `task.not_signed` while somebody has to answer or where no objection may be overruled,
    `task.supervisor_settles` where only a supervisor may, and InvalidInput `task.settle_reason` when an
    approval over an objection, or without a word that was asked for, has no written reason.
    """
    found = standing_of(row)
    if found.missing or (found.against and found.over == "never"):
        raise Conflict(
            "task.not_signed",
            "Not every department has signed.",
            hint="Wait for them, or settle the objection.",
            missing=list(found.missing),
            against=list(found.against),
        )
    if found.against and found.over == "supervisor" and Role.SUPERVISOR not in post.roles:
        raise Conflict(
            "task.supervisor_settles",
            "Only a supervisor may approve over this objection.",
            hint="Ask a supervisor of the department, ask for a correction, or refuse.",
            against=list(found.against),
        )
    if found.settled_by_reason and not any(not one.code and one.text.strip() for one in reasons):
        fault = FieldFault("text", "task.settle_reason", "No written reason.", "Say why it is approved.")
        raise InvalidInput(
            "task.settle_reason",
            "An approval that settles a joint review needs a written reason.",
            hint="Say why it is approved.",
            faults=[fault],
        )


def note_settled(row: Dispatch, found: Standing, decision: str, *, actor: Actor) -> None:
    """Put on the record who decided what over whose objection, and without whose word."""
    if not found.settled_by_reason:
        return
    record(
        row.case_id,
        JointSettled(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            decision=decision,
            over=list(found.against),
            without=list(found.without),
        ),
        actor=actor,
    )


def due_for_lapse(limit: int = 100) -> list[tuple[UUID, str]]:
    """Dispatch and department of every part whose limit has passed without a word, where that counts."""
    today = datetime.now(calendars.current().zone).date()
    rows = (
        JointTask.objects.filter(due_on__lt=today, lapsed_at=None, released_at=None, agrees=None)
        .exclude(silence="waits")
        .filter(dispatch__state__in=[str(state) for state in AT_WORK])
        .order_by("due_on", "pk")
    )
    return list(rows.values_list("dispatch_id", "department")[:limit])


@transaction.atomic
def lapse(dispatch_id: UUID, department: str) -> bool:
    """Let a limit that has passed take its effect; returns whether it did. Twice changes nothing."""
    store.lock_case(store.dispatch_of(dispatch_id).case_id)
    row = Dispatch.objects.select_related("case").get(pk=dispatch_id)
    task = row.joint_tasks.filter(department=department).first()
    if task is None or State(row.state) not in AT_WORK:
        return False
    if task.agrees is not None or task.lapsed_at or task.released_at or task.silence == "waits":
        return False
    now = datetime.now(UTC)
    clock = clock_of(task, row, now)
    if clock is None or not clock.overdue:
        return False  # a correction or a new calendar moved the day
    task.lapsed_at = now
    task.save(update_fields=["lapsed_at"])
    record(
        row.case_id,
        JointLapsed(dispatch_id=str(row.pk), item=row.item, department=department, silence=task.silence),
        actor=SYSTEM,
        at=now,
    )
    _touch(row)
    return True
