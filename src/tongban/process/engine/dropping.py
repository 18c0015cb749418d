"""Tokens that go no further: a refusal that the model does not handle.

What only such a token could bring does not happen; everything else goes on. A join that needs it never
happens, an inclusive one no longer waits for it. A sub-process or repeated activity in which one was dropped
lets the rest of it end, and then goes no further itself. The process ends when nothing moves any more.
"""

from tongban.process.engine.catching import Catching
from tongban.process.engine.events import Refuse
from tongban.process.expressions import to_json
from tongban.process.graph import Definition, Trigger


class Dropping(Catching):
    """Lets tokens go no further."""

    def refuse(self, event: Refuse) -> bool:
        """Somebody's work ended in a refusal."""
        held = self.tokens.get(event.token)
        if held is None or held["st"] not in {"work", "wait"}:
            return False
        catcher = self.catcher(event.token, Definition(trigger=Trigger.ERROR, name=event.code), own=True)
        if catcher is None:
            self.drop(event.token)
        else:
            self.caught(catcher, to_json(dict(event.values)))
        return True

    def drop(self, token: str) -> None:
        """A token goes no further; its frame is marked, so that it does not count as done."""
        self.tell("dropped", element=self.tokens[token]["node"], token=token)
        frame = self.tokens[token]["frame"]
        holder = self.frames[frame]
        node = self.node(token)
        self.remove(token)
        holder["dropped"] = True
        if holder["kind"] == "multi":
            holder["over"] += 1
            if holder["over"] == holder["total"]:
                self.close_repeat(frame)
            elif node.loop is not None and node.loop.sequential:
                self.instance(frame)
        elif holder["kind"] == "loop":
            self.close_repeat(frame)
        elif holder["kind"] == "undo":
            self.undo_next(frame)
        else:
            self.settle(frame)

    def let_go(self) -> None:
        """Give up joins that wait for tokens which went no further."""
        while True:
            frame = next(
                (
                    name
                    for name, holder in self.frames.items()
                    if "dropped" in holder and not self.counts.get(name) and self.pending(holder)
                ),
                None,
            )
            if frame is None:
                return
            del self.frames[frame]["joins"]
            self.settle(frame)
            self.drain()
