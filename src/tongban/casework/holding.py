"""What holds an item of a drawn process up that is none of its needs: a joint review, a task, a wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.casework import errands, spoken
from tongban.casework.domain.moves import State
from tongban.casework.models import Case, Dispatch
from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain.values import MEMBER
from tongban.journal.events import Recorded
from tongban.process import queries as processes
from tongban.process.domain import HUMAN, NOTICE
from tongban.process.nearest import nearest
from tongban.process.queries import WorkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One thing that has to happen before an item's turn comes."""

    kind: Literal["review", "task", "notice", "wait"]
    title: str = ""
    """What the step is called in the drawing."""
    departments: tuple[str, ...] = ()
    """Who is to act; of a joint review those who have not said their word, in the order they are asked."""
    until: date | None = None
    """Until when a wait lasts, or the last day for the words of a joint review."""


def holds(
    case: Case, rows: Sequence[Dispatch], catalogue: Catalogue, events: Sequence[Recorded]
) -> Mapping[str, tuple[Hold, ...]]:
    """Waiting item → what holds it up besides other items; nothing for a case that no drawing leads."""
    waiting = [row.item for row in rows if row.state == State.WAITING]
    if not waiting or not catalogue.event(case.event_code).process:
        return {}
    standing = processes.standing(case.pk)
    if standing is None or not standing.ahead:
        return {}
    graph = standing.graph
    places = set(processes.places(case.pk))
    work = {row.work.element: row for row in processes.open_work(instance=case.pk)}
    timers = dict(reversed(processes.timers(case.pk)))
    zone = calendars.current().zone
    found: dict[str, tuple[Hold, ...]] = {}
    for item in waiting:
        base = item.partition(MEMBER)[0]
        mine = [name for name, node in graph.nodes.items() if node.ours.get("item") in {item, base}]
        before = dict.fromkeys(place for name in mine for place in nearest(graph, places, name))
        made = []
        for place in before:
            if place in work and work[place].work.kind in {HUMAN, NOTICE}:
                made.append(_at(case, work[place], catalogue, events))
            elif place in timers and place not in work:
                name = graph.nodes[place].name
                made.append(Hold(kind="wait", title=name, until=timers[place].astimezone(zone).date()))
        if made:
            found[item] = tuple(made)
    return found


def _at(case: Case, row: WorkRow, catalogue: Catalogue, events: Sequence[Recorded]) -> Hold:
    """A human task, a joint review or a message that a department reads."""
    lead = errands.lead_of(catalogue, case, row)
    others = [one for one in errands.joint_departments(row) if one != lead]
    said = spoken.words(events, row.work.token)
    silent = tuple(one for one in others if one not in said)
    title = row.work.name or ""
    if not others:
        return Hold(kind="notice" if row.work.kind == NOTICE else "task", title=title, departments=(lead,))
    until, _ = errands.last_day(row)
    return Hold(kind="review", title=title, departments=silent or (lead,), until=until if silent else None)
