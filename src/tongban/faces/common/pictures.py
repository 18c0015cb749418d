"""A case and a life event as pictures, with the words that say the same beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.safestring import SafeString

from tongban.casework.domain.moves import State
from tongban.casework.heat import ItemHeat
from tongban.casework.queries import CaseView, DispatchView
from tongban.catalogue.domain import BoundEvent
from tongban.catalogue.domain.values import MEMBER
from tongban.faces.common import clocks, elements, words
from tongban.identity import queries as identity
from tongban.kernel.clock import ClockState
from tongban.process import drawing
from tongban.process import queries as processes
from tongban.process.definitions import BPMN
from tongban.process.drawing.svg import HOTTEST

_MARKS: Final[Mapping[State, str]] = {
    State.WAITING: "later",
    State.READY: "active",
    State.SENT: "active",
    State.ACCEPTED: "active",
    State.CORRECTION: "needs",
    State.APPROVED: "done",
    State.REJECTED: "failed",
    State.BLOCKED: "failed",
    State.WITHDRAWN: "skipped",
    State.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One item in words: what the picture shows."""

    code: str
    item: str
    department: str
    office: str
    state: str
    waits_for: str
    responsible: str
    """The staff member who works on it, where the reader may know."""
    promised: ClockState | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with its words."""

    svg: SafeString
    steps: tuple[Step, ...]


def of_case(view: CaseView, *, with_staff: bool) -> Shown:
    """A case as its diagram: what is done, by whom, where it waits, how long, who is responsible.

    `with_staff`: whether the reader may know which staff member works on it.
    """
    names = {each.bound.code: words.text(each.item.name) for each in view.dispatches}
    steps = tuple(_step(each, names, with_staff=with_staff) for each in view.dispatches)
    marks = {each.bound.code: _mark(each, step) for each, step in zip(view.dispatches, steps, strict=True)}
    title = words.say("picture.case", event=words.text(view.event_name), number=view.number)
    # Only an event that names a process can run as a drawing: other cases need no look at the engine.
    drawn = view.catalogue.event(view.row.event_code).process
    standing = processes.standing(view.application_id) if drawn else None
    if standing is not None and standing.kind == BPMN:
        return Shown(SafeString(_drawn(view, standing, marks, title)), steps)
    marks["@start"] = drawing.Mark(state="done", says=words.say("picture.begun"))
    if view.row.ended_at is not None:
        marks["@end"] = drawing.Mark(state="done", says=words.say("picture.ended"))
    picture = drawing.picture_of_waits({each.bound.code: each.waits_for for each in view.dispatches}, names)
    return Shown(SafeString(drawing.svg(picture, marks, title=title)), steps)


def _drawn(
    view: CaseView, standing: processes.Standing, items: Mapping[str, drawing.Mark], title: str
) -> str:
    """A case that runs as its life event's own process: items by their dispatches, the rest by the tokens."""
    graph = standing.graph
    named = elements.given_names(graph)
    marks = {}
    for element, found in elements.standing(standing.facts.id, graph, view.events).items():
        item = graph.nodes[element].ours.get("item", "")
        mine = [mark for code, mark in items.items() if code.partition(MEMBER)[0] == item]
        if mine:
            # Of several members the one that is not done yet tells how the element stands.
            marks[element] = next((each for each in mine if each.state not in {"done", "skipped"}), mine[0])
        elif found.state:
            marks[element] = drawing.Mark(state=found.state, says=words.say(f"picture.element.{found.state}"))
    return drawing.svg(elements.picture(standing.facts, graph, named), marks, title=title)


def of_heat(
    event: BoundEvent, waits: Mapping[str, Sequence[str]], figures: Sequence[ItemHeat], *, by: str
) -> SafeString:
    """A life event with the heat of its items.

    Args:
        event: the life event.
        waits: item → items it waits for.
        figures: what was counted.
        by: ``time`` (the median) or ``volume`` (how many began).
    """
    known = {each.item: each for each in figures}
    most = max((_weight(each, by) for each in figures), default=0.0)
    names = {item.code: words.text(item.item.name) for item in event.items}
    marks = {}
    for code in waits:
        found = known.get(code)
        if found is None:
            continue
        share = _weight(found, by) / most if most else 0.0
        marks[code] = drawing.Mark(
            heat=max(1, round(share * HOTTEST)) if share else 0,
            count=found.begun,
            text=lasting(found.median),
            says=words.say(
                "picture.heat.says",
                begun=found.begun,
                open=found.open,
                late=found.late,
                median=lasting(found.median),
            ),
        )
    picture = drawing.picture_of_waits(waits, names)
    title = words.say("picture.heat", event=words.text(event.event.name))
    return SafeString(drawing.svg(picture, marks, title=title))


def lasting(span: timedelta | None) -> str:
    """A length of time for people: minutes, hours with one place, or days with one place."""
    if span is None:
        return words.say("picture.no_time")
    if span < timedelta(minutes=1):
        return words.say("picture.moments")
    hours = span.total_seconds() / 3600
    if hours < 1:
        return words.say("picture.minutes", amount=words.number(round(hours * 60)))
    if hours < 48:  # noqa: PLR2004 -- two days are better told in days
        return words.say("picture.hours", amount=words.number(round(hours, 1)))
    return words.say("picture.days", amount=words.number(round(hours / 24, 1)))


def _weight(each: ItemHeat, by: str) -> float:
    if by == "volume":
        return float(each.begun)
    return each.median.total_seconds() if each.median else 0.0


def _step(each: DispatchView, names: Mapping[str, str], *, with_staff: bool) -> Step:
    held = each.assigned_to if with_staff else None
    return Step(
        code=each.bound.code,
        item=names[each.bound.code],
        department=words.text(each.department.short),
        office=each.office,
        state=str(each.state),
        waits_for=words.say("picture.join").join(names.get(code, code) for code in each.waits_for),
        responsible=identity.display_name(held) if held else "",
        promised=each.promised,
    )


def _mark(each: DispatchView, step: Step) -> drawing.Mark:
    said = [words.say(f"state.{each.state}"), step.department, step.responsible]
    spent = ""
    if each.promised is not None:
        said.append(clocks.shown(each.promised).words)
        if each.promised.spent > 0:
            spent = clocks.amount(each.promised.spent, each.promised.unit)
    return drawing.Mark(
        state=_MARKS[each.state],
        text=" · ".join(filter(None, (step.department, spent))),
        says=words.say("picture.stop").join(filter(None, said)),
    )
