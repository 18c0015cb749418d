"""What moves a dispatch: sent, accepted, mended, decided. Each one transaction with its event."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import flow, joint, running, store
from tongban.casework.domain.given import Fault, NewCertificate, Reason
from tongban.casework.domain.moves import Move, State
from tongban.casework.events import (
    CorrectionAsked,
    DispatchAccepted,
    DispatchApproved,
    DispatchRejected,
    DispatchSent,
)
from tongban.casework.models import (
    Case,
    CaseValue,
    Correction,
    Dispatch,
    HeldCertificate,
    Outcome,
)
from tongban.catalogue import calendars
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import FieldFault, InvalidInput
from tongban.process.planner import ORDER

CERTIFICATE = "certificate:"
"""How the plan names a certificate among the things that items wait for."""


@transaction.atomic
def mark_sent(dispatch_id: UUID, receipt: str) -> None:
    """The department's system acknowledged the submission; a reply may have overtaken this."""
    row = locked(dispatch_id)
    if row.state != State.READY:
        Dispatch.objects.filter(pk=row.pk, receipt="").update(receipt=receipt)
        return
    store.move(row, Move.SEND, receipt=receipt)
    record(
        row.case_id,
        DispatchSent(dispatch_id=str(row.pk), item=row.item, department=row.department, receipt=receipt),
        actor=Actor("department", row.department),
    )


@transaction.atomic
def accept(dispatch_id: UUID, *, actor: Actor, version: int | None = None) -> None:
    """The department accepts (受理); Conflict `dispatch.move` when it has done so before."""
    row = locked(dispatch_id)
    store.move(row, Move.ACCEPT, version=version, accepted_at=datetime.now(UTC))
    record(
        row.case_id,
        DispatchAccepted(dispatch_id=str(row.pk), item=row.item, department=row.department),
        actor=actor,
    )


@transaction.atomic
def ask_correction(
    dispatch_id: UUID, faults: Sequence[Fault], *, actor: Actor, version: int | None = None
) -> UUID:
    """One itemised notice; the clocks stand still until the applicant answers.

    Each fault must name something that this item needs and say what, why and how. Raises InvalidInput
    `correction.faults` with one fault per line that does not.
    """
    row = locked(dispatch_id)
    bound = store.bound_item(row.case, row.item)
    _check_faults(bound, faults)
    store.move(row, Move.ASK, version=version)
    correction = Correction.objects.create(
        dispatch=row, asked_at=datetime.now(UTC), faults=[fault.to_json() for fault in faults]
    )
    record(
        row.case_id,
        CorrectionAsked(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            correction_id=str(correction.pk),
            targets=[fault.target for fault in faults],
        ),
        actor=actor,
        payload={"faults": correction.faults},
    )
    store.project_dues(row, bound.item)
    return correction.pk


def _check_faults(bound: Any, faults: Sequence[Fault]) -> None:
    addresses = {need.element for need in bound.needs}
    documents = {one.key for one in bound.materials}
    wrong = (
        []
        if faults
        else [FieldFault("faults", "correction.empty", "Name at least one thing.", "Choose what to mend.")]
    )
    for place, fault in enumerate(faults):
        if fault.target not in (addresses if fault.kind == "address" else documents):
            wrong.append(
                FieldFault(
                    f"faults.{place}.target",
                    "correction.target",
                    "This item does not need it.",
                    "Choose from the item's own.",
                )
            )
        wrong += [
            FieldFault(
                f"faults.{place}.{name}",
                f"correction.{name}",
                "Say it in a sentence.",
                "The applicant reads it.",
            )
            for name in ("what", "why", "how")
            if not getattr(fault, name).strip()
        ]
    if len({fault.target for fault in faults}) < len(faults):
        wrong.append(FieldFault("faults", "correction.twice", "One thing is named twice.", "Join the two."))
    if wrong:
        raise InvalidInput(
            "correction.faults", "The notice is not complete.", hint="Mend the lines named.", faults=wrong
        )


@transaction.atomic
def approve(
    dispatch_id: UUID,
    *,
    actor: Actor,
    produced: Mapping[str, Any],
    certificates: Sequence[NewCertificate] = (),
    reasons: Sequence[Reason] = (),
    version: int | None = None,
) -> None:
    """The item ends well: its produced data feed the siblings that wait, at once.

    `produced` is by the event's addresses. Raises InvalidInput `outcome.incomplete` when a value or a
    certificate is missing for which a sibling of this case waits; a null or an empty text is no value.
    """
    row = locked(dispatch_id)
    case = row.case
    bound = store.bound_item(case, row.item)
    if version is not None and version != row.version:
        raise store.changed(row)  # before anything is said about what was typed
    missing = _awaited(case, row) - _given(store.values_of(case)) - _given(produced)
    missing -= {CERTIFICATE + one.code for one in certificates}
    if missing:
        faults = [
            FieldFault(address, "outcome.missing", "A sibling item waits for it.", "Fill it in.")
            for address in sorted(missing)
        ]
        raise InvalidInput(
            "outcome.incomplete",
            "The outcome lacks what siblings wait for.",
            hint="Complete it.",
            faults=faults,
        )
    now = datetime.now(UTC)
    kept = {address: value for address, value in produced.items() if address in bound.produces}
    _check_certificates(bound, certificates)
    store.move(row, Move.APPROVE, version=version, ended_at=now)
    Outcome.objects.create(
        dispatch=row,
        approved=True,
        decided_at=now,
        reasons=[reason.to_json() for reason in reasons],
        produced=kept,
    )
    HeldCertificate.objects.bulk_create(
        HeldCertificate(
            dispatch=row,
            code=one.code,
            number=one.number,
            issued_on=one.issued_on or now.astimezone(calendars.current().zone).date(),
            valid_until=one.valid_until,
        )
        for one in certificates
    )
    for address, value in kept.items():
        CaseValue.objects.update_or_create(
            case=case,
            address=address,
            defaults={
                "value": value,
                "kind": "sibling",
                "department": row.department,
                "resource": "",
                "at": now,
                "verified": True,
                "disputed": False,
            },
        )
    record(
        row.case_id,
        DispatchApproved(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            produced=sorted(kept),
            certificates=[one.code for one in certificates],
        ),
        actor=actor,
        payload={"produced": kept, "numbers": [one.number for one in certificates]},
    )
    if kept:
        joint.look_again(case, flow.context_of(case, store.catalogue_of(case)), kept, actor=actor)
    _finish(row, bound.item)


def _awaited(case: Case, row: Dispatch) -> set[str]:
    """The addresses and certificates for which a sibling of this case waits for this item."""
    return {
        element
        for edge in case.plan.get("edges", [])
        if edge["from"] == row.item
        for element in edge["elements"]
        if not element.startswith(ORDER)
    }


def _given(values: Mapping[str, Any]) -> set[str]:
    return {address for address, value in values.items() if value is not None and value != ""}


def _check_certificates(bound: Any, certificates: Sequence[NewCertificate]) -> None:
    for one in certificates:
        if one.code not in bound.certificates:
            raise InvalidInput(
                "outcome.certificate", "This item issues no such certificate.", hint="Check the code."
            )
        if not one.number.strip():
            raise InvalidInput(
                "outcome.certificate_number", "A certificate needs its number.", hint="Fill it in."
            )


@transaction.atomic
def reject(dispatch_id: UUID, *, actor: Actor, reasons: Sequence[Reason], version: int | None = None) -> None:
    """The item is refused, with at least one reason (Administrative Licensing Law art. 38)."""
    if not any(reason.text.strip() for reason in reasons):
        raise InvalidInput(
            "outcome.no_reason", "A refusal needs a reason.", hint="Say why, in words for the applicant."
        )
    row = locked(dispatch_id)
    bound = store.bound_item(row.case, row.item)
    now = datetime.now(UTC)
    store.move(row, Move.REJECT, version=version, ended_at=now)
    Correction.objects.filter(dispatch=row, answered_at=None).update(answered_at=now)
    Outcome.objects.create(
        dispatch=row, approved=False, decided_at=now, reasons=[reason.to_json() for reason in reasons]
    )
    record(
        row.case_id,
        DispatchRejected(
            dispatch_id=str(row.pk),
            item=row.item,
            department=row.department,
            reasons=[reason.code for reason in reasons],
        ),
        actor=actor,
        payload={"reasons": [reason.to_json() for reason in reasons]},
    )
    _finish(row, bound.item)


def _finish(row: Dispatch, item: Any) -> None:
    store.project_dues(row, item)
    running.advance(store.lock_case(row.case_id))


def locked(dispatch_id: UUID) -> Dispatch:
    """A dispatch with its case locked, so that siblings do not pass each other."""
    case = store.lock_case(store.dispatch_of(dispatch_id).case_id)
    row = Dispatch.objects.get(pk=dispatch_id)  # read again: it may have moved while we waited for the lock
    row.case = case
    return row
