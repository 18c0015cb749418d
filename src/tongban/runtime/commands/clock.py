"""`tongban clock`: when a legal limit is due."""

import json
import sys
from datetime import date, datetime, time, tzinfo
from typing import Annotated

import typer

from tongban.catalogue import calendars
from tongban.kernel.clock import ClockEvent, ClockState, Limit, Paused, Resumed, Started, Unit, fold
from tongban.kernel.errors import InvalidInput
from tongban.runtime.config import Config

app = typer.Typer(no_args_is_help=True, help="Legal time limits.")
_START_OF_WORK = time(9)


@app.callback()
def _group() -> None:
    """Legal time limits."""


@app.command()
def due(
    start: Annotated[str, typer.Argument(metavar="DATE", help="Day (or instant) of acceptance: 2026-02-13.")],
    amount: Annotated[int, typer.Argument(metavar="N", help="The limit.", min=0)],
    *,
    unit: Annotated[Unit, typer.Option(help="What is counted.")] = Unit.WORKING_DAY,
    pause: Annotated[
        list[str] | None,
        typer.Option(metavar="FROM..TO", help="The clock stood still; day or instant each. Repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Print the last legal day of a limit (for hours: the instant). Day zero is not counted."""
    calendar = calendars.current(Config.from_environment().home)
    events: list[ClockEvent] = [Started(_instant(start, calendar.zone))]
    for text in pause or []:
        begin, dots, end = text.partition("..")
        if not dots:
            raise InvalidInput(
                "clock.pause", f"A pause is written FROM..TO, not {text!r}.", hint="2026-02-24..2026-02-26"
            )
        events.append(Paused(_instant(begin, calendar.zone), reason="given", legal_basis="given"))
        events.append(Resumed(_instant(end, calendar.zone)))
    last = max(event.at for event in events)
    state = fold(Limit(amount, unit), events, calendar, last)
    if as_json:
        sys.stdout.write(json.dumps(state.to_json(), ensure_ascii=False) + "\n")
        return
    sys.stdout.write(_answer(state, calendar.zone) + "\n")
    if state.provisional:
        sys.stderr.write(
            f"Provisional: the holidays from {state.guessed_from} on are not published yet, Monday to Friday "
            f"is assumed. Load the notice with `tongban calendar load FILE`.\n"
        )


def _answer(state: ClockState, zone: tzinfo) -> str:
    if state.due_at is not None:
        return state.due_at.astimezone(zone).isoformat(timespec="minutes")
    return "" if state.due_on is None else state.due_on.isoformat()


def _instant(text: str, zone: tzinfo) -> datetime:
    """An instant, or a day taken at nine in the morning of the calendar's zone."""
    text = text.strip()
    try:
        if "T" in text or " " in text:
            found = datetime.fromisoformat(text)
            return found if found.tzinfo else found.replace(tzinfo=zone)
        return datetime.combine(date.fromisoformat(text), _START_OF_WORK, tzinfo=zone)
    except ValueError as error:
        raise InvalidInput(
            "clock.date",
            f"{text!r} is no date.",
            hint="Write 2026-02-13, or 2026-02-13T17:00 for an instant.",
        ) from error
