"""A human task of a drawn process: what is to be done, who says what, done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import errands
from tongban.casework.errands import Errand
from tongban.faces.common import forms, problems, words
from tongban.faces.common.numbers import whole
from tongban.faces.workbench import posts
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, TongbanError

LONGEST: Final = 500
"""Characters of what is said about a task."""
_FORM: Final = "form:"
"""Front of the names of a form's fields."""


@access.role(Role.CLERK)
@require_GET
def errand(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """The task with its instructions; nothing of the case but its number."""
    return _page(request, errands.errand(posts.current(request), application_id, token))


@access.role(Role.CLERK)
@require_POST
def claim(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """Take it, or give it back."""
    seen = whole(request.POST.get("seen", ""))
    try:
        errands.claim(posts.current(request), application_id, token, seen=seen)
    except Conflict as error:
        messages.warning(request, problems.sentence(error))
    return redirect("workbench:errand", application_id=application_id, token=token)


@access.role(Role.CLERK)
@require_POST
def say(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """A department's word in a joint task."""
    post = posts.current(request)
    note = request.POST.get("note", "").strip()[:LONGEST]
    try:
        errands.say(post, application_id, token, agrees=request.POST.get("word") == "agrees", note=note)
    except InvalidInput as error:
        return _page(request, errands.errand(post, application_id, token), error=error, note=note)
    messages.success(request, words.say("workbench.errand.said"))
    return redirect("workbench:errand", application_id=application_id, token=token)


@access.role(Role.CLERK)
@require_POST
def complete(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """It is done; the process goes on."""
    post = posts.current(request)
    note = request.POST.get("note", "").strip()[:LONGEST]
    held = errands.errand(post, application_id, token)
    sent = forms.read(request.POST, {_name(one.element.code): one.element for one in held.asked})
    typed = {name.removeprefix(_FORM): raw for name, raw in sent.items()}
    try:
        errands.complete(post, application_id, token, note, typed)
    except (InvalidInput, Conflict) as error:
        return _page(request, held, error=error, note=note, typed=typed)
    messages.success(request, words.say("workbench.errand.done"))
    return redirect("workbench:inbox")


@access.role(Role.CLERK)
@require_POST
def report(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """Report something upwards; the task itself may go on."""
    what = request.POST.get("what", "").strip()[:LONGEST]
    try:
        errands.report(posts.current(request), application_id, token, request.POST.get("report", ""), what)
    except InvalidInput as error:
        messages.warning(request, problems.sentence(error))
        return redirect("workbench:errand", application_id=application_id, token=token)
    messages.success(request, words.say("workbench.errand.reported"))
    return redirect("workbench:inbox")


def line(one: Errand) -> dict[str, str]:
    """One of them in the inbox."""
    return {
        "title": one.title,
        "number": one.number,
        "event": words.text(one.event_name),
        "since": words.moment(one.since),
        "href": reverse("workbench:errand", args=[one.application_id, one.token]),
        "assigned": identity.display_name(one.assigned_to) if one.assigned_to else "",
    }


def _name(code: str) -> str:
    return _FORM + code


def _fields(one: Errand, typed: Mapping[str, str], faults: Sequence[FieldFault]) -> list[forms.Field]:
    """The form of the task."""
    if not one.leads:
        return []
    wrong = {fault.address: fault for fault in faults}
    return [
        forms.field_of(
            asked.element,
            name=_name(asked.element.code),
            label=words.text(asked.element.name),
            catalogue=one.catalogue,
            value=typed.get(asked.element.code),
            required=asked.required,
            fault=wrong.get(asked.element.code),
        )
        for asked in one.asked
    ]


def _page(
    request: HttpRequest,
    one: Errand,
    *,
    error: TongbanError | None = None,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    post = posts.current(request)
    faults = error.faults if error else ()
    fields = _fields(one, typed or {}, faults)
    unsaid = next((fault for fault in faults if fault.address == "note"), None)
    said = problems.fault_sentence(unsaid) if unsaid else ""
    if error and not faults:
        said = problems.sentence(error)
    field = forms.Field(
        name="note",
        label=words.say("workbench.errand.note" if one.leads else "workbench.errand.reason"),
        kind="long",
        value=note,
        error=said,
        # A word's label says itself when a reason is needed: “optional” beside it would contradict that.
        required=not (one.leads and one.notice),
    )
    context = {
        "errand": one,
        "line": line(one),
        "field": field,
        "fields": fields,
        "faults": forms.summary(
            [fault if fault is unsaid else replace(fault, address=_name(fault.address)) for fault in faults],
            [*fields, field],
        ),
        "mine": one.assigned_to == post.account_id,
        "seen": one.assigned_to or "",
        "joint": [
            {
                "department": posts.department(each.department),
                "state": {None: "waiting", True: "approved", False: "rejected"}[each.agrees],
                "words": words.say(
                    {
                        None: "workbench.errand.open",
                        True: "workbench.errand.agrees",
                        False: "workbench.errand.objects",
                    }[each.agrees]
                ),
            }
            for each in one.words
        ],
    }
    return posts.page(request, "workbench/errand.html", context, status=422 if error else 200)
