"""When a timer is due: ISO 8601 dates, durations and cycles, and durations in working days.

Working days are counted by the calendar as the law counts them: the day of the beginning is not counted
(Civil Code art. 201), and the limit ends with the last day, so the timer is due at the midnight after
it. They are written `P5WD`, or as a duration with `tongban:workdays="true"`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tongban.kernel.calendar import Calendar
from tongban.rules.temporal import add_months, parse_date, parse_datetime

_DURATION = re.compile(
    r"(?P<sign>[+-])?P(?=.)(?:(?P<years>\d+(?:[.,]\d+)?)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?"
    r"(?:(?P<days>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?\Z"
)
_WORKDAYS = re.compile(r"P(\d{1,5})WD\Z")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z|[+-]\d{2}:?\d{2})?)?\Z")
_CYCLE = re.compile(r"R(-?\d{0,6})\Z")
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: months by the calendar, the rest by the clock; or working days."""

    months: int = 0
    rest: timedelta = timedelta()
    workdays: int | None = None

    @property
    def is_negative(self) -> bool:
        """Whether it leads back; a mixture such as minus a month and a day is not looked into."""
        return self.months < 0 or self.rest < timedelta()

    def times(self, count: int) -> "Span":
        """The duration `count` times; not for working days."""
        return Span(self.months * count, self.rest * count)

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """The moment so much later; the last one the calendar knows when it lies beyond."""
        if self.workdays is not None:
            due = calendar.add_workdays(start.astimezone(calendar.zone).date(), self.workdays).on
            return datetime.combine(due + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
        try:
            local = start.astimezone(calendar.zone)
            moved = add_months(local, self.months) if self.months else local
            return (moved + self.rest).astimezone(UTC) if isinstance(moved, datetime) else _LAST
        except OverflowError:
            return _LAST


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition. `times` None: without end."""

    times: int | None
    every: Span
    text: str
    """The duration as written, kept in the state for the next turn."""
    start: datetime | None = None
    end: datetime | None = None


def parse_span(text: str, *, workdays: bool = False) -> Span | None:
    """An ISO 8601 duration or `P5WD`; nothing when it is none."""
    text = text.strip()
    if match := _WORKDAYS.match(text):
        return Span(workdays=int(match[1]))
    match = _DURATION.match(text)
    if match is None or text in {"P", "PT"} or text.endswith("T"):
        return None
    part = {name: float((value or "0").replace(",", ".")) for name, value in match.groupdict().items()
            if name != "sign"}  # fmt: skip
    sign = -1 if match["sign"] == "-" else 1
    if workdays:
        return Span(workdays=int(part["days"])) if sign > 0 and text == f"P{int(part['days'])}D" else None
    try:
        rest = timedelta(
            weeks=part["weeks"], days=part["days"], hours=part["hours"], minutes=part["minutes"],
            seconds=part["seconds"],
        )  # fmt: skip
    except OverflowError:
        return None
    return Span(sign * int(part["years"] * 12 + part["months"]), sign * rest)


def parse_moment(text: str, calendar: Calendar) -> datetime | None:
    """An ISO 8601 date or moment, in the calendar's zone when it names none; nothing when it is none."""
    text = text.strip()
    if match := _BASIC.match(text):
        text = f"{match[1]}-{match[2]}-{match[3]}"
        if match[4]:
            text += f"T{match[4]}:{match[5]}:{match[6]}{match[7] or ''}"
    if re.search(r"T\d{2}:\d{2}(?=\Z|Z|[+-])", text):
        text = re.sub(r"(T\d{2}:\d{2})", r"\1:00", text)
    made: Any = parse_datetime(text.replace(" ", "T")) or parse_date(text)
    if made is None:
        return None
    if not isinstance(made, datetime):
        made = datetime.combine(made, time())
    moment: datetime = made if made.tzinfo else made.replace(tzinfo=calendar.zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _LAST


def parse_cycle(text: str, calendar: Calendar) -> Cycle | None:
    """`R3/PT10M`, `R/2026-03-02T09:00/P1D`, `R3/P1D/2026-04-01`; nothing when it is none."""
    head, *parts = text.strip().split("/")
    match = _CYCLE.match(head)
    if match is None or not 1 <= len(parts) <= 3:  # noqa: PLR2004 - start, duration, end
        return None
    times = None if match[1] in {"", "-1"} else int(match[1])
    start = end = every = None
    written = ""
    for part in parts:
        if span := parse_span(part):
            if every is not None:
                return None
            every, written = span, part
        elif moment := parse_moment(part, calendar):
            start, end = (moment, end) if every is None and start is None else (start, moment)
        else:
            return None
    if every is None and start and end:  # a start and an end: the distance between them
        every, written = Span(rest=end - start), f"PT{int((end - start).total_seconds())}S"
        end = None
    if every is None or (times is not None and times < 0):
        return None
    return Cycle(times, every, written, start, end)


def written(moment: datetime) -> str:
    """A moment as the state keeps it: UTC, so that text sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str) -> datetime:
    """The inverse of `written`."""
    return datetime.fromisoformat(text)


def day_of(moment: datetime, calendar: Calendar) -> date:
    """The legal day of a moment."""
    return moment.astimezone(calendar.zone).date()
