"""People to try a demo installation with: synthetic applicants and clerks.

Idempotent: a second start changes nothing that is there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from tongban.catalogue import queries as catalogue_queries
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.runtime.house import DEPARTMENTS, department_key

PASSWORD = "tongban-demo"  # noqa: S105  # synthetic people on a demo instance; printed at the start
POPULATION_SEED = 20261123
STAFF_REGION = "430100"


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
        person = world[place]
        identity.enrol_person(
            username=name,
            password=PASSWORD,
            name=person.name,
            id_number=person.id_number,
            sex=person.sex,
            mobile=person.mobile,
            region=person.region,
            synthetic=True,
        )
    for department in catalogue_queries.current().departments.values():
        for who in ("a", "b"):
            identity.enrol_staff(
                username=f"clerk-{department.code}-{who}",
                password=PASSWORD,
                display_name=f"{department.short.zh_hans}{'甲' if who == 'a' else '乙'}",
                department=department.code,
                region=STAFF_REGION,
                roles={Role.CLERK},
            )


def logins() -> tuple[Login, ...]:
    """What to print at the start."""
    return (
        Login("mother", "新生儿的妈妈 / mother of a newborn"),
        Login("buyer", "买二手房的人 / buyer of a home"),
        Login("founder", "开公司的人 / founder of a company"),
        Login("clerk-market_regulation-a", "市场监管窗口人员 / clerk"),
    )
