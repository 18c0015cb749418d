"""What a sent form does to the model: cells as they were typed, then one action. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tongban.faces.common.numbers import whole
from tongban.faces.designer.decisions import cells
from tongban.faces.designer.decisions.cells import LONGEST, Choice
from tongban.faces.designer.decisions.fitting import misfits
from tongban.faces.designer.decisions.work import FEEL, POLICIES, TYPES, Work, kinds
from tongban.kernel.errors import InvalidInput, TongbanError
from tongban.rules.dmn import grid_edits, grid_writing, model_edits
from tongban.rules.dmn.examples import Example, examples, with_examples
from tongban.rules.dmn.grid import Grid, InputColumn, NoteColumn, OutputColumn, Row

MOST_ROWS = 5000
MOST_COLUMNS = 60
MOST_LISTED = 60
"""Codes that a new column lists as its allowed values."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: all values by name."""

    values: Mapping[str, list[str]]

    def get(self, key: str, default: str = "") -> str:
        """The last value of a key."""
        found = self.values.get(key)
        return found[-1] if found else default

    def getlist(self, key: str) -> list[str]:
        """All values of a key."""
        return self.values.get(key, [])


@dataclass(frozen=True, slots=True)
class Edited:
    """The model afterwards, and where the reader goes on."""

    text: str
    focus: str = ""
    """The id of the control that the focus belongs to."""
    misfits: tuple[int, ...] = ()
    """Rules, from 1, whose test does not fit what its column reads now."""


def edit(work: Work, sent: Sent) -> Edited:
    """The model after the form: typed cells first, then the action under ``do``.

    Raises: InvalidInput for what cannot be; nothing of the form is kept then.
    """
    act, _, rest = sent.get("do", "save").partition(":")
    text = work.text
    name = " ".join(sent.get("name").split())[:200] if sent.get("name") else ""
    if name:
        text = model_edits.renamed(text, name=name)
    if work.table is None:
        return Edited(text)
    table = _typed(work.table, sent)
    focus = ""
    if act in _ACTS:
        table, focus = _ACTS[act](table, rest, sent, work)
    if len(table.rows) > MOST_ROWS:
        raise InvalidInput("decisions.rows", f"A table has at most {MOST_ROWS} rules here.")
    if len(table.inputs) + len(table.outputs) + len(table.notes) > MOST_COLUMNS:
        raise InvalidInput("decisions.columns", f"A table has at most {MOST_COLUMNS} columns here.")
    wrong: tuple[int, ...] = ()
    if act == "input.add" and table.inputs:
        text = _required(text, work.name, table.inputs[-1], sent.get("new_input"))
    elif act == "input.bind":
        at = _number(rest, len(table.inputs))
        text = _required(text, work.name, table.inputs[at], sent.get(f"i{at}.reads"))
        wrong = misfits(table, at, table.inputs[at])
    text = grid_writing.write(text, work.name, table)
    if act == "example.delete":
        text = _without_example(text, work.name, _number(rest))
    return Edited(text, focus, wrong)


def _required(text: str, decision: str, column: InputColumn, chosen: str) -> str:
    """The model in which the decision may read what was chosen for a column."""
    sort = chosen.partition(":")[0]
    if sort not in {"element", "known"}:
        return text
    return model_edits.with_input(text, decision, column.expression, column.type if sort == "element" else "")


def with_example(work: Work, sent: Sent, inputs: Mapping[str, Any], result: Any) -> str:
    """The model with one more example: these inputs, and what came of them."""
    known = examples(work.text).get(work.name, ())
    name = " ".join(sent.get("example_name").split())[:200] or f"{len(known) + 1}"
    made = Example(name=name, inputs=dict(inputs), expected=result)
    return with_examples(work.text, work.name, (*known, made))


def inputs_of(sent: Sent, names: tuple[str, ...], types: Mapping[str, str]) -> dict[str, Any]:
    """The values of the test panel as JSON, by name of the input; what is left empty is null."""
    found: dict[str, Any] = {}
    for place, name in enumerate(names):
        raw = sent.get(f"t{place}").strip()[:LONGEST]
        kind = types.get(name, "")
        if not raw:
            found[name] = None
        elif kind == "boolean":
            found[name] = raw == "true"
        elif kind == "number":
            cells.literal(raw, "number")
            found[name] = raw
        elif not kind and raw[0] in "[{":
            try:
                found[name] = json.loads(raw)
            except (ValueError, RecursionError):
                raise InvalidInput("decisions.value", "This is no JSON value.") from None
        else:
            if kind in FEEL.values():
                cells.literal(raw, kind)
            found[name] = raw
    return found


def _typed(table: Grid, sent: Sent) -> Grid:
    """The table with what stands in the form; a field that is not in it stays as it was."""

    def field(name: str, was: str) -> str:
        said = sent.get(name, was).replace("\r\n", "\n").strip()
        if len(said) > LONGEST:
            raise InvalidInput("decisions.feel", f"A cell has at most {LONGEST} characters.")
        if any(ord(sign) < ord(" ") and sign not in "\n\t" for sign in said):
            raise InvalidInput("decisions.feel", "A cell holds a control character.")
        return said

    inputs = tuple(
        replace(
            one,
            label=field(f"i{n}.label", one.label),
            expression=field(f"i{n}.expression", one.expression),
            type=field(f"i{n}.type", one.type),
            values=field(f"i{n}.values", one.values),
        )
        for n, one in enumerate(table.inputs)
    )
    outputs = tuple(
        replace(
            one,
            name=" ".join(field(f"o{n}.name", one.name).split()),
            type=field(f"o{n}.type", one.type),
            values=field(f"o{n}.values", one.values),
            default=field(f"o{n}.default", one.default),
        )
        for n, one in enumerate(table.outputs)
    )
    notes = tuple(replace(one, name=field(f"n{n}.name", one.name)) for n, one in enumerate(table.notes))
    rows = tuple(
        Row(
            tests=tuple(field(f"r{r}.i{n}", was) for n, was in enumerate(row.tests)),
            results=tuple(field(f"r{r}.o{n}", was) for n, was in enumerate(row.results)),
            notes=tuple(field(f"r{r}.n{n}", was) for n, was in enumerate(row.notes)),
            source=row.source,
        )
        for r, row in enumerate(table.rows)
    )
    hit, aggregation = table.hit, table.aggregation
    policy = sent.get("hit")
    if policy in POLICIES:
        first, _, second = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
        hit, aggregation = first, second or None  # type: ignore[assignment] # both are words of POLICIES
    return Grid(hit=hit, aggregation=aggregation, inputs=inputs, outputs=outputs, notes=notes, rows=rows)


def _number(text: str, most: int | None = None) -> int:
    number = whole(text, digits=5)
    if number is None or (most is not None and number >= most):
        raise InvalidInput("decisions.place", "There is no such place in the table.")
    return number


def _row_add(table: Grid, rest: str, _sent: Sent, _work: Work) -> tuple[Grid, str]:
    at = _number(rest, len(table.rows) + 1) if rest else len(table.rows)
    return grid_edits.added(table, at), f"c-r{at}-i0" if table.inputs else f"c-r{at}-o0"


def _row_copy(table: Grid, rest: str, _sent: Sent, _work: Work) -> tuple[Grid, str]:
    at = _number(rest, len(table.rows))
    return grid_edits.duplicated(table, at), f"c-r{at + 1}-i0" if table.inputs else f"c-r{at + 1}-o0"


def _row_move(table: Grid, rest: str, _sent: Sent, _work: Work, step: int) -> tuple[Grid, str]:
    at = _number(rest, len(table.rows))
    to = min(max(0, at + step), len(table.rows) - 1)
    return grid_edits.moved(table, at, to), f"row-{to}-{'up' if step < 0 else 'down'}"


def _row_delete(table: Grid, rest: str, _sent: Sent, _work: Work) -> tuple[Grid, str]:
    at = _number(rest, len(table.rows))
    left = grid_edits.removed(table, at)
    return left, f"row-{min(at, len(left.rows) - 1)}-delete" if left.rows else "row-add"


def _input_add(table: Grid, _rest: str, sent: Sent, work: Work) -> tuple[Grid, str]:
    free = sent.get("new_expression").strip()
    column = _reading(sent.get("new_input"), work) or InputColumn(label=free, expression=free)
    if not column.expression:
        raise InvalidInput("decisions.column", "The new column reads nothing.", hint="Choose what it reads.")
    return grid_edits.with_column(table, column), f"h-i{len(table.inputs)}-label"


def _input_bind(table: Grid, rest: str, sent: Sent, work: Work) -> tuple[Grid, str]:
    """A column reads something else; its tests stay as they are, also those that do not fit any more."""
    at = _number(rest, len(table.inputs))
    old, column = table.inputs[at], _reading(sent.get(f"i{at}.reads"), work)
    if column is None:
        raise InvalidInput("decisions.column", "The column reads nothing.", hint="Choose what it reads.")
    # A heading that somebody wrote is theirs; one that only repeats what was read follows.
    label = old.label if old.label not in {"", old.expression} else column.label
    made = replace(column, label=label, source=old.source)
    return replace(table, inputs=(*table.inputs[:at], made, *table.inputs[at + 1 :])), f"h-i{at}-label"


def _reading(chosen: str, work: Work) -> InputColumn | None:
    """A column that reads what was chosen: ``element:<code>`` or ``known:<name>``; None for neither."""
    sort, _, code = chosen.partition(":")
    if sort == "element" and code in work.catalogue.elements:
        name = work.catalogue.elements[code].name.zh_hans
        kind, values = _of_element(work, code)
        return InputColumn(label=name, expression=name, type=kind, values=values)
    if sort == "known" and code:
        return InputColumn(label=code, expression=code, type=_known_type(work, code))
    return None


def _of_element(work: Work, code: str) -> tuple[str, str]:
    """Type of FEEL of a data element, and the values of its code list where it is not too long to list."""
    element = work.catalogue.elements[code]
    listed = work.catalogue.code_lists.get(element.code_list or "")
    codes = [cells.literal(one.code, "string") for one in listed.codes] if listed else []
    return FEEL.get(element.type, ""), ", ".join(codes) if len(codes) <= MOST_LISTED else ""


def _known_type(work: Work, name: str) -> str:
    try:
        return work.model().input_types.get(name, "")
    except TongbanError:  # a model that cannot be compiled yet says so in its findings
        return ""


def _output_add(table: Grid, _rest: str, sent: Sent, work: Work) -> tuple[Grid, str]:
    """A column of results; what it holds is chosen: a type, or the values of a data element."""
    sort, _, code = sent.get("new_output_kind").partition(":")
    named, kind, values = "", "", ""
    if sort == "type" and code in TYPES:
        kind = code
    elif sort == "element" and code in work.catalogue.elements:
        named = work.catalogue.elements[code].name.zh_hans
        kind, values = _of_element(work, code)
    given = " ".join(sent.get("new_output").split())[:200]
    column = OutputColumn(name=given or named or f"结果{len(table.outputs) + 1}", type=kind, values=values)
    return grid_edits.with_column(table, column), f"h-o{len(table.outputs)}-name"


def _note_add(table: Grid, _rest: str, _sent: Sent, _work: Work) -> tuple[Grid, str]:
    return grid_edits.with_column(table, NoteColumn(name="说明")), f"h-n{len(table.notes)}-name"


def _column_delete(table: Grid, rest: str, _sent: Sent, _work: Work) -> tuple[Grid, str]:
    kind, _, place = rest.partition(":")
    columns = {"input": table.inputs, "output": table.outputs, "note": table.notes}.get(kind, ())
    at = _number(place, len(columns))
    if kind == "output" and len(columns) == 1:
        raise InvalidInput("decisions.last_output", "A table has at least one column of results.")
    return grid_edits.without_column(table, kind, at), "hit"


def _cell_set(table: Grid, rest: str, sent: Sent, work: Work) -> tuple[Grid, str]:
    row, part, place = cell_at(rest, table)
    result = part == "o"
    kind = table.outputs[place].type if result else kinds(work)[place]
    sort = sent.get("cell.kind")
    allowed = cells.RESULTS if result else cells.TESTS
    values = [one for one in sent.getlist("cell.value") if one.strip()]
    if sort in {"one_of", "none_of"} and len(values) == 1:
        values = [one.strip() for one in values[0].replace("，", ",").replace("\n", ",").split(",")]
    choice = Choice(
        kind=sort if sort in allowed else "feel",
        values=(sent.get("cell.low"), sent.get("cell.high")) if sort == "between" else tuple(values),
        low_in=sent.get("cell.low_in") == "1",
        high_in=sent.get("cell.high_in") == "1",
        feel=sent.get("cell.feel"),
    )
    if sort in {"equal", "less", "at_most", "more", "at_least"}:
        choice = replace(choice, values=choice.values[:1])
    said = cells.feel_of(choice, kind, result=result)
    old = table.rows[row]
    new = (
        replace(old, results=(*old.results[:place], said, *old.results[place + 1 :]))
        if result
        else replace(old, tests=(*old.tests[:place], said, *old.tests[place + 1 :]))
    )
    return replace(table, rows=(*table.rows[:row], new, *table.rows[row + 1 :])), f"c-r{row}-{part}{place}"


def cell_at(name: str, table: Grid) -> tuple[int, str, int]:
    """Row, part (``i`` or ``o``) and column of a cell's name such as ``r3.i1``. Raises: InvalidInput."""
    row, _, column = name.partition(".")
    part = column[:1]
    if row[:1] != "r" or part not in {"i", "o"}:
        raise InvalidInput("decisions.place", "There is no such place in the table.")
    columns = table.inputs if part == "i" else table.outputs
    return _number(row[1:], len(table.rows)), part, _number(column[1:], len(columns))


def _without_example(text: str, decision: str, at: int) -> str:
    known = examples(text).get(decision, ())
    return with_examples(text, decision, (*known[:at], *known[at + 1 :]))


_ACTS: Mapping[str, Any] = {
    "row.add": _row_add,
    "row.copy": _row_copy,
    "row.up": lambda table, rest, sent, work: _row_move(table, rest, sent, work, -1),
    "row.down": lambda table, rest, sent, work: _row_move(table, rest, sent, work, 1),
    "row.delete": _row_delete,
    "input.add": _input_add,
    "input.bind": _input_bind,
    "output.add": _output_add,
    "note.add": _note_add,
    "column.delete": _column_delete,
    "cell.set": _cell_set,
}
