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
from tests.fixtures import PASSWORD, clerk_post
from tongban.catalogue.domain import Catalogue
from tongban.design import actions
from tongban.identity.domain import Role

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
WRITE = bool(os.environ.get("WRITE_CONTRACTS"))

RESOURCES = {
    "health": ("get", "/api/health"),
    "life_events": ("get", "/api/life-events"),
    "form": ("post", "/api/life-events/{code}/form"),
    "plan": ("post", "/api/life-events/{code}/plan"),
    "replies": ("post", "/api/departments/{department}/replies"),
    "messages": ("post", "/api/departments/{department}/messages"),
    "files": ("get", "/api/departments/{department}/files/{file_id}"),
}
DESIGNER = "/api/designer/drafts"
FILE = DESIGNER + "/{draft_id}/files/{kind}/{code}"
RESOURCES |= {
    "drafts": ("get", DESIGNER),
    "draft_open": ("post", DESIGNER),
    "draft": ("get", DESIGNER + "/{draft_id}"),
    "draft_check": ("get", DESIGNER + "/{draft_id}/check"),
    "draft_resolve": ("post", DESIGNER + "/{draft_id}/comments/{comment_id}"),
    "draft_file": ("get", FILE),
    "draft_save": ("put", FILE),
    "draft_undo": ("post", FILE + "/undo"),
    "draft_redo": ("post", FILE + "/redo"),
    "draft_revert": ("post", FILE + "/revert"),
    "draft_comments": ("get", FILE + "/comments"),
    "draft_comment": ("post", FILE + "/comments"),
    "draft_file_check": ("get", FILE + "/check"),
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
    if path.startswith(DESIGNER):
        return designing(method, path)
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


def designing(method: str, path: str) -> list[Any]:
    """What a designer gets who writes an item, talks about it and steps back."""
    post = clerk_post("designer", "development_reform", roles=[Role.DESIGNER])
    client = Client()
    assert client.login(username="designer", password=PASSWORD)
    draft = actions.open_draft(post, "缩短时限")
    content = {"item": "example"}
    actions.save(post, draft, "items", "example", content | {"visits": 0}, 0)
    comment = actions.comment(post, draft, "items", "example", "limits", "再短一点？")
    if path.endswith("/redo"):
        actions.undo(post, draft, "items", "example")
    where = path.format(draft_id=draft, kind="items", code="example", comment_id=comment)
    bodies: dict[str, dict[str, Any]] = {
        "draft_open": {"title": "新的", "start": ["items/birth_certificate"]},
        "draft_resolve": {"resolved": True},
        "draft_save": {"content": content | {"visits": 2}, "seen": 1},
        "draft_comment": {"text": "好", "element": ""},
    }
    name = next(name for name, one in RESOURCES.items() if one == (method, path))
    body = json.dumps(bodies[name]) if name in bodies else ""
    response = client.generic(method.upper(), where, body, content_type="application/json")
    assert response.status_code in {200, 201}, response.content
    return [response.json()]


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
