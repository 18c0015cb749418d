"""One decision of a draft as its editor sees it: the model, the chosen table, and what is wrong with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tongban.catalogue.domain import Catalogue, DataElement, DecisionModel, with_changes
from tongban.catalogue.domain.deciding import compiled, imported
from tongban.catalogue.domain.values import split
from tongban.design import queries
from tongban.faces.common import words
from tongban.faces.common.sentences import told, why
from tongban.faces.designer.decisions.cells import choice_of
from tongban.identity.domain import Post
from tongban.kernel.errors import NotFound, TongbanError
from tongban.rules import dmn
from tongban.rules.dmn import grid as tables
from tongban.rules.dmn import model_edits
from tongban.rules.dmn.check import check
from tongban.rules.dmn.examples import examples, tried
from tongban.rules.dmn.grid import Grid, Sheet
from tongban.rules.sentences import typed

KIND: Final = "decisions"
FEEL: Final = {
    **dict.fromkeys(("string", "text", "code", "address", "phone"), "string"),
    **dict.fromkeys(("integer", "decimal", "money"), "number"),
    "boolean": "boolean",
    "date": "date",
    "datetime": "date and time",
}
"""Element type → type of FEEL."""
TYPES: Final = ("string", "number", "boolean", "date", "date and time", "time", "days and time duration")
"""Types that a column can be given."""
POLICIES: Final = (
    "UNIQUE", "FIRST", "PRIORITY", "ANY", "RULE ORDER", "OUTPUT ORDER",
    "COLLECT", "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT",
)  # fmt: skip
ROWS: Final = 25
"""Rules on a page; fewer where there are many columns, so that a form without scripts can be sent."""
_FIELDS: Final = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A model in the editor."""

    code: str
    text: str
    revision: int
    catalogue: Catalogue
    sheets: tuple[Sheet, ...]
    sheet: Sheet | None
    table: Grid | None
    fault: str = ""
    """Why the model cannot be edited at all."""

    @property
    def name(self) -> str:
        """What messages and addresses call the chosen decision."""
        return (self.sheet.id or self.sheet.name) if self.sheet else ""

    def resolve(self, wanted: dmn.Import) -> str | None:
        """The text of an import, from the draft's catalogue."""
        return imported(self.catalogue.decisions, wanted)

    def model(self) -> dmn.Model:
        """The compiled model. Raises: InvalidInput, TooLarge."""
        mine = DecisionModel(code=self.code, model=self.text)
        return compiled({**self.catalogue.decisions, self.code: mine}, self.code)

    @property
    def rows_per_page(self) -> int:
        """How many rules one page shows."""
        if self.table is None:
            return ROWS
        cells = max(1, len(self.table.inputs) + len(self.table.outputs) + len(self.table.notes))
        return max(5, min(ROWS, _FIELDS // cells))


def open_(post: Post, draft_id: UUID, code: str, decision: str = "") -> Work:
    """The model of a draft with one of its decisions; a model that nobody has begun is a new, empty one."""
    try:
        content, revision = queries.file(post, draft_id, KIND, code)
    except NotFound:
        content, revision = None, 0
    catalogue = _catalogue(draft_id)
    if content is None:
        title = words.say("designer.decision.new_name")
        text = model_edits.fresh(code, title, title)
    else:
        text = str(content.get("model", ""))
    return work(code, text, revision, catalogue, decision)


def work(code: str, text: str, revision: int, catalogue: Catalogue, decision: str = "") -> Work:
    """The model as it stands in `text`, at the decision of this id, or the first that is a table."""
    try:
        sheets = tables.sheets(text)
    except TongbanError as error:
        return Work(
            code=code, text=text, revision=revision, catalogue=catalogue, sheets=(), sheet=None, table=None,
            fault=why(error),
        )  # fmt: skip
    chosen = next((one for one in sheets if decision in {one.id, one.name}), None)
    chosen = chosen or next((one for one in sheets if one.table), None) or next(iter(sheets), None)
    table = tables.grid(text, chosen.id or chosen.name) if chosen and chosen.table else None
    return Work(
        code=code, text=text, revision=revision, catalogue=catalogue, sheets=sheets, sheet=chosen, table=table
    )


def _catalogue(draft_id: UUID) -> Catalogue:
    """What the draft makes of its base, without the check of the whole."""
    changed: dict[str, dict[str, Any]] = {}
    for (kind, code), content in queries.changes(draft_id).items():
        changed.setdefault(kind, {})[code] = content
    base = queries.base(draft_id)
    return with_changes(base, changed)[0] if changed else base


_COUNTED: Final = re.compile(r"(?P<owner>.+)/(?P<what>rule|input) (?P<number>\d{1,6})\Z")


def place_of(post: Post, draft_id: UUID, code: str, element: str) -> tuple[str, str, int]:
    """Where a finding's element stands: decision, id on the page, rule (from 0); all empty where unknown."""
    found = open_(post, draft_id, code)
    counted = _COUNTED.match(element)
    for sheet in found.sheets:
        name = sheet.id or sheet.name
        if element in {sheet.id, sheet.name}:
            return name, "grid" if sheet.table else "", 0
        if not sheet.table:
            continue
        rules, inputs = tables.rule_ids(found.text, name), tables.input_ids(found.text, name)
        row = rules.index(element) if element in rules else -1
        column = inputs.index(element) if element in inputs else -1
        if counted and counted["owner"] in {sheet.id, sheet.name}:
            number = int(counted["number"]) - 1
            row, column = (number, -1) if counted["what"] == "rule" else (-1, number)
        if row >= 0:
            return name, f"c-r{row}-i0", row
        if column >= 0:
            return name, f"h-i{column}-label", 0
    return "", "", 0


def elements(work: Work) -> dict[str, DataElement]:
    """Input of the model → the data element whose value the rules of items give it."""
    found: dict[str, DataElement] = {}
    known = work.catalogue.elements
    for item in work.catalogue.items.values():
        for rule in item.rules:
            if rule.decision != work.code:
                continue
            for name, feel in rule.inputs.items():
                element = known.get(split(feel.text)[1])
                if element is not None:
                    found.setdefault(name, element)
    names = {one.name.zh_hans: one for one in known.values()}
    inputs = work.table.inputs if work.table else ()
    for column in inputs:
        if column.expression in names:
            found.setdefault(column.expression, names[column.expression])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding in the words of the reader."""

    severity: str
    text: str
    row: int | None = None
    """The rule it is about, from 1."""


def findings(work: Work) -> list[Said]:
    """What is wrong with the model, the chosen table first; then examples that do not hold."""
    if work.fault:
        return [Said(severity="error", text=work.fault)]
    try:
        model = work.model()
        ids = tables.rule_ids(work.text, work.name) if work.table else ()
        found = [_said(one, ids) for one in check(model)]
        for decision, ones in examples(work.text).items():
            found += [
                Said(
                    severity="error", text=words.say("designer.decision.find.example", name=one.example.name)
                )
                for one in tried(model, decision, ones)
                if not one.held
            ]
    except TongbanError as error:
        return [Said(severity="error", text=why(error))]
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda one: order.get(one.severity, 3))


def _said(one: dmn.Finding, ids: tuple[str, ...]) -> Said:
    row = ids.index(one.element) + 1 if one.element in ids else None
    if not one.code:
        return Said(severity=one.severity, text=told(one.message), row=row)
    shown = one.where
    if one.code == "test_type":
        shown = tuple((column, told(typed(kind))) for column, kind in shown)
    places = words.say("designer.decision.find.and").join(_where(*place) for place in shown)
    return Said(
        severity=one.severity,
        text=words.say(
            f"designer.decision.find.{one.code}",
            rule=one.rules[0] if one.rules else "",
            other=one.rules[-1] if one.rules else "",
            where=places or words.say("designer.decision.find.anything"),
        ),
        row=row,
    )


def _where(column: str, test: str) -> str:
    """A column and a test of it in plain words; one that is no simple choice as it stands."""
    choice = choice_of(test.removeprefix("in "))
    if choice.kind in {"feel", "any"}:
        return words.say("designer.decision.find.where", column=column, test=test)
    high = choice.values[-1]
    if choice.kind == "between" and not choice.high_in:
        high = words.say("designer.decision.say.below", value=high)
    low = choice.values[0]
    if choice.kind == "between" and not choice.low_in:
        low = words.say("designer.decision.say.above", value=low)
    value = words.say("designer.decision.find.and").join(choice.values)
    return words.say(f"designer.decision.say.{choice.kind}", column=column, value=value, low=low, high=high)


def kinds(work: Work) -> list[str]:
    """The type of each input column: as written, else that of the input data behind it."""
    if work.table is None:
        return []
    try:
        types = work.model().input_types
    except TongbanError:
        types = {}
    return [column.type or types.get(column.expression, "") for column in work.table.inputs]


def policy(table: Grid) -> str:
    """The hit policy with its aggregation, as one word of `POLICIES`."""
    return f"{table.hit} {table.aggregation}" if table.aggregation else str(table.hit)


def values_of(element: DataElement | None, work: Work) -> list[tuple[str, str]]:
    """Code and name of the values that an element may have; none when it has no list."""
    listed = work.catalogue.code_lists.get(element.code_list or "") if element else None
    return [(one.code, words.text(one.name)) for one in listed.codes] if listed else []


def choosable(work: Work) -> Iterable[tuple[str, str, str]]:
    """Data elements that a column may read: code, name, type of FEEL."""
    for element in work.catalogue.elements.values():
        yield element.code, words.text(element.name), FEEL.get(element.type, "")
