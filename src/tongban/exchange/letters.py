"""Messages that departments send by themselves about a case: verified, decoded, handed to its process once.

Who takes them is not known here: a room above names itself (`deliver_to`). One that nobody can take is
answered with the reason, and kept for an operator: the department may send it again, or the operator hands it
over again once the cause is mended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from tongban.catalogue.domain import Catalogue
from tongban.exchange import inbox, partners
from tongban.exchange.events import LetterDropped, LetterReceived
from tongban.exchange.models import Inbox, Letter
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput, NotFound, TongbanError

KEPT = timedelta(days=90)
"""How long a message that nobody could take is kept for an operator."""
MAX_NAME, MAX_REFERENCE = 200, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message for the process of a case."""

    department: str
    message_id: str
    name: str
    reference: str
    """The case's number."""
    key: str
    values: Mapping[str, Any]
    """Address, in the department's own roles → value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What became of it."""

    application_id: UUID
    waited_for: bool
    """Otherwise it came early and is kept until its process waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A message that nobody could take, for an operator; its content is not shown."""

    id: int
    department: str
    message_id: str
    name: str
    reference: str
    problem: str
    received_at: datetime


Receiver = Callable[[Incoming], Handed]
"""Hands a message to its process in the caller's transaction; TongbanError when nobody can take it."""
_receivers: list[Receiver] = []


def deliver_to(receiver: Receiver) -> None:
    """Name who takes messages; the last one named counts."""
    _receivers[:] = [receiver]


def take(catalogue: Catalogue, department: str, content_type: str, body: bytes) -> str:
    """Decode a verified message and hand it over: `taken`, `kept` (it came early) or `known` (came before).

    Raises what the dialect says about a malformed one, and what the receiver says when nobody can take it;
    each is recorded, and of the latter the message is kept.
    """
    try:
        dialect = partners.dialect(catalogue, department)
        if dialect is None:
            raise NotFound(
                "exchange.no_system", "This department has no system here.", hint="Check the address."
            )
        found = dialect.decode_letter(content_type, body)
        content = {"key": found.key, "values": dict(found.values)}
        inbox.check_storable(found.message_id, {**content, "reference": found.case_number})
        if len(found.case_number) > MAX_REFERENCE:
            raise InvalidInput(
                "exchange.reference", "This is no case number.", hint="Send it back as it came."
            )
    except TongbanError as error:
        inbox.refuse(department, error.code)
        raise
    incoming = Incoming(
        department=department,
        message_id=found.message_id,
        name=found.name,
        reference=found.case_number,
        key=found.key,
        values=found.values,
    )
    return _hand_over(incoming)


def stuck(*, department: str = "", limit: int | None = None, offset: int = 0) -> list[Stuck]:
    """Messages that nobody could take, the longest first."""
    rows = _problems(department).order_by("received_at", "pk").defer("content")
    return [
        Stuck(
            id=row.pk,
            department=row.department,
            message_id=row.message_id,
            name=row.name,
            reference=row.reference,
            problem=row.problem,
            received_at=row.received_at,
        )
        for row in (rows[offset:] if limit is None else rows[offset : offset + limit])
    ]


def count(department: str = "") -> int:
    """How many there are of `stuck`."""
    return _problems(department).count()


def departments() -> set[str]:
    """Who sent what is among `stuck`."""
    return set(_problems().values_list("department", flat=True).distinct())


def again(identity: int) -> str:
    """Hand a kept message over again; raises what still stands against it, and keeps it then."""
    row = _kept(identity)
    return _hand_over(
        Incoming(
            department=row.department,
            message_id=row.message_id,
            name=row.name,
            reference=row.reference,
            key=row.content.get("key", ""),
            values=row.content.get("values", {}),
        )
    )


def drop(identity: int, reason: str, *, actor: Actor) -> None:
    """Give a kept message up, with a reason; its content goes, and the same message changes nothing."""
    if not reason.strip():
        raise InvalidInput("exchange.letter_reason", "A reason is missing.", hint="Say why; it is recorded.")
    with transaction.atomic():
        row = _kept(identity)
        Letter.objects.filter(pk=row.pk).update(problem="", content={})
        record(
            f"department:{row.department}",
            LetterDropped(department=row.department, message_id=row.message_id, kind=row.name),
            actor=actor,
            payload={"reason": reason.strip()},
        )


def erase(application_id: UUID, reference: str) -> None:
    """Destroy what messages and replies about a case carry, also those that nobody could take."""
    Letter.objects.filter(Q(application_id=application_id) | Q(reference=reference)).update(
        content={}, problem=""
    )
    Inbox.objects.filter(application_id=application_id).update(content={})


def forget(now: datetime) -> int:
    """Drop the content of kept messages that are too old."""
    old = Letter.objects.exclude(problem="").filter(received_at__lt=now - KEPT)
    return old.delete()[0]


def _problems(department: str = "") -> QuerySet[Letter]:
    rows = Letter.objects.exclude(problem="")
    return rows.filter(department=department) if department else rows


def _kept(identity: int) -> Letter:
    row = Letter.objects.select_for_update() if connection.in_atomic_block else Letter.objects
    found = row.filter(pk=identity).exclude(problem="").first()
    if found is None:
        raise NotFound("exchange.letter", "No such message is kept.", hint="List them again.")
    return found


def _hand_over(incoming: Incoming) -> str:
    if not _receivers:
        raise RuntimeError("No room takes messages.")
    try:
        with transaction.atomic():
            row, new = _noted(incoming)
            if not new and not row.problem:
                return "known"
            handed = _receivers[0](incoming)
            Letter.objects.filter(pk=row.pk).update(
                application_id=handed.application_id, problem="", content={}, reference=incoming.reference
            )
            record(
                handed.application_id,
                LetterReceived(
                    department=incoming.department,
                    message_id=incoming.message_id,
                    kind=incoming.name,
                    waited_for=handed.waited_for,
                ),
                actor=Actor("department", incoming.department),
            )
            return "taken" if handed.waited_for else "kept"
    except TongbanError as error:
        _keep(incoming, error.code)
        raise


def _noted(incoming: Incoming, **more: Any) -> tuple[Letter, bool]:
    """The row of a message, locked, and whether it is new; a new one gets `more`."""
    return Letter.objects.select_for_update().get_or_create(
        department=incoming.department,
        message_id=incoming.message_id,
        defaults={
            "name": incoming.name[:MAX_NAME],
            "reference": incoming.reference,
            "received_at": datetime.now(UTC),
            **more,
        },
    )


def _keep(incoming: Incoming, problem: str) -> None:
    """Nobody can take it now: it stays for an operator. One that was taken meanwhile stays taken."""
    content = {"key": incoming.key, "values": dict(incoming.values)}
    with transaction.atomic():
        row, new = _noted(incoming, problem=problem, content=content)
        if not new and row.problem:
            Letter.objects.filter(pk=row.pk).update(
                name=incoming.name[:MAX_NAME], reference=incoming.reference, problem=problem, content=content
            )
        if new:
            inbox.refuse(incoming.department, problem)
