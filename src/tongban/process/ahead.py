"""What may still happen in a running instance. Pure.

An upper bound: conditions are not evaluated, so every flow of a gateway is a way. What is *not* in it cannot
happen any more: a person can be told so before the instance comes to its end.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.process.graph import Graph, Kind, Trigger


def ahead(graph: Graph, state: Mapping[str, Any]) -> frozenset[str]:
    """The nodes that a token is at or can still get to."""
    return _Ahead(graph, state).nodes()


class _Ahead:
    """The work of `ahead`: a least fixed point over nodes and flows."""

    def __init__(self, graph: Graph, state: Mapping[str, Any]) -> None:
        self.graph = graph
        self.state = state
        self.entered: set[str] = set()
        self.flows: set[str] = set()
        self.left: list[str] = []
        for frame in state["frames"].values():
            for held in frame.get("joins", {}).values():
                self.flows |= {flow for flow in held if flow in graph.flows}

    def nodes(self) -> frozenset[str]:
        """Everything that may still happen."""
        for token in self.state["tokens"].values():
            self.enter(token["node"])
        for frame in self.state["frames"].values():
            if frame["node"] in self.graph.scopes and not frame.get("off"):
                self.listen(frame["node"])
        stopped = self.stopped()
        while self.left:
            node = self.left.pop()
            for target in self.after(node, goes_on=node not in stopped):
                self.enter(target)
        return frozenset(self.entered)

    def enter(self, node: str) -> None:
        if node not in self.entered:
            self.entered.add(node)
            self.left.append(node)

    def listen(self, scope: str) -> None:
        """The event sub-processes of a scope, and what undoes its activities."""
        body = self.graph.scopes[scope]
        for handler in body.handlers:
            self.enter(handler)
        for node in body.nodes:
            if self.graph.nodes[node].for_compensation:
                self.enter(node)

    def stopped(self) -> frozenset[str]:
        """Nodes that are under way and will not be left: one of their tokens went no further."""
        tokens = self.state["tokens"]
        found = {
            tokens[frame["owner"]]["node"]
            for frame in self.state["frames"].values()
            if frame.get("dropped") and frame.get("owner") in tokens
        }
        arriving = {node for node in found if self.graph.nodes[node].loop is not None}
        return frozenset(found - arriving)

    def after(self, name: str, *, goes_on: bool) -> Iterator[str]:
        """Where a token may get from a node."""
        node = self.graph.nodes[name]
        if name in self.graph.scopes:
            yield from self.inside(name)
        if node.kind is Kind.CALL and node.calls in self.graph.scopes:
            yield from self.inside(node.calls)
        yield from node.boundaries
        if not goes_on:
            return
        if node.kind is Kind.THROW and any(each.trigger is Trigger.LINK for each in node.definitions):
            yield from self.graph.next_nodes(node)
        for flow in node.outgoing:
            self.flows.add(flow)
            target = self.graph.nodes[self.graph.flows[flow].target]
            joins = target.kind is Kind.PARALLEL and len(target.incoming) > 1
            if not joins or all(each in self.flows for each in target.incoming):
                yield target.id

    def inside(self, scope: str) -> Iterator[str]:
        """Where tokens begin in a scope."""
        body = self.graph.scopes[scope]
        self.listen(scope)
        yield from body.starts
        yield from body.triggered
        for node in body.nodes:
            one = self.graph.nodes[node]
            if not one.incoming and one.kind is not Kind.BOUNDARY:
                yield node
