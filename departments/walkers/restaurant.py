"""The legal representative of a catering company opens its restaurant, once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from departments.population import PERSONAS, Company, World
from departments.population_companies import facts, owners, reference
from departments.walkers import Walker


def _caters(world: World, at: int, firm: Company) -> bool:
    return "餐饮" in firm.name and facts(world, at).closing is None


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """How large it is and what it serves."""
    return {
        "company.small_restaurant": False,
        "company.food_area": "180",
        "company.seats": 60,
        "company.catering_kind": "hot",
        "company.fire_process": "inspection",
        "company.has_shop_sign": True,
        "company.shop_sign_text": "示范小馆",
        "company.shop_sign_size": "6.5",
        "company.site_inspection_on": (reference(world) + timedelta(days=7)).isoformat(),
        "food_safety_officer.name": world.people[PERSONAS["cofounder"]].name,
        "food_safety_officer.id_number": world.people[PERSONAS["cofounder"]].id_number,
        "food_safety_officer.health_certificate_number": "湘健证4301000001",
    }


WALKER = Walker(role="legal_representative", people=owners("restaurant", _caters), answers=answers)
