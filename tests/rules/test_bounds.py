"""A hostile expression is refused, or ends as null; without bounds most would not end in years."""

from collections.abc import Callable

import pytest

from tongban import rules

REFUSED: list[tuple[str, Callable[[], str]]] = [
    ("brackets", lambda: "(" * 4000 + "1" + ")" * 4000),
    ("open brackets", lambda: "(" * 9000),
    ("lists", lambda: "[" * 4000 + "]" * 4000),
    ("contexts", lambda: "{a:" * 2000 + "1" + "}" * 2000),
    ("filters", lambda: "a" + "[a" * 3000 + "]" * 3000),
    ("signs", lambda: "-" * 9000 + "1"),
    ("sums", lambda: "1" + "+1" * 4000),
    ("powers", lambda: "2" + "**2" * 3000),
    ("paths", lambda: "a" + ".a" * 4000),
    ("calls", lambda: "a" + "()" * 4000),
    ("ifs", lambda: "if a then 1 else " * 500 + "1"),
    ("loops", lambda: "for x in a return " * 500 + "x"),
    ("tests", lambda: "a in (" * 1500 + "1" + ")" * 1500),
    ("types", lambda: "a instance of " + "list<" * 1900 + "number" + ">" * 1900),
    ("functions", lambda: "function(a) " * 800 + "1"),
    ("many parts", lambda: "[" + "1," * 4900 + "1]"),
    ("long text", lambda: '"' + "x" * 1_000_000 + '"'),
    ("long number", lambda: "9" * 9000),
    ("large number", lambda: "1e9999999"),
]


@pytest.mark.parametrize("make", [make for _, make in REFUSED], ids=[name for name, _ in REFUSED])
def test_a_bomb_is_refused_when_it_is_compiled(make: Callable[[], str]) -> None:
    """Too long, too deep or too many parts is a syntax error with a clear sentence, at once."""
    text = make()
    with pytest.raises(rules.FeelSyntaxError, match=r"too|Expected"):
        rules.compile(text)


NULL = [
    "for i in 1..1000000000 return i",
    "for i in 1..1e6000 return i",
    "for i in [1..999999999] return i",
    'for d in [date("0001-01-01")..date("9999-12-31")] return d',
    "for a in 1..20000, b in 1..20000 return 1",
    "every a in 1..9999, b in 1..9999 satisfies true",
    "count(for a in 1..300 return for b in 1..300 return for c in 1..300 return c)",
    '(for i in 1..100 return if i = 1 then "xxxxxxxxxx" else partial[-1] + partial[-1])[-1]',
    "(for i in 1..100 return if i = 1 then [1] else concatenate(partial[-1], partial[-1]))[-1]",
    "{f: function(g) g(g), x: f(f)}.x",
    "{f: function(g, n) g(g, n) + g(g, n), x: f(f, 1)}.x",
    "(for i in 1..20000 return i)[count((for j in 1..20000 return j)[item > 0]) > 0]",
    "9 ** 9 ** 9 ** 9 ** 9",
    "exp(1e6000)",
    'matches("a", "' + "(" * 100 + "a" + ")" * 100 + '")',
    'matches("a", "((a{500}){500}){500}")',
    'matches("a", "a{99999999}")',
    'replace("aaaaaaaaaa", "a", string join(for i in 1..20000 return "xxxxxxxxxx"))',
    "round up(1, 999999)",
    "{a: for i in 1..20000 return i, b: for i in 1..20000 return i, c: for i in 1..20000 return a = b}.c",
    "{a: for i in 1..20000 return i, c: for i in 1..20000 return -1 in a}.c",
    "{a: for i in 1..20000 return i, c: for i in 1..20000 return string(a)}.c",
    "{a: for i in 1..20000 return i, c: for i in 1..20000 return list contains([a], 1)}.c",
    "{a: for i in 1..5000 return [partial[-1]], c: a = a}.c",
    "sort(for i in 1..19999 return modulo(i * 7919, 20011), function(a, b) a < b)",
]


@pytest.mark.parametrize("text", NULL)
def test_a_bomb_ends_as_null_when_it_is_evaluated(text: str) -> None:
    """Endless loops, growing strings and lists, and functions that call themselves end, with a remark."""
    expression = rules.compile(text)
    trace: list[rules.Remark] = []
    assert expression.evaluate({}, trace) is None
    assert trace


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*b", "a*a*a*a*a*a*a*b", "(a?){30}a{30}b"]
)
def test_patterns_that_stop_other_engines_are_harmless(pattern: str) -> None:
    """A pattern costs time in proportion to the text, whatever it looks like."""
    rules.compile(f'matches(text, "{pattern}")').evaluate({"text": "a" * 3000 + "!"})


def test_a_context_from_outside_cannot_exhaust_either() -> None:
    """Large lists in the context are paid for like those the expression makes."""
    items = list(range(100_000))
    trace: list[rules.Remark] = []
    assert rules.compile("every a in x, b in x satisfies a >= 0").evaluate({"x": items}, trace) is None
    assert trace[-1].code == "limit"


def test_what_people_write_is_far_from_the_bounds() -> None:
    """Fifty conditions and ten levels of brackets are no trouble."""
    text = " and ".join(f"(a.b{n} = {n} or a.b{n} = null)" for n in range(50))
    assert rules.compile(text).evaluate({"a": {}}) is True
    assert rules.compile("(" * 10 + "1" + ")" * 10).evaluate({}) == 1
    assert rules.compile("sum(for i in 1..5000 return i)").evaluate({}) == 12502500
