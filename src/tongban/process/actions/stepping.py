"""One event, one step: load, apply, save in one statement; when somebody was quicker, once more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.journal.appending import Entry
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, TongbanError
from tongban.process import engine, owners, store
from tongban.process.actions.computing import computed
from tongban.process.domain import Facts, Outcome
from tongban.process.engine.events import Event

TRIES = 50
"""How often a step is tried anew when others are quicker; each try means that another has gone on."""

Values = Mapping[str, Any]


def apply(
    instance: UUID,
    event: Event,
    *,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
    entries: Sequence[Entry] = (),
    loaded: store.Loaded | None = None,
) -> Outcome:
    """Let something happen to an instance.

    `entries` are events of the journal that go with the step, in the same statement. `loaded` is the instance
    as the caller has just read it; should it have moved since, it is read anew.

    Raises: NotFound; Conflict (`process.state`) when it is suspended, (`process.busy`) when others keep on
    being quicker.
    """
    now = now or datetime.now(UTC)
    if loaded is None and (begin := store.recent(instance)) is not None:
        if not begin.facts.owner:
            outcome = _from_memory(begin, event, actor=actor, now=now, after=entries)
            if outcome is not None:
                return outcome
        else:
            loaded = begin
    loaded = loaded or store.load(instance)
    with together(loaded.facts) as told:
        if loaded.facts.owner:
            loaded = store.load(instance)  # as it stands now that the owner's rows are locked
        for _ in range(TRIES):
            outcome = _step(loaded, event, actor=actor, now=now, after=entries)
            if outcome is not None:
                told(outcome)
                return outcome
            loaded = store.load(instance)
    raise Conflict("process.busy", "Others keep on changing the instance.", hint="Try again.")


def complete(
    instance: UUID, token: str, values: Values | None = None, *, actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Outcome:  # fmt: skip
    """The work of a token is done, with what it has brought. Work that is gone changes nothing."""
    return apply(instance, engine.Complete(token, dict(values or {})), actor=actor, now=now)


def fail(
    instance: UUID, token: str, code: str, message: str = "", values: Values | None = None, *,
    actor: Actor = SYSTEM, now: datetime | None = None,
) -> Outcome:  # fmt: skip
    """The work of a token ended in an error of the model: its handler goes on, without one an incident."""
    return apply(instance, engine.Fail(token, code, message, dict(values or {})), actor=actor, now=now)


def refuse(
    instance: UUID, token: str, code: str, values: Values | None = None, *, actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Outcome:  # fmt: skip
    """The work of a token ended in a refusal: handled as an error is, or the token goes no further."""
    return apply(instance, engine.Refuse(token, code, dict(values or {})), actor=actor, now=now)


def escalate(
    instance: UUID, token: str, code: str, *, actor: Actor = SYSTEM, now: datetime | None = None
) -> Outcome:
    """The work of a token raises an escalation, and goes on unless that interrupts it."""
    return apply(instance, engine.Escalate(token, code), actor=actor, now=now)


# ---------------------------------------------------------------------- one step


@contextmanager
def together(facts: Facts) -> Iterator[Callable[[Outcome], None]]:
    """What a step of an instance needs around it, and what tells its owner of it.

    With an owner: a transaction in which the owner's rows are locked before the instance. Without: nothing.
    """
    owner = owners.find(facts.owner)
    if owner is None:
        yield _nobody
        return
    with transaction.atomic():
        owner.lock(facts)
        yield lambda outcome: owner.stepped(outcome) if outcome.changed else None


def _nobody(_outcome: Outcome) -> None:
    """Nobody else moves with the instance."""


def _from_memory(
    begin: store.Loaded, event: Event, *, actor: Actor, now: datetime, after: Sequence[Entry]
) -> Outcome | None:
    """One try on the state that is remembered; None when only the state as it stands can tell."""
    try:
        outcome = _step(begin, event, actor=actor, now=now, after=after)
    except TongbanError:  # such as "is suspended": perhaps it is not any more
        return None
    return outcome if outcome is not None and outcome.changed else None


def _step(
    loaded: store.Loaded,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    after: Sequence[Entry] = (),
) -> Outcome | None:
    """One try; None when the instance has moved meanwhile."""
    step = computed(loaded, event, now)
    if isinstance(step, Outcome):
        return step
    saved = store.save(
        step.facts,
        step.state,
        step.change,
        step.parcels,
        [*map(Entry, step.events), *after],
        actor=actor,
        now=now,
        next_due=step.next_due,
        wake=step.wake,
    )
    return step.outcome if saved else None
