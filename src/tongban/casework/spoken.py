"""What departments said in a joint human task of a drawn process, as the journal of its case has it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tongban.casework.events import ErrandWord
from tongban.journal import queries as journal
from tongban.journal.events import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a department says; `agrees` None: nothing yet."""

    department: str
    agrees: bool | None = None
    at: datetime | None = None
    account_id: int | None = None
    """Who said it."""
    reason: str = ""
    """What was written; personal, so only where it was asked for (`with_reasons`)."""
    event_id: UUID | None = None


def words(events: Iterable[Recorded], token: str) -> dict[str, Word]:
    """Department → its last word about a task, without the reason."""
    return {
        event.data["department"]: Word(
            department=event.data["department"],
            agrees=event.data["agrees"],
            at=event.at,
            account_id=int(event.actor.id) if event.actor.id.isdigit() else None,
            event_id=event.id,
        )
        for event in events
        if event.type == ErrandWord.TYPE and event.data["token"] == token
    }


def with_reasons(said: Iterable[Word]) -> tuple[Word, ...]:
    """The same words with what was written; whoever shows it puts the read on record."""
    return tuple(one if one.event_id is None else replace(one, reason=_reason(one.event_id)) for one in said)


def _reason(event_id: UUID) -> str:
    return str((journal.payload(event_id) or {}).get("reason", ""))
