"""Messages to departments: written with the change that causes them, delivered until acknowledged.

    enqueue   in the caller's transaction: either the change and its message exist, or neither
    claim     compare-and-set on rows; whoever updates a row owns it for a while
    deliver   HTTP, outside any transaction; the message id makes a repeat harmless to the receiver
    settle    the acknowledgement, or when to try again

A worker killed anywhere in between leaves a claimed row; the claim runs out and another worker repeats it.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, close_old_connections, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Manager, QuerySet

from tongban.catalogue.domain import Catalogue
from tongban.exchange import partners
from tongban.exchange.adapters.departments import DepartmentClient
from tongban.exchange.dialect import Attachment, DialectError
from tongban.exchange.domain import retry_after
from tongban.exchange.events import MessageDelivered, MessageGivenUp, MessageRefused, MessageResent
from tongban.exchange.models import Outbox
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, InvalidInput, Unavailable
from tongban.kernel.ids import new_id
from tongban.kernel.log import get_logger

log = get_logger(__name__)

CLAIM = timedelta(seconds=30)
"""How long a claimed message belongs to one worker; longer than any call can take."""
PARALLEL = 16

NOTIFY = "notify"
"""The kind of a message to which nobody waits for an answer; of the others an item's work waits for one."""

PER_DEPARTMENT = 4
"""Messages under way to one department at a time: a slow one never takes all the threads."""

# What may be sent now: due, not claimed, its department not known to be down, and nothing of the same
# dispatch before it.
_SENDABLE = """
    FROM exchange_outbox o LEFT JOIN exchange_partner p ON p.department = o.department
    WHERE o.delivered_at IS NULL AND o.refused_at IS NULL AND o.due_at <= %(now)s
      AND (o.claimed_until IS NULL OR o.claimed_until < %(now)s)
      AND (p.down_since IS NULL OR p.try_at <= %(now)s)
      AND NOT EXISTS (
          SELECT 1 FROM exchange_outbox e
          WHERE e.dispatch_id = o.dispatch_id AND (e.created_at, e.id) < (o.created_at, o.id)
            AND e.delivered_at IS NULL AND e.refused_at IS NULL)
"""
_DUE_DEPARTMENTS = "SELECT DISTINCT o.department" + _SENDABLE
_CLAIM = (
    "UPDATE exchange_outbox SET claimed_until = %(until)s, attempts = attempts + 1 "  # noqa: S608  # constants
    "WHERE id IN (SELECT o.id" + _SENDABLE + "AND o.department = %(department)s ORDER BY o.due_at "
    "FOR UPDATE OF o SKIP LOCKED LIMIT %(limit)s) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The department took it."""

    receipt: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """It may work later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never work as it is."""

    code: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that a department refused for good, for an operator; its content is not shown."""

    id: UUID
    department: str
    kind: str
    name: str
    """Of a notice its name in the drawn process, else the item's code."""
    reference: str
    """The case's number."""
    refused_at: datetime


def enqueue(
    *,
    department: str,
    kind: str,
    application_id: UUID,
    dispatch_id: UUID,
    envelope: Mapping[str, Any],
    values: Mapping[str, Any],
    materials: Sequence[Mapping[str, str]] = (),
    message_id: UUID | None = None,
) -> UUID:
    """Write a message in the caller's transaction; returns its id. The same id again does nothing."""
    now = datetime.now(UTC)
    row, _ = Outbox.objects.get_or_create(
        id=message_id or new_id(),
        defaults={
            "department": department,
            "kind": kind,
            "application_id": application_id,
            "dispatch_id": dispatch_id,
            "envelope": dict(envelope),
            "values": dict(values),
            "materials": [dict(one) for one in materials],
            "created_at": now,
            "due_at": now,
        },
    )
    return row.pk


def states(application_id: UUID, kind: str) -> dict[UUID, tuple[str, datetime | None, str]]:
    """Message → how its delivery stands, since when, and the receipt.

    It is `waiting`, `delivered`, `refused`, or `given_up` after a refusal.
    """
    found: dict[UUID, tuple[str, datetime | None, str]] = {}
    for row in Outbox.objects.filter(application_id=application_id, kind=kind):
        if row.delivered_at is not None:
            found[row.pk] = ("delivered", row.delivered_at, row.receipt)
        elif row.given_up_at is not None:
            found[row.pk] = ("given_up", row.given_up_at, "")
        elif row.refused_at is not None:
            found[row.pk] = ("refused", row.refused_at, "")
        else:
            found[row.pk] = ("waiting", None, "")
    return found


class Delivery:
    """Sends what is due, several departments at once, none waiting for another.

    `pump` claims and hands over to threads without waiting for answers; each thread settles its own message
    with a database connection of its own. `catalogue` is asked at each pump, so that a newly published
    mapping counts at once.
    """

    def __init__(self, catalogue: Callable[[], Catalogue]) -> None:
        self.catalogue = catalogue
        self.connections: list[BaseDatabaseWrapper] = []
        self.pool = ThreadPoolExecutor(
            max_workers=PARALLEL, thread_name_prefix="delivery", initializer=self._begin
        )
        self.under_way: Counter[str] = Counter()
        self.lock = threading.Lock()

    def pump(self) -> int:
        """Claim and start what may be sent now; returns how many messages."""
        started = 0
        now = datetime.now(UTC)
        with connection.cursor() as cursor:
            cursor.execute(_DUE_DEPARTMENTS, {"now": now})
            departments = [row[0] for row in cursor.fetchall()]
        if not departments:
            return 0
        client = partners.client()
        for department in departments:
            free = min(PER_DEPARTMENT - self.under_way[department], PARALLEL - self.under_way.total())
            for row in _claim(department, free) if free > 0 else []:
                with self.lock:
                    self.under_way[department] += 1
                self.pool.submit(self._deliver, row, self.catalogue(), client)
                started += 1
        return started

    def _deliver(self, row: Outbox, catalogue: Catalogue, client: DepartmentClient) -> None:
        try:
            deliver(row, catalogue, client)
        except (
            Exception
        ):  # a thread's exception would vanish; the claim runs out and the message is tried again
            log.exception("exchange.delivery_failed", department=row.department, kind=row.kind)
        finally:
            with self.lock:
                self.under_way[row.department] -= 1
            close_old_connections()

    def close(self) -> None:
        """Wait for what is under way; then close the threads' connections, which end with them otherwise."""
        self.pool.shutdown(wait=True)
        for one in self.connections:
            one.close()
        self.connections.clear()

    def _begin(self) -> None:
        """A thread's connection may be closed by the one that closes the pool."""
        own = connections[DEFAULT_DB_ALIAS]
        own.inc_thread_sharing()
        self.connections.append(own)


def deliver_due(catalogue: Catalogue) -> int:
    """Send everything that is due now, one after the other; returns how many messages were tried."""
    tried = 0
    client = partners.client()
    with connection.cursor() as cursor:
        cursor.execute(_DUE_DEPARTMENTS, {"now": datetime.now(UTC)})
        departments = [row[0] for row in cursor.fetchall()]
    for department in departments:
        for row in _claim(department, PARALLEL):
            deliver(row, catalogue, client)
            tried += 1
    return tried


def deliver(row: Outbox, catalogue: Catalogue, client: DepartmentClient) -> None:
    """Send one claimed message and settle it."""
    _settle(row, _send(row, catalogue, client))


def waiting(department: str | None = None) -> int:
    """How many messages are not yet acknowledged."""
    rows = Outbox.objects.filter(delivered_at=None, refused_at=None)
    return rows.filter(department=department).count() if department else rows.count()


def blocked_dispatches(department: str) -> list[tuple[UUID, UUID]]:
    """(application, dispatch) of the messages that wait for a department."""
    rows = Outbox.objects.filter(department=department, delivered_at=None, refused_at=None)
    return list(rows.values_list("application_id", "dispatch_id").distinct())


def erase(application_id: UUID) -> None:
    """Destroy what messages of a case carry; a refused one can never be sent again then.

    Raises Conflict while one is on its way.
    """
    rows = Outbox.objects.filter(application_id=application_id)
    if rows.filter(delivered_at=None, refused_at=None).exists():
        raise Conflict("case.sending", "A message is still on its way.", hint="Try again when it has come.")
    _dead(rows).update(given_up_at=datetime.now(UTC))
    rows.update(envelope={}, values={}, materials=[])


def dead_letters(
    *, department: str = "", dispatch_id: UUID | None = None, limit: int | None = None, offset: int = 0
) -> list[DeadLetter]:
    """Messages that a department refused for good and nobody gave up, the longest first."""
    rows = _dead(Outbox.objects, department)
    if dispatch_id is not None:
        rows = rows.filter(dispatch_id=dispatch_id)
    rows = rows.order_by("refused_at", "id").defer("values", "materials")
    return [
        DeadLetter(
            id=row.pk,
            department=row.department,
            kind=row.kind,
            name=row.envelope.get("message") or row.envelope.get("item", ""),
            reference=row.envelope.get("case_number", ""),
            refused_at=row.refused_at,
        )
        for row in (rows[offset:] if limit is None else rows[offset : offset + limit])
        if row.refused_at is not None
    ]


def dead_count(department: str = "") -> int:
    """How many there are of `dead_letters`."""
    return _dead(Outbox.objects, department).count()


def dead_departments() -> set[str]:
    """Whose systems have refused what is among `dead_letters`."""
    return set(_dead(Outbox.objects).values_list("department", flat=True).distinct())


def resend(message_id: UUID, *, actor: Actor = SYSTEM) -> None:
    """Put a refused message back, after its cause was mended.

    Raises Conflict when it does not wait for that any more.
    """
    with transaction.atomic():
        row = _refused(message_id)
        row.refused_at, row.due_at, row.claimed_until = None, datetime.now(UTC), None
        row.save(update_fields=["refused_at", "due_at", "claimed_until"])
        record(row.application_id, MessageResent(**_named(row)), actor=actor)


def give_up(message_id: UUID, reason: str, *, actor: Actor) -> None:
    """Never send a refused message again; what it carries goes, and that it was there stays on the record.

    Raises: InvalidInput without a reason; Conflict when it was sent again or given up meanwhile, or when an
    item's work waits for its answer: that would then never end.
    """
    if not reason.strip():
        raise InvalidInput("exchange.letter_reason", "A reason is missing.", hint="Say why; it is recorded.")
    with transaction.atomic():
        row = _refused(message_id)
        if row.kind != NOTIFY:
            raise Conflict(
                "exchange.letter_awaited",
                "An item waits for the answer to this message.",
                hint="Mend the cause and send it again.",
            )
        row.given_up_at, row.envelope, row.values, row.materials = datetime.now(UTC), {}, {}, []
        row.save(update_fields=["given_up_at", "envelope", "values", "materials"])
        payload = {"reason": reason.strip()}
        record(row.application_id, MessageGivenUp(**_named(row)), actor=actor, payload=payload)


def _dead(rows: Manager[Outbox] | QuerySet[Outbox], department: str = "") -> QuerySet[Outbox]:
    found = rows.filter(refused_at__isnull=False, given_up_at=None)
    return found.filter(department=department) if department else found


def _refused(message_id: UUID) -> Outbox:
    """The row of a refused message, locked."""
    found = _dead(Outbox.objects.select_for_update()).filter(pk=message_id).first()
    if found is None:
        raise Conflict("exchange.letter", "This message does not wait any more.", hint="List them again.")
    return found


def _named(row: Outbox) -> dict[str, str]:
    return {
        "department": row.department,
        "dispatch_id": str(row.dispatch_id),
        "message_id": str(row.pk),
        "kind": row.kind,
    }


def _claim(department: str, limit: int) -> list[Outbox]:
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + CLAIM, "department": department, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Outbox.objects.filter(pk__in=ids).order_by("created_at"))


def _send(row: Outbox, catalogue: Catalogue, client: DepartmentClient) -> Delivered | TryAgain | Refused:
    dialect = partners.dialect(catalogue, row.department)
    if dialect is None:
        return Refused("exchange.no_system", 0)
    envelope = {
        **row.envelope,
        "message_id": str(row.pk),
        "dispatch_id": str(row.dispatch_id),
        "sent_at": row.created_at,
    }
    materials = [Attachment(**one) for one in row.materials]
    try:
        encoded = dialect.encode(row.kind, envelope, row.values, materials)
        answer = client.call(row.department, encoded)
        got = dialect.decode_answer(row.kind, answer.status, answer.content_type, answer.body)
    except Unavailable as error:
        return TryAgain(str(error.params.get("reason", error.code)))
    except DialectError as error:
        if error.status >= 500:  # noqa: PLR2004  # HTTP's class of faults that may pass
            return TryAgain(error.code)
        log.exception(
            "exchange.message_refused",
            department=row.department,
            kind=row.kind,
            code=error.code,
            detail=error.detail,
        )
        return Refused(error.code, int(error.status))
    return Delivered(got.receipt)


def _settle(row: Outbox, result: Delivered | TryAgain | Refused) -> None:
    now = datetime.now(UTC)
    if isinstance(result, TryAgain):
        partners.note_failure(row.department, result.reason)
        # `attempts` tells whose claim it is: one that ran out meanwhile is another worker's now.
        Outbox.objects.filter(pk=row.pk, attempts=row.attempts).update(
            due_at=now + retry_after(row.attempts), claimed_until=None
        )
        return
    partners.note_success(row.department)
    open_row = Outbox.objects.filter(pk=row.pk, delivered_at=None, refused_at=None)
    with transaction.atomic():
        if isinstance(result, Refused):
            if open_row.update(refused_at=now, claimed_until=None):
                record(
                    row.application_id,
                    MessageRefused(
                        department=row.department,
                        dispatch_id=str(row.dispatch_id),
                        message_id=str(row.pk),
                        kind=row.kind,
                        status=result.status,
                    ),
                    actor=SYSTEM,
                )
        # Once acknowledged nobody here needs the copy: the values and the applicant's name are cleared.
        elif open_row.update(
            delivered_at=now, claimed_until=None, receipt=result.receipt, envelope={}, values={}, materials=[]
        ):
            record(
                row.application_id,
                MessageDelivered(
                    department=row.department,
                    dispatch_id=str(row.dispatch_id),
                    message_id=str(row.pk),
                    kind=row.kind,
                    receipt=result.receipt,
                    attempts=row.attempts,
                ),
                actor=SYSTEM,
            )
