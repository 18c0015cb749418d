"""Which event may stand where, and what it needs there (OMG BPMN 2.0.2, 10.5)."""

from collections.abc import Iterator

from tongban.process.findings import Findings
from tongban.process.graph import ACTIVITIES, Definition, Graph, Kind, Node, Scope, Trigger

_T = Trigger
_ALLOWED = {
    Kind.END: {_T.MESSAGE, _T.SIGNAL, _T.ERROR, _T.ESCALATION, _T.COMPENSATION, _T.CANCEL, _T.TERMINATE},
    Kind.THROW: {_T.MESSAGE, _T.SIGNAL, _T.ESCALATION, _T.COMPENSATION, _T.LINK},
    Kind.CATCH: {_T.MESSAGE, _T.SIGNAL, _T.TIMER, _T.CONDITIONAL, _T.LINK},
    Kind.BOUNDARY: {
        _T.MESSAGE, _T.SIGNAL, _T.TIMER, _T.CONDITIONAL, _T.ERROR, _T.ESCALATION, _T.COMPENSATION, _T.CANCEL,
    },
}  # fmt: skip
_START = {_T.MESSAGE, _T.SIGNAL, _T.TIMER, _T.CONDITIONAL}
_START_INSIDE = _START | {_T.ERROR, _T.ESCALATION, _T.COMPENSATION}
_ONCE = frozenset((_T.ERROR, _T.ESCALATION, _T.MESSAGE, _T.COMPENSATION, _T.CANCEL))
_PLACE = {
    Kind.START: "start event", Kind.END: "end event", Kind.THROW: "intermediate event that throws",
    Kind.CATCH: "intermediate event that catches", Kind.BOUNDARY: "boundary event",
}  # fmt: skip


def check_event(graph: Graph, node: Node, findings: Findings, *, strict: bool, drawn: bool) -> None:  # noqa: C901, PLR0912 - one line per rule
    """One event: its triggers, flows and surroundings."""
    if node.kind not in _PLACE:
        return
    allowed = _ALLOWED.get(node.kind, _START)
    if node.kind is Kind.START:
        allowed = _START_INSIDE if _on_event(graph, node) else _START
    for definition in node.definitions:
        if definition.trigger not in allowed:
            findings.error(node.id, f"A {_PLACE[node.kind]} cannot be of the kind {definition.trigger}.")
    if node.kind in {Kind.CATCH, Kind.BOUNDARY} and not node.definitions:
        findings.lack(node.id, f"The {_PLACE[node.kind]} does not say what it waits for.", strict=not drawn)
    if node.kind is Kind.START and node.incoming:
        findings.error(node.id, "A sequence flow leads into a start event.")
    if node.kind is Kind.END and not node.incoming:
        findings.lack(node.id, "No sequence flow leads to the end event.", strict=not drawn)
    if node.kind is Kind.END and node.outgoing:
        findings.error(node.id, "A sequence flow leads out of an end event.")
    if node.kind is Kind.BOUNDARY:
        for message in _boundary(graph, node, strict=strict):
            findings.error(node.id, message)
        if not node.outgoing and not _has(node, _T.COMPENSATION):
            findings.warn(node.id, "Nothing follows the boundary event.")
    if _has(node, _T.CANCEL) and node.kind is Kind.END and not _in_transaction(graph, node):
        findings.error(node.id, "A cancel end event stands outside a transaction.")
    if node.kind is Kind.START and not node.interrupting and (_has(node, _T.ERROR)):
        findings.error(node.id, "An error always interrupts; the start event says that it does not.")
    catches = node.kind in {Kind.BOUNDARY, Kind.START}
    if catches and any(each.activity for each in node.definitions):
        findings.error(node.id, "Only what throws a compensation names an activity; this event catches it.")
    for definition in node.definitions if node.kind in {Kind.END, Kind.THROW} else ():
        nameless = definition.trigger in {_T.ERROR, _T.ESCALATION} and not definition.name
        if nameless and not _caught_by_all(graph, node, definition.trigger):
            message = (
                f"The event throws an {definition.trigger} without saying which, and nothing catches it."
            )
            findings.lack(node.id, message, strict=strict)
    for definition in node.definitions:
        if definition.activity:
            _compensated(graph, node, definition, findings)


def check_links(graph: Graph, findings: Findings) -> None:  # noqa: C901 - one line per rule
    """Both ends of every link, once."""
    thrown: dict[tuple[str, str], str] = {}
    caught: dict[tuple[str, str], str] = {}
    for node in graph.nodes.values():
        for definition in node.definitions:
            if definition.trigger is not _T.LINK or not definition.name:
                continue
            key = (node.scope, definition.name)
            if node.kind is Kind.CATCH:
                if key in caught:
                    findings.error(
                        node.id, f"The link {definition.name} is caught twice; it has to lead to one place."
                    )
                caught[key] = node.id
                if node.incoming:
                    findings.error(node.id, "A sequence flow leads into the catching end of a link.")
            else:
                thrown.setdefault(key, node.id)
                if node.outgoing:
                    findings.error(node.id, "A sequence flow leads out of the throwing end of a link.")
    for key, identity in thrown.items():
        if key not in caught:
            findings.error(
                identity, f"The link {key[1]} leads nowhere: nothing in the same scope catches it."
            )
    for key, identity in caught.items():
        if key not in thrown:
            findings.error(identity, f"The link {key[1]} is never thrown in the same scope.")


def check_doubles(graph: Graph, findings: Findings) -> None:  # noqa: C901 - one line per rule
    """Two events that catch the same thing at one place: nobody can tell which one is meant."""
    places: dict[tuple[str, Trigger, str], str] = {}
    for node in graph.nodes.values():
        if node.kind is Kind.BOUNDARY:
            place = f"at {node.attached_to}"
        elif node.kind is Kind.START:
            scope = graph.nodes[node.scope].scope if _on_event(graph, node) else node.scope
            place = f"in {scope}" if _on_event(graph, node) else f"at the beginning of {scope}"
        else:
            continue
        for definition in node.definitions:
            if definition.trigger not in _ONCE or definition.key is not None or len(node.definitions) > 1:
                continue
            key = (place, definition.trigger, definition.name)
            if definition.trigger is _T.MESSAGE and not definition.name:
                continue
            if key in places:
                what = f"{definition.trigger} {definition.name}".strip()
                findings.lack(
                    node.id,
                    f"{places[key]} catches the same {what} {place}; only one of them can.",
                    strict=_meant(graph, node.id),
                )
            places.setdefault(key, node.id)
    for node in graph.nodes.values():
        if node.kind is Kind.START and _on_event(graph, node) and _has(node, _T.COMPENSATION):
            owner = graph.nodes.get(graph.nodes[node.scope].scope)
            if owner is None:
                findings.error(node.id, "A process as a whole is never undone; this event can never happen.")
            elif owner.undo_event:
                findings.error(node.id, f"{owner.id} is undone in two ways: here and by {owner.undo_event}.")


def _adhoc(owner: Node, inner: list[Node], findings: Findings, *, strict: bool) -> None:
    """An ad-hoc sub-process is a set of activities; it has no beginning and no end."""
    for node in inner:
        if node.kind in {Kind.START, Kind.END}:
            message = f"An ad-hoc sub-process has no {_PLACE[node.kind]}; its activities come in any order."
            findings.lack(node.id, message, strict=strict)
    if not any(node.kind in ACTIVITIES for node in inner):
        findings.lack(owner.id, "The ad-hoc sub-process holds no activity.", strict=strict)


def check_starts(graph: Graph, scope: Scope, findings: Findings, *, strict: bool) -> None:  # noqa: C901, PLR0912 - one line per rule
    """Where a scope begins."""
    owner = graph.nodes.get(scope.id)
    inner = [graph.nodes[each] for each in scope.nodes]
    starts = [node for node in inner if node.kind is Kind.START]
    plain = [node for node in starts if not node.definitions]
    if owner is None:
        if len(plain) > 1:
            findings.warn(scope.id, "The process has several plain start events; all of them begin at once.")
        if not scope.starts and not scope.triggered and scope.nodes:
            findings.lack(
                scope.id,
                "The process cannot begin: every element waits for another one.",
                strict=_meant(graph, scope.id),
            )
        elif not starts and strict:
            findings.warn(
                scope.id, "The process has no start event; it begins with all that nothing leads to."
            )
        return
    if owner.on_event:
        if owner.incoming or owner.outgoing:
            findings.error(owner.id, "An event sub-process has no sequence flows: an event starts it.")
        if len(starts) != 1:
            findings.lack(
                owner.id,
                f"An event sub-process has one start event; this one has {len(starts)}.",
                strict=_meant(graph, owner.id),
            )
        for node in plain:
            findings.lack(
                node.id, "The start of an event sub-process does not say which event.", strict=strict
            )
        return
    if owner.adhoc:
        _adhoc(owner, inner, findings, strict=strict)
    for node in starts:
        if node.definitions:
            findings.error(node.id, "The start event of an embedded sub-process cannot wait for anything.")
    if len(plain) > 1:
        findings.lack(scope.id, "The sub-process has several start events.", strict=strict)
    if not scope.starts and scope.nodes and not starts:
        findings.lack(
            scope.id,
            "The sub-process cannot begin: every element waits for another one.",
            strict=_meant(graph, scope.id),
        )
    elif not starts and strict and not owner.adhoc:
        findings.warn(
            scope.id, "The sub-process has no start event; it begins with all that nothing leads to."
        )


def _boundary(graph: Graph, node: Node, *, strict: bool) -> Iterator[str]:  # noqa: C901 - one line per rule
    host = graph.nodes.get(node.attached_to)
    if node.incoming:
        yield "A sequence flow leads into a boundary event."
    if _has(node, _T.COMPENSATION):
        if node.outgoing:
            yield "A sequence flow leads out of a compensation event; an association shows what it does."
        if not node.handler and strict:
            yield "The compensation event has no activity that undoes the work: an association is missing."
        handler = graph.nodes.get(node.handler)
        if handler is not None and handler.kind not in ACTIVITIES:
            yield f"The compensation event leads to {handler.id}, which is no activity."
        elif handler is not None and not handler.for_compensation and strict:
            yield f"{handler.id} is to undo work, but does not say isForCompensation."
    if not node.interrupting and (_has(node, _T.ERROR) or _has(node, _T.CANCEL)):
        yield "An error or cancel event always interrupts; this one says that it does not."
    if host is not None and host.on_event:
        yield "An event sub-process has no border; nothing can be attached to it."
    if host is not None and host.for_compensation and node.outgoing:
        yield f"{host.id} undoes work; what happens at its border leads nowhere."
    if host is not None and _has(node, _T.CANCEL) and not host.transaction:
        yield "A cancel event stands at an activity that is no transaction."


def _compensated(graph: Graph, node: Node, definition: Definition, findings: Findings) -> None:
    target = graph.nodes.get(definition.activity)
    if node.kind in {Kind.BOUNDARY, Kind.START}:
        return
    if target is None or target.kind not in ACTIVITIES:
        findings.error(node.id, f"The activity {definition.activity} that is to be undone does not exist.")
        return
    reach = {node.scope}
    owner = graph.nodes.get(node.scope)
    while owner is not None and owner.on_event:
        reach.add(owner.scope)
        owner = graph.nodes.get(owner.scope)
    if target.scope not in reach:
        findings.error(node.id, f"{target.id} is to be undone, but lies in another scope.")
    elif not target.handler and target.kind is not Kind.SUB:
        findings.warn(node.id, f"{target.id} is to be undone, but nothing says how.")


def _caught_by_all(graph: Graph, node: Node, trigger: Trigger) -> bool:
    """Whether an error or escalation without a code can be caught by anything around."""
    scope = node.scope
    while True:
        catchers = (
            [graph.nodes[each] for each in graph.nodes[scope].boundaries] if scope in graph.nodes else []
        )
        catchers += [graph.nodes[s] for h in graph.scopes[scope].handlers for s in graph.scopes[h].triggered]
        if any(each.trigger is trigger and not each.name for event in catchers for each in event.definitions):
            return True
        if scope not in graph.nodes:
            return any(called.calls == scope for called in graph.nodes.values())
        scope = graph.nodes[scope].scope


def _meant(graph: Graph, part: str) -> bool:
    """Whether a process does not say that it is only a drawing."""
    return graph.processes[graph.process_of(part)].executable is not False


def _has(node: Node, trigger: Trigger) -> bool:
    return any(each.trigger is trigger for each in node.definitions)


def _on_event(graph: Graph, node: Node) -> bool:
    owner = graph.nodes.get(node.scope)
    return owner is not None and owner.on_event


def _in_transaction(graph: Graph, node: Node) -> bool:
    scope = node.scope
    while scope in graph.nodes:
        if graph.nodes[scope].transaction:
            return True
        scope = graph.nodes[scope].scope
    return False
