"""A graph or a plan as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tongban.process.drawing.layout import arrange
from tongban.process.drawing.picture import Edge, Picture, Point, Shape
from tongban.process.graph import GATEWAYS, Graph, Kind, Node
from tongban.process.planner import Plan

TASK = (148.0, 68.0)
EVENT = (36.0, 36.0)
GATEWAY = (46.0, 46.0)
_INSIDE = 28.0
"""Room between the border of a sub-process and what is in it."""
_HEAD = 24.0
"""Room for its name."""
_APART = 48.0
_PLAN_STARTS, _PLAN_ENDS = "@start", "@end"
_EVENTS = frozenset((Kind.START, Kind.END, Kind.THROW, Kind.CATCH, Kind.BOUNDARY))


def picture_of_plan(plan: Plan, names: Mapping[str, str]) -> Picture:
    """The plan: each item a box, each wait an arrow, the beginning and the end as circles.

    `names` are the items' names by code; without one the code stands there.
    """
    return picture_of_waits({node.code: plan.waits_for(node.code) for node in plan.nodes}, names)


def picture_of_waits(waits: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> Picture:
    """Items, by code, with the codes that each of them waits for; a code that is not there is passed over.

    A wait that follows from others is not drawn: A before B before C says A before C.
    """
    sizes = {_PLAN_STARTS: EVENT, **dict.fromkeys(waits, TASK), _PLAN_ENDS: EVENT}
    kept = {code: [each for each in before if each in waits] for code, before in waits.items()}
    pairs = [(source, code) for code, before in kept.items() for source in _nearest(before, kept)]
    waiting = {target for _, target in pairs}
    followed = {source for source, _ in pairs}
    pairs += [(_PLAN_STARTS, code) for code in waits if code not in waiting]
    pairs += [(code, _PLAN_ENDS) for code in waits if code not in followed]
    edges = [
        (f"{source}>{target}", source, target) for source, target in pairs or [(_PLAN_STARTS, _PLAN_ENDS)]
    ]
    arranged = arrange(sizes, edges)
    kinds = {_PLAN_STARTS: "startEvent", _PLAN_ENDS: "endEvent"}
    return Picture(
        shapes=tuple(
            Shape(
                id=code, what=kinds.get(code, "callActivity"), x=x, y=y,
                width=sizes[code][0], height=sizes[code][1],
                text="" if code in kinds else names.get(code, code),
            )
            for code, (x, y) in arranged.places.items()
        ),
        edges=tuple(
            Edge(id=identity, points=arranged.lines[identity], source=source, target=target)
            for identity, source, target in edges
        ),
    )  # fmt: skip


def _nearest(before: Sequence[str], waits: Mapping[str, Sequence[str]]) -> list[str]:
    """Those of `before` that no other of them waits for, directly or not."""
    beyond: set[str] = set()
    todo = [each for one in before for each in waits[one]]
    while todo:
        one = todo.pop()
        if one not in beyond:
            beyond.add(one)
            todo += waits[one]
    return [each for each in before if each not in beyond]


@dataclass(slots=True)
class _Board:
    """What one scope looks like, its top left corner at (0, 0)."""

    shapes: list[Shape] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def moved(self, dx: float, dy: float) -> "_Board":
        return _Board(
            [_shifted(shape, dx, dy) for shape in self.shapes],
            [replace(edge, points=tuple((x + dx, y + dy) for x, y in edge.points)) for edge in self.edges],
            self.width,
            self.height,
        )


def picture_of_graph(graph: Graph, process: str = "") -> Picture:
    """A graph that has no diagram: one process, or all of them one below the other."""
    shapes: list[Shape] = []
    edges: list[Edge] = []
    top = 0.0
    for identity in [process] if process else list(graph.processes):
        board = _scope(graph, identity).moved(0.0, top)
        shapes += board.shapes
        edges += board.edges
        top += board.height + _APART
    return Picture(shapes=tuple(shapes), edges=tuple(edges))


def _scope(graph: Graph, scope: str) -> _Board:
    """One scope; what is inside its sub-processes is placed first."""
    nodes = [graph.nodes[each] for each in graph.scopes[scope].nodes]
    inner = {node.id: _scope(graph, node.id) for node in nodes if node.id in graph.scopes}
    sizes = {node.id: _size(node, inner.get(node.id)) for node in nodes if node.kind is not Kind.BOUNDARY}
    hosts = {node.id: node.attached_to for node in nodes if node.kind is Kind.BOUNDARY}
    flows = [
        flow for flow in graph.flows.values() if flow.source in {**sizes, **hosts} and flow.target in sizes
    ]
    arranged = arrange(sizes, [(flow.id, hosts.get(flow.source, flow.source), flow.target) for flow in flows])
    board = _Board(width=arranged.width, height=arranged.height)
    for node in nodes:
        if node.kind is Kind.BOUNDARY:
            continue
        x, y = arranged.places[node.id]
        width, height = sizes[node.id]
        board.shapes.append(_drawn(node, x, y, width, height, expanded=node.id in inner))
        if node.id in inner:
            inside = inner[node.id].moved(x + _INSIDE, y + _INSIDE + _HEAD)
            board.shapes += inside.shapes
            board.edges += inside.edges
    borders = _borders(nodes, arranged.places, sizes)
    board.shapes += borders.values()
    for flow in flows:
        line = arranged.lines.get(flow.id) or _loop(arranged.places[flow.target], sizes[flow.target])
        if flow.source in borders:
            line = _from_border(borders[flow.source], line)
        board.edges.append(
            Edge(id=flow.id, points=line, text=flow.name, source=flow.source, target=flow.target)
        )
    board.height += EVENT[1] if borders else 0.0
    return board


def _size(node: Node, inside: _Board | None) -> tuple[float, float]:
    if inside is not None:
        return (
            max(TASK[0], inside.width + 2 * _INSIDE),
            max(TASK[1], inside.height + 2 * _INSIDE + _HEAD),
        )
    if node.kind in _EVENTS:
        return EVENT
    return GATEWAY if node.kind in GATEWAYS else TASK


def _drawn(node: Node, x: float, y: float, width: float, height: float, *, expanded: bool = False) -> Shape:
    triggers = [str(each.trigger) for each in node.definitions]
    repeated = ""
    if node.loop is not None:
        repeated = "loop" if node.loop.standard else "sequential" if node.loop.sequential else "parallel"
    return Shape(
        id=node.id, what=node.what, x=x, y=y, width=width, height=height, text=node.name,
        trigger=triggers[0] if len(triggers) == 1 else "multiple" if triggers else "",
        interrupting=node.interrupting, expanded=expanded, repeated=repeated,
    )  # fmt: skip


def _borders(
    nodes: list[Node], places: Mapping[str, Point], sizes: Mapping[str, tuple[float, float]]
) -> dict[str, Shape]:
    """Boundary events, side by side on the lower border of what they are attached to."""
    made: dict[str, Shape] = {}
    taken: dict[str, int] = {}
    for node in nodes:
        if node.kind is not Kind.BOUNDARY or node.attached_to not in places:
            continue
        x, y = places[node.attached_to]
        width, height = sizes[node.attached_to]
        taken[node.attached_to] = taken.get(node.attached_to, 0) + 1
        right = x + width - taken[node.attached_to] * (EVENT[0] + 8.0)
        made[node.id] = _drawn(node, right, y + height - EVENT[1] / 2, *EVENT)
    return made


def _from_border(event: Shape, line: tuple[Point, ...]) -> tuple[Point, ...]:
    """The line of a boundary event begins below it."""
    x, _ = event.centre
    below = event.y + event.height
    under = below + 14.0
    bend = line[-2] if len(line) > 1 else line[-1]
    return (x, below), (x, under), (bend[0], under), bend, line[-1]


def _loop(place: Point, size: tuple[float, float]) -> tuple[Point, ...]:
    """A flow from a node to itself goes round above it."""
    x, y = place
    width, height = size
    return (
        (x + width, y + height / 2),
        (x + width + 16.0, y + height / 2),
        (x + width + 16.0, y - 16.0),
        (x + width / 2, y - 16.0),
        (x + width / 2, y),
    )


def _shifted(shape: Shape, dx: float, dy: float) -> Shape:
    label = shape.label
    if label is not None:
        label = (label[0] + dx, label[1] + dy, label[2], label[3])
    return replace(shape, x=shape.x + dx, y=shape.y + dy, label=label)
