"""What a change would do, against what applies now. Pure: two catalogues in, a `Review` out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tongban.catalogue.check import check
from tongban.catalogue.difference import Difference, difference
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain import Finding as Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or worth a look, and where."""

    severity: Literal["error", "warning"]
    code: str
    """Dotted code of the rule."""
    message: str
    """One plain English sentence."""
    hint: str = ""
    kind: str = ""
    """The file: its kind and code; empty when it is about the whole."""
    file: str = ""
    element: str = ""
    """Within the file: a BPMN element's id."""

    @property
    def is_error(self) -> bool:
        """Whether it keeps the draft from being submitted."""
        return self.severity == "error"

    def to_json(self) -> dict[str, str]:
        """As a JSON object, every member always present."""
        return {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "kind": self.kind,
            "file": self.file,
            "element": self.element,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything that somebody has to know before a change applies."""

    findings: tuple[Finding, ...]
    difference: Difference

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps it from being submitted."""
        return tuple(one for one in self.findings if one.is_error)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "findings": [one.to_json() for one in self.findings],
            "difference": self.difference.to_json(),
        }


def review(before: Catalogue, after: Catalogue, said: Iterable[Said] | None = None) -> Review:
    """Look at `after` against `before`; `said`: what the catalogue's check finds in it, if known already."""
    found = list(check(after)) if said is None else list(said)
    known = {_key(one) for one in check(before)}
    findings = tuple(_finding(one) for one in found if one.is_error or _key(one) not in known)
    return Review(findings=findings, difference=difference(before, after))


def _key(one: Said) -> tuple[str, str, str]:
    return (one.code, one.subject, one.message)


def _finding(one: Said) -> Finding:
    kind, _, file = one.subject.partition("/")
    return Finding(
        severity="error" if one.is_error else "warning",
        code=one.code,
        message=one.message,
        hint=one.hint,
        kind=kind,
        file=file,
    )
