"""Become another program that dies with its parent, with fewer rights if asked.

Run as a script in a fresh interpreter, so that nothing happens between fork and exec of a process with
threads::

    python -I -S launch.py '{"parent": 4711, ...}' program argument...

Uses the standard library only: it runs as root for a moment, and before any path of the checkout is readable
to the user it becomes. On Linux the kernel delivers the death signal; elsewhere this process stays between
the two and watches (`_leash`).
"""

import contextlib
import ctypes
import errno
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

CANNOT_DROP = 76
"""Exit status: the user could not be changed or the capability not kept."""
CANNOT_READ = 77
"""Exit status: as this user, a path that the program needs is out of reach."""
ORPHANED = 78
"""Exit status: the parent was gone before the program started."""
CANNOT_EXECUTE = 79
"""Exit status: the program itself could not be executed."""

CAP_DAC_OVERRIDE = 1
"""Read, write and execute whatever the permission bits say."""
CAP_DAC_READ_SEARCH = 2
"""Read files and enter directories whatever the permission bits say; the smaller of the two rights."""

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 4
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
_WATCH_SECONDS = 0.5
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def main(arguments: Sequence[str]) -> NoReturn:
    """Apply the options (first argument, JSON) and become the program in the rest."""
    options: dict[str, Any] = json.loads(arguments[0])
    program = list(arguments[1:])
    if "cwd" in options:
        try:
            os.chdir(options["cwd"])  # before the drop: the place may lie where the user cannot walk
        except OSError as error:
            _fail(CANNOT_READ, f"cannot enter {options['cwd']}: {error.strerror}")
    os.umask(0o077)
    if options.get("uid") is not None:
        try:
            _drop(options["uid"], options["gid"], options.get("groups", []), options.get("capability"))
        except OSError as error:
            _fail(CANNOT_DROP, f"cannot become user {options['uid']}: {error}")
    for path in options.get("check", []):
        try:
            _read(path)
        except OSError as error:
            _fail(CANNOT_READ, f"out of reach as user {os.geteuid()}: {error}")
    if sys.platform == "linux" and not options.get("leash"):
        _libc("prctl", _PR_SET_PDEATHSIG, options["death_signal"], 0, 0, 0)
        if os.getppid() != options["parent"]:
            sys.exit(ORPHANED)
        _become(program)
    _leash(program, options["parent"], options["death_signal"])


def _drop(uid: int, gid: int, groups: list[int], capability: int | None) -> None:
    """Become `uid` for good; keep at most one capability, across the exec too (Linux)."""
    if capability is not None:
        _libc("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
        # access(2) looks away from the capabilities of a user who is not root, unless this bit is set; the
        # server asks it whether its own program may be executed. A container may refuse: the check tells.
        with contextlib.suppress(OSError):
            _libc("prctl", _PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups(groups)
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
        bit = 1 << capability
        data = (_CapabilityData * 2)(_CapabilityData(bit, bit, bit), _CapabilityData(0, 0, 0))
        _libc("capset", ctypes.byref(header), ctypes.byref(data))
        _libc("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)
    if sys.platform == "linux":
        _libc("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _libc(name: str, *arguments: Any) -> None:
    values = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    if isinstance(arguments[0], int):
        values[0] = ctypes.c_int(arguments[0])
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*values) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _read(path: str) -> None:
    """Touch what a path is for: list a directory, read a file's first byte, ask if a program may run."""
    if os.path.isdir(path):  # noqa: PTH112 - pathlib costs start-up time in every child
        os.listdir(path)  # noqa: PTH208
    else:
        with open(path, "rb") as file:  # noqa: PTH123
            program = os.fstat(file.fileno()).st_mode & 0o111
            file.read(1)
        if program and not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "cannot be executed", path)


def _become(program: list[str]) -> NoReturn:
    for number in _FORWARDED:
        signal.signal(
            number, signal.SIG_DFL
        )  # Python ignores or handles some; the program starts with defaults
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        _fail(CANNOT_EXECUTE, f"cannot execute {program[0]}: {error}")


def _leash(program: list[str], parent: int, death_signal: int) -> NoReturn:
    """Run the program as a child, pass signals on, end it when the parent has gone."""
    child = os.fork()
    if child == 0:
        _become(program)
    for number in _FORWARDED:
        signal.signal(number, lambda received, _frame: _send(child, received))
    told = False
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if not told and os.getppid() != parent:
            _send(child, death_signal)
            told = True
        time.sleep(_WATCH_SECONDS if told or os.getppid() == parent else 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended; the loop will see it
        os.kill(pid, number)


def _fail(status: int, sentence: str) -> NoReturn:
    sys.stderr.write(f"launch: {sentence}\n")
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
