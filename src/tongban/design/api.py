"""What the editors of the designer call: files of a draft, their steps, comments, the check. Thin.

Signed in by the session; whatever changes something carries the CSRF token (header ``X-CSRFToken``). An
overlay's code holds a slash (``430100/birth_certificate``), so a path ends in the code or in one more word.
"""

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from ninja import Field, Router, Schema, Status
from ninja.security import django_auth

from tongban.design import actions, domain, queries, reviewing
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.identity.domain import Post
from tongban.kernel.errors import Conflict, InvalidInput

router = Router(tags=["designer"], auth=django_auth)
readers = access.role(*sorted(domain.READERS))


class NewDraft(Schema):
    """A draft to begin."""

    title: str
    start: list[str] = Field(default_factory=list, description="files to take up: `kind/code`")


class Save(Schema):
    """A file as an editor has it."""

    content: dict[str, Any] | None
    """The file as JSON; `{"code", "model"}` for processes and decisions; null removes it."""
    seen: int | None = None
    """The revision that the editor started from; the header If-Match says it as well."""


class Remark(Schema):
    """A comment."""

    text: str
    element: str = ""


class Resolution(Schema):
    """Whether a comment is dealt with."""

    resolved: bool = True


def told(view: Any) -> Any:
    """The view; a file that somebody else changed is told with who and when, for a person to decide."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except Conflict as error:
            if error.code != "draft.changed":
                raise
            by = error.params.get("by")
            problem = error.to_problem(request.path) | {
                "by": identity.display_name(by) if by is not None else "",
                "at": error.params.get("at", ""),
                "revision": error.params.get("revision", 0),
            }
            return JsonResponse(problem, status=problem["status"], content_type="application/problem+json")

    return answer


@router.get("/drafts", summary="Drafts, touched last first")
@readers
def drafts(request: HttpRequest, state: str = "", q: str = "", page: int = 1) -> dict[str, Any]:
    """One page of the list; without `state` all but the discarded."""
    found = queries.drafts(_post(request), state=state, q=q, page=page)
    return {
        "drafts": [
            {
                "id": str(one.id),
                "title": one.title,
                "state": str(one.state),
                "touched_at": one.touched_at.isoformat(),
                "people": list(one.people),
                "files": one.files,
                "open_comments": one.open_comments,
            }
            for one in found.rows
        ],
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
    }


@router.post("/drafts", response={201: dict}, summary="Begin a draft")
@readers
def open_draft(request: HttpRequest, given: NewDraft) -> Any:
    """A draft over the newest version."""
    start = [(kind, code) for kind, _, code in (one.partition("/") for one in given.start)]
    return Status(201, {"id": str(actions.open_draft(_post(request), given.title, start))})


@router.get("/drafts/{uuid:draft_id}", summary="A draft with its files, comments and moves")
@readers
def draft(request: HttpRequest, draft_id: UUID) -> dict[str, Any]:
    """Everything but the content of the files."""
    found = queries.draft(_post(request), draft_id)
    return {
        "id": str(found.id),
        "title": found.title,
        "state": str(found.state),
        "base_version": found.base_version,
        "newest_version": found.newest_version,
        "people": list(found.people),
        "files": [_file_json(one) for one in found.files],
        "comments": [_comment_json(one) for one in found.comments],
        "moves": [
            {
                "move": one.move,
                "by": one.by,
                "at": one.at.isoformat(),
                "note": one.note,
                "applies_from": one.applies_from.isoformat() if one.applies_from else None,
            }
            for one in found.moves
        ],
    }


@router.get("/drafts/{uuid:draft_id}/check", summary="What the review finds in a draft")
@readers
def check(request: HttpRequest, draft_id: UUID) -> dict[str, Any]:
    """Findings about the whole; errors keep it from being submitted."""
    queries.draft(_post(request), draft_id)
    review, merged = reviewing.review_of(draft_id)
    return {"version": merged.version, "findings": [one.to_json() for one in review.findings]}


@router.post("/drafts/{uuid:draft_id}/comments/{uuid:comment_id}", summary="Resolve a comment, or reopen it")
@readers
def resolve(request: HttpRequest, draft_id: UUID, comment_id: UUID, given: Resolution) -> dict[str, Any]:
    """Say that a comment is dealt with."""
    actions.resolve_comment(_post(request), draft_id, comment_id, resolved=given.resolved)
    return {"resolved": given.resolved}


@router.post("/drafts/{uuid:draft_id}/files/{kind}/{path:code}/undo", summary="Take back the last step")
@readers
def undo(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> dict[str, Any]:
    """The file as it is now."""
    actions.undo(_post(request), draft_id, kind, code)
    return _content(request, draft_id, kind, code)


@router.post("/drafts/{uuid:draft_id}/files/{kind}/{path:code}/redo", summary="Do again what was taken back")
@readers
def redo(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> dict[str, Any]:
    """The file as it is now."""
    actions.redo(_post(request), draft_id, kind, code)
    return _content(request, draft_id, kind, code)


@router.post("/drafts/{uuid:draft_id}/files/{kind}/{path:code}/revert", summary="Back to what applies")
@readers
def revert(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> dict[str, Any]:
    """The file as it is now."""
    actions.revert(_post(request), draft_id, kind, code)
    return _content(request, draft_id, kind, code)


@router.get("/drafts/{uuid:draft_id}/files/{kind}/{path:code}/comments", summary="Comments on a file")
@readers
def comments(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> list[dict[str, Any]]:
    """Oldest first."""
    found = queries.draft(_post(request), draft_id).comments
    return [_comment_json(one) for one in found if (one.kind, one.code) == (kind, code)]


@router.post(
    "/drafts/{uuid:draft_id}/files/{kind}/{path:code}/comments", response={201: dict}, summary="Comment on it"
)
@readers
def comment(request: HttpRequest, draft_id: UUID, kind: str, code: str, given: Remark) -> Any:
    """On the file, or on one element of it."""
    made = actions.comment(_post(request), draft_id, kind, code, given.element, given.text)
    return Status(201, {"id": str(made)})


@router.get("/drafts/{uuid:draft_id}/files/{kind}/{path:code}/check", summary="What is found in a file")
@readers
def check_file(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> dict[str, Any]:
    """The findings of the whole draft that are about this file."""
    queries.draft(_post(request), draft_id)
    review, merged = reviewing.review_of(draft_id)
    about = [one.to_json() for one in review.findings if (one.kind, one.file) == (kind, code)]
    return {"version": merged.version, "findings": about}


@router.get("/drafts/{uuid:draft_id}/files/{kind}/{path:code}", summary="A file as the draft has it")
@readers
def file(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> dict[str, Any]:
    """Content and revision; as the base version has it when the draft has not changed it."""
    return _content(request, draft_id, kind, code)


@router.put("/drafts/{uuid:draft_id}/files/{kind}/{path:code}", summary="Keep a file")
@readers
@told
def save(request: HttpRequest, draft_id: UUID, kind: str, code: str, given: Save) -> Any:
    """Autosave; problem `draft.changed` (409, with by, at and revision) when somebody else was quicker."""
    post = _post(request)
    revision = actions.save(post, draft_id, kind, code, given.content, _seen(request, given))
    found = queries.draft(post, draft_id).file(kind, code)
    return {
        "revision": revision,
        "may_undo": bool(found and found.may_undo),
        "may_redo": bool(found and found.may_redo),
    }


def _post(request: HttpRequest) -> Post:
    return domain.as_one(request.posts)  # type: ignore[attr-defined]  # the access middleware adds it


def _seen(request: HttpRequest, given: Save) -> int:
    header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if header.isascii() and header.isdigit():
        return int(header)
    if given.seen is None or header:
        raise InvalidInput(
            "draft.seen",
            "A save says which revision it started from.",
            hint='Send "seen" or the header If-Match with the revision that you read.',
            status=428,
        )
    return given.seen


def _content(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> dict[str, Any]:
    post = _post(request)
    content, revision = queries.file(post, draft_id, kind, code)
    found = queries.draft(post, draft_id).file(kind, code)
    return {
        "kind": kind,
        "code": code,
        "content": content,
        "revision": revision,
        "effect": found.effect if found else "same",
        "may_undo": bool(found and found.may_undo),
        "may_redo": bool(found and found.may_redo),
    }


def _file_json(one: queries.FileView) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "code": one.code,
        "revision": one.revision,
        "effect": one.effect,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at.isoformat() if one.changed_at else None,
        "may_undo": one.may_undo,
        "may_redo": one.may_redo,
        "open_comments": one.open_comments,
    }


def _comment_json(one: queries.CommentView) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind,
        "code": one.code,
        "element": one.element,
        "text": one.text,
        "by": one.by,
        "at": one.at.isoformat(),
        "resolved_by": one.resolved_by,
        "resolved_at": one.resolved_at.isoformat() if one.resolved_at else None,
    }
