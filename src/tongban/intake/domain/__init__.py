"""Pure rules of intake: derivation of the one form, reading of answers, checks before submission."""

from tongban.intake.domain.derivation import (
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
    derive,
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
]
