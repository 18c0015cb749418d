"""Flexible work is registered once, so each walk takes another resident without an employer."""

from collections.abc import Mapping
from typing import Any

from departments.population import BASE_YEAR, Person, World
from departments.walkers import Walker, residents

YOUNGEST, OLDEST = 21, 26


def answers(_world: World, _username: str) -> Mapping[str, Any]:
    """A graduate who works for a platform."""
    return {
        "worker.work_hardship": "graduate",
        "worker.flexible_work_kind": "platform",
        "worker.flexible_since": "2026-10-01",
        "worker.pension_tier": "60",
        "worker.medical_tier": "60",
    }


def young(one: Person) -> bool:
    """Somebody who may have left university lately and whom no employer insures."""
    age = BASE_YEAR - one.birth_date.year
    return one.employer is None and one.insurance_kind == "resident" and YOUNGEST <= age <= OLDEST


WALKER = Walker(role="worker", people=residents("flexible", young), answers=answers)
