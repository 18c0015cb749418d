"""A department: what its own module brings, and how it and its desks stand together."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Connection
from typing import Any, ClassVar

from departments import _openapi
from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Callback,
    Decision,
    Letter,
    Lookup,
    Matter,
    MessageKind,
    Taken,
)
from departments.population import World


class Department(ABC):
    """One department: its tables, its dialect and its clerks' judgement. The machinery does the rest."""

    code: ClassVar[str]
    title: ClassVar[str]
    schema: ClassVar[str]
    """SQL of its own tables."""
    tables: ClassVar[tuple[str, ...]]
    items: ClassVar[Mapping[str, str]] = {}
    """Its item code → the name that a test's script uses for it."""
    paths: ClassVar[Mapping[MessageKind, str]] = {}
    desks: ClassVar[tuple[Desk, ...]] = ()
    """Topics that stand in modules of their own."""

    @abstractmethod
    def seed(self, db: Connection, world: World) -> None:
        """Fill the tables with this department's slice of the population."""

    @abstractmethod
    def lookups(self) -> tuple[Lookup, ...]:
        """The queries it answers."""

    @abstractmethod
    def refusal(self, status: int, code: str, text: str) -> Answer:
        """An error in its own format."""

    @abstractmethod
    def document(self, world: World) -> dict[str, Any]:
        """Its OpenAPI document, with examples that it accepts."""

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        """A message, read; Unreadable when it is not in this department's format."""
        raise NotImplementedError

    def receipt(self, number: str) -> Answer:
        """The answer to a message that was taken."""
        raise NotImplementedError

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        """What a clerk decides about a matter; writes to the register when it is granted."""
        raise NotImplementedError

    def noted(self, notice: Taken, letter_id: str, at: datetime) -> Letter | None:
        """What it writes back to a notice about a case, as a message of its own; None for nothing."""
        del notice, letter_id, at
        return None

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        """Content type and body of a reply."""
        raise NotImplementedError


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

    def seed(self, db: Connection, world: World) -> None:
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

    def document(self, world: World) -> dict[str, Any]:
        """The department's document with its desks' queries."""
        whole = self.department.document(world)
        told = [one for desk in self.desks for one in desk.described(world)]
        whole["paths"] |= _openapi.document("", "", told)["paths"]
        return whole
