"""What an activity says besides its flows: data, scripts and calls, vendors' words included."""

from typing import Any

from tongban.process.bpmn.data import data, handed
from tongban.process.bpmn.events import named
from tongban.process.bpmn.repetition import loop
from tongban.process.bpmn.vocabulary import (
    NODES,
    OURS,
    Context,
    bare,
    child,
    extension,
    flag,
)
from tongban.process.expressions import Expression, entries
from tongban.process.graph import Kind, Trigger
from tongban.process.xml import Element

_FEEL_FORMATS = ("feel", "dmn")
_MAX_DAYS = 1000
_WRITTEN = ("=", "${", "#{")
"""How an expression begins where usually a name stands."""


def activity(context: Context, element: Element, kind: Kind, *, strict: bool) -> dict[str, Any]:
    """The fields of `Node` that an activity fills."""
    identity = element.get("id")
    made: dict[str, Any] = {
        "for_compensation": flag(element, "isForCompensation", default=False),
        "loop": loop(context, element, strict=strict),
        "needed": _count(context, element, "startQuantity"),
        "given": _count(context, element, "completionQuantity"),
    }
    inputs, outputs, share = data(context, element, strict=strict)
    made |= {"inputs": inputs, "outputs": outputs, "share_out": share}
    if element.local == "scriptTask":
        made |= _script(context, element, strict=strict)
    if element.local in {"receiveTask", "sendTask"}:
        reference = element.get("messageRef")
        made["instantiate"] = flag(element, "instantiate", default=False)
        if reference:
            awaited = strict and element.local == "receiveTask"
            made["message"] = named(
                context, element, reference, Trigger.MESSAGE, awaited=awaited, strict=strict
            )
        elif element.local == "receiveTask" and identity not in context.addressed:
            context.findings.warn(identity, "The receive task names no message; it is done like any task.")
    if element.local == "businessRuleTask":
        made |= _decision(element)
    made["skip"], made["risk"] = _ours(context, element)
    made["risk_given"] = _given(context, element)
    if kind is Kind.CALL:
        made |= _call(context, element, strict=strict)
    operation = element.get("operationRef")
    if operation and bare(operation) not in context.by_id and not context.is_imported(element, operation):
        context.findings.lack(
            identity, f"The operation {operation} does not exist in the model.", strict=strict
        )
    if element.local == "adHocSubProcess":
        enough = child(element, "completionCondition")
        made |= {
            "adhoc": True,
            "one_by_one": element.get("ordering") == "Sequential",
            "enough": context.truth(identity, enough, strict=strict),
            "cancel_rest": flag(element, "cancelRemainingInstances", default=True),
        }
    return made


def _count(context: Context, element: Element, name: str) -> int:
    text = element.get(name, "1").strip()
    if not text.isdigit() or int(text) < 1:
        context.findings.error(element.get("id"), f"{name} is “{text}”; it has to be 1 or more.")
        return 1
    return min(int(text), 1000)


def _script(context: Context, element: Element, *, strict: bool) -> dict[str, Any]:
    identity = element.get("id")
    inner = child(element, "script")
    text = inner.text if inner is not None else ""
    declared = element.get("scriptFormat") or context.language
    result = element.foreign("resultVariable") or element.of(OURS).get("result", "")
    for ours in extension(element, "script"):
        text, declared = ours.get("expression") or text, "feel"
        result = result or ours.get("resultVariable")
    if not text:
        elsewhere = element.foreign("resource") or any(extension(element, "taskDefinition", "calledDecision"))
        if not elsewhere:
            context.findings.lack(identity, "The script task has no script.", strict=strict)
        return {}
    if any(word in declared.lower() for word in _FEEL_FORMATS) or text.startswith("="):
        return {"script": context.text(identity, text, "feel"), "result": result}
    if identity in context.replaced:
        return {"script": context.text(identity, text), "result": result}
    context.findings.warn(
        identity, f"The script is in a language that is not run here ({declared or 'not declared'})."
    )
    return {}


def _ours(context: Context, element: Element) -> tuple[Expression | None, Expression | None]:
    """Check what our own words say; when the activity is skipped, and the risk that calls for a review."""
    identity, ours = element.get("id"), element.of(OURS)
    if "decision" in ours and element.local != "businessRuleTask":
        context.findings.warn(identity, "Only a business rule task asks a decision; here it means nothing.")
    days = ours.get("joint-days", "1")
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= _MAX_DAYS):
        context.findings.error(identity, f"joint-days is “{days}”; it has to be a number of working days.")
    skip, risk = ours.get("skip-when"), ours.get("joint-when")
    called = risk or ours.get("joint-decision")
    if (called or "joint-days" in ours) and not ours.get("joint", "").strip():
        context.findings.error(identity, "A joint review names no department that reviews.")
    return (
        context.text(identity, skip, "feel", key=f"{identity}:skip-when") if skip else None,
        context.text(identity, risk, "feel", key=f"{identity}:joint-when") if risk else None,
    )


def _given(context: Context, element: Element) -> Expression | None:
    """Where the inputs of the decision of a joint review come from: one context of FEEL."""
    identity, ours = element.get("id"), element.of(OURS)
    text = ours.get("joint-inputs")
    if text is None:
        return None
    if not ours.get("joint-decision"):
        context.findings.error(identity, "joint-inputs belong to a joint-decision, which is not here.")
    if not text.strip():
        context.findings.error(identity, _NO_INPUTS)
        return None
    made = context.text(identity, text, "feel", key=f"{identity}:joint-inputs")
    if made is not None and (made.feel is None or not entries(made.feel, context.names)):
        context.findings.error(identity, _NO_INPUTS)
        return None
    return made


_NO_INPUTS = "joint-inputs are no list of inputs with values, such as {area: company.floor_area}."


def _decision(element: Element) -> dict[str, Any]:
    """What a business rule task asks, in our words or in those of the two best-known vendors."""
    ours = element.of(OURS)
    code, name, result = ours.get("decision", ""), ours.get("decision-name", ""), ours.get("result", "")
    for called in extension(element, "calledDecision"):
        code = code or called.get("decisionId")
        result = result or called.get("resultVariable")
    return {
        "decision": code or element.foreign("decisionRef"),
        "decision_name": name,
        "result": result or element.foreign("resultVariable"),
    }


def _call(context: Context, element: Element, *, strict: bool) -> dict[str, Any]:
    identity = element.get("id")
    called = called_process(element)
    made: dict[str, Any] = {}
    for ours in extension(element, "calledElement"):
        called = ours.get("processId") or called
        made["share_out"] = flag(ours, "propagateAllChildVariables", default=True)
        made["share_in"] = flag(ours, "propagateAllParentVariables", default=True)
    if child(element, "ioSpecification"):  # it says what goes in and out, and nothing else does
        made |= {"share_in": False, "share_out": False}
    made |= handed(context, element, strict=strict)
    item = element.of(OURS).get("item")  # it starts a service item, which is work outside of the model
    if not called and not item and not element.foreign("caseRef", "calledElementBinding"):
        context.findings.lack(identity, "The call activity does not say what it calls.", strict=strict)
    if made.get("share_out"):
        del made["share_out"]  # what other mappings say holds
    found = context.by_id.get(called)
    if found is not None and found.local in NODES:
        said = f"It calls {called}, which is a <{found.local}>; only a process can be called."
        context.findings.lack(identity, said, strict=strict)
    if called.startswith(_WRITTEN):
        return made | {"calls_by": context.text(identity, called, key=f"{identity}:called")}
    return made | {"calls": called}


def called_process(element: Element) -> str:
    """The name of what is called, or the expression that says it."""
    called = element.get("calledElement").strip()
    return called if called.startswith(_WRITTEN) else bare(called)
