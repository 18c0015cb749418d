"""A case runs as a process: the planner's plan, or the process that its life event names.

The instance has the case's id and stream, and moves in the case's own transactions. What moves it is one
comparison: `advance` holds the work that is open in the instance against the dispatches, frees, completes,
refuses and blocks until nothing changes. So it does not matter who made a step, a decision here or a timer
in a worker, and doing it twice changes nothing.

A dispatch that the process knows nothing of (a case from before there were instances, an item that was
forgotten in the drawing, a process that an operator gave up) follows the plan's edges alone.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.casework import flow, notices, skipping, store
from tongban.casework.domain.moves import ENDED, OPEN, WELL, State, case_state
from tongban.casework.events import CaseEnded, ItemsUndrawn
from tongban.casework.models import Case, Dispatch
from tongban.catalogue.domain.values import MEMBER
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import TongbanError
from tongban.kernel.log import get_logger
from tongban.process import actions as process
from tongban.process import queries as processes
from tongban.process.definitions import BPMN, PLAN
from tongban.process.domain import ITEM, NOTICE, Facts, Outcome, Work
from tongban.process.expressions import to_json
from tongban.process.graph import Graph
from tongban.process.order import reads
from tongban.process.owners import Owner, register
from tongban.process.planner import ORDER, Plan
from tongban.process.queries import Standing

log = get_logger(__name__)

NAME = "casework"
"""How casework is known to the engine, as the owner of instances."""
REJECTED = "rejected"
"""The error that a drawn process may catch at an item that was not approved."""

MOST = 200
"""How often one element is left in one go: as often as a role can have members."""

_local = threading.local()
_deployed: dict[tuple[str, str], str] = {}
"""(catalogue version, process) → version of the definition, as this worker process has seen it."""


def start(case: Case) -> None:
    """Begin the process of a new case; the caller has made its dispatches, and advances it then."""
    drawn = store.catalogue_of(case).event(case.event_code).process
    code, version = _drawn(case, drawn) if drawn else ("", "")
    if not version:
        code = f"plan:{case.event_code}"
        version = process.deploy_plan(code, Plan.from_json(case.plan))
    graph = processes.graph(code, version)
    with _moving(case.pk):
        process.start(
            code,
            version=version,
            key=str(case.pk),
            instance=case.pk,
            stream=case.pk,
            owner=NAME,
            variables=variables(case, graph),
        )
    if drawn:
        known = _elements(graph, BPMN) if code == drawn else {}
        undrawn = [row.item for row in case.dispatches.order_by("order") if _base(row.item, known) is None]
        if undrawn:
            version = version if code == drawn else ""
            record(case.pk, ItemsUndrawn(process=drawn, version=version, items=undrawn), actor=SYSTEM)


def forget() -> None:
    """Look again which drawings are deployed: the database is another one."""
    _deployed.clear()


def _drawn(case: Case, code: str) -> tuple[str, str]:
    """The drawn process of a case, ready to run, and its version; no version when it cannot be run.

    Publication refuses such a drawing. If one is there all the same, the case must not wait for it.
    """
    known = _deployed.get((case.catalogue_version, code))
    if known is not None:
        return code, known
    try:
        model = store.catalogue_of(case).process(code).model
        made = process.deploy(code, model, catalogue_version=case.catalogue_version, activate=False)
    except TongbanError as error:
        log.warning("casework.process_refused", process=code, error=error.code)
        return code, ""
    transaction.on_commit(lambda: _deployed.__setitem__((case.catalogue_version, code), made))
    return code, made


def variables(case: Case, graph: Graph) -> dict[str, Any]:
    """What the process may read of a case: the values that its expressions name, and how items ended."""
    names = reads(graph)
    asks = any(node.decision for node in graph.nodes.values())
    if not names and not asks:
        return {}
    roots = {name.partition(".")[0] for name in names}
    values = store.values_of(case)
    wanted = {
        address: value
        for address, value in values.items()
        if asks or address in names or _collective(address) in names
    }
    catalogue = store.catalogue_of(case)
    types = {address: str(catalogue.element(address).type) for address in wanted}
    context = to_json(store.bound_of(case).context(wanted, types))
    if "items" in roots:
        context["items"] = {row.item.replace(MEMBER, "_"): row.state for row in case.dispatches.all()}
    return {name: value for name, value in context.items() if asks or name in roots}


def _collective(address: str) -> str:
    """The address as a condition over all members names it: ``staff-2.name`` is ``staff.name``."""
    role, _, element = address.rpartition(".")
    return f"{role.partition(MEMBER)[0]}.{element}"


# ---------------------------------------------------------------------- moving


def advance(case: Case, *, actor: Actor = SYSTEM) -> None:
    """Do everything that follows from how the case stands. Call it with the case locked.

    Items whose turn has come begin (or are skipped), those that cannot begin any more are blocked, decided
    ones move the process on, and the case ends when everything has.
    """
    again: Counter[str] = Counter()
    with _moving(case.pk):
        while True:
            rows = _rows(case)
            standing = processes.standing(case.pk)
            if standing is None or standing.facts.status == "cancelled":
                changed = _loose(list(rows.values()), rows, actor)
            else:
                drawn = _elements(standing.graph, standing.kind)
                changed = _loose([one for one in rows.values() if not _base(one.item, drawn)], rows, actor)
                if standing.facts.status != "suspended":
                    changed = _Engine(case, standing, drawn, rows, actor).move(again) or changed
            if not changed:
                break
        _end(case, rows, standing)


def _rows(case: Case) -> dict[str, Dispatch]:
    rows = {row.item: row for row in case.dispatches.order_by("order")}
    for row in rows.values():
        row.case = case
    return rows


class _Engine:
    """The open work of an instance, held once against the dispatches of its case."""

    def __init__(
        self,
        case: Case,
        standing: Standing,
        drawn: Mapping[str, frozenset[str]],
        rows: Mapping[str, Dispatch],
        actor: Actor,
    ) -> None:
        self.case = case
        self.standing = standing
        self.drawn = drawn
        self.rows = rows
        self.actor = actor

    def move(self, again: Counter[str]) -> bool:
        """Whether anything moved. After a step of the instance the rest waits for the next look.

        `again`: how often each element was left; round a circle in the drawing that would go on for ever,
        because its items are decided already.
        """
        moved = self.pass_over()
        for work in self.standing.work:
            if work.kind == NOTICE and self.send(work):
                return True
            if work.kind != ITEM or again[work.element] >= MOST:
                continue
            mine = _rows_of(_code(work), self.rows)
            begun = [_begin(self.case, row, self.rows, self.actor) for row in mine]
            moved = any(begun) or moved
            states = {State(row.state) for row in mine}
            if states <= ENDED:
                again[work.element] += 1
                if states <= WELL:
                    values = variables(self.case, self.standing.graph)
                    process.complete(self.case.pk, work.token, values, actor=self.actor)
                else:
                    self.refuse(work, [row.item for row in mine if State(row.state) not in WELL])
                return True
        return moved

    def send(self, work: Work) -> bool:
        """The message of a send task goes to the department's system, if that takes it."""
        node, facts = self.standing.graph.nodes[work.element], self.standing.facts
        if not notices.send(self.case, node, work.token, facts.version, actor=self.actor):
            return False
        values = variables(self.case, self.standing.graph)
        process.complete(self.case.pk, work.token, values, actor=self.actor)
        return True

    def refuse(self, work: Work, because: list[str]) -> None:
        """An item did not end well: the drawing handles it, or what needs it cannot begin."""
        values = variables(self.case, self.standing.graph)
        process.refuse(self.case.pk, work.token, REJECTED, values, actor=self.actor)
        after = processes.standing(self.case.pk)
        still = after.ahead if after is not None else frozenset()
        lost = {
            item
            for item, elements in self.drawn.items()
            if elements & self.standing.ahead and not elements & still
        }
        rows = _rows(self.case)
        waiting = [row for row in rows.values() if row.state == State.WAITING and _base(row.item, lost)]
        while waiting:  # the nearest first, so that each can name what it waits for
            row = next((one for one in waiting if _failed(one, rows)), waiting[0])
            flow.block(row, _failed(row, rows) or because, actor=self.actor)
            waiting.remove(row)

    def pass_over(self) -> bool:
        """Skip what the process has gone past; whether there was any."""
        moved = False
        for item, elements in self.drawn.items():
            if elements & self.standing.ahead:
                continue
            for row in _rows_of(item, self.rows):
                if row.state == State.WAITING:
                    skipping.skip(row, skipping.Known("unreached"))
                    moved = True
        return moved


def _begin(case: Case, row: Dispatch, rows: Mapping[str, Dispatch], actor: Actor) -> bool:
    """The turn of an item has come, unless something that it needs is not there yet; whether it moved."""
    if row.state != State.WAITING:
        return False
    needed = [rows[one] for one in _needs(case, row.item) if one in rows]
    failed = [one.item for one in needed if State(one.state) in ENDED - WELL]
    if failed:
        flow.block(row, failed, actor=actor)
    elif all(State(one.state) in WELL for one in needed):
        flow.begin(case, row, actor=actor)
    else:
        return False
    return True


def _loose(loose: list[Dispatch], rows: Mapping[str, Dispatch], actor: Actor) -> bool:
    """Dispatches that no process knows of: each waits for those that the plan names; whether any moved."""
    moved = False
    for row in loose:
        if row.state != State.WAITING:
            continue
        failed = _failed(row, rows)
        if failed:
            flow.block(row, failed, actor=actor)
        elif all(State(rows[one].state) in WELL for one in row.waits_for if one in rows):
            flow.begin(row.case, row, actor=actor)
        else:
            continue
        moved = True
    return moved


def _end(case: Case, rows: Mapping[str, Dispatch], standing: Standing | None) -> None:
    """The case ends when every dispatch has, and the process too."""
    states = [State(row.state) for row in rows.values()]
    runs = standing is not None and standing.facts.status not in {"completed", "cancelled"}
    if case.ended_at is not None or runs or not all(state in ENDED for state in states):
        return
    case.ended_at = datetime.now(UTC)
    case.save(update_fields=["ended_at"])
    record(
        case.pk,
        CaseEnded(
            state=str(case_state(states)),
            approved=sum(state is State.APPROVED for state in states),
            total=len(states),
            skipped=sum(state is State.SKIPPED for state in states),
        ),
        actor=SYSTEM,
    )


def give_up(case: Case, reason: str, *, actor: Actor) -> None:
    """The case is taken back: its process ends, and with it its timers and everybody's work."""
    with _moving(case.pk):
        standing = processes.standing(case.pk)
        if standing is not None and standing.facts.status in {"active", "suspended"}:
            process.cancel(case.pk, reason, actor=actor)


def disagreements(case_id: UUID) -> list[str]:
    """Where the process of a case says something else than its dispatches; empty when all is well."""
    standing = processes.standing(case_id)
    if standing is None or standing.facts.status in {"suspended", "cancelled"}:
        return []
    rows = {row.item: row for row in Dispatch.objects.filter(case_id=case_id)}
    found = []
    for work in standing.work:
        mine = _rows_of(_code(work), rows) if work.kind == ITEM else []
        if mine and all(State(row.state) in ENDED for row in mine):
            found.append(f"the process waits for {work.element}, which has ended")
    if standing.kind == PLAN:  # in a drawing a timer may lead past an item that is at work
        waited_for = {row.pk for work in standing.work for row in _rows_of(_code(work), rows)}
        drawn = _elements(standing.graph, PLAN)
        found += [
            f"dispatch {row.pk} is {row.state}, the process is past it"
            for row in rows.values()
            if State(row.state) in OPEN - {State.WAITING} and row.item in drawn and row.pk not in waited_for
        ]
    return found


# ---------------------------------------------------------------------- the engine's owner


def _lock(facts: Facts) -> None:
    store.lock_case(UUID(facts.key))


def _stepped(outcome: Outcome) -> None:
    """A step was made, here or by a worker."""
    case_id = UUID(outcome.instance.key)
    graph = processes.graph(outcome.instance.code, outcome.instance.definition)
    if any(effect["type"] == "send" for effect in outcome.effects):
        notices.announce(store.lock_case(case_id), graph, outcome, actor=SYSTEM)
    for effect in outcome.effects:
        item = graph.nodes[effect["element"]].ours.get("item") if effect["type"] == "skipped" else None
        if item is None:
            continue
        rows = {row.item: row for row in Dispatch.objects.select_related("case").filter(case_id=case_id)}
        for row in _rows_of(item, rows):
            if row.state == State.WAITING:
                skipping.skip(row, skipping.Known("model", effect["element"], effect["reason"]))
    if case_id not in _under_way():
        advance(store.lock_case(case_id))


def own() -> None:
    """Make casework known to the engine."""
    register(Owner(NAME, _lock, _stepped))


def _under_way() -> set[UUID]:
    found: set[UUID] = _local.__dict__.setdefault("cases", set())
    return found


@contextmanager
def _moving(case_id: UUID) -> Iterator[None]:
    """Steps that are made here are followed by the loop that makes them, not once more for each."""
    cases = _under_way()
    if case_id in cases:
        yield
        return
    cases.add(case_id)
    try:
        yield
    finally:
        cases.discard(case_id)


# ---------------------------------------------------------------------- items and elements


def _code(work: Work) -> str:
    """The item that an element stands for; in a plan it is named by it."""
    return work.ours.get("item") or work.element


def _elements(graph: Graph, kind: str) -> dict[str, frozenset[str]]:
    """Item → the elements that stand for it. In a plan they bear its name; the plan's own begin with `@`."""
    found: dict[str, set[str]] = {}
    for name, node in graph.nodes.items():
        item = (name if not name.startswith("@") else "") if kind == PLAN else node.ours.get("item", "")
        if item:
            found.setdefault(item, set()).add(name)
    return {item: frozenset(names) for item, names in found.items()}


def _base(item: str, drawn: Collection[str]) -> str | None:
    """The name under which a process knows a dispatch's item: with its member's number or without."""
    plain = item.partition(MEMBER)[0]
    return item if item in drawn else plain if plain in drawn else None


def _rows_of(code: str, rows: Mapping[str, Dispatch]) -> list[Dispatch]:
    """The dispatches that an element stands for: one, or one for each member."""
    if code in rows:
        return [rows[code]]
    return [row for item, row in rows.items() if item.partition(MEMBER)[0] == code]


def _needs(case: Case, item: str) -> list[str]:
    """The items whose results an item needs: the plan's edges but those that only say the drawn order."""
    return [
        edge["from"]
        for edge in case.plan.get("edges", [])
        if edge["to"] == item and any(not cause.startswith(ORDER) for cause in edge["elements"])
    ]


def _failed(row: Dispatch, rows: Mapping[str, Dispatch]) -> list[str]:
    """What a dispatch waits for and did not end well."""
    return [one for one in row.waits_for if one in rows and State(rows[one].state) in ENDED - WELL]
