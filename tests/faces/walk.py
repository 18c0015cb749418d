"""Steps of an application for tests: answers to every question, a submitted case, departments' moves."""

import datetime as dt
import io
from typing import Any
from uuid import UUID

from PIL import Image

from tongban.casework import actions as casework
from tongban.catalogue.domain import Catalogue, DataElement
from tongban.intake import actions, queries
from tongban.journal import queries as journal
from tongban.journal.events import Actor
from tongban.kernel.numbers import make_credit_code, make_resident_id
from tongban.runtime import wiring
from tongban.runtime.walk import answerable

PASSWORD = "a-long-enough-password"
HEALTH = Actor("department", "health")
PREFERRED = {
    "delivery_place": "hospital",
    "marital_status": "20",
    "nationality": "CHN",
    "id_document_type": "111",
}

BY_CODE = {"benefit_account_name": "李明月"}
"""Values that a rule compares with another one: the account is the mother's own."""
BY_FORMAT = {
    "region": "430102",
    "mobile": "13800138000",
    "bank_account": "6222020200112233445",
    "credit_code": make_credit_code("430102", 7),
}


def picture() -> bytes:
    """A small real JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "JPEG")
    return file.getvalue()


def typed(address: str, element: DataElement, catalogue: Catalogue) -> str:  # noqa: PLR0911 -- a line per type
    """Something that a person could type for an element."""
    code = element.code
    if element.code_list:
        codes = [entry.code for entry in catalogue.code_list(element.code_list).codes]
        return PREFERRED[code] if PREFERRED.get(code) in codes else codes[0]
    if element.format == "resident_id":
        sequence = 24 if address.startswith("mother") else 33
        return make_resident_id("430102", dt.date(1992, 3, 4), sequence)
    fixed = BY_CODE.get(code) or BY_FORMAT.get(element.format or "")
    if fixed:
        return fixed
    match element.type:
        case "boolean":
            return "true"
        case "phone":
            return BY_FORMAT["mobile"]
        case "date":
            return "1992-03-04" if "birth" in code and not address.startswith("child") else "2026-11-01"
        case "datetime":
            return "2026-11-01 08:30"
        case "integer" | "decimal" | "money":
            return str(element.min if element.min is not None else 1)
        case _:
            return element.example or "张三"


def answer_all(application_id: UUID, person_id: UUID) -> None:
    """Answer questions, as many at once as can be, and add documents until nothing is left."""
    for _ in range(200):
        view = queries.draft(application_id, person_id)
        if not view.open:
            break
        catalogue = view.draft.catalogue
        values: dict[str, Any] = {
            one.address: typed(one.address, one.element, catalogue) for one in answerable(view)
        }
        assert actions.answer(application_id, person_id, values) == [], values
    else:
        raise AssertionError("The form never ends.")
    for one in queries.draft(application_id, person_id).materials:
        if one.required and not one.may_follow_days:
            actions.upload(application_id, person_id, one.key, "photo.jpg", picture())


def submitted(person_id: UUID, event: str = "newborn", role: str = "mother") -> UUID:
    """A submitted application without any registry asked."""
    application_id = actions.start(person_id, event, role)
    actions.consent(application_id, person_id, set())
    answer_all(application_id, person_id)
    actions.submit(application_id, person_id)
    return application_id


def opened(person_id: UUID) -> UUID:
    """A case that the departments can work on."""
    application_id = submitted(person_id)
    [event] = [each for each in journal.stream(application_id) if each.type.endswith(".submitted")]
    wiring.open_case(event)
    return application_id


def correction(dispatch_id: UUID, *faults: casework.Fault) -> UUID:
    """A department asks for something to be mended."""
    return casework.ask_correction(dispatch_id, faults, actor=HEALTH)
