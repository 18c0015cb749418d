"""What an activity says besides its flows: repetition, data, scripts and calls, vendors' words included."""

from typing import Any

from tongban.process import constants
from tongban.process.bpmn.data import data, data_name, handed
from tongban.process.bpmn.events import inner_throw, named, thrown
from tongban.process.bpmn.vocabulary import NODES, OURS, Context, bare, child, children, extension, flag
from tongban.process.expressions import Expression, entries, name_of
from tongban.process.graph import Definition, Kind, Loop, Trigger
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
        "loop": _loop(context, element, strict=strict),
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


def _loop(context: Context, element: Element, *, strict: bool) -> Loop | None:
    identity = element.get("id")
    several = list(children(element, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"))
    if not several:
        return None
    if len(several) > 1:
        context.findings.error(identity, "The activity has more than one kind of repetition.")
    holder = several[0]
    if holder.local == "standardLoopCharacteristics":
        condition = child(holder, "loopCondition")
        value = context.truth(identity, condition, strict=strict)
        maximum = holder.get("loopMaximum").strip()
        most = context.text(identity, maximum, key=f"{identity}:maximum") if maximum else None
        number = constants.value_of(most) if most else constants.UNKNOWN
        word = most is not None and most.feel == maximum and maximum.isidentifier()
        if word or (number is not constants.UNKNOWN and not _is_count(number)):
            said = f"loopMaximum is “{maximum}”; it has to be a whole number."
            context.findings.lack(identity, said, strict=strict)
        if value is not None and not maximum and constants.value_of(value) is True:
            said = "The loop never ends: its condition is always true, and it has no maximum."
            context.findings.lack(identity, said, strict=strict)
        if value is None and not maximum:
            context.findings.warn(
                identity, "The loop has neither a condition nor a maximum; it is done once."
            )
        return Loop(
            standard=True,
            condition=value,
            test_before=flag(holder, "testBefore", default=False),
            maximum=most,
        )
    return _several(context, element, holder, strict=strict)


def _several(context: Context, element: Element, holder: Element, *, strict: bool) -> Loop:
    identity = element.get("id")
    inner = child(holder, "loopCardinality")
    cardinality = context.expression(identity, inner, key=f"{identity}:loop") if inner else None
    collection, item = holder.foreign("collection"), holder.foreign("elementVariable")
    output, output_item, first = "", "", 0 if holder.foreign("collection", "elementVariable") else 1
    for ours in extension(holder, "loopCharacteristics"):
        collection, item = ours.get("inputCollection") or collection, ours.get("inputElement") or item
        output, output_item = ours.get("outputCollection"), ours.get("outputElement")
    if reference := child(holder, "loopDataInputRef"):
        collection = collection or data_name(context, element, reference.text)
    if reference := child(holder, "loopDataOutputRef"):
        output = output or data_name(context, element, reference.text)
    if given := child(holder, "inputDataItem"):
        item = item or given.get("name") or given.get("id")
    if given := child(holder, "outputDataItem"):
        output_item = output_item or given.get("name") or given.get("id")
    number = constants.value_of(cardinality) if cardinality else constants.UNKNOWN
    if number is not constants.UNKNOWN and not _is_count(number):
        said = "is negative" if isinstance(number, int) and number is not True else "is no whole number"
        context.findings.error(identity, f"The number of instances {said}.")
    if cardinality is None and not collection:
        context.findings.lack(
            identity,
            "The activity is done several times, but nothing says how often or for what.",
            strict=strict,
        )
    many = _name_or_expression(context, identity, collection)
    members = constants.value_of(many) if many else constants.UNKNOWN
    if members is not constants.UNKNOWN and not isinstance(members, list):
        context.findings.lack(
            identity, f"What the activity is done for, {collection}, is no list.", strict=strict
        )
    until = child(holder, "completionCondition")
    tells = _tells(context, element, holder, strict=strict)
    return Loop(
        sequential=flag(holder, "isSequential", default=False),
        cardinality=cardinality,
        collection=many,
        item=item,
        output=output,
        output_item=context.text(identity, output_item, key=f"{identity}:item") if output_item else None,
        until=context.truth(identity, until, key=f"{identity}:until", strict=strict) if until else None,
        tells=tells,
        tells_once=holder.get("behavior") == "One",
        first=first if "${" not in (until.text if until else "") else 0,
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _tells(
    context: Context, element: Element, holder: Element, *, strict: bool
) -> tuple[tuple[Expression | None, Definition], ...]:
    """What is thrown as an instance ends. Of `All`, the usual case, nothing is."""
    behavior = holder.get("behavior", "All")
    if behavior in {"None", "One", "Complex"}:
        whole = holder.get(f"{behavior.lower()}BehaviorEventRef") or (
            behavior == "Complex" and any(children(holder, "complexBehaviorDefinition"))
        )
        if not whole:
            said = f"behavior is “{behavior}”, but nothing says which event is thrown."
            context.findings.lack(element.get("id"), said, strict=strict)
    if behavior not in {"All", "None", "One", "Complex"}:
        context.findings.error(element.get("id"), f"behavior is “{behavior}”, which BPMN does not know.")
    made: list[tuple[Expression | None, Definition]] = []
    if behavior in {"None", "One"}:
        reference = holder.get(f"{behavior.lower()}BehaviorEventRef")
        definition = thrown(context, element, reference, strict=strict) if reference else None
        made += [(None, definition)] if definition is not None else []
    for choice in children(holder, "complexBehaviorDefinition") if behavior == "Complex" else ():
        condition, event = child(choice, "condition"), child(choice, "event")
        value = context.expression(element.get("id"), condition, key=f"{element.get('id')}:behavior")
        if value is None:
            said = "behavior is “Complex”, but a part of it has no condition."
            context.findings.lack(element.get("id"), said, strict=strict)
        inside = inner_throw(context, element, event, strict=strict) if event is not None else ()
        made += [(value, definition) for definition in inside]
    return tuple(made)


def _name_or_expression(context: Context, identity: str, text: str) -> Expression | None:
    if not text:
        return None
    if " " in text and not text.startswith(("=", "$", "#")):
        return name_of(text)  # a data object
    return context.text(identity, text, key=f"{identity}:collection")
