"""Events that throw: errors, escalations, compensation, cancellation, termination."""

from tongban.process.engine.core import Held, Json
from tongban.process.engine.working import Working
from tongban.process.graph import Definition, Kind, Node, Trigger

Catcher = tuple[str, str, Node, Node | None]
"""`token` or `frame`, its name, the event that catches, and its event sub-process."""


class Throwing(Working):
    """Brings events about."""

    def throw(self, token: str) -> None:
        """A throwing or end event happens."""
        node = self.node(token)
        ending = next(
            (
                each
                for each in node.definitions
                if each.trigger in {Trigger.ERROR, Trigger.CANCEL, Trigger.TERMINATE}
            ),
            None,
        )
        undoing = next((each for each in node.definitions if each.trigger is Trigger.COMPENSATION), None)
        link = next((each for each in node.definitions if each.trigger is Trigger.LINK), None)
        catcher: Catcher | None = None
        if ending is not None and ending.trigger is Trigger.ERROR:
            catcher = self.catcher(token, ending, own=False)
            if catcher is None:
                raise Held("error", f"Nothing catches the error {ending.name or 'without a code'}.")
        if ending is not None and ending.trigger is Trigger.CANCEL:
            self.cancel_transaction(token, node)
            return
        if undoing is not None:
            records = self.records(token, undoing.activity)
            if not undoing.waits:
                self.undo_beside(token, records)
            else:
                self.undo(token, records)
            return
        if link is not None:
            self.jump(token, node, link)
            return
        ways = self.choose(token)
        self.completed(token)
        self.give_out(token, node)
        if token not in self.tokens:
            return
        if catcher is not None:
            self.caught(catcher, {})
        elif ending is not None:
            self.terminate("0" if ending.everything else self.tokens[token]["frame"])
        else:
            self.move(token, ways)

    def give_out(self, token: str, node: Node) -> None:
        """Send messages and signals, raise escalations."""
        for definition in node.definitions:
            if definition.trigger is not Trigger.ERROR:
                self.announce(token, definition)

    def announce(self, token: str, definition: Definition) -> None:
        """Send a message or signal, raise an escalation or error; others mean nothing here."""
        if definition.trigger is Trigger.MESSAGE:
            self.send(token, definition.name)
        elif definition.trigger is Trigger.SIGNAL:
            self.tell("signal", element=self.tokens[token]["node"], name=definition.name)
            if definition.name in self.graph.heard:
                self.take_seats()
                self.broadcast(definition.name, {})
        elif definition.trigger in {Trigger.ESCALATION, Trigger.ERROR}:
            catcher = self.catcher(token, definition, own=False)
            if catcher is not None:
                self.caught(catcher, {})

    def take_seats(self) -> None:
        """Let tokens that are already at what hears signals begin to listen.

        A gateway sends its tokens all at once; which of them moves first must not decide who hears.
        """
        for token in self.hearers()[0]:
            held = self.tokens.get(token)
            if held is not None and held["st"] == "go":
                self.guard(token, self.enter, at="enter")

    def jump(self, token: str, node: Node, link: Definition) -> None:
        """A link is a jump to its other end."""
        target = self.graph.links.get((node.scope, link.name))
        if target is None:
            raise Held("link", f"Nothing catches the link {link.name}.")
        self.completed(token)
        self.put(target, self.tokens[token]["frame"])
        self.remove(token)

    def terminate(self, frame: str) -> None:
        """End a scope at once; what is around it goes on."""
        for each in self.inside(frame):
            self.remove(each)
        self.frames[frame].pop("joins", None)
        self.frames[frame].pop("todo", None)
        self.forget("frame", frame)
        self.settle(frame)

    # ------------------------------------------------------------------ errors and escalations

    def catcher(self, token: str, thrown: Definition, *, own: bool) -> Catcher | None:
        """Who catches an error or escalation: the nearest scope, and in it the one that names the code."""
        if own and not self.is_instance(token):
            found = self.at_boundary(token, thrown)
            if found is not None:
                return found
        frame = self.tokens[token]["frame"]
        within = ""
        while True:
            found = self.in_frame(frame, thrown, within)
            if found is not None:
                return found
            owner = self.frames[frame].get("owner")
            if owner is None:
                return None
            if not self.is_instance(owner):
                found = self.at_boundary(owner, thrown)
                if found is not None:
                    return found
            within = self.tokens[owner]["node"]
            frame = self.tokens[owner]["frame"]

    def at_boundary(self, token: str, thrown: Definition) -> Catcher | None:
        """The boundary event of an activity that catches."""
        events = [self.graph.nodes[each] for each in self.node(token).boundaries]
        event = _best(events, thrown)
        return None if event is None else ("token", token, event, None)

    def in_frame(self, frame: str, thrown: Definition, within: str) -> Catcher | None:
        """The event sub-process of a frame that catches; what comes out of one (`within`) is for others."""
        holder = self.frames[frame]
        scope = self.graph.scopes.get(holder["node"])
        if scope is None or holder.get("off") or holder["kind"] in {"multi", "loop", "undo"}:
            return None
        starts = {
            start: handler
            for handler in scope.handlers
            if handler != within
            for start in self.graph.scopes[handler].triggered
        }
        event = _best([self.graph.nodes[each] for each in starts], thrown)
        return None if event is None else ("frame", frame, event, self.graph.nodes[starts[event.id]])

    def caught(self, catcher: Catcher, values: Json) -> None:
        """What catches an event begins."""
        what, name, event, handler = catcher
        if what == "token":
            self.boundary(name, event, values)
        elif handler is not None:
            self.handle(name, handler, event, values)

    def boundary(self, token: str, event: Node, values: Json) -> None:
        """A boundary event happens."""
        frame = self.tokens[token]["frame"]
        new = self.put(event.id, frame)
        self.bring(new, event, values)
        if event.interrupting:
            self.remove(token)
        self.guard(new, self.enter, at="enter")  # it has happened now, before what its activity does next

    def handle(self, frame: str, handler: Node, start: Node, values: Json) -> None:
        """An event sub-process begins; an interrupting one ends everything else in its frame."""
        holder = self.frames[frame]
        if start.interrupting:
            for each in self.inside(frame):
                self.remove(each)
            for each in ("joins", "todo"):
                holder.pop(each, None)
            self.forget("frame", frame)
            holder["off"] = True
        token = self.put(handler.id, frame, st="body")
        inner = self.open(handler.id, "sub", token)
        self.open_scope(inner, handler.id, start.id)
        self.assign(token, values)

    # ------------------------------------------------------------------ compensation

    def records(self, token: str, activity: str) -> list[Json]:
        """What is to be undone, the oldest first; it is taken off the list."""
        frames = [self.tokens[token]["frame"]]
        while True:
            holder = self.frames[frames[-1]]
            owner = self.graph.nodes.get(holder["node"])
            if owner is None or not owner.on_event or "owner" not in holder:
                break
            frames.append(self.tokens[holder["owner"]]["frame"])
        found: list[Json] = []
        for frame in reversed(frames):
            done = self.frames[frame].get("done", [])
            found += [each for each in done if not activity or each["node"] == activity]
            kept = [each for each in done if activity and each["node"] != activity]
            if done:
                self.frames[frame]["done"] = kept
        return found

    def undo(self, token: str, records: list[Json]) -> None:
        """Undo activities, the last first; then the event that asked for it is done."""
        frame = self.open(self.tokens[token]["node"], "undo", token, todo=records[::-1])
        self.undo_next(frame)

    def undo_beside(self, token: str, records: list[Json]) -> None:
        """Undo activities while the event that asked for it is done at once."""
        ways = self.choose(token)
        self.completed(token)
        self.follow(ways, self.tokens[token]["frame"])
        self.tokens[token]["aside"] = True
        self.undo(token, records)

    def undo_next(self, frame: str) -> None:
        """Undo the next activity, or end when none is left."""
        holder = self.frames.get(frame)
        if holder is None:
            return
        todo: list[Json] = holder["todo"]
        while todo:
            record = todo.pop(0)
            node = self.graph.nodes[record["node"]]
            local = {"vars": record["vars"]} if "vars" in record else {}
            if node.handler:
                if node.undo_event:
                    self.tell("completed", element=node.undo_event, token="")
                self.put(node.handler, frame, **local)
                return
            handler = self.own_handler(node)
            if handler is not None:
                token = self.put(handler, frame, st="body", **local)
                inner = self.open(handler, "sub", token, done=record.get("inner", []))
                self.open_scope(inner, handler, self.graph.scopes[handler].triggered[0])
                return
            known = record.get("vars", {})  # of the instance that the inner activities were done in
            within: list[Json] = record.get("inner", [])
            if known:
                within = [{**each, "vars": known | each.get("vars", {})} for each in within]
            todo[:0] = within[::-1]
        owner = holder["owner"]
        self.close(frame)
        self.tokens[owner].pop("child", None)
        if self.tokens[owner].get("aside"):
            outer = self.tokens[owner]["frame"]
            self.remove(owner)
            self.settle(outer)
        elif any(each.trigger is Trigger.CANCEL for each in self.node(owner).definitions):
            self.cancelled(owner)
        else:
            self.decide(owner)

    def own_handler(self, node: Node) -> str | None:
        """The compensation event sub-process of a sub-process."""
        if node.kind is not Kind.SUB:
            return None
        for handler in self.graph.scopes[node.id].handlers:
            for start in self.graph.scopes[handler].triggered:
                if any(each.trigger is Trigger.COMPENSATION for each in self.graph.nodes[start].definitions):
                    return handler
        return None

    # ------------------------------------------------------------------ transactions

    def cancel_transaction(self, token: str, node: Node) -> None:
        """Give up the transaction around: end what runs in it, undo what is done, then tell its boundary."""
        frame = self.tokens[token]["frame"]
        while True:
            owner = self.graph.nodes.get(self.frames[frame]["node"])
            if owner is not None and owner.transaction and self.frames[frame]["kind"] == "sub":
                break
            if "owner" not in self.frames[frame]:
                raise Held("cancel", "There is no transaction to cancel.")
            frame = self.tokens[self.frames[frame]["owner"]]["frame"]
        holder = self.frames[frame]
        done = holder.pop("done", [])
        for each in self.inside(frame):
            self.remove(each)
        holder.pop("joins", None)
        self.forget("frame", frame)
        holder["off"] = True
        self.undo(self.put(node.id, frame, st="wait"), done)

    def cancelled(self, token: str) -> None:
        """All is undone: the cancel event of the transaction happens, or the transaction is left."""
        self.completed(token)
        owner = self.frames[self.tokens[token]["frame"]]["owner"]
        while self.is_instance(owner):
            owner = self.frames[self.tokens[owner]["frame"]]["owner"]
        for each in self.node(owner).boundaries:
            event = self.graph.nodes[each]
            if any(definition.trigger is Trigger.CANCEL for definition in event.definitions):
                self.boundary(owner, event, {})
                return
        self.close(self.tokens[owner].pop("child"))
        self.forget("token", owner)
        self.after(owner)

    def broadcast(self, name: str, values: Json) -> None:
        """A signal reaches everybody who waits (`catching`)."""
        raise NotImplementedError


def _best(events: list[Node], thrown: Definition) -> Node | None:
    """The event that names what is thrown, else one that catches everything."""
    named: Node | None = None
    anything: Node | None = None
    for event in events:
        for each in event.definitions:
            if each.trigger is not thrown.trigger:
                continue
            if not each.name:
                anything = anything or event
            elif (thrown.name and each.answers_to(thrown.name)) or each.aliases & thrown.aliases:
                named = named or event
    return named or anything
