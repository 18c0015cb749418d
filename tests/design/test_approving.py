"""From a draft to what applies: two people, one moment of truth, and the way back."""

import datetime as dt
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from tests.design.test_drafts import card, promise
from tongban.catalogue import actions as publishing
from tongban.catalogue import queries as catalogue
from tongban.catalogue.events import STREAM, VersionPublished
from tongban.design import actions, queries
from tongban.design.domain import TRANSITIONS, Move, State, after, state_of
from tongban.design.events import RolledBack
from tongban.identity.domain import Post, Role
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def changed(ann: Post, draft: UUID) -> UUID:
    """A draft in which the card is promised in one working day."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=limits(ann, draft, 1)), seen=0)
    return draft


def limits(post: Post, draft: UUID, days: int) -> dict[str, Any]:
    """The card's limits with another promise."""
    return {**card(post, draft)["limits"], **promise(days)}


def promised() -> int:
    """What applies now."""
    catalogue.forget()
    return catalogue.current().item("card").limits.promised.amount


def state(post: Post, draft: UUID) -> State:
    """Where the draft stands."""
    return queries.draft(post, draft).state


def test_what_somebody_else_approved_applies(ann: Post, eve: Post, changed: UUID) -> None:
    """Submitted by Ann, approved by Eve: new applications are made with it at once."""
    before = catalogue.current()
    version = actions.submit(ann, changed, TODAY, "群众反映太慢")
    assert state(eve, changed) is State.SUBMITTED
    assert promised() == 2

    assert actions.approve(eve, changed, version).version == version

    assert promised() == 1
    assert catalogue.version(before.version).item("card").limits.promised.amount == 2
    assert state(ann, changed) is State.PUBLISHED
    release = catalogue.releases()[0]
    assert (release.version, release.note) == (version, "群众反映太慢")
    event = [one for one in journal.stream(STREAM) if one.type == VersionPublished.TYPE][-1]
    assert event.actor.id == str(eve.account_id)


def test_it_applies_from_its_day_on(
    ann: Post, eve: Post, changed: UUID, today: time_machine.Traveller
) -> None:
    """Approved in November for 1 December."""
    version = actions.submit(ann, changed, dt.date(2026, 12, 1), "从十二月起")
    actions.approve(eve, changed, version)
    assert promised() == 2
    today.move_to(dt.datetime(2026, 11, 30, 16, 0, 1, tzinfo=dt.UTC))
    assert promised() == 1


def test_nobody_approves_their_own_work(ann: Post, bob: Post, eve: Post, changed: UUID) -> None:
    """Who saved a revision, stepped back or submitted cannot decide, whatever roles they hold."""
    version = actions.submit(bob, changed, TODAY, "好了")
    for worker in (ann, bob):
        both = Post(worker.id, worker.account_id, worker.department, worker.region, frozenset(Role))
        with pytest.raises(NotAllowed) as refused:
            actions.approve(both, changed, version)
        assert refused.value.code == "draft.four_eyes"
        with pytest.raises(NotAllowed):
            actions.refuse(both, changed, "不行")
    with pytest.raises(NotAllowed):
        actions.approve(bob, changed, version)
    actions.approve(eve, changed, version)


def test_a_refusal_sends_it_back_with_its_reason(ann: Post, eve: Post, changed: UUID) -> None:
    """The designer reads why, mends it, and submits again."""
    version = actions.submit(ann, changed, TODAY, "请看")
    with pytest.raises(Conflict):
        actions.save(ann, changed, "items", "card", card(ann, changed), seen=1)
    with pytest.raises(InvalidInput):
        actions.refuse(eve, changed, "   ")
    actions.refuse(eve, changed, "一天太短")

    last = queries.draft(ann, changed).last
    assert last is not None
    assert (last.move, last.note, last.by) == ("refuse", "一天太短", "eve")
    with pytest.raises(Conflict):
        actions.approve(eve, changed, version)
    again = actions.submit(ann, changed, TODAY, "仍然请看")
    actions.withdraw(ann, changed)
    assert state(ann, changed) is State.DRAFTING
    assert again == version


def test_what_is_approved_is_what_was_reviewed(ann: Post, eve: Post, changed: UUID) -> None:
    """Eve looked at one content; Ann took it back and submitted another: nothing is published blindly."""
    seen = actions.submit(ann, changed, TODAY, "一")
    actions.withdraw(ann, changed)
    actions.save(ann, changed, "items", "card", card(ann, changed, visits=3), seen=1)
    actions.submit(ann, changed, TODAY, "二")

    with pytest.raises(Conflict) as refused:
        actions.approve(eve, changed, seen)
    assert refused.value.code == "draft.other_content"
    assert promised() == 2


def test_an_error_keeps_it_from_being_submitted(ann: Post, draft: UUID) -> None:
    """Above the limit of the law."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=limits(ann, draft, 11)), seen=0)
    with pytest.raises(InvalidInput) as refused:
        actions.submit(ann, draft, TODAY, "试试")
    assert refused.value.code == "draft.errors"
    assert refused.value.params["number"] >= 1


@pytest.mark.parametrize(
    ("day", "note", "code"),
    [(dt.date(2026, 11, 22), "昨天", "publish.past"), (TODAY, " ", "draft.note")],
)
def test_a_submission_says_why_and_from_when(
    ann: Post, changed: UUID, day: dt.date, note: str, code: str
) -> None:
    """A day that has passed and an empty note are refused."""
    with pytest.raises(InvalidInput) as refused:
        actions.submit(ann, changed, day, note)
    assert refused.value.code == code


def test_an_empty_draft_is_not_submitted(ann: Post, draft: UUID) -> None:
    """There is nothing to approve."""
    with pytest.raises(Conflict, match="changes nothing"):
        actions.submit(ann, draft, TODAY, "空")


def publish_other(mini: Path) -> str:
    """Somebody publishes something else."""
    path = mini / "items" / "locker.yaml"
    path.write_text(re.sub(r"(promised: \{amount: )\d+", r"\g<1>3", path.read_text()))
    return publishing.publish(mini).version


def test_a_publication_in_between_sends_it_back_to_review(
    ann: Post, eve: Post, changed: UUID, mini: Path
) -> None:
    """What was reviewed is not what would apply; after a rebase it is reviewed and approved again."""
    version = actions.submit(ann, changed, TODAY, "请看")
    other = publish_other(mini)

    with pytest.raises(Conflict) as refused:
        actions.approve(eve, changed, version)

    assert refused.value.code == "draft.moved_on"
    assert state(eve, changed) is State.DRAFTING
    with pytest.raises(Conflict):
        actions.submit(ann, changed, TODAY, "再来")
    actions.rebase(ann, changed, other, {})
    actions.approve(eve, changed, actions.submit(ann, changed, TODAY, "再来"))
    assert promised() == 1
    assert catalogue.current().item("locker").limits.promised.amount == 3


def test_nothing_undoes_what_is_still_to_come(ann: Post, bob: Post, eve: Post, changed: UUID) -> None:
    """A version waits for December: another one cannot slip in for November and be undone unseen."""
    actions.approve(eve, changed, actions.submit(ann, changed, dt.date(2026, 12, 1), "十二月"))
    second = actions.open_draft(bob, "储物柜")
    locker, _ = queries.file(bob, second, "items", "locker")
    actions.save(bob, second, "items", "locker", {**(locker or {}), "visits": 3}, seen=0)

    with pytest.raises(InvalidInput) as refused:
        actions.submit(bob, second, dt.date(2026, 11, 25), "先来")
    assert refused.value.code == "publish.before_coming"
    actions.submit(bob, second, dt.date(2026, 12, 1), "一起")


def test_rollback_brings_back_the_very_same_content(ann: Post, eve: Post, changed: UUID) -> None:
    """An earlier version applies again, hash for hash; what cases were opened with stays."""
    before = catalogue.current().version
    version = actions.submit(ann, changed, TODAY, "请看")
    actions.approve(eve, changed, version)

    assert actions.roll_back(eve, before[:8], TODAY, "群众投诉").version == before

    catalogue.forget_all()
    assert catalogue.current().version == before
    assert promised() == 2
    assert catalogue.version(version).item("card").limits.promised.amount == 1
    event = journal.stream(STREAM)[-1]
    assert (event.type, event.data["version"], event.data["previous"]) == (RolledBack.TYPE, before, version)
    with pytest.raises(Conflict):
        actions.roll_back(eve, before, TODAY, "再来一次")


def test_rollback_takes_what_is_to_come_along(
    ann: Post, eve: Post, changed: UUID, today: time_machine.Traveller
) -> None:
    """A version waits for December; rolling back today means that it does not come."""
    before = catalogue.current().version
    actions.approve(eve, changed, actions.submit(ann, changed, dt.date(2026, 12, 1), "十二月"))
    actions.roll_back(eve, before, TODAY, "不上了")
    today.move_to(dt.datetime(2026, 12, 2, 4, tzinfo=dt.UTC))
    assert promised() == 2


def test_only_an_approver_rolls_back_and_says_why(ann: Post, eve: Post, changed: UUID) -> None:
    """A designer cannot, and nobody can without a reason."""
    before = catalogue.current().version
    actions.approve(eve, changed, actions.submit(ann, changed, TODAY, "请看"))
    with pytest.raises(NotAllowed):
        actions.roll_back(ann, before, TODAY, "撤")
    with pytest.raises(InvalidInput):
        actions.roll_back(eve, before, TODAY, " ")


def test_a_restart_does_not_undo_what_a_designer_published(
    ann: Post, eve: Post, changed: UUID, mini: Path
) -> None:
    """The platform starts with the content that somebody published before: what was approved stays."""
    publishing.publish(mini, at_start=True)
    actions.approve(eve, changed, actions.submit(ann, changed, TODAY, "请看"))
    publishing.publish(mini, at_start=True)
    assert promised() == 1


def test_a_new_release_of_the_platform_keeps_what_designers_published(
    ann: Post, eve: Post, changed: UUID, mini: Path
) -> None:
    """The new release changes two items: the one that designers changed stays theirs, the other is new."""
    publishing.publish(mini, at_start=True)
    actions.approve(eve, changed, actions.submit(ann, changed, TODAY, "请看"))
    for name, days in (("card", 4), ("locker", 3)):
        path = mini / "items" / f"{name}.yaml"
        path.write_text(re.sub(r"(promised: \{amount: )\d+", rf"\g<1>{days}", path.read_text()))
    publishing.publish(mini, at_start=True)
    assert promised() == 1
    assert catalogue.current().item("locker").limits.promised.amount == 3
    kept = catalogue.current().version
    publishing.publish(mini, at_start=True)
    catalogue.forget()
    assert catalogue.current().version == kept


def test_what_applies_later_gets_what_a_new_release_brings_meanwhile(
    ann: Post, eve: Post, changed: UUID, mini: Path
) -> None:
    """Approved for a week from now; the platform is renewed before: on its day both are there."""
    publishing.publish(mini, at_start=True)
    later = TODAY + dt.timedelta(days=7)
    approved = actions.approve(eve, changed, actions.submit(ann, changed, later, "下周起"))
    path = mini / "items" / "locker.yaml"
    path.write_text(re.sub(r"(promised: \{amount: )\d+", r"\g<1>3", path.read_text()))
    publishing.publish(mini, at_start=True)
    catalogue.forget()

    assert catalogue.current().item("locker").limits.promised.amount == 3
    assert catalogue.current().item("card").limits.promised.amount != 1, "not before its day"
    then = catalogue.version_on(later)
    assert then.version != approved.version
    assert then.item("card").limits.promised.amount == 1
    assert then.item("locker").limits.promised.amount == 3
    (coming,) = (one for one in catalogue.releases() if one.state == "coming")
    assert (coming.version, coming.note) == (then.version, "下周起")
    publishing.publish(mini, at_start=True)
    assert catalogue.version_on(later).version == then.version, "another start changes nothing"


def test_every_move_stands_in_the_table() -> None:
    """A move leads where the table says, and any other is refused."""
    for state_ in State:
        for move in Move:
            if (state_, move) in TRANSITIONS:
                assert after(state_, move) is TRANSITIONS[state_, move]
            else:
                with pytest.raises(Conflict):
                    after(state_, move)
    assert state_of(["submit", "refuse", "submit", "approve"]) is State.PUBLISHED
