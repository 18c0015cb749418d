"""The commands of `tongban catalogue` about versions: publish, list, compare, and the report in figures."""

import datetime as dt
import re
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tongban.kernel.errors import InvalidInput, TongbanError
from tongban.runtime.commands.output import failed, print_json

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


class Language(StrEnum):
    """Whose words are printed."""

    ZH_HANS = "zh-hans"
    ZH_HANT = "zh-hant"
    EN = "en"


def publish(
    path: Annotated[Path | None, typer.Argument(help="A catalogue folder; default: our own content.")] = None,
    *,
    first_day: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The day from which it applies; default: today."),
    ] = None,
    note: Annotated[str, typer.Option(help="What you say about it, for the list of versions.")] = "",
    as_json: AsJson = False,
) -> None:
    """Publish a version: new applications are made with it from that day on. It never changes again."""
    from tongban.runtime.commands.database import database

    try:
        with database():
            from tongban.catalogue import actions, queries

            day = first_day.date() if first_day else queries.today()
            before = queries.applying(day)
            made = actions.publish(path, applies_from=day, note=note)
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    if as_json:
        print_json({"version": made.version, "applies_from": day.isoformat(), "new": before != made.version})
    elif before == made.version:
        typer.echo(f"Version {made.version} applies on {day} already; nothing was changed.")
    else:
        typer.echo(f"Version {made.version} applies from {day}.")


def versions(
    on: Annotated[
        dt.datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Only the version that applies on this day."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the versions: from when to when each applies, and what its publisher said."""
    from tongban.runtime.commands.database import database

    try:
        with database():
            from tongban.catalogue import queries

            found = queries.releases()
            code = queries.version_on(on.date()).version if on else None
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    if code is not None:
        day = on.date() if on else None
        found = [
            one
            for one in found
            if one.version == code
            and day
            and one.applies_from <= day
            and (one.applies_until is None or day <= one.applies_until)
        ]
    if as_json:
        print_json(
            [
                {
                    "version": one.version,
                    "state": one.state,
                    "applies_from": one.applies_from.isoformat(),
                    "applies_until": one.applies_until.isoformat() if one.applies_until else None,
                    "published_at": one.published_at.isoformat(),
                    "note": one.note,
                    "counts": one.summary,
                }
                for one in found
            ]
        )
        return
    table = Table()
    for heading in ("version", "applies from", "until", "state", "life events", "items", "note"):
        table.add_column(heading)
    for one in found:
        table.add_row(
            one.version,
            str(one.applies_from),
            str(one.applies_until or ""),
            one.state,
            str(one.summary.get("life_events", "")),
            str(one.summary.get("items", "")),
            one.note,
        )
    Console().print(table)


def diff(
    old: Annotated[
        str, typer.Argument(help="A version (or its beginning), a day (2026-12-01), or a folder.")
    ],
    new: Annotated[str, typer.Argument(help="The same; `.` alone is our own content.")],
    *,
    language: Annotated[Language, typer.Option(help="Language of the sentences.")] = Language.ZH_HANS,
    as_json: AsJson = False,
) -> None:
    """Show in words what differs between two versions, thing by thing."""
    from tongban.catalogue.difference import difference
    from tongban.runtime.commands.database import database

    stored = [one for one in (old, new) if not _is_folder(one)]
    try:
        with database() if stored else nullcontext():
            found = difference(_catalogue(old), _catalogue(new))
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    if as_json:
        print_json(found.to_json())
        return
    from tongban.catalogue.difference.words import KINDS

    console = Console(highlight=False)
    console.print(f"{found.old} → {found.new}", style="dim")
    for (kind, code), changes in found.by_thing().items():
        name = changes[0].name.of(language)
        console.print()
        console.print(
            f"{KINDS[kind].of(language)} {name}", style="bold", end=" ", markup=False, soft_wrap=True
        )
        console.print(f"{kind}/{code}", style="dim", markup=False, soft_wrap=True)
        for one in changes:
            mark, style = {True: ("+", "green"), False: ("-", "yellow"), None: ("·", "")}[one.better]
            console.print(f"  {mark} {one.sentence.of(language)}", style=style, markup=False, soft_wrap=True)
    if not found.changes:
        console.print("No difference.")


def report(
    path: Annotated[Path | None, typer.Argument(help="A catalogue folder; default: our own content.")] = None,
    *,
    on: Annotated[
        dt.datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the application; default: today."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the names.")] = Language.ZH_HANS,
    as_json: AsJson = False,
) -> None:
    """The content in figures: per life event what it takes before and after, and the totals. All computed."""
    from tongban.catalogue import calendars
    from tongban.catalogue.check import check_folder
    from tongban.catalogue.domain import CatalogueError
    from tongban.catalogue.folders import product_folder
    from tongban.runtime.config import Config

    try:
        catalogue, findings = check_folder(path or product_folder())
        if any(one.is_error for one in findings):
            raise CatalogueError(tuple(findings))
        # intake's reads stand beside tables, which only load with settings; nothing here asks a database.
        _without_database()
        from tongban.intake.report import report as made

        calendar = calendars.current(Config.from_environment().home)
        day = on.date() if on else dt.datetime.now(calendar.zone).date()
        found = made(catalogue, findings, calendar, day)
    except TongbanError as error:
        raise failed(error, as_json=as_json) from None
    if as_json:
        print_json(found.to_json())
        return
    table = Table(title=f"catalogue {found.version}, applications of {found.day}", title_justify="left")
    table.add_column("life event", no_wrap=True)
    for heading in ("items", "depts", "fields", "materials", "visits", "days", "findings"):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in found.life_events:
        table.add_row(
            line.name.of(language),
            str(line.items),
            str(line.departments),
            f"{line.before.fields} → {line.after.fields}",
            f"{line.before.materials} → {line.after.materials}",
            f"{line.before.visits} → {line.after.visits}",
            f"{line.before.days} → {line.after.days}",
            str(line.errors + line.warnings),
        )
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    totals = found.to_json()["totals"]
    console.print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in totals.items()))
    console.print(
        "Before → after: the typical application, item by item and in one. Days are working days.",
        style="dim",
    )


def _without_database() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")
    django.setup()


def _is_folder(named: str) -> bool:
    return Path(named).is_dir()


def _catalogue(named: str) -> Any:
    """The catalogue that a version, a day or a folder names."""
    from tongban.catalogue.domain import load
    from tongban.catalogue.folders import product_folder

    if named == ".":
        return load(product_folder())
    if _is_folder(named):
        return load(Path(named))
    from tongban.catalogue import queries

    if re.fullmatch(r"\d{4}-\d\d-\d\d", named):
        try:
            day = dt.date.fromisoformat(named)
        except ValueError:
            raise InvalidInput(
                "diff.day", f"{named} is not a day.", hint="Write it like 2026-12-01."
            ) from None
        return queries.version_on(day)
    return queries.version(queries.find_version(named))
