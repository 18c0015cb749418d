"""Steps per second of the process engine in memory, and what a step costs as a process grows wider.

A process of n parallel tasks between a fork and a join is started and worked to its end. The baseline,
measured in the same run, is what any engine that keeps its state outside must pay at each step: reading and
writing the state as JSON. Run: `python benchmarks/process.py`.
"""

import json
import time
from datetime import UTC, datetime

from tongban.process import engine
from tongban.process.bpmn import read
from tongban.process.graph import Graph

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
WIDTHS = (7, 100, 300)
IN_MEMORY = 1000
"""Instances that are worked in place."""


def fan(width: int) -> Graph:
    """Start, fork, tasks, join, end."""
    tasks = "".join(
        f'<userTask id="t{k}"/><sequenceFlow id="a{k}" sourceRef="f" targetRef="t{k}"/>'
        f'<sequenceFlow id="b{k}" sourceRef="t{k}" targetRef="j"/>'
        for k in range(width)
    )
    graph = read(
        (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
            '<process id="p" isExecutable="true">'
            '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
            '<sequenceFlow id="x" sourceRef="s" targetRef="f"/>'
            '<sequenceFlow id="y" sourceRef="j" targetRef="e"/>'
            f"{tasks}</process></definitions>"
        ).encode()
    ).graph
    if graph is None:
        raise SystemExit("The model of the benchmark was refused.")
    return graph


def worked(graph: Graph) -> tuple[int, int]:
    """One instance from beginning to end: its steps, and the largest state in bytes."""
    state, effects = engine.step(graph, engine.new(graph, "p"), engine.Start(), NOW)
    size = len(json.dumps(state))
    tokens = [each["token"] for each in effects if each["type"] == "work"]
    for token in tokens:
        state, _ = engine.step(graph, state, engine.Complete(token), NOW)
    if state["status"] != "completed":
        raise SystemExit("The instance did not end.")
    return 1 + len(tokens), size


def lived(graph: Graph) -> int:
    """The same in memory, in place; the elements that were completed."""
    live = engine.Live(graph, engine.new(graph, "p"))
    effects = live.step(engine.Start(), NOW)
    count = sum(each["type"] == "completed" for each in effects)
    for token in [each["token"] for each in effects if each["type"] == "work"]:
        count += sum(each["type"] == "completed" for each in live.step(engine.Complete(token), NOW))
    if live.state["status"] != "completed":
        raise SystemExit("The instance did not end.")
    return count


def stored(graph: Graph) -> int:
    """The same number of times, only reading and writing the state when all its tasks are open."""
    state, _ = engine.step(graph, engine.new(graph, "p"), engine.Start(), NOW)
    text = json.dumps(state)
    count = 1 + len(state["tokens"])
    for _ in range(count):
        text = json.dumps(json.loads(text))
    return count


def main() -> None:
    """Print one line of JSON."""
    costs: dict[int, float] = {}
    ratio = size = per_second = live = instances = 0.0
    for width in WIDTHS:
        graph = fan(width)
        rounds = max(1, 2000 // width)
        begun = time.process_time()
        steps = sum(worked(graph)[0] for _ in range(rounds))
        spent = time.process_time() - begun
        begun = time.process_time()
        baseline = sum(stored(graph) for _ in range(rounds))
        base = (time.process_time() - begun) / baseline
        costs[width] = spent / steps
        if width == WIDTHS[0]:
            ratio, size, per_second = base / costs[width], worked(graph)[1], steps / spent
            begun = time.process_time()
            completed = sum(lived(graph) for _ in range(IN_MEMORY))
            spent = time.process_time() - begun
            live, instances = completed / spent, IN_MEMORY / spent
    print(
        json.dumps(
            {
                "benchmark": "process",
                "steps_per_cpu_second": round(per_second),
                "in_memory_instances_per_cpu_second": round(instances),
                "in_memory_transitions_per_cpu_second": round(live),
                "state_bytes": size,
                "microseconds_per_step": {str(width): round(cost * 1e6, 1) for width, cost in costs.items()},
                "widest_to_narrowest": round(costs[WIDTHS[-1]] / costs[WIDTHS[0]], 2),
                "baseline": "reading and writing the state as JSON",
                "ratio": round(ratio, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
