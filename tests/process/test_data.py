"""Data on its way through a process: objects, stores, mappings, instances, calls, events; and timers' moments.

Associations follow OMG BPMN 2.0.2, 10.4.2; moments follow ISO 8601, months by the calendar.
"""

# ruff: noqa: E501 - a model is read best on one line

from datetime import datetime
from typing import Any

import pytest

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    condition,
    end,
    flows,
    gate,
    graph,
    model,
    on,
    play,
    start,
    sub,
    task,
    timer,
)
from tongban.process import engine

ENDS = start() + end()
AT = flows("s>t t>e")


def data(identity: str, name: str) -> str:
    """A data object and the reference to it."""
    return f'<dataObject id="d{identity}"/><dataObjectReference id="{identity}" name="{name}" dataObjectRef="d{identity}"/>'


def moved(way: str, source: str, target: str, inner: str = "") -> str:
    """An association from one to the other."""
    ends = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<data{way}Association>{ends}<targetRef>{target}</targetRef>{inner}</data{way}Association>"


def script(identity: str, feel: str, more: str = "", inner: str = "") -> str:
    """A script in FEEL."""
    return (
        f'<scriptTask id="{identity}" scriptFormat="feel" {more}>{inner}<script>{feel}</script></scriptTask>'
    )


def io(*pairs: str) -> str:
    """What an activity says it takes and gives: `in x=name`, `out y=name`."""
    made = ""
    for pair in pairs:
        way, _, rest = pair.partition(" ")
        identity, _, name = rest.partition("=")
        made += f'<data{"Input" if way == "in" else "Output"} id="{identity}" name="{name}"/>'
    return f"<ioSpecification>{made}</ioSpecification>"


def each(inner: str, turn: str = "false") -> str:
    """For each person, with a verdict each."""
    return f'<multiInstanceLoopCharacteristics isSequential="{turn}">{inner}<inputDataItem id="it" name="p"/><outputDataItem id="ot" name="v"/></multiInstanceLoopCharacteristics>'


def assigned(source: str, target: str) -> str:
    """An assignment."""
    return f"<assignment><from>{source}</from><to>{target}</to></assignment>"


OBJECTS = data("pr", "people") + data("rr", "results")
BY_DATA = each("<loopDataInputRef>pr</loopDataInputRef><loopDataOutputRef>rr</loopDataOutputRef>")
BY_INPUT = (
    io("in din=persons", "out dout=found") + moved("Input", "pr", "din") + moved("Output", "dout", "rr")
)
BY_INPUT += each("<loopDataInputRef>din</loopDataInputRef><loopDataOutputRef>dout</loopDataOutputRef>")
TURN = ('isSequential="false"', 'isSequential="true"')
PEOPLE = {"people": ["Li", "Wang"]}
VERDICTS = {"t": [{"set": {"v": 1}}, {"set": {"v": 2}}]}
GIVES = start("qs") + script("qt", "{result: amount * 2, extra: 1}") + end("qe") + flows("qs>qt qt>qe")
CALLED = f'<process id="q" isExecutable="true">{GIVES}</process>'
CALLS = '<callActivity id="t" calledElement="q">{}</callActivity>' + AT
PAYLOAD = '<dataOutput id="do" name="order"/>' + moved("Output", "do", "kr")
KEPT = data("kr", "kept")
PAID = [{"name": "paid", "at": 5, "set": {"order": 7}}]
ZEEBE = '<extensionElements><zeebe:ioMapping><zeebe:input source="=n" target="amount"/><zeebe:output source="=result" target="total"/></zeebe:ioMapping></extensionElements>'
CAMUNDA = '<extensionElements><camunda:in source="n" target="amount"/><camunda:out source="result" target="total"/></extensionElements>'

Row = tuple[str, dict[str, Any], dict[str, Any]]
"""The body of a process, the script, and the variables when it is completed."""
CASES: dict[str, Row] = {
    "an assignment computes what goes in and out": (ENDS + data("r", "total") + task("t", inner=io("in in1=in1") + moved("Input", "", "in1", assigned("n + 1", "in1")) + moved("Output", "", "r", assigned("answer * in1", "r"))) + AT, {"variables": {"n": 1}, "answers": {"t": [{"set": {"answer": 5}}]}}, {"n": 1, "answer": 5, "total": 10}),
    "several assignments of one association": (ENDS + data("r", "total") + task("t", inner=moved("Output", "", "r", assigned("1", "first") + assigned("first + 1", "r"))) + AT, {"variables": {"first": 5}}, {"first": 1, "total": 6}),
    "a transformation on the way": (ENDS + data("nr", "n") + data("r", "total") + script("t", "{res: amount + 1}", inner=io("in i=amount", "out o=res") + moved("Input", "nr", "i", "<transformation>n * 3</transformation>") + moved("Output", "o", "r")) + AT, {"variables": {"n": 1}}, {"n": 1, "res": 4, "total": 4}),
    "what goes in is seen inside only": (ENDS + data("nr", "n") + script("t", "{res: local}", inner=io("in i=local") + moved("Input", "nr", "i")) + AT, {"variables": {"n": 1}}, {"n": 1, "res": 1}),
    "a store is named by itself": (ENDS + '<dataStoreReference id="sr" dataStoreRef="st"/>' + task("t", inner=moved("Output", "x", "sr")) + AT, {"answers": {"t": [{"set": {"x": 1}}]}}, {"x": 1, "register": 1}),
    "an arrow of an editor moves nothing": (ENDS + data("nr", "n") + task("t", inner='<property id="pp" name="__targetRef_placeholder"/>' + moved("Input", "nr", "pp")) + AT, {"variables": {"n": 1}}, {"n": 1}),
    "a message that begins fills a data object": (start("s", PAYLOAD + on("message", "m")) + KEPT + end() + flows("s>e"), {"messages": PAID}, {"order": 7, "kept": 7}),
    "a message in between": (ENDS + KEPT + catch("t", PAYLOAD + on("message", "m")) + AT, {"messages": PAID}, {"order": 7, "kept": 7}),
    "a message at the border": (ENDS + KEPT + end("eb") + task("t") + boundary("b", "t", PAYLOAD + on("message", "m")) + AT + flows("b>eb"), {"messages": PAID, "answers": {"t": [{"never": True}]}}, {"order": 7, "kept": 7}),
    "a quiet message again and again": (ENDS + KEPT + end("eb") + task("t") + boundary("b", "t", PAYLOAD + on("message", "m"), interrupting=False) + AT + flows("b>eb"), {"messages": [*PAID, {"name": "paid", "at": 9, "set": {"order": 8}}], "answers": {"t": [{"after": "P1D"}]}}, {"order": 8, "kept": 8}),
    "a message with a mapping leaves only what is mapped": (ENDS + catch("t", '<extensionElements><zeebe:ioMapping><zeebe:output source="=order" target="kept"/></zeebe:ioMapping></extensionElements>' + on("message", "m")) + AT, {"messages": PAID}, {"kept": 7}),
    "an event sub-process has what the message brought": (start() + task("t") + end() + AT + sub("v", start("vs", on("message", "m")) + script("w", "{twice: order * 2}") + end("ve") + flows("vs>w w>ve"), 'triggeredByEvent="true"'), {"messages": PAID, "answers": {"t": [{"never": True}]}}, {"order": 7, "twice": 14}),
    "instances at once by data objects": (ENDS + OBJECTS + task("t", inner=BY_DATA) + AT, {"variables": PEOPLE, "answers": VERDICTS}, PEOPLE | {"results": [1, 2]}),
    "instances in turn by data objects": (ENDS + OBJECTS + task("t", inner=BY_DATA.replace(*TURN)) + AT, {"variables": PEOPLE, "answers": VERDICTS}, PEOPLE | {"results": [1, 2]}),
    "instances by declared inputs": (ENDS + OBJECTS + task("t", inner=BY_INPUT) + AT, {"variables": PEOPLE, "answers": VERDICTS}, PEOPLE | {"results": [1, 2]}),
    "instances that answer in another order": (ENDS + OBJECTS + task("t", inner=BY_DATA) + AT, {"variables": PEOPLE, "answers": {"t": [{"after": "PT2H", "set": {"v": 1}}, {"after": "PT1H", "set": {"v": 2}}]}}, PEOPLE | {"results": [1, 2]}),
    "an instance without a result": (ENDS + OBJECTS + task("t", inner=BY_DATA) + AT, {"variables": PEOPLE, "answers": {"t": [{"set": {"v": 1}}]}}, PEOPLE | {"results": [1, None]}),
    "no instances, no results": (ENDS + OBJECTS + task("t", inner=BY_DATA) + AT, {"variables": {"people": []}}, {"people": [], "results": []}),
    "instances of a sub-process do not see one another": (ENDS + OBJECTS + sub("t", BY_DATA + start("s1") + task("w") + script("c", "{v: p + string(loopCounter)}") + end("e1") + flows("s1>w w>c c>e1")) + AT, {"variables": PEOPLE}, PEOPLE | {"results": ["Li1", "Wang2"]}),
    "instances of a call": (ENDS + OBJECTS + f'<callActivity id="t" calledElement="q">{BY_DATA}</callActivity>' + AT, {"variables": {"people": [1, 2], "amount": 4, "v": 0}}, {"people": [1, 2], "amount": 4, "v": 0, "result": 8, "extra": 1, "results": [None, None]}),
    "what the instances know of their number": (ENDS + sub("t", "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>" + start("s1") + script("c", "{n: numberOfInstances, k: nrOfActiveInstances}") + end("e1") + flows("s1>c c>e1")) + AT, {}, {"n": 2, "k": 2}),
    "as many instances as the data say": (ENDS + task("t", inner="<multiInstanceLoopCharacteristics><loopCardinality>count(people)</loopCardinality></multiInstanceLoopCharacteristics>") + AT, {"variables": PEOPLE, "answers": {"t": [{}, {"set": {"last": True}}]}}, PEOPLE | {"last": True}),
    "a loop that counts": (ENDS + sub("t", '<standardLoopCharacteristics testBefore="true"><loopCondition>n &lt; 3</loopCondition></standardLoopCharacteristics>' + start("s1") + script("c", "{n: n + 1}") + end("e1") + flows("s1>c c>e1")) + AT, {"variables": {"n": 0}}, {"n": 3}),
    "a call with declared inputs and outputs is closed": (ENDS + data("nr", "n") + data("r", "total") + CALLS.format(io("in ci=amount", "out co=result") + moved("Input", "nr", "ci") + moved("Output", "co", "r")), {"variables": {"n": 4}}, {"n": 4, "total": 8}),
    "a call with assignments": (ENDS + data("r", "total") + CALLS.format(io("in ci=amount", "out co=result") + moved("Input", "", "ci", assigned("n + 1", "ci")) + moved("Output", "", "r", assigned("result", "r"))), {"variables": {"n": 4}}, {"n": 4, "total": 10}),
    "a call with the mappings of one vendor": (ENDS + CALLS.format(ZEEBE), {"variables": {"n": 4}}, {"n": 4, "total": 8}),
    "a call with those of another": (ENDS + CALLS.format(CAMUNDA), {"variables": {"n": 4}}, {"n": 4, "total": 8}),
    "a call without mappings shares everything": (ENDS + CALLS.format(""), {"variables": {"amount": 4}}, {"amount": 4, "result": 8, "extra": 1}),
    "undoing sets things right": (ENDS + task("t") + boundary("bt", "t", "<compensateEventDefinition/>") + task("u", more='isForCompensation="true"') + '<association id="as" sourceRef="bt" targetRef="u"/><intermediateThrowEvent id="th"><compensateEventDefinition/></intermediateThrowEvent>' + flows("s>t t>th th>e"), {"answers": {"t": [{"set": {"n": 1}}], "u": [{"set": {"n": 0}}]}}, {"n": 0}),
    "undoing knows the instance that it undoes": (ENDS + OBJECTS + sub("t", each("<loopDataInputRef>pr</loopDataInputRef>", "true") + start("s1") + task("w") + boundary("bw", "w", "<compensateEventDefinition/>") + script("u", "{undone: append(undone, p)}", 'isForCompensation="true"') + '<association id="as" sourceRef="bw" targetRef="u"/>' + end("e1") + flows("s1>w w>e1")) + '<intermediateThrowEvent id="th"><compensateEventDefinition/></intermediateThrowEvent>' + flows("s>t t>th th>e"), {"variables": PEOPLE | {"undone": []}}, PEOPLE | {"undone": ["Wang", "Li"]}),
    "an error brings data": (ENDS + end("eb") + task("t") + boundary("b", "t", on("error")) + AT + flows("b>eb"), {"answers": {"t": [{"error": "E1", "set": {"why": "late"}}]}}, {"why": "late"}),
    "a condition sees what a script set": (ENDS + gate("parallel", "f", "j") + catch("c", condition("n > 1")) + script("t", "{n: 2}") + flows("s>f f>c f>t c>j t>j j>e"), {}, {"n": 2}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_data_comes_where_it_belongs(name: str) -> None:
    """The variables at the end, none missing and none too many."""
    body, given, expected = CASES[name]
    outcome = play(
        model(body, DECLARED + '<dataStore id="st" name="register"/>' + CALLED, process="p"),
        process="p",
        **given,
    )
    assert (outcome.status, outcome.variables) == ("completed", expected)


JANUARY = "2026-01-31T09:00:00+08:00"
MOMENTS: list[tuple[str, str, str, list[str]]] = [
    # kind, text, from, and in UTC when it is due (at most four times)
    ("Duration", "P1M", JANUARY, ["2026-02-28T01:00"]),
    ("Duration", "P1M", "2024-01-31T09:00:00+08:00", ["2024-02-29T01:00"]),
    ("Duration", "P1Y", "2024-02-29T09:00:00+08:00", ["2025-02-28T01:00"]),
    ("Duration", "P2W", JANUARY, ["2026-02-14T01:00"]),
    ("Duration", "P1DT12H", JANUARY, ["2026-02-01T13:00"]),
    ("Duration", "P1Y2M10DT2H30M", "2026-01-05T09:00:00+08:00", ["2027-03-15T03:30"]),
    ("Duration", "-PT5M", JANUARY, ["2026-01-31T01:00"]),
    ("Duration", "P1M", "2026-01-31T23:30:00Z", ["2026-02-28T23:30"]),  # 1 February in Shanghai
    ("Date", "2026-03-02T09:00:00+01:00", JANUARY, ["2026-03-02T08:00"]),
    ("Date", "2026-03-02T09:00:00Z", JANUARY, ["2026-03-02T09:00"]),
    ("Date", "2026-03-02T09:00:00-05:30", JANUARY, ["2026-03-02T14:30"]),
    ("Date", "2026-03-02T09:00:00", JANUARY, ["2026-03-02T01:00"]),
    ("Date", "2026-03-02T09:00", JANUARY, ["2026-03-02T01:00"]),
    ("Date", "2026-03-02", JANUARY, ["2026-03-01T16:00"]),
    ("Date", "2020-01-01T00:00:00Z", JANUARY, ["2026-01-31T01:00"]),
    ("Cycle", "R3/PT10M", JANUARY, ["2026-01-31T01:10", "2026-01-31T01:20", "2026-01-31T01:30"]),
    ("Cycle", "R0/PT10M", JANUARY, []),
    ("Cycle", "R/PT1H", JANUARY, ["2026-01-31T02:00", "2026-01-31T03:00", "2026-01-31T04:00", "2026-01-31T05:00"]),
    ("Cycle", "R3/P1M", JANUARY, ["2026-02-28T01:00", "2026-03-31T01:00", "2026-04-30T01:00"]),
    ("Cycle", "R3/2026-02-28T09:00:00+08:00/P1Y", JANUARY, ["2026-02-28T01:00", "2027-02-28T01:00", "2028-02-28T01:00"]),
    ("Cycle", "R3/2026-03-31T09:00:00+08:00/P1M", JANUARY, ["2026-03-31T01:00", "2026-04-30T01:00", "2026-05-31T01:00"]),
    ("Cycle", "R5/PT10M/2026-01-31T09:25:00+08:00", JANUARY, ["2026-01-31T01:10", "2026-01-31T01:20"]),
    ("Cycle", "R2/2026-02-01T00:00:00Z/2026-02-03T00:00:00Z", JANUARY, ["2026-02-01T00:00", "2026-02-03T00:00"]),
    ("Cycle", "R2/2020-01-01T00:00:00Z/P1M", JANUARY, ["2026-01-31T01:00", "2026-02-28T01:00"]),
    ("Duration", "P3WD", "2026-02-13T09:00:00+08:00", ["2026-02-25T16:00"]),  # over the Spring Festival
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "begin", "expected"), MOMENTS)
def test_a_timer_is_due_when_iso_8601_says(kind: str, text: str, begin: str, expected: list[str]) -> None:
    """Beside work that lasts: each moment at which it fires."""
    body = ENDS + end("eb") + task("t") + AT + flows("b>eb")
    drawn = graph(model(body + boundary("b", "t", timer("when", f"time{kind}"), interrupting=False)))
    now = datetime.fromisoformat(begin)
    state, _ = engine.step(drawn, engine.new(drawn, "p"), engine.Start({"when": text}), now)
    fired: list[str] = []
    while len(fired) < 4 and (due := engine.next_due(state)) is not None:
        state, effects = engine.step(drawn, state, engine.Tick(), due)
        assert [each["element"] for each in effects] == ["b", "eb"]
        fired.append(f"{due:%Y-%m-%dT%H:%M}")
    assert fired == expected


X = '<dataObject id="d" name="x"/>'
"""Data that belong to whatever holds them."""
INSIDE = start("us") + task("t") + end("ue")


def test_data_of_a_sub_process_are_seen_only_in_it() -> None:
    """They are gone with it, and what has their name around it stays as it was."""
    choice = gate("exclusive", "g", more='default="g-n"') + task("y", "n")
    body = X + INSIDE + choice + flows("us>t t>g g>y[x=1] g>n y>ue n>ue")
    given = {"t": [{"set": {"x": 1}}]}
    alone = play(model(ENDS + sub("u", body) + flows("s>u u>e")), answers=given)
    assert ("y" in alone.trace, alone.variables) == (True, {})
    outer = X.replace('"d"', '"o"')
    hidden = play(model(ENDS + outer + sub("u", body) + flows("s>u u>e")), answers=given, variables={"x": 7})
    assert ("y" in hidden.trace, hidden.variables) == (True, {"x": 7})


def test_each_instance_of_a_sub_process_has_data_of_its_own() -> None:
    """What one instance sets, the others do not see; what they give is gathered from each."""
    often = (
        '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality>'
        "<loopDataOutputRef>all</loopDataOutputRef><outputDataItem id='x1' name='x'/></multiInstanceLoopCharacteristics>"
    )
    outcome = play(
        model(ENDS + '<dataObject id="all"/>' + sub("u", X + often + INSIDE + flows("us>t t>ue")) + flows("s>u u>e")),
        answers={"t": [{"set": {"x": 1}}, {}, {"set": {"x": 3}}]},
    )  # fmt: skip
    assert (outcome.status, outcome.variables) == ("completed", {"all": [1, None, 3]})


def test_data_may_begin_with_a_value() -> None:
    """As the engines that write it take it: of its type, and never instead of what the instance was given."""
    first = (
        '<dataObject id="d" name="x" itemSubjectRef="xsd:int"><extensionElements>'
        '<f:value xmlns:f="http://flowable.org/bpmn">5</f:value></extensionElements></dataObject>'
    )
    said = model(ENDS + first + flows("s>e")).replace(
        b"<definitions ", b'<definitions xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    )
    assert play(said).variables == {"x": 5}
    assert play(said, variables={"x": 6}).variables == {"x": 6}


def test_references_to_one_object_mean_one_thing() -> None:
    """An object drawn twice, in different states, is still one."""
    body = (
        '<dataObject id="d" name="x"/><dataObjectReference id="r1" name="x new" dataObjectRef="d"/>'
        '<dataObjectReference id="r2" name="x done" dataObjectRef="d"/>'
    )
    giving, taking = moved("Output", "a", "r1"), moved("Input", "r2", "b")
    drawn = ENDS + body + task("t", inner=giving) + task("v", inner=taking + moved("Output", "b", "r2"))
    outcome = play(model(drawn + flows("s>t t>v v>e")), answers={"t": [{"set": {"a": 4}}]})
    assert (outcome.status, outcome.variables["x"]) == ("completed", 4)
