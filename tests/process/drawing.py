"""Small BPMN models for tests, written as short as one can read them."""

# ruff: noqa: E501 - a model is read best on one line

from typing import Any

from tongban.kernel.calendar import official
from tongban.process.bpmn import Reading, read
from tongban.process.graph import Graph
from tongban.process.script import read_script
from tongban.process.tryout import Outcome, run

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:tongban="urn:tongban:bpmn" targetNamespace="urn:test" '
    'expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">'
)


def model(body: str, beside: str = "", *, executable: str = "true", process: str = "p") -> bytes:
    """One process with this body; `beside` stands in the definitions."""
    said = f' isExecutable="{executable}"' if executable else ""
    return f'{HEAD}{beside}<process id="{process}"{said}>{body}</process></definitions>'.encode()


def flows(text: str) -> str:
    """`a>b b>c[x > 1]` as sequence flows named `a-b` and `b-c`; a condition holds no blank outside `_`."""
    made = []
    for part in text.split():
        ends, _, condition = part.partition("[")
        source, target = ends.split(">")
        inner = ""
        if condition:
            feel = condition.rstrip("]").replace("_", " ").replace("<", "&lt;")
            inner = f"<conditionExpression>{feel}</conditionExpression>"
        made.append(f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}'
                    "</sequenceFlow>")  # fmt: skip
    return "".join(made)


def start(identity: str = "s", inner: str = "", more: str = "") -> str:
    """A start event."""
    return f'<startEvent id="{identity}" {more}>{inner}</startEvent>'


def end(identity: str = "e", inner: str = "") -> str:
    """An end event."""
    return f'<endEvent id="{identity}">{inner}</endEvent>'


def task(*identities: str, inner: str = "", more: str = "", what: str = "userTask") -> str:
    """Tasks."""
    return "".join(f'<{what} id="{identity}" {more}>{inner}</{what}>' for identity in identities)


def gate(kind: str, *identities: str, more: str = "") -> str:
    """Gateways of one kind."""
    return "".join(f'<{kind}Gateway id="{identity}" {more}/>' for identity in identities)


def sub(identity: str, body: str, more: str = "", what: str = "subProcess") -> str:
    """A sub-process."""
    return f'<{what} id="{identity}" {more}>{body}</{what}>'


def boundary(identity: str, host: str, inner: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    cancels = "true" if interrupting else "false"
    return f'<boundaryEvent id="{identity}" attachedToRef="{host}" cancelActivity="{cancels}">{inner}</boundaryEvent>'


def catch(identity: str, inner: str) -> str:
    """An intermediate event that waits."""
    return f'<intermediateCatchEvent id="{identity}">{inner}</intermediateCatchEvent>'


def throw(identity: str, inner: str = "") -> str:
    """An intermediate event that throws."""
    return f'<intermediateThrowEvent id="{identity}">{inner}</intermediateThrowEvent>'


def timer(text: str, kind: str = "timeDuration") -> str:
    """A timer."""
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def on(kind: str, reference: str = "") -> str:
    """Another event definition, by its kind: message, signal, error, escalation."""
    said = f' {kind}Ref="{reference}"' if reference else ""
    return f"<{kind}EventDefinition{said}/>"


def condition(feel: str) -> str:
    """A conditional event's definition."""
    return f"<conditionalEventDefinition><condition>{feel}</condition></conditionalEventDefinition>"


DECLARED = (
    '<message id="m" name="paid"/><message id="m2" name="withdrawn"/><signal id="sg" name="alarm"/>'
    '<error id="er" errorCode="E1"/><error id="er2" errorCode="E2"/><escalation id="es" escalationCode="X1"/>'
)


def graph(data: bytes) -> Graph:
    """The graph of a model that has to be good."""
    reading = read(data)
    assert reading.graph is not None, [each.to_json() for each in reading.findings]
    return reading.graph


def play(data: bytes, **script: Any) -> Outcome:
    """Run a good model against a script."""
    calendar = official()
    made = read_script(script, calendar)
    reading = read(data, made.conditions)
    assert reading.graph is not None, [each.to_json() for each in reading.findings]
    return run(reading.graph, made, calendar)


def trace(data: bytes, **script: Any) -> str:
    """The trace of a run that has to complete, as words."""
    outcome = play(data, **script)
    assert (outcome.status, outcome.incidents) == ("completed", ()), outcome
    return " ".join(outcome.trace)


def refused(data: bytes) -> dict[str, str]:
    """Element → reason of a model that has to be refused."""
    reading: Reading = read(data)
    found: dict[str, str] = {}
    for each in reading.findings:
        if each.severity == "error":
            found[each.element] = f"{found.get(each.element, '')} {each.message}".strip()
    assert reading.graph is None, "the model was not refused"
    assert found
    return found
