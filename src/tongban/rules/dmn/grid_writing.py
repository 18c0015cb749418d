"""A changed decision table back into its XML.

Everything that is no table, and every cell that did not change, stays byte for byte. What it does not know
(boxed expressions instead of a table, extensions of other tools, the diagram) it never touches.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from xml.sax.saxutils import quoteattr

from tongban.kernel.errors import InvalidInput
from tongban.rules.dmn.grid import (
    Grid,
    InputColumn,
    NoteColumn,
    OutputColumn,
    Row,
    entry_text,
    read_table,
    table_of,
)
from tongban.rules.dmn.spans import Edits, Span, quoted, spans
from tongban.rules.sentences import said

_C = TypeVar("_C", InputColumn, OutputColumn, NoteColumn)


class _Writer:
    """Writes one table."""

    def __init__(self, data: bytes, table: Span, ids: set[str]) -> None:
        self.data, self.table, self.ids = data, table, ids
        self.prefix = table.prefix
        self.stem = table.attributes.get("id") or "table"
        self.was = read_table(data, table)

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
        if entry_text(self.data, cell) == text:
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
    return _Writer(data, table_of(root, decision), ids).write(new)
