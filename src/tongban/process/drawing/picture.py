"""A picture: shapes and edges with their places."""

from dataclasses import dataclass
from functools import cached_property

Point = tuple[float, float]
MARGIN = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One element that takes up room."""

    id: str
    what: str
    """The name of its BPMN element, such as `userTask`; `participant` and `lane` for what lies behind."""
    x: float
    y: float
    width: float
    height: float
    text: str = ""
    trigger: str = ""
    """Kind of event: `timer`, `message`, …; `multiple` for several."""
    interrupting: bool = True
    expanded: bool = False
    """A sub-process whose inside is shown."""
    upright: bool = False
    """A pool or lane whose words stand at its left side, turned."""
    label: tuple[float, float, float, float] | None = None
    """Where its words stand when that is not inside: x, y, width, height."""
    repeated: str = ""
    """`loop`, `parallel` or `sequential` for an activity that is done several times."""

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One line."""

    id: str
    points: tuple[Point, ...]
    what: str = "sequenceFlow"
    text: str = ""
    label: tuple[float, float, float, float] | None = None
    source: str = ""
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """All of it; what lies behind comes first."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of what is to be seen, with a margin."""
        boxes = [(each.x, each.y, each.x + each.width, each.y + each.height) for each in self.shapes]
        boxes += [(x, y, x, y) for edge in self.edges for x, y in edge.points]
        labels = [shape.label for shape in self.shapes] + [edge.label for edge in self.edges]
        boxes += [(x, y, x + width, y + height) for x, y, width, height in filter(None, labels)]
        if not boxes:
            return 0.0, 0.0, 2 * MARGIN, 2 * MARGIN
        left = min(box[0] for box in boxes) - MARGIN
        top = min(box[1] for box in boxes) - MARGIN
        right = max(box[2] for box in boxes) + MARGIN
        bottom = max(box[3] for box in boxes) + MARGIN
        return left, top, right - left, bottom - top
