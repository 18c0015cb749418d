"""The `tongban` command.

An error of our own tree becomes a sentence with a hint, or a problem object with ``--json``, and exit
status 2.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tongban.kernel.errors import TongbanError

FAILED = 2
"""Exit status when a command says why it could not do its work."""


def main() -> None:
    """Entry point of the `tongban` command."""
    try:
        status = _at_once(sys.argv[1:])
        if status is None:
            from tongban.runtime.frame import app

            app()
    except TongbanError as error:
        if "--json" in sys.argv[1:]:
            sys.stdout.write(json.dumps(error.to_problem(), ensure_ascii=False, indent=2) + "\n")
        else:
            sys.stderr.write(f"{error.detail}\n")
            if error.hint:
                sys.stderr.write(f"  → {error.hint}\n")
        sys.exit(FAILED)
    sys.exit(status)


def _at_once(arguments: Sequence[str]) -> int | None:
    """The exit status of `process check FILE [--json]`; None for anything else.

    It is run on many files one after the other, and the frame takes longer to load than a model to check.
    """
    files = [each for each in arguments[2:] if each != "--json"]
    if list(arguments[:2]) != ["process", "check"] or len(files) != 1 or files[0].startswith("-"):
        return None
    from tongban.runtime.checking import check

    return check(Path(files[0]), as_json="--json" in arguments)


if __name__ == "__main__":
    main()
