"""What the durable half of the engine gives to its callers: plain values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

HUMAN, ITEM, CALL, NOTICE = "human", "item", "call", "notice"
"""Kinds of work that no handler does: people's, service items', other processes', messages to departments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One activity that somebody has to do."""

    token: str
    """Names the work within its instance; complete it with this."""
    element: str
    what: str
    """Name of the element, such as `userTask`."""
    name: str
    kind: str
    """`human`, `item`, `call`, `notice`, or the name of the handler that does it."""
    department: str = ""
    role: str = ""
    ours: Mapping[str, str]
    """Attributes of the element in our own namespace: `item`, `form`, `joint`, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """An instance without its state."""

    id: UUID
    code: str
    definition: str
    """Version of the definition."""
    process: str
    key: str
    stream: str
    owner: str
    parent: UUID | None
    parent_token: str
    version: int
    status: str
    """`active`, `suspended`, `completed` or `cancelled`."""
    started_at: datetime

    def after(self, status: str) -> "Facts":
        """The same one step later."""
        return Facts(
            id=self.id, code=self.code, definition=self.definition, process=self.process, key=self.key,
            stream=self.stream, owner=self.owner, parent=self.parent, parent_token=self.parent_token,
            version=self.version + 1, status=status, started_at=self.started_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one event did to an instance."""

    instance: Facts
    """As it stands afterwards."""
    changed: bool
    """False: the event meant nothing any more, such as work of a token that is gone."""
    cause: str = ""
    """Kind of event: `start`, `complete`, `tick` …"""
    opened: tuple[Work, ...] = ()
    """Work that came up."""
    closed: tuple[str, ...] = ()
    """Tokens whose work is done or was given up."""
    effects: tuple[Mapping[str, Any], ...] = ()
    """Everything, in its order, as `tongban.process.engine.step` gives it."""

    @property
    def completed(self) -> tuple[str, ...]:
        """Elements in the order in which they were completed."""
        return tuple(each["element"] for each in self.effects if each["type"] == "completed")

    @property
    def unmatched(self) -> bool:
        """Whether it was a message that nobody waits for."""
        return any(each["type"] == "unmatched" for each in self.effects)

    @property
    def incidents(self) -> tuple[Mapping[str, Any], ...]:
        """What is held up by this step: `id`, `element`, `code`, `message`."""
        return tuple(each for each in self.effects if each["type"] == "incident")
