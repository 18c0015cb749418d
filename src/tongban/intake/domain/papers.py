"""Which documents somebody still has to bring, and what stands for the others. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.domain import BoundEvent, BoundItem, BoundMaterial, Replacement
from tongban.catalogue.domain.values import MEMBER
from tongban.intake.domain.parts import (
    AUTHORITATIVE,
    CERTIFICATE,
    NeededMaterial,
    ReplacedMaterial,
    Situation,
)

Wanted = Mapping[str, Sequence[tuple[str, BoundMaterial]]]
"""Key of a document → the items that ask for it, each with its entry."""


def certificates_of(item: BoundItem, wanted: AbstractSet[str] | None = None) -> set[str]:
    """What an item issues, in the words of the plan; a member's certificate is that member's alone."""
    mark = "" if item.member is None else f"{MEMBER}{item.member}"
    return {f"{CERTIFICATE}{code}{mark}" for code in item.certificates if wanted is None or code in wanted}


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
                wanted_ones = {one.certificate for one in uses[0][1].replacements if one.certificate}
                for code in items:
                    for item in self._issuers(wanted_ones, items):
                        by_sibling.setdefault(code, set()).update(certificates_of(item, wanted_ones))
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
            if replacement.certificate and (issuers := self._issuers({replacement.certificate}, items)):
                return "sibling", issuers[0].code
        return None

    def _issuers(self, certificates: AbstractSet[str], items: tuple[str, ...]) -> list[BoundItem]:
        """Siblings of `items` that issue one of `certificates`: for a member's item, the same member's."""
        found = [
            item
            for item in self.active
            if item.code not in items and not certificates.isdisjoint(item.certificates)
        ]
        asking = {(item.use.each, item.member) for item in self.active if item.code in items}
        return [
            item
            for item in found
            if item.member is None
            or all(each != item.use.each or number == item.member for each, number in asking)
        ]

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
