"""The one form, derived. Pure.

    form = everything the items need
           − what a sibling item will produce
           − what a registry, a certificate or the sign-in already answers
           + a reason (item, legal basis) for each question that is left

Nothing here is wired per life event: it is all a function of the catalogue and of what is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from tongban import rules
from tongban.catalogue.domain import (
    BoundEvent,
    BoundItem,
    BoundMaterial,
    BoundSource,
    Catalogue,
    DataElement,
    Feel,
    LawRef,
    Replacement,
    Role,
    Text,
)
from tongban.kernel.calendar import Calendar
from tongban.process.planner import Plan, Step, plan

CERTIFICATE = "certificate:"
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
    left_out: frozenset[str] = frozenset()
    """Items that the applicant chose to leave out (where the event lets them choose)."""


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
    fields: tuple[Question, ...]
    """What the applicant is asked, answered or not, in order."""
    prefilled: tuple[Prefilled, ...]
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
    before_fields: int
    before_materials: int
    before_visits: int

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Codes of the items that apply."""
        return tuple(item.code for item in self.items if item.applies)

    def plan(self, calendar: Calendar, start: date) -> Plan:
        """The plan of these items from `start`."""
        return plan(self.steps, calendar, start)

    def before(self, laid_out: Plan) -> Figures:
        """The same items done one by one at their counters."""
        return Figures(
            self.before_fields, self.before_materials, self.before_visits, laid_out.sequential_days
        )

    def after(self, laid_out: Plan) -> Figures:
        """What is left with the one application. Everything is online: no visit."""
        materials = sum(1 for material in self.materials if material.required)
        return Figures(len(self.fields), materials, 0, laid_out.parallel_days)

    def question(self, address: str) -> Question | None:
        """The question at an address, None when it is not asked."""
        return next((question for question in self.fields if question.address == address), None)


def derive(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> Derivation:
    """Derive the form of `bound` in `situation`.

    1. Decide each item: its condition holds, does not, or waits for values, which are then asked.
    2. Collect what the active items need; each address once, with every reason.
    3. An address is prefilled when known, left out when an active sibling produces it, else asked.
    4. A document is replaced by the form, by known data, by a registry's record or by a sibling's
       certificate, else still needed.
    """
    work = _Derivation(bound, catalogue, situation)
    return work.result()


def element_at(catalogue: Catalogue, address: str) -> DataElement:
    """The data element of an address."""
    return catalogue.element(address.rpartition(".")[2])


def values_of(situation: Situation) -> dict[str, Any]:
    """All values by address: known ones win over answers unless they are disputed."""
    known = {
        address: one.value for address, one in situation.known.items() if address not in situation.disputed
    }
    return {**situation.answers, **known}


def context_of(catalogue: Catalogue, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as a context for conditions."""
    types = {address: str(element_at(catalogue, address).type) for address in values}
    return rules.context(values, types)


class _Derivation:
    """The work of `derive`, step by step; nothing outlives the call."""

    def __init__(self, bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> None:
        self.bound = bound
        self.catalogue = catalogue
        self.situation = situation
        self.values = values_of(situation)
        self.context = context_of(catalogue, self.values)
        self.answered = {address for address in situation.answers if not self._is_known(address)}
        self.deciding: dict[str, list[Reason]] = {}
        self.states = [self._state(item) for item in bound.items]
        active = {state.code for state in self.states if state.applies}
        self.active = [item for item in bound.items if item.code in active]
        self.producer = {
            address: item.code
            for item in self.active
            for address in item.produces
            if address not in self.values
        }

    def result(self) -> Derivation:
        """Put the parts together."""
        reasons, required = self._needs()
        before_materials, needed, replaced, by_sibling = self._materials()
        # A condition may need a value that only decides it; the event's own situation comes first of all.
        for address in self.bound.event.situation:
            if self._decides_something(address):
                self.deciding.setdefault(address, [])
        asked: list[Question] = []
        prefilled: list[Prefilled] = []
        produced: dict[str, str] = {}
        for address in dict.fromkeys([*self.deciding, *reasons]):
            own = (*reasons.get(address, []), *self.deciding.get(address, []))
            if self._is_known(address):
                prefilled.append(self._prefilled(address, own))
            elif address in self.producer and {self.producer[address]} != {reason.item for reason in own}:
                produced[address] = self.producer[address]
            else:
                asked.append(self._question(address, own, required.get(address, True)))
        return Derivation(
            bound=self.bound,
            situation=self.situation,
            fields=tuple(asked),
            prefilled=tuple(prefilled),
            produced=produced,
            items=tuple(self.states),
            materials=needed,
            replaced=replaced,
            lookups=self._lookups([question.address for question in asked]),
            unmet=tuple(
                condition.message
                for condition in self.bound.event.conditions
                if condition.when.holds(self.context) is False
            ),
            steps=self._steps(produced, by_sibling),
            before_fields=sum(self._fields_alone(item) for item in self.active),
            before_materials=before_materials,
            before_visits=sum(item.item.visits for item in self.active),
        )

    # -- conditions

    def _holds(self, condition: Feel | None, item: str) -> bool | None:
        """The condition's truth; what would decide it is noted as a question."""
        if condition is None:
            return True
        found = condition.holds(self.context)
        for name in sorted(condition.names):
            # An answered question stays one, so that it can be changed; an open one decides.
            if name in self.answered or (found is None and name not in self.values):
                reason = Reason(item, self._why_decides(item), (), decides=True)
                if reason not in self.deciding.setdefault(name, []):
                    self.deciding[name].append(reason)
        if found is None and all(name in self.values for name in condition.names):
            # Everything is answered and it still cannot be said (a value was left empty): it does not apply.
            return False
        return found

    def _why_decides(self, item: str) -> Text:
        name = self.catalogue.item(item).name
        return Text(
            f"由此确定“{name.zh_hans}”怎样办理。",
            f"由此確定「{name.zh_hant}」怎樣辦理。",
            f"It decides how “{name.en}” is handled.",
        )

    def _state(self, item: BoundItem) -> ItemState:
        if item.code in self.situation.left_out and item.use.chosen_by == "applicant":
            return ItemState(item.code, applies=False, chosen_out=True)
        return ItemState(item.code, applies=self._holds(item.when, item.code))

    def _decides_something(self, address: str) -> bool:
        conditions = [item.when for item in self.bound.items]
        conditions += [condition.when for condition in self.bound.event.conditions]
        conditions += [source.when for source in self.bound.sources]
        for item in self.active:
            conditions += [need.when for need in item.needs] + [one.need.when for one in item.materials]
        return any(condition is not None and address in condition.names for condition in conditions)

    # -- needs

    def _needs(self) -> tuple[dict[str, list[Reason]], dict[str, bool]]:
        reasons: dict[str, list[Reason]] = {}
        required: dict[str, bool] = {}
        for item in self.active:
            for need in item.needs:
                if self._holds(need.when, item.code):
                    reasons.setdefault(need.element, []).append(Reason(item.code, need.why, need.law))
                    required[need.element] = required.get(need.element, False) or need.required
        return reasons, required

    def _is_known(self, address: str) -> bool:
        return address in self.situation.known and address not in self.situation.disputed

    def _prefilled(self, address: str, reasons: tuple[Reason, ...]) -> Prefilled:
        known = self.situation.known[address]
        return Prefilled(
            address=address,
            role=self._role(address),
            element=element_at(self.catalogue, address),
            value=known.value,
            provenance=known.provenance,
            items=tuple(dict.fromkeys(reason.item for reason in reasons)),
        )

    def _question(self, address: str, reasons: tuple[Reason, ...], required: bool) -> Question:  # noqa: FBT001
        missing = tuple(
            code
            for code in self.bound.answered.get(address, ())
            if code in self.situation.down | self.situation.refused or address in self.situation.disputed
        )
        return Question(
            address=address,
            role=self._role(address),
            element=element_at(self.catalogue, address),
            required=required,
            reasons=reasons,
            self_declared=bool(missing),
            instead_of=missing,
        )

    def _role(self, address: str) -> Role:
        return self.bound.event.roles[address.rpartition(".")[0]]

    def _fields_alone(self, item: BoundItem) -> int:
        """Questions on this item's own form at its own counter: nobody there knows anything."""
        return len({need.element for need in item.needs if self._holds(need.when, item.code) is not False})

    # -- documents

    def _materials(
        self,
    ) -> tuple[int, tuple[NeededMaterial, ...], tuple[ReplacedMaterial, ...], dict[str, set[str]]]:
        wanted: dict[str, list[tuple[str, BoundMaterial]]] = {}
        alone = 0
        for item in self.active:
            for one in item.materials:
                if self._holds(one.need.when, item.code):
                    wanted.setdefault(one.key, []).append((item.code, one))
                    alone += one.need.necessity != "optional"
        needed: list[NeededMaterial] = []
        replaced: list[ReplacedMaterial] = []
        by_sibling: dict[str, set[str]] = {}
        for key, uses in wanted.items():
            items = tuple(code for code, _ in uses)
            stand_in = self._stand_in(uses[0][1], items)
            if stand_in is None:
                follow = [one.need.may_follow_days for _, one in uses]
                needed.append(
                    NeededMaterial(
                        key=key,
                        bound=uses[0][1],
                        items=items,
                        required=any(one.need.necessity != "optional" for _, one in uses),
                        may_follow_days=None
                        if None in follow
                        else min(days for days in follow if days is not None),
                    )
                )
                continue
            by, source = stand_in
            replaced.append(ReplacedMaterial(key=key, bound=uses[0][1], items=items, by=by, source=source))
            if by == "sibling":
                for code in items:
                    for replacement in uses[0][1].replacements:
                        if replacement.certificate:
                            by_sibling.setdefault(code, set()).add(CERTIFICATE + replacement.certificate)
        return alone, tuple(needed), tuple(replaced), by_sibling

    def _stand_in(
        self, material: BoundMaterial, items: tuple[str, ...]
    ) -> tuple[Literal["form", "elements", "certificate", "sibling"], str] | None:
        """What makes the paper unnecessary; what is at hand comes before what a sibling will issue."""
        for replacement in material.replacements:
            if replacement.form:
                return "form", ""
            if replacement.elements and self._all_authoritative(replacement):
                return "elements", ""
            if replacement.certificate and (source := self._record_of(replacement.certificate, material)):
                return "certificate", source
        for replacement in material.replacements:
            for item in self.active:
                if replacement.certificate in item.certificates and item.code not in items:
                    return "sibling", item.code
        return None

    def _all_authoritative(self, replacement: Replacement) -> bool:
        return all(
            self._is_known(address) and self.situation.known[address].provenance.kind in AUTHORITATIVE
            for address in replacement.elements
        )

    def _record_of(self, certificate: str, material: BoundMaterial) -> str | None:
        """The resource whose record stands for `certificate` of the document's role, if it is at hand."""
        of = material.need.of
        for source in self.bound.sources:
            if source.resource.certificate != certificate:
                continue
            if of is not None and of not in {
                address.rpartition(".")[0] for address in (*source.key, *source.answers)
            }:
                continue
            answered = [address for address in source.answers if self._is_known(address)]
            if any(self.situation.known[address].provenance.resource == source.code for address in answered):
                return source.code
            # Known without a named resource: the record counts when all its needed values are there.
            needed = [address for address in source.answers if address in self.bound.needed]
            if needed and set(needed) <= set(answered):
                return source.code
        return None

    # -- registries and plan

    def _lookups(self, asked: Iterable[str]) -> tuple[Lookup, ...]:
        """Sources that can be asked now and answer something wanted.

        Wanted is a question that is left, or a key of another source that answers such a question: the
        marriage record may be asked only because it leads to the father's record.
        """
        open_sources = [
            source
            for source in self.bound.sources
            if source.code not in self.situation.down | self.situation.refused
            and (source.when is None or source.when.holds(self.context) is not False)
        ]
        wanted = set(asked) - self.situation.disputed
        while True:
            further = {
                key
                for source in open_sources
                if wanted & set(source.answers)
                for key in source.key
                if key not in self.values
            }
            if further <= wanted:
                break
            wanted |= further
        found = []
        for source in open_sources:
            gives = tuple(
                address for address in source.answers if address in wanted and not self._is_known(address)
            )
            if gives and all(self.values.get(key) not in (None, "") for key in source.key):
                key = {address: self.values[address] for address in source.key}
                found.append(Lookup(source, key, gives, self._needed_by(gives)))
        return tuple(found)

    def _needed_by(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        items = [item.code for item in self.active if any(address in item.reads() for address in addresses)]
        return tuple(items or [item.code for item in self.active][:1])

    def _steps(self, produced: Mapping[str, str], by_sibling: Mapping[str, set[str]]) -> tuple[Step, ...]:
        return tuple(
            Step(
                code=item.code,
                department=item.item.department,
                limit=item.item.limits.promised,
                needs=frozenset(
                    {
                        need.element
                        for need in item.needs
                        if need.element in produced and self._holds(need.when, item.code)
                    }
                    | by_sibling.get(item.code, set())
                ),
                produces=frozenset({*item.produces, *(CERTIFICATE + code for code in item.certificates)}),
            )
            for item in self.active
        )
