"""What casework is given: a submitted application, the lines of a notice, the parts of a decision. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """A value a case begins with."""

    address: str
    value: Any
    kind: str
    department: str = ""
    resource: str = ""
    query_id: UUID | None = None
    at: datetime
    verified: bool
    disputed: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file a case begins with."""

    id: UUID
    material: str
    name: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A submitted application, as values: casework knows no intake."""

    application_id: UUID
    number: str
    person_id: UUID
    event_code: str
    catalogue_version: str
    applicant_role: str
    region: str
    submitted_at: datetime
    promised_on: date
    provisional: bool
    items: tuple[str, ...]
    plan: Mapping[str, Any]
    figures: Mapping[str, Any]
    values: tuple[NewValue, ...]
    shape: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[NewFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to be mended."""

    target: str
    """Address or document key."""
    kind: str
    """`address` or `material`."""
    what: str
    why: str
    how: str
    law: str = ""

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return {
            "target": self.target,
            "kind": self.kind,
            "what": self.what,
            "why": self.why,
            "how": self.how,
            "law": self.law,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of a decision."""

    code: str = ""
    text: str = ""
    law: str = ""

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return {"code": self.code, "text": self.text, "law": self.law}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate:
    """A certificate that a decision issues."""

    code: str
    number: str
    issued_on: date | None = None
    valid_until: date | None = None
