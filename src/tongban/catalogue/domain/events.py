"""Life events (一件事) and the data resources they may ask."""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.items import FormalRoles
from tongban.catalogue.domain.kinds import (
    CODE,
    Address,
    CertificateCode,
    Code,
    DepartmentCode,
    ItemCode,
    Keys,
    ProcessCode,
    Ref,
    RegionCode,
    ResourceCode,
    RoleKind,
    Span,
)
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member, renamed
from tongban.kernel.clock import Limit

RoleName = Annotated[str, CODE, Ref("roles")]
RoleMap = Annotated[Mapping[str, RoleName], Keys(CODE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """How many may play one role."""

    min: Annotated[int, Span(1, 200)] = member(doc="the least number", default=1)
    max: Annotated[int, Span(1, 200)] = member(doc="the greatest number")

    def __post_init__(self) -> None:
        if self.min > self.max:
            raise ValueError("The least number is above the greatest.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part somebody or something plays in a life event."""

    kind: RoleKind = member(doc="what sort of thing it is")
    name: Text = member(doc="what people call it")
    many: Many | None = member(
        doc="several may play it (staff, shareholders, children); absent: exactly one", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBinding:
    """A resource this event may ask, with the resource's roles → the event's."""

    resource: ResourceCode = member(doc="code of the resource in resources/")
    roles: RoleMap = member(doc="the resource's role → the event's role", factory=dict)
    when: Feel | None = member(doc="asked only when this holds", default=None)

    def address(self, formal: str) -> str:
        """The event's address of one of the resource's."""
        return renamed(formal, self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Who may use a life event; when it does not hold the person is told `message`."""

    when: Feel = member(doc="must hold for the event to be used")
    message: Text = member(doc="why not, and where to go instead")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUse:
    """An item within a life event, with the item's roles → the event's."""

    item: ItemCode = member(doc="code of the item in items/")
    when: Feel | None = member(doc="part of the case only when this holds", default=None)
    roles: RoleMap = member(doc="the item's role → the event's role, where they differ", factory=dict)
    chosen_by: Literal["applicant"] | None = member(doc="the applicant may leave it out", default=None)
    each: RoleName | None = member(
        doc="a role that several play: the item is done once for each of them; absent: once for all",
        default=None,
    )
    regions: tuple[RegionCode, ...] = member(
        doc="region codes where it is offered: the place of the item's `region_of`, else of the applicant",
        default=(),
    )

    def address(self, formal: str) -> str:
        """The event's address of one of the item's (``baby.name`` → ``child.name``)."""
        return renamed(formal, self.roles)

    def formal(self, address: str) -> str:
        """The item's own address of one of the event's, which is how its department knows it."""
        return renamed(address, {event: formal for formal, event in self.roles.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Figures that an official guide claims for this event; ours are computed."""

    before: Annotated[Mapping[str, int], Keys(CODE)] = member(
        doc="steps, days, materials, trips", factory=dict
    )
    after: Annotated[Mapping[str, int], Keys(CODE)] = member(doc="the same after bundling", factory=dict)
    source: str | None = member(doc="where the figures stand", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """A bundle that a person knows: newborn, second-hand home."""

    code: Code = member("life_event", doc="code of the life event; the file's name")
    name: Text = member(doc="its name")
    summary: Text = member(doc="what one gets, in one or two sentences")
    audience: Literal["person", "organisation"] = member(doc="whom it serves")
    stage: Code = member(doc="stage of life or business: birth, school, work, home, business, retirement, …")
    lead: DepartmentCode = member(doc="the department that leads")
    roles: Annotated[Mapping[str, Role], Keys(CODE)] = member(doc="its roles")
    applicant: tuple[RoleName, ...] = member(doc="roles that may apply")
    promise: Limit = member(doc="the limit promised for the whole event")
    sources: tuple[SourceBinding, ...] = member(doc="resources this event may ask", default=())
    situation: tuple[Address, ...] = member(
        doc="addresses asked early because conditions read them", default=()
    )
    conditions: tuple[Condition, ...] = member(doc="who may use it", default=())
    items: tuple[ItemUse, ...] = member(doc="its items")
    process: ProcessCode | None = member(
        doc="its drawn process in processes/; absent: the order follows from what the items need",
        default=None,
    )
    declared: Declared | None = member(doc="figures that the official guide claims", default=None)
    search: tuple[str, ...] = member(doc="colloquial words people search with", default=())
    version: str = member(default="", in_file=False)

    @property
    def uses(self) -> tuple[ItemUse, ...]:
        """Its items, with their roles bound."""
        return self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a department shares on the hub: from a key to answers."""

    code: Code = member("resource", doc="code of the resource; the file's name")
    name: Text = member(doc="its name")
    department: DepartmentCode = member(doc="the department that shares it")
    roles: FormalRoles = member(doc="its formal roles and their kinds")
    key: tuple[Address, ...] = member(doc="addresses it is asked with")
    answers: tuple[Address, ...] = member(doc="addresses it answers")
    operation: Code = member(doc="name of the operation in the department's system file")
    certificate: CertificateCode | None = member(
        doc="the certificate that its record stands for", default=None
    )
    law: LawRefs = member(doc="the law that allows to share it", default=())
    freshness_days: Annotated[int, Span(0, 3650)] | None = member(
        doc="days an answer may be used before it is asked again; 0: ask each time", default=None
    )
    version: str = member(default="", in_file=False)
