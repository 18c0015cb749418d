"""A desk: some items and records of a department that stand in a module of their own.

A department of many items would outgrow its module, so each further topic is a desk beside it, named in the
department's ``desks``. It speaks the department's dialect; reading, receipts and replies stay the
department's. `whole` puts the department and its desks together for the machinery.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from departments import _openapi
from departments._kinds import Decision, Department, Lookup, Matter
from departments._openapi import Described

if TYPE_CHECKING:
    from departments.population import World


def _no_seed(_: Connection, __: "World") -> None:
    """A desk whose tables begin empty."""


def _undescribed(_: "World") -> list[Described]:
    return []


def _no_items(_: Connection, matter: Matter, __: date) -> Decision:
    raise KeyError(matter.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One topic of a department."""

    schema: str = ""
    """SQL of its own tables, statements divided by semicolons."""
    tables: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    """The department's item code → the name that a test's script uses for it."""
    seed: "Callable[[Connection, World], None]" = _no_seed
    lookups: tuple[Lookup, ...] = ()
    decide: Callable[[Connection, Matter, date], Decision] = _no_items
    described: "Callable[[World], list[Described]]" = _undescribed
    """Its queries, for the OpenAPI document; messages are described by the department."""

    @property
    def statements(self) -> list[str]:
        """The SQL that makes its tables; a schema has no semicolon inside a statement."""
        return [one for one in self.schema.split(";") if one.strip()]


@dataclass(frozen=True, slots=True)
class Whole:
    """A department together with its desks."""

    department: Department

    @property
    def desks(self) -> tuple[Desk, ...]:
        """The desks beside the department's own module."""
        return self.department.desks

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table."""
        return (*self.department.tables, *(name for desk in self.desks for name in desk.tables))

    @property
    def statements(self) -> list[str]:
        """The SQL that makes them; a schema has no semicolon inside a statement."""
        schemas = (self.department.schema, *(desk.schema for desk in self.desks))
        return [one for schema in schemas for one in schema.split(";") if one.strip()]

    @property
    def items(self) -> Mapping[str, str]:
        """Every item code → its name in a script. Raises ValueError when two desks claim one."""
        found = dict(self.department.items)
        for desk in self.desks:
            if twice := found.keys() & desk.items.keys():
                raise ValueError(f"Two desks of {self.department.code} claim {', '.join(sorted(twice))}.")
            found |= desk.items
        return found

    def seed(self, db: Connection, world: "World") -> None:
        """Fill every table."""
        self.department.seed(db, world)
        for desk in self.desks:
            desk.seed(db, world)

    def lookups(self) -> tuple[Lookup, ...]:
        """Every query. Raises ValueError when two desks answer at one address: the second would never."""
        found = (*self.department.lookups(), *(one for desk in self.desks for one in desk.lookups))
        places = [(one.method, one.path) for one in found]
        if twice := sorted({path for place in places if places.count(place) > 1 for path in place[1:]}):
            raise ValueError(f"Two desks of {self.department.code} answer at {', '.join(twice)}.")
        return found

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        """What the desk whose item it is decides."""
        desk = next((one for one in self.desks if matter.item in one.items), None)
        return (desk or self.department).decide(db, matter, today)

    def document(self, world: "World") -> dict[str, Any]:
        """The department's document with its desks' queries."""
        whole = self.department.document(world)
        told = [one for desk in self.desks for one in desk.described(world)]
        whole["paths"] |= _openapi.document("", "", told)["paths"]
        return whole
