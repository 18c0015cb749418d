"""`tongban journal`: the record itself, and its exports."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Read and export the journal.", no_args_is_help=True)


@app.command()
def tail(
    *,
    count: Annotated[int, typer.Option("-n", min=1, max=10_000, help="How many events.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the newest events."""
    from tongban.runtime.commands.database import database

    with database():
        from tongban.journal import queries
        from tongban.journal.exports import cloudevent

        for event in queries.latest(count):
            if as_json:
                typer.echo(json.dumps(cloudevent(event), ensure_ascii=False))
            else:
                data = json.dumps(dict(event.data), ensure_ascii=False)
                when = f"{event.at:%Y-%m-%d %H:%M:%S}"
                typer.echo(f"{when} {event.stream} #{event.seq} {event.type} {data}")


@app.command()
def export(
    *,
    format_: Annotated[str, typer.Option("--format", help="cloudevents, ocel or xes.")] = "cloudevents",
    output: Annotated[Path | None, typer.Option(help="File; standard output by default.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a summary as JSON on standard error.")
    ] = False,
) -> None:
    """Export the whole journal: CloudEvents 1.0 (JSON lines), OCEL 2.0 (JSON) or XES 1849-2016 (XML)."""
    from tongban.kernel.errors import InvalidInput
    from tongban.runtime.commands.database import database

    with database():
        from tongban.journal import exports, queries

        writer = exports.WRITERS.get(format_)
        if writer is None:
            raise InvalidInput(
                "journal.format",
                f"There is no format {format_}.",
                hint=f"Choose one of: {', '.join(exports.WRITERS)}.",
            )
        count = 0

        def counted() -> Any:
            nonlocal count
            for event in queries.everything():
                count += 1
                yield event

        if output is None:
            writer(counted(), sys.stdout)
        else:
            fresh = output.with_name(output.name + ".part")  # a broken export never looks like a whole one
            with fresh.open("w", encoding="utf-8") as file:
                writer(counted(), file)
            fresh.replace(output)
    if as_json:
        typer.echo(json.dumps({"format": format_, "events": count}), err=True)
