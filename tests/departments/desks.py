"""Departments in memory, for tests of what their desks decide: the dialect both ways, no server, no clock.

A message goes through the mapping into the department's own words, over its desk, and its reply comes back
through the mapping; only signatures, queues and processes are left out (`running` has those).
"""

import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

import yaml

from departments._department import Whole
from departments._kinds import Asked, Callback, Lookup, Matter
from departments._store import SCHEMA
from departments.registry import DEPARTMENTS
from tests.departments.running import CATALOGUE, REFERENCE, answers, dialect, people
from tongban.exchange.dialect import Encoded, Reply


@cache
def needs(item: str) -> frozenset[str]:
    """The addresses that an item of the catalogue needs, those of every way."""
    told = yaml.safe_load((CATALOGUE / "items" / f"{item}.yaml").read_text())
    ways = [one.get("any_of", [[one.get("element")]]) for one in told["needs"]]
    return frozenset(address for groups in ways for group in groups for address in group)


@dataclass
class Desks:
    """One department with all its desks, on a register of its own."""

    code: str
    today: date = REFERENCE
    db: sqlite3.Connection = field(init=False)
    whole: Whole = field(init=False)
    serial: int = 0

    def __post_init__(self) -> None:
        self.whole = Whole(DEPARTMENTS[self.code]())
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        self.db.executescript(SCHEMA)
        for statement in self.whole.statements:
            self.db.execute(statement)
        self.whole.seed(self.db, people())

    def look_up(self, operation: str, keys: dict[str, Any], wanted: list[str] | None = None) -> Any:
        """What a lookup of the catalogue answers: addresses and values, or `NotFound`."""
        own = dialect(self.code)
        request = own.encode_lookup(operation, keys)
        lookup, path = self._route(request)
        found = lookup.find(self.db, _asked(request, path))
        return own.decode_lookup(
            operation, found.status, found.content_type, found.body, wanted or answers(operation)
        )

    def send(self, item: str, values: dict[str, Any]) -> Reply:
        """Submit one item and have it decided at once; of `values` it gets what it needs, as in a case."""
        wanted = needs(item)
        values = {address: value for address, value in values.items() if address in wanted}
        self.serial += 1
        dispatch = f"d{self.serial}"
        envelope = {
            "message_id": f"m{self.serial}",
            "dispatch_id": dispatch,
            "item": item,
            "case_number": "TB20261123-000017-4",
            "applicant_name": "杨怡琳",
            "sent_at": datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        }
        own = dialect(self.code)
        taken = self.whole.department.take("submit", _asked(own.encode("submit", envelope, values), {}))
        assert self.whole.items[taken.item] == item
        matter = Matter(
            dispatch_id=dispatch,
            receipt=f"r{self.serial}",
            item=taken.item,
            fields=taken.fields,
            materials=taken.materials,
        )
        decision = self.whole.decide(self.db, matter, self.today)
        kind, body = self.whole.department.callback(
            Callback(
                reply_id=f"h{self.serial}",
                dispatch_id=dispatch,
                receipt=matter.receipt,
                item=matter.item,
                kind=decision.kind,
                at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
                decision=decision,
            )
        )
        return own.decode_reply(kind, body)

    def granted(self, item: str, values: dict[str, Any]) -> dict[str, Any]:
        """What an item produces when it is granted; fails when it is not."""
        reply = self.send(item, values)
        assert reply.kind == "approved", (item, reply.faults, reply.reasons)
        return dict(reply.values)

    def _route(self, request: Encoded) -> tuple[Lookup, dict[str, str]]:
        for lookup in self.whole.lookups():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", lookup.path)
            if lookup.method == request.method and (met := re.fullmatch(pattern, request.path)):
                return lookup, met.groupdict()
        raise AssertionError(f"{self.code} has no {request.method} {request.path}.")


@cache
def desks(code: str) -> Desks:
    """A department that several tests share; a test that changes its register takes one of its own."""
    return Desks(code)


def _asked(request: Encoded, path: dict[str, str]) -> Asked:
    return Asked(
        path={name: unquote(value) for name, value in path.items()},
        query=dict(parse_qsl(request.query)),
        content_type=request.content_type,
        body=request.body,
    )
