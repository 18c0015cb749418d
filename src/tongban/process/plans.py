"""The planner's plan as a process graph: each item an activity, each wait a join.

Every item is a node named by its code. Those that wait for nobody follow the fork at the beginning; one that
waits for several stands behind a join of its own. So the engine runs what the planner computed exactly as it
runs what people draw.
"""

from dataclasses import dataclass, field, replace

from tongban.kernel import canonical
from tongban.process.graph import Flow, Graph, Kind, Node, Process, Scope
from tongban.process.planner import Plan

START, FORK, JOIN, END = "start", "fork", "join", "end"


@dataclass(slots=True)
class _Drawing:
    """Nodes and flows while they are put together."""

    scope: str
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)

    def node(self, identity: str, kind: Kind, what: str, name: str = "") -> None:
        self.nodes[identity] = Node(id=identity, kind=kind, what=what, scope=self.scope, name=name)

    def flow(self, source: str, target: str) -> None:
        identity = f"{source}>{target}"
        self.flows[identity] = Flow(id=identity, source=source, target=target)
        self.nodes[source] = replace(self.nodes[source], outgoing=(*self.nodes[source].outgoing, identity))
        self.nodes[target] = replace(self.nodes[target], incoming=(*self.nodes[target].incoming, identity))


def graph_of(plan: Plan, process: str = "plan") -> Graph:
    """The graph of a plan. Names of its own nodes begin with `@`, which no item's code does."""
    drawing = _Drawing(process)
    drawing.node(f"@{START}", Kind.START, "startEvent")
    drawing.node(f"@{FORK}", Kind.PARALLEL, "parallelGateway")
    drawing.node(f"@{JOIN}", Kind.PARALLEL, "parallelGateway")
    drawing.node(f"@{END}", Kind.END, "endEvent")
    for item in plan.nodes:
        drawing.node(item.code, Kind.TASK, "serviceTask", item.code)
    drawing.flow(f"@{START}", f"@{FORK}")
    followed = {edge.source for edge in plan.edges}
    for item in plan.nodes:
        before = plan.waits_for(item.code)
        entry = item.code
        if len(before) > 1:
            entry = f"@{JOIN}:{item.code}"
            drawing.node(entry, Kind.PARALLEL, "parallelGateway")
            drawing.flow(entry, item.code)
        for source in before or (f"@{FORK}",):
            drawing.flow(source, entry)
        if item.code not in followed:
            drawing.flow(item.code, f"@{JOIN}")
    if not plan.nodes:
        drawing.flow(f"@{FORK}", f"@{JOIN}")
    drawing.flow(f"@{JOIN}", f"@{END}")
    return Graph(
        processes={process: Process(id=process, executable=True)},
        nodes=drawing.nodes,
        flows=drawing.flows,
        scopes={
            process: Scope(
                id=process, parent="", nodes=tuple(drawing.nodes), starts=(f"@{START}",), triggered=(),
                handlers=(),
            )
        },
        version=canonical.digest(sorted(drawing.flows))[:16],
    )  # fmt: skip
