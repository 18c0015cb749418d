"""The table of moves and the state of a case, without any database."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.casework.domain.moves import ENDED, OPEN, TRANSITIONS, CaseState, Move, State, after, case_state
from tongban.kernel.errors import Conflict

ALLOWED = {
    State.WAITING: {Move.FREE, Move.BLOCK, Move.WITHDRAW, Move.SKIP},
    State.READY: {Move.SEND, Move.ACCEPT, Move.ASK, Move.APPROVE, Move.REJECT, Move.WITHDRAW},
    State.SENT: {Move.ACCEPT, Move.ASK, Move.APPROVE, Move.REJECT, Move.WITHDRAW},
    State.ACCEPTED: {Move.ASK, Move.APPROVE, Move.REJECT, Move.WITHDRAW},
    State.CORRECTION: {Move.ANSWER_NEW, Move.ANSWER_ACCEPTED, Move.REJECT, Move.WITHDRAW},
}
"""Written down a second time, so that a slip in the table is seen."""

PAIRS = list(itertools.product(State, Move))


@pytest.mark.parametrize(("state", "move"), PAIRS)
def test_only_what_the_table_allows_can_happen(state: State, move: Move) -> None:
    """Every pair of a state and a move is either allowed on purpose or refused with both named."""
    if move in ALLOWED.get(state, set()):
        assert after(state, move) in State
    else:
        with pytest.raises(Conflict) as refused:
            after(state, move)
        assert refused.value.code == "dispatch.move"
        assert refused.value.params == {"state": str(state), "move": str(move)}


def test_every_move_has_its_reason() -> None:
    """The table says in words why each move is there."""
    assert all(reason.strip() for _, reason in TRANSITIONS.values())


def test_what_has_ended_stays_ended() -> None:
    """No move leads out of a decision, a block or a withdrawal."""
    assert {state for state, _ in TRANSITIONS} == set(OPEN)
    assert set(State) == OPEN | ENDED


@pytest.mark.parametrize("start", sorted(OPEN))
def test_every_open_state_has_a_way_to_each_fair_end(start: State) -> None:
    """Nothing gets stuck: from every open state a dispatch can still be approved, refused and withdrawn."""
    seen = {start}
    while more := {to for (state, _), (to, _) in TRANSITIONS.items() if state in seen} - seen:
        seen |= more
    assert seen >= {State.APPROVED, State.REJECTED, State.WITHDRAWN}


def test_every_state_can_be_reached() -> None:
    """No state stands in the table that no dispatch ever has."""
    assert {to for to, _ in TRANSITIONS.values()} | {State.WAITING} == set(State)


states = st.lists(st.sampled_from(State), min_size=1, max_size=12)


@given(states)
def test_a_case_is_open_exactly_while_one_of_its_items_is(found: list[State]) -> None:
    """The case waits for the applicant if any item does, works while any is open, and else has ended."""
    state = case_state(found)
    assert (state is CaseState.CORRECTION) == (State.CORRECTION in found)
    assert (state in {CaseState.WORKING, CaseState.CORRECTION}) == any(one in OPEN for one in found)
    assert (state is CaseState.DONE) == (set(found) <= {State.APPROVED, State.SKIPPED})


@given(st.lists(st.sampled_from(sorted(ENDED)), min_size=1, max_size=12))
def test_an_ended_case_says_how(found: list[State]) -> None:
    """Some approved: ended in part; none: withdrawn if the applicant took anything back, else refused.

    What nobody had to do changes nothing, unless there is nothing else: then all is there.
    """
    done = {*found} - {State.SKIPPED}
    expected = CaseState.REJECTED
    if State.WITHDRAWN in found:
        expected = CaseState.WITHDRAWN
    if State.APPROVED in found:
        expected = CaseState.DONE if done == {State.APPROVED} else CaseState.ENDED_PARTLY
    if not done:
        expected = CaseState.DONE
    assert case_state(found) == expected


@given(states, st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(found: list[State], random: object) -> None:
    """A case's state is that of its items in any order."""
    mixed = list(found)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert case_state(mixed) == case_state(found)
