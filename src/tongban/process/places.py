"""What of a node is known before any token comes to it: found once per graph, not at every step.

Most nodes of most processes ask for nothing: a gateway without conditions, a task without timers, data or
repetition. The engine takes them by the short way that is told here, and everything else by the long one.
Both mean the same: `general` makes the long way known for every node, and tests run processes by both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tongban.process.parts import Flow, Kind, Node

GOES, WORKS, GATHERS = 0, 1, 2
"""What a node does with a token as it comes: look at it when its turn comes, be work for somebody at once, or
keep it as a parallel join until every flow has brought one."""

Way = tuple[str, str, int, str, Mapping[str, int]]
"""A sequence flow that a token takes: its id; the node it leads to; what that does with the token as it comes
(`GOES`, `WORKS`, `GATHERS`), the name of its element, and one token of each flow that leads to it."""
Ways = tuple[Way, ...]
_Arrival = tuple[str, int, str, Mapping[str, int]]

LIMIT = 10_000
"""Nodes that one step may enter: a circle without a pause is stopped."""

_PASSED = frozenset((Kind.START, Kind.BOUNDARY, Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.COMPLEX))


@dataclass(frozen=True, slots=True)
class Place:
    """A node, and what need not be asked of it again."""

    node: Node
    flows: tuple[Flow, ...]
    """Those that leave it."""
    out: Mapping[str, Way]
    """The same as ways, by their ids."""
    ways: Ways | None
    """Where a token goes; None when that is to be chosen."""
    waits: bool
    """An inclusive or complex join: it looks at what else may come."""
    passes: bool
    """A token that comes goes on at once, along the known ways."""
    chooses: bool
    """The same, but its data choose the way."""
    leaves: bool
    """An activity whose work, once done, is followed by nothing but the known ways."""


def places_of(nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> Mapping[str, Place]:
    """Every node of a graph as a place."""
    undoing = frozenset(node.handler for node in nodes.values() if node.handler)
    adhoc = frozenset(name for name, node in nodes.items() if node.adhoc)
    arrivals = {name: _arrival(node) for name, node in nodes.items()}
    return {
        name: _place(
            node,
            tuple(flows[each] for each in node.outgoing),
            arrivals,
            chosen=node.scope in adhoc,
            undoes=name in undoing,
        )
        for name, node in nodes.items()
    }


def general(nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> Mapping[str, Place]:
    """The same with nothing known: every token takes the long way."""
    return {
        name: replace(place, ways=None, passes=False, chooses=False, leaves=False)
        for name, place in places_of(nodes, flows).items()
    }


def _place(
    node: Node, flows: tuple[Flow, ...], arrivals: Mapping[str, _Arrival], *, chosen: bool, undoes: bool
) -> Place:
    """A node as a place: `chosen` in an ad-hoc sub-process, or one that `undoes` another."""
    out = {flow.id: (flow.id, *arrivals[flow.target]) for flow in flows}
    ways = tuple(out.values()) * node.given if _is_certain(node, flows) else None
    plain = node.kind is Kind.TASK and node.loop is None
    throws = node.kind in {Kind.END, Kind.THROW} and not node.definitions
    at_once = (throws or node.kind in _PASSED) and not (_waits(node) or node.outputs)
    return Place(
        node,
        flows,
        out,
        ways,
        waits=_waits(node),
        passes=at_once and ways is not None,
        chooses=at_once and ways is None,
        leaves=plain
        and ways is not None
        and node.what != "sendTask"
        and not (node.outputs or node.handler or node.for_compensation or undoes or chosen),
    )


def _works(node: Node) -> bool:
    before = (
        node.skip
        or node.risk
        or node.asks_risk
        or node.boundaries
        or node.inputs
        or node.script
        or node.decision
    )
    plain = node.kind is Kind.TASK and node.loop is None and node.needed == 1 and node.what != "receiveTask"
    return plain and not before


def _arrival(node: Node) -> _Arrival:
    does = WORKS if _works(node) else GOES
    if node.kind is Kind.PARALLEL and len(node.incoming) > 1:
        does = GATHERS
    return node.id, does, node.what, dict.fromkeys(node.incoming, 1)


def _waits(node: Node) -> bool:
    return node.kind in {Kind.INCLUSIVE, Kind.COMPLEX} and len(node.incoming) > 1


def _is_certain(node: Node, flows: Sequence[Flow]) -> bool:
    """Whether no data and no default decide between the ways out of a node."""
    free = all(flow.condition is None for flow in flows)
    certain = len(flows) < 2 or (node.kind is not Kind.EXCLUSIVE and not node.default)  # noqa: PLR2004
    return node.kind is Kind.PARALLEL or (free and certain)
