"""Moving a running instance to another version of its model. Pure.

An element goes to the one of the same id and kind, or to the one that the mapping names. Whatever in the
state would mean something else afterwards is a fault, and an instance with a fault stays as it is. Naming an
element in the mapping, even as itself, says that its change is meant.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tongban.kernel.calendar import Calendar
from tongban.kernel.errors import InvalidInput
from tongban.process.engine.core import Core, Held
from tongban.process.graph import Definition, Graph, Kind, Node, Trigger

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why an instance cannot move."""

    element: str
    code: str
    """`gone`, `kind`, `scope`, `join`, `timer`, `event`, `repeat`, `call`, `undo` or `process`."""
    message: str

    def to_json(self) -> dict[str, str]:
        """As reports print it."""
        return {"element": self.element, "code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Route:
    """How the elements of one version go to those of another."""

    source: Graph
    target: Graph
    mapping: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Raises: InvalidInput when the mapping names what is not there."""
        for old, new in self.mapping.items():
            if old not in self.source.nodes and old not in self.source.processes:
                raise InvalidInput("process.mapping", f"The old version has no element {old}.")
            if new not in self.target.nodes and new not in self.target.processes:
                raise InvalidInput("process.mapping", f"The new version has no element {new}.")

    def to(self, element: str) -> str:
        """Where an element goes, whether it is there or not."""
        return self.mapping.get(element, element)

    def meant(self, element: str) -> bool:
        """Whether somebody has said what becomes of it."""
        return element in self.mapping

    def back(self) -> "Route":
        """The way back, where it can be told."""
        turned: dict[str, str] = {}
        for old, new in self.mapping.items():
            turned.setdefault(new, old)
        return Route(self.target, self.source, turned)

    def changed(self) -> list[Fault]:
        """What the other version lacks or takes otherwise, whether or not an instance is there."""
        found = [_node_fault(self, node) for node in self.source.nodes.values()]
        return sorted(fault for fault in found if fault is not None)


def transferred(
    state: Mapping[str, Any], route: Route, now: datetime, calendar: Calendar
) -> tuple[Json | None, list[Fault]]:
    """The state in the other version; nothing when there are faults, all of which are told."""
    made: Json = deepcopy(dict(state))
    faults: set[Fault] = set()
    _process(made, route, faults)
    for frame in made["frames"].values():
        _frame(frame, route, faults)
    for token in made["tokens"].values():
        _token(token, made, route, faults)
    if not faults:
        _scopes(made, state, route, faults)
    timers = _timers(made, route, faults)
    if faults:
        return None, sorted(faults)
    made["timers"] = timers
    for incident in made["incidents"]:
        incident["element"] = route.to(incident["element"])
    made["graph"] = route.target.version
    made["step"] += 1
    try:
        _arm(made, route, now, calendar)
    except Held as error:
        return None, [Fault(made["process"], "timer", f"A new timer cannot be set: {error.message}")]
    return made, []


def _process(made: Json, route: Route, faults: set[Fault]) -> None:
    process = route.to(made["process"])
    if process not in route.target.processes:
        faults.add(Fault(made["process"], "process", "The new version has no such process."))
    made["process"] = process


def _node_fault(route: Route, node: Node) -> Fault | None:
    """Why nobody can be at a node of the new version who was at this one."""
    new = route.target.nodes.get(route.to(node.id))
    if new is None:
        return Fault(node.id, "gone", "The new version has no such element; say where it goes.")
    if new.kind is not node.kind:
        return Fault(node.id, "kind", f"It is a {node.what} and would become a {new.what}.")
    if new.what != node.what and not route.meant(node.id):
        return Fault(node.id, "kind", f"It becomes a {new.what}; say so in the mapping if that is meant.")
    return None


def _token(token: Json, made: Json, route: Route, faults: set[Fault]) -> None:
    node = route.source.nodes[token["node"]]
    fault = _node_fault(route, node)
    if fault is not None:
        faults.add(fault)
        return
    new = route.target.nodes[route.to(node.id)]
    token["node"] = new.id
    if token["st"] in {"wait", "race"} and _awaited(node) != _awaited(new) and not route.meant(node.id):
        faults.add(Fault(node.id, "event", "It waits for something else in the new version."))
    if token["st"] == "race" and _targets(route.source, node) != _targets(route.target, new):
        faults.add(Fault(node.id, "event", "Other events follow the gateway in the new version."))
    child = made["frames"].get(token.get("child", ""))
    repeated = child is not None and child["kind"] in {"multi", "loop"}
    inside = made["frames"][token["frame"]]["kind"] in {"multi", "loop"}
    if (repeated or inside) and not _same_loop(node, new):
        faults.add(Fault(node.id, "repeat", "It is repeated otherwise in the new version."))
    elif not repeated and not inside and node.loop is None and new.loop is not None:
        faults.add(Fault(node.id, "repeat", "It is repeated in the new version, and is under way."))
    if child is not None and child["kind"] == "call" and route.to(node.calls) != new.calls:
        faults.add(Fault(node.id, "call", "It calls another process in the new version."))
    if "via" in token:
        _via(token, node, route, faults)
    if "hits" in token:
        _hits(token, node, route, faults)
    _marks(token, route)


def _via(token: Json, node: Node, route: Route, faults: set[Fault]) -> None:
    """The flow along which a token has come matters only where it has not yet entered."""
    flow = route.target.flows.get(token["via"])
    if flow is not None and flow.target == token["node"]:
        return
    if token["st"] == "held" and token.get("at") == "enter" and len(node.incoming) > 1:
        faults.add(Fault(node.id, "join", f"The flow {token['via']} does not lead to it any more."))
        return
    token.pop("via")


def _hits(holder: Json, node: Node, route: Route, faults: set[Fault]) -> None:
    """Of several events that all have to happen some have: they must still be the same."""
    kept = {}
    for event, numbers in holder["hits"].items():
        old, new = route.source.nodes[event], route.target.nodes.get(route.to(event))
        if new is None or _awaited(old) != _awaited(new):
            faults.add(
                Fault(event, "event", f"Half of its events have happened (at {node.id}); it has changed.")
            )
        else:
            kept[new.id] = numbers
    holder["hits"] = kept


def _marks(holder: Json, route: Route) -> None:
    """Conditions that were true stay so; those of events that are gone are forgotten."""
    if "true" in holder:
        marks = [mark.rpartition(":") for mark in holder["true"]]
        holder["true"] = [
            f"{route.to(event)}:{number}"
            for event, _, number in marks
            if route.to(event) in route.target.nodes
        ]


def _frame(frame: Json, route: Route, faults: set[Fault]) -> None:
    source = frame["node"]
    target = route.to(source)
    known = target in route.target.nodes or target in route.target.processes
    if not known:
        faults.add(Fault(source, "gone", "The new version has no such element; say where it goes."))
        return
    frame["node"] = target
    if "joins" in frame:
        frame["joins"] = {_join(name, held, route, faults): held for name, held in frame["joins"].items()}
    if "hits" in frame:
        _hits(frame, route.source.nodes.get(source, next(iter(route.source.nodes.values()))), route, faults)
    _marks(frame, route)
    for name in ("done", "todo"):
        if name in frame:
            frame[name] = [_record(each, route, faults) for each in frame[name]]


def _join(name: str, held: Mapping[str, int], route: Route, faults: set[Fault]) -> str:
    """A join where tokens wait: its flows must be the same ones, for they are what was counted."""
    node = route.source.nodes[name]
    fault = _node_fault(route, node)
    if fault is not None:
        faults.add(fault)
        return ""
    new = route.target.nodes[route.to(name)]
    if "*" in held and node.needed == new.needed:
        return new.id
    if "*" in held or set(node.incoming) != set(new.incoming):
        faults.add(Fault(name, "join", "Tokens wait at this join, and other flows lead to it now."))
        return ""
    moved = [
        flow
        for flow in new.incoming
        if flow not in held and route.to(route.source.flows[flow].source) != route.target.flows[flow].source
    ]
    if moved and not route.meant(name):
        faults.add(
            Fault(name, "join", f"It waits for {moved[0]}, which comes from elsewhere in the new version.")
        )
        return ""
    return new.id


def _record(record: Any, route: Route, faults: set[Fault]) -> Any:
    """Something that can be undone, or waits for its turn."""
    name = record if isinstance(record, str) else record["node"]
    node = route.source.nodes[name]
    new = route.target.nodes.get(route.to(name))
    if new is None:
        faults.add(Fault(name, "undo", "It is done and could be undone; the new version does not know it."))
        return record
    if isinstance(record, str):
        return new.id
    if bool(node.handler) != bool(new.handler):
        faults.add(Fault(name, "undo", "It is done, and is undone otherwise in the new version."))
    inner = [_record(each, route, faults) for each in record.get("inner", [])]
    return {**record, "node": new.id} | ({"inner": inner} if inner else {})


def _scopes(made: Json, state: Mapping[str, Any], route: Route, faults: set[Fault]) -> None:
    """Every token lies in the scope that its frame is a run of."""
    for name, token in made["tokens"].items():
        frame = made["frames"][token["frame"]]
        if frame["kind"] == "undo":
            continue
        node = route.target.nodes[token["node"]]
        scope = node.scope if frame["kind"] not in {"multi", "loop"} else node.id
        if scope != frame["node"]:
            old = state["tokens"][name]["node"]
            faults.add(Fault(old, "scope", "It lies in another scope in the new version."))
    for frame in made["frames"].values():
        owner = made["tokens"].get(frame.get("owner", ""))
        if owner is not None and frame["kind"] == "sub" and owner["node"] != frame["node"]:
            faults.add(Fault(frame["node"], "scope", "It lies in another scope in the new version."))


def _timers(made: Json, route: Route, faults: set[Fault]) -> list[Json]:
    """Timers run on when they mean the same; those of events that the new version lacks are dropped."""
    kept: list[Json] = []
    for entry in made["timers"]:
        old = route.source.nodes[entry["node"]]
        new = route.target.nodes.get(route.to(old.id))
        if new is None or new.kind is not old.kind:
            if old.kind is Kind.CATCH:
                faults.add(
                    Fault(old.id, "gone", "A timer runs for it, and the new version has no such event.")
                )
            continue
        if _times(old) != _times(new) and not route.meant(old.id):
            faults.add(
                Fault(old.id, "timer", "Its timer runs and says another time in the new version; "
                      "name it in the mapping to let it run on.")
            )  # fmt: skip
        kept.append({**entry, "node": new.id})
    return kept


def _arm(made: Json, route: Route, now: datetime, calendar: Calendar) -> None:
    """Set the timers of boundary events that the new version adds to what is under way."""
    core = Core(route.target, made, now, calendar)
    running = {(each.get("token"), each["node"]) for each in made["timers"]}
    was = {route.to(node.id) for node in route.source.nodes.values() if node.kind is Kind.BOUNDARY}
    for name, token in made["tokens"].items():
        node = route.target.nodes[token["node"]]
        if made["frames"][token["frame"]]["kind"] in {"multi", "loop"} or token["st"] == "held":
            continue
        for identity in node.boundaries:
            if identity in was or (name, identity) in running:
                continue
            for definition in route.target.nodes[identity].definitions:
                if definition.trigger is Trigger.TIMER:
                    core.schedule(definition, identity, core.values(name), token=name)


def _awaited(node: Node) -> list[tuple[str, str, str]]:
    return [(str(each.trigger), each.name, _text(each)) for each in node.happenings]


def _times(node: Node) -> list[tuple[str, bool, str]]:
    return [
        (each.timer, each.workdays, _text(each)) for each in node.definitions if each.trigger is Trigger.TIMER
    ]


def _text(definition: Definition) -> str:
    return definition.value.text if definition.value is not None else ""


def _targets(graph: Graph, node: Node) -> list[str]:
    return sorted(graph.flows[flow].target for flow in node.outgoing)


def _same_loop(old: Node, new: Node) -> bool:
    one, two = old.loop, new.loop
    if one is None or two is None:
        return one is two
    return (one.standard, one.sequential, one.output, one.item) == (
        two.standard, two.sequential, two.output, two.item,
    )  # fmt: skip
