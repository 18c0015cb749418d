"""One task: what its item needs and nothing else of the case; taking it, giving it on, signing it."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.casework import inbox as casework
from tongban.casework import tasks
from tongban.faces.common import forms, pictures, problems, words
from tongban.faces.workbench import changes, posts, present
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput

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
@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Give the task to a colleague of the same department and region."""
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    faults: list[FieldFault] = []
    chosen = request.POST.get("to", "")
    colleagues = {
        account: name
        for account, name in identity.colleagues(post.department, post.region)
        if account != view.dispatch.assigned_to
    }
    if request.method == "POST":
        if not chosen.isdigit() or int(chosen) not in colleagues:
            faults = [FieldFault("to", "task.no_colleague", "Nobody was chosen.", "Choose a colleague.")]
        else:
            try:
                tasks.reassign(post, dispatch_id, version_of(request), int(chosen))
            except Conflict as error:
                return changes.page(request, dispatch_id, error)
            messages.success(request, words.say("workbench.done.reassigned", who=colleagues[int(chosen)]))
            return redirect("workbench:inbox")
    field = forms.Field(
        name="to",
        label=words.say("workbench.reassign.to"),
        kind="choice" if len(colleagues) <= forms.RADIOS_UP_TO else "select",
        groups=(
            (
                "",
                tuple(
                    forms.Option(value=str(account), words=name, chosen=str(account) == chosen)
                    for account, name in colleagues.items()
                ),
            ),
        ),
        error=problems.fault_sentence(faults[0]) if faults else "",
    )
    context = {
        "task": present.head(view),
        "field": field,
        "colleagues": colleagues,
        "faults": forms.summary(faults, [field]),
    }
    return posts.page(request, "workbench/reassign.html", context, status=422 if faults else 200)


@access.role(Role.CLERK)
@require_POST
def sign(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Sign a joint step for one's department, or object with a reason."""
    agrees = request.POST.get("word") == "agrees"
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    try:
        if request.POST.get("word") not in {"agrees", "objects"}:
            raise InvalidInput("task.no_word", "Neither agreement nor objection.", hint="Choose one.")  # noqa: TRY301 -- the same answer as for a refusal below
        tasks.sign(posts.current(request), dispatch_id, agrees=agrees, reason=reason)
    except InvalidInput as error:
        return _page(request, dispatch_id, error=error, word=request.POST.get("word", ""), reason=reason)
    except Conflict as error:
        typed = [changes.Typed(words.say("workbench.joint.reason"), reason)] if reason else []
        return changes.page(request, dispatch_id, error, typed)
    messages.success(request, words.say("workbench.done.signed" if agrees else "workbench.done.objected"))
    return redirect("workbench:task", dispatch_id=dispatch_id)


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
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0  # noqa: PLR2004 -- fits the column


def _act(request: HttpRequest, dispatch_id: UUID, do: Any, done: str) -> HttpResponse:
    try:
        do(posts.current(request), dispatch_id, version_of(request))
    except Conflict as error:
        return changes.page(request, dispatch_id, error)
    messages.success(request, words.say(done))
    return redirect("workbench:task", dispatch_id=dispatch_id)


def _page(
    request: HttpRequest,
    dispatch_id: UUID,
    *,
    error: InvalidInput | None = None,
    word: str = "",
    reason: str = "",
) -> HttpResponse:
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    may = present.task_acts(post, view)
    faults = [forms.Fault("f-reason", "", problems.sentence(error))] if error else []
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
        "own_word": next((each for each in view.signatures if each.department == post.department), None),
        "word": word,
        "reason": reason,
        "faults": faults,
        "correction": present.open_correction(view),
        "outcome": present.outcome(view),
        "history": changes.history(view.dispatch),
        "earlier": present.earlier(view.earlier),
        "leads": view.may_decide,
        "lead": words.text(view.dispatch.department.short),
    }
    return posts.page(request, "workbench/task.html", context, status=422 if faults else 200)


def _anothers(post: Post, view: casework.WorkView) -> str:
    """The colleague who works on it, when it is not oneself."""
    to = view.dispatch.assigned_to
    return posts.colleague(to) if to is not None and to != post.account_id else ""
