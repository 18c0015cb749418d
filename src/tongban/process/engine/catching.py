"""Events that come from outside or from elsewhere in the instance: who waits for them, and what then."""

from collections.abc import Iterable, Iterator

from tongban.process.engine.core import Held, Json
from tongban.process.engine.events import Hasten, Message
from tongban.process.engine.throwing import Throwing
from tongban.process.graph import Definition, Kind, Node, Trigger

_LISTENING = frozenset(("work", "wait", "body", "held", "race"))

Ear = tuple[str, str, Node, Node | None, int, Definition]
"""`token` or `frame`, its name, the event, its event sub-process, the definition's number, the definition."""


class Catching(Throwing):
    """Finds who waits, and lets it go on."""

    def ears(  # noqa: C901, PLR0912 - one branch per kind of ear
        self, trigger: Trigger, tokens: Iterable[str] | None = None, frames: Iterable[str] | None = None
    ) -> Iterator[Ear]:
        """Everything that waits for such an event, the oldest first; only among those that are named."""
        for token in list(self.tokens) if tokens is None else tokens:
            held = self.tokens.get(token)
            if held is None:
                continue
            node = self.graph.nodes[held["node"]]
            if held["st"] == "wait" and node.kind is Kind.CATCH:
                yield from self.heard("token", token, node, trigger)
            elif held["st"] == "wait" and node.kind is Kind.TASK and trigger is Trigger.MESSAGE:
                yield "token", token, node, None, 0, node.message or Definition(trigger=trigger)
            elif held["st"] == "race":
                for flow in node.outgoing:
                    target = self.graph.nodes[self.graph.flows[flow].target]
                    if target.kind is Kind.CATCH:
                        yield from self.heard("token", token, target, trigger)
                    elif target.what == "receiveTask" and trigger is Trigger.MESSAGE:
                        yield "token", token, target, None, 0, target.message or Definition(trigger=trigger)
            if node.boundaries and held["st"] in _LISTENING and not self.is_instance(token):
                for each in node.boundaries:
                    yield from self.heard("token", token, self.graph.nodes[each], trigger)
        for frame in list(self.frames) if frames is None else frames:
            holder = self.frames.get(frame)
            if holder is None or holder.get("off") or holder["kind"] in {"multi", "loop", "undo"}:
                continue
            scope = self.graph.scopes[holder["node"]]
            for handler in scope.handlers:
                for start in self.graph.scopes[handler].triggered:
                    for ear in self.heard("frame", frame, self.graph.nodes[start], trigger):
                        yield (*ear[:3], self.graph.nodes[handler], *ear[4:])

    @staticmethod
    def heard(what: str, name: str, event: Node, trigger: Trigger) -> Iterator[Ear]:
        """The definitions of an event that fit."""
        for number, definition in enumerate(event.definitions):
            if definition.trigger is trigger:
                yield what, name, event, None, number, definition

    def listens(self, ear: Ear) -> bool:
        """Whether it still waits; something before may have ended it."""
        what, name, event, _, _, _ = ear
        if what == "frame":
            return name in self.frames and not self.frames[name].get("off")
        return name in self.tokens and (
            event.kind is Kind.BOUNDARY or self.tokens[name]["st"] in {"wait", "race"}
        )

    def happen(self, ear: Ear, values: Json) -> None:
        """The event happens for who waits."""
        what, name, event, handler, number, _ = ear
        holder = self.tokens[name] if what == "token" else self.frames[name]
        if event.all_needed and len(event.definitions) > 1:
            hits: list[int] = holder.setdefault("hits", {}).setdefault(event.id, [])
            if number not in hits:
                hits.append(number)
            if len(hits) < len(event.definitions):
                self.assign(name if what == "token" else None, values)
                return
            holder["hits"].pop(event.id)
        if what == "frame" and handler is not None:
            self.handle(name, handler, event, values)
        elif event.kind is Kind.BOUNDARY:
            self.boundary(name, event, values)
        else:
            self.go_on(name, event, values)

    def go_on(self, token: str, event: Node, values: Json) -> None:
        """A token that waited goes on."""
        held = self.tokens[token]
        if held["st"] == "race":
            self.completed(token)
            held["node"] = event.id
        if event.kind is Kind.CATCH:
            self.forget("token", token)
        held["st"] = "wait"
        self.bring(token, event, values)
        if event.kind is Kind.TASK:
            self.guard(token, self.finish, at="finish")
        else:
            self.guard(token, self.pass_on, at="pass")

    def pass_on(self, token: str) -> None:
        """A caught event gives its data and is done."""
        node = self.node(token)
        given: Json = {}
        for name, expression in node.outputs:
            value = self.evaluate(expression, self.values(token))
            if value is not None:
                given[name] = value
        self.assign_outside(token, given)
        self.decide(token)

    # ------------------------------------------------------------------ kinds of events

    def message(self, message: Message) -> bool:
        """Deliver a message to the first that waits for it; whether somebody did."""
        for ear in self.ears(Trigger.MESSAGE):
            event, definition = ear[2], ear[5]
            if not (event.id == message.target if message.target else definition.answers_to(message.name)):
                continue
            if definition.key is not None and message.key is not None:
                try:
                    values = self.values(ear[1]) if ear[0] == "token" else self.frame_values(ear[1])
                    if self.evaluate(definition.key, values) != message.key:
                        continue
                except Held:
                    continue
            keys = dict(message.keys) or self.properties(message.name, dict(message.values), message.key)
            if not self.belongs(ear, keys):
                continue
            self.remember_keys(self.frame_of(ear), keys)
            self.happen(ear, dict(message.values))
            return True
        return False

    def frame_of(self, ear: Ear) -> str:
        """The frame in which something waits."""
        frame: str = self.tokens[ear[1]]["frame"] if ear[0] == "token" else ear[1]
        return frame

    def belongs(self, ear: Ear, keys: Json) -> bool:
        """Whether a message is of the conversation that somebody is in, or opens a new one."""
        known = self.known_keys(self.frame_of(ear))
        for name, expression in self.graph.subscriptions.get(self.graph.process_of(ear[2].id), ()):
            try:
                known[name] = self.evaluate(expression, self.frame_values("0"))
            except Held:
                continue
        return all(known.get(name) is None or known[name] == value for name, value in keys.items())

    def broadcast(self, name: str, values: Json) -> None:
        """A signal reaches everybody who waits for it now."""
        if name not in self.graph.heard:
            return
        tokens, frames = self.hearers()
        for ear in [each for each in self.ears(Trigger.SIGNAL, tokens, frames) if each[5].answers_to(name)]:
            if self.listens(ear):
                self.happen(ear, values)

    def conditions(self) -> None:
        """Let conditional events happen whose condition has become true."""
        if not self.conditions_wait:
            return
        for ear in list(self.ears(Trigger.CONDITIONAL)):
            what, name, event, _, number, definition = ear
            if not self.listens(ear) or definition.value is None:
                continue
            holder = self.tokens[name] if what == "token" else self.frames[name]
            values = self.values(name) if what == "token" else self.frame_values(name)
            try:
                now = self.holds(definition.value, values)
            except Held as error:
                if what == "token" and event.kind is not Kind.BOUNDARY:
                    self.hold(name, error.code, error.message, at="enter")
                continue
            mark = f"{event.id}:{number}"
            before = mark in holder.get("true", [])
            if now and not before:
                holder.setdefault("true", []).append(mark)
                self.happen(ear, {})
            elif before and not now:
                holder["true"].remove(mark)

    def hasten(self, event: Hasten) -> bool:
        """Let the timers of an event run out now; False when it has none."""
        from tongban.process.timing import written

        now = written(self.now)
        timers = self.state["timers"]
        if not any(each["node"] == event.node and each["at"] > now for each in timers):
            return False
        self.state["timers"] = [
            {**each, "at": min(each["at"], now)} if each["node"] == event.node else each for each in timers
        ]
        self.due()
        return True

    def due(self) -> None:
        """Fire the timers whose time has come, the earliest first."""
        from tongban.process.timing import written

        now = written(self.now)
        for _ in range(1000):
            waiting = [each for each in self.state["timers"] if each["at"] <= now]
            if not waiting:
                return
            entry = min(waiting, key=lambda each: each["at"])
            self.state["timers"].remove(entry)
            self.again(entry)
            self.fire(entry)
            self.drain()
            if self.state["status"] != "active":
                return

    def fire(self, entry: Json) -> None:
        """One timer is due."""
        event = self.graph.nodes[entry["node"]]
        number = next(
            (place for place, each in enumerate(event.definitions) if each.trigger is Trigger.TIMER), 0
        )
        definition = event.definitions[number]
        if "token" in entry:
            ear: Ear = ("token", entry["token"], event, None, number, definition)
        else:
            ear = ("frame", entry["frame"], event, self.graph.nodes[event.scope], number, definition)
        if self.listens(ear):
            self.happen(ear, {})
