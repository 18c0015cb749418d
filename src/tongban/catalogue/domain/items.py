"""Service items: the smallest thing one department decides."""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.kinds import (
    CODE,
    TIERS,
    Address,
    Code,
    Count,
    DepartmentCode,
    Keys,
    MaterialCode,
    Pattern,
    Ref,
    RoleKind,
    Span,
    Tier,
)
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member
from tongban.kernel.clock import Limit, Unit

FormalRoles = Annotated[Mapping[str, RoleKind], Keys(CODE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One value an item cannot be decided without."""

    element: Address = member(doc="address of the value, in the item's own roles")
    law: LawRefs = member(doc="the law that allows to ask for it", default=())
    why: Text = member(doc="why it is needed, in words for the applicant")
    when: Feel | None = member(doc="needed only when this holds", default=None)
    required: bool = member(doc="false: may be left empty", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialNeed:
    """One document an item asks for."""

    material: MaterialCode = member(doc="code of the material in materials/")
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
class Rule:
    """A decision rule: when `when` holds, the outcome is proposed with its reason."""

    code: Code = member("rule", doc="code of the rule within the item")
    when: Feel = member(doc="when it holds")
    outcome: Literal["reject", "correct", "review"] = member(doc="what follows")
    reason: Text = member(doc="what the applicant is told")
    law: LawRefs = member(doc="the law behind it", default=())
    names: tuple[Address, ...] = member(doc="addresses to correct", default=())


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
    legal_basis: LawRefs = member(doc="the law it rests on", default=())
    appeal: Text | None = member(doc="how to appeal", default=None)
    result: Text | None = member(doc="what the applicant holds in the end", default=None)
    delivery: tuple[Literal["online", "post", "hall"], ...] = member(
        doc="how the result is delivered", default=("online",)
    )
    version: str = member(default="", in_file=False)
