"""The typed parts of a guide, and the findings about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.catalogue.domain import Severity
from tongban.catalogue.guides.limits import TimeLimit
from tongban.catalogue.guides.procedures import Procedure
from tongban.catalogue.guides.readings import Reading, shown
from tongban.catalogue.guides.terms import Fee, Necessity
from tongban.catalogue.guides.words import Citation

Path = tuple[str | int, ...]


def spelled(path: Path) -> str:
    """A path as people write it: ``linked_items[2].days``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFinding:
    """One thing to say of a guide: what, where and what to do."""

    code: str
    severity: Severity = Severity.WARNING
    path: Path
    """The field, as in ``linked_items[2].days``; empty: the guide as a whole."""
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideMaterial:
    """A document that a guide asks for."""

    path: Path
    name: str
    necessity: Necessity | None
    source: str | None
    """applicant, government or other."""
    note: str
    cited: tuple[Citation, ...]
    may_follow: TimeLimit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideItem:
    """A service item of a guide."""

    path: Path
    name: str
    promised: TimeLimit | None
    promised_words: str
    statutory: TimeLimit | None = None
    statutory_words: str = ""
    result: str = ""
    organisation: str = ""
    """The department in the guide's words; often missing."""
    matter_type: str = ""
    fee: Fee | None = None
    visits: int | None = None
    online: bool | None = None
    procedures: tuple[Procedure, ...] = ()
    cited: tuple[Citation, ...] = ()
    materials: tuple[GuideMaterial, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A guide, typed as far as its words can be read."""

    code: str
    name: str
    area: str
    lead: str
    cooperating: tuple[str, ...]
    promise: TimeLimit | None
    promise_words: str
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[tuple[Path, str], ...] = ()
    """Where each stands, and its prose."""
    fee: Fee | None = None
    items: tuple[GuideItem, ...] = ()
    materials: tuple[GuideMaterial, ...] = ()
    bundle: bool = True
    """False: a plain list of service items, which makes no life event."""
    findings: tuple[GuideFinding, ...] = ()


@dataclass(slots=True)
class Gathering:
    """The findings while a guide is read."""

    findings: list[GuideFinding] = field(default_factory=list)

    def add(
        self, code: str, path: Path, message: str, hint: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """Records a finding."""
        self.findings.append(
            GuideFinding(code=code, severity=severity, path=path, message=message, hint=hint)
        )

    def take(self, reading: Reading[Any], path: Path, note: tuple[Any, Path] | None = None) -> Any:
        """The value of a reading, its problems recorded at `path`; those about the words of `note` there."""
        for one in reading.problems:
            at = note[1] if note and one.words == shown(note[0]) else path
            self.add(one.code, at, f"`{spelled(at)}`: {one.message}", one.hint, one.severity)
        return reading.value
