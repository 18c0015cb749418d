"""`tongban process`: check a BPMN model, and try it out in memory on virtual time. That needs no database.

What works on the database stands in `process_operations`.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tongban.catalogue.calendars import current as calendar_of
from tongban.kernel.errors import InvalidInput, TongbanError
from tongban.process.bpmn import Reading, read
from tongban.process.decisions import Decision, of_model
from tongban.process.findings import ERROR, Finding
from tongban.process.script import read_script
from tongban.process.tryout import run as try_out
from tongban.rules import dmn
from tongban.runtime.commands import process_operations
from tongban.runtime.config import Config

app = typer.Typer(no_args_is_help=True, help="BPMN models: check, try out, run; operate what runs.")
Model = Annotated[Path, typer.Argument(help="A BPMN 2.0 file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

REFUSED = 1
"""Exit status when the model is refused."""


@app.callback()
def _group() -> None:
    """BPMN models: check, try out, run; operate what runs."""


process_operations.add_to(app)


@app.command()
def check(model: Model, *, as_json: AsJson = False) -> None:
    """Say what is wrong with a model; exit status 1 when it is refused."""
    findings, reading = _read(model)
    if as_json:
        typer.echo(json.dumps([each.to_json() for each in findings], ensure_ascii=False, indent=2))
    else:
        for each in findings:
            typer.echo(f"{each.severity}: {each.element}: {each.message}")
        typer.echo("The model is refused." if reading is None or reading.refused else "The model can be run.")
    if reading is None or reading.refused:
        raise typer.Exit(REFUSED)


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
    calendar = calendar_of(Config.from_environment().home)
    given = read_script(_json(script), calendar)
    findings, reading = _read(model, given.conditions)
    if reading is None or reading.graph is None:
        refused = [each for each in findings if each.severity == ERROR]
        return _refused(
            {"element": each.element, "code": "refused", "message": each.message} for each in refused
        )
    decisions = {code: _decision(model.parent / path) for code, path in given.decisions.items()}
    return try_out(reading.graph, given, calendar, decisions).to_json()


def _refused(incidents: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    return {"status": "refused", "trace": [], "variables": {}, "incidents": list(incidents)}


def _read(
    path: Path, conditions: Mapping[str, str] | None = None
) -> tuple[tuple[Finding, ...], Reading | None]:
    """The reading of a file; a file that is no model at all is one finding."""
    try:
        data = path.read_bytes()
    except OSError as error:
        said = f"The file cannot be read: {(error.strerror or 'it is not there').lower()}."
        return (Finding(path.name, ERROR, said),), None
    try:
        reading = read(data, conditions)
    except TongbanError as error:
        return (Finding(path.name, ERROR, str(error)),), None
    return reading.findings, reading


def _decision(path: Path) -> Decision:
    try:
        return of_model(dmn.load(path.read_bytes()))
    except OSError as error:
        raise InvalidInput(
            "process.decision", f"{path} cannot be read.", hint="Paths are seen from the folder of the model."
        ) from error


def _json(path: Path | None) -> Any:
    if path is None:
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
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
