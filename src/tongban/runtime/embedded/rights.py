"""As whom an embedded server runs, and with which rights: PostgreSQL refuses to run as root."""

import os
import pwd
import sys
from dataclasses import replace
from pathlib import Path

from tongban.kernel.errors import Unavailable
from tongban.runtime.embedded import child, launch
from tongban.runtime.embedded.child import Identity
from tongban.runtime.embedded.places import private_directory

_UNPRIVILEGED = ("postgres", "_postgres", "nobody")
"""Users without rights that exist already on Debian, macOS, and everywhere; none is ever created."""


def server_identity(place: Path, binaries: Path) -> Identity | None:
    """Who shall own `place` and run the server in it; `place` is made if missing and closed to others.

    None: ourselves. As root: the owner of what is there already, else a user without rights, with the one
    capability it needs to walk to a clone or state directory below a closed one (none if none is needed).

    Raises:
        Unavailable: `place` is somebody else's, or that user cannot reach it by any means.
    """
    if os.geteuid() != 0:
        private_directory(place, uid=os.geteuid(), gid=os.getegid())
        return None
    found = place.lstat() if place.exists() else None
    if found is not None and found.st_uid != 0:
        candidate = Identity(user=str(found.st_uid), uid=found.st_uid, gid=found.st_gid, groups=())
    else:
        candidate = unprivileged()
    private_directory(place, uid=candidate.uid, gid=candidate.gid)
    return _with_least_right(candidate, place, binaries)


def server_environment() -> dict[str, str]:
    """What the server may know of our environment: no PG* variable may point it elsewhere."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def unprivileged() -> Identity:
    """An existing user without rights."""
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Identity(user=name, uid=entry.pw_uid, gid=entry.pw_gid, groups=())
    raise Unavailable(
        "embedded.no_user",
        f"The embedded database cannot run as root, and no user {', '.join(_UNPRIVILEGED)} exists.",
        hint="Run as an ordinary user, or set DATABASE_URL to an existing PostgreSQL server.",
    )


def _with_least_right(candidate: Identity, place: Path, binaries: Path) -> Identity:
    """The candidate with the least right that lets it run the binaries over `place`: tried, not guessed.

    Permission bits alone do not tell: there are access lists, network disks and containers without
    CAP_DAC_READ_SEARCH.
    """
    capabilities: list[int | None] = [None]
    if sys.platform == "linux":
        capabilities += [launch.CAP_DAC_READ_SEARCH, launch.CAP_DAC_OVERRIDE]
    installed = binaries.parent
    programs = [binaries / "postgres", binaries / "initdb"]
    check = [
        place,
        *programs,
        *sorted(installed.glob("share/**/postgres.bki")),
        *installed.glob("lib/**/plpgsql.*"),
    ]
    output = ""
    for capability in capabilities:
        identity = replace(candidate, capability=capability)
        status, output = child.run(
            [str(binaries / "postgres"), "--version"],
            environment=server_environment(),
            identity=identity,
            cwd=place,
            check=check,
        )
        if status == 0:
            return identity
    raise Unavailable(
        "embedded.unreachable",
        f"Started by root, the database server must run as user {candidate.user}, who cannot reach "
        f"{installed} or {place} ({output.strip()}).",
        hint="Run as an ordinary user, move the clone or TONGBAN_HOME to where others may enter, "
        "or set DATABASE_URL.",
    )
