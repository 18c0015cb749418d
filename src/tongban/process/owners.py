"""Rooms whose own rows move with an instance, in the same transaction.

A case and its process instance are one thing for people: when a timer frees an item, the dispatch has to be
freed in the same transaction, whoever made the step. So an instance may name an owner, and the owner says
how its rows are locked and what it does after each step. The lock comes first, always: whoever takes the
instance first and the case second, while another does it the other way round, waits for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.process.domain import Facts, Outcome


@dataclass(frozen=True, slots=True)
class Owner:
    """A room that owns instances."""

    name: str
    lock: Callable[["Facts"], None]
    """Lock the owner's rows; called before each step, in its transaction. Must be repeatable."""
    stepped: Callable[["Outcome"], None]
    """Move the owner's rows; called after each step that changed something, in its transaction."""


_owners: dict[str, Owner] = {}


def register(owner: Owner) -> None:
    """Make an owner known. Raises: ValueError when the name is taken."""
    if owner.name in _owners:
        raise ValueError(f"The owner {owner.name} is registered twice.")
    _owners[owner.name] = owner


def forget(name: str) -> None:
    """Take an owner off the list again; for tests."""
    _owners.pop(name, None)


def find(name: str) -> Owner | None:
    """The owner of that name; None for no name.

    Raises: LookupError when nobody of that name is registered: stepping without its owner would tear apart
    what belongs together.
    """
    if not name:
        return None
    if name not in _owners:
        raise LookupError(f"No owner {name} is registered in this process.")
    return _owners[name]
