"""The JSON API: one valid document, and every refusal a problem document."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import jsonschema
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.contract.conftest import _plain_static, catalogue, catalogue_published
from tongban.catalogue.domain import Catalogue

__all__ = ["_plain_static", "catalogue", "catalogue_published"]
pytestmark = pytest.mark.django_db
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "hint"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:tongban:problem:"},
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "minLength": 1},
        "code": {"type": "string"},
        "hint": {"type": "string"},
        "instance": {"type": "string"},
        "address": {"type": "string"},
        "errors": {"type": "array", "minItems": 1},
    },
    "additionalProperties": False,
}


def call(method: str, path: str, body: Any = b"", kind: str = "application/json", **more: Any) -> Any:
    """A request of a program."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(raise_request_exception=False).generic(method, path, raw, content_type=kind, **more)


def a_problem(response: Any, status: int, code: str) -> None:
    """RFC 9457, with our code."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    found = response.json()
    jsonschema.validate(found, PROBLEM)
    assert (response.status_code, found["status"], found["code"]) == (status, status, code)


def document() -> dict[str, Any]:
    """The OpenAPI document as served."""
    response = Client().get("/api/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def check_parts(node: Any, found: dict[str, Any]) -> None:
    """Every schema below `node` is one, every reference leads somewhere."""
    if isinstance(node, dict):
        if "$ref" in node:
            here: Any = found
            for part in node["$ref"].removeprefix("#/").split("/"):
                here = here[part]
        if "schema" in node:
            jsonschema.Draft202012Validator.check_schema(node["schema"])
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        check_parts(child, found)


def test_the_openapi_document_is_valid() -> None:
    """OpenAPI 3.1: every schema in it is JSON Schema 2020-12, every reference resolves, ids are unique."""
    found = document()
    assert found["openapi"].startswith("3.1")
    assert found["info"]["title"]
    assert found["info"]["version"]
    operations = [
        (path, method, one) for path, many in found["paths"].items() for method, one in many.items()
    ]
    assert len(operations) >= 6
    assert len({one["operationId"] for *_, one in operations}) == len(operations)
    for path, method, one in operations:
        assert path.startswith("/api/")
        assert method in {"get", "post", "put", "patch", "delete"}
        assert one["summary"]
        assert one["responses"]
        named = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert {each["name"] for each in one.get("parameters", []) if each["in"] == "path"} == named

    check_parts(found, found)
    for schema in found["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "api.malformed"),
        (b"\xff\xfe", 400, "api.malformed"),
        (b"[" * 100_000, 400, "api.malformed"),
        (b'{"known": {"mother.name": NaN}}', 400, "api.malformed"),
        (b'{"known": {"mother.name": "\\ud800"}}', 400, "api.malformed"),
        (b"[]", 400, "api.malformed"),
        (b'"x"', 400, "api.malformed"),
        (b"null", 400, "api.malformed"),
        (b"", 422, "api.request"),
        ({"known": []}, 422, "api.request"),
        ({"answers": "x"}, 422, "api.request"),
        ({"applicant": 7}, 422, "api.request"),
        ({"applicant": "stranger"}, 422, "application.role"),
        (b" " * (3 * 1024 * 1024), 413, "api.too_large"),
    ],
)
@pytest.mark.parametrize("path", ["/api/life-events/newborn/form", "/api/life-events/newborn/plan"])
def test_what_cannot_be_read_is_a_problem(
    catalogue: Catalogue, path: str, body: Any, status: int, code: str
) -> None:
    """Bad JSON, wrong types and huge bodies are told by name; the house does not fall over."""
    del catalogue
    a_problem(call("POST", path, body), status, code)


@pytest.mark.parametrize(
    "given_values",
    [
        {"known": {"mother.id_number": "430102199405200001"}},
        {"known": {"mother.birth_date": "2026-02-30"}},
        {"known": {"mother.id_number": {"a": 1}}},
        {"known": {"mother.id_number": [1, 2]}},
        {"known": {"mother.id_number": 10**400}},
        {"known": {"mother.no_such_element": "x"}},
        {"known": {"": "x", ".": 1, "\u0000": 1}},
        {"answers": {"child.birth_weight": "heavy"}},
    ],
)
def test_a_wrong_value_is_named_by_its_address_and_not_repeated(
    catalogue: Catalogue, given_values: dict[str, Any]
) -> None:
    """The problem says which field is wrong; the value, which may be somebody's, is not sent back."""
    del catalogue
    response = call("POST", "/api/life-events/newborn/form", given_values)
    assert response.status_code == 422, response.content
    jsonschema.validate(response.json(), PROBLEM)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "430102199405200001" not in response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/life-events/", "/api/life-events/none/form", "/api/../api/x", "/api//health"],
)
def test_below_api_nothing_is_a_page(catalogue: Catalogue, path: str) -> None:
    """An unknown address of the API, or an unknown thing, is a problem document, never HTML."""
    del catalogue
    response = call("POST" if path.endswith("form") else "GET", path, b"{}" if path.endswith("form") else b"")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    jsonschema.validate(response.json(), PROBLEM)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/api/health", "GET"), ("GET", "/api/life-events/newborn/form", "POST")],
)
def test_a_wrong_method_is_a_problem(method: str, path: str, allowed: str) -> None:
    """405 with what is allowed."""
    response = call(method, path)
    a_problem(response, 405, "api.method")
    assert response.headers["Allow"] == allowed


def test_without_a_catalogue_the_api_says_so() -> None:
    """Before the first publication the catalogue's answers are 503, not 500."""
    from tongban.catalogue import queries

    queries.forget_all()
    a_problem(call("GET", "/api/life-events"), 503, "catalogue.not_published")


def test_the_health_probe_holds_no_data_and_asks_nobody(django_assert_num_queries: Any) -> None:
    """Whether the web works is one word; the database is not asked."""
    with django_assert_num_queries(0):
        response = Client().get("/api/health")
    assert response.json() == {"state": "ok"}


def test_nothing_sent_to_the_api_is_logged(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    """A name and an identity number sent to the form, right or wrong, stand in no log line."""
    del catalogue
    from tests.departments.values import person

    one = person("mother")
    known = {"mother.name": one.name, "mother.id_number": one.id_number}
    call("POST", "/api/life-events/newborn/form", {"known": known})
    call("POST", "/api/life-events/newborn/form", {"known": {**known, "mother.birth_date": one.name}})
    call("POST", "/api/life-events/newborn/form", json.dumps({"known": known}).encode()[:-1])
    said = "".join(capsys.readouterr())
    assert one.name not in said
    assert one.id_number not in said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_values_make_the_form_fail(catalogue: Catalogue, data: st.DataObject) -> None:
    """Whatever somebody sends for the addresses of the event: an answer or a problem, never a fault."""
    addresses = sorted(catalogue.bound("newborn").addresses)
    values = st.dictionaries(st.sampled_from(addresses), JSON, max_size=6)
    body = {"known": data.draw(values), "answers": data.draw(values)}
    response = call("POST", "/api/life-events/newborn/form", body)
    assert response.status_code in {200, 400, 422}, response.content


@pytest.fixture
def undo() -> Iterator[ExitStack]:
    """What is put back after a test."""
    with ExitStack() as stack:
        yield stack


@pytest.mark.slow
def test_the_public_operations_survive_what_their_schema_allows(
    catalogue: Catalogue, undo: ExitStack
) -> None:
    """Schemathesis sends whatever the document allows: no server error, and errors are problems."""
    del catalogue
    import schemathesis
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    # The connection holds this test's transaction; Django's own test client keeps it in the same way.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
        undo.callback(signal.connect, close_old_connections)

    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())
    tried: list[str] = []
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # our document has no invalid operation
        if "/departments/" in operation.path:
            continue
        tried.append(operation.path)

        @settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case: Any) -> None:
            response = case.call()
            assert response.status_code < 500, response.content
            kind = response.headers["content-type"][0]
            expected = "application/problem+json" if response.status_code >= 400 else "application/json"
            assert kind.startswith(expected), (kind, response.content)

        one()
    assert len(tried) >= 4
