"""Giving tasks to clerks: in turn, by load, by who would be done first; overruled with a reason."""

import datetime as dt
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casework import moving
from tests.casework.conftest import Time
from tests.fixtures import clerk_post, open_case
from tongban.casework import assigning, inbox, tasks
from tongban.casework.assignment import Candidate, names, register, strategy
from tongban.casework.assignment.strategies import RoundRobin
from tongban.casework.events import AssignmentConfigured, TaskAssigned
from tongban.casework.models import Assignment, Handled
from tongban.catalogue.domain import Catalogue
from tongban.identity import actions as identity
from tongban.identity import queries as staff
from tongban.identity.domain import Post
from tongban.journal import queries as journal
from tongban.journal.events import SYSTEM
from tongban.kernel.errors import InvalidInput, NotFound

ITEM = "utilities_transfer"
HERE = "real_estate"

people = st.lists(
    st.builds(
        Candidate,
        account_id=st.integers(1, 40),
        load=st.integers(0, 9),
        waiting_hours=st.floats(0, 80),
        hours=st.floats(0.1, 40),
        done=st.integers(0, 9),
        turn=st.integers(0, 90),
    ),
    max_size=8,
    unique_by=lambda one: one.account_id,
)


@given(people, st.randoms(use_true_random=False))
def test_a_choice_follows_from_the_figures_alone(found: list[Candidate], order: Random) -> None:
    """Whatever the order, every strategy chooses the same one of those who are there, or nobody of none."""
    mixed = list(found)
    order.shuffle(mixed)
    for name in names():
        chosen = strategy(name).choose(found)
        assert chosen == strategy(name).choose(mixed)
        assert chosen is None if not found or name == "none" else chosen in found


@given(people.filter(bool))
def test_least_loaded_and_shortest_pick_a_minimum(found: list[Candidate]) -> None:
    """Nobody has fewer tasks, and nobody would be done sooner, than who was chosen."""
    least = strategy("least_loaded").choose(found)
    soonest = strategy("shortest_completion").choose(found)
    assert least is not None
    assert soonest is not None
    assert least.load == min(one.load for one in found)
    assert soonest.completion == min(one.completion for one in found)


@given(st.integers(1, 6), st.integers(0, 40))
def test_turns_never_differ_by_more_than_one(clerks: int, tasks_: int) -> None:
    """After any number of tasks everybody has had as many as the others, or one more."""
    turns, had = dict.fromkeys(range(1, clerks + 1), 0), dict.fromkeys(range(1, clerks + 1), 0)
    for number in range(1, tasks_ + 1):
        there = [
            Candidate(account_id=one, load=0, waiting_hours=0, hours=1, done=0, turn=turn)
            for one, turn in turns.items()
        ]
        chosen = RoundRobin().choose(there)
        assert chosen is not None
        turns[chosen.account_id] = number
        had[chosen.account_id] += 1
        assert max(had.values()) - min(had.values()) <= 1


def test_a_name_is_registered_once_and_an_unknown_one_refused() -> None:
    """Two strategies of one name would make the record say nothing."""
    with pytest.raises(ValueError, match="registered already"):
        register(RoundRobin())
    with pytest.raises(InvalidInput) as refused:
        strategy("dice")
    assert refused.value.code == "assignment.unknown"


@pytest.fixture
def desk(catalogue_published: Catalogue) -> list[Post]:
    """Three clerks of the registrar, one of them in the city above."""
    del catalogue_published
    return [
        clerk_post("re-one", HERE),
        clerk_post("re-two", HERE),
        clerk_post("re-city", HERE, region="430100"),
    ]


def use(name: str) -> None:
    """The registrar's strategy."""
    assigning.configure(HERE, name, account_id=0)


def opened(catalogue: Catalogue, person: UUID) -> UUID:
    """A case whose one item the registrar's clerks decide."""
    return open_case(catalogue, person, "second_hand_home", (ITEM,))


def holder(case: UUID) -> int | None:
    """Who has the task."""
    return moving.row(case, ITEM).assigned_to


def away(
    post: Post, first: dt.date | None, last: dt.date | None = None, skills: tuple[str, ...] = ()
) -> None:
    """Mark a clerk's absence and skills."""
    [held] = [one for one in staff.clerks(HERE) if one.account_id == post.account_id]
    identity.change_post(held.post_id, skills=skills, away_from=first, away_until=last, actor=SYSTEM)


def approve(post: Post, case: UUID) -> None:
    """Decide with what the item gives."""
    dispatch = moving.row(case, ITEM)
    produced, certificates = moving.outcome_of(case, ITEM)
    tasks.decide(
        post,
        dispatch.pk,
        dispatch.version,
        approve=True,
        produced={address: str(value) for address, value in produced.items()},
        certificates=certificates,
    )


def test_without_a_strategy_the_task_lies_open(
    catalogue_published: Catalogue, person: UUID, desk: list[Post]
) -> None:
    """Nobody is chosen unless the department says how."""
    del desk
    case = opened(catalogue_published, person)
    assert holder(case) is None
    assert moving.events(case, TaskAssigned) == []


def test_in_turn_and_on_the_record(catalogue_published: Catalogue, person: UUID, desk: list[Post]) -> None:
    """Six tasks for three clerks: two each; the event has the strategy and figures of all, no name."""
    use("round_robin")
    cases = [opened(catalogue_published, person) for _ in range(6)]
    order = [holder(case) for case in cases]
    accounts = [post.account_id for post in desk]
    assert order == sorted(accounts) * 2
    [given_] = moving.events(cases[-1], TaskAssigned)
    assert given_.data["strategy"] == "round_robin"
    assert given_.data["overrules"] is False
    assert [one["account"] for one in given_.data["figures"]] == sorted(accounts)
    assert {key for one in given_.data["figures"] for key in one} == {
        "account",
        "load",
        "waiting_hours",
        "hours",
        "done",
        "turn",
        "completion",
    }
    assert all(isinstance(value, int | float) for one in given_.data["figures"] for value in one.values())
    shown = inbox.work(desk[0], moving.row(cases[0], ITEM).pk).assignment
    assert shown is not None
    assert (shown.strategy, shown.holds) == ("round_robin", True)
    [configured] = journal.stream(f"department:{HERE}", [AssignmentConfigured.TYPE])
    assert configured.data["before"] == "none"


def test_the_least_loaded_gets_it(catalogue_published: Catalogue, person: UUID, desk: list[Post]) -> None:
    """Whoever has taken two by hand is passed over until the others have as many."""
    busy = [opened(catalogue_published, person) for _ in range(2)]
    for case in busy:
        tasks.claim(desk[0], moving.row(case, ITEM).pk, moving.row(case, ITEM).version)
    use("least_loaded")
    given_ = [holder(opened(catalogue_published, person)) for _ in range(4)]
    assert desk[0].account_id not in given_
    assert {given_.count(post.account_id) for post in desk[1:]} == {2}


def test_who_would_be_done_first_gets_it(
    catalogue_published: Catalogue, person: UUID, desk: list[Post], time: Time
) -> None:
    """One clerk took an hour each time, the other two days: the quick one is given the next, with figures."""
    slow, quick, _ = desk
    away(desk[2], dt.date(2026, 1, 1))
    for post, end in [(slow, "2026-11-04 09:00"), (quick, "2026-11-02 10:00")] * 6:
        time.at("2026-11-02 09:00")
        case = opened(catalogue_published, person)
        tasks.claim(post, moving.row(case, ITEM).pk, moving.row(case, ITEM).version)
        time.at(end)
        approve(post, case)
    hours = Handled.objects.order_by("account_id").values_list("account_id", "hours").distinct()
    assert dict(hours) == {slow.account_id: 16.0, quick.account_id: 1.0}
    use("shortest_completion")
    time.at("2026-11-05 09:00")
    case = opened(catalogue_published, person)
    assert holder(case) == quick.account_id
    figures = {one["account"]: one for one in moving.events(case, TaskAssigned)[0].data["figures"]}
    assert figures[quick.account_id]["done"] == 6
    assert figures[quick.account_id]["hours"] < figures[slow.account_id]["hours"] < 16


def test_the_absent_and_the_unskilled_are_passed_over(
    catalogue_published: Catalogue, person: UUID, desk: list[Post], time: Time
) -> None:
    """One is on leave until Tuesday, one works registrations only; when nobody is left it lies open."""
    time.at("2026-11-23 09:00")
    use("round_robin")
    away(desk[0], dt.date(2026, 11, 20), dt.date(2026, 11, 24))
    away(desk[1], None, skills=("kind:payment",))
    assert [holder(opened(catalogue_published, person)) for _ in range(2)] == [desk[2].account_id] * 2
    away(desk[2], dt.date(2026, 11, 23))
    assert holder(opened(catalogue_published, person)) is None
    time.at("2026-11-25 09:00")
    assert holder(opened(catalogue_published, person)) == desk[0].account_id
    away(desk[1], None, skills=(ITEM,))
    assert holder(opened(catalogue_published, person)) == desk[1].account_id


def test_a_person_overrules_with_a_reason(
    catalogue_published: Catalogue, person: UUID, desk: list[Post]
) -> None:
    """Taking it over or giving it on needs a reason; that it was overruled is recorded, the words apart."""
    use("round_robin")
    case = opened(catalogue_published, person)
    dispatch = moving.row(case, ITEM)
    one, two, _ = desk
    assert dispatch.assigned_to == one.account_id
    for act in (
        lambda: tasks.claim(two, dispatch.pk, dispatch.version),
        lambda: tasks.reassign(one, dispatch.pk, dispatch.version, two.account_id, "  "),
    ):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert refused.value.code == "task.overrule_reason"
    tasks.reassign(one, dispatch.pk, dispatch.version, two.account_id, "小陈熟悉这个小区。")
    assert holder(case) == two.account_id
    last = moving.events(case, TaskAssigned)[-1]
    assert (last.data["overrules"], last.data["strategy"], last.data["to"]) == (True, "", str(two.account_id))
    assert "小陈" not in str(last.data)
    # What a person chose is a person's to change: no further reason.
    tasks.release(two, dispatch.pk, dispatch.version + 1)
    assert holder(case) is None
    assert Assignment.objects.count() == 1
    shown = inbox.work(one, dispatch.pk).assignment
    assert shown is not None
    assert not shown.holds
    moving.all_is_well(case)


def test_giving_back_needs_no_reason_and_is_not_undone(
    catalogue_published: Catalogue, person: UUID, desk: list[Post]
) -> None:
    """Who was given a task may give it back; no strategy gives the same task out again."""
    use("least_loaded")
    case = opened(catalogue_published, person)
    dispatch = moving.row(case, ITEM)
    tasks.release(desk[0], dispatch.pk, dispatch.version)
    tasks.accept(desk[1], dispatch.pk, dispatch.version + 1)
    assert holder(case) is None
    assert Assignment.objects.filter(dispatch=dispatch).count() == 1


def test_a_post_that_is_not_there_and_days_the_wrong_way_round(desk: list[Post]) -> None:
    """Mistakes of a supervisor are told, and change nothing."""
    with pytest.raises(NotFound):
        identity.change_post(999_999, skills=(), actor=SYSTEM)
    with pytest.raises(InvalidInput) as refused:
        away(desk[0], dt.date(2026, 11, 25), dt.date(2026, 11, 24))
    assert refused.value.code == "post.away"
    away(desk[0], dt.date(2026, 11, 25))
    away(desk[0], dt.date(2026, 11, 25))
    changes = journal.stream(f"account:{desk[0].account_id}", ["tongban.identity.post_changed"])
    assert [one.data["away_from"] for one in changes] == ["2026-11-25"]
