"""What departments know of the synthetic companies beyond the register, drawn from their place alone.

A company's place in `World.companies` decides everything here, so that departments that never talk to each
other agree, and so that a demo finds a company for each purpose: one that may close, one that owes taxes, one
with a penalty to repair.
"""

# ruff: noqa: PLR2004, the moduli only spread the cases over the companies

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from departments.population import BASE_YEAR, PERSONAS, Company, Person, World

SIMPLE_DAYS, GENERAL_DAYS = 20, 45
"""How long a closing is announced: Regulations on Market Entities, article 33; Company Law, article 235."""
PERSONA_BIRTH_DAYS = 9
"""The named mothers gave birth so many days before the reference date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The public notice of a company that is to close."""

    kind: str
    """``simple`` or ``general``."""
    number: str
    published_on: date
    objections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A building that a company may put up."""

    permit_number: str
    name: str
    address: str
    square_metres: int
    use: str
    gas_main: bool
    """Whether gas lies in the street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """A penalty that credit sites publish."""

    number: str
    office: str
    field: str
    """A code of the list ``penalty_field``."""
    imposed_on: date
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What stands against a company."""

    penalty: Penalty | None
    abnormal_reason: str
    """A code of the list ``abnormal_reason``; empty: not listed."""
    serious_since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One company as several departments know it."""

    social_insurance_number: str
    insured: int
    owes_insurance: bool
    owes_tax: bool
    abnormal_taxpayer: bool
    unused_invoices: int
    customs: bool
    frozen_equity: bool
    open_branches: int
    closing: Closing | None
    project: Project | None
    credit: Credit


def reference(world: World) -> date:
    """The day the population was drawn for."""
    born = next(one.born_on for one in world.births if one.mother == PERSONAS["mother"])
    return born + timedelta(days=PERSONA_BIRTH_DAYS)


def employees(world: World, at: int) -> int:
    """How many residents work at the company at a place."""
    return sum(person.employer == at for person in world.people)


def facts(world: World, at: int) -> Facts:
    """What departments know of the company at a place."""
    closing = _closing(world, at)
    return Facts(
        social_insurance_number=f"4301{at:06d}",
        # Whoever closes has ended the employment of its people.
        insured=0 if closing else employees(world, at),
        owes_insurance=at % 19 == 3,
        owes_tax=at % 17 == 5,
        abnormal_taxpayer=at % 29 == 7,
        unused_invoices=12 if at % 13 == 6 else 0,
        customs=at % 6 == 0,
        frozen_equity=at % 31 == 9,
        open_branches=1 if at % 37 == 11 else 0,
        closing=closing,
        project=_project(world.companies[at], at),
        credit=_credit(world, at),
    )


def _credit(world: World, at: int) -> Credit:
    today = reference(world)
    field = ("other", "market", "fire", "food_drug")[at // 5 % 4]
    penalty = None
    if at % 5 == 2:
        penalty = Penalty(
            number=f"长综罚〔{today.year}〕{at}号",
            office="长沙市示范执法局",
            field=field,
            imposed_on=today - timedelta(days=40 if at % 35 == 12 else 400),
            settled=at % 25 != 17,
        )
    reasons = {2: "no_report", 3: "unreachable"}
    serious = today - timedelta(days=500) if at % 45 == 22 else None
    return Credit(penalty=penalty, abnormal_reason=reasons.get(at % 5, ""), serious_since=serious)


def may_be_repaired(penalty: Penalty, today: date) -> bool:
    """Whether a penalty was published for its minimum: three months, a year in the strict fields."""
    days = 90 if penalty.field in {"market", "other"} else 365
    return penalty.imposed_on + timedelta(days=days) <= today


def _project(firm: Company, at: int) -> Project | None:
    if at % 3 != 1:
        return None
    return Project(
        permit_number=f"建字第4301002026{at:05d}号",
        name=f"{firm.name[4:9]}示范楼",
        address=f"{firm.address}旁地块",
        square_metres=1200 + 150 * (at % 40),
        use="20" if at % 2 else "30",
        gas_main=at % 15 != 7,
    )


def _closing(world: World, at: int) -> Closing | None:
    if at % 4:
        return None
    kind = "general" if at % 16 == 4 else "simple"
    # Some notices are still running, so that somebody can be told to come back.
    days = (SIMPLE_DAYS if kind == "simple" else GENERAL_DAYS) + (-6 if at % 28 == 0 else 5)
    published = reference(world) - timedelta(days=days)
    return Closing(
        kind=kind,
        number=f"ZXGG{published.year}{at:06d}",
        published_on=published,
        objections=1 if at % 44 == 8 else 0,
    )


def has_ended(closing: Closing, today: date) -> bool:
    """Whether a notice has run its days."""
    days = SIMPLE_DAYS if closing.kind == "simple" else GENERAL_DAYS
    return closing.published_on + timedelta(days=days) <= today


def representatives(world: World) -> dict[int, int]:
    """Person → the one company they represent; who represents several is not there."""
    found: dict[int, int] = {}
    several: set[int] = set()
    for at, firm in enumerate(world.companies):
        if firm.representative in found:
            several.add(firm.representative)
        found[firm.representative] = at
    return {person: at for person, at in found.items() if person not in several}


def owners(
    prefix: str,
    fits: Callable[[World, int, Company], bool],
    best: Callable[[World, int], bool] = lambda _world, _at: True,
) -> Callable[[World], Iterator[tuple[str, Person]]]:
    """Grown-up people who represent one active company that fits, as ``<prefix>-<place of the company>``.

    Those whose company is `best` come first.
    """

    def found(world: World) -> Iterator[tuple[str, Person]]:
        pairs = [(at, person) for person, at in representatives(world).items()]
        for at, person in sorted(pairs, key=lambda pair: (not best(world, pair[0]), pair[0])):
            firm, who = world.companies[at], world.people[person]
            if firm.status == "active" and BASE_YEAR - who.birth_date.year > 20 and fits(world, at, firm):
                yield f"{prefix}-{at}", who

    return found
