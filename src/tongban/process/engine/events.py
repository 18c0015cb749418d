"""What can happen to an instance from outside.

Events are tuples with names: thousands of them are made in a second.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Values = Mapping[str, Any]
_NOTHING: Values = {}


class Start(NamedTuple):
    """The instance begins: at its plain start events, or at the one that was triggered."""

    values: Values = _NOTHING
    at: str = ""
    keys: Values = _NOTHING
    """Correlation properties of the message that began it."""


class Complete(NamedTuple):
    """The work of a token is done. For a token that is gone nothing changes."""

    token: str
    values: Values = _NOTHING


class Fail(NamedTuple):
    """The work of a token ended in an error that the model may handle."""

    token: str
    code: str
    message: str = ""
    values: Values = _NOTHING


class Refuse(NamedTuple):
    """The work of a token ended without what the way on needs, and that is no fault of the process.

    A model may handle it like an error of that code. Otherwise the token goes no further: what only it could
    bring does not happen, everything else goes on, and no incident arises.
    """

    token: str
    code: str
    values: Values = _NOTHING


class Escalate(NamedTuple):
    """The work of a token raises an escalation; it goes on unless it is interrupted."""

    token: str
    code: str


class Message(NamedTuple):
    """A message has come. The same id again changes nothing."""

    name: str
    id: str = ""
    key: Any = None
    values: Values = _NOTHING
    keys: Values = _NOTHING
    """Correlation properties, when whoever sends it knows them better than its content."""
    target: str = ""
    """The one event that it is meant for (the end of a message flow); empty: whoever waits for the name."""


class Signal(NamedTuple):
    """A signal for everybody who waits for it."""

    name: str
    values: Values = _NOTHING


class Tick(NamedTuple):
    """Time has passed: timers that are due fire, the earliest first."""


class SetVariables(NamedTuple):
    """Variables change from outside."""

    values: Values


class Retry(NamedTuple):
    """Try again what an incident holds up; the incident is gone only if it works."""

    incident: str
    values: Values = _NOTHING


class Hold(NamedTuple):
    """The work of a token cannot be done, for a reason that is no error of the model: an incident."""

    token: str
    code: str
    message: str


class Move(NamedTuple):
    """Somebody puts a token elsewhere in its scope; what it did where it was is given up."""

    token: str
    target: str


class Hasten(NamedTuple):
    """Somebody lets the timers of an event run out now instead of at their time."""

    node: str


class Suspend(NamedTuple):
    """Nothing happens until `Resume`."""


class Resume(NamedTuple):
    """The instance goes on."""


class Cancel(NamedTuple):
    """The instance is given up."""


Event = (
    Start
    | Complete
    | Fail
    | Refuse
    | Escalate
    | Message
    | Signal
    | Tick
    | SetVariables
    | Retry
    | Hold
    | Move
    | Hasten
    | Suspend
    | Resume
    | Cancel
)
