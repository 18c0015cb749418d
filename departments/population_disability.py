"""Which synthetic residents have a disability, which certificate, and who lives on minimum subsistence."""

from dataclasses import dataclass
from datetime import date

from departments._records import World

EVERY = 23
"""One resident of so many has a disability."""
PARTS = ("1", "2", "3", "4", "5", "6", "4", "4")
"""GB/T 26341 kinds: most are of the body."""


@dataclass(frozen=True, slots=True)
class Disability:
    """What the assessment of a resident finds."""

    kind: str
    degree: str
    certified: bool
    """Whether there is a certificate already."""

    def number(self, id_number: str) -> str:
        """The certificate's number: identity number, kind, degree."""
        return f"{id_number}{self.kind}{self.degree}"


def disability_of(place: int) -> Disability | None:
    """The disability of the resident at `place`; None for most."""
    if place % EVERY != 7:  # noqa: PLR2004, the first of them
        return None
    turn = place // EVERY
    return Disability(PARTS[turn % len(PARTS)], str(1 + turn // 2 % 4), certified=turn % 2 == 1)


def is_poor(place: int) -> bool:
    """Whether the family draws minimum subsistence."""
    return disability_of(place) is not None and place % 3 != 1


def valid_until(place: int) -> date:
    """Until when a certificate is good."""
    return date(2027 + place % 9, 1 + place % 12, 1)


def certified(world: World) -> list[int]:
    """Places of everyone with a certificate."""
    found = ((place, disability_of(place)) for place in range(len(world.people)))
    return [place for place, one in found if one is not None and one.certified]
