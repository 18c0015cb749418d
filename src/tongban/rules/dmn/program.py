"""A model and those it imports, compiled: decisions, knowledge and services that can be evaluated.

Evaluating is one `Session`: it holds what came from outside and what has been decided so far, so that each
decision is made once, whoever needs it. Decisions are made in an order found with an explicit stack, so a
long chain of requirements costs no recursion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tongban.rules.compiler import Step
from tongban.rules.dmn import model
from tongban.rules.dmn.boxed import compile_box, compile_function
from tongban.rules.dmn.frame import Frame, ModelRun, unfit
from tongban.rules.dmn.types import ANY, FunctionOf, Typed, base_of, coerce
from tongban.rules.run import Run, Scope
from tongban.rules.sentences import said
from tongban.rules.values import Callable as FeelFunction
from tongban.rules.values import take

Key = tuple[str, str]
"""Namespace of the model, id of the element."""


@dataclass(slots=True, eq=False)
class Node:
    """One element of the requirements graph."""

    key: Key
    source: model.InputData
    kind: Typed = ANY
    step: Step | None = None
    """A decision's logic."""
    function: FeelFunction | None = None
    """What a knowledge model or a service is when it is called."""
    information: list[tuple[tuple[str, ...], "Node"]] = field(default_factory=list)
    """Inputs and decisions it needs, each with the path of names under which it sees them."""
    knowledge: list[tuple[tuple[str, ...], "Node"]] = field(default_factory=list)
    outputs: list["Node"] = field(default_factory=list)
    """A service's decisions."""
    reads: set[str] = field(default_factory=set)
    """First words of all names its logic reads."""
    parameters: list["Node"] = field(default_factory=list)
    """A service's inputs: data first, then decisions."""

    name: str = ""
    """Its name in its own model."""
    element: str = ""
    """What messages call it."""
    _base: dict[str, Any] | None = None
    _singles: tuple[tuple[str, int], ...] = ()
    _plan: tuple["Node", ...] | None = None

    def __post_init__(self) -> None:
        self.name = self.source.name
        self.element = self.source.element

    @property
    def plan(self) -> tuple["Node", ...]:
        """All it needs, and itself, each after what it needs; found once, with an explicit stack."""
        if self._plan is None:
            done: dict[int, Node] = {}
            waiting = [self]
            while waiting:
                node = waiting[-1]
                missing = [needed for _, needed in node.information if id(needed) not in done]
                if missing:
                    waiting.extend(missing)
                    continue
                done.setdefault(id(node), node)
                waiting.pop()
            self._plan = tuple(done.values())
        return self._plan

    def names(self, made: dict[int, Any]) -> dict[str, Any]:
        """The names its logic sees, of values `made` so far."""
        if self._base is None:
            # Functions stay the same; values under plain names are by far the usual case.
            self._singles = tuple((path[0], id(node)) for path, node in self.information if len(path) == 1)
            self._base = self.knows()
        if len(self._singles) == len(self.information):
            values = dict(self._base)
        else:
            values = self.knows()
            for path, node in self.information:
                if len(path) > 1:
                    _put(values, path, made[id(node)])
        for name, key in self._singles:
            values[name] = made[key]
        return values

    def knows(self) -> dict[str, Any]:
        """The functions it may call, by name."""
        made: dict[str, Any] = {}
        for path, node in self.knowledge:
            if node.function is not None:
                _put(made, path, node.function)
        return made


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *outer, last = path
    for name in outer:
        values = values.setdefault(name, {})
    values[last] = value


class Session:
    """One evaluation: values from outside, and decisions made."""

    __slots__ = ("decided", "given", "made", "overriding", "run")

    def __init__(
        self, run: ModelRun, given: Callable[[Node], tuple[Any, bool]], *, overriding: bool = True
    ) -> None:
        self.run = run
        self.overriding = overriding
        self.given = given
        self.made: dict[int, Any] = {}
        self.decided: list[Node] = []

    def value(self, wanted: Node) -> Any:
        """The value of an input or decision; what it needs is decided first."""
        made = self.made
        if not made and not self.overriding:
            given = self.given
            for node in wanted.plan:
                if node.step is None:
                    value, present = given(node)
                    made[id(node)] = self.fitting(node, value, present=present)
                else:
                    made[id(node)] = self.decide(node)
                    self.decided.append(node)
            return made[id(wanted)]
        waiting = [wanted]
        while waiting:
            node = waiting[-1]
            if id(node) in made:
                waiting.pop()
                continue
            value, present = self.given(node)
            if node.step is None or present:
                made[id(node)] = self.fitting(node, value, present=present)
                waiting.pop()
                continue
            missing = [needed for _, needed in node.information if id(needed) not in made]
            if missing:
                waiting.extend(missing)
                continue
            made[id(node)] = self.decide(node)
            self.decided.append(node)
            waiting.pop()
        return made[id(wanted)]

    def fitting(self, node: Node, value: Any, *, present: bool) -> Any:
        """A value from outside as one of the node's type, else null with a message."""
        if not present:
            self.run.tell(node.source.element, "warning", said("not_given", name=node.name))
            return None
        taken = self.run.take(value)
        if type(taken) is node.kind.exact:
            return taken
        made, fits = coerce(taken, node.kind, self.run)
        if not fits:
            detail = unfit(said("named", name=node.name), taken, node.kind)
            self.run.fault(node.source.element, detail)
        return made

    def decide(self, node: Node) -> Any:
        """Evaluate a decision whose requirements are all there."""
        values = node.names(self.made)
        run = self.run
        run.spend(1)
        outer, run.element = run.element, node.element
        try:
            assert node.step is not None  # noqa: S101 - only decisions come here
            return node.step(Scope(values, None, run))
        finally:
            run.element = outer


def compile_node(node: Node, frame: Frame) -> None:
    """Compile a decision, knowledge model or service, once all nodes are linked."""
    source = node.source
    if isinstance(source, model.Service):
        _service(node, frame)
        return
    names = {path[0] for path, _ in (*node.information, *node.knowledge)}
    kinds = {path[0]: needed.kind for path, needed in node.information if len(path) == 1}
    frame = replace(frame.at(source).binding(*names), reads=node.reads).typing(kinds)
    if isinstance(source, model.Knowledge):
        _knowledge(node, source, frame)
    elif isinstance(source, model.Decision):
        if source.logic is None:
            frame.report("warning", said("no_logic.decision", name=node.name))
            node.step = lambda _scope: None
            return
        step = compile_box(source.logic, frame)
        node.step = frame.typed(step, source.variable.type, said("the_result_of", name=node.name))


def _knowledge(node: Node, source: model.Knowledge, frame: Frame) -> None:
    if source.logic is None:
        frame.report("warning", said("no_logic", name=node.name))
        node.function = FeelFunction((), lambda _run: None)
        return
    # A function may call itself under its own name.
    kind = find_function_result(source, frame)
    make = compile_function(source.logic, frame.binding(node.name), kind)

    known: list[Scope] = []

    def around() -> Scope:
        if not known:  # functions are known once all are compiled, and stay the same
            known.append(Scope({node.name: node.function, **node.knows()}, None, _NO_RUN))
        return known[0]

    node.function = make(around)


class _NoRun:
    """Stands where a scope that is only looked names up in would hold its run."""

    context: Mapping[str, Any] = {}
    take = staticmethod(take)


_NO_RUN: Any = _NoRun()


def find_function_result(source: model.InputData, frame: Frame) -> str:
    """The type of a function's result by its variable's: a type of functions tells theirs."""
    name = source.variable.type
    plain = base_of(frame.type(name))
    return plain.result if isinstance(plain, FunctionOf) else name


def _service(node: Node, frame: Frame) -> None:
    source = node.source
    frame = frame.at(source)
    node.kind = kind = frame.type(find_function_result(source, frame))
    names = tuple(parameter.name for parameter in node.parameters)

    def call(run: Run, *values: Any) -> Any:
        assert isinstance(run, ModelRun)  # noqa: S101 - services are called inside models only
        given: dict[int, Any] = {}
        for parameter, value in zip(node.parameters, values, strict=True):
            made, fits = coerce(value, parameter.kind, run)
            if not fits:
                detail = unfit(said("named", name=parameter.name), value, parameter.kind)
                run.fault(source.element, detail)
                return None
            given[id(parameter)] = made
        return serve(node, kind, run, lambda needed: (given.get(id(needed)), id(needed) in given))

    node.function = FeelFunction(names, call)


def serve(node: Node, kind: Typed, run: ModelRun, given: Callable[[Node], tuple[Any, bool]]) -> Any:
    """Evaluate a service: its one output, or a context of all outputs."""
    session = Session(run, given)
    for parameter in node.parameters:  # a decision that is an input is never made
        value, present = given(parameter)
        session.made[id(parameter)] = session.fitting(parameter, value, present=present)
    values = {output.name: session.value(output) for output in node.outputs}
    result = next(iter(values.values())) if len(node.outputs) == 1 else values
    made, fits = coerce(result, kind, run)
    if not fits:
        run.fault(node.source.element, unfit(said("the_result"), result, kind))
    return made
