"""`tongban case`: one case as it stands, for the operator. Shows no personal data."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Look at one case.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Look at one case."""


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="The number on the receipt.")],
    *,
    verify: Annotated[
        bool, typer.Option(help="Recompute the case's hash chain and fold its states anew.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a case's dispatches, clocks and journal numbers. Values and names are never shown."""
    from tongban.kernel.ids import parse_number
    from tongban.runtime.commands.database import database

    with database():
        from tongban.casework import folding
        from tongban.casework.queries import case_by_number
        from tongban.journal import queries as journal

        view = case_by_number(str(parse_number(number)))
        faults = [f"{one.seq}: {one.what}" for one in journal.verify(view.application_id)] if verify else []
        if verify:
            faults += folding.differences(view.application_id)
        found: dict[str, Any] = {
            "number": view.number,
            "application_id": str(view.application_id),
            "life_event": view.row.event_code,
            "state": str(view.state),
            "opened_at": view.row.opened_at.isoformat(),
            "ended_at": view.row.ended_at.isoformat() if view.row.ended_at else None,
            "promised_on": view.row.promised_on.isoformat(),
            "provisional": view.row.provisional,
            "catalogue_version": view.row.catalogue_version,
            "calendar_version": view.row.calendar_version,
            "events": view.seq,
            "dispatches": [
                {
                    "dispatch_id": str(one.id),
                    "item": one.bound.code,
                    "department": one.department.code,
                    "state": str(one.state),
                    "waits_for": list(one.waits_for),
                    "promised": one.promised.to_json() if one.promised else None,
                    "statutory": one.statutory.to_json() if one.statutory else None,
                }
                for one in view.dispatches
            ],
        }
        if verify:
            found["faults"] = faults
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found)
    if faults:
        raise typer.Exit(1)


@app.command()
def erase(
    number: Annotated[str, typer.Argument(help="The number on the receipt.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it is on the record.")],
) -> None:
    """Destroy what is personal about a case that is over; the trace stays and still proves."""
    from tongban.journal.events import Actor
    from tongban.kernel.ids import parse_number
    from tongban.runtime.commands.database import database

    with database():
        from tongban.casework.queries import case_by_number
        from tongban.runtime import erasing

        found = case_by_number(str(parse_number(number)))
        done = erasing.erase(found.application_id, reason, actor=Actor("system", "operator"))
    typer.echo("erased" if done else "erased before")


def _print(found: dict[str, Any]) -> None:
    console = Console()
    table = Table(
        "item", "department", "state", "waits for", "due", title=f"{found['number']} ({found['state']})"
    )
    for one in found["dispatches"]:
        due = (one["promised"] or {}).get("due_on") or ""
        table.add_row(one["item"], one["department"], one["state"], ", ".join(one["waits_for"]), due)
    console.print(table)
    console.print(f"promised on {found['promised_on']}, {found['events']} events")
    for fault in found.get("faults", []):
        console.print(f"[red]{fault}[/]")
