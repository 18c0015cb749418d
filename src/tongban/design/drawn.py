"""What a drawn process of the catalogue says about our things: items, departments, roles, decisions. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tongban.catalogue.domain import Catalogue
from tongban.identity.domain import Role
from tongban.kernel.errors import TongbanError
from tongban.process.bpmn import Reading, read
from tongban.process.graph import Graph, Node

UNREADABLE = "process.unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One element of a process that is somebody's work."""

    element: str
    item: str
    """The item that it is about; empty: the whole case."""
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that a process names and the catalogue does not have."""

    element: str
    what: str
    """``item``, ``department``, ``role`` or ``decision``."""
    code: str


@lru_cache(maxsize=64)
def reading_of(model: str) -> Reading | str:
    """A model as it is read, or in words why it cannot be."""
    try:
        return read(model.encode())
    except TongbanError as error:
        return str(error)


def graph_of(catalogue: Catalogue, process: str) -> Graph | None:
    """The graph of a process of the catalogue; None when there is no such process, or it is refused."""
    found = catalogue.processes.get(process)
    reading = reading_of(found.model) if found else ""
    return None if isinstance(reading, str) else reading.graph


def tasks_of(catalogue: Catalogue, process: str) -> tuple[Task, ...]:
    """The work of departments in a process."""
    graph = graph_of(catalogue, process)
    return tuple(_tasks(graph)) if graph else ()


def items_of(graph: Graph) -> dict[str, str]:
    """Item → the element that starts it, for every item that a process names."""
    return {node.ours["item"]: node.id for node in graph.nodes.values() if node.ours.get("item")}


def unknown(graph: Graph, catalogue: Catalogue) -> tuple[Unknown, ...]:
    """What a process names and the catalogue does not have."""
    return tuple(_unknown(graph, catalogue))


def _tasks(graph: Graph) -> Iterator[Task]:
    for node in graph.nodes.values():
        departments = _departments(node)
        if departments:
            yield Task(element=node.id, item=node.ours.get("item", ""), departments=departments)


def _departments(node: Node) -> tuple[str, ...]:
    named = [node.ours.get("department", ""), *node.ours.get("joint", "").split()]
    return tuple(dict.fromkeys(one for one in named if one))


def _unknown(graph: Graph, catalogue: Catalogue) -> Iterator[Unknown]:
    roles = {str(role) for role in Role}
    for node in graph.nodes.values():
        item, role = node.ours.get("item", ""), node.ours.get("role", "")
        if item and item not in catalogue.items:
            yield Unknown(element=node.id, what="item", code=item)
        for department in _departments(node):
            if department not in catalogue.departments:
                yield Unknown(element=node.id, what="department", code=department)
        if role and role not in roles:
            yield Unknown(element=node.id, what="role", code=role)
        for decision in (node.decision, node.asks_risk):
            if decision and decision not in catalogue.decisions:
                yield Unknown(element=node.id, what="decision", code=decision)
