"""What waits at a join for ever: told once, tried again honestly, led on by hand."""

import datetime as dt
from typing import Any

import pytest

from tests.process.drawing import end, flows, gate, graph, model, start, task
from tongban.kernel.calendar import official
from tongban.kernel.errors import Conflict
from tongban.process import engine

NOW = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
BODY = (
    start()
    + end()
    + end("e2")
    + gate("exclusive", "x", "y", "z", "w")
    + gate("parallel", "f", "j", "k")
    + task("a", "b", "c")
    + flows("s>f f>x f>y f>z f>w x>j[p] x>e2[not(p)] y>a[q] y>e2[not(q)] a>j j>b b>e")
    + flows("w>c[p] w>e2[not(p)] c>k z>k[q] z>e2[not(q)] k>e")
)
GRAPH = graph(model(BODY))


def step(state: Any, event: engine.Event) -> tuple[Any, list[Any]]:
    """One step at a time that does not matter."""
    return engine.step(GRAPH, state, event, NOW, official())


@pytest.fixture
def stuck() -> Any:
    """Two joins wait for a branch that the data never brought."""
    state, _ = step(engine.new(GRAPH, "p"), engine.Start({"p": True, "q": False}))
    [token] = [name for name, held in state["tokens"].items() if held["node"] == "c"]
    state, _ = step(state, engine.Complete(token))
    assert sorted(each["element"] for each in state["incidents"]) == ["j", "k"]
    return state


def test_a_retry_that_changes_nothing_solves_nothing(stuck: Any) -> None:
    """The join still misses its branch: the same incident anew, and the other one is left alone."""
    [held] = [each for each in stuck["incidents"] if each["element"] == "j"]
    state, effects = step(stuck, engine.Retry(held["id"]))
    assert sorted(each["element"] for each in state["incidents"]) == ["j", "k"]
    assert "solved" not in {each["type"] for each in effects}


def test_what_waits_at_a_join_goes_on_behind_it_or_elsewhere(stuck: Any) -> None:
    """Moved, the join's incident is gone; the other join is told of again once nothing else runs."""
    state, effects = step(stuck, engine.Move("j", "j"))
    assert {each["type"] for each in effects} >= {"moved", "solved"}
    assert [each["element"] for each in state["incidents"]] == ["k"]
    [(token, held)] = state["tokens"].items()
    assert held["node"] == "b"
    state, _ = step(state, engine.Complete(token))
    assert [each["element"] for each in state["incidents"]] == ["k"]
    state, _ = step(state, engine.Move("k", "e"))
    assert state["status"] == "completed"
    assert state["incidents"] == []


@pytest.mark.parametrize("target", ["nowhere", "k", "s"])
def test_it_goes_nowhere_where_the_thread_would_be_lost(stuck: Any, target: str) -> None:
    """Not into another join, a start, or an element that there is not; and from no join without tokens."""
    with pytest.raises(Conflict):
        step(stuck, engine.Move("j", target))
    with pytest.raises(Conflict):
        step(stuck, engine.Move("f", "b"))
