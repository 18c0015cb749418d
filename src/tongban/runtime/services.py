"""What the supervisor keeps alive: a server with its own start, a program with a probe, a step that ends."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from tongban.kernel.errors import Unavailable
from tongban.runtime.embedded import child
from tongban.runtime.embedded.ports import LOOPBACK

Probe = Callable[[], bool]
"""True when the program does its work now. Quick; may be called many times a second."""

_PROBE_SECONDS = 2.0
_SERVER_FAULT = 500
_MARK = "TONGBAN_SERVICE"
"""Environment variable by which a later supervisor knows what an earlier one left behind."""


class Service(Protocol):
    """What the supervisor asks of everything it runs."""

    @property
    def name(self) -> str:
        """Short name for people, logs and files."""

    @property
    def keep(self) -> bool:
        """Whether it runs on after its start, and is started again when it dies."""

    def launch(self) -> None:
        """Set it going; return at once or when it is ready."""

    def settle(self) -> bool:
        """Whether it is ready. Raises Unavailable when it has ended instead or takes too long."""

    def alive(self) -> bool:
        """Whether it runs."""

    def last_words(self) -> str:
        """How it ended, for one sentence: the exit status and where its log is."""

    def stop(self) -> None:
        """End it and everything it started; no-op when it does not run."""


class _Server(Protocol):
    process: subprocess.Popen[bytes] | None
    log: Path

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def alive(self) -> bool: ...


@dataclass(slots=True)
class Embedded:
    """An embedded server (`Postgres`, `Nats`), with what follows its start."""

    name: str
    server: _Server
    then: Callable[[], None] = lambda: None
    keep: bool = field(default=True, init=False)

    def launch(self) -> None:
        """Start the server; returns when it is ready."""
        self.server.start()
        self.then()

    def settle(self) -> bool:
        """Ready, since `launch` waits."""
        return True

    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self.server.alive()

    def last_words(self) -> str:
        """How the server's process ended."""
        return _last_words(self.server.process, self.server.log)

    def stop(self) -> None:
        """End the server cleanly."""
        self.server.stop()


@dataclass(slots=True, kw_only=True)
class Command:
    """A program of ours that serves until it is told to end."""

    name: str
    home: Path
    arguments: Sequence[str]
    environment: Mapping[str, str]
    ready: Probe
    ready_file: Path | None = None
    """Removed before each start, told to the program as `TONGBAN_READY_FILE` (see `runtime.ready`)."""
    patience: float = 15.0
    """Seconds between asking it to end and ending it."""
    slow: float = 120.0
    """Seconds after which a start that is not ready is given up."""
    keep: bool = field(default=True, init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _launched: float = field(default=0.0, init=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.home / "logs" / f"{self.name}.log"

    def launch(self) -> None:
        """Start the program, after ending what a killed predecessor left (its own children)."""
        self._end_group()
        mark = f"{self.home}:{self.name}"
        end_marked(mark)
        environment = {**self.environment, _MARK: mark}
        if self.ready_file is not None:
            self.ready_file.parent.mkdir(parents=True, exist_ok=True)
            self.ready_file.unlink(missing_ok=True)
            environment["TONGBAN_READY_FILE"] = str(self.ready_file)
        with child.open_log(self.home, self.name) as log:
            self.process = child.spawn(self.arguments, output=log, environment=environment)
        self._launched = time.monotonic()

    def settle(self) -> bool:
        """Whether the probe answers."""
        if not self.alive():
            raise Unavailable("runtime.child_ended", f"{self.name} ended while starting: {self.last_words()}")
        if self.ready():
            return True
        if time.monotonic() - self._launched > self.slow:
            raise Unavailable(
                "runtime.child_deaf",
                f"{self.name} has not become ready in {self.slow:.0f} s.",
                hint=f"See {self.log}.",
            )
        return False

    def alive(self) -> bool:
        """Whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def last_words(self) -> str:
        """How it ended, and the end of its log."""
        return _last_words(self.process, self.log)

    def stop(self) -> None:
        """Ask it to end, then end it and every process it left in its session."""
        if self.process is not None:
            child.end(self.process, gently=signal.SIGTERM, patience=self.patience, firmly=signal.SIGKILL)
            self._end_group()
            self.process = None

    def _end_group(self) -> None:
        """Workers of a program that was killed would keep its port; its session is its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(slots=True, kw_only=True)
class Step:
    """A program that ends by itself (migrations); the next stage waits for it."""

    name: str
    home: Path
    arguments: Sequence[str]
    environment: Mapping[str, str]
    keep: bool = field(default=False, init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.home / "logs" / f"{self.name}.log"

    def launch(self) -> None:
        """Start the program."""
        with child.open_log(self.home, self.name) as log:
            self.process = child.spawn(self.arguments, output=log, environment=self.environment)

    def settle(self) -> bool:
        """Whether it has ended well. Raises Unavailable when it has ended otherwise."""
        if self.alive():
            return False
        if self.process is None or self.process.returncode != 0:
            raise Unavailable("runtime.step_failed", f"The step {self.name} failed: {self.last_words()}")
        return True

    def alive(self) -> bool:
        """Whether it is still at work."""
        return self.process is not None and self.process.poll() is None

    def last_words(self) -> str:
        """How it ended, and the end of its log."""
        return _last_words(self.process, self.log)

    def stop(self) -> None:
        """End it: migrations are transactions."""
        if self.process is not None:
            child.end(self.process, gently=signal.SIGTERM, patience=10, firmly=signal.SIGKILL)


def http_probe(port: int, path: str = "/health", host: str = LOOPBACK) -> Probe:
    """Ready when a GET is answered with anything but a server fault."""

    def probe() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=_PROBE_SECONDS)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().status < _SERVER_FAULT
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def file_probe(path: Path) -> Probe:
    """Ready when the program has touched this file since it was last removed."""
    return path.exists


def end_marked(mark: str) -> None:
    """End processes of a supervisor that was killed: they carry the mark of this home and service.

    On Linux they die with it; but a program killed together with it may have left workers of its own.
    """
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(_MARK) == mark:
                process.kill()


def _last_words(process: subprocess.Popen[bytes] | None, log: Path) -> str:
    code = None if process is None else process.poll()
    if code is None:
        how = "it was not running"
    elif code < 0:
        how = f"killed by {signal.Signals(-code).name}"
    else:
        how = f"exit status {code}"
    words = child.tail(log, 3).strip()
    if "No space left on device" in words:
        how += "; the disk is full"
    return f"{how} (log: {log})" + (f"\n{words}" if words else "")
