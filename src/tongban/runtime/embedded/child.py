"""Child processes that end with us, started through `launch`, their output in log files of the state."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tongban.runtime.embedded import launch

_LAUNCHER = str(Path(launch.__file__).resolve())
_KEPT_LOGS = 4
_TAIL_BYTES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """As whom a child runs when we are root and it may not be."""

    user: str
    uid: int
    gid: int
    groups: tuple[int, ...]
    capability: int | None = None
    """The one capability kept, so that it can walk to a clone or state directory below a closed one."""


class _Spawner:
    """The one thread that starts every child.

    On Linux the kernel ties the death signal to the *thread* that forked. A child started from a thread that
    ends (of a pool, of a test) would die with that thread; this one lives as long as the process.
    """

    def __init__(self) -> None:
        self._wanted: queue.SimpleQueue[tuple[_Start, Future[subprocess.Popen[bytes]]]] = queue.SimpleQueue()
        self._mutex = threading.Lock()
        self._owner = 0

    def call(self, start: "_Start") -> subprocess.Popen[bytes]:
        """What `start` returns or raises, done in that thread."""
        with self._mutex:
            if self._owner != os.getpid():  # the first call, or the first one in a forked copy
                self._owner = os.getpid()
                self._wanted = queue.SimpleQueue()
                threading.Thread(target=self._serve, args=[self._wanted], name="spawner", daemon=True).start()
        future: Future[subprocess.Popen[bytes]] = Future()
        self._wanted.put((start, future))
        return future.result()

    @staticmethod
    def _serve(wanted: "queue.SimpleQueue[tuple[_Start, Future[subprocess.Popen[bytes]]]]") -> None:
        while True:
            start, future = wanted.get()
            try:
                future.set_result(start())
            except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
                future.set_exception(error)


_Start = Callable[[], subprocess.Popen[bytes]]
_SPAWNER = _Spawner()


def open_log(home: Path, name: str) -> IO[bytes]:
    """A fresh `logs/<name>.log`; the four before it are kept as `.1` (newest) to `.4`."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size:
        for number in range(_KEPT_LOGS - 1, 0, -1):
            older = folder / f"{name}.log.{number}"
            if older.exists():
                older.replace(folder / f"{name}.log.{number + 1}")
        path.replace(folder / f"{name}.log.1")
    return path.open("ab", buffering=0)


def tail(path: Path, lines: int = 5) -> str:
    """The last lines of a log, for an error message; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.strip().splitlines()[-lines:])


def spawn(
    program: Sequence[str],
    *,
    output: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    check: Sequence[Path] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in its own session; it gets `death_signal` when this process ends, however it ends."""
    options: dict[str, object] = {"parent": os.getpid(), "death_signal": int(death_signal)}
    if cwd is not None:
        options["cwd"] = str(cwd)
    if check:
        options["check"] = [str(path) for path in check]
    if identity is not None:
        options |= {
            "uid": identity.uid,
            "gid": identity.gid,
            "groups": list(identity.groups),
            "capability": identity.capability,
        }
    return _SPAWNER.call(
        lambda: subprocess.Popen(  # noqa: S603 - the programs are ours or of our wheels
            [sys.executable, "-I", "-S", _LAUNCHER, json.dumps(options), *program],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if environment is None else environment),
            start_new_session=True,
        )
    )


def run(
    program: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    cwd: Path | None = None,
    check: Sequence[Path] = (),
) -> tuple[int, str]:
    """Run a short program to its end: exit status and what it printed."""
    # A file, not a pipe: a grandchild that outlives the program would hold a pipe open.
    with tempfile.TemporaryFile() as output:
        process = spawn(
            program, output=output, environment=environment, identity=identity, cwd=cwd, check=check
        )
        status = process.wait()
        output.seek(0)
        return status, output.read().decode("utf-8", "replace")


def end(
    process: subprocess.Popen[bytes], *, gently: signal.Signals, patience: float, firmly: signal.Signals
) -> bool:
    """Ask a child to end; insist after `patience` seconds. True when asking was enough."""
    if process.poll() is not None:
        return True
    process.send_signal(gently)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.send_signal(firmly)
        process.wait()
        return False
    return True
