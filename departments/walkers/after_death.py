"""A register is closed once, so each walk takes another widow or widower of a pensioner."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.population import Person, World
from departments.population_death import Death, deaths
from departments.walkers import Walker


def families(world: World) -> Iterator[tuple[str, Death]]:
    """Those for whom every item applies come first."""
    found = [one for one in deaths(world) if one.deceased.insurance_kind != "none"]
    for one in sorted(found, key=lambda death: not (death.pensioner and death.licence)):
        yield f"widowed-{one.place}", one


def widowed(world: World) -> Iterator[tuple[str, Person]]:
    """They apply."""
    return ((name, one.spouse) for name, one in families(world))


def answers(world: World, username: str) -> Mapping[str, Any]:
    """Who died; the rest the registers know."""
    one = dict(families(world))[username]
    return {
        "deceased.id_number": one.deceased.id_number,
        "deceased.cremated": True,
        "heir.heirs_agree": True,
    }


WALKER = Walker(role="heir", people=widowed, answers=answers)
