"""Which faces a staff member works in: one line per face, in the order of the header."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tongban.identity.domain import Post, Role


@dataclass(frozen=True, slots=True)
class Desk:
    """One face of staff."""

    href: str
    message: str
    """Id of its name."""
    roles: frozenset[Role]


DESKS: Final = (
    Desk("/workbench/", "common.nav.work", frozenset({Role.CLERK})),
    Desk("/designer/", "common.nav.design", frozenset({Role.DESIGNER, Role.APPROVER})),
    Desk("/flows/", "common.nav.flows", frozenset({Role.SUPERVISOR, Role.DESIGNER, Role.OPERATOR})),
    Desk("/flows/instances/", "common.nav.instances", frozenset({Role.OPERATOR})),
)


def of(posts: Iterable[Post]) -> tuple[Desk, ...]:
    """The faces that somebody with these posts works in."""
    held = frozenset[Role]().union(*(post.roles for post in posts))
    return tuple(desk for desk in DESKS if desk.roles & held)
