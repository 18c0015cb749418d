"""Boxed expressions → closures (OMG DMN 1.5, 10.2)."""

from collections.abc import Callable
from typing import Any

from tongban.rules import operators
from tongban.rules.compiler import Step
from tongban.rules.compiler.loops import domain, filtered
from tongban.rules.dmn import model
from tongban.rules.dmn.frame import Frame, ModelRun, fault, unfit
from tongban.rules.dmn.table import compile_table
from tongban.rules.dmn.types import coerce
from tongban.rules.functions import BUILTINS
from tongban.rules.run import Run, Scope
from tongban.rules.sentences import joined, said
from tongban.rules.values import Callable as FeelFunction

COST = 8
"""Steps that one turn of a boxed loop, or one call of a boxed function, pays for."""
_FEEL_LANGUAGES = ("", "feel", "FEEL")


def compile_box(box: model.Expression | None, frame: Frame) -> Step:
    """The closure of a boxed expression; what is wrong with it is reported to the frame."""
    if box is None:
        return frame.broken(said("no_expression"))
    inside = frame.at(box)
    step = _COMPILERS[type(box)](box, inside)
    if isinstance(box, model.Function):  # its type is that of its result
        return step
    return inside.typed(step, box.type, said("the_result_here"))


def _literal(box: model.Literal_, frame: Frame) -> Step:
    language = box.language or frame.language
    if language not in _FEEL_LANGUAGES and "/FEEL" not in language:
        return frame.broken(said("no_language", language=language))
    if not box.text:
        return frame.broken(said("empty_expression"))
    step, _ = frame.feel(box.text)
    return step


def _context(box: model.Context, frame: Frame) -> Step:
    steps: list[tuple[str | None, Step]] = []
    for variable, value in box.entries:
        inner = frame if variable is None else frame.at(variable)
        step = compile_box(value, inner)
        if variable is None:
            steps.append((None, step))
            break
        steps.append((variable.name, inner.typed(step, variable.type, said("named", name=variable.name))))
        frame = frame.binding(variable.name)

    def context(scope: Scope) -> Any:
        made: dict[str, Any] = {}
        inside = Scope(made, scope, scope.run)
        for name, step in steps:
            if name is None:
                return step(inside)
            made[name] = step(inside)
        return made

    return context


def _list(box: model.ListOf, frame: Frame) -> Step:
    items = [compile_box(item, frame) for item in box.items]
    return lambda scope: [item(scope) for item in items]


def _relation(box: model.Relation, frame: Frame) -> Step:
    names = [column.name for column in box.columns]
    rows: list[list[Step]] = []
    for row in box.rows:
        cells = []
        for column, cell in zip(box.columns, row, strict=True):
            inner = frame.at(column)
            cells.append(inner.typed(compile_box(cell, inner), column.type, said("named", name=column.name)))
        rows.append(cells)
    return lambda scope: [
        {name: cell(scope) for name, cell in zip(names, cells, strict=True)} for cells in rows
    ]


def _invocation(box: model.Invocation, frame: Frame) -> Step:
    names = tuple(variable.name for variable, _ in box.bindings)
    steps = [
        frame.at(variable).typed(compile_box(value, frame), variable.type, said("named", name=variable.name))
        for variable, value in box.bindings
    ]
    element = frame.element
    text = box.function.text if isinstance(box.function, model.Literal_) else ""
    if text in BUILTINS and text not in frame.local:
        function = BUILTINS[text]
        problem = function.refuses(len(names), names)
        if problem:
            return frame.broken(joined(problem, function.usage()))
        return lambda scope: function.invoke([step(scope) for step in steps], names, scope.run, 0)
    target = compile_box(box.function, frame)

    def invocation(scope: Scope) -> Any:
        found = target(scope)
        if not isinstance(found, FeelFunction):
            fault(scope, element, said("called_no_function", kind=operators.described(found)))
            return None
        values = {name: step(scope) for name, step in zip(names, steps, strict=True)}
        unknown = values.keys() - set(found.parameters)
        if unknown:
            fault(scope, element, said("no_such_parameter", name=min(unknown)))
            return None
        given = [values.get(name) for name in found.parameters]
        return operators.invoke(found, given, (), scope.run, 0)

    return invocation


def _function(box: model.Function, frame: Frame) -> Step:
    make = compile_function(box, frame)
    return lambda scope: make(lambda: scope)


def compile_function(
    box: model.Function, frame: Frame, result: str = ""
) -> Callable[[Callable[[], Scope | None]], FeelFunction]:
    """What makes the function value, given how to get the scope around its body when it is called."""
    element = frame.element
    names = tuple(parameter.name for parameter in box.parameters)
    kinds = [frame.at(parameter).type(parameter.type) for parameter in box.parameters]
    if len(set(names)) != len(names):
        frame.report("error", said("parameters_twice"))
    if box.kind != "FEEL":
        body = frame.broken(said("function_kind", kind=box.kind))
    else:
        inside = frame.binding(*names).typing(dict(zip(names, kinds, strict=False)))
        body = inside.typed(compile_box(box.body, inside), box.type, said("the_result"))
        body = inside.typed(body, result, said("the_result"))

    def make(around: Callable[[], Scope | None]) -> FeelFunction:
        def call(run: Run, *values: Any) -> Any:
            run.spend(COST)
            given: dict[str, Any] = {}
            caller = run.element if isinstance(run, ModelRun) else ""
            for name, kind, value in zip(names, kinds, values, strict=True):
                made, fits = coerce(value, kind, run)
                if not fits:
                    if isinstance(run, ModelRun):
                        detail = unfit(said("named", name=name), value, kind)
                        run.fault(element, detail)
                    return None
                given[name] = made
            if isinstance(run, ModelRun):
                run.element = element
            try:
                return body(Scope(given, around(), run))
            finally:
                if isinstance(run, ModelRun):
                    run.element = caller

        return FeelFunction(names, call)

    return make


def _conditional(box: model.Conditional, frame: Frame) -> Step:
    condition, yes, no = (compile_box(part, frame) for part in (box.condition, box.yes, box.no))
    element = frame.element

    def conditional(scope: Scope) -> Any:
        verdict = condition(scope)
        if verdict is not None and not isinstance(verdict, bool):
            fault(scope, element, said("condition_kind", kind=operators.described(verdict)))
            return None
        return yes(scope) if verdict else no(scope)

    return conditional


def _filter(box: model.Filter, frame: Frame) -> Step:
    source = compile_box(box.source, frame)
    match = compile_box(box.match, frame.binding("item", dynamic=True))
    element = frame.element

    def kept(scope: Scope) -> Any:
        found = source(scope)
        wrong = False

        def condition(inside: Scope) -> Any:
            nonlocal wrong
            verdict = match(inside)
            wrong = wrong or not isinstance(verdict, bool)
            return verdict

        made = filtered(scope, found, condition, COST)
        if wrong:
            fault(scope, element, said("filter_boolean"))
            return None
        return made

    return kept


def _iterator(box: model.Iterator, frame: Frame) -> Step:
    name, kind = box.variable or "item", box.kind
    source = compile_box(box.source, frame)
    body = compile_box(box.body, frame.binding(name, *(("partial",) if kind == "for" else ())))
    element = frame.element

    def each(scope: Scope, items: list[Any]) -> list[Any]:
        made: list[Any] = []
        outer = Scope({"partial": made}, scope, scope.run) if kind == "for" else scope
        for item in items:
            scope.run.spend(COST)
            made.append(body(Scope({name: item}, outer, scope.run)))
            if len(made) > scope.run.limits.items:
                scope.run.sized(made)
        return made

    def iterator(scope: Scope) -> Any:
        items = domain(scope, source, None, 0)
        if items is None:
            return None
        results = each(scope, items)
        if kind == "for":
            return results
        decisive = kind == "some"
        if not all(result is None or isinstance(result, bool) for result in results):
            fault(scope, element, said("quantified_boolean", word=kind))
            return None
        if decisive in results:
            return decisive
        return None if None in results else not decisive

    return iterator


_COMPILERS: dict[type[model.Expression], Callable[[Any, Frame], Step]] = {
    model.Literal_: _literal,
    model.Context: _context,
    model.ListOf: _list,
    model.Relation: _relation,
    model.Invocation: _invocation,
    model.Function: _function,
    model.Conditional: _conditional,
    model.Filter: _filter,
    model.Iterator: _iterator,
    model.Table: compile_table,
}
