"""Whatever happens in whatever order: the rows equal the fold of the events."""

import datetime as dt
import random
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.casework import moving
from tests.casework.conftest import Time
from tests.fixtures import open_case
from tongban.casework import actions, applicant, folding, queries, store
from tongban.casework.domain.moves import ENDED, OPEN, WELL, CaseState, State, case_state
from tongban.casework.models import Case, Dispatch
from tongban.catalogue.domain import Catalogue
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.process import queries as processes

STEPS = 30
SELDOM = {"withdraw": 1, "reject": 3}


@pytest.mark.parametrize(
    ("seed", "event"), [*((seed, "newborn") for seed in range(4)), (4, "company_cancellation")]
)
def test_rows_equal_events_after_any_sequence(
    catalogue_published: Catalogue, person: UUID, time: Time, seed: int, event: str
) -> None:
    """Acts chosen at random, allowed or not, over weeks: what is refused changes nothing."""
    dice = random.Random(seed)  # noqa: S311 -- repeatable on purpose
    moment = time.at("2026-09-21 09:00")
    case = open_case(catalogue_published, person, event)
    done = refused = 0
    for _ in range(STEPS):
        moment += dt.timedelta(hours=dice.choice([0, 1, 5, 20, 50]))
        time.at(moment.replace(tzinfo=None).isoformat())
        item = dice.choice(sorted(moving.states(case)))
        name = dice.choices(list(ACTS), [SELDOM.get(one, 10) for one in ACTS])[0]
        before = len(journal.stream(case)), moving.states(case)
        try:
            ACTS[name](case, item, person)
            done += 1
        except (Conflict, InvalidInput):
            refused += 1
            assert (len(journal.stream(case)), moving.states(case)) == before, name
        assert folding.differences(case) == []
    moving.all_is_well(case)
    assert done > 5
    assert refused > 0
    states = moving.states(case)
    assert (Case.objects.get(pk=case).ended_at is not None) == (set(states.values()) <= ENDED)
    for row in Dispatch.objects.filter(case_id=case):
        before_it = [states[other] for other in row.waits_for]
        if row.state == State.WAITING:
            assert any(State(one) in OPEN for one in before_it)
        if row.freed_at is not None:
            assert all(one in WELL for one in before_it)
        if any(one in ENDED - WELL for one in before_it):
            assert row.state in {State.BLOCKED, State.WITHDRAWN}
    _process_agrees(case, states)
    assert queries.case(case, person).state is case_state(states.values())
    assert case_state(states.values()) in CaseState


def _process_agrees(case: UUID, states: dict[str, State]) -> None:
    """The open work of the process is exactly what departments have, and it ends with the case."""
    standing = processes.standing(case)
    assert standing is not None
    open_items = {work.ours.get("item") or work.element for work in standing.work}
    assert open_items == {item for item, state in states.items() if state in OPEN - {State.WAITING}}
    assert (standing.facts.status in {"completed", "cancelled"}) == (set(states.values()) <= ENDED)
    assert processes.incidents(instance=case) == []


def _answer(case: UUID, _item: str, person: UUID) -> None:
    for notice in queries.case(case, person).corrections:
        assert applicant.answer_correction(case, person, notice.id, {notice.faults[0].target: "李小满"}) == []


def _ask(case: UUID, item: str, _person: UUID) -> None:
    bound = store.bound_item(moving.row(case, item).case, item)
    named = [need.element for need in bound.needs if need.element.endswith(".name")]
    moving.ask(case, item, moving.fault(named[0]))


ACTS: dict[str, Callable[[UUID, str, UUID], object]] = {
    "sent": lambda case, item, _: actions.mark_sent(moving.row(case, item).pk, "R"),
    "accept": lambda case, item, _: actions.accept(moving.row(case, item).pk, actor=moving.HEALTH),
    "ask": _ask,
    "answer": _answer,
    "approve": lambda case, item, _: moving.approve(case, item),
    "reject": lambda case, item, _: moving.reject(case, item),
    "down": lambda case, item, _: actions.department_down(moving.row(case, item).department),
    "up": lambda case, item, _: actions.department_up(moving.row(case, item).department),
    "withdraw": lambda case, _, person: applicant.withdraw(case, person),
}
