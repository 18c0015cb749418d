"""What data, messages, operations, resources and pools promise each other, apart from any token.

OMG BPMN 2.0.2: 8.4 (what all diagrams share), 10.3.1 (resources), 10.4 (data). In a drawing, remarks.
"""

import re
from collections.abc import Iterator, Mapping

from tongban.process.bpmn.vocabulary import DEFINITIONS, NODES, Context, bare, child, children, flag, meant
from tongban.process.xml import Element

_SETS: Mapping[str, tuple[str, str, str, tuple[str, str], str]] = {
    "inputSet": (
        "dataInput", "dataInputRefs", "input",
        ("optionalInputRefs", "whileExecutingInputRefs"), "outputSetRefs",
    ),
    "outputSet": (
        "dataOutput", "dataOutputRefs", "output",
        ("optionalOutputRefs", "whileExecutingOutputRefs"), "inputSetRefs",
    ),
}  # fmt: skip
"""By kind of set: its data, how it names them, what they are, narrower lists of them, sets it belongs to."""
_SUBS = frozenset(("subProcess", "transaction", "adHocSubProcess"))
_SEEN = _SUBS | {"task", "sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference"}
_ROLES = frozenset(("resourceRole", "performer", "humanPerformer", "potentialOwner"))
_ITEMS = frozenset(("itemDefinition",))
_REFERENCES: Mapping[str, tuple[frozenset[str], str]] = {
    "itemSubjectRef": (_ITEMS, "item definition"),
    "itemRef": (_ITEMS, "item definition"),
    "inMessageRef": (frozenset(("message",)), "message"),
    "outMessageRef": (frozenset(("message",)), "message"),
    "interfaceRef": (frozenset(("interface",)), "interface"),
    "supportedInterfaceRef": (frozenset(("interface",)), "interface"),
    "resourceRef": (frozenset(("resource",)), "resource"),
}
"""By attribute or element: what it has to lead to, and how people call that."""
_THROWS = frozenset(("intermediateThrowEvent", "endEvent"))
_NO_DATA = frozenset(("sequenceFlow", "process", "lane", "participant", "messageFlow"))
_EXPRESSIONS = frozenset((
    "conditionExpression", "loopCondition", "completionCondition", "loopCardinality", "activationCondition",
    "condition",
))  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+(\s+[^\W\d_]+)+[.!?]?")
_OPERATORS = frozenset((
    "and", "or", "not", "in", "is", "between", "instance", "of", "if", "then", "else", "for", "some", "every",
    "eq", "ne", "lt", "gt", "le", "ge", "div", "mod", "empty", "return", "xor", "contains", "matches",
))  # fmt: skip
_NO_ADDRESS = re.compile(r"%(?![0-9A-Fa-f]{2})|[<>\"{}|\\^`]")

_MERE_NAMES = frozenset(("flowNodeRef", "incoming", "outgoing"))
"""Elements that are a name and nothing more; a large model has more of them than of all others."""


def check_contracts(context: Context, processes: list[Element]) -> None:
    """Everything of this kind in a model."""
    runs = any(flag(each, "isExecutable", default=False) for each in processes)
    for element in context.root:
        if element.local != "process" or element not in processes:
            for inner in meant(element):
                _declared(context, inner, inner.get("id") or element.get("id") or element.local, strict=runs)
    for process in processes:
        strict = flag(process, "isExecutable", default=False)
        _at_home(context, process, strict=strict)
        for element, owner in _owned(process):
            if element.local in _MERE_NAMES:
                continue
            _declared(context, element, owner, strict=strict)
            _performers(context, element, owner, strict=strict)
            _specified(context, element, owner, strict=strict)
            _written(context, element, owner, strict=strict)
            _moved(context, element, owner, strict=strict)
    _not_shared(context, strict=runs)


def _owned(process: Element) -> Iterator[tuple[Element, str]]:
    """Every element of a process, with the id under which people see it."""
    waiting = [(process, process.get("id"))]
    while waiting:
        element, owner = waiting.pop()
        yield element, owner
        waiting += [
            (inner, (inner.get("id") if _is_seen(inner) else "") or owner)
            for inner in reversed(list(element))
            if inner.space == process.space and inner.local != "extensionElements"
        ]


def _is_seen(element: Element) -> bool:
    """Whether an element is one that people see by itself."""
    return element.local in _SEEN or element.local.endswith(("Task", "Event", "Gateway", "Activity"))


def _declared(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """References to declarations, declarations that are cut short, and numbers that cannot be."""
    found = [(name, element.get(name)) for name in ("itemSubjectRef", "itemRef") if element.get(name)]
    if element.local in _REFERENCES and element.text:
        found.append((element.local, element.text))
    for name, reference in found:
        wanted, what = _REFERENCES[name]
        if context.find(element, reference, *wanted) is None and not context.is_imported(element, reference):
            context.findings.lack(
                owner, f"The {what} {reference} does not exist in the model.", strict=strict
            )
    _collected(context, element, owner, strict=strict)
    if element.local == "interface" and child(element, "operation") is None:
        context.findings.lack(owner, "The interface has no operation.", strict=strict)
    elif element.local == "operation" and child(element, "inMessageRef") is None:
        context.findings.lack(owner, "The operation does not say which message it takes.", strict=strict)
    elif element.local == "participantMultiplicity":
        _multiple(context, element, owner, strict=strict)
    elif element.local == "choreographyRef":
        context.findings.lack(owner, f"A choreography is no part of a <{owner}>.", strict=strict)
    for name in ("language", "expressionLanguage", "typeLanguage"):
        if _NO_ADDRESS.search(element.get(name)):
            said = f"{name} is “{element.get(name)}”, which can be no address of a language."
            context.findings.lack(owner, said, strict=strict)


def _collected(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """An element and its kind of item agree on being a collection, where both say so."""
    item = context.find(element, element.get("itemSubjectRef"), "itemDefinition")
    if item is None or not (element.get("isCollection") and item.get("isCollection")):
        return
    if flag(element, "isCollection", default=False) != flag(item, "isCollection", default=False):
        said = (
            f"isCollection is {element.get('isCollection')} here and {item.get('isCollection')} of its item."
        )
        context.findings.lack(owner, said, strict=strict)


def _multiple(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """How many partners a pool stands for (8.4.9, table 8.13)."""
    least, most = element.get("minimum").strip() or "0", element.get("maximum").strip() or "1"
    whole = all(re.fullmatch(r"[+-]?\d{1,9}", each) for each in (least, most))
    if not whole or int(least) < 0 or int(most) < 1 or (element.get("maximum") and int(most) < int(least)):
        said = f"The pool stands for {least} to {most} partners, which cannot be."
        context.findings.lack(owner, said, strict=strict)


def _performers(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """Who does it: a resource with its parameters, or an expression (10.3.1, table 10.2)."""
    if element.local not in _ROLES:
        return
    reference = child(element, "resourceRef")
    bound = list(children(element, "resourceParameterBinding"))
    if reference is not None and child(element, "resourceAssignmentExpression") is not None:
        said = "Who does it is said twice, by a resource and by an expression; only one can hold."
        context.findings.lack(owner, said, strict=strict)
    if bound and reference is None:
        context.findings.lack(owner, "Parameters are given, but no resource that has them.", strict=strict)
        return
    found = context.find(element, reference.text, "resource") if reference is not None else None
    if found is None:
        return
    known = {each.get("id") for each in children(found, "resourceParameter")}
    for each in bound:
        if bare(each.get("parameterRef")) not in known:
            said = f"The resource {found.get('id')} has no parameter {each.get('parameterRef')}."
            context.findings.lack(owner, said, strict=strict)


def _specified(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """Data inputs and outputs stand in sets, and sets know each other (10.4.1)."""
    holder = child(element, "ioSpecification")
    if holder is None:
        return
    if element.local in _SUBS:
        if child(element, "multiInstanceLoopCharacteristics"):
            return  # some tools write there what the repetition goes through
        said = "A sub-process has no inputs and outputs of its own; what lies inside takes and gives data."
        context.findings.lack(owner, said, strict=strict)
    for name, (data, _, what, _, _) in _SETS.items():
        known = [each.get("id") for each in children(holder, data)]
        sets = list(children(holder, name))
        held = {reference for each in sets for reference in _members(context, owner, each, known, strict)}
        for identity in known if sets else ():  # without any, all of them are one
            if identity not in held:
                said = f"The data {what} {identity} stands in no {name}."
                context.findings.lack(owner, said, strict=strict)
        one = {"sendTask": "inputSet", "receiveTask": "outputSet"}.get(element.local)
        if name == one and (len(sets) > 1 or (len(known) > 1 and element.local == "receiveTask")):
            said = f"One message has one {what}, but there are several."
            context.findings.lack(owner, said, strict=strict)


def _members(context: Context, owner: str, each: Element, known: list[str], strict: bool) -> set[str]:  # noqa: FBT001
    """What a set holds; findings where it holds what is not there."""
    _, member, what, narrower, others = _SETS[each.local]
    here = {bare(inner.text) for inner in children(each, member)}
    for reference in sorted(here - set(known)):
        said = f"An {each.local} names {reference}, which is no data {what} of it."
        context.findings.lack(owner, said, strict=strict)
    for inner in children(each, *narrower):
        if bare(inner.text) not in here:
            said = f"{inner.text} is in {inner.local}, but not in {member} of the same {each.local}."
            context.findings.lack(owner, said, strict=strict)
    _mutual(context, owner, each, others, each.local, strict=strict)
    return here


def _mutual(context: Context, owner: str, here: Element, others: str, name: str, *, strict: bool) -> None:
    """A set that names another one is named by it."""
    back = f"{name}Refs"
    for reference in children(here, others):
        other = context.find(here, reference.text, others.removesuffix("Refs"))
        if other is None or here.get("id") not in {bare(each.text) for each in children(other, back)}:
            said = f"The {name} {here.get('id')} names {reference.text}, which does not name it in return."
            context.findings.lack(owner, said, strict=strict)


def _moved(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """Data associations lead from data to data and say where to, as assignments do (10.4.2)."""
    if element.local == "assignment" and child(element, "to") is None:
        context.findings.lack(owner, "Data are assigned without saying to what.", strict=strict)
    if element.local not in {"dataInputAssociation", "dataOutputAssociation"}:
        return
    target = child(element, "targetRef")
    if not (target and target.text) and child(element, "assignment") is None:
        context.findings.lack(owner, "Data are moved without saying where to.", strict=strict)
    for end in children(element, "sourceRef", "targetRef"):
        found = context.by_id.get(bare(end.text))
        if found is not None and (found.local in NODES or found.local in _NO_DATA):
            said = f"Data are moved from or to {end.text}, which is a <{found.local}> and holds none."
            context.findings.lack(owner, said, strict=strict)


def _at_home(context: Context, process: Element, *, strict: bool) -> None:
    """Lanes hold what their own process holds."""
    held = [element.text for element in meant(process) if element.local == "flowNodeRef"]
    own = {each.get("id") for each in meant(process)} if held else set()
    for name in held:
        if bare(name) in context.by_id and bare(name) not in own:
            said = f"A lane holds {name}, which belongs to another process."
            context.findings.lack(process.get("id"), said, strict=strict)


def _written(context: Context, element: Element, owner: str, *, strict: bool) -> None:
    """An expression that is a sentence of a natural language, which nobody can evaluate (8.4.6)."""
    if element.local not in _EXPRESSIONS or "feel" in (element.get("language") or context.language).lower():
        return
    kind = next((value for key, value in element.attributes.items() if bare(key) == "type"), "")
    text = element.text
    if element.get("language") or bare(kind) == "tFormalExpression" or not _WORDS.fullmatch(text):
        return
    words = {each.lower() for each in text.rstrip(".!?").split()}
    replaced = any(each == owner or each.startswith(f"{owner}:") for each in context.replaced)
    if not (words & _OPERATORS or replaced or text in context.names):
        said = f"“{text[:60]}” is written in words; to be executed it has to be an expression."
        context.findings.lack(owner, said, strict=strict)


def _not_shared(context: Context, *, strict: bool) -> None:
    """What an event throws by itself is nothing that others refer to (10.5.1)."""
    own = {
        inner.get("id")
        for event in context.by_id.values()
        if event.local in _THROWS
        for inner in children(event, *DEFINITIONS)
        if inner.get("id")
    }
    for event in context.by_id.values() if own else ():
        for reference in children(event, "eventDefinitionRef"):
            if bare(reference.text) in own:
                said = f"{reference.text} belongs to another event, which throws it; declare it by itself."
                context.findings.lack(event.get("id"), said, strict=strict)
