"""Models come in: versions side by side, one of a code is taken by new instances."""

import json
from datetime import UTC, datetime

from django.db import connection, transaction

from tongban.catalogue import calendars
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import InvalidInput
from tongban.process import definitions
from tongban.process.definitions import BPMN, PLAN, Compiled
from tongban.process.engine import new
from tongban.process.engine.core import Core, Held
from tongban.process.events import DefinitionDeployed
from tongban.process.graph import Definition as Timed
from tongban.process.graph import Graph, Trigger
from tongban.process.models import Definition
from tongban.process.models import Trigger as TriggerRow
from tongban.process.planner import Plan
from tongban.process.plans import graph_of
from tongban.process.timing import read_moment


def deploy(
    code: str,
    model: str | bytes,
    *,
    process: str = "",
    catalogue_version: str = "",
    activate: bool = True,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> str:
    """Make a BPMN model runnable under `code` and return its version; the same model again changes nothing.

    Args:
        code: what instances are started by; not the id of a process in the model.
        model: the XML.
        process: the process that begins; the first executable one of the model when empty.
        catalogue_version: the content that it came with; its decisions are asked of that.
        activate: new instances take this version. Running ones stay on theirs.
        actor: who.
        now: when.

    Raises: InvalidInput (`process.refused`) when the model cannot be run, with the findings.
    """
    text = model.decode() if isinstance(model, bytes) else model
    graph = definitions.compile_model(BPMN, text)
    return _keep(
        code, BPMN, text, graph, process=process, catalogue_version=catalogue_version, activate=activate,
        actor=actor, now=now or datetime.now(UTC),
    )  # fmt: skip


def deploy_plan(
    code: str, plan: Plan, *, catalogue_version: str = "", actor: Actor = SYSTEM, now: datetime | None = None
) -> str:
    """Make a computed plan runnable and return its version: plans of the same shape are one version.

    Plans of one code differ from case to case, so none of them is the active one: name the version at start.
    """
    return _keep(
        code, PLAN, json.dumps(plan.to_json(), ensure_ascii=False), graph_of(plan),
        catalogue_version=catalogue_version, activate=False, actor=actor, now=now or datetime.now(UTC),
    )  # fmt: skip


def _keep(
    code: str,
    kind: str,
    model: str,
    graph: Graph,
    *,
    process: str = "",
    catalogue_version: str,
    activate: bool,
    actor: Actor,
    now: datetime,
) -> str:
    if process and process not in graph.processes:
        raise InvalidInput("process.unknown", f"The model has no process {process}.")
    process = process or _main(graph)
    with transaction.atomic():
        with connection.cursor() as cursor:  # of two deployments of one code the second waits
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"process:{code}"])
        row, made = Definition.objects.get_or_create(
            code=code,
            version=graph.version,
            defaults={
                "kind": kind, "model": model, "process": process, "catalogue_version": catalogue_version,
                "active": False, "deployed_at": now,
            },
        )  # fmt: skip
        switched = activate and not row.active
        if switched:
            Definition.objects.filter(code=code, active=True).update(active=False)
            Definition.objects.filter(pk=row.pk).update(active=True)
            _listen(code, graph, now)
        if made or switched:
            record(f"process:{code}", DefinitionDeployed(code, graph.version, activate), actor=actor, at=now)
    if made:
        transaction.on_commit(
            lambda: definitions.remember(Compiled(code, kind, process, catalogue_version, graph))
        )
    return graph.version


def _main(graph: Graph) -> str:
    """The process that begins: executable before unsaid before a drawing, called ones last."""
    order = {True: 0, None: 1, False: 2}
    return min(
        graph.processes,
        key=lambda each: (each in graph.called, order[graph.processes[each].executable]),
    )


def _listen(code: str, graph: Graph, now: datetime) -> None:
    """The start events of the active version wait; those of the version before do not any more."""
    TriggerRow.objects.filter(code=code).delete()
    rows: list[TriggerRow] = []
    for process in graph.processes:
        if process in graph.called:
            continue
        for element in graph.scopes[process].triggered:
            node = graph.nodes[element]
            for definition in node.happenings:
                if definition.trigger is Trigger.TIMER:
                    rows += _timer(graph, process, element, definition, now)
                elif definition.trigger in {Trigger.MESSAGE, Trigger.SIGNAL}:
                    kind = definition.trigger.value
                    rows += [
                        TriggerRow(kind=kind, name=name, process=process, element=element)
                        for name in sorted({definition.name, *definition.aliases})
                    ]
    for row in rows:
        row.code = code
    TriggerRow.objects.bulk_create(rows)


def _timer(graph: Graph, process: str, element: str, definition: Timed, now: datetime) -> list[TriggerRow]:
    core = Core(graph, new(graph, process), now, calendars.current())
    try:
        core.schedule(definition, element, {}, frame="0")
    except Held as error:
        raise InvalidInput("process.start_timer", f"{element}: {error.message}") from None
    return [
        TriggerRow(
            kind="timer", process=process, element=element, timer=entry, next_due=read_moment(entry["at"])
        )
        for entry in core.state["timers"]
    ]
