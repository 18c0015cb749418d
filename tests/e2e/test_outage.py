"""A department is away, slow or unreliable in the middle of a case: only its own items wait for it."""

from typing import Any

import pytest

from tests.e2e.house import RunningHouse
from tests.e2e.test_kill import assert_right

pytestmark = pytest.mark.slow

MEDICAL, POLICE = "medical_insurance", "public_security"
OUTAGE = "department_down"
BEHIND_POLICE = {
    "household_registration_newborn",
    "social_security_card_newborn",
    "resident_insurance_newborn",
}
"""The household registration and what needs the number that it gives."""


def last(house: RunningHouse, department: str) -> int:
    """Number of the last event about a department."""
    return max((one.seq for one in house.events(f"department:{department}")), default=0)


def submitted(house: RunningHouse) -> dict[str, Any]:
    """A case of a mother who has not applied yet."""
    told: dict[str, Any] = house.hands.ask("prepared")
    house.hands.ask("submit", application=told["application"], person=told["person"])
    return told


def items(house: RunningHouse, application: str, state: str) -> set[str]:
    """The items of a case in a state."""
    rows = house.rows(
        "SELECT item FROM casework_dispatch WHERE case_id = %s AND state = %s", application, state
    )
    return {item for (item,) in rows}


def clocks(house: RunningHouse, application: str, kind: str) -> list[str]:
    """The items whose clock was paused or resumed because a department was down."""
    return sorted(
        one.data["item"]
        for one in house.events(application)
        if one.type == f"tongban.casework.clock_{kind}" and one.data["reason"] == OUTAGE
    )


def ends_right(house: RunningHouse, application: str) -> None:
    """The case ends and everything in it was done once."""
    house.until(application, "casework.case_ended")
    assert_right(house, application, house.case(application))
    assert house.effects(application) == {1}


def test_an_outage_delays_only_its_own_items_and_asks_me_instead(healthy: RunningHouse) -> None:
    """The insurance's system is away for a while: nobody else waits, and its clocks stand still.

    A new applicant is asked what it would have told; afterwards what she said is compared with its records.
    """
    house, stream = healthy, f"department:{MEDICAL}"
    house.kill("postgres")  # the worker's upkeep has to get over that first
    house.start("postgres")
    other = house.hands.ask("mother")
    draft = house.hands.ask("start", person=other["person"])
    house.hands.ask("consent", application=draft, person=other["person"])
    form = house.hands.ask("form", application=draft, person=other["person"])
    truth = {address: form["known"][address] for address, code in form["from"].items() if code == MEDICAL}
    assert truth
    house.hands.ask("discard", application=draft, person=other["person"])

    before = last(house, MEDICAL)
    case = submitted(house)["application"]
    house.until(case, "casework.dispatch_freed", item="birth_certificate")
    house.department(MEDICAL).control(outage=True)
    house.until(stream, "exchange.department_down", behind=before)
    own = {"maternity_benefit", "resident_insurance_newborn"}
    house.wait(lambda: len(items(house, case, "approved") - own) == 5, "the siblings end")
    assert items(house, case, "approved") & own == set()
    house.wait(lambda: set(clocks(house, case, "paused")) == own, "the clocks of its own items stand")
    assert clocks(house, case, "resumed") == []

    asked = house.hands.ask("start", person=other["person"])
    house.hands.ask("consent", application=asked, person=other["person"])
    form = house.hands.ask("form", application=asked, person=other["person"])
    assert form["sources"][f"{MEDICAL}_person"] == "down"
    assert "mother.insurance_kind" in form["open"]
    assert form["open"]["mother.insurance_kind"]["self_declared"]
    wrong = "mother.maternity_fund_amount"  # the insurance counts with its own record, so it does no harm
    said = truth | {wrong: "1.00"}
    house.hands.ask("complete", application=asked, person=other["person"], given=said)
    declared = set(house.hands.ask("form", application=asked, person=other["person"])["answers"]) & set(truth)
    assert {"mother.insurance_kind", wrong} <= declared
    house.hands.ask("submit", application=asked, person=other["person"])
    house.until(asked, "casework.dispatch_approved", item="birth_certificate")

    house.department(MEDICAL).control(outage=False)
    house.until(stream, "exchange.department_up", behind=before)
    for one in declared:
        verified = house.until(asked, "casework.value_verified", address=one)
        assert verified.data["department"] == MEDICAL
        assert verified.data["agrees"] is (said[one] == truth[one]), one
    for application in (case, asked):
        ends_right(house, application)
        assert clocks(house, application, "resumed") == clocks(house, application, "paused")
    failed = [one for one in house.events(asked) if one.type.endswith(".read_failed")]
    sent = house.until(asked, "intake.submitted").seq
    assert all(one.seq < sent for one in failed), "an outage is not noted again and again"
    once = [one.data["address"] for one in house.events(asked) if one.type.endswith(".value_verified")]
    assert sorted(once) == sorted(set(once))


def test_a_department_that_stops_in_the_middle_is_waited_for(healthy: RunningHouse) -> None:
    """Public security's machine goes off and comes back after some seconds; what does not need it goes on."""
    house, stream = healthy, f"department:{POLICE}"
    before = last(house, POLICE)
    told = house.hands.ask("prepared")
    first = {"item": "household_registration_newborn"}
    with house.stops().at(told["application"], "casework.dispatch_freed", **first) as held:
        house.hands.ask("submit", application=told["application"], person=told["person"])
        held()
        house.kill(f"department.{POLICE}")
    case = told["application"]
    house.until(stream, "exchange.department_down", behind=before)
    house.wait(lambda: len(items(house, case, "approved")) == 7 - len(BEHIND_POLICE), "the others end")
    assert items(house, case, "approved") & BEHIND_POLICE == set()
    house.wait(
        lambda: clocks(house, case, "paused") == ["household_registration_newborn"], "its clock stands"
    )
    house.start(f"department.{POLICE}")
    house.until(stream, "exchange.department_up", behind=before)
    ends_right(house, case)
    assert clocks(house, case, "resumed") == ["household_registration_newborn"]


def test_slow_and_unreliable_departments_cost_time_and_nothing_else(healthy: RunningHouse) -> None:
    """One department needs three seconds for everything, another fails half of the time: all is done once."""
    house = healthy
    told = house.hands.ask("prepared")
    house.department("human_resources").control(latency_ms=3000)
    house.department("health").control(error_rate=0.5)
    house.hands.ask("submit", application=told["application"], person=told["person"])
    ends_right(house, told["application"])
