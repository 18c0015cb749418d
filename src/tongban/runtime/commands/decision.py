"""`tongban decision`: evaluate and check decision models in DMN. Needs no database."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tongban.catalogue.calendars import current as calendar_of
from tongban.kernel import markup
from tongban.kernel.errors import InvalidInput, TongbanError
from tongban.rules import dmn
from tongban.rules.dmn.check import check_text
from tongban.rules.dmn.model import Import
from tongban.rules.values import in_range
from tongban.runtime.config import Config

app = typer.Typer(no_args_is_help=True, help="Decision models in DMN: evaluate, check.")

REFUSED = 1
"""Exit status when a model has errors, or a decision failed."""
NEIGHBOURS = 200
"""Files of a folder that are searched for an imported model."""


@app.callback()
def _group() -> None:
    """Decision models in DMN: evaluate, check."""


@app.command()
def run(
    path: Annotated[Path, typer.Argument(metavar="MODEL", help="A DMN file.")],
    *,
    decision: Annotated[
        str | None, typer.Option(help="Name or id of a decision or service; all decisions without it.")
    ] = None,
    inputs: Annotated[
        Path | None, typer.Option("--input", help="JSON file: value by name of the input data.")
    ] = None,
    now: Annotated[
        str | None, typer.Option(help="The moment that now() and today() give, RFC 3339; else the clock.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Evaluate a decision with all that it needs. Exit status 1 when the model or its input is at fault."""
    model = dmn.load(_bytes(path), Neighbours(path))
    given = model.read_inputs(read_json(inputs))
    moment = moment_of(now)
    names = (decision,) if decision else model.decisions
    verdicts = [model.decide(name, given, now=moment) for name in names]
    if as_json:
        made = [verdict.to_json() for verdict in verdicts]
        typer.echo(json.dumps(made[0] if decision else made, ensure_ascii=False, indent=2))
    else:
        for verdict in verdicts:
            _show(verdict)
    if any(verdict.failed for verdict in verdicts):
        sys.exit(REFUSED)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="MODEL", help="A DMN file.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is wrong with a model: expressions, types, requirements; gaps and overlaps of its tables.

    Exit status 1 when something is an error.
    """
    findings = check_text(_bytes(path), Neighbours(path))
    if as_json:
        typer.echo(json.dumps([finding.to_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        console = Console()
        for finding in findings:
            console.print(
                f"[bold]{finding.severity}[/] {path.name}:{finding.line} {finding.element}: ", end=""
            )
            console.print(finding.message, markup=False, highlight=False)
        if not findings:
            console.print("Nothing was found.")
    if any(finding.severity == "error" for finding in findings):
        sys.exit(REFUSED)


class Neighbours:
    """Finds imported models among the DMN files beside one; nothing outside of its folder is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Path] | None = None

    def __call__(self, wanted: Import) -> bytes | None:
        """The file that is the imported model."""
        if self.known is None:
            self.known = dict(self._namespaces())
        found = self.known.get(wanted.namespace)
        return None if found is None else _bytes(found)

    def _namespaces(self) -> Iterator[tuple[str, Path]]:
        for _, file in zip(range(NEIGHBOURS), sorted(self.path.parent.glob("*.dmn")), strict=False):
            try:
                yield markup.read(_bytes(file)).get("namespace"), file
            except TongbanError:
                continue  # a broken neighbour is no reason to refuse this model


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > markup.BOUNDS.size:
            raise InvalidInput("dmn.size", f"{path} has more than {markup.BOUNDS.size} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput("dmn.file", f"{path} cannot be read: {error.strerror}.") from error


def _number(text: str) -> Decimal:
    made = Decimal(text)
    if not in_range(made):
        raise ValueError("a number is too large or too small")
    return made


def read_json(path: Path | None) -> dict[str, Any]:
    """The object in a JSON file, numbers exact. Raises: InvalidInput."""
    if path is None:
        return {}
    try:
        made = json.loads(path.read_text(encoding="utf-8"), parse_float=_number)
    except OSError as error:
        raise InvalidInput("input.file", f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput("input.json", f"{path} is no JSON: {error}") from error
    if not isinstance(made, dict):
        raise InvalidInput("input.json", f"{path} is no JSON object.", hint='Write {"Name": value}.')
    return made


def moment_of(text: str | None) -> datetime:
    """The moment for `now()`: as given, else this one in the calendar's zone. Raises: InvalidInput."""
    if text is None:
        return datetime.now(calendar_of(Config.from_environment().home).zone)
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        made = None
    if made is None or made.tzinfo is None:
        raise InvalidInput("input.now", f"{text} is no moment.", hint="Write 2026-11-23T08:30:00+08:00.")
    return made


def _show(verdict: dmn.Verdict) -> None:
    console = Console()
    printed = verdict.to_json()
    table = Table("decision", "value", title=verdict.decision)
    for name, value in printed["decided"].items():
        if name != verdict.decision:
            table.add_row(name, json.dumps(value, ensure_ascii=False))
    table.add_row(f"→ {verdict.decision}", json.dumps(printed["value"], ensure_ascii=False))
    console.print(table)
    for message in verdict.messages:
        console.print(
            f"{message.severity} {message.element}: {message.message}", markup=False, highlight=False
        )
