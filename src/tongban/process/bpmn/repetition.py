"""Repetition as a model says it: standard loops and multi-instance activities, vendors' words included."""

from typing import Any

from tongban.process import constants
from tongban.process.bpmn.data import data_name
from tongban.process.bpmn.events import inner_throw, thrown
from tongban.process.bpmn.vocabulary import REPETITIONS, Context, child, children, extension, flag
from tongban.process.expressions import Expression, name_of
from tongban.process.graph import Definition, Loop
from tongban.process.xml import Element


def loop(context: Context, element: Element, *, strict: bool) -> Loop | None:
    """How an activity is repeated; None: it is done once."""
    identity = element.get("id")
    several = list(children(element, *REPETITIONS))
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
    _check_words(context, holder, identity, output, output_item, strict=strict)
    _check_number(context, identity, cardinality)
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


def _check_words(
    context: Context, holder: Element, identity: str, output: str, output_item: str, *, strict: bool
) -> None:
    """What is said twice, or only by half."""
    for name in ("loopCardinality", "completionCondition"):
        if len(list(children(holder, name))) > 1:
            context.findings.error(identity, f"The repetition says {name} more than once.")
    if any(extension(holder, "loopCharacteristics")) and bool(output) != bool(output_item):
        here, there = ("Collection", "Element") if output else ("Element", "Collection")
        said = f"The repetition has an output{here}, but no output{there}; results need both."
        context.findings.lack(identity, said, strict=strict)


def _check_number(context: Context, identity: str, cardinality: Expression | None) -> None:
    number = constants.value_of(cardinality) if cardinality else constants.UNKNOWN
    if number is not constants.UNKNOWN and not _is_count(number):
        said = "is negative" if isinstance(number, int) and number is not True else "is no whole number"
        context.findings.error(identity, f"The number of instances {said}.")


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
