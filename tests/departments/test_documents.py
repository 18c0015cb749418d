"""Each department describes itself: a valid OpenAPI 3.1 document whose examples it accepts."""

import json
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from departments.registry import DEPARTMENTS
from tests.departments.running import Running, dialect
from tongban.exchange.dialect import Encoded

pytestmark = pytest.mark.slow

System = Callable[[str], Running]


def requests(document: dict[str, Any]) -> list[tuple[str, Encoded, dict[str, Any]]]:
    """Every operation of a document with the request of its example and its good answer."""
    found = []
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            told: dict[str, dict[str, str]] = {"path": {}, "query": {}}
            for parameter in one["parameters"]:
                told[parameter["in"]][parameter["name"]] = parameter["example"]
            kind, body = "", b""
            for kind, content in one.get("requestBody", {}).get("content", {}).items():  # noqa: B007, the only one
                example = content["example"]
                body = example.encode() if isinstance(example, str) else json.dumps(example).encode()
            request = Encoded(
                method=method.upper(),
                path=path.format(**{name: quote(value, safe="") for name, value in told["path"].items()}),
                query=urlencode(told["query"]),
                content_type=kind,
                body=body,
            )
            found.append((one["operationId"], request, one))
    return found


@pytest.mark.parametrize("code", sorted(DEPARTMENTS))
def test_the_document_is_valid_and_its_examples_are_accepted(system: System, code: str) -> None:
    """Whoever follows the document is answered, with the shape that the document says."""
    answer = system(code).raw("GET", "/openapi.json", {}, None)
    document = answer.json()
    OPENAPI_31_VALIDATOR.validate(document)
    names = [name for name, _, _ in requests(document)]
    assert len(set(names)) == len(names)
    assert all(set(name) <= set(string.ascii_letters + string.digits + "_.") for name in names)
    for name, request, described in requests(document):
        if not name.startswith(
            ("supplement", "withdraw", "amend", "revoke", "permit_amend", "permit_cancel")
        ):
            for content in described.get("requestBody", {}).get("content", {}).values():
                jsonschema.validate(content["example"], content["schema"])
        status, kind, body = system(code).ask(request)
        assert 200 <= status < 300, (name, body.decode())
        content = described["responses"]["200"]["content"]
        assert kind in content
        if kind == "application/json":
            jsonschema.validate(json.loads(body), content[kind]["schema"])


@pytest.mark.parametrize("code", sorted(DEPARTMENTS))
def test_every_operation_of_the_mapping_stands_in_the_document(system: System, code: str) -> None:
    """The mapping asks for nothing that the department does not describe."""
    described = {
        (method.upper(), path)
        for path, methods in system(code).raw("GET", "/openapi.json", {}, None).json()["paths"].items()
        for method in methods
    }
    for operation in dialect(code).mapping.operations.values():
        path = operation.path.partition("{")[0]
        assert any(
            method == operation.method and known.partition("{")[0] == path for method, known in described
        ), operation.name
