"""The published API is a contract: a change of a request's or an answer's shape is noticed here.

One file per resource holds its operation as the OpenAPI document publishes it, the shared schemas it uses,
and the strict schema of its answers. A deliberate change changes the file in the same commit; run with
`WRITE_CONTRACTS=1` to write it anew, and read the difference.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.test import Client

from tests.contract.shape import shape_of
from tongban.catalogue.domain import Catalogue

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
WRITE = bool(os.environ.get("WRITE_CONTRACTS"))

RESOURCES = {
    "health": ("get", "/api/health"),
    "life_events": ("get", "/api/life-events"),
    "form": ("post", "/api/life-events/{code}/form"),
    "plan": ("post", "/api/life-events/{code}/plan"),
    "replies": ("post", "/api/departments/{department}/replies"),
    "files": ("get", "/api/departments/{department}/files/{file_id}"),
}
EVENTS = ("newborn", "second_hand_home", "company_start_up")


def document() -> dict[str, Any]:
    """The published document."""
    found: dict[str, Any] = Client().get("/api/openapi.json").json()
    return found


def references(node: Any, every: dict[str, Any]) -> dict[str, Any]:
    """The shared schemas that a part of the document uses."""
    found: dict[str, Any] = {}
    for name in sorted(every):
        if f'"#/components/schemas/{name}"' in json.dumps(node):
            found[name] = every[name]
    return found


def answers(name: str) -> list[Any]:
    """Real answers of a resource; empty for those that only a department gets."""
    method, path = RESOURCES[name]
    if "{department}" in path:
        response = Client().generic(method.upper(), path.format(department="health", file_id="0" * 32))
        return [response.json()]  # the problem that a stranger gets
    if "{code}" not in path:
        return [getattr(Client(), method)(path).json()]
    bodies: list[dict[str, Any]] = [
        {},
        {"known": {"mother.name": "李明月", "mother.ethnic_group": "01", "father.ethnic_group": "02"}},
    ]
    found = []
    for event in EVENTS:
        for body in bodies if event == "newborn" else bodies[:1]:
            response = Client().post(path.format(code=event), body, content_type="application/json")
            assert response.status_code == 200, response.content
            found.append(response.json())
    return found


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_the_contract_holds(name: str, catalogue: Catalogue) -> None:
    """Request as published, answers as seen: both are what the file says."""
    del catalogue
    method, path = RESOURCES[name]
    published = document()
    operation = published["paths"][path][method]
    shared = references(operation, published.get("components", {}).get("schemas", {}))
    seen = answers(name)
    file = HERE / f"{name}.json"
    if WRITE:
        pinned = {"operation": operation, "schemas": shared, "answer": shape_of(seen)}
        file.write_text(json.dumps(pinned, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    contract = json.loads(file.read_text())
    assert operation == contract["operation"]
    assert shared == contract["schemas"]
    for one in seen:
        jsonschema.validate(one, contract["answer"])


def test_every_operation_has_a_contract() -> None:
    """Nothing is published without somebody having looked at it."""
    published = {(method, path) for path, many in document()["paths"].items() for method in many}
    assert published == set(RESOURCES.values())
    assert {file.stem for file in HERE.glob("*.json")} == set(RESOURCES)


@pytest.mark.parametrize("change", ["removed", "added", "retyped"])
def test_a_silent_change_is_noticed(change: str) -> None:
    """The schema of a contract refuses a field that is gone, one that is new and one of another type."""
    contract = json.loads((HERE / "health.json").read_text())["answer"]
    jsonschema.validate({"state": "ok"}, contract)
    examples: dict[str, dict[str, Any]] = {
        "removed": {},
        "added": {"state": "ok", "v": 1},
        "retyped": {"state": 1},
    }
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(examples[change], contract)
