"""What subscribers could not take, for an operator: what waits and why, try it now, or give it up."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Count, Min

from tongban.journal.actions import record
from tongban.journal.events import Actor, EventGivenUp
from tongban.journal.models import JournalEvent, JournalSubscription, ParkedEvent
from tongban.kernel.errors import Conflict, InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The first event of a stream that a subscriber could not take; what stands in it is not shown."""

    id: int
    subscription: str
    stream: str
    type: str
    error: str
    """Code of the error, nothing personal."""
    attempts: int
    at: datetime
    """When the event happened."""
    retry_at: datetime
    behind: int
    """Events of the stream that wait behind it."""


def count() -> int:
    """How many streams wait, each counted once for each subscriber."""
    return ParkedEvent.objects.values("subscription", "stream").distinct().count()


def held(*, limit: int, offset: int = 0) -> list[Held]:
    """Which streams wait and why, the longest first."""
    groups = (
        ParkedEvent.objects.values("subscription", "stream")
        .annotate(first=Min("position"), number=Count("pk"))
        .order_by("first", "subscription")[offset : offset + limit]
    )
    found = []
    for group in groups:
        row = ParkedEvent.objects.get(subscription=group["subscription"], position=group["first"])
        event = JournalEvent.objects.get(position=row.position, txid=row.txid)
        found.append(
            Held(
                id=row.pk,
                subscription=row.subscription,
                stream=row.stream,
                type=event.type,
                error=row.error,
                attempts=row.attempts,
                at=event.at,
                retry_at=row.retry_at,
                behind=group["number"] - 1,
            )
        )
    return found


def hasten(identity: int, *, now: datetime | None = None) -> None:
    """Let a parked event be tried again at once, by whoever tries them. Raises: Conflict when it is taken."""
    with transaction.atomic():
        row = _locked(identity)
        row.retry_at = now or datetime.now(UTC)
        row.save(update_fields=["retry_at"])


def give_up(identity: int, reason: str, *, actor: Actor) -> None:
    """Take a parked event away from its subscriber, for good; what waits behind it goes on.

    The event itself stays in the journal. Raises: InvalidInput without a reason, Conflict when it was taken
    meanwhile or is not the first of its stream.
    """
    if not reason.strip():
        raise InvalidInput("journal.parked_reason", "A reason is missing.", hint="Say why; it is recorded.")
    with transaction.atomic():
        row = _locked(identity)
        earlier = ParkedEvent.objects.filter(
            subscription=row.subscription, stream=row.stream, position__lt=row.position
        )
        if earlier.exists():
            raise Conflict("journal.parked", "Another event of the stream waits before this one.")
        event = JournalEvent.objects.get(position=row.position, txid=row.txid)
        row.delete()
        ParkedEvent.objects.filter(subscription=row.subscription, stream=row.stream).update(
            retry_at=datetime.now(UTC)
        )
        record(
            f"subscription:{row.subscription}",
            EventGivenUp(
                subscription=row.subscription,
                event=str(event.id),
                event_type=event.type,
                about=row.stream,
                error=row.error,
                attempts=row.attempts,
            ),
            actor=actor,
            payload={"reason": reason.strip()},
        )


def _locked(identity: int) -> ParkedEvent:
    """The row, with its subscription locked as `retry_parked` locks it, so that nobody tries it meanwhile."""
    found = ParkedEvent.objects.filter(pk=identity).first()
    if found is not None:
        JournalSubscription.objects.select_for_update().get(name=found.subscription)
        found = ParkedEvent.objects.select_for_update().filter(pk=identity).first()
    if found is None:
        raise Conflict("journal.parked", "The event does not wait any more.", hint="List them again.")
    return found
