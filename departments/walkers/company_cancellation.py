"""The legal representative of a company whose notice has run closes it, once."""

from collections.abc import Mapping
from typing import Any

from departments.population import Company, World
from departments.population_companies import facts, has_ended, owners, reference
from departments.walkers import Walker


def _may_close(world: World, at: int, _firm: Company) -> bool:
    known = facts(world, at)
    closing = known.closing
    open_matters = (
        *(known.owes_tax, known.abnormal_taxpayer, known.unused_invoices, known.owes_insurance),
        *(known.frozen_equity, known.open_branches, known.insured),
    )
    return (
        closing is not None
        and has_ended(closing, reference(world))
        and not closing.objections
        and not any(open_matters)
    )


def _shows_most(world: World, at: int) -> bool:
    known = facts(world, at)
    return known.customs and known.closing is not None and known.closing.kind == "simple"


def answers(_world: World, _username: str) -> Mapping[str, Any]:
    """What only the company knows."""
    return {"company.cancellation_reason": "resolved", "company.customs_matters_settled": True}


WALKER = Walker(
    role="legal_representative", people=owners("closing", _may_close, _shows_most), answers=answers
)
