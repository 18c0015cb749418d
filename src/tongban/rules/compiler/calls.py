"""Calling functions, and functions written in FEEL."""

from typing import Any

from tongban.rules import operators, tree
from tongban.rules.compiler.base import CLOCK, Step, Surroundings, build, builds, size
from tongban.rules.compiler.operations import check_type
from tongban.rules.compiler.terms import name_step
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions import BUILTINS, Builtin, nearest
from tongban.rules.kinds import conforms
from tongban.rules.operators import described
from tongban.rules.run import Run, Scope
from tongban.rules.sentences import mean, said
from tongban.rules.values import Callable as FeelFunction


@builds(tree.Call)
def _call(node: tree.Call, around: Surroundings) -> Step:
    arguments = [build(argument, around) for argument in node.arguments]
    function, at = node.function, node.at
    if isinstance(function, tree.Name):
        name = function.name
        if name in CLOCK and not arguments and name not in around.local:
            return name_step(function, around)
        if name in BUILTINS and name not in around.local:
            return _builtin(BUILTINS[name], node, arguments, around)
        if name not in around.local and name not in around.known and not around.dynamic:
            names = nearest(name, BUILTINS)
            hint = mean(names)
            raise FeelSyntaxError.pointing(
                said("no_function", name=name), text=around.text, offset=at, hint=hint
            )
    target, names_given = build(function, around), node.names

    def call(scope: Scope) -> Any:
        found = target(scope)
        if not isinstance(found, FeelFunction):
            scope.run.remark("call", said("not_callable", kind=described(found)), at)
            return None
        values = [argument(scope) for argument in arguments]
        return operators.invoke(found, values, names_given, scope.run, at)

    return call


def _builtin(function: Builtin, node: tree.Call, arguments: list[Step], around: Surroundings) -> Step:
    at = node.at
    problem = function.refuses(len(arguments), node.names)
    if problem:
        raise FeelSyntaxError.pointing(problem, text=around.text, offset=at, hint=function.usage())
    names, forms = node.names, function.fitting(len(arguments), node.names)

    if len(forms) == len(arguments) == 1 and forms[0].walks and not names:
        argument, handler = arguments[0], forms[0].handler

        def walked(scope: Scope) -> Any:
            value = argument(scope)
            if type(value) is list:
                return function.over(value, handler, scope.run, at)
            return function.invoke([value], names, scope.run, at, forms=forms)

        return walked

    def called(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        return function.invoke(values, names, scope.run, at, forms=forms)

    return called


@builds(tree.Function)
def _function(node: tree.Function, around: Surroundings) -> Step:
    parameters = tuple(name for name, _ in node.parameters)
    types = tuple(wanted for _, wanted in node.parameters)
    for wanted in types:
        if wanted is not None:
            check_type(wanted, around)
    body, cost, known = build(node.body, around.binding(*parameters)), size(node.body), around.types

    def make(scope: Scope) -> FeelFunction:
        def call(run: Run, *values: Any) -> Any:
            run.spend(cost)
            for value, wanted in zip(values, types, strict=True):
                if wanted is not None and value is not None and not conforms(value, wanted, known, run):
                    run.remark("type", said("given_for", kind=described(value), name=wanted.name), node.at)
                    return None
            return body(Scope(dict(zip(parameters, values, strict=True)), scope, run))

        return FeelFunction(parameters, call)

    return make
