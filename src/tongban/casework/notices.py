"""Messages between the drawn process of a case and departments' systems.

Out: a send task, throw event or end event with ``tongban:department`` whose message that department's system
takes (``operations.notify.messages`` of its mapping). The message goes into the outbox in the transaction of
the step. It carries the case's number and, of what ``tongban:fields`` names, what an item of the case at that
department may read. A send task to a department without such a system is an errand in its inbox.

In: a message that a department's system sends by itself, by its name and the case's number, to whatever in
the case's process waits for it. One that comes early is kept until the process waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from tongban.casework import store
from tongban.casework.domain.moves import State
from tongban.casework.events import NoticeSent
from tongban.casework.models import Case
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain.values import MEMBER
from tongban.exchange import letters, outbox, partners, reads
from tongban.exchange.domain import readable_addresses
from tongban.exchange.events import LetterReceived
from tongban.journal import queries as journal
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, NotFound
from tongban.process import actions as process
from tongban.process import queries as processes
from tongban.process.domain import Outcome
from tongban.process.expressions import to_json
from tongban.process.graph import Graph, Kind, Node
from tongban.process.order import reads as names_read

NOTIFY = outbox.NOTIFY
"""The operation of a mapping that takes messages of drawn processes."""
_WAITING = frozenset((Kind.CATCH, Kind.BOUNDARY, Kind.START))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message of a case's process, for whoever looks at the case."""

    direction: Literal["out", "in"]
    name: str
    department: str
    at: datetime
    state: str
    """Of one that went out: `waiting`, `delivered`, `refused`, `given_up`. Of the others: `taken`, `kept`."""
    state_at: datetime | None = None
    receipt: str = ""
    addresses: tuple[str, ...] = ()
    """What it carried."""
    withheld: tuple[str, ...] = ()
    """What the drawing names and the department may not have."""


# ---------------------------------------------------------------------- out


def takes(department: str, node: Node) -> str | None:
    """The name under which a department's system takes the message of a node; None when people have to."""
    dialect = partners.dialect(catalogue_queries.current(), department)
    if dialect is None:
        return None
    return next((name for name in node.messages if dialect.understands(name)), None)


def send(case: Case, node: Node, token: str, step: int, *, actor: Actor) -> bool:
    """Send the message of a send task; False when the department has no system that takes it."""
    department = node.ours["department"]
    name = takes(department, node)
    if name is None:
        return False
    _send(case, node, name, f"{token}:{step}", actor=actor)
    return True


def announce(case: Case, graph: Graph, outcome: Outcome, *, actor: Actor) -> None:
    """Send what events of a step have thrown to departments.

    People cannot do an event: where no system takes it, the message is refused in the outbox, and an operator
    finds it there. The check before publication refuses such a drawing.
    """
    for number, effect in enumerate(outcome.effects):
        node = graph.nodes.get(effect.get("element", "")) if effect["type"] == "send" else None
        if node is None or node.what == "sendTask" or not node.ours.get("department"):
            continue
        name = takes(node.ours["department"], node) or effect["name"]
        once = f"{outcome.instance.id}:{outcome.instance.version}:{number}"
        _send(case, node, name, once, actor=actor)


def _send(case: Case, node: Node, name: str, once: str, *, actor: Actor) -> None:
    department = node.ours["department"]
    values, items, addresses, withheld = _allowed(case, department, node.ours.get("fields", "").split())
    message = uuid5(case.pk, f"notice:{node.id}:{once}")
    outbox.enqueue(
        department=department,
        kind=NOTIFY,
        application_id=case.pk,
        dispatch_id=uuid5(case.pk, f"notices:{department}"),  # one case's messages to it keep their order
        envelope={"message": name, "case_number": case.number},
        values=values,
        message_id=message,
    )
    record(
        case.pk,
        NoticeSent(
            message_id=str(message),
            kind=name,
            element=node.id,
            department=department,
            addresses=addresses,
            withheld=withheld,
            items=items,
        ),
        actor=actor,
    )
    if addresses:
        reads.note_told(case.pk, department=department, items=items, elements=addresses, actor=actor)


def _allowed(
    case: Case, department: str, wanted: Iterable[str]
) -> tuple[dict[str, Any], list[str], list[str], list[str]]:
    """What a department may have of `wanted`: values by its own roles, items, addresses, and the rest."""
    bound = store.bound_of(case)
    rows = case.dispatches.filter(department=department).exclude(state=str(State.SKIPPED))
    items = [item for code in rows.values_list("item", flat=True) if (item := bound.item(code)) is not None]
    dialect = partners.dialect(catalogue_queries.current(), department)
    held = store.values_of(case)
    values: dict[str, Any] = {}
    purposes: list[str] = []
    addresses: list[str] = []
    withheld: list[str] = []
    for name in dict.fromkeys(wanted):
        may = False
        for item in items:
            readable = readable_addresses(bound, (item.code,))
            for address in (one for one in readable if _collective(one) == name):
                formal = item.use.formal(address)
                if dialect is None or not dialect.has_place(formal, NOTIFY):
                    continue
                may = True
                if held.get(address) is not None and formal not in values:
                    values[formal] = held[address]
                    addresses.append(address)
                    purposes.append(item.code)
        if not may:
            withheld.append(name)
    return values, sorted(set(purposes)), sorted(addresses), withheld


def _collective(address: str) -> str:
    """The address as a drawing names it for all members: ``staff-2.name`` is ``staff.name``."""
    role, _, element = address.rpartition(".")
    return f"{role.partition(MEMBER)[0]}.{element}"


# ---------------------------------------------------------------------- in


def take(one: letters.Incoming) -> letters.Handed:
    """Hand a department's message to the process of its case, in the caller's transaction.

    Raises NotFound for a case that there is not or in which the department has no part (alike), and for a
    message that its process never waits for; Conflict when the case or its process is over, or past it.
    """
    case = Case.objects.select_for_update().filter(number=one.reference).first()
    standing = processes.standing(case.pk) if case is not None else None
    if case is None or not _has_part(case, one.department, standing.graph if standing else None):
        raise NotFound("case.unknown_reference", "There is no such case.", hint="Check the case number.")
    if standing is None or case.ended_at is not None or standing.facts.status in {"completed", "cancelled"}:
        raise Conflict("case.over", "The case is over.", hint="Nothing waits for it any more.")
    waits = [node for node in standing.graph.nodes.values() if one.name in _waited(node)]
    mine = [node for node in waits if node.ours.get("department", one.department) == one.department]
    if not mine:
        raise NotFound(
            "case.message_unexpected",
            "The process of the case does not wait for this message.",
            hint="Check the name of the message.",
        )
    if not any(node.id in standing.ahead for node in mine):
        raise Conflict(
            "case.message_late", "The process is past the place that waits for it.", hint="Call the office."
        )
    listening = {node.id for node in mine if node.id in processes.awaits(case.pk, one.name)}
    target = ""
    if len(mine) < len(waits):  # what waits for another department's message of that name is not meant
        target = next((node.id for node in mine if node.id in listening), mine[0].id)
    actor = Actor("department", one.department)
    delivery = process.message(
        one.name,
        _values(case, one, standing.graph),
        key=one.key or None,
        id_=f"{one.department}:{one.message_id}",
        to=case.pk,
        target=target,
        actor=actor,
    )
    return letters.Handed(application_id=case.pk, waited_for=delivery.result == "taken")


def _waited(node: Node) -> set[str]:
    """The names of the messages that a node waits for."""
    receives = node.what == "receiveTask" and node.message is not None
    return set(node.messages) if receives or node.kind in _WAITING else set()


def _has_part(case: Case, department: str, graph: Graph | None) -> bool:
    """Whether a department does something in a case: an item, or a part in its drawing."""
    if case.dispatches.filter(department=department).exists():
        return True
    nodes = graph.nodes.values() if graph is not None else ()
    return any(
        department in {node.ours.get("department"), *node.ours.get("joint", "").split()} for node in nodes
    )


def _values(case: Case, one: letters.Incoming, graph: Graph) -> Mapping[str, Any]:
    """The variable of the message's name: role → element → value, of what the process reads and no more."""
    wanted = names_read(graph)
    bound = store.bound_of(case)
    rows = case.dispatches.filter(department=one.department).values_list("item", flat=True)
    items = [item for code in rows if (item := bound.item(code)) is not None]
    found: dict[str, Any] = {}
    for formal, value in one.values.items():
        role = formal.rpartition(".")[0]
        item = next((each for each in items if role in each.use.roles), None)
        address = item.use.address(formal) if item is not None else formal
        role = address.rpartition(".")[0]
        if {one.name, f"{one.name}.{role}", f"{one.name}.{address}"} & wanted:
            found[address] = value
    if not found:
        return {}
    catalogue = store.catalogue_of(case)
    types = {address: str(catalogue.element(address).type) for address in found}
    return {one.name: to_json(bound.context(found, types))}


# ---------------------------------------------------------------------- what there was


def of_case(case_id: UUID) -> list[Notice]:
    """The messages of a case's process, both ways, in their order."""
    delivery = outbox.states(case_id, NOTIFY)
    found = []
    for event in journal.stream(case_id, [NoticeSent.TYPE, LetterReceived.TYPE]):
        data = event.data
        if event.type == NoticeSent.TYPE:
            state, at, receipt = delivery.get(UUID(data["message_id"]), ("waiting", None, ""))
            found.append(
                Notice(
                    direction="out",
                    name=data["kind"],
                    department=data["department"],
                    at=event.at,
                    state=state,
                    state_at=at,
                    receipt=receipt,
                    addresses=tuple(data["addresses"]),
                    withheld=tuple(data["withheld"]),
                )
            )
        else:
            found.append(
                Notice(
                    direction="in",
                    name=data["kind"],
                    department=data["department"],
                    at=event.at,
                    state="taken" if data["waited_for"] else "kept",
                )
            )
    return found
