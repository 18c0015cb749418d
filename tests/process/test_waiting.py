"""What a drawn process makes people wait for, in the promise."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process.drawing import boundary, catch, end, flows, gate, model, start, task, throw, timer
from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit
from tongban.process.order import as_drawn
from tongban.process.planner import Plan, Step, plan, waits_of
from tongban.process.waiting import with_waits

CALENDAR = official()
MONDAY = dt.date(2026, 11, 23)
OURS = 'xmlns:tongban="urn:tongban:bpmn"'


def item(name: str) -> str:
    """A call activity for the item of its own name."""
    return f'<callActivity id="{name}" tongban:item="{name}"/>'


def laid_out(
    body: str, context: dict[str, Any] | None = None, begin: dt.date = MONDAY, **limits: int
) -> Plan:
    """The plan of a drawing whose items have these limits, in working days."""
    text = model(start() + body + end()).decode()
    steps = tuple(
        Step(code=code, department="d", limit=Limit(days), produces=frozenset((code,)))
        for code, days in limits.items()
    )
    return planned(text, steps, context, begin)


def planned(text: str, steps: tuple[Step, ...], context: dict[str, Any] | None, begin: dt.date) -> Plan:
    """As the intake plans it."""
    found, waits = with_waits(as_drawn(steps, text, str), text, str, context)
    return plan(found, CALENDAR, begin, waits=waits)


def days(made: Plan) -> dict[str, str]:
    """Wait → the day on which it is over."""
    return {wait.code: f"{wait.due_on:%m-%d}" for wait in made.waits if wait.takes_time}


def test_a_timer_a_task_and_a_review_are_counted_between_and_behind_the_items() -> None:
    """Monday: item until Wednesday, five working days' notice, a review of three, a task of two, an item."""
    made = laid_out(
        item("a")
        + catch("notice", timer("P5WD"))
        + task("review", more='tongban:department="d" tongban:joint="x y" tongban:joint-days="3"')
        + task("check", more='tongban:department="d" tongban:days="2"')
        + item("b")
        + task("file", more='tongban:department="d"')
        + flows("s>a a>notice notice>review review>check check>b b>file file>e"),
        a=2,
        b=1,
    )
    assert days(made) == {"@notice": "12-03", "@review": "12-08", "@check": "12-10", "@file": "12-14"}
    assert (made.node("a"), made.node("b")) != (None, None)
    assert [f"{node.due_on:%m-%d}" for node in made.nodes] == ["11-25", "12-11"]
    assert made.promised_on == dt.date(2026, 12, 14)
    assert made.critical_path == ("a", "b")
    assert all(wait.critical for wait in made.waits)
    assert [edge.source for edge in made.edges] == ["a"]
    assert made.waves == (("a",), ("b",))


def test_a_plan_that_is_kept_is_laid_out_anew_with_its_waits() -> None:
    """A case pins its plan as JSON; a new calendar counts the same waits again."""
    made = laid_out(item("a") + catch("t", timer("P5WD")) + item("b") + flows("s>a a>t t>b b>e"), a=1, b=1)
    kept = Plan.from_json(made.to_json())
    assert kept == made
    steps = (
        Step(code="a", department="d", limit=Limit(1), produces=frozenset({"order:a"})),
        Step(code="b", department="d", limit=Limit(1), needs=frozenset(("order:@t",))),
    )
    assert plan(steps, CALENDAR, MONDAY, waits=waits_of(kept)).promised_on == made.promised_on


def test_a_way_that_the_case_rules_out_costs_nothing() -> None:
    """A public notice only for a large firm: open while nobody knows, gone for a small one."""
    body = (
        gate("exclusive", "x", more='default="x-e"')
        + catch("notice", timer("P20D"))
        + flows("s>a a>x x>notice[firm.large] x>e notice>e")
        + item("a")
    )
    open_yet = laid_out(body, a=1)
    assert days(open_yet) == {"@notice": "12-14"}
    assert laid_out(body, {"firm": {"large": True}}, a=1).promised_on == open_yet.promised_on
    small = laid_out(body, {"firm": {"large": False}}, a=1)
    assert (days(small), small.promised_on) == ({}, dt.date(2026, 11, 24))


def test_what_goes_wrong_is_not_promised() -> None:
    """What rings when the limit is over adds nothing; an early one counts."""
    late = boundary("late", "a", timer("P3WD"), interrupting=False) + task("urge")
    body = item("a") + late + throw("x") + flows("s>a a>x x>e late>urge urge>e")
    assert days(laid_out(body, a=3)) == {}
    early = laid_out(body, a=5)
    assert days(early) == {"@late": "11-27", "@urge": "11-30"}
    assert early.promised_on == dt.date(2026, 11, 30)


def test_the_first_of_several_events_waits_no_longer_than_its_timer() -> None:
    """An answer within ten working days, else on without it: ten working days are promised."""
    body = (
        '<eventBasedGateway id="g"/>'
        + catch("answer", '<messageEventDefinition messageRef="m"/>')
        + catch("silence", timer("P10WD"))
        + gate("exclusive", "j")
        + item("a")
        + flows("s>g g>answer g>silence answer>j silence>j j>a a>e")
    )
    text = model(start() + body + end(), '<message id="m" name="answer"/>').decode()
    step = Step(code="a", department="d", limit=Limit(1), produces=frozenset(("a",)))
    made = planned(text, (step,), None, MONDAY)
    assert days(made) == {"@answer": "12-08", "@silence": "12-08"}
    assert made.promised_on == dt.date(2026, 12, 9)


# ---------------------------------------------------------------------- never too early


@dataclass(frozen=True)
class Part:
    """A piece of a drawing that nests: how long it takes is told by itself, not by the graph."""

    kind: str
    days: int = 0
    inner: tuple["Part", ...] = ()


LEAVES = st.builds(Part, st.sampled_from(("item", "task", "timer", "calendar")), st.integers(1, 9))
PARTS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        Part,
        st.sampled_from(("one", "both", "either")),
        st.just(0),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


def over(part: Part, begin: dt.date, ways: Iterator[int]) -> dt.date:
    """When a part is over at the latest, if each choice goes the way that `ways` says."""
    if part.kind in {"item", "task"}:
        return CALENDAR.add_workdays(begin, part.days).on
    if part.kind == "timer":  # rings at the midnight that ends its last day
        return CALENDAR.add_workdays(begin, part.days).on + dt.timedelta(days=1)
    if part.kind == "calendar":
        return begin + dt.timedelta(days=part.days)
    if part.kind == "one":
        for each in part.inner:
            begin = over(each, begin, ways)
        return begin
    if part.kind == "both":
        return max(over(each, begin, ways) for each in part.inner)
    return over(part.inner[next(ways) % len(part.inner)], begin, ways)


def drawn(part: Part, source: str, names: Iterator[int], made: dict[str, Any]) -> str:
    """Draw a part behind an element; the element at which it ends."""
    name = f"n{next(names)}"
    if part.kind in {"item", "task", "timer", "calendar"}:
        made["xml"] += {
            "item": item(name),
            "task": task(name, more=f'tongban:department="d" tongban:days="{part.days}"'),
            "timer": catch(name, timer(f"P{part.days}WD")),
            "calendar": catch(name, timer(f"P{part.days}D")),
        }[part.kind]
        made["flows"] += f" {source}>{name}"
        if part.kind == "item":
            made["items"][name] = part.days
        return name
    if part.kind == "one":
        for each in part.inner:
            source = drawn(each, source, names, made)
        return source
    kind = "parallel" if part.kind == "both" else "exclusive"
    made["xml"] += gate(kind, name, f"{name}j")
    made["flows"] += f" {source}>{name}"
    for number, each in enumerate(part.inner):
        if kind == "exclusive":
            step = f"{name}w{number}"
            made["xml"] += f'<intermediateThrowEvent id="{step}"/>'
            made["flows"] += f" {name}>{step}[which.{name}_=_{number}]"
        else:
            step = name
        ended = drawn(each, step, names, made)
        made["flows"] += f" {ended}>{name}j"
    return f"{name}j"


@settings(max_examples=60, deadline=None)
@given(PARTS, st.lists(st.integers(0, 5), min_size=30, max_size=30), st.integers(0, 400))
def test_no_path_that_must_run_ends_after_the_promise(part: Part, ways: list[int], later: int) -> None:
    """Whatever way the choices go, and whenever it begins: the last day promised is not too early."""
    made: dict[str, Any] = {"xml": "", "flows": "", "items": {}}
    last = drawn(part, "s", iter(range(1000)), made)
    begin = MONDAY - dt.timedelta(days=later)
    promised = laid_out(made["xml"] + flows(f"{made['flows']} {last}>e"), begin=begin, **made["items"])
    assert promised.promised_on >= over(part, begin, iter(ways))
    if "either" not in str(part):
        assert promised.promised_on == over(part, begin, iter(ways))
