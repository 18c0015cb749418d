"""Reading the journal."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.journal.actions import ZERO, body_digest, chain, commit
from tongban.journal.events import Actor, Recorded
from tongban.journal.models import JournalEvent, JournalPayload


def _recorded(row: JournalEvent) -> Recorded:
    return Recorded(
        position=row.position,
        id=row.id,
        stream=row.stream,
        seq=row.seq,
        type=row.type,
        at=row.at.astimezone(UTC),
        actor=Actor(row.actor_kind, row.actor_id),  # type: ignore[arg-type]  # the column holds the literal kinds
        data=row.data,
        commitment=bytes(row.commitment).hex() if row.commitment is not None else None,
        prev=bytes(row.prev).hex(),
        hash=bytes(row.hash).hex(),
    )


def stream(name: UUID | str, types: Collection[str] | None = None) -> list[Recorded]:
    """All events of one stream in order, or only those of `types`."""
    rows = JournalEvent.objects.filter(stream=str(name)).order_by("seq")
    if types is not None:
        rows = rows.filter(type__in=types)
    return [_recorded(row) for row in rows]


def streams(names: Collection[UUID | str], types: Collection[str] | None = None) -> dict[str, list[Recorded]]:
    """The events of several streams, by stream: one query for a page of cases."""
    rows = JournalEvent.objects.filter(stream__in=[str(name) for name in names]).order_by("stream", "seq")
    if types is not None:
        rows = rows.filter(type__in=types)
    found: dict[str, list[Recorded]] = {str(name): [] for name in names}
    for row in rows:
        found[row.stream].append(_recorded(row))
    return found


def after(
    txid: int, position: int, *, types: Collection[str] | None = None, limit: int = 100
) -> list[tuple[int, Recorded]]:
    """Up to `limit` events behind a reading position, each with its transaction number.

    Order is (transaction, position), and only transactions older than every open one are shown. Positions
    are drawn before commit, so reading by position alone would step over an event whose transaction is
    still open; reading behind the oldest open transaction cannot.
    """
    sql = """
        SELECT * FROM journal_event
        WHERE (txid, position) > (%s, %s) AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    """
    parameters: list[Any] = [txid, position]
    if types is not None:
        sql += " AND type = ANY(%s)"
        parameters.append(list(types))
    sql += " ORDER BY txid, position LIMIT %s"
    parameters.append(limit)
    return [(row.txid, _recorded(row)) for row in JournalEvent.objects.raw(sql, parameters)]


def idle_until(txid: int, position: int, types: Collection[str], *, stride: int) -> tuple[int, int] | None:
    """Where a reader may go on who finds nothing of `types`: behind the newest event that is sure to stand.

    None when that is less than `stride` events away, or when something of `types` has come meanwhile. Without
    this, what a reader does not want would be walked through again each time it looks.
    """
    sql = """
        WITH newest AS (
            SELECT txid, position FROM journal_event
            WHERE txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            ORDER BY txid DESC, position DESC LIMIT 1
        )
        SELECT n.txid, n.position FROM newest n
        WHERE n.position > %(position)s + %(stride)s AND NOT EXISTS (
            SELECT FROM journal_event e
            WHERE (e.txid, e.position) > (%(txid)s, %(position)s)
              AND (e.txid, e.position) <= (n.txid, n.position) AND e.type = ANY(%(types)s))
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"txid": txid, "position": position, "types": list(types), "stride": stride})
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])


def everything(*, batch: int = 1000) -> Iterator[Recorded]:
    """The whole journal in reading order, in batches."""
    txid = position = 0
    while rows := after(txid, position, limit=batch):
        for _, recorded in rows:
            yield recorded
        txid, position = rows[-1][0], rows[-1][1].position


def latest(limit: int = 20) -> list[Recorded]:
    """The newest events, newest last."""
    return [_recorded(row) for row in JournalEvent.objects.order_by("-txid", "-position")[:limit]][::-1]


def payload(event_id: UUID) -> dict[str, Any] | None:
    """The personal part of an event; None when it has none or it was erased.

    Callers are the scoped queries of the room that wrote the event; nothing else may show it.
    """
    row = JournalPayload.objects.filter(event_id=event_id).first()
    return dict(row.data) if row else None


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a stream does not hold together."""

    stream: str
    seq: int
    what: str


def verify(name: UUID | str) -> list[Fault]:
    """Recompute one stream: numbers without gaps, hashes, commitments of the payloads that still exist."""
    events = stream(name)
    faults: list[Fault] = []
    prev = ZERO
    payloads = {
        row.event_id: row
        for row in JournalPayload.objects.filter(event_id__in=[event.id for event in events])
    }
    for expected, event in enumerate(events, start=1):
        digest = body_digest(
            id_=event.id,
            stream=event.stream,
            type_=event.type,
            at=event.at,
            actor=event.actor,
            data=event.data,
            commitment=bytes.fromhex(event.commitment) if event.commitment else None,
        )
        if event.seq != expected:
            faults.append(Fault(event.stream, event.seq, f"number {expected} was expected"))
        if bytes.fromhex(event.prev) != prev or bytes.fromhex(event.hash) != chain(prev, event.seq, digest):
            faults.append(Fault(event.stream, event.seq, "the hash chain is broken"))
        row = payloads.get(event.id)
        if row is not None and (
            event.commitment is None or commit(bytes(row.salt), row.data).hex() != event.commitment
        ):
            faults.append(Fault(event.stream, event.seq, "the payload does not fit its commitment"))
        prev = bytes.fromhex(event.hash)
    for one, two in pairwise(events):
        if two.position < one.position:
            faults.append(Fault(two.stream, two.seq, "positions run backwards"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM journal_stream WHERE stream = %s", [str(name)])
        head = cursor.fetchone()
    if head is None and events:
        faults.append(Fault(str(name), len(events), "the head of the stream is missing"))
    elif head and (head[0] != len(events) or bytes(head[1]) != prev):
        faults.append(Fault(str(name), head[0], "the last events are missing"))
    return faults


def stream_names() -> list[str]:
    """The names of all streams."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream FROM journal_stream ORDER BY stream")
        return [row[0] for row in cursor.fetchall()]
