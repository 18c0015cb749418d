"""A draft on its way to what applies: the review, bringing it up to date, submit, decide."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.catalogue import queries as catalogue
from tongban.catalogue.domain import Catalogue
from tongban.design import actions, approving, domain, queries, reviewing
from tongban.design.domain import Move, State
from tongban.design.queries import DraftView
from tongban.faces.common import problems, words
from tongban.faces.designer.drafts import pages, present
from tongban.faces.designer.drafts.views.draft import done
from tongban.faces.designer.drafts.views.lists import readers
from tongban.faces.designer.drafts.views.versions import day_of
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, InvalidInput, NotAllowed


@readers
@require_GET
def review(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What the draft would do: findings first, then access, differences and figures."""
    view = queries.draft(pages.post_of(request), draft_id)
    return pages.page(
        request,
        "designer/review.html",
        _reviewed(view) | {"decides": _decides(request, view)},
        draft=view,
        tab="review",
    )


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Ask for approval: from which day, and why."""
    post = pages.post_of(request)
    view = queries.draft(post, draft_id)
    today = catalogue.today()
    typed = request.POST.get("applies_from", today.isoformat())
    note = request.POST.get("note", "")
    error = ""
    if request.method == "POST":
        try:
            actions.submit(post, draft_id, day_of(typed), note)
        except (InvalidInput, Conflict) as refused:
            error = problems.sentence(refused)
        else:
            messages.success(request, words.say("designer.told.submitted"))
            return redirect("drafts:draft", draft_id)
    context = {
        "applies_from": typed,
        "today": today.isoformat(),
        "note": note,
        "error": error,
        "max_note": domain.MAX_TEXT // 2,
    }
    return pages.page(
        request, "designer/submit.html", context, draft=view, tab="review", status=422 if error else 200
    )


@access.role(Role.DESIGNER)
@require_POST
def withdraw(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take a submitted draft back."""
    return done(
        request,
        draft_id,
        lambda: actions.withdraw(pages.post_of(request), draft_id),
        "designer.told.withdrawn",
    )


@access.role(Role.APPROVER)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Approve what was reviewed, or send it back with the reason."""
    post = pages.post_of(request)
    view = queries.draft(post, draft_id)
    error = ""
    if request.method == "POST":
        approves = request.POST.get("decision") == "approve"
        note = request.POST.get("note", "")
        try:
            if approves:
                actions.approve(post, draft_id, request.POST.get("seen", ""), note)
            else:
                actions.refuse(post, draft_id, note)
        except (InvalidInput, Conflict, NotAllowed) as refused:
            error = problems.sentence(refused)
        else:
            told = "designer.told.approved" if approves else "designer.told.refused"
            messages.success(request, words.say(told))
            return redirect("drafts:versions" if approves else "drafts:list")
        view = queries.draft(post, draft_id)
    submitted = next((one for one in reversed(view.moves) if one.move == Move.SUBMIT), None)
    context = _reviewed(view) | {
        "submitted": submitted,
        "seen": submitted.content_version if submitted else "",
        "decides": _decides(request, view),
        "error": error,
        "note": request.POST.get("note", ""),
        "max_note": domain.MAX_TEXT // 2,
    }
    return pages.page(
        request, "designer/decide.html", context, draft=view, tab="review", status=422 if error else 200
    )


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def rebase(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Bring a draft up to date; where both sides changed a file, a person chooses."""
    post = pages.post_of(request)
    error = ""
    if request.method == "POST":
        choices = {
            name.removeprefix("choice:"): value
            for name, value in request.POST.items()
            if name.startswith("choice:") and isinstance(value, str)
        }
        try:
            actions.rebase(post, draft_id, request.POST.get("onto", ""), choices)
        except (InvalidInput, Conflict) as refused:
            error = problems.sentence(refused)
        else:
            messages.success(request, words.say("designer.told.rebased"))
            return redirect("drafts:review", draft_id)
    view = queries.draft(post, draft_id)
    if not view.moved_on:
        return redirect("drafts:draft", draft_id)
    newest, base, mine = (
        catalogue.version(view.newest_version),
        queries.base(draft_id),
        queries.merged(draft_id)[0],
    )
    context = {
        "error": error,
        "onto": view.newest_version,
        "clashes": [
            {
                "key": f"{kind}/{code}",
                "name": pages.name_of(mine, kind, code, newest, base),
                "kind": words.say(f"designer.kind.{kind}"),
                "mine": _sides(base, mine, kind, code),
                "theirs": _sides(base, newest, kind, code),
            }
            for kind, code in queries.clashes(draft_id)
        ],
        "things": present.things(reviewing.compared(base, newest).difference, newest, base),
    }
    return pages.page(
        request, "designer/rebase.html", context, draft=view, tab="draft", status=422 if error else 200
    )


def _sides(base: Catalogue, side: Catalogue, kind: str, code: str) -> list[str]:
    """What one side changed in a file, in sentences."""
    changes = reviewing.compared(base, side).difference.by_thing().get((kind, code), ())
    return [words.text(one.sentence) for one in changes] or [words.say("designer.rebase.wording")]


def _reviewed(view: DraftView) -> dict[str, Any]:
    found, merged = reviewing.review_of(view.id)
    base = queries.base(view.id)
    return {"review": present.review(found, base, merged, view.id), "empty": not queries.changes(view.id)}


def _decides(request: HttpRequest, view: DraftView) -> bool:
    """Whether this person may decide about the draft."""
    submitted = next((one for one in reversed(view.moves) if one.move == Move.SUBMIT), None)
    return view.state is State.SUBMITTED and approving.may_approve(
        view.hands, submitted.by_id if submitted else None, pages.post_of(request)
    )
