"""A walk over a running house: which persona applies, in this process, with the house's environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from tongban.kernel.errors import NotFound
from tongban.runtime.house import House

PERSONAS = {
    "newborn": ("mother", "mother"),
    "second_hand_home": ("buyer", "buyer"),
    "company_start_up": ("founder", "founder"),
}
"""Life event → who walks it, and as which role."""


def set_up(environment: Mapping[str, str]) -> None:
    """Django in this process, over the house's servers."""
    os.environ.update(environment)
    import django

    django.setup()


def run_walk(house: House, console: Console, event: str, figures: Path | None) -> int:
    """Walk `event`, show it, write its figures; 0 only when every item ended well."""
    set_up(house.environment)
    from django.db import connections

    from tongban.identity import queries as identity
    from tongban.runtime import showing, walk

    if event not in PERSONAS:
        raise NotFound(
            "demo.no_persona",
            f"Nobody is there to walk {event}.",
            hint=f"Choose one of: {', '.join(PERSONAS)}.",
        )
    username, role = PERSONAS[event]
    try:
        person_id = identity.person_id_of(username)
        if person_id is None:
            raise NotFound(
                "demo.no_person", f"The demo person {username} is not seeded.", hint="Run `tongban up` first."
            )
        walked = showing.show_walk(console, person_id, event, role)
    finally:
        connections.close_all()
    if figures is not None:
        walk.write(figures, walked)
    if walked.items_done != walked.items_total:
        console.print(f"[red]{walked.items_done} / {walked.items_total}[/] ({walked.state})")
        return 1
    return 0


def greet(house: House, console: Console) -> None:
    """Where to look and how to sign in."""
    from tongban.runtime import seed

    console.print(f"\n打开 / open: [bold]{house.web_url}[/]")
    for login in seed.logins():
        console.print(f"  {login.username:<28} {seed.PASSWORD}   {login.who}", highlight=False)
