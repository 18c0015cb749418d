"""What intake writes into the journal; the stream is the application. Values stay in payloads and tables."""

from dataclasses import dataclass
from typing import ClassVar

from tongban.journal.events import register


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A person began an application."""

    TYPE: ClassVar[str] = "tongban.intake.started"
    event_code: str
    catalogue_version: str
    applicant_role: str
    region: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """The person chose to go on with the catalogue version that applies now."""

    TYPE: ClassVar[str] = "tongban.intake.taken_over"
    previous: str
    catalogue_version: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """The person said which registries may be asked for this application."""

    TYPE: ClassVar[str] = "tongban.intake.consented"
    allowed: list[str]
    refused: list[str]
    text_version: str
    """Which wording was agreed to."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Prefilled:
    """Registries were asked; the reads themselves are exchange events."""

    TYPE: ClassVar[str] = "tongban.intake.prefilled"
    addresses: list[str]
    down: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The person answered questions; the values are in the payload."""

    TYPE: ClassVar[str] = "tongban.intake.answered"
    addresses: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """The person says that a fetched value is wrong, or takes that back."""

    TYPE: ClassVar[str] = "tongban.intake.disputed"
    address: str
    withdrawn: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A document was uploaded or removed."""

    TYPE: ClassVar[str] = "tongban.intake.uploaded"
    material: str
    upload_id: str
    media_type: str
    size: int
    removed: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChosen:
    """The person left an item out, or took it back in."""

    TYPE: ClassVar[str] = "tongban.intake.item_chosen"
    item: str
    left_out: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MembersChanged:
    """The person added one who takes part, took one out or in again, or said that these are all."""

    TYPE: ClassVar[str] = "tongban.intake.members_changed"
    role: str
    act: str
    """add, remove, restore or confirm."""
    number: int
    """The member's number; 0 when it is about all of them."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The application is in: casework begins from this event."""

    TYPE: ClassVar[str] = "tongban.intake.submitted"
    number: str
    event_code: str
    catalogue_version: str
    calendar_version: str
    region: str
    items: list[str]
    promised_on: str
    provisional: bool
    fields_before: int
    fields_asked: int
    materials_before: int
    materials_asked: int
    visits_before: int
    visits: int
    sequential_working_days: int
    parallel_working_days: int


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """The person threw a draft away; its values are destroyed."""

    TYPE: ClassVar[str] = "tongban.intake.discarded"
