"""Documents that may follow: which a case still awaits, until when, and what makes them unnecessary."""

import datetime as dt
from uuid import UUID

import pytest

from tests.casework import moving
from tests.casework.conftest import Time
from tests.fixtures import open_case, picture
from tongban.casework import applicant, queries
from tongban.casework.models import Case, CaseValue
from tongban.casework.papers import Papers
from tongban.catalogue.domain import Catalogue
from tongban.kernel.errors import Conflict, NotFound

CARD = "bank_card_copy.mother"
PHOTO = "portrait_photo.child"


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID, time: Time) -> UUID:
    """A newborn case opened on Monday, 23 November 2026."""
    del time
    return open_case(catalogue_published, person, "newborn")


def lacking(case: UUID, item: str) -> list[str]:
    """Keys of what one item lacks."""
    papers = Papers(Case.objects.get(pk=case))
    [row] = [row for row in papers.rows if row.item == item]
    return [one.key for one in papers.lacking(row)]


def test_what_may_follow_is_listed_with_its_last_day(case: UUID, person: UUID) -> None:
    """Ten working days after Monday, 23 November is Monday, 7 December; thirty lean on next year's notice."""
    card, photo = queries.awaited(case, person)
    assert (card.key, card.last.on, card.left, card.last.guessed_from) == (
        CARD,
        dt.date(2026, 12, 7),
        10,
        None,
    )
    assert [item.code for item in card.items] == ["maternity_benefit"]
    assert not card.required
    assert photo.key == PHOTO
    assert photo.last.guessed_from == dt.date(2026, 12, 29)


@pytest.mark.parametrize(
    ("now", "left"),
    [("2026-12-04 18:00", 1), ("2026-12-07 23:59", 0), ("2026-12-08 00:00", -1), ("2026-12-10 09:00", -3)],
)
def test_the_days_left_are_working_days(case: UUID, person: UUID, time: Time, now: str, left: int) -> None:
    """On the Friday before there is one working day left; the last day is a whole day here."""
    time.at(now)
    assert queries.awaited(case, person)[0].left == left


def test_a_last_day_that_has_passed_by_a_weekend_has_passed(case: UUID, person: UUID, time: Time) -> None:
    """On the Saturday after a Friday's last day nothing says that today is the last day."""
    Case.objects.filter(pk=case).update(opened_at=time.at("2026-11-20 09:00"))
    time.at("2026-12-05 09:00")
    card = queries.awaited(case, person)[0]
    assert (card.last.on, card.left) == (dt.date(2026, 12, 4), -1)


def test_what_was_sent_is_no_longer_awaited(case: UUID, person: UUID) -> None:
    """After I sent it, it is not on the list, and a second press says so."""
    applicant.add_later(case, person, CARD, "card.jpg", picture())
    assert [one.key for one in queries.awaited(case, person)] == [PHOTO]
    assert queries.awaited_document(case, person, CARD) is None


def test_values_from_a_registry_stand_for_the_paper(case: UUID, person: UUID) -> None:
    """When somebody vouches for the account, nobody waits for a copy of the card; unless it is disputed."""
    account = CaseValue.objects.filter(case=case, address__startswith="mother.benefit_account_")
    account.update(verified=True)
    assert [one.key for one in queries.awaited(case, person)] == [PHOTO]
    account.update(disputed=True)
    assert [one.key for one in queries.awaited(case, person)] == [CARD, PHOTO]


def test_what_a_notice_asks_for_goes_with_its_answer(catalogue_published: Catalogue, person: UUID) -> None:
    """A document that a department asks for by a notice is not offered a second time."""
    case = open_case(catalogue_published, person, "newborn", ("maternity_benefit",))
    notice = moving.ask(case, "maternity_benefit", moving.fault(CARD, "material"))
    assert queries.awaited(case, person) == []
    assert lacking(case, "maternity_benefit") == [CARD]
    assert applicant.answer_correction(case, person, notice, {}, {CARD: [("card.jpg", picture())]}) == []
    assert lacking(case, "maternity_benefit") == []


def test_papers_that_something_stands_for_are_not_lacking(case: UUID) -> None:
    """The one form and what a sibling issues replace papers: only what nobody has is said to be missing."""
    assert lacking(case, "maternity_benefit") == [CARD]
    assert lacking(case, "social_security_card_newborn") == [PHOTO]


def test_nothing_is_awaited_once_everything_has_ended(case: UUID, person: UUID) -> None:
    """After a withdrawal nobody waits for a document, and none is taken."""
    applicant.withdraw(case, person)
    assert queries.awaited(case, person) == []
    with pytest.raises(Conflict, match="waits"):
        applicant.add_later(case, person, CARD, "card.jpg", picture())


def test_a_stranger_and_another_document_are_not_found(case: UUID, person: UUID, stranger: UUID) -> None:
    """Nobody reads what another's case awaits; a document that never may follow has no page."""
    with pytest.raises(NotFound):
        queries.awaited(case, stranger)
    with pytest.raises(NotFound):
        queries.awaited_document(case, stranger, CARD)
    with pytest.raises(NotFound):
        queries.awaited_document(case, person, "identity_card.mother")
