"""The computed plan of a life event as a drawing to go on with: BPMN 2.0 with its diagram. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from xml.sax.saxutils import quoteattr

from tongban.kernel import canonical
from tongban.process.drawing import Picture, Shape, picture_of_graph
from tongban.process.graph import Flow, Graph, Kind, Node, Process, Scope
from tongban.process.planner import Plan

START, END = "start", "end"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" xmlns:tongban="urn:tongban:bpmn"'
    ' id="definitions" targetNamespace="urn:tongban:process">'
)
_ITEM_COLOUR: Final = ' color:background-color="#e8f1fb" color:border-color="#0b5cad"'
"""The colour that the editor gives to service items."""
_LEFT, _TOP = 160, 100
"""Where the diagram begins, in its own units: room for labels at its edges."""


@dataclass(slots=True)
class _Sketch:
    """Nodes and flows while they are put together."""

    process: str
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)

    def node(self, identity: str, kind: Kind, what: str, name: str = "") -> str:
        self.nodes[identity] = Node(id=identity, kind=kind, what=what, scope=self.process, name=name)
        return identity

    def flow(self, source: str, target: str) -> None:
        identity = f"flow_{len(self.flows) + 1}"
        self.flows[identity] = Flow(id=identity, source=source, target=target)
        self.nodes[source] = replace(self.nodes[source], outgoing=(*self.nodes[source].outgoing, identity))
        self.nodes[target] = replace(self.nodes[target], incoming=(*self.nodes[target].incoming, identity))

    def graph(self) -> Graph:
        return Graph(
            processes={self.process: Process(id=self.process, executable=True)},
            nodes=self.nodes,
            flows=self.flows,
            scopes={
                self.process: Scope(
                    id=self.process, parent="", nodes=tuple(self.nodes), starts=(START,), triggered=(),
                    handlers=(),
                )
            },
            version=canonical.digest(sorted(self.flows))[:16],
        )  # fmt: skip


def model_of_plan(
    plan: Plan, code: str, name: str, says: Mapping[str, str], item_name: Callable[[str], str]
) -> str:
    """A plan as a BPMN model that runs exactly as the plan does.

    Each item becomes a call activity of the same id. Ways part and meet at parallel gateways, so that every
    item has one way in and one way out, and something can be put before or after it.

    Args:
        plan: every item of the event, also those that depend on a condition: what an application does not
            have is passed through when the process runs.
        code: of the process.
        name: what people call it.
        says: names of the ``start`` and the ``end``.
        item_name: what people call an item.
    """
    sketch = _sketched(plan, code, says, item_name)
    picture = picture_of_graph(sketch.graph(), code)
    return "\n".join((_HEAD, *_process(sketch, name), *_diagram(sketch, picture), "</bpmn:definitions>\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """How a drawing and the items of its life event have gone apart."""

    missing: tuple[str, ...]
    """Items that the drawing does not have: they begin by themselves."""
    foreign: tuple[str, ...]
    """Items of the drawing that the event does not have (any more)."""
    own: tuple[Node, ...]
    """What somebody drew that no plan has: reviews, waits, tasks, choices. A new drawing would lose it."""
    conditions: int
    """Ways with a condition, which a new drawing would lose too."""


def apart(graph: Graph, items: Collection[str]) -> Apart:
    """What a drawing lacks of `items` (codes, in the event's order), and what it has besides."""
    drawn = {node.ours["item"] for node in graph.nodes.values() if node.ours.get("item")}
    return Apart(
        missing=tuple(item for item in items if item not in drawn),
        foreign=tuple(sorted(drawn - set(items))),
        own=tuple(node for node in graph.nodes.values() if not _of_a_plan(node)),
        conditions=sum(flow.condition is not None for flow in graph.flows.values()),
    )


def _of_a_plan(node: Node) -> bool:
    """Whether a plan would draw the same: an item as it is, an event without a reason, a parallel gateway."""
    if node.ours.get("item"):
        return not ({*node.ours} - {"item"} or node.boundaries or node.loop)
    plain = node.kind in {Kind.START, Kind.END, Kind.PARALLEL}
    return plain and not node.definitions and (node.kind is not Kind.PARALLEL or not node.name)


def _sketched(plan: Plan, code: str, says: Mapping[str, str], item_name: Callable[[str], str]) -> _Sketch:
    sketch = _Sketch(code)
    sketch.node(START, Kind.START, "startEvent", says[START])
    for one in plan.nodes:
        sketch.node(_id(one.code), Kind.CALL, "callActivity", item_name(one.code))
    sketch.node(END, Kind.END, "endEvent", says[END])
    before = {item.code: plan.waits_for(item.code) for item in plan.nodes}
    after = {item.code: tuple(e.target for e in plan.edges if e.source == item.code) for item in plan.nodes}
    exits = {
        item: _gate(sketch, f"after_{item}", _id(item), inward=False) if len(followers) > 1 else _id(item)
        for item, followers in after.items()
    }
    entries = {
        item: _gate(sketch, f"before_{item}", _id(item), inward=True) if len(waits) > 1 else _id(item)
        for item, waits in before.items()
    }
    first = [item for item, waits in before.items() if not waits]
    last = [item for item, followers in after.items() if not followers]
    begin = _gate(sketch, "together", START, inward=False) if len(first) > 1 else START
    finish = _gate(sketch, "all_done", END, inward=True) if len(last) > 1 else END
    for each in first:
        sketch.flow(begin, entries[each])
    for each, waits in before.items():
        for source in waits:
            sketch.flow(exits[source], entries[each])
    for each in last:
        sketch.flow(exits[each], finish)
    if not plan.nodes:
        sketch.flow(START, END)
    return sketch


def _gate(sketch: _Sketch, identity: str, beside: str, *, inward: bool) -> str:
    gate = sketch.node(identity, Kind.PARALLEL, "parallelGateway")
    sketch.flow(*((gate, beside) if inward else (beside, gate)))
    return gate


def _id(item: str) -> str:
    """Codes of items may begin with anything a code may; ids of XML with a letter, and none twice."""
    return f"item_{item}"


def _process(sketch: _Sketch, name: str) -> Iterator[str]:
    yield f'  <bpmn:process id={quoteattr(sketch.process)} name={quoteattr(name)} isExecutable="true">'
    for node in sketch.nodes.values():
        said = f" name={quoteattr(node.name)}" if node.name else ""
        item = f" tongban:item={quoteattr(node.id.removeprefix('item_'))}" if node.kind is Kind.CALL else ""
        yield f"    <bpmn:{node.what} id={quoteattr(node.id)}{said}{item}>"
        yield from (f"      <bpmn:incoming>{flow}</bpmn:incoming>" for flow in node.incoming)
        yield from (f"      <bpmn:outgoing>{flow}</bpmn:outgoing>" for flow in node.outgoing)
        yield f"    </bpmn:{node.what}>"
    for flow in sketch.flows.values():
        ends = f"sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}"
        yield f'    <bpmn:sequenceFlow id="{flow.id}" {ends} />'
    yield "  </bpmn:process>"


def _diagram(sketch: _Sketch, picture: Picture) -> Iterator[str]:
    yield '  <bpmndi:BPMNDiagram id="diagram">'
    yield f'    <bpmndi:BPMNPlane id="plane" bpmnElement={quoteattr(sketch.process)}>'
    for shape in picture.shapes:
        yield from _shape(shape)
    for edge in picture.edges:
        yield f'      <bpmndi:BPMNEdge id="{edge.id}_di" bpmnElement="{edge.id}">'
        for x, y in edge.points:
            yield f'        <di:waypoint x="{round(x + _LEFT)}" y="{round(y + _TOP)}" />'
        yield "      </bpmndi:BPMNEdge>"
    yield "    </bpmndi:BPMNPlane>"
    yield "  </bpmndi:BPMNDiagram>"


def _shape(shape: Shape) -> Iterator[str]:
    colour = _ITEM_COLOUR if shape.what == "callActivity" else ""
    identity = quoteattr(f"{shape.id}_di")
    yield f"      <bpmndi:BPMNShape id={identity} bpmnElement={quoteattr(shape.id)}{colour}>"
    size = f'width="{round(shape.width)}" height="{round(shape.height)}"'
    yield f'        <dc:Bounds x="{round(shape.x + _LEFT)}" y="{round(shape.y + _TOP)}" {size} />'
    yield "      </bpmndi:BPMNShape>"
