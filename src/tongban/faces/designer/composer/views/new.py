"""A new life event, from nothing or as a copy; a new service item."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.design import actions, queries
from tongban.design.composing import editing, items
from tongban.faces.common import forms, problems, words
from tongban.faces.designer.composer.views.event import STAGES
from tongban.faces.designer.drafts import pages
from tongban.faces.designer.naming import free_code
from tongban.identity import access
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, InvalidInput


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def new_event(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Make a life event in the draft."""
    return _new(request, draft_id, "life_events")


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def new_item(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Make a service item in the draft."""
    return _new(request, draft_id, "items")


def _new(request: HttpRequest, draft_id: UUID, kind: str) -> HttpResponse:
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    faults: list[forms.Fault] = []
    if request.method == "POST":
        try:
            code = _made(request, post, draft_id, kind)
        except (InvalidInput, Conflict) as error:
            target = "f-code" if error.code in {"compose.code", "compose.exists"} else "f-name-zh-hans"
            faults = [forms.Fault(target, "", problems.sentence(error))]
        else:
            name = "composer:event" if kind == "life_events" else "composer:item"
            return redirect(name, draft_id=draft_id, code=code)
    merged = queries.merged(draft_id)[0]
    given = request.POST
    context: dict[str, Any] = {
        "kind": kind,
        "title": words.say(f"composer.new.{kind}"),
        "faults": faults,
        "back": reverse("drafts:draft", args=[draft_id]),
        "code": given.get("code", ""),
        "names": [(each, label, given.get(f"name.{each}", "")) for each, label in settings.LANGUAGES],
        "copies": [
            (code, words.text(one.name), code == given.get("copy", request.GET.get("copy", "")))
            for code, one in (merged.life_events if kind == "life_events" else merged.items).items()
        ],
        "departments": [
            (code, words.text(one.name), code == given.get("department"))
            for code, one in merged.departments.items()
        ],
        "subjects": [
            (each, words.say(f"composer.audience.{each}"), each == given.get("subject", "person"))
            for each in ("person", "organisation")
        ],
        "stages": [(each, words.say(f"stage.{each}"), each == given.get("stage")) for each in STAGES],
    }
    status = 422 if faults else 200
    return pages.page(request, "composer/new.html", context, draft=draft, tab="composer", status=status)


def _made(request: HttpRequest, post: Post, draft_id: UUID, kind: str) -> str:
    """Save what was asked for; its code."""
    given = request.POST
    texts = editing.texts(given, "name")
    first = next((one for one in texts.values() if one), "")
    if not first:
        raise InvalidInput("compose.name", "A name is missing.")
    name = {language: text or first for language, text in texts.items()}
    merged = queries.merged(draft_id)[0]
    known = merged.life_events if kind == "life_events" else merged.items
    typed = given.get("code", "").strip()
    code = (
        editing.check_code(typed)
        if typed
        else free_code(first, known, "event" if kind == "life_events" else "item")
    )
    if code in known:
        raise InvalidInput("compose.exists", "There is one of this code already.")
    copy = given.get("copy", "")
    department = given.get("department", "")
    subject = "organisation" if given.get("subject") == "organisation" else "person"
    if not copy and department not in merged.departments:
        raise InvalidInput("compose.department", "Choose a department.")
    if copy in known:
        content = editing.copied(merged.content[kind][copy], code, name)
        if kind == "items":
            content["item"] = content.pop("life_event")
    elif kind == "life_events":
        stage = given.get("stage", "")
        stage = stage if stage in STAGES else STAGES[0]
        content = editing.new_event(code, name, subject, stage, department)
    else:
        content = items.new_item(code, name, department, subject)
    actions.save(post, draft_id, kind, code, content, 0)
    return code
