"""Who walks which life event in a demo."""

from datetime import date

import pytest

from departments.population import World, world
from departments.walkers import walkers
from tests.fixtures import content
from tongban.runtime.answers import bound_for

CATALOGUE = content()


@pytest.fixture(scope="module")
def everyone() -> World:
    """The synthetic people of the demo."""
    return world(20261123, date(2026, 11, 23))


def test_every_life_event_has_somebody_to_walk_it() -> None:
    """Nobody writes a life event that no demo can show."""
    assert set(walkers()) == set(CATALOGUE.life_events)


@pytest.mark.parametrize("event", sorted(walkers()))
def test_a_walker_is_somebody_who_may_apply_and_is_always_the_same(event: str, everyone: World) -> None:
    """A user name means one person, whoever asks; the role is one that the life event lets apply."""
    walker = walkers()[event]
    assert walker.role in CATALOGUE.event(event).applicant
    first = [(name, person.id_number) for name, person in walker.people(everyone)][:50]
    assert first
    assert len(dict(first)) == len(first)
    assert [(name, person.id_number) for name, person in walker.people(everyone)][:50] == first


@pytest.mark.parametrize("event", sorted(walkers()))
def test_what_a_walker_answers_stands_in_the_life_event(event: str, everyone: World) -> None:
    """An answer to an address that the event does not have would never be given: a slip of the pen."""
    walker = walkers()[event]
    name, _ = next(walker.people(everyone))
    answers = walker.answers(everyone, name)
    known = bound_for(CATALOGUE, event, answers).addresses
    assert [address for address in answers if address not in known] == []


def test_a_walk_hires_two_people_and_no_two_walks_the_same_one(everyone: World) -> None:
    """Each of both is named in full; nobody is hired by two employers."""
    walker = walkers()["employment_of_staff"]
    hired: list[str] = []
    for name, _ in list(walker.people(everyone))[:20]:
        answers = walker.answers(everyone, name)
        hired += [answers[f"employee-{number}.id_number"] for number in (1, 2)]
    assert len(set(hired)) == 40
