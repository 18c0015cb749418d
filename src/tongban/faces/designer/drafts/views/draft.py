"""One draft: its files, its comments, who works on it, and what can be done with it."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.catalogue.domain import Catalogue
from tongban.design import actions, domain, queries
from tongban.design.queries import DraftView, FileView
from tongban.faces.common import problems, words
from tongban.faces.common.views import next_of
from tongban.faces.designer.drafts import pages, starters
from tongban.faces.designer.drafts.views.lists import readers, starts
from tongban.faces.designer.naming import free_code
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import TongbanError

STEPS: Final = {"undo": actions.undo, "redo": actions.redo, "revert": actions.revert}


@readers
@require_GET
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Everything about one draft."""
    view = queries.draft(pages.post_of(request), draft_id)
    base, merged = queries.base(draft_id), queries.merged(draft_id)[0]
    context = {
        "files": [file_line(view, one, merged, base) for one in view.files],
        "comments": [comment_line(view, one, merged, base) for one in view.comments],
        "open_comments": sum(1 for one in view.comments if one.resolved_at is None),
        "groups": starts(merged),
        "max_text": domain.MAX_TEXT,
        "max_title": domain.MAX_TITLE,
    }
    return pages.page(request, "designer/draft.html", context, draft=view, tab="draft")


@access.role(Role.DESIGNER)
@require_POST
def rename(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Another title."""
    return done(
        request,
        draft_id,
        lambda: actions.rename(pages.post_of(request), draft_id, request.POST.get("title", "")),
        "designer.told.renamed",
    )


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Give the draft up, after a question."""
    view = queries.draft(pages.post_of(request), draft_id)
    if request.method == "POST":
        return done(
            request,
            draft_id,
            lambda: actions.discard(pages.post_of(request), draft_id),
            "designer.told.discarded",
            to=reverse("drafts:list"),
        )
    context = {
        "title": words.say("designer.discard.title"),
        "line": words.say("designer.discard.line", title=view.title),
        "safe": words.say("designer.discard.safe"),
        "act": words.say("designer.discard.act"),
        "back": reverse("drafts:draft", args=[draft_id]),
        "danger": True,
    }
    return pages.page(request, "common/confirm.html", context, draft=view)


@access.role(Role.DESIGNER)
@require_POST
def take_up(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Put a file on the draft's list."""
    kind, _, code = request.POST.get("file", "").partition("/")
    return done(
        request,
        draft_id,
        lambda: actions.take_up(pages.post_of(request), draft_id, kind, code),
        "",
        to=pages.editor(draft_id, kind, code) if kind and code else "",
    )


@access.role(Role.DESIGNER)
@require_POST
def make(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Begin a decision table in a draft, by its name; its code is made from the name's sound."""
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[: starters.MOST_NAME]
    name = name or words.say("designer.make.default")
    taken = {*queries.base(draft_id).decisions} | {code for _, code in queries.changes(draft_id)}
    code = free_code(name, taken)
    content = {"code": code, "model": starters.decision(code, name)}
    return done(
        request,
        draft_id,
        lambda: actions.save(pages.post_of(request), draft_id, "decisions", code, content, 0),
        "",
        to=pages.editor(draft_id, "decisions", code),
    )


@access.role(Role.DESIGNER)
@require_POST
def step(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Undo, redo or revert one file."""
    kind, code = request.POST.get("kind", ""), request.POST.get("code", "")
    way = request.POST.get("way", "")
    act = STEPS.get(way, actions.undo)
    return done(
        request,
        draft_id,
        lambda: act(pages.post_of(request), draft_id, kind, code),
        f"designer.told.{way}" if way in STEPS else "designer.told.undo",
    )


@readers
@require_POST
def comment(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A remark on the draft, or on one of its files."""
    kind, _, code = request.POST.get("file", "").partition("/")
    text = request.POST.get("text", "")
    element = request.POST.get("element", "")
    return done(
        request,
        draft_id,
        lambda: actions.comment(pages.post_of(request), draft_id, kind, code, element, text),
        "designer.told.commented",
        anchor="#comments",
    )


@readers
@require_POST
def resolve(request: HttpRequest, draft_id: UUID, comment_id: UUID) -> HttpResponse:
    """A remark is dealt with, or not after all."""
    resolved = request.POST.get("resolved", "1") == "1"
    return done(
        request,
        draft_id,
        lambda: actions.resolve_comment(pages.post_of(request), draft_id, comment_id, resolved=resolved),
        "designer.told.resolved" if resolved else "designer.told.reopened",
        anchor="#comments",
    )


def done(
    request: HttpRequest, draft_id: UUID, act: Any, told: str, *, to: str = "", anchor: str = ""
) -> HttpResponse:
    """Do it, say so on the next page, or say why not."""
    back = reverse("drafts:draft", args=[draft_id])
    try:
        act()
    except TongbanError as error:
        if error.status in {404, 500}:
            raise
        messages.error(request, problems.sentence(error))
        return redirect(back + anchor)
    if told:
        messages.success(request, words.say(told))
    return redirect((to or next_of(request, back)) + anchor)


def file_line(view: DraftView, one: FileView, merged: Catalogue, base: Catalogue) -> dict[str, Any]:
    """One file as the page shows it."""
    return {
        "file": one,
        "key": f"{one.kind}/{one.code}",
        "name": pages.name_of(merged, one.kind, one.code, base),
        "kind": words.say(f"designer.kind.{one.kind}"),
        "effect": words.say(f"designer.effect.{one.effect}"),
        "href": pages.editor(view.id, one.kind, one.code),
    }


def comment_line(
    view: DraftView, one: queries.CommentView, merged: Catalogue, base: Catalogue
) -> dict[str, Any]:
    """One remark as the page shows it."""
    return {
        "comment": one,
        "about": pages.name_of(merged, one.kind, one.code, base) if one.kind else "",
        "href": pages.editor(view.id, one.kind, one.code) if one.kind else "",
    }
