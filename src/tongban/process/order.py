"""In which order a drawn process brings up chosen elements, and what its expressions read. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from tongban import rules
from tongban.kernel.errors import TongbanError
from tongban.process.bpmn import read
from tongban.process.expressions import Expression
from tongban.process.graph import Graph, Kind
from tongban.process.planner import ORDER, Step


def order(graph: Graph, chosen: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Chosen element → the chosen ones that come directly before it on some way through the process.

    A way back in a loop is left out, so the result has no circle. What event sub-processes and boundary
    events bring about comes after what they are attached to.
    """
    places = {name: place for place, name in enumerate(_walk(graph))}
    found: dict[str, list[str]] = {name: [] for name in chosen}
    for name in chosen:
        for other in _next_chosen(graph, name, frozenset(chosen)):
            if places.get(name, 0) < places.get(other, 0):
                found[other].append(name)
    return {name: _nearest(before, found) for name, before in found.items()}


def _nearest(before: list[str], found: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Those of `before` that come before none of the others."""
    farther: set[str] = set()
    waiting = [one for name in before for one in found[name]]
    while waiting:
        one = waiting.pop()
        if one not in farther:
            farther.add(one)
            waiting += found[one]
    return tuple(dict.fromkeys(name for name in before if name not in farther))


@lru_cache(maxsize=64)
def drawn_items(model: str) -> tuple[Graph | None, Mapping[str, str]]:
    """The graph of a model, and element → item of those that stand for one."""
    try:
        graph = read(model.encode()).graph
    except TongbanError:
        graph = None
    nodes = graph.nodes if graph is not None else {}
    return graph, {name: node.ours["item"] for name, node in nodes.items() if node.ours.get("item")}


def as_drawn(steps: Sequence[Step], model: str, plain: Callable[[str], str]) -> tuple[Step, ...]:
    """The steps of a plan that also wait for each other as a model draws it.

    Args:
        steps: the items that apply, with what each needs and produces.
        model: the drawn process, as BPMN.
        plain: item code of a step → as the model names it, without a member's number.

    What an item needs goes before how it is drawn: an order that would make items wait for each other is left
    out (the check before publication tells of it). A model that cannot be read adds nothing.
    """
    graph, items = drawn_items(model)
    if graph is None:
        return tuple(steps)
    here = {name: item for name, item in items.items() if any(plain(one.code) == item for one in steps)}
    wanted: dict[str, set[str]] = {}
    for name, before in order(graph, list(here)).items():
        wanted.setdefault(here[name], set()).update(here[one] for one in before)
    makers = {thing: one.code for one in steps for thing in one.produces}
    waits = {
        one.code: {makers[thing] for thing in one.needs if thing in makers} - {one.code} for one in steps
    }
    found: list[Step] = []
    for one in steps:
        more = {
            other.code
            for other in steps
            if plain(other.code) in wanted.get(plain(one.code), ())
            and other.code != one.code
            and not leads(one.code, other.code, waits)
        }
        waits[one.code] |= more
        found.append(
            replace(
                one,
                needs=one.needs | {ORDER + other for other in more},
                produces=one.produces | {ORDER + one.code},
            )
        )
    return tuple(found)


def leads(first: str, last: str, waits: Mapping[str, set[str]]) -> bool:
    """Whether `last` waits for `first`, directly or not."""
    seen: set[str] = set()
    waiting = [last]
    while waiting:
        one = waiting.pop()
        if one == first:
            return True
        if one not in seen:
            seen.add(one)
            waiting += waits.get(one, ())
    return False


def reads(graph: Graph) -> frozenset[str]:
    """The names that the expressions of a graph read, such as `company.kind`; foreign ones say nothing."""
    found: set[str] = set()
    for one in (*graph.nodes.values(), *graph.flows.values()):
        for expression in _expressions(one):
            if expression.feel is not None:
                found |= set(rules.compile(expression.feel, names=graph.names).names)
    return frozenset(found)


def _expressions(thing: Any) -> Iterator[Expression]:
    if isinstance(thing, Expression):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _expressions(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _expressions(one)


def _walk(graph: Graph) -> list[str]:
    """Every element, each after what leads to it but for ways back: a reversed postorder."""
    seen: set[str] = set()
    done: list[str] = []
    roots = [start for process in graph.processes for start in _into(graph, process)]
    for root in [*roots, *graph.nodes]:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(after(graph, root)))]
        while stack:
            name, rest = stack[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                done.append(name)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(after(graph, following))))
    return done[::-1]


def _next_chosen(graph: Graph, name: str, chosen: frozenset[str]) -> set[str]:
    found: set[str] = set()
    seen = {name}
    waiting = list(after(graph, name))
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in chosen:
            found.add(one)
        else:
            waiting += after(graph, one)
    return found


def after(graph: Graph, name: str) -> list[str]:
    """Where a token may get from an element, into and out of sub-processes."""
    node = graph.nodes[name]
    found = [*graph.next_nodes(node)]
    if name in graph.scopes:
        found += _into(graph, name)
    if node.kind is Kind.CALL and node.calls in graph.scopes:
        found += _into(graph, node.calls)
    if not node.outgoing and node.scope in graph.nodes:
        found += graph.next_nodes(graph.nodes[node.scope])
    return found


def _into(graph: Graph, scope: str) -> list[str]:
    body = graph.scopes[scope]
    return [*body.starts, *(body.triggered if not body.starts else ()), *body.handlers]
