"""The other life events from the form to the last item, over a running house."""

import pytest

from tests.e2e.house import RunningHouse

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("event", "clerk", "total"),
    [("second_hand_home", ["utilities_transfer"], 5), ("company_start_up", ["joint_site_inspection"], 8)],
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
