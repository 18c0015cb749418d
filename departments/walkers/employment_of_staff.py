"""Somebody is hired once, so each walk pairs another employer's agent with another resident without a job."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import BASE_YEAR, PERSONAS, Person, World
from departments.walkers import Walker


def hirings(world: World) -> Iterator[tuple[str, Person, Person]]:
    """User name, agent of an active employer, and the new employee."""
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
    for (at, agent), employee in zip(agents, idle, strict=False):
        yield f"hiring-{at}", agent, employee


def agents(world: World) -> Iterator[tuple[str, Person]]:
    """Those who act for an employer."""
    return ((name, agent) for name, agent, _ in hirings(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Which employer, and whom it hires."""
    _, agent, employee = next(one for one in hirings(world) if one[0] == username)
    return {
        "company.credit_code": world.companies[agent.employer or 0].credit_code,
        "employee.id_number": employee.id_number,
        "employee.name": employee.name,
        "employee.hired_on": "2026-11-20",
        "employee.contract_kind": "open",
        "employee.file_to_move": True,
    }


WALKER = Walker(role="operator", people=agents, answers=answers)
