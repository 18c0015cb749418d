"""Childcare subsidy and school, desk by desk."""

from datetime import date

import pytest

from departments.health_childcare import subsidy
from departments.population_family import Child, children, toddlers
from departments.walkers.school_enrolment import YEAR, starters
from tests.departments.desks import Desks
from tests.departments.running import REFERENCE, people
from tongban.exchange.dialect import NotFound

Values = dict[str, object]


def of(child: Child) -> Values:
    """What the registers say of a child and its mother."""
    return {
        "child.name": child.person.name,
        "child.id_number": child.person.id_number,
        "child.sex": child.person.sex,
        "child.birth_date": child.person.birth_date.isoformat(),
        "child.household_region": child.person.region,
        "guardian.name": child.mother.name,
        "guardian.id_number": child.mother.id_number,
        "guardian.residence_region": child.mother.region,
        "guardian.marital_status": "20",
        "guardian.benefit_account_name": child.mother.name,
        "guardian.benefit_account_bank": child.mother.bank,
        "guardian.benefit_account_number": child.mother.bank_account,
    }


def test_everybody_has_another_identity_number() -> None:
    """The small children collide with nobody."""
    world = people()
    numbers = [one.id_number for one in world.people]
    numbers += [child.person.id_number for child in toddlers(world)]
    assert len(set(numbers)) == len(numbers)


def test_each_child_has_two_older_parents() -> None:
    """No mother is younger than her child."""
    for child in children(people()):
        assert child.mother.birth_date < child.person.birth_date > child.father.birth_date
        assert child.rank >= 1


@pytest.mark.parametrize(
    ("born", "year", "yuan"),
    [
        (date(2025, 1, 1), 2025, 3600),
        (date(2025, 12, 31), 2027, 3600),
        (date(2025, 6, 1), 2028, 0),
        (date(2024, 5, 6), 2026, 3600),
        (date(2023, 4, 1), 2026, 1200),
        (date(2022, 3, 1), 2025, 900),
        (date(2022, 3, 1), 2026, 0),
    ],
)
def test_the_subsidy_goes_by_the_date_of_birth(born: date, year: int, yuan: int) -> None:
    """3,600 yuan a year; 300 a month for the older ones."""
    assert subsidy(born, year) == yuan


def test_a_mother_claims_the_subsidy_once_a_year() -> None:
    """Parentage comes from the birth certificate, the second claim is refused."""
    child = next(one for one in toddlers(people()) if one.person.birth_date.year > 2023)
    health = Desks("health")
    key = {"child.id_number": child.person.id_number, "guardian.id_number": child.mother.id_number}
    values = of(child) | health.look_up("lookup_parentage", key)
    assert values["guardian.guardian_relation"] == "parent"
    assert values["child.birth_certificate_number"] == child.certificate
    paid = health.granted("childcare_subsidy", values)
    assert paid["child.subsidy_amount"] == str(subsidy(child.person.birth_date, REFERENCE.year))
    assert health.send("childcare_subsidy", values).reasons[0].code == "FAM-402"
    police = Desks("public_security")
    found = police.look_up("lookup_population", {"subject.id_number": child.person.id_number})
    assert found["subject.name"] == child.person.name


def test_a_stranger_is_no_parent() -> None:
    """No record joins them; who says so all the same is corrected."""
    child, other = list(toddlers(people()))[:2]
    health = Desks("health")
    key = {"child.id_number": child.person.id_number, "guardian.id_number": other.mother.id_number}
    assert health.look_up("lookup_parentage", key) == NotFound()
    values = of(child) | {
        "guardian.name": other.mother.name,
        "guardian.id_number": other.mother.id_number,
        "guardian.guardian_relation": "parent",
        "guardian.benefit_account_name": other.mother.name,
    }
    reply = health.send("childcare_subsidy", values)
    assert reply.faults[0].address == "guardian.guardian_relation"


def test_a_grandmother_claims_after_her_guardianship_is_confirmed() -> None:
    """The number that civil affairs gives opens the subsidy; another claimant is refused."""
    child = next(one for one in toddlers(people()) if one.person.birth_date.year > 2023)
    grandmother = next(one for one in people().people if one.sex == "2" and one.birth_date.year < 1965)
    values = of(child) | {
        "guardian.name": grandmother.name,
        "guardian.id_number": grandmother.id_number,
        "guardian.guardian_relation": "next_guardian",
        "guardian.guardianship_ground": "孩子的父母都去世了。",
        "guardian.benefit_account_name": grandmother.name,
    }
    health = Desks("health")
    assert health.send("childcare_subsidy", values).faults[0].address == "guardian.guardianship_number"
    civil = Desks("civil_affairs")
    values |= civil.granted("guardianship_confirmation", values)
    assert health.granted("childcare_subsidy", values)["child.subsidy_number"]
    rival = values | {"guardian.name": child.mother.name, "guardian.id_number": child.mother.id_number}
    assert civil.send("guardianship_confirmation", rival).reasons[0].code == "JH02"


def test_a_child_is_checked_admitted_and_gets_its_record() -> None:
    """The home comes from the real-estate register, the school from the child's own register."""
    _, child, stage = next(starters(people()))
    health, estate, school = Desks("health"), Desks("real_estate"), Desks("education")
    values = of(child) | {"application.school_stage": stage, "application.intake_year": YEAR}
    home = estate.look_up("lookup_family_home", {"owner.id_number": child.mother.id_number})
    values |= {address.replace("owner.", "guardian."): value for address, value in home.items()}
    values |= health.look_up("lookup_child_vaccination", {"child.id_number": child.person.id_number})
    assert health.granted("vaccination_check", values)["child.vaccination_check_number"]
    admitted = school.send("school_enrolment", values)
    assert [one.code for one in admitted.certificates] == ["admission_notice"]
    values |= admitted.values
    record = school.granted("student_record", values)
    assert record["child.student_number"] == f"G{child.person.id_number}"
    assert school.send("school_enrolment", values).reasons[0].code == "RX12"
    assert school.send("student_record", values).reasons[0].code == "XJ02"


def test_who_is_not_six_waits_a_year() -> None:
    """Six by 31 August, as the law says."""
    child = next(toddlers(people()))
    values = of(child) | {
        "application.school_stage": "primary",
        "application.intake_year": YEAR,
        "guardian.home_certificate_number": "湘（2020）长沙市不动产权第0000001号",
    }
    assert Desks("education").send("school_enrolment", values).reasons[0].code == "RX11"


def test_a_lapsed_permit_is_endorsed_and_then_opens_the_school() -> None:
    """Who is from elsewhere has the permit endorsed first; without a home it is what counts."""
    world = people()
    police, school = Desks("public_security"), Desks("education")
    permits = {
        one: police.look_up("lookup_residence_permit", {"subject.id_number": one.id_number})
        for one in world.people
        if one.household_kind == "collective"
    }
    holder = next(one for one, found in permits.items() if found["subject.residence_permit_lapsed"] is True)
    _, child, stage = next(starters(world))
    values = of(child) | {
        "child.household_region": "420100",
        "guardian.name": holder.name,
        "guardian.id_number": holder.id_number,
        "application.school_stage": stage,
        "application.intake_year": YEAR,
        **{one.replace("subject.", "guardian."): value for one, value in permits[holder].items()},
    }
    refused = school.send("school_enrolment", values)
    assert refused.faults[0].address == "guardian.residence_permit_valid_until"
    values |= police.granted("residence_permit_endorsement", values)
    assert str(values["guardian.permit_endorsed_until"]) == "2027-11-23"
    assert school.granted("school_enrolment", values)["child.admitted_school"]
