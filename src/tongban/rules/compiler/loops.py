"""`for`, `some`, `every` and filters: each turn is paid for by the size of its body."""

from collections.abc import Callable, Mapping
from typing import Any

from tongban.rules import operators, tree
from tongban.rules.compiler.base import Step, Surroundings, build, builds, size
from tongban.rules.constants import constant
from tongban.rules.operators import described
from tongban.rules.run import Scope
from tongban.rules.sentences import said
from tongban.rules.values import Range, kind


def _sources(loops: tuple[tree.Loop, ...], around: Surroundings) -> tuple[list[Any], Surroundings]:
    made = []
    for loop in loops:
        end = None if loop.end is None else build(loop.end, around)
        made.append((loop.name, build(loop.source, around), end, loop.at))
        around = around.binding(loop.name)
    return made, around


def domain(scope: Scope, source: Step, end: Step | None, at: int) -> list[Any] | None:
    """What a loop runs over; nothing, with a remark, when it is neither a list nor a range."""
    first = source(scope)
    if end is not None:
        items = operators.counted(first, end(scope), scope.run)
    elif isinstance(first, Range):
        items = operators.counted(first.low, first.high, scope.run, first)
    elif first is None:
        items = None
    else:
        items = first if isinstance(first, list) else [first]
    if items is None:
        scope.run.remark("loop", said("loop_over", kind=described(first)), at)
    return items


def _walk(
    scope: Scope, loops: list[Any], index: int, cost: int, visit: Callable[[Scope], bool]
) -> bool | None:
    """Visit each combination, the last loop fastest; false ends the walk, null means a source was none."""
    name, source, end, at = loops[index]
    items = domain(scope, source, end, at)
    if items is None:
        return None
    last = index + 1 == len(loops)
    for item in items:
        scope.run.spend(cost)
        inside = Scope({name: item}, scope, scope.run)
        going = visit(inside) if last else _walk(inside, loops, index + 1, cost, visit)
        if going is not True:
            return going
    return True


@builds(tree.For)
def _for(node: tree.For, around: Surroundings) -> Step:
    loops, inner = _sources(node.loops, around.binding("partial"))
    body, cost = build(node.body, inner), size(node.body)

    def loop(scope: Scope) -> list[Any] | None:
        results: list[Any] = []
        run = scope.run

        def visit(inside: Scope) -> bool:
            results.append(body(inside))
            if len(results) > run.limits.items:
                run.sized(results)
            return True

        done = _walk(Scope({"partial": results}, scope, run), loops, 0, cost, visit)
        return results if done else None

    return loop


@builds(tree.Quantified)
def _quantified(node: tree.Quantified, around: Surroundings) -> Step:
    loops, inner = _sources(node.loops, around)
    body, cost, every = build(node.body, inner), size(node.body), node.every

    def quantified(scope: Scope) -> bool | None:
        unknown = False

        def visit(inside: Scope) -> bool:
            nonlocal unknown
            value = body(inside)
            if value is (not every):
                return False
            unknown = unknown or value is not every
            return True

        done = _walk(scope, loops, 0, cost, visit)
        if done is None:
            return None
        if done is False:
            return not every
        return None if unknown else every

    return quantified


@builds(tree.Filter)
def _filter(node: tree.Filter, around: Surroundings) -> Step:
    source, at = build(node.source, around), node.at
    if fixed := constant(node.condition):
        place = fixed[0]
        if kind(place) == "number":
            return lambda scope: operators.pick(source(scope), place, scope.run, at)
    condition = build(node.condition, around.binding("item", dynamic=True))
    cost = size(node.condition)
    return lambda scope: filtered(scope, source(scope), condition, cost, at)


def filtered(scope: Scope, found: Any, condition: Step, cost: int, at: int = 0) -> Any:
    """The items of a list for which a condition holds, or the one at the place it gives."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    run = scope.run
    results = []
    for item in items:
        run.spend(cost)
        names: Mapping[str, Any] = {"item": item}
        if isinstance(item, dict):
            run.spend(len(item) // 16)
            names = {"item": item, **{key: run.take(value) for key, value in item.items()}}
        verdict = condition(Scope(names, scope, run))
        if verdict is True:
            results.append(item)
        elif kind(verdict) == "number":
            return operators.pick(items, verdict, run, at)
    if not items and kind(condition(scope)) == "number":
        return None
    return results
