"""What clerks do in the workbench.

Each act names the version that the clerk saw: of two, the second is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.casework import actions, store
from tongban.casework.actions import Fault, NewCertificate, Reason
from tongban.casework.domain.moves import ENDED, State
from tongban.casework.events import JointSigned, TaskAssigned
from tongban.casework.models import Dispatch, JointSignature
from tongban.catalogue import answers, calendars
from tongban.exchange import reads
from tongban.identity import queries as identity
from tongban.identity.domain import Post, Role
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import (
    Conflict,
    FieldFault,
    InvalidInput,
    NotAllowed,
    NotFound,
    TongbanError,
)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How one row of a bulk act went."""

    dispatch_id: UUID
    error: TongbanError | None


def task_of(post: Post, dispatch_id: UUID) -> Dispatch:
    """A dispatch that this post may work; a refusal is recorded on the case, and looks like NotFound."""
    row = Dispatch.objects.select_related("case").filter(pk=dispatch_id).first()
    if row is None:
        raise NotFound("dispatch.not_found", store.NOT_YOURS, hint="Open it from the inbox.")
    item = store.bound_item(row.case, row.item).item
    # Before it is freed a task is nobody's yet: its department has no reason to read anything.
    ours = row.via == "workbench" and row.freed_at is not None and store.may_work(post, row, item)
    if Role.CLERK not in post.roles or not ours:
        reads.note_refused(
            row.case_id,
            department=post.department,
            item=row.item,
            reason="not_this_departments",
            actor=actor_of(post),
        )
        raise NotFound("dispatch.not_found", store.NOT_YOURS, hint="Open it from the inbox.")
    return row


def actor_of(post: Post) -> Actor:
    """How a clerk stands in the journal."""
    return Actor("staff", str(post.account_id))


def claim(post: Post, dispatch_id: UUID, version: int) -> None:
    """Take a task for oneself."""
    _assign(post, dispatch_id, version, post.account_id)


def release(post: Post, dispatch_id: UUID, version: int) -> None:
    """Give a task back."""
    _assign(post, dispatch_id, version, None)


def reassign(post: Post, dispatch_id: UUID, version: int, to_account: int) -> None:
    """Give a task to a colleague of the same department and region."""
    if to_account not in {account for account, _ in identity.colleagues(post.department, post.region)}:
        raise InvalidInput(
            "task.no_colleague", "This is not a colleague here.", hint="Choose one from the list."
        )
    _assign(post, dispatch_id, version, to_account)


def _assign(post: Post, dispatch_id: UUID, version: int, account: int | None) -> None:
    row = task_of(post, dispatch_id)  # outside the transaction: a refusal stays on the record
    _leads(post, row)
    with transaction.atomic():
        _put(post, _again(row), version, account)


def _again(row: Dispatch) -> Dispatch:
    """The row as it is now, with its case locked: nobody else changes the case until this act is done."""
    case = store.lock_case(row.case_id)
    fresh = Dispatch.objects.get(pk=row.pk)
    fresh.case = case
    return fresh


def _put(post: Post, row: Dispatch, version: int, account: int | None) -> None:
    if row.version != version:
        raise store.changed(row)
    if State(row.state) in ENDED:
        raise Conflict("task.ended", "This has been decided.", hint="Open the inbox.")
    Dispatch.objects.filter(pk=row.pk).update(assigned_to=account, version=F("version") + 1)
    record(
        row.case_id,
        TaskAssigned(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            to="" if account is None else str(account),
        ),
        actor=actor_of(post),
    )


def accept(post: Post, dispatch_id: UUID, version: int) -> None:
    """Accept the application for this item."""
    row = task_of(post, dispatch_id)
    _leads(post, row)
    _mine_or_free(post, row)
    actions.accept(row.pk, actor=actor_of(post), version=version)


def bulk_accept(post: Post, chosen: Sequence[tuple[UUID, int]]) -> list[BulkResult]:
    """Accept several; each on its own, so that one that changed meanwhile stops no other."""
    results = []
    for dispatch_id, version in chosen:
        try:
            accept(post, dispatch_id, version)
        except TongbanError as error:
            results.append(BulkResult(dispatch_id, error))
        else:
            results.append(BulkResult(dispatch_id, None))
    return results


def ask_correction(post: Post, dispatch_id: UUID, version: int, faults: Sequence[Fault]) -> UUID:
    """Send the one itemised notice."""
    row = task_of(post, dispatch_id)
    _leads(post, row)
    _mine_or_free(post, row)
    return actions.ask_correction(row.pk, faults, actor=actor_of(post), version=version)


def decide(
    post: Post,
    dispatch_id: UUID,
    version: int,
    *,
    approve: bool,
    reasons: Sequence[Reason] = (),
    produced: Mapping[str, Any] | None = None,
    certificates: Sequence[NewCertificate] = (),
) -> None:
    """Approve or refuse. In a joint step every department must have signed first, and none may object.

    `produced` is what was typed, by address; raises InvalidInput `outcome.values` with one fault per value
    that does not fit its element.
    """
    row = task_of(post, dispatch_id)
    _mine_or_free(post, row)
    bound = store.bound_item(row.case, row.item)
    _leads(post, row)
    if approve and bound.item.joint:
        _check_signatures(row, bound.item.joint)
    if not approve:
        actions.reject(row.pk, actor=actor_of(post), reasons=reasons, version=version)
        return
    actions.approve(
        row.pk,
        actor=actor_of(post),
        produced=_read(row, bound.produces, produced or {}),
        certificates=certificates,
        reasons=reasons,
        version=version,
    )


def _read(row: Dispatch, allowed: Sequence[str], typed: Mapping[str, Any]) -> dict[str, Any]:
    catalogue = store.catalogue_of(row.case)
    today = datetime.now(calendars.current().zone).date()
    values: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for address, raw in typed.items():
        if address not in allowed:
            faults.append(
                FieldFault(address, "outcome.not_produced", "This item does not produce it.", "Leave it out.")
            )
            continue
        try:
            value = answers.read(catalogue.element(address), raw, catalogue.lists, today=today)
        except TongbanError as error:
            faults.append(error.fault(address))
            continue
        if value is not None:
            values[address] = value
    if faults:
        raise InvalidInput(
            "outcome.values", "Some values do not fit.", hint="Mend what is marked.", faults=faults
        )
    return values


def sign(post: Post, dispatch_id: UUID, *, agrees: bool, reason: str = "") -> None:
    """Sign a joint step for one's department, or object with a reason; the last word counts."""
    row = task_of(post, dispatch_id)  # outside the transaction: a refusal stays on the record
    with transaction.atomic():
        _sign(post, _again(row), agrees=agrees, reason=reason)


def _sign(post: Post, row: Dispatch, *, agrees: bool, reason: str) -> None:
    bound = store.bound_item(row.case, row.item)
    if post.department not in bound.item.joint and post.department != row.department:
        raise NotAllowed("task.not_joint", "Your department does not sign here.", hint="Open the inbox.")
    if not bound.item.joint:
        raise Conflict("task.not_joint_step", "This is no joint step.", hint="Decide it.")
    if State(row.state) in ENDED:
        raise Conflict("task.ended", "This has been decided.", hint="Open the inbox.")
    if not agrees and not reason.strip():
        raise InvalidInput(
            "task.objection_reason", "An objection needs a reason.", hint="Say what stands against it."
        )
    JointSignature.objects.update_or_create(
        dispatch=row,
        department=post.department,
        defaults={
            "account_id": post.account_id,
            "agrees": agrees,
            "reason": reason.strip(),
            "at": datetime.now(UTC),
        },
    )
    # The others' pages are out of date now: they see the new word before they act.
    Dispatch.objects.filter(pk=row.pk).update(version=F("version") + 1)
    record(
        row.case_id,
        JointSigned(dispatch_id=str(row.pk), item=row.item, department=post.department, agrees=agrees),
        actor=actor_of(post),
        payload={"reason": reason.strip()},
    )


def _check_signatures(row: Dispatch, joint: Sequence[str]) -> None:
    words = {one.department: one.agrees for one in row.signatures.all()}
    missing = [department for department in joint if department not in words]
    against = [department for department, agrees in words.items() if not agrees]
    if missing or against:
        raise Conflict(
            "task.not_signed",
            "Not every department has signed.",
            hint="Wait for them, or settle the objection.",
            missing=missing,
            against=against,
        )


def _mine_or_free(post: Post, row: Dispatch) -> None:
    if row.assigned_to is not None and row.assigned_to != post.account_id:
        raise Conflict(
            "task.anothers",
            "A colleague works on this.",
            hint="Ask them to give it back, or have it reassigned.",
            account=row.assigned_to,
        )


def _leads(post: Post, row: Dispatch) -> None:
    """A co-signing department sees the task and signs; what happens to it is the leading department's."""
    if post.department != row.department:
        raise NotAllowed("task.not_lead", "The leading department decides.", hint="Sign or object instead.")
