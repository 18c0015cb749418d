"""Insurance that moves along and care in another province, desk by desk."""

from typing import Any

import pytest

from departments.population import Person
from departments.population_moves import former_of, has_chronic_disease
from departments.walkers.medical_care_away import answers, patients
from departments.walkers.social_insurance_transfer import movers
from tests.departments.desks import Desks
from tests.departments.running import people
from tongban.exchange.dialect import NotFound


def known(desks: Desks, operation: str, person: Person, role: str) -> dict[str, Any]:
    """What a department's record says, under the event's role."""
    found = desks.look_up(operation, {"subject.id_number": person.id_number})
    return {address.replace("subject.", f"{role}."): value for address, value in found.items()}


def basics(person: Person, role: str) -> dict[str, Any]:
    """Who somebody is."""
    return {
        f"{role}.name": person.name,
        f"{role}.id_number": person.id_number,
        f"{role}.birth_date": person.birth_date.isoformat(),
        f"{role}.insurance_kind": person.insurance_kind,
        f"{role}.insurance_number": person.insurance_number,
        f"{role}.insured_region": "430100",
        f"{role}.employer_name": "长沙示范有限公司",
        "application.contact_phone": "13800138000",
    }


@pytest.fixture(scope="module")
def mover() -> Person:
    """An employee who came from another province, with unemployment insurance there."""
    return next(movers(people()))[1]


def test_pension_and_unemployment_insurance_move_once(mover: Person) -> None:
    """The months are added up; the second time the desk says that it is done."""
    desk = Desks("human_resources")
    values = basics(mover, "member") | known(desk, "lookup_former_pension", mover, "member")
    values |= known(desk, "lookup_pension_record", mover, "member")
    assert values["member.has_former_unemployment"] is True
    assert values["member.drawing_pension"] is False
    done = desk.granted("pension_transfer_in", values)
    assert done["member.transferred_pension_months"] == (
        values["member.pension_months"] + values["member.former_pension_months"]
    )
    assert desk.granted("unemployment_transfer_in", values)["member.unemployment_transfer_number"]
    for item in ("pension_transfer_in", "unemployment_transfer_in"):
        assert desk.send(item, values).kind == "rejected"


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("member.name", "王小明"),
        ("member.former_pension_region", "110105"),
        ("member.former_pension_months", 1),
    ],
)
def test_what_differs_from_the_former_place_is_named(mover: Person, address: str, wrong: Any) -> None:
    """A name, a place or a number of months that the platform's record does not have is sent back by name."""
    desk = Desks("human_resources")
    values = basics(mover, "member") | known(desk, "lookup_former_pension", mover, "member")
    values |= known(desk, "lookup_pension_record", mover, "member") | {address: wrong}
    reply = desk.send("pension_transfer_in", values)
    assert [fault.address for fault in reply.faults] == [address]


def test_medical_insurance_moves_with_its_account(mover: Person) -> None:
    """Years and balance come along; a stranger to the register has no record, a local one none elsewhere."""
    desk = Desks("medical_insurance")
    values = basics(mover, "member") | known(desk, "lookup_former_medical", mover, "member")
    done = desk.granted("medical_transfer_in", values)
    assert float(done["member.medical_account_transferred"]) > 0
    assert desk.send("medical_transfer_in", values).kind == "rejected"
    local = next(one for place, one in enumerate(people().people) if former_of(people(), place) is None)
    found = desk.look_up("lookup_former_medical", {"subject.id_number": local.id_number})
    assert found["subject.has_former_medical"] is False
    assert isinstance(
        desk.look_up("lookup_former_medical", {"subject.id_number": "110105200001011238"}), NotFound
    )


def test_filing_chronic_care_and_bills_follow_each_other() -> None:
    """The filing's number opens chronic care away; the bill is paid by the rate of the insurance, once."""
    name, person = next(patients(people()))
    desk = Desks("medical_insurance")
    values = basics(person, "patient") | dict(answers(people(), name))
    values |= known(desk, "lookup_chronic_entitlement", person, "patient")
    values |= {
        "patient.residence_region": "430102",
        "patient.care_hospital": "深圳市人民医院",
        "patient.benefit_account_name": person.name,
        "patient.benefit_account_bank": "102",
        "patient.benefit_account_number": "6222020000000000000",
    }
    filed = desk.granted("away_care_filing", values)
    assert filed["patient.away_valid_until"] == "2099-12-31"
    early = desk.send("chronic_clinic_away", values | {"patient.away_filing_number": "YDBA0"})
    assert [fault.address for fault in early.faults] == ["patient.away_filing_number"]
    assert desk.granted("chronic_clinic_away", values | filed)["patient.chronic_away_number"]
    paid = desk.granted("away_expense_reimbursement", values)
    rate = 0.7 if person.insurance_kind == "employee" else 0.5
    assert float(paid["patient.reimbursed_amount"]) == pytest.approx(18260.50 * rate, abs=0.01)
    assert desk.send("away_expense_reimbursement", values).kind == "rejected"


def test_a_place_in_the_province_is_sent_back_and_a_short_stay_ends() -> None:
    """Within Hunan nobody files; a referral holds for half a year."""
    place = next(
        at for at in range(2000) if has_chronic_disease(at) and people().people[at].insurance_kind != "none"
    )
    person = people().people[place]
    desk = Desks("medical_insurance")
    values = basics(person, "patient") | {
        "patient.away_care_kind": "referred",
        "patient.away_region": "430200",
        "patient.away_from_on": "2026-12-01",
        "patient.referral_number": "ZZ20261120001",
    }
    reply = desk.send("away_care_filing", values)
    assert [fault.address for fault in reply.faults] == ["patient.away_region"]
    filed = desk.granted("away_care_filing", values | {"patient.away_region": "440300"})
    assert filed["patient.away_valid_until"] == "2027-06-02"
