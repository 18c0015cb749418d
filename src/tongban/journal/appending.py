"""Events as part of another statement: a change and its events in one round trip.

`record` appends inside a transaction; a step of a process engine is one statement, which stands or falls as
a whole without any. The function `journal_append` of the database chains several events of one stream behind
its head. `call` gives the piece of SQL that calls it wherever it is selected:

    sql, values = call(stream, [Entry(event)], actor=SYSTEM, at=now)
    cursor.execute(f"WITH moved AS (UPDATE … RETURNING id) SELECT {sql} FROM moved", {**values, …})

No row in `moved`: no events. More than one row would append them again: the caller sees to that. Functions of
the database can call it, too: `written` gives its argument, `sealed` those of `journal_append_one`. They wake
the listeners only when they are given the channel: leave it out for events that nobody subscribes to, because
PostgreSQL commits transactions that notify one after the other.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tongban.journal.actions import CHANNEL, body_digest, commit
from tongban.journal.events import Actor, Event, data_of, find
from tongban.kernel import canonical
from tongban.kernel.ids import new_id, new_text

_CALL = (
    "journal_append(%(j_stream)s, %(j_at)s::timestamptz, %(j_kind)s, %(j_actor)s, %(j_events)s::jsonb,"
    " %(j_channel)s)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be appended; `payload` is what is personal about it, as in `record`."""

    event: Event
    payload: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """One event without a payload as `journal_append_one` takes it, all of it as text."""

    id: str
    type: str
    data: str
    digest: str
    """As PostgreSQL writes bytes."""


def sealed(stream: str, event: Event, *, actor: Actor, at: datetime) -> Sealed:
    """An event for `journal_append_one`; `at`, `actor` and `stream` have to be given to it as they were here.

    Raises: ValueError for an event type that is not registered.
    """
    _known(event)
    identity, data = new_text(), canonical.dumps(data_of(event))
    digest = body_digest(
        id_=identity, stream=stream, type_=event.TYPE, at=at, actor=actor, data=data, commitment=None
    )
    return Sealed(identity, event.TYPE, data.decode(), "\\x" + digest.hex())


def _known(event: Event) -> None:
    if find(event.TYPE) is not type(event):
        raise ValueError(f"{type(event)!r} is not registered as {event.TYPE}")


def call(
    stream: UUID | str, entries: Sequence[Entry], *, actor: Actor, at: datetime
) -> tuple[str, dict[str, Any]]:
    """SQL that appends `entries` in their order and gives the number of the last, and its parameters.

    The names of the parameters begin with `j_`. Raises: ValueError for an event type that is not registered.
    """
    at = at.astimezone(UTC)
    return _CALL, {
        "j_stream": str(stream),
        "j_at": at,
        "j_kind": actor.kind,
        "j_actor": actor.id,
        "j_events": json.dumps(written(stream, entries, actor=actor, at=at)),
        "j_channel": CHANNEL,
    }


def written(
    stream: UUID | str, entries: Sequence[Entry], *, actor: Actor, at: datetime
) -> list[dict[str, Any]]:
    """Events as `journal_append` takes them; `at` and `actor` have to be given to it as they were here.

    Raises: ValueError for an event type that is not registered.
    """
    at = at.astimezone(UTC)
    found: list[dict[str, Any]] = []
    for entry in entries:
        event = entry.event
        _known(event)
        identity, data = new_id(), data_of(event)
        made: dict[str, Any] = {"id": str(identity), "type": event.TYPE, "data": data}
        commitment = None
        if entry.payload is not None:
            salt = os.urandom(32)
            commitment = commit(salt, entry.payload)
            made |= {"salt": salt.hex(), "commitment": commitment.hex(), "payload": dict(entry.payload)}
        made["digest"] = body_digest(
            id_=identity,
            stream=str(stream),
            type_=event.TYPE,
            at=at,
            actor=actor,
            data=data,
            commitment=commitment,
        ).hex()
        found.append(made)
    return found
