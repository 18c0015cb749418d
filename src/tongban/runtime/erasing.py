"""Erasing a person's case everywhere: each room destroys its own part, in one transaction."""

from uuid import UUID

from django.db import transaction

from tongban.casework import actions as casework
from tongban.intake import actions as intake
from tongban.journal.events import Actor


def erase(application_id: UUID, reason: str, *, actor: Actor) -> bool:
    """Destroy what is personal about a case that is over; False when that was done before.

    Raises what `casework.actions.erase` says.
    """
    with transaction.atomic():
        done = casework.erase(application_id, reason, actor=actor)
        if done:
            intake.erase(application_id)
    return done
