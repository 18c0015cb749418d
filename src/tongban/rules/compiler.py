"""Syntax tree → Python closures.

Each form becomes a function of a `Scope`. What can be known from the tree alone is decided here once:
constants, where a name comes from, which function is meant, which way a comparison goes. There is no `eval`
and no generated text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.rules import operators, tree
from tongban.rules.constants import constant
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions import BUILTINS, Builtin, nearest
from tongban.rules.kinds import NAMES as TYPE_NAMES
from tongban.rules.kinds import conforms
from tongban.rules.run import Run, Scope
from tongban.rules.values import Callable as FeelFunction
from tongban.rules.values import Range, kind, take

CLOCK = frozenset(("today", "now"))
"""Functions without arguments that read a name of the context: time is given, never asked for."""

type_of = type
Step = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of the names around a part of the tree."""

    text: str
    """The whole text, for the places of errors."""
    known: frozenset[str]
    """Names that may be functions in the context."""
    local: frozenset[str] = frozenset()
    """Names bound by forms around."""
    dynamic: bool = False
    """Inside a filter, where an item may bind any name."""

    def binding(self, *names: str, dynamic: bool = False) -> "Surroundings":
        """The surroundings inside a form that binds `names`."""
        return Surroundings(
            text=self.text,
            known=self.known,
            local=self.local.union(names),
            dynamic=self.dynamic or dynamic,
        )


def build(node: tree.Node, around: Surroundings) -> Step:
    """The closure that evaluates `node`."""
    return _BUILDERS[type(node)](node, around)


def size(node: object) -> int:
    """Number of parts of a tree: what one visit of it costs."""
    if isinstance(node, tree.Node):
        return 1 + sum(size(getattr(node, name)) for name in node.__slots__)
    if isinstance(node, tuple):
        return sum(size(part) for part in node)
    return 0


# ---- values


def _fixed(node: tree.Node, around: Surroundings) -> Step:
    known = constant(node)
    if known is None:  # pragma: no cover - the table below names constants only
        raise AssertionError(node)
    value = known[0]
    if value is None and isinstance(node, tree.At):
        raise FeelSyntaxError.pointing(
            "This is no date, time or duration.",
            text=around.text,
            offset=node.at,
            hint='Write @"2026-11-23", @"08:30:00" or @"P3D".',
        )
    return lambda _scope: value


def _name(node: tree.Name, around: Surroundings) -> Step:
    name, at = node.name, node.at
    if around.dynamic or name in around.local:
        return lambda scope: take(scope.find(name))

    def outer(scope: Scope) -> Any:
        context = scope.run.context
        if name in context:
            return take(context[name])
        scope.run.remark("missing", f"`{name}` is not known here.", at)
        return None

    return outer


def _path(node: tree.Path, around: Surroundings) -> Step:
    source, name, at = build(node.source, around), node.name, node.at
    if isinstance(node.source, tree.Name) and not around.dynamic and node.source.name not in around.local:
        return _address(node.source.name, name, source, at)

    def path(scope: Scope) -> Any:
        value = source(scope)
        if type_of(value) is dict and name in value:
            return take(value[name])
        return operators.member(value, name, scope.run, at)

    return path


def _address(role: str, element: str, source: Step, at: int) -> Step:
    """`role.element` of the context: what nearly every rule reads, so it has the shortest way."""

    def address(scope: Scope) -> Any:
        inner = scope.run.context.get(role)
        if type_of(inner) is dict:
            value = inner.get(element)
            if type_of(value) in operators.PLAIN:
                return value
        value = source(scope)
        if type_of(value) is dict and element in value:
            return take(value[element])
        return operators.member(value, element, scope.run, at)

    return address


def _list(node: tree.ListOf, around: Surroundings) -> Step:
    items = [build(item, around) for item in node.items]
    return lambda scope: [item(scope) for item in items]


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
            scope.run.remark("range", "The ends of a range are of one ordered type.", at)
        return made

    return interval


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


# ---- operators


def _negate(node: tree.Negate, around: Surroundings) -> Step:
    known = constant(node)
    if known:
        value = known[0]
        return lambda _scope: value
    operand, at = build(node.operand, around), node.at
    return lambda scope: operators.negate(operand(scope), scope.run, at)


def _arithmetic(node: tree.Arithmetic, around: Surroundings) -> Step:
    left, right = build(node.left, around), build(node.right, around)
    op, at = node.op, node.at
    return lambda scope: operators.arithmetic(op, left(scope), right(scope), scope.run, at)


def _compare(node: tree.Compare, around: Surroundings) -> Step:
    left, right = build(node.left, around), build(node.right, around)
    op, at = node.op, node.at
    compare = operators.COMPARISONS[op]
    quick = operators.QUICK[op]
    fixed = constant(node.right)
    if fixed and type_of(fixed[0]) in operators.PLAIN:
        # The usual rule compares one element with a constant: spare the second visit and the checks.
        value, wanted = fixed[0], type_of(fixed[0])

        def against(scope: Scope) -> bool | None:
            found = left(scope)
            if type_of(found) is wanted:
                return quick(found, value)
            return operators.told(compare(found, value), op, found, value, scope.run, at)

        return against

    def general(scope: Scope) -> bool | None:
        a, b = left(scope), right(scope)
        return operators.told(compare(a, b), op, a, b, scope.run, at)

    return general


def _between(node: tree.Between, around: Surroundings) -> Step:
    value, low, high = (build(part, around) for part in (node.value, node.low, node.high))
    at = node.at

    def between(scope: Scope) -> bool | None:
        v, a, b = value(scope), low(scope), high(scope)
        held = operators.both(operators.at_most(a, v), operators.at_most(v, b))
        return operators.told(held, "between", v, a if a is None else b, scope.run, at)

    return between


def _and(node: tree.And, around: Surroundings) -> Step:
    parts = [build(part, around) for part in node.parts]

    def every(scope: Scope) -> bool | None:
        unknown = False
        for part in parts:
            value = part(scope)
            if value is False:
                return False
            if value is not True:
                unknown = True
        return None if unknown else True

    return every


def _or(node: tree.Or, around: Surroundings) -> Step:
    parts = [build(part, around) for part in node.parts]

    def one(scope: Scope) -> bool | None:
        unknown = False
        for part in parts:
            value = part(scope)
            if value is True:
                return True
            if value is not False:
                unknown = True
        return None if unknown else False

    return one


def _if(node: tree.If, around: Surroundings) -> Step:
    condition, yes, no = (build(part, around) for part in (node.condition, node.yes, node.no))
    return lambda scope: yes(scope) if condition(scope) is True else no(scope)


def _test(node: tree.Test, around: Surroundings) -> Step:
    return _compare(tree.Compare(node.op, tree.Name("?"), node.operand, at=node.at), around)


def _in(node: tree.In, around: Surroundings) -> Step:
    value, at = build(node.value, around), node.at
    inner = around.binding("?")
    tests = [_in_test(test, inner) for test in node.tests]
    if len(tests) == 1 and (fixed := constant(node.tests[0])) and operators.is_choice(fixed[0]):
        choices = frozenset(fixed[0])

        def chosen(scope: Scope) -> bool | None:
            found = value(scope)
            if type_of(found) is str:
                return found in choices
            return operators.holds(found, fixed[0])

        return chosen

    def contained(scope: Scope) -> bool | None:
        found = value(scope)
        inside = Scope({"?": found}, scope, scope.run)
        unknown = False
        for test in tests:
            result = test(inside, found)
            if result is True:
                return True
            if result is not False:
                unknown = True
        if unknown:
            scope.run.remark("in", f"`in` cannot test {_a(found)} here.", at)
        return None if unknown else False

    return contained


def _in_test(node: tree.Node, around: Surroundings) -> Callable[[Scope, Any], bool | None]:
    step = build(node, around)
    if isinstance(node, tree.Test) or mentions(node, "?"):
        return lambda scope, found: operators.verdict(step(scope), found)
    if isinstance(node, tree.Interval):
        # An end that is not known leaves the answer unknown.
        return lambda scope, found: None if (test := step(scope)) is None else operators.holds(found, test)
    if fixed := constant(node):
        value = fixed[0]
        return lambda _scope, found: operators.holds(found, value)
    return lambda scope, found: operators.holds(found, step(scope))


def mentions(node: object, name: str) -> bool:
    """Whether a name is read anywhere in a tree."""
    if isinstance(node, tree.Name):
        return node.name == name
    if isinstance(node, tree.Node):
        return any(mentions(getattr(node, part), name) for part in node.__slots__)
    return isinstance(node, tuple) and any(mentions(part, name) for part in node)


def _instance(node: tree.InstanceOf, around: Surroundings) -> Step:
    value, wanted = build(node.value, around), node.type
    _check_type(wanted, around)
    return lambda scope: conforms(value(scope), wanted)


def _check_type(wanted: tree.Type, around: Surroundings) -> None:
    if wanted.name not in TYPE_NAMES and wanted.name not in around.known:
        names = nearest(wanted.name, TYPE_NAMES)
        raise FeelSyntaxError.pointing(
            f"`{wanted.name}` is no type.",
            text=around.text,
            offset=wanted.at,
            hint=f"Do you mean `{names}`?" if names else "",
        )
    for inner in (*wanted.parameters, *((wanted.result,) if wanted.result else ())):
        _check_type(inner, around)


# ---- loops


def _sources(loops: tuple[tree.Loop, ...], around: Surroundings) -> tuple[list[Any], Surroundings]:
    made = []
    for loop in loops:
        end = None if loop.end is None else build(loop.end, around)
        made.append((loop.name, build(loop.source, around), end, loop.at))
        around = around.binding(loop.name)
    return made, around


def _domain(scope: Scope, source: Step, end: Step | None, at: int) -> list[Any] | None:
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
        scope.run.remark("loop", f"A loop runs over a list or a range, not over {_a(first)}.", at)
    return items


def _walk(
    scope: Scope, loops: list[Any], index: int, cost: int, visit: Callable[[Scope], bool]
) -> bool | None:
    """Visit each combination, the last loop fastest; false ends the walk, null means a source was none."""
    name, source, end, at = loops[index]
    items = _domain(scope, source, end, at)
    if items is None:
        return None
    last = index + 1 == len(loops)
    for item in items:
        scope.run.spend(cost)
        inside = Scope({name: take(item)}, scope, scope.run)
        going = visit(inside) if last else _walk(inside, loops, index + 1, cost, visit)
        if going is not True:
            return going
    return True


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


def _filter(node: tree.Filter, around: Surroundings) -> Step:
    source, at = build(node.source, around), node.at
    if fixed := constant(node.condition):
        place = fixed[0]
        if kind(place) == "number":
            return lambda scope: operators.pick(source(scope), place, scope.run, at)
    condition = build(node.condition, around.binding("item", dynamic=True))
    cost = size(node.condition)

    def kept(scope: Scope) -> Any:
        found = source(scope)
        items = found if isinstance(found, list) else [] if found is None else [found]
        run = scope.run
        results = []
        for item in items:
            run.spend(cost)
            names: Mapping[str, Any] = {"item": item, **item} if isinstance(item, dict) else {"item": item}
            verdict = condition(Scope(names, scope, run))
            if verdict is True:
                results.append(item)
            elif kind(verdict) == "number":
                return operators.pick(items, verdict, run, at)
        if not items and kind(condition(scope)) == "number":
            return None
        return results

    return kept


# ---- functions


def _call(node: tree.Call, around: Surroundings) -> Step:
    arguments = [build(argument, around) for argument in node.arguments]
    function, at = node.function, node.at
    if isinstance(function, tree.Name):
        name = function.name
        if name in CLOCK and not arguments and name not in around.local:
            return _name(function, around)
        if name in BUILTINS and name not in around.local:
            return _builtin(BUILTINS[name], node, arguments, around)
        if name not in around.local and name not in around.known and not around.dynamic:
            names = nearest(name, BUILTINS)
            hint = f"Do you mean `{names}`?" if names else ""
            raise FeelSyntaxError.pointing(
                f"There is no function `{name}`.", text=around.text, offset=at, hint=hint
            )
    target, names_given = build(function, around), node.names

    def call(scope: Scope) -> Any:
        found = target(scope)
        if not isinstance(found, FeelFunction):
            scope.run.remark("call", f"{_a(found).capitalize()} is no function.", at)
            return None
        values = [argument(scope) for argument in arguments]
        return operators.invoke(found, values, names_given, scope.run, at)

    return call


def _builtin(function: Builtin, node: tree.Call, arguments: list[Step], around: Surroundings) -> Step:
    at = node.at
    problem = function.refuses(len(arguments), node.names)
    if problem:
        raise FeelSyntaxError.pointing(problem, text=around.text, offset=at, hint=function.usage())
    names = node.names
    return lambda scope: function.invoke([argument(scope) for argument in arguments], names, scope.run, at)


def _function(node: tree.Function, around: Surroundings) -> Step:
    parameters = tuple(name for name, _ in node.parameters)
    types = tuple(wanted for _, wanted in node.parameters)
    for wanted in types:
        if wanted is not None:
            _check_type(wanted, around)
    body, cost = build(node.body, around.binding(*parameters)), size(node.body)

    def make(scope: Scope) -> FeelFunction:
        def call(run: Run, *values: Any) -> Any:
            run.spend(cost)
            for value, wanted in zip(values, types, strict=True):
                if wanted is not None and value is not None and not conforms(value, wanted):
                    run.remark("type", f"{_a(value).capitalize()} was given for `{wanted.name}`.", node.at)
                    return None
            return body(Scope(dict(zip(parameters, values, strict=True)), scope, run))

        return FeelFunction(parameters, call)

    return make


def _a(value: Any) -> str:
    return operators.described(value)


_BUILDERS: dict[type, Callable[[Any, Surroundings], Step]] = {
    tree.Null: _fixed,
    tree.Boolean: _fixed,
    tree.Number: _fixed,
    tree.Text: _fixed,
    tree.At: _fixed,
    tree.Name: _name,
    tree.Path: _path,
    tree.Negate: _negate,
    tree.Arithmetic: _arithmetic,
    tree.Compare: _compare,
    tree.Between: _between,
    tree.Test: _test,
    tree.In: _in,
    tree.And: _and,
    tree.Or: _or,
    tree.If: _if,
    tree.Interval: _interval,
    tree.ListOf: _list,
    tree.Context: _context,
    tree.For: _for,
    tree.Quantified: _quantified,
    tree.Filter: _filter,
    tree.Call: _call,
    tree.InstanceOf: _instance,
    tree.Function: _function,
}
