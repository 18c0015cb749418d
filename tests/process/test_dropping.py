"""A refusal that the model does not handle stops what needs it, and nothing else."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.process.drawing import end, flows, gate, model, start, task
from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit
from tongban.process.ahead import ahead
from tongban.process.bpmn import read
from tongban.process.engine import Complete, Refuse, Start, new, step, waiting
from tongban.process.engine.events import Event
from tongban.process.graph import Graph
from tongban.process.planner import Plan, Step, plan
from tongban.process.plans import graph_of

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


class Run:
    """An instance that a test moves by the names of its activities."""

    def __init__(self, graph: Graph, process: str) -> None:
        self.graph = graph
        self.state = new(graph, process)
        self.effects: list[dict[str, Any]] = []
        self.do(Start())

    def do(self, event: Event) -> None:
        """One step."""
        self.state, self.effects = step(self.graph, self.state, event, NOW)

    def open(self) -> dict[str, str]:
        """Activities that wait for somebody → their tokens."""
        return {each["element"]: each["token"] for each in waiting(self.state, self.graph)}

    def complete(self, element: str, **values: Any) -> None:
        """Somebody did it."""
        self.do(Complete(self.open()[element], values))

    def refuse(self, element: str) -> None:
        """Somebody refused it."""
        self.do(Refuse(self.open()[element], "rejected"))

    def ahead(self, *names: str) -> set[str]:
        """Which of these may still happen."""
        return set(names) & ahead(self.graph, self.state)


def drawn(body: str, beside: str = "") -> Run:
    """A model as it was drawn."""
    return Run(read(model(body, beside)).graph, "p")


def test_siblings_go_on_and_the_join_never_happens() -> None:
    """Of two at once one is refused: the other ends well, what needs both does not begin, all is over."""
    run = drawn(
        start() + gate("parallel", "f", "j") + task("a", "b", "c", "after") + end()
        + flows("s>f f>a f>b a>j j>after b>c c>j after>e")
    )  # fmt: skip
    run.refuse("a")
    assert run.ahead("a", "b", "c", "after") == {"b", "c"}
    assert [each["type"] for each in run.effects] == ["dropped"]
    run.complete("b")
    run.complete("c")
    assert (run.state["status"], run.state["incidents"]) == ("completed", [])
    assert run.effects[-1] == {"type": "ended", "status": "completed"}


def test_an_inclusive_join_does_not_wait_for_what_was_refused() -> None:
    """It goes on with those that came."""
    run = drawn(
        start() + gate("inclusive", "f", "j") + task("a", "b", "after") + end()
        + flows("s>f f>a[true] f>b[true] a>j b>j j>after after>e")
    )  # fmt: skip
    run.complete("b")
    assert set(run.open()) == {"a"}
    run.refuse("a")
    assert set(run.open()) == {"after"}


def test_a_model_may_handle_the_refusal() -> None:
    """A boundary event for the code `rejected` leads on; nothing is dropped."""
    run = drawn(
        start() + task("a", "mend", "b") + end() + end("e2")
        + '<boundaryEvent id="no" attachedToRef="a"><errorEventDefinition errorRef="err"/></boundaryEvent>'
        + flows("s>a a>b b>e no>mend mend>e2"),
        '<error id="err" errorCode="rejected"/>',
    )  # fmt: skip
    assert run.ahead("mend", "b") == {"mend", "b"}
    run.refuse("a")
    assert set(run.open()) == {"mend"}
    assert run.ahead("mend", "b") == {"mend"}


@pytest.mark.parametrize("first", ["x", "y"])
def test_a_subprocess_lets_its_rest_end_and_then_stops(first: str) -> None:
    """What stands behind it does not happen, in whatever order its parts end; its timer is gone."""
    timer = "<timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition>"
    run = drawn(
        start()
        + '<subProcess id="sub">' + start("i") + gate("parallel", "f") + task("x", "y")
        + end("ex") + end("ey")
        + flows("i>f f>x f>y x>ex y>ey") + "</subProcess>"
        + f'<boundaryEvent id="late" attachedToRef="sub" cancelActivity="false">{timer}</boundaryEvent>'
        + task("after", "remind") + end() + end("e2") + flows("s>sub sub>after after>e late>remind remind>e2")
    )  # fmt: skip
    for each in (first, *({"x", "y"} - {first})):
        if each == "x":
            run.refuse(each)
            assert run.ahead("after") == set()
        else:
            run.complete(each)
    assert (run.state["status"], run.state["timers"]) == ("completed", [])


def test_of_several_alike_one_refusal_stops_what_follows_all() -> None:
    """The others of a repeated activity are done all the same."""
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    run = drawn(start() + task("m", inner=loop) + task("after") + end() + flows("s>m m>after after>e"))
    tokens = [each["token"] for each in waiting(run.state, run.graph)]
    run.do(Complete(tokens[0]))
    run.do(Refuse(tokens[1], "rejected"))
    assert len(waiting(run.state, run.graph)) == 1
    run.do(Complete(tokens[2]))
    assert run.state["status"] == "completed"
    assert run.ahead("after") == set()


def test_a_refusal_that_means_nothing_any_more_changes_nothing() -> None:
    """The same refusal twice is one."""
    run = drawn(start() + task("a") + end() + flows("s>a a>e"))
    token = run.open()["a"]
    run.do(Refuse(token, "rejected"))
    ended = run.state
    run.do(Refuse(token, "rejected"))
    assert (run.state, run.effects) == (ended, [])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to nine items, each needing what some before it produce."""
    count = draw(st.integers(1, 9))
    steps = [
        Step(
            code=f"i{number}",
            department="d",
            limit=Limit(1),
            needs=frozenset(f"v{other}" for other in range(number) if draw(st.integers(0, 2)) == 0),
            produces=frozenset({f"v{number}"}),
        )
        for number in range(count)
    ]
    return plan(steps, official(), date(2026, 11, 23))


@given(plans(), st.randoms(use_true_random=False))
def test_a_plan_on_the_engine_is_the_plan(laid_out: Plan, dice: Any) -> None:
    """An item begins when all it waits for ended well, and is lost as soon as one of them is."""
    run = Run(graph_of(laid_out), "plan")
    items = [node.code for node in laid_out.nodes]
    state = dict.fromkeys(items, "waiting")
    while True:
        for code in items:  # what the plan says, step by step
            before = {state[other] for other in laid_out.waits_for(code)}
            if state[code] == "waiting" and before & {"rejected", "blocked"}:
                state[code] = "blocked"
            elif state[code] == "waiting" and before <= {"approved"}:
                state[code] = "ready"
        assert set(run.open()) == {code for code in items if state[code] == "ready"}
        may = ahead(run.graph, run.state)
        assert {code for code in items if state[code] == "waiting"} == (may & set(items)) - set(run.open())
        ready = sorted(run.open())
        if not ready:
            break
        code = dice.choice(ready)
        if dice.random() < 0.3:
            run.refuse(code)
            state[code] = "rejected"
        else:
            run.complete(code)
            state[code] = "approved"
    assert (run.state["status"], run.state["incidents"]) == ("completed", [])
    assert "waiting" not in state.values()
