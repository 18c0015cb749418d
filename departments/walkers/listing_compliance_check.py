"""The legal representative of a company without any record wants to list it, as often as they like."""

from collections.abc import Mapping
from typing import Any

from departments.population import Company, World
from departments.population_companies import facts, owners
from departments.walkers import Walker


def _spotless(world: World, at: int, _firm: Company) -> bool:
    known = facts(world, at)
    credit = known.credit
    records = (credit.penalty, credit.abnormal_reason, credit.serious_since, known.closing)
    return not any(records) and not (known.owes_tax or known.abnormal_taxpayer or known.owes_insurance)


def answers(_world: World, _username: str) -> Mapping[str, Any]:
    """What the report is for; the court and the fire bureau answer at the workbench."""
    return {"application.check_purpose": "listing"}


WALKER = Walker(role="legal_representative", people=owners("listing", _spotless), answers=answers, again=True)
