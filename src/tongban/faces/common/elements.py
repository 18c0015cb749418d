"""How the elements of a running process stand: what is done, how often, since when something is open."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from tongban.catalogue import queries as catalogue_queries
from tongban.faces.common import words
from tongban.journal.events import Recorded
from tongban.process import drawing, events, queries, xml
from tongban.process.domain import Facts
from tongban.process.graph import GATEWAYS, Graph, Node

_OPEN = frozenset(("active", "waiting", "failed"))


@dataclass(frozen=True, slots=True)
class Standing:
    """One element."""

    state: str
    """`done`, `active`, `waiting`, `failed`, `skipped`, or empty: nothing has happened there."""
    times: int
    """How often it was completed."""
    since: dt.datetime | None
    """Since when it is open; None when it is not."""


def standing(
    instance: UUID, graph: Graph, told: Iterable[Recorded], held: Collection[str] = ()
) -> dict[str, Standing]:
    """Element → how it stands, from the live tokens and the journal.

    Args:
        instance: the instance.
        graph: what it runs.
        told: events of its stream; those of other instances are passed over.
        held: elements with an incident.
    """
    places = queries.places(instance)
    times: Counter[str] = Counter()
    skipped: set[str] = set()
    since: dict[str, dt.datetime] = {}
    for event in told:
        if event.type != events.Stepped.TYPE or event.data["instance"] != str(instance):
            continue
        times.update(event.data["completed"])
        skipped.update(each["element"] for each in event.data["skipped"])
        since.update((each["element"], event.at) for each in (*event.data["opened"], *event.data["waits"]))
    found = {}
    for name in graph.nodes:
        state = _state(name, places, held, times, skipped)
        found[name] = Standing(state, times[name], since.get(name) if state in _OPEN else None)
    return found


def given_names(graph: Graph) -> dict[str, str]:
    """Element → its name as drawn, else that of its item; elements that have neither are left out."""
    items = catalogue_queries.current().items
    found = {}
    for node in graph.nodes.values():
        item = items.get(node.ours.get("item", "") or node.id)
        name = node.name if node.name != node.id else words.text(item.name) if item else ""
        if name:
            found[node.id] = name
    return found


def names(graph: Graph) -> dict[str, str]:
    """Element → what sentences call it: its name, else in plain words what it is and where."""
    given = given_names(graph)
    return {node.id: given.get(node.id) or _described(node, graph, given) for node in graph.nodes.values()}


def _described(node: Node, graph: Graph, given: Mapping[str, str]) -> str:
    """A nameless element: a choice after “review”, a join before “pay”."""
    before = [given[name] for flow in node.incoming if (name := graph.flows[flow].source) in given]
    after = [given[name] for flow in node.outgoing if (name := graph.flows[flow].target) in given]
    joins = node.kind in GATEWAYS and len(node.incoming) > 1 and len(node.outgoing) <= 1
    kind = words.say(f"picture.node.{'join' if joins else node.kind.value}")
    if after and (joins or not before):
        return words.say("picture.node.before", kind=kind, name=after[0])
    if before:
        return words.say("picture.node.after", kind=kind, name=words.say("picture.join").join(before[:2]))
    return kind


def picture(facts: Facts, graph: Graph, named: Mapping[str, str]) -> drawing.Picture:
    """The picture of an instance: as somebody drew it, else laid out; items by their names."""
    kind, source = queries.model(facts.code, facts.definition)
    found = drawing.picture_of_document(xml.parse(source.encode())) if kind == "bpmn" else None
    found = found or drawing.picture_of_graph(graph, facts.process)
    shapes = tuple(
        replace(each, text=named[each.id]) if named.get(each.id, each.id) != each.id else each
        for each in found.shapes
    )
    return replace(found, shapes=shapes)


def _state(
    element: str,
    places: Mapping[str, Sequence[str]],
    held: Collection[str],
    times: Mapping[str, int],
    skipped: Collection[str],
) -> str:
    if element in held:
        return "failed"
    states = places.get(element, ())
    if any(each in {"work", "body"} for each in states):
        return "active"
    if states:
        return "waiting"
    if element in skipped:
        return "skipped"
    return "done" if times.get(element) else ""
