"""What anyone may see: the home page, search, the guide of a life event, and the start of an application."""

from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import BoundItem, Catalogue
from tongban.faces.citizen import catalogue as found
from tongban.faces.citizen import matters, present
from tongban.faces.citizen.people import likely_role, person_of
from tongban.faces.common import clocks, forms, promises, words
from tongban.faces.common.naming import item_name
from tongban.faces.common.paging import page_number
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.intake import actions, queries
from tongban.intake.domain import NeededMaterial, ReplacedMaterial
from tongban.intake.queries import Guide
from tongban.kernel.pages import page_count

_HITS: Final = 60
_PER_PAGE: Final = 10
_TRIES: Final = 3
_MATTERS_ON_HOME: Final = 5
_KEPT: Final = 256


@access.public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then what waits for the person, life events by stage, the person's other matters."""
    catalogue = catalogue_queries.current()
    events = tuple(catalogue.life_events.values())
    person_id = getattr(request.user, "person_id", None)
    rows = matters.rows(person_id, catalogue) if person_id else []
    needs_me = [row for row in rows if row.needs_me]
    context = {
        "stages": present.stages(events),
        "words": [event.search[0] for event in events if event.search][:_TRIES],
        "signed_in": person_id is not None,
        "needs_me": needs_me,
        "mine": [row for row in rows if not row.needs_me][:_MATTERS_ON_HOME],
        "none_title": words.say("citizen.home.none.title"),
        "none_line": words.say("citizen.home.none.line"),
    }
    return render(request, "citizen/home.html", context)


@access.public
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Life events and items for what was typed, with the reason why each was found, page by page."""
    query = request.GET.get("q", "").strip()[:80]
    catalogue = catalogue_queries.current()
    hits = catalogue_queries.index(words.language()).search(query, _HITS) if query else []
    pages = page_count(len(hits), _PER_PAGE)
    number = page_number(request.GET, pages)
    here = hits[_PER_PAGE * (number - 1) : _PER_PAGE * number]
    meant = hits[0].meant if hits else ""
    context = {
        "query": query,
        "hits": found.hit_lines(here, catalogue, query),
        "count": len(hits),
        "number": number,
        "pages": pages,
        "meant": meant if meant != query else "",
        "stages": present.stages(catalogue.life_events.values()) if query and not hits else (),
        "none_title": words.say("citizen.search.none.title"),
        "none_line": words.say("citizen.search.none.line"),
        "none_act": words.say("citizen.search.none.act"),
    }
    return render(request, "citizen/search.html", context)


@access.public
@require_GET
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """What one gets, what will be asked and why, how long it takes, who works on it."""
    version, calendar = catalogue_queries.current().version, calendars.current().version
    return render(
        request, "citizen/guide.html", _guide(code, version, calendar, words.language(), words.today())
    )


@lru_cache(maxsize=_KEPT)
def _guide(code: str, version: str, calendar: str, language: str, today: date) -> dict[str, Any]:
    """What the page of a guide shows: the same for everybody who reads that language on that day.

    It is drawn once: twenty readers at once would otherwise wait for twenty drawings of one picture.
    """
    del calendar, language  # parts of the key: days are counted by the one and written in the other
    catalogue = catalogue_queries.version(version)
    made = queries.guide(code, today)
    context = {
        "event": made.bound.event,
        "guide": made,
        "items": [_item_line(item, made, catalogue) for item in made.bound.items],
        "lanes": present.lane_lines(made.plan, catalogue),
        "asks": _asks(made, catalogue),
        "materials": [material_line(one) for one in made.materials],
        "replaced": [_replaced_line(one, catalogue) for one in made.derivation.replaced],
        "promised_day": words.day(made.plan.promised_on),
        "provisional": provisional(made.plan.promised_on, provisional=made.plan.provisional),
        "waits": promises.waits(made.plan),
    }
    return {"event": made.bound.event, "body": render_to_string("citizen/parts/guide.html", context)}


@access.person
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Who am I in this matter? Then the application begins; drafts of the same event are offered first."""
    catalogue = catalogue_queries.current()
    event = catalogue.event(code)
    person_id = person_of(request)
    chosen = request.POST.get("role", "")
    faults: list[forms.Fault] = []
    if request.method == "POST":
        if chosen in event.applicant:
            application_id = actions.start(person_id, event.code, chosen)
            return redirect("consent", application_id=application_id)
        faults = [forms.Fault("f-role", "", words.say("citizen.start.choose"))]
    else:
        person = identity.person(person_id)
        chosen = likely_role(event.applicant, person.sex if person else "") or ""
    context = {
        "event": event,
        "name": words.text(event.name),
        "faults": faults,
        "roles": [
            {
                "code": role,
                "name": words.text(event.roles[role].name),
                "chosen": role == chosen,
            }
            for role in event.applicant
        ],
        "drafts": [
            {"application_id": draft.application_id, "day": words.moment(draft.touched_at)}
            for draft in queries.drafts(person_id)
            if draft.event_code == event.code
        ],
    }
    return render(request, "citizen/start.html", context, status=422 if faults else 200)


def provisional(day: date, *, provisional: bool) -> str:
    """The note beside a date that leans on an unpublished year; empty when the date is final."""
    return clocks.provisional(day) if provisional else ""


def material_line(one: NeededMaterial) -> dict[str, Any]:
    """A document as a guide or a list shows it."""
    note = one.bound.need.note or one.bound.material.note
    follow = words.say("citizen.materials.follow", count=one.may_follow_days) if one.may_follow_days else ""
    return {"name": words.text(one.bound.material.name), "note": words.text(note), "follow": follow}


def _item_line(bound: BoundItem, found: Guide, catalogue: Catalogue) -> dict[str, Any]:
    item = bound.item
    statutory = item.limits.statutory
    node = found.plan.node(bound.code)
    free = item.fee.amount == 0
    return {
        "href": f"/catalogue/items/{item.code}/",
        "name": words.text(item.name),
        "result": words.text(item.result) or words.text(item.summary),
        "condition": bound.when is not None and node is None,
        "department": words.text(catalogue.department(item.department).name),
        "promised": clocks.amount(item.limits.promised.amount, item.limits.promised.unit)
        if item.limits.promised.amount
        else words.say("clock.at_once"),
        "statutory": clocks.amount(statutory.amount, statutory.unit) if statutory else "",
        "fee": words.say("citizen.guide.free") if free else words.money(item.fee.amount),
        "laws": present.laws(item.legal_basis, catalogue),
        "appeal": words.text(item.appeal),
    }


def _asks(found: Guide, catalogue: Catalogue) -> tuple[present.Group, ...]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for question in found.questions:
        line = {"name": words.text(question.element.name), "whys": present.whys(question, catalogue)}
        groups.setdefault(words.text(question.role.name), []).append(line)
    return tuple(present.Group(title, tuple(lines)) for title, lines in groups.items())


def _replaced_line(one: ReplacedMaterial, catalogue: Catalogue) -> dict[str, str]:
    resource = catalogue.resources.get(one.source)
    name = words.text(resource.name) if resource else item_name(catalogue, one.source)
    by = words.say(f"citizen.replaced.{one.by}", source=name)
    return {"name": words.text(one.bound.material.name), "by": by}
