"""The review of a draft: `review` with what the database knows, kept while nothing changes."""

from datetime import date
from functools import lru_cache
from uuid import UUID

from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.catalogue.domain import Catalogue, Finding
from tongban.design import queries
from tongban.design.review import Review, review
from tongban.kernel.calendar import Calendar


def review_of(draft_id: UUID) -> tuple[Review, Catalogue]:
    """The review of a draft against its base version, and the content as it would be published."""
    merged, findings = queries.merged(draft_id)
    return compared(queries.base(draft_id), merged, tuple(findings)), merged


def compared(before: Catalogue, after: Catalogue, findings: tuple[Finding, ...] | None = None) -> Review:
    """The review of one catalogue against another, for applications made today."""
    return _review(before, after, findings, calendars.current(), catalogue.today())


@lru_cache(maxsize=16)
def _review(
    before: Catalogue, after: Catalogue, said: tuple[Finding, ...] | None, calendar: Calendar, today: date
) -> Review:
    return review(before, after, calendar, today, said=said)
