"""Derivations over the content of this repository, in few words."""

from datetime import date
from functools import cache
from typing import Any

from tests.fixtures import content
from tongban.catalogue.domain import BoundEvent
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.kernel.numbers import make_resident_id

__all__ = ["content"]

MOTHER_ID = make_resident_id("430102", date(1994, 5, 20), 24)
FATHER_ID = make_resident_id("430102", date(1992, 3, 4), 33)
MARRIED: dict[str, Any] = {
    "mother.name": "李明月",
    "mother.id_number": MOTHER_ID,
    "mother.marital_status": "20",
    "mother.marriage_certificate_number": "J430102-2020-000123",
    "mother.insurance_kind": "employee",
    "father.id_document_type": "111",
    "father.id_number": FATHER_ID,
    "father.name": "王建国",
    "child.delivery_place": "hospital",
}
"""What is known of a married mother of a child born in a hospital."""
SINGLE = {address: value for address, value in MARRIED.items() if not address.startswith("father.")} | {
    "mother.marital_status": "10"
}


@cache
def event(code: str = "newborn") -> BoundEvent:
    """One of its life events."""
    return content().bound(code)


def known(values: dict[str, Any], resource: str | None = None) -> dict[str, Known]:
    """Values that government knows, from a registry when one is named."""
    kind: Any = "registry" if resource else "known"
    return {
        address: Known(value, Provenance(kind=kind, resource=resource)) for address, value in values.items()
    }


def form(values: dict[str, Any] | None = None, *, code: str = "newborn", **situation: Any) -> Derivation:
    """The form of someone of whom `values` are known."""
    held = situation.pop("known", None) or known(values or {})
    applicant = situation.pop("applicant", event(code).event.applicant[0])
    return derive(event(code), content(), Situation(applicant=applicant, known=held, **situation))


def asked(derivation: Derivation) -> list[str]:
    """The addresses of the questions."""
    return [question.address for question in derivation.fields]


def papers(derivation: Derivation) -> set[str]:
    """The documents still needed."""
    return {one.key for one in derivation.materials}


def stand_ins(derivation: Derivation) -> dict[str, tuple[str, str]]:
    """The documents that nobody brings → what stands for them."""
    return {one.key: (one.by, one.source) for one in derivation.replaced}
