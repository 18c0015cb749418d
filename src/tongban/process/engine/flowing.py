"""Tokens on their way: gateways, joins, the choice of flows, the end of a scope."""

from collections.abc import Callable, Iterable

from tongban.process.engine.core import Held, Json
from tongban.process.engine.talking import Talking
from tongban.process.expressions import Foreign
from tongban.process.graph import ACTIVITIES, Flow, Kind, Node, may_join
from tongban.process.places import GATHERS, LIMIT, WORKS, Ways

MAX_TOKENS = 20_000
"""Tokens of one instance."""

_FIRED = "#"
"""Mark of a complex join that has gone on; before the name of a flow, that it took a token of it then."""
_ONCE, _TWICE = 1, 2
_WAITING = "waitingForStart"
"""What the conditions behind a complex join may ask: whether it goes on for the first time."""


class Flowing(Talking):
    """Moves along sequence flows."""

    def drain(self) -> None:
        """Move every token until all of them wait."""
        left, self.left = self.left, LIMIT
        queue, tokens, places = self.queue, self.tokens, self.places
        while True:
            while queue or self.changed:
                if self.changed:
                    self.changed = False
                    self.conditions()
                    continue
                token = queue.popleft()
                held = tokens.get(token)
                if held is None or held["st"] != "go":
                    continue
                left -= 1
                if left < 0 or len(tokens) > MAX_TOKENS:
                    self.stop(token, "endless", f"One step went through {LIMIT} elements without a pause.")
                    return
                place = places[held["node"]]
                if place.passes:
                    self.effects.append({"type": "completed", "element": held["node"], "token": token})
                    if queue:
                        self.move(token, place.ways or ())
                    else:
                        left = self.go(token, place.ways or (), left)
                elif place.chooses:
                    self.decide(token)
                else:
                    self.own()
                    self.guard(token, self.enter, at="enter")
            if not self.joins_wait or not self.join_waiting():
                return

    def stop(self, token: str, code: str, message: str) -> None:
        """Hold a token and all that move with it."""
        for each in (token, *self.queue):
            if each in self.tokens and self.tokens[each]["st"] == "go":
                self.hold(each, code, message, at="enter")
        self.queue.clear()

    def guard(self, token: str, move: Callable[[str], None], *, at: str) -> None:
        """Make a move; what cannot be decided becomes an incident of the token."""
        try:
            move(token)
        except Held as error:
            if token in self.tokens:
                self.hold(token, error.code, error.message, at=at)

    # ------------------------------------------------------------------ arriving

    def enter(self, token: str) -> None:
        """A token arrives at its node."""
        held = self.tokens[token]
        place = self.places[held["node"]]
        node = place.node
        if place.waits and "via" in held:
            self.arrive(token, node)
        elif node.kind in ACTIVITIES:
            if held.pop("via", None) and node.needed > 1 and not self.gathered(token, node):
                return
            self.begin(token)
        elif node.kind in {Kind.THROW, Kind.END}:
            self.throw(token)
        elif node.kind is Kind.CATCH or (node.kind is Kind.EVENT_BASED and not node.all_needed):
            self.begin(token)
        elif node.kind is Kind.COMPLEX and held.get("vars", {}).get(_WAITING) is False:
            self.guard(token, lambda each: self.choose_again(each, node), at="enter")
        elif node.outputs:
            self.guard(token, self.pass_on, at="pass")
        else:
            self.decide(token)

    def decide(self, token: str) -> None:
        """A gateway or event is done; an undecided choice is tried again from here."""
        self.guard(token, self.done, at="done")

    def gathered(self, token: str, node: Node) -> bool:
        """Whether the tokens that an activity needs have come; until then the others are kept."""
        frame = self.tokens[token]["frame"]
        joins = self.frames[frame].setdefault("joins", {})
        count = joins.get(node.id, {}).get("*", 0) + 1
        if count >= node.needed:
            joins.pop(node.id, None)
            return True
        joins[node.id] = {"*": count}
        self.remove(token)
        self.settle(frame)
        return False

    def arrive(self, token: str, node: Node) -> None:
        """A token arrives at an inclusive or complex join."""
        arrived = self.tokens[token]
        frame = arrived["frame"]
        joins: dict[str, Json] = self.frames[frame].setdefault("joins", {})
        held = joins.setdefault(node.id, {})
        via = arrived.pop("via")
        held[via] = held.get(via, 0) + 1
        if node.kind is Kind.COMPLEX and node.enough is not None and _FIRED not in held:
            counts: Json = {flow: held.get(flow, 0) for flow in node.incoming if flow in node.enough.text}
            counts["activationCount"] = sum(held.values())
            if self.holds(node.enough, self.values(token) | counts):
                self.activate(token, node, held)
                return
        self.remove(token)
        if not self.counts[frame]:
            self.settle(frame)

    # ------------------------------------------------------------------ complex joins

    def activate(self, token: str, node: Node, held: Json) -> None:
        """A complex join goes on: it takes one token of each flow, and later those of the other flows."""
        for flow in [each for each in node.incoming if each in held]:
            held[_FIRED + flow] = 1
            held[flow] -= 1
            if not held[flow]:
                del held[flow]
        held[_FIRED] = _TWICE if self.goes_twice(node) else _ONCE
        self.tokens[token]["vars"] = {_WAITING: True}
        self.decide(token)

    def reset(self, frame: str, node: Node, held: Json) -> None:
        """All that could come has come: the join is as new, and what it kept beyond that arrives again.

        It goes on a second time only where its conditions tell the two times apart (OMG BPMN 2.0.2, 13.4.5);
        otherwise those that come late are taken in silently.
        """
        again = held.pop(_FIRED) == _TWICE
        for flow in node.incoming:
            if held.pop(_FIRED + flow, 0) or flow not in held:
                continue
            held[flow] -= 1
            if not held[flow]:
                del held[flow]
        del self.frames[frame]["joins"][node.id]
        if again:
            self.put(node.id, frame, vars={_WAITING: False})
        for flow, count in held.items():
            for _ in range(count):
                self.put(node.id, frame, via=flow)
        self.settle(frame)

    def goes_twice(self, node: Node) -> bool:
        """Whether the ways on depend on whether a complex join goes on for the first or the second time."""
        conditions = [each.condition for each in self.places[node.id].flows]
        return any(each is not None and _WAITING in each.text for each in conditions)

    def choose_again(self, token: str, node: Node) -> None:
        """A complex join goes on for the second time, perhaps nowhere."""
        flows = self.places[node.id].flows
        taken = [each for each in flows if each.condition is not None and self.open_to(token, each)]
        taken = taken or [each for each in flows if each.id == node.default]
        if taken:
            self.completed(token)
        self.move(token, tuple(self.places[node.id].out[flow.id] for flow in taken))

    def join_waiting(self) -> bool:
        """Let the first inclusive or complex join go on that need not wait any more."""
        for frame, holder in self.frames.items():
            if not holder.get("joins"):
                continue
            for identity, held in holder["joins"].items():
                node = self.graph.nodes[identity]
                if node.kind not in {Kind.INCLUSIVE, Kind.COMPLEX}:
                    continue
                filled = frozenset(flow for flow in node.incoming if flow in held or _FIRED + flow in held)
                if not filled or not self.may_go(frame, node, filled):
                    continue
                if _FIRED in held:
                    self.reset(frame, node, held)
                    return True
                if node.kind is Kind.COMPLEX and node.enough is not None:
                    continue
                self.consume(holder["joins"], identity, tuple(filled))
                self.put(identity, frame)
                return True
        return False

    def may_go(self, frame: str, node: Node, filled: frozenset[str]) -> bool:
        """Whether no token elsewhere in the frame could still reach an empty flow of the join."""
        if len(filled) == len(node.incoming):
            return True
        places = [self.tokens[each]["node"] for each in self.inside(frame)]
        for other, held in self.frames[frame].get("joins", {}).items():
            if other != node.id and any(not flow.startswith(_FIRED) for flow in held):
                places.append(other)
        return may_join(self.graph, node.id, filled, places)

    # ------------------------------------------------------------------ leaving

    def done(self, token: str) -> None:
        """An event or gateway is done; Held when its flows cannot be chosen."""
        ways = self.choose(token)
        self.completed(token)
        self.move(token, ways)

    def leave(self, token: str) -> None:
        """Go on from an activity that was told already."""
        self.guard(token, lambda each: self.move(each, self.choose(each)), at="leave")

    def go(self, token: str, ways: Ways, left: int) -> int:
        """Move the only token that moves, and go on with it while it goes from one node to the next.

        Returns how many of `left` nodes may still be entered. What it does is what `move` does, and then the
        queue; the token is only written down where somebody may look at it.
        """
        tokens, state, frame = self.tokens, self.state, self.tokens[token]["frame"]
        gone = tokens.pop(token)
        if state["timers"] or state["incidents"] or "child" in gone:
            self.clear(token, gone)
        while len(ways) == 1:
            flow, node, does, what, full = ways[0]
            if does == GATHERS and not self.gather(flow, node, full, frame):
                break
            number = state["next"] = state["next"] + 1
            token = str(number)
            if does == WORKS:
                tokens[token] = {"node": node, "frame": frame, "st": "work"}
                self.effects.append({"type": "work", "element": node, "token": token, "what": what})
                return left
            place = self.places[node]
            if not place.passes or not left:
                tokens[token] = {"node": node, "frame": frame, "st": "go"}
                if does != GATHERS:
                    tokens[token]["via"] = flow
                if not place.chooses or not left:
                    self.queue.append(token)
                    return left
                try:
                    ways = self.choose(token)
                except Held as error:
                    self.hold(token, error.code, error.message, at="done")
                    return left - 1
                del tokens[token]
            else:
                ways = place.ways or ()
            left -= 1
            self.effects.append({"type": "completed", "element": node, "token": token})
        else:
            self.follow(ways, frame)
        left_there = self.counts[frame] = self.counts[frame] - 1
        if not left_there:
            self.empty = True
            self.settle(frame)
        return left

    def move(self, token: str, ways: Ways) -> None:
        """Put tokens on the flows and take the old one away."""
        frame = self.tokens[token]["frame"]
        self.follow(ways, frame)
        gone, state, counts = self.tokens.pop(token), self.state, self.counts
        counts[frame] -= 1
        if state["timers"] or state["incidents"] or "child" in gone:
            self.clear(token, gone)
        if not counts[frame]:
            self.empty = True
            self.settle(frame)

    def choose(self, token: str) -> Ways:
        """The flows a token takes. Held when no flow, or no certain one, can be taken."""
        place = self.places[self.tokens[token]["node"]]
        if place.ways is not None:
            return place.ways
        node, flows = place.node, place.flows
        taken: Iterable[Flow]
        if node.kind is Kind.EXCLUSIVE and flows:
            flow = self.choose_one(token, node, flows)
            return (place.out[flow.id],)
        if node.kind is Kind.PARALLEL or not flows or (len(flows) == 1 and flows[0].condition is None):
            taken = flows
        else:
            taken = [
                flow
                for flow in flows
                if flow.id != node.default and (flow.condition is None or self.open_to(token, flow))
            ] or [flow for flow in flows if flow.id == node.default]
        if flows and not taken:
            raise Held("no_flow", "No condition holds and there is no default flow.")
        return tuple(place.out[flow.id] for flow in taken) * node.given

    def choose_one(self, token: str, node: Node, flows: Iterable[Flow]) -> Flow:
        """The first flow whose condition holds; else the default, else the first without a condition."""
        free: Flow | None = None
        for flow in flows:
            if flow.id == node.default or flow.condition is None:
                free = flow if free is None or flow.id == node.default else free
            elif self.open_to(token, flow):
                return flow
        if free is None:
            raise Held("no_flow", "No condition holds and there is no default flow.")
        return free

    def open_to(self, token: str, flow: Flow) -> bool:
        """Whether the condition of a flow holds. Held when it is in a language that is not run here."""
        condition = flow.condition
        if condition is None:
            return True
        name = condition.feel
        if name is not None and (known := self.holder(token, name)) is not None:
            return known[name] is True
        try:
            return condition.truth(self.values(token), self.graph.names) is True
        except Foreign as error:
            raise Held("foreign", f"{flow.id}: {error}") from None

    # ------------------------------------------------------------------ ending

    def settle(self, frame: str) -> None:
        """A token has left a frame: perhaps all is done in it."""
        holder = self.frames.get(frame)
        if holder is None or self.counts.get(frame) or (holder.get("joins") and self.pending(holder)):
            return
        kind = holder["kind"]
        if frame == "0":
            self.state["status"] = "completed"
            self.state["timers"] = []
            self.tell("ended", status="completed")
            return
        self.own()
        if holder.get("todo") and kind == "sub":
            self.put(holder["todo"].pop(0), frame)
        elif kind in {"sub", "call"} and "dropped" in holder:
            self.drop(holder["owner"])
        elif kind in {"sub", "call"}:
            self.guard(holder["owner"], self.finish, at="finish")
        elif kind == "undo":
            self.undo_next(frame)

    @staticmethod
    def pending(holder: Json) -> bool:
        """Whether tokens wait at a join of a frame, or one of them has to go on a second time."""
        return any(held.get(_FIRED) != _ONCE for held in holder.get("joins", {}).values())
