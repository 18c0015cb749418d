"""Many moves at a time: what belongs to different instances goes into one statement.

Each move gives what it would give alone. What the common statement cannot settle is made alone afterwards: an
instance that has an owner or that somebody else has moved meanwhile, and whatever would change nothing by
what was known of it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from tongban.journal import appending
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import TongbanError
from tongban.process import many, store
from tongban.process.actions.computing import Step, computed
from tongban.process.actions.stepping import apply
from tongban.process.domain import Outcome
from tongban.process.engine.events import Event

Move = tuple[UUID, Event]
Answer = Outcome | TongbanError | LookupError


def apply_each(moves: Iterable[Move], *, actor: Actor = SYSTEM, now: datetime | None = None) -> list[Answer]:
    """Let something happen to each of many instances, each for itself, in as few statements as can be.

    Moves of one instance keep their order. The answers stand in the order of the moves; a move that is
    refused has its error there (as `apply` raises it), and the others happen all the same.
    """
    now = now or datetime.now(UTC)
    ordered = list(moves)
    places: dict[UUID, list[int]] = {}
    for place, (instance, _) in enumerate(ordered):
        places.setdefault(instance, []).append(place)
    found: list[Answer | None] = [None] * len(ordered)
    together: list[tuple[many.Moved, list[Answer]]] = []
    known = _known(places)
    for instance in sorted(places):
        loaded = known.get(instance)
        if loaded is not None and not loaded.facts.owner:
            events = [ordered[place][1] for place in places[instance]]
            made = _moved(loaded, events, actor=actor, now=now)
            if made is not None:
                together.append(made)
    saved = many.save([moved for moved, _ in together], actor=actor, now=now) if together else set()
    for moved, answers in together:
        if moved.facts.id in saved:
            for place, answer in zip(places.pop(moved.facts.id), answers, strict=True):
                found[place] = answer
    for instance in sorted(places):
        for place in places[instance]:
            found[place] = _alone(instance, ordered[place][1], actor=actor, now=now)
    return [each for each in found if each is not None]


def apply_many(moves: Iterable[Move], *, actor: Actor = SYSTEM, now: datetime | None = None) -> list[Outcome]:
    """Several steps in one transaction: all of them happen, or none.

    Events of one instance keep their order. Raises: what `apply` raises for the first that is refused.
    """
    with transaction.atomic():
        found: list[Outcome] = []
        for answer in apply_each(moves, actor=actor, now=now):
            if not isinstance(answer, Outcome):
                raise answer
            found.append(answer)
    return found


def _known(instances: Iterable[UUID]) -> dict[UUID, store.Loaded]:
    """The instances as this connection remembers them, the others as they stand."""
    seen = {each: store.recent(each) for each in instances}
    unknown = [each for each, loaded in seen.items() if loaded is None]
    read = store.load_many(unknown) if unknown else {}
    return {each: loaded for each, loaded in seen.items() if loaded is not None} | read


def _moved(
    loaded: store.Loaded, events: Sequence[Event], *, actor: Actor, now: datetime
) -> tuple[many.Moved, list[Answer]] | None:
    """What the events of one instance do to it, one after the other, and what each is answered.

    None when nothing would change: what is known may be old then, and no statement would tell.
    """
    moved = many.Moved(loaded.facts, loaded.state)
    answers: list[Answer] = []
    try:
        for event in events:
            try:
                step = computed(store.Loaded(moved.facts, moved.state), event, now)
            except TongbanError as error:
                answers.append(error)
                continue
            if isinstance(step, Outcome):
                answers.append(step)
                continue
            answers.append(step.outcome)
            take(moved, step, actor=actor, now=now)
        if not moved.steps:
            return None
        moved.text = store.encoded(moved.state)
    except TongbanError:  # what cannot be written is said when it is made alone
        return None
    return moved, answers


def take(moved: many.Moved, step: Step, *, actor: Actor, now: datetime) -> None:
    """Let an instance that is not written yet go on by one more step."""
    moved.facts, moved.state, moved.next_due = step.facts, step.state, step.next_due
    moved.steps += 1
    moved.wake = moved.wake or step.wake
    moved.change(step.change)
    moved.posts += step.parcels
    moved.events += [appending.sealed(step.facts.stream, each, actor=actor, at=now) for each in step.events]


def _alone(instance: UUID, event: Event, *, actor: Actor, now: datetime) -> Answer:
    try:
        return apply(instance, event, actor=actor, now=now)
    except (TongbanError, LookupError) as error:
        return error
