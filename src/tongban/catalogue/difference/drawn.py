"""The difference between two versions of a model (BPMN or DMN), element by element."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.kernel.markup import Element

_DIAGRAM = ("/DI", "/DI/", "/DC", "/DC/", "/DMNDI/", "/BPMNDI")


@dataclass(frozen=True, slots=True)
class Elements:
    """Ids of the elements that are new, gone and changed, in the order of the model."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    rules: tuple[int, int, int] = (0, 0, 0)
    """How many of them are rules of decision tables."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"added": list(self.added), "removed": list(self.removed), "changed": list(self.changed)}


def elements(old: str, new: str) -> Elements:
    """What differs between two models; the drawing is passed over. A text that is no XML has no elements."""
    before, after = _signatures(old), _signatures(new)
    added = tuple(one for one in after if one not in before)
    removed = tuple(one for one in before if one not in after)
    changed = tuple(one for one in after if one in before and before[one] != after[one])
    rules = tuple(
        sum((after.get(one) or before[one])[0] == "rule" for one in many)
        for many in (added, removed, changed)
    )
    return Elements(added, removed, changed, (rules[0], rules[1], rules[2]))


def _signatures(text: str) -> dict[str, tuple[Any, ...]]:
    """Id → what the element says itself; elements inside it that have an id speak for themselves.

    The order of those counts for their parent: a rule that moves decides differently under FIRST.
    """
    try:
        root = markup.read(text)
    except TongbanError:
        return {}
    return {one.get("id"): _own(one) for one in _walk(root) if one.get("id")}


def _drawn(element: Element) -> bool:
    return element.namespace.endswith(_DIAGRAM)


def _walk(element: Element) -> Iterator[Element]:
    stack = [element]
    while stack:
        one = stack.pop()
        if not _drawn(one):
            yield one
            stack.extend(reversed(one.children))


def _own(element: Element, *, top: bool = True) -> tuple[Any, ...]:
    """Name, attributes, text and what is inside without an id of its own."""
    if element.get("id") and not top:
        return ("",)
    inside = tuple(_own(child, top=False) for child in element.children if not _drawn(child))
    return (
        element.name,
        tuple(sorted(element.attributes.items())),
        element.text.strip(),
        tuple(one for one in inside if one != ("",)),
    )
