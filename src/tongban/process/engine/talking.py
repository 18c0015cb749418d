"""Conversations: which messages belong together, by the correlation properties of what was sent and got."""

from typing import Any

from tongban.process.engine.core import Core, Held, Json


class Talking(Core):
    """Knows the conversations that frames are in."""

    def properties(self, message: str, values: Json, key: Any = None) -> Json:
        """The correlation properties of a message, as its content says them; those without value left out."""
        found: Json = {}
        for name, expression in self.graph.correlations.get(message, ()):
            try:
                value = self.evaluate(expression, values)
            except Held:
                value = None
            value = key if value is None else value
            if value is not None:
                found[name] = value
        return found

    def known_keys(self, frame: str) -> Json:
        """The conversation that a frame is in: its own properties before those around it."""
        known: Json = {}
        at: str | None = frame
        while at is not None:
            known = self.frames[at].get("keys", {}) | known
            owner = self.frames[at].get("owner")
            at = self.tokens[owner]["frame"] if owner is not None else None
        return known

    def remember_keys(self, frame: str, keys: Json) -> None:
        """The first message of a conversation says what belongs to it."""
        known = self.known_keys(frame)
        fresh = {name: value for name, value in keys.items() if name not in known}
        if fresh:
            self.frames[frame].setdefault("keys", {}).update(fresh)

    def send(self, token: str, message: str) -> None:
        """Tell of a message that leaves, with what correlates it."""
        more: Json = {}
        if message in self.graph.correlations:
            frame = self.tokens[token]["frame"]
            said = self.properties(message, self.values(token))
            known = self.known_keys(frame)
            names = [name for name, _ in self.graph.correlations[message]]
            keys = {name: said.get(name, known.get(name)) for name in names}
            more["keys"] = {name: value for name, value in keys.items() if value is not None}
            self.remember_keys(frame, more["keys"])
        self.tell("send", element=self.tokens[token]["node"], name=message, **more)
