"""The plan is computed: B waits for A only if A produces what B needs; everything else runs at once. Pure.

Durations are legal limits, so the plan is laid out on the working-day calendar: an item without
predecessors starts on the day of application (which is not counted, Civil Code art. 201), any other on the
day on which the last of its predecessors is due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from tongban.kernel.calendar import Calendar
from tongban.kernel.clock import Limit, Started, fold
from tongban.kernel.errors import Conflict
from tongban.kernel.tally import Unit
from tongban.process.timing import parse_span

ORDER = "order:"
"""Before an item's code among the causes of an edge: it is drawn so, whatever is produced."""
NO_TIME = "PT0S"
"""The timer of a wait that takes no time."""
DAY_ENDS = time(23, 59)
OFFICE_OPENS = time(9)
"""Hour limits count from a moment; a plan made before it is known assumes the start of office hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One item as the planner sees it."""

    code: str
    department: str
    limit: Limit
    needs: frozenset[str] = frozenset()
    """What it waits for if a sibling produces it: addresses, and `certificate:<code>`."""
    produces: frozenset[str] = frozenset()
    """What it produces, in the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Something of a drawn process that takes time and is no item: a timer, a person's task, a review."""

    code: str
    """`@` and the id of the element."""
    name: str
    department: str
    """Who does it; empty for a timer."""
    limit: Limit | None = None
    timer: str = ""
    """Of a timer: `P5WD` or a duration as ISO 8601."""
    needs: frozenset[str] = frozenset()
    produces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` waits for `source`, because of `causes`."""

    source: str
    target: str
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One item in the plan."""

    code: str
    department: str
    limit: Limit
    wave: int
    """0 starts at once, 1 after one predecessor, and so on."""
    starts_on: date
    due_on: date
    provisional: bool
    """The date runs into a year whose holidays are not yet published."""
    critical: bool
    """A later end here is a later end of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something of a drawn process in the plan that is no item."""

    code: str
    name: str
    department: str
    limit: Limit | None
    timer: str
    starts_on: date
    due_on: date
    provisional: bool
    critical: bool
    after: tuple[str, ...]
    """Items and waits (with their `@`) that come directly before."""
    before: tuple[str, ...]
    """Items and waits that wait for it."""

    @property
    def takes_time(self) -> bool:
        """Whether it takes any time; otherwise it only holds others together."""
        return self.limit is not None or self.timer != NO_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who works when, at the latest."""

    starts_on: date
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    critical_path: tuple[str, ...]
    parallel_days: int
    """Working days from application to the last due date."""
    sequential_days: int
    """Working days if the same items were done one after the other."""
    promised_on: date
    provisional: bool
    calendar_version: str
    waits: tuple[Waiting, ...] = ()
    """What the drawn process makes the case wait for besides items; counted in all dates and days above."""

    @property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Item codes by wave."""
        count = 1 + max((node.wave for node in self.nodes), default=-1)
        return tuple(tuple(node.code for node in self.nodes if node.wave == wave) for wave in range(count))

    def waits_for(self, code: str) -> tuple[str, ...]:
        """The items that `code` waits for directly."""
        return tuple(edge.source for edge in self.edges if edge.target == code)

    def node(self, code: str) -> Node | None:
        """The node of an item, None when the plan has none."""
        return next((node for node in self.nodes if node.code == code), None)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON, as `tongban plan --json` prints it and a case pins it."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "nodes": [
                {
                    "item": node.code,
                    "department": node.department,
                    "limit": {"amount": node.limit.amount, "unit": str(node.limit.unit)},
                    "wave": node.wave,
                    "starts_on": node.starts_on.isoformat(),
                    "due_on": node.due_on.isoformat(),
                    "provisional": node.provisional,
                    "critical": node.critical,
                }
                for node in self.nodes
            ],
            "edges": [
                {"from": edge.source, "to": edge.target, "elements": list(edge.causes)} for edge in self.edges
            ],
            "waves": [list(wave) for wave in self.waves],
            "critical_path": list(self.critical_path),
            "critical_path_working_days": self.parallel_days,
            "parallel_working_days": self.parallel_days,
            "sequential_working_days": self.sequential_days,
            "promised_on": self.promised_on.isoformat(),
            "provisional": self.provisional,
            "calendar_version": self.calendar_version,
            "waits": [
                {
                    "element": wait.code,
                    "name": wait.name,
                    "department": wait.department,
                    "limit": {"amount": wait.limit.amount, "unit": str(wait.limit.unit)}
                    if wait.limit is not None
                    else None,
                    "timer": wait.timer,
                    "starts_on": wait.starts_on.isoformat(),
                    "due_on": wait.due_on.isoformat(),
                    "provisional": wait.provisional,
                    "critical": wait.critical,
                    "after": list(wait.after),
                    "before": list(wait.before),
                }
                for wait in self.waits
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            starts_on=date.fromisoformat(data["starts_on"]),
            nodes=tuple(
                Node(
                    code=node["item"],
                    department=node["department"],
                    limit=Limit(node["limit"]["amount"], Unit(node["limit"]["unit"])),
                    wave=node["wave"],
                    starts_on=date.fromisoformat(node["starts_on"]),
                    due_on=date.fromisoformat(node["due_on"]),
                    provisional=node["provisional"],
                    critical=node["critical"],
                )
                for node in data["nodes"]
            ),
            edges=tuple(Edge(edge["from"], edge["to"], tuple(edge["elements"])) for edge in data["edges"]),
            critical_path=tuple(data["critical_path"]),
            parallel_days=data["parallel_working_days"],
            sequential_days=data["sequential_working_days"],
            promised_on=date.fromisoformat(data["promised_on"]),
            provisional=data["provisional"],
            calendar_version=data["calendar_version"],
            waits=tuple(
                Waiting(
                    code=wait["element"],
                    name=wait["name"],
                    department=wait["department"],
                    limit=Limit(wait["limit"]["amount"], Unit(wait["limit"]["unit"]))
                    if wait["limit"]
                    else None,
                    timer=wait["timer"],
                    starts_on=date.fromisoformat(wait["starts_on"]),
                    due_on=date.fromisoformat(wait["due_on"]),
                    provisional=wait["provisional"],
                    critical=wait["critical"],
                    after=tuple(wait["after"]),
                    before=tuple(wait["before"]),
                )
                for wait in data.get("waits", ())
            ),
        )


def plan(steps: Iterable[Step], calendar: Calendar, start: date, *, waits: Iterable[Wait] = ()) -> Plan:
    """Lay out `steps` from `start`, and `waits`, which a drawn process puts between, beside and behind them.

    Raises Conflict (`plan.cycle`) when items wait for each other, naming them. An item that needs what two
    siblings produce waits for both. What no sibling produces is no reason to wait.
    """
    ordered: dict[str, Step] = {step.code: step for step in steps}
    between: dict[str, Wait] = {wait.code: wait for wait in waits}
    every: dict[str, Step | Wait] = {**ordered, **between}
    every_edge = _edges(every)
    edges = tuple(edge for edge in every_edge if edge.source in ordered and edge.target in ordered)
    before: dict[str, list[str]] = {code: [] for code in every}
    for edge in every_edge:
        before[edge.target].append(edge.source)
    order = _topological(before)

    starts: dict[str, date] = {}
    dues: dict[str, date] = {}
    guess: dict[str, bool] = {}
    wave: dict[str, int] = {}
    for code in order:
        starts[code] = max((dues[other] for other in before[code]), default=start)
        # A wait is no wave of its own: what follows it belongs to the wave after the items before it.
        wave[code] = max((wave[other] for other in before[code]), default=-1) + (code in ordered)
        dues[code], own_guess = _due(every[code], starts[code], calendar)
        guess[code] = own_guess or any(guess[other] for other in before[code])
    promised = max(dues.values(), default=start)

    sequential = start
    for code in order:
        if code in ordered:
            sequential, _ = due_after(ordered[code].limit, sequential, calendar)
    path = _critical_path(order, before, dues)
    critical = _critical(order, before, starts, dues)
    return Plan(
        starts_on=start,
        nodes=tuple(
            Node(
                code=code,
                department=ordered[code].department,
                limit=ordered[code].limit,
                wave=wave[code],
                starts_on=starts[code],
                due_on=dues[code],
                provisional=guess[code],
                critical=code in critical,
            )
            for code in order
            if code in ordered
        ),
        edges=edges,
        critical_path=tuple(code for code in path if code in ordered),
        parallel_days=calendar.workdays_between(start, promised),
        sequential_days=calendar.workdays_between(start, sequential),
        promised_on=promised,
        provisional=any(guess.values()),
        calendar_version=calendar.version,
        waits=tuple(
            Waiting(
                code=code,
                name=between[code].name,
                department=between[code].department,
                limit=between[code].limit,
                timer=between[code].timer,
                starts_on=starts[code],
                due_on=dues[code],
                provisional=guess[code],
                critical=code in critical,
                after=tuple(before[code]),
                before=tuple(edge.target for edge in every_edge if edge.source == code),
            )
            for code in order
            if code in between
        ),
    )


def waits_of(laid_out: Plan) -> tuple[Wait, ...]:
    """The waits of a plan that was laid out, to lay it out anew; `needs_of_waits` says who waits for them."""
    return tuple(
        Wait(
            code=wait.code,
            name=wait.name,
            department=wait.department,
            limit=wait.limit,
            timer=wait.timer,
            needs=frozenset(ORDER + code for code in wait.after),
            produces=frozenset((ORDER + wait.code,)),
        )
        for wait in laid_out.waits
    )


def _due(step: Step | Wait, start: date, calendar: Calendar) -> tuple[date, bool]:
    """When a step or wait that begins on a day is over at the latest, and whether that is a guess."""
    if step.limit is not None:
        return due_after(step.limit, start, calendar)
    span = parse_span(step.timer) if isinstance(step, Wait) else None
    if span is None or step.timer == NO_TIME:
        return start, False
    # What came before may end with the last minute of its day; a timer in working days rings at midnight.
    rings = span.after(datetime.combine(start, DAY_ENDS, calendar.zone), calendar).astimezone(calendar.zone)
    guess = span.workdays is not None and calendar.add_workdays(start, span.workdays).provisional
    return rings.date(), guess


def due_after(limit: Limit, start: date, calendar: Calendar) -> tuple[date, bool]:
    """The day on which `limit` runs out when its clock starts on `start`, and whether that is a guess."""
    moment = datetime.combine(start, OFFICE_OPENS, calendar.zone)
    state = fold(limit, [Started(moment)], calendar, moment + timedelta(minutes=1))
    if state.due_on is not None:
        return state.due_on, state.provisional
    if state.due_at is None:
        raise ValueError(f"a running clock of {limit} has no due date")
    return state.due_at.astimezone(calendar.zone).date(), state.provisional


def _edges(steps: "Mapping[str, Step | Wait]") -> tuple[Edge, ...]:
    producers: dict[str, list[str]] = {}
    for code, step in steps.items():
        for thing in step.produces:
            producers.setdefault(thing, []).append(code)
    causes: dict[tuple[str, str], list[str]] = {}
    for code, step in steps.items():
        for thing in sorted(step.needs):
            for producer in producers.get(thing, []):
                if producer != code:
                    causes.setdefault((producer, code), []).append(thing)
    return tuple(Edge(source, target, tuple(things)) for (source, target), things in causes.items())


def _topological(before: Mapping[str, list[str]]) -> list[str]:
    """Codes with every predecessor first; among equals, the given order (stable for people)."""
    placed: list[str] = []
    left = dict(before)
    while left:
        ready = [code for code, others in left.items() if not any(other in left for other in others)]
        if not ready:
            raise Conflict(
                "plan.cycle",
                f"These items wait for each other: {', '.join(_cycle(left))}.",
                hint="Let one of them need less, or take what it needs from a registry.",
            )
        placed += ready
        for code in ready:
            del left[code]
    return placed


def _cycle(left: Mapping[str, list[str]]) -> list[str]:
    """The items of one cycle in a graph in which every node has a predecessor."""
    seen: list[str] = []
    code = next(iter(left))
    while code not in seen:
        seen.append(code)
        code = next(other for other in left[code] if other in left)
    return seen[seen.index(code) :]


def _critical_path(
    order: list[str], before: Mapping[str, list[str]], dues: Mapping[str, date]
) -> tuple[str, ...]:
    """The chain that ends last, from its first item."""
    if not order:
        return ()
    code = max(order, key=lambda item: dues[item])
    path = [code]
    while before[code]:
        code = max(before[code], key=lambda item: dues[item])
        path.append(code)
    return tuple(reversed(path))


def _critical(
    order: list[str], before: Mapping[str, list[str]], starts: Mapping[str, date], dues: Mapping[str, date]
) -> frozenset[str]:
    """Every item without slack: it ends last, or its end is the start of one that has no slack."""
    last = max(dues.values(), default=None)
    critical = {code for code in order if dues[code] == last}
    for code in reversed(order):
        if code in critical:
            critical |= {other for other in before[code] if dues[other] == starts[code]}
    return frozenset(critical)
