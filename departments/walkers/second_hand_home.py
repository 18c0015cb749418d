"""A home is sold once, so each walk takes another home and somebody without one."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import PERSONAS, Home, Person, World
from departments.walkers import Walker


def sales(world: World) -> Iterator[tuple[str, Person, Home]]:
    """Homes whose only owner may sell them, each with somebody without a home who buys it."""
    named = set(PERSONAS.values())
    owners = {home.owner for home in world.homes}
    buyers = (
        person
        for at, person in enumerate(world.people)
        if at not in named | owners and person.spouse is None and person.birth_date.year < 2000  # noqa: PLR2004
    )
    homes = (
        home
        for home in world.homes
        if home.owner not in named
        and home.ownership == "sole"
        and not (home.mortgaged or home.sealed)
        and world.people[home.owner].spouse is None
    )
    for number, (buyer, home) in enumerate(zip(buyers, homes, strict=False), start=1):
        yield f"buyer-{number}", buyer, home


def buyers(world: World) -> Iterator[tuple[str, Person]]:
    """Those who buy."""
    return ((name, buyer) for name, buyer, _ in sales(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Whose home it is."""
    home = next(home for name, _, home in sales(world) if name == username)
    seller = world.people[home.owner]
    return {
        "property.property_certificate_number": home.certificate_number,
        "seller.id_number": seller.id_number,
        "seller.name": seller.name,
    }


WALKER = Walker(role="buyer", people=buyers, answers=answers)
