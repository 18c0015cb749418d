"""Retirement, desk by desk: the age by law, deemed service, approval, pension, insurance, reward."""

from datetime import date

import pytest

from departments.population import Person
from departments.population_pension import delay_months, months_after, retires_on
from departments.walkers.retirement import WALKER
from tests.departments.desks import Desks
from tests.departments.running import people
from tongban.exchange.dialect import NotFound


@pytest.mark.parametrize(
    ("sex", "born", "former", "expected"),
    [
        # Published examples of the measures: the first and the last of each group.
        ("1", date(1964, 12, 31), 60, date(2024, 12, 31)),
        ("1", date(1965, 1, 15), 60, date(2025, 2, 15)),
        ("1", date(1965, 5, 15), 60, date(2025, 7, 15)),
        ("1", date(1976, 9, 15), 60, date(2039, 9, 15)),
        ("2", date(1970, 1, 15), 55, date(2025, 2, 15)),
        ("2", date(1981, 9, 15), 55, date(2039, 9, 15)),
        ("2", date(1975, 1, 15), 50, date(2025, 2, 15)),
        ("2", date(1984, 11, 15), 50, date(2039, 11, 15)),
    ],
)
def test_the_retirement_age_rises_as_the_law_says(sex: str, born: date, former: int, expected: date) -> None:
    """A month later every four months (women of 50: every two), up to 63, 58 and 55."""
    assert retires_on(sex, born, former) == expected


def test_the_delay_never_shrinks_and_ends() -> None:
    """Who is born later never retires younger."""
    for former, most in ((60, 36), (55, 36), (50, 60)):
        sex = "1" if former == 60 else "2"
        delays = [
            delay_months(sex, months_after(date(1960, 1, 1), month), former) for month in range(12 * 40)
        ]
        assert delays == sorted(delays)
        assert (delays[0], delays[-1]) == (0, most)


def test_a_month_without_that_day_ends_earlier() -> None:
    """31 August and six months are the last of February."""
    assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_after(date(2025, 11, 30), 1) == date(2025, 12, 30)


def retiree() -> Person:
    """Somebody for whom every item applies."""
    return next(WALKER.people(people()))[1]


def known(desks: Desks, person: Person) -> dict[str, object]:
    """What the pension register says, under the event's role."""
    found = desks.look_up("lookup_pension_record", {"subject.id_number": person.id_number})
    return {address.replace("subject.", "retiree."): value for address, value in found.items()}


def submitted(desks: Desks, person: Person) -> dict[str, object]:
    """What the platform sends: what is known, and the one answer."""
    return known(desks, person) | {
        "retiree.name": person.name,
        "retiree.id_number": person.id_number,
        "retiree.sex": person.sex,
        "retiree.birth_date": person.birth_date.isoformat(),
        "retiree.retirement_kind": "statutory",
    }


def test_service_approval_pension_medical_insurance_and_reward_follow_each_other() -> None:
    """One retiree through all five items, each with what the one before produced."""
    person, work = retiree(), Desks("human_resources")
    values = submitted(work, person)
    assert known(work, person)["retiree.retirement_due"] is True
    values |= work.granted("deemed_service_recognition", values)
    assert int(str(values["retiree.deemed_months"])) > 0
    approval = work.send("retirement_confirmation", values)
    assert [one.code for one in approval.certificates] == ["retirement_certificate"]
    values |= approval.values
    assert values["retiree.retired_on"] == retires_on(person.sex, person.birth_date).isoformat()
    paid = work.granted("pension_payment", values)
    assert float(str(paid["retiree.pension_amount"])) > 1000
    assert str(paid["retiree.pension_starts_on"]) > str(values["retiree.retired_on"])
    assert str(paid["retiree.pension_starts_on"]).endswith("-01")

    medical = Desks("medical_insurance")
    years = medical.look_up("lookup_medical_contribution", {"subject.id_number": person.id_number})
    values |= {one.replace("subject.", "retiree."): value for one, value in years.items()}
    done = medical.granted("retiree_medical_insurance", values)
    assert done["retiree.retiree_insurance_from"] == paid["retiree.pension_starts_on"]

    health = Desks("health")
    record = health.look_up("lookup_only_child_record", {"subject.id_number": person.id_number})
    assert record["subject.only_child_parent"] is True
    values |= {
        "retiree.only_child_certificate_number": record["subject.only_child_certificate_number"],
        "retiree.rewarded_elsewhere": False,
    }
    assert health.granted("only_child_reward", values)["retiree.only_child_reward_number"]
    assert health.send("only_child_reward", values).kind == "rejected"


def test_who_is_too_young_is_told_so() -> None:
    """An employee of forty is not approved; early retirement has its own bounds."""
    work = Desks("human_resources")
    person = next(
        one for one in people().people if one.insurance_kind == "employee" and one.birth_date.year == 1969
    )
    values = submitted(work, person)
    if known(work, person)["retiree.has_deemed_service"]:
        values |= work.granted("deemed_service_recognition", values)
    refused = work.send("retirement_confirmation", values)
    assert refused.kind == "rejected"
    assert refused.reasons[0].code in {"YL22", "YL23"}


def test_choosing_a_day_before_the_former_age_is_corrected() -> None:
    """At most three years early, and not before 60 for a man."""
    work, person = Desks("human_resources"), retiree()
    values = submitted(work, person) | {
        "retiree.retirement_kind": "flexible_early",
        "retiree.chosen_retirement_on": months_after(person.birth_date, 12 * 50).isoformat(),
    }
    values |= work.granted("deemed_service_recognition", values)
    reply = work.send("retirement_confirmation", values)
    assert reply.kind == "correction"
    assert reply.faults[0].address == "retiree.chosen_retirement_on"


def test_who_is_not_insured_as_an_employee_has_no_record() -> None:
    """The register says so; nothing is guessed."""
    resident = next(one for one in people().people if one.insurance_kind == "resident")
    key = {"subject.id_number": resident.id_number}
    assert Desks("human_resources").look_up("lookup_pension_record", key) == NotFound()
    assert Desks("medical_insurance").look_up("lookup_medical_contribution", key) == NotFound()
