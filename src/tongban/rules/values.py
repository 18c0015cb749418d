"""The values of FEEL and what may be done with two of them.

===========================  ==========================================
FEEL type                    Python type
===========================  ==========================================
number                       `Decimal` with 34 digits (IEEE 754 decimal128)
string, boolean, null        `str`, `bool`, `None`
date, time, date and time    `datetime.date`, `datetime.time`, `datetime.datetime`; beyond the years 1 to
                             9999 `FarDate`, `FarMoment`
days and time duration       `datetime.timedelta`
years and months duration    `Months`
list, context                `list`, `dict`
range                        `Range`
function                     `Callable`
===========================  ==========================================

Operations give `None` where FEEL gives null; they never raise for the sake of a value.
"""

from collections.abc import Callable as CallableType
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from tongban.rules import far
from tongban.rules.far import FarDate, FarMoment

ARITHMETIC = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""The arithmetic of FEEL numbers (OMG DMN 1.5, 10.3.2.3.1). Methods of this object are safe to share."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration, as a signed number of months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{text or '0M'}"


@dataclass(frozen=True, slots=True)
class Range:
    """Values between two ends; an end that is `None` is open."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Callable:
    """A function as a value. `call` takes the run and as many values as `parameters`."""

    parameters: tuple[str, ...]
    call: CallableType[..., Any]
    loose: bool = False
    """A built-in function, which decides itself how many values it takes."""


_KINDS: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    date: "date",
    datetime: "date and time",
    FarDate: "date",
    FarMoment: "date and time",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Callable: "function",
}
TYPES: dict[str, frozenset[type]] = {
    name: frozenset(each for each, kind in _KINDS.items() if kind == name) for name in _KINDS.values()
}
"""The Python types of each FEEL type."""
_AS_THEY_ARE = frozenset(_KINDS) - {list}
"""Types of values that need not be changed to be FEEL's."""
_ORDERED = frozenset((Decimal, str, date, datetime, FarDate, FarMoment, time, timedelta, Months))


_EXPONENT = 6_144


def in_range(value: Decimal) -> bool:
    """Whether a number is one of IEEE 754 decimal128; the digits of others could fill any memory."""
    return value.is_finite() and (not value or -_EXPONENT <= value.adjusted() <= _EXPONENT)


def kind(value: Any) -> str:
    """The FEEL type of a value; `unknown` when it is none of FEEL's."""
    return _KINDS.get(type(value), "unknown")


def take(value: Any) -> Any:
    """A Python value from outside as a FEEL value: plain numbers become decimals, tuples lists."""
    got = type(value)
    if got in _AS_THEY_ARE:
        return value
    if got is int:
        return Decimal(value)
    if got is float:
        # The shortest text that means this float: 0.1 is meant as 0.1. Infinity and NaN are no numbers.
        made = Decimal(repr(value))
        return made if made.is_finite() else None
    if isinstance(value, (list, tuple)):
        return list(value) if _AS_THEY_ARE.issuperset(map(type, value)) else [take(item) for item in value]
    return _adopt(value)


def _adopt(value: Any) -> Any:
    for base in (bool, str, Decimal, datetime, date, time, timedelta):
        if isinstance(value, base):  # subclasses such as StrEnum
            return _REBUILD[base](value) if base in _REBUILD else value
    if hasattr(value, "items"):
        return dict(value.items())
    return None


_REBUILD: dict[type, CallableType[[Any], Any]] = {str: str.__str__, Decimal: Decimal}


def equal(left: Any, right: Any) -> bool | None:  # noqa: PLR0911 - one way out per type
    """`left = right`; null for values of different types, except that null is simply not equal to them."""
    if left is None or right is None:
        return left is right
    same = type(left)
    if same is not type(right):
        return far.same(left, right) if _far_pair(left, right) else None
    if same is list:
        if len(left) != len(right):
            return False
        return all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if same is dict:
        return left.keys() == right.keys() and all(
            equal(take(value), take(right[key])) is True for key, value in left.items()
        )
    if same is Callable:
        return left is right
    return bool(left == right)


def _far_pair(left: Any, right: Any) -> bool:
    """Two dates or two moments, one of them beyond the years of Python's calendar."""
    return kind(left) == kind(right) and (isinstance(left, far.Far) or isinstance(right, far.Far))


def unequal(left: Any, right: Any) -> bool | None:
    """`left != right`."""
    same = equal(left, right)
    return None if same is None else not same


def less(left: Any, right: Any) -> bool | None:
    """`left < right`; null unless both are of one ordered type."""
    if (type(left) is type(right) and type(left) in _ORDERED) or _far_pair(left, right):
        try:
            return far.before(left, right) if isinstance(right, far.Far) else bool(left < right)
        except TypeError:  # a time with an offset and one without
            return None
    return None


def at_most(left: Any, right: Any) -> bool | None:
    """`left <= right`."""
    if (type(left) is type(right) and type(left) in _ORDERED) or _far_pair(left, right):
        try:
            return not far.before(right, left) if isinstance(right, far.Far) else bool(left <= right)
        except TypeError:
            return None
    return None


def both(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - truth values are the matter
    """`left and right` with three truth values: false decides, then null."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def within(value: Any, bounds: Range) -> bool | None:
    """Whether a range holds a value; null unless they can be compared."""
    above: bool | None = True
    below: bool | None = True
    if bounds.low is not None:
        above = at_most(bounds.low, value) if bounds.low_included else less(bounds.low, value)
    if bounds.high is not None:
        below = at_most(value, bounds.high) if bounds.high_included else less(value, bounds.high)
    return both(above, below)


def calculate(op: str, left: Any, right: Any) -> Any:
    """Arithmetic on two numbers; null for a division by zero or a result beyond the range of numbers."""
    try:
        return DECIMAL[op](left, right)
    except DecimalException:
        return None


def _power(left: Decimal, right: Decimal) -> Decimal:
    return ARITHMETIC.power(left, right)


DECIMAL: dict[str, CallableType[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": _power,
}
"""What the operators do with two numbers. Raise: DecimalException."""
