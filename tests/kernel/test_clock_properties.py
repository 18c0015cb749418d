"""The clock against a naive model that walks day by day, over random event logs."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongban.kernel.calendar import SHANGHAI, official
from tongban.kernel.clock import (
    ClockEvent,
    Extended,
    Limit,
    Paused,
    Resumed,
    Started,
    Unit,
    fold,
    read,
    tally,
)

DAY = timedelta(days=1)
day_limits = st.builds(Limit, st.integers(1, 40), st.sampled_from([Unit.WORKING_DAY, Unit.NATURAL_DAY]))
limits = st.builds(Limit, st.integers(0, 60), st.sampled_from(Unit))
# Around Spring Festival and National Day, with make-up workdays; steps of hours so that pauses begin and end
# on one day, over nights, weekends and weeks.
starts = st.builds(
    lambda base, hours: datetime.combine(base, time(9), SHANGHAI) + timedelta(hours=hours),
    st.sampled_from([date(2026, 1, 30), date(2025, 9, 20), date(2026, 9, 18)]),
    st.integers(0, 600),
)


@st.composite
def logs(draw: st.DrawFn) -> list[ClockEvent]:
    """A start, up to four pauses of which the last may still be open, perhaps an extension."""
    at = draw(starts)
    events: list[ClockEvent] = [Started(at)]
    for _ in range(draw(st.integers(0, 4))):
        at += timedelta(hours=draw(st.integers(1, 150)))
        events.append(Paused(at, "correction", "art. 32"))
        at += timedelta(hours=draw(st.integers(1, 300)))
        events.append(Resumed(at))
    if draw(st.booleans()) and len(events) > 1:
        events.pop()
    if draw(st.booleans()):
        later = events[-1].at + timedelta(hours=draw(st.integers(0, 50)))
        events.append(Extended(later, draw(st.integers(1, 20)), "complex", "art. 42"))
    return events


def naive(limit: Limit, events: list[ClockEvent], now: datetime) -> tuple[date, int, int]:  # noqa: C901 -- plain on purpose
    """Due date, days used and days given back, found by asking at every midnight whether the clock runs."""
    calendar = official()
    pauses: list[tuple[datetime, datetime]] = []
    total = limit.amount
    for event in events:
        match event:
            case Paused(at):
                pauses.append((at, datetime.max.replace(tzinfo=SHANGHAI)))
            case Resumed(at):
                pauses[-1] = (pauses[-1][0], at)
            case Extended(_, amount):
                total += amount
    zero, today = events[0].at.astimezone(SHANGHAI).date(), now.astimezone(SHANGHAI).date()

    def counts(day: date) -> bool:
        return limit.unit is Unit.NATURAL_DAY or calendar.is_workday(day)

    def stands(day: date, *, resumed_today: bool) -> bool:
        midnight = datetime.combine(day + DAY, time(), SHANGHAI)
        return any(
            a < midnight <= b and not (resumed_today and b.year == 9999 and day >= today) for a, b in pauses
        )

    spent = paused = 0
    day = zero + DAY
    while day <= today:
        if counts(day):
            still = stands(day, resumed_today=False)
            paused, spent = paused + still, spent + (not still)
        day += DAY
    day, left = zero, total
    while left:
        day += DAY
        left -= counts(day) and not stands(day, resumed_today=True)
    while limit.unit is Unit.NATURAL_DAY and (
        not calendar.is_workday(day) or stands(day, resumed_today=True)
    ):
        day += DAY
    return day, spent, paused


@given(day_limits, logs(), st.integers(0, 1500))
def test_the_fold_equals_walking_day_by_day(limit: Limit, events: list[ClockEvent], hours: int) -> None:
    """Due date, spent and paused days are what someone with a wall calendar and a pencil finds."""
    now = events[-1].at + timedelta(hours=hours)
    state = fold(limit, events, official(), now)

    assert (state.due_on, state.spent, state.paused_days) == naive(limit, events, now)
    assert state.overdue == (now.astimezone(SHANGHAI).date() > naive(limit, events, now)[0])
    if limit.unit is Unit.WORKING_DAY and not (state.overdue and state.paused_days):
        assert state.spent + state.left == state.total


@given(limits, logs(), st.integers(0, 1500))
def test_a_due_date_is_never_before_the_start(limit: Limit, events: list[ClockEvent], hours: int) -> None:
    """Nothing is due before it began, and nothing that is not overdue has less than nothing left."""
    state = fold(limit, events, official(), events[-1].at + timedelta(hours=hours))

    assert state.due_on is not None
    assert state.due_on >= events[0].at.date()
    assert state.overdue or state.left >= 0


@given(limits, logs(), st.data())
def test_one_pause_more_is_never_earlier(limit: Limit, events: list[ClockEvent], data: st.DataObject) -> None:
    """Taking a pause out of the log never makes the due date later."""
    pauses = [(a, b) for a, b in pairwise(events) if isinstance(a, Paused) and isinstance(b, Resumed)]
    assume(pauses)
    gone = data.draw(st.sampled_from(pauses))
    now = events[-1].at
    without = fold(limit, [event for event in events if event not in gone], official(), now)
    state = fold(limit, events, official(), now)

    assert state.due_on is not None
    assert without.due_on is not None
    assert (state.due_on, state.due_at or now) >= (without.due_on, without.due_at or now)


@given(st.integers(1, 40), logs())
def test_a_pause_shifts_by_exactly_the_working_days_paused(amount: int, events: list[ClockEvent]) -> None:
    """Without pauses the same limit, lengthened by the working days paused, ends on the same day."""
    now = events[-1].at
    state = fold(Limit(amount), events, official(), now)
    assume(not state.overdue and not isinstance(events[-1], Paused))
    unpaused = [event for event in events if not isinstance(event, Paused | Resumed)]
    assume(fold(Limit(amount), events, official(), now).state != "paused")

    longer = fold(Limit(amount + state.paused_days), unpaused, official(), now)

    # Pauses that began after the due date do not count, and then the clock was overdue.
    assert state.due_on == longer.due_on


@given(limits, logs(), st.randoms(), st.integers(0, 500))
def test_order_and_repetition_do_not_matter(
    limit: Limit, events: list[ClockEvent], random: "object", hours: int
) -> None:
    """Messages that arrive in any order, some twice, give the same clock."""
    now = events[-1].at + timedelta(hours=hours)
    shuffled = [*events, *events[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert fold(limit, shuffled, official(), now) == fold(limit, events, official(), now)


@given(limits, logs(), st.integers(0, 10))
def test_a_kept_tally_goes_on_where_it_stopped(limit: Limit, events: list[ClockEvent], cut: int) -> None:
    """Folding the first events, keeping the tally and adding the rest one by one gives the same clock."""
    now = events[-1].at
    kept = tally(events[: cut % len(events) + 1], now)
    for event in events[cut % len(events) + 1 :]:
        kept = kept.then(event)

    assert read(limit, kept, official(), now) == fold(limit, events, official(), now)


@given(limits, logs(), st.integers(0, 400), st.integers(0, 400))
def test_a_stopped_or_paused_clock_is_frozen(
    limit: Limit, events: list[ClockEvent], soon: int, later: int
) -> None:
    """While a clock is paused, nothing is spent and what is left stays."""
    state = fold(limit, events, official(), events[-1].at + timedelta(hours=soon))
    assume(state.state == "paused")
    then = fold(limit, events, official(), events[-1].at + timedelta(hours=soon + later))

    assert (then.spent, then.left, then.overdue) == (state.spent, state.left, state.overdue)
    assert replace(then, due_on=state.due_on, due_at=state.due_at, paused_days=state.paused_days) == replace(
        state, provisional=then.provisional, guessed_from=then.guessed_from
    )


def test_a_tally_refuses_what_is_out_of_order() -> None:
    """An event added to a kept tally must not be earlier than the last one."""
    from tongban.kernel.errors import Conflict

    at = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    with pytest.raises(Conflict) as caught:
        tally([Started(at)], at).then(Paused(at - DAY, "r", "l"))

    assert caught.value.code == "clock.order"
