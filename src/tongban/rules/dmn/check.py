"""What is wrong with a model, or worth knowing: everything that can be said without evaluating it."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from tongban.kernel.errors import InvalidInput, TooLarge
from tongban.rules.dmn import model
from tongban.rules.dmn.boxes import WHOLE, GaveUp, Search
from tongban.rules.dmn.cells import Cells
from tongban.rules.dmn.cut import Column, columns_of
from tongban.rules.dmn.decisions import Model, load
from tongban.rules.dmn.frame import Examined
from tongban.rules.dmn.linking import Resolve
from tongban.rules.dmn.types import Basic, base_of
from tongban.rules.dmn.values import named_values
from tongban.rules.operators import described
from tongban.rules.sentences import joined, said
from tongban.rules.values import Range, equal

MOST = 8
"""Findings of one kind about one table; the rest is only counted or left out."""
_SINGLE = ("UNIQUE", "FIRST", "ANY", "PRIORITY")


def check_text(data: bytes | str, resolve: Resolve) -> list[model.Finding]:
    """The findings about a file; one that is no DMN at all is a finding too."""
    try:
        return check(load(data, resolve))
    except (InvalidInput, TooLarge) as error:
        line = error.params.get("line", 0)
        message = joined(error.detail, error.hint)
        return [model.Finding("definitions", "error", message, line if isinstance(line, int) else 0)]


def check(one: Model) -> list[model.Finding]:
    """All findings, in the order of the file: first what stands earlier, errors before the rest."""
    order = {"error": 0, "warning": 1, "info": 2}
    found = [*one.findings, *_unused(one)]
    for table in one.linked.tables:
        found += check_table(table)
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.line, order[finding.severity]))


def _unused(one: Model) -> Iterator[model.Finding]:
    own = [node for key, node in one.linked.nodes.items() if key[0] == one.linked.definitions.namespace]
    needed: set[int] = set()
    for node in own:
        for path, other in (*node.information, *node.knowledge):
            needed.add(id(other))
            decided = isinstance(node.source, model.Decision) and node.source.logic is not None
            if decided and path[0] not in node.reads:
                yield model.Finding(
                    node.source.element, "info", said("not_read", name=path[0]), node.source.line
                )
        needed.update(id(other) for other in (*node.outputs, *node.parameters))
    for node in own:
        if type(node.source) is model.InputData and id(node) not in needed:
            yield model.Finding(
                node.source.element, "info", said("not_needed", name=node.name), node.source.line
            )


def check_table(table: Examined) -> list[model.Finding]:
    """Gaps, overlaps, rules that never decide, and a hit policy that does not fit."""
    if not table.table.rules:
        return [model.Finding(table.element, "warning", said("no_rules"), table.line, code="no_rules")]
    if not table.table.inputs:
        return []
    found: list[model.Finding] = []
    try:
        found.extend(_Table(table).findings())
    except GaveUp:
        message = said("too_many_combinations")
        found.append(model.Finding(table.element, "info", message, table.line))
    return found


class _Table:
    def __init__(self, table: Examined) -> None:
        self.examined = table
        self.table = table.table
        self.columns = columns_of(table)
        self.search = Search(self.columns, len(self.table.rules))

    def finding(
        self,
        severity: str,
        message: str,
        rule: int | None = None,
        code: str = "",
        *,
        rules: tuple[int, ...] = (),
        where: Iterable[tuple[str, str]] = (),
    ) -> model.Finding:
        part = None if rule is None else self.table.rules[rule]
        return model.Finding(
            self.examined.element if part is None else part.element,
            severity,  # type: ignore[arg-type]
            message,
            self.examined.line if part is None else part.line,
            code,
            rules if rules or rule is None else (rule + 1,),
            tuple(where),
        )

    def findings(self) -> Iterator[model.Finding]:
        empty = [rule for rule in range(len(self.table.rules)) if not self.possible(rule)]
        for rule in empty:
            yield self.finding(
                "warning", f"Rule {rule + 1} can never hold: {self.why_empty(rule)}.", rule, "never"
            )
        yield from self.gaps()
        pairs = self.search.overlaps(10_000)
        yield from self.overlaps(pairs)
        yield from self.shadows(set(empty))
        if self.table.hit in ("FIRST", "ANY", "PRIORITY") and not pairs and not self.uncertain():
            yield self.finding("info", said("unique_would_do"))
        yield from self.types()
        yield from self.outputs()

    def uncertain(self) -> bool:
        return any(cell is None for column in self.examined.cells for cell in column)

    def possible(self, rule: int) -> bool:
        return all(self.search.box(rule, certain=False))

    def why_empty(self, rule: int) -> str:
        box = self.search.box(rule, certain=False)
        column = next(column for column, atoms in zip(self.columns, box, strict=True) if not atoms)
        return f"its test of `{column.name}` lets no allowed value through"

    def gaps(self) -> Iterator[model.Finding]:
        if any(output.default for output in self.table.outputs):
            return
        severity = "warning" if self.table.hit in _SINGLE else "info"
        for texts in self.search.uncovered(self.search.full, MOST):
            # A table about whole numbers has no rule for 17.5, and need not have one.
            thin = any(text.startswith(WHOLE) for text in texts)
            message = f"Gap: no rule holds {where(self.columns, texts)}."
            yield self.finding("info" if thin else severity, message, None, "gap", where=self.named(texts))

    def named(self, texts: list[str]) -> Iterator[tuple[str, str]]:
        """The columns that a box says something of, with what."""
        return ((column.name, text) for column, text in zip(self.columns, texts, strict=True) if text)

    def overlaps(self, pairs: list[tuple[int, int]]) -> Iterator[model.Finding]:
        hit = self.table.hit
        if hit not in ("UNIQUE", "ANY"):
            return
        told = 0
        for first, second in pairs:
            alike = self.alike(first, second)
            if hit == "ANY" and alike is not False:
                continue
            told += 1
            if told > MOST:
                yield self.finding("info", said("more_overlaps"))
                return
            texts = self.search.common(first, second)
            place = where(self.columns, texts)
            advice = "ANY allows that, as they give the same" if alike else "FIRST or PRIORITY would choose"
            rest = (
                f"but the hit policy is UNIQUE; {advice}" if hit == "UNIQUE" else "and give different results"
            )
            yield self.finding(
                "error",
                f"Overlap: rules {first + 1} and {second + 1} both hold {place}, {rest}.",
                second,
                "overlap",
                rules=(first + 1, second + 1),
                where=self.named(texts),
            )

    def alike(self, first: int, second: int) -> bool | None:
        one, other = self.examined.results[first], self.examined.results[second]
        if one is None or other is None:
            return None
        return all(equal(a, b) is True for a, b in zip(one, other, strict=True))

    def shadows(self, empty: set[int]) -> Iterator[model.Finding]:
        """Rules for which another, that goes before them, always holds as well."""
        told = 0
        for rule in range(len(self.table.rules)):
            stronger = self.stronger(rule)
            if not stronger or rule in empty or told >= MOST:
                continue
            if not self.search.uncovered(stronger, 1, self.search.box(rule, certain=False)):
                told += 1
                others = "earlier rules" if self.table.hit == "FIRST" else "rules of higher priority"
                yield self.finding(
                    "warning",
                    f"Rule {rule + 1} is never reached: {others} hold wherever it does.",
                    rule,
                    "unreached",
                )

    def stronger(self, rule: int) -> int:
        """The rules that are chosen before this one when both hold, as bits."""
        if self.table.hit == "FIRST":
            return (1 << rule) - 1
        own = self.ranks[rule]
        if self.table.hit != "PRIORITY" or own is None:
            return 0
        return sum(1 << other for other, rank in enumerate(self.ranks) if rank is not None and rank < own)

    @cached_property
    def ranks(self) -> list[tuple[int, ...] | None]:
        """Of each rule, its place in the order of the output values; none where that is not known."""
        orders = [named_values(output.values) for output in self.table.outputs]
        made: list[tuple[int, ...] | None] = []
        for results in self.examined.results:
            if results is None or len(results) != len(orders):
                made.append(None)
                continue
            made.append(
                tuple(
                    next((place for place, part in enumerate(order.parts) if Cells((part,)).holds(value)), 0)
                    if order is not None
                    else 0
                    for value, order in zip(results, orders, strict=True)
                )
            )
        return made

    def types(self) -> Iterator[model.Finding]:
        """Tests and results of another type than theirs must be."""
        for number, column in enumerate(self.examined.cells):
            kind = base_of(self.examined.kinds[number])
            wanted = kind.exact if isinstance(kind, Basic) else None
            for rule, cell in enumerate(column if wanted is not None else ()):
                wrong = next((end for end in ends_of(cell) if type(end) is not wanted), None)
                if wrong is not None:
                    name = self.table.inputs[number].label
                    yield self.finding(
                        "warning",
                        f"Rule {rule + 1} tests `{name}`, a {kind.name}, with {described(wrong)}.",
                        rule,
                        "test_type",
                        where=[(name, kind.name)],
                    )
        for rule, results in enumerate(self.examined.results if self.table.aggregation == "SUM" else ()):
            if results and isinstance(results[0], str):
                yield self.finding("error", said("sum_of_strings", rule=rule + 1), rule)

    def outputs(self) -> Iterator[model.Finding]:
        for number, output in enumerate(self.table.outputs):
            allowed = named_values(output.values)
            if allowed is None:
                continue
            for rule, results in enumerate(self.examined.results):
                if results is None or number >= len(results) or results[number] is None:
                    continue
                if not allowed.holds(results[number]):
                    yield self.finding(
                        "warning",
                        f"Rule {rule + 1} gives a value that is not among the output values"
                        + (f" of `{output.name}`." if output.name else "."),
                        rule,
                        "unlisted",
                    )


def ends_of(cell: Cells | None) -> Iterator[Any]:
    """The constants of a cell, null left out."""
    for part in cell.parts if cell is not None else ():
        for end in (part.low, part.high) if isinstance(part, Range) else (part,):
            if end is not None:
                yield end


def where(columns: list[Column], texts: list[str]) -> str:
    """A box in words: `when Age is > 65 and Kind is "a"`."""
    parts = [f"`{column.name}` is {text}" for column, text in zip(columns, texts, strict=True) if text]
    return f"when {' and '.join(parts)}" if parts else "whatever the inputs are"
