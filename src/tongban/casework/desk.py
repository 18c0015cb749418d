"""What a clerk's pages are made of: rows of the inbox, one task with everything it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from tongban.casework.domain.joint import Standing, Word
from tongban.casework.domain.moves import State
from tongban.casework.papers import LackingDocument
from tongban.casework.queries import DispatchView
from tongban.catalogue.domain import (
    Catalogue,
    DataElement,
    JointRule,
    Objection,
    Rule,
    ServiceItem,
    Text,
)
from tongban.kernel.clock import ClockState


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What a clerk wants to see; every field stands in the URL."""

    state: str = ""
    """A state, or empty: everything that is open."""
    item: str = ""
    mine: Literal["", "mine", "free"] = ""
    clock: Literal["", "risk", "overdue"] = ""
    q: str = ""
    """Part of a case number."""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One task in the inbox."""

    dispatch_id: UUID
    version: int
    number: str
    item: ServiceItem
    event_name: Text
    state: State
    promised: ClockState | None
    statutory: ClockState | None
    assigned_to: int | None
    arrived_at: datetime
    office: str
    joint: bool
    """Whether departments co-sign."""
    signed: bool
    """Whether this post's department has given its word in a joint review."""
    asked: ClockState | None = None
    """The clock of this post's department in a joint review that another leads."""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of tasks: what runs out first comes first."""

    rows: tuple[InboxRow, ...]
    page: int
    pages: int
    total: int
    items: tuple[ServiceItem, ...]
    """Items to filter by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLine:
    """One value that the item needs."""

    address: str
    element: DataElement
    role: Text
    value: Any
    kind: str
    department: str
    resource: str
    at: datetime | None
    verified: bool
    agrees: bool | None
    disputed: bool
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One document that the item asks for."""

    id: UUID
    material: str
    name: str
    material_name: Text
    media_type: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A decision rule that holds in this case, or one whose decision could not be made: a review, then."""

    rule: Rule
    """With the reason of this case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One department's part in a joint review."""

    department: str
    word: Word
    agrees: bool | None
    reason: str
    """What was written."""
    reasons: tuple[Objection, ...]
    """What was chosen."""
    at: datetime | None
    account_id: int | None
    rules: tuple[JointRule, ...]
    """Why it is asked."""
    clock: ClockState | None
    silence: str
    over: str
    asked_at: datetime
    lapsed_at: datetime | None
    staffed: bool

    @property
    def choices(self) -> tuple[Objection, ...]:
        """The reasons that it may choose from when it objects."""
        return tuple({one.code: one for rule in self.rules for one in rule.objections}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentView:
    """How a strategy gave the task to a clerk, with the figures of everyone it considered."""

    strategy: str
    account_id: int
    at: datetime
    figures: tuple[Mapping[str, Any], ...]
    holds: bool
    """Whether that clerk still has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecision:
    """A decision that the clerk's own department took before for the same applicant."""

    number: str
    item: ServiceItem
    approved: bool
    decided_at: datetime
    reasons: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """Everything a clerk needs to decide one item, and nothing else of the case."""

    dispatch: DispatchView
    catalogue: Catalogue
    """The version that the case is pinned to: code lists, laws and names of departments."""
    number: str
    event_name: Text
    elements: tuple[ElementLine, ...]
    files: tuple[FileLine, ...]
    lacking: tuple[LackingDocument, ...]
    """What the item asks for in this case and nobody has sent, and nothing stands in for."""
    findings: tuple[RuleFinding, ...]
    frees: tuple[ServiceItem, ...]
    """Items that begin after an approval."""
    blocks: tuple[ServiceItem, ...]
    """Items that cannot begin after a refusal."""
    signatures: tuple[SignatureLine, ...]
    """Departments of the joint review, in the order in which they were asked."""
    standing: Standing
    """Where the joint review stands."""
    may_decide: bool
    """False for a co-signing department."""
    assignment: AssignmentView | None
    """The last automatic assignment; None for co-signers and where there was none."""
    produces: tuple[tuple[str, DataElement, Text], ...]
    """What an approval has to give: address, element, role."""
    earlier: tuple[EarlierDecision, ...]
    """The department's own earlier decisions, newest first."""
