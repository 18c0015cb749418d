"""Types of FEEL by name: `instance of`."""

from collections.abc import Mapping
from typing import Any, Protocol

from tongban.rules import tree
from tongban.rules.run import Run
from tongban.rules.values import Callable, Range, kind, take

NAMES = frozenset(
    (
        "Any",
        "Null",
        "boolean",
        "context",
        "date",
        "date and time",
        "days and time duration",
        "day-time duration",
        "function",
        "list",
        "number",
        "range",
        "string",
        "time",
        "year-month duration",
        "years and months duration",
    )
)
_ALIASES = {"days and time duration": "days and time duration", "dateTime": "date and time"}


class Known(Protocol):
    """A type that a model defines."""

    def conforms(self, value: Any, run: Run) -> bool:
        """Whether a value, not null, is of this type."""


Types = Mapping[str, Known]
NO_TYPES: Types = {}


def conforms(  # noqa: PLR0911 - one way out per form of type
    value: Any, to: tree.Type, types: Types = NO_TYPES, run: Run | None = None
) -> bool:
    """Whether a value is of a type; null is of type Null only (OMG DMN 1.5, table 53).

    `types` are those a model defines, which need the run.
    """
    if run is not None and to.name in types:
        return value is not None and types[to.name].conforms(value, run)
    name = _ALIASES.get(to.name, to.name)
    if value is None:
        return name == "Null"
    if name == "Any":
        return True
    found = kind(value)
    if found != name:
        return False
    if name == "list" and to.parameters:
        return all(_member(item, to.parameters[0], types, run) for item in value)
    if name == "context" and to.keys:
        return all(
            key in value and _member(take(value[key]), wanted, types, run)
            for key, wanted in zip(to.keys, to.parameters, strict=True)
        )
    if isinstance(value, Range) and to.parameters:
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(conforms(end, to.parameters[0], types, run) for end in ends)
    if isinstance(value, Callable) and to.result is not None:
        return len(value.parameters) == len(to.parameters)
    return True


def _member(value: Any, wanted: tree.Type, types: Types, run: Run | None) -> bool:
    """Null may stand in for any type inside a list or context."""
    return value is None or conforms(value, wanted, types, run)
