"""A decision table as people edit it: columns and rows, each with where it came from.

`grid` reads the table of one decision; `write` puts a changed one back into the XML, where everything that is
no table, and every cell that did not change, stays byte for byte. What it does not know (boxed expressions
instead of a table, extensions of other tools, the diagram) it never touches.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from xml.sax.saxutils import quoteattr

from tongban.kernel import markup
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.rules.dmn.model import Aggregation, HitPolicy
from tongban.rules.dmn.spans import Edits, Span, quoted, spans
from tongban.rules.sentences import said


@dataclass(frozen=True, slots=True, kw_only=True)
class InputColumn:
    """One input column."""

    label: str = ""
    expression: str = ""
    type: str = ""
    values: str = ""
    """Unary tests: the values it may have; empty for any."""
    source: int | None = None
    """Its place among the inputs in the XML; None for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumn:
    """One output column."""

    name: str = ""
    type: str = ""
    values: str = ""
    default: str = ""
    source: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteColumn:
    """One column of notes."""

    name: str = ""
    source: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule."""

    tests: tuple[str, ...]
    results: tuple[str, ...]
    notes: tuple[str, ...] = ()
    source: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A whole table."""

    hit: HitPolicy = "UNIQUE"
    aggregation: Aggregation | None = None
    inputs: tuple[InputColumn, ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
    notes: tuple[NoteColumn, ...] = ()
    rows: tuple[Row, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A decision of a model as an editor lists it."""

    id: str
    name: str
    question: str
    table: bool
    """False: its logic is no table, and can be edited only in a DMN editor."""
    needed: bool
    """Whether another decision needs it by its name."""


def sheets(text: str) -> tuple[Sheet, ...]:
    """The decisions of a model, in the order of the file. Raises: InvalidInput, TooLarge."""
    root = spans(text.encode())
    data = text.encode()
    needed = {
        one.attributes.get("href", "").rpartition("#")[2]
        for one in root.walk()
        if one.name == "requiredDecision"
    }
    return tuple(
        Sheet(
            id=one.attributes.get("id", ""),
            name=" ".join(one.attributes.get("name", "").split()),
            question=_words(data, one.first("question")),
            table=one.first("decisionTable") is not None,
            needed=one.attributes.get("id", "") in needed,
        )
        for one in root.all("decision")
    )


def grid(text: str, decision: str) -> Grid:
    """The table of a decision, by its id or name.

    Raises: NotFound when there is no such decision, InvalidInput `dmn.no_table` when its logic is no table.
    """
    data = text.encode()
    return _read(data, _table(spans(data), decision))


def rule_ids(text: str, decision: str) -> tuple[str, ...]:
    """The ids of a table's rules, in order; empty for one without. Raises: as `grid`."""
    table = _table(spans(text.encode()), decision)
    return tuple(one.attributes.get("id", "") for one in table.all("rule"))


def input_ids(text: str, decision: str) -> tuple[str, ...]:
    """The ids of a table's input columns, in order; empty for one without. Raises: as `grid`."""
    table = _table(spans(text.encode()), decision)
    return tuple(one.attributes.get("id", "") for one in table.all("input"))


def decision_of(root: Span, decision: str) -> Span:
    """The element of a decision, by its id or name. Raises: NotFound."""
    known = root.all("decision")
    found = next((one for one in known if one.attributes.get("id") == decision), None) or next(
        (one for one in known if " ".join(one.attributes.get("name", "").split()) == decision), None
    )
    if found is None:
        raise NotFound("dmn.decision", said("no_decision", name=decision[:80]))
    return found


def _table(root: Span, decision: str) -> Span:
    table = decision_of(root, decision).first("decisionTable")
    if table is None:
        raise InvalidInput(
            "dmn.no_table",
            said("no_table"),
            hint=said("no_table.hint"),
        )
    return table


def _words(data: bytes, span: Span | None) -> str:
    """The text of an element, entities resolved."""
    if span is None:
        return ""
    inner = data[span.inner : span.close]
    return markup.read(b"<t>" + inner + b"</t>").text.strip() if inner else ""


def _entry(data: bytes, span: Span | None) -> str:
    """What stands in the `text` of a cell."""
    return "" if span is None else _words(data, span.first("text"))


def _read(data: bytes, table: Span) -> Grid:
    said = table.attributes
    inputs = []
    for place, one in enumerate(table.all("input")):
        expression = one.first("inputExpression")
        inputs.append(
            InputColumn(
                label=" ".join(one.attributes.get("label", "").split()),
                expression=_entry(data, expression),
                type="" if expression is None else expression.attributes.get("typeRef", ""),
                values=_entry(data, one.first("inputValues")),
                source=place,
            )
        )
    outputs = tuple(
        OutputColumn(
            name=" ".join(one.attributes.get("name", "").split()),
            type=one.attributes.get("typeRef", ""),
            values=_entry(data, one.first("outputValues")),
            default=_entry(data, one.first("defaultOutputEntry")),
            source=place,
        )
        for place, one in enumerate(table.all("output"))
    )
    notes = tuple(
        NoteColumn(name=" ".join(one.attributes.get("name", "").split()), source=place)
        for place, one in enumerate(table.all("annotation"))
    )
    rows = []
    for place, rule in enumerate(table.all("rule")):
        cells = [
            tuple(_entry(data, one) for one in rule.all(name))
            for name in ("inputEntry", "outputEntry", "annotationEntry")
        ]
        rows.append(
            Row(
                tests=_filled(cells[0], len(inputs), "-"),
                results=_filled(cells[1], len(outputs), ""),
                notes=_filled(cells[2], len(notes), ""),
                source=place,
            )
        )
    return Grid(
        hit=said.get("hitPolicy", "UNIQUE") or "UNIQUE",  # type: ignore[arg-type] # a wrong one is shown as it is
        aggregation=said.get("aggregation") or None,  # type: ignore[arg-type]
        inputs=tuple(inputs),
        outputs=outputs,
        notes=notes,
        rows=tuple(rows),
    )


def _filled(cells: tuple[str, ...], count: int, blank: str) -> tuple[str, ...]:
    return (cells + (blank,) * count)[:count]


_C = TypeVar("_C", InputColumn, OutputColumn, NoteColumn)


class _Writer:
    """Writes one table."""

    def __init__(self, data: bytes, table: Span, ids: set[str]) -> None:
        self.data, self.table, self.ids = data, table, ids
        self.prefix = table.prefix
        self.stem = table.attributes.get("id") or "table"
        self.was = _read(data, table)

    def write(self, new: Grid) -> str:
        """The XML of the whole document with the table as it is now."""
        edits = Edits(self.data)
        if new.hit != self.was.hit:
            edits.attribute(self.table, "hitPolicy", new.hit)
        if new.aggregation != self.was.aggregation:
            edits.attribute(self.table, "aggregation", new.aggregation)
        parts = ("input", "output", "annotation", "rule")
        mine = self.table.all(*parts)
        made = [
            *self._columns("input", new.inputs, self.was.inputs, self._input),
            *self._columns("output", new.outputs, self.was.outputs, self._output),
            *self._columns("annotation", new.notes, self.was.notes, self._note),
            *self._rows(new),
        ]
        if [one for one in made if isinstance(one, str)] or made != mine:
            first = mine[0] if mine else None
            start = self._lead(first) if first else self.table.close
            end = mine[-1].end if mine else self.table.close
            others = [one for one in self.table.children if one not in mine and start <= one.start < end]
            indent = self._indent(first)
            kept = "".join(self._whole(one, indent) for one in others)
            text = "".join(
                self._whole(one, indent) if isinstance(one, Span) else f"{indent}{one}" for one in made
            )
            edits.replace(start, end, kept + text)
        return edits.done()

    def _lead(self, span: Span) -> int:
        """Where what stands before an element begins: blanks and comments after the element before it."""
        assert span.parent is not None  # noqa: S101 - a part of the table
        family = span.parent.children
        place = family.index(span)
        return family[place - 1].end if place else span.parent.inner

    def _whole(self, span: Span, indent: str) -> str:
        lead = self.data[self._lead(span) : span.start].decode()
        return (lead or indent) + self._slice(span)

    def _slice(self, span: Span) -> str:
        return self.data[span.start : span.end].decode()

    def _indent(self, span: Span | None) -> str:
        """A new line as deep as its neighbours; nothing where the file has no line ends."""
        if span is None:
            return ""
        lead = self.data[self._lead(span) : span.start].decode()
        tail = lead.rpartition("\n")
        return f"\n{tail[2]}" if tail[1] and not tail[2].strip() else ""

    def _id(self, word: str) -> str:
        """A new id that nobody has."""
        number = 1
        while f"{self.stem}_{word}_{number}" in self.ids:
            number += 1
        self.ids.add(f"{self.stem}_{word}_{number}")
        return f"{self.stem}_{word}_{number}"

    def _tag(self, element: str, inner: str, /, **attributes: str) -> str:
        said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
        tag = f"{self.prefix}{element}"
        return f"<{tag}{said}>{inner}</{tag}>" if inner else f"<{tag}{said}/>"

    def _text(self, text: str) -> str:
        return f"<{self.prefix}text>{quoted(text)}</{self.prefix}text>"

    def _columns(
        self,
        name: str,
        new: Sequence[_C],
        was: Sequence[_C],
        write: Callable[[_C, Span | None], str],
    ) -> list[Span | str]:
        known = self.table.all(name)
        made: list[Span | str] = []
        for one in new:
            old = known[one.source] if one.source is not None and one.source < len(known) else None
            if old is not None and one == was[one.source or 0]:
                made.append(old)
            else:
                made.append(write(one, old))
        return made

    def _cell(self, edits: Edits, owner: Span, name: str, text: str, **attributes: str) -> None:
        """Set the text of a child such as `inputValues`; it is made when it is not there."""
        cell = owner.first(name)
        if cell is None:
            if text or attributes:
                order = ("inputExpression", "inputValues", "outputValues", "defaultOutputEntry")
                later = [one for one in owner.all(*order) if order.index(one.name) > order.index(name)]
                made = self._tag(name, self._text(text), id=self._id(name), **attributes)
                if later:
                    edits.replace(later[0].start, later[0].start, made)
                else:
                    edits.before_close(owner, made)
            return
        if not text and name != "inputExpression":
            edits.replace(self._lead(cell), cell.end, "")
            return
        for key, value in attributes.items():
            edits.attribute(cell, key, value or None)
        self._set(edits, cell, text)

    def _set(self, edits: Edits, cell: Span, text: str) -> None:
        if _entry(self.data, cell) == text:
            return
        inner = cell.first("text")
        if inner is None:
            edits.before_close(cell, self._text(text))
        else:
            edits.inside(inner, quoted(text))

    def _input(self, one: InputColumn, old: Span | None) -> str:
        if old is None:
            values = self._tag("inputValues", self._text(one.values), id=self._id("values"))
            expression = self._tag(
                "inputExpression", self._text(one.expression), id=self._id("expression"), typeRef=one.type
            )
            inner = expression + (values if one.values else "")
            return self._tag("input", inner, id=self._id("input"), label=one.label)
        edits = Edits(self.data, old)
        edits.attribute(old, "label", one.label or None)
        self._cell(edits, old, "inputExpression", one.expression, typeRef=one.type)
        self._cell(edits, old, "inputValues", one.values)
        return edits.done()

    def _output(self, one: OutputColumn, old: Span | None) -> str:
        if old is None:
            inner = (
                self._tag("outputValues", self._text(one.values), id=self._id("values")) if one.values else ""
            )
            if one.default:
                inner += self._tag("defaultOutputEntry", self._text(one.default), id=self._id("default"))
            return self._tag("output", inner, id=self._id("output"), name=one.name, typeRef=one.type)
        edits = Edits(self.data, old)
        edits.attribute(old, "name", one.name or None)
        edits.attribute(old, "typeRef", one.type or None)
        self._cell(edits, old, "outputValues", one.values)
        self._cell(edits, old, "defaultOutputEntry", one.default)
        return edits.done()

    def _note(self, one: NoteColumn, old: Span | None) -> str:
        if old is None:
            return self._tag("annotation", "", name=one.name)
        edits = Edits(self.data, old)
        edits.attribute(old, "name", one.name or None)
        return edits.done()

    def _rows(self, new: Grid) -> Iterator[Span | str]:
        known = self.table.all("rule")
        shape = [
            [one.source for one in many] == list(range(len(old)))
            for many, old in (
                (new.inputs, self.was.inputs),
                (new.outputs, self.was.outputs),
                (new.notes, self.was.notes),
            )
        ]
        for row in new.rows:
            old = known[row.source] if row.source is not None and row.source < len(known) else None
            if old is not None and all(shape) and row == self.was.rows[row.source or 0]:
                yield old
            else:
                yield self._row(row, old, new)

    def _row(self, row: Row, old: Span | None, new: Grid) -> str:
        entries: list[str] = []
        indent = ""
        if old is not None and old.children:
            indent = self._indent(old.children[0])
        for name, cells, columns in (
            ("inputEntry", row.tests, [one.source for one in new.inputs]),
            ("outputEntry", row.results, [one.source for one in new.outputs]),
            ("annotationEntry", row.notes, [one.source for one in new.notes]),
        ):
            known = old.all(name) if old is not None else []
            for text, source in zip(cells, columns, strict=True):
                cell = known[source] if source is not None and source < len(known) else None
                lead = "" if cell is None else self.data[self._lead(cell) : cell.start].decode()
                entries.append((lead or indent) + self._written(name, cell, text))
        if old is None:
            lines = self._indent(self.table.first("rule") or next(iter(self.table.children), None))
            inner = "".join(f"{lines}  {one}" if lines else one for one in entries)
            return self._tag("rule", inner + lines, id=self._id("rule"))
        mine = old.all("inputEntry", "outputEntry", "annotationEntry")
        others = "".join(self._whole(one, indent) for one in old.children if one not in mine)
        last = old.children[-1].end if old.children else old.inner
        tail = self.data[last : old.close].decode()
        edits = Edits(self.data, old)
        edits.inside(old, others + "".join(entries) + tail)
        return edits.done()

    def _written(self, name: str, cell: Span | None, text: str) -> str:
        if cell is None:
            named = {} if name == "annotationEntry" else {"id": self._id("cell")}
            return self._tag(name, self._text(text), **named)
        edits = Edits(self.data, cell)
        self._set(edits, cell, text)
        return edits.done()


def write(text: str, decision: str, new: Grid) -> str:
    """The model with the table of a decision as it is in `new`; all else stays as it was, byte for byte.

    A part whose `source` is given keeps its id, its extensions and its layout. Rows have a cell for each
    column. Raises: as `grid`; InvalidInput `dmn.shape` when a row has another number of cells.
    """
    wrong = [
        number
        for number, row in enumerate(new.rows, 1)
        if (len(row.tests), len(row.results), len(row.notes))
        != (len(new.inputs), len(new.outputs), len(new.notes))
    ]
    if wrong:
        raise InvalidInput("dmn.shape", said("shape", rule=wrong[0]))
    data = text.encode()
    root = spans(data)
    ids = {one.attributes.get("id", "") for one in root.walk()}
    return _Writer(data, _table(root, decision), ids).write(new)


def renamed(text: str, *, name: str) -> str:
    """The model under another name."""
    data = text.encode()
    edits = Edits(data)
    edits.attribute(spans(data), "name", name)
    return edits.done()


def with_input(text: str, decision: str, name: str, kind: str) -> str:
    """The model in which a decision may read a value from outside under `name`.

    Nothing is added that is there already. `kind` is a type of FEEL; empty for any.
    """
    data = text.encode()
    root = spans(data)
    asked = decision_of(root, decision)
    ids = {one.attributes.get("id", "") for one in root.walk()}
    known = {
        " ".join(one.attributes.get("name", "").split()): one
        for one in root.all("inputData", "decision")
        if one is not asked
    }
    edits = Edits(data)
    p = root.prefix

    def fresh(word: str) -> str:
        number = 1
        while f"{word}_{number}" in ids:
            number += 1
        ids.add(f"{word}_{number}")
        return f"{word}_{number}"

    there = known.get(name)
    if there is None:
        key = fresh("input")
        typed = f" typeRef={quoteattr(kind)}" if kind else ""
        made = (
            f"<{p}inputData id={quoteattr(key)} name={quoteattr(name)}>"
            f"<{p}variable id={quoteattr(fresh('variable'))} name={quoteattr(name)}{typed}/>"
            f"</{p}inputData>\n  "
        )
        inputs = root.all("inputData")
        first = root.first("decision", "businessKnowledgeModel", "decisionService")
        at = inputs[-1].end if inputs else first.start if first else root.close
        edits.replace(at, at, f"\n  {made.rstrip()}" if inputs else made)
        what = "requiredInput"
    else:
        key = there.attributes.get("id", "")
        what = "requiredInput" if there.name == "inputData" else "requiredDecision"
    required = {
        one.attributes.get("href", "").rpartition("#")[2]
        for need in asked.all("informationRequirement")
        for one in need.all("requiredInput", "requiredDecision")
    }
    if key not in required:
        need = (
            f"<{p}informationRequirement id={quoteattr(fresh('requirement'))}>"
            f"<{p}{what} href={quoteattr('#' + key)}/></{p}informationRequirement>\n    "
        )
        logic = [
            one
            for one in asked.children
            if one.name
            not in {
                "description",
                "extensionElements",
                "question",
                "allowedAnswers",
                "variable",
                "informationRequirement",
            }
        ]
        at = logic[0].start if logic else asked.close
        edits.replace(at, at, need)
    return edits.done()


def fresh(code: str, name: str, decision: str) -> str:
    """A new model with one empty table."""
    title, called = quoteattr(name), quoteattr(decision)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{code}" name={title}
    namespace="urn:tongban:decisions:{code}">
  <decision id="decision_1" name={called}>
    <variable id="variable_1" name={called}/>
    <decisionTable id="table_1" hitPolicy="UNIQUE">
      <output id="table_1_output_1"/>
      <annotation name="说明"/>
    </decisionTable>
  </decision>
</definitions>"""


# ---- edits of a grid, as an editor makes them


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
