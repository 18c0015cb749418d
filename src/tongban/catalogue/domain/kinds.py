"""The words a file may use, as annotated types: each says its pattern and what it refers to.

`shapes` reads these annotations. A `Ref` makes the checker look the value up, so a new reference needs no
code of its own.
"""

from dataclasses import dataclass
from typing import Annotated, Literal


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression the whole value must match, and how to say that to the author."""

    pattern: str
    says: str


@dataclass(frozen=True, slots=True)
class Ref:
    """The value is the code of a thing of this kind (a folder's name, or ``certificates``)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest number allowed."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list whose brackets may be left out when it has one member."""


@dataclass(frozen=True, slots=True)
class AnyText:
    """A plain string stands for a text that is the same in every language."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the keys of a mapping must look like, and what they refer to."""

    pattern: Pattern
    ref: Ref | None = None


CODE = Pattern(
    r"[a-z][a-z0-9_]{0,79}", "a code of small letters, digits and underscores, such as `id_number`"
)
ADDRESS = Pattern(
    r"[a-z][a-z0-9_]{0,79}\.[a-z][a-z0-9_]{0,79}", "an address `role.element`, such as `mother.id_number`"
)
EITHER = Pattern(
    r"([a-z][a-z0-9_]{0,79}\.)?[a-z][a-z0-9_]{0,79}",
    "an element `id_number` or an address `mother.id_number`",
)
PAPER = Pattern(
    r"[a-z][a-z0-9_]{0,79}(\.[a-z][a-z0-9_]{0,79})?",
    "a material `household_register` or `household_register.mother`",
)

Code = Annotated[str, CODE]
Address = Annotated[str, ADDRESS, Ref("addresses")]
ElementOrAddress = Annotated[str, EITHER, Ref("addresses")]
DepartmentCode = Annotated[str, CODE, Ref("departments")]
ElementCode = Annotated[str, CODE, Ref("elements")]
ItemCode = Annotated[str, CODE, Ref("items")]
MaterialCode = Annotated[str, CODE, Ref("materials")]
MaterialOf = Annotated[str, PAPER, Ref("papers")]
LawCode = Annotated[str, CODE, Ref("laws")]
ResourceCode = Annotated[str, CODE, Ref("resources")]
CodeListCode = Annotated[str, CODE, Ref("code_lists")]
CertificateCode = Annotated[str, CODE, Ref("certificates")]
ProcessCode = Annotated[str, CODE, Ref("processes")]
DecisionCode = Annotated[str, CODE, Ref("decisions")]
SystemCode = Annotated[str, CODE, Ref("systems")]
RegionCode = Annotated[
    str, Pattern(r"[0-9]{6}", 'a region code in quotes, such as `"430100"`'), Ref("regions")
]
Count = Annotated[int, Span(1, 100_000)]
Digits = Annotated[str, Pattern(r"[0-9+*#() -]{3,30}", 'a phone number in quotes, such as `"12320"`')]

RoleKind = Literal["person", "organisation", "property", "event"]
Tier = Literal["province", "city", "county", "township", "village"]
TIERS: tuple[Tier, ...] = ("province", "city", "county", "township", "village")
ElementType = Literal[
    "string", "text", "integer", "decimal", "money", "date", "datetime", "boolean", "code", "address", "phone"
]
Grade = Literal["public", "internal", "sensitive", "classified"]
