"""`tongban calendar`: which years are known, and loading the notice of the next one."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tongban.catalogue import calendars
from tongban.kernel.errors import InvalidInput
from tongban.runtime.calendars import load as take_in
from tongban.runtime.config import Config

app = typer.Typer(no_args_is_help=True, help="Public holidays and make-up workdays.")
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


@app.callback()
def _group() -> None:
    """Public holidays and make-up workdays."""


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="The yearly notice as YAML or JSON.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take in the State Council's notice for a year; provisional dates become final."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "calendar.file", f"{file} cannot be read as text.", hint="Give the path of a YAML or JSON file."
        ) from error
    notice, calendar = take_in(Config.from_environment().home, text)
    if as_json:
        answer = {
            "year": notice.year,
            "holidays": len(notice.holidays),
            "makeup_workdays": len(notice.makeup_workdays),
            "version": calendar.version,
            "known_until": max(calendar.known_years),
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            f"Loaded {notice.year}: {len(notice.holidays)} days off, {len(notice.makeup_workdays)} make-up "
            f"workdays. The calendar is now {calendar.version}.\n"
        )


@app.command()
def show(*, as_json: AsJson = False) -> None:
    """The calendar in force: its version and the years it knows."""
    calendar = calendars.current(Config.from_environment().home)
    years = sorted(calendar.known_years)
    if as_json:
        sys.stdout.write(json.dumps({"version": calendar.version, "known_years": years}) + "\n")
    else:
        sys.stdout.write(f"{calendar.version}: {years[0]} to {years[-1]}\n")
