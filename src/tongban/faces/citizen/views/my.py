"""The person's own lists: matters, and who read their data."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.casework import queries as casework
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.faces.citizen import matters
from tongban.faces.citizen.people import person_of
from tongban.faces.common import words
from tongban.faces.common.naming import department_name, item_name
from tongban.faces.common.paging import page_number
from tongban.identity import access
from tongban.intake import queries as intake


@access.person
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Drafts and cases of the person."""
    catalogue = catalogue_queries.current()
    rows = matters.rows(person_of(request), catalogue)
    context = {
        "drafts": [row for row in rows if row.draft],
        "cases": [row for row in rows if not row.draft],
        "none_title": words.say("citizen.my.empty.title"),
        "none_line": words.say("citizen.my.empty.line"),
        "none_act": words.say("citizen.my.empty.act"),
    }
    return render(request, "citizen/my.html", context)


@access.person
@require_GET
def reads(request: HttpRequest) -> HttpResponse:
    """Who read the person's data, what for, and who was refused; by department and by case."""
    person_id = person_of(request)
    catalogue = catalogue_queries.current()
    cases = casework.cases_of(person_id)
    drafts = {card.application_id: "" for card in intake.drafts(person_id)}
    department = request.GET.get("department", "")
    application = request.GET.get("application", "")
    page = casework.reads_of(
        person_id,
        drafts,
        page=page_number(request.GET),
        department=department if department in catalogue.departments else None,
        application_id=_uuid(application),
    )
    context = {
        "page": page,
        "reads": [_read(read, catalogue) for read in page.rows],
        "department": department,
        "application": application,
        "departments": [
            {"code": code, "name": department_name(catalogue, code)} for code in page.departments
        ],
        "applications": [
            {"code": str(card.application_id), "name": f"{words.text(card.event_name)} {card.number}"}
            for card in cases
        ],
        "none_title": words.say("citizen.reads.none.title"),
        "none_line": words.say("citizen.reads.none.line"),
    }
    return render(request, "citizen/reads.html", context)


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _read(read: casework.Read, catalogue: Catalogue) -> dict[str, object]:
    named = [
        words.text(catalogue.elements[code.rpartition(".")[2]].name)
        for code in read.elements
        if code.rpartition(".")[2] in catalogue.elements
    ]
    elements = words.say("citizen.join").join(dict.fromkeys(named)) or words.say("citizen.reads.nothing")
    platform = read.reader == "platform"
    reader = words.say("citizen.reads.platform") if platform else department_name(catalogue, read.reader)
    owner = department_name(catalogue, read.department)
    why = f"citizen.reads.why.{read.purpose}"
    items = words.say("citizen.join").join(item_name(catalogue, code) for code in read.items)
    return {
        "at": read.at,
        "refused": read.outcome == "refused",
        "words": words.say(
            "citizen.reads.opinions" if read.purpose == "opinions" else f"citizen.reads.{read.outcome}",
            reader=reader,
            owner=owner,
            elements=elements,
        ),
        "why": words.say(why if words.has(why) else "citizen.reads.why.other", items=items),
        "number": read.number or words.say("citizen.reads.draft"),
        "href": f"/cases/{read.application_id}/" if read.number else f"/drafts/{read.application_id}/",
    }
