"""`tongban process`: check a BPMN model, and try it out in memory on virtual time. That needs no database.

What works on the database stands in `process_operations`.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongban.kernel.errors import InvalidInput, TongbanError
from tongban.process.findings import ERROR
from tongban.runtime.checking import REFUSED, read_model
from tongban.runtime.checking import check as checked
from tongban.runtime.commands import process_operations

if TYPE_CHECKING:
    from tongban.process.decisions import Decision

app = typer.Typer(no_args_is_help=True, help="BPMN models: check, try out, run; operate what runs.")
Model = Annotated[Path, typer.Argument(help="A BPMN 2.0 file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def _group() -> None:
    """BPMN models: check, try out, run; operate what runs."""


process_operations.add_to(app)


@app.command()
def check(model: Model, *, as_json: AsJson = False) -> None:
    """Say what is wrong with a model; exit status 1 when it is refused."""
    if status := checked(model, as_json=as_json):
        raise typer.Exit(status)


@app.command()
def run(
    model: Model,
    *,
    script: Annotated[
        Path | None,
        typer.Option("--input", help="JSON: variables, answers, messages, signals, conditions, decisions."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a model in memory, on virtual time, against a scripted outside world."""
    try:
        answer = _tried(model, script)
    except TongbanError as error:
        name = (script or model).name
        answer = _refused(({"element": name, "code": error.code, "message": str(error)},))
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(answer)
    if answer["status"] == "refused":
        raise typer.Exit(REFUSED)


def _tried(model: Path, script: Path | None) -> dict[str, Any]:
    """The outcome of a run. Raises: InvalidInput when the script or a decision it names cannot be read."""
    from tongban.catalogue.calendars import current as calendar_of
    from tongban.process.script import read_script
    from tongban.process.tryout import run as try_out
    from tongban.runtime.config import Config

    calendar = calendar_of(Config.from_environment().home)
    given = read_script(_json(script), calendar)
    findings, reading = read_model(model, given.conditions)
    if reading is None or reading.graph is None:
        refused = [each for each in findings if each.severity == ERROR]
        return _refused(
            {"element": each.element, "code": "refused", "message": each.message} for each in refused
        )
    if given.process and given.process not in reading.graph.processes:
        raise InvalidInput(
            "process.script",
            f"The model has no process {given.process}.",
            hint=f"It has {', '.join(reading.graph.processes)}.",
        )
    decisions = {code: _decision(model.parent / path) for code, path in given.decisions.items()}
    return try_out(reading.graph, given, calendar, decisions).to_json()


def _refused(incidents: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    return {"status": "refused", "trace": [], "variables": {}, "incidents": list(incidents)}


def _decision(path: Path) -> "Decision":
    from tongban.process.decisions import of_model
    from tongban.rules import dmn

    try:
        return of_model(dmn.load(path.read_bytes()))
    except OSError as error:
        raise InvalidInput(
            "process.decision", f"{path} cannot be read.", hint="Paths are seen from the folder of the model."
        ) from error


def _no_number(text: str) -> Any:
    """Python would read NaN and Infinity, which JSON has not."""
    raise ValueError(text)


def _json(path: Path | None) -> Any:
    if path is None:
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInput(
            "process.script", f"{path} cannot be read as JSON.", hint="Give a JSON file in UTF-8."
        ) from error


def _print(answer: Mapping[str, Any]) -> None:
    for element in answer["trace"]:
        typer.echo(element)
    for incident in answer["incidents"]:
        typer.echo(f"{incident['element']}: {incident['message']}")
    typer.echo(answer["status"])
