"""Versions and imported lists in the database."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, transaction

from tongban.catalogue import actions, queries
from tongban.catalogue.domain import Catalogue, CatalogueError
from tongban.catalogue.events import STREAM, ListImported, VersionPublished
from tongban.catalogue.models import CatalogueRelease, CatalogueVersion, ImportedItem, ImportedList
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


TODAY = dt.date(2026, 11, 23)


def shorter(mini: Path, days: int) -> None:
    """The mini content with a card that is promised in `days`."""
    path = mini / "items" / "card.yaml"
    path.write_text(re.sub(r"(promised: \{amount: )\d+", rf"\g<1>{days}", path.read_text()))


def promised(catalogue: Catalogue) -> int:
    """The promised limit of the card."""
    return catalogue.item("card").limits.promised.amount


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """A Monday at noon in the zone."""
    with time_machine.travel(dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


def test_a_version_applies_from_its_day_on(mini: Path, today: time_machine.Traveller) -> None:
    """Published on Monday for 1 December: applications are made with the old one until the evening before."""
    old = actions.publish(mini)
    shorter(mini, 1)
    new = actions.publish(mini, applies_from=dt.date(2026, 12, 1), note="减时限")

    assert queries.current() == old
    assert queries.version_on(dt.date(2026, 11, 30)) == old
    assert queries.version_on(dt.date(2026, 12, 1)) == new
    today.move_to(dt.datetime(2026, 11, 30, 15, 59, tzinfo=dt.UTC))
    queries.forget()
    assert queries.current() == old
    today.move_to(dt.datetime(2026, 11, 30, 16, 1, tzinfo=dt.UTC))
    queries.forget()
    assert queries.current() == new


def test_the_list_says_when_each_version_applies(mini: Path, today: time_machine.Traveller) -> None:
    """The last first, with its note; one that was replaced before its day came says so."""
    del today
    first = actions.publish(mini)
    shorter(mini, 1)
    second = actions.publish(mini, applies_from=dt.date(2026, 12, 1), note="第一稿")
    path = mini / "items" / "card.yaml"
    path.write_text(path.read_text().replace("办理借书证办理", "办好借书证"))
    third = actions.publish(mini, applies_from=dt.date(2026, 12, 1), note="第二稿")

    assert [(one.version, one.state, one.note) for one in queries.releases()] == [
        (third.version, "coming", "第二稿"),
        (second.version, "replaced", "第一稿"),
        (first.version, "current", ""),
    ]
    assert queries.releases()[2].applies_until == dt.date(2026, 11, 30)
    assert queries.find_version(third.version[:6]) == third.version


def test_a_day_that_has_passed_is_refused(mini: Path, today: time_machine.Traveller) -> None:
    """What applied yesterday cannot become something else."""
    del today
    actions.publish(mini)
    shorter(mini, 1)

    with pytest.raises(InvalidInput, match="has passed"):
        actions.publish(mini, applies_from=TODAY - dt.timedelta(days=1))


def test_what_is_published_cannot_be_changed(mini: Path) -> None:
    """Not even by a slip of a program: the database refuses."""
    actions.publish(mini)

    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        CatalogueVersion.objects.update(content="{}")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        CatalogueRelease.objects.update(applies_from=TODAY)


def test_a_restart_does_not_undo_what_was_published_by_hand(mini: Path, tmp_path: Path) -> None:
    """The platform publishes its own content when that is new, and otherwise leaves what applies alone."""
    own = actions.publish(mini, at_start=True)
    other = tmp_path / "other"
    shutil.copytree(mini, other)
    shorter(other, 1)
    chosen = actions.publish(other)
    actions.publish(mini, at_start=True)
    queries.forget()

    assert queries.current() == chosen
    shorter(mini, 3)
    renewed = actions.publish(mini, at_start=True)
    queries.forget()
    assert queries.current() == renewed
    assert promised(own) == 2
