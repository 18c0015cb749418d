"""What is said about a model: which element, how bad, and why, in plain words."""

from dataclasses import dataclass, field

ERROR = "error"
"""The model cannot mean what it says: it is refused."""
WARNING = "warning"
"""Worth a look; the model is run as the message says."""


MAX_FINDINGS = 1_000
"""More than anybody reads; what else there is shows when these are mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one element."""

    element: str
    severity: str
    message: str

    def to_json(self) -> dict[str, str]:
        """As `tongban process check --json` prints it."""
        return {"element": self.element, "severity": self.severity, "message": self.message}


@dataclass(slots=True)
class Findings:
    """Remarks, gathered."""

    found: dict[Finding, None] = field(default_factory=dict)
    errors: int = 0

    def error(self, element: str, message: str) -> None:
        """The model is refused because of `element`."""
        self._add(Finding(element, ERROR, message))

    def warn(self, element: str, message: str) -> None:
        """Something that people should know."""
        self._add(Finding(element, WARNING, message))

    def lack(self, element: str, message: str, *, strict: bool) -> None:
        """Something is missing: refused in a model that is to be executed, a remark in a drawing."""
        (self.error if strict else self.warn)(element, message)

    def _add(self, finding: Finding) -> None:
        if len(self.found) < MAX_FINDINGS or (finding.severity == ERROR and not self.refused):
            self.found[finding] = None
            self.errors += finding.severity == ERROR

    @property
    def full(self) -> bool:
        """Whether nothing more can be told."""
        return len(self.found) >= MAX_FINDINGS

    @property
    def refused(self) -> bool:
        """Whether any of them is an error."""
        return self.errors > 0

    def ordered(self) -> tuple[Finding, ...]:
        """Errors first, otherwise as they were found."""
        return tuple(sorted(self.found, key=lambda each: each.severity != ERROR))
