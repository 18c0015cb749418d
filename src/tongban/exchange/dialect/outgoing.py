"""Requests to a department's system."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from tongban.exchange.dialect import scalars
from tongban.exchange.dialect.documents import CONTENT_TYPES, lookup, place
from tongban.exchange.dialect.faults import fault
from tongban.exchange.dialect.mapping import Operation, Place, path_of, split_member
from tongban.exchange.dialect.messages import Attachment, Encoded, Json, Tree
from tongban.exchange.dialect.scalars import Mismatch
from tongban.exchange.dialect.speech import Speech

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


class Outgoing(Speech):
    """Addresses and values → requests."""

    def encode_lookup(
        self, operation: str, keys: Mapping[str, Json], envelope: Mapping[str, Any] | None = None
    ) -> Encoded:
        """The request that asks for one record by its key values (address → value).

        `envelope` carries the purpose where the department wants it (``case_number``, ``item``,
        ``message_id``…); what its mapping does not name is left out.

        Raises:
            DialectError: an unknown operation, a key that is missing or not of its type.
        """
        asked = self._operation(operation)
        return self._request(asked, keys, {}, envelope or {}, ())

    def encode(
        self,
        kind: str,
        envelope: Mapping[str, Any],
        values: Mapping[str, Json | None],
        materials: Iterable[Attachment] = (),
    ) -> Encoded:
        """The request for ``submit``, ``supplement``, ``withdraw`` or ``notify``.

        Args:
            kind: the operation.
            envelope: ``message_id``, ``dispatch_id``, ``item`` (our code), ``case_number``,
                ``applicant_name``, ``sent_at`` (aware datetime) …; every name in the mapping must be given.
            values: address → value; None for "known to be absent", written as ``absent`` says.
            materials: what goes with it.

        Raises:
            DialectError: an address without a place, a code without a translation, a value of another type.
        """
        asked = self._operation(kind)
        for name in asked.envelope:
            if envelope.get(name) in {None, ""}:
                raise fault("missing", self.department, f"{kind}.envelope.{name}", "a value")
        return self._request(asked, values, values, envelope, materials)

    def _request(
        self,
        asked: Operation,
        keys: Mapping[str, Json | None],
        values: Mapping[str, Json | None],
        envelope: Mapping[str, Any],
        materials: Iterable[Attachment],
    ) -> Encoded:
        tree: Tree = {}
        for path, constant in asked.const.items():
            place(tree, path, constant)
        for name, path in asked.envelope.items():
            if envelope.get(name) is not None:
                place(tree, path, self._enveloped(asked, name, envelope[name]))
        for path, address in asked.request.items():
            place(tree, path, self._key(asked, address, keys))
        self._place_values(asked, tree, values)
        if attached := [self._attached(asked, one) for one in materials]:
            if not asked.materials:
                raise fault("unmapped", self.department, f"{asked.name}.materials", "a place in the mapping")
            place(tree, asked.materials, attached)
        requests, bodiless = self.mapping.requests, asked.method == "GET"
        if bodiless and tree:
            raise fault("mapping", self.department, asked.name, "no body parts in a GET")
        return Encoded(
            method=asked.method,
            path=_PLACEHOLDER.sub(lambda at: quote(self._key_text(asked, at[1], keys), safe=""), asked.path),
            query=urlencode(
                {name: self._key_text(asked, address, keys) for name, address in asked.query.items()},
                quote_via=quote,
            ),
            content_type="" if bodiless else CONTENT_TYPES[requests.format],
            body=b"" if bodiless else requests.write(tree, root=asked.root),
        )

    def _place_values(self, asked: Operation, tree: Tree, values: Mapping[str, Json | None]) -> None:
        rows: dict[str, dict[int, Tree]] = {}
        for address in sorted(values):
            plain, number = split_member(address)
            role = plain.partition(".")[0]
            found = path_of(self._fields(asked), self.mapping.roles, plain)
            if found is None or (number is not None and role not in self.mapping.lists):
                raise fault("unmapped", self.department, address, "a place in the mapping")
            spot, path = found
            if number is None:
                full, into = f"{asked.values}.{path}" if asked.values else path, tree
            else:
                full, into = path, rows.setdefault(role, {}).setdefault(number, {})
            value = values[address]
            if value is not None:
                place(into, full, self._write(spot, plain, value, full))
            elif self.mapping.absent != "omit":
                place(into, full, "" if self.mapping.absent == "empty" else None)
        for role, members in rows.items():
            at = self.mapping.lists[role]
            for number, member in members.items():
                place(member, at.number, str(number) if self.mapping.integers == "string" else number)
            listed = [members[number] for number in sorted(members)]
            place(tree, f"{asked.values}.{at.path}" if asked.values else at.path, listed)
        if asked.values and lookup(tree, asked.values) is None:
            place(tree, asked.values, {})

    def _attached(self, asked: Operation, one: Attachment) -> Tree:
        names = asked.material
        code = asked.material_codes.get(one.code, one.code)
        return {
            names["code"]: code,
            names["name"]: one.name,
            names["type"]: one.content_type,
            names["sha256"]: one.sha256,
            names["url"]: one.url,
        }

    def _enveloped(self, asked: Operation, name: str, value: Any) -> Any:
        if name == "item":
            items = asked.items or self._operation("submit").items
            if value not in items:
                raise fault("unmapped", self.department, f"{asked.name}.items.{value}", "a code of the item")
            return items[value]
        if name == "message":
            if value not in asked.messages:
                raise fault("unmapped", self.department, f"{asked.name}.messages", "a word for the message")
            return asked.messages[value]
        if isinstance(value, datetime):
            return scalars.write_datetime(value, self.mapping.datetimes)
        if isinstance(value, date):
            return scalars.write_date(value, self.mapping.dates)
        return str(value)

    def _key(self, asked: Operation, address: str, keys: Mapping[str, Json | None]) -> Any:
        value = keys.get(address)
        if value is None:
            raise fault("missing", self.department, f"{asked.name}: {address}", "a key value")
        found = path_of(self._fields(asked), self.mapping.roles, address)
        return self._write(found[0] if found else Place(path=address), address, value, address)

    def _key_text(self, asked: Operation, address: str, keys: Mapping[str, Json | None]) -> str:
        return scalars.spelled(self._key(asked, address, keys))

    def _write(self, spot: Place, address: str, value: Json, path: str) -> Any:
        try:
            return self._codec(spot, address, self.mapping.requests).write(value)
        except Mismatch as error:
            cause = "code" if spot.codes is not None else "value"
            raise fault(cause, self.department, f"{address} ({path})", str(error)) from None
