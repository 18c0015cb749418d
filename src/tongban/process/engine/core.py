"""What every part of a step needs: variables, expressions, timers, and telling of what happens."""

from collections.abc import Mapping
from typing import Any

from tongban.kernel.errors import TongbanError
from tongban.process import timing
from tongban.process.cron import parse_cron
from tongban.process.engine.tokens import Json, Tokens
from tongban.process.expressions import Expression
from tongban.process.graph import Definition, Kind, Node

__all__ = ["COUNTS", "HERE", "Core", "Held", "Json"]

COUNTS = tuple(
    f"{number}Of{which}Instances"
    for number in ("number", "nr")
    for which in ("", "Active", "Completed", "Terminated")
)
"""What the instances of a repeated activity know of their number: the standard's names, and short ones."""
HERE = frozenset(("now", "today", *COUNTS))
"""Names that mean something only where they are asked for; a called process is not given them."""


class Held(Exception):  # noqa: N818 - a token stands still; it never leaves the engine
    """A token cannot go on: code and reason of the incident."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Core(Tokens):
    """State and effects of one step."""

    # ------------------------------------------------------------------ variables

    def values(self, token: str | None) -> Json:
        """What an expression sees at a token; None: at the outermost frame."""
        seen = self.times().copy()
        for holder in [*self.chain(token)][::-1] if token is not None else (self.frames["0"],):
            if "over" in holder:
                seen |= self.counted(holder, holder["over"])
            if "vars" in holder:
                seen.update(holder["vars"])
        return seen

    def holder(self, token: str, name: str) -> Json | None:
        """The variables in which an expression at a token finds a name; None where `values` has to tell."""
        held = self.tokens[token]
        frame = self.frames[held["frame"]]
        known: Json | None = frame.get("vars")
        plain = known is not None and name in known and "over" not in frame and "vars" not in held
        return known if plain else None

    def counted(self, holder: Json, over: int) -> Json:
        """What the instances of a repeated activity, and its conditions, know of their number."""
        total = holder["total"]
        loop = self.graph.nodes[holder["node"]].loop
        running = total - over if loop is None or not loop.sequential else min(1, total - over)
        return dict(zip(COUNTS, (total, running, over, 0) * 2, strict=True))

    def times(self) -> Json:
        """The names that tell the time."""
        if not self.clock:
            self.clock = {"now": self.now, "today": self.now.astimezone(self.calendar.zone).date()}
        return self.clock

    def frame_values(self, frame: str) -> Json:
        """What an expression sees in a frame itself."""
        seen: Json = dict(self.frames[frame].get("vars", {}))
        owner = self.frames[frame].get("owner")
        if owner is not None and self.frames[frame]["kind"] != "call":
            for name, value in self.values(owner).items():
                seen.setdefault(name, value)
        else:
            seen |= self.times()
        return seen

    def assign(self, token: str | None, values: Mapping[str, Any]) -> None:
        """Set variables where they are known, otherwise in the process."""
        if not values:
            return
        self.changed = True
        holders = list(self.chain(token)) if token is not None else [self.frames["0"]]
        for name, value in values.items():
            holder = next((each for each in holders if name in each.get("vars", {})), holders[-1])
            holder.setdefault("vars", {})[name] = value

    def bring(self, token: str, node: Node, values: Mapping[str, Any]) -> None:
        """Set what an event or somebody's work brings; where mappings say what stays, only for them."""
        if node.share_out:
            self.assign(token, values)
        else:
            self.set_local(token, values)

    def assign_outside(self, token: str, values: Mapping[str, Any]) -> None:
        """Set variables as `assign` does, passing over those of the token but an instance's own result."""
        held = self.tokens[token]
        own = held.pop("vars", None)
        loop = self.node(token).loop if own and "i" in held else None
        kept = loop.result if loop is not None else ""
        if own and kept in own:
            held["vars"] = {kept: own[kept]}
        self.assign(token, values)
        if own is not None:
            held["vars"] = own | held.get("vars", {})

    def set_local(self, token: str, values: Mapping[str, Any]) -> None:
        """Set variables that only the token and what is inside it see."""
        if values:
            self.changed = True
            self.tokens[token].setdefault("vars", {}).update(values)

    def evaluate(self, expression: Expression, values: Json) -> Any:
        """The value of an expression; Held when it cannot be read here."""
        try:
            return expression.evaluate(values, self.graph.names)[0]
        except TongbanError as error:
            raise Held("expression", str(error)) from None

    def holds(self, expression: Expression, values: Json) -> bool:
        """Whether a condition is true; null is not. Held when it cannot be read here."""
        return self.evaluate(expression, values) is True

    # ------------------------------------------------------------------ timers

    def schedule(  # noqa: C901 - one branch per way to say a time
        self, definition: Definition, node: str, values: Json, **whose: str
    ) -> None:
        """Set the timer of an event. Held when it says no time."""
        if definition.value is None:
            raise Held("timer", "The timer does not say when.")
        value = self.evaluate(definition.value, values)
        text = value if isinstance(value, str) else ""
        entry: Json = {"node": node, **whose}
        if definition.timer == "cycle" and (cycle := timing.parse_cycle(text, self.calendar)):
            if cycle.times == 0:
                return
            first = cycle.start or cycle.every.after(self.now, self.calendar)
            if cycle.end is not None and first > cycle.end:
                return
            entry |= {"at": timing.written(max(first, self.now)), "every": cycle.text}
            if cycle.every.months:  # each turn from the beginning: 31 January, 28 February, 31 March
                begun = timing.written(self.now) if cycle.start is None else entry["at"]
                entry |= {"from": begun, "turn": 0 if cycle.start is not None else 1}
            if cycle.times is not None:
                entry["left"] = cycle.times - 1
            if cycle.end is not None:
                entry["end"] = timing.written(cycle.end)
        elif definition.timer == "cycle" and (cron := parse_cron(text)):
            fitting = cron.after(self.now, self.calendar.zone)
            if fitting is None:
                return
            entry |= {"at": timing.written(fitting), "cron": text}
        elif definition.timer in {"duration", "cycle"} and (
            span := timing.parse_span(text, workdays=definition.workdays)
        ):
            entry["at"] = timing.written(max(span.after(self.now, self.calendar), self.now))
        elif definition.timer == "date" and (moment := timing.parse_moment(text, self.calendar)):
            entry["at"] = timing.written(max(moment, self.now))
        else:
            raise Held("timer", f"The {definition.timer or 'time'} of the timer has no value that is one.")
        self.state["timers"].append(entry)

    def again(self, entry: Json) -> None:
        """Put a repeated timer back for its next turn."""
        if cron := parse_cron(entry.get("cron", "")):
            fitting = cron.after(timing.read_moment(entry["at"]), self.calendar.zone)
            if fitting is not None:
                self.state["timers"].append({**entry, "at": timing.written(fitting)})
            return
        if "every" not in entry or entry.get("left") == 0:
            return
        span = timing.parse_span(entry["every"])
        if span is None:
            return
        turn = {"turn": entry["turn"] + 1} if "turn" in entry else {}
        if turn:
            begun, span = timing.read_moment(entry["from"]), span.times(turn["turn"])
        else:
            begun = timing.read_moment(entry["at"])
        due = timing.written(span.after(begun, self.calendar))
        if due <= entry["at"] or ("end" in entry and due > entry["end"]):
            return
        follow = {**entry, "at": due, **turn}
        if "left" in entry:
            follow["left"] = entry["left"] - 1
        self.state["timers"].append(follow)

    # ------------------------------------------------------------------ telling

    def tell(self, kind: str, /, **more: Any) -> None:
        """Add an effect."""
        self.effects.append({"type": kind, **more})

    def completed(self, token: str) -> None:
        """Tell that the element a token is at is done."""
        self.effects.append({"type": "completed", "element": self.tokens[token]["node"], "token": token})

    def hold(self, token: str, code: str, message: str, *, at: str) -> None:
        """Stop a token with an incident. `at`: what is tried again, `enter`, `leave` or `work`."""
        held = self.tokens[token]
        held["st"] = "held"
        held["at"] = at
        incident = {"id": self.number(), "token": token, "element": held["node"], "code": code,
                    "message": message}  # fmt: skip
        self.state["incidents"].append(incident)
        self.tell("incident", **{key: value for key, value in incident.items() if key != "token"})

    # ------------------------------------------------------------------ done by the modules beside

    def enter(self, token: str) -> None:
        """A token arrives at its node (`flowing`)."""
        raise NotImplementedError

    def done(self, token: str) -> None:
        """An event or gateway is done; the token goes on (`flowing`)."""
        raise NotImplementedError

    def leave(self, token: str) -> None:
        """An activity is done and told; the token goes on (`flowing`)."""
        raise NotImplementedError

    def pass_on(self, token: str) -> None:
        """A caught event gives its data and is done (`catching`)."""
        raise NotImplementedError

    def settle(self, frame: str) -> None:
        """A token has left a frame: perhaps it is done (`flowing`)."""
        raise NotImplementedError

    def hand_out(self, token: str, node: Node) -> None:
        """An activity is work for somebody (`working`)."""
        raise NotImplementedError

    def begin(self, token: str) -> None:
        """An activity begins (`working`)."""
        raise NotImplementedError

    def finish(self, token: str) -> None:
        """An activity is done (`working`)."""
        raise NotImplementedError

    def after(self, token: str) -> None:
        """On from an activity that is done (`working`)."""
        raise NotImplementedError

    def open_scope(self, frame: str, scope: str, at: str = "") -> None:
        """Put the first tokens into a new frame (`working`)."""
        raise NotImplementedError

    def throw(self, token: str) -> None:
        """A throwing event happens (`throwing`)."""
        raise NotImplementedError

    def drop(self, token: str) -> None:
        """A token goes no further (`dropping`)."""
        raise NotImplementedError

    def announce(self, token: str, definition: Definition) -> None:
        """Throw an event that no node stands for (`throwing`)."""
        raise NotImplementedError

    def undo_next(self, frame: str) -> None:
        """The next activity is undone (`throwing`)."""
        raise NotImplementedError

    def conditions(self) -> None:
        """Variables have changed: conditional events look at them (`catching`)."""
        raise NotImplementedError

    def is_instance(self, token: str) -> bool:
        """Whether a token is one run of an activity that is done several times."""
        return self.frames[self.tokens[token]["frame"]]["kind"] in {"multi", "loop"}

    def kind(self, token: str) -> Kind:
        """The kind of node a token is at."""
        return self.node(token).kind
