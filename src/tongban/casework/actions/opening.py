"""Opening the case of a submitted application."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from tongban.casework import running, store
from tongban.casework.domain.given import NewCase
from tongban.casework.domain.moves import State
from tongban.casework.events import (
    CaseOpened,
    DispatchOpened,
)
from tongban.casework.models import (
    Case,
    CaseFile,
    CaseValue,
    Dispatch,
)
from tongban.catalogue import calendars
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM


@transaction.atomic
def open_case(new: NewCase) -> UUID:
    """Open the case of a submitted application: one dispatch per item, and begin what may begin at once.

    Opening the same application twice changes nothing.
    """
    if Case.objects.filter(pk=new.application_id).exists():
        return new.application_id
    calendar = calendars.current()
    case = Case.objects.create(
        id=new.application_id,
        number=new.number,
        person_id=new.person_id,
        event_code=new.event_code,
        catalogue_version=new.catalogue_version,
        calendar_version=calendar.version,
        region=new.region,
        applicant_role=new.applicant_role,
        opened_at=datetime.now(UTC),
        promised_on=new.promised_on,
        provisional=new.provisional,
        plan=dict(new.plan),
        figures=dict(new.figures),
        shape=dict(new.shape),
    )
    CaseValue.objects.bulk_create(
        CaseValue(
            case=case,
            address=value.address,
            value=value.value,
            kind=value.kind,
            department=value.department,
            resource=value.resource,
            query_id=value.query_id,
            at=value.at,
            verified=value.verified,
            disputed=value.disputed,
            remark=value.remark,
        )
        for value in new.values
    )
    CaseFile.objects.bulk_create(
        CaseFile(
            id=file.id,
            case=case,
            material=file.material,
            name=file.name,
            media_type=file.media_type,
            size=len(file.content),
            sha256=file.sha256,
            content=file.content,
            added_at=new.submitted_at,
        )
        for file in new.files
    )
    record(
        case.pk,
        CaseOpened(
            number=case.number,
            event_code=case.event_code,
            catalogue_version=case.catalogue_version,
            calendar_version=case.calendar_version,
            region=case.region,
        ),
        actor=SYSTEM,
    )
    _open_dispatches(case, new.items)
    running.start(case)
    running.advance(store.lock_case(case.pk))
    return case.pk


def _open_dispatches(case: Case, items: Sequence[str]) -> None:
    catalogue = store.catalogue_of(case)
    waits: dict[str, list[str]] = {code: [] for code in items}
    for edge in case.plan.get("edges", []):
        waits.setdefault(edge["to"], []).append(edge["from"])
    values = store.values_of(case)
    for order, code in enumerate(items):
        bound = store.bound_item(case, code)
        department = catalogue.departments[bound.item.department]
        # A department without a system works here, whatever the item says.
        via = "system" if bound.item.via == "system" and department.system else "workbench"
        region = store.office_region(
            values.get(bound.item.region_of or "") or case.region, bound.item.handled_at
        )
        row = Dispatch.objects.create(
            case=case,
            item=code,
            item_version=bound.item.version,
            department=bound.item.department,
            region=region,
            via=via,
            order=order,
            waits_for=sorted(set(waits[code]) & set(items)),
            state=str(State.WAITING),
            opened_at=case.opened_at,
        )
        record(
            case.pk,
            DispatchOpened(
                dispatch_id=str(row.pk),
                item=code,
                item_version=row.item_version,
                department=row.department,
                via=via,
                waits_for=row.waits_for,
            ),
            actor=SYSTEM,
        )
