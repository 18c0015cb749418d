"""Service items: the smallest thing one department decides."""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.joint import JointRule, always
from tongban.catalogue.domain.kinds import (
    CODE,
    TIERS,
    Address,
    Code,
    Count,
    DepartmentCode,
    Keys,
    MaterialCode,
    MaterialOf,
    Pattern,
    Ref,
    RoleKind,
    Span,
    Tier,
)
from tongban.catalogue.domain.ruling import Rule
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member, split
from tongban.kernel.clock import Limit, Unit

FormalRoles = Annotated[Mapping[str, RoleKind], Keys(CODE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of an alternative, on each bound need or document that belongs to it."""

    choice: str
    """Address of the choice."""
    code: str
    """The choice's code that means this way."""
    when: Feel | None
    """When the alternative as a whole is needed."""

    @property
    def holds(self) -> Feel:
        """The alternative is needed and this way was chosen."""
        role, element = split(self.choice)
        # A member's choice stands at `choice-2`, which is no name in FEEL: there it is called `choice`.
        word = role.partition("-")[0]
        fell, roles = f'{word}.{element} = "{self.code}"', {word: role} if role != word else {}
        if self.when is None:
            return Feel(fell, roles)
        return Feel(f"({self.when.text}) and {fell}", {**self.when.roles, **roles}, self.when.members)


def _check_ways(one: str, any_of: tuple[Any, ...], ways: tuple[Text, ...], word: str) -> None:
    """Raise ValueError unless an entry names one thing or says of several which may stand for each other."""
    if bool(one) == bool(any_of):
        raise ValueError(f"An entry names one `{word}`, or what may stand for each other in `any_of`.")
    if any_of and (len(any_of) < 2 or not all(any_of)):  # noqa: PLR2004 - one way is no choice
        raise ValueError("`any_of` needs at least two ways, none of them empty.")
    if ways and len(ways) != len(any_of):
        raise ValueError("`ways` has one text for each way of `any_of`.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One value an item cannot be decided without, or groups of values of which one whole group is enough."""

    SCHEMA: ClassVar[dict[str, Any]] = {"oneOf": [{"required": ["element"]}, {"required": ["any_of"]}]}

    element: Address = member(doc="address of the value, in the item's own roles", default="")
    any_of: tuple[tuple[Address, ...], ...] = member(
        doc="instead of `element`: groups of addresses, one whole group is enough", default=()
    )
    choice: Code | None = member(
        doc="with `any_of`: short name of the choice; absent: the first group's first element", default=None
    )
    question: Text | None = member(doc="with `any_of`: how the person is asked which way", default=None)
    ways: tuple[Text, ...] = member(
        doc="with `any_of`: what each way is called; absent: made of the names of its values", default=()
    )
    law: LawRefs = member(doc="the law that allows to ask for it", default=())
    why: Text = member(doc="why it is needed, in words for the applicant")
    when: Feel | None = member(doc="needed only when this holds", default=None)
    required: bool = member(doc="false: may be left empty", default=True)
    way: Way | None = member(default=None, in_file=False)
    entry: int = member(doc="where it stands in the item's list", default=0, in_file=False)

    def __post_init__(self) -> None:
        _check_ways(self.element, self.any_of, self.ways, "element")

    @property
    def condition(self) -> Feel | None:
        """When it is needed at all, whichever way is chosen."""
        return self.way.when if self.way else self.when

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address it may need: one, or those of all its ways."""
        return (self.element,) if self.element else tuple(name for group in self.any_of for name in group)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialNeed:
    """One document an item asks for, or several of which one is enough."""

    SCHEMA: ClassVar[dict[str, Any]] = {"oneOf": [{"required": ["material"]}, {"required": ["any_of"]}]}

    material: MaterialCode = member(doc="code of the material in materials/", default="")
    any_of: tuple[MaterialOf, ...] = member(
        doc="instead of `material`: `material` or `material.role`, one of them is enough", default=()
    )
    choice: Code | None = member(
        doc="with `any_of`: short name of the choice; absent: the first document's code", default=None
    )
    question: Text | None = member(doc="with `any_of`: how the person is asked which one", default=None)
    ways: tuple[Text, ...] = member(
        doc="with `any_of`: what each way is called; absent: the documents' names", default=()
    )
    of: Annotated[Code, Ref("roles")] | None = member(
        doc="whose document it is: one of the item's roles; also tells two copies of one material apart",
        default=None,
    )
    when: Feel | None = member(doc="asked only when this holds", default=None)
    necessity: Literal["required", "conditional", "optional"] = member(doc="whether it must be there")
    may_follow_days: Count | None = member(
        doc="working days after submission within which it may follow", default=None
    )
    law: LawRefs = member(doc="the law that asks for it", default=())
    note: Text | None = member(doc="a note to the applicant", default=None)
    way: Way | None = member(default=None, in_file=False)
    entry: int = member(doc="where it stands in the item's list", default=0, in_file=False)

    def __post_init__(self) -> None:
        _check_ways(self.material, self.any_of, self.ways, "material")

    @property
    def condition(self) -> Feel | None:
        """When it is needed at all, whichever way is chosen."""
        return self.way.when if self.way else self.when

    @property
    def papers(self) -> tuple[tuple[str, str | None], ...]:
        """Code and role of every document it may ask for."""
        if self.material:
            return ((self.material, self.of),)
        parts = [name.partition(".") for name in self.any_of]
        return tuple((code, role or self.of) for code, _, role in parts)

    @property
    def id(self) -> str:
        """Tells the document apart within its item: ``material`` or ``material.role``."""
        return f"{self.material}.{self.of}" if self.of else self.material


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """A certificate that an item's approval issues."""

    certificate: Code = member(doc="code of the certificate, one in the whole catalogue")
    name: Text = member(doc="its name")
    holder: Annotated[Code, Ref("roles")] | None = member(
        doc="the role it is issued to; absent: the item's first role", default=None
    )
    valid_years: Count | None = member(doc="years it is valid; absent: without end", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Produces:
    """What exists once an item is approved."""

    elements: tuple[Address, ...] = member(doc="addresses that get a value", default=())
    certificates: tuple[IssuedCertificate, ...] = member(doc="certificates it issues", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryLimit:
    """The limit that a law sets, with the law."""

    amount: Count = member(doc="how many units")
    unit: Unit = member(doc="what is counted")
    law: LawRefs = member(doc="the law that sets it", default=())

    @property
    def limit(self) -> Limit:
        """The bare limit, for the clock."""
        return Limit(self.amount, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a department may take: by law, and as it promises."""

    statutory: StatutoryLimit | None = member(doc="the limit that a law sets", default=None)
    promised: Limit = member(doc="the limit the department promises, never above the statutory one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What it costs; the amount is decimal, in `currency`."""

    amount: Decimal = member(doc="decimal amount, quoted")
    currency: Annotated[str, Pattern(r"[A-Z]{3}", "a currency code such as `CNY`")] = member(
        doc="ISO 4217", default="CNY"
    )
    law: LawRefs = member(doc="the law that sets it", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """The department that handles the item at each region tier where it is handled."""

    province: DepartmentCode | None = member(default=None)
    city: DepartmentCode | None = member(default=None)
    county: DepartmentCode | None = member(default=None)
    township: DepartmentCode | None = member(default=None)
    village: DepartmentCode | None = member(default=None)

    def at(self, tier: Tier) -> str | None:
        """The department at `tier`, None when the item is not handled there."""
        found: str | None = getattr(self, tier)
        return found

    def tiers(self) -> tuple[Tier, ...]:
        """The tiers where the item is handled, from province down."""
        return tuple(tier for tier in TIERS if self.at(tier))


Delivery = Literal["online", "post", "hall"]
Channel = Literal["online", "hall", "kiosk", "tv", "mobile", "phone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItem:
    """The smallest thing one department decides. Addresses are in its own (formal) roles."""

    code: Code = member("item", doc="code of the item; the file's name")
    name: Text = member(doc="its official name")
    summary: Text = member(doc="what the applicant gets, in one or two sentences")
    department: DepartmentCode = member(doc="the department that decides")
    kind: Literal["registration", "certificate", "payment", "confirmation", "service"] = member(
        doc="what sort of act it is"
    )
    roles: FormalRoles = member(doc="its formal roles and their kinds")
    needs: tuple[Need, ...] = member(doc="values it needs", default=())
    materials: tuple[MaterialNeed, ...] = member(doc="documents it asks for", default=())
    produces: Produces = member(doc="what exists after approval", default=Produces())
    limits: Limits = member(doc="how long it may take")
    fee: Fee = member(doc="what it costs", default=Fee(amount=Decimal(0)))
    channels: tuple[Channel, ...] = member(doc="where one can apply", default=("online",))
    visits: Annotated[int, Span(0, 20)] = member(
        doc="visits when it is done alone at the counter (the figure before)", default=1
    )
    rules: tuple[Rule, ...] = member(doc="decision rules", default=())
    risk: Literal["low", "medium", "high"] = member(doc="risk of a wrong approval", default="low")
    handlers: Handlers = member(doc="who handles it at each tier")
    handled_at: Tier = member(doc="the tier whose office decides")
    region_of: Address | None = member(
        doc="address whose region code picks the office; absent: the applicant's", default=None
    )
    via: Literal["system", "workbench"] = member(doc="who decides: the department's system or a clerk here")
    joint: tuple[DepartmentCode, ...] = member(doc="departments that co-sign in a joint step", default=())
    joint_review: tuple[JointRule, ...] = member(
        doc="risks that call further departments to co-sign", default=()
    )
    legal_basis: LawRefs = member(doc="the law it rests on", default=())
    appeal: Text | None = member(doc="how to appeal", default=None)
    result: Text | None = member(doc="what the applicant holds in the end", default=None)
    delivery: tuple[Delivery, ...] = member(doc="how the result is delivered", default=("online",))
    skip_when: Feel | None = member(
        doc="skipped when this holds, because what it gives is there already", default=None
    )
    skip_reason: Text | None = member(
        doc="with `skip_when`: why nothing has to be done, in words for the applicant", default=None
    )
    skip_held: bool = member(
        doc="skipped while its certificate, given to the same holder in an earlier case, is valid",
        default=False,
    )
    version: str = member(default="", in_file=False)

    @property
    def reviews(self) -> tuple[JointRule, ...]:
        """Everything that may call departments to co-sign: `joint`, which always does, and the risk rules."""
        return (*((always(self.joint),) if self.joint else ()), *self.joint_review)
