"""Decision tables → closures (OMG DMN 1.5, 8)."""

from collections.abc import Callable
from typing import Any

from tongban.rules import tree
from tongban.rules.compiler import Step
from tongban.rules.constants import constant
from tongban.rules.dmn import hits, model
from tongban.rules.dmn.cells import Cells, cell_of, is_pure
from tongban.rules.dmn.columns import Mask, column, rules_of
from tongban.rules.dmn.frame import Examined, Frame, fault
from tongban.rules.dmn.types import ANY, Structure, Typed, base_of
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.operators import described, verdict
from tongban.rules.run import Scope
from tongban.rules.sentences import said

_OPEN = ("", "-")


def compile_table(table: model.Table, frame: Frame) -> Step:
    """The closure of a decision table: one lookup per column, then the hit policy."""
    inputs = [_Input(column_, number, table, frame) for number, column_ in enumerate(table.inputs)]
    given = [_results(rule, table, frame.at(rule)) for rule in table.rules]
    results = [step for step, _ in given]
    policy = hits.policy(table, frame)
    default = _default(table, frame)
    full = (1 << len(table.rules)) - 1
    columns: list[tuple[Step, Callable[[Any, Scope], Any] | None, Mask]] = [
        (one.step, one.check, one.mask) for one in inputs
    ]
    checked = any(one.check is not None for one in inputs)
    # Tests that read other names are asked only of rules that everything else lets through.
    later: dict[int, list[tuple[int, Step]]] = {}
    for number, one in enumerate(inputs):
        for rule, test in one.later.items():
            later.setdefault(rule, []).append((number, test))

    def decide(scope: Scope) -> Any:
        mask = full
        values: list[Any] = []
        for step, check, lookup in columns:
            value = step(scope)
            if check is not None:
                value = check(value, scope)
                if value is _REFUSED:
                    return None
            values.append(value)
            mask &= lookup(value, scope)
            if not mask and not checked:
                break
        found = rules_of(mask, scope.run)
        if later:
            found = [rule for rule in found if rule not in later or _ask(later[rule], values, scope)]
        if not found:
            return default(scope)
        return policy(found, results, scope)

    frame.tables.append(
        Examined(
            table,
            frame.element,
            frame.line,
            tuple(one.kind for one in inputs),
            tuple(one.allowed for one in inputs),
            tuple(tuple(one.seen) for one in inputs),
            tuple(known for _, known in given),
        )
    )
    return decide


def _ask(tests: list[tuple[int, Step]], values: list[Any], scope: Scope) -> bool:
    scope.run.spend(len(tests))
    return all(test(Scope({"?": values[number]}, scope, scope.run)) is True for number, test in tests)


_REFUSED = object()


class _Input:
    """One input column, compiled."""

    def __init__(self, source: model.Input, number: int, table: model.Table, frame: Frame) -> None:
        here = frame.at(source)
        if source.expression:
            step, _ = here.feel(source.expression)
        else:
            step = here.broken(said("no_input_expression"))
        self.step = here.typed(step, source.type, f"The input `{source.label}`")
        self.check, self.allowed = _allowed(source, here)
        self.kind = here.type(source.type) if source.type else _kind_of(source.expression, here)
        self.later: dict[int, Step] = {}
        self.seen: list[Cells | None] = []
        steps: list[Step | None] = []
        cells: list[Cells | None] = []
        pure = True
        known: dict[str, tuple[Step, tree.Node | None]] = {}
        for place, rule in enumerate(table.rules):
            text = rule.tests[number] if number < len(rule.tests) else "-"
            if text not in known:
                told = len(frame.findings)
                compiled = compile_test(text, frame.at(rule))
                if len(frame.findings) == told:  # else each rule is told on its own
                    known[text] = compiled
                test, node = compiled
            else:
                test, node = known[text]
            self.seen.append(cell_of(node))
            if node is not None and not is_pure(node):
                self.later[place] = test
                test, node = _always, tree.Boolean(value=True)
            cell = cell_of(node)
            open_ = isinstance(node, tree.Boolean)
            steps.append(None if open_ else test)
            cells.append(cell)
            pure = pure and node is not None
        self.mask = column(steps, cells, pure=pure)


def _always(_scope: Scope) -> bool:
    return True


def compile_test(text: str, frame: Frame) -> tuple[Step, tree.Node | None]:
    """One cell of tests. An empty one is `-`."""
    if text in _OPEN:
        return _always, tree.Boolean(value=True)
    test, node = frame.feel(text, tests=True)
    if node is None or cell_of(node) is not None:
        return test, node
    return _condition(test, node, frame, text), node


def _condition(test: Step, node: tree.Node, frame: Frame, text: str) -> Step:
    """A cell may also be a condition by itself, such as `age > 18 and resident`."""
    if not (isinstance(node, tree.In) and len(node.tests) == 1) or isinstance(node.tests[0], tree.Test):
        return test
    alone = frame.binding("?").build(node.tests[0], text)

    def condition(scope: Scope) -> bool | None:
        value = scope.find("?")
        if isinstance(value, bool):
            return test(scope)  # type: ignore[no-any-return]
        found = alone(scope)
        return found if isinstance(found, bool) else verdict(test(scope), value)

    return condition


Check = Callable[[Any, Scope], Any]


def _allowed(source: model.Input, frame: Frame) -> tuple[Check | None, Cells | None]:
    """Refuses a value that the column does not allow; and the values it allows, if they are constants."""
    if source.values in _OPEN:
        return None, None
    test, node = compile_test(source.values, frame)
    element, label = frame.element, source.label

    def check(value: Any, scope: Scope) -> Any:
        if value is None or test(Scope({"?": value}, scope, scope.run)) is True:
            return value
        fault(scope, element, said("not_allowed", name=label, kind=described(value)))
        return _REFUSED

    return check, cell_of(node)


def _kind_of(text: str, frame: Frame) -> Typed:
    """The type of an input that is a name or a path of names."""
    try:
        node = frame.parse(text)
    except FeelSyntaxError:
        return ANY
    path: list[str] = []
    while isinstance(node, tree.Path):
        path.append(node.name)
        node = node.source
    kind = frame.kinds.get(node.name, ANY) if isinstance(node, tree.Name) else ANY
    for name in reversed(path):
        plain = base_of(kind)
        kind = plain.components.get(name, ANY) if isinstance(plain, Structure) else ANY
    return kind


def _results(rule: model.Rule, table: model.Table, frame: Frame) -> tuple[Step, tuple[Any, ...] | None]:
    """What a rule gives, a context when there are several outputs; and the constants behind it."""
    steps: list[Step] = []
    constants: list[Any] = []
    for number, output in enumerate(table.outputs):
        text = rule.results[number] if number < len(rule.results) else ""
        step, known = _output(text, output, frame)
        steps.append(step)
        constants += known or ()
    whole = len(constants) == len(steps)
    return _joined(steps, table), tuple(constants) if whole else None


def _output(text: str, output: model.Output, frame: Frame) -> tuple[Step, tuple[Any] | None]:
    if text in _OPEN:
        return lambda _scope: None, (None,)
    step, node = frame.feel(text)
    step = frame.typed(step, output.type, f"The output `{output.name or 'result'}`")
    known = None if node is None else constant(node)
    if known and not output.type and not isinstance(known[0], list):
        value = known[0]
        return lambda _scope: value, known
    return step, known


def _joined(steps: list[Step], table: model.Table) -> Step:
    if len(steps) == 1:
        return steps[0]
    names = [output.name for output in table.outputs]
    return lambda scope: {name: step(scope) for name, step in zip(names, steps, strict=True)}


def _default(table: model.Table, frame: Frame) -> Step:
    if not any(output.default for output in table.outputs):
        return lambda _scope: None
    steps = [_output(output.default, output, frame.at(output))[0] for output in table.outputs]
    return _joined(steps, table)
