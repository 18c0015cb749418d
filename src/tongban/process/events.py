"""What process writes into the journal: ids, elements and counts; variables never go into an event.

Every step of an instance writes one `Stepped` with its number, so that the journal tells all steps without a
gap; what somebody may want to hear of by itself stands beside it as an event of its own.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from tongban.journal.events import register


@register
@dataclass(frozen=True, slots=True)
class DefinitionDeployed:
    """A version of a model can be run (stream `process:<code>`)."""

    TYPE: ClassVar[str] = "tongban.process.deployed"
    code: str
    version: str
    active: bool


@register
@dataclass(frozen=True, slots=True)
class Started:
    """An instance has begun."""

    TYPE: ClassVar[str] = "tongban.process.started"
    instance: str
    code: str
    version: str
    process: str
    parent: str = ""


@register
@dataclass(frozen=True, slots=True)
class Stepped:
    """One step: what was completed, what came up."""

    TYPE: ClassVar[str] = "tongban.process.stepped"
    instance: str
    step: int
    cause: str
    """Kind of what happened: `start`, `complete`, `fail`, `message`, `tick`, `move` …"""
    at: str = ""
    """The element whose work was done or failed."""
    completed: list[str] = field(default_factory=list)
    """Elements in the order in which they were completed."""
    opened: list[dict[str, str]] = field(default_factory=list)
    """Work that came up: token and element."""
    waits: list[dict[str, str]] = field(default_factory=list)
    """Events that are waited for: token and element."""
    skipped: list[dict[str, str]] = field(default_factory=list)
    """Activities left out because their result is known: element, token, reason as the model gives it."""
    dropped: list[dict[str, str]] = field(default_factory=list)
    """Refused work, and what around it goes no further because of that: token and element."""


@register
@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """An instance is held up at an element."""

    TYPE: ClassVar[str] = "tongban.process.incident_opened"
    instance: str
    incident: str
    element: str
    code: str


@register
@dataclass(frozen=True, slots=True)
class IncidentSolved:
    """What held an instance up has been tried again and has worked."""

    TYPE: ClassVar[str] = "tongban.process.incident_solved"
    instance: str
    incident: str
    element: str


@register
@dataclass(frozen=True, slots=True)
class Suspended:
    """An instance stands still until it is resumed. The reason is in the payload."""

    TYPE: ClassVar[str] = "tongban.process.suspended"
    instance: str


@register
@dataclass(frozen=True, slots=True)
class Resumed:
    """A suspended instance goes on."""

    TYPE: ClassVar[str] = "tongban.process.resumed"
    instance: str


@register
@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody gave an instance up. The reason is in the payload."""

    TYPE: ClassVar[str] = "tongban.process.cancelled"
    instance: str


@register
@dataclass(frozen=True, slots=True)
class WorkAssigned:
    """Somebody has taken, got or given back open work; `assignee` is an opaque id, empty for nobody."""

    TYPE: ClassVar[str] = "tongban.process.work_assigned"
    instance: str
    token: str
    element: str
    assignee: str


@register
@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Somebody changed variables from outside; their names only."""

    TYPE: ClassVar[str] = "tongban.process.variables_set"
    instance: str
    names: list[str]


@register
@dataclass(frozen=True, slots=True)
class Erased:
    """The variables of an instance were destroyed."""

    TYPE: ClassVar[str] = "tongban.process.erased"
    instance: str


@register
@dataclass(frozen=True, slots=True)
class TokenMoved:
    """Somebody moved a token by hand. The reason is in the payload."""

    TYPE: ClassVar[str] = "tongban.process.token_moved"
    instance: str
    token: str
    source: str
    target: str


@register
@dataclass(frozen=True, slots=True)
class TimerHastened:
    """Somebody let a timer run out before its time. The reason is in the payload."""

    TYPE: ClassVar[str] = "tongban.process.timer_hastened"
    instance: str
    element: str


@register
@dataclass(frozen=True, slots=True)
class Migrated:
    """A running instance went over to another version of its model."""

    TYPE: ClassVar[str] = "tongban.process.migrated"
    instance: str
    transfer: str
    code: str
    source: str
    target: str
    reverted: bool = False


@register
@dataclass(frozen=True, slots=True)
class Ended:
    """An instance is over: `completed` or `cancelled`."""

    TYPE: ClassVar[str] = "tongban.process.ended"
    instance: str
    status: str


def of_step(instance: str, step: int, cause: str, at: str, effects: list[dict[str, Any]]) -> list[Any]:
    """The events of one step, from the engine's effects."""
    places: dict[str, list[dict[str, str]]] = {
        kind: [
            {key: each[key] for key in ("token", "element", "reason") if key in each}
            for each in effects
            if each["type"] == kind
        ]
        for kind in ("work", "wait", "skipped", "dropped")
    }
    events: list[Any] = [
        Stepped(
            instance=instance,
            step=step,
            cause=cause,
            at=at,
            completed=[each["element"] for each in effects if each["type"] == "completed"],
            opened=places["work"],
            waits=places["wait"],
            skipped=places["skipped"],
            dropped=places["dropped"],
        )
    ]
    for each in effects:
        if each["type"] == "incident":
            events.append(IncidentOpened(instance, each["id"], each["element"], each["code"]))
        elif each["type"] == "solved":
            events.append(IncidentSolved(instance, each["id"], each["element"]))
        elif each["type"] == "ended":
            events.append(Ended(instance, each["status"]))
    return events
