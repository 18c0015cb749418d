"""The space of a decision table's inputs, cut where its tests cut it: gaps, overlaps, rules in shadow.

Each column is cut into *atoms*: values and spans that all its tests treat alike. A rule is then a box of
atoms, and questions about all values become questions about few boxes. Atoms that the same rules let through
are taken together, and what has been looked at is remembered, so that the usual table takes milliseconds; an
unusual one is given up after a bounded number of steps.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tongban.rules.dmn.cells import Cells, breakpoints, ordered_type, text_of
from tongban.rules.dmn.frame import Examined
from tongban.rules.dmn.types import Basic, Listed, Reference, Restricted, Typed, base_of
from tongban.rules.values import Range

VISITS = 40_000
"""Boxes looked at before giving up."""
_OTHER = "\U0010fffd other"
"""Stands for any string that no test names."""


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
    """A column cut into atoms; `certain` and `possible` are bits of rules, one number per atom."""

    name: str
    atoms: tuple[Atom, ...]
    certain: tuple[int, ...]
    possible: tuple[int, ...]


class GaveUp(Exception):  # noqa: N818 - a bound was reached, which is an answer
    """The table needs more steps than are given to it."""


def columns_of(table: Examined) -> list[Column]:
    """The columns of a table, cut."""
    made = []
    for number, source in enumerate(table.table.inputs):
        cells = table.cells[number]
        allowed = table.allowed[number] or _allowed(table.kinds[number])
        atoms = _atoms(list(cells), table.kinds[number], allowed)
        certain = [0] * len(atoms)
        possible = [0] * len(atoms)
        for rule, cell in enumerate(cells):
            for place, atom in enumerate(atoms):
                if cell is None or cell.holds(atom.sample):
                    possible[place] |= 1 << rule
                    certain[place] |= (cell is not None) << rule
        made.append(Column(source.label, tuple(atoms), tuple(certain), tuple(possible)))
    return made


def _allowed(kind: Typed) -> Cells | None:
    while isinstance(kind, (Reference, Restricted)):
        if isinstance(kind, Restricted):
            return kind.cells
        kind = kind.target
    return None


def _atoms(cells: list[Cells | None], kind: Typed, allowed: Cells | None) -> list[Atom]:
    plain = base_of(kind)
    null = any(part is None for cell in (*cells, allowed) if cell is not None for part in cell.parts)
    known = [_without_null(cell) for cell in (*cells, allowed)]
    values = [part for cell in known if cell is not None for part in cell.parts]
    if isinstance(plain, Listed):
        return [Atom([], "any list")]
    if (isinstance(plain, Basic) and plain.name == "boolean") or (
        values and all(isinstance(value, bool) for value in values)
    ):
        atoms = [Atom(sample=True, text="true"), Atom(sample=False, text="false")]
    elif any(isinstance(value, Range) for value in values) or (values and _orders(known)):
        of = ordered_type(known)
        atoms = [Atom(_OTHER, "anything")] if of is None else _spans(breakpoints(known, of), of)
    else:
        distinct: list[Any] = []
        for value in values:
            if value is not None and not any(type(value) is type(one) and value == one for one in distinct):
                distinct.append(value)
        atoms = [Atom(value, text_of(value)) for value in distinct]
        atoms.append(Atom(_OTHER, "anything else" if distinct else "anything"))
    if null:
        atoms.append(Atom(None, "null"))
    if allowed is not None:
        atoms = [atom for atom in atoms if allowed.holds(atom.sample)]
    return atoms


def _without_null(cell: Cells | None) -> Cells | None:
    if cell is None:
        return None
    return Cells(tuple(part for part in cell.parts if part is not None), cell.negated)


def _orders(cells: list[Cells | None]) -> bool:
    """Numbers and dates lie on a line; strings that are only named do not."""
    return ordered_type(cells) in (Decimal, date)


def _spans(ends: list[Any], of: type) -> list[Atom]:
    atoms: list[Atom] = []
    for place, end in enumerate(ends):
        low = ends[place - 1] if place else None
        below = _between(low, end, of)
        if below is not None:
            atoms.append(Atom(below, span=Range(low, end, False, False)))  # noqa: FBT003 - ends excluded
        atoms.append(Atom(end, span=Range(end, end)))
    above = _between(ends[-1], None, of)
    if above is not None:
        atoms.append(Atom(above, span=Range(ends[-1], None, False, False)))  # noqa: FBT003
    return atoms


def _span_text(span: Range) -> str:
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


WHOLE = "no whole number, "
"""Begins the text of spans that hold no whole numbers."""


def _touch(left: Range, right: Range) -> bool:
    return left.high is not None and left.high == right.low and (left.high_included or right.low_included)


def _spoken(atoms: list[Atom]) -> str:
    """Atoms in words, spans that touch taken together."""
    parts: list[Range | str] = []
    for atom in atoms:
        last = parts[-1] if parts else None
        if atom.span is None:
            parts.append(atom.text)
        elif isinstance(last, Range) and _touch(last, atom.span):
            parts[-1] = Range(last.low, atom.span.high, last.low_included, atom.span.high_included)
        else:
            parts.append(atom.span)
    texts = " or ".join(_span_text(part) if isinstance(part, Range) else part for part in parts)
    return WHOLE + texts if all(atom.thin for atom in atoms) else texts


class Search:
    """Questions about the boxes of a table, with one budget of visits."""

    def __init__(self, columns: list[Column], rules: int) -> None:
        self.columns = columns
        self.full = (1 << rules) - 1
        self.visits = 0

    def _visit(self) -> None:
        self.visits += 1
        if self.visits > VISITS:
            raise GaveUp

    def uncovered(self, active: int, most: int, inside: tuple[int, ...] | None = None) -> list[list[str]]:
        """Boxes that none of the rules `active` may let through, each as texts per column.

        Args:
            active: rules that cover.
            most: how many boxes are wanted.
            inside: per column, the atoms to look at, as bits; all without it.
        """
        masks = [column.possible if inside is None else column.certain for column in self.columns]
        found: list[list[str]] = []
        covered: set[tuple[int, int]] = set()

        def look(depth: int, rules: int, path: list[str]) -> bool:
            """Whether everything below is covered."""
            if not rules:
                found.append([*path, *([""] * (len(self.columns) - depth))])
                return False
            if depth == len(self.columns) or (depth, rules) in covered:
                return True
            self._visit()
            groups: dict[int, list[Atom]] = {}
            for place, atom in enumerate(self.columns[depth].atoms):
                if inside is None or inside[depth] >> place & 1:
                    groups.setdefault(rules & masks[depth][place], []).append(atom)
            whole = True
            for remaining, atoms in groups.items():
                text = "" if len(groups) == 1 else _spoken(atoms)
                whole = look(depth + 1, remaining, [*path, text]) and whole
                if len(found) >= most:
                    return False
            if whole:
                covered.add((depth, rules))
            return whole

        look(0, active, [])
        return found

    def box(self, rule: int, *, certain: bool) -> tuple[int, ...]:
        """A rule as bits of atoms, per column."""
        made = []
        for column in self.columns:
            masks = column.certain if certain else column.possible
            made.append(sum(1 << place for place, mask in enumerate(masks) if mask >> rule & 1))
        return tuple(made)

    def overlaps(self, most: int) -> list[tuple[int, int]]:
        """Pairs of rules that certainly hold together somewhere."""
        boxes = [self.box(rule, certain=True) for rule in range(self.full.bit_length())]
        found: list[tuple[int, int]] = []
        for second, other in enumerate(boxes):
            for first in range(second):
                if not first % 64:
                    self._visit()
                if all(a & b for a, b in zip(boxes[first], other, strict=True)):
                    found.append((first, second))
                    if len(found) >= most:
                        return found
        return found

    def common(self, first: int, second: int) -> list[str]:
        """Where two rules hold together, as texts per column; empty where anything will do."""
        texts = []
        pairs = zip(self.columns, self.box(first, certain=True), self.box(second, certain=True), strict=True)
        for column, one, other in pairs:
            both = one & other
            if both == (1 << len(column.atoms)) - 1:
                texts.append("")
            else:
                place = (both & -both).bit_length() - 1
                texts.append(_spoken([column.atoms[place]]))
        return texts
