"""The part of `tongban process` that works on the database: versions, instances, incidents, transfers.

Shows ids, elements and states, never variables.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from tongban.process.domain import Facts, Outcome

OPERATOR = Actor("system", "operator")
NOT_DONE = 1
"""Exit status when something is still held up, or an instance could not move."""

Instance = Annotated[UUID, typer.Argument(help="The id of the instance.")]
Reason = Annotated[str, typer.Option(help="Why; it is on the record.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def database() -> Iterator[None]:
    """The database of `runtime.commands.database`, loaded when it is needed."""
    from tongban.runtime.commands.database import database as opened

    with opened():
        yield


def add_to(app: typer.Typer) -> None:
    """Add these commands to the group."""
    for command in (
        deploy,
        versions,
        instances,
        incidents,
        retry,
        suspend,
        resume,
        cancel,
        move,
        hasten,
        migrate,
        letters,
    ):
        app.command()(command)


def deploy(
    model: Annotated[Path, typer.Argument(help="A BPMN 2.0 file.")],
    *,
    code: Annotated[str, typer.Option(help="What instances are started by.")],
    activate: Annotated[bool, typer.Option(help="New instances take this version.")] = True,
    as_json: AsJson = False,
) -> None:
    """Make a model runnable; running instances stay on their version."""
    try:
        data = model.read_bytes()
    except OSError as error:
        raise InvalidInput(
            "process.file", f"{model} cannot be read.", hint="Give the path of a BPMN file."
        ) from error
    with database():
        from tongban.process import actions

        version = actions.deploy(code, data, activate=activate, actor=OPERATOR)
    _say({"code": code, "version": version}, f"{code} {version}", as_json=as_json)


def versions(
    code: Annotated[str, typer.Argument(help="Only this code.")] = "", *, as_json: AsJson = False
) -> None:
    """Deployed versions; the one that new instances take is marked."""
    with database():
        from tongban.process import queries

        rows = [
            {
                "code": row.code, "version": row.version, "kind": row.kind, "active": row.active,
                "deployed_at": row.deployed_at.isoformat(),
                "running": len(queries.instances(code=row.code, definition=row.version, status="active")),
            }
            for row in queries.versions(code)
        ]  # fmt: skip
    _list(rows, as_json=as_json)


def instances(
    *,
    code: Annotated[str, typer.Option(help="Only of this code.")] = "",
    version: Annotated[str, typer.Option(help="Only of this version.")] = "",
    status: Annotated[str, typer.Option(help="active, suspended, completed or cancelled.")] = "",
    key: Annotated[str, typer.Option(help="Only with this business key.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Instances and where they stand, the newest first."""
    with database():
        from tongban.process import queries

        found = queries.instances(code=code, definition=version, status=status, key=key, limit=limit)
        rows = [_instance(each) | {"at": sorted(queries.places(each.id))} for each in found]
    _list(rows, as_json=as_json)


def incidents(
    *, code: Annotated[str, typer.Option(help="Only of this code.")] = "", as_json: AsJson = False
) -> None:
    """What is held up and why, the longest first."""
    with database():
        from tongban.process import queries

        rows = [
            {
                "instance": str(row.instance), "incident": row.number, "process": row.code_of_process,
                "element": row.element, "code": row.code, "message": row.message,
                "since": row.opened_at.isoformat(),
            }
            for row in queries.incidents(code=code)
        ]  # fmt: skip
    _list(rows, as_json=as_json)


def retry(
    instance: Annotated[UUID | None, typer.Argument(help="The instance; without it, all of --code.")] = None,
    *,
    incident: Annotated[str, typer.Option(help="Only this one.")] = "",
    code: Annotated[str, typer.Option(help="All instances of this code.")] = "",
    as_json: AsJson = False,
) -> None:
    """Try again what is held up; exit status 1 while something still is."""
    if instance is None and not code:
        raise InvalidInput(
            "process.retry", "Say what is to be tried again.", hint="Name an instance or --code."
        )
    with database():
        from tongban.kernel.errors import NotFound
        from tongban.process import actions, queries

        rows = []
        for held in queries.incidents(code=code, instance=instance):
            if incident and held.number != incident:
                continue
            try:
                done = actions.retry(held.instance, held.number, actor=OPERATOR)
            except NotFound:  # gone since it was listed
                continue
            rows.append(
                {
                    "instance": str(held.instance), "incident": held.number, "element": held.element,
                    "solved": done.solved, "reason": done.reason,
                }
            )  # fmt: skip
    failed = sum(not row["solved"] for row in rows)
    answer = {"tried": len(rows), "solved": len(rows) - failed, "failed": failed, "incidents": rows}
    _say(answer, f"{len(rows) - failed} of {len(rows)} solved.", as_json=as_json)
    if failed:
        raise typer.Exit(NOT_DONE)


def letters(
    *,
    again: Annotated[int | None, typer.Option(help="Hand this one over again.")] = None,
    drop: Annotated[int | None, typer.Option(help="Give this one up; needs --reason.")] = None,
    reason: Annotated[str, typer.Option(help="Why; it is on the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Messages of departments that no process could take; what stands in them is not shown."""
    with database():
        from tongban.exchange import letters as exchange

        if again is not None:
            state = exchange.again(again)
            _say({"letter": again, "state": state}, state, as_json=as_json)
            return
        if drop is not None:
            exchange.drop(drop, reason, actor=OPERATOR)
            _say({"letter": drop, "state": "dropped"}, "dropped", as_json=as_json)
            return
        rows = [
            {
                "letter": one.id, "department": one.department, "message": one.name, "case": one.reference,
                "problem": one.problem, "received_at": one.received_at.isoformat(),
            }
            for one in exchange.stuck()
        ]  # fmt: skip
    _list(rows, as_json=as_json)


def suspend(instance: Instance, *, reason: Reason, as_json: AsJson = False) -> None:
    """Let nothing happen to an instance until it is resumed."""
    with database():
        from tongban.process import actions

        _outcome(actions.suspend(instance, reason, actor=OPERATOR), as_json=as_json)


def resume(instance: Instance, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Let a suspended instance go on."""
    with database():
        from tongban.process import actions

        _outcome(actions.resume(instance, reason, actor=OPERATOR), as_json=as_json)


def cancel(instance: Instance, *, reason: Reason, as_json: AsJson = False) -> None:
    """Give an instance up."""
    with database():
        from tongban.process import actions

        _outcome(actions.cancel(instance, reason, actor=OPERATOR), as_json=as_json)


def move(
    instance: Instance,
    source: Annotated[str, typer.Argument(help="The token, or the element that it is at.")],
    target: Annotated[str, typer.Argument(help="The element where it goes on.")],
    *,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Put a token elsewhere in its scope."""
    with database():
        from tongban.process import actions

        _outcome(actions.move(instance, source, target, reason, actor=OPERATOR), as_json=as_json)


def hasten(
    instance: Instance,
    element: Annotated[str, typer.Argument(help="The event whose timer runs.")],
    *,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Let a timer run out now, as if its time had come."""
    with database():
        from tongban.process import actions

        _outcome(actions.hasten(instance, element, reason, actor=OPERATOR), as_json=as_json)


def migrate(
    code: Annotated[str, typer.Argument(help="The code of the process.")],
    *,
    source: Annotated[str, typer.Option("--from", help="The version that instances are on.")] = "",
    target: Annotated[str, typer.Option("--to", help="Where they go; absent: the active one.")] = "",
    mapping: Annotated[list[str] | None, typer.Option("--map", help="old=new, as often as needed.")] = None,
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    resume_transfer: Annotated[UUID | None, typer.Option("--resume", help="Go on with a transfer.")] = None,
    revert: Annotated[UUID | None, typer.Option(help="Take a transfer back.")] = None,
    as_json: AsJson = False,
) -> None:
    """Move running instances to another version; those that cannot stay. Exit status 1 when there are any."""
    with database():
        from tongban.process import actions, queries

        if revert is not None:
            _finish(revert, reason, back=True, as_json=as_json)
            return
        if resume_transfer is not None:
            _finish(resume_transfer, reason, back=False, as_json=as_json)
            return
        if not target:
            target = next((row.version for row in queries.versions(code) if row.active), "")
        route = dict(_pair(each) for each in mapping or [])
        if dry_run:
            looked = actions.preview(code, source, target, route)
            said = f"{looked.moves} of {looked.total} would move."
            for fault, many in looked.reasons.items():
                said += f"\n  {many} × {fault.element}: {fault.message}"
            _say(looked.to_json(), said, as_json=as_json)
            if looked.refused:
                raise typer.Exit(NOT_DONE)
            return
        begun = actions.begin_transfer(code, source, target, route, reason=reason, actor=OPERATOR)
        _finish(begun, reason, back=False, as_json=as_json)


def _finish(transfer: UUID, reason: str, *, back: bool, as_json: bool) -> None:
    """Do a transfer to its end, with a bar where somebody looks."""
    from rich.console import Console
    from rich.progress import Progress

    from tongban.process import actions

    console = Console(stderr=True)
    with Progress(console=console, disable=as_json or not console.is_terminal) as bar:
        task = bar.add_task("instances", total=None)
        while True:
            if back:
                done = actions.revert_transfer(transfer, reason=reason, actor=OPERATOR)
            else:
                done = actions.run_transfer(transfer)
            left = done.moved if back else done.open
            total = done.open + done.moved + done.refused + done.reverted + done.kept
            bar.update(task, completed=total - left, total=total)
            if not left:
                break
    answer = {
        "transfer": str(transfer), "moved": done.moved, "refused": done.refused, "reverted": done.reverted,
        "kept": done.kept, "faults": {str(key): value for key, value in done.faults.items()},
    }  # fmt: skip
    said = (
        f"{done.reverted} taken back, {done.kept} could not be."
        if back
        else f"{done.moved} moved, {done.refused} stay as they are. Transfer {transfer}"
    )
    _say(answer, said, as_json=as_json)
    if done.kept if back else done.refused:
        raise typer.Exit(NOT_DONE)


def _pair(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not (old and sign and new):
        raise InvalidInput("process.mapping", f"{text} is no pair of elements.", hint="Write old=new.")
    return old, new


def _instance(facts: "Facts") -> dict[str, Any]:
    return {
        "instance": str(facts.id), "code": facts.code, "version": facts.definition, "key": facts.key,
        "status": facts.status, "steps": facts.version, "started_at": facts.started_at.isoformat(),
    }  # fmt: skip


def _outcome(outcome: "Outcome", *, as_json: bool) -> None:
    from tongban.process import queries

    facts = outcome.instance
    answer = _instance(facts) | {"changed": outcome.changed, "at": sorted(queries.places(facts.id))}
    said = f"{facts.id}: {facts.status}, at {', '.join(answer['at']) or 'nothing'}"
    _say(answer, said if outcome.changed else f"{said}; nothing has changed", as_json=as_json)


def _say(answer: Any, said: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else said)


def _list(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        typer.echo("Nothing.")
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(*rows[0])
        for row in rows:
            table.add_row(
                *(", ".join(each) if isinstance(each, list) else str(each) for each in row.values())
            )
        Console().print(table)
