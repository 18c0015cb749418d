"""The rows of a draft as they are read and locked; for the actions and queries of this room only."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tongban.catalogue import queries as catalogue
from tongban.design import domain
from tongban.design.domain import Move, State, state_of
from tongban.design.events import DraftMoved, stream
from tongban.design.models import Draft, DraftFile, DraftMove, Revision
from tongban.identity.domain import Post
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, NotFound

Content = Mapping[str, Any] | None
"""A file as plain JSON; None: it does not exist."""


def draft_of(draft_id: UUID, *, lock: bool = False) -> Draft:
    """The draft, locked until the transaction ends if asked; NotFound when there is none."""
    rows = Draft.objects.select_for_update() if lock else Draft.objects
    found = rows.filter(pk=draft_id).first()
    if found is None:
        raise NotFound("draft.not_found", "There is no such draft.", hint="Open the list of drafts.")
    return found


def state(draft: Draft) -> State:
    """Where it stands."""
    return state_of(draft.moves.values_list("move", flat=True))


def open_draft_of(draft_id: UUID) -> Draft:
    """The draft, locked, for a change of its files; Conflict `draft.not_open` when nobody may change them."""
    draft = draft_of(draft_id, lock=True)
    now = state(draft)
    if now is not State.DRAFTING:
        raise Conflict(
            "draft.not_open",
            f"The draft is {now}; its files cannot be changed.",
            hint="Take it back first, or begin another draft.",
            state=str(now),
        )
    return draft


def base_content(draft: Draft, kind: str, code: str, version: str = "") -> Content:
    """A file as the draft's base version (or another) has it; None when it has no such file."""
    found: Content = catalogue.version(version or draft.base_version).content.get(kind, {}).get(code)
    return found


def content_at(draft: Draft, file: DraftFile | None, kind: str, code: str) -> Content:
    """A file as the draft has it now; None when it is away."""
    if file is None or file.at is None or file.at.effect == "base":
        return base_content(draft, kind, code)
    return revision_content(file.at)


def revision_content(revision: Revision) -> Content:
    """What a revision of effect ``set`` or ``remove`` holds."""
    if revision.effect != "set":
        return None
    found: dict[str, Any] = json.loads(revision.content)
    return found


def changes(draft: Draft) -> dict[tuple[str, str], Content]:
    """Every file in which the draft differs from its base."""
    found: dict[tuple[str, str], Content] = {}
    for file in draft.files.select_related("at"):
        if file.at is None or file.at.effect == "base":
            continue
        content = revision_content(file.at)
        if content != base_content(draft, file.kind, file.code):
            found[file.kind, file.code] = content
    return found


def clashes(draft: Draft, onto: str) -> dict[tuple[str, str], tuple[Content, Content, Content]]:
    """Files that the draft and a newer version both changed, and not to the same: base, theirs, mine."""
    found = {}
    for (kind, code), mine in changes(draft).items():
        base = base_content(draft, kind, code)
        theirs = base_content(draft, kind, code, onto)
        if theirs not in (base, mine):
            found[kind, code] = (base, theirs, mine)
    return found


def actor(post: Post) -> Actor:
    """Who acts, for the journal."""
    return Actor("staff", str(post.account_id))


def move(
    draft: Draft,
    what: Move,
    post: Post | None,
    *,
    note: str = "",
    applies_from: date | None = None,
    content_version: str = "",
) -> DraftMove:
    """Move a locked draft and record it; Conflict when its state has no such move."""
    domain.after(state(draft), what)
    now = datetime.now(UTC)
    row = DraftMove.objects.create(
        draft=draft,
        move=str(what),
        by=post.account_id if post else None,
        at=now,
        note=note,
        applies_from=applies_from,
        base_version=draft.base_version,
        content_version=content_version,
    )
    draft.touched_at = now
    draft.save(update_fields=["touched_at"])
    record(
        stream(draft.pk),
        DraftMoved(
            move=str(what),
            base_version=draft.base_version,
            content_version=content_version,
            applies_from=applies_from.isoformat() if applies_from else "",
        ),
        actor=actor(post) if post else SYSTEM,
        payload={"note": note} if note else None,
    )
    return row
