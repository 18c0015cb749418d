"""Loading an instance, and the one statement that a step is.

It calls a function of the database (migration 0002) that moves the instance only if nobody has moved
it since it was loaded; everything else in it (work, subscriptions, incidents, what is sent, events) hangs on
that row. So a step happens as a whole or not at all, also without a transaction, and of two workers only one
acts.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from tongban.journal import appending
from tongban.journal.actions import CHANNEL
from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.kernel.ids import new_id
from tongban.process.domain import HUMAN, ITEM, NOTICE, Facts, Work
from tongban.process.projecting import Change, Ear

Json = Mapping[str, Any]
KEPT = timedelta(days=30)
"""How long a message waits for somebody who wants it."""

_LOAD = """
SELECT id, code, definition, process, key, stream, owner, parent, parent_token, version, status, started_at,
       state::text
FROM process_instance WHERE id = %s
"""


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
    rows = _run(_LOAD, [instance])
    row = rows[0] if rows else None
    if row is None:
        raise NotFound("process.instance", f"There is no process instance {instance}.")
    return _loaded(row)


def load_many(instances: Sequence[UUID]) -> dict[UUID, Loaded]:
    """Several instances with one query; those that do not exist are left out."""
    rows = _run(_LOAD.replace("id = %s", "id = ANY(%s)"), [list(instances)])
    return {row[0]: _loaded(row) for row in rows}


def _run(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """A statement on Django's connection, planned once; its own cursors quote and plan anew each time."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 1
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        return cursor.execute(sql, parameters).fetchall()


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
    begin: bool = False,
) -> bool:
    """Make a step durable in one statement; False when the instance has moved (or begun) meanwhile.

    `facts` are those after the step; its version is one more than that which was loaded.
    """
    ended = facts.status in {"completed", "cancelled"}
    moment = now.astimezone(UTC).isoformat()
    step: dict[str, Any] = {
        "id": str(facts.id),
        "now": moment,
        "state": state,
        "definition": facts.definition,
        "process": facts.process,
        "status": facts.status,
        "next_due": next_due.isoformat() if next_due is not None else None,
        "ended": moment if ended else None,
        "stream": facts.stream,
        "actor_kind": actor.kind,
        "actor": actor.id,
        "channel": CHANNEL,
        "events": appending.written(facts.stream, entries, actor=actor, at=now),
    }
    if begin:
        step |= {
            "begin": True,
            "code": facts.code,
            "key": facts.key,
            "owner": facts.owner,
            "parent": str(facts.parent) if facts.parent else None,
            "parent_token": facts.parent_token,
        }
    else:
        step["seen"] = facts.version - 1
    rows = {
        "opened": [_opened(work, moment) for work in change.opened],
        "closed": change.closed,
        "listens": [_ear(each) for each in change.listens],
        "silent": [_ear(each) for each in change.silent],
        "incidents": change.incidents,
        "solved": change.solved,
        "posts": [_parcel(each) for each in parcels],
    }
    step |= {name: many for name, many in rows.items() if many}
    if parcels:
        step["expires"] = (now + KEPT).isoformat()
    text = json.dumps(step, ensure_ascii=False)
    if "\\u0000" in text and _NUL.search(text):
        raise InvalidInput("process.value", "A value holds the character U+0000, which cannot be stored.")
    return bool(_run("SELECT process_step(%s::jsonb)", [text])[0][0])


def _opened(work: Work, moment: str) -> dict[str, Any]:
    return {
        "token": work.token,
        "element": work.element,
        "what": work.what,
        "name": work.name[:300],
        "kind": work.kind,
        "department": work.department,
        "role": work.role,
        "due_at": None if work.kind in {HUMAN, ITEM, NOTICE} else moment,
    }


def _ear(ear: Ear) -> dict[str, str]:
    return {"place": ear.place, "element": ear.element, "kind": ear.kind, "name": ear.name, "key": ear.key}


def _parcel(parcel: Parcel) -> dict[str, Any]:
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
