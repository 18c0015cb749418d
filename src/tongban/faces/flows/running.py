"""A process instance as its operator sees it: the diagram with marks, and the same in words."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.safestring import SafeString

from tongban.catalogue import queries as catalogue_queries
from tongban.faces.common import pictures, words
from tongban.identity import queries as identity
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.process import drawing, events, queries, xml
from tongban.process.domain import Facts
from tongban.process.graph import ACTIVITIES, GATEWAYS, Graph, Kind

_KINDS: Final = (
    events.Started.TYPE,
    events.Stepped.TYPE,
    events.IncidentOpened.TYPE,
    events.IncidentSolved.TYPE,
    events.Suspended.TYPE,
    events.Resumed.TYPE,
    events.Cancelled.TYPE,
    events.WorkAssigned.TYPE,
    events.VariablesSet.TYPE,
    events.TokenMoved.TYPE,
    events.Migrated.TYPE,
    events.Ended.TYPE,
)
_PLACES: Final = frozenset((*ACTIVITIES, *GATEWAYS, Kind.CATCH, Kind.THROW, Kind.END))
"""Where a token may be put by hand."""
LATEST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One element in words."""

    id: str
    name: str
    state: str
    times: int
    """How often it was completed."""
    since: dt.datetime | None
    """Since when somebody is at work, for what is open."""
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of the history."""

    at: dt.datetime
    words: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about an instance."""

    picture: SafeString
    lines: tuple[Line, ...]
    history: tuple[Happened, ...]
    incidents: tuple[queries.IncidentRow, ...]
    here: tuple[tuple[str, str], ...]
    """Elements at which there is a token: id and name."""
    targets: tuple[tuple[str, str], ...]
    """Where a token may be put."""


def show(facts: Facts) -> Shown:
    """The instance with its diagram, what happened, what holds it up."""
    graph = queries.graph(facts.code, facts.definition)
    own = [
        each for each in journal.stream(facts.stream, _KINDS) if each.data.get("instance") == str(facts.id)
    ]
    incidents = tuple(queries.incidents(instance=facts.id))
    places = queries.places(facts.id)
    names = _names(graph)
    lines = _lines(facts, graph, own, places=places, held={each.element for each in incidents}, names=names)
    marks = {
        each.id: drawing.Mark(
            state=each.state,
            count=each.times if each.times > 1 else None,
            text=" · ".join(filter(None, (each.who, _for(each.since)))),
            says=words.say("picture.stop").join(
                filter(None, (words.say(f"flows.element.{each.state}"), each.who, _for(each.since)))
            ),
        )
        for each in lines
        if each.state
    }
    title = words.say("flows.instance.picture", code=facts.code)
    svg = drawing.svg(_picture(facts, graph, names), marks, title=title)
    return Shown(
        picture=SafeString(svg),
        lines=tuple(each for each in lines if each.state),
        history=tuple(_happened(each, names) for each in reversed(own[-LATEST:])),
        incidents=tuple(replace(each, element=names.get(each.element, each.element)) for each in incidents),
        here=tuple((each, names.get(each, each)) for each in places if graph.nodes[each].kind in _PLACES),
        targets=tuple((node.id, names[node.id]) for node in graph.nodes.values() if node.kind in _PLACES),
    )


def _names(graph: Graph) -> dict[str, str]:
    items = catalogue_queries.current().items
    names = {}
    for node in graph.nodes.values():
        item = items.get(node.ours.get("item", "") or node.id)
        names[node.id] = node.name or (words.text(item.name) if item else node.id)
        if item and node.name == node.id:
            names[node.id] = words.text(item.name)
    return names


def _picture(facts: Facts, graph: Graph, names: Mapping[str, str]) -> drawing.Picture:
    kind, source = queries.model(facts.code, facts.definition)
    picture = drawing.picture_of_document(xml.parse(source.encode())) if kind == "bpmn" else None
    picture = picture or drawing.picture_of_graph(graph, facts.process)
    shapes = tuple(
        replace(each, text=names[each.id]) if each.id in names and names[each.id] != each.id else each
        for each in picture.shapes
    )
    return replace(picture, shapes=shapes)


def _lines(
    facts: Facts,
    graph: Graph,
    own: Sequence[Recorded],
    *,
    places: Mapping[str, Sequence[str]],
    held: set[str],
    names: Mapping[str, str],
) -> list[Line]:
    times: Counter[str] = Counter()
    skipped: set[str] = set()
    since: dict[str, dt.datetime] = {}
    for event in own:
        if event.type != events.Stepped.TYPE:
            continue
        times.update(event.data["completed"])
        skipped.update(each["element"] for each in event.data["skipped"])
        since.update((each["element"], event.at) for each in (*event.data["opened"], *event.data["waits"]))
    who = {row.work.element: _person(row.assignee) for row in queries.open_work(instance=facts.id)}
    lines = []
    for node in graph.nodes.values():
        state = _state(node.id, places, held, times, skipped)
        lines.append(
            Line(
                id=node.id,
                name=names[node.id],
                state=state,
                times=times[node.id],
                since=since.get(node.id) if state in {"active", "waiting", "failed"} else None,
                who=who.get(node.id, ""),
            )
        )
    return lines


def _state(
    element: str, places: Mapping[str, Sequence[str]], held: set[str], times: Counter[str], skipped: set[str]
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
    return "done" if times[element] else ""


def _happened(event: Recorded, names: Mapping[str, str]) -> Happened:
    data = event.data
    short = event.type.rpartition(".")[2]
    done = words.say("picture.join").join(names.get(each, each) for each in data.get("completed", ()))
    said = words.say(
        f"flows.happened.{short}" if short != "stepped" or done else "flows.happened.waits",
        element=names.get(str(data.get("element", "")), str(data.get("element", ""))),
        elements=done,
        source=names.get(str(data.get("source", "")), str(data.get("source", ""))),
        target=names.get(str(data.get("target", "")), str(data.get("target", ""))),
        names=words.say("picture.join").join(data.get("names", ())),
        number=data.get("step", ""),
    )
    payload = journal.payload(event.id) if event.commitment else None
    who = _person(event.actor.id) if event.actor.kind == "staff" else words.say("flows.system")
    return Happened(at=event.at, words=said, who=who, reason=str((payload or {}).get("reason", "")))


def _person(account: str) -> str:
    return identity.display_name(int(account)) if account.isdigit() else account


def _for(since: dt.datetime | None) -> str:
    return pictures.lasting(dt.datetime.now(dt.UTC) - since) if since else ""
