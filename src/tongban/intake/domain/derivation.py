"""The one form, derived. Pure.

    form = everything the items need
           − what a sibling item will produce
           − what a registry, a certificate or the sign-in already answers
           + a reason (item, legal basis) for each question that is left

Nothing here is wired per life event: it is all a function of the catalogue and of what is known.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from tongban import rules
from tongban.catalogue.domain import (
    BoundEvent,
    BoundItem,
    BoundMaterial,
    BoundSource,
    Catalogue,
    DataElement,
    Feel,
    MaterialNeed,
    Need,
    Rule,
    Shape,
    Text,
)
from tongban.catalogue.domain.overlays import within
from tongban.catalogue.domain.values import MEMBER
from tongban.intake.domain.lookups import lookups
from tongban.intake.domain.papers import Papers, certificates_of
from tongban.intake.domain.parts import (
    Derivation,
    ItemState,
    Prefilled,
    Question,
    Reason,
    Situation,
)
from tongban.process.expressions import to_json
from tongban.process.order import as_drawn
from tongban.process.planner import Step, Wait
from tongban.process.waiting import with_waits


def derive(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> Derivation:
    """Derive the form of `bound` in `situation`.

    1. Decide each item: its condition holds, does not, or waits for values, which are then asked.
    2. Collect what the active items need; each address once, with every reason.
    3. Where one of several ways is enough, take the one that is open already, else ask which.
    4. An address is prefilled when known, left out when an active sibling produces it, else asked.
    5. A document is replaced by the form, by known data, by a registry's record or by a sibling's
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
        work = _Derivation(_placed(bound, catalogue, situation, answers), catalogue, situation, answers)
        asked = {address for address in work.addresses if work.is_asked(address)}
        more = (asked & situation.answers.keys()) - counting - out
        gone = counting - asked
        if more:
            counting |= more
        elif gone:
            out |= gone
            counting -= gone
        else:
            return work


def _placed(
    bound: BoundEvent, catalogue: Catalogue, situation: Situation, answers: Mapping[str, Any]
) -> BoundEvent:
    """`bound` with every item as the region has it that decides it, as far as that is known."""
    found: dict[str, str] = {}
    for item in bound.items:
        if item.item.code in catalogue.overlaid and (code := _region(item, situation, answers)):
            found[item.code] = code
    members = dict(bound.shape.members)
    return catalogue.shaped(bound.event.code, Shape.of(members, found)) if found else bound


def _region(item: BoundItem, situation: Situation, answers: Mapping[str, Any]) -> str:
    """The region that decides an item: that of its `region_of`, else the applicant's; empty when unknown."""
    address = item.item.region_of
    if address is None:
        return situation.region
    if situation.knows(address):
        return str(situation.known[address].value or "")
    return str(answers.get(address) or "")


def element_at(catalogue: Catalogue, address: str) -> DataElement:
    """The data element of an address."""
    return catalogue.element(address)


def findings(derivation: Derivation, catalogue: Catalogue) -> tuple[tuple[str, Rule], ...]:
    """Decision rules that the department would hold against the application as it stands: (item, rule).

    Only rules that correct or reject: a review is the clerk's matter. A rule speaks when everything that it
    reads and that is asked has been answered, so that nobody is blamed for what comes three pages later. When
    its decision fails although everything is known, the person is told that somebody will look: a review.
    """
    context = context_of(catalogue, derivation.values, derivation.bound)
    open_now = {one.address for one in derivation.fields if one.address not in derivation.values}
    found = []
    for item in derivation.bound.items:
        for rule in item.rules if item.code in derivation.active else ():
            if rule.outcome == "review" or rule.reads & open_now:
                continue
            said = rule.spoken(context)
            if said and not (said.outcome == "review" and rule.judge(context).problem == "missing"):
                found.append((item.code, said))
    return tuple(found)


def context_of(
    catalogue: Catalogue, values: Mapping[str, Any], bound: BoundEvent | None = None
) -> dict[str, Any]:
    """`values` as a context for conditions, with the lists of `bound`."""
    types = {address: str(element_at(catalogue, address).type) for address in values}
    return bound.context(values, types) if bound else rules.context(values, types)


def _keys_first(asked: list[Question], sources: Iterable[BoundSource]) -> list[Question]:
    """The questions in their order, but what opens a registry stands before what that registry answers."""
    found = list(asked)
    for source in sources:
        answers = set(source.answers)
        for key in source.key:
            places = {one.address: place for place, one in enumerate(found)}
            first = min((place for address, place in places.items() if address in answers), default=None)
            if first is not None and places.get(key, 0) > first:
                found.insert(first, found.pop(places[key]))
    return found


class _Derivation:
    """The work of `derive`, step by step; nothing outlives the call."""

    def __init__(
        self, bound: BoundEvent, catalogue: Catalogue, situation: Situation, answers: Mapping[str, Any]
    ) -> None:
        self.bound = bound
        self.catalogue = catalogue
        self.situation = situation
        known = {address: one.value for address, one in situation.known.items() if situation.knows(address)}
        self.values: dict[str, Any] = {**answers, **known}
        self.context = context_of(catalogue, self.values, bound)
        self.answered: AbstractSet[str] = answers.keys() - known.keys()
        self.truth: dict[Feel, tuple[bool | None, tuple[str, ...]]] = {}
        self.deciding: dict[str, list[Reason]] = {}
        self.states = [self._state(item) for item in bound.items]
        active = {state.code for state in self.states if state.applies}
        self.active = [item for item in bound.items if item.code in active]
        self.producer = {
            address: item.code
            for item in self.active
            for address in item.produces
            if not self.situation.knows(address)
        }
        self.papers = Papers(bound, situation, self.active)
        self.required: dict[str, bool] = {}
        self.settled: dict[str, str] = {}
        self.offers = self._offers()
        self.ways = {address: self._way(address, uses) for address, uses in self.offers.items()}
        self.values |= self.settled
        self.applying = {item.code: self._applying(item) for item in self.active}
        self.needed = self._needed()
        self.wanted = self._documents()
        # A condition may need a value that only decides it; the event's own situation comes first of all.
        for address in self.bound.event.situation:
            if address not in self.deciding and self._decides_something(address):
                self.deciding[address] = []
        self.addresses = tuple(dict.fromkeys([*self.deciding, *self.needed]))

    def is_asked(self, address: str) -> bool:
        """Whether nobody but the applicant can give the value at `address`."""
        return not self.situation.knows(address) and not self._is_produced(address)

    def _is_produced(self, address: str) -> bool:
        """Whether a sibling brings it: not the only item that needs it."""
        maker = self.producer.get(address)
        if maker is None:
            return False
        items = [item for item, _ in self.needed.get(address, ())]
        items += [reason.item for reason in self.deciding.get(address, ())]
        return not items or any(item != maker for item in items)

    def result(self) -> Derivation:
        """Put the parts together."""
        needed, replaced, by_sibling = self.papers.sorted_out(self.wanted)
        asked: list[Question] = []
        prefilled: list[Prefilled] = []
        produced: dict[str, str] = {}
        for address in self.addresses:
            reasons = (
                *(Reason(item, need.why, need.law) for item, need in self.needed.get(address, ())),
                *self.deciding.get(address, ()),
            )
            if self.situation.knows(address):
                prefilled.append(self._prefilled(address, reasons))
            elif self._is_produced(address):
                produced[address] = self.producer[address]
            else:
                asked.append(self._question(address, reasons, required=self.required.get(address, True)))
        steps, waits = self._steps(produced, by_sibling)
        return Derivation(
            bound=self.bound,
            situation=self.situation,
            values=self.values,
            fields=tuple(_keys_first(asked, self.bound.sources)),
            prefilled=tuple(prefilled),
            settled=self.settled,
            produced=produced,
            items=tuple(self.states),
            materials=needed,
            replaced=replaced,
            lookups=lookups(
                self.bound,
                self.catalogue,
                self.situation,
                values=self.values,
                context=self.context,
                active=self.active,
                asked=[*(question.address for question in asked), *self._sought()],
            ),
            unmet=tuple(
                condition.message
                for condition in self.bound.event.conditions
                if condition.when.holds(self.context) is False
            ),
            steps=steps,
            waits=waits,
            before_fields=sum(self._fields_alone(item) for item in self.active),
            before_materials=sum(
                one.need.necessity != "optional" for uses in self.wanted.values() for _, one in uses
            )
            + sum(len(self.offers[address]) for address in self._open_papers()),
            open_papers=len(self._open_papers()),
            before_visits=sum(item.item.visits for item in self.active),
        )

    # -- conditions

    def _holds(self, condition: Feel | None, item: str) -> bool | None:
        """The condition's truth; what would decide it is noted as a question."""
        if condition is None:
            return True
        verdict = self.truth.get(condition)
        if verdict is None:  # items of one event share many conditions
            verdict = self.truth[condition] = self._verdict(condition)
        found, decides = verdict
        for name in decides:
            self._decides(name, item)
        return found

    def _verdict(self, condition: Feel) -> tuple[bool | None, tuple[str, ...]]:
        """Whether a condition holds, and the questions that it hangs on."""
        found, names = condition.holds(self.context), condition.names
        # An answered question stays one, so that it can be changed; an open one decides.
        decides = names & self.answered
        if found is not None:
            return found, tuple(sorted(decides))
        unknown = names - self.values.keys()
        # Everything is answered and it still cannot be said (a value was left empty): it does not apply.
        return (None if unknown else False), tuple(sorted(decides | unknown))

    def _decides(self, address: str, item: str) -> None:
        """Note that a value decides whether, or how, an item is done."""
        reasons = self.deciding.setdefault(address, [])
        if not any(reason.item == item for reason in reasons):
            reasons.append(Reason(item, self._why_decides(item), (), decides=True))

    def _why_decides(self, item: str) -> Text:
        bound = self.bound.item(item)
        name = bound.item.name if bound else self.catalogue.item(item).name
        return Text(
            f"由此确定“{name.zh_hans}”怎样办理。",
            f"由此確定「{name.zh_hant}」怎樣辦理。",
            f"It decides how “{name.en}” is handled.",
        )

    def _state(self, item: BoundItem) -> ItemState:
        if item.code in self.situation.left_out and item.use.chosen_by == "applicant":
            return ItemState(item.code, applies=False, chosen_out=True)
        applies = self._holds(item.when, item.code)
        applies = self._offered(item) if applies else applies
        if applies and item.item.skip_when is not None:
            spared = self._holds(item.item.skip_when, item.code)
            applies = None if spared is None else not spared
            return ItemState(item.code, applies=applies, skipped=spared is True)
        return ItemState(item.code, applies=applies)

    def _offered(self, item: BoundItem) -> bool | None:
        """Whether the item is offered in the region that decides it; None until that is answered."""
        if not item.use.regions:
            return True
        address = item.item.region_of
        if address is not None and (address in self.answered or address not in self.values):
            self._decides(address, item.code)
            if address not in self.values:
                return None
        code = _region(item, self.situation, self.values)
        return within(code, item.use.regions) if code or address else True

    def _decides_something(self, address: str) -> bool:
        conditions = [one for item in self.bound.items for one in (item.when, item.item.skip_when)]
        conditions += [condition.when for condition in self.bound.event.conditions]
        conditions += [source.when for source in self.bound.sources]
        for item in self.active:
            conditions += [need.condition for need in item.needs]
            conditions += [one.need.condition for one in item.materials]
        return any(condition is not None and address in condition.names for condition in conditions)

    # -- alternatives

    def _offers(self) -> dict[str, list[tuple[BoundItem, Need | MaterialNeed]]]:
        """Choice → the items that need one of its ways, each with an entry that says why."""
        found: dict[str, list[tuple[BoundItem, Need | MaterialNeed]]] = {}
        for item in self.active:
            here: set[str] = set()
            for entry in item.alternatives:
                way = entry.way
                if way and way.choice not in here and self._holds(way.when, item.code):
                    here.add(way.choice)
                    found.setdefault(way.choice, []).append((item, entry))
        return found

    def _way(self, address: str, uses: list[tuple[BoundItem, Need | MaterialNeed]]) -> str | None:
        """The way that is taken: one that is open already, else what the person chose, else none yet."""
        choice = self.bound.by_choice[address]
        items = tuple(item.code for item, _ in uses)
        for code, members in choice.codes():
            if self._papers_open(members[0], items) if choice.papers else self._values_open(members, items):
                self.settled[address] = code
                return code
        reasons = self.deciding.setdefault(address, [])
        for item, entry in uses:
            if isinstance(entry, Need):
                required = entry.required
                reasons.append(Reason(item.code, entry.why, entry.law, decides=True))
            else:
                required = entry.necessity != "optional"
                why = entry.note or self._why_decides(item.code)
                reasons.append(Reason(item.code, why, entry.law, decides=True))
            self.required[address] = self.required.get(address, False) or required
        return self.values.get(address)

    def _values_open(self, addresses: tuple[str, ...], items: tuple[str, ...]) -> bool:
        """Whether nothing of a group would have to be asked."""
        return all(
            self.situation.knows(address) or self.producer.get(address, items[0]) not in items
            for address in addresses
        )

    def _papers_open(self, key: str, items: tuple[str, ...]) -> bool:
        """Whether something stands for a document, so that nobody would have to bring it."""
        return any(
            self.papers.stand_in(one, items) is not None
            for item in self.active
            for one in item.materials
            if one.key == key and one.need.way
        )

    def _sought(self) -> list[str]:
        """What registries may be asked so that nobody need choose: the values of every way that is open."""
        found: list[str] = []
        for address, uses in self.offers.items():
            choice = self.bound.by_choice[address]
            if self.ways[address] is not None:
                continue
            if not choice.papers:
                found += [name for way in choice.ways for name in way if name not in self.producer]
                continue
            keys = {way[0] for way in choice.ways}
            for item, _ in uses:
                for one in item.materials:
                    if one.key in keys:
                        found += [name for other in one.replacements for name in other.elements]
        return found

    def _open_papers(self) -> list[str]:
        """Choices between documents that are still to be made."""
        return [
            address
            for address, way in self.ways.items()
            if way is None and self.bound.by_choice[address].papers and self.required[address]
        ]

    def _is_taken(self, entry: Need | MaterialNeed, item: str) -> bool:
        """Whether an entry of an item applies: its condition holds and its way, if it is one, is taken."""
        if entry.way is None:
            return entry.when is None or bool(self._holds(entry.when, item))
        taken = self.ways.get(entry.way.choice) == entry.way.code
        return taken and bool(self._holds(entry.way.when, item))

    # -- needs

    def _applying(self, item: BoundItem) -> list[Need]:
        """What an active item needs as things stand."""
        return [need for need in item.needs if self._is_taken(need, item.code)]

    def _needed(self) -> dict[str, list[tuple[str, Need]]]:
        """Address → the items that need it, each with its entry."""
        found: dict[str, list[tuple[str, Need]]] = {}
        for item in self.active:
            code = item.code
            for need in self.applying[code]:
                found.setdefault(need.element, []).append((code, need))
                self.required[need.element] = self.required.get(need.element, False) or need.required
        return found

    def _prefilled(self, address: str, reasons: tuple[Reason, ...]) -> Prefilled:
        known = self.situation.known[address]
        return Prefilled(
            address=address,
            role=self.bound.role(address),
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
        choice = self.bound.by_choice.get(address)
        return Question(
            address=address,
            role=self.bound.role(address),
            element=choice.element if choice else element_at(self.catalogue, address),
            required=required,
            reasons=reasons,
            self_declared=bool(missing),
            instead_of=missing,
        )

    def _fields_alone(self, item: BoundItem) -> int:
        """Questions on this item's own form at its own counter: nobody there knows anything."""
        sure = len({need.element for need in self.applying[item.code]})
        return sure + sum(
            min(len(way) for way in self.bound.by_choice[address].ways)
            for address, uses in self.offers.items()
            if self.ways[address] is None
            and not self.bound.by_choice[address].papers
            and any(one is item for one, _ in uses)
        )

    # -- documents

    def _documents(self) -> dict[str, list[tuple[str, BoundMaterial]]]:
        """Key of a document → the items that ask for it, each with its entry."""
        wanted: dict[str, list[tuple[str, BoundMaterial]]] = {}
        for item in self.active:
            for one in item.materials:
                if self._is_taken(one.need, item.code):
                    wanted.setdefault(one.key, []).append((item.code, one))
        return wanted

    # -- plan

    def _steps(
        self, produced: Mapping[str, str], by_sibling: Mapping[str, set[str]]
    ) -> tuple[tuple[Step, ...], tuple[Wait, ...]]:
        steps = tuple(
            Step(
                code=item.code,
                department=item.item.department,
                limit=item.item.limits.promised,
                needs=frozenset(
                    {need.element for need in self.applying[item.code] if need.element in produced}
                    | by_sibling.get(item.code, set())
                ),
                produces=frozenset({*item.produces, *certificates_of(item)}),
            )
            for item in self.active
        )
        drawn = self.bound.event.process
        if drawn is None:
            return steps, ()
        model = self.catalogue.process(drawn).model
        steps = as_drawn(steps, model, _plain)
        return with_waits(steps, model, _plain, to_json(self.context))


def _plain(code: str) -> str:
    """An item's code without a member's number, as a drawing names it."""
    return code.partition(MEMBER)[0]
