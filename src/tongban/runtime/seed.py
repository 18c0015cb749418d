"""People to try a demo installation with: synthetic applicants and clerks.

Idempotent: a second start changes nothing that is there.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password

from tongban.casework import assigning
from tongban.catalogue import queries as catalogue_queries
from tongban.identity import actions as identity
from tongban.identity import queries as identity_queries
from tongban.identity.domain import Hashed, Role
from tongban.intake import queries as intake
from tongban.kernel.errors import NotFound
from tongban.runtime.house import DEPARTMENTS, department_key

if TYPE_CHECKING:
    from departments.population import Person, World
    from departments.walkers import Variant, Walker

PASSWORD = "tongban-demo"  # noqa: S105  # synthetic people on a demo instance; printed at the start
_HASHED = Hashed(cache(lambda: make_password(PASSWORD)))
"""Hashing takes a third of a second, on purpose, and there are dozens of accounts with the one password."""
POPULATION_SEED = 20261123
STAFF_REGION = "430100"
LEAD = "development_reform"
"""The department that leads the one-stop reform here: it designs, approves and looks after processes."""
OFFICE = (
    ("designer-a", "流程设计甲", Role.DESIGNER),
    ("designer-b", "流程设计乙", Role.DESIGNER),
    ("approver-a", "发布审批甲", Role.APPROVER),
    ("operator-a", "运行值守甲", Role.OPERATOR),
    ("supervisor-a", "督办甲", Role.SUPERVISOR),
)


SHOWS = ("market_regulation", "a")
"""The department whose tasks are given out by a strategy, and which of its clerks may change that."""


@dataclass(frozen=True, slots=True)
class Login:
    """A login to try things with."""

    username: str
    who: str


def seed_people() -> None:
    """Logins of synthetic residents and of clerks, where departments are simulated; elsewhere nobody."""
    if not any(department_key(settings.CONFIG.home, code).exists() for code in DEPARTMENTS):
        return
    from departments import population

    # Who the people are depends on the seed alone; the day only moves births, which nobody asks here.
    world = population.people(POPULATION_SEED, datetime.now(UTC).date())
    for name, place in population.PERSONAS.items():
        _enrol(name, world[place])
    for department in catalogue_queries.current().departments.values():
        for who in ("a", "b"):
            identity.enrol_staff(
                username=f"clerk-{department.code}-{who}",
                password=_HASHED,
                display_name=f"{department.short.zh_hans}{'甲' if who == 'a' else '乙'}",
                department=department.code,
                region=STAFF_REGION,
                roles={Role.CLERK, Role.SUPERVISOR} if (department.code, who) == SHOWS else {Role.CLERK},
            )
    if not assigning.is_configured(SHOWS[0]):
        assigning.configure(SHOWS[0], "least_loaded", account_id=0)
    for username, name, role in OFFICE:
        identity.enrol_staff(
            username=username,
            password=_HASHED,
            display_name=name,
            department=LEAD,
            region=STAFF_REGION,
            roles={role},
        )


def _enrol(username: str, person: "Person") -> UUID:
    return identity.enrol_person(
        username=username,
        password=_HASHED,
        name=person.name,
        id_number=person.id_number,
        sex=person.sex,
        mobile=person.mobile,
        region=person.region,
        synthetic=True,
    )


def walkers(
    event: str, *, besides: Collection[str] = (), variant: str = ""
) -> Iterator[tuple[str, UUID, str]]:
    """User name, person and role of all who may walk `event` and have not, enrolled when it is their turn.

    Much can be done once only: a birth is certified, a home is sold. `besides` are user names to pass over:
    those who are about to apply.
    """
    found = _walker(event)
    people = _variant(event, variant).people if variant else found.people
    for name, person in people(_world()):
        if name in besides:
            continue
        known = identity_queries.person_by_id_number(person.id_number)
        if known is None:
            yield name, _enrol(name, person), found.role
        elif found.again or not intake.has_applied(known.id, event):
            # Somebody who walked another life event keeps the account of that walk.
            yield name, known.id, found.role


def walker(event: str, *, besides: Collection[str] = (), variant: str = "") -> tuple[str, UUID, str]:
    """The first of `walkers`. Raises NotFound when nobody is left."""
    for one in walkers(event, besides=besides, variant=variant):
        return one
    raise NotFound(
        "demo.all_applied",
        f"Every synthetic person who could walk {event} has applied already.",
        hint="Begin again with another TONGBAN_HOME.",
    )


def answers(event: str, username: str) -> dict[str, Any]:
    """What this walker answers where an example would be wrong: whose home, which truck, which name."""
    return dict(_walker(event).answers(_world(), username))


def left_out(event: str, variant: str) -> tuple[str, ...]:
    """The items that the walker of a variant does not choose."""
    return _variant(event, variant).leaves_out if variant else ()


def _variant(event: str, name: str) -> "Variant":
    known = _walker(event).variants
    if name not in known:
        raise NotFound(
            "demo.no_variant",
            f"There is no variant {name} of {event}.",
            hint=f"Variants: {', '.join(sorted(known)) or 'none'}.",
        )
    return known[name]


def _walker(event: str) -> "Walker":
    from departments import walkers as those

    known = those.walkers()
    if event not in known:
        raise NotFound(
            "demo.no_persona",
            f"Nobody is there to walk {event}.",
            hint=f"Choose one of: {', '.join(sorted(known))}.",
        )
    return known[event]


def _world() -> "World":
    from departments import population

    return population.world(POPULATION_SEED, datetime.now(UTC).date())


def logins() -> tuple[Login, ...]:
    """What to print at the start."""
    return (
        Login("mother", "新生儿的妈妈 / mother of a newborn"),
        Login("buyer", "买二手房的人 / buyer of a home"),
        Login("founder", "开公司的人 / founder of a company"),
        Login("clerk-market_regulation-a", "市场监管窗口人员 / clerk"),
        Login("designer-a", "设计一件事的人 / designer"),
        Login("approver-a", "批准发布的人 / approver of what is designed"),
    )
