"""A whole installation for tests: the product's own processes, started, killed and started again by name.

The processes are those of `runtime.house.furnish`; only the supervisor is left out, because a test decides
when something starts again. No test code runs inside them. Where a test needs a process to stand still at
one point, it puts a trigger into that house's own database (`Stops`): the transaction that is about to write
an event waits there, and the process can be killed in the middle of it.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlencode

import psycopg
import pytest
import urllib3

from tongban.journal.actions import CHANNEL
from tongban.runtime.config import secret
from tongban.runtime.embedded import child, ports
from tongban.runtime.house import furnish
from tongban.runtime.seed import PASSWORD
from tongban.runtime.services import Command, Embedded, Service

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
"""Seconds after which a wait is given up; far more than anything takes, because machines are shared."""

_STOPS = """
CREATE TABLE e2e_stop (stream text NOT NULL, type text NOT NULL, part jsonb NOT NULL);
GRANT SELECT, INSERT, DELETE ON e2e_stop TO PUBLIC;
CREATE FUNCTION e2e_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM e2e_stop s
               WHERE s.stream = NEW.stream AND s.type = NEW.type AND NEW.data @> s.part) THEN
        PERFORM pg_advisory_xact_lock_shared(4711);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER e2e_stop BEFORE INSERT ON journal_event FOR EACH ROW EXECUTE FUNCTION e2e_stop();
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the journal."""

    seq: int
    type: str
    data: Mapping[str, Any]


class RunningHouse:
    """One running installation.

    Args:
        home: its state directory; made by the caller, kept open for walking through (0711).
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.services: dict[str, Service] = {}
        self.starting: set[str] = set()
        self._connection: psycopg.Connection[Any] | None = None
        self._hands: Hands | None = None
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60.0))
        port = ports.remembered(home, "web")
        with pytest.MonkeyPatch.context() as patch:
            # This process is configured for the tests' own database; the house has servers of its own.
            for name in [name for name in os.environ if name.startswith(("TONGBAN_", "DATABASE_", "NATS_"))]:
                patch.delenv(name)
            patch.setenv("TONGBAN_HOME", str(home))
            patch.setenv("TONGBAN_PORT", str(port))
            house = furnish(lambda _: None)
        self.url = house.web_url
        self.environment = dict(house.environment)
        self.stages = house.stages

    # -- processes -------------------------------------------------------------------------------------------

    def open(self) -> Self:
        """Start everything, stage by stage, as the supervisor does."""
        for stage in self.stages:
            for service in stage:
                self.services[service.name] = service
                service.launch()
            self._await([service.name for service in stage])
        return self

    def close(self) -> None:
        """End everything."""
        if self._hands is not None:
            self._hands.close()
        if self._connection is not None:
            self._connection.close()
        self._pool.clear()
        for service in reversed(self.services.values()):
            if isinstance(service, Command):
                self.kill(service.name)  # nothing is kept, so nothing need be written
            else:
                service.stop()

    def kill(self, *names: str) -> None:
        """`kill -9` of the whole process group of each."""
        if "postgres" in names and self._connection is not None:
            self._connection.close()
        processes = [self._process(name) for name in names]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in processes:
            process.wait()

    def launch(self, *names: str) -> None:
        """Start again; `settled` waits until they work."""
        for name in names:
            self.services[name].launch()
            self.starting.add(name)

    def settled(self) -> None:
        """Wait until everything that was launched works."""
        self._await(sorted(self.starting))
        self.starting.clear()

    def start(self, *names: str) -> None:
        """Start again and wait until they work."""
        self.launch(*names)
        self.settled()

    def _await(self, names: Sequence[str]) -> None:
        waiting = list(names)
        while waiting:
            waiting = [name for name in waiting if not self.services[name].settle()]
            time.sleep(0.1 if waiting else 0)

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        service = self.services[name]
        process = service.server.process if isinstance(service, Embedded) else None
        if isinstance(service, Command):
            process = service.process
        assert process is not None, f"{name} was never started"
        return process

    def log(self, name: str, lines: int = 30) -> str:
        """The end of a process's log, for the message of a failure."""
        return child.tail(self.home / "logs" / f"{name}.log", lines)

    # -- departments and cases -------------------------------------------------------------------------------

    def department(self, code: str) -> "Department":
        """The control plane of a department's system."""
        addresses = json.loads(self.environment["TONGBAN_DEPARTMENT_URLS"])
        return Department(addresses[code], secret(self.home, "departments.control"), self._pool)

    def case(self, application: str) -> dict[str, Any]:
        """`tongban case show NUMBER --verify --json`, with its exit status as `exit`."""
        [(number,)] = self.rows("SELECT number FROM intake_application WHERE id = %s", application)
        found: dict[str, Any] = self.hands.ask("case", number=number)
        return found

    def effects(self, application: str) -> set[int]:
        """How often the departments' systems decided the dispatches of a case: {1} when all is right."""
        rows = self.rows(
            "SELECT id::text, department FROM casework_dispatch"
            " WHERE case_id = %s AND via = 'system' AND state <> 'skipped'",
            application,
        )
        books = {code: self.department(code).effects()["effects"] for code in {code for _, code in rows}}
        return {books[code].get(dispatch, 0) for dispatch, code in rows}

    # -- database and journal --------------------------------------------------------------------------------

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """A connection of the test's own, in autocommit, that hears the journal; made anew when it broke."""
        if self._connection is not None and self._connection.closed:
            self._connection = None
        if self._connection is None:
            self._connection = self.connect()
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection

    def connect(self) -> psycopg.Connection[Any]:
        """Another connection, as the application's role, in autocommit."""
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return self.connection.execute(sql, parameters).fetchall()

    def events(self, stream: str) -> list[Happened]:
        """The journal of one stream."""
        return [
            Happened(*row)
            for row in self.rows(
                "SELECT seq, type, data FROM journal_event WHERE stream = %s ORDER BY seq", stream
            )
        ]

    def find(self, stream: str, kind: str, /, *, behind: int = 0, **part: Any) -> Happened | None:
        """The first event of a stream of type `kind` whose data holds `part`, behind a number."""
        rows = self.rows(
            "SELECT seq, type, data FROM journal_event WHERE stream = %s AND type = %s AND data @> %s::jsonb"
            " AND seq > %s ORDER BY seq LIMIT 1",
            stream,
            f"tongban.{kind}",
            json.dumps(part),
            behind,
        )
        return Happened(*rows[0]) if rows else None

    def until(self, stream: str, kind: str, /, *, behind: int = 0, **part: Any) -> Happened:
        """Wait for an event, woken by the journal's own notification: there within a millisecond or two."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.find(stream, kind, behind=behind, **part)) is None:
            if time.monotonic() > deadline:
                seen = [f"{one.type} {one.data.get('item', '')}" for one in self.events(stream)]
                raise AssertionError(f"{kind} {part} never came; the journal has {seen}")
            for _ in self.connection.notifies(timeout=0.1, stop_after=1):
                pass
        return found

    def wait(self, question: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """Ask until the answer is true; gives it."""
        deadline = time.monotonic() + seconds
        while not (found := question()):
            assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
            time.sleep(0.1)
        return found

    def stops(self) -> "Stops":
        """A place to hold transactions at an event (needs the owner of the tables, once)."""
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
            if owner.execute("SELECT to_regclass('e2e_stop')").fetchone() == (None,):
                owner.execute(_STOPS)
        return Stops(self)

    # -- people ----------------------------------------------------------------------------------------------

    @property
    def hands(self) -> "Hands":
        """Someone who fills in applications through the product's actions, in a process of their own."""
        if self._hands is None:
            self._hands = Hands(self.environment, self.home)
        return self._hands

    def browser(self, username: str, password: str = PASSWORD) -> "Browser":
        """A signed-in browser without a screen."""
        browser = Browser(self.url)
        browser.get("/login")
        assert browser.post("/login", {"username": username, "password": password}).status == 302
        browser.get("/my/")  # the token changes with the sign-in
        return browser


@dataclass(frozen=True, slots=True)
class Department:
    """A department's system as its operator sees it."""

    url: str
    token: str = field(repr=False)
    pool: urllib3.PoolManager = field(repr=False)

    def control(self, **settings: Any) -> dict[str, Any]:
        """Change its trouble: `latency_ms`, `error_rate`, `outage`, `staff_delay_ms`, `script`."""
        return self._ask("POST", "/_control", json.dumps(settings).encode())

    def effects(self) -> dict[str, Any]:
        """What it did, dispatch by dispatch."""
        return self._ask("GET", "/_control/effects", None)

    def _ask(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        # A kept connection may be closed by the other side just as it is used again.
        headers = {"authorization": f"Bearer {self.token}", "connection": "close"}
        answer = self.pool.request(method, self.url + path, body=body, headers=headers)
        assert answer.status == 200, answer.data
        found: dict[str, Any] = answer.json()
        return found


class Stops:
    """Holds a transaction just before it writes an event: whatever it did is not committed yet."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house

    @contextlib.contextmanager
    def at(self, stream: str, kind: str, /, **part: Any) -> Iterator[Callable[[], None]]:
        """Hold the next transaction that is about to write this event until the block ends.

        Gives a function that waits until one is held. The stop is taken away before the hold ends, so that a
        repeated attempt passes.
        """
        with self.house.connect() as holder:
            holder.execute("SELECT pg_advisory_lock(4711)")
            holder.execute("DELETE FROM e2e_stop")
            holder.execute(
                "INSERT INTO e2e_stop VALUES (%s, %s, %s::jsonb)",
                (stream, f"tongban.{kind}", json.dumps(part)),
            )

            def held() -> None:
                self.house.wait(
                    lambda: holder.execute(
                        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"
                    ).fetchone(),
                    f"a transaction that writes {kind} {part}",
                )
                assert self.house.find(stream, kind, **part) is None

            try:
                yield held
            finally:
                with contextlib.suppress(psycopg.OperationalError):  # the database itself was killed
                    holder.execute("DELETE FROM e2e_stop")
                    holder.execute("SELECT pg_advisory_unlock(4711)")


class Hands:
    """The process of `hands.py`: one command in, one answer out."""

    def __init__(self, environment: Mapping[str, str], home: Path) -> None:
        self._log: IO[bytes] = (home / "logs" / "hands.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "e2e" / "hands.py")],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def ask(self, do: str, **told: Any) -> Any:
        """Have something done; gives the answer."""
        self.begin(do, **told)
        return self.end()

    def begin(self, do: str, **told: Any) -> None:
        """Have something done meanwhile."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **told}) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        """The answer to what was begun."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the helper process has ended; see hands.log"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def close(self) -> None:
        """Let it end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.terminate()
        self._process.wait()
        self._log.close()


@dataclass(frozen=True, slots=True)
class Page:
    """What the web answered."""

    status: int
    location: str
    text: str = field(repr=False)


class Lost(Exception):  # noqa: N818 - it names what happened
    """The connection broke before an answer came."""


class Browser:
    """Cookies, forms and nothing else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> Page:
        """Send a form with the token of the last page that had one. Raises Lost when the web dies."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": self.token}, doseq=True))

    def _ask(self, method: str, path: str, body: str | None) -> Page:
        headers = {
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "origin": self.url,
        }
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60.0)) as pool:
            try:
                answer = pool.request(method, self.url + path, body=body, headers=headers, redirect=False)
            except urllib3.exceptions.HTTPError as error:
                raise Lost(type(error).__name__) from None
        for line in answer.headers.getlist("set-cookie"):
            name, _, rest = line.partition("=")
            self.cookies[name.strip()] = rest.partition(";")[0]
        text = answer.data.decode()
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found.group(1)
        return Page(answer.status, answer.headers.get("location", ""), text)


@contextlib.contextmanager
def whole_house() -> Iterator[RunningHouse]:
    """A running house in a temporary directory; ended and removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tongban-house-")).resolve()
    home.chmod(0o711)  # as root, the database's user walks through without a capability
    house: RunningHouse | None = None
    try:
        house = RunningHouse(home)
        yield house.open()
    finally:
        if house is not None:
            house.close()
        shutil.rmtree(home, ignore_errors=True)
