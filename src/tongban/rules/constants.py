"""Values that a tree has by itself, known before anything is evaluated."""

from collections.abc import Callable
from typing import Any

from tongban.rules import operators, temporal, tree

_READERS: dict[str, Callable[[str], Any]] = {
    "date": temporal.parse_far_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_far_datetime,
    "duration": temporal.parse_duration,
}


def constant(node: tree.Node) -> tuple[Any] | None:  # noqa: PLR0911 - one way out per form of the language
    """The value of a tree without names, in a tuple of one; nothing when it depends on something."""
    match node:
        case tree.Number(value) | tree.Text(value) | tree.Boolean(value):
            return (value,)
        case tree.Null():
            return (None,)
        case tree.At(text):
            return (temporal.parse_any(text),)
        case tree.Call(tree.Name(name), (tree.Text(text),), ()) if name in _READERS:
            return (_READERS[name](text),)
        case tree.Negate(tree.Number(value)):
            return (-value,)
        case tree.ListOf(items):
            values = [constant(item) for item in items]
            return None if None in values else ([value[0] for value in values if value],)
        case tree.Interval(low, high, low_included, high_included):
            first, last = constant(low or tree.Null()), constant(high or tree.Null())
            if first is None or last is None:
                return None
            opened = low is None or high is None
            made = operators.interval(
                first[0], last[0], low_included=low_included, high_included=high_included, opened=opened
            )
            return (made,)
    return None
