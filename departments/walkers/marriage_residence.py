"""Two single residents marry, so each walk takes another couple; she moves to his family's register."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import BASE_YEAR, PERSONAS, Person, World
from departments.walkers import Walker, place_of

OF_AGE = range(BASE_YEAR - 40, BASE_YEAR - 23)
"""Years of birth of the couples: of age for certain, and near each other."""


def couples(world: World) -> Iterator[tuple[int, Person, Person]]:
    """Her place, she and he: single, and each alone on a family register."""
    shared: dict[str, int] = {}
    for person in world.people:
        shared[person.household_number] = shared.get(person.household_number, 0) + 1
    named = set(PERSONAS.values())
    single = [
        (place, one)
        for place, one in enumerate(world.people)
        if place not in named
        and one.marital_status == "10"
        and one.birth_date.year in OF_AGE
        and one.household_kind == "family"
        and shared[one.household_number] == 1
    ]
    women = [found for found in single if found[1].sex == "2"]
    men = [found for found in single if found[1].sex == "1"]
    for (place, woman), (_, man) in zip(women, men, strict=False):
        yield place, woman, man


def brides(world: World) -> Iterator[tuple[str, Person]]:
    """She applies."""
    return ((f"bride-{place}", woman) for place, woman, _ in couples(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Who he is, and what they declare."""
    place = place_of(username)
    man = next(man for found, _, man in couples(world) if found == place)
    return {
        "man.id_number": man.id_number,
        "man.name": man.name,
        "application.household_joiner": "woman_joins",
        "application.both_willing": True,
        "application.close_relatives": False,
        "application.children_count": 0,
    }


WALKER = Walker(role="woman", people=brides, answers=answers)
