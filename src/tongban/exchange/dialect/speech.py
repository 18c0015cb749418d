"""What writing and reading share: the mapping, the catalogue's element types, the codec of an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tongban.exchange.dialect import scalars
from tongban.exchange.dialect.documents import Writing
from tongban.exchange.dialect.faults import fault
from tongban.exchange.dialect.mapping import Mappings, Operation, Place, addresses
from tongban.exchange.dialect.scalars import Codec


@dataclass(frozen=True, slots=True)
class ElementFacts:
    """What a dialect must know of a data element."""

    type: str
    """The catalogue's element type."""
    codes: frozenset[str] | None = None
    """The codes of its list."""

    @classmethod
    def of(cls, elements: Mapping[str, Any], code_lists: Mapping[str, Any]) -> "dict[str, ElementFacts]":
        """The facts of a catalogue's elements (its `DataElement` and `CodeList` values, by code)."""
        codes = {name: frozenset(entry.code for entry in one.codes) for name, one in code_lists.items()}
        return {name: cls(one.type, codes.get(one.code_list or "")) for name, one in elements.items()}


class Speech:
    """A mapping bound to the catalogue's elements.

    Args:
        mapping: the mapping file, read.
        elements: the catalogue's elements by code.
        materials: the catalogue's codes of materials.
    """

    def __init__(
        self, mapping: Mappings, elements: Mapping[str, ElementFacts], materials: frozenset[str] = frozenset()
    ) -> None:
        self.mapping = mapping
        self.elements = elements
        self.materials = materials

    @property
    def department(self) -> str:
        """The department's code."""
        return self.mapping.department

    @cached_property
    def _places(self) -> dict[str, str]:
        """Concrete path → address, to understand which field a correction names."""
        found = addresses(self.mapping.fields, self.mapping.roles)
        return {path: address for address, path in found.items()}

    def _operation(self, name: str) -> Operation:
        found = self.mapping.operations.get(name)
        if found is None:
            raise fault("unmapped", self.department, f"operations.{name}", "an operation of the mapping")
        return found

    def _fields(self, asked: Operation | None) -> Mapping[str, Place]:
        fields = self.mapping.fields
        return {**fields, **asked.fields} if asked is not None and asked.fields else fields

    def _codec(self, spot: Place, address: str, writing: Writing) -> Codec:
        element = address.partition(".")[2]
        facts = self.elements.get(element)
        if facts is None:
            raise fault("unmapped", self.department, address, "an element of the catalogue")
        booleans: tuple[Any, Any] = (True, False) if writing.format == "json" else ("true", "false")
        codec = Codec(
            type=facts.type,
            dates=spot.date or self.mapping.dates,
            datetimes=spot.datetime or self.mapping.datetimes,
            booleans=spot.booleans or self.mapping.booleans or booleans,
            decimals=spot.decimals or self.mapping.decimals,
            integers=self.mapping.integers,
            known=facts.codes,
            scale=spot.scale,
        )
        if spot.codes is None:
            return codec
        back = {scalars.word_of(theirs): ours for ours, theirs in spot.codes.items()}
        return replace(codec, codes=spot.codes, back=back)
