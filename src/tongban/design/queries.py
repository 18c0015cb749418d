"""Named reads of drafts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from tongban.catalogue import queries as catalogue
from tongban.catalogue.check import check
from tongban.catalogue.domain import KINDS, Catalogue, Finding, version_of, with_changes
from tongban.catalogue.domain.findings import order
from tongban.catalogue.events import STREAM, VersionPublished
from tongban.catalogue.queries import Release
from tongban.design import rows
from tongban.design.domain import READERS, Move, State, check_file, require, state_of
from tongban.design.models import Draft, DraftFile, DraftMove
from tongban.design.rows import Content
from tongban.identity import queries as identity
from tongban.identity.domain import Post, Role
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.kernel import canonical
from tongban.kernel.errors import NotFound
from tongban.kernel.pages import page_count

PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One file of a draft."""

    kind: str
    code: str
    revision: int
    """What an editor has to send back as `seen`; 0 while nobody has changed it."""
    effect: Literal["same", "added", "changed", "removed"]
    """Against the base version."""
    changed_by: str
    """Name of the colleague; empty when nobody has changed it."""
    changed_at: datetime | None
    may_undo: bool
    may_redo: bool
    open_comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """One remark."""

    id: UUID
    kind: str
    code: str
    element: str
    text: str
    by: str
    at: datetime
    resolved_by: str
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """Something that happened to the draft as a whole."""

    move: str
    by: str
    by_id: int | None
    at: datetime
    note: str
    applies_from: date | None
    base_version: str
    content_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCard:
    """A draft in the list."""

    id: UUID
    title: str
    state: State
    touched_at: datetime
    opened_by: str
    people: tuple[str, ...]
    """Who changed something in it."""
    files: int
    open_comments: int
    applies_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft with everything in it."""

    id: UUID
    title: str
    state: State
    base_version: str
    newest_version: str
    """The version that it would have to be based on to be published."""
    opened_by: str
    opened_at: datetime
    touched_at: datetime
    hands: tuple[int, ...]
    """Accounts that changed something."""
    people: tuple[str, ...]
    files: tuple[FileView, ...]
    comments: tuple[CommentView, ...]
    moves: tuple[MoveView, ...]

    @property
    def moved_on(self) -> bool:
        """Whether what applies is newer than what it changes."""
        return self.base_version != self.newest_version

    @property
    def last(self) -> MoveView | None:
        """What happened last to it as a whole."""
        return self.moves[-1] if self.moves else None

    def file(self, kind: str, code: str) -> FileView | None:
        """One of its files."""
        return next((one for one in self.files if (one.kind, one.code) == (kind, code)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """One page of the list."""

    rows: tuple[DraftCard, ...]
    total: int
    page: int
    pages: int


def draft(post: Post, draft_id: UUID) -> DraftView:
    """A draft; NotFound when there is none."""
    require(post, *READERS)
    row = rows.draft_of(draft_id)
    names = _Names()
    comments = tuple(
        CommentView(
            id=one.pk,
            kind=one.kind,
            code=one.code,
            element=one.element,
            text=one.text,
            by=names.of(one.by),
            at=one.at,
            resolved_by=names.of(one.resolved_by),
            resolved_at=one.resolved_at,
        )
        for one in row.comments.all()
    )
    moves = tuple(
        MoveView(
            move=one.move,
            by=names.of(one.by),
            by_id=one.by,
            at=one.at,
            note=one.note,
            applies_from=one.applies_from,
            base_version=one.base_version,
            content_version=one.content_version,
        )
        for one in row.moves.all()
    )
    return DraftView(
        id=row.pk,
        title=row.title,
        state=state_of(one.move for one in moves),
        base_version=row.base_version,
        newest_version=catalogue.newest() or "",
        opened_by=names.of(row.opened_by),
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        hands=tuple(row.hands),
        people=tuple(names.of(one) for one in row.hands),
        files=tuple(_file_view(row, one, comments, names) for one in row.files.select_related("at")),
        comments=comments,
        moves=moves,
    )


def drafts(post: Post, *, state: str = "", mine: bool = False, q: str = "", page: int = 1) -> DraftPage:
    """A page of drafts, touched last first.

    Args:
        post: who asks.
        state: only those in this state; empty: all but the discarded.
        mine: only those in which the person has a hand.
        q: words of the title.
        page: from 1; beyond the last is the last.
    """
    require(post, *READERS)
    found = Draft.objects.all()
    if mine:
        found = found.filter(Q(opened_by=post.account_id) | Q(hands__contains=[post.account_id]))
    for word in q.split():
        found = found.filter(title__icontains=word)
    # A draft's state is a fold of a handful of moves; there are hundreds of drafts, not millions.
    states = {
        one.pk: state_of(each.move for each in one.moves.all()) for one in found.prefetch_related("moves")
    }
    kept = [pk for pk, one in states.items() if (one == state if state else one is not State.DISCARDED)]
    pages = page_count(len(kept), PAGE)
    page = min(max(1, page), pages)
    names = _Names()
    shown = kept[(page - 1) * PAGE : page * PAGE]
    those = {one.pk: one for one in found.filter(pk__in=shown).prefetch_related("moves", "files", "comments")}
    return DraftPage(
        rows=tuple(_card(those[pk], states[pk], names) for pk in shown),
        total=len(kept),
        page=page,
        pages=pages,
    )


def file(post: Post, draft_id: UUID, kind: str, code: str) -> tuple[Content, int]:
    """A file as the draft has it, and its revision; None as content when the draft removes it.

    NotFound when neither the draft nor its base has it.
    """
    require(post, *READERS)
    check_file(kind, code)
    row = rows.draft_of(draft_id)
    found = row.files.select_related("at").filter(kind=kind, code=code).first()
    content = rows.content_at(row, found, kind, code)
    if content is None and found is None:
        raise NotFound("draft.no_file", "There is no such file.", hint="Save it to make it.")
    return content, found.revision if found else 0


def merged(draft_id: UUID) -> tuple[Catalogue, list[Finding]]:
    """The base version with the draft's changes, and everything the catalogue's check finds in it."""
    row = rows.draft_of(draft_id)
    changes = rows.changes(row)
    return _merged(row.base_version, _key(changes))


def base(draft_id: UUID) -> Catalogue:
    """The version that a draft changes."""
    return catalogue.version(rows.draft_of(draft_id).base_version)


def changes(draft_id: UUID) -> Mapping[tuple[str, str], Content]:
    """Every file in which a draft differs from its base; None: removed."""
    return rows.changes(rows.draft_of(draft_id))


def clashes(draft_id: UUID) -> Mapping[tuple[str, str], tuple[Content, Content, Content]]:
    """What stands in the way of a rebase onto the newest version: file → base, theirs, mine."""
    row = rows.draft_of(draft_id)
    newest = catalogue.newest() or row.base_version
    return rows.clashes(row, newest) if newest != row.base_version else {}


def _key(changes: Mapping[tuple[str, str], Content]) -> str:
    return canonical.dumps(
        [[kind, code, content] for (kind, code), content in sorted(changes.items())]
    ).decode()


@lru_cache(maxsize=8)
def _merged(base_version: str, key: str) -> tuple[Catalogue, list[Finding]]:
    """`key` is the changes as canonical JSON. Cached: editors ask after each save, several pages at once."""
    changed: dict[str, dict[str, Any]] = {}
    for kind, code, content in json.loads(key):
        if kind in KINDS:
            changed.setdefault(kind, {})[code] = content
    found, findings = with_changes(catalogue.version(base_version), changed)
    whole = replace(found, version=version_of(found.content))
    return whole, sorted({*findings, *check(whole)}, key=order)


def _file_view(row: Draft, one: DraftFile, comments: tuple[CommentView, ...], names: "_Names") -> FileView:
    before = rows.base_content(row, one.kind, one.code)
    now = rows.content_at(row, one, one.kind, one.code)
    effect: Literal["same", "added", "changed", "removed"] = "changed"
    if now == before:
        effect = "same"
    elif before is None:
        effect = "added"
    elif now is None:
        effect = "removed"
    return FileView(
        kind=one.kind,
        code=one.code,
        revision=one.revision,
        effect=effect,
        changed_by=names.of(one.changed_by),
        changed_at=one.changed_at,
        may_undo=one.at is not None,
        may_redo=one.revisions.filter(before=one.at).exists(),
        open_comments=sum(
            1 for each in comments if (each.kind, each.code, each.resolved_at) == (one.kind, one.code, None)
        ),
    )


def _card(row: Draft, state: State, names: "_Names") -> DraftCard:
    moves = list(row.moves.all())
    return DraftCard(
        id=row.pk,
        title=row.title,
        state=state,
        touched_at=row.touched_at,
        opened_by=names.of(row.opened_by),
        people=tuple(names.of(one) for one in row.hands),
        files=len(row.files.all()),
        open_comments=sum(1 for one in row.comments.all() if one.resolved_at is None),
        applies_from=moves[-1].applies_from if moves and state is State.PUBLISHED else None,
    )


class _Names:
    """Names of colleagues, each asked for once."""

    def __init__(self) -> None:
        self.known: dict[int, str] = {}

    def of(self, account_id: int | None) -> str:
        """How a colleague is shown; empty for nobody."""
        if account_id is None:
            return ""
        if account_id not in self.known:
            self.known[account_id] = identity.display_name(account_id)
        return self.known[account_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A release with who made it, and from which draft."""

    release: Release
    by: str
    """Name of who published it; empty: the platform itself, or somebody at its command line."""
    draft_id: UUID | None
    draft_title: str


def versions(post: Post) -> list[VersionView]:
    """Every release, the last to take effect first."""
    require(post, *READERS)
    made: dict[tuple[str, str], list[Recorded]] = {}
    for event in journal.stream(STREAM, [VersionPublished.TYPE]):
        made.setdefault((event.data["version"], event.data.get("applies_from", "")), []).append(event)
    approved = {
        (one.content_version, one.applies_from): one.draft
        for one in DraftMove.objects.filter(move=str(Move.APPROVE)).select_related("draft")
    }
    names = _Names()
    found = []
    for release in catalogue.releases():
        # One version may be released on one day more than once: the event next to it in time is its own.
        events = made.get((release.version, release.applies_from.isoformat()), [])
        own = min(events, key=lambda one: abs(one.at - release.published_at), default=None)
        by = int(own.actor.id) if own is not None and own.actor.kind == "staff" else None
        row = approved.get((release.version, release.applies_from))
        found.append(
            VersionView(
                release=release,
                by=names.of(by),
                draft_id=row.pk if row else None,
                draft_title=row.title if row else "",
            )
        )
    return found


def waiting(post: Post) -> int:
    """How many drafts this person could approve now."""
    if Role.APPROVER not in post.roles:
        return 0
    rows_ = Draft.objects.filter(moves__move=str(Move.SUBMIT)).distinct().prefetch_related("moves")
    return sum(
        1
        for one in rows_
        if state_of(each.move for each in one.moves.all()) is State.SUBMITTED
        and post.account_id not in one.hands
    )
