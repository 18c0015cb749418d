"""Reading processes. Variables may be personal: who shows them answers for who sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tongban.kernel.errors import NotFound
from tongban.process import definitions, projecting, store
from tongban.process.ahead import ahead
from tongban.process.domain import Facts, Work
from tongban.process.graph import Graph
from tongban.process.models import Definition, Incident, Instance, OpenWork, Subscription
from tongban.process.projecting import work_of
from tongban.process.timing import read_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """Open work as it stands in the inbox."""

    instance: UUID
    key: str
    """Business key of the instance."""
    code: str
    definition: str
    work: Work
    assignee: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """What holds an instance up."""

    instance: UUID
    number: str
    """Names the incident within its instance; retry it with this."""
    code_of_process: str
    definition: str
    element: str
    code: str
    message: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A join at which tokens wait."""

    element: str
    came: tuple[str, ...]
    """The elements from which tokens have come."""
    missing: tuple[str, ...]
    """Those from which one has yet to come, or never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow:
    """A deployed version."""

    code: str
    version: str
    kind: str
    process: str
    active: bool
    catalogue_version: str
    deployed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an instance stands, for a room that owns it."""

    facts: Facts
    kind: str
    """`bpmn` or `plan`."""
    work: tuple[Work, ...]
    """Open work, the oldest first."""
    graph: Graph
    ahead: frozenset[str]
    """The elements that it is at or can still get to."""


def standing(identity: UUID) -> Standing | None:
    """How an instance stands, read at once; None when there is none of that id."""
    loaded = store.load_many([identity]).get(identity)
    if loaded is None:
        return None
    made = definitions.compiled(loaded.facts.code, loaded.facts.definition)
    open_now = loaded.facts.status in {"active", "suspended"}
    return Standing(
        facts=loaded.facts,
        kind=made.kind,
        work=projecting.open_work(loaded.state, made.graph, made.kind) if open_now else (),
        graph=made.graph,
        ahead=ahead(made.graph, loaded.state) if open_now else frozenset(),
    )


def instance(identity: UUID) -> Facts:
    """An instance without its state. Raises: NotFound."""
    return store.load(identity).facts


def instances(
    *,
    code: str = "",
    definition: str = "",
    status: str = "",
    key: str = "",
    parent: UUID | None = None,
    held_up: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[Facts]:
    """Instances, the newest first. `held_up`: only those that have an incident."""
    rows = _chosen(
        held_up=held_up, code=code, definition=definition, status=status, key=key, parent=parent
    ).order_by("-id")
    return [
        Facts(
            id=row.pk, code=row.code, definition=row.definition, process=row.process, key=row.key,
            stream=row.stream, owner=row.owner, parent=row.parent, parent_token=row.parent_token,
            version=row.version, status=row.status, started_at=row.started_at,
        )
        for row in rows.defer("state")[offset : offset + limit]
    ]  # fmt: skip


def count(*, code: str = "", status: str = "", key: str = "", held_up: bool = False) -> int:
    """How many `instances` there are."""
    return _chosen(held_up=held_up, code=code, status=status, key=key).count()


def _chosen(*, held_up: bool, **wanted: object) -> "QuerySet[Instance]":
    rows = Instance.objects.filter(**{name: value for name, value in wanted.items() if value})
    return rows.filter(incidents__isnull=False).distinct() if held_up else rows


def open_work(
    *,
    instance: UUID | None = None,
    department: str = "",
    role: str = "",
    kind: str = "",
    assignee: str | None = None,
    limit: int = 1000,
) -> list[WorkRow]:
    """Open work, the oldest first. `assignee`: None for anybody's, empty for nobody's."""
    rows = OpenWork.objects.select_related("instance").order_by("created_at", "pk")
    wanted = {"instance_id": instance, "department": department, "role": role, "kind": kind}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if assignee is not None:
        rows = rows.filter(assignee=assignee)
    return [
        WorkRow(
            instance=row.instance_id, key=row.instance.key, code=row.instance.code,
            definition=row.instance.definition, work=_work(row), assignee=row.assignee,
            created_at=row.created_at,
        )
        for row in rows.defer("instance__state")[:limit]
    ]  # fmt: skip


def _work(row: OpenWork) -> Work:
    made = definitions.compiled(row.instance.code, row.instance.definition)
    node = made.graph.nodes[row.element]
    # Only what a decision chose stands in the state: it is read for such work alone.
    held = row.instance.state["tokens"].get(row.token, {}) if node.asks_risk else {}
    return work_of(node, held, row.token, made.kind)


def incidents(*, code: str = "", instance: UUID | None = None, limit: int = 1000) -> list[IncidentRow]:
    """What is held up, the longest first."""
    rows = Incident.objects.select_related("instance").order_by("opened_at", "pk")
    wanted = {"instance__code": code, "instance_id": instance}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return [
        IncidentRow(
            instance=row.instance_id, number=row.number, code_of_process=row.instance.code,
            definition=row.instance.definition, element=row.element, code=row.code, message=row.message,
            opened_at=row.opened_at,
        )
        for row in rows.defer("instance__state")[:limit]
    ]  # fmt: skip


def awaits(identity: UUID, name: str) -> frozenset[str]:
    """The elements at which an instance waits for a message of that name just now."""
    rows = Subscription.objects.filter(instance_id=identity, kind="message", name=name)
    return frozenset(rows.values_list("element", flat=True))


def variables(identity: UUID) -> Mapping[str, Any]:
    """The variables of the outermost scope. May be personal."""
    found: Mapping[str, Any] = store.load(identity).state["frames"]["0"].get("vars", {})
    return found


def places(identity: UUID) -> dict[str, list[str]]:
    """Element → states of the tokens that are there: `work`, `wait`, `race`, `body`, `held`. For drawings."""
    found: dict[str, list[str]] = {}
    for held in store.load(identity).state["tokens"].values():
        found.setdefault(held["node"], []).append(held["st"])
    return found


def timers(identity: UUID) -> list[tuple[str, datetime]]:
    """The timers that run in an instance: the event, when it is due; the earliest first."""
    found = store.load(identity).state["timers"]
    return sorted(((each["node"], read_moment(each["at"])) for each in found), key=lambda each: each[1])


def joins(identity: UUID) -> list[Join]:
    """The joins of an instance at which tokens wait, and what they miss."""
    loaded = store.load(identity)
    flows = definitions.compiled(loaded.facts.code, loaded.facts.definition).graph.flows
    nodes = definitions.compiled(loaded.facts.code, loaded.facts.definition).graph.nodes
    return [
        Join(
            element=element,
            came=tuple(flows[each].source for each in nodes[element].incoming if each in held),
            missing=tuple(flows[each].source for each in nodes[element].incoming if each not in held),
        )
        for frame in loaded.state["frames"].values()
        for element, held in frame.get("joins", {}).items()
        if any(each in flows for each in held)
    ]


def graph(code: str, version: str) -> Graph:
    """The graph of a deployed version. Raises: NotFound."""
    return definitions.compiled(code, version).graph


def model(code: str, version: str) -> tuple[str, str]:
    """Kind (`bpmn` or `plan`) and source of a deployed version. Raises: NotFound."""
    row = Definition.objects.filter(code=code, version=version).first()
    if row is None:
        raise NotFound("process.unknown", f"No version {version} of the process {code} is deployed.")
    return row.kind, row.model


def versions(code: str = "") -> list[DefinitionRow]:
    """Deployed versions, the newest first; of one code, or of all."""
    rows = Definition.objects.order_by("code", "-deployed_at", "-pk").defer("model")
    return [
        DefinitionRow(
            code=row.code, version=row.version, kind=row.kind, process=row.process, active=row.active,
            catalogue_version=row.catalogue_version, deployed_at=row.deployed_at,
        )
        for row in (rows.filter(code=code) if code else rows)
    ]  # fmt: skip
