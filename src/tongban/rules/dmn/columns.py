"""A column of tests as an index: from a value to the rules that it lets through, as bits of one number.

Which rules of a table hold is then one lookup per column and one `and`, however many rules there are. A
column of constants of one ordered type is cut into segments and searched by bisection; any other pure column
remembers the answers for the values it has seen.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tongban.rules.compiler import Step
from tongban.rules.dmn.cells import Cells, breakpoints, ordered_type, segments, sweep
from tongban.rules.run import Run, Scope
from tongban.rules.values import Months

REMEMBERED = 2_048
"""Values whose answer a column keeps."""
LARGEST = 40_000_000
"""Bits that a cut column may take: five megabytes."""

_HASHABLE = frozenset((Decimal, str, bool, type(None), date, timedelta, Months))
_LONGEST = 200
"""Characters of a string that is worth remembering."""

Mask = Callable[[Any, Scope], int]


def ask(steps: list[Step | None], value: Any, scope: Scope) -> int:
    """The rules whose test holds, by evaluating each; a test that is missing always holds."""
    inside = Scope({"?": value}, scope, scope.run)
    mask = 0
    for rule, step in enumerate(steps):
        if step is None or step(inside) is True:
            mask |= 1 << rule
    scope.run.spend(len(steps))
    return mask


def column(steps: list[Step | None], cells: list[Cells | None], *, pure: bool) -> Mask:
    """What a value lets through in a column.

    Args:
        steps: a test per rule; none where everything passes, or where the test is asked later.
        cells: what each test lets through; none where that is not known.
        pure: whether each test depends on the value alone.
    """
    if all(step is None for step in steps):
        full = (1 << len(steps)) - 1
        return lambda _value, _scope: full
    general: Mask = lambda value, scope: ask(steps, value, scope)  # noqa: E731 - one of three forms
    if not pure:
        return general
    general = _remembering(steps)
    of = ordered_type(cells)
    if of is None or any(cell is None for cell in cells):
        return general
    ends = breakpoints(cells, of)
    if (2 * len(ends) + 1) * len(steps) > LARGEST:
        return general
    masks = _masks([cell for cell in cells if cell is not None], ends)

    def cut(value: Any, scope: Scope) -> int:
        if type(value) is not of:
            return general(value, scope)
        place = bisect_left(ends, value)
        return masks[2 * place + (place < len(ends) and ends[place] == value)]

    return cut


def _remembering(steps: list[Step | None]) -> Mask:
    known: dict[tuple[type, Any], int] = {}

    def remembering(value: Any, scope: Scope) -> int:
        got = type(value)
        if got not in _HASHABLE or (got is str and len(value) > _LONGEST):
            return ask(steps, value, scope)
        key = (got, value)
        mask = known.get(key)
        if mask is None:
            if len(known) >= REMEMBERED:
                known.clear()
            mask = known[key] = ask(steps, value, scope)
        return mask

    return remembering


def _masks(cells: list[Cells], ends: list[Any]) -> list[int]:
    count = 2 * len(ends) + 1
    places = {end: place for place, end in enumerate(ends)}
    return sweep([segments(cell, places, count) for cell in cells], count)


def rules_of(mask: int, run: Run) -> list[int]:
    """The rules of a mask, in their order."""
    found: list[int] = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    run.spend(len(found))
    return found
