"""Each walk takes another resident with a severe disability, no certificate yet, and little money."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import PERSONAS, Person, World
from departments.population_disability import disability_of, is_poor
from departments.walkers import Walker, place_of


def applicants(world: World) -> Iterator[tuple[str, Person]]:
    """Those for whom every item is granted."""
    named = set(PERSONAS.values())
    for place, person in enumerate(world.people):
        found = disability_of(place)
        if (
            found is not None
            and not found.certified
            and found.degree in {"1", "2"}
            and is_poor(place)
            and place not in named
            and person.insurance_kind == "resident"
            and person.birth_date.year < 2008  # noqa: PLR2004, old enough for work and pension
        ):
            yield f"applicant-{place}", person


def answers(_world: World, username: str) -> Mapping[str, Any]:
    """A first certificate of the kind that will be found, and care."""
    found = disability_of(place_of(username))
    return {
        "application.disability_request": "first",
        "person.claimed_disability_kind": found.kind if found else "4",
        "person.needs_care": True,
    }


WALKER = Walker(role="person", people=applicants, answers=answers)
