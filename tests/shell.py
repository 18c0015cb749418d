"""The `tongban` command inside this process: what it prints and how it ends, without another start."""

import contextlib
import io
import os
import sys
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from tongban.runtime import cli

QUIET = {"NO_COLOR": "1", "COLUMNS": "200"}


def tongban(home: Path, *arguments: str) -> CompletedProcess[str]:
    """Run the command with `home` as its state directory, as `subprocess.run` would."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    with (
        mock.patch.dict(os.environ, QUIET | {"TONGBAN_HOME": str(home)}),
        mock.patch.object(sys, "argv", ["tongban", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return CompletedProcess(arguments, status, out.getvalue(), err.getvalue())
