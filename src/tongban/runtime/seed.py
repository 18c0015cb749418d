"""People to try a demo installation with: synthetic applicants and clerks.

Idempotent: a second start changes nothing that is there.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from tongban.catalogue import queries as catalogue_queries
from tongban.identity import actions as identity
from tongban.identity import queries as identity_queries
from tongban.identity.domain import Role
from tongban.intake import queries as intake
from tongban.kernel.errors import NotFound
from tongban.kernel.ids import new_id
from tongban.runtime.house import DEPARTMENTS, department_key

if TYPE_CHECKING:
    from departments.population import Home, Person, World

PASSWORD = "tongban-demo"  # noqa: S105  # synthetic people on a demo instance; printed at the start
POPULATION_SEED = 20261123
STAFF_REGION = "430100"


EVENTS = ("newborn", "second_hand_home", "company_start_up")
"""Life events that somebody here may walk."""


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
                password=PASSWORD,
                display_name=f"{department.short.zh_hans}{'甲' if who == 'a' else '乙'}",
                department=department.code,
                region=STAFF_REGION,
                roles={Role.CLERK},
            )


def _enrol(username: str, person: "Person") -> UUID:
    return identity.enrol_person(
        username=username,
        password=PASSWORD,
        name=person.name,
        id_number=person.id_number,
        sex=person.sex,
        mobile=person.mobile,
        region=person.region,
        synthetic=True,
    )


def walker(event: str, *, besides: Collection[str] = ()) -> tuple[str, UUID, str]:
    """Somebody who may walk `event`: user name, person and role.

    A birth is certified once and a home sold once, so each walk of these takes someone who has not applied
    yet, and leaves the named personas to the people who try things. `besides` are user names to pass over:
    those who are about to apply. Raises NotFound when nobody is left.
    """
    if event not in EVENTS:
        raise NotFound(
            "demo.no_persona",
            f"Nobody is there to walk {event}.",
            hint=f"Choose one of: {', '.join(EVENTS)}.",
        )
    world = _world()
    if event == "company_start_up":
        return "founder", _enrol("founder", world.people[_persona("founder")]), "legal_representative"
    who = _mothers(world) if event == "newborn" else ((name, buyer) for name, buyer, _ in _sales(world))
    for name, person in who:
        if name in besides:
            continue
        known = identity_queries.person_by_id_number(person.id_number)
        if known is None or not intake.has_applied(known.id, event):
            return name, _enrol(name, person), "mother" if event == "newborn" else "buyer"
    raise NotFound(
        "demo.all_applied",
        f"Every synthetic person who could walk {event} has applied already.",
        hint="Begin again with another TONGBAN_HOME.",
    )


def answers(event: str, username: str) -> dict[str, Any]:
    """What this walker answers where an example would be wrong: whose home, which truck, which name."""
    world = _world()
    if event == "second_hand_home":
        home = next(home for name, _, home in _sales(world) if name == username)
        seller = world.people[home.owner]
        return {
            "property.property_certificate_number": home.certificate_number,
            "seller.id_number": seller.id_number,
            "seller.name": seller.name,
            "seller.mobile": seller.mobile,
        }
    if event == "company_start_up":
        officer, truck = world.people[_persona("cofounder")], world.vehicles[0]
        driver = world.drivers[0]
        return {
            # A name is registered once, so every walk brings a new one.
            "company.company_name": f"长沙示范新办{new_id().hex[-6:].upper()}餐饮有限公司",
            "company.sells_food": True,
            "company.food_business_kind": "catering",
            "company.carries_freight": True,
            "company.shareholder_kind": "person",
            "finance_officer.id_number": officer.id_number,
            "finance_officer.name": officer.name,
            "food_safety_officer.id_number": officer.id_number,
            "food_safety_officer.name": officer.name,
            "vehicle.plate_number": truck.plate,
            "vehicle.vehicle_vin": truck.vin,
            "vehicle.vehicle_kind": truck.kind,
            "vehicle.load_capacity": str(truck.tonnes),
            "vehicle.inspection_valid_until": truck.inspected_until.isoformat(),
            "driver.id_number": world.people[driver].id_number,
            "driver.name": world.people[driver].name,
            "driver.driver_qualification_number": f"4301{driver:015d}",
        }
    return {}


def _world() -> "World":
    from departments import population

    return population.world(POPULATION_SEED, datetime.now(UTC).date())


def _persona(name: str) -> int:
    from departments import population

    return population.PERSONAS[name]


def _mothers(world: "World") -> Iterator[tuple[str, "Person"]]:
    """Mothers of the last weeks for whom all items of a newborn apply."""
    from departments import population

    named = set(population.PERSONAS.values())
    for number, birth in enumerate(world.births, start=1):
        mother = world.people[birth.mother]
        insured = mother.insurance_kind != "none"  # who is not has one item less
        if birth.mother not in named and birth.record_number and mother.spouse is not None and insured:
            yield f"mother-{number}", mother


def _sales(world: "World") -> Iterator[tuple[str, "Person", "Home"]]:
    """Homes whose only owner may sell them, each with somebody without a home who buys it."""
    from departments import population

    named = set(population.PERSONAS.values())
    owners = {home.owner for home in world.homes}
    buyers = (
        person
        for at, person in enumerate(world.people)
        if at not in named | owners and person.spouse is None and person.birth_date.year < 2000  # noqa: PLR2004
    )
    homes = (
        home
        for home in world.homes
        if home.owner not in named
        and home.ownership == "sole"
        and not (home.mortgaged or home.sealed)
        and world.people[home.owner].spouse is None
    )
    for number, (buyer, home) in enumerate(zip(buyers, homes, strict=False), start=1):
        yield f"buyer-{number}", buyer, home


def logins() -> tuple[Login, ...]:
    """What to print at the start."""
    return (
        Login("mother", "新生儿的妈妈 / mother of a newborn"),
        Login("buyer", "买二手房的人 / buyer of a home"),
        Login("founder", "开公司的人 / founder of a company"),
        Login("clerk-market_regulation-a", "市场监管窗口人员 / clerk"),
    )
