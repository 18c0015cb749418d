"""Cases for the workbench: opened as `runtime.wiring` opens them, with items that clerks decide."""

import datetime as dt
import hashlib
import itertools
from uuid import UUID

from tests.faces.walk import picture, typed
from tongban.casework import actions
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundItem, Catalogue
from tongban.kernel.ids import new_id, number_of
from tongban.process.planner import Step, plan

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_serial = itertools.count(1)


def steps(bound: list[BoundItem]) -> list[Step]:
    """The planner's steps of some items."""
    return [
        Step(
            code=one.code,
            department=one.item.department,
            limit=one.item.limits.promised,
            needs=frozenset(need.element for need in one.needs),
            produces=frozenset(one.produces),
        )
        for one in bound
    ]


def open_case(
    catalogue: Catalogue,
    person_id: UUID,
    event: str,
    items: tuple[str, ...],
    values: dict[str, object] | None = None,
) -> UUID:
    """A case of `event` with these items, every value that they need, and their documents.

    What a sibling produces is left out. Identity and addresses come from registries, the rest is declared.
    """
    bound_event = catalogue.bound(event)
    bound = [one for one in bound_event.items if one.code in items]
    now = dt.datetime.now(dt.UTC)
    laid_out = plan(steps(bound), calendars.current(), now.date())
    produced = {address for one in bound for address in one.produces}
    wanted = dict.fromkeys(
        need.element for one in bound for need in one.needs if need.element not in produced
    )
    known = {
        address: (values or {}).get(address, _value(address, catalogue))
        for address in [*wanted, *(values or {})]
    }
    files = []
    for key in dict.fromkeys(one.key for item in bound for one in item.materials):
        as_pdf = key.startswith("premises_proof")
        content = PDF if as_pdf else picture()
        files.append(
            actions.NewFile(
                id=new_id(),
                material=key,
                name="场所证明.pdf" if as_pdf else "照片.jpg",
                media_type="application/pdf" if as_pdf else "image/jpeg",
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
        )
    return actions.open_case(
        actions.NewCase(
            application_id=new_id(),
            number=number_of("TB", now.date(), next(_serial)),
            person_id=person_id,
            event_code=event,
            catalogue_version=catalogue.version,
            applicant_role=bound_event.event.applicant[0],
            region="430102",
            submitted_at=now,
            promised_on=laid_out.promised_on,
            provisional=laid_out.provisional,
            items=tuple(one.code for one in bound),
            plan=laid_out.to_json(),
            figures={},
            values=tuple(_held(address, value, now) for address, value in known.items()),
            files=tuple(files),
        )
    )


def _held(address: str, value: object, now: dt.datetime) -> actions.NewValue:
    if address.endswith((".name", ".id_number")):
        return actions.NewValue(
            address=address,
            value=value,
            kind="registry",
            department="public_security",
            resource="population",
            at=now,
            verified=True,
        )
    return actions.NewValue(address=address, value=value, kind="self_declared", at=now, verified=False)


def _value(address: str, catalogue: Catalogue) -> object:
    element = catalogue.element(address)
    raw = typed(address, element, catalogue)
    return raw == "true" if element.type == "boolean" else int(raw) if element.type == "integer" else raw


def utilities(catalogue: Catalogue, person_id: UUID, **values: object) -> UUID:
    """A case whose one item is decided by the real-estate registrar's clerks."""
    named = {address.replace("__", "."): value for address, value in values.items()}
    return open_case(catalogue, person_id, "second_hand_home", ("utilities_transfer",), named)


def inspection(catalogue: Catalogue, person_id: UUID) -> UUID:
    """A case in which two permits wait for a joint inspection."""
    return open_case(
        catalogue,
        person_id,
        "company_start_up",
        ("joint_site_inspection", "food_business_permit", "road_transport_permit"),
        {"company.sells_food": True, "company.carries_freight": True},
    )
