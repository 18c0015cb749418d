"""How long a task is expected to take: office hours only, and few observations say little."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.casework.domain.effort import (
    History,
    Observed,
    promised_hours,
    shrunk,
    without_pauses,
    working_hours,
)
from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    """A moment in Chinese time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 09:00", "2026-11-23 11:30", 2.5),
        ("2026-11-23 18:00", "2026-11-23 20:00", 0),
        ("2026-11-23 16:00", "2026-11-24 10:00", 2),
        ("2026-11-20 16:00", "2026-11-23 10:00", 2),  # over a weekend
        ("2026-09-30 16:00", "2026-10-08 10:00", 2),  # over the National Day
        ("2026-11-23 09:00", "2026-11-26 17:00", 32),
        ("2026-11-24 09:00", "2026-11-23 09:00", 0),
        ("2026-11-21 10:00", "2026-11-22 10:00", 0),
    ],
)
def test_only_office_hours_count(start: str, end: str, hours: float) -> None:
    """Nights, weekends and holidays took nobody's time."""
    assert working_hours(at(start), at(end), official()) == pytest.approx(hours)


def test_waiting_for_the_applicant_is_no_work() -> None:
    """A correction of two working days takes its hours out."""
    pause = (at("2026-11-23 13:00"), at("2026-11-25 13:00"))
    spent = without_pauses(at("2026-11-23 09:00"), at("2026-11-25 17:00"), [pause], official())
    assert spent == pytest.approx(8)


FIRST = dt.datetime(2026, 1, 1, tzinfo=SHANGHAI)
moments = st.integers(0, 353 * 24 * 60).map(lambda minutes: FIRST + dt.timedelta(minutes=minutes))


@given(moments, moments, moments)
def test_hours_add_up(a: dt.datetime, b: dt.datetime, c: dt.datetime) -> None:
    """From a to c is from a to b and from b to c."""
    first, second, third = sorted((a, b, c))
    calendar = official()
    parts = working_hours(first, second, calendar) + working_hours(second, third, calendar)
    assert working_hours(first, third, calendar) == pytest.approx(parts, abs=0.01)


@pytest.mark.parametrize(
    ("limit", "hours"),
    [
        (Limit(2, Unit.WORKING_DAY), 16),
        (Limit(0, Unit.WORKING_DAY), 1),
        (Limit(7, Unit.NATURAL_DAY), 40),
        (Limit(3, Unit.HOUR), 3),
    ],
)
def test_a_promise_is_what_is_known_at_first(limit: Limit, hours: float) -> None:
    """An item that nobody has worked yet is expected to take what was promised."""
    assert promised_hours(limit) == pytest.approx(hours)
    assert History([], {"permit": promised_hours(limit)}).expected(1, "permit").hours == pytest.approx(hours)


@given(st.lists(st.floats(0.1, 100), max_size=20), st.floats(0.1, 100))
def test_a_mean_is_pulled_towards_what_is_known_from_above(observed: list[float], towards: float) -> None:
    """It lies between the own mean and the one above, and comes nearer to the own with each observation."""
    found = shrunk(observed, towards)
    own = sum(observed) / len(observed) if observed else towards
    assert min(own, towards) - 1e-9 <= found <= max(own, towards) + 1e-9
    assert abs(shrunk([own] * (len(observed) + 1), towards) - own) <= abs(found - own) + 1e-9


def test_one_quick_task_does_not_make_a_quick_clerk() -> None:
    """One task in an hour, where the department needs eight: nearly seven are expected the next time."""
    seen = [Observed(2, "permit", 8.0)] * 50 + [Observed(1, "permit", 1.0)]
    history = History(seen, {"permit": 8.0})
    once = history.expected(1, "permit")
    assert once.done == 1
    assert 6.5 < once.hours < 7.0
    often = History(seen + [Observed(1, "permit", 1.0)] * 40, {"permit": 8.0}).expected(1, "permit")
    assert often.hours < 2
