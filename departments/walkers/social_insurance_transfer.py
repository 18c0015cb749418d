"""Insurance is moved once, so each walk takes another employee who was insured in another province."""

from collections.abc import Iterator

from departments.population import PERSONAS, Person, World
from departments.population_moves import former_of
from departments.population_pension import retires_on
from departments.walkers import Walker


def movers(world: World) -> Iterator[tuple[str, Person]]:
    """Employees with a record elsewhere; first those with unemployment insurance too."""
    newest = max(one.born_on for one in world.births)
    named = set(PERSONAS.values())
    found = [
        (former.unemployment_months == 0, place, person)
        for place, person in enumerate(world.people)
        if place not in named
        and (former := former_of(world, place)) is not None
        and person.employer is not None
        and retires_on(person.sex, person.birth_date) > newest
    ]
    for _, place, person in sorted(found, key=lambda one: one[:2]):
        yield f"mover-{place}", person


WALKER = Walker(role="member", people=movers)
