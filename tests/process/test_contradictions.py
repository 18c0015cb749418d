"""Models whose words contradict one another are refused at their element; their good neighbours are not."""

import pytest

from tests.process.drawing import end, flows, gate, model, on, refused, start, sub, task
from tongban.process.bpmn import read

SEVERAL = "<multiInstanceLoopCharacteristics{}>{}</multiInstanceLoopCharacteristics>"
TIMES = "<loopCardinality>3</loopCardinality>"
ENOUGH = "<completionCondition>numberOfCompletedInstances &gt; 1</completionCondition>"
ZEEBE = (
    "<extensionElements><z:loopCharacteristics xmlns:z='http://camunda.org/schema/zeebe/1.0' "
    "inputCollection='=list' inputElement='each' {}/></extensionElements>"
)


def choice(kind: str, one: str, other: str) -> str:
    """A gateway `x` with two ways on which conditions stand."""
    ways = f"s>x x>a[{one}] x>b[{other}] a>e b>e"
    return start() + gate(kind, "x") + task("a") + task("b") + end() + flows(ways)


def repeated(inner: str) -> str:
    """A task `t` that is repeated."""
    return start() + task("t", inner=inner) + end() + flows("s>t t>e")


def handler(more: str) -> str:
    """A process with an event sub-process `h`."""
    inside = start("hs", on("signal", "g")) + task("ht") + end("he") + flows("hs>ht ht>he")
    held = start() + task("t") + end() + flows("s>t t>e")
    return held + sub("h", inside, f'triggeredByEvent="true" {more}')


PAIRS = {
    "ways that are all shut": ("x", choice("exclusive", "false", "false"), choice("exclusive", "false", "n")),
    "ways that are all shut, inclusive": (
        "x",
        choice("inclusive", "${false}", "1>2"),
        choice("inclusive", "${false}", "2>1"),
    ),
    "a number said twice": (
        "t",
        repeated(SEVERAL.format("", TIMES + TIMES)),
        repeated(SEVERAL.format("", TIMES + ENOUGH)),
    ),
    "an end said twice": (
        "t",
        repeated(SEVERAL.format("", TIMES + ENOUGH + ENOUGH)),
        repeated(SEVERAL.format("", TIMES)),
    ),
    "results without a name": (
        "t",
        repeated(SEVERAL.format("", ZEEBE.format("outputElement='=each'"))),
        repeated(SEVERAL.format("", ZEEBE.format("outputElement='=each' outputCollection='all'"))),
    ),
    "results without a value": (
        "t",
        repeated(SEVERAL.format("", ZEEBE.format("outputCollection='all'"))),
        repeated(SEVERAL.format("", ZEEBE.format(""))),
    ),
    "a process that is repeated": (
        "p",
        repeated("") + SEVERAL.format("", TIMES),
        repeated(SEVERAL.format("", TIMES)),
    ),
    "a handler that undoes": ("h", handler('isForCompensation="true"'), handler("")),
    "an expression that is left open": (
        "t",
        start()
        + task("t", more='implementation="order-${id"', what="serviceTask")
        + end()
        + flows("s>t t>e"),
        start()
        + task("t", more='implementation="order-${id}"', what="serviceTask")
        + end()
        + flows("s>t t>e"),
    ),
}


@pytest.mark.parametrize("what", PAIRS)
def test_a_contradiction_is_refused_and_its_neighbour_is_not(what: str) -> None:
    """At its own element; the same model without it is good."""
    element, bad, good = PAIRS[what]
    declared = '<signal id="g" name="gone"/>'
    assert element in refused(model(bad, declared))
    assert read(model(good, declared)).graph is not None


@pytest.mark.parametrize(("said", "fits"), [("Private", True), ("None", True), ("Secret", False)])
def test_a_process_is_of_a_type_of_the_standard(said: str, fits: bool) -> None:  # noqa: FBT001 - a table
    """Public, private or none."""
    drawn = model(repeated("")).replace(b"<process ", f'<process processType="{said}" '.encode())
    assert (read(drawn).graph is not None) is fits
