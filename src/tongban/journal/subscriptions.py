"""Reading on from where one stopped: durable, at least once, one bad stream never blocks another."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from django.db import transaction

from tongban.journal import queries
from tongban.journal.events import Recorded
from tongban.journal.models import JournalEvent, JournalSubscription, ParkedEvent
from tongban.kernel.errors import TongbanError
from tongban.kernel.log import get_logger

log = get_logger(__name__)

Handler = Callable[[Recorded], None]
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=5)
STRIDE = 1000
"""After how many events of other types the position moves on without having found anything."""


def drain(name: str, handler: Handler, types: Collection[str], *, batch: int = 100) -> int:
    """Hand the next events to `handler`, in order, and move the position; returns how many were read.

    1. Lock the subscription's row; another worker that holds it means there is nothing to do here.
    2. Read up to `batch` events of `types` behind the position.
    3. Hand each over in a savepoint of its own. An event that fails is parked with the rest of its stream
       and tried again later (`retry_parked`); other streams go on.
    4. Move the position in the same transaction, so that a crash repeats the batch as a whole or not at all.
       Past many events of other types it moves by itself.
    """
    JournalSubscription.objects.get_or_create(name=name)
    with transaction.atomic():
        subscription = (
            JournalSubscription.objects.select_for_update(skip_locked=True).filter(name=name).first()
        )
        if subscription is None:
            return 0
        events = queries.after(subscription.txid, subscription.position, types=types, limit=batch)
        if not events:
            further = queries.idle_until(subscription.txid, subscription.position, types, stride=STRIDE)
            if further is not None:
                subscription.txid, subscription.position = further
                subscription.save()
            return 0
        blocked = set(
            ParkedEvent.objects.filter(
                subscription=name, stream__in={event.stream for _, event in events}
            ).values_list("stream", flat=True)
        )
        for txid, event in events:
            if event.stream in blocked:
                _park(name, txid, event, "behind a parked event", attempts=0)
            elif (error := _hand_over(handler, event)) is not None:
                blocked.add(event.stream)
                _park(name, txid, event, error, attempts=1)
        subscription.txid, subscription.position = events[-1][0], events[-1][1].position
        subscription.save()
    return len(events)


def retry_parked(name: str, handler: Handler, *, now: datetime | None = None, batch: int = 100) -> int:
    """Try parked events again, stream by stream, those longest due first; returns how many were taken.

    A stream is due when its first parked event is. What waits behind that one follows at once when it is
    taken; when it fails again, the stream waits longer and the other streams go on.
    """
    now = now or datetime.now(UTC)
    taken = 0
    with transaction.atomic():
        subscription = (
            JournalSubscription.objects.select_for_update(skip_locked=True).filter(name=name).first()
        )
        if subscription is None:
            return 0
        waiting: dict[str, list[ParkedEvent]] = {}
        for parked in ParkedEvent.objects.filter(subscription=name).order_by("txid", "position"):
            waiting.setdefault(parked.stream, []).append(parked)
        due = sorted((many for many in waiting.values() if many[0].retry_at <= now), key=_first_due)
        for many in due:
            for parked in many:
                if taken >= batch:
                    return taken
                if not _try_again(parked, handler, now):
                    break
                taken += 1
    return taken


def _first_due(waiting: list[ParkedEvent]) -> datetime:
    return waiting[0].retry_at


def _try_again(parked: ParkedEvent, handler: Handler, now: datetime) -> bool:
    """Whether the handler took it this time."""
    row = JournalEvent.objects.get(position=parked.position, txid=parked.txid)
    error = _hand_over(handler, queries._recorded(row))  # noqa: SLF001  # one room
    if error is None:
        parked.delete()
        return True
    parked.attempts += 1
    parked.error = error
    parked.retry_at = now + min(FIRST_RETRY * 2 ** min(parked.attempts, 10), LAST_RETRY)
    parked.save()
    return False


def parked(name: str | None = None) -> list[ParkedEvent]:
    """What waits for another try, for stewards."""
    rows = ParkedEvent.objects.order_by("txid", "position")
    return list(rows.filter(subscription=name) if name else rows)


def _hand_over(handler: Handler, event: Recorded) -> str | None:
    try:
        with transaction.atomic():
            handler(event)
    except Exception as error:  # whatever a handler raises must not stop its siblings
        code = error.code if isinstance(error, TongbanError) else type(error).__name__
        log.exception(
            "journal.handler_failed", type=event.type, stream=event.stream, seq=event.seq, code=code
        )
        return code
    return None


def _park(name: str, txid: int, event: Recorded, error: str, *, attempts: int) -> None:
    ParkedEvent.objects.create(
        subscription=name,
        stream=event.stream,
        txid=txid,
        position=event.position,
        attempts=attempts,
        error=error,
        retry_at=datetime.now(UTC) + FIRST_RETRY,
    )
