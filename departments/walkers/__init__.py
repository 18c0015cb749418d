"""Who walks which life event in a demo, and what they answer where an example would be wrong.

One module per life event, named after its code, with a `Walker` called ``WALKER``; nothing else has to be
told. A walker is a synthetic resident whom the registries know: the form is prefilled from them as it is for
anyone, and `answers` holds only what no registry knows (whose home it is, which lorry, which new name).
Answers may name addresses that are not asked: those are left unused.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from departments.population import PERSONAS, Person, World

Candidates = Callable[[World], Iterator[tuple[str, Person]]]
Answers = Callable[[World, str], Mapping[str, Any]]


def _nothing(_world: World, _username: str) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A walk by somebody with whom something is the matter."""

    people: Candidates
    leaves_out: tuple[str, ...] = ()
    """Items that the applicant does not choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Who walks one life event."""

    role: str
    """The role of the life event that the person applies as."""
    people: Candidates
    """User name and person of everyone who may walk it, best first. A user name always means one person."""
    answers: Answers = _nothing
    """Address → plain JSON for the walker of a user name. Must be new where a register takes a thing once."""
    again: bool = False
    """Whether the same person may walk it more than once; otherwise each walk takes the next one."""
    variants: Mapping[str, "Variant"] = field(default_factory=dict)
    """Other ways in which it can go, by name: `tongban demo EVENT --variant NAME`."""


def persona(name: str) -> Candidates:
    """The one person who plays a named part of `population.PERSONAS`, under that name."""

    def found(world: World) -> Iterator[tuple[str, Person]]:
        yield name, world.people[PERSONAS[name]]

    return found


def residents(prefix: str, fits: Callable[[Person], bool]) -> Candidates:
    """Every resident who fits and plays no named part, as ``<prefix>-<place>``."""

    def found(world: World) -> Iterator[tuple[str, Person]]:
        named = set(PERSONAS.values())
        for place, person in enumerate(world.people):
            if place not in named and fits(person):
                yield f"{prefix}-{place}", person

    return found


def place_of(username: str) -> int:
    """The place in `World.people` that `residents` put into a user name."""
    return int(username.rpartition("-")[2])


@cache
def walkers() -> Mapping[str, Walker]:
    """Life event → who walks it."""
    return {found.name: import_module(f"{__name__}.{found.name}").WALKER for found in iter_modules(__path__)}
