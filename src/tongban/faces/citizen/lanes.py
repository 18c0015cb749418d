"""The plan as a picture: one lane per item, a bar from its first to its last working day. Pure."""

from dataclasses import dataclass

from tongban.kernel.clock import Limit, Unit
from tongban.process.planner import Plan

_DAY_HOURS = 24
_LEAST = 0.6
"""A bar is at least this many days long, so that something decided at once can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One item in the picture; positions are percent of the whole width."""

    code: str
    department: str
    limit: Limit
    x: float
    width: float
    waits_for: tuple[str, ...]
    critical: bool


def lanes(plan: Plan) -> tuple[Lane, ...]:
    """The lanes of `plan` in its order; an item that waits for others begins where the last of them ends."""
    begins: dict[str, float] = {}
    ends: dict[str, float] = {}
    for node in plan.nodes:
        begins[node.code] = max((ends[other] for other in plan.waits_for(node.code)), default=0.0)
        ends[node.code] = begins[node.code] + max(_days(node.limit), _LEAST)
    whole = max(ends.values(), default=1.0)
    return tuple(
        Lane(
            code=node.code,
            department=node.department,
            limit=node.limit,
            x=round(100 * begins[node.code] / whole, 2),
            width=round(100 * (ends[node.code] - begins[node.code]) / whole, 2),
            waits_for=plan.waits_for(node.code),
            critical=node.critical,
        )
        for node in plan.nodes
    )


def _days(limit: Limit) -> float:
    return limit.amount / _DAY_HOURS if limit.unit is Unit.HOUR else float(limit.amount)
