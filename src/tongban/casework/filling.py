"""The form of a human task of a drawn process (`tongban:form`): what it asks, and what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban import rules
from tongban.catalogue import answers, calendars
from tongban.catalogue.domain import Catalogue, DataElement
from tongban.kernel.errors import FieldFault, InvalidInput, TongbanError
from tongban.process.domain import HUMAN
from tongban.process.expressions import to_json
from tongban.process.queries import WorkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One field of a task's form (`tongban:form`)."""

    element: DataElement
    required: bool


def form_of(catalogue: Catalogue, row: WorkRow) -> tuple[Asked, ...]:
    """The fields of a task's form; one that the content does not know is not asked."""
    if row.work.kind != HUMAN:
        return ()
    found: dict[str, Asked] = {}
    for each in row.work.ours.get("form", "").split():
        code = each.removesuffix("?")
        if code in catalogue.elements:
            found[code] = Asked(element=catalogue.elements[code], required=not each.endswith("?"))
    return tuple(found.values())


def read(
    asked: Sequence[Asked], typed: Mapping[str, str], catalogue: Catalogue, *, lacks_note: bool
) -> dict[str, Any]:
    """The values of a form as they are kept; what was not asked is not taken.

    Raises InvalidInput `errand.answers` with one fault per field that is missing or does not fit; with
    `lacks_note` the note is one of them.
    """
    today = datetime.now(calendars.current().zone).date()
    values: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for one in asked:
        code = one.element.code
        try:
            value = answers.read(one.element, typed.get(code), catalogue.lists, today=today)
        except TongbanError as error:
            faults.append(error.fault(code))
            continue
        if value is not None:
            values[code] = value
        elif one.required:
            faults.append(FieldFault(code, "answer.required", "Empty.", "Fill it in."))
    if lacks_note:
        faults.append(no_note().fault())
    if faults:
        raise InvalidInput(
            "errand.answers", "Some fields do not fit.", hint="Mend what is marked.", faults=faults
        )
    return values


def no_note() -> InvalidInput:
    """The refusal of a task that is done without a word about it."""
    return InvalidInput(
        "errand.no_note", "Nothing is said about it.", hint="Say what was done.", address="note"
    )


def as_read(asked: Sequence[Asked], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as expressions of the process read them; what was left out is null."""
    types = {f"form.{one.element.code}": str(one.element.type) for one in asked}
    found = to_json(rules.context({f"form.{code}": value for code, value in values.items()}, types))
    return dict.fromkeys((one.element.code for one in asked), None) | dict(found.get("form", {}))
