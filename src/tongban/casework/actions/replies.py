"""Replies of departments' systems, applied to their dispatches."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import flow, store
from tongban.casework.actions.deciding import accept, approve, ask_correction, reject
from tongban.casework.domain.given import Fault, NewCertificate, Reason
from tongban.casework.events import (
    ReplyIgnored,
)
from tongban.casework.models import (
    Dispatch,
)
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def take_reply(dispatch_id: UUID, content: Mapping[str, Any]) -> None:
    """Apply a department's reply (as `exchange.inbox.content` gives it) to its dispatch.

    A reply that its state does not allow (decided or withdrawn meanwhile, a second acceptance) is recorded
    and ignored: departments send at least once and do not see our side.
    """
    row = store.dispatch_of(dispatch_id)
    actor = Actor("department", row.department)
    kind = content["kind"]
    bound = store.bound_item(row.case, row.item)
    if content.get("receipt"):
        Dispatch.objects.filter(pk=row.pk, receipt="").update(receipt=content["receipt"])
    try:
        with transaction.atomic():
            if kind == "accepted":
                accept(dispatch_id, actor=actor)
            elif kind == "correction":
                ask_correction(dispatch_id, _faults(bound, content["faults"]), actor=actor)
            elif kind == "approved":
                approve(
                    dispatch_id,
                    actor=actor,
                    produced={
                        flow.from_formal(bound, address): value
                        for address, value in content["values"].items()
                    },
                    certificates=[
                        NewCertificate(
                            code=one["code"],
                            number=one["number"],
                            issued_on=_day(one["issued_on"]),
                            valid_until=_day(one["valid_until"]),
                        )
                        for one in content["certificates"]
                    ],
                    reasons=[Reason(**one) for one in content["reasons"]],
                )
            else:
                reject(dispatch_id, actor=actor, reasons=[Reason(**one) for one in content["reasons"]])
    except (Conflict, InvalidInput) as error:
        record(
            row.case_id,
            ReplyIgnored(
                dispatch_id=str(row.pk),
                item=row.item,
                department=row.department,
                kind=kind,
                reason=error.code,
            ),
            actor=actor,
        )


def _faults(bound: Any, listed: Sequence[Mapping[str, str]]) -> list[Fault]:
    found = []
    for one in listed:
        if one["address"]:
            target, kind = flow.from_formal(bound, one["address"]), "address"
        else:
            # A system knows the document by its code; the case knows whose document it is.
            code, _, number = one["material"].partition("-")
            whose = [m.key for m in bound.materials if m.need.material == code]
            mark = f"-{number}" if number else ""
            target = next((key for key in whose if key.endswith(mark)), one["material"])
            kind = "material"
        found.append(
            Fault(target=target, kind=kind, what=one["what"], why=one["why"], how=one["how"], law=one["law"])
        )
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
