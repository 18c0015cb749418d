"""Names, paths, literals, lists, ranges and contexts."""

from typing import Any

from tongban.rules import operators, tree
from tongban.rules.compiler.base import Step, Surroundings, build, builds
from tongban.rules.constants import constant
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions import BUILTINS
from tongban.rules.run import Scope
from tongban.rules.sentences import said
from tongban.rules.values import Range


@builds(tree.Null, tree.Boolean, tree.Number, tree.Text, tree.At)
def _fixed(node: tree.Node, around: Surroundings) -> Step:
    known = constant(node)
    if known is None:  # pragma: no cover - the table below names constants only
        raise AssertionError(node)
    value = known[0]
    if value is None and isinstance(node, tree.At):
        raise FeelSyntaxError.pointing(
            said("no_temporal"),
            text=around.text,
            offset=node.at,
            hint=said("no_temporal.hint"),
        )
    return lambda _scope: value


@builds(tree.Name)
def name_step(node: tree.Name, around: Surroundings) -> Step:
    """A name bound around, or else one of the context."""
    name, at = node.name, node.at
    if around.dynamic or name in around.local:
        return lambda scope: scope.find(name)

    function = BUILTINS[name].value() if around.functions and name in BUILTINS else None

    def outer(scope: Scope) -> Any:
        context = scope.run.context
        if name in context:
            return scope.run.take(context[name])
        if function is not None:
            return function
        scope.run.remark("missing", said("unknown_name", name=name), at)
        return None

    return outer


@builds(tree.Path)
def _path(node: tree.Path, around: Surroundings) -> Step:
    source, name, at = build(node.source, around), node.name, node.at
    if isinstance(node.source, tree.Name) and not around.dynamic and node.source.name not in around.local:
        return _address(node.source.name, name, source, at)

    def path(scope: Scope) -> Any:
        value = source(scope)
        if type(value) is dict and name in value:
            return scope.run.take(value[name])
        return operators.member(value, name, scope.run, at)

    return path


def _address(role: str, element: str, source: Step, at: int) -> Step:
    """`role.element` of the context: what nearly every rule reads, so it has the shortest way."""

    def address(scope: Scope) -> Any:
        inner = scope.run.context.get(role)
        if type(inner) is dict:
            value = inner.get(element)
            if type(value) in operators.PLAIN:
                return value
            if value is not None:
                return scope.run.take(value)
        value = source(scope)
        if type(value) is dict and element in value:
            return scope.run.take(value[element])
        return operators.member(value, element, scope.run, at)

    return address


@builds(tree.ListOf)
def _list(node: tree.ListOf, around: Surroundings) -> Step:
    items = [build(item, around) for item in node.items]
    return lambda scope: [item(scope) for item in items]


@builds(tree.Interval)
def _interval(node: tree.Interval, around: Surroundings) -> Step:
    if (fixed := constant(node)) and fixed[0] is not None:
        value = fixed[0]
        return lambda _scope: value
    low = build(node.low or tree.Null(), around)
    high = build(node.high or tree.Null(), around)
    opened = node.low is None or node.high is None
    low_included, high_included, at = node.low_included, node.high_included, node.at

    def interval(scope: Scope) -> Range | None:
        made = operators.interval(
            low(scope), high(scope), low_included=low_included, high_included=high_included, opened=opened
        )
        if made is None:
            scope.run.remark("range", said("range_ends"), at)
        return made

    return interval


@builds(tree.Context)
def _context(node: tree.Context, around: Surroundings) -> Step:
    entries: list[tuple[str, Step]] = []
    inner = around
    for key, value in node.entries:
        entries.append((key, build(value, inner)))
        inner = inner.binding(key)

    def context(scope: Scope) -> dict[str, Any]:
        made: dict[str, Any] = {}
        inside = Scope(made, scope, scope.run)
        for key, value in entries:
            made[key] = value(inside)
        return made

    return context
