"""One step under way: its tokens and frames. What else a step needs, and what moves them, stands beside.

A *token* is at a node. A *frame* is an open scope: a process, a sub-process, one activity done several
times, a compensation. Every frame but the outermost belongs to a token. Both are plain JSON and named by
numbers as text.

=========  =================================================================================
token      `node`, `frame`, `st`, `via`?, `vars`?, `child`? frame, `i`? number of the instance,
           `aside`? it only holds what is undone beside
`st`       `go` moving, `work` with somebody, `wait` for an event, `race` at an event-based
           gateway, `body` has a frame of its own, `held` by an incident
frame      `node`, `kind` process | sub | call | multi | loop | undo, `owner`? token, `vars`?,
           `joins`? node → flow → tokens, `done`? activities that can be undone, `keys`? correlation,
           `dropped`? a token of it went no further
timer      `at`, `node` and `token` or `frame`, `left`? repetitions, `every`?, `from`? and `turn`?
           what months are counted from, and how many turns
=========  =================================================================================
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice, takewhile
from operator import itemgetter, lt
from typing import Any

from tongban.kernel.calendar import Calendar
from tongban.process.decisions import Decisions
from tongban.process.graph import Graph, Node
from tongban.process.places import GATHERS, LIMIT, WORKS, Ways

Json = dict[str, Any]
_FRAME = itemgetter("frame")
_TOKEN = 3
"""Parts that every token has: `node`, `frame`, `st`."""
_DEEPER = frozenset(("joins", "hits"))
"""Parts of a token or frame that hold counts or lists by name."""


class Tokens:
    """The state of one step: what moves in it."""

    def __init__(
        self,
        graph: Graph,
        state: Json,
        now: datetime,
        calendar: Calendar,
        decisions: Decisions | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self.graph = graph
        self.places = graph.places
        self.joins_wait = graph.has_waiting_joins
        self.conditions_wait = graph.has_conditions
        self.decisions: Decisions = decisions or {}
        self.state = state
        self.now = now
        self.calendar = calendar
        self.tokens: dict[str, Json] = state["tokens"]
        self.frames: dict[str, Json] = state["frames"]
        self.queue: deque[str] = deque()
        self.effects: list[Json] = []
        self.counts = dict.fromkeys(self.frames, len(self.tokens))
        """Tokens of each frame."""
        if len(self.frames) > 1:
            self.counts = dict.fromkeys(self.frames, 0) | Counter(map(_FRAME, self.tokens.values()))
        self.changed = False
        self.shared = shared
        """Tokens from before this step are those of the state before; `own` is called before one changes."""
        self.empty = 0 in self.counts.values()
        """Perhaps a frame has no token."""
        self.left = LIMIT
        """Nodes that may still be entered in this step."""
        self.clock: Json = {}
        self.hearing: tuple[list[str], list[str], int] = ([], [], 0)
        """Tokens and frames that may hear a signal, among those up to a number."""

    def own(self) -> None:
        """Copy the tokens that belong to the state before as well: from here on any of them may change."""
        if self.shared:
            self.shared = False
            held = own_tokens(self.tokens)
            self.tokens.clear()
            self.tokens.update(held)

    def node(self, token: str) -> Node:
        """The node a token is at."""
        return self.graph.nodes[self.tokens[token]["node"]]

    def number(self) -> str:
        """A number that was never used in this instance."""
        number = self.state["next"] = self.state["next"] + 1
        return str(number)

    def hearers(self) -> tuple[list[str], list[str]]:
        """The tokens and frames that may hear a signal, the oldest first.

        Numbers only grow, and both are kept in their order: only those that are new are looked at, so that
        many signals of one step do not look at everything each time.
        """
        tokens, frames, seen = self.hearing
        at, stand_by = self.graph.hearing, self.graph.standing_by
        tokens = [each for each in tokens if each in self.tokens]
        frames = [each for each in frames if each in self.frames]
        fresh = takewhile(lambda each: int(each) > seen, reversed(self.tokens))
        tokens += [each for each in fresh if self.tokens[each]["node"] in at][::-1]
        opened = takewhile(lambda each: int(each) > seen or not seen, reversed(self.frames))
        frames += [each for each in opened if self.frames[each]["node"] in stand_by][::-1]
        self.hearing = (tokens, frames, self.state["next"])
        return tokens, frames

    def put(self, node: str, frame: str, **more: Any) -> str:
        """A new token at a node; it moves when its turn comes."""
        token = self.number()
        held = {"node": node, "frame": frame, "st": "go"}
        if more:
            held |= more
        self.tokens[token] = held
        self.counts[frame] = self.counts.get(frame, 0) + 1
        if held["st"] == "go":
            self.queue.append(token)
        return token

    def follow(self, ways: Ways, frame: str) -> None:
        """New tokens along flows, made as `put` makes them.

        Two kinds of nodes take a token in as the flow brings it: a parallel join, which has a token of its
        own once it is full, and an activity that is nothing but work for somebody.
        """
        state, tokens, tell = self.state, self.tokens, self.effects.append
        number = before = state["next"]
        for flow, target, does, what, full in ways:
            if does == GATHERS:
                if self.gather(flow, target, full, frame):
                    number += 1
                    token = str(number)
                    tokens[token] = {"node": target, "frame": frame, "st": "go"}
                    self.queue.append(token)
                continue
            number += 1
            token = str(number)
            if does == WORKS:
                tokens[token] = {"node": target, "frame": frame, "st": "work"}
                tell({"type": "work", "element": target, "token": token, "what": what})
            else:
                tokens[token] = {"node": target, "frame": frame, "st": "go", "via": flow}
                self.queue.append(token)
        state["next"] = number
        self.counts[frame] += number - before

    def gather(self, flow: str, join: str, full: Mapping[str, int], frame: str) -> bool:
        """A flow brings a token to a parallel join; whether that is full, and so has a token of its own."""
        holder = self.frames[frame]
        joins: dict[str, Json] | None = holder.get("joins")
        if joins is None:
            joins = holder["joins"] = {}
        held = joins.get(join)
        if held is None:
            joins[join] = {flow: 1}
            return False
        held[flow] = held.get(flow, 0) + 1
        if len(held) < len(full) or not held.keys() >= full.keys():
            return False
        self.consume(joins, join, full)
        return True

    @staticmethod
    def consume(joins: dict[str, Json], node: str, flows: Iterable[str]) -> None:
        """Take one token of each flow away from a join."""
        held = joins[node]
        if held == flows:
            del joins[node]
            return
        for flow in flows:
            held[flow] -= 1
            if not held[flow]:
                del held[flow]
        if not held:
            del joins[node]

    def open(self, node: str, kind: str, owner: str | None, **more: Any) -> str:
        """A new frame."""
        frame = self.number()
        self.frames[frame] = {"node": node, "kind": kind, **more}
        if owner is not None:
            self.frames[frame]["owner"] = owner
            self.tokens[owner]["child"] = frame
            self.tokens[owner]["st"] = "body"
        return frame

    def inside(self, frame: str) -> list[str]:
        """The tokens of a frame."""
        if not self.counts.get(frame):
            return []
        return [each for each, token in self.tokens.items() if token["frame"] == frame]

    def remove(self, token: str) -> None:
        """Take a token away with all that belongs to it; its frame is not looked at."""
        gone = self.tokens.pop(token, None)
        if gone is None:
            return
        frame = gone["frame"]
        self.counts[frame] -= 1
        if not self.counts[frame]:
            self.empty = True
        state = self.state
        if state["timers"] or state["incidents"] or "child" in gone:
            self.clear(token, gone)

    def clear(self, token: str, gone: Json) -> None:
        """Take away what belongs to a token that is gone."""
        if self.state["timers"]:
            self.forget("token", token)
        if self.state["incidents"]:
            self.state["incidents"] = [each for each in self.state["incidents"] if each["token"] != token]
        if "child" in gone:
            self.close(gone["child"])

    def close(self, frame: str) -> None:
        """Take a frame away with all its tokens."""
        for token in self.inside(frame):
            self.remove(token)
        self.frames.pop(frame, None)
        self.forget("frame", frame)
        self.state["incidents"] = [each for each in self.state["incidents"] if each.get("frame") != frame]

    def forget(self, what: str, name: str, node: str = "") -> None:
        """Drop the timers of a token or frame, or only those of one event."""
        timers = self.state["timers"]
        if timers:
            self.state["timers"] = [
                each for each in timers if each.get(what) != name or (node and each["node"] != node)
            ]

    def chain(self, token: str) -> Iterator[Json]:
        """Everything that can hold variables, the nearest first: the token, its frame, the frame's owner."""
        at: str | None = token
        while at is not None:
            yield self.tokens[at]
            frame = self.frames[self.tokens[at]["frame"]]
            yield frame
            at = None if frame["kind"] == "call" else frame.get("owner")


def own_tokens(held: Json) -> Json:
    """Copies of tokens, in the order of their numbers."""
    copies = {name: each.copy() if len(each) == _TOKEN else _flat(each) for name, each in held.items()}
    return _ordered(copies)


def own_frames(held: Json) -> Json:
    """Copies of frames, in the order of their numbers."""
    return _ordered({name: _flat(each) for name, each in held.items()})


def _ordered(held: Json) -> Json:
    if len(held) < 2:  # noqa: PLR2004 - one has no order
        return held
    numbers = list(map(int, held))
    if all(map(lt, numbers, islice(numbers, 1, None))):
        return held
    return dict(sorted(held.items(), key=lambda item: int(item[0])))


def _flat(holder: Json) -> Json:
    """A copy of a token or frame, with the lists and counts in it."""
    made = holder.copy()
    for key, value in holder.items():
        if type(value) is list:
            made[key] = value.copy()
        elif type(value) is dict:
            made[key] = value.copy()
            if key in _DEEPER:
                made[key] = {name: inner.copy() for name, inner in value.items()}
    return made
