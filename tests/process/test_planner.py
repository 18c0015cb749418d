"""The plan: who waits for whom, from when to when."""

from datetime import date

import pytest

from tongban.kernel.calendar import Calendar, official, parse_notice
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.errors import Conflict
from tongban.process.planner import Edge, Plan, Step, due_after, plan

MONDAY = date(2026, 3, 2)


@pytest.fixture
def calendar() -> Calendar:
    """The official calendar."""
    return official()


def step(
    code: str, days: int = 1, needs: str = "", produces: str = "", unit: Unit = Unit.WORKING_DAY
) -> Step:
    """One item; what it needs and produces as words."""
    return Step(
        code=code,
        department="health",
        limit=Limit(days, unit),
        needs=frozenset(needs.split()),
        produces=frozenset(produces.split()),
    )


def dues(laid_out: Plan) -> dict[str, str]:
    """Item → the day it is due."""
    return {node.code: node.due_on.isoformat() for node in laid_out.nodes}


def test_a_chain_takes_the_sum_of_its_days(calendar: Calendar) -> None:
    """A, then B, then C: nothing is won by doing them at once."""
    laid_out = plan([step("c", 3, "b"), step("b", 2, "a", "b"), step("a", 1, "", "a")], calendar, MONDAY)
    assert dues(laid_out) == {"a": "2026-03-03", "b": "2026-03-05", "c": "2026-03-10"}
    assert laid_out.waves == (("a",), ("b",), ("c",))
    assert laid_out.critical_path == ("a", "b", "c")
    assert laid_out.parallel_days == laid_out.sequential_days == 6
    assert laid_out.promised_on == date(2026, 3, 10)


def test_a_diamond_waits_for_the_slower_side(calendar: Calendar) -> None:
    """D needs what B and C produce, both need A: B's slack is no reason for D to wait less."""
    steps = [step("a", 1, "", "x"), step("b", 1, "x", "y"), step("c", 4, "x", "z"), step("d", 1, "y z")]
    laid_out = plan(steps, calendar, MONDAY)
    assert laid_out.critical_path == ("a", "c", "d")
    assert [node.code for node in laid_out.nodes if not node.critical] == ["b"]
    assert (laid_out.parallel_days, laid_out.sequential_days) == (6, 7)
    assert set(laid_out.edges) == {
        Edge("a", "b", ("x",)),
        Edge("a", "c", ("x",)),
        Edge("b", "d", ("y",)),
        Edge("c", "d", ("z",)),
    }
    assert laid_out.waits_for("d") == ("b", "c")
    node = laid_out.node("d")
    assert node is not None
    assert (node.wave, node.starts_on) == (2, date(2026, 3, 9))


def test_items_that_need_nothing_of_each_other_run_at_once(calendar: Calendar) -> None:
    """Seven of one day each take one day, not seven."""
    laid_out = plan([step(f"i{number}") for number in range(7)], calendar, MONDAY)
    assert (laid_out.parallel_days, laid_out.sequential_days, len(laid_out.waves)) == (1, 7, 1)
    assert all(node.critical for node in laid_out.nodes)


def test_two_causes_make_one_edge_and_one_producer_of_many_is_waited_for_each(calendar: Calendar) -> None:
    """The edge names both elements; an item that two siblings can feed waits for both."""
    laid_out = plan([step("a", 1, "", "x y"), step("b", 2, "", "x"), step("c", 1, "x y")], calendar, MONDAY)
    assert set(laid_out.edges) == {Edge("a", "c", ("x", "y")), Edge("b", "c", ("x",))}


def test_a_cycle_names_the_items_in_it_and_no_others(calendar: Calendar) -> None:
    """Whoever mends the catalogue is told which items wait for each other."""
    steps = [
        step("first", 1, "", "p"),
        step("b", 1, "p c", "b"),
        step("c", 1, "b", "c"),
        step("last", 1, "c"),
    ]
    with pytest.raises(Conflict) as error:
        plan(steps, calendar, MONDAY)
    assert error.value.code == "plan.cycle"
    named = error.value.detail.partition(":")[2]
    assert {word.strip(" .") for word in named.split(",")} == {"b", "c"}


def test_an_item_does_not_wait_for_itself_or_for_what_nobody_makes(calendar: Calendar) -> None:
    """What no sibling produces comes from the form; one's own product is no reason to wait."""
    laid_out = plan([step("a", 1, "a.b nobody", "a.b")], calendar, MONDAY)
    assert laid_out.edges == ()
    assert laid_out.node("b") is None


def test_no_items_are_a_plan_that_ends_at_once(calendar: Calendar) -> None:
    """Everything left out is no error."""
    laid_out = plan([], calendar, MONDAY)
    assert (laid_out.parallel_days, laid_out.promised_on, laid_out.waves) == (0, MONDAY, ())
    assert laid_out.critical_path == ()


def test_hours_count_from_the_opening_of_the_office(calendar: Calendar) -> None:
    """24 hours from Monday nine o'clock end on Tuesday; then the next item's day counts from Tuesday."""
    steps = [step("a", 24, "", "x", Unit.HOUR), step("b", 1, "x")]
    assert dues(plan(steps, calendar, MONDAY)) == {"a": "2026-03-03", "b": "2026-03-04"}


def test_natural_days_end_on_a_working_day(calendar: Calendar) -> None:
    """Civil Code art. 203: five days from a Monday end on Saturday, so on the next working day."""
    assert due_after(Limit(5, Unit.NATURAL_DAY), MONDAY, calendar) == (date(2026, 3, 9), False)


def test_an_application_on_a_holiday_counts_from_the_first_working_day(calendar: Calendar) -> None:
    """Applied on National Day 2026: the day itself and the holidays after it are not counted."""
    laid_out = plan([step("a", 1), step("b", 2)], calendar, date(2026, 10, 1))
    first = calendar.next_workday(date(2026, 10, 1))
    assert dues(laid_out) == {"a": first.isoformat(), "b": calendar.next_workday(first).isoformat()}
    assert laid_out.parallel_days == 2


def test_a_make_up_workday_counts(calendar: Calendar) -> None:
    """Saturday 14 February 2026 is worked: one day from Friday is that Saturday."""
    assert dues(plan([step("a")], calendar, date(2026, 2, 13))) == {"a": "2026-02-14"}


def test_a_plan_into_an_unpublished_year_says_so_and_is_recomputed(calendar: Calendar) -> None:
    """Provisional until the notice for that year is loaded; whoever waits for a guess is a guess too."""
    steps = [step("a", 1, "", "x"), step("b", 15, "x", "y"), step("c", 1, "y"), step("d", 1)]
    start = date(2026, 12, 14)
    guess = plan(steps, calendar, start)
    assert guess.provisional
    assert {node.code for node in guess.nodes if node.provisional} == {"b", "c"}
    notice = parse_notice(
        "year: 2027\nsource: 测试用通知\n"
        "holidays: [2027-01-01..2027-01-03, 2027-02-05..2027-02-11]\nmakeup_workdays: [2027-01-09]\n"
    )
    final = plan(steps, calendar.with_notice(notice), start)
    assert not final.provisional
    assert final.calendar_version != guess.calendar_version
    assert (dues(guess)["b"], dues(guess)["c"]) == ("2027-01-05", "2027-01-06")
    assert (dues(final)["b"], dues(final)["c"]) == ("2027-01-06", "2027-01-07")


def test_the_plan_as_json_holds_everything_a_case_pins(calendar: Calendar) -> None:
    """Nodes, edges with their elements, waves, critical path, promise, sequential and parallel days."""
    found = plan([step("a", 1, "", "x"), step("b", 2, "x")], calendar, MONDAY).to_json()
    assert found["nodes"][1] == {
        "item": "b",
        "department": "health",
        "limit": {"amount": 2, "unit": "working_day"},
        "wave": 1,
        "starts_on": "2026-03-03",
        "due_on": "2026-03-05",
        "provisional": False,
        "critical": True,
    }
    assert found["edges"] == [{"from": "a", "to": "b", "elements": ["x"]}]
    assert found["waves"] == [["a"], ["b"]]
    assert found["critical_path"] == ["a", "b"]
    assert (found["promised_on"], found["parallel_working_days"]) == ("2026-03-05", 3)
    assert found["calendar_version"] == calendar.version
