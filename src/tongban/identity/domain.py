"""Roles and what they mean. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a staff post may do. An applicant needs no role: a person is enough."""

    CLERK = "clerk"
    """Works the dispatches of its department in its region."""
    DESIGNER = "designer"
    """Composes life events, processes and decisions."""
    APPROVER = "approver"
    """Approves what a designer drafted, and rolls back; never their own draft."""
    OPERATOR = "operator"
    """Looks after running processes: incidents, retries, moves, migrations."""
    STEWARD = "steward"
    """Keeps resources, mappings and quality of its department."""
    SUPERVISOR = "supervisor"
    """Sees indicators and complaints of the region."""
    AUDITOR = "auditor"
    """Reads the journal."""
    ADMIN = "admin"
    """Runs the instance; sees no personal data by that alone."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """The hash of a password that many synthetic accounts share; made when the first of them needs it."""

    make: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Post:
    """One staff post: who works where and as what."""

    id: int
    account_id: int
    department: str
    region: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """One clerk's post, as far as giving out work needs it."""

    post_id: int
    account_id: int
    name: str
    region: str
    skills: frozenset[str]
    """Codes of items, or `kind:<kind of item>`; empty: everything of the department."""
    away_from: date | None
    away_until: date | None

    def is_away(self, day: date) -> bool:
        """Whether the clerk is absent on `day`."""
        if self.away_from is None or day < self.away_from:
            return False
        return self.away_until is None or day <= self.away_until

    def can_work(self, item: str, kind: str) -> bool:
        """Whether an item, of a kind of items, is among the skills."""
        return not self.skills or item in self.skills or f"kind:{kind}" in self.skills


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What the sign-in vouches for about a person; personal data: never logged, never in an event."""

    id: UUID
    name: str
    id_number: str
    sex: str
    mobile: str
    region: str
