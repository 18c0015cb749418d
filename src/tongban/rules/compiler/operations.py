"""Arithmetic, comparison, logic, `if`, `in` and `instance of`."""

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from tongban.rules import operators, tree
from tongban.rules.compiler.base import Step, Surroundings, build, builds, mentions
from tongban.rules.constants import constant
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions import nearest
from tongban.rules.kinds import NAMES as TYPE_NAMES
from tongban.rules.kinds import conforms
from tongban.rules.operators import described
from tongban.rules.run import Scope
from tongban.rules.sentences import mean, said
from tongban.rules.values import DECIMAL


@builds(tree.Negate)
def _negate(node: tree.Negate, around: Surroundings) -> Step:
    known = constant(node)
    if known:
        value = known[0]
        return lambda _scope: value
    operand, at = build(node.operand, around), node.at
    return lambda scope: operators.negate(operand(scope), scope.run, at)


@builds(tree.Arithmetic)
def _arithmetic(node: tree.Arithmetic, around: Surroundings) -> Step:
    left, right = build(node.left, around), build(node.right, around)
    op, at = node.op, node.at
    compute = DECIMAL[op]

    def arithmetic(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return compute(a, b)
            except DecimalException:
                pass  # told below
        return operators.arithmetic(op, a, b, scope.run, at)

    return arithmetic


@builds(tree.Compare)
def _compare(node: tree.Compare, around: Surroundings) -> Step:
    left, right = build(node.left, around), build(node.right, around)
    op, at = node.op, node.at
    compare = operators.COMPARISONS[op]
    quick, plain = operators.QUICK[op], operators.plain_for(op)
    fixed = constant(node.right)
    if fixed and type(fixed[0]) in plain:
        # The usual rule compares one element with a constant: spare the second visit and the checks.
        value, wanted = fixed[0], type(fixed[0])

        def against(scope: Scope) -> bool | None:
            found = left(scope)
            if type(found) is wanted:
                return quick(found, value)
            return operators.told(compare(found, value), op, found, value, scope.run, at)

        return against

    def general(scope: Scope) -> bool | None:
        a, b = left(scope), right(scope)
        if type(a) in plain and type(a) is type(b):
            return quick(a, b)
        scope.run.visit(a)
        return operators.told(compare(a, b), op, a, b, scope.run, at)

    return general


@builds(tree.Between)
def _between(node: tree.Between, around: Surroundings) -> Step:
    value, low, high = (build(part, around) for part in (node.value, node.low, node.high))
    at = node.at

    def between(scope: Scope) -> bool | None:
        v, a, b = value(scope), low(scope), high(scope)
        held = operators.both(operators.at_most(a, v), operators.at_most(v, b))
        return operators.told(held, "between", v, a if a is None else b, scope.run, at)

    return between


@builds(tree.And)
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


@builds(tree.Or)
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


@builds(tree.If)
def _if(node: tree.If, around: Surroundings) -> Step:
    condition, yes, no = (build(part, around) for part in (node.condition, node.yes, node.no))
    return lambda scope: yes(scope) if condition(scope) is True else no(scope)


@builds(tree.Test)
def _test(node: tree.Test, around: Surroundings) -> Step:
    return _compare(tree.Compare(node.op, tree.Name("?"), node.operand, at=node.at), around)


@builds(tree.In)
def _in(node: tree.In, around: Surroundings) -> Step:
    value, at = build(node.value, around), node.at
    inner = around.binding("?")
    tests = [_in_test(test, inner) for test in node.tests]
    if len(tests) == 1 and (fixed := constant(node.tests[0])) and operators.is_choice(fixed[0]):
        choices = frozenset(fixed[0])

        def chosen(scope: Scope) -> bool | None:
            found = value(scope)
            if type(found) is str:
                return found in choices
            return operators.holds(found, fixed[0])

        return chosen

    def contained(scope: Scope) -> bool | None:
        found = value(scope)
        scope.run.visit(found)
        inside = Scope({"?": found}, scope, scope.run)
        unknown = False
        for test in tests:
            result = test(inside, found)
            if result is True:
                return True
            if result is not False:
                unknown = True
        if unknown:
            scope.run.remark("in", said("in_test", kind=described(found)), at)
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

    def among(scope: Scope, found: Any) -> bool | None:
        test = step(scope)
        scope.run.visit(test)
        return operators.holds(found, test)

    return among


@builds(tree.InstanceOf)
def _instance(node: tree.InstanceOf, around: Surroundings) -> Step:
    value, wanted = build(node.value, around), node.type
    check_type(wanted, around)
    types = around.types
    return lambda scope: conforms(value(scope), wanted, types, scope.run)


def check_type(wanted: tree.Type, around: Surroundings) -> None:
    """Refuse a type that nobody knows, wherever it stands."""
    if wanted.name not in TYPE_NAMES and wanted.name not in around.known and wanted.name not in around.types:
        names = nearest(wanted.name, TYPE_NAMES)
        raise FeelSyntaxError.pointing(
            said("no_type", name=wanted.name),
            text=around.text,
            offset=wanted.at,
            hint=mean(names),
        )
    for inner in (*wanted.parameters, *((wanted.result,) if wanted.result else ())):
        check_type(inner, around)
