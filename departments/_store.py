"""The desk of a department: matters, messages, replies waiting to go out. One SQLite file, WAL.

Whatever belongs together is one transaction: a matter and its first reply; a decision, its entry in the
register and its reply. ``kill -9`` at any point leaves the file as it was before or after one of them, so
that a restart loses nothing and does nothing twice. (``synchronous=NORMAL``: a power cut may lose the last
transactions, never tear one.)
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from departments._config import Config, Seed
from departments._department import Department, Whole
from departments._kinds import Callback, Matter, MessageKind, Taken
from departments.population import World, world
from tongban.kernel.ids import new_id

SCHEMA = """
create table if not exists meta (name text primary key, value text not null);
create table if not exists matter (
    dispatch_id text primary key, receipt text not null unique, item text not null, fields text not null,
    materials text not null,
    state text not null check (state in ('waiting', 'correcting', 'decided', 'withdrawn')),
    step integer not null default 0, act_at real not null);
create index if not exists matter_due on matter (state, act_at);
create table if not exists message (
    message_id text primary key, dispatch_id text not null, kind text not null,
    seen integer not null default 1);
create table if not exists effect (dispatch_id text not null, kind text not null, at real not null);
create table if not exists outbox (
    id integer primary key autoincrement, reply_id text not null unique, dispatch_id text not null,
    content_type text not null, body blob not null, attempts integer not null default 0,
    next_at real not null, delivered_at real);
create index if not exists outbox_waiting on outbox (dispatch_id, id) where delivered_at is null;
create table if not exists platform_notice (message_id text primary key, receipt text not null);
create table if not exists letter (outbox_id integer primary key);
create table if not exists nonce (nonce text primary key, expires real not null);
create table if not exists lookup_count (name text primary key, n integer not null);
create table if not exists serial (name text primary key, n integer not null);
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply that has not been delivered."""

    id: int
    dispatch_id: str
    content_type: str
    body: bytes
    attempts: int
    letter: bool = False
    """A message of its own about a case, not a reply about a matter."""


class Store:
    """The database of one department's system; used from one thread."""

    def __init__(self, department: Department, config: Config) -> None:
        self.department, self.config = department, config
        config.database.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(config.database, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = normal")
        self.db.execute("pragma busy_timeout = 5000")
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        self.db.execute("begin immediate")
        try:
            yield self.db
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    # people -----------------------------------------------------------------------------------------------

    def fill(self, today: date) -> Callable[[], World]:
        """Fill the register once; the same parameters again change nothing. Gives the way to the population.

        The population is made only when somebody wants it: a system that starts again has its register.
        """
        wanted, stored = self.config.seed, self._stored_seed()
        if stored is not None and wanted.reference_date is None:
            wanted = Seed(
                residents=wanted.residents,
                companies=wanted.companies,
                seed=wanted.seed,
                reference_date=stored.reference_date,
            )
        day = wanted.reference_date or today
        population = partial(world, wanted.seed, day, wanted.residents, wanted.companies)
        if stored is not None and stored == wanted:
            self._open_new_desks(population)
            return population
        with self.transaction() as db:
            whole = Whole(self.department)
            for table in whole.tables:
                db.execute(f"drop table if exists {table}")
            # executescript would commit.
            for statement in whole.statements:
                db.execute(statement)
            whole.seed(db, population())
            self._set("seed", [wanted.residents, wanted.companies, wanted.seed, day.isoformat()])
        return population

    def _open_new_desks(self, population: Callable[[], World]) -> None:
        """Make and fill what an update brought; tables that are there already keep what clerks wrote."""
        there = {row[0] for row in self.db.execute("select name from sqlite_master where type = 'table'")}
        new = [desk for desk in self.department.desks if set(desk.tables) - there]
        with self.transaction() as db:
            for desk in new:
                for statement in desk.statements:
                    db.execute(statement)
                desk.seed(db, population())

    def _stored_seed(self) -> Seed | None:
        found = self._get("seed")
        if found is None:
            return None
        residents, companies, seed, day = found
        return Seed(
            residents=residents, companies=companies, seed=seed, reference_date=date.fromisoformat(day)
        )

    # settings ---------------------------------------------------------------------------------------------

    def _get(self, name: str) -> Any:
        row = self.db.execute("select value from meta where name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def _set(self, name: str, value: Any) -> None:
        self.db.execute(
            "insert into meta values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, json.dumps(value, ensure_ascii=False)),
        )

    def script(self) -> dict[str, list[dict[str, Any]]]:
        """What the clerks were told to do, item by item; survives a restart."""
        found: dict[str, list[dict[str, Any]]] = self._get("script") or {}
        return found

    def set_script(self, script: dict[str, list[dict[str, Any]]]) -> None:
        """Tell the clerks what to do."""
        self._set("script", script)

    # messages ---------------------------------------------------------------------------------------------

    def seen_nonce(self, nonce: str, expires: datetime) -> bool:
        """Remember a nonce until it expires; True when it was there."""
        now = datetime.now(UTC).timestamp()
        self.db.execute("delete from nonce where expires < ?", (now,))
        try:
            self.db.execute("insert into nonce values (?, ?)", (nonce, expires.timestamp()))
        except sqlite3.IntegrityError:
            return True
        return False

    def count_lookup(self, name: str) -> None:
        """One more call of a lookup."""
        self.db.execute(
            "insert into lookup_count values (?, 1) on conflict (name) do update set n = n + 1", (name,)
        )

    def take(self, kind: MessageKind, taken: Taken, act_at: float) -> str | None:
        """Take a message once and give the receipt number; None when its matter is unknown.

        The same message or the same dispatch again gives the same number and changes nothing.
        """
        with self.transaction() as db:
            again = self._seen(taken.message_id, kind, taken.dispatch_id or taken.case_number)
            if kind == "notify":
                return self._noted(taken, act_at)
            row = db.execute("select * from matter where dispatch_id = ?", (taken.dispatch_id,)).fetchone()
            if kind == "submit" and row is None:
                return self._open(taken, act_at)
            if row is None:
                return None
            if not again and kind == "supplement" and row["state"] == "correcting":
                fields = merged(json.loads(row["fields"]), taken.fields)
                materials = sorted({*json.loads(row["materials"]), *taken.materials})
                db.execute(
                    "update matter set state = 'waiting', fields = ?, materials = ?, act_at = ?"
                    " where dispatch_id = ?",
                    (_dump(fields), _dump(materials), act_at, taken.dispatch_id),
                )
            elif not again and kind == "withdraw" and row["state"] in {"waiting", "correcting"}:
                db.execute(
                    "update matter set state = 'withdrawn' where dispatch_id = ?", (taken.dispatch_id,)
                )
            return str(row["receipt"])

    def _noted(self, taken: Taken, act_at: float) -> str:
        """Note a notice once, and queue what the department writes back."""
        found = "select receipt from platform_notice where message_id = ?"
        known = self.db.execute(found, (taken.message_id,))
        row = known.fetchone()
        if row is not None:
            return str(row["receipt"])
        receipt = f"{self.department.code[:2].upper()}N{self.serial('notice'):06d}"
        self.db.execute("insert into platform_notice values (?, ?)", (taken.message_id, receipt))
        letter_id = str(new_id())
        letter = self.department.noted(taken, letter_id, datetime.fromtimestamp(act_at, UTC))
        if letter is not None:
            made = self.db.execute(
                "insert into outbox (reply_id, dispatch_id, content_type, body, next_at)"
                " values (?, ?, ?, ?, ?)",
                (letter_id, taken.case_number, letter.content_type, letter.body, act_at),
            )
            self.db.execute("insert into letter values (?)", (made.lastrowid,))
        return receipt

    def _seen(self, message_id: str, kind: str, dispatch_id: str) -> bool:
        changed = self.db.execute("update message set seen = seen + 1 where message_id = ?", (message_id,))
        if changed.rowcount:
            return True
        self.db.execute(
            "insert into message (message_id, dispatch_id, kind) values (?, ?, ?)",
            (message_id, dispatch_id, kind),
        )
        return False

    def _open(self, taken: Taken, act_at: float) -> str:
        day = datetime.now(UTC)
        receipt = f"{self.department.code[:2].upper()}{day:%Y%m%d}{self.serial('receipt'):06d}"
        self.db.execute(
            "insert into matter (dispatch_id, receipt, item, fields, materials, state, act_at)"
            " values (?, ?, ?, ?, ?, 'waiting', ?)",
            (taken.dispatch_id, receipt, taken.item, _dump(taken.fields), _dump(taken.materials), act_at),
        )
        self.db.execute("insert into effect values (?, 'opened', ?)", (taken.dispatch_id, day.timestamp()))
        self.send(
            Callback(
                reply_id=str(new_id()),
                dispatch_id=taken.dispatch_id,
                receipt=receipt,
                item=taken.item,
                kind="accepted",
                at=day,
            )
        )
        return receipt

    def serial(self, name: str) -> int:
        """The next number of a series."""
        return next_serial(self.db, name)

    # desk and outbox ----------------------------------------------------------------------------------------

    def due(self, now: float) -> list[tuple[Matter, int]]:
        """Matters whose turn has come, with how many steps they have behind them."""
        rows = self.db.execute(
            "select * from matter where state = 'waiting' and act_at <= ? order by act_at limit 50", (now,)
        )
        return [
            (
                Matter(
                    dispatch_id=row["dispatch_id"],
                    receipt=row["receipt"],
                    item=row["item"],
                    fields=json.loads(row["fields"]),
                    materials=tuple(json.loads(row["materials"])),
                ),
                row["step"],
            )
            for row in rows
        ]

    def decided(self, matter: Matter, reply: Callback) -> None:
        """Close or return a matter and queue its reply; call it inside the transaction of the decision."""
        state = "correcting" if reply.kind == "correction" else "decided"
        self.db.execute(
            "update matter set state = ?, step = step + 1 where dispatch_id = ?", (state, matter.dispatch_id)
        )
        self.db.execute(
            "insert into effect values (?, ?, ?)", (matter.dispatch_id, reply.kind, reply.at.timestamp())
        )
        self.send(reply)

    def postpone(self, matter: Matter, act_at: float) -> None:
        """Look at a matter again later."""
        self.db.execute("update matter set act_at = ? where dispatch_id = ?", (act_at, matter.dispatch_id))

    def send(self, reply: Callback) -> None:
        """Queue a reply; it goes out after the transaction."""
        content_type, body = self.department.callback(reply)
        self.db.execute(
            "insert into outbox (reply_id, dispatch_id, content_type, body, next_at) values (?, ?, ?, ?, ?)",
            (reply.reply_id, reply.dispatch_id, content_type, body, reply.at.timestamp()),
        )

    def outgoing(self, now: float, limit: int) -> list[Waiting]:
        """Replies to deliver now: the oldest of each dispatch, so that its replies keep their order."""
        rows = self.db.execute(
            "select id, dispatch_id, content_type, body, attempts,"
            " id in (select outbox_id from letter) from outbox o where delivered_at is null"
            " and next_at <= ? and id = (select min(id) from outbox f where f.dispatch_id = o.dispatch_id"
            " and f.delivered_at is null) order by next_at limit ?",
            (now, limit),
        )
        return [Waiting(*row) for row in rows]

    def delivered(self, reply: Waiting, now: float) -> None:
        """The platform has it."""
        self.db.execute("update outbox set delivered_at = ? where id = ?", (now, reply.id))

    def retry(self, reply: Waiting, next_at: float) -> None:
        """The platform did not take it; try again later."""
        self.db.execute(
            "update outbox set attempts = attempts + 1, next_at = ? where id = ?", (next_at, reply.id)
        )

    def next_decision(self) -> float | None:
        """When a clerk has something to decide next, in seconds since 1970."""
        row = self.db.execute("select min(act_at) from matter where state = 'waiting'").fetchone()
        return None if row[0] is None else float(row[0])

    def next_delivery(self) -> float | None:
        """When a reply is to go out next."""
        row = self.db.execute(
            "select min(next_at) from outbox o where delivered_at is null and id ="
            " (select min(id) from outbox f where f.dispatch_id = o.dispatch_id and f.delivered_at is null)"
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def effects(self) -> dict[str, Any]:
        """What this system did, for tests: nothing in it is personal."""
        opened: dict[str, int] = {}
        effects: dict[str, int] = {}
        for row in self.db.execute("select dispatch_id, kind, count(*) n from effect group by 1, 2"):
            if row["kind"] == "opened":
                opened[row["dispatch_id"]] = row["n"]
            elif row["kind"] in {"approved", "rejected"}:
                effects[row["dispatch_id"]] = effects.get(row["dispatch_id"], 0) + row["n"]
        messages = self.db.execute("select dispatch_id, sum(seen) n from message group by 1")
        states = self.db.execute("select dispatch_id, state from matter")
        counts = self.db.execute("select name, n from lookup_count")
        waiting = self.db.execute("select count(*) from outbox where delivered_at is null").fetchone()[0]
        return {
            "opened": opened,
            "effects": effects,
            "messages": {row["dispatch_id"]: row["n"] for row in messages},
            "states": {row["dispatch_id"]: row["state"] for row in states},
            "lookups": {row["name"]: row["n"] for row in counts},
            "undelivered": waiting,
        }


def next_serial(db: sqlite3.Connection, name: str) -> int:
    """The next number of a series; inside a transaction, so that a number is never given twice."""
    db.execute("insert into serial values (?, 1) on conflict (name) do update set n = n + 1", (name,))
    return int(db.execute("select n from serial where name = ?", (name,)).fetchone()[0])


def merged(old: Any, new: Any) -> Any:
    """`old` with the parts that `new` brings; objects are merged, everything else is replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{name: merged(old.get(name), value) for name, value in new.items()}}
    return new


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
