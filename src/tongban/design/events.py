"""What design tells the journal, on the stream ``draft:<id>``; rollback on the stream ``catalogue``."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tongban.journal.events import register


def stream(draft_id: UUID) -> str:
    """The stream of a draft."""
    return f"draft:{draft_id}"


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOpened:
    """Somebody began a draft over a version."""

    TYPE: ClassVar[str] = "tongban.design.draft.opened"
    base_version: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRenamed:
    """A draft has another title; the words stand beside the journal."""

    TYPE: ClassVar[str] = "tongban.design.draft.renamed"


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class FileSaved:
    """A file of the draft has other content."""

    TYPE: ClassVar[str] = "tongban.design.file.saved"
    kind: str
    code: str
    revision: int
    digest: str
    """SHA-256 of the canonical content; empty: the file is taken away."""
    merged: bool
    """It continued the revision before."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class FileStepped:
    """Undo, redo, or back to the base: a file is as it was at another time."""

    TYPE: ClassVar[str] = "tongban.design.file.stepped"
    kind: str
    code: str
    revision: int
    way: str
    """``undo``, ``redo`` or ``base``."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """A remark was made; its words stand beside the journal."""

    TYPE: ClassVar[str] = "tongban.design.comment.made"
    comment: str
    kind: str
    code: str
    element: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CommentResolved:
    """A remark is dealt with, or open again."""

    TYPE: ClassVar[str] = "tongban.design.comment.resolved"
    comment: str
    resolved: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRebased:
    """A draft now changes a newer version."""

    TYPE: ClassVar[str] = "tongban.design.draft.rebased"
    base_before: str
    base_version: str
    mine: list[str]
    """Files, ``kind/code``, on which both had changed and the draft's stayed."""
    theirs: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMoved:
    """Submitted, withdrawn, refused, approved, returned or discarded."""

    TYPE: ClassVar[str] = "tongban.design.draft.moved"
    move: str
    base_version: str
    content_version: str = ""
    applies_from: str = ""
    """A day, ISO 8601; empty when the move names none."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """An earlier version applies again."""

    TYPE: ClassVar[str] = "tongban.design.version.rolled_back"
    version: str
    previous: str
    applies_from: str
