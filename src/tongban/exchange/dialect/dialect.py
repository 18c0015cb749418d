"""One department's dialect, both ways."""

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.exchange.dialect.faults import fault
from tongban.exchange.dialect.incoming import Incoming
from tongban.exchange.dialect.mapping import PARTS, path_of, read_mapping, split_member
from tongban.exchange.dialect.outgoing import Outgoing
from tongban.exchange.dialect.speech import ElementFacts


class Dialect(Outgoing, Incoming):
    """One department's dialect; immutable, safe to share between threads."""

    @classmethod
    def of(
        cls, system: Any, elements: Mapping[str, ElementFacts], materials: Iterable[str] = ()
    ) -> "Dialect":
        """The dialect of a mapping file's content (a dict) or of the catalogue's ``DepartmentSystem``.

        `materials` are the codes of the catalogue's materials: a correction may name one.

        Raises:
            DialectError: ``dialect.mapping`` names the place in the file.
        """
        if not isinstance(system, Mapping):
            system = {name: getattr(system, name) for name in PARTS if getattr(system, name)}
        return cls(read_mapping(system), elements, frozenset(materials))

    def operations(self) -> frozenset[str]:
        """What the system can be asked."""
        return frozenset(self.mapping.operations)

    def has_place(self, address: str, operation: str = "submit") -> bool:
        """Whether the mapping says where this address stands."""
        found = self.mapping.operations.get(operation)
        plain, number = split_member(address)
        at_hand = number is None or plain.partition(".")[0] in self.mapping.lists
        return at_hand and path_of(self._fields(found), self.mapping.roles, plain) is not None

    def field_name(self, address: str) -> str:
        """The department's name of an address, as its corrections use it; DialectError when it has none."""
        plain, number = split_member(address)
        found = path_of(self.mapping.fields, self.mapping.roles, plain)
        row = self.mapping.lists.get(plain.partition(".")[0])
        if found is None or (number is not None and row is None):
            raise fault("unmapped", self.department, address, "a place in the mapping")
        return f"{row.path}[{number}].{found[1]}" if row and number is not None else found[1]

    def understands(self, message: str) -> bool:
        """Whether the system takes a message of this name: ``operations.notify.messages`` names it."""
        found = self.mapping.operations.get("notify")
        return found is not None and message in found.messages

    def sends(self) -> frozenset[str]:
        """The messages that the system sends by itself."""
        return frozenset(self.mapping.letters.names.values()) if self.mapping.letters else frozenset()

    def items(self) -> frozenset[str]:
        """The items its system accepts."""
        found = self.mapping.operations.get("submit")
        return frozenset(found.items) if found else frozenset()
