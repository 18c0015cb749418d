"""The step: one event, one new state."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tongban.kernel.calendar import Calendar, official
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.process import timing
from tongban.process.decisions import Decisions
from tongban.process.engine import events
from tongban.process.engine.core import Json
from tongban.process.engine.dropping import Dropping
from tongban.process.engine.tokens import own_frames, own_tokens
from tongban.process.expressions import to_json
from tongban.process.graph import Definition, Graph, Kind, Trigger
from tongban.process.places import LIMIT

__all__ = ["LIMIT", "VERSION", "Live", "new", "next_due", "step", "waiting"]

VERSION = 1
"""Version of the state's own shape."""
_NEVER = datetime(1, 1, 2, tzinfo=UTC)
_STILL = frozenset(("suspended", "cancelled"))
_OPEN = frozenset(("work", "wait"))
"""Where a token is that somebody may complete."""
_SEEN = 200
"""Ids of messages that are remembered."""


def new(graph: Graph, process: str) -> Json:
    """The state of an instance that has not begun. Raises: InvalidInput when there is no such process."""
    if process not in graph.processes:
        raise InvalidInput("process.unknown", f"The model has no process {process}.")
    return {
        "v": VERSION, "graph": graph.version, "process": process, "status": "new", "step": 0, "next": 0,
        "tokens": {}, "frames": {"0": {"node": process, "kind": "process"}}, "timers": [], "incidents": [],
    }  # fmt: skip


def step(
    graph: Graph,
    state: Mapping[str, Any],
    event: events.Event,
    now: datetime,
    calendar: Calendar | None = None,
    *,
    decisions: Decisions | None = None,
) -> tuple[Json, list[Json]]:
    """The state after `event`, and what happened on the way.

    Effects, in order: ``completed`` (an element), ``work`` (somebody has to do it), ``wait``, ``send`` (a
    message), ``signal``, ``unmatched`` (nobody waits for the message), ``skipped`` (an activity that is
    completed next without being done, with the `reason`), ``dropped`` (an activity whose token goes no
    further), ``incident``, ``solved``, ``ended``.

    `decisions`: what business rule tasks ask, by code; one that is not among them is work for somebody.

    An event that no longer means anything (work of a token that is gone, a message seen before) changes
    nothing.

    Raises:
        Conflict: ``process.version`` when the state was made with another graph, ``process.state`` when the
            instance is suspended or has not begun.
    """
    if state["v"] != VERSION or state["graph"] != graph.version:
        raise Conflict("process.version", "The state belongs to another version of the model.")
    small = _is_small(graph, state, event)
    made = _copied(state, whole=not small)
    machine = _Machine(graph, made, now, calendar or official(), decisions, shared=small)
    if not machine.apply(event):
        return dict(state), []
    made["step"] += 1
    return made, machine.effects


class Live:
    """An instance that stays in memory: the same steps, in place instead of on a copy.

    Whoever keeps the state elsewhere, or needs the one before, takes `step`.
    """

    def __init__(
        self,
        graph: Graph,
        state: Mapping[str, Any],
        calendar: Calendar | None = None,
        *,
        decisions: Decisions | None = None,
    ) -> None:
        if state["v"] != VERSION or state["graph"] != graph.version:
            raise Conflict("process.version", "The state belongs to another version of the model.")
        self._machine = _Machine(graph, _copied(state, whole=True), _NEVER, calendar or official(), decisions)

    @classmethod
    def begin(
        cls,
        graph: Graph,
        process: str,
        calendar: Calendar | None = None,
        *,
        decisions: Decisions | None = None,
    ) -> "Live":
        """An instance that has not begun. Raises: InvalidInput when there is no such process."""
        made = cls.__new__(cls)
        made._machine = _Machine(graph, new(graph, process), _NEVER, calendar or official(), decisions)  # noqa: SLF001 - its own
        return made

    @property
    def state(self) -> Json:
        """The state as it is now; the next step changes it."""
        return self._machine.state

    def step(self, event: events.Event, now: datetime) -> list[Json]:
        """Apply `event`; what happened, as `step` tells it. Raises as it does; then nothing has changed."""
        machine = self._machine
        if machine.now is not now:
            machine.now, machine.clock = now, {}
        machine.changed = False
        effects: list[Json] = []
        machine.effects = effects
        if not machine.apply(event):
            return []
        machine.state["step"] += 1
        return effects


def next_due(state: Mapping[str, Any]) -> datetime | None:
    """When the earliest timer fires; None when there is none."""
    due = min((each["at"] for each in state["timers"]), default=None)
    return None if due is None else timing.read_moment(due)


def waiting(state: Mapping[str, Any], graph: Graph) -> list[Json]:
    """The work and events that the instance waits for: `token`, `element`, `what`."""
    return [
        {"token": token, "element": held["node"], "what": graph.nodes[held["node"]].what}
        for token, held in sorted(state["tokens"].items(), key=lambda item: int(item[0]))
        if held["st"] in {"work", "wait", "race"}
    ]


def refused_place(  # noqa: PLR0911 - one way out per reason
    graph: Graph, source: str, target: str, frame: str
) -> str:
    """Why a token cannot be put from one node to another by hand; empty when it can.

    `frame`: the kind of the frame that it is in.
    """
    node = graph.nodes.get(target)
    if node is None:
        return "the model has no such element."
    if frame in {"multi", "loop"}:
        return "it is one run of a repeated activity; move the activity as a whole."
    if frame == "undo":
        return "its activity is just being undone."
    if node.scope != graph.nodes[source].scope:
        return "that lies in another scope."
    if node.kind is Kind.BOUNDARY or node.on_event or node.for_compensation:
        return "nothing flows there; an event brings it about."
    if node.kind is Kind.START:
        return "a start event begins a scope."
    if node.kind in {Kind.PARALLEL, Kind.INCLUSIVE, Kind.COMPLEX} and len(node.incoming) > 1:
        return "a join cannot tell along which flow the token has come."
    return ""


def listener(graph: Graph, state: Mapping[str, Any], now: datetime, calendar: Calendar) -> Dropping:
    """A machine over a state that is only looked at: who waits for what (`ears`), and what they see."""
    return _Machine(graph, dict(state), now, calendar)


class _Machine(Dropping):
    """Applies one event."""

    def apply(self, event: events.Event) -> bool:
        """Whether anything changed."""
        state = self.state
        if state["status"] != "active" and not self.may(event):
            return False
        if not _MOVES[type(event)](self, event):
            return False
        if (self.queue or self.changed or self.joins_wait) and state["status"] not in _STILL:
            self.drain()
        if self.empty:
            self.empty = 0 in self.counts.values()
            if self.empty and state["status"] == "active":
                self.stuck()
        return True

    def may(self, event: events.Event) -> bool:
        """Whether the event means anything to an instance that is not active. Raises: Conflict."""
        status = self.state["status"]
        if isinstance(event, events.Start):
            return bool(status == "new")
        if status in {"completed", "cancelled"}:
            return False
        if isinstance(event, events.Cancel) or (isinstance(event, events.Resume) and status == "suspended"):
            return True
        raise Conflict("process.state", f"The instance is {status}.", hint="Start or resume it first.")

    def start(self, event: events.Start) -> bool:
        """The instance begins."""
        if self.state["status"] != "new":
            return False
        self.state["status"] = "active"
        self.frames["0"]["vars"] = to_json(dict(event.values))
        keys: Json = dict(event.keys)
        for definition in self.graph.nodes[event.at].definitions if event.at in self.graph.nodes else ():
            keys = keys or self.properties(definition.name, self.frames["0"]["vars"])
        if keys:
            self.frames["0"]["keys"] = to_json(keys)
        self.open_scope("0", self.state["process"], event.at)
        self.changed = True
        return True

    def suspend(self, _event: events.Suspend) -> bool:
        """Nothing happens until the instance is resumed."""
        self.state["status"] = "suspended"
        return True

    def resume(self, _event: events.Resume) -> bool:
        """The instance goes on, or has been going on all the time."""
        self.state["status"] = "active"
        return True

    def give_up(self, _event: events.Cancel) -> bool:
        """The instance is cancelled."""
        for each in self.inside("0"):
            self.remove(each)
        self.frames["0"].pop("joins", None)
        self.state |= {"status": "cancelled", "timers": [], "incidents": []}
        self.tell("ended", status="cancelled")
        return True

    def complete(self, event: events.Complete) -> bool:
        """Somebody has done their work."""
        token, values = event
        held = self.tokens.get(token)
        if held is None or held["st"] not in _OPEN:
            return False
        name = held["node"]
        place = self.places[name]
        if values:
            self.bring(token, place.node, to_json(dict(values)))
        if place.leaves:
            self.effects.append({"type": "completed", "element": name, "token": token})
            if self.conditions_wait:
                self.move(token, place.ways or ())
            else:
                left = self.go(token, place.ways or (), LIMIT)
                if self.queue or self.joins_wait:
                    self.left = left
        elif held["st"] == "wait" and place.node.what != "receiveTask":
            self.go_on(token, place.node, {})
        else:
            self.guard(token, self.finish, at="finish")
        return True

    def fail(self, event: events.Fail) -> bool:
        """Somebody's work ended in an error."""
        held = self.tokens.get(event.token)
        if held is None or held["st"] not in {"work", "wait"}:
            return False
        thrown = Definition(trigger=Trigger.ERROR, name=event.code)
        catcher = self.catcher(event.token, thrown, own=True)
        if catcher is None:
            text = event.message or f"Nothing catches the error {event.code}."
            self.hold(event.token, "error", text, at="work")
        else:
            self.caught(catcher, to_json(dict(event.values)))
        return True

    def escalate(self, event: events.Escalate) -> bool:
        """Somebody's work raises an escalation."""
        if event.token in self.tokens:
            thrown = Definition(trigger=Trigger.ESCALATION, name=event.code)
            catcher = self.catcher(event.token, thrown, own=True)
            if catcher is not None:
                self.caught(catcher, {})
        return True

    def hold_up(self, event: events.Hold) -> bool:
        """Somebody's work cannot be done."""
        if self.tokens.get(event.token, {}).get("st") != "work":
            return False
        self.hold(event.token, event.code, event.message, at="work")
        return True

    def signal(self, event: events.Signal) -> bool:
        """A signal has come."""
        self.broadcast(event.name, to_json(dict(event.values)))
        return True

    def tick(self, _event: events.Tick) -> bool:
        """Time has passed."""
        due = next_due(self.state)
        if due is None or due > self.now:
            return False
        self.due()
        return True

    def set_variables(self, event: events.SetVariables) -> bool:
        """Somebody sets variables of the process."""
        self.assign(None, to_json(dict(event.values)))
        return True

    def receive(self, event: events.Message) -> bool:
        """A message has come."""
        seen: list[str] = self.state.get("seen", [])
        if event.id and event.id in seen:
            return False
        if not self.message(event):
            self.tell("unmatched", name=event.name)
        elif event.id:
            self.state["seen"] = [*seen, event.id][-_SEEN:]
        return True

    def retry(self, event: events.Retry) -> bool:
        """Try again what an incident holds; the same fault makes a new incident."""
        incident = next((each for each in self.state["incidents"] if each["id"] == event.incident), None)
        if incident is None:
            return False
        token = incident["token"]
        self.state["incidents"].remove(incident)
        if incident["code"] != "stuck" and not token:  # the timer of an event sub-process
            self.assign(None, to_json(dict(event.values)))
            if self.set_timers(incident["element"], incident["frame"]):
                self.tell("solved", id=event.incident, element=incident["element"])
            return True
        if not token:  # a join: whether it still waits is looked at anew
            self.frames.get(incident.get("frame", ""), {}).pop("told", None)
            self.drain()
            self.stuck()
            at, join = incident.get("frame", ""), incident["element"]
            if not any(_is_stuck(each, at, join) for each in self.state["incidents"]):
                self.tell("solved", id=event.incident, element=incident["element"])
            return True
        if token in self.tokens:
            self.assign(token, to_json(dict(event.values)))
            self.again_at(token, self.tokens[token].pop("at", "enter"))
        self.drain()
        if not any(each["token"] == token for each in self.state["incidents"]):
            self.tell("solved", id=event.incident, element=incident["element"])
        return True

    def put_elsewhere(self, event: events.Move) -> bool:
        """A token is moved by hand. Raises Conflict where that would lose the thread."""
        held = self.tokens.get(event.token)
        if held is None:
            return self.put_past_join(event)
        frame = held["frame"]
        if why := refused_place(self.graph, held["node"], event.target, self.frames[frame]["kind"]):
            raise Conflict("process.move_target", f"The token cannot be moved to {event.target}: {why}")
        source = held["node"]
        holder = self.frames[frame]
        made = self.put(event.target, frame)
        self.remove(event.token)
        holder.pop("told", None)
        self.tell("moved", token=event.token, element=source, target=event.target, made=made)
        return True

    def put_past_join(self, event: events.Move) -> bool:
        """What waits at a join goes on as one token: behind the join, or elsewhere in its scope.

        Tokens at a join have no names, so the join's does for them. Raises Conflict where none waits.
        """
        frames = self.frames.items()
        frame = next((name for name, holder in frames if event.token in holder.get("joins", {})), None)
        if frame is None:
            raise Conflict("process.move_token", f"The instance has no token {event.token}.")
        holder = self.frames[frame]
        beyond = event.target == event.token
        why = "" if beyond else refused_place(self.graph, event.token, event.target, holder["kind"])
        if why:
            raise Conflict("process.move_target", f"The token cannot be moved to {event.target}: {why}")
        del holder["joins"][event.token]
        if not holder["joins"]:
            del holder["joins"]
        holder.pop("told", None)
        for incident in [each for each in self.state["incidents"] if _is_stuck(each, frame, event.token)]:
            self.state["incidents"].remove(incident)
            self.tell("solved", id=incident["id"], element=event.token)
        made = self.put(event.target, frame)
        self.tell("moved", token=event.token, element=event.token, target=event.target, made=made)
        return True

    def again_at(self, token: str, at: str) -> None:
        """The move that failed, once more."""
        held = self.tokens[token]
        held["st"] = "wait"
        if at == "work":
            held["st"] = "work"
            self.tell("work", element=held["node"], token=token, what=self.node(token).what)
        elif at == "leave":
            self.leave(token)
        elif at == "done":
            self.decide(token)
        elif at == "pass":
            self.guard(token, self.pass_on, at="pass")
        elif at == "finish":
            self.guard(token, self.finish, at="finish")
        elif at == "instance":
            node = self.node(token)
            self.guard(token, lambda each: self.instance_over(each, node), at="instance")
        else:
            self.forget("token", token)
            held["st"] = "go"
            self.queue.append(token)

    def stuck(self) -> None:
        """Tell of joins whose tokens nobody can bring any more."""
        self.let_go()
        for frame, holder in self.frames.items():
            if self.counts.get(frame) or not self.pending(holder) or "told" in holder:
                continue
            if any(each.get("frame") == frame for each in self.state["timers"]):
                continue
            holder["told"] = True
            for identity in holder["joins"]:
                if any(_is_stuck(each, frame, identity) for each in self.state["incidents"]):
                    continue
                incident = {"id": self.number(), "element": identity, "code": "stuck",
                            "message": "The join waits for tokens that cannot come any more."}  # fmt: skip
                self.state["incidents"].append({**incident, "token": "", "frame": frame})
                self.tell("incident", **incident)


_MOVES: Mapping[type, Callable[[_Machine, Any], bool]] = {
    events.Start: _Machine.start,
    events.Complete: _Machine.complete,
    events.Fail: _Machine.fail,
    events.Refuse: _Machine.refuse,
    events.Escalate: _Machine.escalate,
    events.Message: _Machine.receive,
    events.Signal: _Machine.signal,
    events.Tick: _Machine.tick,
    events.SetVariables: _Machine.set_variables,
    events.Retry: _Machine.retry,
    events.Hold: _Machine.hold_up,
    events.Move: _Machine.put_elsewhere,
    events.Hasten: _Machine.hasten,
    events.Suspend: _Machine.suspend,
    events.Resume: _Machine.resume,
    events.Cancel: _Machine.give_up,
}
"""What happens to an instance, by kind of event; each says whether it meant anything."""


def _is_stuck(incident: Json, frame: str, join: str) -> bool:
    """Whether an incident tells of this join."""
    return (incident["code"], incident.get("frame"), incident["element"]) == ("stuck", frame, join)


def _copied(state: Mapping[str, Any], *, whole: bool) -> Json:
    """A state that can be changed; tokens and frames in the order of their numbers, which JSON may lose.

    Only what a step changes in place is copied: values of variables and records never are. Without `whole`
    the tokens are those of the state before, to be copied when that is needed (`Tokens.own`).
    """
    made = dict(state)
    made["tokens"] = own_tokens(state["tokens"]) if whole else dict(state["tokens"])
    made["frames"] = own_frames(state["frames"])
    made["timers"] = list(state["timers"])
    made["incidents"] = list(state["incidents"])
    return made


def _is_small(graph: Graph, state: Mapping[str, Any], event: events.Event) -> bool:
    """Whether a step takes one token away and changes no other, unless more follows than the short way."""
    if type(event) is not events.Complete:
        return False
    held = state["tokens"].get(event.token)
    if held is None or "vars" in held:
        return False
    place = graph.places[held["node"]]
    return place.leaves and (not event.values or (place.node.share_out and len(state["frames"]) == 1))
