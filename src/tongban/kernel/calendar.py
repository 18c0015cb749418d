"""Working days as the law counts them, in a version that can be named years later.

Source of the days: the yearly notices of the General Office of the State Council on public holidays, as
collected in the package *chinesecalendar* (MIT), or loaded from a `Notice`. A working day is a weekday that
is no public holiday, or a weekend day that is worked to make up for one (a make-up workday, 调休上班日).

A year whose notice is not published is *unknown*: Monday to Friday is assumed there, and every result that
leans on such a day is provisional and says from which day on. The last days of December (from the 29th)
are known only once the following year's notice is: New Year's arrangements reach back. So a notice that
arrives changes no result that was not provisional.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from tongban.kernel.errors import InvalidInput
from tongban.kernel.notices import REACH_BACK_DAY, Notice, parse_notice

__all__ = ["SHANGHAI", "Calendar", "Due", "Notice", "official", "parse_notice"]

SHANGHAI = ZoneInfo("Asia/Shanghai")

_WORKDAYS_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class Due:
    """A day that was counted to, and how far it can be trusted."""

    on: date
    provisional: bool
    """Whether a day was counted whose holidays are not published yet."""
    guessed_from: date | None = None
    """The first such day; None when the result is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Public holidays and make-up workdays over the years that are known.

    Build it with `official` and `with_notice`; two calendars of one version count alike.
    """

    version: str
    """Names the source of every day, for example ``cn-2026@chinesecalendar-1.11.0+2027:ab12cd34``."""
    zone: ZoneInfo = SHANGHAI
    """Zone in which a legal day begins and ends."""
    known_years: frozenset[int]
    """Years whose notice is in this calendar."""
    holidays: frozenset[date]
    makeup_workdays: frozenset[date]
    notices: tuple[Notice, ...] = ()
    """Notices loaded on top of the base, by year."""
    base: "Calendar | None" = field(default=None, repr=False)
    """The calendar the notices were loaded on; None for a base."""

    # Counting in constant time: working days up to an ordinal = Mon-Fri days up to it, which is arithmetic,
    # plus a prefix sum over the exceptions (-1 for a weekday off, +1 for a weekend day worked).
    _exceptions: list[int] = field(init=False, repr=False, compare=False)
    _shift: list[int] = field(init=False, repr=False, compare=False)
    _count_at: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        change = {day.toordinal(): -1 for day in self.holidays if not _is_weekend(day.toordinal())}
        change |= {day.toordinal(): 1 for day in self.makeup_workdays if _is_weekend(day.toordinal())}
        exceptions = sorted(change)
        shift = [0, *accumulate(change[ordinal] for ordinal in exceptions)]
        object.__setattr__(self, "_exceptions", exceptions)
        object.__setattr__(self, "_shift", shift)
        counts = [_weekdays_until(o) + s for o, s in zip(exceptions, shift[1:], strict=True)]
        object.__setattr__(self, "_count_at", counts)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day; in an unknown year, whether it is Monday to Friday."""
        if day.weekday() >= _WORKDAYS_A_WEEK:
            return day in self.makeup_workdays
        return day not in self.holidays

    def is_known(self, day: date) -> bool:
        """Whether every notice that has a say in `day` is in this calendar."""
        return day.year in self.known_years and (not _reaches_back(day) or day.year + 1 in self.known_years)

    def first_unknown(self, first: date, last: date) -> date | None:
        """The first day from `first` to `last`, both included, that is not known; None when all are."""
        for year in range(first.year, last.year + 1):
            if year not in self.known_years:
                return max(first, date(year, 1, 1))
            if year + 1 not in self.known_years:
                day = max(first, date(year, 12, REACH_BACK_DAY))
                return day if day <= last else None
        return None

    def add_workdays(self, day: date, n: int) -> Due:
        """The `n`-th working day after `day`, which itself is not counted (Civil Code art. 201).

        With ``n = 0`` (decided at once, 即办) it is `day` itself, or the next working day when it is none.

        Raises:
            InvalidInput: ``calendar.range`` for a negative `n` or a day past the year 9999.
        """
        if n < 0:
            raise InvalidInput("calendar.range", "Working days are counted forwards.", hint="Give 0 or more.")
        start = day.toordinal()
        first = start + 1 if n else start
        ordinal = self._nth(self._count(first - 1) + max(n, 1))
        return self._due(first, ordinal)

    def workdays_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and with `b`; negative when `b` is the earlier one."""
        return self._count(b.toordinal()) - self._count(a.toordinal())

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add_workdays(day, 1).on

    def workday_from(self, day: date) -> Due:
        """`day` when it is a working day, else the next one (Civil Code art. 203)."""
        return self.add_workdays(day, 0)

    def with_notice(self, notice: Notice) -> "Calendar":
        """This calendar with one year's notice added or replaced.

        The version follows from the base and the days of the loaded notices alone: the order of loading
        does not matter, and loading the same notice twice changes nothing.
        """
        base = self.base or self
        kept = (loaded for loaded in self.notices if loaded.year != notice.year)
        return _on_base(base, sorted((*kept, notice), key=lambda loaded: loaded.year))

    def _due(self, first: int, ordinal: int) -> Due:
        on = date.fromordinal(ordinal)
        guessed = self.first_unknown(date.fromordinal(first), on)
        return Due(on, guessed is not None, guessed)

    def _count(self, ordinal: int) -> int:
        """Working days from the year 1 up to and with the day of this ordinal."""
        return _weekdays_until(ordinal) + self._shift[bisect_right(self._exceptions, ordinal)]

    def _nth(self, count: int) -> int:
        """The ordinal of the day that is working day number `count`."""
        # The first exception at which that many days are reached: the day lies before it, or is it.
        at = bisect_left(self._count_at, count)
        ordinal = _nth_weekday(count - self._shift[at])
        if at < len(self._exceptions):
            ordinal = min(ordinal, self._exceptions[at])
        if ordinal > date.max.toordinal():
            raise InvalidInput("calendar.range", "The day lies past the year 9999.", hint="Check the limit.")
        return ordinal


@cache
def official() -> Calendar:
    """The calendar of the installed package; its version names the package's and the last known year."""
    import importlib.metadata

    from chinese_calendar.constants import holidays, workdays

    years = frozenset(day.year for day in holidays if (day.month, day.day) == (1, 1))
    package = importlib.metadata.version("chinesecalendar")
    return Calendar(
        version=f"cn-{max(years)}@chinesecalendar-{package}",
        known_years=years,
        holidays=frozenset(holidays),
        makeup_workdays=frozenset(workdays),
    )


def _on_base(base: Calendar, notices: Iterable[Notice]) -> Calendar:
    holidays, makeup = set(base.holidays), set(base.makeup_workdays)
    loaded = tuple(notices)
    for notice in loaded:  # by year: a later notice has the last word on the days it reaches back to
        for days in (holidays, makeup):
            days.difference_update([day for day in days if notice.first_day <= day < notice.end])
        holidays = (holidays | notice.holidays) - notice.makeup_workdays
        makeup = (makeup | notice.makeup_workdays) - notice.holidays
    return Calendar(
        version=base.version + "".join(f"+{notice.year}:{notice.fingerprint}" for notice in loaded),
        zone=base.zone,
        known_years=base.known_years | {notice.year for notice in loaded},
        holidays=frozenset(holidays),
        makeup_workdays=frozenset(makeup),
        notices=loaded,
        base=base,
    )


def _reaches_back(day: date) -> bool:
    return (day.month, day.day) >= (12, REACH_BACK_DAY)


# Ordinal 1, the first of January of the year 1, is a Monday in the proleptic Gregorian calendar.


def _is_weekend(ordinal: int) -> bool:
    return (ordinal - 1) % 7 >= _WORKDAYS_A_WEEK


def _weekdays_until(ordinal: int) -> int:
    weeks, days = divmod(ordinal, 7)
    return _WORKDAYS_A_WEEK * weeks + (days if days < _WORKDAYS_A_WEEK else _WORKDAYS_A_WEEK)  # noqa: FURB136 -- hot


def _nth_weekday(count: int) -> int:
    weeks, days = divmod(count - 1, _WORKDAYS_A_WEEK)
    return 7 * weeks + days + 1
