"""Types of a model: whether a value is of one, and what becomes of one that is not (OMG DMN 1.5, 10.3.2.9).

A type never changes a value silently: a list of one and its item turn into one another, a date becomes the
moment it begins, and anything else that does not fit is null with a message.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from tongban.rules import temporal, tree
from tongban.rules.dmn.cells import Cells
from tongban.rules.kinds import NAMES, conforms
from tongban.rules.run import Run
from tongban.rules.values import Callable as FeelFunction
from tongban.rules.values import take

ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "days and time duration": "days and time duration",
    "any": "Any",
    "integer": "number",
    "long": "number",
    "double": "number",
    "<Undefined>": "Any",
}
"""Names that older versions of the standard and other tools use."""

Test = Callable[[Any, Run], bool]


class Typed(Protocol):
    """A type that a value can be of."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def exact(self) -> type | None:
        """The Python type whose values all are of this type; none when more has to be asked."""

    def conforms(self, value: Any, run: Run) -> bool:
        """Whether a value, not null, is built like this type: what `instance of` asks."""

    def allows(self, value: Any, run: Run) -> bool:
        """Whether it conforms and is one of the allowed values, inside too."""


_EXACT: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "context": dict,
    "list": list,
}


class _Asked:
    """A type that has to be asked about each value."""

    __slots__ = ()

    @property
    def exact(self) -> type | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True)
class Basic:
    """A type of FEEL itself."""

    name: str

    @property
    def exact(self) -> type | None:
        """The type of Python behind it."""
        return _EXACT.get(self.name)

    def conforms(self, value: Any, run: Run) -> bool:
        """By the table of FEEL types."""
        run.visit(value)
        return conforms(value, tree.Type(self.name))

    allows = conforms


ANY = Basic("Any")


@dataclass(slots=True, eq=False)
class Reference:
    """A type by name, known once all types are read, so that a type may hold itself."""

    name: str
    target: Typed = ANY

    @property
    def exact(self) -> type | None:
        """As the type it stands for."""
        return self.target.exact

    def conforms(self, value: Any, run: Run) -> bool:
        """As the type it stands for."""
        return self.target.conforms(value, run)

    def allows(self, value: Any, run: Run) -> bool:
        """As the type it stands for."""
        return self.target.allows(value, run)


@dataclass(frozen=True, slots=True, eq=False)
class Listed(_Asked):
    """A list whose items are of one type; null may stand for any."""

    item: Typed

    @property
    def name(self) -> str:
        """`list<item>`."""
        return f"list<{self.item.name}>"

    def conforms(self, value: Any, run: Run) -> bool:
        """A list, and each item fits."""
        if type(value) is not list:
            return False
        run.spend(len(value))
        return all(item is None or self.item.conforms(take(item), run) for item in value)

    def allows(self, value: Any, run: Run) -> bool:
        """A list, and each item is allowed."""
        if type(value) is not list:
            return False
        run.spend(len(value))
        return all(item is None or self.item.allows(take(item), run) for item in value)


@dataclass(frozen=True, slots=True, eq=False)
class Structure(_Asked):
    """A context with these components at least."""

    name: str
    components: Mapping[str, Typed] = field(default_factory=dict)

    def conforms(self, value: Any, run: Run) -> bool:
        """A context that has each component, null or of its type."""
        if type(value) is not dict:
            return False
        run.spend(len(self.components))
        return all(
            name in value and (value[name] is None or kind.conforms(take(value[name]), run))
            for name, kind in self.components.items()
        )

    def allows(self, value: Any, run: Run) -> bool:
        """A context of which each component is allowed."""
        return self.conforms(value, run) and all(
            value[name] is None or kind.allows(take(value[name]), run)
            for name, kind in self.components.items()
        )


@dataclass(frozen=True, slots=True, eq=False)
class Restricted(_Asked):
    """A type of which only some values are allowed."""

    name: str
    base: Typed
    test: Test
    cells: Cells | None = None
    """The allowed values as a set, where they are constants."""

    def conforms(self, value: Any, run: Run) -> bool:
        """As the base type."""
        return self.base.conforms(value, run)

    def allows(self, value: Any, run: Run) -> bool:
        """Allowed in the base type, and here."""
        return self.base.allows(value, run) and self.test(value, run)


@dataclass(frozen=True, slots=True)
class FunctionOf(_Asked):
    """A function of so many parameters."""

    name: str
    parameters: int
    result: str = ""

    def conforms(self, value: Any, run: Run) -> bool:
        """A function that takes as many."""
        del run
        return isinstance(value, FeelFunction) and (value.loose or len(value.parameters) == self.parameters)

    allows = conforms


def basic(name: str) -> Typed | None:
    """The FEEL type of that name, or nothing."""
    known = ALIASES.get(name, name)
    if known == ANY.name:
        return ANY
    return Basic(known) if known in NAMES else None


def base_of(kind: Typed) -> Typed:
    """The type without names and restrictions."""
    while True:
        if isinstance(kind, Reference):
            kind = kind.target
        elif isinstance(kind, Restricted):
            kind = kind.base
        else:
            return kind


def coerce(value: Any, kind: Typed, run: Run) -> tuple[Any, bool]:
    """`value` as one of type `kind`, and whether it could be: (null, false) when not."""
    if value is None or kind is ANY:
        return value, True
    if kind.allows(value, run):
        return value, True
    plain = base_of(kind)
    if type(value) is list and len(value) == 1:
        inner = take(value[0])
        if inner is not None and kind.allows(inner, run):
            return inner, True
    elif type(value) is not list and isinstance(plain, Listed) and kind.allows([value], run):
        return [value], True
    elif (
        isinstance(plain, Basic)
        and plain.name == "date and time"
        and isinstance(value, date)
        and not isinstance(value, datetime)
    ):
        return temporal.midnight(value), True
    return None, False
