"""One retires once, so each walk takes another employee who has reached the age in the past year."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from departments.population import PERSONAS, Person, World
from departments.population_pension import retires_on
from departments.walkers import Walker


def retirees(world: World) -> Iterator[tuple[str, Person]]:
    """Insured employees who may retire now; first those for whom every item applies."""
    today = max(one.born_on for one in world.births)
    named = set(PERSONAS.values())
    found = [
        (place % 3 == 0 or place % 4 == 1, place, person)
        for place, person in enumerate(world.people)
        if place not in named
        and person.insurance_kind == "employee"
        and today - timedelta(days=300) < retires_on(person.sex, person.birth_date) <= today
    ]
    for _, place, person in sorted(found, key=lambda one: one[:2]):
        yield f"retiree-{place}", person


def answers(_world: World, _username: str) -> Mapping[str, Any]:
    """At the statutory age, with nothing drawn elsewhere."""
    return {"retiree.retirement_kind": "statutory", "retiree.rewarded_elsewhere": False}


WALKER = Walker(role="retiree", people=retirees, answers=answers)
