"""The short way that plain nodes are taken means what the long way means."""

import copy
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

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
    throw,
)
from tests.process.test_properties import SHAPES, drawn
from tongban.kernel.errors import Conflict
from tongban.process import engine
from tongban.process.graph import Graph
from tongban.process.places import general

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


def the_long_way(made: Graph) -> Graph:
    """The same graph, of which nothing is known before a token comes."""
    other = replace(made)
    vars(other)["places"] = general(made.nodes, made.flows)
    return other


def anything(state: Any, made: Graph, chance: random.Random, number: int) -> engine.Event:
    """Something that may happen to an instance, mostly what it waits for."""
    tokens = sorted(state["tokens"], key=int) or ["1"]
    token = chance.choice(tokens)
    working = [each for each in tokens if state["tokens"].get(each, {}).get("st") == "work"]
    if working and chance.random() < 0.6:
        return engine.Complete(chance.choice(working), {"n": number} if chance.random() < 0.3 else {})
    incidents = [each["id"] for each in state["incidents"]]
    other: list[engine.Event] = [
        engine.Tick(),
        engine.Message("paid", id=str(number)),
        engine.Signal("alarm"),
        engine.Fail(token, "E1"),
        engine.Refuse(token, "E1"),
        engine.Escalate(token, "X1"),
        engine.Hold(token, "down", "It does not answer."),
        engine.SetVariables({"n": number}),
        engine.Move(token, chance.choice(sorted(made.nodes))),
        engine.Suspend(),
        engine.Resume(),
        *(engine.Retry(each) for each in incidents),
    ]
    return engine.Resume() if state["status"] == "suspended" else chance.choice(other)


def the_same(made: Graph, seed: int, steps: int = 40) -> None:
    """Whatever happens, both ways tell the same and end in the same state, and leave the one before alone."""
    chance = random.Random(seed)  # noqa: S311 - an interleaving, no secret
    long = the_long_way(made)
    state = engine.new(made, "p")
    live = engine.Live.begin(long, "p")
    event: engine.Event = engine.Start({"n": 0})
    for number in range(steps):
        now = NOW + timedelta(hours=number)
        before = copy.deepcopy(state)
        told = []
        for way in (made, long):
            try:
                told.append(engine.step(way, state, event, now))
            except Conflict as refused:
                told.append((state, [{"refused": str(refused)}]))
        assert state == before
        assert told[0] == told[1]
        state, effects = told[0]
        if not any("refused" in each for each in effects):
            assert live.step(event, now) == effects
            assert live.state == state
        event = anything(state, made, chance, number)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 9999))
def test_both_ways_are_the_same_in_random_processes(shapes: Any, seed: int) -> None:
    """Whatever happens to a random process, in whatever order."""
    the_same(graph(drawn(shapes)[0]), seed)


def test_both_ways_are_the_same_where_activities_are_undone_or_given_up() -> None:
    """Activities whose work is no different, but what follows it: compensation, ad-hoc, several tokens."""
    undoing = (
        start() + task("a") + task("undo", more='isForCompensation="true"') + task("b") + end()
        + boundary("c", "a", on("compensate"))
        + '<association id="u" sourceRef="c" targetRef="undo"/>'
        + throw("t", on("compensate"))
        + flows("s>a a>b b>t t>e")
    )  # fmt: skip
    adhoc = (
        start() + end()
        + '<adHocSubProcess id="h">' + task("x") + task("y")
        + "<completionCondition>n > 3</completionCondition></adHocSubProcess>"
        + flows("s>h h>e")
    )  # fmt: skip
    several = (
        start() + end() + gate("parallel", "f") + gate("exclusive", "k", "o")
        + task("two", more='startQuantity="2" completionQuantity="3"') + task("z")
        + flows("s>f f>k f>o k>two o>two two>z z>e")
    )  # fmt: skip
    guarded = (
        start() + end() + end("late")
        + sub("h", start("s1") + task("x") + catch("w", on("message", "m")) + end("e1")
              + flows("s1>x x>w w>e1"))
        + boundary("err", "h", on("error"))
        + boundary("esc", "h", on("escalation"), interrupting=False)
        + flows("s>h h>e err>late esc>late")
    )  # fmt: skip
    for body in (undoing, adhoc, several, guarded):
        made = graph(model(body, DECLARED))
        for seed in range(25):
            the_same(made, seed, steps=15)
