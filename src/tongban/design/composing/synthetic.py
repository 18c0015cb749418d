"""Made-up values, so that a form can be looked at before anybody applies. Never a real person's.

Each value is of its element's type and form, and always the same for the same address: who looks twice sees
the same page.
"""

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from tongban.catalogue.domain import BoundEvent, Catalogue, CodeList, DataElement, Shape
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.kernel.numbers import make_credit_code, make_resident_id

_BORN: Final = dt.date(1990, 1, 1)
_NAMES: Final = ("张小满", "李明月", "王立夏", "陈白露", "刘谷雨", "周秋分")
_FORMATS: Final[Mapping[str, str]] = {
    "mobile": "13800138000",
    "phone": "0731-12345",
    "postcode": "410000",
    "bank_account": "6222020000000000000",
    "email": "example@example.org",
    "url": "https://example.org/",
    "year": "2026",
    "address": "示例路100号1栋101室",
}
_AMONG: Final = 3
MAX_QUESTIONS: Final = 400
"""More than any form has: answers bring up further questions, each at most once."""


def value_of(element: DataElement, lists: Mapping[str, CodeList], address: str, region: str) -> Any:
    """A value for one address, as JSON.

    Args:
        element: what is asked.
        lists: code lists.
        address: whose value it is: another address may get another value.
        region: the region that a region's code is given as.
    """
    seed = zlib.crc32(address.encode())
    coded = lists.get(element.code_list or "")
    match element.type:
        case "boolean":
            return True
        case "code" if coded and coded.codes:
            return coded.codes[seed % min(len(coded.codes), _AMONG)].code
        case "integer" | "decimal" | "money":
            return _number(element, seed)
        case "date":
            return (_BORN + dt.timedelta(days=seed % 9000)).isoformat()
        case "datetime":
            return f"{(_BORN + dt.timedelta(days=seed % 9000)).isoformat()}T09:30:00"
    return _words(element, seed, region)


def _number(element: DataElement, seed: int) -> int | str:
    low = element.min if element.min is not None else Decimal(1)
    high = element.max if element.max is not None else low + 99
    if element.type == "integer":
        return int(min(high, low + seed % _AMONG))
    found = low + (high - low) * (1 + seed % 8) / 10
    return str(found.quantize(Decimal("0.01")))


def _words(element: DataElement, seed: int, region: str) -> str:
    if element.format == "resident_id":
        found = make_resident_id(region, _BORN + dt.timedelta(days=seed % 9000), 1 + seed % 900)
    elif element.format == "credit_code":
        found = make_credit_code(region, seed % 10**6)
    elif element.code == "name" or element.code.endswith("_name"):
        found = _NAMES[seed % len(_NAMES)]
    else:
        found = {"region": region, **_FORMATS}.get(element.format or element.type) or (
            element.example or f"示例{seed % 1000:03d}"
        )
    return found[: element.max_length] if element.max_length else found


def known_of(catalogue: Catalogue, bound: BoundEvent, applicant: str, region: str) -> dict[str, Known]:
    """What the sign-in and every resource of the event would answer about made-up people."""
    found: dict[str, Known] = {}
    for source in bound.sources:
        for address in source.answers:
            element = catalogue.elements.get(address.rpartition(".")[2])
            if element is None or address in found:
                continue
            provenance = Provenance(
                kind="registry", department=source.resource.department, resource=source.code
            )
            found[address] = Known(value_of(element, catalogue.lists, address, region), provenance)
    for name in ("name", "id_number", "sex", "mobile"):
        address = f"{applicant}.{name}"
        if name in catalogue.elements and address in bound.addresses:
            value = value_of(catalogue.elements[name], catalogue.lists, address, region)
            found[address] = Known(value, Provenance(kind="sign_in"))
    return found


def example(
    catalogue: Catalogue,
    code: str,
    *,
    applicant: str = "",
    region: str,
    answering: bool = True,
    given: Mapping[str, Any] | None = None,
) -> tuple[Derivation, dict[str, Any]]:
    """The form of a made-up applicant with every question answered, and the answers.

    Args:
        catalogue: the content as it would be.
        code: the life event.
        applicant: the role that applies; the first one when it is none of them.
        region: where the applicant lives.
        answering: whether registries answer; if not, everything is asked.
        given: answers that somebody chose instead.
    """
    chosen = dict(given or {})
    told = _Told(code, applicant, region, answering, repr(sorted(chosen.items())), chosen)
    derivation, answers = _example(catalogue, told)
    return derivation, dict(answers)


@dataclass(frozen=True, slots=True)
class _Told:
    """What `example` was told besides the catalogue; answers are told apart by how they are written."""

    code: str
    applicant: str
    region: str
    answering: bool
    written: str
    given: dict[str, Any] = field(compare=False)


@lru_cache(maxsize=8)
def _example(catalogue: Catalogue, told: _Told) -> tuple[Derivation, dict[str, Any]]:
    """Kept for some: who walks through the form page by page comes with the same answers each time."""
    bound = catalogue.shaped(told.code, Shape())
    roles = bound.event.applicant
    role = told.applicant if told.applicant in roles else roles[0]
    known = known_of(catalogue, bound, role, told.region) if told.answering else {}
    answers: dict[str, Any] = dict(told.given)
    while True:
        derivation = derive(
            bound, catalogue, Situation(applicant=role, known=known, answers=answers, region=told.region)
        )
        lacking = [one for one in derivation.fields if one.address not in answers]
        if not lacking or len(answers) > MAX_QUESTIONS:
            return derivation, answers
        for one in lacking:
            answers[one.address] = value_of(one.element, catalogue.lists, one.address, told.region)
