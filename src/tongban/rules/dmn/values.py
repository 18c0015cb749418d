"""JSON → FEEL values by type, and back."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.rules import temporal
from tongban.rules.dmn.cells import Cells, cell_of
from tongban.rules.dmn.types import ANY, Basic, Listed, Structure, Typed, base_of
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions.strings import number_text, text_of
from tongban.rules.parser import parse_tests
from tongban.rules.values import in_range, kind, take


def _number(text: str) -> Decimal | None:
    try:
        made = Decimal(text)
    except InvalidOperation:
        return None
    return made if in_range(made) else None


_READERS: dict[str, Callable[[str], Any]] = {
    "number": _number,
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_datetime,
    "days and time duration": temporal.parse_duration,
    "years and months duration": temporal.parse_duration,
}


def from_json(value: Any, of: Typed | None) -> Any:
    """A JSON value as FEEL value; a string is read where the type asks for a date, number or the like."""
    plain = None if of is None else base_of(of)
    if isinstance(value, list):
        inner = plain.item if isinstance(plain, Listed) else of
        return [from_json(item, inner) for item in value]
    if isinstance(plain, Listed):
        inner = base_of(plain.item)
        return take(value) if isinstance(inner, Listed) else from_json(value, plain.item)
    if isinstance(value, Mapping):
        parts = plain.components if isinstance(plain, Structure) else {}
        made = {str(name): from_json(item, parts.get(name)) for name, item in value.items()}
        return made | {name: None for name in parts if name not in made}
    if isinstance(value, str):
        return _text(value, plain)
    return take(value)


_AT = re.compile(r'@"([^"]*)"')


def _text(value: str, plain: Typed | None) -> Any:
    """A string as what the type asks for; without a type, `@"2026-11-23"` is what it is in FEEL."""
    found: Any = None
    if isinstance(plain, Basic) and plain.name in _READERS:
        found = _READERS[plain.name](value)
    elif (plain is None or plain is ANY) and (at := _AT.fullmatch(value)):
        found = temporal.parse_any(at[1])
    return value if found is None else found


def to_json(value: Any) -> Any:
    """A FEEL value as JSON: whole numbers exactly, others as the nearest double, dates and such as text."""
    value = take(value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    return "function" if kind(value) == "function" else text_of(value)


_DIGITS = 300
"""Digits before the point beyond which neither a double nor a reader of JSON can follow."""


def _json_number(value: Decimal) -> int | float | str:
    if value.adjusted() > _DIGITS:
        return number_text(value)
    return int(value) if value == value.to_integral_value() else float(value)


def named_values(text: str) -> Cells | None:
    """The values that a list of tests such as `"A", "B"` names; nothing when they are no constants."""
    if not text:
        return None
    try:
        return cell_of(parse_tests(text))
    except FeelSyntaxError:
        return None
