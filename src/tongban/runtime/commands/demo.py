"""`tongban demo`: start everything, walk one life event end to end, end everything."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.runtime.house import House

app = typer.Typer()


@app.command()
def demo(
    event: Annotated[str, typer.Argument(help="Life event to walk.")] = "newborn",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Walk every life event of the catalogue, several at a time.")
    ] = False,
    variant: Annotated[
        str, typer.Option(help="Another way in which the life event can go, such as joint_review.")
    ] = "",
    figures: Annotated[
        Path | None, typer.Option("--json", help="Write the walk's figures to this file.")
    ] = None,
) -> None:
    """Walk a life event as its applicant; exit status 0 only when every item ended well."""
    from tongban.runtime.demo import run_tour, run_walk
    from tongban.runtime.display import run_house

    def work(house: House, console: Console) -> int:
        if everything:
            return run_tour(house, console, figures)
        return run_walk(house, console, event, figures, variant)

    raise typer.Exit(run_house(work, stay=False))
