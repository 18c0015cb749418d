"""Hit policies: what a decision table gives when so many rules hold (OMG DMN 1.5, 8.2.10)."""

from collections.abc import Callable
from typing import Any

from tongban.rules.compiler import Step
from tongban.rules.dmn import model
from tongban.rules.dmn.cells import cell_of
from tongban.rules.dmn.frame import Frame, fault
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions import BUILTINS
from tongban.rules.run import Scope
from tongban.rules.sentences import joined, said
from tongban.rules.values import Range, equal, within

Policy = Callable[[list[int], list[Step], Scope], Any]
"""From the rules that hold, at least one, and what each rule gives, to the result."""

_AGGREGATES = {"SUM": "sum", "MIN": "min", "MAX": "max"}


def policy(table: model.Table, frame: Frame) -> Policy:
    """The hit policy of a table."""
    if table.hit in ("PRIORITY", "OUTPUT ORDER"):
        return _by_priority(table, frame)
    if table.hit == "COLLECT" and table.aggregation:
        return _aggregate(table.aggregation)
    element = frame.element
    match table.hit:
        case "FIRST":
            return lambda found, results, scope: results[found[0]](scope)
        case "UNIQUE":
            return _unique(element, [rule.element for rule in table.rules])
        case "ANY":
            return _any(element)
    return _collect  # COLLECT and RULE ORDER: in the order of the rules


def _collect(found: list[int], results: list[Step], scope: Scope) -> list[Any]:
    return [results[rule](scope) for rule in found]


def _unique(element: str, names: list[str]) -> Policy:
    def unique(found: list[int], results: list[Step], scope: Scope) -> Any:
        if len(found) > 1:
            listed = ", ".join(f"{rule + 1} ({names[rule]})" for rule in found[:5])
            fault(scope, element, said("unique_broken", number=len(found), rules=listed))
            return None
        return results[found[0]](scope)

    return unique


def _any(element: str) -> Policy:
    def any_(found: list[int], results: list[Step], scope: Scope) -> Any:
        values = _collect(found, results, scope)
        for value in values[1:]:
            scope.run.visit(value)
            if equal(value, values[0]) is not True:
                fault(scope, element, said("any_broken", number=len(found)))
                return None
        return values[0]

    return any_


def _aggregate(how: model.Aggregation) -> Policy:
    def aggregate(found: list[int], results: list[Step], scope: Scope) -> Any:
        values = _collect(found, results, scope)
        name = "count" if how == "COUNT" else _AGGREGATES[how]
        return BUILTINS[name].invoke([values], (), scope.run, 0)

    return aggregate


def ranking(text: str, frame: Frame) -> list[Any] | None:
    """The values of an output in order of priority, highest first; nothing when they are no constants."""
    try:
        cell = cell_of(frame.binding("?").parse(text, tests=True))
    except FeelSyntaxError as error:
        frame.report("error", joined(error.detail, error.hint))
        return None
    return None if cell is None or cell.negated else list(cell.parts)


def _by_priority(table: model.Table, frame: Frame) -> Policy:
    ranks: list[list[Any]] = []
    for output in table.outputs:
        known = ranking(output.values, frame.at(output)) if output.values else None
        ranks.append(known or [])
    if not any(ranks):
        frame.report("error", said("needs_order", hit=table.hit))
    names = [output.name for output in table.outputs]
    best = table.hit == "PRIORITY"

    def rank(value: Any) -> tuple[int, ...]:
        parts = [value] if len(names) == 1 else [value[name] for name in names]
        return tuple(_place(part, order) for part, order in zip(parts, ranks, strict=True))

    def by_priority(found: list[int], results: list[Step], scope: Scope) -> Any:
        values = sorted(_collect(found, results, scope), key=rank)  # stable: equals stay in rule order
        return values[0] if best else values

    return by_priority


def _place(value: Any, order: list[Any]) -> int:
    for place, known in enumerate(order):
        if (within(value, known) if isinstance(known, Range) else equal(value, known)) is True:
            return place
    return len(order)
