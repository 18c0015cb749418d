"""What lies around the processes: pools, message flows, lanes, references to data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.process.bpmn.vocabulary import NODES, Context, bare, children, meant
from tongban.process.xml import Element

_ENDS = frozenset((*NODES, "participant"))
_SENDS = frozenset((
    "participant", "endEvent", "intermediateThrowEvent", "boundaryEvent", "sendTask", "receiveTask", "task",
    "userTask", "serviceTask", "scriptTask", "businessRuleTask", "manualTask", "subProcess", "transaction",
    "adHocSubProcess", "callActivity",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """The collaboration as the engine needs it."""

    message_flows: Mapping[str, tuple[str, ...]]
    pools: tuple[str, ...]


def look_around(context: Context, processes: Iterable[Element]) -> Around:
    """Read collaborations and check references; findings for what leads nowhere."""
    pool_of: dict[str, str] = {}
    process_of_participant: dict[str, str] = {}
    for process in processes:
        for element in meant(process):
            if element.get("id"):
                pool_of[element.get("id")] = process.get("id")
        _references(context, process)
    pools: list[str] = []
    flows: dict[str, tuple[str, ...]] = {}
    for collaboration in children(context.root, "collaboration"):
        for participant in children(collaboration, "participant"):
            reference = participant.get("processRef")
            if not reference:
                continue
            if bare(reference) in pool_of:
                process_of_participant[participant.get("id")] = bare(reference)
                pools.append(bare(reference))
            elif not context.is_imported(participant, reference):
                context.findings.error(
                    participant.get("id"), f"The pool's process {reference} does not exist in the model."
                )
        for flow in children(collaboration, "messageFlow"):
            _message_flow(context, flow, pool_of, process_of_participant, flows)
    return Around(flows, tuple(dict.fromkeys(pools)))


def _message_flow(
    context: Context,
    flow: Element,
    pool_of: Mapping[str, str],
    process_of: Mapping[str, str],
    flows: dict[str, tuple[str, ...]],
) -> None:
    identity = flow.get("id") or "messageFlow"
    pools: list[str] = []
    complete = True
    for name in ("sourceRef", "targetRef"):
        end = bare(flow.get(name))
        found = context.by_id.get(end)
        if not end or found is None:
            if end and context.is_imported(flow, flow.get(name)):
                return
            what = f"its {name} {end} does not exist" if end else f"it has no {name}"
            context.findings.error(identity, f"The message flow dangles: {what}.")
            complete = False
            continue
        if found.local not in _ENDS:
            context.findings.error(
                identity, f"The message flow's {name} is a <{found.local}>, which has no messages."
            )
            complete = False
        elif name == "sourceRef" and found.local not in _SENDS:
            context.findings.error(identity, f"A <{found.local}> sends no messages.")
            complete = False
        pools.append(pool_of.get(end) or process_of.get(end) or end)
    if not complete:
        return
    if pools[0] == pools[1]:
        context.findings.error(
            identity, "The message flow stays in one pool; inside a pool use sequence flows."
        )
        return
    source, target = (
        process_of.get(bare(flow.get(name)), bare(flow.get(name))) for name in ("sourceRef", "targetRef")
    )
    flows[source] = (*flows.get(source, ()), target)


def _references(context: Context, process: Element) -> None:
    for element in meant(process):
        if element.local == "flowNodeRef":
            if bare(element.text) not in context.by_id:
                context.findings.error(
                    process.get("id"), f"A lane holds {element.text}, which does not exist."
                )
        elif element.local in {"incoming", "outgoing"}:
            if element.text and bare(element.text) not in context.by_id:
                context.findings.error(
                    bare(element.text),
                    f"An element names the sequence flow {element.text}, which does not exist.",
                )
        elif element.local == "dataObjectReference":
            reference = element.get("dataObjectRef")
            if reference and context.find(element, reference, "dataObject") is None:
                context.findings.error(element.get("id"), f"The data object {reference} does not exist.")
