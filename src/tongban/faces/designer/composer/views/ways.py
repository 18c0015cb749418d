"""Where one of several is enough: the ways of one alternative of a service item, by choosing."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.catalogue.domain import with_changes
from tongban.design import actions, queries
from tongban.design.composing import alternatives as edits
from tongban.design.composing import editing
from tongban.design.composing.editing import Plain
from tongban.faces.common import forms, problems, words
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer import alternatives, effects
from tongban.faces.designer.composer.desk import Desk, around, text_of
from tongban.faces.designer.composer.sentences import Speaker
from tongban.faces.designer.composer.shown import item_speaker
from tongban.faces.designer.composer.views.event import readers, seen_of
from tongban.faces.designer.composer.views.item import did, steps, tell
from tongban.faces.designer.drafts import pages
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, InvalidInput, NotFound

Edit = Callable[["_Place", QueryDict], tuple[Plain, int]]


class _Place:
    """One entry of an item's values or documents."""

    def __init__(self, content: Plain, key: str, place: int, says: Speaker) -> None:
        self.content, self.key, self.place, self.says = content, key, place, says
        self.entry: Plain = content[key][place]

    def way(self, post: Mapping[str, str]) -> int:
        """The way that a form names."""
        place = whole(post.get("way", ""), digits=3)
        if place is None:
            raise InvalidInput("compose.gone", "This part is not there any more.")
        return place


@readers
@require_http_methods(["GET", "POST"])
def ways(request: HttpRequest, draft_id: UUID, code: str, key: str, place: int) -> HttpResponse:
    """The ways of one entry of an item: look at them, or make one edit."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    content, revision = queries.file(post, draft_id, "items", code)
    entries = (content or {}).get(key, []) if key in edits.ONE else []
    if content is None or place >= len(entries):
        raise NotFound("compose.gone", "This part is not there any more.", hint="Open the item again.")
    plain: Plain = dict(content)
    base = around(draft_id, "items", code)
    merged = with_changes(base, {"items": {code: plain}})[0]
    says = item_speaker(plain, merged)
    back = f"{reverse('composer:item', args=[draft_id, code])}#{key}"
    faults: list[forms.Fault] = []
    act = request.POST.get("act", "")
    try:
        if act in {"undo", "redo"}:
            again = did(post, draft, code, act, request)
            same = place < len(again.get(key, [])) and _one_of(key, again[key][place], plain[key][place])
            return redirect(_here(draft_id, code, key, place) if same else back)
        if request.method == "POST":
            made, at = _EDITS.get(act, _unknown)(_Place(plain, key, place, says), request.POST)
            if made != plain:
                actions.save(post, draft_id, "items", code, made, seen_of(request), apart=True)
                tell(request, effects.told(post, draft, code, plain, made))
            ended = "any_of" not in made[key][at] if at < len(made[key]) else True
            return redirect(back if ended else _here(draft_id, code, key, at))
    except (InvalidInput, Conflict) as error:
        faults = [forms.Fault("ways-title", "", problems.sentence(error))]
    desks = effects.desks(post, draft, code, plain)
    context = _context(_Place(plain, key, place, says)) | {
        "code": code,
        "item_name": text_of(plain.get("name")) or code,
        "seen": revision,
        "faults": faults,
        "may": draft.state == "drafting" and Role.DESIGNER in post.roles,
        "here": _here(draft_id, code, key, place),
        "back": back,
        "effects": [
            line | {"asked_as": _asked_as(desk, code, key, place)}
            for line, desk in zip(effects.figures(desks), desks, strict=True)
        ],
        **steps(draft, code),
    }
    return pages.page(
        request, "composer/ways.html", context, draft=draft, tab="composer", status=422 if faults else 200
    )


def _here(draft_id: UUID, code: str, key: str, place: int) -> str:
    return reverse("composer:ways", args=[draft_id, code, key, place])


def _one_of(key: str, left: Plain, right: Plain) -> bool:
    """Whether two entries are states of one: they name something in common."""
    found = [{name for way in edits.ways(key, one) for name in way} for one in (left, right)]
    return bool(found[0] & found[1])


# ---- edits


def _unknown(_at: _Place, _post: QueryDict) -> tuple[Plain, int]:
    raise InvalidInput("compose.act", "There is no such edit.", hint="Open the page again.")


def _chosen(at: _Place, post: QueryDict) -> str:
    """The value or the document that was chosen. InvalidInput for none, or one that nobody knows."""
    name = post.get("name", "")
    if at.key == "needs" and name in at.says.elements:
        return name
    if at.key == "materials" and name in at.says.catalogue.materials:
        role = post.get("role", "")
        return f"{name}.{role}" if role in at.content.get("roles", {}) else name
    raise InvalidInput("compose.way", "Choose what else is enough.")


def _add_way(at: _Place, post: QueryDict) -> tuple[Plain, int]:
    name = _chosen(at, post)
    return edits.add_way(
        at.content, at.key, at.place, name, alternatives.usual_in_all(at.key, [name], at.says)
    )


def _add_value(at: _Place, post: QueryDict) -> tuple[Plain, int]:
    return edits.add_value(at.content, at.place, at.way(post), _chosen(at, post)), at.place


def _set_words(at: _Place, post: QueryDict) -> tuple[Plain, int]:
    held = edits.ways(at.key, at.entry)
    made = edits.set_words(
        at.content,
        at.key,
        at.place,
        question=editing.texts(post, "question"),
        names=[editing.texts(post, f"way.{number}") for number in range(len(held))],
        usual=[alternatives.usual_in_all(at.key, way, at.says) for way in held],
    )
    return made, at.place


_EDITS: Final[Mapping[str, Edit]] = {
    "add_way": _add_way,
    "add_value": _add_value,
    "remove_value": lambda at, post: (
        edits.remove_value(at.content, at.place, at.way(post), post.get("name", "")),
        at.place,
    ),
    "remove_way": lambda at, post: (
        edits.remove_way(at.content, at.key, at.place, at.way(post)),
        at.place,
    ),
    "up_way": lambda at, post: (edits.move_way(at.content, at.key, at.place, at.way(post), -1), at.place),
    "down_way": lambda at, post: (edits.move_way(at.content, at.key, at.place, at.way(post), 1), at.place),
    "all_needed": lambda at, _post: (edits.all_needed(at.content, at.key, at.place), at.place),
    "words": _set_words,
}


# ---- what the page shows


def _context(at: _Place) -> dict[str, Any]:
    key, entry, says = at.key, at.entry, at.says
    held = edits.ways(key, entry)
    called = alternatives.names(key, entry, says)
    given = entry.get("ways") or [{} for _ in held]
    return {
        "key": key,
        "name": alternatives.joined(key, entry, says),
        "several": "any_of" in entry,
        "when": says.of_text(str(entry["when"]))[0] if entry.get("when") is not None else "",
        "why": text_of(entry.get("why") or entry.get("note")),
        "ways": [
            {
                "place": number,
                "number": number + 1,
                "name": called[number],
                "parts": [(name, alternatives.label(key, name, says)) for name in way],
                "first": number == 0,
                "last": number == len(held) - 1,
                "usual": alternatives.usual(key, way, says),
                "texts": [
                    (code, label, given[number].get(code, "") if number < len(given) else "")
                    for code, label in settings.LANGUAGES
                ],
            }
            for number, way in enumerate(held)
        ],
        "offers": alternatives.offered(says.catalogue, says, key, entry),
        "roles": [(role, says.role_name(role)) for role in at.content.get("roles", {})],
        "question": [
            (code, label, (entry.get("question") or {}).get(code, "")) for code, label in settings.LANGUAGES
        ],
    }


def _asked_as(desk: Desk, code: str, key: str, place: int) -> str:
    """The question that applicants of an event get about this alternative; empty where it cannot be read."""
    bound = desk.outlook.bound
    for item in bound.items if bound else ():
        entries = item.item.needs if key == "needs" else item.item.materials
        for one in entries if item.item.code == code else ():
            if one.entry == place and one.way and bound:
                return words.text(bound.by_choice[one.way.choice].element.question)
    return ""
