"""A decision table as people edit it: columns and rows, each with where it came from, read from the XML.

`grid_edits` changes one, `grid_writing` puts a changed one back, `model_edits` changes the model around it.
"""

from dataclasses import dataclass, field

from tongban.kernel import markup
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.rules.dmn.model import Aggregation, HitPolicy
from tongban.rules.dmn.spans import Span, spans
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
    return read_table(data, table_of(spans(data), decision))


def rule_ids(text: str, decision: str) -> tuple[str, ...]:
    """The ids of a table's rules, in order; empty for one without. Raises: as `grid`."""
    table = table_of(spans(text.encode()), decision)
    return tuple(one.attributes.get("id", "") for one in table.all("rule"))


def input_ids(text: str, decision: str) -> tuple[str, ...]:
    """The ids of a table's input columns, in order; empty for one without. Raises: as `grid`."""
    table = table_of(spans(text.encode()), decision)
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


def table_of(root: Span, decision: str) -> Span:
    """The element of a decision's table. Raises: as `grid`."""
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


def entry_text(data: bytes, span: Span | None) -> str:
    """What stands in the `text` of a cell."""
    return "" if span is None else _words(data, span.first("text"))


def read_table(data: bytes, table: Span) -> Grid:
    """The table that an element holds."""
    said = table.attributes
    inputs = []
    for place, one in enumerate(table.all("input")):
        expression = one.first("inputExpression")
        inputs.append(
            InputColumn(
                label=" ".join(one.attributes.get("label", "").split()),
                expression=entry_text(data, expression),
                type="" if expression is None else expression.attributes.get("typeRef", ""),
                values=entry_text(data, one.first("inputValues")),
                source=place,
            )
        )
    outputs = tuple(
        OutputColumn(
            name=" ".join(one.attributes.get("name", "").split()),
            type=one.attributes.get("typeRef", ""),
            values=entry_text(data, one.first("outputValues")),
            default=entry_text(data, one.first("defaultOutputEntry")),
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
            tuple(entry_text(data, one) for one in rule.all(name))
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
