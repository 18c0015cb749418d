"""A car is sold once, so each walk takes another free car and somebody without one who buys it."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import BASE_YEAR, PERSONAS, Person, World
from departments.population_cars import GROWN_UP, Car, cars
from departments.walkers import Walker


def sales(world: World) -> Iterator[tuple[str, Person, Car]]:
    """User name, buyer and car."""
    owners, named = {car.owner for car in cars(world)}, set(PERSONAS.values())
    buyers = (
        (at, one)
        for at, one in enumerate(world.people)
        if at not in owners | named and BASE_YEAR - one.birth_date.year >= GROWN_UP
    )
    free = (car for car in cars(world) if car.free and car.owner not in named)
    for (at, buyer), car in zip(buyers, free, strict=False):
        yield f"car-buyer-{at}", buyer, car


def buyers(world: World) -> Iterator[tuple[str, Person]]:
    """Those who buy."""
    return ((name, buyer) for name, buyer, _ in sales(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Whose car it is; it stays here and the seller keeps the plate number."""
    car = next(car for name, _, car in sales(world) if name == username)
    seller = world.people[car.owner]
    return {
        "vehicle.plate_number": car.plate,
        "seller.id_number": seller.id_number,
        "seller.name": seller.name,
        "sale.registers_elsewhere": False,
        "sale.keeps_plate": True,
    }


WALKER = Walker(role="buyer", people=buyers, answers=answers)
