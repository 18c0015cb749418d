"""OpenAPI 3.1 documents of the systems, their schemas drawn from examples that the system accepts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SIGNED = "RFC 9421, ed25519, label sig1, over @method @path @query content-digest content-type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One operation: what it is for, and one example of what goes in and comes out."""

    method: str
    path: str
    name: str
    summary: str
    path_example: Mapping[str, str] = field(default_factory=dict)
    query_example: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    request: Any = None
    answer_type: str = "application/json"
    answer: Any = None


def document(title: str, department: str, operations: list[Described]) -> dict[str, Any]:
    """The document; request and answer schemas have the shape of their examples."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        at = paths.setdefault(one.path, {})
        at[one.method.lower()] = {
            "operationId": one.name,
            "summary": one.summary,
            "security": [{"messageSignature": []}],
            "parameters": [
                {
                    "name": name,
                    "in": place,
                    "required": True,
                    "schema": {"type": "string"},
                    "example": example,
                }
                for place, examples in (("path", one.path_example), ("query", one.query_example))
                for name, example in examples.items()
            ],
            "responses": {
                "200": {"description": "办理结果", "content": _content(one.answer_type, one.answer)},
                "401": {"description": "签名无效"},
                "503": {"description": "系统停机"},
            },
        }
        if one.request is not None:
            body = {"required": True, "content": _content(one.content_type, one.request)}
            at[one.method.lower()]["requestBody"] = body
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1.0.0",
            "description": f"{department}（模拟系统，数据均为合成）",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "messageSignature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": SIGNED,
                }
            }
        },
    }


def _content(kind: str, example: Any) -> dict[str, Any]:
    return {kind: {"schema": schema_of(example), "example": example}}


def schema_of(example: Any) -> dict[str, Any]:
    """A JSON Schema of everything that has the shape of `example`."""
    if isinstance(example, dict):
        return {
            "type": "object",
            "properties": {name: schema_of(value) for name, value in example.items()},
        }
    if isinstance(example, list):
        shapes: list[dict[str, Any]] = []
        for one in example:
            if (shape := schema_of(one)) not in shapes:
                shapes.append(shape)
        return {"type": "array", "items": {"anyOf": shapes} if len(shapes) > 1 else (shapes or [{}])[0]}
    kinds = {bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return {"type": kinds.get(type(example), "string")}
