"""What may follow an event-based gateway, and what a gateway or task needs that begins a process.

OMG BPMN 2.0.2, 10.6.6 and 10.3.3 (receive task).
"""

from tongban.process.findings import Findings
from tongban.process.graph import Graph, Kind, Node, Trigger


def check_race(graph: Graph, node: Node, findings: Findings, *, strict: bool) -> None:
    """One event-based gateway: no two events that cannot be told apart, no borders, no mixture."""
    targets = [graph.nodes[graph.flows[each].target] for each in dict.fromkeys(node.outgoing)]
    tasks = [target for target in targets if target.what == "receiveTask"]
    events = [target for target in targets if target.kind is Kind.CATCH]
    if tasks and any(each.trigger is Trigger.MESSAGE for event in events for each in event.definitions):
        message = "Message events and receive tasks follow one event-based gateway; use one of the two."
        findings.lack(node.id, message, strict=strict)
    for task in tasks:
        if task.boundaries:
            message = "A task after an event-based gateway waits for one event; it has none at its border."
            findings.lack(task.id, message, strict=strict)
    _doubles(targets, findings, strict=strict)
    if node.all_needed and not node.instantiate:
        message = "The gateway waits for all its events, which only one that begins a process can."
        findings.lack(node.id, message, strict=strict)


def check_begin(node: Node, findings: Findings, *, strict: bool) -> None:
    """What begins a process is not led to."""
    if node.instantiate and node.incoming:
        message = "It says that it begins a process (instantiate), but a sequence flow leads to it."
        findings.lack(node.id, message, strict=strict)


def _doubles(targets: list[Node], findings: Findings, *, strict: bool) -> None:
    seen: dict[tuple[Trigger, str], str] = {}
    for target in targets:
        awaited = list(target.definitions) + ([target.message] if target.message is not None else [])
        if len(awaited) != 1 or awaited[0].key is not None or not awaited[0].name:
            continue
        if awaited[0].trigger not in {Trigger.MESSAGE, Trigger.SIGNAL}:
            continue
        key = (awaited[0].trigger, awaited[0].name)
        if key in seen and seen[key] != target.id:
            message = f"It waits for the same {key[0]} as {seen[key]}; nobody can tell which of them goes on."
            findings.lack(target.id, message, strict=strict)
        seen.setdefault(key, target.id)
