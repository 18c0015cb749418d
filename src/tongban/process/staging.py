"""What a try-out begins with: the graph as its script changes it, and the processes that come first."""

from collections.abc import Iterable
from dataclasses import replace

from tongban.process.graph import Definition, Graph, Kind, Node, Trigger
from tongban.process.script import Script


def prepared(graph: Graph, script: Script) -> Graph:
    """The graph in which answered scripts are answered, and receive tasks nobody writes to are work."""
    names = {arrival.name for arrival in script.messages}
    sent = {
        definition.name
        for node in graph.nodes.values()
        for definition in ((node.message,) if node.what == "sendTask" and node.message else node.definitions)
        if node.kind in {Kind.THROW, Kind.END, Kind.TASK} and definition.trigger is Trigger.MESSAGE
    }
    changed: dict[str, Node] = {}
    signals = {arrival.name for arrival in script.signals}
    for node in graph.nodes.values():
        if node.id not in script.answers:
            continue
        if node.kind is Kind.CALL:
            changed[node.id] = replace(node, calls="")
        elif node.kind is Kind.CATCH and not any(
            graph.nodes[graph.flows[each].source].kind is Kind.EVENT_BASED for each in node.incoming
        ):
            expected = {
                each for each in node.definitions
                if each.trigger in {Trigger.TIMER, Trigger.LINK}
                or any(each.answers_to(name) for name in names | sent | signals)
            }  # fmt: skip
            if not expected:
                changed[node.id] = replace(node, kind=Kind.TASK, definitions=())
        elif node.decision:
            changed[node.id] = replace(node, decision="")
        elif node.script is not None:
            changed[node.id] = replace(node, script=None)
        elif node.what == "receiveTask" and node.message is not None:
            message = node.message
            written = any(message.answers_to(name) for name in names | sent)
            changed[node.id] = node if written else replace(node, message=None)
    return replace(graph, nodes={**graph.nodes, **changed}) if changed else graph


def main_processes(graph: Graph, wanted: str) -> Iterable[str]:
    """The processes that a try-out begins with."""
    if wanted in graph.processes:
        return [wanted]
    pools = [process for process in graph.pools if process not in graph.called]
    free = [process for process in graph.processes if process not in graph.called] or list(graph.processes)
    callers = {graph.process_of(node.id) for node in graph.nodes.values() if node.calls_by is not None}
    # What is called by the data of others, or begun by an event, comes later.
    free.sort(key=lambda process: (process not in callers, not graph.scopes[process].starts))
    for group in (pools, free):
        for executable in (True, None, False):
            fit = [process for process in group if graph.processes[process].executable is executable]
            if fit:
                return fit if group is pools else fit[:1]
    return []


def stays_out(graph: Graph, script: Script, processes: Iterable[str]) -> bool:
    """Whether the script says that what would begin these processes does not happen.

    What comes is nothing that the model waits for, or there are data and no condition that begins holds. A
    script that says nothing of it begins them all the same.
    """
    starts = [
        each for process in processes for name in graph.scopes[process].triggered
        for each in awaited(graph, graph.nodes[name])
    ]  # fmt: skip
    if script.variables and starts and all(each.trigger is Trigger.CONDITIONAL for each in starts):
        return all(each.value is not None and each.value.feel is not None for each in starts)
    known = [each for node in graph.nodes.values() for each in awaited(graph, node)]
    coming = [arrival.name for arrival in (*script.messages, *script.signals)]
    return bool(coming) and not any(each.answers_to(name) for name in coming for each in known)


def awaited(graph: Graph, node: Node) -> Iterable[Definition]:
    """What begins a process at a node: of a gateway that begins it, what the events behind it wait for."""
    nodes = [node]
    if node.kind is Kind.EVENT_BASED:
        nodes = [graph.nodes[graph.flows[flow].target] for flow in node.outgoing]
    return [each for one in nodes for each in (*one.definitions, *((one.message,) if one.message else ()))]
