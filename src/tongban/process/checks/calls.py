"""Call activities: whether what they call is there, and whether calls come to an end."""

from collections import deque
from collections.abc import Callable, Mapping

from tongban.process.findings import Findings
from tongban.process.graph import Graph, Kind


def check_calls(graph: Graph, strict: Mapping[str, bool], findings: Findings) -> None:
    """Unknown processes are a remark, since they may be elsewhere; calls without end are refused."""
    calling: dict[str, set[str]] = {process: set() for process in graph.processes}
    for node in graph.nodes.values():
        if node.kind is not Kind.CALL or not node.calls:
            continue
        if node.calls in graph.processes:
            own = graph.process_of(node.id)
            calling[own].add(node.calls)
            called = graph.scopes[node.calls]
            if called.triggered and not called.starts and strict.get(own, False):
                message = f"The process {node.calls} begins only by an event; it cannot be called."
                findings.error(node.id, message)
        else:
            findings.warn(
                node.id, f"The process {node.calls} is not in this model; the activity is done like a task."
            )
    ends = ending(calling, lambda process, known: _can_end(graph, process, known))
    circles = circles_of(calling)
    for node in graph.nodes.values():
        if node.kind is Kind.CALL and not ends.get(node.calls, True):
            own = graph.process_of(node.id)
            if circles[node.calls] == circles[own]:
                findings.error(node.id, f"The process {own} calls itself through {node.calls} without end.")


def ending(
    calling: Mapping[str, set[str]], can_end: Callable[[str, Mapping[str, bool]], bool]
) -> dict[str, bool]:
    """The least fixed point: a process ends if a path to its end exists on which every call ends.

    Args:
        calling: process → those it calls.
        can_end: whether a process can end when those that are marked true do.
    """
    called_by: dict[str, list[str]] = {process: [] for process in calling}
    for process, calls in calling.items():
        for called in calls:
            called_by[called].append(process)
    ends = dict.fromkeys(calling, False)
    waiting = deque(reversed(tuple(calling)))
    queued = set(waiting)  # in turn, each once: who calls many is asked again when more of them are known
    while waiting:
        process = waiting.popleft()
        queued.discard(process)
        if not ends[process] and can_end(process, ends):
            ends[process] = True
            again = [each for each in called_by[process] if each not in queued and not ends[each]]
            waiting.extend(again)
            queued.update(again)
    return ends


def _can_end(graph: Graph, scope: str, ends: Mapping[str, bool]) -> bool:
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


def circles_of(calling: Mapping[str, set[str]]) -> dict[str, int]:
    """Process → a number that it shares with those which it calls and which call it in turn (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    circle: dict[str, int] = {}
    held: list[str] = []
    for root in calling:
        waiting = [(root, iter(calling[root]))] if root not in order else []
        while waiting:
            process, calls = waiting[-1]
            if process not in order:
                order[process] = lowest[process] = len(order)
                held.append(process)
            deeper = next((each for each in calls if each not in order), None)
            if deeper is not None:
                waiting.append((deeper, iter(calling[deeper])))
                continue
            waiting.pop()
            inside = [lowest[each] for each in calling[process] if each not in circle]
            lowest[process] = min([lowest[process], *inside])
            if lowest[process] == order[process]:
                while process not in circle:
                    circle[held.pop()] = order[process]
    return circle
