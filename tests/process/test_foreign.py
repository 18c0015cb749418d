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


DROOLS = b'<definitions xmlns:drools="http://www.jboss.org/drools" '


@pytest.mark.parametrize(
    ("text", "kind", "times"),
    [
        ("1h30m", "timeDuration", 1), ("2d", "timeDuration", 0), ("30m", "timeCycle", 3),
        ("5m###45m", "timeCycle", 2), ("90m500ms", "timeDuration", 1),
    ],
)  # fmt: skip
def test_times_may_be_written_in_short_where_a_tool_does(text: str, kind: str, times: int) -> None:
    """Only in models of that family; elsewhere they are no times of ISO 8601."""
    data = model(
        ENDS
        + task("t")
        + boundary("b", "t", timer(text, kind), interrupting=False)
        + end("be")
        + flows("s>t t>e b>be")
    )
    outcome = play(data.replace(b"<definitions ", DROOLS, 1), answers={"t": [{"after": "PT2H"}]})
    assert outcome.trace.count("b") == times
    assert "b" in refused(data)


def test_a_signal_may_be_named_without_being_declared_where_a_tool_does() -> None:
    """Its bare name is what it is matched by."""
    data = model(ENDS + catch("c", on("signal", "alarm")) + flows("s>c c>e"))
    assert "c" in refused(data)
    outcome = play(data.replace(b"<definitions ", DROOLS, 1), signals=[{"name": "alarm", "at": "PT1H"}])
    assert outcome.status == "completed"


def test_an_event_of_a_registry_comes_as_a_message() -> None:
    """One vendor names it in the extensions, without a definition of BPMN."""
    inner = '<extensionElements><f:eventType xmlns:f="http://flowable.org/bpmn">ordered</f:eventType></extensionElements>'
    arrival = {"name": "ordered", "at": "PT1H"}
    assert trace(model(ENDS + catch("c", inner) + flows("s>c c>e")), messages=[arrival]) == "s c e"
    begun = play(model(start(inner=inner) + end() + flows("s>e")), messages=[arrival])
    assert begun.trace == ("s", "e")
    bordered = model(ENDS + task("t") + boundary("b", "t", inner) + end("be") + flows("s>t t>e b>be"))
    assert trace(bordered, messages=[arrival], answers={"t": [{"never": True}]}) == "s b be"


def test_an_event_may_wait_for_a_variable() -> None:
    """One vendor names it in the extensions; the event happens once the variable has a value."""
    inner = '<extensionElements><f:variableListenerEventDefinition xmlns:f="http://flowable.org/bpmn" variableName="x"/></extensionElements>'
    body = ENDS + gate("parallel", "g") + catch("c", inner) + task("t") + end("e2")
    drawn = model(body + flows("s>g g>c g>t c>e t>e2"))
    assert trace(drawn, answers={"t": [{"set": {"x": 1}}]}) == "s g t c e2 e"
    assert play(drawn).status == "waiting"


def test_an_end_may_end_everything_where_a_vendor_says_so() -> None:
    """Not only its scope: nothing around it goes on."""
    ending = '<terminateEventDefinition xmlns:f="http://flowable.org/bpmn" f:terminateAll="true"/>'
    body = ENDS + sub("u", start("us") + end("ue", ending) + flows("us>ue")) + flows("s>u u>e")
    assert trace(model(body)) == "s us ue"
    assert trace(model(body.replace("true", "false"))) == "s us ue u e"


def test_what_is_left_out_of_a_mapping_hands_over_nothing() -> None:
    """Templates of one vendor leave sources empty; a target has to be there. Others assign nothing."""
    empty = '<extensionElements><zeebe:ioMapping><zeebe:input source="" target="x"/></zeebe:ioMapping></extensionElements>'
    assert trace(model(ENDS + task("t", inner=empty) + flows("s>t t>e"))) == "s t e"
    nothing = "<dataInputAssociation><targetRef>x</targetRef><assignment><to>x</to></assignment></dataInputAssociation>"
    assert trace(model(ENDS + task("t", inner=nothing) + flows("s>t t>e"))) == "s t e"


def test_a_repeated_sub_process_may_say_what_it_goes_through() -> None:
    """One family of tools gives it inputs in no set; the standard gives a sub-process none."""
    given = '<ioSpecification><dataInput id="i" name="i"/><inputSet/><outputSet/></ioSpecification>'
    given += (
        "<dataInputAssociation><sourceRef>list</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
    )
    given += '<multiInstanceLoopCharacteristics><loopDataInputRef>i</loopDataInputRef><inputDataItem id="each"/></multiInstanceLoopCharacteristics>'
    inside = start("us") + task("t") + end("ue") + flows("us>t t>ue")
    body = '<property id="list" name="list"/>' + ENDS + sub("u", given + inside) + flows("s>u u>e")
    assert play(model(body), variables={"list": [1, 2]}).trace.count("t") == 2
