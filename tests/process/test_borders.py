"""Events at the border of work and event sub-processes: every kind, at every kind of activity.

Work lasts a day; the event comes after two hours. What is expected follows from OMG BPMN 2.0.2, 10.5.4 and
13.5: an interrupting event takes the only way on, a quiet one goes beside, and what was interrupted is never
completed.
"""

# ruff: noqa: E501 - a model is read best on one line

from typing import Any

import pytest

from tests.process.drawing import (
    DECLARED,
    boundary,
    condition,
    end,
    flows,
    gate,
    model,
    on,
    start,
    sub,
    task,
    timer,
    trace,
)

DAY, SOON = timer("P1D"), "PT2H"
SEVERAL = "<multiInstanceLoopCharacteristics {}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
TWICE = SEVERAL.format("")
INNER = start("s1") + task("w") + end("e1") + flows("s1>w w>e1")
CALLED = f'<process id="q" isExecutable="true">{INNER}</process>'
LONG: dict[str, Any] = {"w": [{"after": "P1D"}] * 2}

HOSTS = {
    "task": (task("w"), "w", "", "w"),
    "receive task": ('<receiveTask id="w" messageRef="m9"/>', "w", "", "w"),
    "sub-process": (sub("h", INNER), "h", "s1", "w e1 h"),
    "in a sub-process": (sub("h", start("s0") + sub("h2", INNER) + end("e0") + flows("s0>h2 h2>e0")), "h", "s0 s1", "w e1 h2 e0 h"),
    "transaction": (sub("h", INNER, what="transaction"), "h", "s1", "w e1 h"),
    "call": ('<callActivity id="h" calledElement="q"/>', "h", "s1", "w e1 h"),
    "instances": (task("w", inner=TWICE), "w", "", "w w"),
    "instances in turn": (task("w", inner=SEVERAL.format('isSequential="true"')), "w", "", "w w"),
    "instances of a sub-process": (sub("h", TWICE + INNER), "h", "s1 s1", "w e1 h w e1 h"),
    "loop": (task("w", inner='<standardLoopCharacteristics loopMaximum="2"/>'), "w", "", "w w"),
}  # fmt: skip
"""What the event is attached to: its drawing, its id, what is completed before and after the event."""

EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "message": (on("message", "m"), {"messages": [{"name": "paid", "at": SOON}]}),
    "timer": (timer(SOON), {}),
    "date": (timer("2026-01-05T11:00:00+08:00", "timeDate"), {}),
    "cycle": (timer(f"R1/{SOON}", "timeCycle"), {}),
    "signal": (on("signal", "sg"), {"signals": [{"name": "alarm", "at": SOON}]}),
    "condition": (condition("flag"), {"answers": {"k": [{"after": SOON, "set": {"flag": True}}]}}),
    "several": (on("message", "m") + on("signal", "sg"), {"signals": [{"name": "alarm", "at": SOON}]}),
    "error": (on("error", "er"), {"answers": {"w": [{"after": SOON, "error": "E1"}, {"after": "P1D"}]}}),
    "any error": (on("error"), {"answers": {"w": [{"after": SOON, "error": "E1"}, {"after": "P1D"}]}}),
    "escalation": (on("escalation", "es"), {"answers": {"w": [{"after": SOON, "escalation": "X1"}, {"after": "P1D"}]}}),
}  # fmt: skip


CELLS = [(kind, True) for kind in EVENTS] + [(kind, False) for kind in EVENTS if "error" not in kind]
"""An error always interrupts."""


def told(body: str, script: dict[str, Any], beside: str = "") -> list[str]:
    """The run, without the fork and the task beside, which only a condition needs."""
    given: dict[str, Any] = {"messages": [], "answers": {}} | script
    given["answers"] = LONG | given["answers"]
    given["messages"] = [*given["messages"], {"name": "done", "at": "P1D"}]
    ran = trace(model(body, DECLARED + '<message id="m9" name="done"/>' + beside), **given).split()
    return [each for each in ran if each not in {"f", "k", "ek"}]


@pytest.mark.parametrize(("kind", "interrupting"), CELLS)
def test_an_event_at_the_border(kind: str, interrupting: bool) -> None:  # noqa: FBT001 - a cell of the table
    """Interrupting, it is the only way on; quiet, its way goes beside and the work ends as it would."""
    definition, script = EVENTS[kind]
    ran, expected = {}, {}
    for host, (drawn, name, before, after) in HOSTS.items():
        if host == "receive task" and kind in {"error", "any error", "escalation"}:
            continue  # nobody works on it
        body = start() + gate("parallel", "f") + task("k", "x") + end("ek") + end("eb") + end()
        body += drawn + boundary("b", name, definition, interrupting=interrupting)
        body += flows(f"s>f f>k k>ek f>{name} {name}>e b>x x>eb")
        ran[host] = told(body, script, CALLED if host == "call" else "")
        expected[host] = f"s {before} b x eb {'' if interrupting else after + ' e'}".split()
        if kind == "escalation" and not interrupting:  # who raises a hand is done with its own work at once
            place = len(f"s {before} b".split())
            ran[host], expected[host] = (
                [*each[:place], *sorted(each[place:])] for each in (ran[host], expected[host])
            )
    assert ran == expected


@pytest.mark.parametrize(("kind", "interrupting"), CELLS)
def test_an_event_sub_process(kind: str, interrupting: bool) -> None:  # noqa: FBT001 - a cell of the table
    """Interrupting, it takes the place of what its scope does; quiet, its scope waits for it."""
    definition, script = EVENTS[kind]
    said = f'isInterrupting="{str(interrupting).lower()}"'
    handler = start("vs", definition, said) + task("x") + end("ve") + flows("vs>x x>ve")
    handler = sub("v", handler, 'triggeredByEvent="true"')
    fork = start("s1") + gate("parallel", "f") + task("k") + end("ek") + end("e1")
    flat = fork + task("w") + flows("s1>f f>w f>k k>ek w>e1") + handler
    deep = fork + sub("h2", start("s0") + task("w") + end("e0") + flows("s0>w w>e0"))
    deep += flows("s1>f f>h2 f>k k>ek h2>e1") + handler
    outer = start() + end() + flows("s>h h>e")
    scopes = {
        "process": (flat, "", "s1", "w e1", ""),
        "sub-process": (outer + sub("h", flat), "", "s s1", "w e1", "h e"),
        "transaction": (outer + sub("h", flat, what="transaction"), "", "s s1", "w e1", "h e"),
        "called": (outer + '<callActivity id="h" calledElement="q"/>', f'<process id="q" isExecutable="true">{flat}</process>', "s s1", "w e1", "h e"),
        "deep": (outer + sub("h", deep), "", "s s1 s0", "w e0 h2 e1", "h e"),
    }  # fmt: skip
    ran, expected = {}, {}
    for name, (body, beside, before, done, after) in scopes.items():
        ran[name] = told(body, script, beside)
        expected[name] = f"{before} vs x ve v {'' if interrupting else done} {after}".split()
        if kind == "escalation" and not interrupting:
            ran[name], expected[name] = sorted(ran[name]), sorted(expected[name])
    assert ran == expected
