"""Every construct of BPMN by example: nested, repeated, interrupted, beside others. One row, one model.

What is expected is written down from OMG BPMN 2.0.2, chapters 10 and 13, and from docs/process.md where the
standard leaves a choice. Events at borders and event sub-processes have a table of their own (`test_borders`),
data another one (`test_data`).
"""

# ruff: noqa: E501 - a model is read best on one line

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
    model,
    on,
    play,
    start,
    sub,
    task,
    throw,
    timer,
)

ENDS = start() + end()
DEFAULT_END = 'default="x-e"'
LONG: dict[str, Any] = {"after": "P1D"}
HOUR: dict[str, Any] = {"after": "PT1H"}
LINK = '<linkEventDefinition name="L"/>'
UNDO = "<compensateEventDefinition/>"
ERROR, SIGNAL, MESSAGE, RAISED = (
    on("error", "er"),
    on("signal", "sg"),
    on("message", "m"),
    on("escalation", "es"),
)
BOTH = gate("parallel", "f", "j") + task("a", "b")
FORKED = start("s1") + BOTH + end("e1") + flows("s1>f f>a f>b a>j b>j j>e1")
CHOSEN = (
    start("s1")
    + BOTH.replace("parallel", "inclusive")
    + end("e1")
    + flows("s1>f f>a[true] f>b[true] a>j b>j j>e1")
)
EARLY, LATE = {"name": "paid", "at": "PT1H"}, {"name": "paid", "at": "PT2H"}
QUIET = 'isInterrupting="false"'

Row = tuple[str, str, dict[str, Any], str]
"""The body of the process, what stands beside it, the script, and the trace of a run that completes."""


def undoable(*names: str) -> str:
    """Tasks, each with what undoes it."""
    return "".join(
        task(name) + boundary(f"b{name}", name, UNDO) + task(f"u{name}", more='isForCompensation="true"')
        + f'<association id="as{name}" sourceRef="b{name}" targetRef="u{name}"/>'
        for name in names
    )  # fmt: skip


def several(count: int, more: str = "", inner: str = "") -> str:
    """As many instances."""
    return f"<multiInstanceLoopCharacteristics {more}><loopCardinality>{count}</loopCardinality>{inner}</multiInstanceLoopCharacteristics>"


def process(identity: str, body: str) -> str:
    """Another process of the model."""
    return f'<process id="{identity}" isExecutable="true">{body}</process>'


def handler(identity: str, begin: str, body: str, ways: str) -> str:
    """An event sub-process."""
    return sub(identity, begin + body + flows(ways), 'triggeredByEvent="true"')


def complex_(feel: str) -> str:
    """A complex gateway."""
    return f'<complexGateway id="x"><activationCondition>{feel}</activationCondition></complexGateway>'


def ran(row: Row) -> str:
    """How a row went."""
    body, beside, script, _ = row
    outcome = play(model(body, DECLARED + beside), **script)
    assert (outcome.status, outcome.incidents) == ("completed", ())
    return " ".join(outcome.trace)


TURN = 'isSequential="true"'
THREE = gate("parallel", "f") + task("a", "b", "c", "d") + flows("s>f f>a f>b f>c")
GATEWAYS: dict[str, Row] = {
    "a parallel join whose scope is interrupted": (ENDS + end("eb") + sub("h", FORKED) + boundary("t", "h", timer("PT1H")) + flows("s>h h>e t>eb"), "", {"answers": {"b": [LONG]}}, "s s1 f a t eb"),
    "an inclusive join whose scope is interrupted": (ENDS + end("eb") + sub("h", CHOSEN) + boundary("k", "h", MESSAGE) + flows("s>h h>e k>eb"), "", {"answers": {"b": [LONG]}, "messages": [EARLY]}, "s s1 f a k eb"),
    "a fork in a sub-process in a loop": (ENDS + gate("exclusive", "y") + gate("exclusive", "x", more=DEFAULT_END) + sub("h", FORKED) + flows("s>y y>h h>x x>y[n_<_2] x>e"), "", {"variables": {"n": 0}, "answers": {"a": [{"set": {"n": 1}}, {"set": {"n": 2}}]}}, "s y s1 f a b j e1 h x y s1 f a b j e1 h x e"),
    "an inclusive choice in one of another": (ENDS + gate("inclusive", "i", "k", "l", "j") + task("a", "b", "c") + flows("s>i i>k[true] i>c[true] k>a[true] k>b[false] a>l b>l l>j c>j j>e"), "", {}, "s i k c a l j e"),
    "an inclusive join does not wait for what left by the border": (ENDS + end("eb") + gate("inclusive", "i", "j") + task("a", "b") + boundary("t", "b", timer("PT1H")) + flows("s>i i>a[true] i>b[true] a>j b>j j>e t>eb"), "", {"answers": {"b": [LONG]}}, "s i a t eb j e"),
    "an inclusive join waits while a race may still lead to it": (ENDS + gate("inclusive", "i", "j") + gate("eventBased", "g") + catch("c", timer("PT1H")) + catch("d", timer("PT2H")) + end("ed") + task("a") + flows("s>i i>a[true] i>g[true] g>c g>d c>j d>ed a>j j>e"), "", {}, "s i a g c j e"),
    "and no longer when it led elsewhere": (ENDS + gate("inclusive", "i", "j") + gate("eventBased", "g") + catch("c", timer("PT2H")) + catch("d", timer("PT1H")) + end("ed") + task("a") + flows("s>i i>a[true] i>g[true] g>c g>d c>j d>ed a>j j>e"), "", {}, "s i a g d ed j e"),
    "an inclusive join does not wait for a circle that leads to both its ways": (ENDS + gate("exclusive", "y") + gate("parallel", "f") + gate("inclusive", "i", "j") + task("a", "b", "c", "d") + gate("exclusive", "k", more='default="k-e2"') + end("e2") + flows("s>y y>f f>a f>b a>i i>c[true] i>d[n_=_2] c>j d>j j>e b>k k>y[again] k>e2"), "", {"variables": {"n": 1}, "answers": {"b": [HOUR]}}, "s y f a i c j e b k e2"),
    "a complex join that counts by flow": (ENDS + THREE + complex_("ax + bx + cx >= 2") + flows("x>d d>e") + "".join(f'<sequenceFlow id="{k}x" sourceRef="{k}" targetRef="x"/>' for k in "abc"), "", {}, "s f a b x c d e"),
    "a complex join that asks the data": (ENDS + THREE + complex_("ok or activationCount = 3") + flows("a>x b>x c>x x>d d>e"), "", {"answers": {"b": [{"set": {"ok": True}}]}}, "s f a b x c d e"),
    "a complex join that tells its two times apart": (ENDS + end("e2") + THREE + task("l") + complex_("activationCount >= 2") + flows("a>x b>x c>x x>d[waitingForStart] x>l[not(waitingForStart)] d>e l>e2"), "", {}, "s f a b x c x d e l e2"),
    "a complex join that has no way for those who come late": (ENDS + THREE + complex_("activationCount >= 2") + end("e2") + flows("a>x b>x c>x x>d[waitingForStart] x>e2[waitingForStart_and_1_>_2] d>e"), "", {}, "s f a b x c d e"),
    "a complex split": (ENDS + '<complexGateway id="x" default="x-c"/>' + task("a", "b", "c") + gate("inclusive", "j") + flows("s>x x>a[true] x>b[true] x>c a>j b>j c>j j>e"), "", {}, "s x a b j e"),
    "a race in a loop": (ENDS + gate("exclusive", "y") + gate("eventBased", "g") + catch("c", MESSAGE) + catch("t", timer("PT1H")) + task("r") + flows("s>y y>g g>c g>t t>r r>y c>e"), "", {"messages": [{"name": "paid", "at": "PT150M"}]}, "s y g t r y g t r y g c e"),
    "a race that a condition wins": (ENDS + gate("parallel", "f") + gate("eventBased", "g") + task("k") + end("ek") + catch("c", condition("n > 1")) + catch("t", timer("P1D")) + flows("s>f f>g f>k k>ek g>c g>t c>e t>e"), "", {"answers": {"k": [{"after": "PT1H", "set": {"n": 2}}]}}, "s f k g c ek e"),
    "a race that is interrupted": (ENDS + end("eb") + sub("h", start("s1") + gate("eventBased", "g") + catch("c", MESSAGE) + catch("t", timer("P1D")) + end("e1") + flows("s1>g g>c g>t c>e1 t>e1")) + boundary("b", "h", SIGNAL) + flows("s>h h>e b>eb"), "", {"signals": [{"name": "alarm", "at": "PT1H"}], "messages": [LATE]}, "s s1 b eb"),
    "a condition on the way out of a sub-process": (ENDS + end("e2") + sub("h", start("s1") + end("e1") + flows("s1>e1"), more='default="h-e"') + flows("s>h h>e h>e2[n_=_1]"), "", {"variables": {"n": 1}}, "s s1 e1 h e2"),
    "a task with two ways in": (ENDS + gate("parallel", "f") + task("a", "b", "c") + flows("s>f f>a f>b a>c b>c c>e"), "", {}, "s f a b c e c e"),
    "a task that needs two tokens, in a loop": (ENDS + gate("exclusive", "y") + gate("parallel", "f") + task("t", more='startQuantity="2"') + gate("exclusive", "x", more=DEFAULT_END) + flows("s>y y>f t>x x>y[n_<_2] x>e") + '<sequenceFlow id="f1" sourceRef="f" targetRef="t"/><sequenceFlow id="f2" sourceRef="f" targetRef="t"/>', "", {"variables": {"n": 0}, "answers": {"t": [{"set": {"n": 1}}, {"set": {"n": 2}}]}}, "s y f t x y f t x e"),
}  # fmt: skip

MESSAGES: dict[str, Row] = {
    "two plain starts both begin": (start("s1") + start("s2") + end("e1") + end("e2") + flows("s1>e1 s2>e2"), "", {}, "s1 s2 e1 e2"),
    "a message begins another instance": (start("s1") + start("s2", MESSAGE) + task("a") + end() + flows("s1>a s2>a a>e"), "", {"messages": [EARLY]}, "s1 a e s2 a e"),
    "any of several events begins": (start("s", MESSAGE + SIGNAL) + task("a") + end() + flows("s>a a>e"), "", {"signals": [{"name": "alarm", "at": 5}]}, "s a e"),
    "a condition begins": (start("s", condition("n > 1")) + end() + flows("s>e"), "", {"variables": {"n": 2}}, "s e"),
    "a receive task begins": ('<receiveTask id="r" messageRef="m" instantiate="true"/>' + task("a") + end() + flows("r>a a>e"), "", {"messages": [EARLY]}, "r a e"),
    "the one who waits longest gets it": (ENDS + gate("parallel", "f", "j") + task("a") + catch("c1", MESSAGE) + catch("c2", MESSAGE) + flows("s>f f>a f>c2 a>c1 c1>j c2>j j>e"), "", {"answers": {"a": [HOUR]}, "messages": [LATE, {"name": "paid", "at": "PT3H"}]}, "s f a c2 c1 j e"),
    "a message finds its own sender when nobody else wants it": (ENDS + gate("parallel", "f", "j") + catch("c", MESSAGE) + throw("t", MESSAGE) + flows("s>f f>c f>t c>j t>j j>e"), "", {}, "s f t c j e"),
    "a receive task in a loop": (ENDS + '<receiveTask id="r" messageRef="m"><standardLoopCharacteristics loopMaximum="2"/></receiveTask>' + flows("s>r r>e"), "", {"messages": ["paid", "paid"]}, "s r r e"),
    "a send task begins a process": (ENDS + '<sendTask id="t" messageRef="m"/>' + flows("s>t t>e"), process("q", start("qs", MESSAGE) + end("qe") + flows("qs>qe")), {}, "s t qs qe e"),
    "an event that throws two things": (ENDS + gate("parallel", "f", "j") + throw("t", MESSAGE + SIGNAL) + catch("c", SIGNAL) + catch("d", MESSAGE) + flows("s>f f>c f>d f>t c>j d>j t>j j>e"), "", {}, "s f t c d j e"),
    "an event at the border that needs two things": (ENDS + end("eb") + task("w") + boundary("b", "w", MESSAGE + SIGNAL).replace("<boundaryEvent", '<boundaryEvent parallelMultiple="true"') + flows("s>w w>e b>eb"), "", {"answers": {"w": [LONG]}, "messages": [EARLY], "signals": [{"name": "alarm", "at": "PT2H"}]}, "s b eb"),
    "an event that needs a message and time": (ENDS + catch("c", MESSAGE + timer("PT1H")).replace("<intermediateCatchEvent", '<intermediateCatchEvent parallelMultiple="true"') + flows("s>c c>e"), "", {"messages": [{"name": "paid", "at": 5}]}, "s c e"),
    "a signal wakes work and event sub-process": (start() + gate("parallel", "f") + task("w") + boundary("b", "w", SIGNAL) + end("e1") + end("e2", SIGNAL) + end("eb") + handler("v", start("vs", SIGNAL, QUIET), end("ve"), "vs>ve") + flows("s>f f>w f>e2 w>e1 b>eb"), "", {"answers": {"w": [LONG]}}, "s f e2 b eb vs ve v"),
    "a signal interrupts who throws it": (ENDS + end("eb") + sub("h", start("s1") + throw("t", SIGNAL) + task("a") + end("e1") + flows("s1>t t>a a>e1")) + boundary("b", "h", SIGNAL) + flows("s>h h>e b>eb"), "", {}, "s s1 t b eb"),
    "a signal begins another process": (ENDS + throw("t", SIGNAL) + flows("s>t t>e"), process("q", start("qs", SIGNAL) + end("qe") + flows("qs>qe")), {}, "s t qs qe e"),
    "a signal begins its own process by another start": (ENDS + throw("t", SIGNAL) + start("s2", SIGNAL) + end("e2") + flows("s>t t>e s2>e2"), "", {}, "s t s2 e2 e"),
    "timers of one moment come in the order in which they were set": (ENDS + gate("parallel", "f", "j") + "".join(catch(f"t{k}", timer("PT1H")) for k in (1, 2, 3)) + flows("s>f f>t1 f>t2 f>t3 t1>j t2>j t3>j j>e"), "", {}, "s f t1 t2 t3 j e"),
    "a cycle between two things happens once": (ENDS + catch("t", timer("R3/PT10M", "timeCycle")) + flows("s>t t>e"), "", {}, "s t e"),
    "of a cycle that begins a process the first one counts": (start("s", timer("R3/PT10M", "timeCycle")) + end() + flows("s>e"), "", {}, "s e"),
    "two throw the link that one catches": (ENDS + gate("parallel", "f") + throw("o1", LINK) + throw("o2", LINK) + catch("i", LINK) + flows("s>f f>o1 f>o2 i>e"), "", {}, "s f o1 o2 i i e e"),
    "one of two throws the link": (ENDS + gate("exclusive", "x", more='default="x-o2"') + throw("o1", LINK) + throw("o2", LINK) + catch("i", LINK) + flows("s>x x>o1[n_=_1] x>o2 i>e"), "", {"variables": {"n": 1}}, "s x o1 i e"),
    "a link in a sub-process": (ENDS + sub("h", start("s1") + throw("o", LINK) + catch("i", LINK) + end("e1") + flows("s1>o i>e1")) + flows("s>h h>e"), "", {}, "s s1 o i e1 h e"),
}  # fmt: skip

BAD = start("s1") + task("w") + end("e1") + flows("s1>w w>e1")
HANDS = handler("v", start("vs", ERROR), task("x") + end("ve"), "vs>x x>ve")
ASKED = start("s1") + task("a") + end("e1") + flows("s1>a a>e1")
SCOPES: dict[str, Row] = {
    "at work the event that names the error comes first": (ENDS + end("e1") + end("e2") + task("t") + boundary("b1", "t", on("error")) + boundary("b2", "t", ERROR) + flows("s>t t>e b1>e1 b2>e2"), "", {"answers": {"t": [{"error": "E1"}]}}, "s b2 e2"),
    "the nearest one before the one that names it": (ENDS + end("e2") + sub("h", BAD + boundary("b1", "w", on("error")) + end("ej") + flows("b1>ej")) + boundary("b2", "h", ERROR) + flows("s>h h>e b2>e2"), "", {"answers": {"w": [{"error": "E1"}]}}, "s s1 b1 ej h e"),
    "an event sub-process for any error before the border": (ENDS + end("eb") + sub("h", BAD + HANDS.replace(' errorRef="er"', "")) + boundary("b", "h", ERROR) + flows("s>h h>e b>eb"), "", {"answers": {"w": [{"error": "E1"}]}}, "s s1 vs x ve v h e"),
    "an error at the end of a process, caught in it": (start() + end("e", ERROR) + flows("s>e") + HANDS, "", {}, "s e vs x ve v"),
    "an error comes up through a call and a sub-process": (ENDS + end("eb") + sub("h", start("s1") + '<callActivity id="c" calledElement="q"/>' + end("e1") + flows("s1>c c>e1")) + boundary("b", "h", ERROR) + flows("s>h h>e b>eb"), process("q", start("qs") + end("qe", ERROR) + flows("qs>qe")), {}, "s s1 qs qe b eb"),
    "an error in one instance ends them all": (ENDS + end("eb") + sub("h", several(3) + start("s1") + gate("exclusive", "x", more='default="x-e1"') + end("bad", ERROR) + end("e1") + flows("s1>x x>bad[loopCounter_=_2] x>e1")) + boundary("b", "h", ERROR) + flows("s>h h>e b>eb"), "", {}, "s s1 s1 s1 x x x e1 h bad b eb"),
    "each instance has its own event sub-process": (ENDS + sub("h", several(2) + BAD + HANDS) + flows("s>h h>e"), "", {"answers": {"w": [{"error": "E1"}, {}]}}, "s s1 s1 vs w e1 h x ve v h e"),
    "an escalation chooses the event that names it": (ENDS + end("e1") + end("e2") + sub("h", start("s1") + throw("t", RAISED) + task("a") + end("e3") + flows("s1>t t>a a>e3")) + boundary("b1", "h", on("escalation"), interrupting=False) + boundary("b2", "h", RAISED) + flows("s>h h>e b1>e1 b2>e2"), "", {}, "s s1 t b2 e2"),
    "an escalation at an end lets the rest go on": (ENDS + end("eb") + sub("h", start("s1") + gate("parallel", "f") + task("a") + end("e1", RAISED) + end("e2") + flows("s1>f f>e1 f>a a>e2")) + boundary("b", "h", RAISED, interrupting=False) + flows("s>h h>e b>eb"), "", {"answers": {"a": [HOUR]}}, "s s1 f e1 b eb a e2 h e"),
    "an escalation at the last end comes before its sub-process is done": (ENDS + end("eb") + sub("h", start("s1") + end("e1", RAISED) + flows("s1>e1")) + boundary("b", "h", RAISED, interrupting=False) + flows("s>h h>e b>eb"), "", {}, "s s1 e1 b h eb e"),
    "an escalation passed on by who caught it": (ENDS + end("eb") + sub("h", start("s1") + throw("t", RAISED) + end("e1") + flows("s1>t t>e1") + handler("v", start("vs", RAISED), end("ve", RAISED), "vs>ve")) + boundary("b", "h", RAISED, interrupting=False) + flows("s>h h>e b>eb"), "", {}, "s s1 t vs ve b v h eb e"),
    "an escalation that nobody catches": (start() + task("a") + end("e", RAISED) + flows("s>a a>e"), "", {"answers": {"a": [{"escalation": "X1"}]}}, "s a e"),
    "terminating ends one instance": (ENDS + sub("h", several(2, TURN) + start("s1") + gate("parallel", "f") + task("a") + end("e1", "<terminateEventDefinition/>") + end("e2") + flows("s1>f f>e1 f>a a>e2")) + flows("s>h h>e"), "", {"answers": {"a": [LONG, LONG]}}, "s s1 f e1 h s1 f e1 h e"),
    "terminating ends the called process": (ENDS + gate("parallel", "f", "j") + '<callActivity id="c" calledElement="q"/>' + task("b") + flows("s>f f>c f>b c>j b>j j>e"), process("q", start("qs") + gate("parallel", "qf") + task("qa") + end("q1", "<terminateEventDefinition/>") + end("q2") + flows("qs>qf qf>q1 qf>qa qa>q2")), {"answers": {"b": [HOUR], "qa": [LONG]}}, "s f qs qf q1 c b j e"),
    "terminating ends event sub-processes": (start() + gate("parallel", "f") + task("a") + catch("t", timer("PT2H")) + end("e1", "<terminateEventDefinition/>") + end("e2") + handler("v", start("vs", MESSAGE, QUIET), task("x") + end("ve"), "vs>x x>ve") + flows("s>f f>a f>t t>e1 a>e2"), "", {"messages": [EARLY], "answers": {"a": [LONG], "x": [LONG]}}, "s f vs t e1"),
    "an event sub-process in another one": (start() + task("a") + end() + flows("s>a a>e") + handler("v", start("vs", MESSAGE), task("x") + end("ve") + handler("u", start("us", ERROR), end("ue"), "us>ue"), "vs>x x>ve"), "", {"answers": {"a": [LONG], "x": [{"error": "E1"}]}, "messages": [EARLY]}, "s vs us ue u v"),
    "after one event sub-process took over no other one does": (start() + task("a") + end() + flows("s>a a>e") + handler("v", start("vs", MESSAGE), task("x") + end("ve"), "vs>x x>ve") + handler("u", start("us", on("message", "m2")), end("ue"), "us>ue"), "", {"answers": {"a": [LONG], "x": [LONG]}, "messages": [EARLY, {"name": "withdrawn", "at": "PT2H"}]}, "s vs x ve v"),
    "one that takes over ends a quiet one": (start() + task("a") + end() + flows("s>a a>e") + handler("v", start("vs", MESSAGE, QUIET), task("x") + end("ve"), "vs>x x>ve") + handler("u", start("us", on("message", "m2")), end("ue"), "us>ue"), "", {"answers": {"a": [LONG], "x": [LONG]}, "messages": [EARLY, {"name": "withdrawn", "at": "PT2H"}]}, "s vs us ue u"),
    "the border still listens while one took over": (ENDS + end("eb") + sub("h", ASKED + handler("v", start("vs", MESSAGE), task("x") + end("ve"), "vs>x x>ve")) + boundary("b", "h", timer("P1D")) + flows("s>h h>e b>eb"), "", {"answers": {"a": [LONG], "x": [{"after": "P2D"}]}, "messages": [EARLY]}, "s s1 vs b eb"),
    "a scope that waits for a quiet one listens on": (ENDS + sub("h", ASKED + handler("v", start("vs", MESSAGE, QUIET), task("x") + end("ve"), "vs>x x>ve")) + flows("s>h h>e"), "", {"answers": {"a": [{"after": "PT90M"}], "x": [{"after": "P2D"}, HOUR]}, "messages": [EARLY, LATE]}, "s s1 vs a e1 vs x ve v x ve v h e"),
    "a condition that becomes true twice": (start() + task("a", "b", "c") + end() + flows("s>a a>b b>c c>e") + handler("v", start("vs", condition("n > 0"), QUIET), end("ve"), "vs>ve"), "", {"answers": {"a": [{"set": {"n": 1}}], "b": [{"set": {"n": 0}}], "c": [{"set": {"n": 2}}]}}, "s a vs ve v b c e vs ve v"),
    "a condition that is true from the beginning": (start() + task("a") + end() + handler("v", start("vs", condition("n > 1")), end("ve"), "vs>ve") + flows("s>a a>e"), "", {"variables": {"n": 2}}, "vs ve v"),
    "an error in what took over goes out": (ENDS + end("eb") + sub("h", BAD + handler("v", start("vs", MESSAGE), task("x") + end("ve"), "vs>x x>ve")) + boundary("b", "h", ERROR) + flows("s>h h>e b>eb"), "", {"messages": [EARLY], "answers": {"w": [LONG], "x": [{"error": "E1"}]}}, "s s1 vs b eb"),
    "what a quiet event began outlives the work": (ENDS + end("eb") + task("w") + boundary("b", "w", timer("PT1H"), interrupting=False) + task("x") + flows("s>w w>e b>x x>eb"), "", {"answers": {"w": [{"after": "PT2H"}], "x": [LONG]}}, "s b w e x eb"),
    "or is waited for where the ways meet": (ENDS + task("w", "x") + boundary("b", "w", timer("PT1H"), interrupting=False) + gate("inclusive", "j") + flows("s>w w>j b>x x>j j>e"), "", {"answers": {"w": [{"after": "PT2H"}], "x": [LONG]}}, "s b w x j e"),
    "and not, where it did not happen": (ENDS + task("w", "x") + boundary("b", "w", timer("PT1H"), interrupting=False) + gate("inclusive", "j") + flows("s>w w>j b>x x>j j>e"), "", {}, "s w j e"),
    "a timer in each instance": (ENDS + sub("h", several(2) + BAD + boundary("b", "w", timer("PT1H")) + end("e2") + flows("b>e2")) + flows("s>h h>e"), "", {"answers": {"w": [{"after": "PT30M"}, LONG]}}, "s s1 s1 w e1 h b e2 h e"),
    "reminders without end while it lasts": (ENDS + end("eb") + task("t") + boundary("b", "t", timer("R/PT10M", "timeCycle"), interrupting=False) + flows("s>t t>e b>eb"), "", {"answers": {"t": [{"after": "PT35M"}]}}, "s b eb b eb b eb t e"),
}  # fmt: skip

REPEATED: dict[str, Row] = {
    "none of a sub-process": (ENDS + sub("h", several(0) + start("s1") + end("e1") + flows("s1>e1")) + flows("s>h h>e"), "", {}, "s e"),
    "instances of a call": (ENDS + f'<callActivity id="c" calledElement="q">{several(2)}</callActivity>' + flows("s>c c>e"), process("q", start("qs") + end("qe") + flows("qs>qe")), {}, "s qs qs qe c qe c e"),
    "instances in instances": (ENDS + sub("h", several(2) + start("s1") + task("t", inner=several(2)) + end("e1") + flows("s1>t t>e1")) + flows("s>h h>e"), "", {}, "s s1 s1 t t e1 h t t e1 h e"),
    "until the data say so": (ENDS + task("t", inner=several(5, TURN, "<completionCondition>refused</completionCondition>")) + flows("s>t t>e"), "", {"answers": {"t": [{}, {"set": {"refused": True}}]}}, "s t t e"),
    "until half of them are done": (ENDS + task("t", inner=several(4, "", "<completionCondition>nrOfCompletedInstances / nrOfInstances >= 0.5</completionCondition>")) + flows("s>t t>e"), "", {}, "s t t e"),
    "until one is running": (ENDS + task("t", inner=several(4, "", "<completionCondition>numberOfActiveInstances = 1</completionCondition>")) + flows("s>t t>e"), "", {}, "s t t t e"),
    "a loop of a sub-process": (ENDS + sub("h", '<standardLoopCharacteristics loopMaximum="3"><loopCondition>n &lt; 2</loopCondition></standardLoopCharacteristics>' + ASKED) + flows("s>h h>e"), "", {"variables": {"n": 0}, "answers": {"a": [{"set": {"n": 1}}, {"set": {"n": 2}}]}}, "s s1 a e1 h s1 a e1 h e"),
    "a loop that is interrupted": (ENDS + end("eb") + task("t", inner='<standardLoopCharacteristics loopMaximum="9"><loopCondition>true</loopCondition></standardLoopCharacteristics>') + boundary("b", "t", timer("PT150M")) + flows("s>t t>e b>eb"), "", {"answers": {"t": [HOUR] * 9}}, "s t t b eb"),
    "two calls of one process at once": (ENDS + gate("parallel", "f", "j") + '<callActivity id="c1" calledElement="q"/><callActivity id="c2" calledElement="q"/>' + flows("s>f f>c1 f>c2 c1>j c2>j j>e"), process("q", start("qs") + task("t") + end("qe") + flows("qs>t t>qe")), {}, "s f qs qs t qe c1 t qe c2 j e"),
}  # fmt: skip

UNDOABLE = start("s1") + end("e1") + undoable("a") + flows("s1>a a>e1")
CANCELLED = end("eb") + boundary("c", "h", "<cancelEventDefinition/>") + flows("s>h h>e c>eb")
UNDONE: dict[str, Row] = {
    "a named sub-process": (ENDS + sub("h", UNDOABLE) + undoable("b") + throw("t", '<compensateEventDefinition activityRef="h"/>') + flows("s>h h>b b>t t>e"), "", {}, "s s1 a e1 h b ba ua t e"),
    "after an error at the border": (ENDS + end("eb") + undoable("a") + task("w") + boundary("x", "w", on("error")) + throw("t", UNDO) + flows("s>a a>w w>e x>t t>eb"), "", {"answers": {"w": [{"error": "z"}]}}, "s a x ba ua t eb"),
    "only in its own scope": (ENDS + undoable("a") + sub("h", start("s1") + undoable("b") + throw("t", UNDO) + end("e1") + flows("s1>b b>t t>e1")) + flows("s>a a>h h>e"), "", {}, "s a s1 b bb ub t e1 h e"),
    "at the end of a sub-process": (ENDS + sub("h", start("s1") + undoable("b") + end("e1", UNDO) + flows("s1>b b>e1")) + flows("s>h h>e"), "", {}, "s s1 b bb ub e1 h e"),
    "every instance of a sub-process, the last first": (ENDS + sub("h", several(2, TURN) + start("s1") + end("e1") + undoable("a", "b") + flows("s1>a a>b b>e1")) + throw("t", UNDO) + flows("s>h h>t t>e"), "", {}, "s s1 a b e1 h s1 a b e1 h bb ub ba ua bb ub ba ua t e"),
    "not what was interrupted": (ENDS + end("eb") + sub("h", start("s1") + undoable("a") + task("w") + end("e1") + flows("s1>a a>w w>e1")) + boundary("x", "h", on("error")) + throw("t", UNDO) + flows("s>h h>e x>t t>eb"), "", {"answers": {"w": [{"error": "z"}]}}, "s s1 a x t eb"),
    "what its own event sub-process does instead": (ENDS + sub("h", UNDOABLE + handler("v", start("vs", UNDO), task("x") + end("ve"), "vs>x x>ve")) + throw("t", UNDO) + flows("s>h h>t t>e"), "", {}, "s s1 a e1 h vs x ve v t e"),
    "what an event sub-process did itself": (start() + task("w") + end() + flows("s>w w>e") + handler("v", start("vs", ERROR), undoable("a") + throw("t", UNDO) + end("ve"), "vs>a a>t t>ve"), "", {"answers": {"w": [{"error": "E1"}]}}, "s vs a ba ua t ve v"),
    "one activity, from the event sub-process of its scope": (ENDS + sub("h", start("s1") + undoable("a", "b") + task("w") + end("e1") + flows("s1>a a>b b>w w>e1") + handler("v", start("vs", ERROR), throw("t", '<compensateEventDefinition activityRef="a"/>') + end("ve"), "vs>t t>ve")) + flows("s>h h>e"), "", {"answers": {"w": [{"error": "E1"}]}}, "s s1 a b vs ba ua t ve v h e"),
    "until what undoes it fails": (ENDS + end("eb") + sub("h", start("s1") + undoable("a") + throw("t", UNDO) + end("e1") + flows("s1>a a>t t>e1")) + boundary("x", "h", on("error")) + flows("s>h h>e x>eb"), "", {"answers": {"ua": [{"error": "E"}]}}, "s s1 a ba x eb"),
    "by a sub-process": (ENDS + task("a") + boundary("ba", "a", UNDO) + sub("ua", start("us") + task("ux") + end("ue") + flows("us>ux ux>ue"), 'isForCompensation="true"') + '<association id="as" sourceRef="ba" targetRef="ua"/>' + throw("t", UNDO) + flows("s>a a>t t>e"), "", {}, "s a ba us ux ue ua t e"),
    "by several instances": (ENDS + task("a") + boundary("ba", "a", UNDO) + task("ua", inner=several(2), more='isForCompensation="true"') + '<association id="as" sourceRef="ba" targetRef="ua"/>' + throw("t", UNDO) + flows("s>a a>t t>e"), "", {}, "s a ba ua ua t e"),
    "a sub-process in a sub-process": (ENDS + sub("h", start("s1") + sub("g", UNDOABLE.replace('"s1', '"s2').replace('"e1', '"e2').replace("s1-", "s2-").replace("-e1", "-e2")) + undoable("b") + end("e1") + flows("s1>g g>b b>e1")) + throw("t", UNDO) + flows("s>h h>t t>e"), "", {}, "s s1 s2 a e2 g b e1 h bb ub ba ua t e"),
    "nothing, where nothing was done": (ENDS + throw("t", UNDO) + undoable("a") + flows("s>t t>a a>e"), "", {}, "s t a e"),
    "the called process by itself": (ENDS + undoable("a") + '<callActivity id="c" calledElement="q"/>' + flows("s>a a>c c>e"), process("q", start("qs") + undoable("qa") + end("qe", UNDO) + flows("qs>qa qa>qe")), {}, "s a qs qa bqa uqa qe c e"),
    "but not from outside": (ENDS + '<callActivity id="c" calledElement="q"/>' + throw("t", UNDO) + flows("s>c c>t t>e"), process("q", start("qs") + undoable("qa") + end("qe") + flows("qs>qa qa>qe")), {}, "s qs qa qe c t e"),
    "what was done last first, however it is drawn": (ENDS + gate("parallel", "f", "j") + undoable("a", "b") + throw("t", UNDO) + flows("s>f f>a f>b a>j b>j j>t t>e"), "", {"answers": {"a": [{"after": "PT2H"}], "b": [HOUR]}}, "s f b a j ba ua bb ub t e"),
    "until it is interrupted": (ENDS + end("eb") + sub("h", start("s1") + undoable("a") + throw("t", UNDO) + end("e1") + flows("s1>a a>t t>e1")) + boundary("b", "h", timer("PT1H")) + flows("s>h h>e b>eb"), "", {"answers": {"ua": [LONG]}}, "s s1 a ba b eb"),
    "a transaction that went well": (ENDS + sub("h", UNDOABLE, what="transaction") + throw("t", UNDO) + flows("s>h h>t t>e"), "", {}, "s s1 a e1 h ba ua t e"),
    "a cancelled transaction with a sub-process": (ENDS + sub("h", start("s1") + undoable("a") + sub("g", start("s2") + undoable("b") + end("e2") + flows("s2>b b>e2")) + end("x", "<cancelEventDefinition/>") + flows("s1>a a>g g>x"), what="transaction") + CANCELLED, "", {}, "s s1 a s2 b e2 g bb ub ba ua x c eb"),
    "one of two transactions, which cancels both": (ENDS + sub("h", several(2) + start("s1") + undoable("a") + gate("exclusive", "x", more='default="x-e1"') + end("e1") + end("c1", "<cancelEventDefinition/>") + flows("s1>a a>x x>c1[loopCounter_=_2] x>e1"), what="transaction") + CANCELLED, "", {}, "s s1 s1 a x e1 h a x ba ua c1 c eb"),
}  # fmt: skip

PAIR = '<collaboration id="co"><participant id="P1" processRef="p"/><participant id="P2" processRef="q"/>{}</collaboration>'
LETTERS = PAIR.format(
    '<messageFlow id="m1" sourceRef="ask" targetRef="os"/><messageFlow id="m2_" sourceRef="no" targetRef="b"/><messageFlow id="m3" sourceRef="yes" targetRef="w"/>'
)
OFFICE = process(
    "q",
    start("os", on("message"))
    + task("look")
    + gate("exclusive", "x", more='default="x-yes"')
    + end("no", on("message"))
    + end("yes", on("message"))
    + flows("os>look look>x x>no[bad] x>yes"),
)
CUSTOMER = (
    ENDS
    + end("eb")
    + throw("ask", on("message"))
    + '<receiveTask id="w"/>'
    + boundary("b", "w", on("message"))
    + flows("s>ask ask>w w>e b>eb")
)
TALK = PAIR.format(
    '<messageFlow id="m1" sourceRef="t" targetRef="qc"/><messageFlow id="m2_" sourceRef="qt" targetRef="c"/>'
)
POOLS: dict[str, Row] = {
    "an answer to the one who waits": (CUSTOMER, LETTERS + OFFICE, {}, "s ask os look x yes w e"),
    "an answer to its border": (CUSTOMER, LETTERS + OFFICE, {"answers": {"look": [{"set": {"bad": True}}]}}, "s ask os look x no b eb"),
    "two that both begin by themselves": (ENDS + throw("t", MESSAGE) + catch("c", on("message", "m2")) + flows("s>t t>c c>e"), TALK + process("q", start("qs") + catch("qc", MESSAGE) + throw("qt", on("message", "m2")) + end("qe") + flows("qs>qc qc>qt qt>qe")), {}, "s t qs qc qt c e qe"),
}  # fmt: skip


@pytest.mark.parametrize("name", GATEWAYS)
def test_ways_part_and_meet(name: str) -> None:
    """Gateways in sub-processes, in loops, in one another, and interrupted."""
    assert ran(GATEWAYS[name]) == GATEWAYS[name][-1]


@pytest.mark.parametrize("name", MESSAGES)
def test_events_find_who_waits(name: str) -> None:
    """Messages, signals, timers, conditions and links, at a start, between and thrown."""
    assert ran(MESSAGES[name]) == MESSAGES[name][-1]


@pytest.mark.parametrize("name", SCOPES)
def test_scopes_catch_and_end(name: str) -> None:
    """Errors, escalations, ends of all, and event sub-processes within one another."""
    assert ran(SCOPES[name]) == SCOPES[name][-1]


@pytest.mark.parametrize("name", REPEATED)
def test_work_is_repeated(name: str) -> None:
    """Instances and loops of every kind of activity."""
    assert ran(REPEATED[name]) == REPEATED[name][-1]


@pytest.mark.parametrize("name", UNDONE)
def test_work_is_undone(name: str) -> None:
    """What is undone, by what, and in which order."""
    assert ran(UNDONE[name]) == UNDONE[name][-1]


@pytest.mark.parametrize("name", POOLS)
def test_pools_answer_one_another(name: str) -> None:
    """Two processes of one model, each with its own instance."""
    assert ran(POOLS[name]) == POOLS[name][-1]


TASKS = (
    "task",
    "userTask",
    "serviceTask",
    "manualTask",
    "sendTask",
    "businessRuleTask",
    "scriptTask",
    "receiveTask",
)


@pytest.mark.parametrize("what", TASKS)
def test_every_kind_of_task_is_answered(what: str) -> None:
    """An error the first time, an escalation and data the second; without an answer it is just done."""
    inner, more = "", ""
    if what == "scriptTask":
        inner, more = "<script>foreign()</script>", 'scriptFormat="groovy"'
    body = (
        ENDS
        + end("e2")
        + task("t", what=what, inner=inner, more=more)
        + gate("exclusive", "x")
        + flows("s>x x>t t>e b>x q>e2")
    )
    body += boundary("b", "t", ERROR) + boundary("q", "t", RAISED, interrupting=False)
    outcome = play(
        model(body, DECLARED), answers={"t": [{"error": "E1"}, {"escalation": "X1", "set": {"n": 1}}]}
    )
    assert (outcome.status, outcome.variables) == ("completed", {"n": 1})
    assert " ".join(outcome.trace) in {"s x b x q e2 t e", "s x b x q t e2 e", "s x b x q t e e2"}
    assert play(model(body, DECLARED)).trace == ("s", "x", "t", "e")


OUTSIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "another message": (start("s", MESSAGE) + end() + flows("s>e"), {"messages": [{"name": "unpaid"}]}),
    "another signal": (start("s", SIGNAL) + end() + flows("s>e"), {"signals": [{"name": "all clear"}]}),
    "a condition that does not hold": (start("s", condition("n > 1")) + end() + flows("s>e"), {"variables": {"n": 1}}),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_does_not_happen_begins_nothing(name: str) -> None:
    """The process waits to be begun; without any script it is begun to be seen."""
    body, script = OUTSIDE[name]
    outcome = play(model(body, DECLARED), **script)
    assert (outcome.status, outcome.trace) == ("waiting", ())
    assert play(model(body, DECLARED)).trace == ("s", "e")


HELD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "no way of an inclusive choice": (ENDS + gate("inclusive", "i", "j") + task("a", "b") + flows("s>i i>a[x] i>b[y] a>j b>j j>e"), {}, "s", "i no_flow"),
    "no way behind a task": (ENDS + end("e2") + task("t") + flows("s>t t>e[n_=_1] t>e2[n_=_2]"), {}, "s t", "t no_flow"),
    "an error that nobody catches": (ENDS + task("t") + flows("s>t t>e"), {"answers": {"t": [{"error": "E1"}]}}, "s", "t error"),
    "an error with another code": (ENDS + end("e2") + task("t") + boundary("b", "t", ERROR) + flows("s>t t>e b>e2"), {"answers": {"t": [{"error": "E2"}]}}, "s", "t error"),
    "a complex join that is never satisfied": (ENDS + THREE + complex_("activationCount >= most") + flows("a>x b>x c>x x>d d>e"), {"variables": {"most": 4}}, "s f a b c", "x stuck"),
    "a list that is none": (ENDS + task("t", inner='<multiInstanceLoopCharacteristics camunda:collection="people"/>') + flows("s>t t>e"), {}, "s", "t collection"),
    "a cycle that says nothing": (ENDS + catch("t", timer("often", "timeCycle")) + flows("s>t t>e"), {"variables": {"often": "now and then"}}, "s", "t timer"),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_what_cannot_go_on_stands_still(name: str) -> None:
    """An incident names the element; it is not in the trace, for it is not done."""
    body, script, expected, incident = HELD[name]
    outcome = play(model(body, DECLARED), **script)
    told = " ".join(f"{each['element']} {each['code']}" for each in outcome.incidents)
    assert (outcome.status, " ".join(outcome.trace), told) == ("incident", expected, incident)
