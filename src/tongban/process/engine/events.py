"""What can happen to an instance from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """The instance begins: at its plain start events, or at the one that was triggered."""

    values: Values = field(default_factory=dict)
    at: str = ""
    keys: Values = field(default_factory=dict)
    """Correlation properties of the message that began it."""


@dataclass(frozen=True, slots=True)
class Complete:
    """The work of a token is done. For a token that is gone nothing changes."""

    token: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fail:
    """The work of a token ended in an error that the model may handle."""

    token: str
    code: str
    message: str = ""
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refuse:
    """The work of a token ended without what the way on needs, and that is no fault of the process.

    A model may handle it like an error of that code. Otherwise the token goes no further: what only it could
    bring does not happen, everything else goes on, and no incident arises.
    """

    token: str
    code: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Escalate:
    """The work of a token raises an escalation; it goes on unless it is interrupted."""

    token: str
    code: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message has come. The same id again changes nothing."""

    name: str
    id: str = ""
    key: Any = None
    values: Values = field(default_factory=dict)
    keys: Values = field(default_factory=dict)
    """Correlation properties, when whoever sends it knows them better than its content."""
    target: str = ""
    """The one event that it is meant for (the end of a message flow); empty: whoever waits for the name."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal for everybody who waits for it."""

    name: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: timers that are due fire, the earliest first."""


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Variables change from outside."""

    values: Values


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again what an incident holds up; the incident is gone only if it works."""

    incident: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hold:
    """The work of a token cannot be done, for a reason that is no error of the model: an incident."""

    token: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody puts a token elsewhere in its scope; what it did where it was is given up."""

    token: str
    target: str


@dataclass(frozen=True, slots=True)
class Suspend:
    """Nothing happens until `Resume`."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The instance goes on."""


@dataclass(frozen=True, slots=True)
class Cancel:
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
    | Suspend
    | Resume
    | Cancel
)
