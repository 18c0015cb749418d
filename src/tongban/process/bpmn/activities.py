"""What an activity says besides its flows: repetition, data, scripts and calls, vendors' words included."""

from typing import Any

from tongban.process import constants
from tongban.process.bpmn.events import inner_throw, named, thrown
from tongban.process.bpmn.vocabulary import OURS, Context, bare, child, children, extension, flag
from tongban.process.expressions import Expression, constant, name_of, with_holes
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
    inputs, outputs, share = data(context, element)
    made |= {"inputs": inputs, "outputs": outputs, "share_out": share}
    if element.local == "scriptTask":
        made |= _script(context, element, strict=strict)
    if element.local in {"receiveTask", "sendTask"}:
        reference = element.get("messageRef")
        made["instantiate"] = flag(element, "instantiate", default=False)
        if reference:
            awaited = strict and element.local == "receiveTask"
            made["message"] = named(context, element, reference, Trigger.MESSAGE, awaited=awaited)
        elif element.local == "receiveTask" and identity not in context.addressed:
            context.findings.warn(identity, "The receive task names no message; it is done like any task.")
    if element.local == "businessRuleTask":
        made |= _decision(element)
    made["skip"], made["risk"] = _ours(context, element)
    if kind is Kind.CALL:
        made |= _call(context, element, strict=strict)
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
    result = element.foreign("resultVariable")
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
    if (risk or "joint-days" in ours) and not ours.get("joint", "").strip():
        context.findings.error(identity, "A joint review names no department that reviews.")
    return (
        context.text(identity, skip, "feel", key=f"{identity}:skip-when") if skip else None,
        context.text(identity, risk, "feel", key=f"{identity}:joint-when") if risk else None,
    )


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
    called = _called_process(element)
    made: dict[str, Any] = {}
    for ours in extension(element, "calledElement"):
        called = ours.get("processId") or called
        made["share_out"] = flag(ours, "propagateAllChildVariables", default=True)
        made["share_in"] = flag(ours, "propagateAllParentVariables", default=True)
    made |= _handed(context, element, strict=strict)
    item = element.of(OURS).get("item")  # it starts a service item, which is work outside of the model
    if not called and not item and not element.foreign("caseRef", "calledElementBinding"):
        context.findings.lack(identity, "The call activity does not say what it calls.", strict=strict)
    if made.get("share_out"):
        del made["share_out"]  # what other mappings say holds
    if called.startswith(_WRITTEN):
        return made | {"calls_by": context.text(identity, called, key=f"{identity}:called")}
    return made | {"calls": called}


def _handed(context: Context, element: Element, *, strict: bool) -> dict[str, Any]:
    """What mappings hand over and take back; without any, everything is."""
    identity = element.get("id")
    shared = {"in": element.foreign("inheritVariables") == "true", "out": False}
    handed: dict[str, list[tuple[str, Expression]]] = {"in": [], "out": []}
    mappings = list(extension(element, "in", "out"))
    for mapping in mappings:
        if mapping.get("businessKey"):
            continue
        if mapping.get("variables") == "all":
            shared[mapping.local] = True
            continue
        source = mapping.get("sourceExpression") or mapping.get("source")
        target = mapping.get("target") or mapping.get("targetExpression")
        if not (source and target):
            missing = "target" if source else "source"
            context.findings.lack(
                identity, f"What the call hands over or takes back has no {missing}.", strict=strict
            )
            continue
        value = context.text(identity, source, key=f"{identity}:{target}")
        if value is not None:
            handed[mapping.local].append((target, value))
    if not mappings:
        return {}
    return {
        "inputs": tuple(handed["in"]), "outputs": tuple(handed["out"]),
        "share_in": shared["in"], "share_out": shared["out"],
    }  # fmt: skip


def _called_process(element: Element) -> str:
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
        inside = inner_throw(context, element, event, strict=strict) if event is not None else ()
        made += [(value, definition) for definition in inside]
    return tuple(made)


def _name_or_expression(context: Context, identity: str, text: str) -> Expression | None:
    if not text:
        return None
    if " " in text and not text.startswith(("=", "$", "#")):
        return name_of(text)  # a data object
    return context.text(identity, text, key=f"{identity}:collection")


def data_name(context: Context, element: Element, reference: str) -> str:
    """The variable that a reference to data stands for: the data object behind an input, or its own name."""
    for association in children(element, "dataInputAssociation", "dataOutputAssociation"):
        source, target = _ends(association)
        here, there = (target, source) if association.local == "dataInputAssociation" else (source, target)
        if bare(reference) == here and there:
            return _called(context, there)
    return _called(context, bare(reference))


def _ends(association: Element) -> tuple[str, str]:
    source, target = child(association, "sourceRef"), child(association, "targetRef")
    return bare(source.text) if source else "", bare(target.text) if target else ""


def _called(context: Context, identity: str) -> str:
    found = context.by_id.get(identity)
    if found is None:
        return identity
    if found.local == "dataObjectReference":
        behind = context.by_id.get(bare(found.get("dataObjectRef")))
        return (
            found.get("name")
            or (behind.get("name") if behind is not None else "")
            or bare(found.get("dataObjectRef"))
        )
    return found.get("name") or identity


Mappings = tuple[tuple[str, Expression], ...]


def data(context: Context, element: Element) -> tuple[Mappings, Mappings, bool]:
    """Inputs, outputs, and whether everything that is set inside is seen outside."""
    identity = element.get("id")
    inputs: list[tuple[str, Expression]] = []
    outputs: list[tuple[str, Expression]] = []
    for association in children(element, "dataInputAssociation", "dataOutputAssociation"):
        source, target = (_called(context, end) if end else "" for end in _ends(association))
        if source and target and source != target:
            (inputs if association.local == "dataInputAssociation" else outputs).append(
                (target, name_of(source))
            )
    share = True
    for mapping in extension(element, "input", "output"):
        source = mapping.get("source")
        value = context.text(identity, source) if source.startswith("=") else constant(source)
        if value is not None and mapping.get("target"):
            (inputs if mapping.local == "input" else outputs).append((mapping.get("target"), value))
            share = share and mapping.local == "input"
    for mapping in extension(element, "inputParameter", "outputParameter"):
        text = mapping.text
        if not text or any(True for _ in mapping):
            continue
        if text.startswith(("${", "#{")):
            value = context.text(identity, text)
        else:
            value = with_holes(text) if "{" in text else constant(text)
        if value is None or value.feel is None:
            context.findings.warn(
                identity, f"{mapping.get('name')} is in a language that is not run here; left out."
            )
        else:
            (inputs if mapping.local == "inputParameter" else outputs).append((mapping.get("name"), value))
    return tuple(inputs), tuple(outputs), share
