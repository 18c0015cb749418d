"""Purpose-bound reads of what departments know: checked, called, recorded.

Every read and every refusal is in the journal of the application, so that the person can see it.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.catalogue.domain import BoundEvent, BoundSource, Catalogue
from tongban.exchange import partners
from tongban.exchange.adapters.departments import DepartmentClient
from tongban.exchange.dialect import Dialect, DialectError, NotFound
from tongban.exchange.domain import Answer, Purpose, missing_right
from tongban.exchange.events import ReadFailed, ReadMade, ReadRefused
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import NotAllowed, Unavailable
from tongban.kernel.ids import new_id

PARALLEL = 8
"""Registries asked at the same time for one person."""
PLATFORM = "platform"
_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One read to make."""

    purpose: Purpose
    source: BoundSource
    key: Mapping[str, Any]
    number: str = ""
    """The application's number, for departments that log it; may be empty before submission."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A department that did not answer; the caller goes on without it."""

    resource: str
    department: str
    reason: str
    silent: bool = True
    """Whether its system did not answer. False: it answered what cannot be read, or there is no system to
    ask; then it is not counted as down, because an outage stops clocks."""


def read_all(
    reads: Sequence[Read], bound: BoundEvent, catalogue: Catalogue, *, actor: Actor = SYSTEM
) -> list[Answer | Failed]:
    """Ask several registries at once; one answer or failure per read, in the same order.

    Raises NotAllowed (`exchange.no_right`), after recording the refusal, when a purpose does not allow its
    read: then nothing at all is asked, because a wrong purpose is a fault of the caller.
    """
    for read in reads:
        _check(read, bound, actor)
    now = datetime.now(UTC)
    ready = [read for read in reads if not partners.is_down(read.source.resource.department, now)]
    client = partners.client()
    asked: dict[int, Answer | Failed] = {}
    if ready:
        # Threads only talk to departments; the database stays with this thread.
        with ThreadPoolExecutor(max_workers=min(PARALLEL, len(ready))) as pool:
            for read, result in zip(
                ready, pool.map(lambda one: _call(one, catalogue, client), ready), strict=True
            ):
                asked[id(read)] = result
    results = [
        asked.get(id(read)) or Failed(read.source.code, read.source.resource.department, "down")
        for read in reads
    ]
    for read, outcome in zip(reads, results, strict=True):
        if isinstance(outcome, Failed):
            if id(read) in asked and outcome.silent:
                partners.note_failure(outcome.department, outcome.reason)
        else:
            partners.note_success(outcome.department)
        with transaction.atomic():
            _record(read, outcome, actor)
    return results


def _check(read: Read, bound: BoundEvent, actor: Actor) -> None:
    reason = missing_right(read.purpose, bound, read.source)
    if reason is None:
        return
    with transaction.atomic():
        record(
            read.purpose.application_id,
            ReadRefused(
                department=read.source.resource.department,
                reader=PLATFORM,
                resource=read.source.code,
                elements=sorted(read.purpose.elements),
                items=sorted(read.purpose.items),
                reason=reason,
            ),
            actor=actor,
        )
    raise NotAllowed(
        "exchange.no_right",
        f"The purpose does not allow to read {read.source.code}: {reason}.",
        hint="Name an item of this case that needs each element.",
        resource=read.source.code,
    )


def _call(read: Read, catalogue: Catalogue, client: DepartmentClient) -> Answer | Failed:
    resource = read.source.resource
    dialect = partners.dialect(catalogue, resource.department)
    if dialect is None:
        return Failed(read.source.code, resource.department, "no system", silent=False)
    query_id = new_id()
    # A dialect speaks the resource's own roles; the event's are translated here and back.
    formal = {event: name for name, event in read.source.binding.roles.items()}
    envelope = {
        "message_id": str(query_id),
        "dispatch_id": str(query_id),
        "case_number": read.number or str(read.purpose.application_id),
        "item": read.purpose.items[0],
        "sent_at": datetime.now(UTC),
    }
    try:
        found = _ask(
            dialect,
            client,
            resource.operation,
            resource.department,
            _formal(read.key, formal),
            envelope,
            {_renamed(address, formal): address for address in read.purpose.elements},
        )
    except Unavailable as error:
        return Failed(read.source.code, resource.department, str(error.params.get("reason", error.code)))
    except DialectError as error:
        silent = error.status >= _SERVER_FAULT
        return Failed(read.source.code, resource.department, error.code, silent=silent)
    return Answer(
        resource=read.source.code,
        department=resource.department,
        query_id=query_id,
        at=datetime.now(UTC),
        values=found or {},
        found=found is not None,
    )


def _ask(  # noqa: PLR0917  # one call, each argument of another type
    dialect: Dialect,
    client: DepartmentClient,
    operation: str,
    department: str,
    key: Mapping[str, Any],
    envelope: Mapping[str, Any],
    wanted: Mapping[str, str],
) -> dict[str, Any] | None:
    """The wanted values by the event's address; None: no such record."""
    encoded = dialect.encode_lookup(operation, key, envelope)
    answer = client.call(department, encoded)
    found = dialect.decode_lookup(operation, answer.status, answer.content_type, answer.body, wanted)
    if isinstance(found, NotFound):
        return None
    return {wanted[address]: value for address, value in found.items()}


def _formal(values: Mapping[str, Any], formal: Mapping[str, str]) -> dict[str, Any]:
    return {_renamed(address, formal): value for address, value in values.items()}


def _renamed(address: str, roles: Mapping[str, str]) -> str:
    role, _, element = address.rpartition(".")
    return f"{roles.get(role, role)}.{element}"


def _record(read: Read, outcome: Answer | Failed, actor: Actor) -> None:
    elements, items = sorted(read.purpose.elements), sorted(read.purpose.items)
    if isinstance(outcome, Failed):
        record(
            read.purpose.application_id,
            ReadFailed(
                department=outcome.department,
                resource=outcome.resource,
                elements=elements,
                items=items,
                reason=outcome.reason,
            ),
            actor=actor,
        )
        return
    record(
        read.purpose.application_id,
        ReadMade(
            department=outcome.department,
            reader=PLATFORM,
            resource=outcome.resource,
            elements=elements,
            items=items,
            query_id=str(outcome.query_id),
            found=outcome.found,
            purpose=read.purpose.kind,
        ),
        actor=actor,
        payload={"values": dict(outcome.values)},
    )


def note_opened(  # a clerk opens what the case holds: the same journal, the same question why
    application_id: UUID,
    *,
    department: str,
    items: Sequence[str],
    elements: Sequence[str],
    actor: Actor,
    purpose: str = "decide",
) -> None:
    """Record that a department's clerk opened values of a case; call it in the transaction of the query.

    `purpose` is `decide` for the department that decides, `co_sign` for one that is asked in a review, and
    `opinions` when it reads what others wrote in a joint task of the process.
    """
    record(
        application_id,
        ReadMade(
            department=department,
            reader=department,
            resource="",
            elements=sorted(elements),
            items=list(items),
            query_id=str(new_id()),
            found=True,
            purpose=purpose,
        ),
        actor=actor,
    )


def note_told(
    application_id: UUID, *, department: str, items: Sequence[str], elements: Sequence[str], actor: Actor
) -> None:
    """Record that a message carries values of a case to a department; in the transaction that writes it."""
    record(
        application_id,
        ReadMade(
            department=department,
            reader=department,
            resource="",
            elements=sorted(elements),
            items=list(items),
            query_id=str(new_id()),
            found=True,
            purpose="notify",
        ),
        actor=actor,
    )


def note_refused(application_id: UUID, *, department: str, item: str, reason: str, actor: Actor) -> None:
    """Record that someone of a department tried to open what its items do not need."""
    with transaction.atomic():
        record(
            application_id,
            ReadRefused(
                department=department,
                reader=department,
                resource="",
                elements=[],
                items=[item],
                reason=reason,
            ),
            actor=actor,
        )
