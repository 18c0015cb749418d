"""What the exchange writes into the journal: codes, counts and ids; values stay in payloads and tables."""

from dataclasses import dataclass
from typing import ClassVar

from tongban.journal.events import register


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMade:
    """A department's data was read for a purpose; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.read_made"
    department: str
    """Who answered."""
    reader: str
    """Who got it: `platform` for prefill, a department's code when its clerk opened the values."""
    resource: str
    """Which resource; empty when a clerk opened values that the case already holds."""
    elements: list[str]
    """Addresses that were read."""
    items: list[str]
    """The items that need them."""
    query_id: str
    found: bool
    purpose: str = "prefill"
    """prefill, verify, decide, co_sign, notify (a message of the process carried it) or opinions (what
    departments wrote in a joint task)."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRefused:
    """A read was not allowed and did not happen; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.read_refused"
    department: str
    reader: str
    resource: str
    elements: list[str]
    items: list[str]
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailed:
    """A department did not answer a read; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.read_failed"
    department: str
    resource: str
    elements: list[str]
    items: list[str]
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentDown:
    """A department's system stopped answering; the stream is `department:<code>`."""

    TYPE: ClassVar[str] = "tongban.exchange.department_down"
    department: str
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentUp:
    """It answers again; the stream is `department:<code>`."""

    TYPE: ClassVar[str] = "tongban.exchange.department_up"
    department: str
    down_since: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered:
    """A department's system acknowledged a message; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.message_delivered"
    department: str
    dispatch_id: str
    message_id: str
    kind: str
    receipt: str
    attempts: int


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRefused:
    """A department's system understood a message and refused it for good: a person must look."""

    TYPE: ClassVar[str] = "tongban.exchange.message_refused"
    department: str
    dispatch_id: str
    message_id: str
    kind: str
    status: int


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResent:
    """A refused message was put back after its cause was mended; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.message_resent"
    department: str
    dispatch_id: str
    message_id: str
    kind: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGivenUp:
    """An operator gave a refused message up: its department never gets it; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.message_given_up"
    department: str
    dispatch_id: str
    message_id: str
    kind: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceived:
    """A department's reply came in for the first time; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.reply_received"
    department: str
    dispatch_id: str
    reply_id: str
    kind: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRefused:
    """A reply was forged, replayed, malformed or not this department's; the stream is `department:<code>`."""

    TYPE: ClassVar[str] = "tongban.exchange.reply_refused"
    department: str
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReceived:
    """A department's own message about a case came in for the first time; the stream is the application."""

    TYPE: ClassVar[str] = "tongban.exchange.letter_received"
    department: str
    message_id: str
    kind: str
    """Name of the message in the drawn process."""
    waited_for: bool
    """Whether its process waited for it just then; otherwise it is kept until it does."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDropped:
    """An operator gave up a message that nobody could take; the stream is `department:<code>`."""

    TYPE: ClassVar[str] = "tongban.exchange.letter_dropped"
    department: str
    message_id: str
    kind: str
    """Name of the message in the drawn process."""
