"""A department in memory: its dialect, its tables and its clerks without a process, for quick tests."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import yaml

from departments._desks import Whole
from departments._kinds import Answer, Asked, Callback, Decision, Lookup, Matter
from departments._store import SCHEMA
from departments.registry import DEPARTMENTS
from tests.departments.running import CATALOGUE, REFERENCE, dialect, people
from tongban.exchange.dialect import Encoded, Reply


@dataclass
class Office:
    """One department with its register filled from the population."""

    code: str

    def __post_init__(self) -> None:
        self.department = DEPARTMENTS[self.code]()
        self.whole = Whole(self.department)
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        self.db.executescript(SCHEMA)
        for statement in self.whole.statements:
            self.db.execute(statement)
        self.whole.seed(self.db, people())

    def look_up(self, operation: str, keys: Mapping[str, Any], wanted: list[str]) -> Any:
        """A lookup in its dialect, both ways; `NotFound` when there is none."""
        own = dialect(self.code)
        asked = own.encode_lookup(operation, dict(keys))
        lookup, path = _route(self.whole.lookups(), asked)
        answer = lookup.find(self.db, _asked(asked, path))
        return own.decode_lookup(operation, answer.status, answer.content_type, answer.body, wanted)

    def work(self, item: str, values: Mapping[str, Any]) -> Reply:
        """A message about an item goes in, the clerk decides, the reply comes out: all in its dialect."""
        own = dialect(self.code)
        envelope = {
            "message_id": "m1",
            "dispatch_id": "d1",
            "item": item,
            "case_number": "TB20261123-000017-4",
            "applicant_name": "杨怡琳",
            "sent_at": datetime.now(UTC),
        }
        told = {name: value for name, value in values.items() if name in needs(item)}
        taken = self.department.take("submit", _asked(own.encode("submit", envelope, told), {}))
        assert self.whole.items[taken.item] == item
        matter = Matter(
            dispatch_id="d1",
            receipt="R1",
            item=taken.item,
            fields=taken.fields,
            materials=taken.materials,
        )
        decision: Decision = self.whole.decide(self.db, matter, REFERENCE)
        reply = Callback(
            reply_id="r1",
            dispatch_id="d1",
            receipt="R1",
            item=taken.item,
            kind=decision.kind,
            at=datetime.now(UTC),
            decision=decision,
        )
        return own.decode_reply(*self.department.callback(reply))


@cache
def needs(item: str) -> frozenset[str]:
    """What the platform may send about an item: what the item needs, nothing else."""
    written = yaml.safe_load((CATALOGUE / "items" / f"{item}.yaml").read_text())
    return frozenset(need["element"] for need in written["needs"] if "element" in need)


@cache
def office(code: str) -> Office:
    """A department that several tests share; a test that changes its register takes one of its own."""
    return Office(code)


def _asked(request: Encoded, path: Mapping[str, str]) -> Asked:
    query = dict(parse_qsl(request.query))
    return Asked(path=path, query=query, content_type=request.content_type, body=request.body)


def _route(lookups: tuple[Lookup, ...], request: Encoded) -> tuple[Lookup, dict[str, str]]:
    """Which lookup a request is for, with the values of the ``{name}`` places in its path."""
    parts = request.path.split("/")
    for one in lookups:
        wanted = one.path.split("/")
        if one.method != request.method or len(wanted) != len(parts):
            continue
        pairs = list(zip(wanted, parts, strict=True))
        if all(want.startswith("{") or want == part for want, part in pairs):
            return one, {want.strip("{}"): part for want, part in pairs if want.startswith("{")}
    raise AssertionError(f"No lookup at {request.method} {request.path}")


__all__ = ["Answer", "Office", "office"]
