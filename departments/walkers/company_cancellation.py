"""The legal representative of a company whose notice has run closes it, once."""

from collections.abc import Mapping
from typing import Any

from departments.population import Company, World
from departments.population_companies import facts, has_ended, owners, reference
from departments.walkers import Variant, Walker


def _may_close(world: World, at: int, _firm: Company) -> bool:
    return not facts(world, at).owes_insurance and _is_settled(world, at)


def _owes_insurance(world: World, at: int, _firm: Company) -> bool:
    """Everything is settled but the insurance contributions: departments look at it together."""
    known = facts(world, at)
    return known.owes_insurance and _is_settled(world, at) and known.closing.kind == "simple"  # type: ignore[union-attr]


def _is_settled(world: World, at: int) -> bool:
    known = facts(world, at)
    closing = known.closing
    open_matters = (
        *(known.owes_tax, known.abnormal_taxpayer, known.unused_invoices),
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
    role="legal_representative",
    people=owners("closing", _may_close, _shows_most),
    answers=answers,
    variants={
        # The insurance registration is ended after the contributions are paid, not with this application.
        "joint_review": Variant(
            people=owners("owing", _owes_insurance, _shows_most),
            leaves_out=("employer_insurance_cancellation",),
        )
    },
)
