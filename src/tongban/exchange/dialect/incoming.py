"""Answers and callbacks of a department's system."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast

from tongban.exchange.dialect import scalars
from tongban.exchange.dialect.documents import Writing, lookup, members
from tongban.exchange.dialect.faults import fault
from tongban.exchange.dialect.mapping import (
    Listing,
    Operation,
    Place,
    Replies,
    addresses,
    path_of,
    split_member,
)
from tongban.exchange.dialect.messages import (
    Answer,
    Certificate,
    Fault,
    Json,
    Letter,
    NotFound,
    Reason,
    Reply,
    ReplyKind,
    Tree,
)
from tongban.exchange.dialect.scalars import Mismatch
from tongban.exchange.dialect.speech import Speech

_SERVER_ERROR = 500

_MEMBER = re.compile(r"\[(?P<number>[0-9]{1,4})\]\.(?P<path>.+)")
_NUMBERED = re.compile(r"(?P<name>[^\[\]]+)\[(?P<number>[0-9]{1,4})\]")
Read = TypeVar("Read")


class Incoming(Speech):
    """Answers and replies → addresses and values."""

    def decode_lookup(
        self, operation: str, status: int, content_type: str, body: bytes, wanted: Iterable[str]
    ) -> dict[str, Json] | NotFound:
        """The answer to a lookup: the `wanted` addresses that the record has, or NotFound.

        Only what was asked for is read; whatever else the department sends stays unread.

        Raises:
            DialectError: ``refused``, ``unavailable``, or what in the answer does not fit the mapping.
        """
        asked = self._operation(operation)
        if status in asked.not_found_status:
            return NotFound()
        tree = self._answered(asked, status, content_type, body)
        if tree is None:
            return NotFound()
        record = lookup(tree, asked.record)
        if record is None or record in ("", {}, []):
            return NotFound()
        if not isinstance(record, dict):
            raise fault("document", self.department, f"{operation}.{asked.record}", "one record")
        fields = self._fields(asked)
        unmapped = [address for address in wanted if path_of(fields, self.mapping.roles, address) is None]
        if unmapped:
            raise fault("unmapped", self.department, unmapped[0], f"a place in {operation}")
        return self._values(fields, record, wanted, self.mapping.answers, operation, complete=True)

    def decode_answer(self, kind: str, status: int, content_type: str, body: bytes) -> Answer:
        """What the department answers at once to a submission: its receipt number."""
        asked = self._operation(kind)
        tree = self._answered(asked, status, content_type, body)
        if tree is None:
            raise fault("refused", self.department, kind, "an acceptance")
        if not asked.receipt:
            return Answer("")
        return Answer(self._required(tree, asked.receipt))

    def decode_reply(self, content_type: str, body: bytes, wanted: Iterable[str] | None = None) -> Reply:
        """A callback of the department.

        Args:
            content_type: its content type.
            body: its body.
            wanted: the addresses to read; None reads every address that has a place and stands there.

        Raises:
            DialectError: names what does not fit the mapping.
        """
        replies = self.mapping.replies
        if replies is None:
            raise fault("mapping", self.department, "replies", "a section in the mapping")
        tree = self.mapping.callbacks.read(content_type, body)
        word = self._required(tree, replies.envelope["kind"])
        if word not in replies.kinds:
            raise fault("code", self.department, replies.envelope["kind"], "a kind of reply in the mapping")
        receipt = lookup(tree, replies.envelope.get("receipt", "")) if "receipt" in replies.envelope else ""
        record = lookup(tree, replies.values)
        fields = self.mapping.fields
        asked: Iterable[str] = wanted if wanted is not None else self._everywhere(fields, record)
        values = (
            self._values(fields, record, asked, self.mapping.callbacks, replies.values)
            if isinstance(record, dict)
            else {}
        )
        return Reply(
            reply_id=self._required(tree, replies.envelope["reply_id"]),
            dispatch_id=self._required(tree, replies.envelope["dispatch_id"]),
            kind=cast("ReplyKind", replies.kinds[word]),
            at=self._moment(tree, replies.envelope["at"]),
            receipt="" if receipt is None else str(receipt),
            values=values,
            certificates=self._certificates(tree, replies),
            faults=tuple(self._fault(one, replies.faults) for one in _entries(tree, replies.faults)),
            reasons=tuple(self._reason(one, replies.reasons) for one in _entries(tree, replies.reasons)),
        )

    def decode_letter(self, content_type: str, body: bytes) -> Letter:
        """A message that the department sends by itself.

        Raises:
            DialectError: it has none to send, or names what does not fit the mapping.
        """
        letters = self.mapping.letters
        if letters is None:
            raise fault("mapping", self.department, "messages", "a section in the mapping")
        tree = self.mapping.callbacks.read(content_type, body)
        word = self._required(tree, letters.envelope["name"])
        if word not in letters.names:
            raise fault("code", self.department, letters.envelope["name"], "a message in the mapping")
        key = lookup(tree, letters.envelope["key"]) if "key" in letters.envelope else None
        record = lookup(tree, letters.values)
        fields = self.mapping.fields
        values = (
            self._values(
                fields, record, self._everywhere(fields, record), self.mapping.callbacks, letters.values
            )
            if isinstance(record, dict)
            else {}
        )
        return Letter(
            message_id=self._required(tree, letters.envelope["message_id"]),
            name=letters.names[word],
            case_number=self._required(tree, letters.envelope["case_number"]),
            at=self._moment(tree, letters.envelope["at"]),
            key="" if key is None else str(key),
            values=values,
        )

    def _answered(self, asked: Operation, status: int, content_type: str, body: bytes) -> Tree | None:
        """The answer's tree; None when it says that there is no such record."""
        if status >= _SERVER_ERROR:
            raise fault("unavailable", self.department, asked.name, "an answer, not a failure", status=503)
        if not 200 <= status < 300 and not (asked.not_found or asked.success):  # noqa: PLR2004, HTTP's classes
            raise fault("refused", self.department, asked.name, f"an acceptance, not status {status}")
        tree = self.mapping.answers.read(content_type, body)
        if asked.not_found and str(lookup(tree, asked.not_found.path)) in asked.not_found.values:
            return None
        good = 200 <= status < 300  # noqa: PLR2004
        if not good or (
            asked.success and scalars.spelled(lookup(tree, asked.success.path)) not in asked.success.values
        ):
            raise fault("refused", self.department, asked.name, "its word for success")
        return tree

    def _values(
        self,
        fields: Mapping[str, Place],
        record: Tree,
        wanted: Iterable[str],
        writing: Writing,
        where: str,
        *,
        complete: bool = False,
    ) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for address in wanted:
            plain, number = split_member(address)
            at = path_of(fields, self.mapping.roles, plain)
            if at is None:
                continue
            spot, path = at
            row = record if number is None else self._member(record, plain.partition(".")[0], number)
            theirs = lookup(row, path)
            if theirs is None or theirs == "":
                if spot.required and complete:
                    raise fault("missing", self.department, f"{where}.{path}", f"a value ({address})")
                continue
            try:
                found[address] = self._codec(spot, plain, writing).read(theirs)
            except Mismatch as error:
                cause = "code" if spot.codes is not None else "value"
                raise fault(cause, self.department, f"{where}.{path}", f"{error} ({address})") from None
        return found

    def _everywhere(self, fields: Mapping[str, Place], record: Any) -> list[str]:
        """Every address that has a place, those of a list once for every member that stands there."""
        plain = addresses(fields, self.mapping.roles)
        found = list(plain)
        for role, at in self.mapping.lists.items():
            for row in members(record, at.path) if isinstance(record, dict) else ():
                number = str(lookup(row, at.number) or "")
                if not (number.isascii() and number.isdigit()):
                    raise fault("value", self.department, f"{at.path}.{at.number}", "the number of a member")
                own = (address for address in plain if address.partition(".")[0] == role)
                found += [f"{role}-{int(number)}.{address.partition('.')[2]}" for address in own]
        return found

    def _member(self, record: Tree, role: str, number: int) -> Any:
        """What stands in a list for one member; nothing when the member is not there."""
        at = self.mapping.lists.get(role)
        rows = members(record, at.path) if at else []
        return next((row for row in rows if at and str(lookup(row, at.number)) == str(number)), None)

    def _certificates(self, tree: Tree, replies: Replies) -> tuple[Certificate, ...]:
        at, out = replies.certificates, []
        for one in _entries(tree, at):
            code = self._required(one, at.names["code"])
            if at.codes and code not in at.codes:
                raise fault("code", self.department, f"{at.list}.{at.names['code']}", "a known certificate")
            out.append(
                Certificate(
                    code=at.codes.get(code, code),
                    number=self._required(one, at.names["number"]),
                    issued_on=self._day(one, at, "issued_on"),
                    valid_until=self._day(one, at, "valid_until"),
                )
            )
        return tuple(out)

    def _day(self, one: Any, at: Listing, name: str) -> date | None:
        theirs = lookup(one, at.names[name]) if name in at.names else None
        if theirs is None or theirs == "":
            return None
        return self._reading(scalars.read_date, theirs, self.mapping.dates, f"{at.list}.{at.names[name]}")

    def _moment(self, tree: Tree, path: str) -> datetime:
        theirs = lookup(tree, path)
        if theirs is None:
            raise fault("missing", self.department, path, "a time")
        return self._reading(scalars.read_datetime, theirs, self.mapping.datetimes, path)

    def _reading(self, reader: Callable[[Any, str], Read], theirs: Any, style: str, path: str) -> Read:
        try:
            return reader(theirs, style)
        except Mismatch as error:
            raise fault("value", self.department, path, str(error)) from None

    def _fault(self, one: Any, at: Listing) -> Fault:
        name = self._required(one, at.names["names"])
        address, material = self._address(name), self._material(name)
        if not address and not material:
            raise fault(
                "code",
                self.department,
                f"{at.list}.{at.names['names']}",
                "a field or material of the mapping",
            )
        words = {part: _said(one, at, part) for part in ("what", "why", "how", "law")}
        return Fault(address=address, material=material, **words)

    def _address(self, name: str) -> str:
        """Our address of a field that the department names; of a member's, ``staff_list[2].name``."""
        for role, at in self.mapping.lists.items():
            found = _MEMBER.fullmatch(name.removeprefix(at.path)) if name.startswith(at.path) else None
            address = self._places.get(found["path"], "") if found else ""
            if found and address.partition(".")[0] == role:
                return f"{role}-{int(found['number'])}.{address.partition('.')[2]}"
        return self._places.get(name, "")

    def _material(self, name: str) -> str:
        """Our code of a material that the department names; one without a translation keeps its code.

        A member's document is named ``photo[2]`` and known here as ``photo-2``.
        """
        if numbered := _NUMBERED.fullmatch(name):
            code = self._material(numbered["name"])
            return f"{code}-{int(numbered['number'])}" if code else ""
        submit = self.mapping.operations.get("submit")
        codes = submit.material_codes if submit else {}
        back = {theirs: ours for ours, theirs in codes.items()}
        return back.get(name) or (name if name in self.materials and name not in codes else "")

    def _reason(self, one: Any, at: Listing) -> Reason:
        code = _said(one, at, "code")
        return Reason(code=at.codes.get(code, code), text=_said(one, at, "text"), law=_said(one, at, "law"))

    def _required(self, tree: Any, path: str) -> str:
        theirs = lookup(tree, path)
        if theirs is None or theirs == "":
            raise fault("missing", self.department, path, "a value")
        if isinstance(theirs, dict | list | bool):
            raise fault("value", self.department, path, "one word or number")
        return str(theirs)


def _entries(tree: Tree, at: Listing) -> list[Any]:
    """The members of a listing: objects, or positional lists whose places are counted from zero."""
    return [one for one in members(tree, at.list) if isinstance(one, dict | list)] if at.list else []


def _said(one: Any, at: Listing, name: str) -> str:
    found = lookup(one, at.names[name]) if name in at.names else None
    return "" if found is None else str(found)
