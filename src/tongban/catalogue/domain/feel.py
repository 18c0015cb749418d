"""A condition as it stands in a file: FEEL, compiled once, with roles that can be renamed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tongban import rules
from tongban.catalogue.domain.values import renamed, split


@lru_cache(maxsize=4096)
def _compiled(text: str) -> rules.Expression:
    return rules.compile(text)


Pairs = tuple[tuple[str, str], ...]
Lists = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=16384)
def _names(text: str, roles: Pairs, members: Lists) -> frozenset[str]:
    """A derivation asks every condition of an event for its names: hundreds of times a second."""
    calls, lists = dict(roles), dict(members)
    found: set[str] = set()
    for name in _compiled(text).names:
        role, element = split(renamed(name, calls))
        if role in lists:
            found |= {f"{one}.{element}" for one in lists[role]}
        elif role:
            found.add(f"{role}.{element}")
        elif element not in calls and element not in lists:  # a role by itself is no value
            found.add(element)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Feel:
    """One FEEL expression over addresses.

    `roles` maps the roles its text speaks of (an item's formal roles) to the roles of the life event whose
    values it is evaluated over; empty when they are the same. Raises `rules.FeelSyntaxError` when made from
    a text that is not FEEL.
    """

    text: str
    roles: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role that several play → the roles of its members: the condition reads such a role as a list."""

    def __post_init__(self) -> None:
        _compiled(self.text)

    @property
    def expression(self) -> rules.Expression:
        """The compiled expression, in the words of its text (formal roles)."""
        return _compiled(self.text)

    @property
    def names(self) -> frozenset[str]:
        """The addresses it reads, in the life event's roles; of a list, those of every member."""
        return _names(self.text, tuple(self.roles.items()), tuple(self.members.items()))

    def renamed(self, roles: Mapping[str, str]) -> "Feel":
        """The same condition over the values of a life event that calls these roles differently."""
        through = {formal: roles.get(role, role) for formal, role in self.roles.items()}
        return Feel(self.text, {**roles, **through}, self.members)

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        """The value over `context` (role → element → value, see `rules.context`); null is None."""
        view = {**context, **{formal: context.get(role) for formal, role in self.roles.items()}}
        return self.expression.evaluate(view)

    def holds(self, context: Mapping[str, Any]) -> bool | None:
        """True, False, or None when the values that would decide it are not known."""
        value = self.evaluate(context)
        return value if isinstance(value, bool) else None

    def __hash__(self) -> int:
        return hash(self.text)
