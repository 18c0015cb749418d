"""Items and resources speak of formal roles; a life event binds them to its own, here and once.

After binding every address in every part is one of the life event, so nothing downstream translates again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from tongban import rules
from tongban.catalogue.domain.events import ItemUse, LifeEvent, Resource, Role, SourceBinding
from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.items import MaterialNeed, Need, ServiceItem
from tongban.catalogue.domain.ruling import Rule
from tongban.catalogue.domain.things import DataElement, Material, Replacement
from tongban.catalogue.domain.values import MEMBER, Text, renamed
from tongban.catalogue.domain.ways import CHOICE, Choice, Choices
from tongban.rules.dmn import Model


class Things(Protocol):
    """What binding asks a catalogue for; each raises NotFound for a code that names nothing."""

    @property
    def elements(self) -> Mapping[str, DataElement]:
        """Every data element by code."""

    @property
    def materials(self) -> Mapping[str, Material]:
        """Every material by code."""

    def item(self, code: str) -> ServiceItem:
        """The service item `code`."""

    def material(self, code: str) -> Material:
        """The material `code`."""

    def resource(self, code: str) -> Resource:
        """The resource `code`."""

    def decided(self, code: str) -> Model:
        """The decision model `code`, compiled."""


CHOOSING = Role(kind="event", name=Text("办理方式", "辦理方式", "way of applying"))
"""The role of every choice."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of one application shapes its life event: who takes part, and where it is decided."""

    members: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Role that several play → the numbers of its members."""
    regions: tuple[tuple[str, str], ...] = ()
    """Item → region code, where the region has an overlay of the item."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON; empty for an event that nothing shapes."""
        found: dict[str, Any] = {}
        if self.members:
            found["members"] = {role: list(numbers) for role, numbers in self.members}
        if self.regions:
            found["regions"] = dict(self.regions)
        return found

    @classmethod
    def of(
        cls, members: Mapping[str, Iterable[int]] | None = None, regions: Mapping[str, str] | None = None
    ) -> "Shape":
        """The shape of these members and regions, whatever their order."""
        numbers = {role: tuple(sorted(found)) for role, found in (members or {}).items()}
        return cls(tuple(sorted(numbers.items())), tuple(sorted((regions or {}).items())))

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Shape":
        """The shape of `to_json`."""
        return cls.of(plain.get("members"), plain.get("regions"))


@dataclass(frozen=True, kw_only=True)
class BoundMaterial:
    """A document that an item asks for within an event."""

    need: MaterialNeed
    """The item's own entry, with `of` and `when` in the event's roles."""
    material: Material
    replacements: tuple[Replacement, ...]
    """The material's `replaced_by` in the event's addresses; an empty tuple: only the paper will do."""
    key: str
    """Equal for the same document asked by two items: ``material`` or ``material.role`` (event role)."""


@dataclass(frozen=True, kw_only=True)
class BoundItem:
    """An item within an event. `item` is the service item with every address and condition renamed."""

    use: ItemUse
    item: ServiceItem
    materials: tuple[BoundMaterial, ...]
    member: int | None = None
    """The number of the one it is done for, where it is done for each of several."""

    @cached_property
    def code(self) -> str:
        """The item's code, with the member's number where it is done for each: ``insurance-2``."""
        return self.item.code if self.member is None else f"{self.item.code}{MEMBER}{self.member}"

    @property
    def when(self) -> Feel | None:
        """The item is part of the case only when this holds; None: always."""
        return self.use.when

    @property
    def needs(self) -> tuple[Need, ...]:
        """The item's needs, in the event's addresses."""
        return self.item.needs

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The item's decision rules, in the event's addresses."""
        return self.item.rules

    @property
    def produces(self) -> tuple[str, ...]:
        """Addresses that get a value when the item is approved."""
        return self.item.produces.elements

    @property
    def certificates(self) -> tuple[str, ...]:
        """Codes of the certificates it issues."""
        return tuple(issued.certificate for issued in self.item.produces.certificates)

    @cached_property
    def alternatives(self) -> tuple[Need | MaterialNeed, ...]:
        """The entries that are one way of several."""
        entries: tuple[Need | MaterialNeed, ...] = (*self.needs, *(one.need for one in self.materials))
        return tuple(entry for entry in entries if entry.way)

    def reads(self) -> frozenset[str]:
        """Every address its needs, materials, rules and condition may read."""
        return self._reads

    @cached_property
    def _reads(self) -> frozenset[str]:
        conditions = [need.when for need in self.needs]
        conditions += [material.need.when for material in self.materials] + [self.when, self.item.skip_when]
        names = {name for condition in conditions if condition for name in condition.names}
        names |= {name for rule in self.rules for name in rule.reads}
        names |= {name for review in self.item.joint_review for name in review.reads}
        return frozenset(names | {need.element for need in self.needs})


@dataclass(frozen=True, kw_only=True)
class BoundSource:
    """A resource within an event, its key and answers in the event's addresses."""

    binding: SourceBinding
    resource: Resource

    @property
    def code(self) -> str:
        """The resource's code."""
        return self.resource.code

    @property
    def when(self) -> Feel | None:
        """Asked only when this holds; None: always."""
        return self.binding.when

    @property
    def key(self) -> tuple[str, ...]:
        """Addresses it is asked with."""
        return self.resource.key

    @property
    def answers(self) -> tuple[str, ...]:
        """Addresses it answers."""
        return self.resource.answers


@dataclass(frozen=True, kw_only=True)
class BoundEvent:
    """A life event with everything it uses, in its own addresses."""

    event: LifeEvent
    items: tuple[BoundItem, ...]
    sources: tuple[BoundSource, ...]
    choices: tuple[Choice, ...] = ()
    """Where one of several ways is enough: which one."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role that several play → the roles of its members; empty before `members.expand`."""
    many: Mapping[str, Role] = field(default_factory=dict)
    """Role that several play → what it is; empty before `members.expand`."""
    shape: Shape = Shape()
    """What it was shaped by."""

    @property
    def code(self) -> str:
        """The life event's code."""
        return self.event.code

    def role(self, address: str) -> Role:
        """Whose value stands at `address`; a choice belongs to the application itself."""
        name = address.rpartition(".")[0]
        return CHOOSING if name.partition(MEMBER)[0] == CHOICE else self.event.roles[name]

    def context(self, values: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
        """`values` as a context for conditions, a role that several play as a list of its members."""
        context = rules.context(values, types)
        for role, ones in self.lists.items():
            context[role] = [context.get(one, {}) for one in ones]
        return context

    @cached_property
    def by_choice(self) -> dict[str, Choice]:
        """Address → choice."""
        return {choice.address: choice for choice in self.choices}

    def item(self, code: str) -> BoundItem | None:
        """The bound item `code`, None when the event does not use it."""
        exact = next((item for item in self.items if item.code == code), None)
        if exact or MEMBER not in code or self.lists:
            return exact
        return self.item(code.partition(MEMBER)[0])  # before its members are known

    @cached_property
    def needed(self) -> frozenset[str]:
        """Addresses that some item needs."""
        return frozenset(need.element for item in self.items for need in item.needs)

    @cached_property
    def produced(self) -> dict[str, tuple[str, ...]]:
        """Address → codes of the items that produce it."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self.items:
            for name in item.produces:
                found[name] = (*found.get(name, ()), item.code)
        return found

    @cached_property
    def answered(self) -> dict[str, tuple[str, ...]]:
        """Address → codes of the resources that answer it."""
        found: dict[str, tuple[str, ...]] = {}
        for source in self.sources:
            for name in source.answers:
                found[name] = (*found.get(name, ()), source.code)
        return found

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address that occurs anywhere in the event."""
        found = set(self.needed) | set(self.produced) | set(self.answered) | set(self.event.situation)
        found |= {name for source in self.sources for name in source.key}
        found |= {name for source in self.sources if source.when for name in source.when.names}
        found |= {name for condition in self.event.conditions for name in condition.when.names}
        for item in self.items:
            found |= item.reads()
            found |= {item.item.region_of} if item.item.region_of else set()
            found |= {name for rule in item.rules for name in rule.names}
            for material in item.materials:
                found |= {name for one in material.replacements for name in one.elements if "." in name}
        return frozenset(name for name in found if "." in name)  # a list by itself is no value


def bind(catalogue: Things, event: LifeEvent) -> BoundEvent:
    """`event` with its items and sources renamed to its roles. Raises NotFound for an unknown code."""
    choices = Choices(
        event=event.code,
        roles={name: role.name for name, role in event.roles.items() if role.kind != "event"},
        elements=catalogue.elements,
    )
    return BoundEvent(
        event=event,
        items=tuple(bind_item(catalogue, use, choices) for use in event.items),
        sources=tuple(
            BoundSource(binding=binding, resource=_resource(catalogue.resource(binding.resource), binding))
            for binding in event.sources
        ),
        choices=tuple(choices.found.values()),
    )


def bind_item(catalogue: Things, use: ItemUse, choices: Choices) -> BoundItem:
    """One item as `use` binds it; its alternatives are added to `choices`."""
    formal = catalogue.item(use.item)
    roles = {role: use.roles.get(role, role) for role in formal.roles}

    def condition(value: Feel | None) -> Feel | None:
        return value.renamed(roles) if value else None

    needs = (
        replace(
            need,
            element=renamed(need.element, roles) if need.element else "",
            any_of=tuple(tuple(renamed(name, roles) for name in group) for group in need.any_of),
            when=condition(need.when),
            entry=index,
        )
        for index, need in enumerate(formal.needs)
    )
    papers = (
        replace(
            need,
            of=roles.get(need.of, need.of) if need.of else None,
            any_of=tuple(_paper(name, roles) for name in need.any_of),
            when=condition(need.when),
            entry=index,
        )
        for index, need in enumerate(formal.materials)
    )
    item = replace(
        formal,
        roles={roles[role]: kind for role, kind in formal.roles.items()},
        needs=choices.needs(formal, needs),
        materials=choices.materials(formal, papers, catalogue.materials),
        produces=replace(
            formal.produces,
            elements=tuple(renamed(name, roles) for name in formal.produces.elements),
            certificates=tuple(
                replace(issued, holder=roles.get(issued.holder, issued.holder) if issued.holder else None)
                for issued in formal.produces.certificates
            ),
        ),
        rules=tuple(
            replace(
                rule,
                when=condition(rule.when),
                inputs={name: feel.renamed(roles) for name, feel in rule.inputs.items()},
                names=tuple(renamed(name, roles) for name in rule.names),
                models=catalogue,
            )
            for rule in formal.rules
        ),
        joint_review=tuple(
            replace(
                rule,
                when=condition(rule.when),
                inputs={name: feel.renamed(roles) for name, feel in rule.inputs.items()},
                models=catalogue,
                shows=tuple(renamed(name, roles) for name in rule.shows),
                papers=tuple(_paper(name, roles) for name in rule.papers),
            )
            for rule in formal.joint_review
        ),
        region_of=renamed(formal.region_of, roles) if formal.region_of else None,
        skip_when=condition(formal.skip_when),
    )
    bare = _only_role(formal)
    return BoundItem(
        use=use,
        item=item,
        materials=tuple(
            _material(catalogue.material(need.material), need, roles, roles.get(bare or "", bare))
            for need in item.materials
        ),
    )


def _material(
    material: Material, need: MaterialNeed, roles: Mapping[str, str], bare: str | None
) -> BoundMaterial:
    """A document as an item asks for it; `bare` is the role that bare elements mean without `of`."""
    of = need.of or bare
    replacements = tuple(
        replace(
            one,
            elements=tuple(
                renamed(name, roles) if "." in name else f"{of}.{name}" if of else name
                for name in one.elements
            ),
        )
        for one in material.replaced_by
    )
    return BoundMaterial(need=need, material=material, replacements=replacements, key=need.id)


def _paper(name: str, roles: Mapping[str, str]) -> str:
    code, _, role = name.partition(".")
    return f"{code}.{roles.get(role, role)}" if role else code


def _only_role(item: ServiceItem) -> str | None:
    """The role a bare element means when the material names none: the item's one person, or its one role."""
    people = [role for role, kind in item.roles.items() if kind == "person"] or list(item.roles)
    return people[0] if len(people) == 1 else None


def _resource(resource: Resource, binding: SourceBinding) -> Resource:
    roles = {role: binding.roles.get(role, role) for role in resource.roles}
    return replace(
        resource,
        roles={roles[role]: kind for role, kind in resource.roles.items()},
        key=tuple(renamed(name, roles) for name in resource.key),
        answers=tuple(renamed(name, roles) for name in resource.answers),
    )
