"""Comparing limits that count different things."""

import math

from tongban.kernel.clock import Limit, Unit


def natural_days(limit: Limit) -> tuple[float, float]:
    """The least and the greatest number of natural days `limit` can last, public holidays left out.

    Five working days last five natural days when they begin on a Sunday and seven when they begin on a
    Friday (day zero is not counted: Civil Code art. 201).
    """
    match limit.unit:
        case Unit.WORKING_DAY:
            return (
                limit.amount + 2 * ((limit.amount - 1) // 5),
                limit.amount + 2 * math.ceil(limit.amount / 5),
            )
        case Unit.NATURAL_DAY:
            return (limit.amount, limit.amount)
        case _:
            return (limit.amount / 24, limit.amount / 24)


def exceeds(limit: Limit, bound: Limit) -> bool | None:
    """Whether `limit` is longer than `bound`: True always, False never, None in some weeks."""
    if limit.unit == bound.unit:
        return limit.amount > bound.amount
    least, most = natural_days(limit)
    bound_least, bound_most = natural_days(bound)
    if least > bound_most:
        return True
    return False if most <= bound_least else None


def says(limit: Limit) -> str:
    """A limit in words: ``5 working days``."""
    unit = {Unit.WORKING_DAY: "working day", Unit.NATURAL_DAY: "natural day"}.get(limit.unit, "hour")
    return f"{limit.amount} {unit}{'' if limit.amount == 1 else 's'}"
