"""What is not FEEL is refused where it is wrong, with a hint."""

import contextlib
import copy
import pickle

import pytest

from tongban import rules
from tongban.kernel.errors import InvalidInput

WRONG = [
    ("", 1, 1, "Write a condition"),
    ("a ==  1", 1, 3, "single ="),
    ("a && b", 1, 3, "`and`"),
    ("a || b", 1, 3, "`or`"),
    ("a % 2", 1, 3, "modulo"),
    ("'a'", 1, 1, "double quotes"),
    ("a ＞ 1", 1, 3, ">"),
    ("a in （1，2）", 1, 6, "("),
    ("“汉族”", 1, 1, "straight quote"),
    ('"open', 1, 1, 'End it with "'),
    ("1 /* open", 1, 3, "*/"),
    ("1 +", 1, 4, "each side"),
    ("(1", 1, 3, "Each ("),
    ("1)", 1, 2, ""),
    ("[1, 2", 1, 6, "list"),
    ("if a then 1", 1, 12, "else"),
    ("if a = 1\n  the 2 else 3", 2, 3, "if condition then"),
    ("1 < 2 < 3", 1, 7, "in (a..b)"),
    ("a 5", 1, 3, "operator"),
    ("starts wth(a)", 1, 1, "starts with"),
    ('contains("a")', 1, 1, "contains(string, match)"),
    ('substring(text: "a", start position: 1)', 1, 1, "start position"),
    ("substring(string: a, 1)", 1, 22, "Name all"),
    ("a instance of nummer", 1, 15, "number"),
    ("{a: 1, a: 2}", 1, 8, ""),
    ('@"2026-02-30"', 1, 1, "2026-11-23"),
    ("every x in xs", 1, 14, "satisfies"),
    ("function(a) external {}", 1, 13, "FEEL"),
]


@pytest.mark.parametrize(("text", "line", "column", "hint"), WRONG)
def test_a_mistake_is_shown_where_it_is(text: str, line: int, column: int, hint: str) -> None:
    """Line, column and what to write instead."""
    with pytest.raises(rules.FeelSyntaxError) as caught:
        rules.compile(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert hint in error.hint
    assert isinstance(error, InvalidInput)
    assert error.to_problem()["status"] == 422


def test_a_syntax_error_can_be_copied_and_sent_between_processes() -> None:
    """Its place survives, as for all errors of the house."""
    with pytest.raises(rules.FeelSyntaxError) as caught:
        rules.compile("1 +\n +")
    for other in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):  # noqa: S301 - made here
        assert (other.line, other.column) == (2, 2)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "().__class__", "a.__class__", "[].append(1)", "lambda: 1", 'exec("1")']
)
def test_python_is_not_reachable(text: str) -> None:
    """Text that would do something in Python is refused or null here."""
    with contextlib.suppress(rules.FeelSyntaxError):
        assert rules.compile(text).evaluate({"a": "x"}) is None
