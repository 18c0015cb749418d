"""A child starts school once, so each walk takes another child of the right age whose family owns a home."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from departments.population import BASE_YEAR, Person, World
from departments.population_family import Child, children
from departments.walkers import Walker

YEAR = BASE_YEAR + 1
JUNIOR = 11
"""Years by the end of August at junior secondary school."""


def starters(world: World) -> Iterator[tuple[str, Child, str]]:
    """Children who start primary or junior secondary school next autumn, and what they enter."""
    owners = {world.people[home.owner].id_number for home in world.homes if not home.sealed}
    for child in children(world):
        if not {child.mother.id_number, child.father.id_number} & owners:
            continue
        for stage, age in (("primary", 6), ("junior", JUNIOR)):
            # A year of births: from the first of September to the last of August.
            if date(YEAR - age - 1, 9, 1) <= child.person.birth_date <= date(YEAR - age, 8, 31):
                yield f"school-{child.person.id_number[-8:-1]}", child, stage
                break


def parents(world: World) -> Iterator[tuple[str, Person]]:
    """The mother applies."""
    return ((name, child.mother) for name, child, _ in starters(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Which child, and when."""
    child, stage = next((child, stage) for name, child, stage in starters(world) if name == username)
    return {
        "child.id_number": child.person.id_number,
        "application.school_stage": stage,
        "application.intake_year": YEAR,
        "child.kindergarten_name": "示范幼儿园",
        "child.twin_id_number": None,
    }


WALKER = Walker(role="guardian", people=parents, answers=answers)
