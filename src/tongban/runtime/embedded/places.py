"""Directories of the embedded servers: who owns them, who holds them, and where a Unix socket may lie."""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO

from tongban.kernel.errors import Conflict, Unavailable

SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100
"""Bytes; the kernel's limit is 108 on Linux and 104 on macOS, the closing zero included."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+=@~ -]+")
"""libpq splits a host at commas, and not every tool quotes the rest; other paths use the fallback."""


def private_directory(path: Path, *, uid: int, gid: int) -> Path:
    """Make `path` a directory of that owner, closed to others; refuse one that is somebody else's."""
    try:
        path.mkdir(mode=0o700, parents=False, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise Unavailable(
            "embedded.home",
            f"The directory {path} cannot be made: {error.strerror}.",
            hint="Choose a writable state directory with TONGBAN_HOME.",
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        raise Unavailable(
            "embedded.not_ours",
            f"{path} exists and does not belong to the user that would use it.",
            hint="Run as the user that made the state directory, or choose another one with TONGBAN_HOME.",
        )
    if os.geteuid() == 0 and (found.st_uid, found.st_gid) != (uid, gid):
        os.chown(path, uid, gid, follow_symlinks=False)
    path.chmod(0o700)
    return path


def socket_directory(beside: Path) -> Path:
    """The directory for the server's socket: `run` beside the data when its path is short and plain enough.

    Otherwise a directory below the temporary folder named by user and a hash of the place, so that every
    process that asks comes to the same answer. /tmp is POSIX; TMPDIR differs between the shells of one
    person.
    """
    near = beside / "run"
    text = str(near / SOCKET_NAME)
    if len(os.fsencode(text)) <= _LONGEST_SOCKET and _PLAIN_PATH.fullmatch(text):
        return near
    mark = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
    folder = Path("/tmp")  # noqa: S108 - made 0700, and refused when it is somebody else's
    return (folder if folder.is_dir() else Path(tempfile.gettempdir())) / f"tongban-{os.geteuid()}-{mark}"


def writable_home(home: Path, *, needed_bytes: int) -> None:
    """The state directory exists, can be written and has room.

    Raises:
        Unavailable: it cannot be made or written, or the disk has less than `needed_bytes` left.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".writable-{os.getpid()}"
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError as error:
        raise Unavailable(
            "embedded.home",
            f"The state directory {home} cannot be written: {error.strerror}.",
            hint="Free some space, or choose another directory with TONGBAN_HOME.",
        ) from error
    if shutil.disk_usage(home).free < needed_bytes:
        raise disk_full(home)


def disk_full(home: Path) -> Unavailable:
    """The one sentence for a full disk."""
    return Unavailable(
        "embedded.disk_full",
        f"The disk of {home} is full, or nearly so.",
        hint="Free some space and start again, or choose another directory with TONGBAN_HOME.",
    )


def hold(path: Path, what: str) -> IO[bytes]:
    """Take the lock file `path` until it is closed or this process ends, however it ends.

    Raises:
        Conflict: another process holds it; `what` says what that process does.
    """
    try:
        lock = path.open("ab")
    except PermissionError as error:
        raise Unavailable(
            "embedded.not_ours",
            f"{path} belongs to another user.",
            hint="Run as the user that made the state directory, or choose another one with TONGBAN_HOME.",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise Conflict(
            "embedded.running",
            f"Another process {what} in {path.parent}.",
            hint="Stop it first, or choose another state directory with TONGBAN_HOME.",
        ) from error
    return lock
