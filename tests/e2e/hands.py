"""A process beside a house that uses its actions: `python hands.py`, one JSON command per line, one answer.

It stands for people whose way through the pages is not what a test is about. Every command opens its
database connection anew, so that a killed database is no matter.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")
django.setup()

from django.db import connections  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from tongban.identity import queries as identity  # noqa: E402
from tongban.intake import actions as intake  # noqa: E402
from tongban.intake import queries as drafts  # noqa: E402
from tongban.runtime import seed, tour, walk  # noqa: E402
from tongban.runtime.frame import app  # noqa: E402

MOTHERS = seed.walkers("newborn")


def mother() -> dict[str, str]:
    """A mother who has not applied yet, with a login."""
    _, person_id, _ = next(MOTHERS)
    return {"username": _login(person_id), "person": str(person_id)}


def walker(event: str) -> dict[str, Any]:
    """Somebody who may walk a life event, with a login, and what only they can answer."""
    name, person_id, _ = seed.walker(event)
    return {"username": _login(person_id), "person": str(person_id), "answers": seed.answers(event, name)}


def _login(person_id: UUID) -> str:
    """Somebody who has walked another life event before has the account of that walk."""
    login = identity.username_of(person_id)
    assert login, f"{person_id} has no account"
    return login


def start(person: str) -> str:
    """Begin a newborn application; gives its id."""
    return str(intake.start(UUID(person), "newborn", "mother"))


def consent(application: str, person: str) -> None:
    """Allow every registry, which are then asked."""
    view = drafts.draft(UUID(application), UUID(person))
    intake.consent(UUID(application), UUID(person), {line.resource.code for line in view.sources})


def form(application: str, person: str) -> dict[str, Any]:
    """What is open, what registries said, how asking them went."""
    view = drafts.draft(UUID(application), UUID(person))
    return {
        "open": {
            one.address: {
                "type": str(one.element.type),
                "demo": walk.demo_answer(view.draft.catalogue, one),
                "self_declared": one.self_declared,
            }
            for one in view.open
        },
        "answers": view.answers,
        "known": {one.address: one.value for one in view.derivation.prefilled},
        "from": {one.address: one.provenance.department or "" for one in view.derivation.prefilled},
        "sources": {line.resource.code: line.state for line in view.sources},
    }


def complete(application: str, person: str, given: dict[str, Any] | None = None) -> None:
    """Answer what is left and add the documents."""
    walk.complete(UUID(application), UUID(person), given)


def discard(application: str, person: str) -> None:
    """Throw a draft away."""
    intake.discard(UUID(application), UUID(person))


def prepared() -> dict[str, str]:
    """A mother with a complete form that only has to be submitted."""
    who = mother()
    application = start(who["person"])
    consent(application, who["person"])
    complete(application, who["person"])
    return who | {"application": application}


def submit(application: str, person: str) -> str:
    """Submit; gives the number."""
    return str(intake.submit(UUID(application), UUID(person)).number)


def toured() -> dict[str, Any]:
    """Walk every life event, several at a time."""
    walk.GIVE_UP_SECONDS = 900.0  # machines are shared, and nothing here asserts a time
    return tour.Tour.of_catalogue().run().to_json()


def applied(event: str) -> str:
    """Apply for a life event and leave the rest to others; gives the application's id."""
    name, person_id, role = seed.walker(event)
    return str(walk.apply(person_id, event, role, seed.answers(event, name)))


def case(number: str) -> dict[str, Any]:
    """`tongban case show NUMBER --verify --json`."""
    result = CliRunner().invoke(app, ["case", "show", number, "--verify", "--json"])
    return {"exit": result.exit_code, **json.loads(result.stdout)}


COMMANDS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        mother,
        walker,
        start,
        consent,
        form,
        complete,
        discard,
        prepared,
        submit,
        toured,
        applied,
        case,
    )
}


def main() -> None:
    """Answer until the input ends."""
    answers = sys.stdout
    for line in sys.stdin:
        told = json.loads(line)
        try:
            with redirect_stdout(sys.stderr):
                answer = {"result": COMMANDS[told.pop("do")](**told)}
        except Exception as error:  # noqa: BLE001 - the test that asked must hear it
            answer = {"error": f"{type(error).__name__}: {error}"}
        finally:
            connections.close_all()
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
