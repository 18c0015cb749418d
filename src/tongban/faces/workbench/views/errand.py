"""A human task of a drawn process: what is to be done, who says what, done."""

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
from tongban.faces.workbench import posts
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, InvalidInput, TongbanError

LONGEST: Final = 500
"""Characters of what is said about a task."""


@access.role(Role.CLERK)
@require_GET
def errand(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """The task with its instructions; nothing of the case but its number."""
    return _page(request, errands.errand(posts.current(request), application_id, token))


@access.role(Role.CLERK)
@require_POST
def claim(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """Take it, or give it back."""
    seen = request.POST.get("seen", "")
    try:
        errands.claim(
            posts.current(request), application_id, token, seen=int(seen) if seen.isdigit() else None
        )
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
    try:
        errands.complete(post, application_id, token, note)
    except (InvalidInput, Conflict) as error:
        return _page(request, errands.errand(post, application_id, token), error=error, note=note)
    messages.success(request, words.say("workbench.errand.done"))
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


def _page(
    request: HttpRequest, one: Errand, *, error: TongbanError | None = None, note: str = ""
) -> HttpResponse:
    post = posts.current(request)
    field = forms.Field(
        name="note",
        label=words.say("workbench.errand.note" if one.leads else "workbench.errand.reason"),
        kind="long",
        value=note,
        error=problems.sentence(error) if error else "",
        required=one.leads,
    )
    context = {
        "errand": one,
        "line": line(one),
        "field": field,
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
