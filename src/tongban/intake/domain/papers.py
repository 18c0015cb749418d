"""Which documents somebody still has to bring, and what stands for the others. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.domain import BoundEvent, BoundItem, BoundMaterial, Replacement
from tongban.intake.domain.parts import (
    AUTHORITATIVE,
    CERTIFICATE,
    NeededMaterial,
    ReplacedMaterial,
    Situation,
)

Wanted = Mapping[str, Sequence[tuple[str, BoundMaterial]]]
"""Key of a document → the items that ask for it, each with its entry."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What is at hand in one situation."""

    bound: BoundEvent
    situation: Situation
    active: Sequence[BoundItem]
    """The items that apply."""

    def sorted_out(
        self, wanted: Wanted
    ) -> tuple[tuple[NeededMaterial, ...], tuple[ReplacedMaterial, ...], dict[str, set[str]]]:
        """What is needed, what is replaced, and item → the siblings' certificates that it waits for."""
        needed: list[NeededMaterial] = []
        replaced: list[ReplacedMaterial] = []
        by_sibling: dict[str, set[str]] = {}
        for key, uses in wanted.items():
            items = tuple(code for code, _ in uses)
            stand_in = self.stand_in(uses[0][1], items)
            if stand_in is None:
                follow = [one.need.may_follow_days for _, one in uses]
                needed.append(
                    NeededMaterial(
                        key=key,
                        bound=uses[0][1],
                        items=items,
                        required=any(one.need.necessity != "optional" for _, one in uses),
                        may_follow_days=None
                        if None in follow
                        else min(days for days in follow if days is not None),
                    )
                )
                continue
            by, source = stand_in
            replaced.append(ReplacedMaterial(key=key, bound=uses[0][1], items=items, by=by, source=source))
            if by == "sibling":
                for code in items:
                    for replacement in uses[0][1].replacements:
                        if replacement.certificate:
                            by_sibling.setdefault(code, set()).add(CERTIFICATE + replacement.certificate)
        return tuple(needed), tuple(replaced), by_sibling

    def stand_in(
        self, material: BoundMaterial, items: tuple[str, ...]
    ) -> tuple[Literal["form", "elements", "certificate", "sibling"], str] | None:
        """What makes the paper unnecessary; what is at hand comes before what a sibling will issue."""
        for replacement in material.replacements:
            if replacement.form:
                return "form", ""
            if replacement.elements and self._all_authoritative(replacement):
                return "elements", ""
            if replacement.certificate and (source := self._record_of(replacement.certificate, material)):
                return "certificate", source
        for replacement in material.replacements:
            for item in self.active:
                if replacement.certificate in item.certificates and item.code not in items:
                    return "sibling", item.code
        return None

    def _all_authoritative(self, replacement: Replacement) -> bool:
        return all(
            self.situation.knows(address) and self.situation.known[address].provenance.kind in AUTHORITATIVE
            for address in replacement.elements
        )

    def _record_of(self, certificate: str, material: BoundMaterial) -> str | None:
        """The resource whose record stands for `certificate` of the document's role, if it is at hand."""
        of = material.need.of
        for source in self.bound.sources:
            if source.resource.certificate != certificate:
                continue
            if of is not None and of not in {
                address.rpartition(".")[0] for address in (*source.key, *source.answers)
            }:
                continue
            answered = [address for address in source.answers if self.situation.knows(address)]
            if any(self.situation.known[address].provenance.resource == source.code for address in answered):
                return source.code
            # Known without a named resource: the record counts when all its needed values are there.
            needed = [address for address in source.answers if address in self.bound.needed]
            if needed and set(needed) <= set(answered):
                return source.code
        return None
