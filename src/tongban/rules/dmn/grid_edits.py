"""Edits of a decision table, as an editor makes them: one grid in, another out."""

from collections.abc import Sequence
from dataclasses import replace

from tongban.rules.dmn.grid import Grid, InputColumn, NoteColumn, OutputColumn, Row


def added(new: Grid, at: int) -> Grid:
    """With an empty rule before place `at`."""
    row = Row(tests=("-",) * len(new.inputs), results=("",) * len(new.outputs), notes=("",) * len(new.notes))
    return replace(new, rows=(*new.rows[:at], row, *new.rows[at:]))


def duplicated(new: Grid, at: int) -> Grid:
    """With a copy of the rule at place `at` below it."""
    return replace(new, rows=(*new.rows[: at + 1], replace(new.rows[at], source=None), *new.rows[at + 1 :]))


def moved(new: Grid, at: int, to: int) -> Grid:
    """With the rule at place `at` at place `to`."""
    rest = [*new.rows[:at], *new.rows[at + 1 :]]
    return replace(new, rows=(*rest[:to], new.rows[at], *rest[to:]))


def removed(new: Grid, at: int) -> Grid:
    """Without the rule at place `at`."""
    return replace(new, rows=(*new.rows[:at], *new.rows[at + 1 :]))


def with_column(new: Grid, column: InputColumn | OutputColumn | NoteColumn) -> Grid:
    """With another column at the end of its kind; its cells let everything through, or are empty."""
    match column:
        case InputColumn():
            rows = tuple(replace(row, tests=(*row.tests, "-")) for row in new.rows)
            return replace(new, inputs=(*new.inputs, column), rows=rows)
        case OutputColumn():
            rows = tuple(replace(row, results=(*row.results, "")) for row in new.rows)
            return replace(new, outputs=(*new.outputs, column), rows=rows)
        case NoteColumn():
            rows = tuple(replace(row, notes=(*row.notes, "")) for row in new.rows)
            return replace(new, notes=(*new.notes, column), rows=rows)


def without_column(new: Grid, kind: str, at: int) -> Grid:
    """Without the column at place `at` of a kind: `input`, `output` or `note`."""

    def cut(cells: Sequence[str]) -> tuple[str, ...]:
        return (*cells[:at], *cells[at + 1 :])

    if kind == "input":
        rows = tuple(replace(row, tests=cut(row.tests)) for row in new.rows)
        return replace(new, inputs=(*new.inputs[:at], *new.inputs[at + 1 :]), rows=rows)
    if kind == "output":
        rows = tuple(replace(row, results=cut(row.results)) for row in new.rows)
        return replace(new, outputs=(*new.outputs[:at], *new.outputs[at + 1 :]), rows=rows)
    rows = tuple(replace(row, notes=cut(row.notes)) for row in new.rows)
    return replace(new, notes=(*new.notes[:at], *new.notes[at + 1 :]), rows=rows)
