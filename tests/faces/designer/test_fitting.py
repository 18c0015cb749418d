"""Whether the tests of a column fit what it reads."""

import pytest

from tongban.faces.designer.decisions.fitting import fits, misfits
from tongban.rules.dmn.grid import Grid, InputColumn, Row


@pytest.mark.parametrize(
    ("test", "kind", "values", "expected"),
    [
        ("-", "string", '"a"', True),
        ("< 12", "number", "", True),
        ("< 12", "string", "", False),
        ('"a", "b"', "string", '"a", "b", "c"', True),
        ('"a", "z"', "string", '"a", "b"', False),
        ('not("a")', "string", '"a", "b"', True),
        ("[1..5]", "number", "[0..10]", True),
        ('date("2026-11-23")', "date", "", True),
        ('date("2026-11-23")', "number", "", False),
        ("null", "number", "", True),
        ("true", "", "", True),
        ("? > 3 and ? < limit", "string", "", True),
        ("< <", "number", "", False),
    ],
)
def test_a_test_fits_a_type_and_its_values(test: str, kind: str, values: str, expected: bool) -> None:  # noqa: FBT001
    """Constants are held against type and allowed values; formulas are left to people."""
    assert fits(test, kind, values) is expected


def test_rules_are_named_from_one() -> None:
    """The second of three rules does not fit a number."""
    table = Grid(
        inputs=(InputColumn(expression="x"),),
        rows=tuple(Row(tests=(one,), results=()) for one in ("1", '"a"', "-")),
    )
    assert misfits(table, 0, InputColumn(expression="y", type="number")) == (2,)
