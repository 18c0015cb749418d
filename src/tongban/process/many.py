"""Steps of many instances as one statement, and their beginnings (migrations 0005 and 0006).

Each instance moves only if nobody has moved it since it was loaded, together with all that hangs on it; of
those that have been moved nothing is written, and the others go on. Several steps of one instance are one
move of its row and one event for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.journal import appending
from tongban.journal.actions import CHANNEL
from tongban.journal.events import Actor
from tongban.process import statements, store
from tongban.process.domain import Facts, Work
from tongban.process.projecting import Change, Ear

_STEPS = b"""
SELECT process_steps($1::uuid[], $2::integer[], $3::timestamptz[], $4::timestamptz, $5::jsonb[],
                     $6::integer[], $7::text[], $8::timestamptz[], $9::text, $10::text, $11::uuid[],
                     $12::text[], $13::uuid[], $14::text[], $15::jsonb[], $16::bytea[], $17::uuid[],
                     $18::text[], $19::jsonb)
"""
_LISTS = ("begun", "opened", "silent", "listens", "solved", "incidents", "posts")


@dataclass(slots=True)
class Moved:
    """An instance that begins or goes on, by one step or several, before it is written."""

    facts: Facts
    """As it is after the last step."""
    state: Mapping[str, Any]
    """Its state then."""
    text: str = ""
    """The same as JSON."""
    next_due: datetime | None = None
    steps: int = 0
    if_active: bool = False
    """It begins only if the version of its model is the active one."""
    wake: bool = False
    events: list[appending.Sealed] = field(default_factory=list)
    closed: dict[str, None] = field(default_factory=dict)
    opened: dict[str, Work] = field(default_factory=dict)
    silent: dict[Ear, None] = field(default_factory=dict)
    listens: dict[Ear, None] = field(default_factory=dict)
    solved: dict[str, None] = field(default_factory=dict)
    incidents: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    posts: list[store.Parcel] = field(default_factory=list)

    def change(self, change: Change) -> None:
        """Take in what one more step does to the rows; what it removes goes first, as when it is written."""
        for token in change.closed:
            self.opened.pop(token, None)
            self.closed[token] = None
        self.opened |= {work.token: work for work in change.opened}
        for ear in change.silent:
            self.listens.pop(ear, None)
            self.silent[ear] = None
        self.listens |= dict.fromkeys(change.listens)
        for number in change.solved:
            self.incidents.pop(number, None)
            self.solved[number] = None
        self.incidents |= {each["id"]: each for each in change.incidents}


def save(many: Sequence[Moved], *, actor: Actor, now: datetime) -> set[UUID]:
    """Write them all; which of them had not begun or been moved by somebody else, and so have gone on.

    `many` is in the order of ids, so that two such statements never wait for each other in a circle.
    """
    session = statements.session()
    array = statements.array
    # Of one stream in the order of its events, and streams in an order that everybody keeps.
    events = sorted(
        ((moved.facts.stream, str(moved.facts.id), each) for moved in many for each in moved.events),
        key=lambda each: each[0],
    )
    closed = [(str(moved.facts.id), token) for moved in many for token in moved.closed]
    more = _more(many, now)
    ids = [str(moved.facts.id) for moved in many]
    said = statements.answer(
        session,
        b"tongban_process_steps",
        _STEPS,
        [
            _plain(ids),
            _plain(str(moved.facts.version - moved.steps) for moved in many),
            _plain(moved.facts.started_at.isoformat() for moved in many),
            now.isoformat(),
            array(moved.text for moved in many),
            _plain(str(moved.steps) for moved in many),
            _plain(moved.facts.status for moved in many),
            _plain("NULL" if moved.next_due is None else moved.next_due.isoformat() for moved in many),
            actor.kind,
            actor.id,
            _plain(instance for _, instance, _ in events),
            array(stream for stream, _, _ in events),
            _plain(each.id for _, _, each in events),
            _plain(each.type for _, _, each in events),
            array(each.data for _, _, each in events),
            array(each.digest for _, _, each in events),
            _plain(instance for instance, _ in closed) if closed else None,
            _plain(token for _, token in closed) if closed else None,
            store.encoded(more) if more else None,
        ],
    )
    found = set(said.split(","))
    for moved, name in zip(many, ids, strict=True):
        now_so = store.Loaded(moved.facts, moved.state) if name in found else None
        store.remember(session, now_so, moved.facts.id, len(moved.text))
    return {moved.facts.id for moved, name in zip(many, ids, strict=True) if name in found}


def _plain(words: Iterable[str]) -> str:
    """An array of what needs no quotes: ids, numbers, types, moments."""
    return "{" + ",".join(words) + "}"


def _more(many: Sequence[Moved], now: datetime) -> dict[str, Any]:
    """What not every step brings, each with the instance that it belongs to."""
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS}
    for moved in many:
        of = {"of": str(moved.facts.id)}
        if moved.facts.version == moved.steps:
            lists["begun"].append(of | _begun_row(moved.facts, if_active=moved.if_active))
        for name, rows in (
            ("opened", map(store.opened_row, moved.opened.values())),
            ("silent", map(store.ear_row, moved.silent)),
            ("listens", map(store.ear_row, moved.listens)),
            ("solved", ({"number": number} for number in moved.solved)),
            ("incidents", map(dict, moved.incidents.values())),
            ("posts", map(store.parcel_row, moved.posts)),
        ):
            lists[name] += [of | row for row in rows]
    more: dict[str, Any] = {name: rows for name, rows in lists.items() if rows}
    if "posts" in more:
        more["expires"] = (now + store.KEPT).isoformat()
    if any(
        moved.wake or moved.posts or store.wakes(moved.listens, moved.opened.values(), moved.next_due, now)
        for moved in many
    ):
        more["wake"] = CHANNEL
    return more


def _begun_row(facts: Facts, *, if_active: bool) -> dict[str, Any]:
    return {
        "code": facts.code,
        "definition": facts.definition,
        "process": facts.process,
        "key": facts.key,
        "stream": facts.stream,
        "owner": facts.owner,
        "parent": str(facts.parent) if facts.parent else None,
        "parent_token": facts.parent_token,
        "active": if_active,
    }
