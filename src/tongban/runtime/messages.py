"""Compile the message catalogues: every `locale/*/LC_MESSAGES/*.po` of the package beside itself as `.mo`.

Babel does it, so that no GNU gettext is needed on the machine. The compiled files are not committed; the
Makefile, the tests and the first start call this. A catalogue that has not changed costs one `stat`.
"""

import os
import sys
from pathlib import Path

from tongban.kernel.errors import InvalidInput

PACKAGE = Path(__file__).resolve().parents[1]


def compile_all(root: Path = PACKAGE) -> list[Path]:
    """Compile what is newer than its `.mo`; the files written.

    Raises:
        InvalidInput: a catalogue cannot be read; file and line are named.
    """
    return [compile_one(path) for path in sorted(root.rglob("LC_MESSAGES/*.po")) if _stale(path)]


def compile_one(path: Path) -> Path:
    """Compile one catalogue. Entries marked fuzzy are left out: they are guesses, not translations."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    locale = path.parts[-3]
    try:
        with path.open("rb") as source:
            catalogue = read_po(source, locale=locale, domain=path.stem, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        where = f"{path}:{error.lineno}" if isinstance(error, PoFileError) else str(path)
        raise InvalidInput(
            "messages.unreadable", f"{where}: the message catalogue cannot be read: {error}."
        ) from error
    target = path.with_suffix(".mo")
    fresh = target.with_suffix(f".mo.{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)  # at once: another process may be reading it
    return target


def _stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns


def main() -> int:
    """Compile everything; exit status 2 and one sentence when a catalogue is broken."""
    try:
        written = compile_all()
    except InvalidInput as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if written:
        sys.stdout.write(f"Compiled {len(written)} message catalogues.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
