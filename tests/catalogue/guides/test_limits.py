"""Limits as guides say them: read when the words say one thing, else refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.guides.limits import (
    AT_ONCE,
    UNLIMITED,
    Kind,
    TimeLimit,
    TimeUnit,
    as_limit,
    read_limit,
    read_noted,
)
from tongban.catalogue.guides.numerals import number
from tongban.kernel.clock import Limit, Unit

W, N, D, H = TimeUnit.WORKING_DAY, TimeUnit.NATURAL_DAY, TimeUnit.DAY, TimeUnit.HOUR


def span(amount: str, unit: TimeUnit, **more: Any) -> TimeLimit:
    """A span of time."""
    return TimeLimit(amount=Decimal(amount), unit=unit, **more)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("5个工作日", span("5", W)),
        ("５个工作日", span("5", W)),
        ("五个工作日内", span("5", W)),
        ("自受理之日起十五个工作日", span("15", W)),
        ("1工作日", span("1", W)),
        ("0.5个工作日", span("0.5", W)),
        ("半个工作日", span("0.5", W)),
        ("5天（工作日）", span("5", W)),
        ("5個工作日", span("5", W)),
        ("10 working days", span("10", W)),
        ("20个自然日", span("20", N)),
        ("15日历天", span("15", N)),
        ("不超过四十五日", span("45", D)),
        ("三十天", span("30", D)),
        ("24小时", span("24", H)),
        ("一个半小时", span("1.5", H)),
        ("2小时30分钟", span("150", TimeUnit.MINUTE)),
        ("30分钟", span("30", TimeUnit.MINUTE)),
        ("两周", span("2", TimeUnit.WEEK)),
        ("1个星期内", span("1", TimeUnit.WEEK)),
        ("3个月", span("3", TimeUnit.MONTH)),
        ("一个半月", span("1.5", TimeUnit.MONTH)),
        ("3月内", span("3", TimeUnit.MONTH)),
        ("1年", span("1", TimeUnit.YEAR)),
        ("3-5个工作日", span("5", W, least=Decimal(3))),
        ("三至五个工作日", span("5", W, least=Decimal(3))),
        ("5日至10日", span("10", D, least=Decimal(5))),
        ("<p>7个工作日<br/></p>", span("7", W)),
        ("&nbsp;3个工作日", span("3", W)),
        ("20个工作日（不含公示7个工作日）", span("20", W)),
        ("20个工作日，听证、检测所需时间不计算在内", span("20", W)),
        ("20日内办结，经批准可延长10日", span("20", D, extension=span("10", D))),
        ("20日内，可延长至30日", span("20", D, extension=span("10", D))),
        ("六十日内发放；交通不便地区可以延长，不超过三十日", span("60", D, extension=span("30", D))),
        ("依据《某办法》第十二条，5个工作日", span("5", W)),
        ("即办", AT_ONCE),
        ("即办件", AT_ONCE),
        ("当场办结", AT_ONCE),
        ("當場辦結", AT_ONCE),
        ("即时办结", AT_ONCE),
        ("立等可取", AT_ONCE),
        ("无时限", UNLIMITED),
        ("无办理时限要求", UNLIMITED),
    ],
)
def test_words_that_say_one_limit_are_read(words: str, expected: TimeLimit) -> None:
    """Every way in which real guides write a limit."""
    assert read_limit(words).value == expected


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("空", "guide.placeholder"),
        ("无", "guide.placeholder"),
        ("暂无", "guide.placeholder"),
        ("/", "guide.placeholder"),
        ("—", "guide.placeholder"),
        ("暂无法定办结时限说明", "guide.placeholder"),
        ("", "guide.placeholder"),
        ("详见附件规定", "limit.points_elsewhere"),
        ("同左", "limit.points_elsewhere"),
        ("根据《机动车登记规定》", "limit.law_only"),
        ("湘劳社工字【2009】126号", "limit.law_only"),
        ("线上不超过2个工作日，线下即办", "limit.several"),
        ("即办件，1个工作日", "limit.several"),
        ("一般5个工作日；复杂的10个工作日", "limit.several"),
        ("三五天", "limit.number_unreadable"),
        ("-5个工作日", "limit.number_unreadable"),
        ("约3天", "limit.about"),
        ("3天左右", "limit.about"),
        ("20日以上", "limit.at_least"),
        ("不少于20个工作日", "limit.at_least"),
        ("5", "limit.no_unit"),
        ("0个工作日", "limit.zero"),
        ("5-3个工作日", "limit.impossible"),
        ("9999999个工作日", "limit.impossible"),
        ("非即办件", "limit.unreadable"),
        ("2024年12月31日前", "limit.unreadable"),
        ("每月15日前", "limit.unreadable"),
        ("年满16周岁", "limit.unreadable"),
        ("第3个工作日", "limit.unreadable"),
        ("尽快", "limit.unreadable"),
        (True, "guide.wrong_type"),
        ([5], "guide.wrong_type"),
        ({"a": 1}, "guide.wrong_type"),
    ],
)
def test_words_that_do_not_are_refused_with_what_to_do(words: Any, code: str) -> None:
    """Nothing is guessed: there is no value, and a problem names the words and the way out."""
    reading = read_limit(words)

    assert reading.value is None
    assert [one.code for one in reading.problems] == [code]
    assert all(one.hint for one in reading.problems)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(27.0, span("27", D)), ("5", span("5", D)), ("十", span("10", D)), (1.5, span("1.5", D)), (0, None)],
)
def test_a_bare_number_counts_what_its_field_says(value: Any, expected: TimeLimit | None) -> None:
    """`days: 27.0` is 27 days of no said sort; a nought can mean two things."""
    assert read_limit(value, D).value == expected


@pytest.mark.parametrize(
    ("value", "note", "expected", "codes"),
    [
        (15, "自受理之日起15个工作日", span("15", W), []),
        (60, "六十日内发放", span("60", D), []),
        (1, "即时办结", None, ["limit.note_disagrees"]),
        (5, "10个工作日", None, ["limit.note_disagrees"]),
        (30, "无", span("30", D), ["guide.placeholder"]),
        (40, "《某办法》", span("40", D), []),
        (None, "5个工作日", span("5", W), []),
        (None, None, None, []),
    ],
)
def test_a_note_may_say_the_unit_and_must_not_say_something_else(
    value: Any, note: Any, expected: TimeLimit | None, codes: list[str]
) -> None:
    """Two statements that disagree are no limit."""
    reading = read_noted(value, note)

    assert (reading.value, [one.code for one in reading.problems]) == (expected, codes)


@pytest.mark.parametrize(
    ("words", "expected", "code"),
    [
        ("即办", Limit(0), None),
        ("5个工作日", Limit(5), None),
        ("2周", Limit(14, Unit.NATURAL_DAY), None),
        ("24小时", Limit(24, Unit.HOUR), None),
        ("120分钟", Limit(2, Unit.HOUR), None),
        ("20日", Limit(20), "limit.day_unsaid"),
        ("3-5个工作日", Limit(5), "limit.range"),
        ("0.5个工作日", None, "limit.fraction"),
        ("30分钟", None, "limit.fraction"),
        ("1个月", None, "limit.calendar_unit"),
        ("无时限", None, "limit.unlimited"),
    ],
)
def test_what_the_clock_cannot_count_is_refused(words: str, expected: Limit | None, code: str | None) -> None:
    """A month has no fixed number of days (Civil Code art. 202), and half a day is no whole one."""
    limit = read_limit(words).value
    assert limit is not None

    reading = as_limit(limit, words)

    assert (reading.value, [one.code for one in reading.problems]) == (expected, [code] if code else [])


_CHINESE = "零一二三四五六七八九"


def spoken(value: int) -> str:
    """A whole number below ten thousand in Chinese, as it is said in full."""
    text, zero = "", False
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, scale)
        if digit:
            text += ("零" if zero and text else "") + _CHINESE[digit] + sign
            zero = False
        else:
            zero = True
    return text


@given(st.integers(1, 9999))
def test_every_number_said_in_full_reads_as_itself(value: int) -> None:
    """一千零五十 is 1050, 二百零三 is 203."""
    assert number(spoken(value)) == value


@given(
    st.integers(1, 9999),
    st.sampled_from(
        [("个工作日", W), ("个自然日", N), ("小时", H), ("个月", TimeUnit.MONTH), ("周", TimeUnit.WEEK)]
    ),
    st.sampled_from(["{}", "自受理之日起{}内", "不超过{}", "{}（法定）", " {} ", "办理时限：{}。"]),
    st.sampled_from([str, spoken]),
)
def test_a_limit_reads_the_same_however_it_is_dressed(
    amount: int, unit: tuple[str, TimeUnit], dress: str, say: Callable[[int], str]
) -> None:
    """The words around it change nothing."""
    assert read_limit(dress.format(say(amount) + unit[0])).value == span(str(amount), unit[1])


@given(
    st.text(max_size=60)
    | st.text(
        alphabet="一二三十百半两5０.-~个工作自然日天小时分钟周月年内无即办当场、，。（）延长不含约",
        max_size=24,
    )
)
def test_any_text_is_a_limit_or_a_problem_with_a_hint(text: str) -> None:
    """No text crashes, and whatever is read is possible."""
    reading = read_limit(text, D)

    if reading.value is None:
        assert reading.problems
        assert all(one.code and one.message and one.hint for one in reading.problems)
    elif reading.value.kind is Kind.SPAN:
        assert 0 < reading.value.amount <= 100_000
        assert reading.value.unit is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(json_values, json_values)
def test_any_value_beside_any_note_is_read_or_refused(value: Any, note: Any) -> None:
    """A guide may hold anything anywhere."""
    reading = read_noted(value, note)

    assert reading.value is None or isinstance(reading.value, TimeLimit)
