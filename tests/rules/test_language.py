"""The language by example: what a designer writes and what comes out."""

import doctest
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tongban import rules
from tongban.rules import Months, Range

CONTEXT = rules.context(
    {
        "mother.ethnic_group": "01",
        "mother.birth_date": "1996-02-29",
        "father.ethnic_group": "15",
        "father.abroad": True,
        "child.birth_date": "2026-02-13",
        "child.birth_weight": 3250,
        "child.born_at": "2026-02-13T08:30:00+08:00",
        "fee.amount": "12.50",
        "母亲.民族": "汉族",
    },
    {
        "mother.ethnic_group": "code",
        "mother.birth_date": "date",
        "father.ethnic_group": "code",
        "father.abroad": "boolean",
        "child.birth_date": "date",
        "child.birth_weight": "integer",
        "child.born_at": "datetime",
        "fee.amount": "money",
        "母亲.民族": "text",
    },
)
BEIJING = timezone(timedelta(hours=8))

EXAMPLES: list[tuple[str, Any]] = [
    # names
    ("mother.ethnic_group", "01"),
    ('母亲.民族 = "汉族"', True),
    ("mother.unknown", None),
    ("nobody.knows.this", None),
    ("father.abroad", True),
    # comparison
    ("mother.ethnic_group != father.ethnic_group", True),
    ("child.birth_weight < 2500", False),
    ("child.birth_weight between 2500 and 4000", True),
    ('child.birth_date >= date("2026-01-01")', True),
    ('child.birth_date = @"2026-02-13"', True),
    ("1 < 2 and 2 < 3", True),
    ("1 = 1 and 2 = 2", True),
    ('34 >= 18 and "B" = "B"', True),
    ("[1, [2, 3]] = [1.0, [2, 3]]", True),
    ("{a: 1, b: 2} = {b: 2, a: 1}", True),
    # in
    ('mother.ethnic_group in ["01", "02"]', True),
    ('mother.ethnic_group in ("02", "03")', False),
    ('not(mother.ethnic_group in ["02"])', True),
    ("5 in [1..5]", True),
    ("5 in [1..5)", False),
    ("5 in [1..5[", False),
    ("1 in (1..5]", False),
    ("1 in ]1..5]", False),
    ("3 in (<5, >10)", True),
    ("7 in (<5, >10)", False),
    ("11 in > 10", True),
    ("3 in ([1..2], [3..4])", True),
    ("3 in [[1..2], [3..4]]", True),
    ("5 in (? > 3)", True),
    ("5 in (1, 2, 5)", True),
    ('child.birth_date in [date("2026-01-01")..date("2026-12-31")]', True),
    ('mother.unknown in ["01"]', False),
    # arithmetic
    ("0.1 + 0.2 = 0.3", True),
    ("1 + 2 * 3 ** 2", Decimal(19)),
    ("-3 ** 2", Decimal(9)),
    ("2 - 3 - 4", Decimal(-5)),
    ("10 / 4", Decimal("2.5")),
    ("1 / 0", None),
    ("1 + null", None),
    ('1 + "1"', None),
    ('"a" + "b"', "ab"),
    ("fee.amount * 2", Decimal("25.00")),
    ("- child.birth_weight + 1", Decimal(-3249)),
    # if, lists, contexts
    ('if child.birth_weight < 2500 then "low" else "normal"', "normal"),
    ("[10, 20, 30][2]", Decimal(20)),
    ("[10, 20, 30][-1]", Decimal(30)),
    ("[10, 20, 30][4]", None),
    ("[10, 20, 30][item > 15]", [Decimal(20), Decimal(30)]),
    ("[{n: 1}, {n: 2}][n > 1].n", [Decimal(2)]),
    ("[{n: 1}, {n: 2}].n", [Decimal(1), Decimal(2)]),
    ("{a: 1, b: a + 1}.b", Decimal(2)),
    ('{"two words": 1}.two words', Decimal(1)),
    ("for x in 1..3 return x * x", [Decimal(1), Decimal(4), Decimal(9)]),
    ("for x in 3..1 return x", [Decimal(3), Decimal(2), Decimal(1)]),
    ("for x in [1, 2], y in [x, 10] return x * y", [Decimal(1), Decimal(10), Decimal(4), Decimal(20)]),
    ("for x in 1..4 return if x < 3 then 1 else sum(partial)", [Decimal(n) for n in (1, 1, 2, 4)]),
    ("some x in [1, 2, 3] satisfies x > 2", True),
    ("every x in [1, 2, 3], y in [4] satisfies x < y", True),
    ("(function(a: number, b) a - b)(5, 3)", Decimal(2)),
    ("{f: function(x) x + 1, y: f(2)}.y", Decimal(3)),
    # types
    ("1 instance of number", True),
    ("null instance of number", False),
    ("[1, 2] instance of list<number>", True),
    ('[1, "a"] instance of list<number>', False),
    ("{a: 1} instance of context<a: number>", True),
    ("child.birth_date instance of date", True),
    ("child.born_at instance of date and time", True),
    ('duration("P1D") instance of days and time duration', True),
    ("[1..2] instance of range<number>", True),
    # dates
    ("child.birth_date.year", Decimal(2026)),
    ("child.birth_date.weekday", Decimal(5)),
    ('child.birth_date + duration("P1M")', date(2026, 3, 13)),
    ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
    ('mother.birth_date + duration("P1Y")', date(1997, 2, 28)),
    ('date("2026-03-01") - date("2026-02-13")', timedelta(days=16)),
    ('(date("2026-03-01") - child.birth_date).days', Decimal(16)),
    ("years and months duration(mother.birth_date, child.birth_date).years", Decimal(29)),
    ("child.born_at.time offset", timedelta(hours=8)),
    ('date and time("2026-02-13T00:30:00Z") = child.born_at', True),
    ('date and time(date("2026-02-13"), time("08:30:00"))', datetime(2026, 2, 13, 8, 30)),  # noqa: DTZ001
    ("date(2026, 2, 29)", None),
    ('date("2026-02-29")', None),
    ('time("23:00:00") + duration("PT2H")', time(1)),
    ('duration("P1Y2M") * 2', Months(28)),
    ('duration("PT1H") / duration("PT15M")', Decimal(4)),
    ('duration("P1D") < duration("PT25H")', True),
    ('@"2026-02-13T08:30:00@Asia/Shanghai" = @"2026-02-13T08:30:00+08:00"', True),
    ('day of week(date("2026-02-13"))', "Friday"),
    ('week of year(date("2026-01-01"))', Decimal(1)),
    # strings
    ('contains("芙蓉区", "芙蓉")', True),
    ('starts with("湖南省", "湖南")', True),
    ('ends with("长沙市", "市")', True),
    ('matches("430102200001011234", "^[0-9]{17}[0-9X]$")', True),
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring(start position: 3, string: "foobar")', "obar"),
    ('string length("芙蓉😀")', Decimal(3)),
    ('upper case("aBc")', "ABC"),
    ('lower case("aBc")', "abc"),
    ('substring before("a-b-c", "-")', "a"),
    ('substring after("a-b-c", "-")', "b-c"),
    ('replace("2026-02-13", "([0-9]+)-([0-9]+)-([0-9]+)", "$1年$2月$3日")', "2026年02月13日"),
    ('split("a, b,c", ",\\s*")', ["a", "b", "c"]),
    ('string join(["a", null, "b"], "、")', "a、b"),
    ("string(1.50)", "1.5"),
    ('string(date("2026-02-13"))', "2026-02-13"),
    ('string(duration("P1DT2H"))', "P1DT2H"),
    ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
    ('number("1,234.5", ",", ".")', Decimal("1234.5")),
    ('number("1 234,5", " ", ",")', Decimal("1234.5")),
    ('number("abc")', None),
    # lists
    ('list contains(["01", "15"], mother.ethnic_group)', True),
    ("count([1, null, 3])", Decimal(3)),
    ("min(3, 1, 2)", Decimal(1)),
    ('max(["a", "c", "b"])', "c"),
    ("sum([])", None),
    ("mean([1, 2, 6])", Decimal(3)),
    ("median([8, 2, 5, 3])", Decimal(4)),
    ("mode([6, 3, 9, 6, 6])", [Decimal(6)]),
    ("append([1], 2, 3)", [Decimal(1), Decimal(2), Decimal(3)]),
    ("concatenate([1], [2, 3])", [Decimal(1), Decimal(2), Decimal(3)]),
    ("distinct values([1, 2, 1.0, null, null])", [Decimal(1), Decimal(2), None]),
    ("flatten([[1, [2]], 3])", [Decimal(1), Decimal(2), Decimal(3)]),
    ("index of([1, 2, 2], 2)", [Decimal(2), Decimal(3)]),
    ("sublist([1, 2, 3], 2)", [Decimal(2), Decimal(3)]),
    ("reverse([1, 2])", [Decimal(2), Decimal(1)]),
    ("sort([3, 1, 2], function(x, y) x > y)", [Decimal(3), Decimal(2), Decimal(1)]),
    # numbers
    ("floor(-1.5)", Decimal(-2)),
    ("ceiling(1.21, 1)", Decimal("1.3")),
    ("decimal(2.5, 0)", Decimal(2)),
    ("round half up(2.5, 0)", Decimal(3)),
    ("round half down(2.5, 0)", Decimal(2)),
    ("round up(-1.1, 0)", Decimal(-2)),
    ("round down(-1.9, 0)", Decimal(-1)),
    ("abs(-1)", Decimal(1)),
    ("modulo(-12, 5)", Decimal(3)),
    ("sqrt(16)", Decimal(4)),
    ("even(2) and odd(3)", True),
    # contexts
    ("is defined(mother.ethnic_group)", True),
    ("is defined(mother.unknown)", False),
    ('get value({a: {b: 1}}, ["a", "b"])', Decimal(1)),
    ('context put({a: 1}, "a", 2).a', Decimal(2)),
    ("get entries({a: 1})", [{"key": "a", "value": Decimal(1)}]),
    # ranges
    ("before(1, [2..3])", True),
    ("overlaps([1..3], [3..5])", True),
    ("overlaps([1..3), [3..5])", False),
    ("includes([1..10], [2..10))", True),
    ("during(5, [1..10])", True),
    ("meets([1..5], [5..10])", True),
    ("[1..5].start", Decimal(1)),
    ("[1..5).end included", False),
    ('range("[1..3]") = [1..3]', True),
    # comments and layout
    ("1 + // one\n 2 /* two */", Decimal(3)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_example(text: str, expected: Any) -> None:
    """What is written gives what the standard says, with the type it says."""
    result = rules.compile(text).evaluate(CONTEXT)
    assert result == expected
    assert type(result) is type(expected)


def test_names_with_spaces_need_not_be_told() -> None:
    """Words in a row are one name."""
    expression = rules.compile("Monthly Salary * 12")
    assert expression.names == {"Monthly Salary"}
    assert expression.evaluate({"Monthly Salary": 10000}) == Decimal(120000)


def test_names_with_operators_are_told() -> None:
    """A name that looks like a formula is known only when it is told."""
    told = frozenset({"loan-to-value", "Rate 2"})
    assert (
        rules.compile("loan-to-value + Rate 2", names=told).evaluate({"loan-to-value": 1, "Rate 2": 2}) == 3
    )


def test_today_comes_with_the_context() -> None:
    """The room has no clock: `today()` is what the caller says, and unknown otherwise."""
    rule = rules.compile("today() > child.birth_date")
    assert rule.names == {"today", "child.birth_date"}
    assert rule.evaluate({**CONTEXT, "today": date(2026, 11, 23)}) is True
    assert rule.evaluate(CONTEXT) is None


HOME = {"home.children", "home.children.age", "home.children.name"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mother.ethnic_group = father.ethnic_group", {"mother.ethnic_group", "father.ethnic_group"}),
        ("child.birth_date.year", {"child.birth_date"}),
        ("today.year", {"today.year"}),
        ("some x in children satisfies x.age < limit", {"children", "children.age", "limit"}),
        ("children[age < 3]", {"children", "age"}),
        ("children[item.age < 3]", {"children", "children.age"}),
        ("every x in home.children[item.age < 3] satisfies x.name != null", HOME),
        ("{a: b, c: a}.c", {"b"}),
        ("for x in xs return x + partial[1]", {"xs"}),
        ("count(list)", {"list"}),
        ("(function(a) a + b)(c)", {"b", "c"}),
        ("a in (? > b)", {"a", "b"}),
        ("1 + 1", set()),
    ],
)
def test_names_are_the_free_ones(text: str, names: set[str]) -> None:
    """`names` holds what is read from the context, not what the expression binds itself."""
    assert rules.compile(text).names == names
    assert rules.reads(text) == names


def test_cells_of_a_decision_table() -> None:
    """A cell tests the value `?`."""
    assert rules.compile_tests("-").evaluate({"?": 1}) is True
    assert rules.compile_tests("< 5, > 10").evaluate({"?": 11}) is True
    assert rules.compile_tests('not("a", "b")').evaluate({"?": "c"}) is True
    assert rules.compile_tests("[1..3]").evaluate({"?": 4}) is False


def test_a_trace_says_why_without_values() -> None:
    """A designer reads why a rule is unknown; personal data is not in it."""
    trace: list[rules.Remark] = []
    assert (
        rules.compile("mother.name < 5 or nobody.known").evaluate({"mother": {"name": "李雷"}}, trace) is None
    )
    assert [remark.code for remark in trace] == ["compare", "missing", "missing"]
    assert "李雷" not in str(trace)
    assert trace[0].offset == len("mother.name ")


def test_the_same_text_is_compiled_once() -> None:
    """Rules are compiled once and remembered."""
    assert rules.compile("a + 1") is rules.compile("a + 1")
    assert rules.compile("a+1") == rules.compile("a + 1")


def test_evaluation_does_not_change_the_context() -> None:
    """Lists and contexts that go in stay as they were."""
    context = {"a": [1, 2], "b": {"c": 1}}
    rules.compile('[append(a, 3), context put(b, "c", 2), a[item > 1], sort(a)]').evaluate(context)
    assert context == {"a": [1, 2], "b": {"c": 1}}


def test_plain_numbers_of_python_are_taken() -> None:
    """Whole and floating numbers become decimals as they are written; a truth value stays one."""
    assert rules.compile("a + b").evaluate({"a": 1, "b": 0.1}) == Decimal("1.1")
    assert rules.compile("a = 1").evaluate({"a": True}) is None
    assert rules.compile("a").evaluate({"a": float("nan")}) is None
    assert rules.compile("a.b").evaluate({"a": ({"b": 1}, {"b": 2})}) == [Decimal(1), Decimal(2)]


def test_an_open_range_is_a_value() -> None:
    """`(< 5)` can be named and used later."""
    assert rules.compile("(< 5)").evaluate({}) == Range(
        None, Decimal(5), low_included=False, high_included=False
    )
    assert rules.compile("{low: (< 5), is: 3 in low}.is").evaluate({}) is True


def test_a_missing_value_is_never_taken_for_a_function() -> None:
    """A name that happens to be that of a function is null like any other when it is missing."""
    assert rules.compile("count = null").evaluate({}) is True
    assert rules.compile("date.year").evaluate({}) is None
    assert rules.compile("count(count)").evaluate({"count": [1, 2]}) == 2


def test_the_example_of_the_room_runs() -> None:
    """What the package says of itself is true."""
    assert doctest.testmod(rules).failed == 0
    assert doctest.testmod(rules).attempted > 0
