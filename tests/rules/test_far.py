"""Dates beyond the years that Python's calendar knows."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban import rules
from tongban.rules import far, temporal


def _value(text: str) -> Any:
    return rules.compile(text).evaluate({})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('string(date("-2021-03-01") - @"P1D")', "-2021-02-28"),
        ('string(date("-0004-03-01") - @"P1D")', "-0004-02-29"),
        ('string(date("9999-12-31") + @"P1D")', "10000-01-01"),
        ('string(date("10000-01-01") - @"P1D")', "9999-12-31"),
        ('string(@"-2021-01-31T10:10:10+11:00" + @"P1M")', "-2021-02-28T10:10:10+11:00"),
        ('string(date and time(date("12026-11-23"), time("08:30:00")))', "12026-11-23T08:30:00"),
        ('string(date(-400, 2, 29) + @"P400Y")', "0000-02-29"),
        ('date("12026-11-23").year', 12026),
        ('day of week(date("12026-11-23"))', "Monday"),  # as in 2026
        ('date("12026-11-23") > date("2026-11-23")', True),
        ('date("-0001-01-01") < date("0001-01-01")', True),
        ('date("12026-11-23") = date("2026-11-23")', False),
        ('date("12026-11-23") in [date("10000-01-01")..date("99999-01-01")]', True),
        ('date("10000-01-02") - date("9999-12-31")', timedelta(days=2)),
        ('string(years and months duration(date("-2016-01-30"), date("-2017-02-28")))', "-P11M"),
        ('date("1000000000-01-01")', None),
        ('date("0000-01-01")', None),
        ('date("02026-01-01")', None),
        ('date("12026-02-30")', None),
        ('date("999999999-12-31") + @"P1D"', None),
        ('for d in date("12026-01-01")..date("12026-01-03") return d', None),
    ],
)
def test_far_years_are_counted_like_near_ones(text: str, value: Any) -> None:
    """A date of any year with nine digits is read, written, compared and counted with."""
    assert _value(text) == value


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.integers(-300, 300), st.integers(-(10**6), 10**6))
def test_where_both_know_a_year_both_say_the_same(day: date, days: int, months: int) -> None:
    """For the years of Python's calendar, the far calendar is that calendar."""
    assert far.plus(day, timedelta(days=days)) == day + timedelta(days=days)
    expected = temporal.add_months(day, months)
    if expected is not None:
        assert far.plus_months(day, months) == expected


@given(st.datetimes(), st.integers(-200_000, 200_000), st.integers(-(10**8), 10**8))
def test_there_and_back_again(moment: datetime, cycles: int, days: int) -> None:
    """A duration added and taken away leaves a moment as it was, and lies between the two."""
    start = far.lifted(cycles, moment)
    end = far.plus(start, timedelta(days=days))
    if end is None:
        return
    assert far.same(far.plus(end, -timedelta(days=days)), start)
    assert far.between(start, end) == timedelta(days=days)
    assert far.before(start, end) is (days > 0)
