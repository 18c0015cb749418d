"""What the catalogue tells the journal, on the stream ``catalogue``."""

from dataclasses import dataclass
from typing import ClassVar

from tongban.journal.events import register

STREAM = "catalogue"


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished:
    """New applications are made with this version, from `applies_from` on."""

    TYPE: ClassVar[str] = "tongban.catalogue.version.published"
    version: str
    digest: str
    """SHA-256 of the canonical content."""
    previous: str
    """The version it replaces; empty for the first."""
    life_events: int
    items: int
    applies_from: str = ""
    """A day, ISO 8601; empty in events of before there were such days: at once."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ListImported:
    """A district's list of service items was taken in."""

    TYPE: ClassVar[str] = "tongban.catalogue.list.imported"
    name: str
    digest: str
    """SHA-256 of the file."""
    rows: int
    new: int
    changed: int
    gone: int
    findings: int
