"""What a drawn process gives to people besides items: its human tasks, in the inbox of their department.

The open work itself stands in the engine's rows; who said what about it stands in the journal of the case.
A task that names further departments (`tongban:joint`) is a joint one: each of them says its word first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import filling, spoken, store
from tongban.casework.domain.moves import State
from tongban.casework.events import ErrandDone, ErrandReported, ErrandWord
from tongban.casework.filling import Asked
from tongban.casework.models import Case
from tongban.casework.spoken import Word
from tongban.casework.tasks import actor_of
from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue, Text
from tongban.exchange import reads
from tongban.identity.domain import Post
from tongban.journal import queries as journal
from tongban.journal.actions import record
from tongban.kernel.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from tongban.process import actions as process
from tongban.process import queries as processes
from tongban.process import xml
from tongban.process.domain import HUMAN, NOTICE
from tongban.process.engine import agreed
from tongban.process.graph import Trigger
from tongban.process.queries import WorkRow

CLERK = "clerk"
"""The role of a task that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Something that whoever works on a task can report upwards: an escalation at the border of the task."""

    code: str
    """Of the escalation; empty: whatever there is to report."""
    name: str
    """Of the event in the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One human task of a case's process."""

    application_id: UUID
    token: str
    number: str
    event_name: Text
    title: str
    instructions: str
    """The task's documentation in the drawing."""
    department: str
    """The department that completes it."""
    assigned_to: int | None
    since: datetime
    words: tuple[Word, ...]
    """Of a joint task: one for each of the other departments."""
    due_on: date | None
    """The last day for the words of a joint task (`tongban:joint-days`, working days); None: no limit."""
    provisional: bool
    """Whether that day leans on holidays that are not published yet."""
    leads: bool
    """Whether the reader's department completes it; otherwise it says its word."""
    notice: bool
    """A message to the department, which has no system that takes it: it is read and confirmed."""
    asked: tuple[Asked, ...]
    """What is to be filled in when it is completed."""
    reports: tuple[Report, ...]
    """What can be reported while it is worked on."""
    catalogue: Catalogue
    """The content that the case is pinned to: code lists of the fields."""

    @property
    def lapsed(self) -> bool:
        """Whether the limit for words has passed: the leading department may then go on without them."""
        return self.due_on is not None and datetime.now(calendars.current().zone).date() > self.due_on

    def own(self, department: str) -> Word | None:
        """The word of a department; None when it is not asked for one."""
        return next((one for one in self.words if one.department == department), None)


def errands(post: Post, *, limit: int = 100) -> list[Errand]:
    """The human tasks of a post's department in its region, the oldest first, then others' joint ones."""
    found = []
    rows = processes.open_work(kind=HUMAN, department=post.department)
    rows += processes.open_work(kind=NOTICE, department=post.department)
    rows.sort(key=lambda row: row.created_at)
    rows += [row for row in processes.open_work(kind=HUMAN) if row.work.department != post.department]
    for row in rows:
        if row.work.department and post.department not in {row.work.department, *joint_departments(row)}:
            continue  # without looking at its case
        case = _case(row.key)
        if case is not None and _takes_part(post, case, row):
            found.append(_errand(post, case, row))
        if len(found) == limit:
            break
    return found


def errand(post: Post, application_id: UUID, token: str) -> Errand:
    """One of them; NotFound for another department's or region's, and when it is done."""
    row = _row(application_id, token)
    case = _case(str(application_id))
    if row is None or case is None or not _takes_part(post, case, row):
        raise NotFound("errand.not_found", store.NOT_YOURS, hint="Open it from the inbox.")
    return _errand(post, case, row)


@transaction.atomic
def opened(post: Post, application_id: UUID, token: str) -> Errand:
    """One of them with what the departments wrote; reading what another one wrote is on record."""
    held = errand(post, application_id, token)
    said = spoken.with_reasons(held.words)
    if any(one.reason and one.department != post.department for one in said):
        reads.note_opened(
            application_id,
            department=post.department,
            items=[],
            elements=[],
            actor=actor_of(post),
            purpose="opinions",
        )
    return replace(held, words=said)


def claim(post: Post, application_id: UUID, token: str, *, seen: int | None) -> None:
    """Take the task for oneself, or give it back when one has it. `seen`: who had it on the page."""
    held = errand(post, application_id, token)
    _leads(held)
    to = "" if held.assigned_to == post.account_id else str(post.account_id)
    had = "" if seen is None else str(seen)
    process.assign(application_id, token, to, seen=had, actor=actor_of(post))


def say(
    post: Post, application_id: UUID, token: str, *, agrees: bool, reason: str = "", seen: str | None = None
) -> None:
    """A department's word in a joint task; the last one counts.

    `seen`: when its word was spoken that the page showed (ISO 8601, empty: none yet); None: whatever it was.

    Raises InvalidInput `task.objection_reason` for an objection without a reason, NotAllowed `task.not_joint`
    when the department is not asked, Conflict `errand.changed` when a colleague was quicker.
    """
    if not agrees and not reason.strip():
        raise InvalidInput(
            "task.objection_reason",
            "An objection needs a reason.",
            hint="Say what stands against it.",
            address="reason",
        )
    with transaction.atomic():
        store.lock_case(application_id)
        own = errand(post, application_id, token).own(post.department)
        if own is None:
            raise NotAllowed("task.not_joint", "Your department does not sign here.", hint="Open the inbox.")
        if seen is not None and seen != (own.at.isoformat() if own.at else ""):
            raise Conflict(
                "errand.changed",
                "A colleague has spoken for the department meanwhile.",
                hint="Open it again.",
                account=own.account_id,
            )
        record(
            application_id,
            ErrandWord(token=token, department=post.department, agrees=agrees),
            actor=actor_of(post),
            payload={"reason": reason.strip()},
        )


def complete(
    post: Post, application_id: UUID, token: str, note: str, typed: Mapping[str, str] | None = None
) -> None:
    """The task is done, with what was found out; the process goes on in the same transaction.

    `typed`: data element → what was typed, of the task's form. They are on the record (personal, so in the
    payload) and become the variable `<element>` of the process. Raises InvalidInput `errand.answers` with one
    fault per field that is missing or does not fit, `note` among them.

    Of a joint task everybody must have spoken, or the limit for words must have passed; who was silent is on
    the record. The variable `<element>_agreed` tells the process whether nobody objected. Raises Conflict
    `task.not_signed` before that, InvalidInput without a note; a notice needs none, it was read.
    """
    with transaction.atomic():
        store.lock_case(application_id)
        held = errand(post, application_id, token)
        _leads(held)
        silent_note = not note.strip() and not held.notice
        if silent_note and not held.asked:
            raise filling.no_note()
        if held.assigned_to not in {None, post.account_id}:
            raise Conflict("task.anothers", "A colleague works on this.", hint="Ask them to give it back.")
        filled = filling.read(held.asked, typed or {}, held.catalogue, lacks_note=silent_note)
        missing = [one.department for one in held.words if one.agrees is None]
        if missing and not held.lapsed:
            raise Conflict(
                "task.not_signed", "Not every department has signed.", hint="Wait for them.", missing=missing
            )
        row = _row(application_id, token)
        element = row.work.element if row is not None else ""
        said: dict[str, Any] = {"note": note.strip()} if note.strip() else {}
        if filled:
            said["answers"] = filled
        record(
            application_id,
            ErrandDone(
                token=token,
                element=element,
                department=post.department,
                silent=missing,
                filled=sorted(filled),
            ),
            actor=actor_of(post),
            payload=said or None,
        )
        values: dict[str, Any] = {}
        if row is not None and joint_departments(row):
            values[agreed(element)] = not any(one.agrees is False for one in held.words)
        if held.asked:
            values[element] = filling.as_read(held.asked, filled)
        process.complete(application_id, token, values, actor=actor_of(post))


def report(post: Post, application_id: UUID, token: str, code: str, what: str) -> None:
    """Report something upwards; what the drawing says of it follows, and the task goes on or is taken away.

    What is reported is on the record, in the payload. Raises InvalidInput `errand.no_report` without words,
    NotFound `errand.unknown_report` for what nobody waits for.
    """
    with transaction.atomic():
        store.lock_case(application_id)
        held = errand(post, application_id, token)
        _leads(held)
        if code not in {one.code for one in held.reports}:
            raise NotFound("errand.unknown_report", "Nobody waits for such a report.", hint="Open the task.")
        if not what.strip():
            raise InvalidInput(
                "errand.no_report", "Nothing is said.", hint="Say what there is to report.", address="what"
            )
        row = _row(application_id, token)
        record(
            application_id,
            ErrandReported(
                token=token,
                element=row.work.element if row is not None else "",
                department=post.department,
                report=code,
            ),
            actor=actor_of(post),
            payload={"what": what.strip()},
        )
        process.escalate(application_id, token, code, actor=actor_of(post))


def _reports(row: WorkRow) -> tuple[Report, ...]:
    """The escalations at the border of a task, each code once."""
    nodes = processes.graph(row.code, row.definition).nodes
    found: dict[str, Report] = {}
    for event in (nodes[one] for one in nodes[row.work.element].boundaries):
        for each in event.definitions:
            if each.trigger is Trigger.ESCALATION:
                found.setdefault(each.name, Report(code=each.name, name=event.name or each.name))
    return tuple(found.values())


def _leads(held: Errand) -> None:
    if not held.leads:
        raise NotAllowed("task.not_lead", "The leading department decides.", hint="Sign or object instead.")


def joint_departments(row: WorkRow) -> list[str]:
    """The departments of a joint task, as its decision chose them where one did; none for another task."""
    return row.work.ours.get("joint", "").split()


def lead_of(catalogue: Catalogue, case: Case, row: WorkRow) -> str:
    """Who completes a task: the department it names; of a joint one without, the first; else the event's."""
    joint = joint_departments(row)
    return row.work.department or (joint[0] if joint else catalogue.event(case.event_code).lead)


def _takes_part(post: Post, case: Case, row: WorkRow) -> bool:
    """Whether a post's department has something to do with a task of a case in its region."""
    lead = lead_of(store.catalogue_of(case), case, row)
    part = {lead, *joint_departments(row)}
    return post.department in part and (row.work.role or CLERK) in post.roles and _here(post, case)


def _here(post: Post, case: Case) -> bool:
    """Whether a post's region is that of the case, or one above it."""
    offices: Iterable[str] = {one.region for one in case.dispatches.all() if one.state != State.SKIPPED}
    return any(store.is_inside(region, post.region) for region in {case.region, *offices})


def _case(key: str) -> Case | None:
    try:
        return Case.objects.prefetch_related("dispatches").filter(pk=UUID(key)).first()
    except ValueError:  # an instance that somebody started by hand, with another key
        return None


def _row(application_id: UUID, token: str) -> WorkRow | None:
    rows = processes.open_work(instance=application_id)
    return next((one for one in rows if one.work.token == token and one.work.kind in {HUMAN, NOTICE}), None)


def _errand(post: Post, case: Case, row: WorkRow) -> Errand:
    said = spoken.words(journal.stream(case.pk, [ErrandWord.TYPE]), row.work.token)
    catalogue = store.catalogue_of(case)
    lead = lead_of(catalogue, case, row)
    others = [one for one in joint_departments(row) if one != lead]
    due, provisional = last_day(row)
    return Errand(
        application_id=case.pk,
        token=row.work.token,
        number=case.number,
        event_name=catalogue.event(case.event_code).name,
        title=row.work.name or row.work.element,
        instructions=_documented(row.code, row.definition).get(row.work.element, ""),
        department=lead,
        assigned_to=int(row.assignee) if row.assignee.isdigit() else None,
        since=row.created_at,
        due_on=due,
        provisional=provisional,
        words=tuple(said.get(one, Word(department=one)) for one in others),
        leads=post.department == lead,
        notice=row.work.kind == NOTICE,
        asked=filling.form_of(catalogue, row),
        reports=_reports(row),
        catalogue=catalogue,
    )


def last_day(row: WorkRow) -> tuple[date | None, bool]:
    """The last day for words: so many working days after the one on which the task came up (art. 201 CC)."""
    days = row.work.ours.get("joint-days", "")
    if not days:
        return None, False
    calendar = calendars.current()
    found = calendar.add_workdays(row.created_at.astimezone(calendar.zone).date(), int(days))
    return found.on, found.provisional


@lru_cache(maxsize=64)
def _documented(code: str, version: str) -> dict[str, str]:
    """Element → its documentation in the drawing."""
    _, model = processes.model(code, version)
    return {
        element.get("id"): text
        for element in xml.parse(model.encode()).root.walk()
        if (text := next((one.text for one in element if one.local == "documentation"), ""))
    }
