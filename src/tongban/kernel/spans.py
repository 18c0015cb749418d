"""Where a limit ends when some days are given back: the arithmetic under `tongban.kernel.clock`.

A *span* is a pair of legal days ``(first, end)``, half-open, on which the clock stood still at midnight.
Spans are disjoint and in order. *Zero* is the day the clock started on, which is not counted.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tongban.kernel.calendar import Calendar

Span = tuple[date, date]

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def workdays_in(calendar: Calendar, zero: date, spans: Sequence[Span]) -> int:
    """Working days after `zero` that lie in the spans."""
    return sum(_workdays(calendar, zero, span) for span in spans)


def days_in(zero: date, spans: Sequence[Span]) -> int:
    """Natural days after `zero` that lie in the spans."""
    return sum(_days(zero, span) for span in spans)


def working_due(calendar: Calendar, zero: date, total: int, spans: Sequence[Span]) -> date:
    """The day on which the `total`-th working day after `zero` ends that lies in no span.

    A total of zero is decided at once: the first such day from `zero` itself on.
    """
    base, count = (zero, total) if total else (zero - _DAY, 1)
    due = calendar.add_workdays(base, count).on
    for span in spans:
        if span[0] > due:
            break  # overdue by then: a pause does not mend that
        if given_back := _workdays(calendar, base, span):
            count += given_back
            due = calendar.add_workdays(base, count).on
    return due


def natural_due(calendar: Calendar, zero: date, total: int, spans: Sequence[Span]) -> tuple[date, date]:
    """The last natural day before and after it has moved off a day off (Civil Code art. 203)."""
    last = zero + timedelta(days=total)
    due = calendar.workday_from(last).on
    for span in spans:
        if span[0] > due:
            break
        if span[0] > last:
            # Every day is used, only art. 203 keeps the limit open, and the day it moved to may be in the
            # span: the department gets the day of resumption.
            last = max(last, span[1])
        else:
            # On day zero nothing is used up that could be given back, save for a limit of zero days.
            last += timedelta(days=_days(zero - _DAY if not total else zero, span))
        due = calendar.workday_from(last).on
    return last, due


def hour_due(start: datetime, total: int, pauses: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The instant at which `total` hours have run outside the pauses; all in UTC."""
    due = start + total * _HOUR
    for paused, resumed in pauses:
        if paused > due:
            break
        due += resumed - paused
    return due


def _workdays(calendar: Calendar, zero: date, span: Span) -> int:
    if span[0] == span[1]:
        return 0  # most pauses begin and end on one day
    return max(0, calendar.workdays_between(max(span[0] - _DAY, zero), span[1] - _DAY))


def _days(zero: date, span: Span) -> int:
    return max(0, (span[1] - max(span[0], zero + _DAY)).days)
