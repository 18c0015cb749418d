"""A submitted application: receipt, progress, correction, results, withdrawal."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from tongban.casework import applicant
from tongban.casework import queries as casework
from tongban.catalogue import queries as catalogue_queries
from tongban.faces.citizen import cases, later, matters
from tongban.faces.citizen.people import person_of
from tongban.faces.citizen.views.draft import taken
from tongban.faces.citizen.views.home import provisional
from tongban.faces.common import forms, words
from tongban.faces.common.naming import department_name, item_name
from tongban.identity import access
from tongban.intake import queries as intake
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotFound, TooLarge

_OPEN: Final = frozenset({"working", "correction"})


@access.person
@require_GET
def receipt(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Number, QR code, promised date and who is working."""
    found = intake.receipt(application_id, person_of(request))
    catalogue = catalogue_queries.version(found.catalogue_version)
    context = {
        "receipt": found,
        "event_name": matters.event_name(catalogue, found.event_code),
        "promised_day": words.day(found.promised_on),
        "provisional": provisional(found.promised_on, provisional=found.provisional),
        "working": [
            {
                "name": item_name(catalogue, code),
                "department": department_name(catalogue, catalogue.item(code).department),
            }
            for code in found.items
        ],
        "qr": qr_code(settings.CONFIG.web_url + reverse("case", args=[application_id])),
    }
    return render(request, "citizen/receipt.html", context)


@access.person
@require_GET
def progress(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Where the application is now, department by department."""
    context = _progress(request, application_id)
    context["live"] = cases.live_address(application_id)
    return render(request, "citizen/progress.html", context)


@access.person
@require_GET
def live(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The part of the progress page that changes (htmx asks for it when the stream says so)."""
    return render(request, "citizen/parts/progress.html", _progress(request, application_id))


@access.person
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, application_id: UUID, correction_id: UUID) -> HttpResponse:
    """Mend what was named, and only that; the clock stands still until then."""
    person_id = person_of(request)
    view = casework.case(application_id, person_id)
    dispatch = next(
        (each for each in view.dispatches if each.correction and each.correction.id == correction_id), None
    )
    if dispatch is None or dispatch.correction is None:
        raise NotFound("correction.not_found", "There is no such notice.", hint="Open the case again.")
    asked = dispatch.correction
    if asked.answered_at is not None:
        messages.info(request, words.say("citizen.correction.already"))
        return redirect("case", application_id=application_id)
    typed: dict[str, str] = {}
    faults: list[FieldFault] = []
    if request.method == "POST":
        elements = cases.named_elements(view, asked)
        typed = forms.read(request.POST, elements)
        try:
            files = _files(request, view, asked)
            faults = applicant.answer_correction(application_id, person_id, correction_id, typed, files)
        except (InvalidInput, TooLarge) as error:
            faults = list(error.faults) or [error.fault()]
        if not faults:
            messages.success(request, words.say("citizen.correction.sent"))
            return redirect("case", application_id=application_id)
    context = cases.correction_context(view, dispatch, asked, typed=typed, faults=faults)
    return render(request, "citizen/correction.html", context, status=422 if faults else 200)


@access.person
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, application_id: UUID, key: str) -> HttpResponse:
    """Send one document that may follow later, to every open item that waits for it."""
    person_id = person_of(request)
    view = casework.case(application_id, person_id)
    one = casework.awaited_document(application_id, person_id, key)
    if one is None:  # sent already, perhaps by a second press of the button; or everything was decided
        return _not_awaited(request, application_id)
    fault: FieldFault | None = None
    if request.method == "POST":
        try:
            name, content = taken(request.FILES.get(later.FIELD), one.material.max_megabytes)
            applicant.add_later(application_id, person_id, key, name, content)
        except (InvalidInput, TooLarge) as error:
            fault = error.fault(key)
        except Conflict:
            return _not_awaited(request, application_id)
        else:
            messages.success(request, words.say("citizen.later.sent", name=words.text(one.material.name)))
            return redirect("case", application_id=application_id)
    context = {"case": view, "event_name": words.text(view.event_name), **later.context(one, fault)}
    return render(request, "citizen/document.html", context, status=422 if fault else 200)


@access.person
@require_GET
def results(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Certificates, registered data, reasons and how to appeal."""
    view = casework.case(application_id, person_of(request))
    context = {
        "case": view,
        "event_name": words.text(view.event_name),
        "results": cases.result_lines(view),
        "back": reverse("case", args=[application_id]),
        "none_title": words.say("citizen.results.none.title"),
        "none_line": words.say("citizen.results.none.line"),
        "none_act": words.say("citizen.results.none.act"),
    }
    return render(request, "citizen/results.html", context)


@access.person
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Withdraw the application, after a question; what is decided already stays."""
    person_id = person_of(request)
    view = casework.case(application_id, person_id)
    if view.state not in _OPEN:
        raise Conflict("case.ended", "The case has ended.", hint="See its results.")
    if request.method == "POST":
        applicant.withdraw(application_id, person_id)
        messages.success(request, words.say("citizen.withdraw.done"))
        return redirect("case", application_id=application_id)
    context = {
        "title": words.say("citizen.withdraw.title"),
        "line": words.say("citizen.withdraw.line", event=words.text(view.event_name)),
        "safe": words.say("citizen.withdraw.safe"),
        "act": words.say("citizen.withdraw.act"),
        "back": reverse("case", args=[application_id]),
        "danger": True,
    }
    return render(request, "common/confirm.html", context)


def qr_code(address: str) -> SafeString:
    """An address as an SVG QR code (ISO/IEC 18004), without any inline style."""
    import segno

    drawn: str = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=2, svgclass=None, lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 -- segno draws it from an address that this server made


def _not_awaited(request: HttpRequest, application_id: UUID) -> HttpResponse:
    messages.info(request, words.say("citizen.later.not_awaited"))
    return redirect("case", application_id=application_id)


def _progress(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    person_id = person_of(request)
    found = intake.receipt(
        application_id, person_id
    )  # NotFound for a stranger, before anything else is asked
    try:
        view = casework.case(application_id, person_id)
    except NotFound:
        view = None  # submitted a moment ago: the worker has not opened the case yet
    awaited = casework.awaited(application_id, person_id) if view else []
    return cases.progress_context(found, view) | {"later": later.lines(application_id, awaited)}


def _files(
    request: HttpRequest, view: casework.CaseView, asked: casework.CorrectionView
) -> dict[str, list[tuple[str, bytes]]]:
    found: dict[str, list[tuple[str, bytes]]] = {}
    for fault in asked.faults:
        file = request.FILES.get(fault.target)
        if fault.kind == "material" and isinstance(file, UploadedFile):
            material = view.catalogue.materials.get(fault.target.partition(".")[0])
            found[fault.target] = [taken(file, material.max_megabytes if material else 10)]
    return found
