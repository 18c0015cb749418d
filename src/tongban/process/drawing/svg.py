"""A picture as SVG. Its look stands in `common/picture.css`, so that it follows the mode of the page.

Nothing in it runs, and no style is written inline: it works under the pages' content security policy. Every
element carries its id in `data-element`, which is how a page steps through a run.
"""

import itertools
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from tongban.process.drawing import symbols
from tongban.process.drawing.picture import Edge, Picture, Point, Shape

STATES = frozenset(symbols.STATES)
_LINE = 16.0
_EM = 13.0
_EVENT_WORDS = 116.0
_EVENTS = frozenset(
    ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
)
_BEHIND = frozenset(("participant", "lane", "group"))
_DATA = frozenset(("dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PIECE = re.compile(r"\s?[^\s\u2e80-\uffef]{1,12}|\s?[\u2e80-\uffef]")
"""Where a line may break: between Chinese characters, before a space, inside a word that is too long."""
_EDGE_WORDS = 100.0
_UNPOINTED = frozenset(("association", "dataInputAssociation", "dataOutputAssociation"))
HOTTEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is known about one element."""

    state: str = ""
    """One of `STATES`; empty: nothing."""
    text: str = ""
    """One short line under it: who, how long."""
    says: str = ""
    """The same in words for those who do not see it; the element's name comes before."""
    count: int | None = None
    heat: int = 0
    """0 (nothing) to `HOTTEST`."""
    href: str = ""

    def __post_init__(self) -> None:
        """Refuse a word that no picture knows. Raises: ValueError."""
        if self.state and self.state not in STATES:
            raise ValueError(f"{self.state!r} is none of {sorted(STATES)}")


NO_MARK = Mark()


def svg(
    picture: Picture, marks: Mapping[str, Mark] | None = None, *, title: str, identity: str = "picture"
) -> str:
    """The picture as an SVG element.

    Args:
        picture: what to draw.
        marks: element id → what is known about it.
        title: what the picture shows, for those who do not see it.
        identity: its id in the page, and the front of the ids inside it.
    """
    marks = marks or {}
    left, top, width, height = picture.bounds
    parts = [
        (
            f'<svg class="picture" id="{escape(identity)}" xmlns="http://www.w3.org/2000/svg" role="group"'
            f' aria-label="{_safe(title)}" viewBox="{_n(left)} {_n(top)} {_n(width)} {_n(height)}"'
            f' width="{_n(width)}" height="{_n(height)}">'
        ),
        _arrow(identity),
    ]
    behind = [each for each in picture.shapes if each.what in _BEHIND or each.expanded]
    front = [each for each in picture.shapes if not (each.what in _BEHIND or each.expanded)]
    parts += [_shape(each, marks.get(each.id, NO_MARK)) for each in behind]
    parts += [_edge(each, identity, passed=_passed(each, marks)) for each in picture.edges]
    parts += [_shape(each, marks.get(each.id, NO_MARK)) for each in front]
    return "".join([*parts, "</svg>"])


def _arrow(identity: str) -> str:
    """The head of the arrows."""
    head = '<path class="arrow" d="M0 0L10 5L0 10Z"/>'
    box = 'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"'
    return f'<defs><marker id="{escape(identity)}-arrow" {box}>{head}</marker></defs>'


def _passed(edge: Edge, marks: Mapping[str, Mark]) -> bool:
    """Whether a token has gone along: what it leads to has begun, what it comes from is over."""
    source, target = marks.get(edge.source, NO_MARK), marks.get(edge.target, NO_MARK)
    return source.state in {"done", "skipped"} and target.state not in {"", "later"}


def _edge(edge: Edge, identity: str, *, passed: bool) -> str:
    classes = f"flow {escape(edge.what)}" + (" passed" if passed else "")
    arrow = "" if edge.what in _UNPOINTED else f' marker-end="url(#{escape(identity)}-arrow)"'
    line = "L".join(f"{_n(x)} {_n(y)}" for x, y in edge.points)
    words = ""
    if edge.text:
        x, y, width = _edge_words(edge)
        words = _lines(edge.text, (x, y), width, 2, "words small")
    return f'<g class="{classes}" data-element="{escape(edge.id)}"><path d="M{line}"{arrow}/>{words}</g>'


def _edge_words(edge: Edge) -> tuple[float, float, float]:
    """Middle and width of the words of an edge: where they were put, else above its first long part."""
    if edge.label:
        x, y, width, height = edge.label
        return x + width / 2, y + height / 2, max(width, 60.0)
    (ax, ay), (bx, by) = max(itertools.pairwise(edge.points), key=lambda pair: math.dist(*pair))
    return (ax + bx) / 2, (ay + by) / 2 - 9.0, _EDGE_WORDS


def _shape(shape: Shape, mark: Mark) -> str:
    classes = ["shape", escape(shape.what)]
    if mark.state:
        classes.append(f"is-{mark.state}")
    if mark.heat:
        classes.append(f"heat-{min(mark.heat, HOTTEST)}")
    says = " · ".join(each for each in (shape.text, mark.says) if each)
    spoken = f' role="img" aria-label="{_safe(says)}"' if says and shape.what not in _BEHIND else ""
    inside = f"{_outline(shape)}{_words(shape)}{_marks(shape, mark)}"
    body = f'<g class="{" ".join(classes)}" data-element="{escape(shape.id)}"{spoken}>{inside}</g>'
    return f'<a href="{escape(mark.href)}">{body}</a>' if mark.href else body


def _outline(shape: Shape) -> str:
    x, y, width, height = shape.x, shape.y, shape.width, shape.height
    cx, cy = shape.centre
    if shape.what in _EVENTS:
        return _event(shape)
    if shape.what in symbols.GATEWAYS:
        diamond = f"M{_n(cx)} {_n(y)}L{_n(x + width)} {_n(cy)}L{_n(cx)} {_n(y + height)}L{_n(x)} {_n(cy)}Z"
        return f'<path class="body" d="{diamond}"/>{_sign(symbols.GATEWAYS[shape.what], (cx, cy))}'
    if shape.what == "textAnnotation":
        return f'<path class="bracket" d="M{_n(x + 12)} {_n(y)}H{_n(x)}V{_n(y + height)}H{_n(x + 12)}"/>'
    radius = 0 if shape.what in _BEHIND else 8
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    rect = f'<rect class="body" {place} rx="{radius}"/>'
    if shape.what == "transaction":
        rect += (
            f'<rect class="inner" x="{_n(x + 4)}" y="{_n(y + 4)}" width="{_n(width - 8)}"'
            f' height="{_n(height - 8)}" rx="5"/>'
        )
    sign = symbols.TASKS.get(shape.what)
    if sign:
        rect += _sign(sign, (x + 14, y + 14))
    if shape.repeated:
        rect += _sign(symbols.REPEATED[shape.repeated], (cx, y + height - 10))
    return rect


def _event(shape: Shape) -> str:
    cx, cy = shape.centre
    radius = min(shape.width, shape.height) / 2
    solid = "" if shape.interrupting else " dashed"
    made = f'<circle class="body{solid}" cx="{_n(cx)}" cy="{_n(cy)}" r="{_n(radius)}"/>'
    if shape.what not in {"startEvent", "endEvent"}:
        made += f'<circle class="inner{solid}" cx="{_n(cx)}" cy="{_n(cy)}" r="{_n(radius - 3.5)}"/>'
    if shape.trigger:
        throws = shape.what in {"endEvent", "intermediateThrowEvent"}
        made += _sign(symbols.TRIGGERS.get(shape.trigger, ""), (cx, cy), "throws" if throws else "")
    return made


def _sign(content: str, at: Point, more: str = "") -> str:
    classes = f"sign {more}".strip()
    place = f"translate({_n(at[0])} {_n(at[1])})"
    return f'<g class="{classes}" transform="{place}" aria-hidden="true">{content}</g>'


def _words(shape: Shape) -> str:
    if not shape.text:
        return ""
    cx, cy = shape.centre
    if shape.upright:
        at = f"translate({_n(shape.x + 15)} {_n(cy)}) rotate(-90)"
        return f'<g transform="{at}">{_lines(shape.text, (0, 0), shape.height - 10, 1, "words")}</g>'
    if shape.what in _EVENTS or shape.what in symbols.GATEWAYS or shape.what in _DATA:
        if shape.label:
            return _outside(shape.text, shape.label, above=shape.label[1] < cy)
        below = shape.y + shape.height + 14.0
        return _lines(shape.text, (cx, below), _EVENT_WORDS, 2, "words small", down=True)
    if shape.expanded or shape.what in _BEHIND:
        return _lines(shape.text, (cx, shape.y + 14.0), shape.width - 16, 1, "words")
    rows = max(1, int((shape.height - 10) // _LINE))
    return _lines(shape.text, (cx, cy), shape.width - 16, rows, "words")


def _outside(text: str, box: tuple[float, float, float, float], *, above: bool) -> str:
    """Words beside what they name; when they need more lines than room was left, they grow away from it."""
    x, y, width, height = box
    rows = wrapped(text, max(width, 80.0), 3)
    first = y + height - (len(rows) - 1) * _LINE - 3.0 if above else y + 12.0
    return _lines(text, (x + width / 2, first), max(width, 80.0), 3, "words small", down=True)


def _marks(shape: Shape, mark: Mark) -> str:
    made = ""
    cx, _ = shape.centre
    bottom = shape.y + shape.height
    if mark.text:
        below = bottom + 14.0
        if shape.text and shape.what in _EVENTS | set(symbols.GATEWAYS):
            below += len(wrapped(shape.text, _EVENT_WORDS, 2)) * _LINE
        room = max(shape.width + 24, _EVENT_WORDS)
        made += _lines(mark.text, (cx, below), room, 1, "words small said", down=True)
    if mark.state:
        made += _badge(symbols.STATES[mark.state], (shape.x + shape.width - 2, shape.y + 2))
    if mark.count is not None:
        text = str(mark.count)
        width = 14.0 + 7.0 * len(text)
        place = f"translate({_n(shape.x)} {_n(shape.y)})"
        made += (
            f'<g class="count" transform="{place}"><rect x="{_n(-width / 2)}" y="-10" width="{_n(width)}"'
            f' height="20" rx="10"/><text class="words small" y="4.5">{text}</text></g>'
        )
    return made


def _badge(content: str, at: Point) -> str:
    place = f"translate({_n(at[0])} {_n(at[1])})"
    sign = f'<circle r="10"/><g class="sign">{content}</g>'
    return f'<g class="badge" transform="{place}" aria-hidden="true">{sign}</g>'


def _lines(text: str, at: Point, width: float, most: int, classes: str, *, down: bool = False) -> str:
    x, y = at
    rows = wrapped(text, width, most)
    first = y if down else y - (len(rows) - 1) * _LINE / 2 + _EM * 0.36
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(first + index * _LINE)}">{_safe(row)}</tspan>'
        for index, row in enumerate(rows)
    )
    cut = rows[-1].endswith("…") and not text.endswith("…")
    whole = f"<title>{_safe(text)}</title>" if cut else ""
    return f'<text class="{classes}">{whole}{spans}</text>'


def wrapped(text: str, width: float, most: int) -> list[str]:
    """Text in at most `most` lines of `width` pixels; what does not fit ends in an ellipsis."""
    room = max(2.0, width / _EM)
    rows: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if line and _ems(line + piece) > room:
            rows.append(line.strip())
            line = piece.lstrip()
        else:
            line += piece
    rows.append(line.strip())
    rows = [row for row in rows if row] or [""]
    if len(rows) > most:
        rows = rows[:most]
        last = rows[-1]
        while last and _ems(last) > room - 1:
            last = last[:-1]
        rows[-1] = f"{last}…"
    return rows


def _ems(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(each) in "WF" else 0.56 for each in text)


def _safe(text: str) -> str:
    return escape(_CONTROL.sub("", text))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
