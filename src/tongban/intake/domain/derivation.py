"""The one form, derived. Pure.

    form = everything the items need
           − what a sibling item will produce
           − what a registry, a certificate or the sign-in already answers
           + a reason (item, legal basis) for each question that is left

Nothing here is wired per life event: it is all a function of the catalogue and of what is known.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from tongban import rules
from tongban.catalogue.domain import (
    BoundEvent,
    BoundItem,
    BoundMaterial,
    BoundSource,
    Catalogue,
    DataElement,
    Feel,
    Replacement,
    Role,
    Rule,
    Text,
)
from tongban.intake.domain.parts import (
    AUTHORITATIVE,
    Derivation,
    ItemState,
    Lookup,
    NeededMaterial,
    Prefilled,
    Question,
    Reason,
    ReplacedMaterial,
    Situation,
)
from tongban.process.planner import Step

CERTIFICATE = "certificate:"


def derive(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> Derivation:
    """Derive the form of `bound` in `situation`.

    1. Decide each item: its condition holds, does not, or waits for values, which are then asked.
    2. Collect what the active items need; each address once, with every reason.
    3. An address is prefilled when known, left out when an active sibling produces it, else asked.
    4. A document is replaced by the form, by known data, by a registry's record or by a sibling's
       certificate, else still needed.
    """
    return _settled(bound, catalogue, situation).result()


def _settled(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> "_Derivation":
    """The derivation over the answers that count: those to what is asked, given the others that count.

    Someone who says that no father is to be entered leaves answers about him behind; a condition must not
    read them any more. So answers are let in as their questions come up, from none, and an answer whose
    question goes away again stays out. What comes out does not depend on the order in which people answered.
    """
    counting: set[str] = set()
    out: set[str] = set()
    while True:
        answers = {address: situation.answers[address] for address in sorted(counting)}
        work = _Derivation(bound, catalogue, situation, answers)
        asked = {address for address in work.reasons if work.is_asked(address)}
        more = (asked & situation.answers.keys()) - counting - out
        gone = counting - asked
        if more:
            counting |= more
        elif gone:
            out |= gone
            counting -= gone
        else:
            return work


def element_at(catalogue: Catalogue, address: str) -> DataElement:
    """The data element of an address."""
    return catalogue.element(address.rpartition(".")[2])


def findings(derivation: Derivation, catalogue: Catalogue) -> tuple[tuple[str, Rule], ...]:
    """Decision rules that the department would hold against the application as it stands: (item, rule).

    Only rules that correct or reject: a review is the clerk's matter. A rule speaks when everything that it
    reads and that is asked has been answered, so that nobody is blamed for what comes three pages later.
    """
    context = context_of(catalogue, derivation.values)
    open_now = {one.address for one in derivation.fields if one.address not in derivation.values}
    return tuple(
        (item.code, rule)
        for item in derivation.bound.items
        if item.code in derivation.active
        for rule in item.rules
        if rule.outcome != "review" and not rule.when.names & open_now and rule.when.holds(context)
    )


def context_of(catalogue: Catalogue, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as a context for conditions."""
    types = {address: str(element_at(catalogue, address).type) for address in values}
    return rules.context(values, types)


class _Derivation:
    """The work of `derive`, step by step; nothing outlives the call."""

    def __init__(
        self, bound: BoundEvent, catalogue: Catalogue, situation: Situation, answers: Mapping[str, Any]
    ) -> None:
        self.bound = bound
        self.catalogue = catalogue
        self.situation = situation
        known = {address: one.value for address, one in situation.known.items() if self._is_known(address)}
        self.values = {**answers, **known}
        self.context = context_of(catalogue, self.values)
        self.answered: AbstractSet[str] = answers.keys() - known.keys()
        self.truth: dict[Feel, bool | None] = {}
        self.deciding: dict[str, list[Reason]] = {}
        self.states = [self._state(item) for item in bound.items]
        active = {state.code for state in self.states if state.applies}
        self.active = [item for item in bound.items if item.code in active]
        self.producer = {
            address: item.code
            for item in self.active
            for address in item.produces
            if not self._is_known(address)
        }
        needs, self.required = self._needs()
        self.wanted = self._documents()
        # A condition may need a value that only decides it; the event's own situation comes first of all.
        for address in self.bound.event.situation:
            if address not in self.deciding and self._decides_something(address):
                self.deciding[address] = []
        self.reasons = {
            address: (*needs.get(address, []), *self.deciding.get(address, []))
            for address in dict.fromkeys([*self.deciding, *needs])
        }

    def is_asked(self, address: str) -> bool:
        """Whether nobody but the applicant can give the value at `address`."""
        return not self._is_known(address) and not self._is_produced(address)

    def _is_produced(self, address: str) -> bool:
        """Whether a sibling brings it: not the only item that needs it."""
        return address in self.producer and {self.producer[address]} != {
            reason.item for reason in self.reasons[address]
        }

    def result(self) -> Derivation:
        """Put the parts together."""
        needed, replaced, by_sibling = self._materials()
        asked: list[Question] = []
        prefilled: list[Prefilled] = []
        produced: dict[str, str] = {}
        for address, reasons in self.reasons.items():
            if self._is_known(address):
                prefilled.append(self._prefilled(address, reasons))
            elif self._is_produced(address):
                produced[address] = self.producer[address]
            else:
                asked.append(self._question(address, reasons, required=self.required.get(address, True)))
        return Derivation(
            bound=self.bound,
            situation=self.situation,
            values=self.values,
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
            before_materials=sum(
                one.need.necessity != "optional" for uses in self.wanted.values() for _, one in uses
            ),
            before_visits=sum(item.item.visits for item in self.active),
        )

    # -- conditions

    def _holds(self, condition: Feel | None, item: str) -> bool | None:
        """The condition's truth; what would decide it is noted as a question."""
        if condition is None:
            return True
        if condition not in self.truth:  # items of one event share many conditions
            self.truth[condition] = condition.holds(self.context)
        found = self.truth[condition]
        # An answered question stays one, so that it can be changed; an open one decides.
        decides = condition.names & self.answered
        if found is None:
            decides |= condition.names - self.values.keys()
        for name in sorted(decides):
            reasons = self.deciding.setdefault(name, [])
            if not any(reason.item == item for reason in reasons):
                reasons.append(Reason(item, self._why_decides(item), (), decides=True))
        if found is None and not condition.names - self.values.keys():
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

    def _question(self, address: str, reasons: tuple[Reason, ...], *, required: bool) -> Question:
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
        return len({need.element for need in item.needs if self._holds(need.when, item.code)})

    # -- documents

    def _documents(self) -> dict[str, list[tuple[str, BoundMaterial]]]:
        """Key of a document → the items that ask for it, each with its entry."""
        wanted: dict[str, list[tuple[str, BoundMaterial]]] = {}
        for item in self.active:
            for one in item.materials:
                if self._holds(one.need.when, item.code):
                    wanted.setdefault(one.key, []).append((item.code, one))
        return wanted

    def _materials(
        self,
    ) -> tuple[tuple[NeededMaterial, ...], tuple[ReplacedMaterial, ...], dict[str, set[str]]]:
        needed: list[NeededMaterial] = []
        replaced: list[ReplacedMaterial] = []
        by_sibling: dict[str, set[str]] = {}
        for key, uses in self.wanted.items():
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
        return tuple(needed), tuple(replaced), by_sibling

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
            answered = all(self.values.get(key) not in (None, "") for key in source.key)
            if gives and answered and self._may_open(source):
                key = {address: self.values[address] for address in source.key}
                found.append(Lookup(source, key, gives, self._needed_by(gives)))
        return tuple(found)

    def _may_open(self, source: BoundSource) -> bool:
        """Whether the applicant's say-so is enough to open this record.

        Nobody may see a stranger's record by typing a stranger's number: a single key that is itself
        sensitive (an identity number) must come from the sign-in or from a record, or have been proven by
        opening one with a second key beside it (the home's certificate and its owner's number). What is
        typed instead is asked for, and compared by the departments later.
        """
        if len(source.key) > 1:
            return True
        [key] = source.key
        if element_at(self.catalogue, key).grade not in {"sensitive", "classified"} or self._is_known(key):
            return True
        return any(
            key in other.key
            and len(other.key) > 1
            and any(
                self._is_known(address) and self.situation.known[address].provenance.resource == other.code
                for address in other.answers
            )
            for other in self.bound.sources
        )

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
