"""Places for a graph that nobody drew: layers from left to right, few crossings, straight lines.

After Sugiyama, Tagawa and Toda (1981): cycles are broken, nodes are put into layers by their longest way
from the beginning, long edges get a place in every layer they pass, the order inside a layer follows the
mean place of the neighbours, and heights are the closest to the neighbours' that keep the distance
(isotonic regression by pooling adjacent violators).
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongban.process.drawing.picture import Point

GAP_X = 56.0
GAP_Y = 32.0
_SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Arranged:
    """Places of nodes (left, top) and lines of edges."""

    places: Mapping[str, Point]
    lines: Mapping[str, tuple[Point, ...]]
    width: float
    height: float


@dataclass(slots=True)
class _Link:
    """An edge with all the places it passes, in the direction of the layers."""

    id: str
    through: list[str]
    turned: bool


def arrange(sizes: Mapping[str, tuple[float, float]], edges: Iterable[tuple[str, str, str]]) -> Arranged:
    """Place nodes of `sizes` (width, height) that `edges` (id, source, target) join. The same every time."""
    links = _links(sizes, edges)
    layer = _layers(sizes, links)
    boxes: dict[str, tuple[float, float]] = dict(sizes)
    _stretch(links, layer, boxes)
    rows = _ordered(boxes, links, layer)
    return _placed(sizes, boxes, links, rows)


def _links(sizes: Mapping[str, object], edges: Iterable[tuple[str, str, str]]) -> list[_Link]:
    """Edges without cycles: one that leads back to where its way came from is turned round."""
    after: dict[str, list[tuple[str, str]]] = defaultdict(list)
    kept = [edge for edge in edges if edge[1] in sizes and edge[2] in sizes and edge[1] != edge[2]]
    for identity, source, target in kept:
        after[source].append((identity, target))
    entered = {target for _, _, target in kept}
    back: set[str] = set()
    done: set[str] = set()
    for root in sorted(sizes, key=lambda node: (node in entered, list(sizes).index(node))):
        _walk(root, after, done, back)
    return [
        _Link(identity, [target, source] if identity in back else [source, target], identity in back)
        for identity, source, target in kept
    ]


def _walk(root: str, after: Mapping[str, list[tuple[str, str]]], done: set[str], back: set[str]) -> None:
    """Depth first, without recursion: a long model is deeper than the interpreter's stack."""
    if root in done:
        return
    above = {root}
    stack = [(root, iter(after.get(root, ())))]
    while stack:
        node, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            stack.pop()
            above.discard(node)
            done.add(node)
            continue
        identity, target = step
        if target in above:
            back.add(identity)
        elif target not in done:
            above.add(target)
            stack.append((target, iter(after.get(target, ()))))


def _layers(sizes: Mapping[str, object], links: Sequence[_Link]) -> dict[str, int]:
    """How far each node is from the beginning, by the longest way."""
    after: dict[str, list[str]] = defaultdict(list)
    waits: dict[str, int] = dict.fromkeys(sizes, 0)
    for link in links:
        after[link.through[0]].append(link.through[-1])
        waits[link.through[-1]] += 1
    layer = dict.fromkeys(sizes, 0)
    ready = [node for node in sizes if not waits[node]]
    while ready:
        node = ready.pop()
        for target in after[node]:
            layer[target] = max(layer[target], layer[node] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return layer


def _stretch(links: Sequence[_Link], layer: dict[str, int], boxes: dict[str, tuple[float, float]]) -> None:
    """Give long edges a place of their own in every layer between."""
    for link in links:
        source, target = link.through
        between = []
        for depth in range(layer[source] + 1, layer[target]):
            name = f"\0{link.id}\0{depth}"
            layer[name] = depth
            boxes[name] = (0.0, 0.0)
            between.append(name)
        link.through = [source, *between, target]


def _neighbours(links: Sequence[_Link]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for link in links:
        for source, target in itertools.pairwise(link.through):
            before[target].append(source)
            after[source].append(target)
    return before, after


def _ordered(
    boxes: Mapping[str, object], links: Sequence[_Link], layer: Mapping[str, int]
) -> list[list[str]]:
    """Rows of each layer, so that few lines cross."""
    rows: list[list[str]] = [[] for _ in range(1 + max(layer.values(), default=-1))]
    for node in boxes:
        rows[layer[node]].append(node)
    before, after = _neighbours(links)
    place = {node: index for row in rows for index, node in enumerate(row)}
    best, fewest = [list(row) for row in rows], _crossings(rows, after)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for row in rows if forward else reversed(rows):
            beside = before if forward else after
            wanted = {
                node: sum(place[each] for each in beside[node]) / len(beside[node])
                if beside[node]
                else float(place[node])
                for node in row
            }
            row.sort(key=lambda node: wanted[node])
            place.update((node, index) for index, node in enumerate(row))
        found = _crossings(rows, after)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    return best


def _crossings(rows: Sequence[Sequence[str]], after: Mapping[str, list[str]]) -> int:
    """How often lines between neighbouring layers cross."""
    place = {node: index for row in rows for index, node in enumerate(row)}
    count = 0
    for row in rows:
        seen: list[int] = []
        for node in row:
            ends = sorted(place[target] for target in after.get(node, ()))
            count += sum(sum(other > end for other in seen) for end in ends)
            seen += ends
    return count


def _placed(
    sizes: Mapping[str, tuple[float, float]],
    boxes: Mapping[str, tuple[float, float]],
    links: Sequence[_Link],
    rows: Sequence[Sequence[str]],
) -> Arranged:
    middle = _heights(boxes, links, rows)
    lefts: list[float] = []
    widths: list[float] = []
    x = 0.0
    for row in rows:
        width = max(boxes[node][0] for node in row)
        lefts.append(x)
        widths.append(width)
        x += width + GAP_X
    top = min((middle[node] - boxes[node][1] / 2 for node in sizes), default=0.0)
    column = {node: index for index, row in enumerate(rows) for node in row}
    places = {
        node: (lefts[column[node]] + (widths[column[node]] - width) / 2, middle[node] - height / 2 - top)
        for node, (width, height) in sizes.items()
    }
    lines = {}
    for link in links:
        points: list[Point] = []
        for source, target in itertools.pairwise(link.through):
            begin = lefts[column[source]] + (widths[column[source]] + boxes[source][0]) / 2
            end = lefts[column[target]] + (widths[column[target]] - boxes[target][0]) / 2
            bend = lefts[column[target]] - GAP_X / 2
            one, other = middle[source] - top, middle[target] - top
            points += [(begin, one), (bend, one), (bend, other), (end, other)]
        line = _straightened(points)
        lines[link.id] = tuple(reversed(line)) if link.turned else tuple(line)
    height = max((places[node][1] + sizes[node][1] for node in sizes), default=0.0)
    return Arranged(places, lines, max(0.0, x - GAP_X), height)


def _heights(
    boxes: Mapping[str, tuple[float, float]], links: Sequence[_Link], rows: Sequence[Sequence[str]]
) -> dict[str, float]:
    """The middle of each node: near its neighbours, never too close to the one above."""
    before, after = _neighbours(links)
    middle: dict[str, float] = {}
    for row in rows:
        y = 0.0
        for node in row:
            height = max(boxes[node][1], 8.0)
            middle[node] = y + height / 2
            y += height + GAP_Y
    for sweep in range(2 * _SWEEPS):
        forward = sweep % 2 == 0
        for row in rows if forward else reversed(rows):
            beside = before if forward else after
            wanted = [
                sum(middle[each] for each in beside[node]) / len(beside[node])
                if beside[node]
                else middle[node]
                for node in row
            ]
            offsets = [0.0]
            for one, other in itertools.pairwise(row):
                apart = (max(boxes[one][1], 8.0) + max(boxes[other][1], 8.0)) / 2 + GAP_Y
                offsets.append(offsets[-1] + apart)
            fitted = _monotone([want - offset for want, offset in zip(wanted, offsets, strict=True)])
            for node, value, offset in zip(row, fitted, offsets, strict=True):
                middle[node] = value + offset
    return middle


def _monotone(values: Sequence[float]) -> list[float]:
    """The nearest values (least squares) that never fall: pool adjacent violators."""
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, count), (other, more) = pools[-2:]
            pools[-2:] = [((one * count + other * more) / (count + more), count + more)]
    return [mean for mean, count in pools for _ in range(count)]


def _straightened(points: Sequence[Point]) -> list[Point]:
    """Without points that repeat or lie on a straight line; nearly level lines are made level."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 0.5 and abs(kept[-1][1] - point[1]) < 0.5:  # noqa: PLR2004 -- half a pixel
            continue
        if len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2:]
            if (ax == bx == point[0]) or (ay == by == point[1]):
                kept[-1] = point
                continue
        kept.append(point)
    return kept
