"""A condition by choosing: who may use the event, when an item is part of it, when a resource is asked."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban import rules
from tongban.design.composing import editing
from tongban.design.composing.changes import changes
from tongban.design.composing.conditions import from_feel, simple
from tongban.design.composing.roles import when_text
from tongban.design.composing.sources import brought, to_ask_early
from tongban.faces.common import words
from tongban.faces.common.naming import item_name
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer import builder as form
from tongban.faces.designer.composer import shown
from tongban.faces.designer.composer.acts import place_of
from tongban.faces.designer.composer.desk import Desk, open_desk
from tongban.faces.designer.composer.views import choosing
from tongban.faces.designer.composer.views.event import seen_of
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.rules import FeelSyntaxError

_PART: Final = {"items": "items", "sources": "sources", "conditions": "who"}
"""What has the condition → the part of the composer to go back to."""


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def condition(request: HttpRequest, draft_id: UUID, code: str, key: str, which: str) -> HttpResponse:
    """One condition: look at it, choose, save it, or take it out."""
    desk = open_desk(request, draft_id, code)
    place, entry = _entry(desk, key, which)
    held = when_text(entry["when"]) if entry.get("when") is not None else ""
    known = _known(desk, key, entry)
    found = choosing.run(
        request, known, held, _roles(desk), lambda feel: _saved(request, desk, (key, place), held, feel)
    )
    if isinstance(found, HttpResponse):
        return found
    shown_desk = open_desk(request, draft_id, code) if found.outdated else desk
    given = request.POST if request.method == "POST" else request.GET
    context = _context(shown_desk, key, which, entry) | found.context(known, held)
    return choosing.answer(request, shown_desk.draft, context | {"texts": _texts(entry, given)})


def _entry(desk: Desk, key: str, which: str) -> tuple[int, Mapping[str, Any]]:
    """Where the entry stands that has the condition, and the entry; a new one behind the last condition."""
    entries = desk.content.get(key, []) if key in _PART else []
    if key == "items":
        place = place_of(desk, which)
        return place, entries[place]
    found = whole(which, digits=3)
    place = -1 if found is None else found
    if key == "conditions" and place == len(entries):
        return place, {}
    if not 0 <= place < len(entries):
        raise NotFound("compose.gone", "This part is not there any more.", hint="Open the event again.")
    return place, entries[place]


def _known(desk: Desk, key: str, entry: Mapping[str, Any]) -> form.Known:
    # What is done, or asked, for each of them sees that one alone.
    single = {"items": {entry.get("each")}, "sources": set(entry.get("roles", {}).values())}.get(key, set())
    held = brought(desk.catalogue, desk.outlook) | set(desk.elements)
    return form.Known(
        elements=desk.every_element,
        brought=frozenset(held),
        lists=desk.catalogue.lists,
        speaker=shown.speaker(desk, every=True),
        many=desk.many - single,
    )


def _roles(desk: Desk) -> Mapping[str, Any]:
    found: Mapping[str, Any] = desk.content.get("roles", {})
    return found


def _saved(request: HttpRequest, desk: Desk, at: tuple[str, int], held: str, feel: str) -> HttpResponse:
    """Keep the condition; the same choices again leave the text of the file as it stands."""
    if feel and held and _same(feel, held, desk.every_element):
        feel = held
    content = _with(request, desk, at, feel)
    if feel:
        early = to_ask_early(desk.catalogue, desk.outlook, rules.compile(feel).names)
        if early:
            content = editing.set_situation(content, [*content.get("situation", ()), *early])
    if content != desk.content:
        after = desk.save(content, seen_of(request))
        lines = shown.told(changes(desk.outlook, after.outlook), after, desk.outlook)
        for line in lines or [words.say("composer.told.saved")]:
            messages.success(request, line)
    return redirect(_back(desk, at[0]))


def _with(request: HttpRequest, desk: Desk, at: tuple[str, int], feel: str) -> dict[str, Any]:
    """The content with another condition at its place, or none."""
    key, place = at
    if key == "items":
        return editing.set_use(desk.content, place, when=feel)
    if key == "sources":
        return editing.set_source(desk.content, place, when=feel)
    if not feel:
        known = place < len(desk.content.get("conditions", ()))
        return editing.remove_condition(desk.content, place) if known else dict(desk.content)
    message = editing.texts(request.POST, "message")
    first = next((one for one in message.values() if one), "")
    if not first:
        raise InvalidInput("compose.message", "Say what people are told.")
    told = {code: one or first for code, one in message.items()}
    return editing.set_condition(desk.content, place, feel, told)


def _same(feel: str, held: str, known: Mapping[str, Any]) -> bool:
    try:
        old, new = from_feel(held, known), from_feel(feel, known)
    except FeelSyntaxError:
        return False
    return old is not None and new is not None and simple(old) == simple(new)


def _texts(entry: Mapping[str, Any], given: Mapping[str, str]) -> list[tuple[str, str, str]]:
    held = entry.get("message", {})
    return [
        (code, label, given.get(f"message.{code}", held.get(code, "") if isinstance(held, dict) else ""))
        for code, label in settings.LANGUAGES
    ]


def _back(desk: Desk, key: str) -> str:
    return f"{reverse('composer:event', args=[desk.draft.id, desk.code])}?part={_PART[key]}"


def _context(desk: Desk, key: str, which: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    about = ""
    if key == "items":
        about = item_name(desk.catalogue, which)
    elif key == "sources":
        resource = desk.catalogue.resources.get(str(entry.get("resource", "")))
        about = words.text(resource.name) if resource else ""
    return {
        "desk": desk,
        "key": key,
        "about": about,
        "title": words.say(f"composer.condition.title.{key}", name=about),
        "line": words.say(f"composer.condition.line.{key}"),
        "here": reverse("composer:condition", args=[desk.draft.id, desk.code, key, which]),
        "back": _back(desk, key),
        "seen": desk.revision,
    }
