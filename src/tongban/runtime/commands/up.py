"""`tongban up`: everything on this machine."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from tongban.runtime.house import House

app = typer.Typer()


@app.command()
def up(
    *,
    walk: Annotated[bool, typer.Option(help="Walk one newborn application on a new installation.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON when ready.")] = False,
) -> None:
    """Start database, broker, web, worker and departments; keep serving until Ctrl-C."""
    from tongban.runtime.demo import first_walk, greet
    from tongban.runtime.display import run_house

    def ready(house: House, console: Console) -> int:
        if walk and house.simulated:
            first_walk(house, console)
        greet(house, console)
        if as_json:
            answer = {
                "web": house.web_url,
                "live": house.environment["TONGBAN_LIVE_URL"],
                "departments": json.loads(house.environment["TONGBAN_DEPARTMENT_URLS"]),
            }
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        return 0

    raise typer.Exit(run_house(ready, stay=True))
