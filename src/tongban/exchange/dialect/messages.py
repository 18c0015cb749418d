"""What goes into and comes out of a dialect."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

Json: TypeAlias = str | int | bool
"""A value of an address: decimals and money as strings, dates ``YYYY-MM-DD``, times RFC 3339."""

ReplyKind = Literal["accepted", "correction", "approved", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A request to a department's system, before it is signed."""

    method: str
    path: str
    """Percent-encoded, without the query."""
    query: str
    """Percent-encoded, without the question mark; empty when there is none."""
    content_type: str
    """Empty when there is no body."""
    body: bytes = field(repr=False)

    @property
    def target(self) -> str:
        """The request target as it is signed and sent."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A material that goes with a submission; the file itself is fetched from `url`."""

    code: str
    name: str
    content_type: str
    sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The department has no such record."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a department answers at once to a submission."""

    receipt: str
    """Its own number for the matter; empty when the mapping names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that a department has issued."""

    code: str
    number: str
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One line of a correction: an address or a material, and what is wrong with it."""

    address: str = ""
    material: str = ""
    what: str = ""
    why: str = ""
    how: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of a rejection."""

    code: str = ""
    text: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a department's system calls back with."""

    reply_id: str
    dispatch_id: str
    kind: ReplyKind
    at: datetime
    receipt: str = ""
    values: dict[str, Json] = field(default_factory=dict, repr=False)
    certificates: tuple[Certificate, ...] = ()
    faults: tuple[Fault, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that a department sends by itself, about a case."""

    message_id: str
    name: str
    """As a drawn process knows it."""
    case_number: str
    at: datetime
    key: str = ""
    """What tells apart several that wait for the same message in one case."""
    values: dict[str, Json] = field(default_factory=dict, repr=False)


Tree: TypeAlias = dict[str, Any]
"""A document as nested dicts, lists and scalars."""
