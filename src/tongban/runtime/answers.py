"""A derivation as the plain JSON that the command line and the API give."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongban.catalogue import answers
from tongban.catalogue.domain import BoundEvent, Catalogue, LawRef, Shape
from tongban.catalogue.domain.members import collective
from tongban.intake.domain import Derivation, Provenance
from tongban.intake.domain.members import many_of
from tongban.kernel.calendar import Calendar
from tongban.kernel.errors import InvalidInput


def read_known(path: Path) -> dict[str, Any]:
    """A file of known values: a JSON object of address → value. InvalidInput when it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            "known.file", f"The file {path} cannot be read: {error.strerror}.", hint="Check its name."
        ) from None
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, a bottomless list
        raise InvalidInput(
            "known.json", f"The file {path} is not JSON: {error}.", hint="Write an object of address → value."
        ) from None
    if not isinstance(found, dict):
        raise InvalidInput(
            "known.shape", "The file must hold one object.", hint='Write {"mother.name": "…"}.'
        )
    return found


def bound_for(catalogue: Catalogue, event: str, *given: Mapping[str, Any]) -> BoundEvent:
    """The life event for the members that the addresses of `given` name, as ``staff-2.name`` does.

    Where nobody is named, the least number takes part.
    """
    bound = catalogue.bound(event)
    spans = many_of(bound)
    found: dict[str, set[int]] = {}
    for address in (address for values in given for address in values):
        role, number = collective(address.rpartition(".")[0])
        if number is not None and role in spans:
            found.setdefault(role, set()).add(number)
    for role, numbers in found.items():
        if not spans[role].min <= len(numbers) <= spans[role].max:
            raise InvalidInput(
                "members.number",
                f"{len(numbers)} play {role}, but there must be {spans[role].min} to {spans[role].max}.",
                hint="Name one address of each.",
            )
    return catalogue.shaped(event, Shape.of(found))


def known_of(
    catalogue: Catalogue, bound: BoundEvent, given: Mapping[str, Any], *, today: date
) -> dict[str, Any]:
    """Known values, checked against their elements; addresses of the event only. null is nothing known."""
    elements = {address: catalogue.element(address) for address in bound.addresses}
    return answers.check_known(given, elements, catalogue.lists, today=today)


def form_json(derivation: Derivation, calendar: Calendar, today: date) -> dict[str, Any]:
    """`fields` asked with reasons, `prefilled` with provenance, `materials`, `before`, `after` and more."""
    plan = derivation.plan(calendar, today)
    names = {item.code: item.item.name for item in derivation.bound.items}
    return {
        "life_event": derivation.bound.code,
        "applicant": derivation.situation.applicant,
        "items": [
            {
                "item": state.code,
                "name": names[state.code].to_json(),
                "applies": state.applies,
                "left_out": state.chosen_out,
            }
            for state in derivation.items
        ],
        "fields": [
            {
                "address": question.address,
                "element": question.element.code,
                "label": question.element.name.to_json(),
                "question": question.element.asked_of(question.role.name).to_json(),
                "type": str(question.element.type),
                "code_list": question.element.code_list,
                "required": question.required,
                "self_declared": question.self_declared,
                "reasons": [
                    {
                        "item": reason.item,
                        "why": reason.why.to_json(),
                        "law": [_law(law) for law in reason.law],
                        "decides": reason.decides,
                    }
                    for reason in question.reasons
                ],
            }
            for question in derivation.fields
        ],
        "prefilled": [
            {
                "address": one.address,
                "element": one.element.code,
                "label": one.element.name.to_json(),
                "value": one.value,
                "provenance": _provenance(one.provenance),
                "items": list(one.items),
            }
            for one in derivation.prefilled
        ],
        "produced": [{"address": address, "item": item} for address, item in derivation.produced.items()],
        "materials": [
            {
                "key": one.key,
                "material": one.bound.material.code,
                "name": one.bound.material.name.to_json(),
                "required": one.required,
                "may_follow_days": one.may_follow_days,
                "items": list(one.items),
            }
            for one in derivation.materials
        ],
        "replaced": [
            {
                "key": one.key,
                "material": one.bound.material.code,
                "name": one.bound.material.name.to_json(),
                "by": one.by,
                "source": one.source,
                "items": list(one.items),
            }
            for one in derivation.replaced
        ],
        "unmet": [message.to_json() for message in derivation.unmet],
        "before": derivation.before(plan).to_json(),
        "after": derivation.after(plan).to_json(),
        "promised_on": plan.promised_on.isoformat(),
        "provisional": plan.provisional,
    }


def _law(law: LawRef) -> dict[str, str]:
    return {"law": law.law, "article": law.article}


def _provenance(one: Provenance) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "department": one.department,
        "resource": one.resource,
        "query_id": str(one.query_id) if one.query_id else None,
        "at": one.at.isoformat() if one.at else None,
        "verified": one.verified,
    }
