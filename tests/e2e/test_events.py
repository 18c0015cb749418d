"""The other life events from the form to the last item, over a running house."""

import pytest

from tests.e2e.house import RunningHouse

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("event", "clerk", "total"),
    [("second_hand_home", ["utilities_transfer"], 5), ("company_start_up", ["joint_site_inspection"], 9)],
)
def test_a_life_event_with_a_step_at_the_workbench_ends_well(
    healthy: RunningHouse, event: str, clerk: list[str], total: int
) -> None:
    """Someone buys a home, someone founds a company: every item ends well, some of them by a clerk."""
    house = healthy
    walked = house.hands.ask("walked", event=event)
    assert walked["state"] == "done"
    assert (walked["items_done"], walked["items_total"]) == (total, total)
    assert walked["decided_by_demo_clerk"] == clerk
    assert walked["fields_asked"] < walked["fields_before"]
    case = house.case(walked["application_id"])
    assert (case["exit"], case["faults"]) == (0, [])
    assert house.effects(walked["application_id"]) == {1}
    decided = house.until(walked["application_id"], "casework.dispatch_approved", item=clerk[0])
    actor = house.rows(
        "SELECT actor_kind FROM journal_event WHERE stream = %s AND seq = %s",
        walked["application_id"],
        decided.seq,
    )
    assert actor == [("staff",)]


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
