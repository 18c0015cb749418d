"""Conditions in prose → proposed FEEL, only where the words leave no choice.

A proposal is made when a whole condition is one comparison that names an element of the catalogue by its
exact name and compares it with a number in the element's own unit or a name from its code list, and
when only one role of the draft can have that element. Everything else stays prose.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongban.catalogue.domain import Catalogue, DataElement
from tongban.catalogue.guides import numerals
from tongban.catalogue.guides.words import tidy

_COMPARED = (
    (">=", r"不低于|不少于|不小于|不得低于|不得少于|大于等于|达到|至少为?|满"),
    ("<=", r"不超过|不高于|不大于|不多于|不得超过|不得高于|小于等于|至多为?"),
    (">", r"超过|大于|高于|多于"),
    ("<", r"小于|低于|少于|不足|未满"),
    ("=", r"等于"),
)
_UNITS: Mapping[str, frozenset[str]] = {
    "CNY": frozenset({"元"}),
    "m2": frozenset({"平方米", "㎡", "m2"}),
    "kg": frozenset({"千克", "公斤", "kg"}),
    "t": frozenset({"吨", "t"}),
    "g": frozenset({"克", "g"}),
    "cm": frozenset({"厘米", "cm"}),
    "year": frozenset({"年"}),
    "week": frozenset({"周"}),
    "month": frozenset({"个月"}),
}
_COUNTS = frozenset({"", "个", "人", "次", "套", "名", "户", "周", "年"})
_WHO = r"(?:申请人|本人|申请人的|本人的|其)?"
_MUST = r"(?:应当?|必?须|需要?|要)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A condition that can be written as FEEL."""

    feel: str
    address: str


class Proposer:
    """Proposes conditions over the roles of one draft."""

    def __init__(self, catalogue: Catalogue, roles: Mapping[str, str]) -> None:
        self.catalogue = catalogue
        self.roles = roles
        """Role → its kind."""
        self.named: dict[str, list[DataElement]] = {}
        for element in catalogue.elements.values():
            self.named.setdefault(tidy(element.name.zh_hans), []).append(element)

    def propose(self, prose: str) -> Proposal | None:
        """The FEEL of a condition, None when it is not certain."""
        clause = tidy(prose).strip("。.;,、")
        found = {proposal for element in self._mentioned(clause) for proposal in self._about(element, clause)}
        return found.pop() if len(found) == 1 else None

    def mentions(self, prose: str) -> list[str]:
        """The codes of the elements whose names stand in a condition, for the editor."""
        return sorted({element.code for element in self._mentioned(tidy(prose))})

    def _mentioned(self, clause: str) -> list[DataElement]:
        return [
            one
            for name, elements in self.named.items()
            if len(name) > 1 and name in clause
            for one in elements
        ]

    def _about(self, element: DataElement, clause: str) -> Iterator[Proposal]:
        owners = [role for role, kind in self.roles.items() if kind in element.of]
        name = re.escape(tidy(element.name.zh_hans))
        if len(owners) != 1:
            return
        address = f"{owners[0]}.{element.code}"
        if element.type in {"integer", "decimal", "money"}:
            for sign, words in _COMPARED:
                match = re.fullmatch(
                    rf"{_WHO}{name}{_MUST}(?:{words})({numerals.PATTERN})(\D{{0,4}})", clause
                )
                value = numerals.number(match[1]) if match else None
                if match and value is not None and self._same_unit(element, match[2]):
                    yield Proposal(feel=f"{address} {sign} {value.normalize():f}", address=address)
        code_list = self.catalogue.code_lists.get(element.code_list or "")
        match = re.fullmatch(rf"{_WHO}{name}{_MUST}(?:为|是|系)(.+)", clause)
        if code_list and match:
            codes = [entry.code for entry in code_list.codes if tidy(entry.name.zh_hans) == match[1]]
            if len(codes) == 1:
                yield Proposal(feel=f'{address} = "{codes[0]}"', address=address)

    def _same_unit(self, element: DataElement, said: str) -> bool:
        if element.unit is None:
            return said in ({"元"} if element.type == "money" else _COUNTS)
        return said in _UNITS.get(element.unit, {element.unit})
