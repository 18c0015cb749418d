"""Which tokens an element waits for: those that stand before it, the nearest on each way. Pure."""

from collections.abc import Collection, Iterator

from tongban.process.graph import Graph


def nearest(graph: Graph, places: Collection[str], target: str) -> tuple[str, ...]:
    """The elements of `places` from which a token can come to `target` without passing another of them.

    Args:
        graph: what runs.
        places: elements at which there is a token.
        target: an element that no token has come to yet.

    Conditions are not evaluated, so a way that will not be chosen counts as one. A sub-process with something
    under way inside is told by what is under way.
    """
    found: list[str] = []
    seen = {target}
    left = [*_sources(graph, target)]
    while left:
        name = left.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in places:
            found += [one for one in (*_inside(graph, places, name),) if one not in found]
            continue
        left += _sources(graph, name)
    return tuple(found)


def _sources(graph: Graph, name: str) -> Iterator[str]:
    """The elements from which a token comes to one."""
    node = graph.nodes[name]
    for flow in node.incoming:
        yield graph.flows[flow].source
    if node.attached_to:
        yield node.attached_to
    if not node.incoming and not node.attached_to and node.scope in graph.nodes:
        yield from _sources(graph, node.scope)


def _inside(graph: Graph, places: Collection[str], name: str) -> list[str]:
    """What is under way in a sub-process, at any depth; the element itself when nothing is."""
    inner = [each for each in places if graph.nodes[each].scope == name]
    return [deep for each in inner for deep in _inside(graph, places, each)] or [name]
