"""The social security card and the services for persons with disabilities, desk by desk."""

from departments.population import PERSONAS, Person
from departments.population_disability import certified, disability_of
from departments.walkers.disabled_services import applicants
from departments.walkers.social_security_card import WALKER
from tests.departments.desks import Desks
from tests.departments.running import people
from tongban.exchange.dialect import NotFound

Values = dict[str, object]


def holder() -> tuple[Person, Values]:
    """A pensioner, with what the platform knows."""
    _, one = next(WALKER.people(people()))
    return one, {
        "holder.name": one.name,
        "holder.id_number": one.id_number,
        "application.card_request": "third_generation",
        "holder.transit_discount": "none",
    }


def test_a_new_card_settles_bills_rides_the_metro_and_takes_the_pension() -> None:
    """What the first item issues opens the three others."""
    one, values = holder()
    work = Desks("human_resources")
    card = work.look_up("lookup_social_security_card", {"subject.id_number": one.id_number})
    assert card["subject.benefit_kind"] == "pension"
    values |= {address.replace("subject.", "holder."): value for address, value in card.items()}
    issued = work.send("social_security_card_issue", values)
    assert [paper.code for paper in issued.certificates] == ["resident_social_security_card"]
    values |= issued.values
    assert values["holder.card_valid_until"] == "2036-11-23"
    assert work.granted("benefit_account_change", values) == {"holder.benefit_moved_on": "2026-12-01"}
    active = Desks("medical_insurance").granted("medical_payment_activation", values)
    assert active == {"holder.medical_payment_activated_on": "2026-11-23"}
    transit = Desks("transport")
    assert transit.granted("transit_card_activation", values)["holder.transit_card_number"]
    assert transit.send("transit_card_activation", values).reasons[0].code == "T02"


def test_nobody_gets_two_first_cards_or_a_pensioners_ticket_too_early() -> None:
    """One person, one card; free rides from 65."""
    one, values = holder()
    refused = Desks("human_resources").send(
        "social_security_card_issue", values | {"application.card_request": "first"}
    )
    assert refused.reasons[0].code == "SBK12"
    young = people().people[PERSONAS["mother"]]
    told = {
        "holder.name": young.name,
        "holder.id_number": young.id_number,
        "holder.new_card_number": "C43010000001",
        "holder.transit_discount": "senior",
    }
    wrong = Desks("transport").send("transit_card_activation", told)
    assert wrong.faults[0].address == "holder.transit_discount"
    assert one.birth_date < young.birth_date


def disabled() -> tuple[Person, Values]:
    """Somebody severely disabled without a certificate."""
    _, one = next(applicants(people()))
    return one, {
        "person.name": one.name,
        "person.id_number": one.id_number,
        "person.sex": one.sex,
        "person.birth_date": one.birth_date.isoformat(),
        "person.benefit_account_name": one.name,
        "person.needs_care": True,
        "person.training_course": "craft",
        "application.disability_request": "first",
        "person.claimed_disability_kind": "4",
    }


def test_assessment_certificate_allowances_pension_and_course_follow_each_other() -> None:
    """What the doctors find goes into the certificate, and the certificate opens the rest."""
    one, values = disabled()
    federation, civil = Desks("disabled_federation"), Desks("civil_affairs")
    key = {"subject.id_number": one.id_number}
    assert federation.look_up("lookup_disability_record", key) == NotFound()
    assert federation.send("disability_certificate", values).kind == "correction"
    values |= Desks("health").granted("disability_assessment", values)
    assert values["person.assessed_degree"] in {"1", "2"}
    issued = federation.send("disability_certificate", values)
    assert [paper.code for paper in issued.certificates] == ["disability_certificate"]
    values |= issued.values
    number = str(values["person.disability_new_number"])
    assert number == f"{one.id_number}{values['person.assessed_kind']}{values['person.assessed_degree']}"
    assert federation.look_up("lookup_disability_record", key)["subject.disability_certificate_number"] == (
        number
    )
    assert civil.look_up("lookup_social_assistance", key)["subject.low_income"] is True
    living = civil.granted("living_allowance", values)
    assert living == {"person.living_allowance_amount": "100", "person.allowance_starts_on": "2026-11-01"}
    assert civil.granted("care_allowance", values)["person.care_allowance_starts_on"] == "2026-11-01"
    assert civil.send("care_allowance", values).reasons[0].code == "BT03"
    pension = Desks("human_resources").granted("resident_pension_enrolment", values)
    assert "政府代缴" in str(pension["person.contribution_paid_by"])
    assert federation.granted("employment_training", values)["person.training_number"]
    assert federation.send("employment_training", values).reasons[0].code == "PX02"


def test_the_care_allowance_is_for_the_severe_degrees() -> None:
    """Degrees three and four are refused with the reason; so is who is not poor the other."""
    world = people()
    place = next(
        at for at in certified(world) if (found := disability_of(at)) is not None and found.degree in "34"
    )
    one, found = world.people[place], disability_of(place)
    assert found is not None
    values = {
        "person.name": one.name,
        "person.id_number": one.id_number,
        "person.disability_certificate_number": found.number(one.id_number),
        "person.disability_degree": found.degree,
    }
    assert Desks("civil_affairs").send("care_allowance", values).reasons[0].code == "BT02"


def test_a_lost_certificate_keeps_kind_and_degree() -> None:
    """A replacement needs no new assessment; a wrong number is corrected."""
    world = people()
    place = certified(world)[0]
    one, found = world.people[place], disability_of(place)
    assert found is not None
    values = {
        "person.name": one.name,
        "person.id_number": one.id_number,
        "application.disability_request": "lost",
        "person.disability_certificate_number": "430102199001019029" + "41",
    }
    federation = Desks("disabled_federation")
    assert federation.send("disability_certificate", values).faults[0].address == (
        "person.disability_certificate_number"
    )
    values["person.disability_certificate_number"] = found.number(one.id_number)
    again = federation.granted("disability_certificate", values)
    assert again["person.disability_new_number"] == found.number(one.id_number)


def test_who_meets_no_standard_is_told_so() -> None:
    """The finding is the hospital's, with its standard."""
    mother = people().people[PERSONAS["mother"]]
    values = {"person.name": mother.name, "person.id_number": mother.id_number}
    assert Desks("health").send("disability_assessment", values).reasons[0].code == "DIS-01"
