"""`tongban plan`: which item waits for which, and when all is promised. Needs no database."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tongban.catalogue.calendars import current as calendar_of
from tongban.kernel.errors import InvalidInput
from tongban.runtime.commands.form import derivation_of
from tongban.runtime.config import Config

app = typer.Typer()


@app.command()
def plan(
    event: Annotated[str, typer.Argument(help="Code of the life event, e.g. newborn.")],
    *,
    known: Annotated[
        Path | None, typer.Option(help="JSON file: address → value that government knows.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="JSON file: address → value that was answered.")
    ] = None,
    applicant: Annotated[str | None, typer.Option(help="Which role applies.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Code of the applicant's region; this instance's by default.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="Day of application, YYYY-MM-DD; today by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Lay the items of a life event out on the working-day calendar.

    Items whose condition is not decided yet are left out; give known values or answers to decide them.
    """
    calendar = calendar_of(Config.from_environment().home)
    _, derivation = derivation_of(event, known, answers, applicant, region)
    laid_out = derivation.plan(calendar, _day(start) or datetime.now(calendar.zone).date())
    undecided = [state.code for state in derivation.items if state.applies is None]
    if as_json:
        typer.echo(json.dumps({**laid_out.to_json(), "undecided": undecided}, ensure_ascii=False, indent=2))
        return
    console = Console()
    table = Table("wave", "item", "department", "limit", "starts", "due", "waits for")
    for node in laid_out.nodes:
        waits = ", ".join(
            f"{edge.source} ({', '.join(edge.causes)})" for edge in laid_out.edges if edge.target == node.code
        )
        table.add_row(
            str(node.wave),
            ("* " if node.critical else "") + node.code,
            node.department,
            f"{node.limit.amount} {node.limit.unit}",
            node.starts_on.isoformat(),
            node.due_on.isoformat() + (" (provisional)" if node.provisional else ""),
            waits,
        )
    console.print(table)
    console.print(
        f"{laid_out.parallel_days} working days in parallel, {laid_out.sequential_days} one after the other; "
        f"promised on {laid_out.promised_on}"
        + (" (provisional: the holidays of that year are not published yet)" if laid_out.provisional else "")
    )
    if undecided:
        console.print(f"Not decided yet: {', '.join(undecided)}")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("plan.start", f"{text} is not a date.", hint="Write YYYY-MM-DD.") from None
