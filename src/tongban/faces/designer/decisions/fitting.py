"""Whether the tests of a column still fit when it reads something else. Pure."""

from decimal import Decimal
from typing import Any

from tongban.rules import FeelSyntaxError
from tongban.rules.dmn.cells import cell_of
from tongban.rules.dmn.check import ends_of
from tongban.rules.dmn.grid import Grid, InputColumn
from tongban.rules.dmn.values import named_values
from tongban.rules.parser import parse_tests
from tongban.rules.values import Range, kind

_OPEN = frozenset(("", "-"))


def misfits(table: Grid, at: int, column: InputColumn) -> tuple[int, ...]:
    """The rules, from 1, whose test in column `at` cannot hold once it reads what `column` says.

    A test that is no set of constants is left to whoever reads it; only broken text is told.
    """
    return tuple(
        number
        for number, row in enumerate(table.rows, 1)
        if not fits(row.tests[at], column.type, column.values)
    )


def fits(test: str, type_: str, values: str) -> bool:
    """Whether a test can hold for a value of a FEEL type (empty: any) among `values` (empty: any)."""
    if test.strip() in _OPEN:
        return True
    try:
        cell = cell_of(parse_tests(test))
    except FeelSyntaxError:
        return False
    if cell is None:
        return True
    if type_ and any(_kind(end) != type_ for end in ends_of(cell)):
        return False
    allowed = named_values(values) if values.strip() else None
    if allowed is None:
        return True
    single = [part for part in cell.parts if part is not None and not isinstance(part, Range)]
    return all(allowed.holds(part) for part in single)


def _kind(value: Any) -> str:
    return "number" if isinstance(value, Decimal) else kind(value)
