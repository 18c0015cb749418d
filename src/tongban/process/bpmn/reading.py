"""BPMN 2.0 XML → process graph, with findings for what cannot mean what it says.

What an element *is* must be right in any model. What is only needed to run it (a condition, the time of
a timer) is demanded of a process that says `isExecutable="true"`, and of one that does not say but
carries expressions; in a drawing its absence is a remark.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.errors import InvalidInput, TooLarge
from tongban.process import xml
from tongban.process.bpmn import activities, events
from tongban.process.bpmn.circles import check_circles
from tongban.process.bpmn.contracts import check_contracts
from tongban.process.bpmn.data import data, own_data
from tongban.process.bpmn.shape import check_direction, check_process, check_root, check_shape
from tongban.process.bpmn.surroundings import look_around
from tongban.process.bpmn.vocabulary import (
    ATTRIBUTES,
    BESIDE,
    DATA,
    MODEL,
    NODES,
    OURS,
    STRAY,
    Context,
    bare,
    child,
    children,
    flag,
    is_bpmn,
    meant,
)  # fmt: skip
from tongban.process.checks import check
from tongban.process.expressions import Expression
from tongban.process.findings import Finding, Findings
from tongban.process.graph import ACTIVITIES, Flow, Graph, Kind, Node, Process, Scope, Trigger
from tongban.process.xml import Element

MAX_PARTS = 12_000
"""Activities, events, gateways and sequence flows of one model: five thousand steps and their flows."""
_SPOKEN = frozenset(("conditionExpression", "script", "condition", "completionCondition"))
_DRAWINGS = frozenset(("collaboration", "choreography", "globalConversation", "globalUserTask", "globalTask"))
"""What a model without a process may be about."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A model that was read."""

    document: xml.Document
    """The whole, with foreign extensions and the diagram; `to_bytes` writes it again."""
    findings: tuple[Finding, ...]
    graph: Graph | None
    """What the engine runs; None when the model is refused."""

    @property
    def refused(self) -> bool:
        """Whether the model cannot mean what it says."""
        return self.graph is None


def read(data: bytes, conditions: Mapping[str, str] | None = None) -> Reading:
    """Read a model.

    Args:
        data: the file.
        conditions: FEEL by id of a sequence flow (or event), in place of an expression that is not run here.

    Raises:
        InvalidInput, TooLarge: the file is no XML that we read (see `tongban.process.xml.parse`), or no BPMN.
    """
    document = xml.parse(data)
    root = document.root
    if root.local != "definitions" or root.space != MODEL:
        raise InvalidInput(
            "bpmn.root",
            f"The document is no BPMN 2.0 model: its root is <{root.tag}>.",
            hint="Its root has to be <definitions> in the namespace of BPMN 2.0.",
            line=root.line,
        )
    reader = _Reader(root, conditions or {})
    graph = reader.compile(hashlib.sha256(data).hexdigest()[:16])
    if graph is not None:
        check(graph, reader.strict, reader.findings)
    for name in reader.context.replaced:
        if name not in reader.context.used:
            reader.findings.warn(name, "A condition is given for it, but it has none to replace.")
    refused = reader.findings.refused
    return Reading(document, reader.findings.ordered(), None if refused else graph)


@dataclass(slots=True)
class _Body:
    """One scope as it is being read."""

    id: str
    parent: str
    process: str
    nodes: list[str] = field(default_factory=list)
    own: dict[str, Expression | None] = field(default_factory=dict)
    """Data that live in it, and what they are at first."""


class _Reader:
    """One model on its way from elements to a graph."""

    def __init__(self, root: Element, conditions: Mapping[str, str]) -> None:
        self.root = root
        self.findings = Findings()
        self.context = Context(
            root, self.findings, replaced=conditions, language=root.get("expressionLanguage")
        )
        self.nodes: dict[str, dict[str, Any]] = {}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.bodies: dict[str, _Body] = {}
        self.processes: dict[str, Process] = {}
        self.strict: dict[str, bool] = {}
        self.flow_elements: list[tuple[_Body, Element]] = []

    def compile(self, version: str) -> Graph | None:
        """The graph; None when there is nothing to make one of."""
        self.index()
        processes = list(children(self.root, "process"))
        if not processes:
            drawn = any(children(self.root, *_DRAWINGS))
            self.findings.lack(
                self.root.get("id") or "definitions", "The model has no process.", strict=not drawn
            )
        check_root(self.context)
        check_circles(self.context, processes)
        if self.findings.refused and self.findings.full:
            return None
        around = look_around(self.context, processes)
        check_contracts(self.context, processes)
        for process in processes:
            self.process(process)
        for body, element in self.flow_elements:
            self.flow(body, element)
        self.attach()
        self.codeless()
        for identity, fields in self.nodes.items():
            demanding = self.strict[self.bodies[fields["scope"]].process]
            into, out = len(fields["incoming"]), len(fields["outgoing"])
            check_direction(self.context, self.elements[identity], into, out, strict=demanding)
        if processes and not self.nodes:
            drawn = all(each.executable is False for each in self.processes.values())
            self.findings.lack(
                processes[0].get("id") or "process",
                "There is nothing in the model that could be done.",
                strict=not (drawn and self.processes),
            )
        if self.findings.refused:
            return None
        for fields in self.nodes.values():
            fields |= {name: tuple(fields[name]) for name in ("incoming", "outgoing", "boundaries")}
        nodes = {identity: Node(**fields) for identity, fields in self.nodes.items()}
        return Graph(
            processes=self.processes,
            nodes=nodes,
            flows=self.flows,
            scopes={body.id: self.scope(body, nodes) for body in self.bodies.values()},
            message_flows=around.message_flows,
            pools=around.pools,
            correlations=around.correlations,
            subscriptions=around.subscriptions,
            names=self.context.names,
            version=version,
        )

    def index(self) -> None:
        """Every id once; names of data that expressions may use."""
        names: set[str] = set()
        parts = 0
        whole = tuple(meant(self.root))
        for element in whole:
            parts += element.local in NODES or element.local == "sequenceFlow"
            if parts > MAX_PARTS:
                said = f"The model has more than {MAX_PARTS} elements and sequence flows."
                raise TooLarge("bpmn.size", said, hint="Split it into processes that call one another.")
            identity = element.get("id")
            self.attributes(element)
            if identity and identity in self.context.by_id:
                self.findings.error(identity, f"The id is used twice, by <{element.local}> as well.")
            elif identity:
                self.context.by_id[identity] = element
            if element.local in DATA and element.get("name"):
                names.add(element.get("name"))
        self.context.names = frozenset(name for name in names if not name.isidentifier())
        self.context.associations = tuple(
            (bare(each.get("sourceRef")), bare(each.get("targetRef")))
            for each in whole
            if each.local == "association"
        )
        self.context.addressed = frozenset(
            bare(each.get("targetRef")) for each in whole if each.local == "messageFlow"
        )

    def attributes(self, element: Element) -> None:
        """Attributes that are nobody's, and expressions that are cut off."""
        for name, value in element.attributes.items():
            if name in STRAY:
                self.findings.warn(
                    element.get("id") or element.local, f"BPMN has no attribute {name}; it is left aside."
                )
            elif ":" not in name and name != "xmlns" and name not in ATTRIBUTES:
                self.findings.error(
                    element.get("id") or element.local, f"BPMN has no attribute {name}; others need a prefix."
                )
            elif name != "name" and max(value.rfind("${"), value.rfind("#{")) > value.rfind("}"):
                self.findings.error(
                    element.get("id") or element.local, f"The expression of {name} is cut off."
                )

    def process(self, element: Element) -> None:
        identity = element.get("id")
        if not identity:
            self.findings.error("process", f"A process has no id (line {element.line}).")
            return
        executable = check_process(self.context, element)
        self.processes[identity] = Process(id=identity, name=element.get("name"), executable=executable)
        self.strict[identity] = _speaks(element) if executable is None else executable
        check_shape(self.context, element, drawn=executable is False)
        self.body(element, _Body(identity, "", identity))

    def body(self, element: Element, body: _Body) -> None:
        self.bodies[body.id] = body
        body.own = dict(own_data(self.context, element))
        for inner in element:
            if not is_bpmn(inner):
                continue
            if inner.local in NODES:
                self.node(inner, body)
            elif inner.local == "sequenceFlow":
                self.flow_elements.append((body, inner))
            elif inner.local not in BESIDE:
                self.findings.error(
                    inner.get("id") or body.id, f"<{inner.tag}> is nothing that BPMN has in a process."
                )

    def node(self, element: Element, body: _Body) -> None:
        identity = element.get("id")
        if not identity:
            self.findings.error(body.id, f"<{element.tag}> has no id (line {element.line}).")
            return
        if identity in self.nodes:
            return  # the double id is a finding already
        kind = NODES[element.local]
        strict = self.strict[body.process]
        fields: dict[str, Any] = {
            "id": identity, "kind": kind, "what": element.local, "scope": body.id,
            "name": element.get("name"), "default": bare(element.get("default")),
            "incoming": [], "outgoing": [], "boundaries": [], "ours": element.of(OURS),
        }  # fmt: skip
        self.nodes[identity] = fields
        self.elements[identity] = element
        body.nodes.append(identity)
        if kind in {Kind.START, Kind.END, Kind.THROW, Kind.CATCH, Kind.BOUNDARY}:
            fields["definitions"] = events.definitions(self.context, element, kind, strict=strict)
            fields["all_needed"] = flag(element, "parallelMultiple", default=False)
            interrupting = "cancelActivity" if kind is Kind.BOUNDARY else "isInterrupting"
            fields["interrupting"] = flag(element, interrupting, default=True)
            fields["attached_to"] = bare(element.get("attachedToRef"))
            _, fields["outputs"], fields["share_out"] = data(self.context, element, strict=strict)
        if kind in ACTIVITIES:
            fields |= activities.activity(self.context, element, kind, strict=strict)
        if kind is Kind.SUB:
            self.sub(element, fields, body)
        if kind is Kind.COMPLEX:
            fields["enough"] = self.context.truth(
                identity, child(element, "activationCondition"), strict=strict
            )
        if kind is Kind.EVENT_BASED:
            fields["instantiate"] = flag(element, "instantiate", default=False)
            fields["all_needed"] = element.get("eventGatewayType") == "Parallel"

    def sub(self, element: Element, fields: dict[str, Any], body: _Body) -> None:
        identity = fields["id"]
        fields["on_event"] = flag(element, "triggeredByEvent", default=False)
        if fields["on_event"] and fields["for_compensation"]:
            said = "An event sub-process begins by its event; it cannot undo work (isForCompensation) too."
            self.findings.lack(identity, said, strict=self.strict[body.process])
        fields["transaction"] = element.local == "transaction"
        self.body(element, _Body(identity, body.id, body.process))
        if not self.bodies[identity].nodes:
            needs = fields["on_event"] or (fields.get("adhoc") and self.strict[body.process])
            said = "The sub-process is empty" + ("." if needs else "; it is done like a task.")
            drawn = self.processes[body.process].executable is False
            self.findings.lack(identity, said, strict=bool(needs) and not drawn)
            if not fields["on_event"]:
                del self.bodies[identity]
                fields["kind"] = Kind.TASK  # a collapsed box: done like a task

    def flow(self, body: _Body, element: Element) -> None:
        source, target = bare(element.get("sourceRef")), bare(element.get("targetRef"))
        identity = element.get("id") or self.nameless(f"{source}->{target}")
        complete = True
        for end, name in ((source, "sourceRef"), (target, "targetRef")):
            if not end:
                self.findings.error(identity, f"The sequence flow dangles: it has no {name}.")
                complete = False
            elif end not in self.nodes:
                what = self.context.by_id.get(end)
                why = "does not exist" if what is None else f"is a <{what.local}>, which no token can reach"
                self.findings.error(identity, f"The sequence flow dangles: its {name} {end} {why}.")
                complete = False
        if not complete or identity in self.flows:
            return
        scopes = {self.nodes[source]["scope"], self.nodes[target]["scope"]}
        if len(scopes) > 1:
            across = len({self.bodies[scope].process for scope in scopes}) > 1
            border = "of its pool; between pools only messages flow" if across else "of a sub-process"
            self.findings.error(identity, f"The sequence flow crosses the border {border}.")
            return
        condition = child(element, "conditionExpression")
        made = None
        if condition is not None or identity in self.context.replaced:
            made = self.context.truth(identity, condition, key=identity, strict=self.strict[body.process])
            if made is None and not self.findings.refused:
                chooses = self.nodes[source]["kind"] in {Kind.EXCLUSIVE, Kind.INCLUSIVE, *ACTIVITIES}
                asked = chooses and self.nodes[source]["default"] != identity
                self.findings.lack(
                    identity,
                    "The sequence flow has an empty condition.",
                    strict=asked and self.strict[body.process],
                )
        if source == target and self.nodes[source]["kind"] not in ACTIVITIES:
            self.findings.error(identity, "The sequence flow leads from a gateway or event to itself.")
        self.flows[identity] = Flow(
            id=identity, source=source, target=target, name=element.get("name"), condition=made
        )
        self.nodes[source]["outgoing"].append(identity)
        self.nodes[target]["incoming"].append(identity)

    def nameless(self, name: str) -> str:
        """An id for a flow that has none, from its ends."""
        number = 2
        made = name
        while made in self.flows:
            made = f"{name}#{number}"
            number += 1
        return made

    def attach(self) -> None:  # noqa: C901 - one line per rule
        """Boundary events to their activities, compensation handlers to what they undo."""
        linked: dict[str, list[str]] = {}
        for source, target in self.context.associations:
            for here, there in ((source, target), (target, source)):
                if (
                    here in self.nodes
                    and there in self.nodes
                    and self.nodes[there]["kind"] is not Kind.BOUNDARY
                ):
                    linked.setdefault(here, []).append(there)
        for identity, fields in self.nodes.items():
            if fields["kind"] is not Kind.BOUNDARY:
                continue
            host = self.nodes.get(fields["attached_to"])
            if host is None or host["kind"] not in ACTIVITIES:
                where = fields["attached_to"] or "nothing"
                self.findings.error(
                    identity, f"The boundary event is attached to {where}, which is no activity."
                )
                continue
            if host["scope"] != fields["scope"]:
                self.findings.error(identity, f"The boundary event lies in another scope than {host['id']}.")
                continue
            if not any(each.trigger is Trigger.COMPENSATION for each in fields["definitions"]):
                host["boundaries"].append(identity)
                continue
            handlers = linked.get(identity, [])
            if handlers:
                if len(set(handlers)) > 1:
                    self.findings.error(identity, "The compensation event leads to more than one activity.")
                host["handler"] = fields["handler"] = handlers[0]
                host["undo_event"] = identity

    def codeless(self) -> None:
        """An error without code and name is caught only by what names the same element, or names none."""
        caught = {
            (each.trigger, name)
            for fields in self.nodes.values()
            if fields["kind"] in {Kind.START, Kind.BOUNDARY}
            for each in fields["definitions"]
            for name in (each.aliases or ("",))
        }
        for identity, trigger, reference, strict in self.context.codeless:
            if (trigger, reference) not in caught and (trigger, "") not in caught:
                message = f"The {trigger} {reference} has neither a code nor a name, and nothing catches it."
                self.findings.lack(identity, message, strict=strict)

    def scope(self, body: _Body, nodes: Mapping[str, Node]) -> Scope:
        inner = [nodes[identity] for identity in body.nodes]
        starts = [node.id for node in inner if node.kind is Kind.START]
        handlers = tuple(node.id for node in inner if node.kind is Kind.SUB and node.on_event)
        begin: tuple[str, ...]
        triggered: tuple[str, ...] = ()
        if starts:
            begin = tuple(each for each in starts if not nodes[each].definitions)
            triggered = tuple(each for each in starts if nodes[each].definitions)
        else:
            begin = tuple(node.id for node in inner if not node.incoming and _begins(node))
        triggered += tuple(node.id for node in inner if node.instantiate and not node.incoming)
        begin = tuple(each for each in begin if each not in triggered)
        outer: set[str] = set()
        above = body
        while above.parent:
            above = self.bodies[above.parent]
            outer |= above.own.keys()
        inner_only = [(name, first) for name, first in body.own.items() if body.parent or first is not None]
        return Scope(
            id=body.id, parent=body.parent, nodes=tuple(body.nodes), starts=begin, triggered=triggered,
            handlers=handlers, own=tuple(inner_only), hides=frozenset(outer & body.own.keys()),
        )  # fmt: skip


def _begins(node: Node) -> bool:
    """Whether a node that nothing leads to is where a scope without start events begins."""
    if node.kind is Kind.BOUNDARY or node.for_compensation or (node.kind is Kind.SUB and node.on_event):
        return False
    return not any(each.trigger is Trigger.LINK for each in node.definitions)


def _speaks(process: Element) -> bool:
    """Whether a process that does not say so is meant to be executed: it has expressions."""
    return any(element.local in _SPOKEN and element.text for element in meant(process))
