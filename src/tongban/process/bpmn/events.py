"""Event definitions: what an event waits for or brings about."""

from tongban.process.bpmn.timers import timer
from tongban.process.bpmn.vocabulary import (
    DEFINITIONS,
    Context,
    bare,
    child,
    children,
    extension,
    flag,
    is_bpmn,
)
from tongban.process.graph import Definition, Kind, Trigger
from tongban.process.xml import Element

_THROWN = frozenset((Kind.END, Kind.THROW))
_REFERENCES = {
    Trigger.MESSAGE: ("messageRef", "message"),
    Trigger.SIGNAL: ("signalRef", "signal"),
    Trigger.ERROR: ("errorRef", "error"),
    Trigger.ESCALATION: ("escalationRef", "escalation"),
}
_CODES = {Trigger.ERROR: "errorCode", Trigger.ESCALATION: "escalationCode"}


def definitions(context: Context, element: Element, kind: Kind, *, strict: bool) -> tuple[Definition, ...]:
    """The definitions of an event; what is wrong with them goes to the findings."""
    holders = _holders(context, element, element)
    other = "" if holders else next((each.text for each in extension(element, "eventType")), "")
    if other:  # an event of one vendor's registry, which comes as a message does
        return (Definition(trigger=Trigger.MESSAGE, name=other),)
    watched = "" if holders else _watched(element)
    if watched:  # the same vendor's event that waits for a variable
        said = f"The event waits until the variable {watched} has a value, not for each of its changes."
        context.findings.warn(element.get("id"), said)
        value = context.text(element.get("id"), f"{watched} != null", "feel")
        return (Definition(trigger=Trigger.CONDITIONAL, value=value),)
    return tuple(_definition(context, element, holder, kind, strict=strict) for holder in holders)


def _watched(element: Element) -> str:
    """The variable that an event of one vendor waits for; empty when it is no such event."""
    listener = next(extension(element, "variableListenerEventDefinition"), None)
    return listener.get("variableName").strip() if listener is not None else ""


def _holders(context: Context, element: Element, event: Element) -> list[Element]:
    """The definitions in an event and those that it refers to; findings on `element`."""
    holders = [inner for inner in event if is_bpmn(inner) and inner.local in DEFINITIONS]
    for reference in (inner for inner in event if is_bpmn(inner) and inner.local == "eventDefinitionRef"):
        found = context.find(element, reference.text, *DEFINITIONS)
        if found is None:
            context.findings.error(
                element.get("id"), f"The event definition {reference.text} does not exist."
            )
        else:
            holders.append(found)
    return holders


def thrown(context: Context, element: Element, reference: str, *, strict: bool) -> Definition | None:
    """The event definition that is referred to by something that throws it without an event of its own."""
    found = context.find(element, reference, *DEFINITIONS)
    if found is None:
        context.findings.error(element.get("id"), f"The event definition {reference} does not exist.")
        return None
    return _definition(context, element, found, Kind.THROW, strict=strict)


def inner_throw(
    context: Context, element: Element, event: Element, *, strict: bool
) -> tuple[Definition, ...]:
    """The definitions inside of an event that only stands in another element."""
    holders = _holders(context, element, event)
    return tuple(_definition(context, element, holder, Kind.THROW, strict=strict) for holder in holders)


def _definition(context: Context, event: Element, holder: Element, kind: Kind, *, strict: bool) -> Definition:
    trigger = DEFINITIONS[holder.local]
    if trigger in _REFERENCES:
        return _named(context, event, holder, trigger, thrown=kind in _THROWN, strict=strict)
    if trigger is Trigger.TIMER:
        return timer(context, event, holder, strict=strict)
    if trigger is Trigger.CONDITIONAL:
        holding = child(holder, "condition")
        value = context.truth(event.get("id"), holding, strict=strict)
        if value is None:
            context.findings.lack(
                event.get("id"), "The event waits for a condition that is not given.", strict=strict
            )
        return Definition(trigger=trigger, value=value)
    if trigger is Trigger.LINK:
        return Definition(trigger=trigger, name=_link(context, event, holder))
    if trigger is Trigger.COMPENSATION:
        waits = flag(holder, "waitForCompletion", default=True)
        return Definition(trigger=trigger, activity=bare(holder.get("activityRef")), waits=waits)
    return Definition(trigger=trigger, everything=holder.foreign("terminateAll") == "true")


def _link(context: Context, event: Element, holder: Element) -> str:
    """The name that both ends of a link share: that of the end which it names as its target, else its own."""
    name = holder.get("name") or event.get("name")
    target = child(holder, "target")
    if target is not None and target.text:
        other = context.find(event, target.text, "linkEventDefinition")
        if other is None:
            said = f"The link names {target.text} as its target, which is no end of a link."
            context.findings.error(event.get("id"), said)
            return name
        sources = {bare(each.text) for each in children(other, "source")}
        if sources and holder.get("id") not in sources:
            said = f"The link leads to {target.text}, which names other ends as its sources."
            context.findings.error(event.get("id"), said)
        name = other.get("name") or name
    if not name:
        context.findings.error(event.get("id"), "The link has no name, so its other end cannot be found.")
    return name


def _named(
    context: Context, event: Element, holder: Element, trigger: Trigger, *, thrown: bool, strict: bool
) -> Definition:
    attribute, _ = _REFERENCES[trigger]
    identity = event.get("id")
    reference = holder.get(attribute)
    if not reference:
        reference = next((inner.text for inner in holder if is_bpmn(inner) and inner.local == attribute), "")
    if reference:
        awaited = strict and not thrown
        return named(context, event, reference, trigger, awaited=awaited, strict=strict, thrown=thrown)
    if trigger is Trigger.SIGNAL:
        context.findings.lack(identity, "The event has a signal without saying which.", strict=strict)
    elif trigger is Trigger.MESSAGE and not thrown and identity not in context.addressed:
        context.findings.lack(
            identity,
            "The event waits for a message that nothing can be matched with: it names no message, and "
            "no message flow leads to it.",
            strict=strict,
        )
    return Definition(trigger=trigger)


def named(
    context: Context,
    event: Element,
    reference: str,
    trigger: Trigger,
    *,
    awaited: bool = False,
    strict: bool = False,
    thrown: bool = False,
) -> Definition:
    """The definition of the message, signal, error or escalation that is referred to."""
    _, what = _REFERENCES[trigger]
    found = context.find(event, reference, what)
    if found is None:
        if trigger is Trigger.ERROR and context.shortens:
            context.findings.warn(
                event.get("id"), f"No error {reference} is declared; it is taken as the code."
            )
        elif trigger is Trigger.SIGNAL and context.writes_clocks:
            context.findings.warn(
                event.get("id"), f"No signal {reference} is declared; it is taken as the name."
            )
        elif context.is_imported(event, reference):
            context.findings.warn(event.get("id"), f"The {what} {reference} is declared in another file.")
        else:
            context.findings.error(event.get("id"), f"The {what} {reference} does not exist in the model.")
        return Definition(trigger=trigger, name=bare(reference), aliases=frozenset((bare(reference),)))
    words = [found.get(_CODES.get(trigger, "name")).strip(), found.get("name").strip(), found.get("id")]
    name = next(word for word in words if word) if any(words) else bare(reference)
    if trigger in {Trigger.MESSAGE, Trigger.SIGNAL} and not found.get("name").strip():
        nameless = awaited and event.get("id") not in context.addressed
        nameless = nameless or (strict and trigger is Trigger.SIGNAL)
        context.findings.lack(
            found.get("id"), f"The {what} has no name by which it could be matched.", strict=nameless
        )
        said = f"Its {what} {found.get('id')} has no name, so nothing can be matched with it."
        context.findings.lack(event.get("id"), said, strict=nameless)
    if thrown and trigger in _CODES and not any(words[:2]):
        context.codeless.append((event.get("id"), trigger, found.get("id"), strict))
    if name.startswith(("${", "#{", "=")):
        context.findings.warn(
            event.get("id"), f"The name of the {what} is an expression; it is taken as it is."
        )
    subscription = next(extension(found, "subscription"), None)
    key = subscription.get("correlationKey").strip() if subscription is not None else ""
    if awaited and subscription is not None and key in {"", "="} and event.local != "startEvent":
        said = f"The {what} has a subscription without a correlation key, so nothing can be matched with it."
        context.findings.lack(event.get("id"), said, strict=strict)
    return Definition(
        trigger=trigger,
        name=name,
        aliases=frozenset(word for word in words if word),
        key=context.text(event.get("id"), key, key=f"{event.get('id')}:key") if key else None,
    )
