"""The composer's page: a life event on the left, what follows from it on the right."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.design import actions, domain, queries
from tongban.design.composing import roles as composing_roles
from tongban.design.composing.changes import changes
from tongban.design.composing.roles import when_text
from tongban.design.composing.sources import proposals, unasked
from tongban.faces.common import problems, words
from tongban.faces.common.naming import department_name, item_name
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer import acts, drawing, shown
from tongban.faces.designer.composer.desk import KIND, Desk, open_desk, text_of
from tongban.faces.designer.composer.palette import palette as palette_of
from tongban.faces.designer.drafts import pages
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.kernel import regions
from tongban.kernel.clock import Unit
from tongban.kernel.errors import Conflict, InvalidInput, TongbanError

readers: Final = access.role(*sorted(domain.READERS))
PARTS: Final = ("items", "facts", "roles", "sources", "who")
STAGES: Final = ("birth", "school", "work", "marriage", "home", "health", "retirement", "death", "business")
_LONGEST_QUERY: Final = 60
_OFFERS: Final = 6


@readers
@require_http_methods(["GET", "POST"])
def event(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """A life event of a draft: look at it, or make one edit."""
    desk = open_desk(request, draft_id, code)
    if request.method == "POST":
        return _edited(request, desk)
    return pages.page(
        request, "composer/event.html", context(request, desk), draft=desk.draft, tab="composer"
    )


@readers
@require_GET
def palette(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """The cards of the palette alone, while somebody types."""
    desk = open_desk(request, draft_id, code)
    return render(request, "composer/parts/cards.html", {"desk": desk, "palette": _palette(request, desk)})


def _palette(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    given = request.GET if request.method == "GET" else request.POST
    query = given.get("q", "").strip()[:_LONGEST_QUERY].replace("\x00", "")
    return palette_of(desk, query, given.get("department", ""))


def _edited(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make one edit, keep it whole or not at all, and show what it changed."""
    before, act = desk.outlook, request.POST.get("act", "")
    told: list[str] = []
    fault: dict[str, Any] | None = None
    try:
        if act == "redraw":
            process = drawing.redraw(desk, _drawing_seen(request))
            messages.success(request, words.say("composer.redraw.done"))
            return redirect("canvas:process", draft_id=desk.draft.id, code=process)
        if act == "draw":
            process = drawing.draw(desk, seen_of(request))
            return redirect("canvas:process", draft_id=desk.draft.id, code=process)
        after = _step(request, desk, act) if act in {"undo", "redo"} else _kept(request, desk)
        if after is None:
            return redirect("drafts:draft", draft_id=desk.draft.id)
        told = shown.told(changes(before, after.outlook), after, before)
        done = [words.say(f"composer.did.{act}")] if act in {"undo", "redo"} else []
        told = [
            *done,
            *(told or ([] if after.content == desk.content else [words.say("composer.told.saved")])),
        ]
        desk = after
    except Conflict as error:
        if error.code != "draft.changed":
            fault = {"words": problems.sentence(error)}
        else:
            desk = open_desk(request, desk.draft.id, desk.code)
            fault = _conflict(request, error)
    except (InvalidInput, ValueError) as error:
        said = problems.sentence(error) if isinstance(error, TongbanError) else words.say("problem.400.what")
        fault = {"words": said}
    return _answer(request, desk, told, fault)


def _drawing_seen(request: HttpRequest) -> int:
    return whole(request.POST.get("drawing", "")) or 0


def _kept(request: HttpRequest, desk: Desk) -> Desk:
    content = acts.edit(desk, request.POST)
    if content == desk.content:
        return desk
    return desk.save(content, seen_of(request))


def _step(request: HttpRequest, desk: Desk, act: str) -> Desk | None:
    """Undo or redo; None when the file is away after it."""
    step = actions.undo if act == "undo" else actions.redo
    step(desk.post, desk.draft.id, KIND, desk.code)
    content, revision = queries.file(desk.post, desk.draft.id, KIND, desk.code)
    if content is None:
        messages.info(request, words.say(f"composer.did.{act}"))
        return None
    return desk.with_content(content, revision)


def seen_of(request: HttpRequest) -> int:
    """The file's revision that the page showed: the newest that any part of it carries."""
    return max((whole(one) or 0 for one in request.POST.getlist("seen")), default=0)


def _conflict(request: HttpRequest, error: Conflict) -> dict[str, Any]:
    """Somebody else was quicker: who, when, and the same edit to be made again on the newest state."""
    by = error.params.get("by")
    again = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "seen", "quiet"}
        for value in values
    ]
    return {
        "words": words.say(
            "composer.conflict",
            who=identity.display_name(int(by)) if by else words.say("composer.somebody"),
        ),
        "again": again,
    }


def _answer(request: HttpRequest, desk: Desk, told: list[str], fault: dict[str, Any] | None) -> HttpResponse:
    status = 422 if fault else 200
    made = context(request, desk) | {"told": told, "fault": fault}
    if getattr(request, "htmx", False):
        quiet = request.POST.get("quiet") == "yes"
        template = "composer/parts/quiet.html" if quiet else "composer/parts/desk.html"
        frame = {"draft": desk.draft, "editable": desk.editable, "swapped": True}
        return render(request, template, frame | made, status=status)
    if not fault:
        for line in told:
            messages.success(request, line)
        part = made["part"]
        return redirect(f"{reverse('composer:event', args=[desk.draft.id, desk.code])}?part={part}")
    return pages.page(request, "composer/event.html", made, draft=desk.draft, tab="composer", status=status)


# ---- what the page shows


def context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """Everything that the page draws."""
    given = request.POST if request.method == "POST" else request.GET
    element = given.get("element", "")
    part = given.get("part", "") or part_of(element)
    part = part if part in PARTS else PARTS[0]
    here = reverse("composer:event", args=[desk.draft.id, desk.code])
    file = desk.file
    return {
        "desk": desk,
        "name": text_of(desk.content.get("name")) or desk.code,
        "here": here,
        "part": part,
        "tabs": [
            (each, words.say(f"composer.part.{each}"), each == part, _count(desk, each)) for each in PARTS
        ],
        "open": given.get("open", "") or (element.split(".")[1] if element.startswith("items.") else ""),
        "focus": focus_of(element, desk),
        "seen": desk.revision,
        "may_undo": bool(file and file.may_undo),
        "may_redo": bool(file and file.may_redo),
        "saved": _saved(desk),
        "side": shown.side(desk),
        "process": desk.content.get("process", ""),
        "redraw": drawing.standing(desk),
        **_PART_CONTEXT[part](request, desk),
    }


_KEYS: Final = {"items": "items", "roles": "roles", "applicant": "roles", "sources": "sources",
                "situation": "sources", "conditions": "who"}  # fmt: skip
_FIELDS: Final = {"promise": "f-amount", "lead": "f-lead", "process": "f-process", "stage": "f-stage",
                  "audience": "f-audience", "search": "f-search"}  # fmt: skip


def part_of(element: str) -> str:
    """The part of the page where a place of the file (``items.birth_certificate``) is edited."""
    key = element.partition(".")[0]
    return _KEYS.get(key, "facts") if key else ""


def focus_of(element: str, desk: Desk) -> str:
    """The id of what a finding is about on the page; empty when it is about the whole."""
    key, _, rest = element.partition(".")
    name = rest.partition(".")[0]
    if key in {"items", "roles"} and name:
        return f"use-{name}" if key == "items" else f"role-{name}"
    if key == "sources" and name:
        place = next(
            (n for n, one in enumerate(desk.content.get("sources", [])) if one.get("resource") == name), name
        )
        return f"source-{place}"
    if key == "conditions" and name:
        return f"condition-{name}"
    return _FIELDS.get(key, "")


def _saved(desk: Desk) -> str:
    file = desk.file
    if not file or not file.changed_at:
        return words.say("composer.saved.none")
    clock = words.local(file.changed_at).strftime("%H:%M")
    return words.say("composer.saved", clock=clock, who=file.changed_by)


def _count(desk: Desk, part: str) -> int:
    key = {"items": "items", "roles": "roles", "sources": "sources", "who": "conditions"}.get(part, "")
    return len(desk.content.get(key, ())) if key else 0


def _items(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    cities = [(one.code, one.name) for one in regions.children(settings.CONFIG.region)]
    lines = shown.item_lines(desk)
    for line in lines:
        known = {code for code, _ in cities}
        others = [(code, words.region(code)) for code in line["regions"] if code not in known]
        line["places"] = [(code, name, code in line["regions"]) for code, name in [*others, *cities]]
    return {"lines": lines, "palette": _palette(request, desk)}


def _facts(_request: HttpRequest, desk: Desk) -> dict[str, Any]:
    content = desk.content
    promise = content.get("promise", {})
    stages = dict.fromkeys([*STAGES, str(content.get("stage", ""))])
    return {
        "texts": [
            {
                "key": key,
                "title": words.say(f"composer.facts.{key}"),
                "long": key == "summary",
                "languages": [
                    (code, label, content.get(key, {}).get(code, "")) for code, label in settings.LANGUAGES
                ],
            }
            for key in ("name", "summary")
        ],
        "audiences": [
            (each, words.say(f"composer.audience.{each}"), each == content.get("audience"))
            for each in ("person", "organisation")
        ],
        "stages": [
            (
                each,
                words.say(f"stage.{each}") if words.has(f"stage.{each}") else each,
                each == content.get("stage"),
            )
            for each in stages
            if each
        ],
        "leads": [
            (code, words.text(one.name), code == content.get("lead"))
            for code, one in desk.catalogue.departments.items()
        ],
        "processes": [
            (each, drawing.title(desk.catalogue, each), each == content.get("process"))
            for each in sorted(desk.catalogue.processes)
        ],
        "drawing": reverse("canvas:process", args=[desk.draft.id, content["process"]])
        if content.get("process")
        else "",
        "amount": promise.get("amount", ""),
        "units": [
            (str(one), words.say(f"composer.unit.{one.value}"), str(one) == promise.get("unit"))
            for one in Unit
        ],
        "search": "\n".join(content.get("search", ())),
    }


def _roles(_request: HttpRequest, desk: Desk) -> dict[str, Any]:
    applicants = desk.content.get("applicant", [])
    lines = []
    for code, role in desk.content.get("roles", {}).items():
        depends = composing_roles.depends_on(desk.content, desk.catalogue, code)
        says = [
            words.say(f"composer.role.{kind}", names=shown.join(_named(desk, kind, found)), count=len(found))
            for kind, found in depends.items()
            if found
        ]
        many = role.get("many") or {}
        lines.append(
            {
                "code": code,
                "name": text_of(role.get("name")) or code,
                "kind": words.say(f"composer.kind.{role.get('kind')}"),
                "person": role.get("kind") == "person",
                "languages": [
                    (each, label, role.get("name", {}).get(each, "")) for each, label in settings.LANGUAGES
                ],
                "applies": code in applicants,
                "many": bool(many),
                "least": many.get("min", 1),
                "most": many.get("max", 20),
                "depends": says,
                "free": not any(depends.values()) and code not in applicants,
            }
        )
    kinds = [
        (each, words.say(f"composer.kind.{each}")) for each in ("person", "organisation", "property", "event")
    ]
    return {"lines": lines, "kinds": kinds, "tongues": settings.LANGUAGES}


def _named(desk: Desk, kind: str, found: list[str]) -> list[str]:
    says = shown.speaker(desk)
    if kind == "items":
        return [item_name(desk.catalogue, code) for code in found]
    if kind == "sources":
        known = desk.catalogue.resources
        return list(dict.fromkeys(words.text(known[code].name) if code in known else code for code in found))
    if kind == "situation":
        return [says.label(name) for name in found]
    sentences = []
    for place in found:
        key, _, index = place.partition(".")
        sentences.append(says.of_text(when_text(desk.content[key][int(index)]["when"]))[0])
    return [words.say("composer.say.quoted", value=one) for one in sentences]


def _sources(_request: HttpRequest, desk: Desk) -> dict[str, Any]:
    found = proposals(desk.catalogue, desk.outlook)
    says = shown.speaker(desk)
    return {
        "lines": shown.source_lines(desk),
        "offers": [shown.proposal_line(one, desk) for one in found[:_OFFERS]],
        "resources": sorted(
            (
                (code, f"{department_name(desk.catalogue, one.department)} {words.text(one.name)}")
                for code, one in desk.catalogue.resources.items()
            ),
            key=lambda one: one[1],
        ),
        "early": [(name, says.label(name)) for name in desk.content.get("situation", ())],
        "lacking": [(name, says.label(name)) for name in unasked(desk.catalogue, desk.outlook)],
    }


def _who(_request: HttpRequest, desk: Desk) -> dict[str, Any]:
    says = shown.speaker(desk)
    lines = []
    for place, one in enumerate(desk.content.get("conditions", [])):
        when = when_text(one.get("when", ""))
        sentence, plain = says.of_text(when)
        lines.append(
            {
                "place": place,
                "when": when,
                "sentence": sentence,
                "plain": plain,
                "message": text_of(one.get("message")),
            }
        )
    return {
        "lines": lines,
        "next": len(lines),
        "applicants": shown.join(desk.role_name(role) for role in desk.content.get("applicant", [])),
    }


_PART_CONTEXT: Final = {
    "items": _items,
    "facts": _facts,
    "roles": _roles,
    "sources": _sources,
    "who": _who,
}
