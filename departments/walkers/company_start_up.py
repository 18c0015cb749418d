"""One founder starts any number of companies, each under a new name: an eating house with its own lorry."""

from collections.abc import Mapping
from typing import Any

from departments.population import PERSONAS, World
from departments.walkers import Walker, persona
from tongban.kernel.ids import new_id


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """The name, the people and the lorry."""
    officer, truck, driver = world.people[PERSONAS["cofounder"]], world.vehicles[0], world.drivers[0]
    return {
        # A name is registered once, so every walk brings a new one.
        "company.company_name": f"长沙示范新办{new_id().hex[-6:].upper()}餐饮有限公司",
        "company.sells_food": True,
        "company.food_business_kind": "catering",
        "company.carries_freight": True,
        "company.shareholder_kind": "person",
        "finance_officer.id_number": officer.id_number,
        "finance_officer.name": officer.name,
        "food_safety_officer.id_number": officer.id_number,
        "food_safety_officer.name": officer.name,
        "vehicle.plate_number": truck.plate,
        "vehicle.vehicle_vin": truck.vin,
        "vehicle.vehicle_kind": truck.kind,
        "vehicle.load_capacity": str(truck.tonnes),
        "vehicle.inspection_valid_until": truck.inspected_until.isoformat(),
        "driver.id_number": world.people[driver].id_number,
        "driver.name": world.people[driver].name,
        "driver.driver_qualification_number": f"4301{driver:015d}",
    }


WALKER = Walker(role="legal_representative", people=persona("founder"), answers=answers, again=True)
