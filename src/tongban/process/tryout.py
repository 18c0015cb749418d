"""A model is run in memory, on virtual time, against a scripted outside world.

Work is done at once and in the order in which it came up, unless the script says how long it takes; when
nothing is left to do, time jumps to the next timer, message or signal. So a process of years is over in
a moment, and the same script gives the same result each time.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tongban.kernel.calendar import Calendar, official
from tongban.process import engine
from tongban.process.decisions import Decisions
from tongban.process.engine.core import Core, Held
from tongban.process.graph import Graph, Kind, Node, Trigger
from tongban.process.script import Answer, Arrival, Script
from tongban.process.staging import awaited, main_processes, prepared, stays_out
from tongban.process.timing import read_moment

MAX_STEPS = 10_000
MAX_TICKS = 2_000
"""Timers that may fire while nothing else happens."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment of the run."""

    at: datetime
    completed: tuple[str, ...]
    """Elements that were completed with this step."""
    skipped: tuple[str, ...]
    active: tuple[str, ...]
    """Elements where a token is after it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended."""

    status: str
    """`completed`, `waiting` for something that the script does not bring, or `incident`."""
    trace: tuple[str, ...]
    """Elements in the order in which they were completed."""
    variables: Json
    incidents: tuple[Json, ...]
    frames: tuple[Frame, ...] = ()
    """Step by step, for whoever shows the run; not printed."""

    def to_json(self) -> Json:
        """As `tongban process run --json` prints it."""
        return {
            "status": self.status,
            "trace": list(self.trace),
            "variables": self.variables,
            "incidents": list(self.incidents),
        }


@dataclass(slots=True)
class _Post:
    """A message on its way inside the model."""

    message: engine.Message
    origin: int | None = None
    """The instance that sent it, which does not get it."""
    process: str = ""
    """The only process it is meant for."""
    own: bool = False
    """Nobody else has taken it, and it has no address: its sender may."""


@dataclass(slots=True)
class _World:
    """Instances, what they wait for, and what is still to come."""

    graph: Graph
    script: Script
    calendar: Calendar
    now: datetime
    lives: list[engine.Live] = field(default_factory=list)
    states: list[Json] = field(default_factory=list)
    """Those of the instances in memory, as they are now."""
    begun: list[tuple[str, str]] = field(default_factory=list)
    """The process of each, and the event that began it."""
    work: deque[tuple[int, str, str]] = field(default_factory=deque)
    later: list[tuple[datetime, int, int, str, Answer]] = field(default_factory=list)
    kept: list[_Post] = field(default_factory=list)
    begins: list[tuple[datetime, str, str]] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    executions: Counter[str] = field(default_factory=Counter)
    messages: deque[Arrival] = field(default_factory=deque)
    signals: deque[Arrival] = field(default_factory=deque)
    seen: set[str] = field(default_factory=set)
    steps: int = 0
    posting: bool = False
    decisions: Decisions = field(default_factory=dict)
    hits: dict[str, set[int]] = field(default_factory=dict)
    """Start event that needs several events → those that have happened."""
    gathered: dict[str, Json] = field(default_factory=dict)
    """What they brought."""
    watched: bool = False
    frames: list[Frame] = field(default_factory=list)

    # ------------------------------------------------------------------ steps

    def begin(
        self, process: str, at: str = "", values: Json | None = None, keys: Mapping[str, Any] | None = None
    ) -> int:
        """A new instance."""
        number = len(self.states)
        live = engine.Live(
            self.graph, engine.new(self.graph, process), self.calendar, decisions=self.decisions
        )
        self.lives.append(live)
        self.states.append(live.state)
        self.begun.append((process, at))
        self.step(number, engine.Start(dict(self.script.variables) | (values or {}), at, keys or {}))
        return number

    def step(self, number: int, event: engine.Event) -> list[Json]:
        """One step of one instance, and what follows for the others."""
        effects = self.lives[number].step(event, self.now)
        self.steps += bool(effects)  # a signal that is for others is no step
        if self.watched:
            self.remember(effects)
        listening = False
        for effect in effects:
            kind = effect["type"]
            if kind == "completed":
                self.trace.append(effect["element"])
            elif kind == "work":
                self.work.append((number, effect["token"], effect["element"]))
            elif kind == "send":
                self.send(number, effect["element"], effect["name"], effect.get("keys", {}))
            elif kind == "signal":
                self.signal(effect["name"], {}, number)
            listening = listening or kind in {"work", "wait", "completed"}
        if listening and self.kept and not self.posting:
            self.deliver_kept()
        return effects

    def remember(self, effects: Iterable[Json]) -> None:
        """One more frame, when something is to be seen."""
        told = list(effects)
        active = [
            token["node"]
            for number in self.live()
            for token in self.states[number]["tokens"].values()
            if token.get("node") in self.graph.nodes
        ]
        frame = Frame(
            at=self.now,
            completed=tuple(each["element"] for each in told if each["type"] == "completed"),
            skipped=tuple(each["element"] for each in told if each["type"] == "skipped"),
            active=tuple(dict.fromkeys(active)),
        )
        if frame.completed or frame.skipped or not self.frames or self.frames[-1].active != frame.active:
            self.frames.append(frame)

    def live(self) -> Iterator[int]:
        """Instances that run."""
        return (number for number, state in enumerate(self.states) if state["status"] == "active")

    # ------------------------------------------------------------------ messages and signals

    def send(self, number: int, element: str, name: str, keys: Json) -> None:
        """A message leaves an element: along its message flows, or by its name to other processes."""
        targets = self.graph.message_flows.get(element, ())
        if not targets and name:
            self.post(_Post(engine.Message(name, keys=keys), number))
        for target in targets:
            node = self.graph.nodes.get(target)
            if node is None:
                if target in self.graph.processes and name:
                    self.post(_Post(engine.Message(name, keys=keys), number, target))
            elif node.kind is Kind.START:
                self.begin(self.graph.process_of(target), target, keys=keys)
            elif node.instantiate:  # it begins by waiting for just this message
                begun = self.begin(self.graph.process_of(target), target, keys=keys)
                self.step(begun, engine.Message(name, keys=keys, target=target))
            elif node.kind in {Kind.CATCH, Kind.BOUNDARY} or node.what == "receiveTask":
                process = self.graph.process_of(target)
                if all(state["process"] != process for state in self.states):
                    self.begin(process, self.race_before(node))
                self.post(_Post(engine.Message(name, keys=keys, target=target), number))

    def race_before(self, node: Node) -> str:
        """The gateway before an event that begins its process; empty when there is none."""
        before = [self.graph.nodes[self.graph.flows[each].source] for each in node.incoming]
        return next((each.id for each in before if each.instantiate), "")

    def post(self, post: _Post, *, keep: bool = True) -> bool:
        """Deliver a message to who waits for it, or to a process that it starts; else it is kept."""
        for number in list(self.live()):
            if (number == post.origin and not post.own) or post.process not in {
                "",
                self.states[number]["process"],
            }:
                continue
            effects = self.step(number, post.message)
            if effects and not any(each["type"] == "unmatched" for each in effects):
                return True
        start = (
            None if post.message.target else self.start_for(Trigger.MESSAGE, post.message.name, post.process)
        )
        if start is not None and not (
            post.origin is not None and start[0] == self.states[post.origin]["process"]
        ):
            self.triggered(*start, post.message, Trigger.MESSAGE)
            return True
        if keep:
            self.kept.append(replace(post, own=not (post.message.target or post.process)))
        return False

    def triggered(
        self, process: str, start: str, event: engine.Message | engine.Signal, trigger: Trigger
    ) -> None:
        """Something has happened that begins a process, or is one of the things that do."""
        node = self.graph.nodes[start]
        if node.all_needed and node.kind is Kind.START and len(node.definitions) > 1:
            hits = self.hits.setdefault(start, set())
            hits.update(
                place
                for place, each in enumerate(node.definitions)
                if each.trigger is trigger and each.answers_to(event.name)
            )
            gathered = self.gathered.setdefault(start, {})
            gathered |= dict(event.values)
            if len(hits) == len(node.definitions):
                del self.hits[start], self.gathered[start]
                self.begin(process, start, gathered)
            return
        keys = event.keys if isinstance(event, engine.Message) else {}
        number = self.begin(process, start, dict(event.values), keys)
        if node.kind is not Kind.START:  # it begins by waiting for just this event
            self.step(number, event)

    def deliver_kept(self) -> None:
        """Messages that came too early."""
        self.posting = True
        self.kept = [post for post in self.kept if not self.post(post, keep=False)]
        self.posting = False

    def start_for(self, trigger: Trigger, name: str, process: str = "") -> tuple[str, str] | None:
        """The process and start event that such an event begins."""
        return next(iter(self.starts_for(trigger, name, process)), None)

    def starts_for(self, trigger: Trigger, name: str, process: str = "") -> Iterator[tuple[str, str]]:
        """Every process and start event that such an event begins."""
        for identity in self.graph.processes:
            if process not in {"", identity}:
                continue
            for start in self.graph.scopes[identity].triggered:
                for definition in awaited(self.graph, self.graph.nodes[start]):
                    if definition.trigger is trigger and definition.answers_to(name):
                        yield identity, start

    def signal(self, name: str, values: Json, origin: int | None = None) -> None:
        """A signal reaches all instances but the one that has already seen it, and begins processes."""
        for number in list(self.live()) if name in self.graph.heard else ():
            if number != origin:
                self.step(number, engine.Signal(name, values))
        for process, start in list(self.starts_for(Trigger.SIGNAL, name)):
            if origin is None or self.begun[origin] != (process, start):  # else it would begin without end
                self.triggered(process, start, engine.Signal(name, values), Trigger.SIGNAL)

    # ------------------------------------------------------------------ work

    def answer(self, number: int, token: str, element: str) -> None:
        """Somebody does the work that came up."""
        held = self.states[number]["tokens"].get(token)
        if self.states[number]["status"] != "active" or held is None or held["st"] != "work":
            return
        given = self.script.answers.get(element, ())
        answer = given[self.executions[element]] if self.executions[element] < len(given) else Answer()
        self.executions[element] += 1
        if answer.never:
            return
        if answer.after is not None:
            due = answer.after.after(self.now, self.calendar)
            self.later.append((due, len(self.later), number, token, answer))
            return
        self.give(number, token, answer)

    def give(self, number: int, token: str, answer: Answer) -> None:
        """The answer arrives."""
        if answer.escalation is not None:
            self.step(number, engine.Escalate(token, answer.escalation))
        if answer.error is not None:
            self.step(number, engine.Fail(token, answer.error, values=answer.values))
        else:
            self.step(number, engine.Complete(token, answer.values))

    # ------------------------------------------------------------------ time

    def moments(self) -> list[tuple[datetime, int, int]]:
        """What comes next, by time and then by kind: answers, messages, signals, beginnings, timers."""
        found: list[tuple[datetime, int, int]] = []
        found += [(entry[0], 0, place) for place, entry in enumerate(self.later)]
        found += [(self.messages[0].at, 1, 0)] if self.messages else []
        found += [(self.signals[0].at, 2, 0)] if self.signals else []
        found += [(entry[0], 3, place) for place, entry in enumerate(self.begins)]
        for number in self.live():
            due = engine.next_due(self.states[number])
            if due is not None:
                found.append((due, 4, number))
        return found

    def advance(self) -> int | None:
        """Let the next thing happen; what kind it was, None when nothing will."""
        found = self.moments()
        if not found:
            return None
        moment, kind, place = min(found)
        self.now = max(self.now, moment)
        if kind == 0:
            _, _, number, token, answer = self.later.pop(place)
            self.give(number, token, replace(answer, after=None))
        elif kind == 1:
            arrival = self.messages.popleft()
            if not arrival.id or arrival.id not in self.seen:
                self.seen.add(arrival.id)
                values = dict(arrival.values)
                self.post(_Post(engine.Message(arrival.name, arrival.id, arrival.key, values)))
        elif kind == 2:  # noqa: PLR2004 - the third of the list above
            arrival = self.signals.popleft()
            self.signal(arrival.name, dict(arrival.values))
        elif kind == 3:  # noqa: PLR2004 - the fourth
            _, process, start = self.begins.pop(place)
            self.begin(process, start)
        else:
            self.step(place, engine.Tick())
        return kind

    def run(self) -> str | None:
        """Until nothing more happens; why it was stopped, if it was."""
        ticks = 0
        while self.steps < MAX_STEPS:
            if self.work:
                ticks = 0 if not self.states[0]["timers"] else ticks
                self.answer(*self.work.popleft())
                continue
            kind = self.advance()
            if kind is None:
                return None
            ticks = ticks + 1 if kind == 4 else 0  # noqa: PLR2004 - timers
            if ticks > MAX_TICKS:
                return None
        return f"The run was stopped after {MAX_STEPS} steps."


def run(
    graph: Graph,
    script: Script,
    calendar: Calendar | None = None,
    decisions: Decisions | None = None,
    *,
    watched: bool = False,
) -> Outcome:
    """Run a model against a script; an answer goes before a decision. Only a watched run has frames."""
    days = calendar or official()
    world = _World(
        prepared(graph, script), script, days, script.now,
        messages=deque(script.messages), signals=deque(script.signals), decisions=decisions or {},
        watched=watched,
    )  # fmt: skip
    _begin_all(world)
    stopped = world.run()
    return _outcome(world, stopped)


def _outcome(world: _World, stopped: str | None) -> Outcome:
    incidents = [
        {key: incident[key] for key in ("element", "code", "message")}
        for state in world.states
        for incident in state["incidents"]
    ]
    if stopped is not None:
        process = world.states[0]["process"] if world.states else ""
        incidents.append({"element": process, "code": "endless", "message": stopped})
    variables: Json = {}
    for state in world.states:
        variables |= state["frames"]["0"].get("vars", {})
    ended = bool(world.states) and all(state["status"] == "completed" for state in world.states)
    status = "incident" if incidents else "completed" if ended else "waiting"
    return Outcome(status, tuple(world.trace), variables, tuple(incidents), tuple(world.frames))


def _begin_all(world: _World) -> None:
    processes = list(main_processes(world.graph, world.script.process))
    for process in processes:
        begun = any(state["process"] == process for state in world.states)  # by a message of another one
        if world.graph.scopes[process].starts and not begun:
            world.begin(process)
    if world.states:
        return
    for process in processes:
        for start in world.graph.scopes[process].triggered:
            _plan_start(world, process, start)
    scripted = any(
        world.start_for(trigger, arrival.name)
        for trigger, arrivals in ((Trigger.MESSAGE, world.messages), (Trigger.SIGNAL, world.signals))
        for arrival in arrivals
    )
    if not world.begins and not scripted and not stays_out(world.graph, world.script, processes):
        for process in processes[:1]:
            world.begin(process, next(iter(world.graph.scopes[process].triggered), ""))


def _plan_start(world: _World, process: str, start: str) -> None:
    """A start event with a timer or condition begins by itself; of several, the first."""
    if world.begins:
        return
    for definition in world.graph.nodes[start].definitions:
        core = Core(world.graph, engine.new(world.graph, process), world.now, world.calendar)
        values = dict(world.script.variables)
        try:
            if definition.trigger is Trigger.TIMER:
                core.schedule(definition, start, values, frame="0")
                world.begins.append((read_moment(core.state["timers"][0]["at"]), process, start))
            elif definition.value is not None and core.holds(definition.value, values):
                world.begins.append((world.now, process, start))
        except (Held, IndexError):
            continue
