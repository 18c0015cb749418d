"""Every way that we know of in which a model cannot mean what it says; each is refused at its element.

The names say what is wrong. What a message has to say is tested in `test_refusals`.
"""

# ruff: noqa: E501 - a model is read best on one line

from collections.abc import Callable

import pytest

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
)  # fmt: skip
from tongban.process.bpmn import read

ENDS = start() + end()
LINE = ENDS + task("t") + flows("s>t t>e")
UNDO = "<compensateEventDefinition/>"


def waits(inner: str) -> str:
    """A process that waits for an event `c`."""
    return ENDS + catch("c", inner) + flows("s>c c>e")


def throws(inner: str) -> str:
    """A process that throws an event `c`."""
    return ENDS + throw("c", inner) + flows("s>c c>e")


def works(inner: str, what: str = "userTask", more: str = "") -> str:
    """A process of one activity `t`."""
    return ENDS + task("t", inner=inner, more=more, what=what) + flows("s>t t>e")


def bordered(inner: str, interrupting: bool = True) -> str:  # noqa: FBT001, FBT002 - read in a table
    """A task `t` with an event `b` at its border."""
    return (
        LINE
        + boundary("b", "t", inner, interrupting=interrupting)
        + task("bt")
        + end("be")
        + flows("b>bt bt>be")
    )


def beside(first: str) -> str:
    """An event sub-process `h` that begins with `first`, whose id is `hs`."""
    return LINE + sub("h", first + end("he") + flows("hs>he"), 'triggeredByEvent="true"')


def flow(identity: str, source: str, target: str, inner: str = "") -> str:
    """A sequence flow under its own name."""
    return f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def when(text: str, more: str = "") -> str:
    """A condition as it stands."""
    return f"<conditionExpression {more}>{text}</conditionExpression>"


def several(inner: str, more: str = "") -> str:
    """A multi-instance activity."""
    return f"<multiInstanceLoopCharacteristics {more}>{inner}</multiInstanceLoopCharacteristics>"


def clock(inner: str) -> str:
    """A timer with whatever in it."""
    return f"<timerEventDefinition>{inner}</timerEventDefinition>"


def choice(first: str, second: str, more: str = "") -> str:
    """A gateway `x` before two tasks `a` and `b`."""
    return ENDS + gate("exclusive", "x", more=more) + task("a", "b") + first + second + flows("s>x a>e b>e")


CASES: dict[str, tuple[str, ...]] = {
    "flow no source": (LINE + '<sequenceFlow id="f" targetRef="e"/>', "f"),
    "flow empty target": (LINE + '<sequenceFlow id="f" sourceRef="s" targetRef=""/>', "f"),
    "flow same source & target gateway": (ENDS + gate("exclusive", "x", more='default="x-e"') + flows("s>x x>e") + flow("f", "x", "x", when("a")), "f"),
    "flow to process": (LINE + flow("f", "t", "p"), "f"),
    "flow to lane": (LINE + '<laneSet id="ls"><lane id="l"><flowNodeRef>t</flowNodeRef></lane></laneSet>' + flow("f", "t", "l"), "f"),
    "flow to annotation": (LINE + '<textAnnotation id="ta"/>' + flow("f", "t", "ta"), "f"),
    "flow into boundary": (bordered(timer("P1D")) + flows("t>b"), "b"),
    "flow into event sub": (beside(start("hs", on("message", "m"))) + flows("t>h"), "h"),
    "flow out of event sub": (beside(start("hs", on("message", "m"))) + flows("h>e"), "h"),
    "flow out of throwing link": (ENDS + throw("l", '<linkEventDefinition name="L"/>') + catch("k", '<linkEventDefinition name="L"/>') + flows("s>l l>e k>e"), "l"),
    "flow into catching link": (ENDS + throw("l", '<linkEventDefinition name="L"/>') + catch("k", '<linkEventDefinition name="L"/>') + task("a") + gate("parallel", "g") + flows("s>g g>l g>k k>e"), "k"),
    "flow into subprocess inner end": (ENDS + sub("p1", start("s1") + end("e1") + flows("s1>e1")) + flows("s>p1 p1>e") + flow("f", "s", "e1"), "f"),
    "flow from inner out": (ENDS + sub("p1", start("s1") + end("e1") + task("a") + flows("s1>a a>e1")) + flows("s>p1 p1>e") + flow("f", "a", "e"), "f"),
    "incoming mismatch": (ENDS + '<userTask id="t"><incoming>t-e</incoming><outgoing>s-t</outgoing></userTask>' + flows("s>t t>e"), "t"),
    "outgoing names other flow": (ENDS + '<userTask id="t"><outgoing>s-t</outgoing></userTask>' + flows("s>t t>e"), "t"),
    "outgoing names a task": (ENDS + '<userTask id="t"><outgoing>e</outgoing></userTask>' + flows("s>t t>e"), "t"),
    "no start, circle": (end() + task("a", "b") + flows("a>b b>a b>e"), "p"),
    "no end: loop": (start() + task("a", "b") + flows("s>a a>b b>a"), "a"),
    "two plain starts in sub": (ENDS + sub("p1", start("s1") + start("s2") + end("e1") + flows("s1>e1 s2>e1")) + flows("s>p1 p1>e"), "p1"),
    "event sub no start": (LINE + sub("h", task("a"), 'triggeredByEvent="true"'), "h"),
    "event sub empty": (LINE + sub("h", "", 'triggeredByEvent="true"'), "h"),
    "event sub with boundary": (beside(start("hs", on("message", "m"))) + boundary("b", "h", timer("P1D")) + task("z") + flows("b>z"), "b"),
    "boundary no attachedToRef": (LINE + '<boundaryEvent id="b">' + timer("P1D") + "</boundaryEvent>" + flows("b>e"), "b"),
    "boundary of event": (LINE + catch("c", timer("P1D")) + flows("t>c c>e") + boundary("b", "c", timer("P1D")) + flows("b>e"), "b"),
    "boundary of end": (LINE + boundary("b", "e", timer("P1D")) + flows("b>t"), "b"),
    "boundary of boundary": (bordered(timer("P1D")) + boundary("b2", "b", timer("P1D")) + flows("b2>be"), "b2"),
    "boundary of flow": (LINE + boundary("b", "s-t", timer("P1D")) + flows("b>e"), "b"),
    "boundary of data": (LINE + '<dataObject id="d"/>' + boundary("b", "d", timer("P1D")) + flows("b>e"), "b"),
    "boundary from other scope": (ENDS + sub("p1", start("s1") + task("a") + end("e1") + flows("s1>a a>e1")) + boundary("b", "a", timer("P1D")) + flows("s>p1 p1>e b>e"), "b"),
    "cancel boundary on sub": (ENDS + sub("p1", start("s1") + end("e1") + flows("s1>e1")) + boundary("b", "p1", "<cancelEventDefinition/>") + flows("s>p1 p1>e b>e"), "b"),
    "two cancel boundaries": (ENDS + sub("p1", start("s1") + end("e1", "<cancelEventDefinition/>") + flows("s1>e1"), what="transaction") + boundary("b", "p1", "<cancelEventDefinition/>") + boundary("c", "p1", "<cancelEventDefinition/>") + flows("s>p1 p1>e b>e c>e"), "c"),
    "two error boundaries same": (LINE + boundary("b", "t", on("error", "er")) + boundary("c", "t", on("error", "er")) + flows("b>e c>e"), "c"),
    "two catch-all error boundaries": (LINE + boundary("b", "t", on("error")) + boundary("c", "t", on("error")) + flows("b>e c>e"), "c"),
    "two message boundaries same": (LINE + boundary("b", "t", on("message", "m")) + boundary("c", "t", on("message", "m")) + flows("b>e c>e"), "c"),
    "two escalation": (LINE + boundary("b", "t", on("escalation", "es")) + boundary("c", "t", on("escalation", "es")) + flows("b>e c>e"), "c"),
    "event sub two same message": (beside(start("hs", on("message", "m"))) + sub("h2", start("hs2", on("message", "m")) + end("he2") + flows("hs2>he2"), 'triggeredByEvent="true"'), "hs2"),
    "comp handler with incoming": (LINE + boundary("b", "t", UNDO) + task("u", more='isForCompensation="true"') + '<association id="x" sourceRef="b" targetRef="u"/>' + flows("t>u"), "u"),
    "comp handler with outgoing": (LINE + boundary("b", "t", UNDO) + task("u", more='isForCompensation="true"') + '<association id="x" sourceRef="b" targetRef="u"/>' + flows("u>e"), "u"),
    "comp handler not flagged": (LINE + boundary("b", "t", UNDO) + task("u") + '<association id="x" sourceRef="b" targetRef="u"/>', "b"),
    "comp handler is event": (LINE + boundary("b", "t", UNDO) + throw("u") + '<association id="x" sourceRef="b" targetRef="u"/>', "b"),
    "comp handler two": (LINE + boundary("b", "t", UNDO) + task("u", "v", more='isForCompensation="true"') + '<association id="x" sourceRef="b" targetRef="u"/><association id="y" sourceRef="b" targetRef="v"/>', "b"),
    "comp handler unlinked": (LINE + task("u", more='isForCompensation="true"'), "u"),
    "throw comp of gateway": (ENDS + gate("exclusive", "x") + throw("c", '<compensateEventDefinition activityRef="x"/>') + flows("s>x x>c c>e"), "c"),
    "throw comp of boundary evt": (LINE + boundary("b", "t", UNDO) + task("u", more='isForCompensation="true"') + '<association id="x" sourceRef="b" targetRef="u"/>' + end("e2", '<compensateEventDefinition activityRef="b"/>') + flows("t>e2"), "e2"),
    "comp boundary sourceward other scope handler": (ENDS + sub("p1", start("s1") + task("a") + boundary("b", "a", UNDO) + end("e1") + flows("s1>a a>e1")) + task("u", more='isForCompensation="true"') + '<association id="x" sourceRef="b" targetRef="u"/>' + flows("s>p1 p1>e"), "u"),
    "xor no cond 2": (choice(flows("x>a"), flows("x>b")), "x-a"),
    "xor one no cond beside default": (choice(flows("x>a"), flows("x>b"), 'default="x-b"') + task("z"), "x-a"),
    "xor default unknown": (choice(flows("x>a[n_>_1]"), flows("x>b[true]"), 'default="gone"'), "x"),
    "xor default of another gateway": (choice(flows("x>a[n_>_1]"), flows("x>b[true]"), 'default="a-e"'), "x"),
    "xor default incoming": (choice(flows("x>a[n_>_1]"), flows("x>b[true]"), 'default="s-x"'), "x"),
    "incl default with cond": (ENDS + gate("inclusive", "x", more='default="x-b"') + task("a", "b") + flows("s>x x>a[n_>_1] x>b[true] a>e b>e"), "x-b"),
    "task default unknown": (ENDS + task("t", more='default="zz"') + end("e2") + flows("s>t t>e t>e2"), "t"),
    "task default has cond": (ENDS + task("t", more='default="t-e"') + end("e2") + flows("s>t t>e[true] t>e2[n_>_1]"), "t-e"),
    "parallel cond": (ENDS + gate("parallel", "x") + task("a", "b") + flows("s>x x>a[true] x>b a>e b>e"), "x-a"),
    "parallel default": (ENDS + gate("parallel", "x", more='default="x-a"') + task("a", "b") + flows("s>x x>a x>b a>e b>e"), "x"),
    "event gw default": (ENDS + gate("eventBased", "g", more='default="g-a"') + catch("a", timer("P1D")) + catch("b", on("message", "m")) + flows("s>g g>a g>b a>e b>e"), "g"),
    "start default": (start(more='default="s-e"') + end() + flows("s>e"), "s"),
    "xor cond constant string": (choice(flows('x>a["yes"]'), flows("x>b"), 'default="x-b"'), "x-a"),
    "xor cond number": (choice(flows("x>a[1]"), flows("x>b"), 'default="x-b"'), "x-a"),
    "xor cond arithmetic": (choice(flows("x>a[n_+_1]"), flows("x>b"), 'default="x-b"'), "x-a"),
    "xor cond assignment": (choice(flows("x>a[n_==_1]"), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond unbalanced": (choice(flows("x>a[(n_>_1]"), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond unclosed str": (choice(flows('x>a[n_=_"a]'), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond juel cut": (choice(flow("x-a", "x", "a", when("${n > 1")), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond empty juel": (choice(flow("x-a", "x", "a", when("${}")), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond eq feel bad": (choice(flow("x-a", "x", "a", when("=n &gt;")), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond eq empty": (choice(flow("x-a", "x", "a", when("=")), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond unknown function": (choice(flows("x>a[frobnicate(n)]"), flows("x>b"), 'default="x-b"'), "x-a"),
    "cond wrong arg count": (choice(flows('x>a[starts_with("a")]'.replace("starts_with", "starts@with")).replace("@", " "), flows("x>b"), 'default="x-b"'), "x-a"),
    "two conditionExpressions": (choice(flow("x-a", "x", "a", when("a") + when("b")), flows("x>b"), 'default="x-b"'), "x-a"),
    "xor no outgoing": (ENDS + gate("exclusive", "x") + flows("s>x s>e"), "x"),
    "event gw no outgoing": (ENDS + gate("eventBased", "x") + flows("s>x s>e"), "x"),
    "complex no activation": (ENDS + gate("parallel", "f") + task("a", "b") + gate("complex", "j") + flows("s>f f>a f>b a>j b>j j>e"), "j"),
    "complex bad activation": (ENDS + gate("parallel", "f") + task("a", "b") + '<complexGateway id="j"><activationCondition>activationCount &gt;= </activationCondition></complexGateway>' + flows("s>f f>a f>b a>j b>j j>e"), "j"),
    "complex impossible activation": (ENDS + gate("parallel", "f") + task("a", "b") + '<complexGateway id="j"><activationCondition>activationCount &gt;= 3</activationCondition></complexGateway>' + flows("s>f f>a f>b a>j b>j j>e"), "j"),
    "gateway unconnected": (LINE + gate("exclusive", "x"), "x"),
    "gatewayDirection diverging joins": (ENDS + gate("parallel", "f", "j", more='gatewayDirection="Diverging"') + task("a", "b") + flows("s>f f>a f>b a>j b>j j>e"), "j"),
    "gatewayDirection converging splits": (ENDS + gate("parallel", "f", more='gatewayDirection="Converging"') + task("a", "b") + flows("s>f f>a f>b a>e b>e"), "f"),
    "gatewayDirection nonsense": (ENDS + gate("parallel", "f", more='gatewayDirection="Sideways"') + task("a", "b") + flows("s>f f>a f>b a>e b>e"), "f"),
    "race with one": (ENDS + gate("eventBased", "g") + catch("a", timer("P1D")) + flows("s>g g>a a>e"), "g"),
    "race to gateway": (ENDS + gate("eventBased", "g") + catch("a", timer("P1D")) + gate("exclusive", "b") + flows("s>g g>a g>b a>e b>e"), "g-b"),
    "race to end": (ENDS + gate("eventBased", "g") + catch("a", timer("P1D")) + flows("s>g g>a g>e a>e"), "g-e"),
    "race to sub": (ENDS + gate("eventBased", "g") + catch("a", timer("P1D")) + sub("b", start("s1") + end("e1") + flows("s1>e1")) + flows("s>g g>a g>b a>e b>e"), "g-b"),
    "race msg event+receive task": (ENDS + gate("eventBased", "g") + catch("a", on("message", "m")) + '<receiveTask id="b" messageRef="m2"/>' + flows("s>g g>a g>b a>e b>e"), "g"),
    "race receive with boundary": (ENDS + gate("eventBased", "g") + catch("a", timer("P1D")) + '<receiveTask id="b" messageRef="m2"/>' + boundary("bb", "b", timer("PT1H")) + flows("s>g g>a g>b a>e b>e bb>e"), "b"),
    "race same message twice": (ENDS + gate("eventBased", "g") + catch("a", on("message", "m")) + catch("b", on("message", "m")) + flows("s>g g>a g>b a>e b>e"), "b"),
    "race with two flows to same": (ENDS + gate("eventBased", "g") + catch("a", on("message", "m")) + flow("f1", "g", "a") + flow("f2", "g", "a") + flows("s>g a>e"), "g"),
    "race parallel type not instantiating": (ENDS + gate("eventBased", "g", more='eventGatewayType="Parallel"') + catch("a", timer("P1D")) + catch("b", on("message", "m")) + flows("s>g g>a g>b a>e b>e"), "g"),
    "race type nonsense": (ENDS + gate("eventBased", "g", more='eventGatewayType="Foo"') + catch("a", timer("P1D")) + catch("b", on("message", "m")) + flows("s>g g>a g>b a>e b>e"), "g"),
    "instantiate with incoming": (ENDS + gate("eventBased", "g", more='instantiate="true"') + catch("a", on("message", "m")) + catch("b", on("message", "m2")) + flows("s>g g>a g>b a>e b>e"), "g"),
    "receive instantiate with incoming": (ENDS + '<receiveTask id="t" messageRef="m" instantiate="true"/>' + flows("s>t t>e"), "t"),
    "timer no def": (waits(clock("")), "c"),
    "timer empty": (waits(timer("")), "c"),
    "timer two": (waits(clock("<timeDate>2026-01-01</timeDate><timeCycle>R/P1D</timeCycle>")), "c"),
    "timer two same": (waits(clock("<timeDuration>P1D</timeDuration><timeDuration>P2D</timeDuration>")), "c"),
    "timer feel bad": (waits(timer("= duration(")), "c"),
    "timer feel number": (waits(timer("= 5")), "c"),
    "timer feel str bad": (waits(timer('= "P1X"')), "c"),
    "timer feel duration bad": (waits(timer('= duration("P1X")')), "c"),
    "timer unknown child": (waits(clock("<timeSoon>P1D</timeSoon>")), "c"),
    "timer cut": (waits(timer("${due")), "c"),
    "boundary cycle zero": (bordered(timer("R0/PT1H", "timeCycle"), interrupting=False), "b"),
    "msg no ref catch": (waits(on("message")), "c"),
    "msg no ref boundary": (bordered(on("message")), "b"),
    "msg no ref start": (start(inner=on("message")) + end() + flows("s>e"), "s"),
    "msg dangling throw": (throws(on("message", "gone")), "c"),
    "msg ref to signal": (waits(on("message", "sg")), "c"),
    "msg no name": (waits(on("message", "mm")), "mm", DECLARED + '<message id="mm"/>'),
    "msg blank name": (waits(on("message", "mm")), "mm", DECLARED + '<message id="mm" name=" "/>'),
    "signal no name": (waits(on("signal", "mm")), "mm", DECLARED + '<signal id="mm"/>'),
    "signal no ref throw": (throws(on("signal")), "c"),
    "error no code thrown": (start() + end(inner=on("error", "mm")) + flows("s>e"), "e", DECLARED + '<error id="mm"/>'),
    "escalation no code thrown": (throws(on("escalation", "mm")), "c", DECLARED + '<escalation id="mm"/>'),
    "escalation no ref thrown": (throws(on("escalation")), "c"),
    "receive dangling": (ENDS + '<receiveTask id="t" messageRef="gone"/>' + flows("s>t t>e"), "t"),
    "send dangling": (ENDS + '<sendTask id="t" messageRef="gone"/>' + flows("s>t t>e"), "t"),
    "send operation dangling": (ENDS + '<sendTask id="t" operationRef="gone"/>' + flows("s>t t>e"), "t"),
    "service operation dangling": (ENDS + '<serviceTask id="t" operationRef="gone"/>' + flows("s>t t>e"), "t"),
    "condition event empty": (waits(condition("")), "c"),
    "condition event none": (waits("<conditionalEventDefinition/>"), "c"),
    "condition event bad feel": (waits(condition("n &gt; ")), "c"),
    "link catch dup": (ENDS + throw("l", '<linkEventDefinition name="L"/>') + catch("k", '<linkEventDefinition name="L"/>') + catch("k2", '<linkEventDefinition name="L"/>') + flows("s>l k>e k2>e"), "k2"),
    "link across scopes": (ENDS + throw("l", '<linkEventDefinition name="L"/>') + sub("p1", start("s1") + end("e1") + flows("s1>e1") + catch("k", '<linkEventDefinition name="L"/>') + end("e2") + flows("k>e2")) + flows("s>l") + flows("p1>e"), "l"),
    "link no name": (ENDS + throw("l", "<linkEventDefinition/>") + catch("k", "<linkEventDefinition/>") + flows("s>l k>e"), "l"),
    "eventDefinitionRef dangling": (waits("<eventDefinitionRef>gone</eventDefinitionRef>"), "c"),
    "unknown event definition": (waits("<magicEventDefinition/>"), "c"),
    "catch none": (waits(""), "c"),
    "call nothing": (ENDS + '<callActivity id="c"/>' + flows("s>c c>e"), "c"),
    "call empty": (ENDS + '<callActivity id="c" calledElement=" "/>' + flows("s>c c>e"), "c"),
    "call a task": (LINE + '<callActivity id="c" calledElement="t"/>' + flows("t>c c>e"), "c"),
    "call a subprocess": (ENDS + sub("p1", start("s1") + end("e1") + flows("s1>e1")) + '<callActivity id="c" calledElement="p1"/>' + flows("s>p1 p1>c c>e"), "c"),
    "call self direct": (ENDS + '<callActivity id="c" calledElement="p"/>' + flows("s>c c>e"), "c"),
    "call bad feel": (ENDS + '<callActivity id="c" calledElement="=a +"/>' + flows("s>c c>e"), "c"),
    "mi none": (works(several("")), "t"),
    "mi until bad": (works(several("<loopCardinality>3</loopCardinality><completionCondition>n &gt;</completionCondition>")), "t"),
    "mi until number": (works(several("<loopCardinality>3</loopCardinality><completionCondition>1</completionCondition>")), "t"),
    "mi coll bad feel": (works(several('<extensionElements><zeebe:loopCharacteristics inputCollection="=[1,"/></extensionElements>')), "t"),
    "mi coll number": (works(several('<extensionElements><zeebe:loopCharacteristics inputCollection="=5"/></extensionElements>')), "t"),
    "mi behavior One no ref": (works(several("<loopCardinality>3</loopCardinality>", 'behavior="One"')), "t"),
    "mi behavior dangling ref": (works(several("<loopCardinality>3</loopCardinality>", 'behavior="One" oneBehaviorEventRef="gone"')), "t"),
    "mi behaviour nonsense": (works(several("<loopCardinality>3</loopCardinality>", 'behavior="Many"')), "t"),
    "mi and loop": (works(several("<loopCardinality>3</loopCardinality>") + "<standardLoopCharacteristics/>"), "t"),
    "mi on start event": (start(inner=several("<loopCardinality>3</loopCardinality>")) + end() + flows("s>e"), "s"),
    "mi on gateway": (ENDS + '<exclusiveGateway id="x">' + several("<loopCardinality>3</loopCardinality>") + "</exclusiveGateway>" + flows("s>x x>e"), "x"),
    "loop true no max": (works("<standardLoopCharacteristics><loopCondition>true</loopCondition></standardLoopCharacteristics>"), "t"),
    "loop neg max": (works('<standardLoopCharacteristics loopMaximum="-2"><loopCondition>a</loopCondition></standardLoopCharacteristics>'), "t"),
    "loop word max": (works('<standardLoopCharacteristics loopMaximum="many"><loopCondition>a</loopCondition></standardLoopCharacteristics>'), "t"),
    "loop bad cond": (works("<standardLoopCharacteristics><loopCondition>a &gt;</loopCondition></standardLoopCharacteristics>"), "t"),
    "script none": (ENDS + '<scriptTask id="t"/>' + flows("s>t t>e"), "t"),
    "script bad feel": (ENDS + '<scriptTask id="t" scriptFormat="feel"><script>1 +</script></scriptTask>' + flows("s>t t>e"), "t"),
    "script no format bad": (ENDS + '<scriptTask id="t"><script>x = </script></scriptTask>' + flows("s>t t>e"), "t"),
    "startQuantity 0": (works("", more='startQuantity="0"'), "t"),
    "completionQuantity -1": (works("", more='completionQuantity="-1"'), "t"),
    "isForCompensation nonsense": (works("", more='isForCompensation="maybe"'), "t"),
    "cancelActivity nonsense": (LINE + '<boundaryEvent id="b" attachedToRef="t" cancelActivity="perhaps">' + timer("P1D") + "</boundaryEvent>" + flows("b>e"), "b"),
    "triggeredByEvent nonsense": (ENDS + sub("h", start("hs") + end("he") + flows("hs>he"), 'triggeredByEvent="si"') + flows("s>h h>e"), "h"),
    "isSequential nonsense": (works(several("<loopCardinality>3</loopCardinality>", 'isSequential="no"')), "t"),
    "adhoc bad completion": (ENDS + sub("h", task("a") + "<completionCondition>n &gt;</completionCondition>", what="adHocSubProcess") + flows("s>h h>e"), "h"),
    "adhoc with start": (ENDS + sub("h", start("hs") + task("a") + flows("hs>a"), what="adHocSubProcess") + flows("s>h h>e"), "hs"),
    "adhoc with end": (ENDS + sub("h", task("a") + end("he") + flows("a>he"), what="adHocSubProcess") + flows("s>h h>e"), "he"),
    "adhoc empty": (ENDS + sub("h", "", what="adHocSubProcess") + flows("s>h h>e"), "h"),
    "adhoc ordering": (ENDS + sub("h", task("a"), 'ordering="Random"', what="adHocSubProcess") + flows("s>h h>e"), "h"),
    "dup ids flow/node": (ENDS + task("t") + flows("s>t") + flow("t", "t", "e"), "t"),
    "dup process": (LINE, "p", DECLARED + '<process id="p" isExecutable="true"/>'),
    "dup message id": (LINE, "m", DECLARED + '<message id="m" name="x"/>'),
    "empty id": (LINE + '<userTask id=""/>', "p"),
    "blank id": (LINE + '<userTask id=" "/>' + flows("t> "), " "),
    "id with spaces": (ENDS + '<userTask id="a b"/>' + flow("f1", "s", "a b") + flow("f2", "a b", "e"), "a b"),
    "dead parallel": (ENDS + gate("parallel", "f", "j") + gate("exclusive", "x") + task("a", "b", "c") + flows("s>f f>x f>c x>a[n_>_1] x>b[n_<_2] a>j b>j c>j j>e"), "j"),
    "loop into and-join": (ENDS + gate("parallel", "j") + gate("exclusive", "x", more='default="x-e"') + task("a") + flows("s>j j>a a>x x>j[again] x>e"), "j"),
    "xor loop no exit": (ENDS + gate("exclusive", "j", "x") + task("a", "b") + flows("s>j j>a a>x x>b[n_>_1] x>j[n_<_2] b>j"), "e"),
    "end unreachable": (ENDS + gate("exclusive", "j") + task("a") + flows("s>j j>a a>j"), "e"),
    "dangling second end": (LINE + end("e2"), "e2"),
    "isolated task": (LINE + task("z"), "z"),
    "isolated catch": (LINE + catch("z", timer("P1D")), "z"),
    "isolated sub": (LINE + sub("z", start("s1") + end("e1") + flows("s1>e1")), "z"),
    "island w/ own end": (LINE + task("z") + end("ze") + flows("z>ze"), "z"),
    "unreached inside sub": (ENDS + sub("p1", start("s1") + end("e1") + task("q") + flows("s1>e1")) + flows("s>p1 p1>e"), "q"),
    "unreached inside eventsub": (LINE + sub("h", start("hs", on("message", "m")) + end("he") + task("q") + flows("hs>he"), 'triggeredByEvent="true"'), "q"),
    "lonely data flow": (LINE + task("q", "r") + flows("q>r"), "q"),
    "after terminate": (start() + end("e", "<terminateEventDefinition/>") + task("q") + flows("s>e e>q"), "e"),
    "and-join one missing start": (ENDS + start("s2", on("message", "m")) + gate("parallel", "j") + flows("s>j s2>j j>e"), "j"),
    "and join boundary": (ENDS + task("t") + boundary("b", "t", timer("P1D")) + gate("parallel", "j") + flows("s>t t>j b>j j>e"), "j"),
    "sub deadlock": (ENDS + sub("p1", start("s1") + end("e1") + gate("exclusive", "x", more='default="x-b"') + gate("parallel", "j") + task("a", "b") + flows("s1>x x>a[n_>_1] x>b a>j b>j j>e1")) + flows("s>p1 p1>e"), "j"),
    "event-gw and-join": (ENDS + gate("eventBased", "g") + catch("a", timer("P1D")) + catch("b", on("message", "m")) + gate("parallel", "j") + flows("s>g g>a g>b a>j b>j j>e"), "j"),
    "lane unknown": (LINE + '<laneSet id="ls"><lane id="l"><flowNodeRef>gone</flowNodeRef></lane></laneSet>', "p"),
    "lane names flow": (LINE + '<laneSet id="ls"><lane id="l"><flowNodeRef>s-t</flowNodeRef></lane></laneSet>', "ls"),
    "node in two lanes": (LINE + '<laneSet id="ls"><lane id="l"><flowNodeRef>t</flowNodeRef></lane><lane id="l2"><flowNodeRef>t</flowNodeRef></lane></laneSet>', "t"),
    "data assoc dangling source": (works('<dataInputAssociation id="da"><sourceRef>gone</sourceRef><targetRef>x</targetRef></dataInputAssociation>'), "t"),
    "data output assoc dangling": (works('<dataOutputAssociation id="da"><sourceRef>x</sourceRef><targetRef>gone</targetRef></dataOutputAssociation>'), "t"),
    "dataObjectReference dangling": (LINE + '<dataObjectReference id="d" dataObjectRef="gone"/>', "d"),
    "dataStoreReference dangling": (LINE + '<dataStoreReference id="d" dataStoreRef="gone"/>', "d"),
    "association dangling": (LINE + '<association id="as" sourceRef="t" targetRef="gone"/>', "as"),
    "unknown BPMN node": (ENDS + '<robotTask id="t"/>' + flows("s>t t>e"), "t"),
    "case wrong element": (ENDS + '<usertask id="t"/>' + flows("s>t t>e"), "t"),
    "nested process": (LINE + '<process id="q"/>', "q"),
    "definitions unknown child": (LINE, "zz", DECLARED + '<magic id="zz"/>'),
    "node outside of process": (LINE, "zz", DECLARED + '<userTask id="zz"/>'),
    "flow outside of process": (LINE, "zz", DECLARED + '<sequenceFlow id="zz" sourceRef="s" targetRef="e"/>'),
    "unknown child of task": (works("<banana/>"), "t"),
    "task inside task": (works('<userTask id="u"/>'), "t"),
    "gateway with event definition": (ENDS + '<exclusiveGateway id="x">' + timer("P1D") + "</exclusiveGateway>" + flows("s>x x>e"), "x"),
    "task with event definition": (works(timer("P1D")), "t"),
    "empty process": ("", "p"),
    "cross process flow": (LINE + flow("f", "t", "qe"), "f", DECLARED + '<process id="q" isExecutable="true"><startEvent id="qs"/><endEvent id="qe"/><sequenceFlow id="qf" sourceRef="qs" targetRef="qe"/></process>'),
    "call cycle of 2": (ENDS + '<callActivity id="c" calledElement="q"/>' + flows("s>c c>e"), "c", DECLARED + '<process id="q" isExecutable="true"><startEvent id="qs"/><callActivity id="qc" calledElement="p"/><sequenceFlow id="qf" sourceRef="qs" targetRef="qc"/></process>'),
    "call process with only message start": (ENDS + '<callActivity id="c" calledElement="q"/>' + flows("s>c c>e"), "c", DECLARED + '<process id="q" isExecutable="true"><startEvent id="qs"><messageEventDefinition messageRef="m"/></startEvent><endEvent id="qe"/><sequenceFlow id="qf" sourceRef="qs" targetRef="qe"/></process>'),
    "corr prop dangling": (LINE + '<correlationSubscription id="cs"><correlationPropertyBinding correlationPropertyRef="gone"/></correlationSubscription>', "p"),
    "zeebe corr key bad": (waits(on("message", "mm")), "c", DECLARED + '<message id="mm" name="x"><extensionElements><zeebe:subscription correlationKey="=a +"/></extensionElements></message>'),
    "zeebe input bad feel": (works('<extensionElements><zeebe:ioMapping><zeebe:input source="=1 +" target="x"/></zeebe:ioMapping></extensionElements>'), "t"),
    "zeebe input no target": (works('<extensionElements><zeebe:ioMapping><zeebe:input source="=1"/></zeebe:ioMapping></extensionElements>'), "t"),
    "camunda condition unclosed in middle": (choice(flow("x-a", "x", "a", when("${a} and ${b")), flows("x>b"), 'default="x-b"'), "x-a"),
    "tongban skip bad": (works("", more='tongban:skip-when="a +" tongban:skip-reason="x"'), "t"),
    "tongban joint none": (works("", more='tongban:joint-days="5"'), "t"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_at_its_element(name: str) -> None:
    """With a sentence that says why."""
    body, element, *declared = CASES[name]
    found = read(model(body, *(declared or [DECLARED]))).findings
    assert element in {each.element for each in found if each.severity == "error" and each.message}, found


EVENTS = {
    "message": on("message", "m"), "timer": timer("P1D"), "signal": on("signal", "sg"), "error": on("error", "er"),
    "escalation": on("escalation", "es"), "conditional": condition("a > 1"), "compensation": UNDO,
    "cancel": "<cancelEventDefinition/>", "terminate": "<terminateEventDefinition/>",
    "link": '<linkEventDefinition name="L"/>',
}  # fmt: skip
PLACES: dict[str, tuple[Callable[[str], str], str]] = {
    "start": (lambda inner: start(inner=inner) + end() + flows("s>e"), "error escalation compensation cancel terminate link"),
    "start inside": (lambda inner: ENDS + sub("p1", start("s1", inner) + end("e1") + flows("s1>e1")) + flows("s>p1 p1>e"), " ".join(EVENTS)),
    "start on event": (lambda inner: beside(start("hs", inner)), "compensation cancel terminate link"),
    "quiet start on event": (lambda inner: beside(start("hs", inner, 'isInterrupting="false"')), "error compensation cancel terminate link"),
    "catch": (waits, "error escalation compensation cancel terminate link"),
    "throw": (throws, "timer conditional error cancel terminate link"),
    "end": (lambda inner: start() + end(inner=inner) + flows("s>e"), "timer conditional cancel link"),
    "boundary": (bordered, "compensation cancel terminate link"),
    "quiet boundary": (lambda inner: bordered(inner, interrupting=False), "error compensation cancel terminate link"),
    "race": (lambda inner: ENDS + gate("eventBased", "g") + catch("a", inner) + catch("b", timer("P2D")) + flows("s>g g>a g>b a>e b>e"), "error escalation compensation cancel terminate link"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("trigger", EVENTS)
def test_each_kind_of_event_stands_where_bpmn_has_it(place: str, trigger: str) -> None:
    """OMG BPMN 2.0.2, table 10.93: which event may start, be thrown, be caught, end, stand at a border."""
    draw, refused = PLACES[place]
    assert read(model(draw(EVENTS[trigger]), DECLARED)).refused is (trigger in refused.split())


BAD_TIMES = {
    "timeDuration": ("P", "PT", "-P1D", "P-1D", "P5H", "P 1 D", "PT5S3M", "P1DT", "P0.5M", "P1D,P2D", "five minutes", "= 5", '= "P1X"', '= duration("P1X")', "= duration(", "${due"),
    "timeDate": ("2026-02-30", "2026-13-01", "2026-01-01T25:00:00Z", "tomorrow morning", "P1D", "01.02.2026", "2026/01/02", "2026-01-01T00:00:00+99:00", "2026-1-1", "2026"),
    "timeCycle": ("R0/P1D", "R-2/P1D", "Rx/P1D", "R3", "R3/", "R3/P1D/P2D", "R3/-P1D", "R/PT0S", "R3/2026-02-01T00:00:00Z/2026-01-01T00:00:00Z", "99 * * * * ?", "0 0 0 31 2 ?", "a b c d e f"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in BAD_TIMES.items() for text in texts]
)
def test_a_time_that_is_none_is_refused(kind: str, text: str) -> None:
    """Wrongly written, leading back, or never coming; whether it says to be FEEL or not."""
    body = bordered(timer(text, kind), interrupting=False)
    for data in (model(body), model(body).replace(b"expressionLanguage", b"xml:lang")):
        assert "b" in {each.element for each in read(data).findings if each.severity == "error"}


@pytest.mark.parametrize("text", ["soon", "p1d", "not-a-duration"])
def test_a_word_that_nothing_knows_is_no_time(text: str) -> None:
    """A bare word may be a variable, if the model has it anywhere else or says that it is FEEL."""
    data = model(waits(timer(text))).replace(b"expressionLanguage", b"xml:lang")
    assert read(data).refused
    assert read(data.replace(text.encode(), f"= {text}".encode())).graph
    assert (
        "-" in text
        or read(data.replace(b'<startEvent id="s"', f'<startEvent id="s" name="{text}"'.encode())).graph
    )


@pytest.mark.parametrize("number", ["-1", "2.5", '"3"', "true", "1 +", "${n", "[1, 2]", "null", "-n - "])
def test_a_number_of_instances_that_is_none_is_refused(number: str) -> None:
    """A constant is looked at when the model is read; a name may be anything."""
    assert read(model(works(several(f"<loopCardinality>{number}</loopCardinality>")))).refused
    assert read(model(works(several("<loopCardinality>three</loopCardinality>")))).graph


POOLS = '<participant id="P" processRef="p"/><participant id="Q"/>'
AROUND = {
    "to a gateway": ('<messageFlow id="m" sourceRef="Q" targetRef="x"/>', ENDS + gate("parallel", "x") + flows("s>x x>e"), "m"),
    "into an end": ('<messageFlow id="m" sourceRef="Q" targetRef="e"/>', LINE, "m"),
    "into what throws": ('<messageFlow id="m" sourceRef="Q" targetRef="c"/>', throws(""), "m"),
    "from what catches": ('<messageFlow id="m" sourceRef="c" targetRef="Q"/>', waits(timer("P1D")), "m"),
    "into a timer": ('<messageFlow id="m" sourceRef="Q" targetRef="c"/>', waits(timer("P1D")), "m"),
    "into a start by timer": ('<messageFlow id="m" sourceRef="Q" targetRef="s"/>', start(inner=timer("P1D")) + end() + flows("s>e"), "m"),
    "from a pool to itself": ('<messageFlow id="m" sourceRef="P" targetRef="P"/>', LINE, "m"),
    "inside a pool": ('<messageFlow id="m" sourceRef="t" targetRef="e"/>', LINE, "m"),
    "of an unknown message": ('<messageFlow id="m" sourceRef="t" targetRef="Q" messageRef="gone"/>', LINE, "m"),
    "without ends": ('<messageFlow id="m"/>', LINE, "m"),
    "a sequence flow between pools": ('<sequenceFlow id="f" sourceRef="t" targetRef="Q"/>', LINE, "f"),
    "a task between pools": ('<userTask id="u"/>', LINE, "u"),
    "a key of nothing": ('<correlationKey id="k"><correlationPropertyRef>gone</correlationPropertyRef></correlationKey>', LINE, "C"),
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_what_lies_between_pools_is_messages(name: str) -> None:
    """Message flows, from what sends to what receives, in another pool."""
    inner, body, element = AROUND[name]
    data = model(body, f'<collaboration id="C">{POOLS}{inner}</collaboration>')
    assert element in {each.element for each in read(data).findings if each.severity == "error"}
