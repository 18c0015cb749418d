"""Named mutations of who takes part in an application, where several play one role."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from tongban.intake import prefill as prefilling
from tongban.intake.domain import members
from tongban.intake.drafts import Draft, open_draft
from tongban.intake.events import MembersChanged
from tongban.journal.actions import record
from tongban.journal.events import Actor

Act = Literal["add", "remove", "restore", "confirm"]


def change(application_id: UUID, person_id: UUID, role: str, act: Act, number: int = 0) -> int:
    """Add one, take one out or in again, or say that these are all; gives the number of the one concerned.

    Raises Conflict `members.too_many` and `members.too_few`, NotFound `members.role`. What is known of a new
    member is fetched as soon as there is something to ask with.
    """
    with transaction.atomic():
        row = open_draft(application_id, person_id)
        span = members.many_of(Draft.of(row).bound).get(role)
        before = row.members
        if span is None or act == "confirm":
            row.members = members.confirmed(before, role)
        elif act == "add":
            row.members = members.added(before, role, span)
            number = row.members[role]["last"]
        elif act == "remove":
            row.members = members.without(before, role, number, span)
        else:
            row.members = members.restored(before, role, number, span)
        if row.members == before:
            return number
        row.touched_at = datetime.now(UTC)
        row.save(update_fields=["members", "touched_at"])
        record(
            row.pk,
            MembersChanged(role=role, act=act, number=number),
            actor=Actor("person", str(person_id)),
        )
    if act == "restore":
        prefilling.prefill(application_id, person_id)
    return number
