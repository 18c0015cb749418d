"""Reads of the catalogue: the current version and the pinned ones, each built once per process."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from typing import Literal

from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue, from_content
from tongban.catalogue.models import CatalogueRelease, CatalogueVersion
from tongban.catalogue.search import Index
from tongban.kernel.errors import NotFound, Unavailable

FRESH_SECONDS = 2.0
"""How long a process goes on with the current version before it asks the database again."""
KEPT_VERSIONS = 16
"""Versions held in memory; a pinned version that was dropped is built again when a case needs it."""

_lock = threading.Lock()
_building = threading.Lock()
_current: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version with the days on which it applies."""

    version: str
    applies_from: date
    applies_until: date | None
    """The last day on which it applied or will; None while no later release is known."""
    published_at: datetime
    note: str
    summary: Mapping[str, int]
    """Kind → how many."""
    state: Literal["past", "current", "coming", "replaced"]


def today() -> date:
    """The legal date of this instance."""
    return datetime.now(calendars.current().zone).date()


def current() -> Catalogue:
    """The version that new applications are made with today; Unavailable when none applies yet.

    Another process's publication is seen after at most `FRESH_SECONDS`, one of this process at once.
    """
    global _current  # noqa: PLW0603 - one cell per process, guarded by the lock
    with _lock:
        known = _current
    if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
        return version(known[1])
    code = applying(today())
    if code is None:
        raise Unavailable(
            "catalogue.not_published",
            "No catalogue has been published yet.",
            hint="Run `tongban up`, or call `tongban.catalogue.actions.publish()`.",
        )
    with _lock:
        _current = (time.monotonic(), code)
    return version(code)


def applying(day: date) -> str | None:
    """The code of the version that applies on a day, None before the first."""
    return (
        CatalogueRelease.objects.filter(applies_from__lte=day)
        .order_by("-applies_from", "-published_at", "-id")
        .values_list("version__version", flat=True)
        .first()
    )


def newest() -> str | None:
    """The code of the version that applies when every release has taken effect; None before the first."""
    return applying(date.max)


def version_on(day: date) -> Catalogue:
    """The catalogue that applies on a day; NotFound for a day before the first version."""
    code = applying(day)
    if code is None:
        raise NotFound(
            "catalogue.no_version",
            f"No catalogue version applied on {day}.",
            hint="`tongban catalogue versions` lists them.",
        )
    return version(code)


def releases() -> list[Release]:
    """Every release, the last to take effect first."""
    rows = list(CatalogueRelease.objects.select_related("version").defer("version__content"))
    zone = calendars.current().zone
    now = datetime.now(zone)
    begins = [
        max(row.published_at, datetime.combine(row.applies_from, time_of_day.min, zone)) for row in rows
    ]
    found = []
    for row, begin, end in zip(rows, begins, [*begins[1:], None][: len(rows)], strict=True):
        found.append(
            Release(
                version=row.version.version,
                applies_from=row.applies_from,
                applies_until=(end - timedelta(microseconds=1)).astimezone(zone).date() if end else None,
                published_at=row.published_at,
                note=row.note,
                summary=row.version.summary,
                state=_state(begin, end, now),
            )
        )
    return found[::-1]


def _state(
    begin: datetime, end: datetime | None, now: datetime
) -> Literal["past", "current", "coming", "replaced"]:
    if end is not None and end <= begin:
        return "replaced"
    if begin > now:
        return "coming"
    return "current" if end is None or end > now else "past"


def find_version(code: str) -> str:
    """The whole code of a version named by its beginning; NotFound when none or several begin so."""
    found = list(
        CatalogueVersion.objects.filter(version__startswith=code).values_list("version", flat=True)[:2]
    )
    if len(found) != 1:
        raise NotFound(
            "catalogue.no_version",
            f"{'Several versions begin' if found else 'No published version begins'} with {code[:40]!r}.",
            hint="`tongban catalogue versions` lists them.",
        )
    return found[0]


def version(code: str) -> Catalogue:
    """The catalogue of a version, as a case pinned it; NotFound when no such version was published.

    Threads that need one at the same moment, as at the start of a process, wait for the one that builds it.
    """
    with _building:
        return _version(code)


@lru_cache(maxsize=KEPT_VERSIONS)
def _version(code: str) -> Catalogue:
    content = CatalogueVersion.objects.filter(version=code).values_list("content", flat=True).first()
    if content is None:
        raise NotFound("catalogue.no_version", f"No catalogue version {code[:40]!r} was published.")
    return from_content(json.loads(content))


def index(language: str) -> Index:
    """The search index of the current version for a reader of `language`."""
    return _index(current().version, language)


@lru_cache(maxsize=6)
def _index(code: str, language: str) -> Index:
    return Index.build(version(code), language)


def forget() -> None:
    """Asks the database again at the next call of `current`."""
    global _current  # noqa: PLW0603 - see `current`
    with _lock:
        _current = None


def forget_all() -> None:
    """Drops every version held in memory too, for tests that throw their database away."""
    forget()
    _version.cache_clear()
    _index.cache_clear()
