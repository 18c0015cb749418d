"""`tongban rules`: try expressions in FEEL. Needs no database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tongban import rules
from tongban.rules.dmn.values import from_json, to_json
from tongban.runtime.commands.decision import moment_of, read_json

app = typer.Typer(no_args_is_help=True, help="Conditions and formulas in FEEL.")


@app.callback()
def _group() -> None:
    """Conditions and formulas in FEEL."""


@app.command("eval")
def evaluate(
    text: Annotated[str, typer.Argument(metavar="EXPRESSION", help='FEEL, for example "fee * 1.2 > 100".')],
    *,
    inputs: Annotated[Path | None, typer.Option("--input", help="JSON file: value by name.")] = None,
    now: Annotated[
        str | None, typer.Option(help="The moment that now() and today() give, RFC 3339; else the clock.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with names read and remarks.")] = False,
) -> None:
    """Evaluate an expression. Dates in the input are strings: write date(name) to compare them."""
    given = read_json(inputs)
    moment = moment_of(now)
    context = {"now": moment, "today": moment.date(), **{key: from_json(given[key], None) for key in given}}
    expression = rules.compile(text, names=frozenset(given))
    remarks: list[rules.Remark] = []
    value = to_json(expression.evaluate(context, remarks))
    if as_json:
        made = {
            "value": value,
            "names": sorted(expression.names),
            "remarks": [{"code": one.code, "detail": one.detail, "offset": one.offset} for one in remarks],
        }
        typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    typer.echo(json.dumps(value, ensure_ascii=False))
    for one in remarks:
        typer.echo(f"{one.code}: {one.detail}", err=True)
