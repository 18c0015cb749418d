"""What all parts of the compiler share: the table of forms, and what is known around a part of the tree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tongban.rules import tree
from tongban.rules.kinds import Types
from tongban.rules.run import Scope

Step = Callable[[Scope], Any]
Builder = Callable[[Any, "Surroundings"], Step]
B = TypeVar("B", bound=Builder)

CLOCK = frozenset(("today", "now"))
"""Functions without arguments that read a name of the context: time is given, never asked for."""

_BUILDERS: dict[type, Builder] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of the names around a part of the tree."""

    text: str
    """The whole text, for the places of errors."""
    known: frozenset[str]
    """Names that may be functions in the context."""
    local: frozenset[str] = frozenset()
    """Names bound by forms around."""
    dynamic: bool = False
    """Inside a filter, where an item may bind any name."""
    types: Types = field(default_factory=dict)
    """Types that a model defines, by name."""
    functions: bool = False
    """Whether the name of a built-in function may stand for it. Only where all names are known beforehand:
    elsewhere it may be a name of the context that is missing."""

    def binding(self, *names: str, dynamic: bool = False) -> "Surroundings":
        """The surroundings inside a form that binds `names`."""
        return Surroundings(
            text=self.text,
            known=self.known,
            local=self.local.union(names),
            dynamic=self.dynamic or dynamic,
            types=self.types,
            functions=self.functions,
        )


def builds(*forms: type[tree.Node]) -> Callable[[B], B]:
    """Declare what builds the closures of `forms`."""

    def declare(builder: B) -> B:
        _BUILDERS.update(dict.fromkeys(forms, builder))
        return builder

    return declare


def build(node: tree.Node, around: Surroundings) -> Step:
    """The closure that evaluates `node`."""
    return _BUILDERS[type(node)](node, around)


def size(node: object) -> int:
    """Number of parts of a tree: what one visit of it costs."""
    if isinstance(node, tree.Node):
        return 1 + sum(size(getattr(node, name)) for name in node.__slots__)
    if isinstance(node, tuple):
        return sum(size(part) for part in node)
    return 0


def mentions(node: object, name: str) -> bool:
    """Whether a name is read anywhere in a tree."""
    if isinstance(node, tree.Name):
        return node.name == name
    if isinstance(node, tree.Node):
        return any(mentions(getattr(node, part), name) for part in node.__slots__)
    return isinstance(node, tuple) and any(mentions(part, name) for part in node)
