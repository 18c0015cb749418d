"""Functions that make dates, times and durations, or read their calendar (OMG DMN 1.5, 10.3.4)."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from tongban.rules import far, temporal
from tongban.rules.errors import Fault
from tongban.rules.far import Far, FarDate, FarMoment
from tongban.rules.functions.registry import builtin
from tongban.rules.functions.strings import whole
from tongban.rules.run import Run
from tongban.rules.sentences import said, typed
from tongban.rules.values import Months

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _read(value: Any, what: str) -> Any:
    if value is None:
        raise Fault("argument", said("argument.none_such", kind=typed(what)))
    return value


@builtin("date", "from: string")
def _date(_run: Run, text: str) -> date:
    return _read(temporal.parse_far_date(text), "date")  # type: ignore[no-any-return]


@builtin("date", "from: date | date and time")
def _date_of(_run: Run, value: Any) -> Any:
    if isinstance(value, FarMoment):
        return FarDate(value.cycles, value.near.date())
    return value.date() if isinstance(value, datetime) else value


@builtin("date", "year: number", "month: number", "day: number")
def _date_from(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> Any:
    try:
        return far.day(whole(year, "year"), whole(month, "month"), whole(day, "day"))
    except (ValueError, OverflowError) as error:
        raise Fault("argument", said("argument.no_day")) from error


@builtin("date and time", "from: string")
def _datetime(_run: Run, text: str) -> datetime:
    return _read(temporal.parse_far_datetime(text), "date and time")  # type: ignore[no-any-return]


@builtin("date and time", "from: date | date and time")
def _datetime_of(_run: Run, value: Any) -> Any:
    if isinstance(value, FarDate):
        return FarMoment(value.cycles, datetime.combine(value.near, time()))
    if isinstance(value, FarMoment):
        return value
    return value if isinstance(value, datetime) else datetime.combine(value, time())


@builtin("date and time", "date: date | date and time", "time: time")
def _datetime_from(_run: Run, day: Any, clock: time) -> Any:
    if isinstance(day, Far):
        return FarMoment(day.cycles, datetime.combine(day.near, clock))
    return datetime.combine(day, clock)


@builtin("time", "from: string")
def _time(_run: Run, text: str) -> time:
    return _read(temporal.parse_time(text), "time")  # type: ignore[no-any-return]


@builtin("time", "from: date | date and time | time")
def _time_of(_run: Run, value: Any) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, Far):
        value = value.near
    return value.timetz() if isinstance(value, datetime) else temporal.midnight(value).timetz()


@builtin(
    "time",
    "hour: number",
    "minute: number",
    "second: number",
    "offset: days and time duration?",
)
def _time_from(
    _run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time:
    seconds = int(second) if 0 <= second < 60 else 60  # noqa: PLR2004 - a minute; 60 is refused below
    micro = int((second - seconds) * 1_000_000) if seconds < 60 else 0  # noqa: PLR2004
    try:
        zone = None if offset is None else timezone(offset)
        return time(whole(hour, "hour"), whole(minute, "minute"), seconds, micro, tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise Fault("argument", said("argument.no_clock")) from error


@builtin("duration", "from: string")
def _duration(_run: Run, text: str) -> timedelta | Months:
    return _read(temporal.parse_duration(text), "duration")  # type: ignore[no-any-return]


@builtin("duration", "from: days and time duration | years and months duration")
def _duration_of(_run: Run, value: Any) -> Any:
    return value


@builtin("years and months duration", "from: date | date and time", "to: date | date and time")
def _months(_run: Run, start: date, end: date) -> Months:
    return Months(temporal.months_between(start, end))


@builtin("abs", "n: days and time duration")
def _abs(_run: Run, value: timedelta) -> timedelta:
    return abs(value)


@builtin("day of year", "date: date | date and time")
def _day_of_year(_run: Run, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date: date | date and time")
def _day_of_week(_run: Run, day: date) -> str:
    return _DAYS[day.weekday()]


@builtin("month of year", "date: date | date and time")
def _month_of_year(_run: Run, day: date) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date: date | date and time")
def _week_of_year(_run: Run, day: date) -> Decimal:
    """The week by ISO 8601."""
    return Decimal(day.isocalendar().week)
