"""What a derivation takes and what it gives: the parts of the one form. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from tongban.catalogue.domain import (
    CHOICE,
    BoundEvent,
    BoundMaterial,
    BoundSource,
    DataElement,
    LawRef,
    Role,
    Text,
)
from tongban.kernel.calendar import Calendar
from tongban.process.planner import Plan, Step, Wait, plan

_CHOICES = (f"{CHOICE}.", f"{CHOICE}-")
CERTIFICATE = "certificate:"
"""Before a certificate's code where the plan speaks of what is produced and needed."""
AUTHORITATIVE = frozenset({"registry", "certificate", "sign_in", "known", "sibling"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a value comes from."""

    kind: Literal["registry", "certificate", "sign_in", "known", "self_declared", "sibling"]
    department: str | None = None
    resource: str | None = None
    query_id: UUID | None = None
    at: datetime | None = None
    verified: bool = True
    """False for what nobody but the applicant vouches for (yet)."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value that government knows, with its provenance."""

    value: Any
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that a derivation depends on besides the catalogue."""

    applicant: str
    """The event's role that applies."""
    known: Mapping[str, Known] = field(default_factory=dict)
    """Address → what government knows."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Address → what the applicant answered; None: deliberately left empty."""
    down: frozenset[str] = frozenset()
    """Resources whose department did not answer."""
    refused: frozenset[str] = frozenset()
    """Resources that the applicant does not want asked."""
    disputed: frozenset[str] = frozenset()
    """Known addresses that the applicant says are wrong."""
    region: str = ""
    """Code of the applicant's region; empty when nobody knows it."""
    left_out: frozenset[str] = frozenset()
    """Items that the applicant chose to leave out (where the event lets them choose)."""

    def knows(self, address: str) -> bool:
        """Whether government knows the value and nobody says that it is wrong. A choice is never known."""
        known = address in self.known and address not in self.disputed
        return known and not address.startswith(_CHOICES)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one question is asked: the item that needs it, in words, and its legal basis."""

    item: str
    why: Text
    law: tuple[LawRef, ...]
    decides: bool = False
    """The answer decides whether something applies; it is asked for no other reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One value that nobody but the applicant can give."""

    address: str
    role: Role
    element: DataElement
    required: bool
    reasons: tuple[Reason, ...]
    self_declared: bool = False
    """A registry could answer it but is down, was refused or was disputed: it is verified later."""
    instead_of: tuple[str, ...] = ()
    """The resources that would have answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefilled:
    """One value that is needed and already known."""

    address: str
    role: Role
    element: DataElement
    value: Any
    provenance: Provenance
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemState:
    """Whether an item is part of this case: True, False, or None while something decides it."""

    code: str
    applies: bool | None
    chosen_out: bool = False
    skipped: bool = False
    """It would apply, but what it gives is there already: its department has nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededMaterial:
    """A document that is still needed."""

    key: str
    bound: BoundMaterial
    items: tuple[str, ...]
    required: bool
    may_follow_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedMaterial:
    """A document that nobody has to bring, and what stands for it."""

    key: str
    bound: BoundMaterial
    items: tuple[str, ...]
    by: Literal["form", "elements", "certificate", "sibling"]
    source: str = ""
    """The resource or sibling item that stands for it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What it costs a person: questions, documents, visits, working days."""

    fields: int
    materials: int
    visits: int
    days: int

    def to_json(self) -> dict[str, int]:
        """As plain JSON."""
        return {"fields": self.fields, "materials": self.materials, "visits": self.visits, "days": self.days}


@dataclass(frozen=True, slots=True)
class Lookup:
    """A resource that could be asked now: its key is known and something it answers is wanted."""

    source: BoundSource
    key: Mapping[str, Any]
    wanted: tuple[str, ...]
    """Addresses that some active item needs and nobody has answered yet."""
    items: tuple[str, ...]
    """The items that need them: the purpose of the call."""


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """The one form for one person in one situation."""

    bound: BoundEvent
    situation: Situation
    values: Mapping[str, Any]
    """Address → value that counts: what is known and not disputed, and answers to what is asked."""
    fields: tuple[Question, ...]
    """What the applicant is asked, answered or not, in order."""
    prefilled: tuple[Prefilled, ...]
    settled: Mapping[str, str]
    """Choices that nobody is asked, because one way is open already → that way's code."""
    produced: Mapping[str, str]
    """Needed addresses that a sibling will produce → that item: never asked."""
    items: tuple[ItemState, ...]
    materials: tuple[NeededMaterial, ...]
    replaced: tuple[ReplacedMaterial, ...]
    lookups: tuple[Lookup, ...]
    unmet: tuple[Text, ...]
    """Conditions of the life event that do not hold, as messages."""
    steps: tuple[Step, ...]
    """What the planner takes: the items that apply."""
    waits: tuple[Wait, ...]
    """What the drawn process of the event puts between and behind them."""
    before_fields: int
    before_materials: int
    before_visits: int
    open_papers: int = 0
    """Documents of which the person still has to choose one: each will be one to bring."""

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Codes of the items that apply."""
        return tuple(item.code for item in self.items if item.applies)

    @cached_property
    def in_case(self) -> tuple[str, ...]:
        """Codes of the items that the case will have: those that apply, and those that are skipped."""
        return tuple(item.code for item in self.items if item.applies or item.skipped)

    def plan(self, calendar: Calendar, start: date) -> Plan:
        """The plan of these items from `start`."""
        return plan(self.steps, calendar, start, waits=self.waits)

    def before(self, laid_out: Plan) -> Figures:
        """The same items done one by one at their counters."""
        return Figures(
            self.before_fields, self.before_materials, self.before_visits, laid_out.sequential_days
        )

    def after(self, laid_out: Plan) -> Figures:
        """What is left with the one application: at most one visit, for all that law wants in person."""
        materials = self.open_papers + sum(1 for material in self.materials if material.required)
        in_person = any(
            not {"online", "mobile"} & set(item.item.channels)
            for item in self.bound.items
            if item.code in self.active
        )
        return Figures(len(self.fields), materials, int(in_person), laid_out.parallel_days)

    def question(self, address: str) -> Question | None:
        """The question at an address, None when it is not asked."""
        return next((question for question in self.fields if question.address == address), None)
