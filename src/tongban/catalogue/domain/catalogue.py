"""The catalogue as one value: every thing by its code, with the version of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from tongban.catalogue.domain.binding import BoundEvent, Shape, bind
from tongban.catalogue.domain.deciding import compiled
from tongban.catalogue.domain.drawn import MODELS, DecisionModel, ProcessModel, suffix
from tongban.catalogue.domain.events import LifeEvent, Resource
from tongban.catalogue.domain.items import IssuedCertificate, ServiceItem
from tongban.catalogue.domain.members import expand, least
from tongban.catalogue.domain.overlays import Overlay, Regional, apply, chain
from tongban.catalogue.domain.reading import Path, Reference, did_you_mean
from tongban.catalogue.domain.systems import DepartmentSystem
from tongban.catalogue.domain.things import CodeList, DataElement, Department, Law, Material
from tongban.catalogue.domain.values import MEMBER, Place, Text, split
from tongban.catalogue.domain.ways import Choice
from tongban.kernel import canonical
from tongban.kernel.errors import NotFound
from tongban.rules.dmn import Model

KINDS: dict[str, Any] = {
    "departments": Department,
    "code_lists": CodeList,
    "elements": DataElement,
    "laws": Law,
    "materials": Material,
    "items": ServiceItem,
    "life_events": LifeEvent,
    "resources": Resource,
    "systems": DepartmentSystem,
    "overlays": Overlay,
    **MODELS,
}
"""Folder → the dataclass whose fields are the keys of its files; a model's file is its `model` alone."""


def one(kind: str) -> str:
    """The name of one thing of a kind: ``items`` → ``item``."""
    return kind.removesuffix("es") if kind == "processes" else kind.removesuffix("s")


def hashed(content: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The content as versions are taken of it.

    Kinds that came later stand in it only when there are such things: a version that was stored before is
    the same version for ever.
    """
    return {kind: things for kind, things in content.items() if things or kind not in MODELS}


@lru_cache(maxsize=512)
def _shaped(catalogue: "Catalogue", code: str, shape: Shape) -> BoundEvent:
    bound = catalogue.bound(code)
    numbers = dict(shape.members)
    items = {}
    for name, region in shape.regions:
        base = name.partition(MEMBER)[0]
        if not catalogue.overlays_of(base, region):
            continue
        there = expand(bind(_There(catalogue, base, region), bound.event), numbers)
        items[name] = there.item(name)
    whole = expand(bound, numbers)
    found = tuple(items.get(item.code) or item for item in whole.items)
    return replace(whole, items=found, shape=shape)


@dataclass(frozen=True)
class _There:
    """A catalogue in which one item is as a region has it."""

    catalogue: "Catalogue"
    code: str
    region: str

    @property
    def elements(self) -> Mapping[str, DataElement]:
        """The catalogue's."""
        return self.catalogue.elements

    @property
    def materials(self) -> Mapping[str, Material]:
        """The catalogue's."""
        return self.catalogue.materials

    def item(self, code: str) -> ServiceItem:
        """The item, or its regional version."""
        return (
            self.catalogue.regional(code, self.region).item
            if code == self.code
            else self.catalogue.item(code)
        )

    def material(self, code: str) -> Material:
        """The catalogue's."""
        return self.catalogue.material(code)

    def resource(self, code: str) -> Resource:
        """The catalogue's."""
        return self.catalogue.resource(code)

    def decided(self, code: str) -> Model:
        """The catalogue's."""
        return self.catalogue.decided(code)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All content, immutable. Equal catalogues have equal versions."""

    departments: Mapping[str, Department] = field(default_factory=dict)
    code_lists: Mapping[str, CodeList] = field(default_factory=dict)
    elements: Mapping[str, DataElement] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    items: Mapping[str, ServiceItem] = field(default_factory=dict)
    life_events: Mapping[str, LifeEvent] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    systems: Mapping[str, DepartmentSystem] = field(default_factory=dict)
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    """``region/item`` → what the region does differently."""
    processes: Mapping[str, ProcessModel] = field(default_factory=dict)
    """Processes that were drawn, in BPMN."""
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    """Decision models, in DMN."""
    version: str = ""
    """First 16 hex digits of the SHA-256 of the canonical content."""
    content: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)
    """Kind → code → the file as plain JSON: what `version` is taken of, and what a stored version keeps."""
    places: Mapping[Path, Place] = field(default_factory=dict, repr=False, compare=False)
    """``(kind, code, *keys)`` → where it stands; empty for a catalogue read from a stored version."""
    references: tuple[Reference, ...] = field(default=(), repr=False, compare=False)
    """Every code in the files that must name something; `check` looks them up."""

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def canonical(self) -> bytes:
        """The content as canonical JSON: what is stored of a version, and what its digest is taken of."""
        return canonical.dumps(hashed(self.content))

    @cached_property
    def _decided(self) -> dict[str, Model]:
        return {}

    @cached_property
    def _bound(self) -> dict[str, BoundEvent]:
        return {}

    @cached_property
    def certificates(self) -> Mapping[str, IssuedCertificate]:
        """Every certificate that an item issues, by code."""
        return {
            issued.certificate: issued
            for item in self.items.values()
            for issued in item.produces.certificates
        }

    @cached_property
    def choices(self) -> Mapping[str, Choice]:
        """Every choice of every life event by its element's code; events with unknown codes have none."""
        found: dict[str, Choice] = {}
        for code in self.life_events:
            try:
                found |= {choice.element.code: choice for choice in self.bound(code).choices}
            except (NotFound, KeyError):
                continue
        return found

    @cached_property
    def lists(self) -> Mapping[str, CodeList]:
        """Every code list by code, with those of the choices."""
        return {**self.code_lists, **{code: choice.code_list for code, choice in self.choices.items()}}

    def _get(self, kind: str, code: str) -> Any:
        things: Mapping[str, Any] = getattr(self, kind)
        if code in things:
            return things[code]
        singular = one(kind)
        raise NotFound(
            f"catalogue.no_{singular}",
            f"The catalogue has no {singular.replace('_', ' ')} of the code {code[:80]!r}.",
            hint=did_you_mean(code, things),
            code_asked=code[:80],
        )

    def event(self, code: str) -> LifeEvent:
        """The life event `code`; raises NotFound with the nearest code as hint, as all of these do."""
        found: LifeEvent = self._get("life_events", code)
        return found

    def item(self, code: str) -> ServiceItem:
        """The service item `code`, in its own formal roles; ``item-2`` has a member's number in its name."""
        base, _, number = code.partition(MEMBER)
        found: ServiceItem = self._get("items", base if number.isdigit() else code)
        if not number:
            return found
        name = found.name
        return replace(
            found,
            name=Text(f"{name.zh_hans}（{number}）", f"{name.zh_hant}（{number}）", f"{name.en} ({number})"),
        )

    def regional(self, code: str, region: str) -> Regional:
        """The item `code` as `region` has it, and which overlay says what differs."""
        return apply(self.item(code), self.overlays_of(code, region))

    def overlays_of(self, code: str, region: str) -> tuple[Overlay, ...]:
        """The overlays of an item that hold in a region, the province's first."""
        if not self.overlays:
            return ()
        names = (f"{one}/{code}" for one in chain(region))
        return tuple(self.overlays[name] for name in names if name in self.overlays)

    @cached_property
    def overlaid(self) -> frozenset[str]:
        """Items that some region does differently."""
        return frozenset(overlay.item for overlay in self.overlays.values())

    def element(self, code_or_address: str) -> DataElement:
        """The data element of a code (``id_number``) or of an address (``mother.id_number``)."""
        code = split(code_or_address)[1]
        if code not in self.elements and code in self.choices:
            return self.choices[code].element
        found: DataElement = self._get("elements", code)
        return found

    def department(self, code: str) -> Department:
        """The department `code`."""
        found: Department = self._get("departments", code)
        return found

    def material(self, code: str) -> Material:
        """The material `code`."""
        found: Material = self._get("materials", code)
        return found

    def code_list(self, code: str) -> CodeList:
        """The code list `code`."""
        if code not in self.code_lists and code in self.lists:
            return self.lists[code]
        found: CodeList = self._get("code_lists", code)
        return found

    def resource(self, code: str) -> Resource:
        """The resource `code`, in its own formal roles."""
        found: Resource = self._get("resources", code)
        return found

    def law(self, code: str) -> Law:
        """The law `code`."""
        found: Law = self._get("laws", code)
        return found

    def process(self, code: str) -> ProcessModel:
        """The drawn process `code`."""
        found: ProcessModel = self._get("processes", code)
        return found

    def decision(self, code: str) -> DecisionModel:
        """The decision model `code`."""
        found: DecisionModel = self._get("decisions", code)
        return found

    def decided(self, code: str) -> Model:
        """The decision model `code`, compiled; with what is wrong inside of it in its `findings`.

        Raises: NotFound for a code that names nothing; InvalidInput or TooLarge when it is no DMN at all.
        """
        if code not in self._decided:
            self.decision(code)
            self._decided[code] = compiled(self.decisions, code)
        return self._decided[code]

    def system(self, code: str) -> DepartmentSystem:
        """The department system `code`."""
        found: DepartmentSystem = self._get("systems", code)
        return found

    def bound(self, event: LifeEvent | str) -> BoundEvent:
        """A life event with its items, materials and sources all in the event's own addresses."""
        code = event if isinstance(event, str) else event.code
        if code not in self._bound:
            self._bound[code] = bind(self, self.event(code))
        return self._bound[code]

    def shaped(self, event: LifeEvent | str, shape: Shape) -> BoundEvent:
        """A life event for the members and regions of one application; by default the least members."""
        bound = self.bound(event)
        members = dict(shape.members)
        lists = {role: members.get(role, numbers) for role, numbers in least(bound).items()}
        shape = Shape.of(lists, dict(shape.regions))
        if shape == bound.shape:
            return bound
        return _shaped(self, bound.code, shape)

    def types(self, event: LifeEvent | str) -> dict[str, str]:
        """Address → element type for every address of the event: what `rules.context` wants."""
        bound = self.bound(event)
        return {
            name: self.element(name).type
            for name in sorted(bound.addresses)
            if split(name)[1] in self.elements or name in bound.by_choice
        }

    def plain(self, path: Path) -> Any:
        """The plain JSON at ``(kind, code, *keys)``; None where nothing stands."""
        found: Any = self.content
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def place(self, kind: str, code: str, *keys: str | int) -> Place:
        """Where a thing or a part of it stands; the nearest enclosing place when the part has none."""
        path: Path = (kind, code, *keys)
        while len(path) > 1:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return Place(f"{kind}/{code}{suffix(kind)}", 1, 1)
