"""Who does the steps of a drawn process, and what messages and forms in it ask: what would not work is told.

Pure. A step that nobody does would hold every case up; a message that a department's system does not take
reaches nobody; a field that a department may not have would be left out of its message.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain.deciding import chosen_by, inputs_of
from tongban.exchange.dialect import Dialect, DialectError, ElementFacts
from tongban.exchange.domain import readable_addresses
from tongban.process.engine import agreed
from tongban.process.engine.core import HERE
from tongban.process.expressions import entries
from tongban.process.graph import Graph, Kind, Node

BY_PEOPLE: Final = frozenset(("task", "userTask", "manualTask"))
_MOST_DAYS: Final = 999
_THROWS: Final = frozenset((Kind.THROW, Kind.END))
_CATCHES: Final = frozenset((Kind.CATCH, Kind.BOUNDARY, Kind.START))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that would not work when a case comes to the element."""

    element: str
    severity: Literal["error", "warning"]
    code: str
    message: str
    hint: str


def flaws(graph: Graph, catalogue: Catalogue, process: str) -> Iterator[Flaw]:
    """What would not work in a process of the catalogue."""
    dialects = _dialects(catalogue)
    for node in graph.nodes.values():
        if graph.processes[graph.process_of(node.id)].executable is False:
            continue  # drawn for people: nothing of it runs
        yield from _nobody(node)
        yield from _messages(node, dialects)
        yield from _fields(node, catalogue, process, dialects)
        yield from _form(node, catalogue)
        yield from _days(node)
        yield from _table(node, catalogue)
        yield from _asked_with(node, graph, catalogue, process)


_KINDS: Final[Mapping[str, tuple[Literal["error", "warning"], str, str]]] = {
    "process.nobody": (
        "error",
        "No department does this step, so every case would stop here.",
        "Say which department does it.",
    ),
    "process.no_service": (
        "error",
        "The platform calls no services of its own accord, so every case would be held up here.",
        "Name the service item that begins here, or the department that does it.",
    ),
    "process.foreign_script": (
        "error",
        "The script is in a language that is not run here, so every case would be held up.",
        "Write it in FEEL, or name the department that does it.",
    ),
    "process.no_decision": (
        "error",
        "The rule task asks no decision, so every case would be held up here.",
        "Choose a decision table.",
    ),
    "process.by_hand": (
        "warning",
        "The system of `{department}` takes no message `{name}`; a clerk there finds it in the inbox.",
        "Name the message in the mapping of its system.",
    ),
    "process.not_taken": (
        "error",
        "The system of `{department}` takes no message `{name}`, and people cannot do an event.",
        "Name the message in the mapping of its system, or draw a send task.",
    ),
    "process.never_sent": (
        "error",
        "The system of `{department}` sends no message `{name}`, so nothing comes.",
        "Name the message under `messages` in the mapping of its system.",
    ),
    "process.field_right": (
        "error",
        "In `{event}` no item at `{department}` needs `{address}`; it would be left out.",
        "Leave the field out, or add it to what an item of that department needs.",
    ),
    "process.field_place": (
        "error",
        "The mapping of the system of `{department}` has no place for `{address}`.",
        "Add the field to the mapping, or leave it out.",
    ),
    "process.unknown_field": (
        "warning",
        "The catalogue knows no data element `{name}`.",
        "Choose a field that exists; an unknown one is not asked.",
    ),
    "process.form_elsewhere": (
        "warning",
        "Only a task that people do has a form; here its fields are not asked.",
        "Draw a user task.",
    ),
    "process.days": (
        "error",
        "The step has “{days}” working days; it has to be a number from 1 to {most}.",
        "Write a whole number, or leave it out for one day.",
    ),
    "process.joint_stranger": (
        "error",
        "The table names the department `{department}`, which there is not.",
        "Mend the table.",
    ),
    "process.joint_chosen": (
        "error",
        "The table chooses the department `{department}`, which the joint review does not list.",
        "List it among those that review, or mend the table: nobody else may be asked.",
    ),
    "process.joint_longer": (
        "warning",
        "A row of the table gives {days} working days; the promise counts {counted}.",
        "Give the review the longest of them, so that nobody is promised too much.",
    ),
    "process.joint_input": (
        "error",
        "The decision of the joint review reads no `{name}`.",
        "It reads: {wanted}.",
    ),
    "process.joint_input_missing": (
        "warning",
        "The decision of the joint review reads `{name}`, and nothing says where that comes from.",
        "Name it under `tongban:joint-inputs`; what is not known asks everybody.",
    ),
    "process.joint_input_from": (
        "error",
        "`{name}` is to come from `{source}`, which no case of this process has.",
        "Choose a value of the life event, or of a step before.",
    ),
}
"""Code of a flaw → how bad it is, what is wrong, and what to do."""


def _flaw(node: Node, code: str, **said: object) -> Flaw:
    severity, message, hint = _KINDS[code]
    return Flaw(
        element=node.id,
        severity=severity,
        code=code,
        message=message.format(**said),
        hint=hint.format(**said),
    )


def _nobody(node: Node) -> Iterator[Flaw]:
    """Work that neither a department nor the engine does."""
    ours = node.ours
    if ours.get("item") or ours.get("handler") or ours.get("department") or ours.get("joint"):
        return
    if node.what in BY_PEOPLE:
        yield _flaw(node, "process.nobody")
    elif node.what == "serviceTask":
        yield _flaw(node, "process.no_service")
    elif node.what == "scriptTask" and node.script is None:
        yield _flaw(node, "process.foreign_script")
    elif node.what == "businessRuleTask" and not node.decision:
        yield _flaw(node, "process.no_decision")


def _messages(node: Node, dialects: Mapping[str, Dialect]) -> Iterator[Flaw]:
    """Messages to and from departments' systems."""
    department = node.ours.get("department", "")
    names = node.messages
    if not department or not names:
        return
    dialect = dialects.get(department)
    sends = node.what == "sendTask" or node.kind in _THROWS
    takes = dialect is not None and any(dialect.understands(name) for name in names)
    if sends and not takes:
        code = "process.by_hand" if node.what == "sendTask" else "process.not_taken"
        yield _flaw(node, code, department=department, name=names[0])
    waits = node.what == "receiveTask" or node.kind in _CATCHES
    if waits and (dialect is None or not dialect.sends() & set(names)):
        yield _flaw(node, "process.never_sent", department=department, name=names[0])


def _fields(
    node: Node, catalogue: Catalogue, process: str, dialects: Mapping[str, Dialect]
) -> Iterator[Flaw]:
    """What a message would carry: only what an item at that department needs, in each life event."""
    department, wanted = node.ours.get("department", ""), node.ours.get("fields", "").split()
    if not wanted or not department:
        return
    dialect = dialects.get(department)
    for code, event in catalogue.life_events.items():
        if event.process != process:
            continue
        bound = catalogue.bound(code)
        items = tuple(item.code for item in bound.items if item.item.department == department)
        allowed = readable_addresses(bound, items) if items else frozenset()
        for address in wanted:
            if address not in allowed:
                yield _flaw(node, "process.field_right", event=code, department=department, address=address)
            elif dialect is not None and not any(
                dialect.has_place(item.use.formal(address), "notify")
                for item in bound.items
                if item.code in items
            ):
                yield _flaw(node, "process.field_place", department=department, address=address)


def _form(node: Node, catalogue: Catalogue) -> Iterator[Flaw]:
    """The fields that a task asks."""
    asked = node.ours.get("form", "").split()
    for each in asked:
        name = each.removesuffix("?")
        if name not in catalogue.elements:
            yield _flaw(node, "process.unknown_field", name=name)
    if asked and node.what not in BY_PEOPLE:
        yield _flaw(node, "process.form_elsewhere")


def _days(node: Node) -> Iterator[Flaw]:
    """The working days that a step may take."""
    days = node.ours.get("days", "1")
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= _MOST_DAYS):
        yield _flaw(node, "process.days", days=days, most=_MOST_DAYS)


def _table(node: Node, catalogue: Catalogue) -> Iterator[Flaw]:
    """Whom the table of a joint review chooses, and until when."""
    if not node.asks_risk:
        return
    listed = node.ours.get("joint", "").split()
    chosen = chosen_by(catalogue.decisions, node.asks_risk, node.ours.get("joint-decision-name", ""))
    for department in chosen.departments:
        if department not in catalogue.departments:
            yield _flaw(node, "process.joint_stranger", department=department)
        elif department not in listed:
            yield _flaw(node, "process.joint_chosen", department=department)
    counted = node.ours.get("joint-days", "1")
    most = max(chosen.days, default=0)
    if counted.isascii() and counted.isdigit() and most > int(counted):
        yield _flaw(node, "process.joint_longer", days=most, counted=int(counted))


def _asked_with(node: Node, graph: Graph, catalogue: Catalogue, process: str) -> Iterator[Flaw]:
    """Where the inputs of the table of a joint review come from."""
    wanted = inputs_of(catalogue.decisions, node.asks_risk, node.ours.get("joint-decision-name", ""))
    if node.risk_given is None or node.risk_given.feel is None or wanted is None:
        return
    given = entries(node.risk_given.feel, graph.names)
    for name in given:
        if name not in wanted:
            yield _flaw(node, "process.joint_input", name=name, wanted=", ".join(wanted) or "nothing")
    there = _There.of(graph, catalogue, process)
    for name in wanted:
        if name not in given and name not in there.made:
            yield _flaw(node, "process.joint_input_missing", name=name)
    for name, sources in given.items():
        for source in sorted(sources):
            if not there.has(source):
                yield _flaw(node, "process.joint_input_from", name=name, source=source)


@dataclass(frozen=True, slots=True)
class _There:
    """What a case of a process can have: values of its life events, and what steps of the drawing make."""

    addresses: frozenset[str]
    roles: frozenset[str]
    elements: frozenset[str]
    made: frozenset[str]
    unseen: bool
    """A script or a decision sets variables whose names the drawing does not show."""

    @classmethod
    def of(cls, graph: Graph, catalogue: Catalogue, process: str) -> "_There":
        events = [code for code, one in catalogue.life_events.items() if one.process == process]
        bound = [catalogue.bound(code) for code in events or catalogue.life_events]
        nodes = graph.nodes.values()
        made = {name for node in nodes for name in (node.id, agreed(node.id), node.result) if name}
        made |= {name for node in nodes for name, _ in (*node.inputs, *node.outputs)}
        made |= {name for node in nodes if node.loop for name in (node.loop.item, node.loop.output) if name}
        made |= {name for scope in graph.scopes.values() for name, _ in scope.own}
        return cls(
            addresses=frozenset(address for one in bound for address in one.addresses),
            roles=frozenset(role for one in bound for role in one.event.roles),
            elements=frozenset(catalogue.elements),
            made=frozenset(made) | HERE | {"items"},
            unseen=any((node.script or node.decision) and not node.result for node in nodes),
        )

    def has(self, source: str) -> bool:
        """Whether a name can have a value; one that something unseen may set can."""
        root, _, part = source.partition(".")
        if source in self.addresses or root in self.made:
            return True
        if root in self.roles:
            return not part
        return self.unseen or not (part or root in self.elements)


@lru_cache(maxsize=4)
def _dialects(catalogue: Catalogue) -> Mapping[str, Dialect]:
    facts = ElementFacts.of(catalogue.elements, catalogue.code_lists)
    found = {}
    for system in catalogue.systems.values():
        try:
            found[system.department] = Dialect.of(system, facts, catalogue.materials)
        except DialectError:
            continue  # what is wrong with the mapping itself, its own check says
    return found
