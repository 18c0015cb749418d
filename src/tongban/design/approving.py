"""From a draft to what applies, by two people: submit, withdraw, refuse, approve; and back: roll back."""

from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.catalogue import actions as publishing
from tongban.catalogue import queries as catalogue
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.events import STREAM
from tongban.design import domain, rows
from tongban.design.domain import Move, State, require, words
from tongban.design.events import RolledBack
from tongban.design.models import Draft, DraftMove
from tongban.design.reviewing import review_of
from tongban.identity.domain import Post, Role
from tongban.journal.actions import record
from tongban.kernel.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def submit(post: Post, draft_id: UUID, applies_from: date, note: str) -> str:
    """Ask somebody else to approve a draft, from a day on; the version it would become.

    Raises Conflict `draft.empty`, `draft.moved_on`, InvalidInput `draft.errors` when the review finds an
    error, `publish.past`, `publish.before_coming`.
    """
    require(post, Role.DESIGNER)
    draft = rows.draft_of(draft_id, lock=True)
    domain.after(rows.state(draft), Move.SUBMIT)
    note = words(note, most=domain.MAX_TEXT // 2, code="draft.note")
    if draft.base_version != catalogue.newest():
        raise _moved_on()
    if not rows.changes(draft):
        raise Conflict("draft.empty", "The draft changes nothing.", hint="Change a file first.")
    publishing.check_day(applies_from)
    merged = _reviewed(draft)
    rows.move(
        draft,
        Move.SUBMIT,
        post,
        note=note,
        applies_from=applies_from,
        content_version=merged.version,
    )
    return merged.version


@transaction.atomic
def withdraw(post: Post, draft_id: UUID, note: str = "") -> None:
    """Take a submitted draft back to work on it."""
    require(post, Role.DESIGNER)
    draft = rows.draft_of(draft_id, lock=True)
    rows.move(draft, Move.WITHDRAW, post, note=note.strip()[: domain.MAX_TEXT])


@transaction.atomic
def refuse(post: Post, draft_id: UUID, reason: str) -> None:
    """Send a submitted draft back, with the reason."""
    require(post, Role.APPROVER)
    draft = rows.draft_of(draft_id, lock=True)
    _check_four_eyes(draft, post)
    rows.move(draft, Move.REFUSE, post, note=words(reason, most=domain.MAX_TEXT, code="draft.reason"))


def approve(post: Post, draft_id: UUID, seen: str, note: str = "") -> Catalogue:
    """Publish a submitted draft: it applies from the day that was asked for, or today when that has passed.

    Everything is checked again at this moment. When another version was published since the submission, the
    draft goes back to its designers and Conflict `draft.moved_on` says so.

    Args:
        post: who approves; nobody who changed something in the draft or submitted it.
        draft_id: the draft.
        seen: the content version that the person reviewed.
        note: what they say about it.

    Raises NotAllowed `draft.four_eyes`, Conflict `draft.state`, `draft.other_content`, `draft.moved_on`.
    """
    require(post, Role.APPROVER)
    with transaction.atomic():
        published = _approve(post, draft_id, seen, note)
    if published is None:
        raise _moved_on()
    return published


@transaction.atomic
def roll_back(post: Post, version: str, applies_from: date, reason: str) -> Catalogue:
    """An earlier version applies again from a day on, also instead of what was to come.

    Cases keep the version that they were opened with. Raises NotFound for a version that was never published,
    Conflict `publish.applies` when it applies on that day already.
    """
    require(post, Role.APPROVER)
    why = words(reason, most=domain.MAX_TEXT // 2, code="draft.reason")
    code = catalogue.find_version(version)
    before = catalogue.applying(applies_from)
    if before == code and catalogue.newest() == code:
        raise Conflict("publish.applies", "This version applies on that day already.", hint="Choose another.")
    found = publishing.apply_again(code, applies_from=applies_from, note=why, actor=rows.actor(post))
    record(
        STREAM,
        RolledBack(version=code, previous=before or "", applies_from=applies_from.isoformat()),
        actor=rows.actor(post),
    )
    return found


def may_approve(draft_hands: tuple[int, ...], submitted_by: int | None, post: Post) -> bool:
    """Whether four eyes would have seen the draft if this person approved it."""
    return (
        Role.APPROVER in post.roles and post.account_id not in draft_hands and post.account_id != submitted_by
    )


def _approve(post: Post, draft_id: UUID, seen: str, note: str) -> Catalogue | None:
    draft = rows.draft_of(draft_id, lock=True)
    domain.after(rows.state(draft), Move.APPROVE)
    submitted = _check_four_eyes(draft, post)
    if draft.base_version != catalogue.newest():
        rows.move(draft, Move.RETURN, None)
        return None
    merged = _reviewed(draft)
    if not merged.version == submitted.content_version == seen:
        raise Conflict(
            "draft.other_content", "This is not the content that was reviewed.", hint="Review it again."
        )
    day = max(submitted.applies_from or catalogue.today(), catalogue.today())
    published = publishing.publish_content(
        merged.content,
        applies_from=day,
        note=submitted.note,
        actor=rows.actor(post),
        based_on=draft.base_version,
    )
    rows.move(
        draft,
        Move.APPROVE,
        post,
        note=note.strip()[: domain.MAX_TEXT],
        applies_from=day,
        content_version=published.version,
    )
    return published


def _check_four_eyes(draft: Draft, post: Post) -> DraftMove:
    """The submission that is decided; NotAllowed when the person had a hand in the draft."""
    domain.after(rows.state(draft), Move.APPROVE)
    submitted = draft.moves.filter(move=str(Move.SUBMIT)).order_by("-id").first()
    if submitted is None:  # the state says that there is one
        raise Conflict("draft.state", "The draft has not been submitted.", state=str(State.DRAFTING))
    if not may_approve(tuple(draft.hands), submitted.by, post):
        raise NotAllowed(
            "draft.four_eyes",
            "Who worked on a draft or submitted it cannot decide about it.",
            hint="Ask a colleague who may approve.",
        )
    return submitted


def _reviewed(draft: Draft) -> Catalogue:
    """The content as it would be published; InvalidInput `draft.errors` when the review finds an error."""
    review, merged = review_of(draft.pk)
    errors = [finding for finding in review.findings if finding.is_error]
    if errors:
        raise InvalidInput(
            "draft.errors",
            f"The review finds {len(errors)} error(s); the first: {errors[0].message}",
            hint="Open the review and mend them.",
            number=len(errors),
        )
    return merged


def _moved_on() -> Conflict:
    return Conflict(
        "draft.moved_on",
        "Another version has been published since this draft was begun.",
        hint="Bring the draft up to date, look at the review again, then submit it.",
    )
