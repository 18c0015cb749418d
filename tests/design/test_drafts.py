"""Drafts: what is saved, taken back, talked about and brought up to date."""

import copy
import datetime as dt
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from tongban.catalogue import actions as publishing
from tongban.design import actions, queries
from tongban.design.events import stream
from tongban.design.models import Revision
from tongban.identity.domain import Post
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooLarge

pytestmark = pytest.mark.django_db


def card(post: Post, draft: UUID, **changes: Any) -> dict[str, Any]:
    """The item `card` as the draft has it, with some keys changed."""
    content, _ = queries.file(post, draft, "items", "card")
    assert content is not None
    return copy.deepcopy(dict(content)) | changes


def promise(days: int) -> dict[str, Any]:
    """Limits with another promise."""
    return {"promised": {"amount": days, "unit": "working_day"}}


def days(post: Post, draft: UUID) -> int:
    """What the draft promises for the card."""
    found: int = card(post, draft)["limits"]["promised"]["amount"]
    return found


def later(today: time_machine.Traveller, seconds: int) -> None:
    """Time passes."""
    today.shift(dt.timedelta(seconds=seconds))


def test_what_a_draft_has_not_changed_is_as_it_applies(ann: Post, draft: UUID) -> None:
    """A new draft reads the base version and says revision 0."""
    content, revision = queries.file(ann, draft, "items", "card")

    assert content == queries.base(draft).content["items"]["card"]
    assert revision == 0
    assert queries.draft(ann, draft).files == ()


def test_a_saved_file_is_a_change_of_the_draft_alone(ann: Post, draft: UUID) -> None:
    """The merged catalogue has it; what applies does not."""
    before = queries.base(draft)
    assert actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(1)), seen=0) == 1

    merged, findings = queries.merged(draft)
    assert merged.item("card").limits.promised.amount == 1
    assert before.item("card").limits.promised.amount != 1
    assert [one for one in findings if one.is_error] == []
    assert merged.version != before.version
    file = queries.draft(ann, draft).file("items", "card")
    assert file is not None
    assert (file.effect, file.revision, file.changed_by) == ("changed", 1, "ann")


def test_a_colleague_who_was_quicker_is_not_overwritten(ann: Post, bob: Post, draft: UUID) -> None:
    """Two open the same file; the second save is told that the first was made, by whom and when."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(1)), seen=0)

    with pytest.raises(Conflict) as told:
        actions.save(bob, draft, "items", "card", card(bob, draft, limits=promise(3)), seen=0)

    assert told.value.code == "draft.changed"
    assert told.value.params["by"] == ann.account_id
    assert told.value.params["revision"] == 1
    assert days(ann, draft) == 1
    assert actions.save(bob, draft, "items", "card", card(bob, draft, limits=promise(3)), seen=1) == 2


def test_a_save_that_is_sent_twice_is_one(ann: Post, draft: UUID) -> None:
    """The answer was lost, the editor sends it again: nothing changes and nobody is told of a conflict."""
    content = card(ann, draft, limits=promise(1))
    assert actions.save(ann, draft, "items", "card", content, seen=0) == 1
    assert actions.save(ann, draft, "items", "card", content, seen=0) == 1
    assert Revision.objects.count() == 1


def test_saving_what_applies_changes_nothing(ann: Post, draft: UUID) -> None:
    """Opening an editor and leaving it makes no change."""
    assert actions.save(ann, draft, "items", "card", card(ann, draft), seen=0) == 0
    assert queries.changes(draft) == {}


def test_quick_saves_are_one_step_back(ann: Post, draft: UUID, today: time_machine.Traveller) -> None:
    """Autosave every few seconds: undo goes back to before the burst, not to its last letter."""
    for seen, number in enumerate((5, 4, 3)):
        actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(number)), seen=seen)
        later(today, 5)
    later(today, 60)
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(1)), seen=3)

    assert Revision.objects.count() == 2
    actions.undo(ann, draft, "items", "card")
    assert days(ann, draft) == 3
    actions.undo(ann, draft, "items", "card")
    assert queries.changes(draft) == {}
    with pytest.raises(Conflict, match="nothing to undo"):
        actions.undo(ann, draft, "items", "card")
    actions.redo(ann, draft, "items", "card")
    actions.redo(ann, draft, "items", "card")
    assert days(ann, draft) == 1
    with pytest.raises(Conflict, match="nothing to redo"):
        actions.redo(ann, draft, "items", "card")


def test_a_long_burst_is_cut_each_minute(ann: Post, draft: UUID, today: time_machine.Traveller) -> None:
    """Whoever types without a pause can still go back in steps of a minute."""
    for seen in range(20):
        actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(seen + 3)), seen=seen)
        later(today, 8)

    assert Revision.objects.count() == 3


def test_saves_of_two_people_are_never_merged(ann: Post, bob: Post, draft: UUID) -> None:
    """Undo takes back what one person did."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(3)), seen=0)
    actions.save(bob, draft, "items", "card", card(bob, draft, limits=promise(1)), seen=1)
    actions.undo(bob, draft, "items", "card")

    assert days(ann, draft) == 3
    assert queries.draft(ann, draft).people == ("ann", "bob")


def test_a_change_after_an_undo_hides_nothing(ann: Post, bob: Post, draft: UUID) -> None:
    """What was taken back stays in the tree of revisions; redo follows the newest branch."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(3)), seen=0)
    actions.undo(ann, draft, "items", "card")
    actions.save(bob, draft, "items", "card", card(bob, draft, limits=promise(1)), seen=2)

    with pytest.raises(Conflict):
        actions.redo(ann, draft, "items", "card")
    actions.undo(ann, draft, "items", "card")
    actions.redo(ann, draft, "items", "card")
    assert days(ann, draft) == 1
    assert Revision.objects.count() == 2


def test_a_file_is_removed_and_comes_back(ann: Post, draft: UUID) -> None:
    """Removing is a step like any other."""
    actions.save(ann, draft, "items", "card", None, seen=0)
    assert "card" not in queries.merged(draft)[0].items
    assert queries.file(ann, draft, "items", "card") == (None, 1)
    actions.undo(ann, draft, "items", "card")
    assert "card" in queries.merged(draft)[0].items


def test_back_to_what_applies_can_be_taken_back(ann: Post, draft: UUID) -> None:
    """`revert` drops the change of one file, and undo brings it back."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(1)), seen=0)
    actions.revert(ann, draft, "items", "card")
    assert queries.changes(draft) == {}
    actions.undo(ann, draft, "items", "card")
    assert days(ann, draft) == 1


def test_content_that_cannot_be_read_is_kept_and_found(ann: Post, draft: UUID) -> None:
    """Half-finished work is saved; the check says what is missing."""
    broken = card(ann, draft)
    del broken["department"]
    actions.save(ann, draft, "items", "card", broken, seen=0)

    assert queries.file(ann, draft, "items", "card")[0] == broken
    assert any(one.is_error and one.subject == "items/card" for one in queries.merged(draft)[1])


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("nonsense card", {}, "draft.kind"),
        ("items ../card", {}, "draft.code"),
        ("overlays card", {}, "draft.code"),
        ("items card", ["no object"], "draft.content"),
        ("items card", {"name": float("nan")}, "canonical.not_json"),
        ("items card", {"name": "\ud800"}, "canonical.not_json"),
    ],
)
def test_what_is_no_file_is_refused(ann: Post, draft: UUID, name: str, content: Any, error: str) -> None:
    """Nothing that could not be stored or published gets in."""
    kind, code = name.split()
    with pytest.raises(InvalidInput) as refused:
        actions.save(ann, draft, kind, code, content, seen=0)
    assert refused.value.code == error


def test_a_file_has_a_greatest_size(ann: Post, draft: UUID) -> None:
    """A megabyte of one file is a mistake."""
    with pytest.raises(TooLarge):
        actions.save(ann, draft, "items", "card", {"name": "x" * 1_000_001}, seen=0)


def test_a_null_character_does_not_stop_the_database(ann: Post, draft: UUID) -> None:
    """PostgreSQL stores no such character in its JSON; the file is kept as text."""
    actions.save(ann, draft, "items", "card", {"name": "a\x00b"}, seen=0)
    assert queries.file(ann, draft, "items", "card")[0] == {"name": "a\x00b"}


def test_a_clerk_or_an_approver_cannot_write(eve: Post, draft: UUID) -> None:
    """Who approves does not edit; both may read."""
    with pytest.raises(NotAllowed):
        actions.save(eve, draft, "items", "card", {}, seen=0)
    assert queries.draft(eve, draft).title == "缩短时限"
    with pytest.raises(NotAllowed):
        queries.draft(Post(9, 9, "health", "430102", frozenset()), draft)


def test_comments_stand_beside_an_element_until_they_are_resolved(ann: Post, bob: Post, draft: UUID) -> None:
    """A remark on one element; resolved by somebody, reopened by another."""
    remark = actions.comment(bob, draft, "items", "card", "limits", " 太短？ ")
    (found,) = queries.draft(ann, draft).comments
    assert (found.text, found.by, found.element, found.resolved_at) == ("太短？", "bob", "limits", None)

    actions.resolve_comment(ann, draft, remark)
    actions.resolve_comment(ann, draft, remark)
    assert queries.draft(ann, draft).comments[0].resolved_by == "ann"
    actions.resolve_comment(bob, draft, remark, resolved=False)
    assert queries.draft(ann, draft).comments[0].resolved_at is None
    with pytest.raises(NotFound):
        actions.resolve_comment(ann, actions.open_draft(ann, "另一份"), remark)


def test_no_words_of_people_stand_in_the_journal(ann: Post, draft: UUID) -> None:
    """Events hold ids and codes; titles and remarks stand beside them."""
    actions.rename(ann, draft, "张三的草稿")
    actions.comment(ann, draft, "", "", "", "请李四看一下")
    for event in journal.stream(stream(draft)):
        assert "张三" not in str(event.data)
        assert "李四" not in str(event.data)


def shorter(mini: Path, file: str, number: int) -> None:
    """Publish the small catalogue with another promise for one item."""
    path = mini / "items" / file
    path.write_text(re.sub(r"(promised: \{amount: )\d+", rf"\g<1>{number}", path.read_text()))
    publishing.publish(mini)


def test_a_draft_follows_what_others_published(ann: Post, draft: UUID, mini: Path) -> None:
    """The base has moved on in another file: the draft takes it over and keeps its own change."""
    other = next(one.name for one in sorted((mini / "items").glob("*.yaml")) if one.name != "card.yaml")
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(1)), seen=0)
    shorter(mini, other, 3)

    view = queries.draft(ann, draft)
    assert view.moved_on
    assert queries.clashes(draft) == {}
    actions.rebase(ann, draft, view.newest_version, {})

    merged, _ = queries.merged(draft)
    assert not queries.draft(ann, draft).moved_on
    assert merged.item(other.removesuffix(".yaml")).limits.promised.amount == 3
    assert merged.item("card").limits.promised.amount == 1


@pytest.mark.parametrize(("choice", "expected"), [("mine", 1), ("theirs", 3)])
def test_where_both_changed_a_person_chooses(
    ann: Post, draft: UUID, mini: Path, choice: str, expected: int
) -> None:
    """The same file changed on both sides: mine or theirs, and nothing without a choice."""
    actions.save(ann, draft, "items", "card", card(ann, draft, limits=promise(1)), seen=0)
    shorter(mini, "card.yaml", 3)
    newest = queries.draft(ann, draft).newest_version

    assert list(queries.clashes(draft)) == [("items", "card")]
    with pytest.raises(InvalidInput, match="nobody said which counts"):
        actions.rebase(ann, draft, newest, {})
    actions.rebase(ann, draft, newest, {"items/card": choice})
    assert queries.merged(draft)[0].item("card").limits.promised.amount == expected


def test_the_list_shows_what_is_worked_on(ann: Post, bob: Post, draft: UUID) -> None:
    """Touched last first; the discarded only when they are asked for; words of the title find it."""
    other = actions.open_draft(bob, "新生儿 增加事项")
    actions.comment(ann, draft, "", "", "", "好")
    assert [one.id for one in queries.drafts(ann).rows] == [draft, other] or [
        one.id for one in queries.drafts(ann).rows
    ] == [other, draft]
    assert [one.id for one in queries.drafts(ann, q="新生儿").rows] == [other]
    assert [one.id for one in queries.drafts(ann, mine=True).rows] == [draft]
    actions.discard(bob, other)
    assert [one.id for one in queries.drafts(ann).rows] == [draft]
    assert [one.id for one in queries.drafts(ann, state="discarded").rows] == [other]
    with pytest.raises(Conflict):
        actions.save(bob, other, "items", "card", {}, seen=0)
