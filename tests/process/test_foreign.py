"""Models as other tools write them: what is unusual but clear is not refused."""

# ruff: noqa: E501 - a model is read best on one line

import pytest

from tests.process.drawing import (
    boundary,
    catch,
    end,
    flows,
    gate,
    graph,
    model,
    on,
    play,
    refused,
    start,
    sub,
    task,
    timer,
    trace,
)
from tongban.process.bpmn import read

ENDS = start() + end()


@pytest.mark.parametrize(
    "body",
    [
        start() + task("a", "b", "lost") + end() + boundary("x", "a", "") + end("e2") + flows("s>a a>e x>e2"),
        start() + task("a") + end() + catch("c", "") + flows("s>c c>a a>e"),
        start() + task("a") + flows("s>a a>a"),
        start() + end() + flows("s>e") + sub("h", "", 'triggeredByEvent="true"'),
        "",
    ],
)
def test_an_unfinished_drawing_is_told_and_not_refused(body: str) -> None:
    """What says that it is not executable is a picture; the same in an executable process is refused."""
    reading = read(model(body, executable="false"))
    assert reading.graph is not None
    assert reading.findings
    assert refused(model(body))


def test_a_picture_without_a_process_is_not_refused() -> None:
    """A choreography or a collaboration of empty pools is BPMN, too; an empty file is not."""
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
    reading = read(
        f'{head}<collaboration id="c"><participant id="p"/></collaboration></definitions>'.encode()
    )
    assert reading.graph is not None
    assert refused(f"{head}</definitions>".encode())


def test_a_process_that_waits_in_a_circle_may_go_on_for_ever() -> None:
    """Something outside sets its pace; a circle of work alone never ends and is refused."""
    body = start() + task("a") + catch("c", timer("PT1H")) + gate("exclusive", "x") + flows("s>x x>a a>c c>x")
    assert graph(model(body))
    assert "a" in refused(model(start() + task("a") + gate("exclusive", "x") + flows("s>x x>a a>x")))


def test_each_of_several_ends_that_end_all_counts() -> None:
    """Two errors at the end of two ways: either may come first."""
    error = '<error id="er" errorCode="E1"/>'
    body = (
        start()
        + gate("parallel", "f")
        + task("a", "b")
        + end("e1", on("error", "er"))
        + end("e2", on("error", "er"))
    )
    assert graph(model(body + flows("s>f f>a f>b a>e1 b>e2"), error))


def test_an_empty_condition_matters_only_where_something_is_chosen() -> None:
    """Some tools write it everywhere."""
    empty = '<sequenceFlow id="{0}" sourceRef="{1}" targetRef="{2}"><conditionExpression/></sequenceFlow>'
    body = ENDS + task("a") + empty.format("f1", "s", "a") + flows("a>e")
    assert trace(model(body)) == "s a e"
    choice = start() + gate("exclusive", "x", more='default="d"') + end() + end("e2") + flows("s>x")
    assert trace(model(choice + empty.format("d", "x", "e") + flows("x>e2[false]"))) == "s x e"
    assert "f" in refused(model(choice + empty.format("d", "x", "e") + empty.format("f", "x", "e2")))


def test_a_path_may_end_at_a_join() -> None:
    """Nothing follows the gateway, so its token is gone; a choice without ways is refused."""
    body = start() + gate("parallel", "f", "j") + task("a", "b") + flows("s>f f>a f>b a>j b>j")
    assert trace(model(body)) == "s f a b j"
    assert "x" in refused(model(start() + gate("exclusive", "x") + flows("s>x")))


def test_feel_of_another_vendor_is_foreign() -> None:
    """Its functions are not ours, so the expression is not run; a misspelt function is a mistake."""
    body = (
        ENDS
        + end("e2")
        + gate("exclusive", "x", more='default="x-e2"')
        + flows("s>x x>e[is_empty(list)] x>e2")
    )
    assert play(model(body)).incidents[0]["code"] == "foreign"
    assert play(model(body), conditions={"x-e": "list = []"}, variables={"list": []}).trace == ("s", "x", "e")
    assert "x-e" in refused(model(body.replace("is empty", "is emty")))


def test_a_text_over_several_lines_is_read() -> None:
    """As some editors write it."""
    inner = '<extensionElements><zeebe:ioMapping><zeebe:input source="=&quot;one&#10;two&quot;" target="x"/><zeebe:output source="=x" target="y"/><zeebe:input source="three&#10;four" target="z"/></zeebe:ioMapping></extensionElements>'
    assert play(model(ENDS + task("a", inner=inner) + flows("s>a a>e"))).variables == {"y": "one\ntwo"}


def test_data_may_have_any_name() -> None:
    """A name that is no word of FEEL is still a name; without a value it is null."""
    inner = (
        "<dataInputAssociation><sourceRef>d-1 a9</sourceRef><targetRef>in</targetRef></dataInputAssociation>"
    )
    body = ENDS + task("a", inner=inner) + flows("s>a a>e")
    assert trace(model(body + '<dataObject id="o" name="d-1 a9"/>')) == "s a e"
    assert "a" in refused(model(body))


def test_blanks_before_the_declaration_are_passed_over() -> None:
    """A file that begins with an empty line."""
    assert graph(b'\n<?xml version="1.0"?>' + model(ENDS + flows("s>e")))


def test_where_another_engine_keeps_its_variables_is_understood() -> None:
    """`environment.variables.x` is x; anything it does with services stays foreign."""
    body = start() + gate("exclusive", "x", more='default="x-e"') + end() + end("e2") + flows("s>x x>e")
    flow = '<sequenceFlow id="f" sourceRef="x" targetRef="e2"><conditionExpression>${{{0}}}</conditionExpression></sequenceFlow>'
    named = model(body + flow.format("environment.variables.n &gt; 1"))
    assert trace(named, variables={"n": 2}) == "s x e2"
    assert play(model(body + flow.format("environment.services.ask(1)"))).incidents[0]["code"] == "foreign"


def test_a_text_may_have_holes() -> None:
    """Timers and inputs with `${…}` in the middle."""
    body = (
        ENDS
        + task("a")
        + boundary("b", "a", timer("R/PT1H/${until}", "timeCycle"), interrupting=False)
        + end("x")
    )
    said = {"variables": {"until": "2026-01-05T11:30:00+08:00"}, "answers": {"a": [{"after": "PT9H"}]}}
    assert trace(model(body + flows("s>a a>e b>x")), **said) == "s b x b x a e"
    inner = '<extensionElements><camunda:inputOutput><camunda:inputParameter name="hello">To ${name}, {0}!</camunda:inputParameter><camunda:outputParameter name="said">${hello}</camunda:outputParameter></camunda:inputOutput></extensionElements>'
    outcome = play(model(ENDS + task("a", inner=inner) + flows("s>a a>e")), variables={"name": "Li"})
    assert outcome.variables["said"] == "To Li, {0}!"


def test_a_call_may_inherit_everything_beside_its_mappings() -> None:
    """As one vendor writes it."""
    called = (
        '<process id="q" isExecutable="true">'
        + start("qs")
        + catch("qc", timer("=wait"))
        + end("qe")
        + flows("qs>qc qc>qe")
        + "</process>"
    )
    mapped = '<extensionElements><camunda:in source="x" target="y"/></extensionElements>'
    body = (
        ENDS
        + f'<callActivity id="c" calledElement="q" camunda:inheritVariables="true">{mapped}</callActivity>'
        + flows("s>c c>e")
    )
    assert trace(model(body, called), variables={"wait": "PT1H", "x": 1}) == "s qs qc qe c e"
    assert "c" in refused(model(body.replace('source="x"', ""), called))


def test_a_text_may_be_holes_all_over() -> None:
    """It is a text, whatever stands between them; as a condition it is never true."""
    inner = '<extensionElements><camunda:inputOutput><camunda:inputParameter name="x">${a} of ${b}</camunda:inputParameter><camunda:outputParameter name="y">${x}</camunda:outputParameter></camunda:inputOutput></extensionElements>'
    outcome = play(model(ENDS + task("t", inner=inner) + flows("s>t t>e")), variables={"a": 1, "b": "two"})
    assert outcome.variables["y"] == "1 of two"
