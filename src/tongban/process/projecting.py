"""What of a state stands in rows of its own: open work, subscriptions, incidents. Pure.

Rows are computed from the state, never remembered, so they cannot disagree with it; of a step only what has
changed is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel import canonical
from tongban.kernel.calendar import Calendar
from tongban.process import definitions
from tongban.process.domain import CALL, HUMAN, ITEM, NOTICE, Work
from tongban.process.engine.core import Held
from tongban.process.engine.machine import listener
from tongban.process.engine.working import ASKED
from tongban.process.graph import Graph, Node, Trigger

Json = Mapping[str, Any]
_AUTOMATIC = frozenset(("serviceTask", "scriptTask", "businessRuleTask", "sendTask"))


@dataclass(frozen=True, slots=True)
class Ear:
    """An instance waits for a message or signal: a row of the subscriptions."""

    place: str
    element: str
    kind: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one step does to the rows of an instance."""

    opened: tuple[Work, ...]
    closed: tuple[str, ...]
    listens: tuple[Ear, ...]
    silent: tuple[Ear, ...]
    incidents: tuple[Mapping[str, Any], ...]
    solved: tuple[str, ...]


def work_kind(node: Node, definition: str) -> str:
    """Who does the work of a node."""
    if definition == definitions.PLAN or "item" in node.ours:
        return ITEM
    if node.ours.get("handler"):
        return node.ours["handler"]
    if node.what == "callActivity":
        return CALL
    if node.what == "sendTask" and "department" in node.ours:
        return NOTICE
    if node.what == "sendTask" or (node.what in _AUTOMATIC and "department" not in node.ours):
        return node.what
    return HUMAN


def work_of(node: Node, held: Json, token: str, definition: str) -> Work:
    """The work of a token (as the state holds it) at a node.

    Of a joint review whose decision chose departments or working days those stand in `ours`.
    """
    ours = node.ours
    asked = held.get(ASKED) if node.asks_risk else None
    if asked:
        ours = {**ours, "joint": " ".join(asked["joint"])}
        if "days" in asked:
            ours["joint-days"] = str(asked["days"])
    return Work(
        token=token,
        element=node.id,
        what=node.what,
        name=node.name,
        kind=work_kind(node, definition),
        # A joint review that names no leading department is led by the first of those that review.
        department=ours.get("department") or next(iter(ours.get("joint", "").split()), ""),
        role=ours.get("role", ""),
        ours=ours,
    )


def open_work(state: Json, graph: Graph, definition: str) -> tuple[Work, ...]:
    """All work that is open in a state."""
    return tuple(
        work_of(graph.nodes[held["node"]], held, token, definition)
        for token, held in state["tokens"].items()
        if held["st"] == "work"
    )


def ears(state: Json, graph: Graph, now: datetime, calendar: Calendar) -> frozenset[Ear]:
    """Everything that a state waits for from others."""
    if state["status"] in {"completed", "cancelled", "new"}:
        return frozenset()
    core = listener(graph, state, now, calendar)
    found: set[Ear] = set()
    for trigger, kind in ((Trigger.MESSAGE, "message"), (Trigger.SIGNAL, "signal")):
        for what, name, event, _, _, definition in core.ears(trigger):
            key = ""
            if definition.key is not None:
                try:
                    values = core.values(name) if what == "token" else core.frame_values(name)
                    value = core.evaluate(definition.key, values)
                except Held:
                    value = None
                key = key_text(value)
            for spelled in {definition.name, *definition.aliases}:
                found.add(Ear(what[0] + name, event.id, kind, spelled, key))
    return frozenset(found)


def key_text(value: Any) -> str:
    """A correlation key as it is compared; nothing for none."""
    return "" if value is None else canonical.dumps(value).decode()


def change(
    before: Json | None,
    after: Json,
    made: definitions.Compiled,
    now: datetime,
    calendar: Calendar,
    *,
    was_made: definitions.Compiled | None = None,
) -> Change:
    """What changes in the rows from one state to the next.

    `before` None: the instance is new. `was_made`: the version it was made with, where that is another one.
    """
    old_made = was_made or made
    old: Json = before if before is not None else {"tokens": {}, "incidents": [], "status": "new"}
    was, tokens = old["tokens"], after["tokens"]
    opened = tuple(
        work_of(made.graph.nodes[held["node"]], held, token, made.kind)
        for token, held in tokens.items()
        if held["st"] == "work" and not _same_work(was.get(token), held, token, old_made, made)
    )
    closed = tuple(
        token
        for token, held in was.items()
        if held["st"] == "work" and (token not in tokens or tokens[token]["st"] != "work")
    )
    listens: Iterable[Ear] = ()
    silent: Iterable[Ear] = ()
    if made.listens or old_made.listens:
        heard = ears(old, old_made.graph, now, calendar) if before is not None else frozenset()
        hears = ears(after, made.graph, now, calendar)
        listens, silent = hears - heard, heard - hears
    incidents: tuple[Json, ...] = ()
    solved: tuple[str, ...] = ()
    if old["incidents"] or after["incidents"]:
        known = {each["id"] for each in old["incidents"]}
        left = {each["id"] for each in after["incidents"]}
        incidents = tuple(each for each in after["incidents"] if each["id"] not in known)
        solved = tuple(sorted(known - left))
    return Change(
        opened=opened,
        closed=closed,
        listens=tuple(sorted(listens, key=_order)) if listens else (),
        silent=tuple(sorted(silent, key=_order)) if silent else (),
        incidents=incidents,
        solved=solved,
    )


def _order(ear: Ear) -> tuple[str, ...]:
    return ear.place, ear.element, ear.kind, ear.name, ear.key


def _same_work(
    old: Json | None, new: Json, token: str, was_made: definitions.Compiled, made: definitions.Compiled
) -> bool:
    """Whether the row of the work says already what it has to say."""
    if old is None or old["st"] != "work" or old["node"] != new["node"]:
        return False
    if was_made is made:
        return True
    before = work_of(was_made.graph.nodes[old["node"]], old, token, was_made.kind)
    return before == work_of(made.graph.nodes[new["node"]], new, token, made.kind)
