"""Reads of the catalogue: the current version and the pinned ones, each built once per process."""

import json
import threading
import time
from functools import lru_cache

from tongban.catalogue.domain import Catalogue, from_content
from tongban.catalogue.models import CatalogueVersion
from tongban.catalogue.search import Index
from tongban.kernel.errors import NotFound, Unavailable

FRESH_SECONDS = 2.0
"""How long a process goes on with the current version before it asks the database again."""
KEPT_VERSIONS = 16
"""Versions held in memory; a pinned version that was dropped is built again when a case needs it."""

_lock = threading.Lock()
_current: tuple[float, str] | None = None


def current() -> Catalogue:
    """The version that new applications are made with; Unavailable when none was ever published.

    Another process's publication is seen after at most `FRESH_SECONDS`, one of this process at once.
    """
    global _current  # noqa: PLW0603 - one cell per process, guarded by the lock
    with _lock:
        known = _current
    if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
        return version(known[1])
    code = CatalogueVersion.objects.order_by("-current_since").values_list("version", flat=True).first()
    if code is None:
        raise Unavailable(
            "catalogue.not_published",
            "No catalogue has been published yet.",
            hint="Run `tongban up`, or call `tongban.catalogue.actions.publish()`.",
        )
    with _lock:
        _current = (time.monotonic(), code)
    return version(code)


@lru_cache(maxsize=KEPT_VERSIONS)
def version(code: str) -> Catalogue:
    """The catalogue of a version, as a case pinned it; NotFound when no such version was published."""
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
    version.cache_clear()
    _index.cache_clear()
