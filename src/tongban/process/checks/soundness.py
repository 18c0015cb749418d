"""Whether every part of a scope can be part of a run that ends.

This is relaxed soundness (Dehnert and Rittgen, 2001).

The scope is played with tokens on its flows, each choice being free, sub-processes being single steps. An
element is refused when no choice whatever lets it take part in a run that comes to an end: a join that never
has all its tokens, a path that leads to one that waits for ever, tokens that multiply without end. A model
that ends only under some choices (two gateways asking the same question) passes: its data may see to it.

Tokens do not disturb one another except at joins, so steps without a choice are taken at once and
choices one token at a time; that keeps the number of states small without losing a run. Beyond
`MAX_STATES` nothing is said.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from tongban.process import constants
from tongban.process.findings import Findings
from tongban.process.graph import ACTIVITIES, Flow, Graph, Kind, Node, Scope, Trigger, may_join

MAX_STATES = 3_000
_MAX_TOKENS = 3
"""Tokens on one flow before it counts as a multiplication."""
_MAX_STEPS = 50_000
_MAX_STEPS_OF_ALL = 150_000
"""Of all scopes of one model together."""
_MAX_PATHS = 3_000_000
"""Flows into inclusive joins times elements beside them: what has to be known of who can reach whom."""
_SUBSETS_UP_TO = 4
_ENDS_ALL = frozenset((Trigger.TERMINATE, Trigger.ERROR, Trigger.CANCEL))

Marking = tuple[tuple[str, int], ...]
Option = tuple[str, ...]
"""Flows that get a token."""


@dataclass(frozen=True, slots=True)
class _Step:
    """An edge of the state space: what was done, and where it led."""

    done: frozenset[str]
    target: Marking | None
    """None: the run has ended."""


@dataclass(slots=True)
class _Play:
    """The states of one scope."""

    graph: Graph
    inside: frozenset[str]
    targets: dict[str, str]
    """Place → node that takes its tokens: flows, and places of our own for starts, boundaries and links."""
    ends_anyway: bool
    """Something can end the scope from outside, so that to be stuck is not the end."""
    multiplied: bool = False
    doubled: set[str] = field(default_factory=set)
    steps: int = 0
    limit: int = _MAX_STEPS

    def spend(self, steps: int) -> None:
        """Count what is done. Raises: _Enough."""
        self.steps += steps
        if self.steps > self.limit:
            raise _Enough


class _Enough(Exception):  # noqa: N818 - never leaves this file
    """The scope has more states than are looked at."""


@dataclass(slots=True)
class Effort:
    """What may still be spent on one model."""

    left: int = _MAX_STEPS_OF_ALL


def is_tangled(graph: Graph, scope: Scope) -> bool:
    """Whether the inclusive joins of a scope are so many that nobody can say what they wait for."""
    nodes = [graph.nodes[each] for each in scope.nodes]
    joins = (node for node in nodes if node.kind in {Kind.INCLUSIVE, Kind.COMPLEX} and len(node.incoming) > 1)
    return sum(len(node.incoming) for node in joins) * len(nodes) > _MAX_PATHS


def check_sound(
    graph: Graph, scope: Scope, findings: Findings, *, strict: bool, drawn: bool, effort: Effort
) -> None:
    """Add what can take part in no run that ends; in a drawing, a way that gets stuck is a remark."""
    owner = graph.nodes.get(scope.id)
    nodes = [graph.nodes[each] for each in scope.nodes]
    if (owner is not None and owner.adhoc) or any(node.needed > 1 for node in nodes):
        return
    play = _prepare(graph, scope, nodes)
    play.limit = min(_MAX_STEPS, effort.left)
    try:
        edges = _explore(play, _beginnings(graph, scope))
    except _Enough:
        return
    finally:
        effort.left -= play.steps
    good = _successful(edges)
    done = {label for steps in edges.values() for step in steps if step.target in good for label in step.done}
    expected = {node.id for node in nodes if _takes_part(node)}
    expected |= {flow for node in nodes if _takes_part(node) for flow in node.outgoing}
    missing = expected - done
    alone = _never_alone(graph, nodes, edges, good) if not missing else {}
    for flow, node in alone.items():
        message = (
            f"{node} may take this flow alone, but then the process gets stuck: something later waits for "
            "another of its flows as well. Join them with an inclusive gateway."
        )
        findings.lack(flow, message, strict=strict)
    if alone:
        return
    if not missing:
        for each in sorted(play.doubled):
            if each in graph.flows:
                findings.warn(
                    graph.flows[each].target,
                    "Several tokens can arrive here one after the other; each is worked.",
                )
        return
    if play.multiplied:
        if not any(step.target is None for steps in edges.values() for step in steps):
            findings.lack(
                scope.id, "The process never ends: it makes more and more tokens.", strict=not drawn
            )
        return
    _tell(graph, nodes, missing, findings, strict=strict, drawn=drawn)


def _never_alone(
    graph: Graph, nodes: list[Node], edges: Mapping[Marking, list[_Step]], good: set[Marking | None]
) -> dict[str, str]:
    """Flows of an inclusive choice → the choice, when no run ends in which it takes just this flow.

    One that is always taken, or is the default, is left out: it says itself when it comes.
    """
    choices = {
        node.id: {
            flow for flow in node.outgoing
            if _depends(graph.flows[flow])
        }
        for node in nodes
        if node.kind is Kind.INCLUSIVE and len(node.outgoing) > 1
    }  # fmt: skip
    choices = {
        node: flows for node, flows in choices.items() if len(flows) == len(graph.nodes[node].outgoing)
    }
    if not choices:
        return {}
    tried: dict[str, str] = {}
    well: set[str] = set()
    for steps in edges.values():
        for step in steps:
            for node, flows in choices.items():
                taken = flows & step.done if node in step.done else set()
                if len(taken) == 1:
                    flow = next(iter(taken))
                    tried[flow] = node
                    if step.target in good:
                        well.add(flow)
    return {flow: node for flow, node in tried.items() if flow not in well}


def _tell(
    graph: Graph, nodes: list[Node], missing: set[str], findings: Findings, *, strict: bool, drawn: bool
) -> None:
    """The joins at fault, or else the first elements that lead nowhere."""
    joins = [
        node for node in nodes
        if node.id in missing and len(node.incoming) > 1 and node.kind in {Kind.PARALLEL, Kind.INCLUSIVE}
    ]  # fmt: skip
    for node in joins:
        findings.lack(
            node.id,
            f"The process gets stuck here: the {node.kind} gateway waits for tokens on its "
            f"{len(node.incoming)} flows that never come together.",
            strict=not drawn,
        )
    if joins:
        return
    for each in sorted(missing):
        if each in graph.flows:
            findings.lack(
                each,
                "Whoever takes this flow never comes to an end: something later waits for ever.",
                strict=strict,
            )
    if not any(each in graph.flows for each in missing):
        for each in sorted(missing):
            findings.lack(each, "The element takes part in no run that ends.", strict=strict)


def _depends(flow: Flow) -> bool:
    """Whether a condition can be false."""
    return flow.condition is not None and constants.value_of(flow.condition) is not True


def _takes_part(node: Node) -> bool:
    if node.for_compensation or (node.kind is Kind.SUB and node.on_event):
        return False
    return not (
        node.kind is Kind.BOUNDARY and any(d.trigger is Trigger.COMPENSATION for d in node.definitions)
    )


def _prepare(graph: Graph, scope: Scope, nodes: list[Node]) -> _Play:
    targets = {flow: graph.flows[flow].target for node in nodes for flow in node.outgoing}
    targets |= {f"@{node.id}": node.id for node in nodes}
    owner = graph.nodes.get(scope.id)
    rescued = any(
        graph.nodes[start].interrupting
        for handler in scope.handlers
        for start in graph.scopes[handler].nodes
        if graph.nodes[start].kind is Kind.START
    )
    if owner is not None:
        rescued = rescued or any(graph.nodes[each].interrupting for each in owner.boundaries)
    return _Play(graph, frozenset(scope.nodes), targets, rescued)


def _beginnings(graph: Graph, scope: Scope) -> list[Marking]:
    owner = graph.nodes.get(scope.id)
    if owner is not None:
        begin = [each for each in scope.nodes if graph.nodes[each].kind is Kind.START] or list(scope.starts)
        return [tuple(sorted((f"@{each}", 1) for each in begin))]
    made: list[Marking] = []
    if scope.starts:
        made.append(tuple(sorted((f"@{each}", 1) for each in scope.starts)))
    made += [((f"@{each}", 1),) for each in scope.triggered]
    return made


def _explore(play: _Play, beginnings: list[Marking]) -> dict[Marking, list[_Step]]:
    edges: dict[Marking, list[_Step]] = {}
    waiting: deque[Marking] = deque()
    root: Marking = (("", 0),)
    edges[root] = []
    for beginning in beginnings:
        edges[root].append(_settled(play, dict(beginning), frozenset()))
    waiting.extend(step.target for step in edges[root] if step.target is not None)
    while waiting:
        marking = waiting.popleft()
        if marking in edges:
            continue
        play.spend(1 + len(marking) // 4)
        if len(edges) > MAX_STATES:
            raise _Enough
        edges[marking] = list(_choose(play, marking))
        waiting.extend(
            step.target for step in edges[marking] if step.target is not None and step.target not in edges
        )
    return edges


def _successful(edges: dict[Marking, list[_Step]]) -> set[Marking | None]:
    before: dict[Marking | None, list[Marking]] = {}
    for marking, steps in edges.items():
        for step in steps:
            before.setdefault(step.target, []).append(marking)
    good: set[Marking | None] = {None}
    waiting: list[Marking | None] = [None]
    while waiting:
        for marking in before.get(waiting.pop(), ()):
            if marking not in good:
                good.add(marking)
                waiting.append(marking)
    return good


def _settled(play: _Play, marking: dict[str, int], done: frozenset[str]) -> _Step:
    """Take every step that leaves no choice."""
    labels = set(done)
    waiting = list(reversed(marking))
    rounds = 0
    seen: set[Marking] = set()
    while waiting:
        place = waiting.pop()
        if place not in marking:
            continue
        node = play.graph.nodes[play.targets[place]]
        options = _options(play, node) if _is_free(play, node, marking) else []
        if len(options) != 1 or _ends_all(node):
            continue
        _fire(play, node, place, options[0], marking, labels)
        play.spend(1 + len(options[0]) // 4)
        waiting += options[0]
        waiting += [place] if place in marking else []
        rounds += 1
        if rounds > len(play.targets):  # every place was used: perhaps it goes round in a circle
            play.spend(len(marking) // 4)
            now = tuple(sorted(marking.items()))
            if now in seen:
                play.multiplied = True
                return _Step(frozenset(labels), (("!", 0),))
            seen.add(now)
        if any(marking.get(each, 0) > _MAX_TOKENS for each in options[0]):
            play.multiplied = True
            return _Step(frozenset(labels), (("!", 0),))
    play.doubled |= {place for place, count in marking.items() if count > 1}
    if not marking:
        return _Step(frozenset(labels), None)
    return _Step(frozenset(labels), tuple(sorted(marking.items())))


def _choose(play: _Play, marking: Marking) -> Iterator[_Step]:  # noqa: C901 - three kinds of choice
    """What may happen where every step is a choice, a join that looks around, or an end of all."""
    if marking and marking[0][0] == "!":
        return
    held = dict(marking)
    late: list[str] = []
    for place in held:
        node = play.graph.nodes[play.targets[place]]
        if _is_free(play, node, held):
            if _ends_all(node):
                late.append(place)
                continue
            for option in _options(play, node):
                yield _after(play, node, place, option, held)
            return
    for place in held:
        node = play.graph.nodes[play.targets[place]]
        if node.kind is Kind.INCLUSIVE and len(node.incoming) > 1 and _may_join(play, node, held):
            for option in _options(play, node):
                yield _after(play, node, place, option, held)
            return
    for place in late:
        yield _Step(frozenset((play.targets[place],)), None)
    if not late and play.ends_anyway:
        yield _Step(frozenset(), None)


def _after(play: _Play, node: Node, place: str, option: Option, held: dict[str, int]) -> _Step:
    marking = dict(held)
    labels: set[str] = set()
    _fire(play, node, place, option, marking, labels)
    return _settled(play, marking, frozenset(labels))


def _fire(  # noqa: PLR0917 - the parts of one small machine
    play: _Play, node: Node, place: str, option: Option, marking: dict[str, int], labels: set[str]
) -> None:
    taken = [place]
    if node.kind in {Kind.PARALLEL, Kind.INCLUSIVE} and len(node.incoming) > 1:
        taken = [flow for flow in node.incoming if flow in marking]
    for each in taken:
        marking[each] -= 1
        if not marking[each]:
            del marking[each]
    for each in option:
        marking[each] = marking.get(each, 0) + 1
        if marking[each] > 1:
            play.doubled.add(each)
    labels.add(node.id)
    labels.update(option)


def _is_free(play: _Play, node: Node, marking: dict[str, int]) -> bool:
    """Whether a token at the node may move by itself."""
    del play
    if node.kind is Kind.PARALLEL:
        return all(flow in marking for flow in node.incoming)
    return not (node.kind is Kind.INCLUSIVE and len(node.incoming) > 1)


def _may_join(play: _Play, node: Node, marking: dict[str, int]) -> bool:
    play.spend(1 + len(marking) * len(node.incoming) // 20)
    filled = frozenset(flow for flow in node.incoming if flow in marking)
    places = [play.targets[place] for place in marking if play.targets[place] != node.id]
    return may_join(play.graph, node.id, filled, places)


def _ends_all(node: Node) -> bool:
    return node.kind is Kind.END and any(each.trigger in _ENDS_ALL for each in node.definitions)


def _options(play: _Play, node: Node) -> list[Option]:
    """The sets of places that get tokens when the node is done."""
    normal = _normal(play, node)
    if node.kind not in ACTIVITIES:
        return normal
    options = list(normal)
    for each in node.boundaries:
        boundary = play.graph.nodes[each]
        if boundary.interrupting:
            options.append((f"@{each}",))
        else:
            options += [(*option, f"@{each}") for option in normal]
    return options


def _normal(play: _Play, node: Node) -> list[Option]:  # noqa: PLR0911 - one way out per kind
    flows = node.outgoing
    if node.kind is Kind.THROW:
        links = [
            f"@{play.graph.links[node.scope, each.name]}"
            for each in node.definitions
            if each.trigger is Trigger.LINK and (node.scope, each.name) in play.graph.links
        ]
        if links:
            return [tuple(links)]
    if node.kind is Kind.EVENT_BASED and node.all_needed:
        return [tuple(flows)]
    if node.kind in {Kind.EXCLUSIVE, Kind.EVENT_BASED}:
        return [(flow,) for flow in flows] or [()]
    if node.kind is Kind.COMPLEX and len(node.incoming) > 1:
        return [*_some(flows), ()]
    otherwise: list[Option] = [(node.default,)] if node.default in flows else []
    if node.kind in {Kind.INCLUSIVE, Kind.COMPLEX}:
        return _some(tuple(flow for flow in flows if flow != node.default)) + otherwise
    maybe = tuple(
        flow for flow in flows if play.graph.flows[flow].condition is not None and flow != node.default
    )
    if node.kind is Kind.PARALLEL or not (maybe or otherwise):
        return [tuple(flows)]
    always = tuple(flow for flow in flows if flow not in maybe and flow != node.default)
    if not otherwise and always:
        otherwise = [()]
    return [(*always, *option) for option in [*_some(maybe), *otherwise] if maybe or option]


def _some(flows: tuple[str, ...]) -> list[Option]:
    """Choices of one or more: all of them while they are few, else each alone and all together."""
    if len(flows) <= 1:
        return [tuple(flows)]
    if len(flows) <= _SUBSETS_UP_TO:
        return [each for size in range(1, len(flows) + 1) for each in combinations(flows, size)]
    return [*((flow,) for flow in flows), tuple(flows)]
