"""What lies around the processes: pools, message flows, lanes, references to data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tongban.process.bpmn.pools import message_flow, pools_only
from tongban.process.bpmn.vocabulary import (
    Context,
    bare,
    child,
    children,
    flag,
    meant,
)
from tongban.process.expressions import Expression
from tongban.process.xml import Element

_BEHIND = {
    "dataObjectReference": ("dataObjectRef", "dataObject", "data object"),
    "dataStoreReference": ("dataStoreRef", "dataStore", "data store"),
}
Properties = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Around:
    """The collaboration as the engine needs it."""

    message_flows: Mapping[str, tuple[str, ...]]
    pools: tuple[str, ...]
    correlations: Mapping[str, Properties]
    subscriptions: Mapping[str, Properties]


def look_around(context: Context, processes: Collection[Element]) -> Around:
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
        pools_only(context, collaboration)
        for flow in children(collaboration, "messageFlow"):
            message_flow(context, flow, pool_of, process_of_participant, flows)
    subscriptions = {
        process.get("id"): bound for process in processes if (bound := _subscribed(context, process))
    }
    used = {bare(each.text) for each in meant(context.root) if each.local == "correlationPropertyRef"}
    used |= {name for bound in subscriptions.values() for name, _ in bound}
    return Around(flows, tuple(dict.fromkeys(pools)), _correlated(context, used), subscriptions)


def _correlated(context: Context, used: set[str]) -> dict[str, Properties]:
    """Name of a message → how its content says the properties that keys are made of."""
    found: dict[str, Properties] = {}
    for declared in children(context.root, "correlationProperty"):
        identity = declared.get("id")
        for way in children(declared, "correlationPropertyRetrievalExpression"):
            message = context.find(way, way.get("messageRef"), "message")
            if message is None:
                context.findings.error(identity, f"The message {way.get('messageRef')} does not exist.")
                continue
            path = child(way, "messagePath", "formalExpression")
            if path is None or not path.text:
                said = f"It does not say how the message {message.get('name')} gives it (messagePath)."
                context.findings.lack(identity, said, strict=identity in used)
            value = context.expression(identity, path, key=f"{identity}:{message.get('id')}")
            if value is not None and value.feel is not None and identity in used:
                name = message.get("name") or message.get("id")
                found[name] = (*found.get(name, ()), (identity, value))
    return found


def _subscribed(context: Context, process: Element) -> Properties:
    """What a process says of itself, so that messages find it."""
    bound: list[tuple[str, Expression]] = []
    for subscription in children(process, "correlationSubscription"):
        for binding in children(subscription, "correlationPropertyBinding"):
            reference = binding.get("correlationPropertyRef")
            if context.find(binding, reference, "correlationProperty") is None:
                context.findings.error(
                    process.get("id"), f"The correlation property {reference} does not exist in the model."
                )
                continue
            path = child(binding, "dataPath")
            value = context.expression(process.get("id"), path, key=f"{process.get('id')}:{bare(reference)}")
            if value is not None and value.feel is not None:
                bound.append((bare(reference), value))
    return tuple(bound)


def _association(context: Context, element: Element, *, strict: bool) -> None:
    """Both ends of a dotted line."""
    for name in ("sourceRef", "targetRef"):
        end = element.get(name)
        if end and (bare(end) in context.by_id or context.is_imported(element, end)):
            continue
        what = f"its {name} {end} does not exist" if end else f"it has no {name}"
        context.findings.lack(
            element.get("id") or "association", f"The association dangles: {what}.", strict=strict
        )


def _references(context: Context, process: Element) -> None:
    """References of a process; what is missing behind data is a remark in a drawing."""
    drawn = not flag(process, "isExecutable", default=True)
    for element in meant(process):
        if element.local == "flowNodeRef":
            if bare(element.text) not in context.by_id:
                context.findings.error(
                    process.get("id"), f"A lane holds {element.text}, which does not exist."
                )
        elif element.local == "association":
            _association(context, element, strict=flag(process, "isExecutable", default=False))
        elif element.local in {"incoming", "outgoing"}:
            if element.text and bare(element.text) not in context.by_id:
                context.findings.error(
                    bare(element.text),
                    f"An element names the sequence flow {element.text}, which does not exist.",
                )
        elif element.local in _BEHIND:
            attribute, what, said = _BEHIND[element.local]
            reference = element.get(attribute)
            if reference and not context.is_imported(element, reference):
                known = context.find(element, reference, what) is not None
                message = f"The {said} {reference} does not exist in the model."
                if not known:
                    context.findings.lack(element.get("id"), message, strict=not drawn)
