"""Instances begin: one, or many with one statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tongban.journal import appending
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, NotFound, TongbanError
from tongban.kernel.ids import new_id
from tongban.process import definitions, engine, events, many, store
from tongban.process.actions.batching import Answer, take
from tongban.process.actions.computing import computed
from tongban.process.actions.stepping import TRIES, together
from tongban.process.domain import Facts, Outcome

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """An instance that is to begin."""

    code: str
    """Of a deployed definition."""
    version: str = ""
    """Which one; the active one when empty."""
    key: str = ""
    """Business key, such as the application's id; messages between processes of a model meet by it."""
    variables: Values | None = None
    """What it begins with, plain JSON."""
    process: str = ""
    """Which process of the model; its main one when empty."""
    at: str = ""
    """The start event that was triggered."""
    keys: Values | None = None
    """Correlation properties of the message that began it."""
    instance: UUID | None = None
    """Its id, so that beginning is repeatable: the same id again changes nothing."""
    stream: UUID | str = ""
    """The journal's stream for its events; its own id when empty."""
    owner: str = ""
    """A room that moves with it (`tongban.process.owners`); name it whenever `stream` is shared."""
    parent: tuple[UUID, str] | None = None
    """Instance and token of the call activity that began it."""


def start(
    code: str,
    *,
    version: str = "",
    key: str = "",
    variables: Values | None = None,
    process: str = "",
    at: str = "",
    keys: Values | None = None,
    instance: UUID | None = None,
    stream: UUID | str = "",
    owner: str = "",
    parent: tuple[UUID, str] | None = None,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Outcome:
    """Begin an instance; what it is told is said at `Beginning`.

    Raises: NotFound (`process.unknown`) when there is no such definition, version or process.
    """
    what = Beginning(
        code=code, version=version, key=key, variables=variables, process=process, at=at, keys=keys,
        instance=instance, stream=stream, owner=owner, parent=parent,
    )  # fmt: skip
    return _alone(what, instance or new_id(), actor=actor, now=now or datetime.now(UTC))


def begin_each(
    beginnings: Iterable[Beginning], *, actor: Actor = SYSTEM, now: datetime | None = None
) -> list[Answer]:
    """Begin many instances, each for itself, in as few statements as can be.

    The answers stand in the order of the beginnings; one that is refused has its error there (as `start`
    raises it), and the others begin all the same.
    """
    now = now or datetime.now(UTC)
    ordered = [(what, what.instance or new_id()) for what in beginnings]
    found: dict[int, Answer] = {}
    begun: dict[UUID, tuple[int, many.Moved, Outcome]] = {}
    for place, (what, identity) in enumerate(ordered):
        if what.owner or identity in begun:
            continue
        try:
            moved, outcome = _made(what, identity, _likely(what), actor=actor, now=now)
        except TongbanError:  # said when it is made alone
            continue
        begun[identity] = (place, moved, outcome)
    moves = sorted((moved for _, moved, _ in begun.values()), key=lambda moved: moved.facts.id)
    saved = many.save(moves, actor=actor, now=now) if moves else set()
    for identity in saved:
        place, _, outcome = begun[identity]
        found[place] = outcome
    for place, (what, identity) in enumerate(ordered):
        if place not in found:
            try:
                found[place] = _alone(what, identity, actor=actor, now=now)
            except TongbanError as error:
                found[place] = error
    return [found[place] for place in range(len(ordered))]


def _likely(what: Beginning) -> str:
    """The version that it begins with, if that has not changed since this process last looked."""
    return what.version or definitions.last_active(what.code) or definitions.active(what.code)


def _alone(what: Beginning, identity: UUID, *, actor: Actor, now: datetime) -> Outcome:
    version = _likely(what)
    for _ in range(TRIES):
        try:
            moved, outcome = _made(what, identity, version, actor=actor, now=now)
        except TongbanError:  # perhaps another version is active by now, which would not say so
            if what.version or (current := definitions.active(what.code)) == version:
                raise
            version = current
            continue
        with together(moved.facts) as told:
            if many.save([moved], actor=actor, now=now):
                told(outcome)
                return outcome
        begun = store.load_many([identity]).get(identity)
        if begun is not None:
            return Outcome(instance=begun.facts, changed=False, cause="start")
        version = what.version or definitions.active(what.code)
    raise Conflict("process.busy", "Others keep on changing the process.", hint="Try again.")


def _made(
    what: Beginning, identity: UUID, version: str, *, actor: Actor, now: datetime
) -> tuple[many.Moved, Outcome]:
    """An instance of this version as it is to be written, and what is answered then."""
    made = definitions.compiled(what.code, version)
    process = what.process or made.process
    if process not in made.graph.processes:
        raise NotFound("process.unknown", f"The model {what.code} has no process {process}.")
    parent, token = what.parent or (None, "")
    facts = Facts(
        id=identity, code=what.code, definition=version, process=process, key=what.key,
        stream=str(what.stream or identity), owner=what.owner, parent=parent, parent_token=token, version=0,
        status="new", started_at=now,
    )  # fmt: skip
    step = computed(
        store.Loaded(facts, engine.new(made.graph, process)),
        engine.Start(dict(what.variables or {}), what.at, dict(what.keys or {})),
        now,
    )
    if isinstance(step, Outcome):
        raise TypeError("A start has changed nothing.")
    begun = events.Started(str(identity), what.code, version, process, str(parent or ""))
    moved = many.Moved(facts, {}, if_active=not what.version)
    moved.events.append(appending.sealed(facts.stream, begun, actor=actor, at=now))
    take(moved, step, actor=actor, now=now)
    moved.text = store.encoded(moved.state)
    return moved, step.outcome
