"""The columns of a decision table, cut where their tests cut them.

Each column is cut into *atoms*: values and spans that all its tests treat alike. A test is then some spans of
atoms, whether the column is a line of numbers, days or strings, or an enumeration of values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tongban.rules.dmn.cells import (
    Cells,
    breakpoints,
    joined,
    ordered_type,
    outside,
    segments,
    sweep,
    text_of,
)
from tongban.rules.dmn.frame import Examined
from tongban.rules.dmn.types import Basic, Listed, Reference, Restricted, Typed, base_of
from tongban.rules.values import Range

_OTHER = "\U0010fffd other"
"""Stands for any string that no test names."""
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Atom:
    """Values that all tests of a column treat alike: one of them, and what people call them."""

    sample: Any
    text: str = ""
    """What people call it, unless it is a span."""
    span: Range | None = None

    @property
    def thin(self) -> bool:
        """Whether it is the span between two whole numbers that follow one another."""
        span = self.span
        if span is None or type(span.low) is not Decimal or type(span.high) is not Decimal:
            return False
        return span.high - span.low == 1 and span.low == int(span.low)


@dataclass(frozen=True, slots=True)
class Column:
    """A column cut into atoms. Of rules by atom, and of atoms by rule, all as bits.

    A test that is no set of constants lets nothing through for certain, and everything possibly.
    """

    name: str
    atoms: tuple[Atom, ...]
    alive: int
    """The atoms that hold a value, and an allowed one."""
    certain: list[int]
    possible: list[int]
    certain_boxes: list[int]
    possible_boxes: list[int]


def columns_of(table: Examined) -> list[Column]:
    """The columns of a table, cut."""
    return [
        _column(source.label, table.cells[n], table.kinds[n], table.allowed[n] or _allowed(table.kinds[n]))
        for n, source in enumerate(table.table.inputs)
    ]


def _column(name: str, cells: tuple[Cells | None, ...], kind: Typed, allowed: Cells | None) -> Column:
    atoms, spans_of = _cut(list(cells), kind, allowed)
    count = len(atoms)
    alive = 0
    for place, atom in enumerate(atoms):
        empty = atom.sample is None and atom.span is not None
        if not empty and (allowed is None or allowed.holds(atom.sample)):
            alive |= 1 << place
    spans = [None if cell is None else spans_of(cell) for cell in cells]
    certain = [own or [] for own in spans]
    possible = [[(0, count - 1)] if own is None else own for own in spans]
    return Column(
        name,
        tuple(atoms),
        alive,
        sweep(certain, count),
        sweep(possible, count),
        [_bits(own) & alive for own in certain],
        [_bits(own) & alive for own in possible],
    )


def _bits(spans: Spans) -> int:
    return sum((1 << (last + 1)) - (1 << first) for first, last in spans)


def _allowed(kind: Typed) -> Cells | None:
    while isinstance(kind, (Reference, Restricted)):
        if isinstance(kind, Restricted):
            return kind.cells
        kind = kind.target
    return None


def _cut(
    cells: list[Cells | None], kind: Typed, allowed: Cells | None
) -> tuple[list[Atom], Callable[[Cells], Spans | None]]:
    """The atoms of a column, and what makes spans of a test; nothing of one that cannot be told."""
    plain = base_of(kind)
    null = any(part is None for cell in (*cells, allowed) if cell is not None for part in cell.parts)
    known = [_without_null(cell) for cell in (*cells, allowed)]
    values = [part for cell in known if cell is not None for part in cell.parts]
    ranges = any(isinstance(value, Range) for value in values)
    if isinstance(plain, Listed) or (ranges and ordered_type(known) is None):
        text = "any list" if isinstance(plain, Listed) else "anything"
        return [Atom(_OTHER, text)], lambda cell: None if cell.parts else [(0, 0)]
    boolean = isinstance(plain, Basic) and plain.name == "boolean"
    if not boolean and values and (ranges or _orders(known)):
        return _line(known, null=null)
    if boolean or (values and all(isinstance(value, bool) for value in values)):
        atoms = [Atom(sample=True, text="true"), Atom(sample=False, text="false")]
    else:
        distinct = dict.fromkeys((type(value), value) for value in values)
        atoms = [Atom(value, text_of(value)) for _, value in distinct]
        atoms.append(Atom(_OTHER, "anything else" if distinct else "anything"))
    if null:
        atoms.append(Atom(None, "null"))
    places = {(type(atom.sample), atom.sample): place for place, atom in enumerate(atoms)}

    def named(cell: Cells) -> Spans:
        found = (places.get((type(part), part)) for part in cell.parts)
        spans = joined((place, place) for place in found if place is not None)
        return outside(spans, len(atoms)) if cell.negated else spans

    return atoms, named


def _line(known: list[Cells | None], *, null: bool) -> tuple[list[Atom], Callable[[Cells], Spans | None]]:
    """Values of one ordered type, as segments of a line."""
    of = ordered_type(known)
    assert of is not None  # noqa: S101 - the caller made sure
    ends = breakpoints(known, of)
    atoms = _spans(ends, of)
    count = len(atoms)
    places = {end: place for place, end in enumerate(ends)}
    if null:
        atoms.append(Atom(None, "null"))

    def on_line(cell: Cells) -> Spans:
        spans = segments(_without_null(cell) or cell, places, count)
        return [*spans, (count, count)] if null and cell.holds(None) else spans

    return atoms, on_line


def _without_null(cell: Cells | None) -> Cells | None:
    if cell is None:
        return None
    return Cells(tuple(part for part in cell.parts if part is not None), cell.negated)


def _orders(cells: list[Cells | None]) -> bool:
    """Numbers and dates lie on a line; strings that are only named do not."""
    return ordered_type(cells) in (Decimal, date)


def _spans(ends: list[Any], of: type) -> list[Atom]:
    """All segments of a line, 2n + 1 of n ends; one that holds nothing has no sample."""
    atoms: list[Atom] = []
    for place, end in enumerate(ends):
        low = ends[place - 1] if place else None
        below = Range(low, end, False, False)  # noqa: FBT003 - ends excluded
        atoms.append(Atom(_between(low, end, of), span=below))
        atoms.append(Atom(end, span=Range(end, end)))
    above = Range(ends[-1], None, False, False)  # noqa: FBT003
    return [*atoms, Atom(_between(ends[-1], None, of), span=above)]


def span_text(span: Range) -> str:
    """A span as people write it."""
    if span.low is None and span.high is None:
        return "anything"
    if span.low is None:
        return f"{'<=' if span.high_included else '<'} {text_of(span.high)}"
    if span.high is None:
        return f"{'>=' if span.low_included else '>'} {text_of(span.low)}"
    if span.low == span.high:
        return f"= {text_of(span.low)}"
    opening, closing = "[" if span.low_included else "(", "]" if span.high_included else ")"
    return f"in {opening}{text_of(span.low)}..{text_of(span.high)}{closing}"


def _between(low: Any, high: Any, of: type) -> Any:
    """A value strictly between two ends, or nothing; an end that is `None` is open."""
    if of is Decimal:
        if low is None:
            return high - 1
        return low + 1 if high is None else (low + high) / 2
    if of is date:
        try:
            found = high - timedelta(days=1) if low is None else low + timedelta(days=1)
        except OverflowError:
            return None
        return found if low is None or high is None or found < high else None
    if low is None:
        return "" if high != "" else None
    found = low + "\x01"
    return found if high is None or found < high else None
