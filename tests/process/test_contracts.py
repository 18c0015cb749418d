"""What declarations promise each other: data, messages, operations, resources, pools, links, expressions.

Each case is a model that breaks one promise, what makes it good, and the element that is told.
"""

# ruff: noqa: E501 - a model is read best on one line

import pytest

from tests.process.drawing import (
    DECLARED,
    HEAD,
    catch,
    end,
    flows,
    gate,
    model,
    refused,
    start,
    sub,
    task,
    throw,
)
from tongban.process.bpmn import read

ENDS = start() + end()
LINE = ENDS + task("t") + flows("s>t t>e")
ITEMS = (
    '<itemDefinition id="text" structureRef="xs:string"/><itemDefinition id="texts" isCollection="true"/>'
    '<message id="note" name="note" itemRef="text"/><resource id="desk" name="desk"><resourceParameter id="floor"/></resource>'
)


def works(inner: str, what: str = "userTask", more: str = "") -> str:
    """A process of one activity `t`."""
    return ENDS + task("t", inner=inner, what=what, more=more) + flows("s>t t>e")


def takes(sets: str, data: str = '<dataInput id="a"/><dataInput id="b"/>') -> str:
    """A task with data inputs, in these sets."""
    return works(f"<ioSpecification>{data}{sets}</ioSpecification>")


def several(behavior: str, inner: str = "", more: str = "") -> str:
    """A task that is done three times and tells of it."""
    return works(
        f'<multiInstanceLoopCharacteristics behavior="{behavior}" {more}><loopCardinality>3</loopCardinality>{inner}</multiInstanceLoopCharacteristics>'
    )


def pool(inner: str) -> str:
    """The model with one pool."""
    return f'{ITEMS}<collaboration id="C"><participant id="P" processRef="p">{inner}</participant></collaboration>'


def links(target: str, source: str = "here") -> str:
    """A link whose ends know each other by their ids."""
    return (
        ENDS
        + throw(
            "l", f'<linkEventDefinition id="here" name="to"><target>{target}</target></linkEventDefinition>'
        )
        + catch(
            "k",
            f'<linkEventDefinition id="there" name="from"><source>{source}</source></linkEventDefinition>',
        )
        + flows("s>l k>e")
    )


BOTH = "<inputSet><dataInputRefs>a</dataInputRefs><dataInputRefs>b</dataInputRefs></inputSet><outputSet/>"
ONLY_A = "<inputSet><dataInputRefs>a</dataInputRefs>{}</inputSet>"
DEFINED = '<signalEventDefinition id="own" signalRef="sg"/>'

CASES: dict[str, tuple[str, str, str]] = {
    "an input in no set": (takes(ONLY_A.format("") + "<outputSet/>"), takes(BOTH), "t"),
    "a set of what is not there": (takes(BOTH.replace(">b<", ">c<") + ONLY_A.format("").replace(">a<", ">b<")), takes(BOTH), "t"),
    "optional, but not in the set": (takes(ONLY_A.format("<optionalInputRefs>b</optionalInputRefs>") + ONLY_A.format("").replace(">a<", ">b<")), takes(BOTH.replace("</inputSet>", "<optionalInputRefs>b</optionalInputRefs></inputSet>")), "t"),
    "sets that do not know each other": (takes(BOTH.replace("<inputSet>", '<inputSet id="i">').replace("</inputSet>", "<outputSetRefs>o</outputSetRefs></inputSet>").replace("<outputSet/>", '<outputSet id="o"/>')), takes(BOTH.replace("<inputSet>", '<inputSet id="i">').replace("</inputSet>", "<outputSetRefs>o</outputSetRefs></inputSet>").replace("<outputSet/>", '<outputSet id="o"><inputSetRefs>i</inputSetRefs></outputSet>')), "t"),
    "a sub-process with inputs": (ENDS + sub("u", "<ioSpecification><inputSet/><outputSet/></ioSpecification>" + start("us") + end("ue") + flows("us>ue")) + flows("s>u u>e"), ENDS + sub("u", start("us") + end("ue") + flows("us>ue")) + flows("s>u u>e"), "u"),
    "two sets for one message": (works('<ioSpecification><dataOutput id="a"/><inputSet/><outputSet><dataOutputRefs>a</dataOutputRefs></outputSet><outputSet><dataOutputRefs>a</dataOutputRefs></outputSet></ioSpecification>', "receiveTask", 'messageRef="note"'), works('<ioSpecification><dataOutput id="a"/><inputSet/><outputSet><dataOutputRefs>a</dataOutputRefs></outputSet></ioSpecification>', "receiveTask", 'messageRef="note"'), "t"),
    "an item that is not declared": (LINE + '<dataObject id="d" itemSubjectRef="gone"/>', LINE + '<dataObject id="d" itemSubjectRef="text"/>', "d"),
    "one thing of many": (LINE + '<dataObject id="d" isCollection="false" itemSubjectRef="texts"/>', LINE + '<dataObject id="d" itemSubjectRef="texts"/>', "d"),
    "performers said twice": (works("<performer><resourceRef>desk</resourceRef><resourceAssignmentExpression><formalExpression>x</formalExpression></resourceAssignmentExpression></performer>"), works("<performer><resourceRef>desk</resourceRef></performer>"), "t"),
    "a resource that is not declared": (works("<performer><resourceRef>gone</resourceRef></performer>"), works("<performer><resourceRef>desk</resourceRef></performer>"), "t"),
    "a parameter that the resource has not": (works('<performer><resourceRef>desk</resourceRef><resourceParameterBinding parameterRef="gone"/></performer>'), works('<performer><resourceRef>desk</resourceRef><resourceParameterBinding parameterRef="floor"/></performer>'), "t"),
    "parameters of nothing": (works('<performer><resourceParameterBinding parameterRef="floor"/></performer>'), works('<performer><resourceRef>desk</resourceRef><resourceParameterBinding parameterRef="floor"/></performer>'), "t"),
    "an address that is none": (ENDS + task("t", more='default="t-e"') + end("e2") + flows("s>t t>e") + '<sequenceFlow id="f" sourceRef="t" targetRef="e2"><conditionExpression language="_at%$!">a</conditionExpression></sequenceFlow>', ENDS + task("t", more='default="t-e"') + end("e2") + flows("s>t t>e") + '<sequenceFlow id="f" sourceRef="t" targetRef="e2"><conditionExpression language="http://www.w3.org/1999/XPath">a</conditionExpression></sequenceFlow>', "f"),
    "mixed, but it only joins": (ENDS + gate("parallel", "f") + gate("parallel", "j", more='gatewayDirection="Mixed"') + task("a", "b") + flows("s>f f>a f>b a>j b>j j>e"), ENDS + gate("parallel", "f") + gate("parallel", "j", more='gatewayDirection="Converging"') + task("a", "b") + flows("s>f f>a f>b a>j b>j j>e"), "j"),
    "runs that tell of nothing": (several("None"), several("None", more='noneBehaviorEventRef="say"'), "t"),
    "complex without a condition": (several("Complex", "<complexBehaviorDefinition><condition/></complexBehaviorDefinition>"), several("Complex", '<complexBehaviorDefinition><condition>numberOfCompletedInstances = 1</condition><event id="v"><eventDefinitionRef>say</eventDefinitionRef></event></complexBehaviorDefinition>'), "t"),
    "an event of another event": (ENDS + throw("a", DEFINED) + throw("b", "<eventDefinitionRef>own</eventDefinitionRef>") + flows("s>a a>b b>e"), ENDS + throw("a", DEFINED) + throw("b", "<eventDefinitionRef>say</eventDefinitionRef>") + flows("s>a a>b b>e"), "b"),
    "data from what has none": (works("<dataInputAssociation><sourceRef>s</sourceRef><targetRef>x</targetRef></dataInputAssociation>") + '<dataObject id="d"/>', works("<dataInputAssociation><sourceRef>d</sourceRef><targetRef>x</targetRef></dataInputAssociation>") + '<dataObject id="d"/>', "t"),
    "data to nowhere": (works("<dataOutputAssociation><sourceRef>d</sourceRef></dataOutputAssociation>") + '<dataObject id="d"/>', works("<dataOutputAssociation><sourceRef>x</sourceRef><targetRef>d</targetRef></dataOutputAssociation>") + '<dataObject id="d"/>', "t"),
    "an assignment to nothing": (works("<dataOutputAssociation><targetRef>d</targetRef><assignment><from>1</from></assignment></dataOutputAssociation>") + '<dataObject id="d"/>', works("<dataOutputAssociation><targetRef>d</targetRef><assignment><from>1</from><to>d</to></assignment></dataOutputAssociation>") + '<dataObject id="d"/>', "t"),
    "an end that nothing leads to": (LINE + end("z"), LINE + end("z") + flows("t>z"), "z"),
    "a join behind a choice with a default": (ENDS + gate("inclusive", "x", more='default="x-b"') + gate("parallel", "j") + task("a", "b") + flows("s>x x>a[n] x>b a>j b>j j>e"), ENDS + gate("inclusive", "x", more='default="x-b"') + gate("inclusive", "j") + task("a", "b") + flows("s>x x>a[n] x>b a>j b>j j>e"), "j"),
    "a second token that never comes": (ENDS + task("a") + task("t", more='startQuantity="2"') + flows("s>a a>t t>e"), ENDS + task("a", more='completionQuantity="2"') + task("t", more='startQuantity="2"') + flows("s>a a>t t>e"), "t"),
    "a link to no link": (links("t") + task("t", more='isForCompensation="false"'), links("there"), "l"),
    "a link to what expects another": (links("there", "elsewhere"), links("there"), "l"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_promise_that_is_broken_is_told_at_its_element(name: str) -> None:
    """And the same model is good when it is kept; a drawing is only told."""
    bad, good, element = CASES[name]
    beside = DECLARED + ITEMS + '<signalEventDefinition id="say" signalRef="sg"/>'
    assert element in refused(model(bad, beside))
    reading = read(model(good, beside))
    assert reading.graph is not None, reading.findings
    if not name.startswith(("a link", "a join")):  # what could never be meant, drawn or not
        assert read(model(bad, beside, executable="false")).graph is not None


AROUND: dict[str, tuple[str, str]] = {
    "a message of no item": ('<message id="q" name="q" itemRef="gone"/>', "q"),
    "an interface without operations": ('<interface id="q" name="q"/>', "q"),
    "an operation without a message": ('<interface id="i" name="i"><operation id="q" name="q"/></interface>', "q"),
    "an operation of no message": ('<interface id="i" name="i"><operation id="q" name="q"><inMessageRef>gone</inMessageRef></operation></interface>', "i"),
    "fewer than no partners": (pool('<participantMultiplicity minimum="-1" maximum="2"/>'), "P"),
    "at most fewer than at least": (pool('<participantMultiplicity minimum="3" maximum="2"/>'), "P"),
    "a pool of no interface": (pool("<interfaceRef>gone</interfaceRef>"), "P"),
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_declarations_around_a_process_keep_their_promises(name: str) -> None:
    """Where anything is to be executed; a drawing may be unfinished."""
    beside, element = AROUND[name]
    beside = beside if "texts" in beside else ITEMS + beside
    found = {each.element for each in read(model(LINE, beside)).findings if each.severity == "error"}
    assert found & {element, "C"}, found
    assert read(model(LINE, beside, executable="false")).graph is not None


def test_a_lane_holds_what_is_its_own() -> None:
    """Not what another process of the same model holds."""
    lanes = '<laneSet id="ls"><lane id="l"><flowNodeRef>{}</flowNodeRef></lane></laneSet>'
    other = (
        '<process id="q" isExecutable="true">{}<startEvent id="qs"/><endEvent id="qe"/>'
        + flows("qs>qe")
        + "</process>"
    )
    assert "q" in refused(model(LINE, other.format(lanes.format("t"))))
    assert read(model(LINE, other.format(lanes.format("qe")))).graph is not None


def test_what_is_usual_between_declarations_is_good() -> None:
    """A pool of none to one, types of XML Schema, imported items, data without sets."""
    beside = pool('<participantMultiplicity minimum="0" maximum="1"/>').replace(
        "<itemD", '<itemDefinition id="n" structureRef="xs:int"/><itemD', 1
    )
    body = works('<ioSpecification><dataInput id="a" itemSubjectRef="xs:string"/></ioSpecification>')
    data = model(body, beside).replace(
        b"<definitions ", b'<definitions xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    )
    assert read(data).graph is not None, read(data).findings


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("when the clerk agrees.", False), ("das Amt stimmt zu", False), ("${agreed}", True),
        ("agreed and paid", True), ('x.contains("a")', True), ("agreed", True),
    ],
)  # fmt: skip
def test_a_sentence_is_no_condition(text: str, good: bool) -> None:  # noqa: FBT001
    """What people write into a drawing cannot be executed, unless the try-out replaces it or a tool says how."""
    head = HEAD.replace('expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"', "")
    flow = '<sequenceFlow id="f" sourceRef="t" targetRef="e2"><conditionExpression{}>{}</conditionExpression></sequenceFlow>'
    body = ENDS + task("t", more='default="t-e"') + end("e2") + flows("s>t t>e")

    def data(kind: str = "") -> bytes:
        return f'{head}<process id="p" isExecutable="true">{body}{flow.format(kind, text)}</process></definitions>'.encode()

    assert read(data()).refused is not good
    assert read(data(), {"f": "agreed"}).graph is not None
    assert read(data(' language="natural"')).graph is not None


def test_an_expression_may_lie_in_a_file_beside_the_model() -> None:
    """As one vendor's engine allows; it is foreign, not empty."""
    flow = '<sequenceFlow id="f" sourceRef="t" targetRef="e2"><conditionExpression language="groovy" camunda:resource="when.groovy"/></sequenceFlow>'
    data = model(ENDS + task("t", more='default="t-e"') + end("e2") + flows("s>t t>e") + flow)
    assert read(data).graph is not None, read(data).findings
