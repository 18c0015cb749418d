"""What is wrong with a catalogue, said so that its author can mend it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.kernel.errors import InvalidInput


class Severity(StrEnum):
    """How much a finding matters: an error keeps a catalogue from being published."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where it stands and how to mend it."""

    severity: Severity = Severity.ERROR
    code: str
    """Dotted lower-case code of the rule, stable for ever: ``catalogue.unknown_code``."""
    message: str
    """One plain English sentence."""
    file: str = ""
    """Path relative to the catalogue, with forward slashes."""
    line: int = 0
    """Counted from 1; 0 when the finding is about a whole file or folder."""
    column: int = 0
    """Counted from 1; 0 with `line` 0."""
    hint: str = ""
    """What to do next; empty when the message says it."""
    subject: str = ""
    """The thing it is about, ``kind/code`` such as ``items/birth_certificate``."""

    element: str = ""
    """In a model: the id of the element, or the nearest name. In other files the keys, entries of lists by
    the code that they name: ``items.birth_certificate.when``."""

    @property
    def is_error(self) -> bool:
        """Whether this keeps the catalogue from being published."""
        return self.severity is Severity.ERROR

    def to_json(self) -> dict[str, Any]:
        """This finding as a JSON object, every member always present."""
        return {
            "severity": str(self.severity),
            "code": self.code,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "hint": self.hint,
            "subject": self.subject,
            "element": self.element,
        }

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        hint = f" ({self.hint})" if self.hint else ""
        element = f" [{self.element}]" if self.element else ""
        return f"{where}: {self.severity}:{element} {self.message}{hint}".removeprefix(": ")


def order(finding: Finding) -> tuple[str, int, int, str]:
    """Sort key: as one reads the files."""
    return (finding.file, finding.line, finding.column, finding.code)


class CatalogueError(InvalidInput):
    """A catalogue that cannot be used; `findings` holds every reason, not just the first."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        errors = [finding for finding in findings if finding.is_error]
        first = str(errors[0]) if errors else ""
        super().__init__(
            "catalogue.invalid",
            f"The catalogue has {len(errors)} error(s); the first: {first}",
            hint="Run `tongban catalogue check` to see all of them.",
            errors_total=len(errors),
        )
        self.findings = findings

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.findings,))
