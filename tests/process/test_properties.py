"""Random sound processes: they end, no token is lost or doubled, and neither storing nor interleaving matters."""

# ruff: noqa: E501 - a model is read best on one line

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    end,
    flows,
    gate,
    graph,
    model,
    on,
    start,
    sub,
    task,
    timer,
)
from tongban.kernel import canonical
from tongban.kernel.errors import Conflict
from tongban.process import engine
from tongban.process.bpmn import read
from tongban.process.graph import Graph

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
LEAVES = ("task", "script", "timer", "message", "several", "guarded", "looped")
BLOCKS = ("sequence", "parallel", "exclusive", "inclusive", "loop", "sub", "race")


@dataclass
class Drawing:
    """A process under construction: its parts, and how often each task has to be done."""

    parts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    number: int = 0
    tasks: Counter[str] = field(default_factory=Counter)

    def name(self, kind: str) -> str:
        """A new id."""
        self.number += 1
        return f"{kind}{self.number}"

    def add(self, part: str, entry: str, leave: str = "") -> tuple[str, str]:
        """A part with its entry and exit."""
        self.parts.append(part)
        return entry, leave or entry

    def link(self, source: str, target: str, condition: str = "") -> None:
        """A flow."""
        self.links.append(f"{source}>{target}" + (f"[{condition}]" if condition else ""))


def leaf(drawing: Drawing, kind: str, times: int) -> tuple[str, str]:  # noqa: PLR0911 - one way out per kind
    """One step, done `times` times."""
    name = drawing.name("n")
    if kind == "task":
        drawing.tasks[name] += times
        return drawing.add(task(name), name)
    if kind == "script":
        script = f'<scriptTask id="{name}" scriptFormat="feel"><script>{{{name}: 1}}</script></scriptTask>'
        return drawing.add(script, name)
    if kind == "timer":
        return drawing.add(catch(name, timer("PT1H")), name)
    if kind == "message":
        return drawing.add(catch(name, on("message", "m")), name)
    if kind == "several":
        drawing.tasks[name] += 3 * times
        inner = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
        return drawing.add(task(name, inner=inner), name)
    if kind == "looped":
        drawing.tasks[name] += 2 * times
        inner = '<standardLoopCharacteristics loopMaximum="2"/>'
        return drawing.add(task(name, inner=inner), name)
    drawing.tasks[name] += times
    event, after = drawing.name("b"), drawing.name("x")
    drawing.parts.append(boundary(event, name, timer("P1D")) + gate("exclusive", after))
    drawing.link(name, after)
    drawing.link(event, after)
    return drawing.add(task(name), name, after)


def block(drawing: Drawing, shape: Any, times: int) -> tuple[str, str]:
    """A block with one entry and one exit."""
    if isinstance(shape, str):
        return leaf(drawing, shape, times)
    kind, inner = shape
    if kind == "sub":
        name, inside = drawing.name("p"), Drawing(number=drawing.number)
        entry, leave = chain(inside, inner, times)
        first, last = inside.name("s"), inside.name("e")
        inside.link(first, entry)
        inside.link(leave, last)
        drawing.number, drawing.tasks = inside.number, drawing.tasks + inside.tasks
        body = start(first) + end(last) + "".join(inside.parts) + flows(" ".join(inside.links))
        return drawing.add(sub(name, body), name)
    if kind == "sequence":
        return chain(drawing, inner, times)
    split, join = drawing.name("g"), drawing.name("g")
    if kind == "loop":
        entry, leave = chain(drawing, inner, times)
        drawing.link(split, entry)
        drawing.link(leave, join)
        drawing.link(join, split, "false")
        drawing.parts.append(gate("exclusive", split) + gate("exclusive", join))
        out = drawing.name("x")
        drawing.link(join, out)
        return drawing.add(gate("exclusive", out), split, out)
    what = {"parallel": "parallel", "exclusive": "exclusive", "inclusive": "inclusive", "race": "eventBased"}[
        kind
    ]
    after = "exclusive" if kind in {"exclusive", "race"} else kind
    drawing.parts.append(gate(what, split) + gate(after, join))
    for place, each in enumerate(inner):
        taken = kind == "parallel" or (kind == "inclusive" and place < 2) or place == 0
        entry, leave = block(drawing, each, times if taken else 0)
        if kind == "race":
            head = drawing.name("c")
            drawing.parts.append(catch(head, timer(f"PT{place + 1}M")))
            drawing.link(split, head)
            drawing.link(head, entry)
        else:
            drawing.link(split, entry, "" if kind == "parallel" else str(taken).lower())
        drawing.link(leave, join)
    if kind == "race" and len(inner) < 2:
        head = drawing.name("c")
        drawing.parts.append(catch(head, timer("P9D")))
        drawing.link(split, head)
        drawing.link(head, join)
    return split, join


def chain(drawing: Drawing, shapes: Any, times: int) -> tuple[str, str]:
    """Blocks one after the other."""
    ends = [block(drawing, each, times) for each in shapes]
    for (_, leave), (entry, _) in pairwise(ends):
        drawing.link(leave, entry)
    return ends[0][0], ends[-1][1]


SHAPES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.tuples(st.sampled_from(BLOCKS), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=9,
)


def drawn(shapes: Any) -> tuple[bytes, Counter[str]]:
    """The model of some shapes, and how often each task has to be done in it."""
    drawing = Drawing()
    entry, leave = chain(drawing, shapes, 1)
    drawing.link("s", entry)
    drawing.link(leave, "e")
    body = start() + end() + "".join(drawing.parts) + flows(" ".join(drawing.links))
    return model(body, DECLARED), +drawing.tasks


def worked(graph_: Graph, seed: int, *, stored: bool) -> tuple[list[str], str, int]:
    """Do all work in a random order, time and messages last; optionally store the state at each step."""
    chance = random.Random(seed)  # noqa: S311 - an interleaving, no secret
    state, effects = engine.step(graph_, engine.new(graph_, "p"), engine.Start(), NOW)
    done = [each["element"] for each in effects if each["type"] == "completed"]
    now, size = NOW, 0
    for number in range(2000):
        if stored:
            size = max(size, len(canonical.dumps(state)))
            state = json.loads(canonical.dumps(state))
        if state["status"] != "active":
            break
        open_ = sorted((token for token, held in state["tokens"].items() if held["st"] == "work"), key=int)
        event: engine.Event
        if open_:
            event = engine.Complete(chance.choice(open_))
        elif (
            any(each["what"] == "intermediateCatchEvent" for each in engine.waiting(state, graph_))
            and chance.random() < 0.5
        ):
            event = engine.Message("paid", id=str(number))
        else:
            due = engine.next_due(state)
            now = max(now, due) if due else now
            event = engine.Tick() if due else engine.Message("paid", id=str(number))
        state, effects = engine.step(graph_, state, event, now)
        done += [each["element"] for each in effects if each["type"] == "completed"]
        assert not state["incidents"]
    return done, state["status"], size


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 999))
def test_a_sound_process_always_ends(shapes: Any, seed: int) -> None:
    """It is accepted, every task is done as often as it has to be, in any order of work, and nothing is left."""
    data, expected = drawn(shapes)
    reading = read(data)
    assert reading.graph is not None, [each.to_json() for each in reading.findings]
    done, status, _ = worked(reading.graph, seed, stored=False)
    assert status == "completed"
    assert done.count("e") == 1
    assert {name: count for name, count in Counter(done).items() if name in expected} == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 999))
def test_storing_the_state_changes_nothing(shapes: Any, seed: int) -> None:
    """At each step it goes through canonical JSON and back: the same trace to the same end."""
    data, _ = drawn(shapes)
    made = graph(data)
    assert worked(made, seed, stored=True)[:2] == worked(made, seed, stored=False)[:2]


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
