"""The legal representative of a company with a truck opens a haulage business, once."""

from collections.abc import Mapping
from typing import Any

from departments.population import Company, World
from departments.population_companies import owners
from departments.transport_companies import FREE_KG, POSITIONED_KG, technical
from departments.walkers import Walker, place_of


def _may_haul(world: World, at: int, _firm: Company) -> bool:
    truck = next((one for one in world.vehicles if one.owner == at), None)
    if truck is None:
        return False
    gross, grade, positioned = technical(world.vehicles.index(truck), truck)
    return gross > FREE_KG and grade != "III" and (positioned or gross < POSITIONED_KG)


def answers(world: World, username: str) -> Mapping[str, Any]:
    """The driver, and who minds the safety."""
    driver = world.drivers[place_of(username) % len(world.drivers)]
    return {
        "company.has_truck": True,
        "company.freight_kind": "general",
        "driver.id_number": world.people[driver].id_number,
    }


WALKER = Walker(role="legal_representative", people=owners("haulage", _may_haul), answers=answers)
