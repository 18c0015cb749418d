"""A model that cannot mean what it says is refused, with the element and the reason."""

# ruff: noqa: E501 - a model is read best on one line

import pytest

from tests.process.drawing import (
    DECLARED,
    HEAD,
    boundary,
    catch,
    condition,
    end,
    flows,
    gate,
    model,
    on,
    refused,
    start,
    sub,
    task,
    throw,
    timer,
)  # fmt: skip
from tongban.kernel.errors import TongbanError
from tongban.process.bpmn import read

SE = start() + end()
OK = SE + task("t") + flows("s>t t>e")
UNDO = "<compensateEventDefinition/>"

CASES = {
    # flows
    "no target": (SE + '<sequenceFlow id="f" sourceRef="s"/>', "f", "dangles"),
    "unknown target": (SE + flows("s>e") + '<sequenceFlow id="f" sourceRef="s" targetRef="gone"/>', "f", "does not exist"),
    "flow to data": (SE + flows("s>e") + '<dataObject id="d"/><sequenceFlow id="f" sourceRef="s" targetRef="d"/>', "f", "dataObject"),
    "across a border": (SE + sub("p1", start("s1") + task("a") + end("e1") + flows("s1>a a>e1")) + flows("s>p1 p1>e") + '<sequenceFlow id="f" sourceRef="s" targetRef="a"/>', "f", "crosses the border"),
    "into a start": (OK + flows("t>s"), "s", "into a start"),
    "out of an end": (OK + flows("e>t"), "e", "out of an end"),
    "a named flow that is gone": (OK.replace('<userTask id="t" >', '<userTask id="t"><outgoing>gone</outgoing>'), "gone", "does not exist"),
    "double id": (OK + task("t"), "t", "twice"),
    "no id": (OK + "<userTask/>", "p", "no id"),
    "not BPMN": (OK + '<robotTask id="r"/>', "r", "nothing that BPMN has"),
    "a lane of nothing": (OK + '<laneSet id="ls"><lane id="l"><flowNodeRef>gone</flowNodeRef></lane></laneSet>', "p", "gone"),
    # choices
    "missing condition": (SE + gate("exclusive", "x") + task("a", "b") + flows("s>x x>a[n_>_1] x>b x>c a>e b>e c>e") + task("c"), "x-b", "no condition"),
    "missing beside a default": (SE + gate("exclusive", "x", more='default="x-b"') + task("a", "b") + flows("s>x x>a x>b a>e b>e"), "x-a", "no condition"),
    "default with a condition": (SE + gate("exclusive", "x", more='default="x-b"') + task("a", "b") + flows("s>x x>a[true] x>b[true] a>e b>e"), "x-b", "never asked"),
    "expression cut off": (OK.replace('id="t" ', 'id="t" camunda:assignee="${boss"'), "t", "cut off"),
    "unknown attribute": (OK.replace('id="t" ', 'id="t" colour="red"'), "t", "no attribute"),
    "an event after a race, reached from elsewhere": (SE + gate("eventBased", "g") + gate("parallel", "f") + catch("a", timer("P1D")) + catch("b", on("message", "m")) + flows("s>f f>g f>a g>a g>b a>e b>e"), "a", "nowhere else"),
    "nothing at all": ("", "p", "nothing in the model"),
    "empty condition": (SE + gate("exclusive", "x", more='default="x-b"') + flows("s>x x>b b>e a>e") + task("a", "b") + '<sequenceFlow id="f" sourceRef="x" targetRef="a"><conditionExpression/></sequenceFlow>', "f", "condition"),
    "condition is no FEEL": (SE + gate("exclusive", "x", more='default="x-b"') + task("a", "b") + flows("s>x x>a[n_>] x>b a>e b>e"), "x-a", "not FEEL"),
    "default leads elsewhere": (SE + gate("exclusive", "x", more='default="s-x"') + task("a", "b") + flows("s>x x>a[true] x>b[true] a>e b>e"), "x", "does not leave"),
    "condition after a parallel gateway": (SE + gate("parallel", "x") + task("a", "b") + flows("s>x x>a[true] x>b a>e b>e"), "x-a", "does not choose"),
    "a race of one": (SE + gate("eventBased", "g") + catch("a", timer("P1D")) + flows("s>g g>a a>e"), "g", "several"),
    "a race of tasks": (SE + gate("eventBased", "g") + catch("a", timer("P1D")) + task("b") + flows("s>g g>a g>b a>e b>e"), "g-b", "no event"),
    # soundness
    "unreachable": (OK + task("lost") + flows("lost>e"), "lost", "never be reached"),
    "unreachable circle": (OK + task("a", "b") + flows("a>b b>a b>e"), "a", "never be reached"),
    "no end": (SE + task("a", "b") + flows("s>a a>b b>a") + flows("b>e").replace("b-e", "q").replace('targetRef="e"', 'targetRef="a"') , "e", "never be reached"),
    "endless circle": (start() + task("a", "b") + flows("s>a a>b b>a"), "a", "never ends"),
    "choice before a parallel join": (SE + gate("exclusive", "x") + gate("parallel", "j") + task("a", "b") + flows("s>x x>a[n_>_1] x>b[n_<_2] a>j b>j j>e"), "j", "stuck"),
    "loop into a parallel join": (SE + gate("parallel", "j") + gate("exclusive", "x", more='default="x-e"') + task("a") + flows("s>j j>a a>x x>j[again] x>e"), "j", "stuck"),
    "a way out of a fork": (SE + end("e2") + gate("parallel", "f", "j") + gate("exclusive", "x", more='default="x-j"') + task("a") + flows("s>f f>a f>x a>j x>j x>e2[n_>_1] j>e"), "x-e2", "never comes to an end"),
    "a boundary way into a parallel join": (SE + gate("parallel", "j") + task("a") + boundary("b", "a", timer("P1D")) + flows("s>a a>j b>j j>e"), "j", "stuck"),
    "tokens without end": (SE + gate("parallel", "f") + task("a") + flows("s>a a>f f>a f>e"), "p", "more and more"),
    "race before a parallel join": (SE + gate("eventBased", "g") + gate("parallel", "j") + catch("a", timer("P1D")) + catch("b", on("message", "m")) + flows("s>g g>a g>b a>j b>j j>e"), "j", "stuck"),
    "stuck inside a sub-process": (SE + sub("p1", start("s1") + end("e1") + gate("exclusive", "x") + gate("parallel", "j") + flows("s1>x x>j[n_>_1] j>e1") + '<sequenceFlow id="g" sourceRef="x" targetRef="j"><conditionExpression>true</conditionExpression></sequenceFlow>') + flows("s>p1 p1>e"), "j", "stuck"),
    # events
    "message without name": (SE + catch("c", on("message")) + flows("s>c c>e"), "c", "message"),
    "unknown message": (SE + catch("c", on("message", "gone")) + flows("s>c c>e"), "c", "does not exist"),
    "unknown signal": (SE + throw("c", on("signal", "gone")) + flows("s>c c>e"), "c", "does not exist"),
    "signal without name": (SE + catch("c", on("signal")) + flows("s>c c>e"), "c", "signal"),
    "unknown escalation": (SE + throw("c", on("escalation", "gone")) + flows("s>c c>e"), "c", "does not exist"),
    "error without code": (start() + end("e", on("error")) + flows("s>e"), "e", "without saying which"),
    "timer without time": (SE + catch("c", "<timerEventDefinition/>") + flows("s>c c>e"), "c", "when"),
    "timer with two times": (SE + catch("c", "<timerEventDefinition><timeDate>2026-01-01</timeDate><timeDuration>P1D</timeDuration></timerEventDefinition>") + flows("s>c c>e"), "c", "more than one"),
    "timer with nonsense": (SE + catch("c", timer("P1X")) + flows("s>c c>e"), "c", "ISO 8601"),
    "date with nonsense": (SE + catch("c", timer("2026-13-41", "timeDate")) + flows("s>c c>e"), "c", "ISO 8601"),
    "cycle with nonsense": (SE + catch("c", timer("R3/five minutes", "timeCycle")) + flows("s>c c>e"), "c", "ISO 8601"),
    "condition missing": (SE + catch("c", condition("")) + flows("s>c c>e"), "c", "condition"),
    "catch nothing": (SE + catch("c", "") + flows("s>c c>e"), "c", "what it waits for"),
    "catch an error in the way": (SE + catch("c", on("error", "er")) + flows("s>c c>e"), "c", "cannot be"),
    "end with a timer": (start() + end("e", timer("P1D")) + flows("s>e"), "e", "cannot be"),
    "throw a timer": (SE + throw("c", timer("P1D")) + flows("s>c c>e"), "c", "cannot be"),
    "begin with an error": (start(inner=on("error", "er")) + end() + flows("s>e"), "s", "cannot be"),
    "boundary of nothing": (OK + boundary("b", "gone", timer("P1D")) + flows("b>e"), "b", "no activity"),
    "boundary of a gateway": (SE + gate("exclusive", "x") + boundary("b", "x", timer("P1D")) + flows("s>x x>e b>e"), "b", "no activity"),
    "boundary without event": (OK + boundary("b", "t", "") + flows("b>e"), "b", "what it waits for"),
    "boundary with flow in": (OK + task("u") + boundary("b", "t", timer("P1D")) + flows("b>u u>b"), "b", "into a boundary"),
    "quiet error": (OK + boundary("b", "t", on("error"), interrupting=False) + flows("b>e"), "b", "always interrupts"),
    "cancel outside": (start() + end("e", "<cancelEventDefinition/>") + flows("s>e"), "e", "outside a transaction"),
    "cancel at a task": (OK + boundary("b", "t", "<cancelEventDefinition/>") + flows("b>e"), "b", "no transaction"),
    "link to nowhere": (start() + task("a") + throw("l", '<linkEventDefinition name="L"/>') + flows("s>a a>l"), "l", "leads nowhere"),
    "link from nowhere": (OK + catch("l", '<linkEventDefinition name="L"/>') + flows("l>e"), "l", "never thrown"),
    "compensation without handler": (OK + boundary("b", "t", UNDO), "b", "association"),
    "compensation with a flow": (OK + boundary("b", "t", UNDO) + flows("b>e"), "b", "association"),
    "two ways to undo": (OK + boundary("b", "t", UNDO) + boundary("c", "t", UNDO) + task("u", "v", more='isForCompensation="true"') + '<association id="x" sourceRef="b" targetRef="u"/><association id="y" sourceRef="c" targetRef="v"/>', "c", "the same"),
    "undo a process": (OK + sub("h", start("hs", UNDO) + end("he") + flows("hs>he"), 'triggeredByEvent="true"'), "hs", "never undone"),
    "two handlers of one error": (OK + boundary("b", "t", on("error", "er")) + boundary("c", "t", on("error", "er")) + flows("b>e c>e"), "c", "the same"),
    "two starts by one message": (start(inner=on("message", "m")) + start("s2", on("message", "m")) + end() + flows("s>e s2>e"), "s2", "the same"),
    "handler in the way": (OK.replace('id="t" ', 'id="t" isForCompensation="true" '), "t", "undoes work"),
    "undo the unknown": (SE + throw("c", '<compensateEventDefinition activityRef="gone"/>') + flows("s>c c>e"), "c", "does not exist"),
    # sub-processes and activities
    "message start inside": (SE + sub("p1", start("s1", on("message", "m")) + end("e1") + flows("s1>e1")) + flows("s>p1 p1>e"), "s1", "cannot wait"),
    "event sub-process with flow": (SE + sub("p1", start("s1", on("message", "m")) + end("e1") + flows("s1>e1"), 'triggeredByEvent="true"') + flows("s>p1 p1>e"), "p1", "no sequence flows"),
    "event sub-process with plain start": (OK + sub("p1", start("s1") + end("e1") + flows("s1>e1"), 'triggeredByEvent="true"'), "s1", "which event"),
    "event sub-process with two starts": (OK + sub("p1", start("s1", on("message", "m")) + start("s2", on("message", "m2")) + end("e1") + flows("s1>e1 s2>e1"), 'triggeredByEvent="true"'), "p1", "one start"),
    "calls nothing": (SE + '<callActivity id="c"/>' + flows("s>c c>e"), "c", "what it calls"),
    "calls itself": (SE + '<callActivity id="c" calledElement="p"/>' + flows("s>c c>e"), "c", "without end"),
    "several of nothing": (SE + task("t", inner="<multiInstanceLoopCharacteristics/>") + flows("s>t t>e"), "t", "how often"),
    "minus three times": (SE + task("t", inner="<multiInstanceLoopCharacteristics><loopCardinality>-3</loopCardinality></multiInstanceLoopCharacteristics>") + flows("s>t t>e"), "t", "negative"),
    "empty script": (SE + '<scriptTask id="t"/>' + flows("s>t t>e"), "t", "no script"),
    "script is no FEEL": (SE + '<scriptTask id="t" scriptFormat="feel"><script>1 +</script></scriptTask>' + flows("s>t t>e"), "t", "not FEEL"),
    "unknown data object": (OK + '<dataObjectReference id="d" dataObjectRef="gone"/>', "d", "does not exist"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_element_and_reason(name: str) -> None:
    """Every case names the element at fault and says why in words."""
    body, element, reason = CASES[name]
    found = refused(model(body, DECLARED))
    assert reason in found.get(element, ""), found


GOOD = {
    "an error without a code that something catches": SE + end("e2") + sub("p1", start("s1") + end("bad", on("error")) + flows("s1>bad")) + boundary("b", "p1", on("error")) + flows("s>p1 p1>e b>e2"),
    "an inclusive way without a condition": SE + gate("inclusive", "x", more='default="x-a"') + task("a", "b") + flows("s>x x>a x>b a>e b>e"),
    "one way without a condition": SE + gate("exclusive", "x") + task("a", "b") + flows("s>x x>a[n_>_1] x>b a>e b>e"),
    "two questions with one answer": SE + gate("exclusive", "x", "y") + gate("parallel", "f", "j") + task("a", "b", "c", "d") + end("e2") + flows("s>f f>x f>y x>a[n_>_1] x>b[n_<_2] y>c[n_>_1] y>d[n_<_2] a>j c>j j>e b>e2 d>e2"),
    "a deadline saves a join": SE + sub("p1", start("s1") + gate("parallel", "f", "j") + task("a") + catch("w", on("message", "m")) + end("e1") + flows("s1>f f>a f>w a>j w>j j>e1")) + boundary("b", "p1", timer("P1D")) + flows("s>p1 p1>e b>e"),
    "a fork without a join": SE + gate("parallel", "f") + task("a", "b") + flows("s>f f>a f>b a>e b>e"),
    "terminate beside a join": SE + end("x1", "<terminateEventDefinition/>") + gate("parallel", "f", "j") + gate("exclusive", "x", more='default="x-j"') + task("a") + flows("s>f f>a f>x a>j x>j x>x1[n_>_1] j>e"),
    "a loop of tasks": SE + gate("exclusive", "x", more='default="x-e"') + task("a") + flows("s>a a>x x>a[again] x>e"),
    "a task after which nothing comes": start() + task("a") + flows("s>a"),
    "a collapsed sub-process": SE + sub("p1", "") + flows("s>p1 p1>e"),
    "a call elsewhere": SE + '<callActivity id="c" calledElement="other"/>' + flows("s>c c>e"),
    "recursion with a way out": SE + gate("exclusive", "x", more='default="x-e"') + '<callActivity id="c" calledElement="p"/>' + flows("s>x x>c[n_>_1] x>e c>e"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_can_end_is_accepted(name: str) -> None:
    """Soundness finds no fault where some run ends."""
    reading = read(model(GOOD[name], DECLARED))
    assert not reading.refused, [each.to_json() for each in reading.findings]


def test_a_drawing_need_not_be_complete() -> None:
    """Without conditions and times it is a drawing: remarks, no refusal."""
    body = (
        SE
        + gate("exclusive", "x")
        + task("a", "b")
        + catch("c", "<timerEventDefinition><timeDate/></timerEventDefinition>")
    )
    for said in ("false", ""):
        reading = read(model(body + flows("s>x x>a x>b a>c c>e b>e"), executable=said))
        assert not reading.refused
        assert reading.findings


def test_pools_are_checked() -> None:
    """Message flows lead from pool to pool, and somewhere."""

    def pools(flow: str, reference: str = "p") -> dict[str, str]:
        collaboration = f'<collaboration id="c"><participant id="P" processRef="{reference}"/><participant id="Q"/>{flow}</collaboration>'
        return refused(
            f'{HEAD}{collaboration}<process id="p" isExecutable="true">{OK}</process></definitions>'.encode()
        )

    assert "dangles" in pools('<messageFlow id="m" sourceRef="t" targetRef="gone"/>')["m"]
    assert "one pool" in pools('<messageFlow id="m" sourceRef="t" targetRef="s"/>')["m"]
    assert "does not exist" in pools("", "gone")["P"]


HOSTILE = {
    "entities": b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>',
    "a file of the machine": b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>',
    "elements": HEAD.encode() + b"<process id='p'>" + b"<task/>" * 100_000 + b"</process></definitions>",
    "levels": HEAD.encode() + b"<subProcess>" * 5000 + b"</subProcess>" * 5000 + b"</definitions>",
    "half a file": HEAD.encode() + b"<process",
    "nothing": b"",
    "not XML": "公安局".encode("gb18030"),
    "another format": b"<html/>",
    "wrong prefix": b"<x:definitions/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    """With a reason; how quickly, `benchmarks/refusals.py` measures."""
    with pytest.raises(TongbanError) as caught:
        read(HOSTILE[name])
    assert caught.value.detail


@pytest.mark.parametrize(("processes", "told"), [(3, 4), (1200, 1000)])
def test_what_else_is_wrong_is_told_while_anybody_reads_it(processes: int, told: int) -> None:
    """Beside a small circle of calls a broken flow is told; beside a thousand calls nothing is looked at."""
    calls = "".join(
        f'<process id="p{k}" isExecutable="true">{start(f"s{k}")}<callActivity id="c{k}" calledElement="p{(k + 1) % processes}"/>'
        f"{flows(f's{k}>c{k}')}</process>"
        for k in range(processes)
    )
    broken = f'<process id="q" isExecutable="true">{SE}{flows("s>gone")}{flows("s>e")}</process>'
    found = refused(f"{HEAD}{broken}{calls}</definitions>".encode())
    assert len(found) == told
    assert ("s-gone" in found) == (told < 1000)
    assert all("without end" in found[f"c{k}"] for k in range(min(processes, 1000)))


def test_a_circle_that_can_be_left_is_no_fault() -> None:
    """Each process calls the next one only on one of two ways."""
    body = "".join(
        f'<process id="p{k}" isExecutable="true">{start(f"s{k}")}{end(f"e{k}")}'
        + gate("exclusive", f"x{k}").replace("/>", f' default="x{k}-e{k}"/>')
        + f'<callActivity id="c{k}" calledElement="p{(k + 1) % 3}"/>'
        + flows(f"s{k}>x{k} x{k}>c{k}[n_>_1] x{k}>e{k} c{k}>e{k}")
        + "</process>"
        for k in range(3)
    )
    assert not read(f"{HEAD}{body}</definitions>".encode()).refused


def test_a_long_model_is_checked_to_its_end() -> None:
    """A thousand steps, a hundred branches, a chain of choices: what grows faster than they do never ends."""
    chain = "".join(flows(f"t{k}>t{k + 1}") for k in range(1000)) + task(*(f"t{k}" for k in range(1001)))
    fan = (
        gate("parallel", "f", "j")
        + "".join(task(f"a{k}") + flows(f"f>a{k} a{k}>j") for k in range(100))
        + flows("s>f j>e")
    )
    choices = "".join(
        gate("exclusive", f"x{k}")
        + gate("parallel", f"f{k}", f"j{k}")
        + task(f"a{k}", f"b{k}", f"c{k}")
        + flows(
            f"f{k}>x{k} f{k}>c{k} x{k}>a{k}[n_>_1] x{k}>b{k}[n_<_2] a{k}>y{k} b{k}>y{k} y{k}>j{k} c{k}>j{k}"
        )
        + gate("exclusive", f"y{k}")
        + (flows(f"j{k}>f{k + 1}") if k < 19 else flows(f"j{k}>e"))
        for k in range(20)
    ) + flows("s>f0")
    calls = "".join(
        f'<process id="p{k}" isExecutable="true">{start(f"s{k}")}<callActivity id="c{k}" calledElement="p{(k + 1) % 200}"/>'
        f"{flows(f's{k}>c{k}')}</process>"
        for k in range(200)
    )
    assert len(refused(f"{HEAD}{calls}</definitions>".encode())) == 200
    for body in (chain, SE + fan, SE + choices):
        assert not read(model(body)).refused


@pytest.mark.parametrize("ends", ['sourceRef="a"', 'targetRef="a"', 'sourceRef="a" targetRef="nowhere"'])
def test_a_dotted_line_has_two_ends(ends: str) -> None:
    """Nobody can tell what it joins; in a drawing that is a remark."""
    body = start() + task("a") + end() + flows("s>a a>e") + f'<association id="as" {ends}/>'
    assert "as" in refused(model(body))
    assert read(model(body, executable="false")).graph is not None
