"""What departments decide about companies: closing, changing, repairing, checking. Without any process."""

from collections.abc import Callable
from typing import Any

import pytest

from departments.population_companies import Facts, facts, has_ended, representatives
from tests.departments.memory import Office, office
from tests.departments.running import REFERENCE, people
from tongban.exchange.dialect import NotFound

Values = dict[str, Any]


def place(fits: Callable[[Facts], bool]) -> int:
    """The first company that fits and that one person alone represents."""
    alone = set(representatives(people()).values())
    return next(at for at in sorted(alone) if fits(facts(people(), at)))


def firm(at: int) -> Values:
    """A company and its legal representative."""
    one = people().companies[at]
    who = people().people[one.representative]
    return {
        "company.company_name": one.name,
        "company.credit_code": one.credit_code,
        "legal_representative.id_number": who.id_number,
        "legal_representative.name": who.name,
    }


def may_close(known: Facts) -> bool:
    """A company without anything open whose notice has run."""
    return (
        known.closing is not None
        and known.closing.kind == "simple"
        and has_ended(known.closing, REFERENCE)
        and not (known.owes_tax or known.abnormal_taxpayer or known.owes_insurance)
        and not known.closing.objections
    )


CLOSING = place(may_close)


def clearance() -> Values:
    """Tax clearance."""
    return {**firm(CLOSING), "company.tax_arrears": False, "company.cancellation_reason": "resolved"}


def deregistration() -> Values:
    """The simple way, everything settled."""
    return {
        **firm(CLOSING),
        "company.cancellation_kind": "simple",
        "company.cancellation_reason": "resolved",
        "company.tax_clearance_number": "湘税一税企清〔2026〕1号",
        "company.no_objection_number": "WYY1",
        "company.notice_ended": True,
        "company.open_branches": 0,
    }


def insurance_end() -> Values:
    """The employer's registration ends."""
    return {
        **firm(CLOSING),
        "company.social_insurance_number": facts(people(), CLOSING).social_insurance_number,
        "company.insured_count": 0,
        "company.deregistration_number": "（长）登字〔2026〕第1号",
        "company.deregistered_on": "2026-11-23",
    }


def seals_end() -> Values:
    """The seals are struck off."""
    return {**firm(CLOSING), "company.deregistration_number": "1", "company.seal_handover_on": "2026-12-01"}


ITEMS: dict[str, tuple[str, Callable[[], Values], set[str], set[str]]] = {
    "tax_clearance": ("tax", clearance, {"company.tax_clearance_number"}, {"tax_clearance"}),
    "company_deregistration": (
        "market_regulation",
        deregistration,
        {"company.deregistration_number", "company.deregistered_on"},
        {"deregistration_notice"},
    ),
    "employer_insurance_cancellation": (
        "human_resources",
        insurance_end,
        {"company.insurance_cancelled_on"},
        set(),
    ),
    "seal_cancellation": ("public_security", seals_end, {"company.seal_cancellation_number"}, set()),
}
"""Item → its department, values that it grants, what it produces, its certificates."""

ONCE = ("tax_clearance", "company_deregistration", "employer_insurance_cancellation", "seal_cancellation")


@pytest.mark.parametrize("item", sorted(ITEMS))
def test_every_item_is_granted_and_says_what_it_produced(item: str) -> None:
    """Right values end in what the item promises, through the department's own dialect both ways."""
    code, values, produced, papers = ITEMS[item]
    reply = Office(code).work(item, values())
    assert reply.kind == "approved", reply
    assert set(reply.values) == produced
    assert {one.code for one in reply.certificates} == papers
    assert all(one.number and one.issued_on for one in reply.certificates)


@pytest.mark.parametrize("item", ONCE)
def test_what_is_granted_once_is_refused_the_second_time(item: str) -> None:
    """A company closes once."""
    code, values, _, _ = ITEMS[item]
    own = Office(code)
    assert own.work(item, values()).kind == "approved"
    again = own.work(item, values())
    assert again.kind == "rejected"
    assert "《" in again.reasons[0].law


REFUSED: list[tuple[str, Values]] = [
    ("tax_clearance", firm(place(lambda known: known.owes_tax))),
    ("company_deregistration", {"company.tax_clearance_number": None}),
    ("company_deregistration", {"company.no_objection_number": None}),
    ("seal_cancellation", {"company.deregistration_number": None}),
]


@pytest.mark.parametrize(("item", "wrong"), REFUSED)
def test_what_the_law_forbids_is_refused_with_its_law(item: str, wrong: Values) -> None:
    """The reason and the law come back."""
    code, values, _, _ = ITEMS[item]
    changed = {name: value for name, value in {**values(), **wrong}.items() if value is not None}
    reply = office(code).work(item, changed)
    assert reply.kind == "rejected", reply
    assert reply.reasons[0].text
    assert "《" in reply.reasons[0].law


CORRECTED: list[tuple[str, Values, str]] = [
    ("tax_clearance", {"company.credit_code": "91430100MATB9999XX"}, "company.credit_code"),
    ("company_deregistration", {"legal_representative.id_number": "1"}, "legal_representative.id_number"),
    ("employer_insurance_cancellation", {"company.social_insurance_number": "1"}, "company.credit_code"),
    ("seal_cancellation", {"company.credit_code": "1"}, "company.credit_code"),
]


@pytest.mark.parametrize(("item", "wrong", "address"), CORRECTED)
def test_what_can_be_mended_comes_back_with_the_field(item: str, wrong: Values, address: str) -> None:
    """The correction names our field, with what, why, how and law."""
    code, values, _, _ = ITEMS[item]
    reply = office(code).work(item, {**values(), **wrong})
    assert reply.kind == "correction", reply
    fault = reply.faults[0]
    assert fault.address == address
    assert fault.what
    assert fault.why
    assert fault.how
    assert "《" in fault.law


def test_a_person_is_found_as_the_representative_of_one_company() -> None:
    """Nobody has to type the credit code of their own company."""
    key = {"subject.id_number": firm(CLOSING)["legal_representative.id_number"]}
    found = office("market_regulation").look_up("lookup_represented_company", key, ["company.credit_code"])
    assert found == {"company.credit_code": people().companies[CLOSING].credit_code}
    key = {"subject.id_number": "430102199001019999"}
    nobody = office("market_regulation").look_up("lookup_represented_company", key, ["company.credit_code"])
    assert isinstance(nobody, NotFound)


def test_a_closing_company_is_known_with_its_notice() -> None:
    """The register tells of the notice and of what stands in the way; a company without one has none."""
    key = {"company.credit_code": people().companies[CLOSING].credit_code}
    wanted = ["company.cancellation_kind", "company.notice_ended", "company.notice_objections"]
    found = office("market_regulation").look_up("lookup_company_closing", key, wanted)
    assert found == {
        "company.cancellation_kind": "simple",
        "company.notice_ended": True,
        "company.notice_objections": 0,
    }
    other = place(lambda known: known.closing is None)
    key = {"company.credit_code": people().companies[other].credit_code}
    assert office("market_regulation").look_up("lookup_company_closing", key, wanted) == {}


def test_tax_and_insurance_tell_what_is_open() -> None:
    """What is owed comes from those to whom it is owed."""
    owing = place(lambda known: known.owes_tax)
    key = {"company.credit_code": people().companies[owing].credit_code}
    found = office("tax").look_up("lookup_tax_company", key, ["company.tax_arrears"])
    assert found == {"company.tax_arrears": True}
    known = facts(people(), CLOSING)
    key = {"company.credit_code": people().companies[CLOSING].credit_code}
    wanted = ["company.social_insurance_number", "company.insured_count", "company.insurance_arrears"]
    assert office("human_resources").look_up("lookup_insurance_unit", key, wanted) == {
        "company.social_insurance_number": known.social_insurance_number,
        "company.insured_count": 0,
        "company.insurance_arrears": False,
    }
