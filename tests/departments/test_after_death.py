"""After a death, desk by desk."""

import pytest

from departments.human_resources_survivors import grant_months
from departments.population_death import Death, deaths
from departments.walkers.after_death import families
from tests.departments.desks import Desks
from tests.departments.running import people
from tongban.exchange.dialect import NotFound

Values = dict[str, object]


def told(death: Death) -> Values:
    """What the widow says, and who she is."""
    return {
        "deceased.id_number": death.deceased.id_number,
        "heir.name": death.spouse.name,
        "heir.id_number": death.spouse.id_number,
        "heir.benefit_account_name": death.spouse.name,
        "heir.heirs_agree": True,
    }


def test_a_family_is_led_through_everything_from_one_number() -> None:
    """Name, kinship, date and certificate come from the registers; the closed register opens the rest."""
    _, death = next(families(people()))
    police, health, work = Desks("public_security"), Desks("health"), Desks("human_resources")
    pair = {"deceased.id_number": death.deceased.id_number, "heir.id_number": death.spouse.id_number}
    values = told(death) | police.look_up("lookup_kinship_record", pair)
    assert (values["deceased.name"], values["heir.kinship"]) == (death.deceased.name, "spouse")
    values |= health.look_up("lookup_death_record", pair)
    assert values["deceased.died_on"] == death.died_on.isoformat()
    assert work.look_up("lookup_pension_of_deceased", {"deceased.id_number": death.deceased.id_number}) == {
        "deceased.employee_pension": True,
        "deceased.draws_pension": True,
    }
    key = {"subject.id_number": death.deceased.id_number}
    licence = police.look_up("lookup_driving_licence", key)
    values["deceased.driving_licence_number"] = licence["subject.driving_licence_number"]

    assert work.send("pension_stop", values).faults[0].address == "deceased.death_notified_number"
    assert police.send("driving_licence_cancellation", values).kind == "correction"
    values |= police.granted("household_cancellation", values)
    assert police.send("household_cancellation", values).reasons[0].code == "SW02"
    assert Desks("civil_affairs").granted("cremation_certificate", values)["deceased.cremation_number"]
    stopped = work.granted("pension_stop", values)["deceased.pension_stopped_on"]
    assert str(stopped).endswith("-01")
    assert str(stopped) > death.died_on.isoformat()
    paid = work.granted("survivor_benefit", values)
    assert paid["heir.funeral_grant_amount"] == "8800"
    assert work.send("survivor_benefit", values).reasons[0].code == "YS21"
    settled = Desks("medical_insurance").granted("medical_account_settlement", values)
    assert settled["deceased.medical_insurance_ended_on"] == death.died_on.isoformat()
    assert police.granted("driving_licence_cancellation", values)
    assert police.look_up("lookup_driving_licence", key)["subject.has_driving_licence"] is False


@pytest.mark.parametrize(
    ("years", "drawn", "months"),
    [
        *((4, None, 3), (5, None, 3), (6, None, 6), (15, None, 9)),
        *((16, None, 10), (30, None, 24), (41, None, 24)),
        *((35, 2, 22), (35, 20, 9), (15, 5, 9)),
    ],
)
def test_the_grant_goes_by_years_of_contribution_and_pension(
    years: int, drawn: int | None, months: int
) -> None:
    """A month more each year from fifteen to thirty; pensioners lose one each year, down to nine."""
    assert grant_months(years, drawn) == months


def test_a_stranger_learns_nothing_of_the_dead() -> None:
    """Who is not of the family opens no record by typing a number."""
    first, second = list(deaths(people()))[:2]
    pair = {"deceased.id_number": first.deceased.id_number, "heir.id_number": second.spouse.id_number}
    assert Desks("public_security").look_up("lookup_kinship_record", pair) == NotFound()
    assert Desks("health").look_up("lookup_death_record", pair) == NotFound()
    values = told(first) | {
        "deceased.name": first.deceased.name,
        "deceased.death_certificate_number": first.certificate,
        "heir.id_number": second.spouse.id_number,
        "heir.kinship": "spouse",
    }
    reply = Desks("public_security").send("household_cancellation", values)
    assert reply.faults[0].address == "heir.kinship"
