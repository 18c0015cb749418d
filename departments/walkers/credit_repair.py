"""The legal representative of a company that put things right has its credit repaired."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from departments.population import Company, World
from departments.population_companies import facts, may_be_repaired, owners, reference
from departments.walkers import Walker


def _may_repair(world: World, at: int, _firm: Company) -> bool:
    one = facts(world, at).credit.penalty
    return one is not None and one.settled and may_be_repaired(one, reference(world))


def _shows_most(world: World, at: int) -> bool:
    return facts(world, at).credit.serious_since is not None


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """What was done about it."""
    return {
        "company.corrected_on": (reference(world) - timedelta(days=20)).isoformat(),
        "company.correction_account": "已经缴清罚款，补报了 2024 年度的年度报告。",
        "company.promises_to_comply": True,
    }


WALKER = Walker(
    role="legal_representative", people=owners("repair", _may_repair, _shows_most), answers=answers
)
