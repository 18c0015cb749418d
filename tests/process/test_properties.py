"""Random sound processes: they end, no token is lost or doubled, and neither storing nor interleaving matters."""

# ruff: noqa: E501 - a model is read best on one line

import json
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process.drawing import end, flows, gate, graph, model, start, task
from tests.process.shapes import BLOCKS, LEAVES, SHAPES, drawn
from tongban.kernel import canonical
from tongban.kernel.errors import Conflict
from tongban.process import engine
from tongban.process.bpmn import read
from tongban.process.graph import Graph

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


class Worked:
    """A run in which people do their work in a random order, and time passes only while nobody has any."""

    def __init__(self, drawing: Graph, seed: int, *, stored: bool = False) -> None:
        chance = random.Random(seed)  # noqa: S311 - an interleaving, no secret
        state, effects = engine.step(drawing, engine.new(drawing, "p"), engine.Start(), NOW)
        self.done: list[str] = []
        """Elements in the order in which they were completed."""
        now = NOW
        for number in range(3000):
            self.done += [each["element"] for each in effects if each["type"] == "completed"]
            assert not state["incidents"]
            if stored:
                state = json.loads(canonical.dumps(state))
            if state["status"] != "active":
                break
            event, now = self.next(drawing, state, now, number, chance)
            state, effects = engine.step(drawing, state, event, now)
        self.state = state
        self.times = Counter(self.done)
        self.variables = state["frames"]["0"].get("vars", {})

    @staticmethod
    def next(
        drawing: Graph, state: Any, now: datetime, number: int, chance: random.Random
    ) -> tuple[engine.Event, datetime]:
        """Somebody's work; when there is none, a message or the next moment."""
        open_ = sorted((token for token, held in state["tokens"].items() if held["st"] == "work"), key=int)
        if open_:
            return engine.Complete(chance.choice(open_), {"result": 1}), now
        due = engine.next_due(state)
        waits = {each["what"] for each in engine.waiting(state, drawing)}
        if due is None or (waits & {"intermediateCatchEvent", "receiveTask"} and chance.random() < 0.5):
            return engine.Message("paid", id=str(number)), now
        return engine.Tick(), max(now, due)


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_construct_is_drawn(leaf: str) -> None:
    """Alone, and in two instances of a sub-process: the generator makes what it says."""
    for shape, _ in (([leaf], 1), ([("instances", [leaf, "task"])], 2)):
        data, expected = drawn(shape)
        made = Worked(graph(data), 1)
        assert made.state["status"] == "completed"
        assert {name: made.times[name] for name in expected} == dict(expected)


@settings(max_examples=120, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 999))
def test_a_sound_process_always_ends(shapes: Any, seed: int) -> None:
    """It is accepted; each task is done as often as it has to be, in any order of work; all ends the same."""
    data, expected = drawn(shapes)
    reading = read(data)
    assert reading.graph is not None, [each.to_json() for each in reading.findings]
    made, other = Worked(reading.graph, seed), Worked(reading.graph, seed + 1)
    assert made.state["status"] == "completed"
    assert made.times["e"] == 1
    assert {name: made.times[name] for name in expected} == dict(expected)
    assert (made.state["timers"], made.state["tokens"]) == ([], {})
    assert (made.times, made.variables) == (other.times, other.variables)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 999))
def test_storing_the_state_changes_nothing(shapes: Any, seed: int) -> None:
    """At each step it goes through canonical JSON and back: the same trace to the same end."""
    made = graph(drawn(shapes)[0])
    kept, live = Worked(made, seed, stored=True), Worked(made, seed)
    assert (kept.done, kept.state) == (live.done, live.state)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BLOCKS), st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 999))
def test_a_restart_at_any_point_changes_nothing(kind: str, inner: Any, seed: int) -> None:
    """Two workers in turn, each with its own copy of the graph and of the state: the same as one."""
    data, _ = drawn([(kind, inner)])
    alone = Worked(graph(data), seed)
    state, done, now = engine.new(graph(data), "p"), [], NOW
    chance = random.Random(seed)  # noqa: S311 - an interleaving, no secret
    event: engine.Event = engine.Start()
    graphs = graph(data), graph(data)
    for number in range(3000):
        state, effects = engine.step(graphs[number % 2], json.loads(json.dumps(state)), event, now)
        done += [each["element"] for each in effects if each["type"] == "completed"]
        if state["status"] != "active":
            break
        event, now = Worked.next(graphs[0], state, now, number, chance)
    assert (done, state) == (alone.done, alone.state)


@settings(max_examples=30, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=2))
def test_a_step_changes_nothing_but_its_result(shapes: Any) -> None:
    """The old state is as it was; work that is done twice, or a message seen before, is nothing."""
    made = graph(drawn(shapes)[0])
    state, _ = engine.step(made, engine.new(made, "p"), engine.Start(), NOW)
    for token in [token for token, held in state["tokens"].items() if held["st"] == "work"]:
        before = canonical.dumps(state)
        after, _ = engine.step(made, state, engine.Complete(token), NOW)
        assert canonical.dumps(state) == before
        again, effects = engine.step(made, after, engine.Complete(token), NOW)
        assert (again, effects) == (after, [])


def test_a_state_is_small() -> None:
    """Seven open tasks of a process: some hundred bytes."""
    body = (
        start()
        + end()
        + gate("parallel", "f", "j")
        + "".join(task(f"t{k}") + flows(f"f>t{k} t{k}>j") for k in range(7))
    )
    made = graph(model(body + flows("s>f j>e")))
    state, _ = engine.step(made, engine.new(made, "p"), engine.Start({"name": "x"}), NOW)
    assert len(canonical.dumps(state)) < 700


def test_an_incident_is_tried_again_honestly() -> None:
    """The same fault makes a new incident; only what works is reported as solved."""
    body = (
        start() + end() + gate("exclusive", "x") + task("a", "b") + flows("s>x x>a[n_=_1] x>b[n_=_2] a>e b>e")
    )
    made = graph(model(body))
    state, effects = engine.step(made, engine.new(made, "p"), engine.Start({"n": 0}), NOW)
    first = state["incidents"][0]["id"]
    state, effects = engine.step(made, state, engine.Retry(first), NOW)
    assert [each["type"] for each in effects] == ["incident"]
    second = state["incidents"][0]["id"]
    assert second != first
    state, effects = engine.step(made, state, engine.Retry(second, {"n": 2}), NOW)
    assert [each["type"] for each in effects] == ["completed", "work", "solved"]
    assert state["incidents"] == []


def test_a_suspended_instance_waits() -> None:
    """Nothing moves until it is resumed; a cancelled one is over."""
    made = graph(model(start() + end() + task("t") + flows("s>t t>e")))
    state, _ = engine.step(made, engine.new(made, "p"), engine.Start(), NOW)
    token = next(iter(state["tokens"]))
    held, _ = engine.step(made, state, engine.Suspend(), NOW)
    with pytest.raises(Conflict):
        engine.step(made, held, engine.Complete(token), NOW)
    back, _ = engine.step(made, held, engine.Resume(), NOW)
    assert engine.step(made, back, engine.Complete(token), NOW)[0]["status"] == "completed"
    over, effects = engine.step(made, state, engine.Cancel(), NOW)
    assert (over["status"], effects[-1]["type"]) == ("cancelled", "ended")
    other = graph(model(start() + end() + task("u") + flows("s>u u>e")))
    with pytest.raises(Conflict):
        engine.step(other, state, engine.Complete(token), NOW)


@settings(max_examples=30, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_in_memory_the_steps_are_the_same(shapes: Any) -> None:
    """An instance that is changed in place tells the same and ends in the same state."""
    made = graph(drawn(shapes)[0])
    state = engine.new(made, "p")
    live = engine.Live(made, state)
    events: list[engine.Event] = [engine.Start()]
    for event in events:
        state, effects = engine.step(made, state, event, NOW)
        assert live.step(event, NOW) == effects
        assert canonical.dumps(live.state) == canonical.dumps(state)
        events += [engine.Complete(each["token"]) for each in effects if each["type"] == "work"]
