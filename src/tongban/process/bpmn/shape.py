"""Whether each element is built as BPMN 2.0 builds it: what may lie in it, and what its attributes may say.

The order of the parts is left alone, since tools differ in it and nothing depends on it.
"""

from collections import Counter
from collections.abc import Mapping

from tongban.process.bpmn.vocabulary import (
    DEFINITIONS,
    NODES,
    REPETITIONS,
    Context,
    bare,
    children,
    flag,
    is_bpmn,
)
from tongban.process.graph import Kind
from tongban.process.xml import Element

_ALWAYS = frozenset(("documentation", "extensionElements"))
_FLOW = _ALWAYS | {"auditing", "monitoring", "categoryValueRef"}
_NODE = _FLOW | {"incoming", "outgoing"}
_DATA = frozenset((
    "property", "dataInput", "dataOutput", "inputSet", "outputSet", "dataInputAssociation",
    "dataOutputAssociation",
))  # fmt: skip
_ACTIVITY = _NODE | frozenset((
    "property", "dataInputAssociation", "dataOutputAssociation", "resourceRole", "ioSpecification",
    "performer", "humanPerformer", "potentialOwner", "loopCharacteristics", "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics", "script", "rendering",
))  # fmt: skip
_EVENT = _NODE | _DATA | set(DEFINITIONS) | {"eventDefinition", "eventDefinitionRef"}
_PARTS: Mapping[str, frozenset[str]] = {
    "sequenceFlow": _FLOW | {"conditionExpression"},
    "multiInstanceLoopCharacteristics": _ALWAYS | {
        "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem",
        "complexBehaviorDefinition", "completionCondition",
    },
    "standardLoopCharacteristics": _ALWAYS | {"loopCondition"},
    "timerEventDefinition": _ALWAYS | {"timeDate", "timeDuration", "timeCycle"},
    "conditionalEventDefinition": _ALWAYS | {"condition"},
}  # fmt: skip
_ONCE = frozenset((
    "conditionExpression", "loopCardinality", "completionCondition", "loopCondition", "condition", "script",
    "activationCondition", "loopDataInputRef", "loopDataOutputRef",
))  # fmt: skip
_IN_SCOPE = frozenset(("process", "subProcess", "transaction", "adHocSubProcess"))
"""Their parts are looked at where they are read."""

_ROOTS = frozenset((
    *_ALWAYS, *DEFINITIONS, "import", "extension", "relationship", "process", "collaboration", "choreography",
    "globalConversation", "globalChoreographyTask", "conversation", "message", "signal", "error",
    "escalation", "itemDefinition", "dataStore", "resource", "category", "interface", "correlationProperty",
    "endPoint", "partnerEntity", "partnerRole", "globalTask", "globalUserTask", "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask", "eventDefinition", "rootElement",
))  # fmt: skip

_FLAGS = frozenset((
    "isInterrupting", "cancelActivity", "parallelMultiple", "triggeredByEvent", "isForCompensation",
    "isSequential", "testBefore", "instantiate", "cancelRemainingInstances", "waitForCompletion",
    "isImmediate",
    "isCollection", "isClosed",
))  # fmt: skip
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "eventGatewayType": ("Exclusive", "Parallel"),
    "gatewayDirection": ("Unspecified", "Converging", "Diverging", "Mixed"),
    "ordering": ("Parallel", "Sequential"),
    "associationDirection": ("None", "One", "Both"),
}


def check_root(context: Context) -> None:
    """What stands outside of every process: nothing that can be done."""
    for element in context.root:
        if not is_bpmn(element) or element.local in _ROOTS:
            continue
        name = element.get("id") or element.local
        if element.local in NODES or element.local == "sequenceFlow":
            context.findings.error(name, f"The <{element.tag}> lies outside of every process.")
        elif element.get("id"):
            context.findings.error(name, f"<{element.tag}> is nothing that BPMN has in a model.")
        else:
            context.findings.warn(
                name, f"<{element.tag}> is nothing that BPMN has in a model; it is left aside."
            )


def check_shape(context: Context, process: Element, *, drawn: bool) -> None:
    """The elements of a process, each told at the element that people see. In a drawing, a remark."""
    waiting = [(process, process.get("id"))]
    while waiting:
        element, name = waiting.pop()
        _attributes(context, element, name, drawn=drawn)
        _parts(context, element, name, drawn=drawn)
        if element.local in NODES:
            _named_flows(context, element, drawn=drawn)
        elif element.local == "laneSet":
            _lanes(context, element, name, drawn=drawn)
        scope = element.local in _IN_SCOPE
        waiting += [
            (inner, inner.get("id") or name if scope else name)
            for inner in element
            if is_bpmn(inner) and inner.local != "extensionElements"
        ]


def _attributes(context: Context, element: Element, name: str, *, drawn: bool) -> None:
    for key, value in element.attributes.items():
        said = value.strip()
        choices = _CHOICES.get(key)
        if key in _FLAGS and said.lower() not in {"true", "false", "1", "0"}:
            wanted = "true or false"
        elif choices is not None and said.lower() not in {each.lower() for each in choices}:
            wanted = f"one of {', '.join(choices)}"
        else:
            continue
        context.findings.lack(name, f"{key} is “{value}”; it has to be {wanted}.", strict=not drawn)
    if element.local in NODES and any(each.isspace() for each in element.get("id")):
        context.findings.lack(element.get("id"), "An id holds no blanks; rename it.", strict=not drawn)


def _parts(context: Context, element: Element, name: str, *, drawn: bool) -> None:
    if element.local in _IN_SCOPE:
        return
    allowed = _PARTS.get(element.local)
    kind = NODES.get(element.local)
    if kind in {Kind.TASK, Kind.CALL}:
        allowed = _ACTIVITY
    elif kind in {Kind.START, Kind.END, Kind.THROW, Kind.CATCH, Kind.BOUNDARY}:
        allowed = _EVENT
    elif kind is not None:
        allowed = _NODE | ({"activationCondition"} if kind is Kind.COMPLEX else set())
    if allowed is None:
        return
    seen: set[str] = set()
    for inner in element:
        if not is_bpmn(inner):
            continue
        if inner.local not in allowed:
            what = inner.get("id") or inner.local
            context.findings.lack(
                name, f"A <{element.tag}> cannot hold <{inner.tag}> ({what}).", strict=not drawn
            )
        elif inner.local in _ONCE and inner.local in seen:
            context.findings.lack(name, f"<{inner.tag}> stands twice; only one can hold.", strict=not drawn)
        seen.add(inner.local)


def check_direction(
    context: Context, element: Element, incoming: int, outgoing: int, *, strict: bool
) -> None:
    """What a gateway says of itself has to fit its flows (OMG BPMN 2.0.2, table 8.46)."""
    said = element.get("gatewayDirection").strip().lower()
    mixed = incoming > 1 and outgoing > 1
    wrong = (said == "converging" and outgoing > 1) or (said == "diverging" and incoming > 1)
    if wrong or (said == "mixed" and not mixed):
        what = f"{incoming} flows lead to it and {outgoing} leave it"
        context.findings.lack(element.get("id"), f"gatewayDirection is {said}, but {what}.", strict=strict)


def _named_flows(context: Context, element: Element, *, drawn: bool) -> None:
    """The flows that an element names as its own have to be."""
    for inner in children(element, "incoming", "outgoing"):
        flow = context.by_id.get(bare(inner.text))
        if flow is None:
            continue  # told where references are
        name, said = element.get("id"), inner.local
        end = "targetRef" if inner.local == "incoming" else "sourceRef"
        if flow.local in {"messageFlow", "association"}:
            continue  # as one editor writes it
        if flow.local != "sequenceFlow":
            context.findings.lack(
                name, f"It names {inner.text} as {inner.local}, which is a <{flow.local}>.", strict=not drawn
            )
        elif bare(flow.get(end)) and bare(flow.get(end)) != name:
            context.findings.lack(
                name,
                f"It names {inner.text} as {said}, but the {end} of that flow is {bare(flow.get(end))}.",
                strict=not drawn,
            )


def _lanes(context: Context, lanes: Element, name: str, *, drawn: bool) -> None:
    held: Counter[str] = Counter()
    for lane in children(lanes, "lane"):
        held.update({bare(each.text) for each in children(lane, "flowNodeRef")})
    for identity, times in held.items():
        found = context.by_id.get(identity)
        if found is None:
            continue  # told where references are
        if times > 1:
            context.findings.lack(
                identity, "The element lies in two lanes beside each other.", strict=not drawn
            )
        if found.local in {"sequenceFlow", "process", "lane", "laneSet", "participant"}:
            context.findings.lack(
                name,
                f"A lane holds {identity}, which is a <{found.local}> and lies in no lane.",
                strict=not drawn,
            )


_TYPES = frozenset(("", "none", "public", "private", "executable", "non-executable"))
"""What `processType` may say, in any letters: the standard's words, and those of its drafts."""


def check_process(context: Context, element: Element) -> bool | None:
    """Whether a process says that it is to be executed (None: it does not say), and what it says wrongly."""
    identity = element.get("id")
    said = element.get("isExecutable").strip().lower()
    if said and said not in {"true", "false", "1", "0"}:
        context.findings.error(identity, f"isExecutable is “{said}”; it has to be true or false.")
    for repeated in children(element, *REPETITIONS):
        where = repeated.get("id") or identity
        context.findings.error(
            where, f"<{repeated.tag}> stands in the process itself; only an activity can be repeated."
        )
    kind = element.get("processType")
    if kind.strip().lower() not in _TYPES:
        context.findings.error(identity, f"processType is “{kind}”; it has to be None, Public or Private.")
    return flag(element, "isExecutable", default=False) if said else None
