"""Pure rules of intake: derivation of the one form, reading of answers, checks before submission."""

from tongban.intake.domain.derivation import derive, findings
from tongban.intake.domain.parts import (
    Derivation,
    Figures,
    ItemState,
    Known,
    Lookup,
    NeededMaterial,
    Prefilled,
    Provenance,
    Question,
    Reason,
    ReplacedMaterial,
    Situation,
)

__all__ = [
    "Derivation",
    "Figures",
    "ItemState",
    "Known",
    "Lookup",
    "NeededMaterial",
    "Prefilled",
    "Provenance",
    "Question",
    "Reason",
    "ReplacedMaterial",
    "Situation",
    "derive",
    "findings",
]
