"""A process instance as its operator sees it: the diagram with marks, and the same in words."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.safestring import SafeString

from tongban.casework import notices
from tongban.casework import running as cases
from tongban.catalogue import queries as catalogue_queries
from tongban.faces.common import elements, pictures, words
from tongban.faces.common.naming import department_name
from tongban.identity import queries as identity
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.process import drawing, events, queries
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
    events.TimerHastened.TYPE,
    events.Migrated.TYPE,
    events.Ended.TYPE,
)
_PLACES: Final = frozenset((*ACTIVITIES, *GATEWAYS, Kind.CATCH, Kind.THROW, Kind.END))
"""Where a token may be put by hand."""
LATEST: Final = 50
_SAID: Final = frozenset(("stuck", "no_flow"))
"""Incidents of which the words say everything."""


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
class Stands:
    """A join at which something waits."""

    id: str
    name: str
    came: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUp:
    """An incident in words."""

    row: queries.IncidentRow
    process: str
    where: str
    why: str
    detail: str
    """What the engine says, in English; empty where the words say it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about an instance."""

    picture: SafeString
    lines: tuple[Line, ...]
    history: tuple[Happened, ...]
    incidents: tuple[HeldUp, ...]
    here: tuple[tuple[str, str], ...]
    """Elements at which there is a token: id and name."""
    joins: tuple["Stands", ...]
    """Joins that wait for a token that may never come."""
    targets: tuple[tuple[str, str], ...]
    """Where a token may be put."""
    timers: tuple[tuple[str, str, dt.datetime], ...]
    """Timers that run: element, its name, when it is due."""


def show(facts: Facts) -> Shown:
    """The instance with its diagram, what happened, what holds it up."""
    graph = queries.graph(facts.code, facts.definition)
    own = [
        each for each in journal.stream(facts.stream, _KINDS) if each.data.get("instance") == str(facts.id)
    ]
    incidents = tuple(queries.incidents(instance=facts.id))
    places = queries.places(facts.id)
    names = elements.names(graph)
    lines = _lines(facts, graph, own, {each.element for each in incidents}, names)
    marks = {
        each.id: drawing.Mark(
            state=each.state,
            count=each.times if each.times > 1 else None,
            text=" · ".join(filter(None, (each.who, _for(each.since)))),
            says=words.say("picture.stop").join(
                filter(None, (words.say(f"picture.element.{each.state}"), each.who, _for(each.since)))
            ),
        )
        for each in lines
        if each.state
    }
    title = words.say("flows.instance.picture", code=called(facts.code))
    waiting = queries.joins(facts.id)
    svg = drawing.svg(elements.picture(facts, graph, elements.given_names(graph)), marks, title=title)
    return Shown(
        picture=SafeString(svg),
        lines=tuple(each for each in lines if each.state),
        history=tuple(_happened(each, names) for each in reversed(own[-LATEST:])),
        incidents=tuple(_held_up(each, names) for each in incidents),
        here=tuple(
            (each, names.get(each, each))
            for each in dict.fromkeys((*places, *(one.element for one in waiting)))
            if graph.nodes[each].kind in _PLACES
        ),
        joins=tuple(
            Stands(
                id=each.element,
                name=names.get(each.element, each.element),
                came=words.say("picture.join").join(names.get(one, one) for one in each.came),
                missing=words.say("picture.join").join(names.get(one, one) for one in each.missing),
            )
            for each in waiting
            if any(one.element == each.element for one in incidents)
        ),
        targets=tuple((node.id, names[node.id]) for node in graph.nodes.values() if node.kind in _PLACES),
        timers=tuple((each, names.get(each, each), at) for each, at in queries.timers(facts.id)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message between the process and a department."""

    at: dt.datetime
    direction: str
    name: str
    department: str
    state: str
    state_at: dt.datetime | None
    receipt: str
    fields: str
    withheld: str


def called(code: str) -> str:
    """A process in words: that of a life event by the event's name, another by its code."""
    events = catalogue_queries.current().life_events
    event = events.get(code.partition(":")[2] or code)
    return words.text(event.name) if event is not None else code


def held_up(rows: Iterable[queries.IncidentRow]) -> list[HeldUp]:
    """Incidents of any instances in words."""
    known: dict[tuple[str, str], Mapping[str, str]] = {}
    found = []
    for row in rows:
        facts = queries.instance(row.instance)
        key = (facts.code, facts.definition)
        if key not in known:
            known[key] = elements.names(queries.graph(*key))
        found.append(_held_up(row, known[key]))
    return found


def _held_up(row: queries.IncidentRow, names: Mapping[str, str]) -> HeldUp:
    code = f"flows.why.{row.code}"
    plain = words.has(code)
    return HeldUp(
        row=row,
        process=called(row.code_of_process),
        where=names.get(row.element, row.element),
        why=words.say(code if plain else "flows.why.other"),
        detail="" if row.code in _SAID else row.message,
    )


def notices_of(facts: Facts) -> tuple[Told, ...]:
    """The messages between a case's process and departments; other instances have none."""
    if facts.owner != cases.NAME:
        return ()
    catalogue = catalogue_queries.current()

    def named(addresses: Sequence[str]) -> str:
        return words.say("picture.join").join(words.text(catalogue.element(each).name) for each in addresses)

    return tuple(
        Told(
            at=each.at,
            direction=words.say(f"flows.notice.{each.direction}"),
            name=each.name,
            department=department_name(catalogue, each.department),
            state=words.say(f"flows.notice.state.{each.state}"),
            state_at=each.state_at,
            receipt=each.receipt,
            fields=named(each.addresses),
            withheld=named(each.withheld),
        )
        for each in notices.of_case(UUID(facts.key))
    )


def _lines(
    facts: Facts, graph: Graph, own: Sequence[Recorded], held: set[str], names: Mapping[str, str]
) -> list[Line]:
    who = {row.work.element: _person(row.assignee) for row in queries.open_work(instance=facts.id)}
    found = elements.standing(facts.id, graph, own, held)
    return [
        Line(
            id=element, name=names[element], state=each.state, times=each.times, since=each.since,
            who=who.get(element, ""),
        )
        for element, each in found.items()
    ]  # fmt: skip


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
