"""Dates, times and durations: reading them, their parts, and arithmetic with them.

Text forms are those of XML Schema (`2026-11-23`, `2026-11-23T08:30:00+08:00`, `P1Y2M`, `P3DT4H`) plus a zone
by name (`…T08:30:00@Asia/Shanghai`). Years beyond 1 to 9999 are `far`; parts of a second have six digits.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from tongban.rules import far
from tongban.rules.values import ARITHMETIC, Months, kind

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]{1,64})?",
    re.ASCII,
)
_DAYS = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,14})(?:\.([0-9]{0,9}))?S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,9})Y)?(?:([0-9]{1,10})M)?", re.ASCII)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder is an OSError
        return None


def parse_date(text: str) -> date | None:
    """The date `text` names, or nothing."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """The time of day `text` names, with its offset or zone if it has one, or nothing."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    zone: timezone | ZoneInfo | None = None
    if match[5]:
        zone = parse_offset(match[5])
        if zone is None:
            return None
    micro = int((match[4] or "")[:6].ljust(6, "0"))
    try:
        return time(int(match[1]), int(match[2]), int(match[3]), micro, tzinfo=zone)
    except ValueError:
        return None


def parse_offset(text: str) -> timezone | ZoneInfo | None:
    """`Z`, `+08:00` or `@Asia/Shanghai` as a time zone, or nothing."""
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return _zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or hours > 14:  # noqa: PLR2004 - the offsets that XML Schema knows
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return timezone(-offset if text[0] == "-" else offset)


def parse_datetime(text: str) -> datetime | None:
    """The moment `text` names; a date alone is its midnight."""
    day, t, clock = text.partition("T")
    on = parse_date(day)
    if on is None:
        return None
    if not t:
        return datetime.combine(on, time())
    if clock.startswith("24:00:00"):  # the end of a day is the beginning of the next (XML Schema 1.1, 3.3.7)
        return add(parse_datetime(f"{day}T00{clock[2:]}"), _DAY) if clock[8:9] != "." else None
    at = parse_time(clock)
    return None if at is None else datetime.combine(on, at)


def parse_duration(text: str) -> timedelta | Months | None:
    """`P3DT4H` or `P1Y2M` as a duration, or nothing; the two kinds do not mix."""
    if match := _MONTHS.fullmatch(text):
        if match[2] is None and match[3] is None:
            return None
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return Months(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if not match or text.endswith(("P", "T")):
        return None
    micro = int((match[6] or "")[:6].ljust(6, "0"))
    try:
        made = timedelta(
            days=int(match[2] or 0),
            hours=int(match[3] or 0),
            minutes=int(match[4] or 0),
            seconds=int(match[5] or 0),
            microseconds=micro,
        )
    except OverflowError:
        return None
    return -made if match[1] else made


def parse_far_date(text: str) -> Any:
    """The date `text` names, of any year with up to nine digits, or nothing."""
    return _far(parse_date, text)


def parse_far_datetime(text: str) -> Any:
    """The moment `text` names, of any year with up to nine digits, or nothing."""
    return _far(parse_datetime, text)


def _far(parse: Any, text: str) -> Any:
    found = parse(text)
    if found is not None or not (parted := far.split(text)):
        return found
    return far.lifted(parted[0], parse(parted[1]))


def parse_any(text: str) -> Any:
    """What `@"text"` means, or nothing."""
    for parse in (parse_far_date, parse_time, parse_far_datetime, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def add_months(day: date, months: int) -> date | None:
    """The same day of the month so many months later, or the last day of a shorter month.

    Works for dates and for dates with time; nothing when the year leaves 1 to 9999, see `far.plus_months`.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the years of Python's calendar
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Whole months from one date to another, negative when it lies earlier; times of day do not count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return months


def seconds_of(duration: timedelta) -> Decimal:
    """Length of a duration in seconds."""
    return ARITHMETIC.divide(Decimal(duration // _MICROSECOND), Decimal(1_000_000))


def duration_of(seconds: Decimal) -> timedelta | None:
    """A duration of so many seconds, cut to microseconds."""
    try:
        return timedelta(microseconds=int(ARITHMETIC.multiply(seconds, Decimal(1_000_000))))
    except (OverflowError, ArithmeticError):
        return None


def midnight(day: date) -> datetime:
    """A date as the moment it begins, in UTC, as FEEL compares dates with moments (10.3.2.3.6)."""
    return datetime.combine(day, time(), tzinfo=UTC)


def add(left: Any, right: Any) -> Any:
    """`left + right` for dates, times and durations; null for what has no sum."""
    if isinstance(left, (timedelta, Months)) and not isinstance(right, (timedelta, Months)):
        left, right = right, left
    try:
        return _shift(left, right)
    except (OverflowError, ArithmeticError):
        return None


def _shift(value: Any, by: Any) -> Any:  # noqa: PLR0911 - one way out per type
    if isinstance(by, Months):
        if isinstance(value, Months):
            return Months(value.months + by.months)
        return far.plus_months(value, by.months) if isinstance(value, (date, far.Far)) else None
    if not isinstance(by, timedelta):
        return None
    if isinstance(value, timedelta):
        return value + by
    if isinstance(value, (date, far.Far)):
        return far.plus(value, by)
    if isinstance(value, time):
        turned = (datetime.combine(date(2000, 1, 1), value.replace(tzinfo=None)) + by % _DAY).time()
        return turned.replace(tzinfo=value.tzinfo)
    return None


def subtract(left: Any, right: Any) -> Any:
    """`left - right` for dates, times and durations; null for what has no difference."""
    try:
        if isinstance(right, timedelta):
            return _shift(left, -right)
        if isinstance(right, Months):
            return _shift(left, Months(-right.months))
        return _distance(left, right)
    except (OverflowError, ArithmeticError, TypeError):
        return None


def _distance(left: Any, right: Any) -> timedelta | None:
    if isinstance(left, far.Far) or isinstance(right, far.Far):
        return far.between(right, left) if kind(left) == kind(right) else None
    if isinstance(left, time) and isinstance(right, time):
        day = date(2000, 1, 1)
        return datetime.combine(day, left) - datetime.combine(day, right)
    if isinstance(left, date) and isinstance(right, date):
        if not isinstance(left, datetime) and not isinstance(right, datetime):
            return left - right
        first, second = (d if isinstance(d, datetime) else midnight(d) for d in (left, right))
        return first - second
    return None


def multiply(left: Any, right: Any) -> Any:
    """A duration times a number, in either order; null for anything else."""
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    return _scaled(left, right, ARITHMETIC.multiply)


def divide(left: Any, right: Any) -> Any:
    """A duration by a number, or by a duration of its kind; null for anything else."""
    if isinstance(right, Decimal):
        return _scaled(left, right, ARITHMETIC.divide)
    try:
        if isinstance(left, Months) and isinstance(right, Months):
            return ARITHMETIC.divide(Decimal(left.months), Decimal(right.months))
        if isinstance(left, timedelta) and isinstance(right, timedelta):
            return ARITHMETIC.divide(seconds_of(left), seconds_of(right))
    except ArithmeticError:
        return None
    return None


def _scaled(duration: Any, factor: Decimal, operation: Any) -> Any:
    try:
        if isinstance(duration, Months):
            months = int(operation(Decimal(duration.months), factor))
            return Months(months) if abs(months) < 10**12 else None
        if isinstance(duration, timedelta):
            return duration_of(operation(seconds_of(duration), factor))
    except ArithmeticError:
        return None
    return None


def part(value: Any, name: str) -> Any:  # noqa: PLR0911 - one way out per type
    """A part such as `year`, `hours` or `time offset` of a temporal value; null when it has no such part."""
    if isinstance(value, far.Far):
        return Decimal(value.year) if name == "year" else part(value.near, name)
    if name in _DATE_PARTS and isinstance(value, date):
        return Decimal(value.isoweekday() if name == "weekday" else getattr(value, name))
    if isinstance(value, (datetime, time)):
        if name in ("hour", "minute"):
            return Decimal(getattr(value, name))
        if name == "second":
            return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000
        if name == "time offset":
            return value.utcoffset()
        if name == "timezone":
            return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    if isinstance(value, Months) and name in ("years", "months"):
        whole = abs(value.months) // 12 if name == "years" else abs(value.months) % 12
        return Decimal(-whole if value.months < 0 else whole)
    if isinstance(value, timedelta) and name in _DURATION_PARTS:
        return _duration_part(value, name)
    return None


_DATE_PARTS = frozenset(("year", "month", "day", "weekday"))
_DURATION_PARTS = frozenset(("days", "hours", "minutes", "seconds"))
PARTS = (
    _DATE_PARTS | _DURATION_PARTS | {"hour", "minute", "second", "time offset", "timezone", "years", "months"}
)
"""Names of parts, which are not names of data."""


def _duration_part(value: timedelta, name: str) -> Decimal:
    size = abs(value)
    sign = -1 if value < timedelta() else 1
    if name == "days":
        return Decimal(sign * size.days)
    if name == "hours":
        return Decimal(sign * (size.seconds // 3600))
    if name == "minutes":
        return Decimal(sign * (size.seconds % 3600 // 60))
    return sign * (Decimal(size.seconds % 60) + Decimal(size.microseconds) / 1_000_000)


def text_of(value: Any) -> str:
    """A temporal value in the form in which FEEL reads it."""
    if isinstance(value, far.Far):
        return far.year_text(value) + text_of(value.near)[4:]
    if isinstance(value, timedelta):
        return _duration_text(value)
    if isinstance(value, (datetime, time)) and isinstance(value.tzinfo, ZoneInfo):
        return f"{_short(value.replace(tzinfo=None).isoformat())}@{value.tzinfo.key}"
    if isinstance(value, (datetime, time)):
        text = _short(value.isoformat())
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    return value.isoformat() if isinstance(value, date) else str(value)


def _short(text: str) -> str:
    """Without zeros at the end of a fraction of a second."""
    head, point, tail = text.partition(".")
    return f"{head}.{tail[:6].rstrip('0')}{tail[6:]}" if point else head


def _duration_text(value: timedelta) -> str:
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{size.microseconds:06}".rstrip("0") if size.microseconds else ""
    clock = "".join((f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""))
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{size.days}D" if size.days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if value < timedelta() else ''}P{text or 'T0S'}"
