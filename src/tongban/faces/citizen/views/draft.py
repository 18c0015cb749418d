"""The one form: consent, what is known, one question at a time, documents, check, submit."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.faces.citizen import catalogue as shown
from tongban.faces.citizen import present
from tongban.faces.citizen.people import person_of
from tongban.faces.citizen.views.home import material_line, provisional
from tongban.faces.citizen.views.members import members_page
from tongban.faces.common import forms, problems, promises, words
from tongban.faces.common.naming import department_name, item_name
from tongban.identity import access
from tongban.intake import actions, queries
from tongban.intake import newer as newer_version
from tongban.intake.domain import NeededMaterial
from tongban.intake.queries import MEMBERS, DraftView, Page
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotFound, TooLarge

_MEGABYTE: Final = 1024 * 1024
_MEDIA: Final = {
    "pdf": ".pdf,application/pdf",
    "jpeg": ".jpg,.jpeg,image/jpeg",
    "png": ".png,image/png",
    "ofd": ".ofd",
}


@access.person
@require_GET
def resume(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Go on where the draft stands; a submitted one is a case."""
    view = queries.draft(application_id, person_of(request))
    if view.row.submitted_at:
        return redirect("case", application_id=application_id)
    if "stay" not in request.GET and newer_version.newer(view.draft) is not None:
        return redirect("newer", application_id=application_id)
    return redirect(_forward(view))


@access.person
@require_http_methods(["GET", "POST"])
def newer(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The rules have changed since the draft was begun: what that means for it, and the choice."""
    person_id = person_of(request)
    if request.method == "POST":
        newer_version.take_over(application_id, person_id)
        messages.success(request, words.say("citizen.newer.taken"))
        return redirect(_forward(queries.draft(application_id, person_id)))
    view = _open(application_id, person_id)
    found = newer_version.newer(view.draft)
    if found is None:
        return redirect(_forward(view))
    context = {
        "view": view,
        "from": words.day(found.applies_from),
        "groups": shown.change_groups(found.changes, catalogue_queries.current()),
    }
    return render(request, "citizen/newer.html", context)


@access.person
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Which registries may be asked; what is refused comes back as questions."""
    person_id = person_of(request)
    if request.method == "POST":
        actions.consent(application_id, person_id, set(request.POST.getlist("allowed")))
        return redirect(_forward(queries.draft(application_id, person_id)))
    view = _open(application_id, person_id)
    return render(request, "citizen/consent.html", {"view": view, "sources": _sources(view)})


@access.person
@require_http_methods(["GET", "POST"])
def known(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What is already known, with its source; the person may object to a value, and take that back."""
    person_id = person_of(request)
    if request.method == "POST":
        address = request.POST.get("address", "")
        if request.POST.get("act") == "undispute":
            actions.undispute(application_id, person_id, address)
        else:
            actions.dispute(application_id, person_id, address, "")
            messages.info(request, words.say("citizen.known.objected"))
        return redirect("known", application_id=application_id)
    view = _open(application_id, person_id)
    if view.row.consented_at is None:
        return redirect("consent", application_id=application_id)
    actions.reviewed(application_id, person_id)
    catalogue = view.draft.catalogue
    down = [
        department_name(catalogue, line.resource.department)
        for line in view.sources
        if line.allowed and line.state == "down"
    ]
    context = {
        "view": view,
        "known": present.known_lines(view.derivation, catalogue),
        "count": len(view.derivation.prefilled),
        "down": words.say("citizen.join").join(dict.fromkeys(down)),
        "disputed": [
            {"address": question.address, "label": present.noun(question)}
            for question in view.asked
            if question.address in view.draft.situation.disputed
        ],
        "forward": _next_address(view),
        "none_title": words.say("citizen.known.none.title"),
        "none_line": words.say("citizen.known.none.line"),
    }
    return render(request, "citizen/known.html", context)


@access.person
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, application_id: UUID, key: str) -> HttpResponse:
    """One page of the form: a question, or the documents."""
    person_id = person_of(request)
    view = _open(application_id, person_id)
    if view.row.consented_at is None:
        return redirect("consent", application_id=application_id)
    try:
        shown = view.page(key)
    except NotFound:
        return redirect(_next_address(view))  # another answer has made this question needless
    if shown.kind != "question":
        return (_materials_page if shown.kind == "materials" else members_page)(request, view, shown)
    if request.method == "GET":
        return _question_page(request, view, shown)
    typed = forms.read(request.POST, _elements(view, shown))
    faults = actions.answer(application_id, person_id, typed)
    if faults:
        return _question_page(request, view, shown, typed=typed, faults=faults)
    return redirect(_next_address(queries.draft(application_id, person_id), after=key))


@access.person
@require_POST
def refresh(request: HttpRequest, application_id: UUID, key: str) -> HttpResponse:
    """Keep a choice as soon as it is made and draw the question again: what is left may have changed."""
    person_id = person_of(request)
    view = _open(application_id, person_id)
    shown = view.page(key)
    typed = {name: raw for name, raw in forms.read(request.POST, _elements(view, shown)).items() if raw}
    faults = actions.answer(application_id, person_id, typed) if typed else []
    view = queries.draft(application_id, person_id)
    context = _question_context(view, view.page(key), typed=typed, faults=faults) | {"refreshed": True}
    return render(request, "citizen/parts/fields.html", context)


@access.person
@require_POST
def upload(request: HttpRequest, application_id: UUID, material: str) -> HttpResponse:
    """Take one file for one document."""
    person_id = person_of(request)
    view = _open(application_id, person_id)
    needed = next((one for one in view.materials if one.key == material), None)
    if needed is None:
        raise NotFound("upload.not_needed", "This document is not needed.", hint="Open the page again.")
    try:
        name, content = taken(request.FILES.get("file"), needed.bound.material.max_megabytes)
        actions.upload(application_id, person_id, material, name, content)
    except (InvalidInput, TooLarge) as error:
        return _materials_page(
            request, view, view.page("materials"), faults={material: error.fault(material)}
        )
    messages.success(request, words.say("citizen.materials.kept", name=name))
    return redirect(_page_address(view, "materials"))


@access.person
@require_POST
def remove_upload(request: HttpRequest, application_id: UUID, upload_id: UUID) -> HttpResponse:
    """Take a file out again."""
    actions.remove_upload(application_id, person_of(request), upload_id)
    messages.info(request, words.say("citizen.materials.removed"))
    return redirect("page", application_id=application_id, key="materials")


@access.person
@require_POST
def leave_out(request: HttpRequest, application_id: UUID, item: str) -> HttpResponse:
    """Leave an item out, or take it in again, where the life event lets people choose."""
    actions.leave_out(application_id, person_of(request), item, request.POST.get("out") == "yes")
    return redirect("check", application_id=application_id)


@access.person
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Every answer with a link to change it, then submit. Submitting twice gives the same receipt."""
    person_id = person_of(request)
    faults: list[FieldFault] = []
    line = ""
    if request.method == "POST":
        try:
            receipt = actions.submit(application_id, person_id)
        except (InvalidInput, Conflict) as error:
            faults, line = list(error.faults), problems.sentence(error)
        else:
            return redirect("receipt", application_id=receipt.application_id)
    view = queries.draft(application_id, person_id)
    if view.row.submitted_at:
        return redirect("case", application_id=application_id)
    if view.row.consented_at is None:
        return redirect("consent", application_id=application_id)
    context = _check_context(view)
    context["findings"] = [
        {"item": words.text(catalogue_item.name), "reason": words.text(rule.reason), "outcome": rule.outcome}
        for item, rule in view.findings
        if rule.outcome != "correct" and (catalogue_item := view.draft.catalogue.item(item))
    ]
    context["newer"] = newer_version.newer(view.draft) is not None
    if line:
        context["faults"] = _check_faults(view, faults) or [forms.Fault("", "", line)]
    return render(request, "citizen/check.html", context, status=422 if line else 200)


@access.person
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Throw a draft away, after a question: its values are destroyed and cannot come back."""
    person_id = person_of(request)
    view = _open(application_id, person_id)
    if request.method == "POST":
        actions.discard(application_id, person_id)
        messages.success(request, words.say("citizen.discard.done"))
        return redirect("my")
    context = {
        "title": words.say("citizen.discard.title"),
        "line": words.say("citizen.discard.line", event=words.text(view.bound.event.name)),
        "safe": words.say("citizen.discard.safe"),
        "act": words.say("citizen.discard.act"),
        "back": reverse("draft", args=[application_id]),
        "danger": True,
    }
    return render(request, "common/confirm.html", context)


def taken(file: object, megabytes: int) -> tuple[str, bytes]:
    """Name and content of an upload; never more than one byte over the limit is read."""
    if not isinstance(file, UploadedFile):
        raise InvalidInput("upload.missing", "No file was sent.", hint="Choose a file first.")
    limit = megabytes * _MEGABYTE
    if (file.size or 0) > limit:
        raise TooLarge(
            "upload.too_large", "The file is over the limit.", hint="Send a smaller one.", megabytes=megabytes
        )
    return file.name or "", file.read(limit + 1)


def accept(types: tuple[str, ...]) -> str:
    """The `accept` of a file input for some file types."""
    return ",".join(_MEDIA[each] for each in types)


def _open(application_id: UUID, person_id: UUID) -> DraftView:
    """The person's draft; Conflict when it is submitted already."""
    view = queries.draft(application_id, person_id)
    if view.row.submitted_at is not None:
        raise Conflict(
            "application.submitted", "This application has been submitted.", hint="Open its progress."
        )
    return view


def _page_address(view: DraftView, key: str) -> str:
    return reverse("page", args=[view.application_id, key])


def _next_address(view: DraftView, after: str | None = None) -> str:
    """The next open page, or the check when nothing is left."""
    found = view.next_page(after)
    return _page_address(view, found.key) if found else reverse("check", args=[view.application_id])


def _forward(view: DraftView) -> str:
    """Where the draft goes on: consent, what is known (when questions are left), a question, the check."""
    if view.row.consented_at is None:
        return reverse("consent", args=[view.application_id])
    if view.row.reviewed_at is None and view.next_page() is not None:
        return reverse("known", args=[view.application_id])
    return _next_address(view)


def _sources(view: DraftView) -> list[dict[str, Any]]:
    catalogue = view.draft.catalogue
    join = words.say("citizen.join")
    asked = view.row.consented_at is not None
    found = []
    for line in view.sources:
        whose: dict[str, dict[str, None]] = {}
        for address in line.elements:
            role = words.text(view.bound.role(address).name)
            whose.setdefault(role, {})[words.text(catalogue.element(address).name)] = None
        every = set(line.items) == {item.code for item in view.bound.items}
        state = line.state if line.allowed else "refused"
        found.append(
            {
                "code": line.resource.code,
                "department": department_name(catalogue, line.resource.department),
                "name": words.text(line.resource.name),
                "elements": [(role, join.join(names)) for role, names in whose.items()],
                "items": words.say("citizen.consent.every")
                if every
                else join.join(item_name(catalogue, code) for code in line.items),
                "allowed": line.allowed,
                "state": line.state if asked else "",
                "says": words.say(f"citizen.source_state.{state}"),
            }
        )
    return found


def _elements(view: DraftView, shown: Page) -> dict[str, Any]:
    return {address: view.draft.catalogue.element(address) for address in shown.addresses}


def _question_page(
    request: HttpRequest,
    view: DraftView,
    shown: Page,
    *,
    typed: dict[str, str] | None = None,
    faults: list[FieldFault] | None = None,
) -> HttpResponse:
    context = _question_context(view, shown, typed=typed or {}, faults=faults or [])
    return render(request, "citizen/questions.html", context, status=422 if faults else 200)


def _question_context(
    view: DraftView, shown: Page, *, typed: dict[str, str], faults: list[FieldFault]
) -> dict[str, Any]:
    questions = [question for question in view.asked if question.address in shown.addresses]
    fields = present.fields(
        questions,
        bound=view.bound,
        own_role=view.row.applicant_role,
        catalogue=view.draft.catalogue,
        values={**view.answers, **typed},
        faults={fault.address: fault for fault in faults},
    )
    if len(fields) == 1:
        fields = [replace(fields[0], heading=True)]
    before = view.page_before(shown.key)
    return {
        "view": view,
        "page": shown,
        "fields": fields,
        "title": fields[0].label if len(fields) == 1 else words.text(questions[0].role.name),
        "faults": forms.summary(faults, fields),
        "live": any(each.rederives for each in fields),
        "step": view.step(shown.key),
        "unmet": [words.text(message) for message in view.derivation.unmet],
        "back": _page_address(view, before.key) if before else reverse("known", args=[view.application_id]),
    }


def _materials_page(
    request: HttpRequest, view: DraftView, shown: Page, *, faults: dict[str, FieldFault] | None = None
) -> HttpResponse:
    found = faults or {}
    if request.method == "POST" and not found:
        found = {fault.address: fault for fault in view.faults if fault.address in shown.addresses}
        if not found:
            return redirect(_next_address(view, after=shown.key))
    before = view.page_before(shown.key)
    lines = [_material(view, one, found.get(one.key)) for one in view.materials]
    context = {
        "view": view,
        "page": shown,
        "materials": lines,
        "step": view.step(shown.key),
        "faults": [forms.Fault(line["dom"], line["name"], line["error"]) for line in lines if line["error"]],
        "back": _page_address(view, before.key) if before else reverse("known", args=[view.application_id]),
    }
    return render(request, "citizen/materials.html", context, status=422 if found else 200)


def _material(view: DraftView, one: NeededMaterial, fault: FieldFault | None) -> dict[str, Any]:
    material = one.bound.material
    join = words.say("citizen.join")
    return material_line(one) | {
        "name": present.paper(material, one.key, view.bound),
        "key": one.key,
        "dom": forms.dom(one.key),
        "required": one.required,
        "items": join.join(item_name(view.draft.catalogue, code) for code in one.items),
        "uploads": view.uploads.get(one.key, ()),
        "types": join.join(each.upper() for each in material.accepts),
        "megabytes": material.max_megabytes,
        "bytes": material.max_megabytes * _MEGABYTE,
        "accept": accept(material.accepts),
        "error": problems.fault_sentence(fault) if fault else "",
    }


def _check_context(view: DraftView) -> dict[str, Any]:
    catalogue = view.draft.catalogue
    plan = view.derivation.plan(calendars.current(), words.today())
    answers = [
        {
            "label": present.noun(question),
            "value": words.value(question.element, view.answers[question.address], catalogue),
            "note": words.say("citizen.check.self_declared") if question.self_declared else "",
            "href": _page_address(view, question.address),
        }
        for question in view.asked
        if question.address in view.answers
    ]
    materials = []
    for one in view.materials:
        files = view.uploads.get(one.key, ())
        missing = (
            words.say("citizen.check.later") if one.may_follow_days else words.say("citizen.check.no_file")
        )
        value = words.say("citizen.join").join(file.name for file in files) or missing
        name = present.paper(one.bound.material, one.key, view.bound)
        materials.append({"label": name, "value": value, "href": _page_address(view, "materials")})
    items = [
        {
            "code": state.code,
            "name": item_name(catalogue, state.code),
            "department": department_name(catalogue, catalogue.item(state.code).department),
            "out": state.chosen_out,
            "spared": words.text(item.item.skip_reason)
            if state.skipped and item and item.item.skip_reason
            else "",
            "choosable": item is not None and item.use.chosen_by == "applicant" and not state.skipped,
        }
        for state in view.derivation.items
        if state.applies or state.chosen_out or state.skipped
        for item in [view.bound.item(state.code)]
    ]
    left = view.next_page()
    return {
        "view": view,
        "answers": answers,
        "known": present.known_lines(view.derivation, catalogue),
        "known_count": len(view.derivation.prefilled),
        "materials": materials,
        "items": items,
        "sources": _sources(view),
        "unmet": [words.text(message) for message in view.derivation.unmet],
        "forward": _page_address(view, left.key) if left else "",
        "promised_day": words.day(plan.promised_on),
        "provisional": provisional(plan.promised_on, provisional=plan.provisional),
        "waits": promises.waits(plan),
    }


def _check_faults(view: DraftView, faults: list[FieldFault]) -> list[forms.Fault]:
    """Faults of a refused submission, each leading to the page that mends it."""
    catalogue = view.draft.catalogue
    labels = {question.address: present.noun(question) for question in view.asked}
    fetched = {line.address: present.noun(line) for line in view.derivation.prefilled}
    documents = {one.key: present.paper(one.bound.material, one.key, view.bound) for one in view.materials}
    found = []
    for fault in faults:
        name = labels.get(fault.address) or documents.get(fault.address) or fetched.get(fault.address, "")
        if fault.address in labels:
            target = _page_address(view, fault.address)
        elif fault.address.startswith(MEMBERS):
            target = _page_address(view, fault.address)
            name = words.text(view.bound.many[fault.address.removeprefix(MEMBERS)].name)
        elif fault.address in documents:
            target = _page_address(view, "materials")
        else:
            target = reverse("known", args=[view.application_id])
        found.append(forms.Fault(target, name, present.fault_words(fault, catalogue)))
    return found
