"""Private cars of residents, derived from the population: every fifth grown-up has one.

A few are mortgaged, seized or have open violations, so that a transfer meets what it may meet.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from departments.population import BASE_YEAR, World

EVERY, GROWN_UP = 5, 20
TYPES = ("K33", "K31", "K32")
LETTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """One private car."""

    plate: str
    vin: str
    engine: str
    kind: str
    brand: str
    owner: int
    registered_on: date
    inspected_until: date
    insured_until: date
    scrap_due_on: date
    mortgaged: bool
    sealed: bool
    violations: int

    @property
    def free(self) -> bool:
        """Whether it may be transferred."""
        return not (self.mortgaged or self.sealed or self.violations)


@lru_cache(maxsize=4)
def cars(world: World) -> tuple[Car, ...]:
    """Every private car, by its plate; nothing hangs on the day it is asked."""
    owners = [
        at
        for at, one in enumerate(world.people)
        if BASE_YEAR - one.birth_date.year >= GROWN_UP and at % EVERY == 1
    ]
    return tuple(_car(number, owner) for number, owner in enumerate(owners))


def _car(number: int, owner: int) -> Car:
    registered = date(2014 + number % 11, 1 + number % 12, 1 + number % 28)
    return Car(
        plate=f"湘A{LETTERS[10 + number % 20]}{number:04d}",
        vin=f"LSYN{number:013d}",
        engine=f"SF{number:07d}",
        kind=TYPES[number % 3],
        brand=f"示范牌SF{7000 + number % 9 * 100}",
        owner=owner,
        registered_on=registered,
        inspected_until=date(BASE_YEAR + 1, registered.month, 28),
        insured_until=date(BASE_YEAR, 12, 31) + timedelta(days=number % 300),
        scrap_due_on=date(2099, 12, 31),
        mortgaged=number % 11 == 10,  # noqa: PLR2004, some are
        sealed=number % 47 == 46,  # noqa: PLR2004, few are
        violations=1 if number % 9 == 8 else 0,  # noqa: PLR2004, some have one
    )
