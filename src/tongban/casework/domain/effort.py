"""How long a task is expected to take a clerk, in working hours, from how long tasks took before. Pure.

Few observations say little, so each mean is pulled towards the one above it by the credibility formula of
H. Bühlmann ("Experience Rating and Credibility", ASTIN Bulletin 4 (1967) 199-207):

    Z = n / (n + K)
    expected = Z * own mean + (1 - Z) * the mean above

twice: the item's mean in the department is pulled towards the item's promised limit, and the clerk's own mean
towards the item's. `K` is how many observations weigh as much as what is known from above; it is set by hand,
because the variances that would estimate it are not known for a department of a few clerks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from tongban.kernel.calendar import Calendar
from tongban.kernel.clock import Limit, Unit

K: Final = 5.0
DAY_HOURS: Final = 8.0
"""Working hours of a working day (Labour Law art. 36: at most eight a day)."""
OPENS: Final = time(9)
CLOSES: Final = time(17)
"""Between these a working day's hours are counted; a task done in the evening took no office hours."""
SMALLEST: Final = 0.1
"""Working hours; nothing is expected to take less, so that a quick clerk is not given everything."""


def working_hours(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Office hours from `start` to `end` on working days of `calendar`; 0 when `end` is not later."""
    begin, finish = start.astimezone(calendar.zone), end.astimezone(calendar.zone)
    if finish <= begin:
        return 0.0
    if begin.date() == finish.date():
        return _within(begin, finish, calendar)
    first = _within(begin, begin.replace(hour=23, minute=59, second=59), calendar)
    last = _within(finish.replace(hour=0, minute=0, second=0, microsecond=0), finish, calendar)
    between = calendar.workdays_between(begin.date(), finish.date() - timedelta(days=1))
    return first + max(between, 0) * DAY_HOURS + last


def _within(begin: datetime, finish: datetime, calendar: Calendar) -> float:
    """Office hours between two moments of one day."""
    if not calendar.is_workday(begin.date()):
        return 0.0
    opens = datetime.combine(begin.date(), OPENS, begin.tzinfo)
    closes = datetime.combine(begin.date(), CLOSES, begin.tzinfo)
    seconds = (min(finish, closes) - max(begin, opens)).total_seconds()
    return max(seconds, 0.0) / 3600


def without_pauses(
    start: datetime, end: datetime, pauses: Iterable[tuple[datetime, datetime]], calendar: Calendar
) -> float:
    """Office hours from `start` to `end` that were not spent waiting for the applicant."""
    waited = sum(
        working_hours(max(begin, start), min(finish, end), calendar)
        for begin, finish in pauses
        if finish > start and begin < end
    )
    return max(working_hours(start, end, calendar) - waited, 0.0)


def promised_hours(limit: Limit) -> float:
    """A promise in working hours, which is all that is known of an item that nobody has worked yet."""
    if limit.unit is Unit.HOUR:
        return max(float(limit.amount), SMALLEST)
    days = limit.amount if limit.unit is Unit.WORKING_DAY else limit.amount * 5 / 7
    return max(days * DAY_HOURS, DAY_HOURS / 8)  # decided at once: an hour


@dataclass(frozen=True, slots=True)
class Observed:
    """One task that was worked to its end."""

    account_id: int
    item: str
    hours: float


@dataclass(frozen=True, slots=True)
class Effort:
    """What is expected, and on how many of the clerk's own tasks it rests."""

    hours: float
    done: int


class History:
    """The tasks of one department, for the expectations of its clerks."""

    def __init__(self, observed: Sequence[Observed], priors: Mapping[str, float]) -> None:
        """`priors` are the promised hours of every item that may be asked for."""
        self._priors = priors
        self._items: dict[str, list[float]] = {}
        self._own: dict[tuple[int, str], list[float]] = {}
        for one in observed:
            self._items.setdefault(one.item, []).append(one.hours)
            self._own.setdefault((one.account_id, one.item), []).append(one.hours)

    def expected(self, account_id: int, item: str) -> Effort:
        """Working hours that the item is expected to take this clerk."""
        typical = shrunk(self._items.get(item, ()), self._priors.get(item, DAY_HOURS))
        own = self._own.get((account_id, item), ())
        return Effort(max(shrunk(own, typical), SMALLEST), len(own))


def shrunk(observed: Sequence[float], towards: float, k: float = K) -> float:
    """The mean of `observed`, pulled `towards` a value by how few they are."""
    return (sum(observed) + k * towards) / (len(observed) + k)
