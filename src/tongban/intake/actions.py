"""Named mutations of an application before it is submitted; each one transaction with its event."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tongban.catalogue import answers, calendars, documents
from tongban.catalogue import queries as catalogue_queries
from tongban.identity import queries as identity_queries
from tongban.intake import prefill as prefilling
from tongban.intake import queries
from tongban.intake.domain import members as membership
from tongban.intake.drafts import Draft, application_of, open_draft
from tongban.intake.events import (
    Answered,
    Consented,
    Discarded,
    Disputed,
    ItemChosen,
    Started,
    Submitted,
    Uploaded,
)
from tongban.intake.models import Application, Source, Upload, Value
from tongban.intake.queries import Receipt
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotFound, TongbanError
from tongban.kernel.ids import number_of

CONSENT_TEXT = "2026-11"
"""Version of the wording on the consent page."""
MAX_UPLOADS_PER_MATERIAL = 10
MAX_DRAFTS = 20


@transaction.atomic
def start(person_id: UUID, event_code: str, applicant_role: str) -> UUID:
    """Begin an application; what the sign-in vouches for is known from the start."""
    catalogue = catalogue_queries.current()
    bound = catalogue.bound(event_code)
    if applicant_role not in bound.event.applicant:
        raise InvalidInput("application.role", "This role cannot apply.", hint="Choose who you are.")
    person = identity_queries.person(person_id)
    if person is None:
        raise NotFound("application.person", "The signed-in person is not known here.", hint="Sign in again.")
    if (
        Application.objects.filter(person_id=person_id, submitted_at=None, discarded_at=None).count()
        >= MAX_DRAFTS
    ):
        raise Conflict(
            "application.too_many_drafts", "There are too many drafts.", hint="Finish or discard one."
        )
    now = datetime.now(UTC)
    row = Application.objects.create(
        person_id=person_id,
        event_code=event_code,
        catalogue_version=catalogue.version,
        applicant_role=applicant_role,
        region=person.region,
        members=membership.first(membership.many_of(bound)),
        started_at=now,
        touched_at=now,
    )
    facts = {"name": person.name, "id_number": person.id_number, "sex": person.sex, "mobile": person.mobile}
    for element, value in facts.items():
        address = f"{applicant_role}.{element}"
        if value and address in bound.addresses:
            Value.objects.create(
                application=row, address=address, answered=False, value=value, kind="sign_in", at=now
            )
    record(
        row.pk,
        Started(
            event_code=event_code,
            catalogue_version=catalogue.version,
            applicant_role=applicant_role,
            region=person.region,
        ),
        actor=Actor("person", str(person_id)),
    )
    return row.pk


def consent(application_id: UUID, person_id: UUID, allowed: Iterable[str]) -> None:
    """Record which registries may be asked, and ask them. What is refused comes back as questions."""
    allowed = set(allowed)
    with transaction.atomic():
        row = open_draft(application_id, person_id)
        bound = Draft.of(row).bound
        offered = {source.code for source in bound.sources}
        if not allowed <= offered:
            raise InvalidInput(
                "consent.unknown_source", "This event asks no such registry.", hint="Open the page again."
            )
        for code in sorted(offered):
            defaults: dict[str, Any] = {"allowed": code in allowed}
            Source.objects.update_or_create(application=row, resource=code, defaults=defaults)
        refused = offered - allowed
        # What was fetched under an earlier consent and is refused now is forgotten.
        Value.objects.filter(application=row, answered=False, resource__in=refused).delete()
        Source.objects.filter(application=row, resource__in=refused).update(
            asked=[], state="not_asked", at=None
        )
        row.consented_at = row.touched_at = datetime.now(UTC)
        row.save()
        record(
            row.pk,
            Consented(allowed=sorted(allowed), refused=sorted(refused), text_version=CONSENT_TEXT),
            actor=_actor(person_id),
        )
    prefilling.prefill(application_id, person_id)


def answer(application_id: UUID, person_id: UUID, typed: Mapping[str, Any]) -> list[FieldFault]:
    """Read and keep answers; returns what is wrong with those that were not kept. Good ones are kept.

    Only what is asked now may be answered: a value that government knows, or that a sibling will produce,
    cannot be overwritten from outside. Answers may let a registry be asked that could not be before.
    """
    faults: list[FieldFault] = []
    with transaction.atomic():
        row = open_draft(application_id, person_id)
        draft = Draft.of(row)
        today = today_in(calendars.current().zone)
        kept: dict[str, Any] = {}
        for address, raw in typed.items():
            question = draft.derivation.question(address)
            if question is None:
                faults.append(
                    FieldFault(address, "answer.not_asked", "This is not asked.", "Open the form again.")
                )
                continue
            element = draft.catalogue.element(address)
            try:
                value = answers.read(element, raw, draft.catalogue.lists, today=today)
            except TongbanError as error:
                faults.append(error.fault(address))
                continue
            if value is None and question.required:
                faults.append(FieldFault(address, "answer.required", "An answer is needed.", "Fill it in."))
                continue
            kept[address] = value
        for address, value in kept.items():
            Value.objects.update_or_create(
                application=row,
                address=address,
                answered=True,
                defaults={"value": value, "kind": "self_declared", "at": datetime.now(UTC)},
            )
        if kept:
            _touch(row)
            record(
                row.pk, Answered(addresses=sorted(kept)), actor=_actor(person_id), payload={"values": kept}
            )
    if kept:
        prefilling.prefill(application_id, person_id)
    return faults


@transaction.atomic
def dispute(application_id: UUID, person_id: UUID, address: str, remark: str) -> None:
    """Say that a fetched value is wrong: the question comes back, and the owner is told with the case.

    What was fetched with the disputed value as a key (the household of a person who is not the father) goes.
    """
    row = open_draft(application_id, person_id)
    changed = Value.objects.filter(application=row, address=address, answered=False).exclude(kind="sign_in")
    if not changed.update(disputed=True, remark=remark.strip()[: answers.MAX_TEXT]):
        raise NotFound(
            "dispute.not_fetched", "There is no fetched value to object to.", hint="Open the page again."
        )
    _touch(row)
    record(
        row.pk,
        Disputed(address=address, withdrawn=False),
        actor=_actor(person_id),
        payload={"remark": remark.strip()[: answers.MAX_TEXT]},
    )
    prefilling.forget_strays(row)


def undispute(application_id: UUID, person_id: UUID, address: str) -> None:
    """Take an objection back; what hung on the value is asked of the registries again."""
    with transaction.atomic():
        row = open_draft(application_id, person_id)
        changed = Value.objects.filter(application=row, address=address, disputed=True)
        if not changed.update(disputed=False, remark=""):
            return
        Value.objects.filter(application=row, address=address, answered=True).delete()
        _touch(row)
        record(row.pk, Disputed(address=address, withdrawn=True), actor=_actor(person_id))
    prefilling.prefill(application_id, person_id)


@transaction.atomic
def reviewed(application_id: UUID, person_id: UUID) -> None:
    """The person has seen what is already known."""
    row = open_draft(application_id, person_id)
    row.reviewed_at = datetime.now(UTC)
    _touch(row)


@transaction.atomic
def leave_out(application_id: UUID, person_id: UUID, item: str, left_out: bool) -> None:  # noqa: FBT001
    """Leave an item out of the application, or take it back in, where the life event lets people choose."""
    row = open_draft(application_id, person_id)
    bound = Draft.of(row).bound.item(item)
    if bound is None or bound.use.chosen_by != "applicant":
        raise InvalidInput(
            "application.item_fixed", "This item is not left to choose.", hint="Open the page again."
        )
    chosen = set(row.left_out)
    row.left_out = sorted(chosen | {item} if left_out else chosen - {item})
    _touch(row)
    record(row.pk, ItemChosen(item=item, left_out=left_out), actor=_actor(person_id))


@transaction.atomic
def upload(
    application_id: UUID, person_id: UUID, material: str, name: str, content: bytes
) -> queries.UploadView:
    """Check and keep a file for a document that is needed."""
    row = open_draft(application_id, person_id)
    draft = Draft.of(row)
    needed = next((one for one in draft.derivation.materials if one.key == material), None)
    if needed is None:
        raise NotFound("upload.not_needed", "This document is not needed.", hint="Open the page again.")
    if row.uploads.filter(material=material).count() >= MAX_UPLOADS_PER_MATERIAL:
        raise InvalidInput(
            "upload.too_many", "There are enough files for this document.", hint="Remove one first."
        )
    checked = documents.check_file(needed.bound.material, name, content)
    same = row.uploads.filter(material=material, sha256=checked.sha256).first()
    if same is not None:
        return queries.upload_view(same)
    kept = Upload.objects.create(
        application=row,
        material=material,
        name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        content=checked.content,
        uploaded_at=datetime.now(UTC),
    )
    _touch(row)
    record(
        row.pk,
        Uploaded(
            material=material,
            upload_id=str(kept.pk),
            media_type=kept.media_type,
            size=kept.size,
            removed=False,
        ),
        actor=_actor(person_id),
        payload={"sha256": kept.sha256, "name": kept.name},
    )
    return queries.upload_view(kept)


@transaction.atomic
def remove_upload(application_id: UUID, person_id: UUID, upload_id: UUID) -> None:
    """Remove an uploaded file; removing it twice is no error."""
    row = open_draft(application_id, person_id)
    kept = row.uploads.filter(pk=upload_id).first()
    if kept is None:
        return
    record(
        row.pk,
        Uploaded(
            material=kept.material,
            upload_id=str(kept.pk),
            media_type=kept.media_type,
            size=kept.size,
            removed=True,
        ),
        actor=_actor(person_id),
    )
    kept.delete()
    _touch(row)


def submit(application_id: UUID, person_id: UUID) -> Receipt:
    """Submit; submitting again gives the same receipt.

    Registries are asked once more, so that what was fetched is what is submitted. Raises InvalidInput
    `application.incomplete` with one fault per open question or missing document, Conflict
    `application.not_for_you` when a condition of the life event does not hold.
    """
    row = application_of(application_id, person_id)
    if row.submitted_at is not None:
        return queries.receipt(application_id, person_id)
    if row.consented_at is None:
        raise Conflict("application.no_consent", "Nobody was asked yet.", hint="Open the consent page.")
    try:
        prefilling.prefill(application_id, person_id, refresh=True)
    except Conflict as error:
        # A second click: the first one was through while this one asked. Below it gets the same receipt.
        if error.code != "application.submitted":
            raise
    with transaction.atomic():
        row = application_of(application_id, person_id, lock=True)
        if row.submitted_at is not None:  # another request was first
            return queries.receipt(application_id, person_id)
        prefilling.forget_strays(row)
        draft = Draft.of(row)
        derivation = draft.derivation
        if derivation.unmet:
            raise Conflict("application.not_for_you", "A condition does not hold.", hint="Read the guide.")
        faults = queries.open_faults(draft, row.uploads.all())
        if faults:
            raise InvalidInput(
                "application.incomplete",
                "Something is still missing.",
                hint="Answer what is marked.",
                faults=faults,
            )
        calendar = calendars.current()
        now = datetime.now(UTC)
        today = now.astimezone(calendar.zone).date()
        plan = derivation.plan(calendar, today)
        before, after = derivation.before(plan), derivation.after(plan)
        row.number = number_of(settings.CONFIG.instance, today, _next_serial(today))
        row.submitted_at = row.touched_at = now
        row.promised_on, row.provisional = plan.promised_on, plan.provisional
        for role in membership.removed(row.members):  # what they answered goes with them
            Value.objects.filter(application=row, address__startswith=f"{role}.").delete()
        row.items, row.plan = list(derivation.in_case), plan.to_json()
        row.figures = {"before": before.to_json(), "after": after.to_json()}
        row.save()
        record(
            row.pk,
            Submitted(
                number=row.number,
                event_code=row.event_code,
                catalogue_version=row.catalogue_version,
                calendar_version=calendar.version,
                region=row.region,
                items=row.items,
                promised_on=plan.promised_on.isoformat(),
                provisional=plan.provisional,
                fields_before=before.fields,
                fields_asked=after.fields,
                materials_before=before.materials,
                materials_asked=after.materials,
                visits_before=before.visits,
                visits=after.visits,
                sequential_working_days=plan.sequential_days,
                parallel_working_days=plan.parallel_days,
            ),
            actor=_actor(person_id),
            at=now,
        )
        return queries.receipt(application_id, person_id)


@transaction.atomic
def discard(application_id: UUID, person_id: UUID) -> None:
    """Throw a draft away: its values and files are destroyed, the fact that it existed stays."""
    row = open_draft(application_id, person_id)
    Value.objects.filter(application=row).delete()
    Upload.objects.filter(application=row).delete()
    row.discarded_at = datetime.now(UTC)
    row.save()
    record(row.pk, Discarded(), actor=_actor(person_id))


@transaction.atomic
def erase(application_id: UUID) -> None:
    """Destroy the values, answers and files of a submitted application whose case was erased."""
    row = Application.objects.select_for_update().filter(pk=application_id).first()
    if row is None:
        return
    Value.objects.filter(application=row).delete()
    Upload.objects.filter(application=row).delete()
    Source.objects.filter(application=row).update(asked=[])


def today_in(zone: Any) -> date:
    """The legal date now."""
    return datetime.now(zone).date()


def _actor(person_id: UUID) -> Actor:
    return Actor("person", str(person_id))


def _touch(row: Application) -> None:
    row.touched_at = datetime.now(UTC)
    row.save()


def _next_serial(day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_serial AS s (day, last) VALUES (%s, 1) "
            "ON CONFLICT (day) DO UPDATE SET last = s.last + 1 RETURNING last",
            [day],
        )
        return int(cursor.fetchone()[0])
