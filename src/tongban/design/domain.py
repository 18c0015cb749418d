"""Drafts as values: their states, which moves lead where, and how a file's saves become revisions. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from tongban.catalogue.domain import KINDS
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, InvalidInput, NotAllowed


class State(StrEnum):
    """Where a draft stands; a fold of its moves, stored nowhere."""

    DRAFTING = "drafting"
    """Designers work on it."""
    SUBMITTED = "submitted"
    """Somebody else has to decide; its files stand still."""
    PUBLISHED = "published"
    """Approved: it applies from its day on."""
    DISCARDED = "discarded"


class Move(StrEnum):
    """What happens to a draft as a whole."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    """Whoever works on it takes it back before it is decided."""
    REFUSE = "refuse"
    APPROVE = "approve"
    RETURN = "return"
    """What applies has moved on since the submission: it has to be reviewed again."""
    DISCARD = "discard"


TRANSITIONS: dict[tuple[State, Move], State] = {
    (State.DRAFTING, Move.SUBMIT): State.SUBMITTED,
    (State.DRAFTING, Move.DISCARD): State.DISCARDED,
    (State.SUBMITTED, Move.WITHDRAW): State.DRAFTING,
    (State.SUBMITTED, Move.REFUSE): State.DRAFTING,
    (State.SUBMITTED, Move.RETURN): State.DRAFTING,
    (State.SUBMITTED, Move.APPROVE): State.PUBLISHED,
}
"""Every move that exists; what does not stand here is refused."""

MERGE_PAUSE = timedelta(seconds=10)
"""Saves of one person that follow each other this quickly are one revision …"""
MERGE_SPAN = timedelta(seconds=60)
"""… for so long, so that undo never throws away more than a minute of work."""

MAX_TITLE = 120
MAX_TEXT = 2000
MAX_FILES = 300
MAX_BYTES = 1_000_000
"""Greatest size of one file, as canonical JSON."""

DRAWN = frozenset({"processes", "decisions"})
"""Kinds whose file is a model: ``{"code": …, "model": "<xml>"}``."""
EDITABLE = (*KINDS, *sorted(DRAWN - set(KINDS)))
_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_OVERLAY = re.compile(r"[0-9]{6}/[a-z][a-z0-9_]{0,79}")

READERS = frozenset({Role.DESIGNER, Role.APPROVER, Role.OPERATOR})

Effect = Literal["set", "remove", "base"]
"""What a revision does to its file: other content, away with it, or as the base version has it."""


def state_of(moves: Iterable[str]) -> State:
    """The state that these moves lead to, from the first to the last."""
    state = State.DRAFTING
    for move in moves:
        state = TRANSITIONS[state, Move(move)]
    return state


def after(state: State, move: Move) -> State:
    """Where `move` leads; Conflict `draft.state` when it is not one of this state."""
    found = TRANSITIONS.get((state, move))
    if found is None:
        raise Conflict(
            "draft.state",
            f"A draft that is {state} cannot {move}.",
            hint="Open it again to see where it stands.",
            state=str(state),
            move=str(move),
        )
    return found


def merges(before: "Saved", by: int, now: datetime) -> bool:
    """Whether a save continues the revision `before` and needs none of its own."""
    return (
        before.by == by
        and before.effect == "set"
        and now - before.saved_at <= MERGE_PAUSE
        and now - before.started_at <= MERGE_SPAN
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What `merges` has to know of a revision."""

    by: int
    effect: str
    started_at: datetime
    saved_at: datetime


def check_file(kind: str, code: str) -> None:
    """InvalidInput unless `kind` and `code` can name a file of the catalogue."""
    if kind not in EDITABLE:
        raise InvalidInput(
            "draft.kind", f"There is no kind of file {kind[:40]!r}.", hint=f"Known: {', '.join(EDITABLE)}."
        )
    if not (_OVERLAY if kind == "overlays" else _CODE).fullmatch(code):
        raise InvalidInput(
            "draft.code",
            f"{code[:80]!r} cannot be the code of a file.",
            hint="Small letters, digits and underscores, beginning with a letter; at most 80.",
        )


def words(text: str, *, most: int, code: str) -> str:
    """A text that a person typed, trimmed; InvalidInput `code` when it is empty or too long."""
    trimmed = text.strip().replace("\x00", "")
    if not trimmed or len(trimmed) > most:
        raise InvalidInput(code, f"This text has 1 to {most} characters.", hint="Shorten it, or write one.")
    return trimmed


def require(post: Post, *roles: Role) -> None:
    """NotAllowed unless the post has one of `roles`."""
    if not post.roles & set(roles):
        raise NotAllowed(
            "access.role", "Your posts do not include this work.", hint="Ask your department's administrator."
        )


def as_one(posts: Iterable[Post]) -> Post:
    """The posts of one person as one: the catalogue belongs to all regions, so designing has no place.

    NotAllowed when there is none.
    """
    held = tuple(posts)
    if not held:
        raise NotAllowed(
            "access.role", "Your posts do not include this work.", hint="Ask your department's administrator."
        )
    roles = frozenset(role for post in held for role in post.roles)
    first = min(held, key=lambda post: not post.roles & READERS)
    return Post(first.id, first.account_id, first.department, first.region, roles)
