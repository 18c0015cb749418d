"""Item definitions of a model and of those it imports → types by name."""

from collections.abc import Mapping
from typing import Any

from tongban.rules.dmn import model
from tongban.rules.dmn.cells import cell_of
from tongban.rules.dmn.frame import Frame, find_type, plain_name
from tongban.rules.dmn.types import (
    ANY,
    FunctionOf,
    Listed,
    Reference,
    Restricted,
    Structure,
    Typed,
)
from tongban.rules.functions import nearest
from tongban.rules.run import Run, Scope
from tongban.rules.sentences import joined, mean, said


def component_names(items: tuple[model.ItemDefinition, ...]) -> set[str]:
    """The names of all components, at any depth."""
    found: set[str] = set()
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        found.update(component.name for component in item.components)
        waiting.extend(item.components)
    return found


def types_of(
    definitions: model.Definitions,
    imported: Mapping[str, Mapping[str, Typed]],
    findings: list[model.Finding],
) -> dict[str, Typed]:
    """The types a model knows: its own, and those of its imports as `import.type`.

    Args:
        definitions: the model.
        imported: the types of each import, by its name.
        findings: where to report.
    """
    references = {item.name: Reference(item.name) for item in definitions.types}
    known: dict[str, Typed] = {}
    for prefix, types in imported.items():
        known |= {f"{prefix}.{name}" if prefix else name: kind for name, kind in types.items()}
    known |= references
    for item in definitions.types:
        frame = Frame(
            element=item.element,
            line=item.line,
            findings=findings,
            types=known,
            phrases=frozenset(component_names(definitions.types)),
            language=definitions.language,
        )
        references[item.name].target = _definition(item, frame)
    for name, reference in references.items():
        if _in_circle(reference):
            item = next(item for item in definitions.types if item.name == name)
            findings.append(
                model.Finding(item.element, "error", said("type_of_itself", name=name), item.line)
            )
            reference.target = ANY
    return known


def _in_circle(reference: Reference) -> bool:
    """Whether following the names of types leads back; through a component or a list it may."""
    seen: set[int] = set()
    kind: Typed = reference
    while isinstance(kind, (Reference, Restricted)):
        if id(kind) in seen:
            return True
        seen.add(id(kind))
        kind = kind.target if isinstance(kind, Reference) else kind.base
    return False


def _definition(item: model.ItemDefinition, frame: Frame) -> Typed:
    kind: Typed
    if item.function is not None:
        kind = FunctionOf(item.name, len(item.function[0]), item.function[1])
    elif item.components:
        parts = {part.name: _definition(part, frame.at(part)) for part in item.components}
        kind = Structure(item.name, parts)
    else:
        kind = _reference(item.type, frame)
    if item.allowed:
        kind = _restricted(item, kind, item.allowed, frame)
    if item.collection:
        kind = Listed(kind)
    if item.constraint:
        kind = _restricted(item, kind, item.constraint, frame)
    return kind


def _reference(name: str, frame: Frame) -> Typed:
    if not name:
        return ANY
    found = find_type(name, frame.types)
    if found is None:
        near = nearest(plain_name(name), frame.types)
        frame.report("error", joined(said("unknown_type", name=name), mean(near)))
        return ANY
    return found


def _restricted(item: model.ItemDefinition, kind: Typed, text: str, frame: Frame) -> Typed:
    step, node = frame.feel(text, tests=True)

    def allowed(value: Any, run: Run) -> bool:
        return step(Scope({"?": value}, None, run)) is True

    return Restricted(item.name, kind, allowed, cell_of(node))
