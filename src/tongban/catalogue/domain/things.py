"""Departments, code lists, data elements, laws and materials."""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from tongban.catalogue.domain.kinds import (
    CODE,
    AnyText,
    CertificateCode,
    Code,
    CodeListCode,
    Count,
    DepartmentCode,
    ElementOrAddress,
    ElementType,
    Grade,
    Keys,
    LawCode,
    OneOrMany,
    Pattern,
    RoleKind,
    Span,
    SystemCode,
    Tier,
)
from tongban.catalogue.domain.values import Text, member

Article = Annotated[str, Pattern(r"\S.{0,60}", "an article such as `第七条`")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRef:
    """How a file names an article of a law."""

    law: LawCode = member(doc="code of the law in laws/")
    article: Article = member(doc="the article as the law counts it, such as 第七条", default="")


LawRefs = Annotated[tuple[LawRef, ...], OneOrMany()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department that decides items or shares data."""

    code: Code = member("department", doc="code of the department; the file's name")
    name: Text = member(doc="full name")
    short: Text = member(doc="the name people use")
    credit_code: str | None = member(doc="unified social credit code (GB 32100)", default=None)
    parent: DepartmentCode | None = member(doc="the department it belongs to", default=None)
    tiers: tuple[Tier, ...] = member(doc="region tiers where it has an office")
    contact: Annotated[Mapping[str, str], Keys(CODE)] = member(
        doc="how to reach it: phone, url, address, hours", factory=dict
    )
    system: SystemCode | None = member(
        doc="its system in systems/; null: tasks go to the workbench", default=None
    )
    version: str = member(default="", in_file=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One code of a list."""

    code: Annotated[str, Pattern(r"\S{1,40}", 'a code in quotes, such as `"01"`')] = member(
        doc="the code, quoted"
    )
    name: Text = member(doc="what it means")
    pinyin: str | None = member(doc="reading, for lists that people search", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A closed list of codes, usually a national standard's."""

    code: Code = member("code_list", doc="code of the list; the file's name")
    name: Text = member(doc="name of the list")
    standard: str | None = member(doc="the standard it comes from", default=None)
    codes: tuple[CodeEntry, ...] = member(doc="the codes in the order people see them")
    version: str = member(default="", in_file=False)

    def __contains__(self, code: object) -> bool:
        return any(entry.code == code for entry in self.codes)

    def entry(self, code: str) -> CodeEntry | None:
        """The entry of `code`, None when the list has no such code."""
        return next((entry for entry in self.codes if entry.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataElement:
    """One standard field: what a value means, how it looks, who knows it and how secret it is."""

    code: Code = member("element", doc="code of the element; the file's name")
    name: Text = member(doc="a noun, as a label")
    question: Text | None = member(doc="how it is asked; {role} becomes the role's name", default=None)
    hint: Text | None = member(doc="help below the question", default=None)
    of: tuple[RoleKind, ...] = member(doc="kinds of role it may describe")
    type: ElementType = member(doc="type of the value")
    format: Code | None = member(doc="a named check, such as resident_id or credit_code", default=None)
    code_list: CodeListCode | None = member(doc="the list its codes come from", default=None)
    unit: str | None = member(doc="unit of measure, such as kg, m2 or CNY", default=None)
    min: Decimal | None = member(doc="least value", default=None)
    max: Decimal | None = member(doc="greatest value", default=None)
    max_length: Count | None = member(doc="greatest number of characters", default=None)
    grade: Grade = member(doc="how secret it is")
    owner: DepartmentCode | None = member(
        doc="the authoritative department; absent: only the person knows it", default=None
    )
    law: LawRefs = member(doc="the law that defines it", default=())
    example: str | None = member(doc="an example that shows the format, quoted", default=None)
    version: str = member(default="", in_file=False)

    def asked_of(self, role: Text) -> Text:
        """The question with the role's name in its place; the element's name when it has no question."""
        return (self.question or self.name).fill(role=role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law, regulation or notice that a catalogue entry rests on."""

    code: Code = member("law", doc="code of the law; the file's name")
    title: Text = member(doc="its title")
    issued_by: Annotated[Text, AnyText()] = member(doc="who issued it; a plain string when not translated")
    number: str | None = member(doc="its document number", default=None)
    effective: dt.date = member(doc="the day it takes effect")
    articles: Annotated[
        Mapping[str, Annotated[Text, AnyText()]], Keys(Pattern(r"\S.{0,60}", "an article such as `第七条`"))
    ] = member(doc="article → its text or a summary in own words", factory=dict)
    verified: bool = member(doc="whether someone compared it with the official text", default=False)
    url: str | None = member(doc="where the official text stands", default=None)
    version: str = member(default="", in_file=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """One way to do without the paper: a certificate, known data, or the one form itself."""

    certificate: CertificateCode | None = member(doc="an e-certificate that stands for it", default=None)
    elements: tuple[ElementOrAddress, ...] = member(
        doc="data known from an authoritative source; a bare element means of the role the item binds",
        default=(),
    )
    form: bool = member(doc="the one form replaces this paper form", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A document that an item may ask for."""

    code: Code = member("material", doc="code of the material; the file's name")
    name: Text = member(doc="its name")
    kind: Literal["certificate", "form", "proof", "photo", "statement"] = member(
        doc="what sort of document it is"
    )
    issued_by: DepartmentCode | None = member(doc="the department that issues it", default=None)
    accepts: tuple[Literal["pdf", "jpeg", "png", "ofd"], ...] = member(
        doc="file types for an upload", default=("pdf", "jpeg", "png")
    )
    max_megabytes: Annotated[int, Span(1, 500)] = member(doc="greatest size of an upload", default=10)
    replaced_by: tuple[Replacement, ...] = member(
        doc="any one of these makes the upload unnecessary", default=()
    )
    note: Text | None = member(doc="a note to the applicant", default=None)
    version: str = member(default="", in_file=False)
