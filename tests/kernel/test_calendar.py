import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.calendar import Calendar, Due, Notice, official, parse_notice
from tongban.kernel.errors import InvalidInput

NOTICE_2027 = """
year: 2027
source: A notice made up for this test
holidays:
  - 2027-01-01..2027-01-03
  - 2027-02-05..2027-02-11
makeup_workdays:
  - 2027-02-14
"""

days = st.dates(date(2004, 1, 1), date(2030, 12, 31))
notices = st.builds(
    lambda off, worked: Notice(
        year=2027,
        source="hypothesis",
        holidays=off,
        makeup_workdays=frozenset(day for day in worked if day.weekday() >= 5 and day not in off),
    ),
    st.frozensets(st.dates(date(2026, 12, 29), date(2027, 12, 31)), max_size=30).map(
        lambda off: off | {date(2027, 1, 1)}
    ),
    st.frozensets(st.dates(date(2026, 12, 29), date(2027, 12, 31)), max_size=10),
)


def test_five_working_days_over_spring_festival() -> None:
    """Five working days from 13 February 2026 end on the 27th: nine days off, one Saturday worked."""
    assert official().add_workdays(date(2026, 2, 13), 5) == Due(date(2026, 2, 27), provisional=False)


def test_a_make_up_saturday_is_worked() -> None:
    """Saturday 14 February 2026 is a working day; Monday the 16th is not."""
    calendar = official()

    assert calendar.is_workday(date(2026, 2, 14))
    assert not calendar.is_workday(date(2026, 2, 16))
    assert calendar.next_workday(date(2026, 2, 13)) == date(2026, 2, 14)
    assert calendar.next_workday(date(2026, 2, 14)) == date(2026, 2, 24)


def test_the_calendar_says_where_it_comes_from_and_what_it_knows() -> None:
    """The version names package and last year; the years are listed, without a gap."""
    calendar = official()

    assert calendar.version.startswith(f"cn-{max(calendar.known_years)}@chinesecalendar-")
    assert calendar.known_years == frozenset(range(2004, max(calendar.known_years) + 1))
    assert {2025, 2026} <= calendar.known_years
    assert str(calendar.zone) == "Asia/Shanghai"


def test_the_package_itself_agrees_on_every_day() -> None:
    """Every day of the known years is what chinesecalendar says it is."""
    import chinese_calendar

    calendar = official()
    day, end = date(2004, 1, 1), date(max(calendar.known_years), 12, 31)
    while day <= end:
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def last_year_only() -> Calendar:
    """The official days up to 2026, whatever newer years the installed package knows."""
    calendar = official()
    return Calendar(
        version="cn-2026.test",
        known_years=frozenset(year for year in calendar.known_years if year <= 2026),
        holidays=frozenset(day for day in calendar.holidays if day < date(2026, 12, 29)),
        makeup_workdays=frozenset(day for day in calendar.makeup_workdays if day < date(2026, 12, 29)),
    )


def test_a_count_into_an_unpublished_year_is_a_guess_from_a_named_day() -> None:
    """Twenty working days from 14 December 2026 are provisional, and it says from which day on."""
    calendar = last_year_only()

    due = calendar.add_workdays(date(2026, 12, 14), 20)

    # 29 December: the notice for 2027 may still move the last days of 2026, as the one for 2019 did.
    assert due == Due(date(2027, 1, 11), provisional=True, guessed_from=date(2026, 12, 29))
    assert calendar.add_workdays(date(2026, 12, 14), 10) == Due(date(2026, 12, 28), provisional=False)
    assert calendar.add_workdays(date(2030, 1, 1), 1).guessed_from == date(2030, 1, 2)


def test_the_notice_makes_it_final() -> None:
    """Once the notice for 2027 is loaded, the same count is final and counts its holidays."""
    calendar = last_year_only().with_notice(parse_notice(NOTICE_2027))

    assert calendar.add_workdays(date(2026, 12, 14), 20) == Due(date(2027, 1, 12), provisional=False)
    assert calendar.is_workday(date(2027, 2, 14))
    assert not calendar.is_workday(date(2027, 2, 5))
    assert calendar.known_years >= {2026, 2027}


def test_the_version_follows_from_the_days() -> None:
    """Loading a notice twice, or two notices in either order, ends in the same version."""
    base = last_year_only()
    one = parse_notice(NOTICE_2027)
    two = parse_notice("year: 2028\nsource: s\nholidays: [2027-12-31, 2028-01-01]\nmakeup_workdays: []")

    assert base.with_notice(one).version == f"cn-2026.test+2027:{one.fingerprint}"
    assert base.with_notice(one).with_notice(one) == base.with_notice(one)
    assert base.with_notice(one).with_notice(two) == base.with_notice(two).with_notice(one)
    assert not base.with_notice(one).with_notice(two).is_workday(date(2027, 12, 31))
    assert base.with_notice(one).version != base.version


def test_an_amended_notice_replaces_its_year() -> None:
    """A holiday extended at short notice, as in 2020, replaces what was known of that year."""
    amended = parse_notice("year: 2026\nsource: amended\nholidays: [2026-01-01]\n")
    calendar = last_year_only().with_notice(amended)

    assert calendar.is_workday(date(2026, 2, 16))
    assert not calendar.is_workday(date(2026, 2, 14))
    assert not calendar.is_workday(date(2025, 10, 1))


def test_a_decision_at_once_is_due_the_same_day_or_the_next_working_day() -> None:
    """Zero working days from a Saturday end on Monday, from a Monday the same day."""
    calendar = official()

    assert calendar.add_workdays(date(2026, 3, 7), 0) == Due(date(2026, 3, 9), provisional=False)
    assert calendar.workday_from(date(2026, 3, 9)).on == date(2026, 3, 9)


@pytest.mark.parametrize("n", [-1, 10**9])
def test_a_count_that_leaves_the_calendar_is_refused(n: int) -> None:
    """A negative or absurd number of days gets an answer, not a crash."""
    with pytest.raises(InvalidInput) as caught:
        official().add_workdays(date(2026, 1, 1), n)

    assert caught.value.code == "calendar.range"


@given(days, st.integers(0, 400))
def test_counting_equals_walking(start: date, n: int) -> None:
    """The due day is the one found by walking day by day."""
    calendar, day, left = official(), start, n
    if n == 0:
        while not calendar.is_workday(day):
            day += timedelta(days=1)
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)

    due = calendar.add_workdays(start, n)

    assert due.on == day
    first = start + timedelta(days=1) if n else start
    walked = [first + timedelta(days=k) for k in range((day - first).days + 1)]
    unknown = [d for d in walked if not calendar.is_known(d)]
    assert (due.provisional, due.guessed_from) == (bool(unknown), unknown[0] if unknown else None)


@given(days, days)
def test_days_between_is_the_inverse_of_adding(a: date, b: date) -> None:
    """Counting from a to b and adding that many to a gives b when b is a working day."""
    calendar = official()
    count = calendar.workdays_between(a, b)

    assert count == -calendar.workdays_between(b, a)
    if count > 0:
        assert (calendar.add_workdays(a, count).on == b) == calendar.is_workday(b)


@given(notices, st.dates(date(2026, 11, 1), date(2027, 12, 1)), st.integers(0, 60))
def test_a_notice_changes_only_what_was_provisional(notice: Notice, start: date, n: int) -> None:
    """A result that was not marked provisional is the same after any notice for the coming year."""
    before = last_year_only().add_workdays(start, n)

    assert before.provisional or last_year_only().with_notice(notice).add_workdays(start, n) == before


@given(notices)
def test_a_notice_is_stored_as_json_and_read_again(notice: Notice) -> None:
    """A loaded notice survives storage."""
    assert parse_notice(json.dumps(notice.to_json())) == notice


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "notice.syntax"),
        ("[1", "notice.syntax"),
        ("- 2027-01-01", "notice.syntax"),
        ("source: s\nholidays: [2027-01-01]", "notice.year"),
        ("year: 27\nsource: s\nholidays: [2027-01-01]", "notice.year"),
        ("year: 2027\nholidays: [2027-01-01]", "notice.source"),
        ("year: 2027\nsource: ' '\nholidays: [2027-01-01]", "notice.source"),
        ("year: 2027\nsource: s\nholiday: [2027-01-01]", "notice.key"),
        ("year: 2027\nyear: 2028\nsource: s\nholidays: [2027-01-01]", "notice.key"),
        ("year: 2027\nsource: s", "notice.holidays"),
        ("year: 2027\nsource: s\nholidays: 2027-01-01", "notice.holidays"),
        ("x" * 100_000, "notice.size"),
    ],
)
def test_a_file_that_is_no_notice_is_told_why(text: str, code: str) -> None:
    """A file with a missing, doubled or unknown entry gets a sentence and a hint."""
    with pytest.raises(InvalidInput) as caught:
        parse_notice(text)

    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.parametrize(
    ("holidays", "makeup", "code"),
    [
        ("[2027-02-30]", "[]", "notice.format"),
        ("[20270101]", "[]", "notice.format"),
        ("[[2027-01-01]]", "[]", "notice.format"),
        ("[2027-02-11..2027-02-05]", "[]", "notice.format"),
        ("[2027-02-01..2027-05-01]", "[]", "notice.format"),
        ("[2028-01-01]", "[]", "notice.year"),
        ("[2026-12-28]", "[]", "notice.year"),
        ("[2027-01-01, 2027-01-01..2027-01-03]", "[]", "notice.twice"),
        ("[2027-01-01]", "[2027-02-15]", "notice.weekday"),
        ("[2027-02-14]", "[2027-02-14]", "notice.both"),
        ("[]", "[]", "notice.empty"),
    ],
)
def test_every_faulty_day_is_named(holidays: str, makeup: str, code: str) -> None:
    """A day of another year, an impossible one or one that is both off and worked is pointed at."""
    with pytest.raises(InvalidInput) as caught:
        parse_notice(f"year: 2027\nsource: s\nholidays: {holidays}\nmakeup_workdays: {makeup}")

    assert [fault.code for fault in caught.value.faults] == [code]
    assert caught.value.faults[0].hint


def test_all_faults_are_told_at_once() -> None:
    """Three faulty days are three entries of one answer."""
    with pytest.raises(InvalidInput) as caught:
        parse_notice("year: 2027\nsource: s\nholidays: [2028-01-01, x]\nmakeup_workdays: [2027-02-15]")

    assert [fault.address for fault in caught.value.faults] == [
        "holidays.0",
        "holidays.1",
        "makeup_workdays.2027-02-15",
    ]
