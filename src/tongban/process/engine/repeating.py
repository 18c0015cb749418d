"""Repetition: activities that are done for each of a list, so many times, or as long as something holds."""

from typing import Any

from tongban.process.engine.core import Held, Json
from tongban.process.engine.flowing import Flowing
from tongban.process.graph import Loop, Node

MAX_INSTANCES = 10_000


def agreed(element: str) -> str:
    """The variable that says whether nobody objected in a joint review."""
    return f"{element}_agreed"


class Repeating(Flowing):
    """Runs activities several times."""

    def repeat(self, token: str, node: Node, loop: Loop) -> None:
        """Do an activity several times."""
        if loop.standard:
            self.loop(token, node, loop)
            return
        items, total = self.runs(token, loop)
        frame = self.open(node.id, "multi", token, next=0, total=total, over=0)
        if items is not None:
            self.frames[frame]["items"] = items
        if loop.output:
            self.frames[frame]["out"] = [None] * total
        if node.risk is not None or node.asks_risk:  # an objection of an earlier round is none of this one
            self.assign(token, {agreed(node.id): None if total else True})
        if not total:
            self.close_repeat(frame)
        for _ in range(min(total, 1) if loop.sequential else total):
            self.instance(frame)

    def loop(self, token: str, node: Node, loop: Loop) -> None:
        """Begin a standard loop, which may be over before its first run."""
        asked = loop.condition if loop.test_before else None
        if asked is not None and not self.holds(asked, self.values(token) | {"loopCounter": 0}):
            self.forget("token", token)
            self.leave(token)
            return
        self.instance(self.open(node.id, "loop", token, next=0))

    def runs(self, token: str, loop: Loop) -> tuple[list[Any] | None, int]:
        """What a multi-instance activity is done for, and how many times. Held: no list, or too many."""
        values = self.values(token)
        items: list[Any] | None = None
        if loop.collection is not None:
            held = self.evaluate(loop.collection, values)
            if not isinstance(held, list):
                raise Held("collection", "What the activity is done for is no list.")
            items = held
        total = len(items) if items is not None else self.cardinality(loop, values)
        if total > MAX_INSTANCES:
            raise Held("instances", f"The activity is to be done {total} times; {MAX_INSTANCES} are allowed.")
        return items, total

    def cardinality(self, loop: Loop, values: Json) -> int:
        """How many instances; Held when it is no whole number."""
        value = self.evaluate(loop.cardinality, values) if loop.cardinality is not None else None
        if isinstance(value, str) and value.strip().isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise Held("cardinality", "The number of instances is no whole number.")
        return value

    def instance(self, frame: str) -> None:
        """The next run of a repeated activity."""
        holder = self.frames[frame]
        node = self.graph.nodes[holder["node"]]
        number = holder["next"]
        holder["next"] += 1
        first = node.loop.first if node.loop is not None else 1
        local: Json = {"loopCounter": number + first}
        if "items" in holder and node.loop is not None and node.loop.item:
            local[node.loop.item] = holder["items"][number]
        if "out" in holder and node.loop is not None and node.loop.result:
            local.setdefault(node.loop.result, None)
        self.put(node.id, frame, i=number, vars=local)

    def instance_over(self, token: str, node: Node) -> None:
        """One run is done: the next, or on."""
        frame = self.tokens[token]["frame"]
        holder = self.frames[frame]
        loop = node.loop
        values = self.values(token)
        if loop is None:
            return
        if holder["kind"] == "loop":
            again = self.once_more(loop, holder["next"], values)
            self.remove(token)
            if again:
                self.instance(frame)
            else:
                self.close_repeat(frame)
            return
        over = holder["over"] + 1
        if "out" in holder and loop.output_item is not None:
            holder["out"][self.tokens[token]["i"]] = self.evaluate(loop.output_item, values)
        counts = self.counted(holder, over)
        enough = loop.until is not None and self.holds(loop.until, values | counts)
        holder["over"] = over
        if not self.told(token, loop, over, values | counts):
            return
        self.remove(token)
        if enough:
            holder.pop("dropped", None)
        if enough or over == holder["total"]:
            self.close_repeat(frame)
        elif loop.sequential:
            self.instance(frame)

    def told(self, token: str, loop: Loop, over: int, values: Json) -> bool:
        """Throw what one run throws as it ends; whether the activity goes on after that."""
        for condition, definition in loop.tells if over == 1 or not loop.tells_once else ():
            if condition is None or self.holds(condition, values):
                self.announce(token, definition)
            if token not in self.tokens:
                return False
        return True

    def once_more(self, loop: Loop, count: int, values: Json) -> bool:
        """Whether a standard loop goes on after `count` runs."""
        if loop.maximum is not None:
            most = self.evaluate(loop.maximum, values)
            if isinstance(most, int) and count >= most:
                return False
            if loop.condition is None:
                return isinstance(most, int)
        return loop.condition is not None and self.holds(loop.condition, values)

    def close_repeat(self, frame: str) -> None:
        """All runs are done or dropped: the activity is left."""
        holder = self.frames[frame]
        owner = holder["owner"]
        if "dropped" in holder:
            self.drop(owner)
            return
        node = self.graph.nodes[holder["node"]]
        self.close(frame)
        del self.tokens[owner]["child"]
        self.forget("token", owner)
        if "out" in holder and node.loop is not None:
            self.assign_outside(owner, {node.loop.output: holder["out"]})
        self.after(owner)
