"""The legal representative of a company that builds connects the new building, digging up a road for it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from departments.population import Company, World
from departments.population_companies import facts, owners, reference
from departments.walkers import Walker


def _builds(world: World, at: int, _firm: Company) -> bool:
    project = facts(world, at).project
    return project is not None and project.gas_main


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """What the building will use."""
    return {
        "project.digs_road": True,
        "project.dig_length": "120",
        "project.dig_start_on": (reference(world) + timedelta(days=30)).isoformat(),
        "project.daily_water": "12.5",
        "project.drains_to_sewer": True,
        "project.power_load": "80",
        "project.power_use": "business",
        "project.hourly_gas": "6",
        "project.gas_use": "catering",
        "project.network_operator": "telecom",
        "project.network_points": 40,
    }


WALKER = Walker(role="legal_representative", people=owners("building", _builds), answers=answers)
