"""Types of FEEL by name: `instance of`."""

from typing import Any

from tongban.rules import tree
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


def conforms(value: Any, to: tree.Type) -> bool:  # noqa: PLR0911 - one way out per form of type
    """Whether a value is of a type; null is of type Null only (OMG DMN 1.5, table 53)."""
    name = _ALIASES.get(to.name, to.name)
    if value is None:
        return name == "Null"
    if name == "Any":
        return True
    found = kind(value)
    if found != name:
        return False
    if name == "list" and to.parameters:
        return all(_member(item, to.parameters[0]) for item in value)
    if name == "context" and to.keys:
        return all(
            key in value and _member(take(value[key]), wanted)
            for key, wanted in zip(to.keys, to.parameters, strict=True)
        )
    if isinstance(value, Range) and to.parameters:
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(conforms(end, to.parameters[0]) for end in ends)
    if isinstance(value, Callable) and to.result is not None:
        return len(value.parameters) == len(to.parameters)
    return True


def _member(value: Any, wanted: tree.Type) -> bool:
    """Null may stand in for any type inside a list or context."""
    return value is None or conforms(value, wanted)
