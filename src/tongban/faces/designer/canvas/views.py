"""The page of one process of a draft, and the check that its editor asks while somebody draws."""

import json
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID
from xml.sax.saxutils import quoteattr

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain.deciding import chosen_by, inputs_of
from tongban.design import actions, queries
from tongban.design.domain import READERS
from tongban.design.queries import DraftView
from tongban.design.tryout import try_out
from tongban.faces.common import problems, words
from tongban.faces.designer.canvas import checking, known, looking, wording
from tongban.faces.designer.canvas.known import Known
from tongban.faces.designer.drafts import pages
from tongban.faces.designer.naming import free_code
from tongban.identity import access
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import InvalidInput, NotFound, TongbanError

KIND: Final = "processes"
ROLES: Final = (Role.CLERK, Role.APPROVER, Role.SUPERVISOR, Role.OPERATOR)
"""Roles that a human task can name."""
MOST_NAME: Final = 80
EMPTY: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:tongban="urn:tongban:bpmn" id="definitions" targetNamespace="urn:tongban:process">
  <bpmn:process id="{code}" {name}isExecutable="true">
    <bpmn:startEvent id="start" name="{start}" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="{code}">
      <bpmndi:BPMNShape id="start_di" bpmnElement="start">
        <dc:Bounds x="160" y="182" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
_readers = access.role(*sorted(READERS))


@require_GET
@_readers
def process(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """The editor; without JavaScript, on a narrow screen or without rights what there is to see."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    names = known.of(draft_id)
    model, revision, new = _model(post, draft_id, code)
    title = _title(model, code)
    editable = draft.state == "drafting" and Role.DESIGNER in post.roles
    seen = looking.look(model, title)
    context = {
        "title": words.say("designer.canvas.title", name=title),
        "built": _built(),
        "picture": seen.picture,
        "steps": seen.steps,
        "events": known.events(queries.base(draft_id), queries.changes(draft_id), code),
        "findings": [] if new else checking.findings(model, names),
        "data": _data(draft, code, names) | {"model": model, "revision": revision, "editable": editable},
    }
    return pages.page(request, "canvas/process.html", context, draft=draft)


@require_POST
@_readers
def check(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """The findings of a model as the editor has it, saved or not."""
    del code
    queries.draft(pages.post_of(request), draft_id)
    try:
        given = json.loads(request.body)
    except ValueError:
        given = None
    model = given.get("model") if isinstance(given, dict) else None
    if not isinstance(model, str):
        raise InvalidInput(
            "canvas.model", "The check is asked with a model.", hint='Send {"model": "<xml>"}.'
        )
    found = checking.findings(model, known.of(draft_id))
    return JsonResponse({"findings": [each.to_json() for each in found]})


@require_GET
@_readers
def tryout(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """How a made-up applicant walks the saved drawing: the frames that the page plays."""
    queries.draft(pages.post_of(request), draft_id)
    catalogue = known.catalogue_of(draft_id)
    event = next((each for each, one in catalogue.life_events.items() if one.process == code), "")
    if not event:
        return JsonResponse({"detail": words.say("designer.canvas.try.no_event")}, status=409)
    try:
        run = try_out(catalogue, event, calendars.current(), words.today(), region=pages.REGION)
    except TongbanError as error:
        return JsonResponse({"detail": problems.sentence(error)}, status=int(error.status))
    return JsonResponse(
        {
            "event": words.text(catalogue.life_events[event].name),
            "status": run.status,
            "frames": [
                {
                    "at": pages.when(each.at),
                    "active": list(each.active),
                    "done": list(each.completed),
                    "skipped": list(each.skipped),
                }
                for each in run.frames
            ],
            "says": [each.says for each in run.steps if each.what == "incident"],
        }
    )


@require_POST
@access.role(Role.DESIGNER)
def new(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Begin a process in a draft, by its name; its code is made from the name's sound."""
    post = pages.post_of(request)
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:MOST_NAME]
    name = name or words.say("designer.canvas.new.default")
    code = free_code(
        name, {*queries.base(draft_id).processes} | {each for _, each in queries.changes(draft_id)}
    )
    start = words.say("designer.canvas.js.new.start")
    model = EMPTY.format(code=code, name=f"name={quoteattr(name)} ", start=start)
    actions.save(post, draft_id, KIND, code, {"code": code, "model": model}, 0)
    return redirect("canvas:process", draft_id, code)


def _model(post: Post, draft_id: UUID, code: str) -> tuple[str, int, bool]:
    """The model, its revision, and whether nobody has drawn anything yet."""
    try:
        content, revision = queries.file(post, draft_id, KIND, code)
    except NotFound:
        content, revision = None, 0
    if content is None:
        return (
            EMPTY.format(code=code, name="", start=words.say("designer.canvas.js.new.start")),
            revision,
            True,
        )
    return str(content.get("model", "")), revision, False


def _title(model: str, code: str) -> str:
    """What people call the process: the name that it carries, else its code."""
    return looking.title(model) or code


def _built() -> dict[str, str] | None:
    """Addresses of the built editor; None on a server where nobody built it."""
    files = {"script": "canvas/built/canvas.js", "style": "canvas/built/canvas.css"}
    if not all(finders.find(path) for path in files.values()):
        return None
    try:
        return {name: staticfiles_storage.url(path) for name, path in files.items()}
    except ValueError:  # built after the static files were collected: they are there after the next start
        return None


def _data(draft: DraftView, code: str, names: Known) -> dict[str, Any]:
    """What the scripts are given: words, addresses, and what can be chosen."""
    api = f"/api/designer/drafts/{draft.id}"
    file = f"{api}/files/{KIND}"
    page = reverse("canvas:process", args=[draft.id, "__code__"])
    return {
        "draft": str(draft.id),
        "code": code,
        "language": words.language(),
        "words": wording.for_scripts(),
        "urls": {
            "file": f"{file}/{code}",
            "copy": f"{file}/__code__",
            "comments": f"{file}/{code}/comments",
            "resolve": f"{api}/comments/__comment__",
            "page": page,
            "check": reverse("canvas:check", args=[draft.id, code]),
            "tryout": reverse("canvas:tryout", args=[draft.id, code]),
        },
        "departments": [{"code": each, "name": name} for each, name in names.departments.items()],
        "items": [
            {"code": each, "name": item.name, "note": item.department} for each, item in names.items.items()
        ],
        "decisions": [
            {
                "code": each,
                "name": name,
                "names": names.within.get(each, ()),
                "chosen": {
                    one: asdict(chosen_by(names.tables, each, one))
                    for one in ("", *names.within.get(each, ()))
                },
                "inputs": {
                    one: inputs_of(names.tables, each, one) or () for one in ("", *names.within.get(each, ()))
                },
            }
            for each, name in names.decisions.items()
        ],
        "messages": names.messages,
        "roles": [{"code": str(each), "name": words.say(f"designer.canvas.role.{each}")} for each in ROLES],
        "variables": _variables(known.catalogue_of(draft.id), code),
        "elements": sorted(
            (
                {"code": each.code, "name": words.text(each.name)}
                for each in known.catalogue_of(draft.id).elements.values()
                if each.question is not None
            ),
            key=lambda each: each["name"],
        ),
    }


def _variables(catalogue: Catalogue, code: str) -> list[dict[str, Any]]:
    """The values that conditions may ask for: those of the life events that run this process, else of all."""
    using = [each for each in catalogue.life_events.values() if getattr(each, "process", None) == code]
    found: dict[str, dict[str, Any]] = {}
    for event in using or catalogue.life_events.values():
        bound = catalogue.bound(event)
        for address in sorted(bound.addresses):
            if address in found:
                continue
            element = catalogue.element(address)
            role = event.roles.get(address.partition(".")[0])
            name = words.text(element.name)
            entry: dict[str, Any] = {
                "address": address,
                "name": f"{words.text(role.name)} · {name}" if role else name,
                "type": element.type,
            }
            if (
                element.code_list
                and len(listed := catalogue.code_list(element.code_list).codes) <= _MOST_CODES
            ):
                entry["codes"] = [[each.code, words.text(each.name)] for each in listed]
            found[address] = entry
    return list(found.values())


_MOST_CODES: Final = 60
"""Longer lists (countries, trades) are typed as their code."""
