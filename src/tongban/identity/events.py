"""What identity writes into the journal."""

from dataclasses import dataclass, field
from typing import ClassVar

from tongban.journal.events import register


@register
@dataclass(frozen=True, slots=True)
class SignedIn:
    """Someone signed in; the stream is `account:<id>`."""

    TYPE: ClassVar[str] = "tongban.identity.signed_in"
    method: str
    """Which adapter vouched, e.g. `local`."""


@register
@dataclass(frozen=True, slots=True)
class SignInRefused:
    """A sign-in failed; the stream is `account:<id>` when the account exists, else `sign-in`."""

    TYPE: ClassVar[str] = "tongban.identity.sign_in_refused"
    method: str
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class PostChanged:
    """What a post may work, or when its holder is away, was changed; the stream is `account:<id>`."""

    TYPE: ClassVar[str] = "tongban.identity.post_changed"
    department: str
    region: str
    skills: list[str] = field(default_factory=list)
    away_from: str = ""
    away_until: str = ""


@register
@dataclass(frozen=True, slots=True)
class SignInHeld:
    """Too many sign-ins failed; for a while none is tried. The stream is that of `SignInRefused`."""

    TYPE: ClassVar[str] = "tongban.identity.sign_in_held"
    method: str
    limit: str
    """`name` or `address`: under which of them they were counted."""
