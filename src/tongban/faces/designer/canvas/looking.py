"""A process without the editor: its drawing, made on the server, and its steps as a list."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from tongban.faces.common import words
from tongban.kernel.errors import TongbanError
from tongban.process import bpmn
from tongban.process.drawing import picture_of_document, picture_of_graph, svg
from tongban.process.xml import Document, Element, parse

_STEPS = frozenset({
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    "task", "userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
    "manualTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway",
})  # fmt: skip
_THINGS = {
    "callActivity": "item", "userTask": "task", "businessRuleTask": "decision", "sendTask": "message",
    "exclusiveGateway": "exclusive", "parallelGateway": "parallel", "inclusiveGateway": "inclusive",
    "startEvent": "start", "endEvent": "end",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the list."""

    name: str
    kind: str
    """What it is, when its name does not say that already."""
    next: tuple[str, ...]
    """Names of what follows."""


@dataclass(frozen=True, slots=True)
class Look:
    """What can be seen of a model."""

    picture: SafeString | None
    steps: tuple[Step, ...]


def look(model: str, title: str) -> Look:
    """The drawing and the list; empty for a text that is no model."""
    data = model.encode()
    try:
        document = parse(data)
        picture = picture_of_document(document)
        if picture is None:
            graph = bpmn.read(data).graph
            picture = picture_of_graph(graph) if graph is not None else None
    except TongbanError:
        return Look(None, ())
    drawn = None
    if picture is not None:
        said = words.say("designer.canvas.picture", name=title)
        drawn = mark_safe(svg(picture, title=said, identity="process-picture"))  # noqa: S308  # it escapes every text
    return Look(drawn, _steps(document))


def title(model: str) -> str:
    """The name that the first process of a model carries; empty when it has none."""
    try:
        root = parse(model.encode()).root
    except TongbanError:
        return ""
    return next((each.get("name") for each in root if each.local == "process" and each.get("name")), "")


def _steps(document: Document) -> tuple[Step, ...]:
    nodes = {each.get("id"): each for each in document.root.walk() if each.local in _STEPS and each.get("id")}
    following: dict[str, list[str]] = {identity: [] for identity in nodes}
    for each in document.root.walk():
        source, target = each.get("sourceRef"), each.get("targetRef")
        if each.local == "sequenceFlow" and source in nodes and target in nodes:
            way = each.get("name")
            following[source].append(f"{way}：{_name(nodes[target])}" if way else _name(nodes[target]))
    return tuple(
        Step(_name(node), _kind(node) if node.get("name") else "", tuple(following[identity]))
        for identity, node in nodes.items()
    )


def _name(node: Element) -> str:
    return node.get("name") or _kind(node)


def _kind(node: Element) -> str:
    if thing := _THINGS.get(node.local):
        return words.say(f"designer.canvas.js.thing.{thing}")
    kind = f"designer.canvas.js.type.{node.local[:1].upper()}{node.local[1:]}"
    return words.say(kind) if words.has(kind) else words.say("designer.canvas.js.type.other")
