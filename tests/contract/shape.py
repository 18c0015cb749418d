"""The strict schema of example answers: what a contract file is first written from.

WRITE_CONTRACTS=1 .venv/bin/pytest tests/contract   (then read the difference before committing)
"""

from collections.abc import Sequence
from typing import Any


def shape_of(examples: Sequence[Any]) -> dict[str, Any]:
    """A JSON Schema that all examples fit and that allows nothing they do not show."""
    kinds = {_kind(one) for one in examples}
    found: dict[str, Any] = {"type": sorted(kinds) if len(kinds) > 1 else next(iter(kinds))}
    objects = [one for one in examples if isinstance(one, dict)]
    if objects:
        found |= _object(objects)
    items = [each for one in examples if isinstance(one, list) for each in one]
    if items:
        found["items"] = shape_of(items)
    return found


def _object(examples: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = sorted({name for one in examples for name in one})
    return {
        "required": [name for name in names if all(name in one for one in examples)],
        "properties": {name: shape_of([one[name] for one in examples if name in one]) for name in names},
        "additionalProperties": False,
    }


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def _kind(value: Any) -> str:
    return _KINDS[type(value)]
