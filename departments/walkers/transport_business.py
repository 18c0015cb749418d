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
    """The driver: nobody may open a stranger's record by typing a number, so their papers are typed off."""
    driver = world.drivers[place_of(username) % len(world.drivers)]
    return {
        "company.has_truck": True,
        "company.freight_kind": "general",
        "company.safety_officer_name": world.people[driver].name,
        "driver.id_number": world.people[driver].id_number,
        "driver.name": world.people[driver].name,
        "driver.driver_qualification_number": f"4301{driver:015d}",
        "driver.qualification_valid_until": f"2029-{1 + driver % 12:02d}-01",
    }


WALKER = Walker(role="legal_representative", people=owners("haulage", _may_haul), answers=answers)
