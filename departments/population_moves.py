"""Who of the synthetic residents was insured in another province before, and who has a chronic disease."""

from dataclasses import dataclass
from typing import Final

from departments._records import World

PLACES: Final = ("440300", "310115", "330106", "420106", "500112")
"""Where people worked before: Shenzhen, Pudong, Xihu, Wuchang, Yubei."""
EVERY: Final = 5
"""One insured employee of so many came from another province."""
CHRONIC_EVERY: Final = 7
"""One resident of so many holds an entitlement for a chronic disease."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """One resident's insurance in another province."""

    region: str
    months: int
    unemployment_months: int


def former_of(world: World, place: int) -> Former | None:
    """The record of the resident at `place`; None for who was never insured elsewhere."""
    person = world.people[place]
    if person.insurance_kind != "employee" or place % EVERY != 2:  # noqa: PLR2004, one residue of five
        return None
    months = 12 + place % 84
    return Former(
        region=PLACES[place // EVERY % len(PLACES)],
        months=months,
        unemployment_months=0 if place % 3 == 0 else months - 6,
    )


def has_chronic_disease(place: int) -> bool:
    """Whether the resident at `place` holds an entitlement for a chronic disease."""
    return place % CHRONIC_EVERY == 3  # noqa: PLR2004, one residue of seven
