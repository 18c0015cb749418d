"""What an applicant does to a running case: mend what was named, send a document later, take it back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import flow, joint, running, store
from tongban.casework.domain.moves import OPEN, Move, State
from tongban.casework.events import CorrectionAnswered, DocumentAdded
from tongban.casework.models import Case, CaseFile, CaseValue, Correction, Dispatch
from tongban.catalogue import answers, calendars, documents
from tongban.journal import queries as journal
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, FieldFault, NotFound, TongbanError


def answer_correction(
    application_id: UUID,
    person_id: UUID,
    correction_id: UUID,
    typed: Mapping[str, Any],
    uploads: Mapping[str, Sequence[tuple[str, bytes]]] | None = None,
) -> list[FieldFault]:
    """Mend the named things, all of them, and nothing else; the clocks run again.

    Args:
        application_id: the case.
        person_id: whose case it is.
        correction_id: the open notice.
        typed: address → what was typed, for the named addresses only.
        uploads: document key → files as (name, content), for the named documents only.

    Returns what is still wrong; then nothing was kept. Answering twice changes nothing. Raises Conflict
    `correction.closed` when the item was decided or withdrawn before it was answered.
    """
    uploads = uploads or {}
    with transaction.atomic():
        case = store.case_of(application_id, person_id, lock=True)
        correction = _correction(case, correction_id)
        if correction.answered_at is not None:
            _check_answered(case, correction)
            return []
        row = correction.dispatch
        row.case = case
        addresses = {fault["target"] for fault in correction.faults if fault["kind"] == "address"}
        papers = {fault["target"] for fault in correction.faults if fault["kind"] == "material"}
        faults, values = _read_values(case, addresses, typed)
        more, files = _read_files(case, row, papers, uploads)
        faults += more
        if faults:
            return faults
        now = datetime.now(UTC)
        for address, value in values.items():
            CaseValue.objects.update_or_create(
                case=case,
                address=address,
                defaults={
                    "value": value,
                    "kind": "self_declared",
                    "resource": "",
                    "at": now,
                    "verified": False,
                    "agrees": None,
                    "disputed": False,
                },
            )
        bound = store.bound_item(case, row.item)
        papers_of_item = {one.key for one in bound.materials}
        # What followed while the item waited was held back then (see `add_later`): it goes now.
        later = list(
            case.files.filter(
                material__in=papers_of_item - papers, replaced_at=None, added_at__gte=correction.asked_at
            ).defer("content")
        )
        kept = _keep_files(case, files, now)
        correction.answered_at = now
        correction.save(update_fields=["answered_at"])
        store.move(row, Move.ANSWER_ACCEPTED if row.accepted_at else Move.ANSWER_NEW)
        record(
            case.pk,
            CorrectionAnswered(
                dispatch_id=str(row.pk),
                item=row.item,
                department=row.department,
                correction_id=str(correction.pk),
            ),
            actor=Actor("person", str(person_id)),
            payload={"values": values, "files": [str(one.pk) for one in kept]},
        )
        store.project_dues(row, bound.item)
        if row.via == "system":
            flow.hand_over(case, row, bound, "supplement", values=values, materials=kept + later)
        _look_again(case, {*values, *files})
    return []


def _look_again(case: Case, changed: set[str]) -> None:
    """Whoever co-signs sees what has changed before it counts as agreed."""
    joint.look_again(case, flow.context_of(case, store.catalogue_of(case)), changed)


def _check_answered(case: Case, correction: Correction) -> None:
    """A refusal or a withdrawal closes the notice too; who answers then must not believe it was taken."""
    answers_given = journal.stream(case.pk, [CorrectionAnswered.TYPE])
    if not any(event.data["correction_id"] == str(correction.pk) for event in answers_given):
        raise Conflict(
            "correction.closed",
            "This item was decided or withdrawn before the answer came.",
            hint="Open the case to see how it ended.",
        )


def _correction(case: Case, correction_id: UUID) -> Correction:
    found = (
        Correction.objects.select_related("dispatch").filter(pk=correction_id, dispatch__case=case).first()
    )
    if found is None:
        raise NotFound("correction.not_found", "There is no such request.", hint="Open the case again.")
    return found


def _read_values(
    case: Case, addresses: set[str], typed: Mapping[str, Any]
) -> tuple[list[FieldFault], dict[str, Any]]:
    faults = [
        FieldFault(
            address, "correction.not_named", "This may not be changed now.", "Mend only what is named."
        )
        for address in set(typed) - addresses
    ]
    catalogue = store.catalogue_of(case)
    today = datetime.now(calendars.current().zone).date()
    values: dict[str, Any] = {}
    for address in sorted(addresses):
        try:
            value = answers.read(catalogue.element(address), typed.get(address), catalogue.lists, today=today)
        except TongbanError as error:
            faults.append(error.fault(address))
            continue
        if value is None:
            faults.append(FieldFault(address, "answer.required", "An answer is needed.", "Fill it in."))
        else:
            values[address] = value
    return faults, values


def _read_files(
    case: Case, row: Dispatch, papers: set[str], uploads: Mapping[str, Sequence[tuple[str, bytes]]]
) -> tuple[list[FieldFault], dict[str, list[documents.CheckedFile]]]:
    bound = store.bound_item(case, row.item)
    materials = {one.key: one.material for one in bound.materials}
    faults = [
        FieldFault(key, "correction.not_named", "This may not be changed now.", "Mend only what is named.")
        for key in set(uploads) - papers
    ]
    files: dict[str, list[documents.CheckedFile]] = {}
    for key in sorted(papers):
        if not uploads.get(key):
            faults.append(
                FieldFault(key, "upload.missing", "This document is needed.", "Add a photo or PDF.")
            )
            continue
        for name, content in uploads[key]:
            try:
                files.setdefault(key, []).append(documents.check_file(materials[key], name, content))
            except TongbanError as error:
                faults.append(error.fault(key))
    return faults, files


def _keep_files(
    case: Case, files: Mapping[str, Sequence[documents.CheckedFile]], now: datetime
) -> list[CaseFile]:
    kept = []
    for key, many in files.items():
        # The earlier paper stays on the record, but nobody is handed it again.
        case.files.filter(material=key, replaced_at=None).update(replaced_at=now)
        kept += [
            CaseFile.objects.create(
                case=case,
                material=key,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
                content=one.content,
                added_at=now,
            )
            for one in many
        ]
    return kept


@transaction.atomic
def add_later(application_id: UUID, person_id: UUID, material: str, name: str, content: bytes) -> UUID:
    """Add a document that may follow later, to every item of the case that asks for it and is still open."""
    case = store.case_of(application_id, person_id, lock=True)
    context = flow.context_of(case, store.catalogue_of(case))
    wanting = [
        (row, bound, one)
        for row in case.dispatches.filter(state__in=[str(state) for state in OPEN])
        for bound in [store.bound_item(case, row.item)]
        for one in bound.materials
        if one.key == material
        and one.need.may_follow_days
        and one.key in store.needed_documents(row, bound, context)
    ]
    if not wanting:
        raise Conflict(
            "document.not_awaited", "No open item waits for this document.", hint="Open the case again."
        )
    checked = documents.check_file(wanting[0][2].material, name, content)
    [kept] = _keep_files(case, {material: [checked]}, datetime.now(UTC))
    record(
        case.pk,
        DocumentAdded(material=material, file_id=str(kept.pk)),
        actor=Actor("person", str(person_id)),
        payload={"sha256": kept.sha256},
    )
    for row, bound, _ in wanting:
        if row.via == "system" and row.freed_at is not None and row.state != State.CORRECTION:
            flow.hand_over(case, row, bound, "supplement", values={}, materials=[kept])
    _look_again(case, {material})
    return kept.pk


@transaction.atomic
def withdraw(application_id: UUID, person_id: UUID) -> int:
    """Take back everything that is not decided; returns how many items. What was decided stays decided."""
    case = store.case_of(application_id, person_id, lock=True)
    rows = list(case.dispatches.filter(state__in=[str(state) for state in OPEN]).order_by("order"))
    if not rows:
        raise Conflict("case.ended", "Everything in this case has been decided.", hint="Look at the results.")
    actor = Actor("person", str(person_id))
    for row in rows:
        row.case = case
        Correction.objects.filter(dispatch=row, answered_at=None).update(answered_at=datetime.now(UTC))
        flow.withdraw(row, actor=actor)
    running.give_up(case, "withdrawn", actor=actor)
    running.advance(case, actor=actor)
    return len(rows)
