"""What an installation has from its first start: content, partners' keys, demo people.

Idempotent: a second start changes nothing that is there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings

from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue_queries
from tongban.exchange import partners
from tongban.exchange.keys import load_or_make
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.kernel.crypto import ED25519

PASSWORD = "tongban-demo"  # noqa: S105  # synthetic people on a demo instance; printed at the start
POPULATION_SEED = 20261123
STAFF_REGION = "430100"


@dataclass(frozen=True, slots=True)
class Login:
    """A login to try things with."""

    username: str
    who: str


def department_key(home: Path, code: str) -> bytes:
    """The private key of a simulated department, made at first use."""
    return load_or_make(home / "secrets" / f"department.{code}.pem")


def publish() -> None:
    """Publish the content, unless this very content is published already."""
    catalogue_actions.publish(settings.CONFIG.catalogue)


def enrol_partners() -> None:
    """Make the simulated departments' public keys known. Real ones are enrolled by a steward."""
    for code in settings.CONFIG.department_urls:
        path = settings.CONFIG.home / "secrets" / f"department.{code}.pem"
        if path.exists():
            partners.enrol(code, ED25519.key_pair(load_or_make(path)).public)


def reference_date() -> date:
    """The day from which the births of the synthetic population are counted; fixed at the first start."""
    path: Path = settings.CONFIG.home / "population-day"
    if not path.exists():
        path.write_text(datetime.now(UTC).date().isoformat())
    return date.fromisoformat(path.read_text().strip())


def seed_people() -> None:
    """Logins of synthetic residents and of clerks, for demos and tests."""
    from departments import population

    world = population.people(POPULATION_SEED, reference_date())
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


def seed() -> None:
    """Everything, in order."""
    publish()
    enrol_partners()
    seed_people()


def logins() -> tuple[Login, ...]:
    """What to print at the start."""
    return (
        Login("mother", "新生儿的妈妈 / mother of a newborn"),
        Login("buyer", "买二手房的人 / buyer of a home"),
        Login("founder", "开公司的人 / founder of a company"),
        Login("clerk-market_regulation-a", "市场监管窗口人员 / clerk"),
    )
