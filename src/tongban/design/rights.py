"""Which department may read which data element, from which resource, for which item. Pure.

Nobody grants these rights: they follow from the catalogue, by the same functions that the exchange asks at
every read (`tongban.exchange.domain`). So a change of the catalogue opens and closes access, and a review has
to say which.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongban.catalogue.domain import BoundEvent, BoundItem, Catalogue, DataElement
from tongban.catalogue.domain.values import split
from tongban.design.drawn import Task, tasks_of
from tongban.exchange.domain import readable_addresses
from tongban.kernel.errors import TongbanError

GRADES = ("classified", "sensitive", "internal", "public")
"""The most secret first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One thing that one department may read."""

    department: str
    """Who reads: it decides the item, co-signs it, or has a task in the drawn process."""
    element: str
    """Code of the data element."""
    grade: str
    resource: str
    owner: str
    """The department that shares the resource."""
    item: str
    """What for."""
    event: str
    """In which life event."""

    def to_json(self) -> dict[str, str]:
        """As a JSON object."""
        return {
            "department": self.department,
            "element": self.element,
            "grade": self.grade,
            "resource": self.resource,
            "owner": self.owner,
            "item": self.item,
            "event": self.event,
        }


@lru_cache(maxsize=8)
def rights(catalogue: Catalogue) -> frozenset[Right]:
    """Every right that a catalogue opens. A life event that cannot be bound opens none."""
    found: set[Right] = set()
    for code in catalogue.life_events:
        try:
            bound = catalogue.bound(code)
        except (TongbanError, KeyError):
            continue
        found.update(_of_event(catalogue, bound))
    return frozenset(found)


def opened(before: Catalogue, after: Catalogue) -> tuple[Right, ...]:
    """Rights that `after` opens and `before` did not have, the most secret first."""
    return ordered(rights(after) - rights(before))


def closed(before: Catalogue, after: Catalogue) -> tuple[Right, ...]:
    """Rights that `before` had and `after` no longer opens."""
    return ordered(rights(before) - rights(after))


def ordered(found: Iterable[Right]) -> tuple[Right, ...]:
    """By how secret the element is, then by who reads what for what."""

    def key(right: Right) -> tuple[Any, ...]:
        grade = GRADES.index(right.grade) if right.grade in GRADES else 0
        return (grade, right.department, right.event, right.item, right.element, right.resource)

    return tuple(sorted(found, key=key))


def _of_event(catalogue: Catalogue, bound: BoundEvent) -> Iterator[Right]:
    tasks = tasks_of(catalogue, bound.event.process) if bound.event.process else ()
    for item in bound.items:
        readable = readable_addresses(bound, (item.code,))
        readers = _readers(item, tasks)
        for source in bound.sources:
            for code in {split(address)[1] for address in readable & set(source.answers)}:
                element: DataElement | None = catalogue.elements.get(code)
                for department, only in readers.items():
                    if only is None or code in only:
                        yield Right(
                            department=department,
                            element=code,
                            grade=str(element.grade) if element else GRADES[0],
                            resource=source.code,
                            owner=source.resource.department,
                            item=item.code,
                            event=bound.code,
                        )


def _readers(item: BoundItem, tasks: Iterable[Task]) -> dict[str, frozenset[str] | None]:
    """Department → the elements that it sees of the item; None: all that the item may read.

    The deciding department sees all, a co-signing one what the rule of the joint review shows it, one with a
    task in the drawn process all of the items that the task is about.
    """
    found: dict[str, frozenset[str] | None] = {}
    for rule in item.item.reviews:
        shown = rule.shown or [need.element for need in item.needs]
        for department in rule.departments:
            elements = {split(address)[1] for address in shown}
            found[department] = frozenset(elements | (found.get(department) or frozenset()))
    for task in tasks:
        if task.item in {"", item.code}:
            found |= dict.fromkeys(task.departments)
    return found | {item.item.department: None}
