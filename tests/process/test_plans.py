"""A computed plan runs as a drawn process does."""

from datetime import date

from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit, Unit
from tongban.process.checks import check
from tongban.process.findings import Findings
from tongban.process.planner import Plan, Step, plan
from tongban.process.plans import graph_of
from tongban.process.script import read_script
from tongban.process.tryout import run


def planned(**steps: tuple[str, str]) -> Plan:
    """Items with what each needs and produces."""
    made = [
        Step(code=code, department="d", limit=Limit(1, Unit.WORKING_DAY), needs=frozenset(needs.split()),
             produces=frozenset(produces.split()))
        for code, (needs, produces) in steps.items()
    ]  # fmt: skip
    return plan(made, official(), date(2026, 3, 2))


def test_an_item_waits_for_what_it_needs() -> None:
    """Two at once, then the one that needs both, then the end."""
    graph = graph_of(planned(birth=("", "x"), house=("", "y"), card=("x y", "z"), tax=("", "")))
    findings = Findings()
    check(graph, {"plan": True}, findings)
    assert not findings.refused
    outcome = run(graph, read_script({}, official()))
    assert outcome.status == "completed"
    items = [each for each in outcome.trace if not each.startswith("@")]
    assert sorted(items[:3]) == ["birth", "house", "tax"]
    assert items[3:] == ["card"]


def test_one_department_that_never_answers_holds_up_only_what_needs_it() -> None:
    """Its siblings are done."""
    graph = graph_of(planned(birth=("", "x"), card=("x", ""), tax=("", "")))
    outcome = run(graph, read_script({"answers": {"birth": [{"never": True}]}}, official()))
    assert outcome.status == "waiting"
    assert "tax" in outcome.trace
    assert "card" not in outcome.trace


def test_an_empty_plan_ends_at_once() -> None:
    """Nothing to do is done."""
    assert run(graph_of(planned()), read_script({}, official())).status == "completed"
