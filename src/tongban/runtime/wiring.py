"""Where rooms that do not know each other meet: an event of one becomes an action of another.

One subscription, so that the events of a case are taken in their order. Every handler may see an event
twice and changes nothing the second time.
"""

from uuid import UUID

from tongban.casework import actions as casework
from tongban.exchange import inbox
from tongban.exchange.events import DepartmentDown, DepartmentUp, MessageDelivered, ReplyReceived
from tongban.intake import queries as intake
from tongban.intake.events import Submitted
from tongban.journal import events, subscriptions
from tongban.journal.events import Recorded

CASEWORK = "casework"
BATCH = 10
"""Small, because a batch is one transaction that holds the cases it touches."""


def open_case(event: Recorded) -> None:
    """A submitted application becomes a case."""
    submitted = intake.submission(UUID(event.stream))
    casework.open_case(
        casework.NewCase(
            application_id=submitted.application_id,
            number=submitted.number,
            person_id=submitted.person_id,
            event_code=submitted.event_code,
            catalogue_version=submitted.catalogue_version,
            applicant_role=submitted.applicant_role,
            region=submitted.region,
            submitted_at=submitted.submitted_at,
            promised_on=submitted.promised_on,
            provisional=submitted.provisional,
            items=submitted.items,
            plan=submitted.plan,
            figures=submitted.figures,
            shape=submitted.shape,
            values=tuple(
                casework.NewValue(
                    address=value.address,
                    value=value.value,
                    kind=value.provenance.kind,
                    department=value.provenance.department or "",
                    resource=value.provenance.resource or "",
                    query_id=value.provenance.query_id,
                    at=value.provenance.at or submitted.submitted_at,
                    verified=value.provenance.verified,
                    disputed=value.disputed,
                    remark=value.remark,
                )
                for value in submitted.values
            ),
            files=tuple(_file(submitted.application_id, upload) for upload in submitted.uploads),
        )
    )


def _file(application_id: UUID, upload: "intake.UploadView") -> casework.NewFile:
    name, media_type, content = intake.upload_content(application_id, upload.id)
    return casework.NewFile(
        id=upload.id,
        material=upload.material,
        name=name,
        media_type=media_type,
        sha256=upload.sha256,
        content=content,
    )


def mark_sent(event: Recorded) -> None:
    """A delivered submission is a dispatch that the department has."""
    delivered: MessageDelivered = events.typed(event)
    if delivered.kind == "submit":
        casework.mark_sent(UUID(delivered.dispatch_id), delivered.receipt)


def take_reply(event: Recorded) -> None:
    """A department's reply moves its dispatch."""
    reply: ReplyReceived = events.typed(event)
    casework.take_reply(UUID(reply.dispatch_id), inbox.content(reply.department, reply.reply_id))


def department_down(event: Recorded) -> None:
    """An outage stops the clocks of what the department has."""
    casework.department_down(events.typed(event).department, event.at)


def department_up(event: Recorded) -> None:
    """Its end lets them run again."""
    casework.department_up(events.typed(event).department, event.at)


HANDLERS = {
    Submitted.TYPE: open_case,
    MessageDelivered.TYPE: mark_sent,
    ReplyReceived.TYPE: take_reply,
    DepartmentDown.TYPE: department_down,
    DepartmentUp.TYPE: department_up,
}


def handle(event: Recorded) -> None:
    """Hand an event to its handler."""
    HANDLERS[event.type](event)


def drain() -> int:
    """Take the next events; returns how many."""
    return subscriptions.drain(CASEWORK, handle, list(HANDLERS), batch=BATCH)


def retry() -> int:
    """Try parked events again; returns how many were taken."""
    return subscriptions.retry_parked(CASEWORK, handle)
