"""What leaves a node: conditions where a choice is made, none where there is no choice."""

from tongban import rules
from tongban.process import constants
from tongban.process.checks import races
from tongban.process.findings import Findings
from tongban.process.graph import ACTIVITIES, Flow, Graph, Kind, Node, Trigger

_CHOICES = frozenset((Kind.EXCLUSIVE, Kind.INCLUSIVE))
_AWAITED = frozenset((Trigger.MESSAGE, Trigger.SIGNAL, Trigger.TIMER, Trigger.CONDITIONAL))


def check_flows(graph: Graph, node: Node, findings: Findings, *, strict: bool) -> None:  # noqa: C901, PLR0912 - one line per rule
    """Default flow, conditions and number of flows of one node."""
    flows = [graph.flows[each] for each in node.outgoing]
    if node.default:
        _default(graph, node, findings, strict=strict)
    conditioned = [flow for flow in flows if flow.condition is not None and flow.id != node.default]
    if node.kind in _CHOICES:
        _choice(node, flows, conditioned, findings, strict=strict)
    elif node.kind is Kind.EVENT_BASED:
        _race(graph, node, flows, findings)
        races.check_race(graph, node, findings, strict=strict)
    elif node.kind is Kind.COMPLEX:
        _complex(node, findings, strict=strict)
    if conditioned and node.kind in {Kind.PARALLEL, Kind.EVENT_BASED}:
        what = "parallel" if node.kind is Kind.PARALLEL else "event-based"
        for flow in conditioned:
            findings.error(
                flow.id, f"The flow has a condition, but the {what} gateway before it does not choose."
            )
    elif conditioned and node.kind in {Kind.START, Kind.CATCH, Kind.THROW, Kind.BOUNDARY}:
        for flow in conditioned:
            findings.warn(flow.id, "A condition on a flow that leaves an event; it is kept to.")
    elif len(flows) == 1 and conditioned and node.kind in ACTIVITIES:
        findings.warn(
            flows[0].id, "The only flow that leaves has a condition: when it fails, the case stands still."
        )
    if node.kind in {Kind.EXCLUSIVE, Kind.INCLUSIVE, Kind.COMPLEX, Kind.PARALLEL}:
        if not flows:
            chooses = node.kind is Kind.EXCLUSIVE
            findings.lack(node.id, "Nothing follows the gateway.", strict=strict and chooses)
        if not node.incoming and strict:
            findings.warn(node.id, "Nothing leads to the gateway.")
    if node.for_compensation and (node.incoming or node.outgoing):
        findings.error(node.id, "The activity undoes work, so no sequence flow may lead to it or leave it.")


def _default(graph: Graph, node: Node, findings: Findings, *, strict: bool) -> None:
    if node.kind in {Kind.PARALLEL, Kind.EVENT_BASED} or (
        node.kind not in ACTIVITIES and node.kind not in _CHOICES and node.kind is not Kind.COMPLEX
    ):
        findings.lack(node.id, "A default flow stands where nothing is chosen; take it away.", strict=strict)
    if node.default not in node.outgoing:
        findings.error(node.id, f"The default flow {node.default} does not leave this element.")
    elif graph.flows[node.default].condition is not None:
        findings.lack(node.default, "The default flow has a condition, which is never asked.", strict=strict)


def _choice(
    node: Node, flows: list[Flow], conditioned: list[Flow], findings: Findings, *, strict: bool
) -> None:
    if len(flows) == 1:
        if conditioned:
            findings.warn(flows[0].id, "The only flow that leaves the gateway has a condition.")
        return
    free = [flow for flow in flows if flow.condition is None and flow.id != node.default]
    # Drawn for people: the gateway asks a question and every way names its answer. Such a model is read, and
    # a run says that nobody knows which way to go.
    asked = bool(node.name) and not node.default and not conditioned and all(flow.name for flow in flows)
    if node.kind is Kind.INCLUSIVE and not conditioned and not node.default and not asked:
        message = "The inclusive gateway chooses among its flows, but none of them has a condition."
        findings.lack(node.id, message, strict=strict)
    # One way without a condition among others is read as "otherwise" (exclusive) or "always" (inclusive), as
    # other engines do; twice, or beside a default, an exclusive choice has no meaning.
    clear = node.kind is Kind.INCLUSIVE or (not node.default and len(free) == 1)
    for flow in free:
        findings.lack(
            flow.id,
            "The flow leaves a gateway that chooses, but has no condition and is not the default.",
            strict=strict and not clear and not asked,
        )
    if not node.default and not free and all(_is_never(flow) for flow in conditioned):
        message = "No way leads on from the gateway: all its conditions are false, and none is the default."
        findings.lack(node.id, message, strict=strict)
    elif not node.default and not free:
        findings.warn(
            node.id, "The gateway has no default flow: when no condition holds, the case stands still."
        )


def _is_never(flow: Flow) -> bool:
    return flow.condition is not None and constants.value_of(flow.condition) is False


def _complex(node: Node, findings: Findings, *, strict: bool) -> None:
    """A complex join needs to know when it is enough, and that has to be possible."""
    ways = len(node.incoming)
    if ways < 2:  # noqa: PLR2004 - nothing is joined
        return
    if node.enough is None:
        message = "The complex gateway joins flows, but has no condition that says when it goes on."
        findings.lack(node.id, message, strict=strict)
        return
    compiled = rules.compile(node.enough.feel) if node.enough.feel is not None else None
    if compiled is not None and compiled.names <= {"activationCount"}:
        answers = [compiled.evaluate({"activationCount": count}) for count in range(1, ways + 1)]
        if True not in answers:
            message = f"The gateway never goes on: its condition is not true for any of its {ways} flows."
            findings.lack(node.id, message, strict=strict)


def _race(graph: Graph, node: Node, flows: list[Flow], findings: Findings) -> None:
    if len({flow.target for flow in flows}) < 2:  # noqa: PLR2004 - a race needs two
        findings.error(
            node.id, f"An event-based gateway waits for one of several events; {len(flows)} follow it."
        )
    for flow in flows:
        target = graph.nodes[flow.target]
        receives = target.what == "receiveTask"
        waits = target.kind is Kind.CATCH and all(each.trigger in _AWAITED for each in target.definitions)
        if not receives and not waits:
            findings.error(
                flow.id,
                f"An event-based gateway leads to {target.id}, which waits for no event from outside.",
            )
        elif any(graph.flows[each].source != node.id for each in target.incoming):
            findings.error(target.id, "What follows an event-based gateway may be reached from nowhere else.")
