"""Deaths among the synthetic residents: some old spouses of the last weeks, with the family that is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from departments._records import Person, World
from departments.population import PERSONAS
from departments.population_pension import retires_on

OLDEST_YEAR = 1970
"""Who was born later does not die here."""
EVERY = 5


@dataclass(frozen=True, slots=True)
class Death:
    """One natural death in hospital, and the spouse who is left."""

    place: int
    deceased: Person
    spouse: Person
    died_on: date

    @property
    def certificate(self) -> str:
        """Number of the death certificate."""
        return f"SW43{self.died_on:%Y}{self.place:06d}"

    @property
    def employee(self) -> bool:
        """Whether insured as an employee."""
        return self.deceased.insurance_kind == "employee"

    @property
    def pensioner(self) -> bool:
        """Whether a pension was drawn."""
        return self.employee and self.retired_on < self.died_on

    @property
    def retired_on(self) -> date:
        """The statutory retirement date."""
        return retires_on(self.deceased.sex, self.deceased.birth_date)

    @property
    def licence(self) -> str | None:
        """Number of the driving licence: the identity number, for two of three."""
        return self.deceased.id_number if self.place % 3 else None


def deaths(world: World) -> Iterator[Death]:
    """Old married residents who died two weeks before the last birth."""
    last = max((one.born_on for one in world.births), default=date(2026, 11, 21))
    named = set(PERSONAS.values())
    for place, one in enumerate(world.people):
        if place in named or one.spouse is None or place % EVERY or one.birth_date.year > OLDEST_YEAR:
            continue
        yield Death(place, one, world.people[one.spouse], last - timedelta(days=14 + place % 7))
