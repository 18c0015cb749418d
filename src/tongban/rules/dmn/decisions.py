"""A decision model, ready to be evaluated: `load` → `Model` → `decide` → `Verdict`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tongban.kernel.errors import InvalidInput, NotFound
from tongban.rules.dmn import model, values
from tongban.rules.dmn.frame import Message, ModelRun
from tongban.rules.dmn.linking import Linked, Resolve, link
from tongban.rules.dmn.program import Node, Session, serve
from tongban.rules.dmn.reader import read
from tongban.rules.dmn.types import Basic, base_of
from tongban.rules.errors import Exhausted
from tongban.rules.functions import nearest
from tongban.rules.limits import Limits
from tongban.rules.sentences import mean, said

LIMITS = Limits(steps=2_000_000, calls=40)
"""The budget of one evaluation of a model, with all decisions it needs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided."""

    decision: str
    value: Any
    """A FEEL value; null when something is missing or wrong, which `messages` tell."""
    messages: tuple[Message, ...]
    decided: Mapping[str, Any] = field(default_factory=dict)
    """The decisions that were made on the way, by name."""

    @property
    def failed(self) -> bool:
        """Whether the model or its input was at fault somewhere on the way."""
        return any(message.severity == "error" for message in self.messages)

    def to_json(self) -> dict[str, Any]:
        """As `tongban decision run --json` prints it. Raises: InvalidInput for a value nested too deeply."""
        try:
            return {
                "decision": self.decision,
                "value": values.to_json(self.value),
                "decided": {name: values.to_json(value) for name, value in self.decided.items()},
                "messages": [message.to_json() for message in self.messages],
            }
        except RecursionError as error:
            raise InvalidInput("dmn.depth", said("deep_result")) from error


class Model:
    """A compiled model. It holds no state: one may be used by many threads."""

    def __init__(self, linked: Linked, findings: list[model.Finding]) -> None:
        self.linked = linked
        self.findings = tuple(findings)
        """What is wrong with it; decisions that it does not touch can be evaluated all the same."""
        self._namespace = linked.definitions.namespace
        own = [node for node in linked.nodes.values() if node.key[0] == self._namespace]
        self._decided = {
            node.name: node for node in own if isinstance(node.source, (model.Decision, model.Service))
        }
        self._inputs = {
            node.name: node for node in linked.nodes.values() if type(node.source) is model.InputData
        }

    @property
    def name(self) -> str:
        """The model's name."""
        return self.linked.definitions.name

    @property
    def decisions(self) -> tuple[str, ...]:
        """Names of its decisions and services."""
        return tuple(self._decided)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the data that come from outside."""
        return tuple(self._inputs)

    @property
    def main(self) -> str:
        """Name of the one decision that no other decision of the model needs.

        Raises: NotFound when there is none or there are several: then the caller must name one.
        """
        needed = {id(one) for node in self._decided.values() for _, one in node.information}
        free = [
            node.name
            for node in self._decided.values()
            if isinstance(node.source, model.Decision) and id(node) not in needed
        ]
        if len(free) != 1:
            raise NotFound(
                "dmn.decision",
                said("several_outermost", number=len(free)) if free else said("no_outermost"),
                hint=self._known(),
            )
        return free[0]

    @property
    def input_types(self) -> dict[str, str]:
        """Input data → the FEEL type that the model gives it, resolved; empty for any or for a structure."""
        found = {}
        for name, node in self._inputs.items():
            kind = base_of(node.kind)
            found[name] = kind.name if isinstance(kind, Basic) else ""
        return found

    def inputs_of(self, name: str) -> tuple[str, ...]:
        """The input data that a decision reads, through the decisions that it needs. Raises: NotFound."""
        needed = {id(one) for one in self.node(name).plan}
        return tuple(one for one, node in self._inputs.items() if id(node) in needed)

    def node(self, name: str) -> Node:
        """A decision or service by name or id. Raises: NotFound, with the nearest name."""
        node = self._decided.get(name)
        if node is None:
            known = self._decided.values()
            node = next((one for one in known if name in (one.source.id, one.source.title)), None)
        if node is None:
            near = nearest(name, self._decided)
            raise NotFound(
                "dmn.decision",
                said("no_decision", name=name),
                hint=mean(near) or self._known(),
            )
        return node

    def decide(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        now: datetime | None = None,
        limits: Limits = LIMITS,
    ) -> Verdict:
        """Evaluate a decision or service.

        Args:
            name: name or id of the decision.
            inputs: FEEL values by name of the input data; of an imported model's, by the name there, or
                under the name of the import. For a service, its input decisions too. A name that no element
                of the model has may be read by expressions all the same, as some tools expect.
            now: what `now()` and `today()` give; null without it.
            limits: bounds of this evaluation.

        Raises: NotFound when there is no such decision. All else that goes wrong is a message.
        """
        node = self.node(name)
        context = {one: value for one, value in inputs.items() if one not in self.linked.names}
        if now is not None:
            context |= {"now": now, "today": now.date()}
        run = ModelRun(context, limits)
        service = isinstance(node.source, model.Service)
        allowed = {id(one) for one in node.parameters} if service else frozenset()

        def given(needed: Node) -> tuple[Any, bool]:
            if needed.step is not None and id(needed) not in allowed:
                return None, False
            return self._given(needed, inputs)

        session = Session(run, given, overriding=service)
        value: Any = None
        try:
            value = serve(node, node.kind, run, given) if service else session.value(node)
        except Exhausted as error:
            run.fault(node.source.element, error.args[0])
        except RecursionError:
            run.fault(node.source.element, said("limit.model"))
        decided = {one.name: session.made[id(one)] for one in session.decided}
        return Verdict(node.name, value, tuple(run.messages), decided)

    def _given(self, node: Node, inputs: Mapping[str, Any]) -> tuple[Any, bool]:
        name = node.name
        if node.key[0] != self._namespace:
            for wanted in self.linked.definitions.imports:
                inner = inputs.get(wanted.name) if wanted.namespace == node.key[0] else None
                if isinstance(inner, Mapping) and name in inner:
                    return inner[name], True
        return inputs.get(name), name in inputs

    def _known(self) -> str:
        return said("it_has", names=", ".join(self._decided) or said("none"))

    def read_inputs(self, json: Mapping[str, Any]) -> dict[str, Any]:
        """JSON values as FEEL values, by the types of the input data.

        A string becomes a date, time, duration or number where the type asks for one; a missing component
        of a structure becomes null. What does not fit stays as it is, and `decide` says so.

        Raises: InvalidInput when a value is nested too deeply.
        """
        known = {**self._inputs}
        for node in self._decided.values():
            known.setdefault(node.name, node)
        try:
            return {
                name: values.from_json(value, known[name].kind if name in known else None)
                for name, value in json.items()
            }
        except RecursionError as error:
            raise InvalidInput("dmn.input", said("deep_input")) from error


def _nothing(_wanted: model.Import) -> None:
    return None


def load(data: bytes | str, resolve: Resolve = _nothing) -> Model:
    """Read and compile a model.

    Args:
        data: DMN XML.
        resolve: finds the text of an imported model.

    Raises: InvalidInput when it is no DMN, TooLarge. What is wrong inside of it is in `Model.findings`.
    """
    findings: list[model.Finding] = []
    return Model(link(read(data), resolve, findings), findings)
