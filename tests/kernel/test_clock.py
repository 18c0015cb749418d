import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tongban.kernel.calendar import Calendar, official, parse_notice
from tongban.kernel.clock import (
    ClockEvent,
    ClockState,
    Extended,
    Limit,
    Paused,
    Resumed,
    Started,
    State,
    Stopped,
    Unit,
    fold,
)
from tongban.kernel.errors import Conflict, InvalidInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = ("materials to be corrected", "Administrative Licensing Law art. 32")


def at(text: str) -> datetime:
    """An instant in Shanghai, written ``2026-03-06 17:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def pause(text: str) -> Paused:
    """A pause with reason and legal basis."""
    return Paused(at(text), *WHY)


def read(limit: Limit, now: str, *events: Any, calendar: Calendar | None = None) -> ClockState:
    """The clock with these events as it reads at `now`."""
    return fold(limit, events, calendar or official(), at(now))


def the_days_until_2026() -> Calendar:
    """The official days as they were known in 2026, whatever newer years the installed package has."""
    calendar = official()
    return Calendar(
        version="cn-2026.test",
        known_years=frozenset(year for year in calendar.known_years if year <= 2026),
        holidays=frozenset(day for day in calendar.holidays if day < date(2026, 12, 29)),
        makeup_workdays=frozenset(day for day in calendar.makeup_workdays if day < date(2026, 12, 29)),
    )


# Five clocks that other systems got wrong: each is a named test.


def test_open_zaak_resumption_moves_by_working_days_paused() -> None:
    """Twenty working days cross National Day week, and a resumption moves the date by working days paused."""
    start = Started(at("2026-09-21 10:00"))
    plain = read(Limit(20), "2026-09-21 10:00", start)
    resumed = [start, pause("2026-09-23 10:00"), Resumed(at("2026-10-09 09:00"))]

    # 25-27 September and 1-7 October off, Saturday 10 October worked.
    assert plain.due_on == date(2026, 10, 26)
    # Given back: 23, 24, 28, 29, 30 September and 8 October, not the sixteen calendar days.
    paused = read(Limit(20), "2026-10-09 10:00", *resumed)
    assert paused.paused_days == 6
    assert paused.due_on == date(2026, 11, 3)


def test_signals_due_on_a_holiday_is_due_on_the_first_workday_after() -> None:
    """A limit that would end on 1 October ends on the first working day after the holiday."""
    start = Started(at("2026-09-30 16:00"))

    assert read(Limit(1), "2026-09-30 16:00", start).due_on == date(2026, 10, 8)
    natural = Limit(1, Unit.NATURAL_DAY)
    assert read(natural, "2026-09-30 16:00", start).due_on == date(2026, 10, 8)


def test_digit_waiting_for_the_citizen_costs_the_department_nothing() -> None:
    """While the citizen mends the form for a month, the department's days stay as they are."""
    events = [Started(at("2026-03-02 09:00")), pause("2026-03-04 11:00")]
    before = read(Limit(5), "2026-03-04 11:00", *events)
    after = read(Limit(5), "2026-04-07 15:00", *events)

    assert (before.spent, before.left) == (after.spent, after.left) == (1, 4)
    assert not after.overdue
    resumed = read(Limit(5), "2026-04-07 15:00", *events, Resumed(at("2026-04-07 15:00")))
    assert resumed.due_on == after.due_on == date(2026, 4, 10)
    assert resumed.left == 3  # today is used from the moment work resumes


def test_epoint_a_pause_over_a_weekend_moves_whole_working_days() -> None:
    """A pause from Friday 17:00 to Monday 09:00 moves the due date by one working day, not by 2.67 days."""
    start = Started(at("2026-03-02 09:00"))
    plain = read(Limit(7), "2026-03-02 09:00", start)
    moved = read(
        Limit(7), "2026-03-09 09:00", start, pause("2026-03-06 17:00"), Resumed(at("2026-03-09 09:00"))
    )

    assert plain.due_on == date(2026, 3, 11)
    assert moved.due_on == date(2026, 3, 12)
    assert moved.paused_days == 1


def test_eregistrations_the_due_date_follows_from_the_log_at_any_instant() -> None:
    """The due date can be asked for at any moment, also of the past, and follows from the events so far."""
    events = [Started(at("2026-03-02 09:00")), pause("2026-03-04 11:00"), Resumed(at("2026-03-06 09:00"))]
    asked = [
        "2026-03-01 09:00",
        "2026-03-02 09:00",
        "2026-03-04 12:00",
        "2026-03-05 12:00",
        "2026-03-06 12:00",
    ]

    due = [read(Limit(3), now, *events).due_on for now in asked]

    assert due == [None, date(2026, 3, 5), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9)]


# The law's own cases.


def test_day_zero_is_not_counted() -> None:
    """Civil Code art. 201: accepted on Monday, one working day ends on Tuesday at midnight."""
    start = Started(at("2026-03-02 00:00"))

    state = read(Limit(1), "2026-03-02 23:59", start)
    assert (state.due_on, state.spent, state.left) == (date(2026, 3, 3), 0, 1)
    assert not read(Limit(1), "2026-03-03 23:59", start).overdue
    assert read(Limit(1), "2026-03-04 00:00", start).overdue


def test_the_legal_day_is_that_of_shanghai() -> None:
    """An application at 17:00 UTC on Monday was made on Tuesday."""
    state = fold(
        Limit(1),
        [Started(datetime(2026, 3, 2, 17, tzinfo=UTC))],
        official(),
        datetime(2026, 3, 3, tzinfo=UTC),
    )

    assert state.due_on == date(2026, 3, 4)


def test_a_natural_limit_never_ends_on_a_day_off() -> None:
    """Civil Code art. 203: a limit that ends on a Saturday ends on Monday, on a make-up Saturday it stays."""
    thirty = Limit(30, Unit.NATURAL_DAY)

    assert read(thirty, "2026-02-05 09:00", Started(at("2026-02-05 09:00"))).due_on == date(2026, 3, 9)
    assert read(thirty, "2026-01-15 09:00", Started(at("2026-01-15 09:00"))).due_on == date(2026, 2, 14)


def test_the_days_that_article_203_adds_are_left_too() -> None:
    """On the Saturday that the limit moved away from, two days are left and nothing is overdue."""
    start = Started(at("2026-02-05 09:00"))
    state = read(Limit(30, Unit.NATURAL_DAY), "2026-03-07 12:00", start)

    assert (state.spent, state.left, state.overdue) == (30, 2, False)


def test_a_pause_on_a_day_off_at_the_end_keeps_the_last_day_open() -> None:
    """A natural limit paused on the Sunday that art. 203 bridges ends on the day work resumes."""
    events = [
        Started(at("2026-02-05 09:00")),
        pause("2026-03-08 09:00"),
        Resumed(at("2026-03-11 09:00")),
    ]

    assert read(Limit(30, Unit.NATURAL_DAY), "2026-03-11 10:00", *events).due_on == date(2026, 3, 11)


def test_hours_run_from_the_moment_and_a_pause_moves_them_by_its_duration() -> None:
    """Twenty-four hours run through night and weekend; a pause of ninety minutes moves the end by as much."""
    day = Limit(24, Unit.HOUR)
    events = [
        Started(at("2026-03-06 16:00:30")),
        pause("2026-03-06 17:00"),
        Resumed(at("2026-03-06 18:30")),
    ]
    state = read(day, "2026-03-07 10:00", *events)

    assert state.due_at == at("2026-03-07 17:31").astimezone(UTC)  # rounded up to the minute
    assert (state.due_on, state.spent, state.left, state.provisional) == (date(2026, 3, 7), 16, 8, False)
    assert not read(day, "2026-03-07 17:31", *events).overdue
    assert read(day, "2026-03-07 17:32", *events).overdue


def test_hours_stand_still_while_paused() -> None:
    """A paused limit in hours shows the end that follows if it resumed now."""
    events = [Started(at("2026-03-06 09:00")), pause("2026-03-06 11:00")]
    state = read(Limit(4, Unit.HOUR), "2026-03-08 11:00", *events)

    assert state.due_at == at("2026-03-08 13:00").astimezone(UTC)
    assert (state.spent, state.left, state.overdue, state.paused_days) == (2, 2, False, 0)


def test_a_make_up_saturday_counts() -> None:
    """Over Spring Festival 2026 the make-up Saturdays 14 and 28 February are working days."""
    assert read(Limit(5), "2026-02-13 09:00", Started(at("2026-02-13 09:00"))).due_on == date(2026, 2, 27)
    assert read(Limit(6), "2026-02-13 09:00", Started(at("2026-02-13 09:00"))).due_on == date(2026, 2, 28)


def test_a_pause_on_a_make_up_saturday_gives_it_back() -> None:
    """A pause over Saturday 28 February 2026 gives back one day; over an ordinary Saturday none."""
    start = Started(at("2026-02-25 09:00"))
    worked = [start, pause("2026-02-28 00:00"), Resumed(at("2026-03-02 08:00"))]
    ordinary = [start, pause("2026-03-07 00:00"), Resumed(at("2026-03-09 08:00"))]

    assert read(Limit(10), "2026-03-10 09:00", *worked).paused_days == 1
    assert read(Limit(10), "2026-03-10 09:00", *ordinary).paused_days == 0


def test_a_pause_over_the_long_holiday_gives_back_only_its_working_days() -> None:
    """Mid-Autumn and National Day 2025: eight days off between a pause and its end give back one day."""
    start = Started(at("2025-09-29 09:00"))
    events = [start, pause("2025-09-30 17:00"), Resumed(at("2025-10-09 09:00"))]

    assert read(Limit(5), "2025-09-29 09:00", start).due_on == date(2025, 10, 13)
    state = read(Limit(5), "2025-10-09 10:00", *events)
    assert (state.paused_days, state.due_on) == (1, date(2025, 10, 14))


def test_started_on_a_day_off() -> None:
    """Applied on a Saturday: the first working day is Monday."""
    assert read(Limit(1), "2026-03-07 10:00", Started(at("2026-03-07 10:00"))).due_on == date(2026, 3, 9)


def test_a_limit_into_an_unpublished_year_is_recomputed_with_the_notice() -> None:
    """The due date says that it is a guess, and since when; with the notice it is final, in a new version."""
    events = [Started(at("2026-12-21 09:00"))]
    guess = read(Limit(20), "2026-12-21 09:00", *events, calendar=the_days_until_2026())
    notice = parse_notice("year: 2027\nsource: made up\nholidays: [2027-01-01..2027-01-05]")
    final = read(Limit(20), "2026-12-21 09:00", *events, calendar=the_days_until_2026().with_notice(notice))

    assert (guess.due_on, guess.provisional) == (date(2027, 1, 18), True)
    assert guess.guessed_from == date(2026, 12, 29)
    assert (final.due_on, final.provisional, final.guessed_from) == (date(2027, 1, 21), False, None)
    assert guess.calendar_version == "cn-2026.test"
    assert final.calendar_version == f"cn-2026.test+2027:{notice.fingerprint}"


def test_a_natural_limit_is_a_guess_only_where_its_last_day_is() -> None:
    """Natural days count alike in every year; only the last day's being off is unknown."""
    calendar, start = the_days_until_2026(), Started(at("2026-12-21 09:00"))

    into = read(Limit(20, Unit.NATURAL_DAY), "2026-12-21 09:00", start, calendar=calendar)
    assert (into.due_on, into.guessed_from) == (date(2027, 1, 11), date(2027, 1, 10))
    assert not read(Limit(7, Unit.NATURAL_DAY), "2026-12-21 09:00", start, calendar=calendar).provisional


def test_decided_at_once() -> None:
    """An item decided at once is due the same day, on a Saturday on Monday."""
    monday = read(Limit(0), "2026-03-02 09:00", Started(at("2026-03-02 09:00")))
    saturday = read(Limit(0), "2026-03-07 09:00", Started(at("2026-03-07 09:00")))

    assert (monday.due_on, monday.left, monday.overdue) == (date(2026, 3, 2), 0, False)
    assert (saturday.due_on, saturday.left, saturday.overdue) == (date(2026, 3, 9), 1, False)
    paused = [Started(at("2026-03-02 09:00")), pause("2026-03-02 10:00"), Resumed(at("2026-03-04 10:00"))]
    for unit in (Unit.WORKING_DAY, Unit.NATURAL_DAY):
        assert read(Limit(0, unit), "2026-03-04 12:00", *paused).due_on == date(2026, 3, 4)


def test_an_extension_lengthens_the_limit() -> None:
    """Ten working days more, granted in time, move the due date by ten working days."""
    events = [Started(at("2026-03-02 09:00")), Extended(at("2026-03-05 09:00"), 10, "complex", "art. 42")]
    state = read(Limit(20), "2026-03-05 10:00", *events)

    assert (state.total, state.due_on, state.spent, state.left) == (30, date(2026, 4, 14), 3, 27)


def test_a_stopped_clock_stays_as_it_was() -> None:
    """Once done, what was spent and what was left never change, and it is never overdue later."""
    events = [Started(at("2026-03-02 09:00")), Stopped(at("2026-03-05 16:00"))]
    then, later = read(Limit(5), "2026-03-05 16:00", *events), read(Limit(5), "2027-01-01 00:00", *events)

    assert then == later
    assert (then.state, then.spent, then.left, then.overdue) == (State.STOPPED, 3, 2, False)


def test_stopped_too_late_is_overdue_for_ever() -> None:
    """A decision two working days late says so."""
    state = read(
        Limit(5), "2026-04-01 09:00", Started(at("2026-03-02 09:00")), Stopped(at("2026-03-11 09:00"))
    )

    assert (state.due_on, state.spent, state.left, state.overdue) == (date(2026, 3, 9), 7, -2, True)


def test_stopped_while_paused_keeps_the_days_of_the_pause() -> None:
    """An application withdrawn during a correction leaves the department's days as they were."""
    events = [Started(at("2026-03-02 09:00")), pause("2026-03-04 09:00"), Stopped(at("2026-03-20 09:00"))]
    state = read(Limit(5), "2026-05-20 09:00", *events)

    assert (state.state, state.spent, state.left, state.overdue) == (State.STOPPED, 1, 4, False)


def test_a_pause_does_not_mend_what_was_overdue() -> None:
    """A pause that begins after the due date leaves the due date where it was."""
    events = [Started(at("2026-03-02 09:00")), pause("2026-03-10 09:00"), Resumed(at("2026-03-20 09:00"))]
    state = read(Limit(5), "2026-03-20 10:00", *events)

    assert (state.due_on, state.overdue, state.left) == (date(2026, 3, 9), True, -1)


def test_a_pause_on_the_last_day_gives_it_back() -> None:
    """Paused at noon of the last day, the department has the day on which work resumes."""
    events = [Started(at("2026-03-02 09:00")), pause("2026-03-09 12:00"), Resumed(at("2026-03-14 09:00"))]

    assert read(Limit(5), "2026-03-14 10:00", *events).due_on == date(2026, 3, 16)


def test_two_pauses_on_one_day_give_it_back_once() -> None:
    """A day that was paused twice is one day."""
    events = [
        Started(at("2026-03-02 09:00")),
        pause("2026-03-04 09:00"),
        Resumed(at("2026-03-04 10:00")),
        pause("2026-03-04 16:00"),
        Resumed(at("2026-03-05 09:00")),
    ]

    assert read(Limit(5), "2026-03-05 12:00", *events).paused_days == 1


def test_events_may_arrive_in_any_order_and_twice() -> None:
    """Messages that come late or twice change nothing."""
    events: list[ClockEvent] = [
        Started(at("2026-03-02 09:00")),
        pause("2026-03-04 11:00"),
        Resumed(at("2026-03-06 09:00")),
        Extended(at("2026-03-06 09:00"), 2, "complex", "art. 42"),
        pause("2026-03-06 09:00"),
        Resumed(at("2026-03-07 09:00")),
    ]
    expected = read(Limit(5), "2026-03-09 09:00", *events)

    for order in itertools.permutations(events):
        assert read(Limit(5), "2026-03-09 09:00", *order, *order[:2]) == expected


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([Resumed(at("2026-03-03 09:00"))], "clock.not_started"),
        ([Started(at("2026-03-02 09:00")), Resumed(at("2026-03-03 09:00"))], "clock.not_paused"),
        ([Started(at("2026-03-02 09:00")), Started(at("2026-03-03 09:00"))], "clock.started_twice"),
        (
            [Started(at("2026-03-02 09:00")), pause("2026-03-03 09:00"), pause("2026-03-04 09:00")],
            "clock.paused_twice",
        ),
        (
            [Started(at("2026-03-02 09:00")), Stopped(at("2026-03-03 09:00")), pause("2026-03-04 09:00")],
            "clock.stopped",
        ),
    ],
)
def test_events_that_contradict_each_other_are_refused(events: list[ClockEvent], code: str) -> None:
    """A resumption without a pause, or work after the end, is an error with a hint."""
    with pytest.raises(Conflict) as caught:
        read(Limit(5), "2026-03-10 09:00", *events)

    assert caught.value.code == code
    assert caught.value.hint


def test_what_cannot_be_an_event_is_refused() -> None:
    """A time without offset, a pause without a legal basis and a negative limit are told apart."""
    makers: dict[str, Callable[[], object]] = {
        "clock.naive_time": lambda: Started(datetime(2026, 3, 2, 9)),  # noqa: DTZ001 -- that is the point
        "clock.grounds": lambda: Paused(at("2026-03-02 09:00"), "waiting", " "),
        "clock.amount": lambda: Limit(-1),
        "clock.year": lambda: Started(datetime(9999, 1, 1, tzinfo=UTC)),
    }
    for code, make in makers.items():
        with pytest.raises(InvalidInput) as caught:
            make()
        assert caught.value.code == code


def test_before_the_start_there_is_no_due_date() -> None:
    """A clock that has not started shows its whole limit and no date."""
    state = read(Limit(5), "2026-03-02 09:00")

    assert (state.state, state.due_on, state.left, state.overdue) == (State.NOT_STARTED, None, 5, False)


def test_a_state_travels_as_plain_json() -> None:
    """The JSON of a state has dates as text and every field."""
    state = read(Limit(24, Unit.HOUR), "2026-03-06 10:00", Started(at("2026-03-06 09:00")))

    assert state.to_json() == {
        "state": "running",
        "unit": "hour",
        "total": 24,
        "due_on": "2026-03-07",
        "due_at": "2026-03-07T01:00:00Z",
        "spent": 1,
        "left": 23,
        "overdue": False,
        "provisional": False,
        "guessed_from": None,
        "calendar_version": official().version,
        "paused_days": 0,
    }
