"""A birth is certified once, so each walk takes another mother; the named parts stay for those who try."""

from collections.abc import Iterator

from departments.population import PERSONAS, Person, World
from departments.walkers import Walker


def mothers(world: World) -> Iterator[tuple[str, Person]]:
    """Mothers of the last weeks for whom all items of a newborn apply."""
    named = set(PERSONAS.values())
    for number, birth in enumerate(world.births, start=1):
        mother = world.people[birth.mother]
        insured = mother.insurance_kind != "none"  # who is not has one item less
        if birth.mother not in named and birth.record_number and mother.spouse is not None and insured:
            yield f"mother-{number}", mother


WALKER = Walker(role="mother", people=mothers)
