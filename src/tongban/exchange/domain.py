"""Purpose and right: the one question that every read has to answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from tongban.catalogue.domain import BoundEvent, BoundSource

FAILURES_UNTIL_DOWN = 3
"""So many failures in a row make a department down; a refused connection counts as all of them."""
FIRST_RETRY = timedelta(milliseconds=500)
LAST_RETRY = timedelta(seconds=30)
"""Longest wait between two tries: what an outage costs the department's own items beyond itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why a read is allowed: the case, the items that need it, the elements."""

    application_id: UUID
    items: tuple[str, ...]
    elements: tuple[str, ...]
    kind: Literal["prefill", "verify", "decide"] = "prefill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a registry said."""

    resource: str
    department: str
    query_id: UUID
    at: datetime
    values: Mapping[str, Any]
    """Address → value; only what was wanted, nothing else of the record."""
    found: bool


def missing_right(purpose: Purpose, bound: BoundEvent, source: BoundSource) -> str | None:
    """Why `purpose` does not allow to read its elements from `source`; None when it does.

    The right is derived, never granted: an item of the event must read the element (in a need, a condition,
    a document's replacement or a rule), or the element must be the key of a record that such an item needs.
    """
    used = {item.code for item in bound.items}
    if not purpose.items or not set(purpose.items) <= used:
        return "item_not_in_case"
    if not purpose.elements:  # whether a record exists at all is an answer, too
        return "no_elements"
    if not set(purpose.elements) <= set(source.answers):
        return "not_an_answer"
    readable = readable_addresses(bound, purpose.items)
    if not set(purpose.elements) <= readable:
        return "not_needed"
    return None


def readable_addresses(bound: BoundEvent, items: tuple[str, ...]) -> frozenset[str]:
    """Everything that these items may read, with the keys that lead to it and the event's own conditions."""
    readable: set[str] = set()
    for item in bound.items:
        if item.code in items:
            readable |= item.reads()
            readable |= {item.item.region_of} if item.item.region_of else set()
            for material in item.materials:
                readable |= {name for one in material.replacements for name in one.elements}
    readable |= {name for condition in bound.event.conditions for name in condition.when.names}
    readable |= {name for source in bound.sources if source.when for name in source.when.names}
    readable |= {name for item in bound.items if item.when for name in item.when.names}
    while True:
        keys = {key for source in bound.sources if readable & set(source.answers) for key in source.key}
        if keys <= readable:
            return frozenset(readable)
        readable |= keys


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: doubling, bounded."""
    doubled: timedelta = FIRST_RETRY * (1 << min(attempts - 1, 12))
    return min(doubled, LAST_RETRY)
