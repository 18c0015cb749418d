"""Whether a graph can mean what it says: events, gateways, paths, calls, and whether every part can end."""

from collections.abc import Mapping

from tongban.process.checks import calls, events, gateways, paths, races, soundness
from tongban.process.findings import Findings
from tongban.process.graph import Graph


def check(graph: Graph, strict: Mapping[str, bool], findings: Findings) -> None:
    """Add what is wrong with `graph`. `strict`: processes that are meant to be executed."""
    for node in graph.nodes.values():
        demanding = strict.get(graph.process_of(node.id), False)
        events.check_event(graph, node, findings, strict=demanding, drawn=_drawn(graph, node.id))
        gateways.check_flows(graph, node, findings, strict=demanding)
        races.check_begin(node, findings, strict=demanding)
    events.check_links(graph, findings)
    events.check_doubles(graph, findings)
    calls.check_calls(graph, strict, findings)
    effort = soundness.Effort()
    for scope in graph.scopes.values():
        demanding = strict.get(graph.process_of(scope.id), False)
        events.check_starts(graph, scope, findings, strict=demanding)
        paths.check_quantities(graph, scope, findings, strict=demanding)
        drawn = _drawn(graph, scope.id)
        if paths.check_paths(graph, scope, findings, strict=demanding, drawn=drawn):
            if soundness.is_tangled(graph, scope):
                message = "So many inclusive joins lie in one process that nobody can follow them; split it."
                findings.error(scope.id, message)
            else:
                soundness.check_sound(graph, scope, findings, strict=demanding, drawn=drawn, effort=effort)


def _drawn(graph: Graph, part: str) -> bool:
    """Whether a process says that it is not meant to be run: a drawing for people may be unfinished."""
    return graph.processes[graph.process_of(part)].executable is False
