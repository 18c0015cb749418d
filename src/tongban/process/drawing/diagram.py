"""The places that somebody drew: BPMN diagram interchange (OMG BPMN 2.0.2, chapter 12)."""

from tongban.process.drawing.picture import Edge, Picture, Point, Shape
from tongban.process.graph import Trigger
from tongban.process.xml import Document, Element

_EVENTS = frozenset(
    ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
)
_TRIGGERS = {
    "messageEventDefinition": Trigger.MESSAGE, "timerEventDefinition": Trigger.TIMER,
    "signalEventDefinition": Trigger.SIGNAL, "errorEventDefinition": Trigger.ERROR,
    "escalationEventDefinition": Trigger.ESCALATION, "conditionalEventDefinition": Trigger.CONDITIONAL,
    "compensateEventDefinition": Trigger.COMPENSATION, "cancelEventDefinition": Trigger.CANCEL,
    "terminateEventDefinition": Trigger.TERMINATE, "linkEventDefinition": Trigger.LINK,
}  # fmt: skip
_BEHIND = ("participant", "lane", "group")


def picture_of_document(document: Document) -> Picture | None:
    """The largest diagram of a document; None when it has none with a shape in it."""
    elements = {each.get("id"): each for each in document.root.walk() if each.get("id")}
    planes = [each for each in document.root.walk() if each.local == "BPMNPlane"]
    pictures = [_plane(each, elements) for each in planes]
    drawn = [each for each in pictures if each.shapes]
    return max(drawn, key=lambda each: len(each.shapes), default=None)


def _plane(plane: Element, elements: dict[str, Element]) -> Picture:
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for each in plane:
        element = elements.get(each.get("bpmnElement").rpartition(":")[2])
        if element is None:
            continue
        if each.local == "BPMNShape":
            shape = _shape(each, element)
            if shape is not None:
                shapes.append(shape)
        elif each.local == "BPMNEdge":
            points = tuple(
                (_number(point, "x"), _number(point, "y")) for point in each if point.local == "waypoint"
            )
            if len(points) > 1:
                edges.append(
                    Edge(
                        id=element.get("id"), points=points, what=element.local, text=element.get("name"),
                        label=_label(each), source=element.get("sourceRef"), target=element.get("targetRef"),
                    )
                )  # fmt: skip
    order = {shape.id: index for index, shape in enumerate(shapes)}
    shapes.sort(key=lambda shape: (*_depth(shape), order[shape.id]))
    return Picture(shapes=tuple(shapes), edges=tuple(edges))


def _depth(shape: Shape) -> tuple[int, float]:
    """What lies behind comes first: pools, lanes, then large sub-processes before what is in them."""
    if shape.what in _BEHIND:
        return _BEHIND.index(shape.what), 0.0
    return len(_BEHIND), -shape.width * shape.height if shape.expanded else 1.0


def _shape(each: Element, element: Element) -> Shape | None:
    bounds = next((child for child in each if child.local == "Bounds"), None)
    if bounds is None:
        return None
    repeated = ""
    triggers = []
    for child in element:
        if child.local == "standardLoopCharacteristics":
            repeated = "loop"
        elif child.local == "multiInstanceLoopCharacteristics":
            repeated = "sequential" if child.get("isSequential") == "true" else "parallel"
        elif child.local in _TRIGGERS and element.local in _EVENTS:
            triggers.append(str(_TRIGGERS[child.local]))
    words = element.get("name") or (_annotation(element) if element.local == "textAnnotation" else "")
    return Shape(
        id=element.get("id"),
        what=element.local,
        x=_number(bounds, "x"),
        y=_number(bounds, "y"),
        width=max(1.0, _number(bounds, "width")),
        height=max(1.0, _number(bounds, "height")),
        text=words,
        trigger=triggers[0] if len(triggers) == 1 else "multiple" if triggers else "",
        interrupting=element.get("cancelActivity", "true") != "false"
        and element.get("isInterrupting", "true") != "false",
        expanded=element.local in {"subProcess", "transaction", "adHocSubProcess"}
        and each.get("isExpanded") != "false"
        and any(child.local in _EVENTS or child.local.lower().endswith("task") for child in element),
        upright=element.local in {"participant", "lane"} and each.get("isHorizontal") != "false",
        label=_label(each),
        repeated=repeated,
    )


def _annotation(element: Element) -> str:
    return next((child.text for child in element if child.local == "text"), "")


def _label(each: Element) -> tuple[float, float, float, float] | None:
    for child in each:
        if child.local == "BPMNLabel":
            for bounds in child:
                if bounds.local == "Bounds":
                    place: Point = _number(bounds, "x"), _number(bounds, "y")
                    return *place, max(1.0, _number(bounds, "width")), max(1.0, _number(bounds, "height"))
    return None


def _number(element: Element, name: str) -> float:
    """A coordinate; anything that is none is 0, since a picture is better than no picture."""
    try:
        value = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0  # noqa: PLR2004 -- a million pixels: also refuses NaN and infinity
