"""The journal's one mutation: append."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from tongban.journal.events import Actor, Event, Recorded, data_of, registered
from tongban.kernel import canonical
from tongban.kernel.ids import new_id

ZERO = bytes(32)
CHANNEL = "tongban_journal"
"""PostgreSQL notification channel on which a committed append wakes the workers."""

# One statement: move the stream's head, append behind it, wake the listeners. The row lock on the head makes
# `seq` gap-free and the chain unforked; `commit` releases it. The event's transaction number is at least that
# of the stream's event before it, so that readers, who go by (transaction, position), keep a stream's order
# even when a transaction that began first appends last.
_APPEND = """
WITH head AS (
    INSERT INTO journal_stream AS s (stream, seq, prev, hash, txid)
    VALUES (%(stream)s, 1, %(zero)s, sha256(%(zero)s || int8send(1) || %(digest)s),
            pg_current_xact_id()::text::bigint)
    ON CONFLICT (stream) DO UPDATE
        SET seq = s.seq + 1, prev = s.hash, hash = sha256(s.hash || int8send(s.seq + 1) || %(digest)s),
            txid = GREATEST(s.txid, EXCLUDED.txid)
    RETURNING seq, prev, hash, txid
)
INSERT INTO journal_event
       (txid, id, stream, seq, type, at, actor_kind, actor_id, data, commitment, prev, hash)
SELECT head.txid, %(id)s, %(stream)s, head.seq, %(type)s, %(at)s, %(actor_kind)s, %(actor_id)s,
       %(data)s::jsonb, %(commitment)s, head.prev, head.hash
FROM head
RETURNING position, seq, prev, hash, pg_notify(%(channel)s, '')
"""


def record(
    stream: UUID | str,
    event: Event,
    *,
    actor: Actor,
    payload: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Recorded:
    """Append `event` to `stream` in the caller's transaction and return it as recorded.

    `payload` is what is personal about the event (plain JSON): it is stored beside the journal, which keeps
    only a salted commitment to it. `at` is the time of the fact, now when absent. Outside a transaction it
    is an error: an event and the change that it records must stand or fall together.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("journal.record needs the transaction of the change it records")
    if registered().get(event.TYPE) is not type(event):
        raise ValueError(f"{type(event)!r} is not registered as {event.TYPE}")
    at = (at or datetime.now(UTC)).astimezone(UTC)
    identity = new_id()
    commitment: bytes | None = None
    salt = b""
    if payload is not None:
        salt = os.urandom(32)
        commitment = commit(salt, payload)
    data = data_of(event)
    digest = body_digest(
        id_=identity,
        stream=str(stream),
        type_=event.TYPE,
        at=at,
        actor=actor,
        data=data,
        commitment=commitment,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND,
            {
                "stream": str(stream),
                "zero": ZERO,
                "digest": digest,
                "id": identity,
                "type": event.TYPE,
                "at": at,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "data": json.dumps(data),
                "commitment": commitment,
                "channel": CHANNEL,
            },
        )
        position, seq, prev, head, _ = cursor.fetchone()
        if payload is not None:
            cursor.execute(
                "INSERT INTO journal_payload (event_id, at, salt, data) VALUES (%s, %s, %s, %s::jsonb)",
                [identity, at, salt, json.dumps(dict(payload))],
            )
    return Recorded(
        position=position,
        id=identity,
        stream=str(stream),
        seq=seq,
        type=event.TYPE,
        at=at,
        actor=actor,
        data=data,
        commitment=commitment.hex() if commitment else None,
        prev=bytes(prev).hex(),
        hash=bytes(head).hex(),
    )


def erase_payload(event_id: UUID) -> bool:
    """Destroy an event's payload and salt; the event and its commitment stay. False when there was none."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_payload WHERE event_id = %s", [event_id])
        return bool(cursor.rowcount)


def commit(salt: bytes, payload: Mapping[str, Any]) -> bytes:
    """SHA-256 of salt and canonical payload: hides the payload, binds to it."""
    return hashlib.sha256(salt + canonical.dumps(dict(payload))).digest()


def body_digest(
    *,
    id_: UUID | str,
    stream: str,
    type_: str,
    at: datetime,
    actor: Actor,
    data: Mapping[str, Any] | bytes,
    commitment: bytes | None,
) -> bytes:
    """SHA-256 of the canonical event without its place in the chain.

    `data` may be given as its canonical bytes, for whoever has them already.
    """
    body = data if isinstance(data, bytes) else canonical.dumps(dict(data))
    moment, text = at.astimezone(UTC).isoformat(timespec="microseconds"), canonical.text
    kept = f'"{commitment.hex()}"' if commitment else "null"
    # The canonical form of the whole, whose keys stand in this order.
    head = (
        f'{{"actor":{{"id":{text(actor.id)},"kind":{text(actor.kind)}}},"at":"{moment}","commitment":{kept}'
    )
    tail = f'"id":"{id_}","stream":{text(stream)},"type":{text(type_)}}}'
    return hashlib.sha256(head.encode() + b',"data":' + body + b"," + tail.encode()).digest()


def chain(prev: bytes, seq: int, digest: bytes) -> bytes:
    """The hash of an event from its predecessor's hash, its number and its own digest."""
    return hashlib.sha256(prev + seq.to_bytes(8, "big") + digest).digest()
