"""What one test of a decision table means, apart from evaluating it: which values it lets through.

A cell that depends on nothing but the value under test is *pure*: its answer for a value never changes, so it
can be looked up. A pure cell made of constants is also a *set*, so that tables can be checked for gaps and
overlaps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tongban.rules import tree
from tongban.rules.constants import constant
from tongban.rules.reads import free_names
from tongban.rules.values import Range, equal, kind, within

ORDERED = (Decimal, str, date)
"""Types whose values a column can be sorted by. (`datetime` may lack an offset, so it cannot.)"""


@dataclass(frozen=True, slots=True)
class Cells:
    """The values one of `parts` holds, or all others when `negated`; a part is a `Range` or a value."""

    parts: tuple[Any, ...]
    negated: bool = False

    def holds(self, value: Any) -> bool:
        """Whether the cell lets a value through."""
        found = any(_holds(value, part) for part in self.parts)
        return found is not self.negated


EVERYTHING = Cells((), negated=True)


def _holds(value: Any, part: Any) -> bool:
    return (within(value, part) if isinstance(part, Range) else equal(value, part)) is True


def is_pure(node: tree.Node | None) -> bool:
    """Whether a cell's answer depends on the value under test only."""
    return node is not None and free_names(node) <= {"?"}


def cell_of(node: tree.Node | None) -> Cells | None:
    """The set of values of a cell; nothing when it is not made of constants."""
    match node:
        case tree.Boolean(True):
            return EVERYTHING
        case tree.In(tree.Name("?"), tests):
            return _union(tests)
        case tree.Call(tree.Name("not"), (tree.In(tree.Name("?"), tests),), ()):
            inner = _union(tests)
            return None if inner is None or inner.negated else Cells(inner.parts, negated=True)
    return None


def _union(tests: tuple[tree.Node, ...]) -> Cells | None:
    parts: list[Any] = []
    for test in tests:
        if isinstance(test, tree.Test) and test.op == "!=" and len(tests) == 1:
            known = constant(test.operand)
            return Cells((known[0],), negated=True) if known else None
        made = _parts(test)
        if made is None:
            return None
        parts += made
    return Cells(tuple(parts))


def _parts(test: tree.Node) -> list[Any] | None:
    if isinstance(test, tree.Test):
        known = constant(test.operand)
        if not known or known[0] is None or test.op == "!=":
            return None
        return [_half(test.op, known[0])]
    known = constant(test)
    if not known:
        return None
    value = known[0]
    if type(value) is list:
        return None if any(type(item) in (list, dict) for item in value) else value
    return None if value is None and isinstance(test, tree.Interval) else [value]


def _half(op: str, end: Any) -> Any:
    if op == "=":
        return end
    if op in ("<", "<="):
        return Range(None, end, False, op == "<=")  # noqa: FBT003
    return Range(end, None, op == ">=", False)  # noqa: FBT003


def ordered_type(cells: list[Cells | None]) -> type | None:
    """The one ordered type of all ends in a column; nothing when there is none or several."""
    found: set[type] = set()
    for cell in cells:
        for part in cell.parts if cell is not None else ():
            ends = (part.low, part.high) if isinstance(part, Range) else (part,)
            found.update(type(end) for end in ends if end is not None or not isinstance(part, Range))
    return next(iter(found)) if len(found) == 1 and found <= set(ORDERED) else None


def breakpoints(cells: list[Cells | None], of: type) -> list[Any]:
    """All ends of a column, sorted."""
    ends: set[Any] = set()
    for cell in cells:
        for part in cell.parts if cell is not None else ():
            for end in (part.low, part.high) if isinstance(part, Range) else (part,):
                if type(end) is of:
                    ends.add(end)
    return sorted(ends)


def segments(cell: Cells, places: dict[Any, int], count: int) -> list[tuple[int, int]]:
    """The cell as spans of segments, first and last, sorted and apart from each other.

    Of n breakpoints there are 2n + 1 segments: below the first, the first itself, between it and the second…
    """
    merged = joined(span for part in cell.parts if (span := _span(part, places, count)) is not None)
    return outside(merged, count) if cell.negated else merged


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def outside(merged: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """What spans leave free of `count` places."""
    free: list[tuple[int, int]] = []
    following = 0
    for low, high in merged:
        if low > following:
            free.append((following, low - 1))
        following = high + 1
    if following < count:
        free.append((following, count - 1))
    return free


def sweep(spans: list[list[tuple[int, int]]], count: int) -> list[int]:
    """For each of `count` places, the rules whose spans hold it, as bits; `spans` are those of each rule."""
    opening = [0] * (count + 1)
    closing = [0] * (count + 1)
    for rule, own in enumerate(spans):
        for first, last in own:
            opening[first] |= 1 << rule
            closing[last + 1] |= 1 << rule
    masks: list[int] = []
    mask = 0
    for opened, closed in zip(opening[:count], closing[:count], strict=True):
        mask = (mask & ~closed) | opened
        masks.append(mask)
    return masks


def _span(part: Any, places: dict[Any, int], count: int) -> tuple[int, int] | None:
    if not isinstance(part, Range):
        at = 2 * places[part] + 1
        return at, at
    low = 0 if part.low is None else 2 * places[part.low] + (1 if part.low_included else 2)
    high = count - 1 if part.high is None else 2 * places[part.high] + (1 if part.high_included else 0)
    return (low, high) if low <= high else None


def text_of(value: Any) -> str:
    """A value as FEEL, for messages about the model itself."""
    from tongban.rules.functions.strings import text_of as as_text

    if isinstance(value, (date, datetime)):
        return f'date("{value.isoformat()}")' if kind(value) == "date" else as_text(value)
    return as_text(value, inside=True)
