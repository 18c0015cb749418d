"""The `tongban` command: a frame that loads only the group of commands that was asked for.

Each file in `runtime/commands/` that has a typer application `app` is one command or group, named like the
file. An error of our own tree becomes a sentence with a hint, or a problem object with ``--json``, and exit
status 2.
"""

import importlib
import importlib.util
import json
import pkgutil
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from tongban.kernel.errors import TongbanError
from tongban.runtime import commands

FAILED = 2
"""Exit status when a command says why it could not do its work."""


class Groups(TyperGroup):
    """Finds commands by file name and imports them when they are used."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Every file of the commands folder that holds an application; the others help them."""
        names = (module.name for module in pkgutil.iter_modules(commands.__path__))
        return sorted(name for name in names if self.get_command(ctx, name) is not None)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """The command of that file; None when there is none."""
        del ctx
        name = f"{commands.__name__}.{cmd_name}"
        if not cmd_name.isidentifier() or importlib.util.find_spec(name) is None:
            return None
        group = getattr(importlib.import_module(name), "app", None)
        if not isinstance(group, typer.Typer):
            return None
        group._add_completion = False  # noqa: SLF001 - typer offers completion for the whole command only
        command = typer.main.get_command(group)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="tongban",
    cls=Groups,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they may be somebody's data
    help="通办: one application, many departments.",
)


@app.callback()
def _frame() -> None:
    """通办: one application, many departments."""


def main() -> None:
    """Entry point of the `tongban` command."""
    try:
        app()
    except TongbanError as error:
        if "--json" in sys.argv[1:]:
            sys.stdout.write(json.dumps(error.to_problem(), ensure_ascii=False, indent=2) + "\n")
        else:
            sys.stderr.write(f"{error.detail}\n")
            if error.hint:
                sys.stderr.write(f"  → {error.hint}\n")
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
