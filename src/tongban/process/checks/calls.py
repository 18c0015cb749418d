"""Call activities: whether what they call is there, and whether calls come to an end."""

from tongban.process.findings import Findings
from tongban.process.graph import Graph, Kind


def check_calls(graph: Graph, findings: Findings) -> None:
    """Unknown processes are a remark, since they may be elsewhere; calls without end are refused."""
    ends = dict.fromkeys(graph.processes, True)
    for node in graph.nodes.values():
        if node.kind is Kind.CALL and node.calls and node.calls not in graph.processes:
            findings.warn(
                node.id, f"The process {node.calls} is not in this model; the activity is done like a task."
            )
    # The least fixed point: a process ends if a path to its end exists on which every call ends.
    ends = dict.fromkeys(graph.processes, False)
    changed = True
    while changed:
        changed = False
        for process in graph.processes:
            if not ends[process] and _can_end(graph, process, ends):
                ends[process] = changed = True
    for node in graph.nodes.values():
        if node.kind is Kind.CALL and node.calls in ends and not ends[node.calls]:
            own = graph.process_of(node.id)
            if _calls(graph, node.calls, own):
                findings.error(node.id, f"The process {own} calls itself through {node.calls} without end.")


def _can_end(graph: Graph, scope: str, ends: dict[str, bool]) -> bool:
    """Whether some path through the scope avoids calls that are not known to end."""
    body = graph.scopes[scope]
    waiting = [*body.starts, *body.triggered]
    if not waiting:
        return True
    seen = set(waiting)
    while waiting:
        node = graph.nodes[waiting.pop()]
        passable = node.kind is not Kind.CALL or ends.get(node.calls, True)
        if node.kind is Kind.SUB and node.id in graph.scopes:
            passable = _can_end(graph, node.id, ends)
        targets = set(node.boundaries)
        if passable:
            targets = set(graph.next_nodes(node))
            if not targets - set(node.boundaries):
                return True
        waiting.extend(targets - seen)
        seen |= targets
    return False


def _calls(graph: Graph, process: str, other: str) -> bool:
    waiting, seen = [process], {process}
    while waiting:
        current = waiting.pop()
        if current == other:
            return True
        for node in graph.nodes.values():
            new = node.kind is Kind.CALL and node.calls in graph.processes and node.calls not in seen
            if new and graph.process_of(node.id) == current:
                seen.add(node.calls)
                waiting.append(node.calls)
    return False
