"""The process graph: what the engine runs, whoever drew it. Compiled once per version, never changed.

Two front ends make it: `tongban.process.bpmn` from BPMN 2.0 XML and `tongban.process.plans` from the
planner's plan. Ids are those of the model and unique in it. Nodes lie in *scopes*: a process or the body
of a sub-process, named by its id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tongban.process.expressions import Expression
from tongban.process.parts import (
    ACTIVITIES,
    GATEWAYS,
    Definition,
    Flow,
    Kind,
    Loop,
    Node,
    Trigger,
)
from tongban.process.places import Place, places_of

__all__ = [
    "ACTIVITIES",
    "GATEWAYS",
    "Definition",
    "Flow",
    "Graph",
    "Kind",
    "Loop",
    "Node",
    "Process",
    "Scope",
    "Trigger",
    "may_join",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A process, or the body of a sub-process."""

    id: str
    parent: str
    nodes: tuple[str, ...]
    starts: tuple[str, ...]
    """Where a token begins: none start events, or, without any start event, nodes that nothing leads to."""
    triggered: tuple[str, ...]
    """Start events of a process that wait for something."""
    handlers: tuple[str, ...]
    """Event sub-processes."""
    own: tuple[tuple[str, Expression | None], ...] = ()
    """Data that are seen only in it, and what they are at first; of a process, only those that begin as
    something."""
    hides: frozenset[str] = frozenset()
    """Those of them that stand before data of the same name further out, which they do not begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What of a process is not in its scope."""

    id: str
    name: str = ""
    executable: bool | None = None
    """None when the model does not say."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Everything that one model says about what happens."""

    processes: Mapping[str, Process]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    scopes: Mapping[str, Scope]
    message_flows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Source (a node or a process) → targets."""
    pools: tuple[str, ...] = ()
    """Processes that take part in a collaboration, in its order."""
    names: frozenset[str] = frozenset()
    """Names of data that cannot be told from their spelling."""
    correlations: Mapping[str, tuple[tuple[str, Expression], ...]] = field(default_factory=dict)
    """Name of a message → the properties that say which conversation it is of, as its content has them."""
    subscriptions: Mapping[str, tuple[tuple[str, Expression], ...]] = field(default_factory=dict)
    """Process → the properties that its own data say."""
    version: str = ""

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """What of every node is known before a token comes to it."""
        return places_of(self.nodes, self.flows)

    @cached_property
    def links(self) -> Mapping[tuple[str, str], str]:
        """(scope, name of the link) → the event that catches it."""
        return {
            (node.scope, definition.name): node.id
            for node in self.nodes.values()
            if node.kind is Kind.CATCH
            for definition in node.definitions
            if definition.trigger is Trigger.LINK
        }

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any event waits for a condition."""
        return any(
            each.trigger is Trigger.CONDITIONAL for node in self.nodes.values() for each in node.definitions
        )

    @cached_property
    def hearing(self) -> frozenset[str]:
        """Where a token that arrives hears signals: itself, at its border, or in what stands by."""
        found: set[str] = set()
        for node in self.nodes.values():
            events = [node] if node.kind is Kind.CATCH else [self.nodes[each] for each in node.boundaries]
            if node.kind is Kind.SUB and node.id in self.scopes:
                for handler in self.scopes[node.id].handlers:
                    events += [self.nodes[each] for each in self.scopes[handler].triggered]
            heard = any(each.trigger is Trigger.SIGNAL for event in events for each in event.definitions)
            if heard or (node.kind is Kind.EVENT_BASED and not node.all_needed):
                found.add(node.id)
        return frozenset(found)

    @cached_property
    def standing_by(self) -> frozenset[str]:
        """Scopes with an event sub-process that hears signals."""
        return frozenset(
            scope.id
            for scope in self.scopes.values()
            for handler in scope.handlers
            for start in self.scopes[handler].triggered
            if any(each.trigger is Trigger.SIGNAL for each in self.nodes[start].definitions)
        )

    @cached_property
    def heard(self) -> frozenset[str]:
        """Names of all signals that something under way may wait for; what begins a process is not."""
        return frozenset(
            name
            for node in self.nodes.values()
            if node.kind in {Kind.CATCH, Kind.BOUNDARY}
            or (node.kind is Kind.START and node.scope not in self.processes)
            for each in node.definitions
            if each.trigger is Trigger.SIGNAL
            for name in (each.name, *each.aliases)
        )

    @cached_property
    def has_waiting_joins(self) -> bool:
        """Whether any join has to look at where other tokens are."""
        return any(node.kind in {Kind.INCLUSIVE, Kind.COMPLEX} for node in self.nodes.values())

    @cached_property
    def called(self) -> frozenset[str]:
        """Processes that another one of the model calls."""
        return frozenset(node.calls for node in self.nodes.values() if node.kind is Kind.CALL)

    def next_nodes(self, node: Node) -> tuple[str, ...]:
        """Where a token may go from a node inside its scope: along flows, links and boundary events."""
        targets = [self.flows[flow].target for flow in node.outgoing]
        targets += node.boundaries
        if node.kind is Kind.THROW:
            targets += [
                self.links[node.scope, each.name]
                for each in node.definitions
                if each.trigger is Trigger.LINK and (node.scope, each.name) in self.links
            ]
        return tuple(targets)

    @cached_property
    def upstream(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Inclusive or complex join → incoming flow → nodes from which a token can still get there.

        Paths through the join itself do not count (OMG BPMN 2.0.2, 13.4.3).
        """
        before: dict[str, set[str]] = {}
        for node in self.nodes.values():
            for target in self.next_nodes(node):
                before.setdefault(target, set()).add(node.id)
        made: dict[str, dict[str, frozenset[str]]] = {}
        for node in self.nodes.values():
            if node.kind in {Kind.INCLUSIVE, Kind.COMPLEX} and len(node.incoming) > 1:
                made[node.id] = {
                    flow: _reaching(self.flows[flow].source, node.id, before) for flow in node.incoming
                }
        return made

    def process_of(self, node: str) -> str:
        """The process that a node lies in."""
        scope = self.nodes[node].scope if node in self.nodes else node
        while self.scopes[scope].parent:
            scope = self.scopes[scope].parent
        return scope


def _reaching(source: str, without: str, before: Mapping[str, set[str]]) -> frozenset[str]:
    if source == without:
        return frozenset()
    found = {source}
    waiting = [source]
    while waiting:
        for node in before.get(waiting.pop(), ()):
            if node not in found and node != without:
                found.add(node)
                waiting.append(node)
    return frozenset(found)


def may_join(graph: Graph, node: str, filled: frozenset[str], places: Iterable[str]) -> bool:
    """Whether an inclusive join that has tokens on `filled` need wait for nothing any more.

    Args:
        graph: the graph.
        node: the join.
        filled: its incoming flows that have brought a token.
        places: the nodes of its scope at which other tokens are.

    It waits for a token elsewhere if that can still reach an empty flow and none of the filled ones (OMG BPMN
    2.0.2, table 13.2).
    """
    upstream = graph.upstream[node]
    empty = [upstream[flow] for flow in upstream if flow not in filled]
    full = [upstream[flow] for flow in filled]
    return not any(
        any(place in each for each in empty) and not any(place in each for each in full) for place in places
    )
