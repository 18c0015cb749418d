"""The space of a decision table's inputs: gaps, overlaps, rules in shadow.

A rule is a box of atoms (see `tongban.rules.dmn.cut`), so that questions about all values become questions
about few boxes. Atoms that the same rules let through are taken together, and what has been looked at is
remembered, so that the usual table takes milliseconds; an unusual one is given up after a bounded number of
steps.
"""

from tongban.rules.dmn.cut import Atom, Column, span_text
from tongban.rules.values import Range

VISITS = 40_000
"""Boxes looked at before giving up."""
WHOLE = "no whole number, "
"""Begins the text of spans that hold no whole numbers."""


class GaveUp(Exception):  # noqa: N818 - a bound was reached, which is an answer
    """The table needs more steps than are given to it."""


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
    texts = " or ".join(span_text(part) if isinstance(part, Range) else part for part in parts)
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
            column = self.columns[depth]
            wanted = column.alive if inside is None else inside[depth]
            for place, atom in enumerate(column.atoms):
                if wanted >> place & 1:
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
        return tuple(
            (column.certain_boxes if certain else column.possible_boxes)[rule] for column in self.columns
        )

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
            if both == column.alive:
                texts.append("")
            else:
                place = (both & -both).bit_length() - 1
                texts.append(_spoken([column.atoms[place]]))
        return texts
