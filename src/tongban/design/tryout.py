"""A made-up applicant walks a drafted life event, in memory and on virtual time. Pure.

Nothing here reaches a department, a table or a person: values are made up (`composing.synthetic`), each item
takes as long as its department promises, and a task takes a working day. So the run shows the longest way
that is still within all promises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tongban.catalogue.domain import Catalogue, Rule
from tongban.design import drawn
from tongban.design.composing import synthetic
from tongban.intake.domain import Derivation
from tongban.intake.domain import findings as rules_that_hold
from tongban.kernel.calendar import Calendar
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.errors import TongbanError
from tongban.process.decisions import Decision, of_model
from tongban.process.drawing import Picture, picture_of_document, picture_of_graph, picture_of_plan
from tongban.process.expressions import to_json
from tongban.process.graph import ACTIVITIES, Graph, Kind, Node
from tongban.process.planner import Plan
from tongban.process.plans import graph_of as graph_of_plan
from tongban.process.script import read_script
from tongban.process.tryout import Frame, run

OPENS = time(9)
"""A try-out begins as the offices open."""
TASK_LIMIT = Limit(1, Unit.WORKING_DAY)
"""How long a task without a limit of its own takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of what happened."""

    at: datetime
    element: str
    """The element's id; an item's code in a computed plan."""
    name: str
    item: str
    department: str
    what: str
    """``done``, ``skipped`` or ``incident``."""
    says: str = ""
    """What went wrong, in English."""


@dataclass(frozen=True, kw_only=True)
class TryOut:
    """How it went."""

    derivation: Derivation
    """The form with the values of the made-up applicant."""
    answers: Mapping[str, Any]
    """Address → what the made-up applicant answered."""
    plan: Plan
    rules: tuple[tuple[str, Rule], ...]
    """Rules that would refuse the application or send it back: (item, rule)."""
    is_drawn: bool
    """Whether somebody drew the process; otherwise the computed plan runs."""
    picture: Picture
    status: str
    """``completed``, ``waiting`` or ``incident``."""
    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]

    @property
    def ends_on(self) -> date | None:
        """The day of the last step; None when nothing happened."""
        return self.frames[-1].at.date() if self.frames else None


def try_out(
    catalogue: Catalogue,
    event: str,
    calendar: Calendar,
    today: date,
    *,
    region: str,
    given: Mapping[str, Any] | None = None,
) -> TryOut:
    """Walk one life event.

    Args:
        catalogue: the content as the draft would make it.
        event: code of the life event.
        calendar: for working days.
        today: the day on which the applicant applies.
        region: code of the county where the applicant lives.
        given: answers that the person at the screen chose, by address.

    Raises TongbanError when the life event is not there, or cannot be derived, planned or run.
    """
    derivation, answers = synthetic.example(catalogue, event, region=region, given=given)
    plan = derivation.plan(calendar, today)
    process = derivation.bound.event.process or ""
    graph = drawn.graph_of(catalogue, process) if process else None
    names = {item.code: item.item.name.zh_hans for item in derivation.bound.items}
    if graph is None:
        is_drawn, graph = False, graph_of_plan(plan)
        picture = picture_of_plan(plan, names)
    else:
        is_drawn = True
        picture = _picture(catalogue, process, graph)
    begins = datetime.combine(today, OPENS, calendar.zone)
    script = {
        "now": begins.isoformat(),
        "variables": _variables(catalogue, derivation),
        "answers": dict(_answers(catalogue, graph, plan)),
    }
    outcome = run(graph, read_script(script, calendar), calendar, _decisions(catalogue), watched=True)
    steps = tuple(_steps(catalogue, graph, outcome.frames, names))
    ends = outcome.frames[-1].at if outcome.frames else begins
    faults = tuple(
        Step(
            at=ends,
            element=one["element"],
            name=_name(graph, one["element"], names),
            item="",
            department="",
            what="incident",
            says=one["message"],
        )
        for one in outcome.incidents
    )
    return TryOut(
        derivation=derivation,
        answers=answers,
        plan=plan,
        rules=rules_that_hold(derivation, catalogue),
        is_drawn=is_drawn,
        picture=picture,
        status=outcome.status,
        steps=(*steps, *faults),
        frames=outcome.frames,
    )


def _picture(catalogue: Catalogue, process: str, graph: Graph) -> Picture:
    reading = drawn.reading_of(catalogue.processes[process].model)
    found = None if isinstance(reading, str) else picture_of_document(reading.document)
    return found or picture_of_graph(graph)


def _variables(catalogue: Catalogue, derivation: Derivation) -> dict[str, Any]:
    """What the process reads of the case: the values by role, as at a real one."""
    types = {address: str(catalogue.element(address).type) for address in derivation.values}
    found = to_json(derivation.bound.context(derivation.values, types))
    return dict(found) if isinstance(found, Mapping) else {}


def _answers(catalogue: Catalogue, graph: Graph, plan: Plan) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """How long each piece of work takes: an item as promised, a task a working day."""
    for node in graph.nodes.values():
        if node.kind not in ACTIVITIES or node.kind is Kind.SUB or node.script is not None or node.decision:
            continue
        if node.kind is Kind.CALL and node.calls in graph.processes:
            continue
        limit = _limit(catalogue, node, plan)
        if limit is not None and limit.amount:
            # As often as a loop may come by: the last entry is not used again by itself.
            yield node.id, [{"after": _span(limit)}] * 20


def _limit(catalogue: Catalogue, node: Node, plan: Plan) -> Limit | None:
    item = node.ours.get("item", "")
    if item in catalogue.items:
        return catalogue.item(item).limits.promised
    planned = plan.node(node.id)
    if planned is not None:
        return planned.limit
    if node.what not in {"userTask", "manualTask"}:
        return None
    days = node.ours.get("days", "")
    return Limit(int(days)) if days.isascii() and days.isdigit() and int(days) else TASK_LIMIT


def _span(limit: Limit) -> str:
    return {
        Unit.WORKING_DAY: f"P{limit.amount}WD",
        Unit.NATURAL_DAY: f"P{limit.amount}D",
        Unit.HOUR: f"PT{limit.amount}H",
    }[limit.unit]


def _decisions(catalogue: Catalogue) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for code in catalogue.decisions:
        try:
            found[code] = of_model(catalogue.decided(code))
        except TongbanError:
            continue  # the review says what is wrong with it; a task that asks it becomes an incident
    return found


def _steps(
    catalogue: Catalogue, graph: Graph, frames: tuple[Frame, ...], names: Mapping[str, str]
) -> Iterator[Step]:
    for frame in frames:
        skipped = set(frame.skipped)
        for element in dict.fromkeys((*frame.completed, *frame.skipped)):
            node = graph.nodes.get(element)
            if node is None or (node.kind not in ACTIVITIES and not node.name):
                continue
            item = node.ours.get("item", "") or (element if element in names else "")
            base = item.partition("-")[0]
            department = node.ours.get("department", "")
            if not department and base in catalogue.items:
                department = catalogue.item(base).department
            yield Step(
                at=frame.at,
                element=element,
                name=_name(graph, element, names),
                item=item,
                department=department,
                what="skipped" if element in skipped else "done",
            )


def _name(graph: Graph, element: str, names: Mapping[str, str]) -> str:
    node = graph.nodes.get(element)
    return names.get(element) or (node.name if node and node.name else "") or element
