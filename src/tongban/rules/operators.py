"""What the operators of FEEL do to values while an expression runs, and what they remark when they cannot."""

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tongban.rules import temporal
from tongban.rules.errors import Exhausted
from tongban.rules.run import Run
from tongban.rules.sentences import said, typed
from tongban.rules.values import Callable as FeelFunction
from tongban.rules.values import (
    Months,
    Range,
    at_most,
    both,
    calculate,
    equal,
    kind,
    less,
    unequal,
    within,
)

__all__ = ["at_most", "both"]

PLAIN = frozenset((Decimal, str, bool, date))
"""Types whose values are equal or not without a check."""
_PLAIN_ORDERED = PLAIN - {bool}

COMPARISONS: dict[str, Callable[[Any, Any], bool | None]] = {
    "=": equal,
    "!=": unequal,
    "<": less,
    "<=": at_most,
    ">": lambda left, right: less(right, left),
    ">=": lambda left, right: at_most(right, left),
}
QUICK: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def plain_for(op: str) -> frozenset[type]:
    """Types of which two values are compared by `QUICK`."""
    return PLAIN if op in {"=", "!="} else _PLAIN_ORDERED


def described(value: Any) -> str:
    """A value by its type, never by itself: traces hold no personal data."""
    name = kind(value)
    return said("null") if name == "null" else said("a_kind", kind=typed(name))


def told(result: bool | None, op: str, left: Any, right: Any, run: Run, at: int) -> bool | None:  # noqa: FBT001, PLR0917
    """A comparison's result; when there is none, a remark says why."""
    if result is None:
        run.remark("compare", said("compare", op=op, left=described(left), right=described(right)), at)
    return result


def negate(value: Any, run: Run, at: int) -> Any:
    """`-value` of a number or duration."""
    if type(value) is Decimal:
        return -value
    if kind(value) == "days and time duration":
        return -value
    if isinstance(value, Months):
        return Months(-value.months)
    run.remark("negate", said("no_negative", kind=described(value)), at)
    return None


def arithmetic(op: str, left: Any, right: Any, run: Run, at: int) -> Any:
    """`left op right` of numbers, strings (`+`), dates, times and durations."""
    made: Any = None
    if type(left) is Decimal and type(right) is Decimal:
        made = calculate(op, left, right)
    elif op == "+" and type(left) is str and type(right) is str:
        return run.measured(left + right)
    elif op in _TEMPORAL and left is not None and right is not None:
        made = _TEMPORAL[op](left, right)
    if made is None:
        run.remark("arithmetic", said("arithmetic", op=op, left=described(left), right=described(right)), at)
    return made


_TEMPORAL: dict[str, Callable[[Any, Any], Any]] = {
    "+": temporal.add,
    "-": temporal.subtract,
    "*": temporal.multiply,
    "/": temporal.divide,
}


def interval(low: Any, high: Any, *, low_included: bool, high_included: bool, opened: bool) -> Range | None:
    """A range, if its ends are of one ordered type; `opened` allows an end that is null."""
    if low is None and high is None:
        return None
    if low is None or high is None:
        return Range(low, high, low_included, high_included) if opened else None
    if at_most(low, high) is None:
        return None
    return Range(low, high, low_included, high_included)


def is_choice(value: Any) -> bool:
    """A list of strings, which can be looked up at once."""
    return type(value) is list and bool(value) and all(type(item) is str for item in value)


def holds(value: Any, test: Any) -> bool | None:
    """One test of `in` that is a value: equal to it, in its range, or among its list."""
    if isinstance(test, Range):
        if isinstance(value, Range):
            return value == test
        return within(value, test)
    if type(test) is list:
        if type(value) is list and equal(value, test):
            return True
        verdicts = [within(value, item) if isinstance(item, Range) else equal(value, item) for item in test]
        return any(verdict is True for verdict in verdicts)
    return equal(value, test)


def verdict(result: Any, value: Any) -> bool | None:
    """One test of `in` that is a condition on `?`, or a value computed from it."""
    if result is None or isinstance(result, bool):
        return result
    return holds(value, result)


_RANGE_PARTS: dict[str, Callable[[Range], Any]] = {
    "start": lambda value: value.low,
    "end": lambda value: value.high,
    "start included": lambda value: value.low_included,
    "end included": lambda value: value.high_included,
}


def member(value: Any, name: str, run: Run, at: int) -> Any:
    """`value.name`; of a list, the list of its items' members."""
    if type(value) is list:
        run.spend(len(value))
        return [member(item, name, run, at) for item in value]
    if type(value) is dict:
        if name in value:
            return run.take(value[name])
    elif isinstance(value, Range):
        if name in _RANGE_PARTS:
            return _RANGE_PARTS[name](value)
    elif name in temporal.PARTS:
        made = temporal.part(value, name)
        if made is not None:
            return made
    run.remark("missing", said("no_member", name=name, kind=described(value)), at)
    return None


def pick(value: Any, place: Decimal, run: Run, at: int) -> Any:
    """The item at a place, from 1, or from the end when negative."""
    items = value if type(value) is list else [] if value is None else [value]
    if place == place.to_integral_value() and 1 <= abs(place) <= len(items):
        index = int(place)
        return items[index - 1 if index > 0 else index]
    run.remark("place", said("no_item"), at)
    return None


def counted(low: Any, high: Any, run: Run, bounds: Range | None = None) -> list[Any] | None:
    """The whole numbers or days from one end to the other, up or down; nothing for other ends."""
    if bounds is not None and (low is None or high is None):
        return None
    if type(low) is type(high) is date:
        first, last = low.toordinal(), high.toordinal()
    elif (
        type(low) is type(high) is Decimal
        and low == low.to_integral_value()
        and high == high.to_integral_value()
    ):
        if abs(high - low) > run.limits.items:
            raise Exhausted(said("limit.turns", most=run.limits.items))
        first, last = int(low), int(high)
    else:
        return None
    if bounds is not None and first > last:
        return None  # such a range holds nothing, and is not a way to count down
    step = 1 if first <= last else -1
    if abs(last - first) > run.limits.items:
        raise Exhausted(said("limit.turns", most=run.limits.items))
    if bounds is not None:
        first += 0 if bounds.low_included else step
        last -= 0 if bounds.high_included else step
    places = range(first, last + step, step)
    return [low.fromordinal(place) for place in places] if type(low) is date else [Decimal(n) for n in places]


def invoke(function: FeelFunction, values: list[Any], names: tuple[str, ...], run: Run, at: int) -> Any:
    """Call a function value by place or by name; null when the arguments do not fit."""
    if names and not function.loose:
        if sorted(names) != sorted(function.parameters):
            run.remark("call", said("other_names"), at)
            return None
        given = dict(zip(names, values, strict=True))
        values = [given[name] for name in function.parameters]
    if len(values) != len(function.parameters) and not function.loose:
        run.remark("call", said("other_count", wanted=len(function.parameters), number=len(values)), at)
        return None
    if run.calls == 0:
        raise Exhausted(said("limit.calls", most=run.limits.calls))
    run.calls -= 1
    try:
        return function.call(run, *values, names=names) if function.loose else function.call(run, *values)
    finally:
        run.calls += 1
