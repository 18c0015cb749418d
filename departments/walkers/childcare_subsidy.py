"""The subsidy is paid once a child and year, so each walk takes the mother of another toddler."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import Person, World
from departments.population_family import Child, toddlers
from departments.walkers import Walker


def entitled(world: World) -> Iterator[tuple[str, Child]]:
    """Toddlers who are under three in this year."""
    for child in toddlers(world):
        if child.person.birth_date.year > 2023 and child.mother.insurance_kind != "none":  # noqa: PLR2004, under three
            yield f"young-mother-{child.person.id_number[-8:-1]}", child


def mothers(world: World) -> Iterator[tuple[str, Person]]:
    """They claim."""
    return ((name, child.mother) for name, child in entitled(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """For which child."""
    return {"child.id_number": dict(entitled(world))[username].person.id_number}


WALKER = Walker(role="guardian", people=mothers, answers=answers)
