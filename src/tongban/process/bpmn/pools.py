"""Collaborations: pools, and the messages that flow between them."""

from collections.abc import Mapping

from tongban.process.bpmn.vocabulary import NODES, Context, bare, child, children, children_of, is_bpmn
from tongban.process.xml import Element

_ENDS = frozenset((*NODES, "participant"))
_SENDS = frozenset((
    "participant", "endEvent", "intermediateThrowEvent", "boundaryEvent", "sendTask", "receiveTask", "task",
    "userTask", "serviceTask", "scriptTask", "businessRuleTask", "manualTask", "subProcess", "transaction",
    "adHocSubProcess", "callActivity",
))  # fmt: skip


def pools_only(context: Context, collaboration: Element) -> None:
    """What does not belong into a collaboration, and correlation keys of unknown properties."""
    for stray in children(collaboration, "sequenceFlow", *NODES):
        said = f"A <{stray.tag}> belongs into a process; a collaboration holds pools and message flows."
        context.findings.error(stray.get("id") or stray.local, said)
    for named in children_of(collaboration, "correlationKey", "correlationPropertyRef"):
        if context.find(named, named.text, "correlationProperty") is None:
            said = f"A correlation key names the property {named.text}, which does not exist."
            context.findings.error(collaboration.get("id") or "collaboration", said)


def message_flow(
    context: Context,
    flow: Element,
    pool_of: Mapping[str, str],
    process_of: Mapping[str, str],
    flows: dict[str, tuple[str, ...]],
) -> None:
    """Note one message flow; findings when it leads from or to what has no messages, or stays in one pool."""
    identity = flow.get("id") or "messageFlow"
    carried = flow.get("messageRef")
    if carried and context.find(flow, carried, "message") is None and not context.is_imported(flow, carried):
        said = f"The message {carried} of the message flow does not exist in the model."
        context.findings.error(identity, said)
    names = ("sourceRef", "targetRef")
    if any(
        context.is_imported(flow, flow.get(name)) and bare(flow.get(name)) not in context.by_id
        for name in names
    ):
        return
    wrong = [why for name in names if (why := _why_not(context, flow, name))]
    for why in wrong:
        context.findings.error(identity, why)
    if wrong:
        return
    ends = [bare(flow.get(name)) for name in names]
    pools = [pool_of.get(end) or process_of.get(end) or end for end in ends]
    if pools[0] == pools[1]:
        context.findings.error(
            identity, "The message flow stays in one pool; inside a pool use sequence flows."
        )
        return
    source, target = (process_of.get(end, end) for end in ends)
    flows[source] = (*flows.get(source, ()), target)


def _why_not(context: Context, flow: Element, name: str) -> str:
    """What is wrong with one end of a message flow; empty when nothing is."""
    end = bare(flow.get(name))
    found = context.by_id.get(end)
    if not end or found is None:
        what = f"its {name} {end} does not exist" if end else f"it has no {name}"
        return f"The message flow dangles: {what}."
    if found.local not in _ENDS or found.local.endswith("Gateway"):
        return f"The message flow's {name} {end} is a <{found.local}>, which has no messages."
    if name == "sourceRef":
        return "" if found.local in _SENDS else f"A <{found.local}> sends no messages."
    why = _deaf(found)
    return f"The message flow leads to {end}, {why}." if why else ""


def _deaf(target: Element) -> str:
    """Why something takes no messages; empty when it may."""
    if target.local in {"endEvent", "intermediateThrowEvent"}:
        return "which only sends"
    if target.local not in {"startEvent", "intermediateCatchEvent", "boundaryEvent"}:
        return ""
    said = [inner.local for inner in target if is_bpmn(inner) and inner.local.endswith("EventDefinition")]
    refers = child(target, "eventDefinitionRef") is not None
    return (
        "which waits for no message" if said and "messageEventDefinition" not in said and not refers else ""
    )
