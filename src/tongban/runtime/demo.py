"""A walk over a running house, and what a person is told when it serves."""

import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from tongban.runtime.house import House


def set_up(environment: Mapping[str, str]) -> None:
    """Django in this process, over the house's servers."""
    os.environ.update(environment)
    import django

    django.setup()


def run_walk(
    house: House, console: Console, event: str, figures: Path | None = None, variant: str = ""
) -> int:
    """Walk `event`, or a variant of it, show it, write its figures; 0 only when every item ended well."""
    set_up(house.environment)
    from django.db import connections

    from tongban.identity import queries as identity
    from tongban.runtime import seed, showing, walk

    try:
        username, person_id, role = seed.walker(event, variant=variant)
        given = seed.answers(event, username)
        walked = showing.show_walk(
            console, person_id, event, role, given, leaves_out=seed.left_out(event, variant)
        )
        login = identity.username_of(person_id)
    finally:
        connections.close_all()
    console.print(
        f"{login} / {seed.PASSWORD} → {house.web_url}/cases/{walked.application_id}/", highlight=False
    )
    if figures is not None:
        walk.write(figures, walked)
    if walked.items_done != walked.items_total:
        console.print(f"[red]{walked.items_done} / {walked.items_total}[/] ({walked.state})")
        return 1
    return 0


def run_tour(house: House, console: Console, figures: Path | None = None) -> int:
    """Walk every life event at once, write the figures; 0 only when every item of each ended well."""
    set_up(house.environment)
    from django.db import connections

    from tongban.runtime import tour

    try:
        return tour.walk_everything(console, figures)
    finally:
        connections.close_all()


def first_walk(house: House, console: Console) -> None:
    """Walk one newborn on an installation that has no case yet, so that there is something to look at."""
    set_up(house.environment)
    from django.db import connections

    from tongban.casework import queries as cases

    try:
        fresh = not cases.any_case()
    finally:
        connections.close_all()
    if fresh:
        run_walk(house, console, "newborn")


def greet(house: House, console: Console) -> None:
    """Where to look and, on a demo installation, how to sign in."""
    console.print(f"\n打开 / open  [bold]{house.web_url}[/]")
    if not house.simulated:
        return
    set_up(house.environment)
    from tongban.runtime import seed

    console.print(f"密码 / password  [bold]{seed.PASSWORD}[/]")
    for login in seed.logins():
        console.print(f"  {login.username:<28} {login.who}", highlight=False)
