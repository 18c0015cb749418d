"""Who read what of a person's data, when and for which item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.casework.models import Case
from tongban.exchange.events import ReadFailed, ReadMade, ReadRefused
from tongban.journal import queries as journal
from tongban.kernel.pages import page_count

PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Who read what of a person's data, when and why."""

    at: datetime
    department: str
    """Whose data it was."""
    reader: str
    """Who read it: a department, or `platform` when the form was filled in."""
    resource: str
    items: tuple[str, ...]
    elements: tuple[str, ...]
    purpose: str
    outcome: str
    """read, none (no such record), refused or failed."""
    number: str
    application_id: UUID


@dataclass(frozen=True, slots=True)
class ReadsPage:
    """A page of reads, newest first."""

    rows: tuple[Read, ...]
    page: int
    pages: int
    departments: tuple[str, ...]


_OUTCOMES = {ReadMade.TYPE: "read", ReadRefused.TYPE: "refused", ReadFailed.TYPE: "failed"}


def reads_of(
    person_id: UUID,
    application_ids: Mapping[UUID, str],
    *,
    page: int = 1,
    department: str | None = None,
    application_id: UUID | None = None,
) -> ReadsPage:
    """Who read this person's data, when and why: every read, refusal and failure, newest first.

    `application_ids` are the person's own applications (id → number, drafts included), which the face gets
    from intake; those that became cases are added here, so that nobody else's can be named.
    """
    own = dict(application_ids) | dict(Case.objects.filter(person_id=person_id).values_list("pk", "number"))
    found: list[Read] = []
    for stream, events in journal.streams(list(own), list(_OUTCOMES)).items():
        identity = UUID(stream)
        for event in events:
            data = event.data
            outcome = _OUTCOMES[event.type]
            found.append(
                Read(
                    at=event.at,
                    department=data["department"],
                    reader=data.get("reader", "platform"),
                    resource=data["resource"],
                    items=tuple(data["items"]),
                    elements=tuple(data["elements"]),
                    purpose=data.get("purpose", "prefill"),
                    outcome="none" if outcome == "read" and not data.get("found", True) else outcome,
                    number=own[identity],
                    application_id=identity,
                )
            )
    departments = tuple(sorted({read.department for read in found}))
    chosen = [
        read
        for read in found
        if department in {None, "", read.department} and application_id in {None, read.application_id}
    ]
    chosen.sort(key=lambda read: read.at, reverse=True)
    pages = page_count(len(chosen), PAGE)
    page = min(max(page, 1), pages)
    return ReadsPage(tuple(chosen[(page - 1) * PAGE : page * PAGE]), page, pages, departments)
