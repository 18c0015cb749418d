"""A reserved home is bought once, so each walk takes another buyer: completed, with a loan and the fund."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import Person, World
from departments.population_new_homes import NewHome, new_homes
from departments.walkers import Walker


def reserved(world: World) -> Iterator[tuple[str, Person, NewHome]]:
    """Employees who reserved a completed home that nobody has frozen, each with the first of them."""
    seen: set[int] = set()
    for home in new_homes(world):
        buyer = world.people[home.buyer]
        if home.completed and not home.sealed and buyer.employer is not None and home.buyer not in seen:
            seen.add(home.buyer)
            yield f"new-home-{home.buyer}", buyer, home


def buyers(world: World) -> Iterator[tuple[str, Person]]:
    """Those who buy."""
    return ((name, buyer) for name, buyer, _ in reserved(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Which home, and the loan for seven tenths of its price."""
    home = next(home for name, _, home in reserved(world) if name == username)
    return {
        "sale.subscription_number": home.reservation,
        "sale.payment_method": "mortgage",
        "sale.buys_jointly": True,
        "sale.loan_amount": str(home.price * 7 // 10),
    }


WALKER = Walker(role="buyer", people=buyers, answers=answers)
