"""Conditions within a service item, by choosing: of a need, a document, a rule, a joint review."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.catalogue.domain import with_changes
from tongban.design import actions, queries
from tongban.design.composing import items
from tongban.design.composing.roles import when_text
from tongban.faces.common import words
from tongban.faces.designer.composer import builder as form
from tongban.faces.designer.composer import effects
from tongban.faces.designer.composer.desk import around, text_of
from tongban.faces.designer.composer.shown import item_speaker
from tongban.faces.designer.composer.views import choosing
from tongban.faces.designer.composer.views.event import seen_of
from tongban.faces.designer.composer.views.item import tell
from tongban.faces.designer.drafts import pages
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import NotFound

KEYS: Final = ("needs", "materials", "rules", "joint_review")
"""Lists of an item whose entries may have a condition."""
NEEDED: Final = frozenset({"rules", "joint_review"})
"""Those that say nothing without one."""


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def within(request: HttpRequest, draft_id: UUID, code: str, key: str, place: int) -> HttpResponse:
    """One condition of an item: look at it, choose, save it, or take it out."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    content, revision = queries.file(post, draft_id, "items", code)
    entries = (content or {}).get(key, []) if key in KEYS else []
    if content is None or place >= len(entries):
        raise NotFound("compose.gone", "This part is not there any more.", hint="Open the item again.")
    entry = entries[place]
    known = _known(dict(content), draft_id, code)
    held = when_text(entry["when"]) if entry.get("when") is not None else ""
    back = f"{reverse('composer:item', args=[draft_id, code])}?element={key}"

    def keep(feel: str) -> HttpResponse:
        after = items.set_need(content, key, place, {"when": feel})
        actions.save(post, draft_id, "items", code, after, seen_of(request), apart=True)
        tell(request, effects.told(post, draft, code, content, after))
        return redirect(back)

    needed = key in NEEDED
    found = choosing.run(request, known, held, content.get("roles", {}), keep, may_drop=not needed)
    if isinstance(found, HttpResponse):
        return found
    context = {
        "key": key,
        "title": words.say(f"composer.condition.title.{key}", name=text_of(content.get("name")) or code),
        "line": words.say(f"composer.condition.line.{key}"),
        "here": reverse("composer:within", args=[draft_id, code, key, place]),
        "back": back,
        "seen": revision,
        **found.context(known, "" if needed else held),
    }
    return choosing.answer(request, draft, context)


def _known(content: dict[str, Any], draft_id: UUID, code: str) -> form.Known:
    """What a condition of the item may read: what it needs first, then all that its roles can have."""
    catalogue = with_changes(around(draft_id, "items", code), {"items": {code: content}})[0]
    says = item_speaker(content, catalogue)
    brought = {name for need in content.get("needs", []) for name in _names(need)}
    return form.Known(
        elements=says.elements,
        brought=frozenset(brought & set(says.elements)),
        lists=catalogue.lists,
        speaker=says,
    )


def _names(need: Mapping[str, Any]) -> list[str]:
    one = [need["element"]] if need.get("element") else []
    return [*one, *(each for way in need.get("any_of", []) for each in way)]
