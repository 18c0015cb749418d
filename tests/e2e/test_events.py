"""The other life events from the form to the last item, over a running house."""

import pytest

from tests.e2e.house import RunningHouse

pytestmark = pytest.mark.slow


def test_every_life_event_is_walked_from_the_form_to_the_last_item(healthy: RunningHouse) -> None:
    """Somebody is born, retires, sells, moves, closes a firm: every item of each ends well, once."""
    house = healthy
    told = house.hands.ask("toured")
    legs = told["life_events"]
    assert {one["life_event"]: one["trouble"] for one in legs if one["trouble"]} == {}
    assert told["life_events_done"] == told["life_events_total"] == len(legs)
    for one in legs:
        name = one["life_event"]
        assert one["items_done"] == one["items_total"] > 0, name
        assert one["fields_asked"] < one["fields_before"], name
        # A marriage is registered in person, by law.
        assert one["visits"] == (1 if name == "marriage_residence" else 0), name
        assert one["materials_asked"] <= one["materials_before"], name
        assert one["parallel_working_days"] <= one["sequential_working_days"], name
        case = house.case(one["application_id"])
        assert (name, case["exit"], case["faults"]) == (name, 0, [])
        assert (name, house.effects(one["application_id"]) - {1}) == (name, set())


def test_a_clerk_decides_on_the_page_what_no_system_decides(healthy: RunningHouse) -> None:
    """The utilities are moved by a person at the workbench in two steps; sent twice, it is decided once."""
    house = healthy
    application = house.hands.ask("applied", event="second_hand_home")
    house.until(application, "casework.dispatch_freed", item="utilities_transfer")
    clerk = house.browser("clerk-real_estate-a")

    def version() -> dict[str, str | list[str]]:
        [(found,)] = house.rows("SELECT version FROM casework_dispatch WHERE id = %s", dispatch)
        return {"version": str(found)}

    [(dispatch,)] = house.rows(
        "SELECT id::text FROM casework_dispatch WHERE case_id = %s AND item = 'utilities_transfer'",
        application,
    )
    task = f"/workbench/dispatches/{dispatch}/"
    assert clerk.post(f"{task}accept", version()).location == task
    day = house.rows("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date::text")[0][0]
    decision: dict[str, str | list[str]] = {"decision": "approve", "property.utilities_transferred_on": day}
    seen = version()
    look = clerk.post(f"{task}decision", {**decision, **seen, "step": "check"})
    assert look.status == 200
    assert house.find(application, "casework.dispatch_approved", item="utilities_transfer") is None
    assert clerk.post(f"{task}decision", {**decision, **seen, "step": "send"}).location == task
    again = clerk.post(f"{task}decision", {**decision, **seen, "step": "send"})
    assert again.status == 409, again
    house.until(application, "casework.case_ended")
    case = house.case(application)
    assert (case["state"], case["faults"]) == ("done", [])
    approved = [
        one
        for one in house.events(application)
        if one.type.endswith(".dispatch_approved") and one.data["item"] == "utilities_transfer"
    ]
    assert len(approved) == 1
