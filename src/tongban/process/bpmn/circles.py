"""Processes of one model that call one another without end, found before the model is read in earnest.

Only what is certain is said here: a process with sub-processes or boundary events may end in many ways, and
`tongban.process.checks.calls` looks at it when the graph is there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain

from tongban.process.bpmn.activities import called_process
from tongban.process.bpmn.vocabulary import NODES, Context, bare, children, extension
from tongban.process.checks.calls import circles_of, ending
from tongban.process.graph import Kind
from tongban.process.xml import Element


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A process as far as it matters here."""

    calls: Mapping[str, str]
    """Call activity → process."""
    after: Mapping[str, Collection[str]]
    begin: Collection[str]

    def can_end(self, ends: Mapping[str, bool]) -> bool:
        """Whether a way from its beginning meets no call that is not known to end."""
        waiting = list(self.begin)
        seen = set(waiting)
        while waiting:
            node = waiting.pop()
            if not ends.get(self.calls.get(node, ""), True):
                continue
            targets = self.after.get(node, ())
            if not targets:
                return True
            waiting.extend(each for each in targets if each not in seen)
            seen.update(targets)
        return not self.begin


def check_circles(context: Context, processes: Collection[Element]) -> None:
    """Findings for call activities of processes that call themselves, directly or not, without end."""
    named = {each.get("id"): each for each in processes if each.get("id")}
    drawn = {name: made for name, each in named.items() if (made := _drawn(each)) is not None}
    calling = {name: {each for each in made.calls.values() if each in drawn} for name, made in drawn.items()}
    if not any(calling.values()):
        return
    ends = ending(calling, lambda name, known: drawn[name].can_end(known))
    circles = circles_of(calling)
    for own, made in drawn.items():
        for node, called in made.calls.items():
            if not ends.get(called, True) and circles[called] == circles[own]:
                context.findings.error(node, f"The process {own} calls itself through {called} without end.")


def _drawn(process: Element) -> _Drawn | None:
    """None when it has ways to end that only the graph shows."""
    nodes = {each.get("id"): each for each in children(process, *NODES)}
    if any(NODES[each.local] in {Kind.SUB, Kind.BOUNDARY} for each in nodes.values()):
        return None
    after: dict[str, list[str]] = {}
    for flow in children(process, "sequenceFlow"):
        after.setdefault(bare(flow.get("sourceRef")), []).append(bare(flow.get("targetRef")))
    reached = set(chain.from_iterable(after.values()))
    begin = [name for name, each in nodes.items() if NODES[each.local] is Kind.START or name not in reached]
    calls = {
        name: called_process(each)
        for name, each in nodes.items()
        if NODES[each.local] is Kind.CALL and not any(extension(each, "calledElement"))
    }
    return _Drawn(calls, after, begin)
