"""Models that were deployed, compiled once per version and worker process.

A definition never changes, so what was compiled stays good for as long as the process lives.
"""

import json
import threading

from tongban.catalogue import queries
from tongban.kernel.errors import Conflict, InvalidInput, NotFound, Unavailable
from tongban.process import statements
from tongban.process.bpmn import read
from tongban.process.decisions import Decisions, OfCatalogue
from tongban.process.graph import Graph, Trigger
from tongban.process.models import Definition
from tongban.process.planner import Plan
from tongban.process.plans import graph_of

BPMN, PLAN = "bpmn", "plan"
_MOST = 500
"""Compiled versions that a process keeps."""


class Compiled:
    """A definition with its graph and what can be told of it once and for all."""

    def __init__(self, code: str, kind: str, process: str, catalogue_version: str, graph: Graph) -> None:
        self.code = code
        self.kind = kind
        self.process = process
        self.catalogue_version = catalogue_version
        self.graph = graph
        awaited = {definition.trigger for node in graph.nodes.values() for definition in node.happenings}
        self.listens = bool(awaited & {Trigger.MESSAGE, Trigger.SIGNAL}) or bool(graph.message_flows)
        """Whether an instance can ever wait for a message or a signal."""
        self.timed = Trigger.TIMER in awaited
        """Whether the calendar in force matters to its instances."""
        self.asks = any(node.decision or node.asks_risk for node in graph.nodes.values())

    @property
    def version(self) -> str:
        """The version of the definition."""
        return self.graph.version

    @property
    def decisions(self) -> Decisions | None:
        """What its business rule tasks ask: of its own content, or, deployed by hand, of the current one."""
        if not self.asks:
            return None
        if self.catalogue_version:
            return OfCatalogue(queries.version(self.catalogue_version))
        try:
            return OfCatalogue(queries.current())
        except Unavailable:  # nothing is published yet, so there is nothing to ask
            return None


_lock = threading.Lock()
_compiled: dict[tuple[str, str], Compiled] = {}
_active: dict[str, str] = {}
"""Code → the version that was active when last looked."""
_ACTIVE = "SELECT version FROM process_definition WHERE code = %s AND active"


def compile_model(kind: str, model: str) -> Graph:
    """The graph of a model. Raises: InvalidInput (`process.refused`) when it cannot be run."""
    if kind == PLAN:
        return graph_of(Plan.from_json(json.loads(model)))
    reading = read(model.encode())
    if reading.graph is None:
        faults = [each for each in reading.findings if each.severity == "error"]
        first = f"{faults[0].element}: {faults[0].message}" if faults else "It has no process."
        raise InvalidInput(
            "process.refused",
            f"The model cannot be run: {first}",
            hint="Check it with `tongban process check`.",
            findings=[each.to_json() for each in reading.findings],
        )
    return reading.graph


def compiled(code: str, version: str) -> Compiled:
    """One version. Raises: NotFound; Conflict when this release refuses a model that ran before."""
    found = _compiled.get((code, version))
    if found is not None:
        return found
    row = Definition.objects.filter(code=code, version=version).first()
    if row is None:
        raise NotFound("process.unknown", f"No version {version} of the process {code} is deployed.")
    try:
        graph = compile_model(row.kind, row.model)
    except InvalidInput as error:
        raise Conflict(
            "process.compile",
            f"{code} {version} cannot be compiled any more: {error.detail}",
            hint=error.hint,
        ) from error
    return remember(Compiled(code, row.kind, row.process, row.catalogue_version, graph))


def active(code: str) -> str:
    """The version that new instances take. Raises: NotFound when there is none."""
    rows = statements.rows(_ACTIVE, [code])
    if not rows:
        _active.pop(code, None)
        raise NotFound("process.unknown", f"No process {code} is deployed and active.")
    version: str = rows[0][0]
    _active[code] = version
    return version


def last_active(code: str) -> str:
    """The version that was active when this process last looked; empty when it has not.

    For beginning an instance only: the statement that writes it looks again (`many.Moved.if_active`).
    """
    return _active.get(code, "")


def remember(made: Compiled) -> Compiled:
    """Keep a compiled definition."""
    with _lock:
        while len(_compiled) >= _MOST:
            del _compiled[next(iter(_compiled))]
        return _compiled.setdefault((made.code, made.version), made)


def forget() -> None:
    """Drop everything compiled; for tests."""
    with _lock:
        _compiled.clear()
        _active.clear()
