"""Loading an instance, and the one statement that a step is.

It calls a function of the database (migration 0004) that moves the instance only if nobody has moved
it since it was loaded; everything else in it (work, subscriptions, incidents, what is sent, events) hangs on
that row. So a step happens as a whole or not at all, also without a transaction, and of two workers only one
acts.

Because a step on an old state changes nothing, whoever makes one may begin with the state that this
connection saw last (`recent`): mostly it is still the right one, and a step is one round trip.
"""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections

from tongban.journal import appending
from tongban.journal.actions import CHANNEL
from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.kernel.ids import new_id
from tongban.process import statements
from tongban.process.domain import HUMAN, ITEM, NOTICE, Facts, Work
from tongban.process.projecting import Change, Ear

Json = Mapping[str, Any]
KEPT = timedelta(days=30)
"""How long a message waits for somebody who wants it."""
REMEMBERED = 60.0
"""Seconds for which a connection remembers an instance: states may hold what is personal."""
_MOST, _LARGEST = 500, 20_000
"""Instances that a connection remembers, and characters of a state that is worth it."""

_LOAD = """
SELECT id, code, definition, process, key, stream, owner, parent, parent_token, version, status, started_at,
       state::text
FROM process_instance WHERE id = %s
"""


_STEP = b"""
SELECT process_step($1::uuid, $2::integer, $3::timestamptz, $4::timestamptz, $5::jsonb, $6::text,
                    $7::timestamptz, $8::text, $9::text, $10::text, $11::uuid, $12::text, $13::jsonb,
                    $14::bytea, $15::text[], $16::jsonb)::text
"""
_PEOPLE = frozenset((HUMAN, ITEM, NOTICE))
"""Kinds of work that no worker does."""
_ENDED = frozenset(("completed", "cancelled"))
_PLAIN = "tongban.process."
"""What the types of events begin with that nobody is woken for."""
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 in JSON, and not a backslash before the letters u0000."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An instance as it was read."""

    facts: Facts
    state: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something that a step sends to another instance."""

    kind: str
    name: str = ""
    target: str = ""
    to: UUID | None = None
    origin: UUID | None = None
    values: Json | None = None
    keys: Json | None = None


def load(instance: UUID) -> Loaded:
    """An instance as it stands. Raises: NotFound."""
    rows = statements.rows(_LOAD, [instance])
    if not rows:
        raise NotFound("process.instance", f"There is no process instance {instance}.")
    return _loaded(rows[0])


def load_many(instances: Sequence[UUID]) -> dict[UUID, Loaded]:
    """Several instances with one query; those that do not exist are left out."""
    rows = statements.rows(_LOAD.replace("id = %s", "id = ANY(%s)"), [list(instances)])
    return {row[0]: _loaded(row) for row in rows}


def _loaded(row: Sequence[Any]) -> Loaded:
    facts = Facts(
        id=row[0], code=row[1], definition=row[2], process=row[3], key=row[4], stream=row[5], owner=row[6],
        parent=row[7], parent_token=row[8], version=row[9], status=row[10], started_at=row[11],
    )  # fmt: skip
    return Loaded(facts, json.loads(row[12]))


def save(
    facts: Facts,
    state: Json,
    change: Change,
    parcels: Sequence[Parcel],
    entries: Sequence[appending.Entry],
    *,
    actor: Actor,
    now: datetime,
    next_due: datetime | None,
    over: bool = False,
    wake: bool = False,
) -> bool:
    """Make a step durable in one statement; False when the instance has moved meanwhile.

    `facts` are those after the step; its version is one more than that which was loaded. `over`: it has gone
    over to another version of its model. `wake`: a worker has something to do now, for a reason that is not
    to be seen here; what is (messages sent, work of handlers, somebody who begins to wait) wakes by itself.
    How an instance begins stands in `tongban.process.many`.
    """
    more: dict[str, Any] = {}
    if over:
        more = {"target": facts.definition, "process": facts.process}
    if change.opened:
        more["opened"] = [opened_row(work) for work in change.opened]
    if change.listens or change.silent:
        more["listens"] = [ear_row(each) for each in change.listens]
        more["silent"] = [ear_row(each) for each in change.silent]
    if change.incidents or change.solved:
        more["incidents"], more["solved"] = change.incidents, change.solved
    if parcels:
        more["posts"] = [parcel_row(each) for each in parcels]
        more["expires"] = (now + KEPT).isoformat()
    if (
        wake
        or parcels
        or wakes(change.listens, change.opened, next_due, now)
        or not all(each.event.TYPE.startswith(_PLAIN) for each in entries)
    ):
        more["wake"] = CHANNEL
    first = None
    if entries and entries[0].payload is None:
        first = appending.sealed(facts.stream, entries[0].event, actor=actor, at=now)
        entries = entries[1:]
    if entries:
        more["events"] = appending.written(facts.stream, entries, actor=actor, at=now)
    text, rest = encoded(state), encoded(more) if more else None
    session = statements.session()
    said = statements.answer(
        session,
        b"tongban_process_step",
        _STEP,
        [
            str(facts.id), str(facts.version - 1), facts.started_at.isoformat(), now.isoformat(), text,
            facts.status, next_due.isoformat() if next_due is not None else None, facts.stream, actor.kind,
            actor.id, *((first.id, first.type, first.data, first.digest) if first else (None,) * 4),
            _array(change.closed) if change.closed else None, rest,
        ],
    )  # fmt: skip
    saved = said == "true"
    remember(session, Loaded(facts, state) if saved else None, facts.id, len(text))
    return saved


def wakes(listens: Iterable[Ear], opened: Iterable[Work], next_due: datetime | None, now: datetime) -> bool:
    """Whether what changes leaves a worker something to do: somebody waits, is due, or is no person."""
    return (
        any(True for _ in listens)
        or (next_due is not None and next_due <= now)
        or any(each.kind not in _PEOPLE for each in opened)
    )


def encoded(value: Json) -> str:
    """A value as JSON. Raises: InvalidInput for U+0000, which PostgreSQL does not take."""
    text = _encode(value)
    if "\\u0000" in text and _NUL.search(text):
        raise InvalidInput("process.value", "A value holds the character U+0000, which cannot be stored.")
    return text


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def _array(names: Sequence[str]) -> str:
    """Tokens as an array of PostgreSQL; they are numbers."""
    return "{" + ",".join(names) + "}"


# ---------------------------------------------------------------------- what this connection saw last


@dataclass(slots=True)
class _Seen:
    loaded: Loaded
    until: float


_seen: WeakKeyDictionary[Any, OrderedDict[UUID, _Seen]] = WeakKeyDictionary()
"""Connection of the driver → instances as they were committed through it, or as it has read them.

Bound to the connection, because with it ends what could be known of the database: another server, a
restored one.
"""


def recent(instance: UUID) -> Loaded | None:
    """An instance as this connection last left it, perhaps no longer as it stands; None when unknown.

    For beginning a step only: what is decided on an old state must either be saved, which then fails, or be
    looked at again.
    """
    raw = connections["default"].connection
    kept = None if raw is None else _seen.get(raw)
    seen = None if kept is None else kept.get(instance)
    if seen is None or seen.until < time.monotonic():
        return None
    return seen.loaded


def remember(session: statements.Session, now: Loaded | None, instance: UUID, size: int) -> None:
    """Keep what was saved as soon as it is committed; `now` None: it was not, so what was kept is wrong.

    The state is kept as it is: no step changes the one it begins with. `size`: its characters as JSON.
    """
    kept = _seen.get(session.raw)
    if kept is None:
        kept = _seen.setdefault(session.raw, OrderedDict())
    kept.pop(instance, None)
    if now is None or size > _LARGEST or now.facts.status in _ENDED:
        return
    seen = _Seen(now, time.monotonic() + REMEMBERED)
    if session.django.in_atomic_block:
        session.django.on_commit(lambda: _keep(kept, seen))
    else:
        _keep(kept, seen)


def _keep(kept: OrderedDict[UUID, _Seen], seen: _Seen) -> None:
    identity = seen.loaded.facts.id
    kept[identity] = seen
    kept.move_to_end(identity)
    now = time.monotonic()
    while kept and (len(kept) > _MOST or next(iter(kept.values())).until < now):
        kept.popitem(last=False)


# ---------------------------------------------------------------------- rows


def opened_row(work: Work) -> dict[str, Any]:
    """Open work as the functions of the database take it."""
    return {
        "token": work.token,
        "element": work.element,
        "what": work.what,
        "name": work.name[:300],
        "kind": work.kind,
        "department": work.department,
        "role": work.role,
        "auto": work.kind not in _PEOPLE,
    }


def ear_row(ear: Ear) -> dict[str, str]:
    """A subscription as the functions of the database take it."""
    return {"place": ear.place, "element": ear.element, "kind": ear.kind, "name": ear.name, "key": ear.key}


def parcel_row(parcel: Parcel) -> dict[str, Any]:
    """A post as the functions of the database take it, with an id of its own."""
    return {
        "id": str(new_id()),
        "kind": parcel.kind,
        "name": parcel.name,
        "values": dict(parcel.values or {}),
        "keys": dict(parcel.keys or {}),
        "target": parcel.target,
        "to": str(parcel.to) if parcel.to else None,
        "origin": str(parcel.origin) if parcel.origin else None,
    }
