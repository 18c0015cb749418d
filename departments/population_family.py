"""Who is whose child among the synthetic residents, and small children born since 2023.

Children of school age live in `people`; the toddlers here come beside them, one to each second young couple,
so that there is somebody under three. All is drawn from the seed's people alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from departments._records import Person, World
from departments.population import PERSONAS, resident_id

FIRST: int = 2023
"""Year of birth of the oldest toddlers."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child with its parents."""

    person: Person
    mother: Person
    father: Person
    rank: int
    """Which child of the mother it is."""

    @property
    def certificate(self) -> str:
        """Number of its birth certificate."""
        return f"Y43{self.person.birth_date:%y}9{self.person.id_number[12:17]}"

    @property
    def vaccination_book(self) -> str:
        """Number of its vaccination record."""
        return f"JZ{self.person.birth_date:%Y}9{self.person.id_number[10:17]}"


def children(world: World) -> Iterator[Child]:
    """Children who live with both parents, in the order of the register, the toddlers last."""
    homes: dict[str, list[Person]] = {}
    for person in world.people:
        homes.setdefault(person.household_number, []).append(person)
    for family in homes.values():
        mother = next((one for one in family if one.relation_to_head == "10"), None)
        father = next((one for one in family if one.relation_to_head == "02" and one.sex == "1"), None)
        if mother is None or father is None:
            continue
        young = sorted(
            (one for one in family if one.relation_to_head in {"20", "30"}), key=lambda one: one.birth_date
        )
        for rank, person in enumerate(young, start=1):
            yield Child(person, mother, father, rank)
    yield from toddlers(world)


def toddlers(world: World) -> Iterator[Child]:
    """A child born from 2023 to 2025 of each second married couple of the right age without others."""
    named = set(PERSONAS.values())
    babies = {birth.mother for birth in world.births}
    parents = {one.household_number for one in world.people if one.relation_to_head in {"20", "30"}}
    for place, mother in enumerate(world.people):
        if (
            place in named | babies
            or place % 2
            or mother.sex != "2"
            or mother.spouse is None
            or mother.birth_date.year < 1980  # noqa: PLR2004, at most 43 at the birth
            or mother.household_number in parents
        ):
            continue
        father = world.people[mother.spouse]
        born = date(FIRST + place % 3, 1, 1) + timedelta(days=place * 37 % 360)
        sex = "1" if place % 4 else "2"
        number = resident_id(mother.region, born, 960 + place % 16 * 2 + (sex == "1"))
        yield Child(
            replace(
                mother,
                id_number=number,
                name=father.name[0] + ("安宁" if sex == "1" else "安然"),
                sex=sex,
                birth_date=born,
                ethnic_group=father.ethnic_group,
                relation_to_head="20" if sex == "1" else "30",
                marital_status="10",
                spouse=None,
                married_on=None,
                marriage_number="",
                employer=None,
                insurance_kind="resident",
                insurance_number=f"4301{8000000000 + place:010d}",
                insured_since=born,
                card_number=f"A8{place:07d}",
                graduated_on=None,
            ),
            mother,
            father,
            1,
        )
