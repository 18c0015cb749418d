"""Each walk pairs another employer's agent with two other residents without a job: one is hired but once."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import BASE_YEAR, PERSONAS, Person, World
from departments.walkers import Walker


def hirings(world: World) -> Iterator[tuple[str, Person, tuple[Person, Person]]]:
    """User name, agent of an active employer, and the two new employees."""
    named = set(PERSONAS.values())
    idle = (
        one
        for at, one in enumerate(world.people)
        if at not in named and one.employer is None and 20 <= BASE_YEAR - one.birth_date.year <= 50  # noqa: PLR2004
    )
    agents = (
        (at, one)
        for at, one in enumerate(world.people)
        if at not in named and one.employer is not None and world.companies[one.employer].status == "active"
    )
    pairs = zip(idle, idle, strict=False)  # of one iterator: the first and second, the third and fourth
    for (at, agent), employees in zip(agents, pairs, strict=False):
        yield f"hiring-{at}", agent, employees


def agents(world: World) -> Iterator[tuple[str, Person]]:
    """Those who act for an employer."""
    return ((name, agent) for name, agent, _ in hirings(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Which employer, and whom it hires: the first for good, the second for a time and without a file."""
    _, agent, employees = next(one for one in hirings(world) if one[0] == username)
    found: dict[str, Any] = {"company.credit_code": world.companies[agent.employer or 0].credit_code}
    for number, one in enumerate(employees, 1):
        found |= {
            f"employee-{number}.id_number": one.id_number,
            f"employee-{number}.name": one.name,
            f"employee-{number}.hired_on": "2026-11-20",
            f"employee-{number}.contract_kind": "open" if number == 1 else "fixed",
            f"employee-{number}.contract_until": "2029-11-19",
            f"employee-{number}.file_to_move": number == 1,
        }
    return found


WALKER = Walker(role="operator", people=agents, answers=answers)
