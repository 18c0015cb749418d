"""Documents that may follow later, as the progress page and the page of one document show them."""

from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from tongban.casework.papers import AwaitedDocument
from tongban.faces.citizen.views.draft import accept
from tongban.faces.common import clocks, forms, problems, words
from tongban.kernel.clock import Unit
from tongban.kernel.errors import FieldFault

_MEGABYTE: Final = 1024 * 1024
FIELD: Final = "file"
"""Name of the one control on the page."""


def lines(application_id: UUID, awaited: list[AwaitedDocument]) -> list[dict[str, Any]]:
    """One line per document: what, for which items, until when, and where to send it."""
    return [_line(one) | {"href": reverse("document", args=[application_id, one.key])} for one in awaited]


def context(one: AwaitedDocument, fault: FieldFault | None) -> dict[str, Any]:
    """Everything that the page of one document draws beside its case."""
    material = one.material
    join = words.say("citizen.join")
    error = problems.fault_sentence(fault) if fault else ""
    line = _line(one)
    return line | {
        "dom": forms.dom(FIELD),
        "note": words.text(one.bound.need.note or material.note),
        "types": words.say(
            "citizen.materials.types",
            types=join.join(each.upper() for each in material.accepts),
            megabytes=material.max_megabytes,
        ),
        "accept": accept(material.accepts),
        "bytes": material.max_megabytes * _MEGABYTE,
        "error": error,
        "faults": [forms.Fault(forms.dom(FIELD), line["name"], error)] if fault else [],
    }


def _line(one: AwaitedDocument) -> dict[str, Any]:
    return {
        "name": words.text(one.material.name),
        "items": words.say("citizen.join").join(words.text(item.name) for item in one.items),
        "until": _until(one),
        "late": one.left < 0,
        "optional": not one.required,
        "provisional": clocks.provisional(one.last.guessed_from) if one.last.guessed_from else "",
    }


def _until(one: AwaitedDocument) -> str:
    """The last day with its weekday and the working days left; what holds when it has passed."""
    day = words.day(one.last.on)
    if one.left < 0:
        return words.say("citizen.later.past", day=day)
    if one.left == 0:
        return words.say("citizen.later.today", day=day)
    return words.say("citizen.later.until", day=day, amount=clocks.amount(one.left, Unit.WORKING_DAY))
