"""Erasing what is personal about an instance: its variables go, that it ran and how stays."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, NotFound
from tongban.process import events
from tongban.process.models import Instance, Post, Transferred


def erase(instance: UUID, *, actor: Actor = SYSTEM, now: datetime | None = None) -> bool:
    """Destroy the variables of an instance that has ended, also those that moves between versions kept.

    What stays: which elements were completed when and by whom (the journal), its version and its end. False
    when it was erased before. Raises: NotFound; Conflict (`process.running`) while it runs.
    """
    with transaction.atomic():
        row = Instance.objects.select_for_update().filter(pk=instance).first()
        if row is None:
            raise NotFound("process.instance", f"There is no process instance {instance}.")
        if row.status not in {"completed", "cancelled"}:
            raise Conflict("process.running", "The instance still runs.", hint="Let it end, or give it up.")
        Post.objects.filter(Q(to=instance) | Q(origin=instance, kind="message")).delete()
        Transferred.objects.filter(instance=instance).update(before=None)
        bare = {"node": row.state["frames"]["0"]["node"], "kind": row.state["frames"]["0"]["kind"]}
        state = {**row.state, "frames": {"0": bare}, "tokens": {}, "timers": [], "incidents": []}
        if state == row.state:
            return False
        Instance.objects.filter(pk=instance).update(state=state)
        record(row.stream, events.Erased(str(instance)), actor=actor, at=now)
    return True
