"""What a drawn process makes a case wait for besides its items: timers, people's tasks, joint reviews. Pure.

The result is what the planner lays out on the calendar, so that a promise is never earlier than a path that
must run. Where a choice is open, every way of it counts; ways that the case's values rule out do not. What
goes wrong (errors, refusals, messages that interrupt) is not counted, nor how long somebody takes who is
bound to no limit.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tongban import rules
from tongban.kernel.clock import Limit
from tongban.kernel.errors import TongbanError
from tongban.kernel.tally import Unit
from tongban.process.expressions import Expression
from tongban.process.graph import Definition, Graph, Kind, Node, Trigger
from tongban.process.order import after, drawn_items, leads, order
from tongban.process.planner import NO_TIME, ORDER, Step, Wait
from tongban.process.timing import Span, parse_span

TASK_DAYS: Final = 1
"""Working days of a person's task that names no limit (`tongban:days`)."""
MARK: Final = "@"
"""Before an element's id among the codes of a plan; no item's code begins with it."""
_BY_PEOPLE: Final = frozenset(("task", "userTask", "manualTask"))
_FIRST: Final[Mapping[bool | None, int]] = {True: 0, None: 1, False: 2}
_WORKDAYS: Final = "P{}WD"


@dataclass(frozen=True, slots=True)
class _Length:
    """How long a token stays at an element."""

    limit: Limit | None = None
    timer: str = ""


def with_waits(
    steps: Sequence[Step],
    model: str,
    plain: Callable[[str], str],
    context: Mapping[str, Any] | None = None,
) -> tuple[tuple[Step, ...], tuple[Wait, ...]]:
    """The steps of a plan that also wait for what is drawn between them, and these waits.

    Args:
        steps: the items that apply, in their drawn order already (`order.as_drawn`).
        model: the drawn process, as BPMN.
        plain: item code of a step → as the model names it, without a member's number.
        context: what is known of the case, as conditions read it.
    """
    graph, items = drawn_items(model)
    if graph is None:
        return tuple(steps), ()
    here = {name: item for name, item in items.items() if any(plain(one.code) == item for one in steps)}
    ways = _Ways(graph, context or {}, {name: _limit_of(item, steps, plain) for name, item in here.items()})
    return _joined(steps, ways, here, plain)


def _joined(
    steps: Sequence[Step], ways: "_Ways", here: Mapping[str, str], plain: Callable[[str], str]
) -> tuple[tuple[Step, ...], tuple[Wait, ...]]:
    chosen = [name for name in ways.reached if name in here or name in ways.lengths or name in ways.hosts]
    if not any(name in ways.lengths for name in chosen):
        return tuple(steps), ()
    before = dict(order(ways.graph, chosen))
    for boundary, host in ways.attached.items():
        if boundary in before:  # it begins with its host, not after it
            before[boundary] = before.get(host, ())
    makers = {thing: one.code for one in steps for thing in one.produces}
    follows = {
        one.code: {makers[thing] for thing in one.needs if thing in makers} - {one.code} for one in steps
    }
    waits: dict[str, Wait] = {}
    for name in chosen:
        if name in here:
            continue
        node, length = ways.graph.nodes[name], ways.lengths.get(name, _Length(timer=NO_TIME))
        code = MARK + name
        after_these = {each for one in before[name] for each in _codes(one, here, steps, plain)}
        follows[code] = after_these
        waits[code] = Wait(
            code=code,
            name=node.name,
            department=node.ours.get("department") or node.ours.get("joint", "").partition(" ")[0],
            limit=length.limit,
            timer=length.timer,
            needs=frozenset(ORDER + each for each in after_these),
            produces=frozenset((ORDER + code,)),
        )
    found = []
    for one in steps:
        names = [name for name, item in here.items() if item == plain(one.code) and name in before]
        more = {MARK + each for name in names for each in before[name] if each not in here}
        more = {code for code in more if not leads(one.code, code, follows)}
        follows[one.code] |= more
        found.append(replace(one, needs=one.needs | {ORDER + code for code in more}))
    return tuple(found), _without_circles(waits, follows)


def _without_circles(waits: Mapping[str, Wait], follows: Mapping[str, set[str]]) -> tuple[Wait, ...]:
    """Waits that are drawn after what needs them wait for nothing of that: needs go before drawings."""
    found = []
    for code, wait in waits.items():
        kept = {each for each in follows[code] if not leads(code, each, follows)}
        found.append(replace(wait, needs=frozenset(ORDER + each for each in kept)))
    return tuple(found)


def _codes(
    name: str, here: Mapping[str, str], steps: Iterable[Step], plain: Callable[[str], str]
) -> Iterator[str]:
    if name not in here:
        yield MARK + name
        return
    for one in steps:
        if plain(one.code) == here[name]:
            yield one.code


def _limit_of(item: str, steps: Iterable[Step], plain: Callable[[str], str]) -> Limit | None:
    return next((one.limit for one in steps if plain(one.code) == item), None)


class _Ways:
    """The part of a graph that a case may go through, and how long it stays where."""

    def __init__(self, graph: Graph, context: Mapping[str, Any], items: Mapping[str, Limit | None]) -> None:
        self.whole = graph
        self.context = context
        self.lengths = {
            node.id: length
            for node in graph.nodes.values()
            if node.id not in items and (length := self.length(node)) is not None
        }
        self.hosts: set[str] = set()
        self.attached: dict[str, str] = {}
        nodes = {}
        for node in graph.nodes.values():
            for boundary in node.boundaries:
                timer = self.timer(graph.nodes[boundary].definitions)
                if timer is not None and self.may_ring(timer, node, items):
                    self.lengths[boundary] = _Length(timer=timer)
                    self.attached[boundary] = node.id
                    self.hosts.add(node.id)
            nodes[node.id] = replace(node, boundaries=(), outgoing=self.outgoing(node))
        scopes = {name: replace(scope, handlers=()) for name, scope in graph.scopes.items()}
        self.graph = replace(graph, nodes=nodes, scopes=scopes)
        self.reached = self.reach()

    def reach(self) -> list[str]:
        """Every element that may come up, with the boundary events that may ring."""
        found: dict[str, None] = {}
        graph = self.graph  # of several processes the one that a case begins: as `actions.deploy` chooses
        main = min(
            graph.processes,
            key=lambda name: (name in graph.called, _FIRST[graph.processes[name].executable]),
        )
        waiting = list(graph.scopes[main].starts)
        rings: dict[str, list[str]] = {}
        for boundary, host in self.attached.items():
            rings.setdefault(host, []).append(boundary)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting += after(self.graph, name)
                waiting += rings.get(name, [])
        return list(found)

    def outgoing(self, node: Node) -> tuple[str, ...]:
        """The ways out of a node that the known values leave open."""
        if node.kind not in {Kind.EXCLUSIVE, Kind.INCLUSIVE}:
            return node.outgoing
        held: list[str] = []
        sure = False
        for flow in node.outgoing:
            condition = self.whole.flows[flow].condition
            truth = None
            if condition is not None and flow != node.default:
                truth = self.truth(condition)
                if truth is False:
                    continue
            if flow != node.default:
                held.append(flow)
            if truth:
                sure = True
                if node.kind is Kind.EXCLUSIVE:
                    break
        if node.default and not sure:
            held.append(node.default)
        return tuple(flow for flow in node.outgoing if flow in held)

    def truth(self, condition: Expression) -> bool | None:
        """Whether a condition holds; None while anything that it reads is not known, or comes later."""
        if condition.feel is None:
            return None
        try:
            names = rules.compile(condition.feel, names=self.whole.names).names
            if not all(_is_known(self.context, name) for name in names):
                return None
            return condition.truth(self.context, self.whole.names)
        except (TongbanError, ArithmeticError):
            return None

    def length(self, node: Node) -> _Length | None:
        """How long an element takes that is no item; None for no time, or when nobody is bound to any."""
        own = node.ours.get("days", "")
        stated = Limit(int(own)) if own.isascii() and own.isdigit() and int(own) else None
        if node.kind is Kind.CATCH:
            timer = self.raced(node) or self.timer(node.definitions)
            return _Length(timer=timer) if timer is not None else _stated(stated)
        if node.kind is not Kind.TASK or node.ours.get("item"):
            return _stated(stated) if node.kind is Kind.CALL and not node.ours.get("item") else None
        people = node.what in _BY_PEOPLE or ("department" in node.ours and node.what == "serviceTask")
        if not people:
            return _stated(stated)
        joint = node.ours.get("joint-days", "") if node.ours.get("joint") else ""
        if joint.isascii() and joint.isdigit():
            return _Length(limit=Limit(int(joint) + (stated.amount if stated else 0), Unit.WORKING_DAY))
        return _Length(limit=stated or Limit(TASK_DAYS))

    def raced(self, node: Node) -> str | None:
        """Of an event behind a gateway that waits for the first of several: the timer that ends that."""
        for flow in node.incoming:
            source = self.whole.nodes[self.whole.flows[flow].source]
            if source.kind is Kind.EVENT_BASED:
                rivals = [self.whole.nodes[self.whole.flows[each].target] for each in source.outgoing]
                timers = [timer for one in rivals if (timer := self.timer(one.definitions)) is not None]
                return timers[0] if len(timers) == 1 else None
        return None

    def timer(self, definitions: Collection[Definition]) -> str | None:
        """The duration of a timer, as `P5WD` or ISO 8601; None when there is none, or only a case tells."""
        for definition in definitions:
            if definition.trigger is not Trigger.TIMER or definition.value is None:
                continue
            if definition.timer not in {"duration", "cycle"}:
                continue
            try:
                text, _ = definition.value.evaluate(self.context, self.whole.names)
            except (TongbanError, ArithmeticError):
                continue
            if not isinstance(text, str):
                continue
            text = text.rpartition("/")[2] if definition.timer == "cycle" else text
            span = parse_span(text, workdays=definition.workdays)
            if span is not None and _is_ahead(span):
                return _WORKDAYS.format(span.workdays) if span.workdays is not None else text.strip()
        return None

    def may_ring(self, timer: str, host: Node, items: Mapping[str, Limit | None]) -> bool:
        """Whether a timer at the border may be due before its activity has to be done."""
        limit = items.get(host.id) if host.id in items else None
        length = self.lengths.get(host.id)
        limit = limit or (length.limit if length is not None else None)
        span = parse_span(timer)
        if limit is None or span is None:
            return True
        if limit.unit is Unit.WORKING_DAY and span.workdays is not None:
            return span.workdays < limit.amount
        if limit.unit is Unit.NATURAL_DAY and span.workdays is None and not span.months:
            return span.rest.days < limit.amount
        return True


def _is_known(context: Any, name: str) -> bool:
    for part in name.split("."):
        context = context.get(part) if isinstance(context, Mapping) else None
    return context is not None


def _stated(limit: Limit | None) -> _Length | None:
    return _Length(limit=limit) if limit is not None else None


def _is_ahead(span: Span) -> bool:
    return span.months >= 0 and span.rest.total_seconds() >= 0
