"""Versions and imported lists in the database."""

import json
from pathlib import Path

import pytest

from tongban.catalogue import actions, queries
from tongban.catalogue.domain import CatalogueError
from tongban.catalogue.events import STREAM, ListImported, VersionPublished
from tongban.catalogue.models import CatalogueVersion, ImportedItem, ImportedList
from tongban.journal import queries as journal
from tongban.kernel.errors import InvalidInput, NotFound, Unavailable

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogue" / "guangan_items.json"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    queries.forget_all()


def types() -> list[str]:
    """The types of the catalogue's events so far."""
    return [event.type for event in journal.stream(STREAM)]


def test_before_anything_is_published_the_answer_says_what_to_do() -> None:
    """No empty catalogue: an error with its remedy."""
    with pytest.raises(Unavailable, match="No catalogue has been published"):
        queries.current()


def test_what_is_published_is_current_and_can_be_read_for_ever(mini: Path) -> None:
    """A case pinned to an older version still finds it after the content has changed."""
    first = actions.publish(mini)
    path = mini / "items" / "card.yaml"
    path.write_text(path.read_text().replace("amount: 2,", "amount: 1,"))
    second = actions.publish(mini)
    queries.forget()

    assert queries.current() == second
    assert queries.version(first.version) == first
    assert queries.version(first.version).item("card").limits.promised.amount == 2
    assert types() == [VersionPublished.TYPE] * 2


def test_publishing_the_same_content_again_changes_nothing(mini: Path) -> None:
    """A restart publishes what is there already: no second version, no event."""
    actions.publish(mini)
    actions.publish(mini)

    assert CatalogueVersion.objects.count() == 1
    assert types() == [VersionPublished.TYPE]


def test_going_back_to_an_older_version_makes_it_current_again(mini: Path) -> None:
    """Reverting the files reverts the current version; nothing is stored twice."""
    path = mini / "items" / "card.yaml"
    before = path.read_text()
    first = actions.publish(mini)
    path.write_text(before.replace("amount: 2,", "amount: 1,"))
    actions.publish(mini)
    path.write_text(before)
    actions.publish(mini)
    queries.forget()

    assert queries.current().version == first.version
    assert CatalogueVersion.objects.count() == 2


def test_content_with_an_error_is_never_published(mini: Path) -> None:
    """The old version stays."""
    good = actions.publish(mini)
    (mini / "items" / "card.yaml").write_text("item: card\n")

    with pytest.raises(CatalogueError):
        actions.publish(mini)

    queries.forget()
    assert queries.current() == good


def test_an_unknown_version_is_not_found() -> None:
    """A version nobody published."""
    with pytest.raises(NotFound):
        queries.version("0000000000000000")


def rows(*codes: str) -> bytes:
    """A list of one department with these item codes."""
    sub = [{"name": code, "link": f"http://example.org/?itemCode={code}&taskType=1"} for code in codes]
    return json.dumps([{"department": "甲局", "items": [{"main_item": "", "sub_items": sub}]}]).encode()


def test_a_newer_file_of_a_list_adds_changes_and_marks_what_is_gone() -> None:
    """Nothing is deleted: a row that is gone is marked, and comes back when it is there again."""
    actions.import_list(rows("a", "b"), name="x")
    second = actions.import_list(rows("b", "c"), name="x")
    third = actions.import_list(rows("a", "b"), name="x")

    assert (second.new, second.changed, second.gone) == (1, 0, 1)
    assert (third.new, third.changed, third.gone) == (0, 1, 1)
    assert dict(ImportedItem.objects.values_list("key", "present")) == {"a": True, "b": True, "c": False}
    assert types() == [ListImported.TYPE] * 3


def test_two_lists_do_not_mix() -> None:
    """The same code in two districts' lists is two rows."""
    actions.import_list(rows("a"), name="x")
    again = actions.import_list(rows("a"), name="y")

    assert again.new == 1
    assert ImportedList.objects.count() == 2


def test_a_wrong_file_leaves_everything_as_it_was() -> None:
    """A file that is no list changes no row and writes no event."""
    actions.import_list(rows("a"), name="x")
    with pytest.raises(InvalidInput):
        actions.import_list(b"{}", name="x")

    assert ImportedItem.objects.filter(present=True).count() == 1
    assert types() == [ListImported.TYPE]


@pytest.mark.skipif(not REAL.is_file(), reason="the real list is not on this machine")
def test_the_real_list_is_taken_in_once() -> None:
    """1,135 rows are stored; the second time nothing is new and nothing is changed."""
    seen: list[tuple[int, int]] = []
    data = REAL.read_bytes()
    first = actions.import_list(data, name="guangan", progress=lambda done, total: seen.append((done, total)))
    second = actions.import_list(data, name="guangan")

    assert (first.rows, first.new, first.departments) == (1135, 1135, 34)
    assert (second.new, second.changed, second.unchanged, second.gone) == (0, 0, 1135, 0)
    assert ImportedItem.objects.count() == 1135
    assert seen[-1] == (1135, 1135)
    assert first.malformed_codes == 19
    assert first.invalid_credit_codes == len(
        {one["row"] for one in first.problems if one["finding"]["code"] == "credit_code.invalid"}
    )
    assert types() == [ListImported.TYPE]
