"""Where findings about a loaded catalogue are gathered."""

from dataclasses import dataclass, field
from typing import Any, Final

from tongban.catalogue.domain import Catalogue, Finding, Severity
from tongban.catalogue.domain.drawn import MODELS

_NAMES: Final = ("item", "element", "material", "resource", "rule", "objection", "code")
"""Keys by whose value an entry of a list is known."""


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
                element=element or self._element(at),
                hint=hint,
                subject=f"{at[0]}/{at[1]}",
            )
        )

    def _element(self, at: tuple[str | int, ...]) -> str:
        """The place in a file by names that stay when others are put in before: ``items.some_item``."""
        kind, code, *keys = at
        if kind in MODELS or not keys:
            return ""
        here: Any = self.catalogue.content.get(str(kind), {}).get(str(code))
        names = []
        for key in keys:
            try:
                here = here[key]
            except (KeyError, IndexError, TypeError):
                here = None
            name = (
                next((here[each] for each in _NAMES if each in here), key) if isinstance(here, dict) else key
            )
            names.append(str(name) if isinstance(key, int) else str(key))
        return ".".join(names)

    def error(self, code: str, message: str, at: tuple[str | int, ...], hint: str = "") -> None:
        """Records what keeps the catalogue from being published."""
        self.add(Severity.ERROR, code, message, at, hint)

    def warn(self, code: str, message: str, at: tuple[str | int, ...], hint: str = "") -> None:
        """Records what somebody should look at."""
        self.add(Severity.WARNING, code, message, at, hint)
