"""Models that somebody broke: there is always an answer, never an accident."""

# ruff: noqa: E501 - a model is read best on one line

import random

import hypothesis.strategies as st
from hypothesis import given, settings

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    condition,
    end,
    flows,
    gate,
    model,
    on,
    start,
    sub,
    task,
    throw,
    timer,
)
from tongban.kernel.errors import TongbanError
from tongban.process import xml
from tongban.process.bpmn import read

_SEVERAL = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
_UNDO = "<compensateEventDefinition/>"
_BODY = (
    start()
    + end()
    + end("e2", on("error", "er"))
    + gate("exclusive", "x", more='default="x-a"')
    + gate("parallel", "f", "j")
    + gate("eventBased", "g")
    + task("a", inner=_SEVERAL)
    + task("b", "u1")
    + task("u", more='isForCompensation="true"')
    + boundary("ub", "b", _UNDO)
    + '<association id="as" sourceRef="ub" targetRef="u"/><dataObject id="d"/>'
    + boundary("tb", "u1", timer("PT1H"), interrupting=False)
    + catch("m1", on("message", "m"))
    + catch("t1", timer("R3/PT1H", "timeCycle"))
    + throw("l", '<linkEventDefinition name="L"/>')
    + catch("k", '<linkEventDefinition name="L"/>')
    + sub("p1", start("s1") + task("c") + end("e1", on("escalation", "es")) + flows("s1>c c>e1"))
    + sub("h", start("hs", condition("n > 1")) + end("he") + flows("hs>he"), 'triggeredByEvent="true"')
    + '<callActivity id="call" calledElement="p"/><scriptTask id="sc" scriptFormat="feel"><script>1 + n</script>'
    "</scriptTask>"
    + flows(
        "s>x x>a x>f[n_>_1] a>g g>m1 g>t1 m1>l t1>call call>e2 f>b f>u1 b>j u1>j tb>sc j>p1 p1>e k>e sc>e"
    )
)
_GOOD = model(_BODY, DECLARED)
_VALUES = ("", " ", "s", "gone", "-1", "true", "P1D", "=", "${", "1 +", "é 公", "x:y:z", "0" * 500)


def _broken(seed: int, times: int) -> bytes:
    """The model with some attributes and elements dropped, doubled, renamed or given another value."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    root = xml.parse(_GOOD).root
    for _ in range(times):
        above = chance.choice([each for each in root.walk() if list(each)])
        element = chance.choice(list(above))
        names = [name for name in element.attributes if not name.startswith("xmlns")]
        match chance.randrange(7):
            case 0:
                above.children.remove(element)
            case 1:
                above.children.append(element)
            case 2 if names:
                del element.attributes[chance.choice(names)]
            case 3 if names:
                element.attributes[chance.choice(names)] = chance.choice(_VALUES)
            case 4 if names:
                other = chance.choice(["id", "sourceRef", "default", "attachedToRef", "odd", "isSequential"])
                element.attributes[other] = element.attributes[chance.choice(names)]
            case 5:
                element.tag = chance.choice(["task", "subProcess", "exclusiveGateway", "magic", "endEvent"])
            case _:
                element.children[:] = [chance.choice(_VALUES)]
    return xml.Document(root).to_bytes()


@given(seed=st.integers(0, 2**32), times=st.integers(1, 6))
@settings(max_examples=150, deadline=None)
def test_a_broken_model_is_told_of(seed: int, times: int) -> None:
    """Whatever is missing, doubled or astray: findings at elements, or a clear error."""
    try:
        reading = read(_broken(seed, times))
    except TongbanError:  # no id, no process: told of the file
        return
    assert reading.refused is any(each.severity == "error" for each in reading.findings)
    assert all(each.element and each.message.endswith((".", "”", ")")) for each in reading.findings)


def test_the_model_was_good() -> None:
    """Before it was broken."""
    reading = read(_GOOD)
    assert reading.graph is not None, [each.to_json() for each in reading.findings]
