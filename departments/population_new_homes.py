"""New homes that residents have reserved: derived from the population, so that two departments agree on them.

Every third grown-up without a registered home, and the persona ``buyer``, has a reservation with one of five
developers. Two of three are completed homes (first registration done by the developer), the third is sold
off plan; a few of those have no permit yet, one in fifty homes is under seizure.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from departments.population import BASE_YEAR, DISTRICTS, PERSONAS, World

GROWN_UP = 18
WITHOUT_PERMIT = 120
"""Every so many homes one that is sold off plan has no permit yet."""
PER_BUYER = 3
"""Homes each buyer has reserved, so that one person may walk more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHome:
    """One home that somebody has reserved."""

    reservation: str
    buyer: int
    developer: int
    unit_number: str
    address: str
    region: str
    square_metres: Decimal
    price: int
    """Whole yuan."""
    completed: bool
    permit: str
    """Number of the pre-sale permit; empty: none."""
    floor: int
    floors: int
    gas: bool
    sealed: bool
    handover_on: date


@lru_cache(maxsize=4)
def new_homes(world: World) -> tuple[NewHome, ...]:
    """Every reservation of a population, by its number."""
    owners = {home.owner for home in world.homes}
    grown = [
        at
        for at, one in enumerate(world.people)
        if BASE_YEAR - one.birth_date.year > GROWN_UP and at not in owners
    ]
    buyers = [PERSONAS["buyer"], *(at for at in grown[::3] if at not in PERSONAS.values())]
    reserved = (one for one in buyers for _ in range(PER_BUYER))
    return tuple(_home(at, buyer) for at, buyer in enumerate(reserved))


def _home(at: int, buyer: int) -> NewHome:
    region = sorted(DISTRICTS)[at % len(DISTRICTS)]
    name, roads = DISTRICTS[region]
    completed, floors = at % 3 != 2, (11, 18, 33, 6)[at % 4]  # noqa: PLR2004, every third is off plan
    area = Decimal(7800 + at * 37 % 6800) / 100
    today, block, floor = date(BASE_YEAR, 11, 1), at // 60 + 1, at % floors + 1
    permitted = completed or at % WITHOUT_PERMIT != WITHOUT_PERMIT - 1
    return NewHome(
        reservation=f"RG{BASE_YEAR}{at + 1:06d}",
        buyer=buyer,
        developer=at % 5,
        unit_number=f"{region}002001GB{at + 1:05d}F00020001",
        address=f"湖南省长沙市{name}{roads[at % len(roads)]}示范新城{block}栋{floor}{at % 4 + 1:02d}室",
        region=region,
        square_metres=area,
        price=int(area * (9800 + at % 13 * 350)),
        completed=completed,
        permit=f"长房售许字（{BASE_YEAR - 1}）第{block:04d}号" if permitted else "",
        floor=floor,
        floors=floors,
        gas=at % 6 != 5,  # noqa: PLR2004, all but one building in six
        sealed=at % 50 == 49,  # noqa: PLR2004
        handover_on=today + timedelta(days=30 if completed else 540),
    )
