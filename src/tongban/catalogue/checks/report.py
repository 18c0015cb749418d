"""Where findings about a loaded catalogue are gathered."""

from dataclasses import dataclass, field

from tongban.catalogue.domain import Catalogue, Finding, Severity


@dataclass(slots=True)
class Report:
    """The catalogue under check and what was found in it."""

    catalogue: Catalogue
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        at: tuple[str | int, ...],
        hint: str = "",
        *,
        element: str = "",
        line: int = 0,
    ) -> None:
        """Records a finding at ``(kind, code, *keys)``; in a model, at an element and its line."""
        place = self.catalogue.place(str(at[0]), str(at[1]), *at[2:])
        self.findings.append(
            Finding(
                severity=severity,
                code=code,
                message=message,
                file=place.file,
                line=line or place.line,
                column=1 if line else place.column,
                element=element,
                hint=hint,
                subject=f"{at[0]}/{at[1]}",
            )
        )

    def error(self, code: str, message: str, at: tuple[str | int, ...], hint: str = "") -> None:
        """Records what keeps the catalogue from being published."""
        self.add(Severity.ERROR, code, message, at, hint)

    def warn(self, code: str, message: str, at: tuple[str | int, ...], hint: str = "") -> None:
        """Records what somebody should look at."""
        self.add(Severity.WARNING, code, message, at, hint)
