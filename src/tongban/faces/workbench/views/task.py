"""One task: what its item needs and nothing else of the case; taking it and giving it back."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import inbox as casework
from tongban.casework import tasks
from tongban.faces.common import pictures, words
from tongban.faces.common.numbers import whole
from tongban.faces.workbench import changes, posts, present
from tongban.identity import access
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, InvalidInput

LONGEST: Final = 500
"""Characters of one written text."""


@access.role(Role.CLERK)
@require_GET
def task(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """The case view; opening it is on the record of the case, with its purpose."""
    return _page(request, dispatch_id)


@access.role(Role.CLERK)
@require_GET
def flow(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """The whole case as its diagram: states of all items, values of none."""
    post = posts.current(request)
    view = casework.whole(post, dispatch_id)
    shown = pictures.of_case(view, with_staff=False)
    own = next(each for each in view.dispatches if each.id == dispatch_id)
    context = {
        "item": words.text(own.item.name),
        "number": view.number,
        "dispatch_id": dispatch_id,
        "picture": shown.svg,
        "steps": shown.steps,
    }
    return posts.page(request, "workbench/flow.html", context)


@access.role(Role.CLERK)
@require_POST
def claim(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Take the task for oneself."""
    return _act(request, dispatch_id, tasks.claim, "workbench.done.claimed")


@access.role(Role.CLERK)
@require_POST
def release(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Give the task back."""
    return _act(request, dispatch_id, tasks.release, "workbench.done.released")


@access.role(Role.CLERK)
@require_POST
def accept(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Accept the application for this item (受理)."""
    return _act(request, dispatch_id, tasks.accept, "workbench.done.accepted")


@access.role(Role.CLERK)
@require_GET
def file(request: HttpRequest, dispatch_id: UUID, file_id: UUID) -> HttpResponse:
    """One document of the task. Pictures are shown; anything else is only saved, never run here."""
    name, media_type, content = casework.file_content(posts.current(request), dispatch_id, file_id)
    inline = media_type in present.INLINE
    response = HttpResponse(content, content_type=media_type if inline else "application/octet-stream")
    disposition = content_disposition_header(not inline, name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def version_of(request: HttpRequest) -> int:
    """The version that the clerk's page showed; 0, which nothing has, when the form was tampered with."""
    return whole(request.POST.get("version", "")) or 0


def _act(request: HttpRequest, dispatch_id: UUID, do: Any, done: str) -> HttpResponse:
    try:
        do(posts.current(request), dispatch_id, version_of(request))
    except InvalidInput as error:
        if error.code != "task.overrule_reason":
            raise
        return redirect("workbench:reassign", dispatch_id=dispatch_id)  # where a reason can be given
    except Conflict as error:
        return changes.page(request, dispatch_id, error)
    messages.success(request, words.say(done))
    return redirect("workbench:task", dispatch_id=dispatch_id)


def _page(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    may = present.task_acts(post, view)
    context = {
        "task": present.head(view),
        "may": may,
        "anothers": _anothers(post, view),
        "groups": present.groups(view),
        "files": present.files(view),
        "lacking": present.lacking(view),
        "findings": present.findings(view),
        "effects": present.effects(view),
        "joint": present.signatures(view),
        "assignment": present.assignment(view),
        "settling": present.settling(view),
        "own_word": own_word(post, view),
        "correction": present.open_correction(view) if view.may_decide else None,
        "outcome": present.outcome(view),
        "history": changes.history(view.dispatch),
        "earlier": present.earlier(view.earlier),
        "leads": view.may_decide,
        "lead": words.text(view.dispatch.department.short),
    }
    return posts.page(request, "workbench/task.html", context)


def own_word(post: Post, view: casework.WorkView) -> casework.SignatureLine | None:
    """The part of the clerk's own department in a joint review that another leads."""
    return next((each for each in view.signatures if each.department == post.department), None)


def _anothers(post: Post, view: casework.WorkView) -> str:
    """The colleague who works on it, when it is not oneself."""
    to = view.dispatch.assigned_to
    return posts.colleague(to) if to is not None and to != post.account_id else ""
