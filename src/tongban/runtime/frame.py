"""The frame of the `tongban` command: it loads only the group of commands that was asked for.

Each file in `runtime/commands/` that has a typer application `app` is one command or group, named like the
file.
"""

import importlib
import importlib.util
import pkgutil
from typing import Any

import typer
from typer.core import TyperGroup

from tongban.runtime import commands


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
