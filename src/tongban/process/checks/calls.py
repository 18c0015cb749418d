"""Call activities: whether what they call is there, and whether calls come to an end."""

from collections.abc import Mapping

from tongban.process.findings import Findings
from tongban.process.graph import Graph, Kind


def check_calls(graph: Graph, strict: Mapping[str, bool], findings: Findings) -> None:
    """Unknown processes are a remark, since they may be elsewhere; calls without end are refused."""
    calling: dict[str, set[str]] = {process: set() for process in graph.processes}
    called_by: dict[str, set[str]] = {process: set() for process in graph.processes}
    for node in graph.nodes.values():
        if node.kind is not Kind.CALL or not node.calls:
            continue
        if node.calls in graph.processes:
            own = graph.process_of(node.id)
            calling[own].add(node.calls)
            called_by[node.calls].add(own)
            called = graph.scopes[node.calls]
            if called.triggered and not called.starts and strict.get(own, False):
                message = f"The process {node.calls} begins only by an event; it cannot be called."
                findings.error(node.id, message)
        else:
            findings.warn(
                node.id, f"The process {node.calls} is not in this model; the activity is done like a task."
            )
    ends = _ending(graph, called_by)
    for node in graph.nodes.values():
        if node.kind is Kind.CALL and not ends.get(node.calls, True):
            own = graph.process_of(node.id)
            if _reaches(calling, node.calls, own):
                findings.error(node.id, f"The process {own} calls itself through {node.calls} without end.")


def _ending(graph: Graph, called_by: dict[str, set[str]]) -> dict[str, bool]:
    """The least fixed point: a process ends if a path to its end exists on which every call ends."""
    ends = dict.fromkeys(graph.processes, False)
    waiting = list(graph.processes)
    while waiting:
        process = waiting.pop()
        if not ends[process] and _can_end(graph, process, ends):
            ends[process] = True
            waiting.extend(called_by[process])
    return ends


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


def _reaches(calling: dict[str, set[str]], process: str, other: str) -> bool:
    """Whether a process calls another one, directly or not."""
    waiting, seen = [process], {process}
    while waiting:
        current = waiting.pop()
        if current == other:
            return True
        waiting.extend(calling[current] - seen)
        seen |= calling[current]
    return False
