"""What of a node is known before any token comes to it: found once per graph, not at every step.

Most nodes of most processes ask for nothing: a gateway without conditions, a task without timers, data or
repetition. The engine takes them by the short way that is told here, and everything else by the long one.
Both mean the same: `general` makes the long way known for every node, and tests run processes by both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongban.process.graph import Flow, Graph, Kind, Node

Ways = tuple[tuple[str, str], ...]
"""Sequence flows that tokens take, each with the node it leads to."""

_PASSED = frozenset((Kind.START, Kind.BOUNDARY, Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.COMPLEX))


@dataclass(frozen=True, slots=True)
class Place:
    """A node, and what need not be asked of it again."""

    node: Node
    flows: tuple[Flow, ...]
    """Those that leave it."""
    ways: Ways | None
    """Where a token goes; None when that is to be chosen."""
    full: Mapping[str, int]
    """One token of each flow that leads to it."""
    gathers: bool
    """A parallel join: it takes in what the flows bring, and has a token when it is full."""
    waits: bool
    """An inclusive or complex join: it looks at what else may come."""
    passes: bool
    """A token that comes goes on at once, along the known ways."""
    chooses: bool
    """The same, but its data choose the way."""
    works: bool
    """An activity that begins as work for somebody, with nothing before it."""
    leaves: bool
    """An activity whose work, once done, is followed by nothing but the known ways."""


def places_of(graph: Graph) -> Mapping[str, Place]:
    """Every node of a graph as a place."""
    undoing = frozenset(node.handler for node in graph.nodes.values() if node.handler)
    return {name: _place(graph, node, undoing) for name, node in graph.nodes.items()}


def general(graph: Graph) -> Mapping[str, Place]:
    """The same with nothing known: every token takes the long way."""
    return {
        name: replace(place, ways=None, passes=False, chooses=False, leaves=False)
        for name, place in places_of(graph).items()
    }


def _place(graph: Graph, node: Node, undoing: frozenset[str]) -> Place:
    ways = _ways(graph, node)
    surroundings = graph.nodes.get(node.scope)
    chosen = surroundings is not None and surroundings.adhoc
    plain = node.kind is Kind.TASK and node.loop is None
    throws = node.kind in {Kind.END, Kind.THROW} and not node.definitions
    at_once = (throws or node.kind in _PASSED) and not (_waits(node) or node.outputs)
    return Place(
        node,
        tuple(graph.flows[each] for each in node.outgoing),
        ways,
        dict.fromkeys(node.incoming, 1),
        gathers=_gathers(node),
        waits=_waits(node),
        passes=at_once and ways is not None,
        chooses=at_once and ways is None,
        works=_works(node),
        leaves=plain
        and ways is not None
        and node.what != "sendTask"
        and not (node.outputs or node.handler or node.for_compensation or node.id in undoing or chosen),
    )


def _works(node: Node) -> bool:
    before = node.skip or node.risk or node.boundaries or node.inputs or node.script or node.decision
    plain = node.kind is Kind.TASK and node.loop is None and node.needed == 1 and node.what != "receiveTask"
    return plain and not before


def _gathers(node: Node) -> bool:
    return node.kind is Kind.PARALLEL and len(node.incoming) > 1


def _waits(node: Node) -> bool:
    return node.kind in {Kind.INCLUSIVE, Kind.COMPLEX} and len(node.incoming) > 1


def _ways(graph: Graph, node: Node) -> Ways | None:
    """The ways out of a node, when no data and no default decide between them."""
    flows = [graph.flows[each] for each in node.outgoing]
    free = all(flow.condition is None for flow in flows)
    certain = len(flows) < 2 or (node.kind is not Kind.EXCLUSIVE and not node.default)  # noqa: PLR2004
    if node.kind is Kind.PARALLEL or (free and certain):
        return tuple((flow.id, flow.target) for flow in flows) * node.given
    return None
