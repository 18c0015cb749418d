"""Erasing what is personal about a case that is over."""

from uuid import UUID

from django.db import transaction

from tongban.casework import store
from tongban.casework.events import CaseErased
from tongban.casework.models import CaseFile, CaseValue, Correction, HeldCertificate, JointTask, Outcome
from tongban.exchange import letters, outbox
from tongban.journal import queries as journal
from tongban.journal.actions import erase_payload, record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.process import actions as process
from tongban.process import queries as processes

KEPT = frozenset((CaseErased.TYPE,))
"""Whose payload stays: why it was erased."""


def erase(application_id: UUID, reason: str, *, actor: Actor) -> bool:
    """Destroy values, documents, outcomes, certificates, what was written, and the process's variables.

    What stays is the trace: its number, items, departments, dates, decisions without their content, and the
    journal without payloads, which still proves. False when it was erased before. Raises InvalidInput without
    a reason; Conflict `case.open` while it is worked on.
    """
    if not reason.strip():
        raise InvalidInput("case.erase_reason", "A reason is missing.", hint="Say why; it is on the record.")
    with transaction.atomic():
        case = store.lock_case(application_id)
        if case.ended_at is None:
            raise Conflict("case.open", "The case is not over yet.", hint="Erase it when it has ended.")
        if journal.stream(application_id, [CaseErased.TYPE]):
            return False
        values, _ = CaseValue.objects.filter(case=case).delete()
        files, _ = CaseFile.objects.filter(case=case).delete()
        mine = {"dispatch__case": case}
        Correction.objects.filter(**mine).update(faults=[])
        Outcome.objects.filter(**mine).update(reasons=[], produced={})
        HeldCertificate.objects.filter(**mine).delete()
        JointTask.objects.filter(**mine).update(reason="")
        outbox.erase(application_id)
        letters.erase(application_id, case.number)
        instances = processes.instances(key=str(application_id), limit=1000)
        for each in instances:
            process.erase(each.id, actor=actor)
        for event in journal.stream(application_id):
            if event.commitment and event.type not in KEPT:
                erase_payload(event.id)
        record(
            application_id,
            CaseErased(fields=values, files=files, instances=len(instances)),
            actor=actor,
            payload={"reason": reason.strip()},
        )
    return True
