"""What an event is, and the register of all event types.

Each room declares its events as frozen dataclasses in its `events.py` and registers them here; the journal
knows types only through this register, so it depends on no room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Literal, Protocol, TypeVar
from uuid import UUID

from tongban.kernel.errors import InvalidInput

TYPE_PREFIX = "tongban."
EventT = TypeVar("EventT")


class Event(Protocol):
    """A typed fact: a frozen dataclass of plain JSON fields (ids, codes, times, counts), nothing personal."""

    TYPE: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event: a kind and an opaque id, never a name."""

    kind: Literal["person", "staff", "department", "system"]
    id: str


SYSTEM = Actor("system", "tongban")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as it stands in the journal."""

    position: int
    """Order over the whole journal; gaps are possible, order within a transaction is kept."""
    id: UUID
    stream: str
    """What the event is about: an application id, or a named stream such as `catalogue`."""
    seq: int
    """1, 2, 3 … within the stream, without gaps."""
    type: str
    at: datetime
    actor: Actor
    data: Mapping[str, Any]
    commitment: str | None
    """SHA-256 (hex) of salt and canonical payload; None when nothing personal belongs to the event."""
    prev: str
    """Hash of the stream's event before this one; 64 zeros for the first."""
    hash: str
    """SHA-256 (hex) of the canonical event with `prev` in it: a chain per stream."""


_registered: dict[str, type[Any]] = {}


def register(cls: type[EventT]) -> type[EventT]:
    """Class decorator: make an event type known by its `TYPE`; a second class of that name is refused."""
    name: str = cls.TYPE  # type: ignore[attr-defined]
    if not name.startswith(TYPE_PREFIX):
        raise ValueError(f"{name}: an event type starts with {TYPE_PREFIX}")
    if name in _registered and _registered[name] is not cls:
        raise ValueError(f"{name} is registered twice: {_registered[name]!r} and {cls!r}")
    _registered[name] = cls
    return cls


def find(name: str) -> type[Any] | None:
    """The event type of that name."""
    return _registered.get(name)


def registered() -> Mapping[str, type[Any]]:
    """All known event types by name."""
    return dict(_registered)


def data_of(event: Event) -> dict[str, Any]:
    """The event's fields as plain JSON: what they hold is plain already."""
    names, values = _names(type(event))
    return dict(zip(names, values(event), strict=True))


@cache
def _names(cls: type[Event]) -> tuple[tuple[str, ...], Callable[[Event], tuple[Any, ...]]]:
    names = tuple(each.name for each in fields(cls))
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda event: tuple(getattr(event, name) for name in names)


def typed(recorded: Recorded) -> Any:
    """The recorded event as its typed value; an unknown type is an error, unknown fields are ignored.

    Old events stay readable when a type gains a field with a default.
    """
    cls = _registered.get(recorded.type)
    if cls is None:
        raise InvalidInput("journal.unknown_type", f"No event type {recorded.type} is registered.")
    known = {field.name for field in fields(cls)}
    return cls(**{key: value for key, value in recorded.data.items() if key in known})


Handler = Callable[[Recorded], None]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class EventGivenUp:
    """An operator took an event away from a subscriber that could not take it.

    The stream is `subscription:<name>`; the reason is the payload.
    """

    TYPE: ClassVar[str] = "tongban.journal.event_given_up"
    subscription: str
    event: str
    """Id of the event."""
    event_type: str
    about: str
    """Its stream."""
    error: str
    attempts: int
