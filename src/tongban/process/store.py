"""Loading an instance, and the one statement that a step is.

The statement moves the instance only if nobody has moved it since it was loaded; everything else in it (work,
subscriptions, incidents, what is sent, events) hangs on that row. So a step happens as a whole or not at all,
also without a transaction, and of two workers only one acts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.journal import appending
from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.kernel.ids import new_id
from tongban.process.domain import HUMAN, ITEM, Facts
from tongban.process.projecting import Change

Json = Mapping[str, Any]
KEPT = timedelta(days=30)
"""How long a message waits for somebody who wants it."""

_LOAD = """
SELECT id, code, definition, process, key, stream, owner, parent, parent_token, version, status, started_at,
       state::text
FROM process_instance WHERE id = %s
"""
_BEGIN = """
INSERT INTO process_instance (id, code, definition, process, key, stream, owner, parent, parent_token, state,
                              version, status, next_due, started_at, ended_at)
VALUES (%(id)s, %(code)s, %(definition)s, %(process)s, %(key)s, %(stream)s, %(owner)s, %(parent)s,
        %(parent_token)s, %(state)s::jsonb, 1, %(status)s, %(next_due)s::timestamptz, %(now)s,
        %(ended)s::timestamptz)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_MOVE = """
UPDATE process_instance
   SET state = %(state)s::jsonb, version = version + 1, status = %(status)s,
       next_due = %(next_due)s::timestamptz, ended_at = %(ended)s::timestamptz, definition = %(definition)s
 WHERE id = %(id)s AND version = %(seen)s RETURNING id
"""
_OPEN = """
INSERT INTO process_openwork (instance_id, token, element, what, name, kind, department, role, assignee,
                              created_at, attempts, due_at)
SELECT moved.id, w.token, w.element, w.what, w.name, w.kind, w.department, w.role, '', %(now)s, 0, w.due_at
FROM moved, jsonb_to_recordset(%(opened)s::jsonb)
     AS w(token text, element text, what text, name text, kind text, department text, role text,
          due_at timestamptz)
ON CONFLICT (instance_id, token) DO UPDATE
   SET element = EXCLUDED.element, what = EXCLUDED.what, name = EXCLUDED.name, kind = EXCLUDED.kind,
       department = EXCLUDED.department, role = EXCLUDED.role, assignee = '', attempts = 0,
       created_at = EXCLUDED.created_at, due_at = EXCLUDED.due_at
"""
_CLOSE = """
DELETE FROM process_openwork w USING moved WHERE w.instance_id = moved.id AND w.token = ANY(%(closed)s)
"""
_LISTEN = """
INSERT INTO process_subscription (instance_id, place, element, kind, name, key, created_at)
SELECT moved.id, e.place, e.element, e.kind, e.name, e.key, %(now)s
FROM moved, jsonb_to_recordset(%(listens)s::jsonb)
     AS e(place text, element text, kind text, name text, key text)
ON CONFLICT DO NOTHING
"""
_FALL_SILENT = """
DELETE FROM process_subscription s
USING moved, jsonb_to_recordset(%(silent)s::jsonb)
      AS e(place text, element text, kind text, name text, key text)
WHERE s.instance_id = moved.id
  AND (s.place, s.element, s.kind, s.name, s.key) = (e.place, e.element, e.kind, e.name, e.key)
"""
_HOLD = """
INSERT INTO process_incident (instance_id, number, element, code, message, opened_at)
SELECT moved.id, i.id, i.element, i.code, i.message, %(now)s
FROM moved, jsonb_to_recordset(%(incidents)s::jsonb) AS i(id text, element text, code text, message text)
ON CONFLICT DO NOTHING
"""
_SOLVE = """
DELETE FROM process_incident i USING moved
WHERE i.instance_id = moved.id AND i.number = ANY(%(solved)s)
"""
_SEND = """
INSERT INTO process_post (id, kind, name, key, "values", message_id, target, "to", origin, created_at, due_at,
                          expires_at, kept)
SELECT p.id, p.kind, p.name, '', p."values", '', p.target, p."to", p.origin, %(now)s, %(now)s,
       %(expires)s::timestamptz, false
FROM moved, jsonb_to_recordset(%(posts)s::jsonb)
     AS p(id uuid, kind text, name text, "values" jsonb, target text, "to" uuid, origin uuid)
"""


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


def load(instance: UUID) -> Loaded:
    """An instance as it stands. Raises: NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [instance])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("process.instance", f"There is no process instance {instance}.")
    return _loaded(row)


def load_many(instances: Sequence[UUID]) -> dict[UUID, Loaded]:
    """Several instances with one query; those that do not exist are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD.replace("id = %s", "id = ANY(%s)"), [list(instances)])
        return {row[0]: _loaded(row) for row in cursor.fetchall()}


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
    text = json.dumps(state, ensure_ascii=False)
    if "\\u0000" in text:
        raise InvalidInput("process.value", "A value holds the character U+0000, which cannot be stored.")
    ended = facts.status in {"completed", "cancelled"}
    values: dict[str, Any] = {
        "id": facts.id,
        "definition": facts.definition,
        "state": text,
        "status": facts.status,
        "next_due": next_due,
        "ended": now if ended else None,
        "now": now,
    }
    if begin:
        values |= {
            "code": facts.code, "process": facts.process, "key": facts.key, "stream": facts.stream,
            "owner": facts.owner, "parent": facts.parent, "parent_token": facts.parent_token,
        }  # fmt: skip
    else:
        values["seen"] = facts.version - 1
    parts = [f"moved AS ({_BEGIN if begin else _MOVE})"]
    if change.opened:
        parts.append(f"opened AS ({_OPEN})")
        values["opened"] = json.dumps(
            [
                {
                    "token": work.token, "element": work.element, "what": work.what, "name": work.name[:300],
                    "kind": work.kind, "department": work.department, "role": work.role,
                    "due_at": None if work.kind in {HUMAN, ITEM} else now.isoformat(),
                }
                for work in change.opened
            ],
            ensure_ascii=False,
        )  # fmt: skip
    if change.closed:
        parts.append(f"closed AS ({_CLOSE})")
        values["closed"] = list(change.closed)
    for name, sql, ears in (("listens", _LISTEN, change.listens), ("silent", _FALL_SILENT, change.silent)):
        if ears:
            parts.append(f"{name} AS ({sql})")
            values[name] = json.dumps(
                [
                    {"place": e.place, "element": e.element, "kind": e.kind, "name": e.name, "key": e.key}
                    for e in ears
                ],
                ensure_ascii=False,
            )
    if change.incidents:
        parts.append(f"incidents AS ({_HOLD})")
        values["incidents"] = json.dumps(change.incidents, ensure_ascii=False)
    if change.solved:
        parts.append(f"solved AS ({_SOLVE})")
        values["solved"] = list(change.solved)
    if parcels:
        parts.append(f"sent AS ({_SEND})")
        values["expires"] = now + KEPT
        values["posts"] = json.dumps([_parcel(each) for each in parcels], ensure_ascii=False)
    call, more = appending.call(facts.stream, entries, actor=actor, at=now)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {call} FROM moved", values | more)  # noqa: S608 - our own text
        return cursor.fetchone() is not None


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "kind": parcel.kind,
        "name": parcel.name,
        "values": dict(parcel.values or {}),
        "target": parcel.target,
        "to": str(parcel.to) if parcel.to else None,
        "origin": str(parcel.origin) if parcel.origin else None,
    }
