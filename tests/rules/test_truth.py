"""Three truth values: what is not known stays not known, unless the answer no longer depends on it."""

import itertools
from typing import Any

import pytest

from tongban import rules

TRUTHS = (True, False, None)
AND = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, True): False,
    (False, False): False,
    (False, None): False,
    (None, True): None,
    (None, False): False,
    (None, None): None,
}
OR = {
    (True, True): True,
    (True, False): True,
    (True, None): True,
    (False, True): True,
    (False, False): False,
    (False, None): None,
    (None, True): True,
    (None, False): None,
    (None, None): None,
}


def value(text: str, **context: Any) -> Any:
    """The value of `text` in a context."""
    return rules.compile(text).evaluate(context)


@pytest.mark.parametrize(("pair", "expected"), list(AND.items()))
def test_and(pair: tuple[bool | None, bool | None], expected: Any) -> None:
    """`and` is false as soon as one side is, and unknown only when the unknown side decides."""
    assert value("a and b", a=pair[0], b=pair[1]) is expected


@pytest.mark.parametrize(("pair", "expected"), list(OR.items()))
def test_or(pair: tuple[bool | None, bool | None], expected: Any) -> None:
    """`or` is true as soon as one side is, and unknown only when the unknown side decides."""
    assert value("a or b", a=pair[0], b=pair[1]) is expected


@pytest.mark.parametrize(("operand", "expected"), [(True, False), (False, True), (None, None), ("x", None)])
def test_not(operand: Any, expected: Any) -> None:
    """`not` of the unknown is unknown, and so is `not` of something that is no truth value."""
    assert value("not(a)", a=operand) is expected


@pytest.mark.parametrize(("a", "b", "c"), list(itertools.product(TRUTHS, repeat=3)))
def test_three_parts_are_the_same_as_two_and_one(a: Any, b: Any, c: Any) -> None:
    """A chain of `and` or `or` means what it means in pairs."""
    for op in ("and", "or"):
        assert value(f"a {op} b {op} c", a=a, b=b, c=c) is value(f"(a {op} b) {op} c", a=a, b=b, c=c)


@pytest.mark.parametrize(("op", "decisive"), [("and", False), ("or", True)])
def test_what_is_no_truth_value_counts_as_unknown(op: str, decisive: Any) -> None:
    """A string in place of a condition neither confirms nor excludes."""
    assert value(f'"yes" {op} a', a=not decisive) is None
    assert value(f'"yes" {op} a', a=decisive) is decisive


@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
def test_ordering_against_null_is_unknown(op: str) -> None:
    """Nobody can say whether a missing weight is below 2500 grams."""
    assert value(f"child.weight {op} 2500") is None
    assert value(f"2500 {op} child.weight") is None


def test_equality_with_null_is_known() -> None:
    """`= null` asks whether something is known, and always has an answer."""
    assert value("a = null") is True
    assert value("a = null", a="x") is False
    assert value("a != null", a="x") is True
    assert value("a = 1") is False


def test_values_of_different_types_are_neither_equal_nor_unequal() -> None:
    """A number is not compared with a string."""
    assert value('1 = "1"') is None
    assert value('1 != "1"') is None
    assert value('1 < "2"') is None
    assert value("true = 1") is None


@pytest.mark.parametrize(("condition", "expected"), [(True, "yes"), (False, "no"), (None, "no"), ("x", "no")])
def test_if_takes_the_other_way_unless_the_condition_is_true(condition: Any, expected: str) -> None:
    """`if` with an unknown condition goes the way of `else`."""
    assert value('if a then "yes" else "no"', a=condition) == expected


@pytest.mark.parametrize(
    ("items", "some", "every"),
    [
        ([True, None], True, None),
        ([False, None], None, False),
        ([True, True], True, True),
        ([False], False, False),
        ([], False, True),
        ([None], None, None),
    ],
)
def test_quantifiers_follow_or_and_and(items: list[bool | None], some: Any, every: Any) -> None:
    """`some` is a long `or`, `every` a long `and`."""
    assert value("some x in items satisfies x", items=items) is some
    assert value("every x in items satisfies x", items=items) is every
    assert value("any(items)", items=items) is some
    assert value("all(items)", items=items) is every


def test_a_range_with_an_unknown_end_gives_an_unknown_answer() -> None:
    """`in [a..b]` is unknown while an end is, as `between` is."""
    assert value("5 in [low..10]") is None
    assert value("5 between low and 10") is None
    assert value("50 between low and 10") is False


def test_truth_of_a_result() -> None:
    """Only true and false are truth values; all else counts as unknown."""
    assert rules.truth(True) is True  # noqa: FBT003
    assert rules.truth(False) is False  # noqa: FBT003
    assert rules.truth(None) is None
    assert rules.truth("true") is None
    assert rules.truth(1) is None
