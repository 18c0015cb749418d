"""What one department must bring, and what the common machinery gives it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from sqlite3 import Connection
from typing import Any, Literal

MessageKind = Literal["submit", "supplement", "withdraw", "notify"]
MESSAGES: tuple[MessageKind, ...] = ("submit", "supplement", "withdraw", "notify")


class Unreadable(ValueError):  # noqa: N818, it names what the message is
    """A message that the department cannot read; the text goes back to the sender and holds no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came, after its signature was checked."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    content_type: str
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; Unreadable otherwise."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if "json" not in self.content_type or not isinstance(found, dict):
            raise Unreadable("a JSON object")
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, in the department's own format."""

    status: int
    content_type: str
    body: bytes = field(repr=False)

    @classmethod
    def json(cls, content: Any, status: int = 200) -> "Answer":
        """A JSON answer."""
        return cls(status, "application/json", json.dumps(content, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class Lookup:
    """One query that the department answers."""

    name: str
    method: str
    path: str
    """With Starlette's ``{name}`` places."""
    find: Callable[[Connection, Asked], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message as the department reads it: its own item code and its own record."""

    message_id: str
    dispatch_id: str
    item: str
    """Of a notice: its kind."""
    fields: dict[str, Any] = field(repr=False)
    materials: tuple[str, ...] = ()
    case_number: str = ""
    """Of a notice: the platform's number of the case, by which to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a department writes by itself about a case, in its own dialect."""

    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One dispatch on a clerk's desk."""

    dispatch_id: str
    receipt: str
    item: str
    fields: dict[str, Any] = field(repr=False)
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing to mend, under the department's own name for the field or material."""

    field: str
    what: str
    why: str = ""
    how: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason of a rejection."""

    code: str
    text: str
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One certificate, under the department's own code for its kind."""

    code: str
    number: str
    issued_on: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the clerk decided: exactly one of approval, correction and rejection."""

    kind: Literal["approved", "correction", "rejected"]
    result: dict[str, Any] = field(default_factory=dict, repr=False)
    papers: tuple[Paper, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    grounds: tuple[Ground, ...] = ()


def approved(result: dict[str, Any], *papers: Paper) -> Decision:
    """The item is granted; `result` is the department's own record of what it produced."""
    return Decision(kind="approved", result=result, papers=papers)


def correction(*flaws: Flaw) -> Decision:
    """Something has to be mended first."""
    return Decision(kind="correction", flaws=flaws)


def rejected(code: str, text: str, law: str = "") -> Decision:
    """The item is refused."""
    return Decision(kind="rejected", grounds=(Ground(code=code, text=text, law=law),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One reply to the platform, before it is written in the department's format."""

    reply_id: str
    dispatch_id: str
    receipt: str
    item: str
    kind: Literal["accepted", "correction", "approved", "rejected"]
    at: datetime
    decision: Decision = field(default_factory=lambda: Decision(kind="approved"))
