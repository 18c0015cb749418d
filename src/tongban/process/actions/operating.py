"""What an operator does by hand; each with its trace in the journal, reasons in the payload."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.journal.actions import record
from tongban.journal.appending import Entry
from tongban.journal.events import SYSTEM, Actor, Event
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.process import engine, events, jobs, store
from tongban.process.actions.stepping import apply
from tongban.process.domain import Outcome
from tongban.process.models import OpenWork

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What became of a retry."""

    solved: bool
    """It has worked. Otherwise the instance is held up as before."""
    outcome: Outcome | None
    """The step; None when it was not even tried again in the instance, because the work failed anew."""
    reason: str = ""
    """Why it is still held up."""


def retry(
    instance: UUID, incident: str, values: Values | None = None, *, actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Retried:  # fmt: skip
    """Try again what an incident holds up, with changed variables if given.

    What failed is really done again, a handler's work too, before this says that it is solved. Raises:
    NotFound when the instance has no such incident (any more).
    """
    loaded = store.load(instance)
    held = next((each for each in loaded.state["incidents"] if each["id"] == incident), None)
    if held is None:
        raise NotFound("process.incident", f"The instance has no incident {incident}.")
    token = held["token"]
    result: Values | None = None
    if held["code"] == jobs.FAULT:
        if values:
            set_variables(instance, values, actor=actor, now=now)
        answer = jobs.run(instance, token, now=now or datetime.now(UTC))
        if answer.fault:
            return Retried(solved=False, outcome=None, reason=answer.fault)
        result = answer.values
    with transaction.atomic():
        outcome = apply(instance, engine.Retry(incident, dict(values or {})), actor=actor, now=now)
        if held["code"] == jobs.FAULT and result is not None:
            outcome = apply(instance, engine.Complete(token, dict(result)), actor=actor, now=now)
            return Retried(solved=True, outcome=outcome)
    solved = any(each["type"] == "solved" and each["id"] == incident for each in outcome.effects)
    again = "; ".join(each["message"] for each in outcome.incidents)
    return Retried(solved=solved, outcome=outcome, reason=again)


def suspend(instance: UUID, reason: str, *, actor: Actor = SYSTEM, now: datetime | None = None) -> Outcome:
    """Let nothing happen until `resume`; timers that fall due meanwhile fire then, messages are kept."""
    return _with_reason(instance, engine.Suspend(), events.Suspended(str(instance)), reason, (actor, now))


def resume(
    instance: UUID, reason: str = "", *, actor: Actor = SYSTEM, now: datetime | None = None
) -> Outcome:
    """Let a suspended instance go on."""
    return _with_reason(instance, engine.Resume(), events.Resumed(str(instance)), reason, (actor, now))


def cancel(instance: UUID, reason: str, *, actor: Actor = SYSTEM, now: datetime | None = None) -> Outcome:
    """Give an instance up, with what it has called."""
    return _with_reason(instance, engine.Cancel(), events.Cancelled(str(instance)), reason, (actor, now))


def move(
    instance: UUID,
    source: str,
    target: str,
    reason: str,
    *,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Outcome:
    """Put a token elsewhere in its scope; what it did where it was is given up.

    Args:
        instance: the instance.
        source: the token, or the element that it is at; a join, for what waits there.
        target: the element where it goes on; of what waits at a join the join itself, to go on behind it.
        reason: why; it is on the record.
        actor: who.
        now: when.

    Raises: InvalidInput without a reason; Conflict when the place is not one where it could be.
    """
    loaded = store.load(instance)
    tokens = loaded.state["tokens"]
    found = [source] if source in tokens else [each for each in tokens if tokens[each]["node"] == source]
    frames = loaded.state["frames"]
    outer = [each for each in found if frames[tokens[each]["frame"]]["kind"] not in {"multi", "loop"}]
    found = outer or found
    if not found and any(source in frame.get("joins", {}) for frame in frames.values()):
        moved = events.TokenMoved(str(instance), source, source, target)
        return _with_reason(instance, engine.Move(source, target), moved, reason, (actor, now))
    if len(found) != 1:
        what = "No token is" if not found else f"{len(found)} tokens are"
        raise Conflict("process.move_token", f"{what} at {source}.", hint="Name the token.")
    moved = events.TokenMoved(str(instance), found[0], tokens[found[0]]["node"], target)
    return _with_reason(instance, engine.Move(found[0], target), moved, reason, (actor, now))


def hasten(
    instance: UUID, element: str, reason: str, *, actor: Actor = SYSTEM, now: datetime | None = None
) -> Outcome:
    """Let the timers of an event run out now, as if their time had come.

    A timer that repeats counts its next turn from now. Raises: InvalidInput without a reason; Conflict
    when no timer of that event runs.
    """
    if element not in {each["node"] for each in store.load(instance).state["timers"]}:
        raise Conflict("process.no_timer", f"No timer runs at {element}.", hint="Look at the instance again.")
    told = events.TimerHastened(str(instance), element)
    return _with_reason(instance, engine.Hasten(element), told, reason, (actor, now))


def set_variables(
    instance: UUID, values: Values, *, actor: Actor = SYSTEM, now: datetime | None = None
) -> Outcome:
    """Change variables from outside; the journal keeps their names."""
    told = events.VariablesSet(str(instance), sorted(values))
    return apply(instance, engine.SetVariables(dict(values)), actor=actor, now=now, entries=(Entry(told),))


def assign(
    instance: UUID, token: str, assignee: str, *, seen: str = "", actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Give open work to somebody; `seen` is who had it, as the caller knew.

    Raises: Conflict (`process.taken`) when somebody else has it meanwhile; NotFound when it is not open.
    """
    with transaction.atomic():
        rows = OpenWork.objects.filter(instance_id=instance, token=token)
        row = rows.select_related("instance").first()
        if row is None:
            raise NotFound("process.work", "The work is not open any more.")
        if not rows.filter(assignee=seen).update(assignee=assignee):
            raise Conflict("process.taken", "Somebody else has the work meanwhile.", hint="Look again.")
        told = events.WorkAssigned(str(instance), token, row.element, assignee)
        record(row.instance.stream, told, actor=actor, at=now)


def _with_reason(
    instance: UUID, event: engine.Event, told: Event, reason: str, by: tuple[Actor, datetime | None]
) -> Outcome:
    if not reason.strip() and not isinstance(event, engine.Resume):
        raise InvalidInput("process.reason", "A reason is missing.", hint="Say why; it is on the record.")
    payload = {"reason": reason} if reason.strip() else None
    return apply(instance, event, actor=by[0], now=by[1], entries=(Entry(told, payload),))
