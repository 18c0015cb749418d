"""Dates and moments beyond the years 1 to 9999 that Python's calendar knows; FEEL has nine digits of years.

The Gregorian calendar repeats itself every 400 years, to the day of the week. A far date is therefore a near
one in the years 2000 to 2399 and a number of such cycles; years count as astronomers do, 0 before 1.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

CYCLE = timedelta(days=146_097)
"""400 years."""
_YEARS = 400
_BASE = 2_000
LAST = 999_999_999
"""The greatest year, before and after 0."""
_TEXT = re.compile(r"(-)?([0-9]{4}|[1-9][0-9]{4,8})(-.+)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Far:
    """What dates and moments have in common; everything but the year is that of `near`."""

    cycles: int
    """Of 400 years, after `near`."""
    near: Any
    """A `date` or `datetime` of the years 2000 to 2399."""

    @property
    def year(self) -> int:
        """The year, negative before 0."""
        return int(self.near.year) + _YEARS * self.cycles

    def __getattr__(self, name: str) -> Any:
        if name in ("cycles", "near"):
            raise AttributeError(name)
        return getattr(self.near, name)

    def __lt__(self, other: Any) -> bool:
        return before(self, other)

    def __le__(self, other: Any) -> bool:
        return not before(other, self)


class FarDate(Far):
    """A day."""

    __slots__ = ()


class FarMoment(Far):
    """A day with its time."""

    __slots__ = ()


def _parted(value: Any) -> tuple[int, Any]:
    """Cycles and near date of any date or moment."""
    if isinstance(value, Far):
        return value.cycles, value.near
    cycles, year = divmod(value.year - _BASE, _YEARS)
    return cycles, value.replace(year=_BASE + year)


def _made(cycles: int, near: Any) -> Any:
    """A date or moment, a plain one where Python knows its year; nothing beyond the last year."""
    more, year = divmod(near.year - _BASE, _YEARS)
    cycles, near = cycles + more, near.replace(year=_BASE + year)
    whole = near.year + _YEARS * cycles
    if 1 <= whole <= 9999:  # noqa: PLR2004 - the years of Python's calendar
        return near.replace(year=whole)
    if abs(whole) > LAST:
        return None
    return FarMoment(cycles, near) if isinstance(near, datetime) else FarDate(cycles, near)


def day(year: int, month: int, number: int) -> Any:
    """The date of a year, near or far. Raises: ValueError when the calendar has no such day."""
    if abs(year) > LAST:
        raise ValueError(year)
    cycles, rest = divmod(year - _BASE, _YEARS)
    return _made(cycles, date(_BASE + rest, month, number))


def split(text: str) -> tuple[int, str] | None:
    """The cycles of a text that begins with a far year, and the same text in a near one."""
    match = _TEXT.fullmatch(text)
    if not match or (not match[1] and len(match[2]) == 4) or not int(match[2]):  # noqa: PLR2004 - four digits
        return None
    cycles, rest = divmod((-1 if match[1] else 1) * int(match[2]) - _BASE, _YEARS)
    return cycles, f"{_BASE + rest}{match[3]}"


def lifted(cycles: int, near: Any) -> Any:
    """A near date or moment so many cycles later."""
    return None if near is None else _made(cycles, near)


def plus(value: Any, by: timedelta) -> Any:
    """A date or moment so much later; of a date, whole days count."""
    if not isinstance(value, Far):
        try:
            return (
                value + by if isinstance(value, datetime) else (datetime.combine(value, time()) + by).date()
            )
        except OverflowError:
            pass  # it leaves the years of Python's calendar
    cycles, near = _parted(value)
    turns, rest = divmod(by, CYCLE)
    if isinstance(near, datetime):
        return _made(cycles + turns, near + rest)
    return _made(cycles + turns, (datetime.combine(near, time()) + rest).date())


def plus_months(value: Any, months: int) -> Any:
    """The same day of the month so many months later, or the last day of a shorter month."""
    cycles, near = _parted(value)
    turns, count = divmod((near.year - _BASE) * 12 + near.month - 1 + months, _YEARS * 12)
    year, month = _BASE + count // 12, count % 12 + 1
    last = monthrange(year, month)[1]
    return _made(cycles + turns, near.replace(year=year, month=month, day=min(near.day, last)))


def between(start: Any, end: Any) -> timedelta:
    """How long it is from one to the other. Raises: OverflowError, or TypeError as Python does."""
    first, second = _parted(start), _parted(end)
    length: timedelta = second[1] - first[1]
    return (second[0] - first[0]) * CYCLE + length


def before(left: Any, right: Any) -> bool:
    """Whether the left one is earlier. Raises: TypeError when only one has an offset."""
    first, second = _parted(left), _parted(right)
    apart = second[0] - first[0]
    return apart > 0 if abs(apart) > 1 else between(left, right) > timedelta()


def same(left: Any, right: Any) -> bool:
    """Whether both are the same day or moment."""
    first, second = _parted(left), _parted(right)
    return type(first[1]) is type(second[1]) and first[0] == second[0] and bool(first[1] == second[1])


def year_text(value: Far) -> str:
    """The year as FEEL writes it: at least four digits, a sign before 0."""
    return f"{'-' if value.year < 0 else ''}{abs(value.year):04}"
