"""Reachability: a path to every element, and from every element to an end."""

from collections.abc import Iterable, Mapping

from tongban.process.findings import Findings
from tongban.process.graph import GATEWAYS, Graph, Kind, Node, Scope, Trigger

_MAY_END = GATEWAYS | {Kind.END, Kind.BOUNDARY}


def check_paths(graph: Graph, scope: Scope, findings: Findings, *, strict: bool, drawn: bool) -> bool:  # noqa: C901 - one line per rule
    """Add what cannot be reached or has no way on; whether the scope is worth a closer look."""
    inner = {each: graph.nodes[each] for each in scope.nodes}
    forward = {each: set(graph.next_nodes(node)) for each, node in inner.items()}
    begin = set(scope.starts) | set(scope.triggered)
    owner = graph.nodes.get(scope.id)
    if owner is not None:
        begin |= {each for each, node in inner.items() if node.kind is Kind.START}
    if owner is not None and owner.adhoc:
        begin |= {
            each for each, node in inner.items() if not node.incoming and node.kind is not Kind.BOUNDARY
        }
    aside = {
        each for each, node in inner.items()
        if node.for_compensation or (node.kind is Kind.SUB and node.on_event) or _undoes(node)
    }  # fmt: skip
    for each in aside:
        forward.setdefault(each, set())
    reached = _closure(begin | aside, forward)
    handlers = {node.handler for node in inner.values()}
    unused = {
        each
        for each in aside
        if inner[each].for_compensation and not inner[each].on_event and each not in handlers
    }
    for each in unused:
        findings.lack(each, "The activity undoes work, but no compensation event leads to it.", strict=strict)
    sound = True
    for each, node in inner.items():
        if each not in reached:
            findings.lack(each, "The element can never be reached from a start.", strict=not drawn)
            sound = False
        elif strict and not forward[each] and each not in aside and node.kind not in _MAY_END:
            findings.warn(each, "Nothing follows the element; it ends its path.")
    backward: dict[str, set[str]] = {}
    for each, targets in forward.items():
        for target in targets:
            backward.setdefault(target, set()).add(each)
    ends = {each for each, node in inner.items() if not node.outgoing and not _throws_link(graph, node)}
    ending = _closure(ends, backward)
    waits = _closure({each for each, node in inner.items() if _waits(node)} - ending, backward)
    for each in inner:
        if each in reached and each not in ending:
            findings.lack(
                each,
                "Once here, the process never ends: no path leads to an end.",
                strict=each not in waits and not drawn,
            )
            sound = False
    return sound


def check_quantities(graph: Graph, scope: Scope, findings: Findings, *, strict: bool) -> None:
    """Activities that begin with several tokens, where nothing ever makes a second one (10.3, table 10.3)."""
    inner = [graph.nodes[each] for each in scope.nodes]
    waiting = [node for node in inner if node.needed > 1]
    several = len(scope.starts) + len(scope.triggered) > 1 or any(
        node.given > 1
        or (len(node.outgoing) > 1 and node.kind not in {Kind.EXCLUSIVE, Kind.EVENT_BASED})
        or (node.kind is Kind.BOUNDARY and not node.interrupting)
        for node in inner
    )
    for node in waiting if not several else ():
        said = f"The activity begins with {node.needed} tokens, but never more than one comes."
        findings.lack(node.id, said, strict=strict)


def _waits(node: Node) -> bool:
    """Whether something from outside sets the pace: a process that goes round for ever may be meant so."""
    return node.kind is Kind.CATCH or node.what == "receiveTask"


def _throws_link(graph: Graph, node: Node) -> bool:
    return node.kind is Kind.THROW and any(
        (node.scope, each.name) in graph.links for each in node.definitions
    )


def _undoes(node: Node) -> bool:
    return node.kind is Kind.BOUNDARY and any(d.trigger is Trigger.COMPENSATION for d in node.definitions)


def _closure(begin: Iterable[str], steps: Mapping[str, set[str]]) -> set[str]:
    found = set(begin)
    waiting = list(found)
    while waiting:
        for each in steps.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found
