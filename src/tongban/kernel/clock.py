"""A legal time limit as a pure fold over events: when it is due, what is spent, what is left.

The rules, each with its source:

* **Day zero is not counted.** 按照年、月、日计算期间的，开始的当日不计入，自下一日开始计算 (Civil Code
  art. 201 para. 1). Whether day zero is itself a working day makes no difference.
* **Hours run from the moment.** 按照小时计算期间的，自法律规定或者当事人约定的时间开始计算 (art. 201
  para. 2). They are wall-clock hours, nights and holidays included; a pause moves the end by its duration.
* **The last natural day is never a day off.** 期间的最后一日是法定休假日的，以法定休假日结束的次日为
  期间的最后一日 (art. 203 para. 1): the end moves to the next working day. Weekends are days off, make-up
  workdays are not.
* **The last day ends at midnight.** 期间的最后一日的截止时间为二十四时 (art. 203 para. 2): a limit is overdue
  from the day after its last day.
* **Working days leave out public holidays.** 本法规定的行政机关实施行政许可的期限以工作日计算，不含法定节假日
  (Administrative Licensing Law art. 82).
* **Pauses are not counted.** Time for hearing, tender, auction, inspection, testing, quarantine,
  appraisal and expert review 所需时间不计算在本节规定的期限内 (art. 45).
* **An extension** needs the head of the department and a reason told to the applicant (art. 42).

The law does not say what a pause does to the days on which it begins and ends. The rule here: *a day is used
up when it ends with the clock running.* So the day on which a pause begins is given back, the day on which
work resumes counts, and a pause that begins and ends on one day moves nothing. A pause from Friday 17:00 to
Monday 09:00 gives Friday back: it moves the due date by exactly one working day, never by 2.67 days. A pause
cannot mend a limit that was overdue when it began.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, TypedDict
from zoneinfo import ZoneInfo

from tongban.kernel.calendar import Calendar
from tongban.kernel.spans import Span, days_in, hour_due, natural_due, workdays_in, working_due
from tongban.kernel.tally import (
    ClockEvent,
    Extended,
    Limit,
    Paused,
    Resumed,
    Started,
    State,
    Stopped,
    Tally,
    Unit,
    check_instant,
    tally,
)

__all__ = [
    "ClockEvent",
    "ClockState",
    "Extended",
    "Limit",
    "Paused",
    "Resumed",
    "Started",
    "State",
    "Stopped",
    "Tally",
    "Unit",
    "fold",
    "read",
    "tally",
]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """A clock as it reads at one instant. Units of `spent`, `left` and `total` are those of the limit."""

    state: State
    unit: Unit
    total: int
    """The limit with its extensions."""
    due_on: date | None
    """Last legal day; while paused, the one that follows if the clock resumed now; None before the start."""
    due_at: datetime | None
    """Last instant in UTC, rounded up to the minute; for limits in hours only."""
    spent: int
    """Used so far, today included while the clock runs; whole hours for hours."""
    left: int
    """What remains after `spent`, with the days that art. 203 adds; 0 on the last day, negative after it."""
    overdue: bool
    provisional: bool
    """Whether the due date leans on days whose holidays are not published yet."""
    guessed_from: date | None
    """The first such day."""
    calendar_version: str
    paused_days: int
    """Days of the limit's unit given back by pauses (for hours: working days, as information only)."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON with the field names of this class; dates ISO 8601, the instant RFC 3339."""
        return {
            "state": self.state.value,
            "unit": self.unit.value,
            "total": self.total,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "due_at": self.due_at.isoformat().replace("+00:00", "Z") if self.due_at else None,
            "spent": self.spent,
            "left": self.left,
            "overdue": self.overdue,
            "provisional": self.provisional,
            "guessed_from": self.guessed_from.isoformat() if self.guessed_from else None,
            "calendar_version": self.calendar_version,
            "paused_days": self.paused_days,
        }


def fold(limit: Limit, events: Iterable[ClockEvent], calendar: Calendar, now: datetime) -> ClockState:
    """The clock as it reads at `now`; events later than `now` are not looked at.

    So the due date is a function of the event log at any instant: folding with an earlier `now` shows what
    was known then. Raises Conflict ``clock.*`` for events that contradict each other.
    """
    check_instant(now)
    return read(limit, tally(events, now), calendar, now)


def read(limit: Limit, facts: Tally, calendar: Calendar, now: datetime) -> ClockState:
    """The clock of a limit as it reads at `now`, from a tally that was kept."""
    check_instant(now)
    total = limit.amount + facts.extra
    if facts.started is None:
        return ClockState(
            state=State.NOT_STARTED,
            unit=limit.unit,
            total=total,
            due_on=None,
            due_at=None,
            spent=0,
            left=total,
            overdue=False,
            provisional=False,
            guessed_from=None,
            calendar_version=calendar.version,
            paused_days=0,
        )
    until = facts.stopped or now
    figures = _FIGURES[limit.unit]
    return ClockState(
        state=facts.state(),
        unit=limit.unit,
        total=total,
        calendar_version=calendar.version,
        **figures(total, facts, facts.started, calendar, until),
    )


class _Figures(TypedDict):
    due_on: date
    due_at: datetime | None
    spent: int
    left: int
    overdue: bool
    provisional: bool
    guessed_from: date | None
    paused_days: int


def _working_days(
    total: int, facts: Tally, started: datetime, calendar: Calendar, until: datetime
) -> _Figures:
    zero, today, spans = _legal_days(facts, started, calendar.zone, until)
    due = working_due(calendar, zero, total, spans.until_today)
    paused = workdays_in(calendar, zero, spans.past_today)
    return _figures(
        total=total,
        due=due,
        guessed=calendar.first_unknown(min(zero + _DAY, due), due),
        spent=calendar.workdays_between(zero, today) - paused,
        until_due=calendar.workdays_between(today, due),
        overdue=today > due,
        paused=paused,
        halted=facts.paused_since is not None,
    )


def _natural_days(
    total: int, facts: Tally, started: datetime, calendar: Calendar, until: datetime
) -> _Figures:
    zero, today, spans = _legal_days(facts, started, calendar.zone, until)
    last, due = natural_due(calendar, zero, total, spans.until_today)
    paused = days_in(zero, spans.past_today)
    return _figures(
        total=total,
        due=due,
        guessed=calendar.first_unknown(last, due),
        spent=(today - zero).days - paused,
        until_due=(due - today).days,
        overdue=today > due,
        paused=paused,
        halted=facts.paused_since is not None,
    )


class _Spans(NamedTuple):
    """The legal days a clock stood still, with an open pause read in two ways."""

    until_today: list[Span]
    """For the due date: today can be worked, if the clock resumes."""
    past_today: list[Span]
    """For what is used: today is not used up while the clock stands still."""


def _legal_days(
    facts: Tally, started: datetime, zone: ZoneInfo, until: datetime
) -> tuple[date, date, _Spans]:
    zero, today = _legal_day(started, zone), _legal_day(until, zone)
    ended = [(_legal_day(paused, zone), _legal_day(resumed, zone)) for paused, resumed in facts.pauses]
    if facts.paused_since is None:
        return zero, today, _Spans(ended, ended)
    first = _legal_day(facts.paused_since, zone)
    return zero, today, _Spans([*ended, (first, today)], [*ended, (first, today + _DAY)])


def _figures(
    *,
    total: int,
    due: date,
    guessed: date | None,
    spent: int,
    until_due: int,
    overdue: bool,
    paused: int,
    halted: bool,
) -> _Figures:
    left = total - spent
    if not overdue:
        # Art. 203 and a limit of zero days can end later than the bare count; those days are left as well.
        # While the clock stands still, what is left stays as it is.
        left = max(0, left) if halted else until_due
    return {
        "due_on": due,
        "due_at": None,
        "spent": spent,
        "left": left,
        "overdue": overdue,
        "provisional": guessed is not None,
        "guessed_from": guessed,
        "paused_days": paused,
    }


def _hours(total: int, facts: Tally, started: datetime, calendar: Calendar, until: datetime) -> _Figures:
    """A limit in hours: wall-clock time in UTC, no calendar but for the date shown."""
    start, end = started.astimezone(UTC), until.astimezone(UTC)
    pauses = [(a.astimezone(UTC), b.astimezone(UTC)) for a, b in facts.pauses]
    if facts.paused_since is not None:
        pauses.append((facts.paused_since.astimezone(UTC), end))
    due = _up_to_the_minute(hour_due(start, total, pauses))
    spent = (end - start - sum((b - a for a, b in pauses), timedelta())) // _HOUR
    overdue = end > due
    zone = calendar.zone
    zero, spans = _legal_day(start, zone), [(_legal_day(a, zone), _legal_day(b, zone)) for a, b in pauses]
    return {
        "due_on": _legal_day(due, zone),
        "due_at": due,
        "spent": spent,
        "left": total - spent if overdue else max(0, total - spent),
        "overdue": overdue,
        "provisional": False,
        "guessed_from": None,
        "paused_days": workdays_in(calendar, zero, spans),
    }


def _legal_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _up_to_the_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + _MINUTE


_FIGURES = {Unit.WORKING_DAY: _working_days, Unit.NATURAL_DAY: _natural_days, Unit.HOUR: _hours}
