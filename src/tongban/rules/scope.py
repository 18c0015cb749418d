"""Values of an application as the context of an expression."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.kernel.errors import InvalidInput
from tongban.rules import temporal
from tongban.rules.values import in_range


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise TypeError
    made = Decimal(repr(value) if isinstance(value, float) else value)
    if not in_range(made):
        raise ValueError
    return made


def _integer(value: Any) -> Decimal:
    made = _number(value)
    if made != made.to_integral_value():
        raise ValueError
    return made


def _date(value: Any) -> Any:
    made = temporal.parse_date(_text(value))
    if made is None:
        raise ValueError
    return made


def _datetime(value: Any) -> datetime:
    made = temporal.parse_datetime(_text(value))
    if made is None or "T" not in value:
        raise ValueError
    return made


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("string", "text", "code", "address", "phone"), _text),
    **dict.fromkeys(("decimal", "money", "number"), _number),
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}

Json = Any


def context(values: Mapping[str, Json], types: Mapping[str, str]) -> dict[str, Any]:
    """Nested contexts with real dates and decimals.

    Args:
        values: JSON value by address (`mother.birth_date`: `"1996-02-29"`); null values are left null, and a
            list is taken item by item.
        types: type name by address: string, text, code, address, phone, integer, decimal, money, number,
            boolean, date, datetime. A value without a type stays as JSON has it.

    Raises: InvalidInput when a value is not of its type, a type is unknown, or one address leads through
    another's value. The error names the address and never the value.
    """
    made: dict[str, Any] = {}
    for address, value in values.items():
        *path, last = address.split(".")
        inner = made
        for word in path:
            inner = inner.setdefault(word, {})
            if not isinstance(inner, dict):
                raise _clash(address)
        if last in inner:
            raise _clash(address)
        inner[last] = _read(address, value, types.get(address))
    return made


def _clash(address: str) -> InvalidInput:
    return InvalidInput(
        "rules.address", f"The address {address} leads through the value of another.", address=address
    )


def _read(address: str, value: Json, name: str | None) -> Any:
    if value is None or name is None:
        return value
    reader = _READERS.get(name)
    if reader is None:
        raise InvalidInput(
            "rules.type",
            f"{address} has the unknown type {name}.",
            hint=f"Known types are {', '.join(sorted(_READERS))}.",
            address=address,
        )
    try:
        return [reader(item) for item in value] if isinstance(value, list) else reader(value)
    except (TypeError, ValueError, InvalidOperation) as error:
        raise InvalidInput("rules.value", f"The value of {address} is no {name}.", address=address) from error


def truth(value: Any) -> bool | None:
    """The truth value of a result: `None` for null and for what is no boolean, which counts as unknown."""
    return value if isinstance(value, bool) else None
