"""Named mutations of drafts; each one transaction with its event.

What leads a draft to what applies is told here and stands in `approving`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.catalogue import queries as catalogue
from tongban.design import domain, rows
from tongban.design.approving import approve, refuse, roll_back, submit, withdraw
from tongban.design.domain import Move, Saved, check_file, require, words
from tongban.design.events import (
    Commented,
    CommentResolved,
    DraftOpened,
    DraftRebased,
    DraftRenamed,
    FileSaved,
    FileStepped,
    stream,
)
from tongban.design.models import Comment, Draft, DraftFile, Revision
from tongban.identity.domain import Post, Role
from tongban.journal.actions import record
from tongban.kernel import canonical
from tongban.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge, Unavailable

__all__ = [
    "approve",
    "comment",
    "discard",
    "open_draft",
    "rebase",
    "redo",
    "refuse",
    "rename",
    "resolve_comment",
    "revert",
    "roll_back",
    "save",
    "submit",
    "take_up",
    "undo",
    "withdraw",
]


@transaction.atomic
def open_draft(post: Post, title: str, start: Iterable[tuple[str, str]] = ()) -> UUID:
    """Begin a draft over the newest version, taking up the files of `start` (kind, code) unchanged."""
    require(post, Role.DESIGNER)
    base = catalogue.newest()
    if base is None:
        raise Unavailable("catalogue.not_published", "No catalogue has been published yet.")
    now = datetime.now(UTC)
    draft = Draft.objects.create(
        title=words(title, most=domain.MAX_TITLE, code="draft.title"),
        base_version=base,
        opened_by=post.account_id,
        opened_at=now,
        touched_at=now,
    )
    record(stream(draft.pk), DraftOpened(base_version=base), actor=rows.actor(post))
    for kind, code in start:
        _take_up(draft, kind, code)
    return draft.pk


@transaction.atomic
def take_up(post: Post, draft_id: UUID, kind: str, code: str) -> None:
    """Put a file on the draft's list without changing it; nothing when it stands there."""
    require(post, Role.DESIGNER)
    _take_up(rows.open_draft_of(draft_id), kind, code)


@transaction.atomic
def rename(post: Post, draft_id: UUID, title: str) -> None:
    """Give a draft another title."""
    require(post, Role.DESIGNER)
    draft = rows.open_draft_of(draft_id)
    draft.title = words(title, most=domain.MAX_TITLE, code="draft.title")
    draft.touched_at = datetime.now(UTC)
    draft.save(update_fields=["title", "touched_at"])
    record(stream(draft.pk), DraftRenamed(), actor=rows.actor(post), payload={"title": draft.title})


@transaction.atomic
def discard(post: Post, draft_id: UUID, note: str = "") -> None:
    """Give a draft up; it can still be read."""
    require(post, Role.DESIGNER)
    draft = rows.draft_of(draft_id, lock=True)
    rows.move(draft, Move.DISCARD, post, note=note.strip()[: domain.MAX_TEXT])


@transaction.atomic
def save(  # noqa: PLR0917 - the contract with every editor
    post: Post,
    draft_id: UUID,
    kind: str,
    code: str,
    content: Mapping[str, Any] | None,
    seen: int,
    *,
    apart: bool = False,
) -> int:
    """Keep one file as an editor has it; the file's revision from now on.

    Saves of one person in quick succession are one step for `undo`. The same content again changes nothing,
    so a request whose answer was lost may be sent again.

    Args:
        post: who saves, as what.
        draft_id: the draft.
        kind: folder of the file: ``items``.
        code: its code.
        content: the file as plain JSON; ``{"code", "model"}`` for processes and decisions; None removes it.
        seen: the file's revision that the editor started from; 0 when the draft had not changed it.
        apart: a step of its own for `undo`, however soon after the last one.

    Raises Conflict `draft.changed` (by, at, revision) when the file has changed since, InvalidInput for what
    is no JSON, TooLarge.
    """
    require(post, Role.DESIGNER)
    check_file(kind, code)
    plain = _plain(content)
    draft = rows.open_draft_of(draft_id)
    file = _file(draft, kind, code)
    now = datetime.now(UTC)
    if content == rows.content_at(draft, file if file.pk else None, kind, code):
        return file.revision
    _check_seen(file, seen)
    if file.pk is None:
        _check_room(draft)
        file.save()
    last = file.at
    merged = (
        not apart
        and last is not None
        and content is not None
        and not last.after.exists()
        and domain.merges(
            Saved(by=last.by, effect=last.effect, started_at=last.started_at, saved_at=last.saved_at),
            post.account_id,
            now,
        )
    )
    if merged and last is not None:
        last.content, last.saved_at = plain, now
        last.save(update_fields=["content", "saved_at"])
    else:
        last = Revision.objects.create(
            file=file,
            before=file.at,
            effect="remove" if content is None else "set",
            content=plain,
            by=post.account_id,
            started_at=now,
            saved_at=now,
        )
    _turn(draft, file, last, post, now)
    digest = hashlib.sha256(plain.encode()).hexdigest() if content is not None else ""
    saved = FileSaved(kind=kind, code=code, revision=file.revision, digest=digest, merged=merged)
    record(stream(draft.pk), saved, actor=rows.actor(post))
    return file.revision


@transaction.atomic
def save_together(
    post: Post, draft_id: UUID, files: Sequence[tuple[str, str, Mapping[str, Any] | None, int]]
) -> None:
    """Keep several files (kind, code, content, revision seen), all or none, each a step of its own.

    Raises what `save` raises.
    """
    for kind, code, content, seen in files:
        save(post, draft_id, kind, code, content, seen, apart=True)


def undo(post: Post, draft_id: UUID, kind: str, code: str) -> int:
    """Take back the last step of a file; its revision from now on. Conflict when there is none."""
    return _step(post, draft_id, kind, code, "undo")


def redo(post: Post, draft_id: UUID, kind: str, code: str) -> int:
    """Do again what `undo` took back; Conflict when there is nothing."""
    return _step(post, draft_id, kind, code, "redo")


@transaction.atomic
def revert(post: Post, draft_id: UUID, kind: str, code: str) -> int:
    """Make a file as the base version has it; a step like any other, so it can be undone."""
    require(post, Role.DESIGNER)
    draft = rows.open_draft_of(draft_id)
    file = _known_file(draft, kind, code)
    if file.at is not None and file.at.effect != "base":
        now = datetime.now(UTC)
        _turn(draft, file, _base_revision(file, post, now), post, now)
        stepped = FileStepped(kind=kind, code=code, revision=file.revision, way="base")
        record(stream(draft.pk), stepped, actor=rows.actor(post))
    return file.revision


@transaction.atomic
def comment(  # noqa: PLR0917 - the contract with every editor
    post: Post, draft_id: UUID, kind: str, code: str, element: str, text: str
) -> UUID:
    """Remark on a file, on an element of it, or (`kind` and `code` empty) on the draft; the remark's id."""
    require(post, *domain.READERS)
    if kind or code:
        check_file(kind, code)
    draft = rows.draft_of(draft_id, lock=True)
    row = Comment.objects.create(
        draft=draft,
        kind=kind,
        code=code,
        element=element.strip().replace("\x00", "")[:200],
        text=words(text, most=domain.MAX_TEXT, code="draft.comment"),
        by=post.account_id,
        at=datetime.now(UTC),
    )
    record(
        stream(draft.pk),
        Commented(comment=str(row.pk), kind=kind, code=code, element=row.element),
        actor=rows.actor(post),
        payload={"text": row.text},
    )
    return row.pk


@transaction.atomic
def resolve_comment(post: Post, draft_id: UUID, comment_id: UUID, *, resolved: bool = True) -> None:
    """Say that a remark is dealt with, or that it is not after all."""
    require(post, *domain.READERS)
    draft = rows.draft_of(draft_id, lock=True)
    row = draft.comments.filter(pk=comment_id).first()
    if row is None:
        raise NotFound("draft.no_comment", "The draft has no such comment.", hint="Open the draft again.")
    if (row.resolved_at is not None) == resolved:
        return
    row.resolved_at = datetime.now(UTC) if resolved else None
    row.resolved_by = post.account_id if resolved else None
    row.save(update_fields=["resolved_at", "resolved_by"])
    resolution = CommentResolved(comment=str(row.pk), resolved=resolved)
    record(stream(draft.pk), resolution, actor=rows.actor(post))


@transaction.atomic
def rebase(post: Post, draft_id: UUID, onto: str, choices: Mapping[str, str]) -> None:
    """Move a draft onto the newest version.

    What only one side changed is taken from that side. Each file that both changed differently needs a
    choice: ``kind/code`` → ``mine`` (the draft's stays) or ``theirs`` (the newer version's; a step that can
    be undone).

    Args:
        post: who does it.
        draft_id: the draft.
        onto: the version that the person saw; Conflict `draft.moved_on` when there is a newer one by now.
        choices: one for each conflict.

    Raises InvalidInput `draft.choices` when a conflict has no choice.
    """
    require(post, Role.DESIGNER)
    draft = rows.open_draft_of(draft_id)
    before = draft.base_version
    if onto != catalogue.newest():
        raise Conflict("draft.moved_on", "There is a newer version by now.", hint="Look at it again.")
    if onto == before:
        return
    clashes = rows.clashes(draft, onto)
    named = {f"{kind}/{code}" for kind, code in clashes}
    if any(choices.get(name) not in {"mine", "theirs"} for name in named):
        raise InvalidInput(
            "draft.choices",
            "Some files were changed on both sides and nobody said which counts.",
            hint="Choose mine or theirs for each of them.",
        )
    now = datetime.now(UTC)
    theirs = sorted(name for name in named if choices[name] == "theirs")
    draft.base_version = onto
    for file in draft.files.select_related("at"):
        if f"{file.kind}/{file.code}" in theirs:
            _turn(draft, file, _base_revision(file, post, now), post, now)
    draft.touched_at = now
    _hand(draft, post)
    draft.save()
    record(
        stream(draft.pk),
        DraftRebased(base_before=before, base_version=onto, mine=sorted(named - set(theirs)), theirs=theirs),
        actor=rows.actor(post),
    )


@transaction.atomic
def _step(post: Post, draft_id: UUID, kind: str, code: str, way: str) -> int:
    require(post, Role.DESIGNER)
    draft = rows.open_draft_of(draft_id)
    file = _known_file(draft, kind, code)
    if way == "undo":
        target = file.at.before if file.at else None
        possible = file.at is not None
    else:
        target = file.revisions.filter(before=file.at).order_by("-id").first()
        possible = target is not None
    if not possible:
        code_of = {"undo": "draft.nothing_to_undo", "redo": "draft.nothing_to_redo"}
        raise Conflict(code_of[way], f"There is nothing to {way} in this file.")
    _turn(draft, file, target, post, datetime.now(UTC))
    stepped = FileStepped(kind=kind, code=code, revision=file.revision, way=way)
    record(stream(draft.pk), stepped, actor=rows.actor(post))
    return file.revision


def _turn(draft: Draft, file: DraftFile, to: Revision | None, post: Post, now: datetime) -> None:
    """Another revision of a file counts."""
    file.at, file.revision = to, file.revision + 1
    file.changed_by, file.changed_at = post.account_id, now
    file.save()
    draft.touched_at = now
    _hand(draft, post)
    draft.save(update_fields=["touched_at", "hands"])


def _hand(draft: Draft, post: Post) -> None:
    if post.account_id not in draft.hands:
        draft.hands = [*draft.hands, post.account_id]


def _base_revision(file: DraftFile, post: Post, now: datetime) -> Revision:
    return Revision.objects.create(
        file=file, before=file.at, effect="base", by=post.account_id, started_at=now, saved_at=now
    )


def _file(draft: Draft, kind: str, code: str) -> DraftFile:
    """The row of a file, a new one (not saved) when the draft has none."""
    found = draft.files.select_related("at").filter(kind=kind, code=code).first()
    return found or DraftFile(draft=draft, kind=kind, code=code)


def _known_file(draft: Draft, kind: str, code: str) -> DraftFile:
    file = _file(draft, kind, code)
    if file.pk is None:
        raise NotFound("draft.no_file", "The draft has not changed this file.", hint="Open the draft again.")
    return file


def _take_up(draft: Draft, kind: str, code: str) -> None:
    check_file(kind, code)
    if draft.files.filter(kind=kind, code=code).exists():
        return
    if rows.base_content(draft, kind, code) is None:
        raise NotFound("draft.no_file", "There is no such file in the catalogue.", hint="Choose another.")
    _check_room(draft)
    DraftFile.objects.create(draft=draft, kind=kind, code=code)


def _check_room(draft: Draft) -> None:
    if draft.files.count() >= domain.MAX_FILES:
        raise Conflict(
            "draft.too_many_files",
            f"A draft holds at most {domain.MAX_FILES} files.",
            hint="Publish this one first, or begin another.",
        )


def _check_seen(file: DraftFile, seen: int) -> None:
    if seen != file.revision:
        raise Conflict(
            "draft.changed",
            "The file has been changed since it was opened here.",
            hint="Open the newer one, or take over what you need.",
            by=file.changed_by,
            at=file.changed_at.isoformat() if file.changed_at else "",
            revision=file.revision,
        )


def _plain(content: Mapping[str, Any] | None) -> str:
    if content is None:
        return ""
    if not isinstance(content, dict):
        raise InvalidInput("draft.content", "A file is one JSON object.", hint="Send an object.")
    plain = canonical.dumps(content)
    if len(plain) > domain.MAX_BYTES:
        raise TooLarge(
            "draft.too_large", f"A file has at most {domain.MAX_BYTES} bytes.", hint="Make it smaller."
        )
    return plain.decode()
