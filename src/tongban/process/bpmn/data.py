"""What an activity or event takes from the data around it and gives back, vendors' words included."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from tongban.process.bpmn.vocabulary import Context, bare, child, children, extension
from tongban.process.expressions import Expression, constant, name_of, with_holes
from tongban.process.xml import Element

Mappings = tuple[tuple[str, Expression], ...]
Pairs = list[tuple[str, Expression]]
_PLACEHOLDER = "__targetRef_placeholder"
"""Name of a property that one editor draws arrows to; it means nothing."""


def handed(context: Context, element: Element, *, strict: bool) -> dict[str, Any]:
    """What mappings hand over and take back; without any, everything is."""
    identity = element.get("id")
    shared = {"in": element.foreign("inheritVariables") == "true", "out": False}
    given: dict[str, list[tuple[str, Expression]]] = {"in": [], "out": []}
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
            given[mapping.local].append((target, value))
    if not mappings:
        return {}
    return {
        "inputs": tuple(given["in"]), "outputs": tuple(given["out"]),
        "share_in": shared["in"], "share_out": shared["out"],
    }  # fmt: skip


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
    reference = bare(found.get("dataObjectRef") or found.get("dataStoreRef"))
    if found.local in {"dataObjectReference", "dataStoreReference"} and reference:
        own = context.by_id.get(reference)
        return _thing(context, reference, own.get("name") if own is not None else "")
    if found.local in {"dataObject", "dataStore"}:
        return _thing(context, identity, found.get("name"))
    return found.get("name") or identity


def _thing(context: Context, identity: str, name: str) -> str:
    """The variable of an object or store: what its references call it; where they differ, its own name."""
    said = context.called.get(identity, ())
    return said[0] if len(said) == 1 or (said and not name) else name or identity


def own_data(context: Context, body: Element) -> Iterator[tuple[str, Expression | None]]:
    """The data objects and properties of a process or sub-process, and what they are at first.

    They live in the instance of what holds them (OMG BPMN 2.0.2, 10.4.1).
    """
    for element in children(body, "dataObject", "property"):
        name = _called(context, element.get("id"))
        first = next((each.text for each in extension(element, "value") if each.text), None)
        if not name or name == _PLACEHOLDER:
            continue
        if first is None:
            yield name, None
        elif first.startswith(("${", "#{", "=")):
            made = context.text(element.get("id"), first)
            yield name, made if made is not None and made.feel is not None else None
        else:
            yield name, constant(_typed(first, bare(element.get("itemSubjectRef"))))


def _typed(text: str, kind: str) -> str | bool | int | float:
    """A value as a type of XML Schema says it; a text where it is none of that type."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    try:
        if kind in {"int", "integer", "long", "short"}:
            return int(text)
        return float(text) if kind in {"double", "float", "decimal"} and isfinite(float(text)) else text
    except ValueError:
        return text


def data(context: Context, element: Element, *, strict: bool = False) -> tuple[Mappings, Mappings, bool]:
    """Inputs, outputs, and whether everything that is set inside is seen outside."""
    inputs: list[tuple[str, Expression]] = []
    outputs: list[tuple[str, Expression]] = []
    for association in children(element, "dataInputAssociation", "dataOutputAssociation"):
        inward = association.local == "dataInputAssociation"
        source, target = _ends(association)
        outer = source if inward else target
        if outer and outer not in context.by_id and not context.is_data(outer):
            said = f"The data {outer} that it {'takes' if inward else 'gives'} do not exist in the model."
            context.findings.lack(element.get("id"), said, strict=strict)
        (inputs if inward else outputs).extend(_associated(context, element.get("id"), association))
    share = _mapped(context, element, inputs, outputs, strict=strict)
    _parameters(context, element, inputs, outputs)
    return tuple(inputs), tuple(outputs), share


def _associated(context: Context, identity: str, association: Element) -> Iterator[tuple[str, Expression]]:
    """What one association moves (OMG BPMN 2.0.2, 10.4.2): assigned, else transformed, else as it is."""
    source, target = (_called(context, end) if end else "" for end in _ends(association))
    assigned = list(children(association, "assignment"))
    for each in assigned:
        value = context.expression(identity, child(each, "from"), key=f"{identity}:{target}")
        to = child(each, "to")
        name = _called(context, bare(to.text)) if to is not None and to.text else target
        if value is not None and name:
            yield name, value
    if assigned or not target or target == _PLACEHOLDER:
        return
    changed = context.expression(identity, child(association, "transformation"), key=f"{identity}:{target}")
    if changed is not None:
        yield target, changed
    elif source and source != target:
        yield target, name_of(source)


def _mapped(context: Context, element: Element, inputs: Pairs, outputs: Pairs, *, strict: bool) -> bool:
    """The mappings of one vendor; whether everything that is set inside is still seen outside."""
    identity, share = element.get("id"), True
    for mapping in extension(element, "input", "output"):
        source, target = mapping.get("source"), mapping.get("target")
        if not target.strip():
            said = "What is handed over or taken back has no target."
            context.findings.lack(identity, said, strict=strict)
            continue
        if not source.strip():  # as that vendor's templates write what is left out
            context.findings.warn(identity, f"Nothing is handed over as {target}: it has no source.")
            continue
        value = context.text(identity, source) if source.startswith("=") else constant(source)
        if value is not None:
            (inputs if mapping.local == "input" else outputs).append((target, value))
            share = share and mapping.local == "input"
    return share


def _parameters(context: Context, element: Element, inputs: Pairs, outputs: Pairs) -> None:
    """The parameters of another vendor; what is not run here is left out."""
    identity = element.get("id")
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
