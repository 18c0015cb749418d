"""The process engine beside SpiffWorkflow, in memory and durable, and what a step costs as a process widens.

A process of n parallel tasks between a fork and a join is started and worked to its end (`_models.fan`).
Both engines read the same XML. They work by turns and are measured in processor time, so that what else the
machine does falls on both. A step on plain state is measured beside what any engine that keeps its state
outside must pay at each step: reading and writing the state as JSON. Durable steps are measured as `_durable`
says; FEEL, which decides on the ways, as `_feel` says. Run: `python benchmarks/process.py`.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import _durable
import _feel
import _models
import _peers

from tongban.process import engine
from tongban.process.bpmn import read
from tongban.process.graph import Graph

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
WIDTHS = (7, 100, 300)
VALUES = {"approved": True}
SLICE = 0.5
"""Seconds of processor time that each side works before it is the other's turn."""
SLICES = 5


def graph_of(width: int) -> Graph:
    """The process graph of the model."""
    graph = read(_models.fan(width).encode()).graph
    if graph is None:
        raise SystemExit("The model of the benchmark was refused.")
    return graph


def worked(graph: Graph) -> tuple[int, int]:
    """One instance from beginning to end: its steps, and the largest state in bytes."""
    state, effects = engine.step(graph, engine.new(graph, "p"), engine.Start(VALUES), NOW)
    size = len(json.dumps(state))
    tokens = [each["token"] for each in effects if each["type"] == "work"]
    for token in tokens:
        state, _ = engine.step(graph, state, engine.Complete(token), NOW)
    if state["status"] != "completed":
        raise SystemExit("The instance did not end.")
    return 1 + len(tokens), size


def lived(graph: Graph) -> None:
    """The same in memory, in place."""
    live = engine.Live.begin(graph, "p")
    for effect in live.step(engine.Start(VALUES), NOW):
        if effect["type"] == "work":
            live.step(engine.Complete(effect["token"]), NOW)
    if live.state["status"] != "completed":
        raise SystemExit("The instance did not end.")


def stored(graph: Graph) -> int:
    """The same number of times, only reading and writing the state when all its tasks are open."""
    state, _ = engine.step(graph, engine.new(graph, "p"), engine.Start(VALUES), NOW)
    text = json.dumps(state)
    count = 1 + len(state["tokens"])
    for _ in range(count):
        text = json.dumps(json.loads(text))
    return count


def spiffed(spiff: _peers.Spiff) -> None:
    """The same instance in memory by SpiffWorkflow."""
    workflow = spiff.begin(VALUES)
    for task in spiff.tasks(workflow):
        spiff.complete(workflow, task)
    if not workflow.is_completed():
        raise SystemExit("The instance of SpiffWorkflow did not end.")


def per_second(work: Callable[[], object]) -> float:
    """How often something is done in a second of processor time."""
    gc.collect()  # nobody pays for what the other left behind
    count, more, begun = 0, 1, time.process_time()
    while (spent := time.process_time() - begun) < SLICE:
        for _ in range(more):
            work()
        count += more
        more = max(1, count // 20)  # reading this clock is dear
    return count / spent


def in_memory() -> dict[str, Any]:
    """Whole instances per second of processor time, ours and SpiffWorkflow's, by turns."""
    graph = graph_of(WIDTHS[0])
    transitions = WIDTHS[0] + 5
    if _peers.missing("SpiffWorkflow"):
        ours = statistics.median(per_second(lambda: lived(graph)) for _ in range(SLICES))
        theirs = None
    else:
        spiff = _peers.Spiff(_models.fan(WIDTHS[0]))
        turns = [
            (per_second(lambda: lived(graph)), per_second(lambda: spiffed(spiff))) for _ in range(SLICES)
        ]
        ours, theirs = (statistics.median(each) for each in zip(*turns, strict=True))
    return {
        "benchmark": "process.in_memory",
        "instances_per_cpu_second": round(ours),
        "transitions_per_cpu_second": round(ours * transitions),
        "baseline": "SpiffWorkflow in memory, the same XML",
        "baseline_per_cpu_second": theirs and round(theirs, 1),
        "ratio": theirs and round(ours / theirs, 1),
    }


def on_plain_state() -> dict[str, Any]:
    """The cost of a step on state that is kept elsewhere, at three widths."""
    costs: dict[int, float] = {}
    ratio = size = 0.0
    for width in WIDTHS:
        graph = graph_of(width)
        rounds = max(1, 2000 // width)
        begun = time.process_time()
        steps = sum(worked(graph)[0] for _ in range(rounds))
        costs[width] = (time.process_time() - begun) / steps
        begun = time.process_time()
        baseline = sum(stored(graph) for _ in range(rounds))
        if width == WIDTHS[0]:
            ratio = (time.process_time() - begun) / baseline / costs[width]
            size = worked(graph)[1]
    return {
        "benchmark": "process.plain_state",
        "steps_per_cpu_second": round(1 / costs[WIDTHS[0]]),
        "state_bytes": size,
        "microseconds_per_step": {str(width): round(cost * 1e6, 1) for width, cost in costs.items()},
        "widest_to_narrowest": round(costs[WIDTHS[-1]] / costs[WIDTHS[0]], 2),
        "baseline": "reading and writing the state as JSON",
        "ratio": round(ratio, 3),
    }


def main() -> None:
    """Print one line of JSON for each."""
    print(json.dumps(in_memory()), flush=True)
    print(json.dumps(on_plain_state()), flush=True)
    for line in _durable.lines():
        print(json.dumps(line), flush=True)
    _feel.beside_python()
    _feel.beside_zen()


if __name__ == "__main__":
    main()
