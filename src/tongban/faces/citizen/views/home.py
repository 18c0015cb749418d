"""What anyone may see: the home page, search, the guide of a life event, and the start of an application."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import BoundItem, Catalogue
from tongban.faces.citizen import matters, present
from tongban.faces.citizen.people import likely_role, person_of
from tongban.faces.common import clocks, forms, words
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.intake import actions, queries
from tongban.intake.domain import NeededMaterial, ReplacedMaterial
from tongban.intake.queries import Guide

_HITS: Final = 20
_TRIES: Final = 3
_MATTERS_ON_HOME: Final = 5


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
    """Life events and items for what was typed: Chinese, colloquial, pinyin or its initials."""
    query = request.GET.get("q", "").strip()[:80]
    catalogue = catalogue_queries.current()
    hits = catalogue_queries.index(words.language()).search(query, _HITS) if query else []
    events = [catalogue.event(hit.code) for hit in hits if hit.kind == "life_event"]
    items = [_found_item(catalogue, hit.code) for hit in hits if hit.kind == "item"]
    context = {
        "query": query,
        "events": events,
        "items": items,
        "count": len(hits),
        "none_title": words.say("citizen.search.none.title"),
        "none_line": words.say("citizen.search.none.line"),
        "none_act": words.say("citizen.search.none.act"),
    }
    return render(request, "citizen/search.html", context)


@access.public
@require_GET
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """What one gets, what will be asked and why, how long it takes, who works on it."""
    catalogue = catalogue_queries.current()
    found = queries.guide(code, words.today())
    event = found.bound.event
    context = {
        "event": event,
        "guide": found,
        "items": [_item_line(item, found, catalogue) for item in found.bound.items],
        "lanes": present.lane_lines(found.plan, catalogue),
        "asks": _asks(found, catalogue),
        "materials": [material_line(one) for one in found.materials],
        "replaced": [_replaced_line(one, catalogue) for one in found.derivation.replaced],
        "promised_day": words.day(found.plan.promised_on),
        "provisional": provisional(found.plan.promised_on, provisional=found.plan.provisional),
    }
    return render(request, "citizen/guide.html", context)


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


def _found_item(catalogue: Catalogue, code: str) -> dict[str, Any]:
    item = catalogue.item(code)
    return {
        "name": words.text(item.name),
        "summary": words.text(item.summary),
        "department": present.department_name(catalogue, item.department),
        "events": [
            {"code": event.code, "words": words.text(event.name)}
            for event in catalogue.life_events.values()
            if any(use.item == code for use in event.items)
        ],
    }


def _item_line(bound: BoundItem, found: Guide, catalogue: Catalogue) -> dict[str, Any]:
    item = bound.item
    statutory = item.limits.statutory
    node = found.plan.node(item.code)
    free = item.fee.amount == 0
    return {
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
    name = words.text(resource.name) if resource else present.item_name(catalogue, one.source)
    by = words.say(f"citizen.replaced.{one.by}", source=name)
    return {"name": words.text(one.bound.material.name), "by": by}
