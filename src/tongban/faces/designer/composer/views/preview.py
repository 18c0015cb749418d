"""The form of a draft's life event as its applicants would see it: on a phone, in elder mode, on television.

Nothing is kept: made-up answers come from the composer, others travel with the form from page to page.
"""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import answers as answer_checks
from tongban.design.composing.synthetic import example
from tongban.faces.citizen import present
from tongban.faces.citizen.views.home import material_line
from tongban.faces.common import forms, words
from tongban.faces.common.middleware import policy
from tongban.faces.common.naming import item_name
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer.desk import Desk, open_desk
from tongban.faces.designer.composer.views.event import readers
from tongban.faces.designer.drafts import pages
from tongban.intake.domain import Derivation
from tongban.kernel import regions
from tongban.kernel.errors import NotFound, TongbanError

MODES: Final = ("standard", "elder", "tv")
SIZES: Final = {"standard": (390, 780), "elder": (390, 780), "tv": (1280, 720)}
"""Width and height of each frame in CSS pixels: a usual phone; a television."""


@readers
@require_GET
def preview(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """Three frames with the same form; who applies and whether registries answer can be chosen."""
    desk = open_desk(request, draft_id, code)
    event = desk.outlook.bound.event if desk.outlook.bound else None
    applicants = event.applicant if event else ()
    role = request.GET.get("applicant", "")
    role = role if role in applicants else next(iter(applicants), "")
    asked = request.GET.get("answering") == "no"
    language = request.GET.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else words.language()
    query = f"?applicant={role}&answering={'no' if asked else 'yes'}&language={language}"
    context = {
        "desk": desk,
        "name": words.text(event.name) if event else code,
        "here": reverse("composer:preview", args=[draft_id, code]),
        "back": reverse("composer:event", args=[draft_id, code]),
        "readable": desk.outlook.readable,
        "frames": [
            {
                "mode": mode,
                "title": words.say(f"composer.preview.{mode}"),
                "src": reverse("composer:frame", args=[draft_id, code, mode]) + query,
                "width": SIZES[mode][0],
                "height": SIZES[mode][1],
            }
            for mode in MODES
        ],
        "applicants": [(one, desk.role_name(one), one == role) for one in applicants],
        "asked": asked,
        "tongues": [(one, label, one == language) for one, label in settings.LANGUAGES],
    }
    return pages.page(request, "composer/preview.html", context, draft=desk.draft, tab="composer")


@readers
@xframe_options_sameorigin
@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest, draft_id: UUID, code: str, mode: str) -> HttpResponse:
    """One page of the form in one mode. It may stand in a frame of this site, as no other page may."""
    if mode not in MODES:
        raise NotFound("preview.mode", "There is no such mode.", hint="Open the preview again.")
    desk = open_desk(request, draft_id, code)
    language = request.GET.get("language", "")
    with override(language if language in dict(settings.LANGUAGES) else words.language()):
        context = _page(request, desk) | {"preview_mode": mode, "draft": desk.draft}
        response = render(request, "composer/frame.html", context)
    response.headers["Content-Security-Policy"] = policy(None).replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    return response


def _page(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """The page that the form has come to: what is known, a question, the documents, the end."""
    if not desk.outlook.readable:
        return {"kind": "unreadable", "event": desk.code}
    counties = _counties()
    # The first of a city's counties stands for "the city itself" in the statistical code.
    region = counties[min(1, len(counties) - 1)].code if counties else settings.CONFIG.region
    settled: dict[str, Any] = {
        "applicant": request.GET.get("applicant", ""),
        "region": region,
        "answering": request.GET.get("answering") != "no",
    }
    derivation, values = example(desk.catalogue, desk.code, **settled)
    given = _typed(request, desk, derivation)
    if given:
        derivation, values = example(desk.catalogue, desk.code, given=given, **settled)
    keys = ["known"] if derivation.prefilled else []
    keys += [one.address for one in derivation.fields]
    keys += ["materials"] if derivation.materials else []
    keys.append("end")
    at = _at(request, keys)
    key = keys[at]
    common: dict[str, Any] = {
        "at": at,
        "number": max(1, at + (0 if derivation.prefilled else 1)),
        "of": max(1, len(derivation.fields) + bool(derivation.materials)),
        "back": at > 0,
        "given": list(given.items()),
        "event": words.text(derivation.bound.event.name),
        "kind": key if key in {"known", "materials", "end"} else "question",
    }
    if key == "known":
        return common | {
            "known": present.known_lines(derivation, desk.catalogue),
            "count": len(derivation.prefilled),
        }
    if key == "materials":
        return common | {"materials": _materials(derivation, desk)}
    if key == "end":
        return common
    return common | _question(derivation, desk, key, values)


def _counties() -> list[regions.Region]:
    found = regions.children(settings.CONFIG.region)
    return [county for city in found[:1] for county in (regions.children(city.code) or (city,))]


def _at(request: HttpRequest, keys: list[str]) -> int:
    """The page to show: the next or the one before the page that was sent; within the form."""
    at = whole(request.POST.get("at", request.GET.get("at", "")), digits=3) or 0
    if request.method == "POST":
        key = request.POST.get("key", "")
        at = keys.index(key) if key in keys else at
        at += -1 if request.POST.get("go") == "back" else 1
    return min(max(at, 0), len(keys) - 1)


def _typed(request: HttpRequest, desk: Desk, derivation: Derivation) -> dict[str, Any]:
    """Answers that somebody gave instead of the made-up ones, as far as they fit."""
    found: dict[str, Any] = {}
    if request.method != "POST":
        return found
    elements = {one.address: one.element for one in derivation.fields}
    sent = {
        name.removeprefix("given:"): request.POST[name] for name in request.POST if name.startswith("given:")
    }
    key = request.POST.get("key", "")
    if key in elements:
        sent |= {name: raw for name, raw in forms.read(request.POST, {key: elements[key]}).items() if raw}
    for name, raw in sent.items():
        element = elements.get(name)
        if element is None:
            continue
        try:
            found[name] = answer_checks.read(element, raw, desk.catalogue.lists, today=words.today())
        except TongbanError:
            continue  # a look at the form, not an application: what does not fit is left as it was
    return found


def _question(derivation: Derivation, desk: Desk, key: str, values: dict[str, Any]) -> dict[str, Any]:
    question = derivation.question(key)
    if question is None:
        raise NotFound("form.page", "The form has no such page.", hint="Open the preview again.")
    [field] = present.fields(
        [question],
        bound=derivation.bound,
        own_role="",
        catalogue=desk.catalogue,
        values=values,
        faults={},
    )
    return {"fields": [replace(field, heading=True, rederives=False)], "key": key, "title": field.label}


def _materials(derivation: Derivation, desk: Desk) -> list[dict[str, Any]]:
    join = words.say("citizen.join")
    return [
        material_line(one)
        | {
            "name": present.paper(one.bound.material, one.key, derivation.bound),
            "required": one.required,
            "items": join.join(item_name(desk.catalogue, code) for code in one.items),
        }
        for one in derivation.materials
    ]
