"""Running instances go over to another version: looked at first, then in batches, each with its result.

    seen = preview(code, source, target, mapping)      # what would move, what cannot and why; changes nothing
    transfer = begin_transfer(code, source, target, mapping, reason=…)
    while run_transfer(transfer).open: ...             # may be killed and called again; several at once
    revert_transfer(transfer, reason=…)

Every instance is a transaction of its own. One that cannot move stays as it is, with the reasons.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from tongban.catalogue import calendars
from tongban.journal.appending import Entry
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, InvalidInput, NotFound, TongbanError
from tongban.process import definitions, engine, events, projecting, store
from tongban.process.actions.stepping import TRIES, together
from tongban.process.domain import Outcome
from tongban.process.models import Instance, Transfer, Transferred
from tongban.process.transfer import Fault, Route, transferred

LIVE = ("active", "suspended")
Result = Literal["open", "moved", "refused", "reverted", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a transfer would do."""

    source: str
    target: str
    total: int
    """Instances that are under way in the old version."""
    moves: int
    refused: Mapping[UUID, tuple[Fault, ...]]
    """Instances that cannot move, and why."""
    changed: tuple[Fault, ...]
    """Elements that the new version lacks or takes otherwise, whether or not anybody is there."""

    @property
    def reasons(self) -> Mapping[Fault, int]:
        """Why instances cannot move → how many."""
        return Counter(fault for faults in self.refused.values() for fault in faults)

    def to_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "source": self.source,
            "target": self.target,
            "total": self.total,
            "moves": self.moves,
            "refused": [
                {"instance": str(instance), "faults": [fault.to_json() for fault in faults]}
                for instance, faults in self.refused.items()
            ],
            "reasons": [{**fault.to_json(), "instances": many} for fault, many in self.reasons.items()],
            "changed": [fault.to_json() for fault in self.changed],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a transfer is."""

    transfer: UUID
    open: int = 0
    moved: int = 0
    refused: int = 0
    reverted: int = 0
    kept: int = 0
    faults: Mapping[UUID, list[dict[str, str]]] = field(default_factory=dict)
    """Instances that were refused, or kept when it was reverted, and why."""


def preview(
    code: str, source: str, target: str, mapping: Mapping[str, str] | None = None, *,
    now: datetime | None = None,
) -> Looked:  # fmt: skip
    """Look at what a transfer would do with every running instance; nothing is changed.

    Raises: NotFound for a version that is not deployed; InvalidInput for a mapping of what is not there.
    """
    route = _route(code, source, target, mapping or {})
    now = now or datetime.now(UTC)
    calendar = calendars.current()
    refused: dict[UUID, tuple[Fault, ...]] = {}
    total = 0
    ids = list(_running(code, source))
    for place in range(0, len(ids), 500):
        for instance, loaded in store.load_many(ids[place : place + 500]).items():
            if loaded.facts.definition != source or loaded.facts.status not in LIVE:
                continue
            total += 1
            _, faults = transferred(loaded.state, route, now, calendar)
            if faults:
                refused[instance] = tuple(faults)
    return Looked(
        source=source,
        target=target,
        total=total,
        moves=total - len(refused),
        refused=refused,
        changed=tuple(route.changed()),
    )


def begin_transfer(
    code: str, source: str, target: str, mapping: Mapping[str, str] | None = None, *, reason: str,
    instances: list[UUID] | None = None, actor: Actor = SYSTEM, now: datetime | None = None,
) -> UUID:  # fmt: skip
    """Note down a transfer of all running instances (or of `instances`); `run_transfer` does it."""
    if not reason.strip():
        raise InvalidInput("process.reason", "A reason is missing.", hint="Say why; it is on the record.")
    _route(code, source, target, mapping or {})
    with transaction.atomic():
        row = Transfer.objects.create(
            code=code,
            source=source,
            target=target,
            mapping=dict(mapping or {}),
            reason=reason,
            actor_kind=actor.kind,
            actor_id=actor.id,
            created_at=now or datetime.now(UTC),
        )
        running = _running(code, source)
        chosen = running if instances is None else running.filter(pk__in=instances)
        Transferred.objects.bulk_create(
            [Transferred(transfer=row, instance_id=each, result="open") for each in chosen], batch_size=1000
        )
    return row.pk


def run_transfer(transfer: UUID, *, limit: int = 100, now: datetime | None = None) -> Progress:
    """Do the next `limit` instances of a transfer; call it until none is open."""
    row = _transfer(transfer)
    if row.reverted_at is not None:
        raise Conflict("process.reverted", "The transfer was taken back.")
    route = _route(row.code, row.source, row.target, row.mapping)
    now = now or datetime.now(UTC)
    by = Actor(row.actor_kind, row.actor_id)  # type: ignore[arg-type]  # the column holds the literal kinds
    way = _Way(row, route, row.source, row.target, by, now)
    for _ in range(limit):
        if not _one(transfer, "open", way):
            break
    seen = progress(transfer)
    if not seen.open and row.ended_at is None:
        Transfer.objects.filter(pk=transfer, ended_at=None).update(ended_at=now)
    return seen


def revert_transfer(
    transfer: UUID, *, reason: str, limit: int = 100, actor: Actor = SYSTEM, now: datetime | None = None
) -> Progress:
    """Bring the next `limit` moved instances back; call it until none is `moved`.

    One that has not stepped since becomes exactly what it was; one that has goes back by the mapping turned
    round, and stays where it is when that cannot be.
    """
    if not reason.strip():
        raise InvalidInput("process.reason", "A reason is missing.", hint="Say why; it is on the record.")
    row = _transfer(transfer)
    now = now or datetime.now(UTC)
    if row.reverted_at is None:
        Transfer.objects.filter(pk=transfer).update(reverted_at=now)
        Transferred.objects.filter(transfer=transfer, result="open").update(
            result="refused", faults=[Fault("", "process", "The transfer was taken back.").to_json()]
        )
    route = _route(row.code, row.source, row.target, row.mapping).back()
    way = _Way(row, route, row.target, row.source, actor, now, reverted=True)
    for _ in range(limit):
        if not _one(transfer, "moved", way):
            break
    return progress(transfer)


def progress(transfer: UUID) -> Progress:
    """How far a transfer is. Raises: NotFound."""
    _transfer(transfer)
    rows = Transferred.objects.filter(transfer=transfer)
    counts = Counter(rows.values_list("result", flat=True))
    faults = rows.filter(result__in=("refused", "kept")).values_list("instance_id", "faults")
    return Progress(transfer=transfer, faults=dict(faults), **counts)


def _transfer(transfer: UUID) -> Transfer:
    row = Transfer.objects.filter(pk=transfer).first()
    if row is None:
        raise NotFound("process.transfer", f"There is no transfer {transfer}.")
    return row


def _route(code: str, source: str, target: str, mapping: Mapping[str, str]) -> Route:
    if source == target:
        raise InvalidInput("process.same_version", "Both versions are the same.")
    route = Route(
        definitions.compiled(code, source).graph, definitions.compiled(code, target).graph, dict(mapping)
    )
    route.check()
    return route


def _running(code: str, source: str) -> Any:
    rows = Instance.objects.filter(code=code, definition=source, status__in=LIVE).order_by("pk")
    return rows.values_list("pk", flat=True)


def _next(transfer: UUID, result: Result) -> Transferred | None:
    """The next instance that nobody else is at."""
    rows = Transferred.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(transfer=transfer, result=result).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class _Way:
    """A transfer in one direction."""

    row: Transfer
    route: Route
    source: str
    target: str
    actor: Actor
    now: datetime
    reverted: bool = False


def _one(transfer: UUID, result: Result, way: _Way) -> bool:
    """The next instance, with its result in the same transaction; False when there is none."""
    with transaction.atomic():
        each = _next(transfer, result)
        if each is None:
            return False
        try:
            with transaction.atomic():
                moved, faults = _move(each, way)
        except TongbanError as error:  # this one stays as it is; the others go on
            moved, faults = None, [Fault("", "process", error.detail)]
        if moved is None:
            each.result = "kept" if way.reverted else "refused"
        else:
            each.result = "reverted" if way.reverted else "moved"
            each.before = None if way.reverted else dict(moved.state)
            each.version = moved.facts.version + 1
        each.faults = [fault.to_json() for fault in faults]
        each.save()
    return True


def _move(each: Transferred, way: _Way) -> tuple[store.Loaded | None, list[Fault]]:
    """One instance goes over: as it was before that; nothing and the faults when it cannot."""
    loaded = store.load(each.instance_id)
    with together(loaded.facts) as told:
        for _ in range(TRIES):
            loaded = store.load(each.instance_id)
            facts, state = loaded.facts, loaded.state
            if facts.definition != way.source or facts.status not in LIVE:
                return None, [Fault("", "process", "It has ended or gone to another version meanwhile.")]
            if way.reverted and facts.version == each.version and each.before is not None:
                new: Mapping[str, Any] = {**each.before, "step": state["step"] + 1}
            else:
                made, faults = transferred(state, way.route, way.now, calendars.current())
                if made is None:
                    return None, faults
                new = made
            outcome = _save(loaded, new, way)
            if outcome is not None:
                told(outcome)
                return loaded, []
    raise Conflict("process.busy", "Others keep on changing the instance.", hint="Try again.")


def _save(loaded: store.Loaded, new: Mapping[str, Any], way: _Way) -> Outcome | None:
    was = loaded.facts
    facts = replace(was, version=was.version + 1, definition=way.target, process=new["process"])
    made, was_made = (definitions.compiled(was.code, each) for each in (way.target, was.definition))
    change = projecting.change(loaded.state, new, made, way.now, calendars.current(), was_made=was_made)
    opened = [{"token": work.token, "element": work.element} for work in change.opened]
    told = events.Migrated(
        str(facts.id), str(way.row.pk), facts.code, was.definition, way.target, reverted=way.reverted
    )
    saved = store.save(
        facts,
        new,
        change,
        [],
        [Entry(events.Stepped(str(facts.id), facts.version, "migrate", opened=opened)), Entry(told)],
        actor=way.actor,
        now=way.now,
        next_due=engine.next_due(new) if new["status"] == "active" else None,
        over=True,
    )
    if not saved:
        return None
    return Outcome(instance=facts, changed=True, cause="migrate", opened=change.opened, closed=change.closed)
