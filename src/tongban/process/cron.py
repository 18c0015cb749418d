"""Cron expressions, as some engines write them into timer cycles: the next moment that fits.

Six or seven fields begin with seconds and count the days of the week from Sunday as 1; five fields begin with
minutes and count from Sunday as 0. Of the signs only `* ? , - /` and names are read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_PART = re.compile(r"(?:(\*)|(\d+)(?:-(\d+))?)(?:/(\d+))?\Z")
_YEARS = 8
"""How far ahead a fitting day is looked for: from one 29 February to the next."""


@dataclass(frozen=True, slots=True)
class Cron:
    """The values that each field allows."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    """0 is Sunday. None, as for `days`: any."""
    years: frozenset[int] | None

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The first fitting moment after `moment`; None when there is none within some years."""
        local = moment.astimezone(zone)
        day = local.date()
        for offset in range(366 * _YEARS):
            on = day + timedelta(days=offset)
            if not self._fits(on.year, on.month, on.day, on.isoweekday() % 7):
                continue
            for hour in self.hours:
                for minute in self.minutes:
                    for second in self.seconds:
                        at = datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=zone)
                        if at > local:
                            return at.astimezone(UTC)
        return None

    def _fits(self, year: int, month: int, day: int, weekday: int) -> bool:
        return (
            month in self.months
            and (self.days is None or day in self.days)
            and (self.weekdays is None or weekday in self.weekdays)
            and (self.years is None or year in self.years)
        )


def parse_cron(text: str) -> Cron | None:
    """The expression; None when it is none that is read."""
    fields = text.upper().split()
    if len(fields) not in {5, 6, 7}:
        return None
    quartz = len(fields) > 5  # noqa: PLR2004 - five fields are Unix cron
    seconds = _values(fields.pop(0), 0, 59) if quartz else frozenset((0,))
    minutes, hours = _values(fields[0], 0, 59), _values(fields[1], 0, 23)
    days, months = _values(fields[2], 1, 31), _values(_named(fields[3], _MONTHS, 1), 1, 12)
    weekdays = _values(_named(fields[4], _DAYS, 1 if quartz else 0), 1 if quartz else 0, 7)
    years = _values(fields[5], 1970, 2199) if len(fields) > 5 else frozenset((0,))  # noqa: PLR2004
    if None in {seconds, minutes, hours, days, months, weekdays, years}:
        return None
    return Cron(
        tuple(sorted(seconds or ())),
        tuple(sorted(minutes or ())),
        tuple(sorted(hours or ())),
        None if fields[2] in {"*", "?"} else days,
        months or frozenset(),
        None if fields[4] in {"*", "?"} else frozenset((day - quartz) % 7 for day in weekdays or ()),
        years if len(fields) > 5 else None,  # noqa: PLR2004
    )


def _named(field: str, names: tuple[str, ...], first: int) -> str:
    for number, name in enumerate(names):
        field = field.replace(name, str(number + first))
    return field


def _values(field: str, low: int, high: int) -> frozenset[int] | None:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.match("*" if part == "?" else part)
        if match is None:
            return None
        begin = low if match[1] else int(match[2])
        end = int(match[3]) if match[3] else high if match[1] or match[4] else begin
        step = int(match[4] or 1)
        if not low <= begin <= end <= high or not step:
            return None
        found.update(range(begin, end + 1, step))
    return frozenset(found)
