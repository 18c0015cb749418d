"""Events as part of another statement: a change and its events in one round trip.

`record` appends inside a transaction; a step of a process engine is one statement, which stands or falls as
a whole without any. `call` gives a piece of SQL that appends events of one stream wherever it is selected:

    sql, values = call(stream, [Entry(event)], actor=SYSTEM, at=now)
    cursor.execute(f"WITH moved AS (UPDATE … RETURNING id) SELECT {sql} FROM moved", {**values, …})

No row in `moved`: no events. More than one row would append them again: the caller sees to that.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tongban.journal.actions import CHANNEL, body_digest, commit
from tongban.journal.events import Actor, Event, data_of, registered
from tongban.kernel.ids import new_id

_CALL = (
    "journal_append(%(j_stream)s, %(j_ids)s::uuid[], %(j_types)s::text[], %(j_at)s::timestamptz, %(j_kind)s,"
    " %(j_actor)s, %(j_data)s::jsonb[], %(j_digests)s::bytea[], %(j_commitments)s::bytea[],"
    " %(j_salts)s::bytea[], %(j_payloads)s::jsonb[], %(j_channel)s)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be appended; `payload` is what is personal about it, as in `record`."""

    event: Event
    payload: Mapping[str, Any] | None = None


def call(
    stream: UUID | str, entries: Sequence[Entry], *, actor: Actor, at: datetime
) -> tuple[str, dict[str, Any]]:
    """SQL that appends `entries` in their order and gives the number of the last, and its parameters.

    The names of the parameters begin with `j_`. Raises: ValueError for an event type that is not registered.
    """
    known = registered()
    at = at.astimezone(UTC)
    ids, types, data, digests = [], [], [], []
    commitments: list[bytes | None] = []
    salts: list[bytes | None] = []
    payloads: list[str | None] = []
    for entry in entries:
        event = entry.event
        if known.get(event.TYPE) is not type(event):
            raise ValueError(f"{type(event)!r} is not registered as {event.TYPE}")
        identity, body = new_id(), data_of(event)
        salt = os.urandom(32) if entry.payload is not None else None
        commitment = commit(salt, entry.payload) if salt is not None and entry.payload is not None else None
        ids.append(str(identity))
        types.append(event.TYPE)
        data.append(json.dumps(body))
        digests.append(
            body_digest(
                id_=identity,
                stream=str(stream),
                type_=event.TYPE,
                at=at,
                actor=actor,
                data=body,
                commitment=commitment,
            )
        )
        commitments.append(commitment)
        salts.append(salt)
        payloads.append(None if entry.payload is None else json.dumps(dict(entry.payload)))
    return _CALL, {
        "j_stream": str(stream),
        "j_ids": ids,
        "j_types": types,
        "j_at": at,
        "j_kind": actor.kind,
        "j_actor": actor.id,
        "j_data": data,
        "j_digests": digests,
        "j_commitments": commitments,
        "j_salts": salts,
        "j_payloads": payloads,
        "j_channel": CHANNEL,
    }
