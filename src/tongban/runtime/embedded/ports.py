"""Loopback ports of our processes: free ones, remembered in the state so that a restart keeps them."""

import json
import os
import socket
from pathlib import Path

from tongban.kernel.errors import Conflict

_FILE = "ports.json"
_RANGE = range(12_000, 32_000)
"""Below what systems give to outgoing connections: one of those could take a port before its server does."""
_SPREAD = 64
"""More than one installation needs."""
LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now. Connections of an earlier one that still fade do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def require_free(port: int, *, what: str, variable: str, host: str = LOOPBACK) -> int:
    """The same port.

    Raises:
        Conflict: something listens there already, or this user may not; the sentence names the way out.
    """
    if not is_free(port, host):
        raise Conflict(
            "runtime.port_in_use",
            f"Port {port} for {what} is in use by another program, or not allowed to this user.",
            hint=f"Stop that program, or choose another port: {variable}={port + 1} make run",
        )
    return port


def remembered(home: Path, name: str) -> int:
    """The port that `name` had last time if it is free, else a free one, remembered from now on.

    One process per state directory calls this (the supervisor, under its lock).
    """
    path = home / _FILE
    try:
        known: dict[str, int] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        known = {}
    port = known.get(name)
    if isinstance(port, int) and is_free(port):
        return port
    taken = {value for key, value in known.items() if key != name}
    known[name] = _any_free(taken)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
    fresh.replace(path)
    return known[name]


def _any_free(taken: set[int]) -> int:
    """The first free port behind a place of this process's own: two that start together do not meet."""
    start = os.getpid() * _SPREAD
    for step in range(len(_RANGE)):
        port = _RANGE[(start + step) % len(_RANGE)]
        if port not in taken and is_free(port):
            return port
    raise Conflict(
        "runtime.no_port",
        f"No port between {_RANGE[0]} and {_RANGE[-1]} is free.",
        hint="Stop programs that listen there.",
    )
