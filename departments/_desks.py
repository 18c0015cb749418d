"""A desk: some items and records of a department that stand in a module of their own.

A department of many items would outgrow its module, so each further topic is a desk beside it, named in the
department's ``desks``. It speaks the department's dialect; reading, receipts and replies stay the
department's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from sqlite3 import Connection

from departments._kinds import Decision, Lookup, Matter
from departments._openapi import Described
from departments.population import World


def _no_seed(_: Connection, __: World) -> None:
    """A desk whose tables begin empty."""


def _undescribed(_: World) -> list[Described]:
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
    seed: Callable[[Connection, World], None] = _no_seed
    lookups: tuple[Lookup, ...] = ()
    decide: Callable[[Connection, Matter, date], Decision] = _no_items
    described: Callable[[World], list[Described]] = _undescribed
    """Its queries, for the OpenAPI document; messages are described by the department."""

    @property
    def statements(self) -> list[str]:
        """The SQL that makes its tables; a schema has no semicolon inside a statement."""
        return [one for one in self.schema.split(";") if one.strip()]
