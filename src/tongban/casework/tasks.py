"""What clerks do in the workbench.

Each act names the version that the clerk saw: of two, the second is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tongban.casework import actions, flow, joint, staff, store
from tongban.casework.actions import Fault, NewCertificate, Reason
from tongban.casework.assignment import giving
from tongban.casework.domain.moves import AT_WORK, ENDED, State
from tongban.casework.events import TaskAssigned
from tongban.casework.models import Dispatch
from tongban.catalogue import answers, calendars
from tongban.exchange import reads
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
    # Before it is freed a task is nobody's yet: its department has no reason to read anything.
    ours = row.via == "workbench" and row.freed_at is not None and store.may_work(post, row)
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


def claim(post: Post, dispatch_id: UUID, version: int, reason: str = "") -> None:
    """Take a task for oneself; from a colleague to whom the strategy gave it, with a reason."""
    _assign(post, dispatch_id, version, post.account_id, reason)


def release(post: Post, dispatch_id: UUID, version: int, reason: str = "") -> None:
    """Give a task back: it lies open for all, and no strategy gives it out again."""
    _assign(post, dispatch_id, version, None, reason)


def reassign(post: Post, dispatch_id: UUID, version: int, to_account: int, reason: str = "") -> None:
    """Give a task to a colleague whose post reaches it; over what a strategy chose only with a reason.

    Skill and absence are shown and not enforced: a person who overrules knows why. Raises InvalidInput
    `task.no_colleague` for anybody else.
    """
    row = task_of(post, dispatch_id)
    if to_account not in {one.account_id for one in staff.clerks_at(row.department, row.region)}:
        raise InvalidInput(
            "task.no_colleague", "This is not a colleague here.", hint="Choose one from the list."
        )
    _assign(post, dispatch_id, version, to_account, reason)


def _assign(post: Post, dispatch_id: UUID, version: int, account: int | None, reason: str) -> None:
    row = task_of(post, dispatch_id)  # outside the transaction: a refusal stays on the record
    _leads(post, row)
    with transaction.atomic():
        _put(post, _again(row), version, account, reason.strip())


def _again(row: Dispatch) -> Dispatch:
    """The row as it is now, with its case locked: nobody else changes the case until this act is done."""
    case = store.lock_case(row.case_id)
    fresh = Dispatch.objects.get(pk=row.pk)
    fresh.case = case
    return fresh


def _put(post: Post, row: Dispatch, version: int, account: int | None, reason: str) -> None:
    if row.version != version:
        raise store.changed(row)
    if State(row.state) in ENDED:
        raise Conflict("task.ended", "This has been decided.", hint="Open the inbox.")
    overrules = giving.was_assigned(row) and account != row.assigned_to
    own = account is None and row.assigned_to == post.account_id
    if overrules and not own and not reason:
        raise InvalidInput(
            "task.overrule_reason",
            "The task was assigned by the department's strategy; changing that needs a reason.",
            hint="Say why somebody else works it.",
            faults=[FieldFault("reason", "task.overrule_reason", "No reason.", "Say why.")],
        )
    Dispatch.objects.filter(pk=row.pk).update(assigned_to=account, version=F("version") + 1)
    record(
        row.case_id,
        TaskAssigned(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            to="" if account is None else str(account),
            overrules=overrules,
        ),
        actor=actor_of(post),
        payload={"reason": reason} if reason else None,
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
    with transaction.atomic():
        fresh = _again(row)
        notice = actions.ask_correction(row.pk, faults, actor=actor_of(post), version=version)
        found = joint.standing_of(fresh)
        if found.against:
            joint.note_settled(fresh, found, "correction", actor=actor_of(post))
    return notice


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
    """Approve or refuse. In a joint review every department asked must have answered first (`domain.joint`).

    `produced` is what was typed, by address; raises InvalidInput `outcome.values` with one fault per value
    that does not fit its element, and what `joint.check_approval` raises.
    """
    row = task_of(post, dispatch_id)
    _mine_or_free(post, row)
    _leads(post, row)
    look_again(row)  # in its own transaction: whoever is asked only now stays asked
    bound = store.bound_item(row.case, row.item)
    with transaction.atomic():
        fresh = _again(row)
        found = joint.standing_of(fresh)
        if approve:
            if fresh.version == version:
                joint.check_approval(post, fresh, reasons)
            actions.approve(
                row.pk,
                actor=actor_of(post),
                produced=_read(row, bound.produces, produced or {}),
                certificates=certificates,
                reasons=reasons,
                version=version,
            )
        else:
            actions.reject(row.pk, actor=actor_of(post), reasons=reasons, version=version)
        joint.note_settled(fresh, found, "approved" if approve else "rejected", actor=actor_of(post))
        giving.note_handled(Dispatch.objects.get(pk=row.pk), post.account_id)


def look_again(row: Dispatch) -> None:
    """Bring a task's joint review in line with the values as they are now."""
    if State(row.state) in ENDED:
        return
    with transaction.atomic():
        fresh = _again(row)
        if State(fresh.state) not in AT_WORK:
            return
        bound = store.bound_item(fresh.case, fresh.item)
        context = flow.context_of(fresh.case, store.catalogue_of(fresh.case))
        joint.ask(fresh.case, fresh, bound, context)


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


def sign(
    post: Post,
    dispatch_id: UUID,
    *,
    agrees: bool,
    reason: str = "",
    reasons: Sequence[str] = (),
    seen: str | None = None,
) -> None:
    """Sign a joint step for one's department, or object with reasons; the last word counts (`joint.say`)."""
    row = task_of(post, dispatch_id)  # outside the transaction: a refusal stays on the record
    with transaction.atomic():
        fresh = _again(row)
        joint.say(
            post,
            fresh,
            store.bound_item(fresh.case, fresh.item),
            agrees=agrees,
            reason=reason.strip(),
            reasons=reasons,
            seen=seen,
            actor=actor_of(post),
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
