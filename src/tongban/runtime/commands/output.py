"""What commands print: answers as JSON, and why they could not do their work."""

import json
import sys
from typing import Any

import typer
from rich.console import Console

from tongban.kernel.errors import TongbanError


def print_json(value: Any) -> None:
    """One JSON value on standard output, Chinese as Chinese."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def failed(error: TongbanError, *, as_json: bool) -> typer.Exit:
    """Says why a command could not do its work; what to raise."""
    if as_json:
        print_json(error.to_problem())
    else:
        console = Console(stderr=True, highlight=False)
        console.print(f"[bold red]error[/]: {error.detail}", soft_wrap=True)
        if error.hint:
            console.print(f"  hint: {error.hint}", soft_wrap=True)
    return typer.Exit(1)
