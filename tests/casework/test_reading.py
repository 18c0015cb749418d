"""Lists and pages: as many queries for many cases as for one."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casework import moving
from tests.casework.conftest import Time
from tests.fixtures import clerk_post, open_case
from tongban.casework import inbox, queries
from tongban.casework.domain.moves import CaseState
from tongban.catalogue.domain import Catalogue
from tongban.identity.domain import Post

HOME = ("second_hand_home", ("utilities_transfer",))


def asked(read: Callable[[], object]) -> int:
    """How many queries a read makes; a first read fills what is kept in memory."""
    read()
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


def test_the_list_of_cases_does_not_ask_more_for_more(catalogue_published: Catalogue, person: UUID) -> None:
    """Six cases are listed with as many queries as one."""
    open_case(catalogue_published, person)
    one = asked(lambda: queries.cases_of(person))
    for _ in range(5):
        open_case(catalogue_published, person)
    assert len(queries.cases_of(person)) == 6
    assert asked(lambda: queries.cases_of(person)) == one <= 3


def test_a_case_of_seven_items_asks_no_more_than_one_of_one(
    catalogue_published: Catalogue, person: UUID
) -> None:
    """The page of a case needs the same few queries whatever it holds, outcomes and notices too."""
    small = open_case(catalogue_published, person, "newborn", ("birth_certificate",))
    large = open_case(catalogue_published, person)
    for case in (small, large):
        moving.ask(case, "birth_certificate", moving.fault("child.name"))
    for item in ("vaccination_certificate", "parenting_guidance"):
        moving.approve(large, item)
    counts = [asked(lambda case=case: queries.case(case, person)) for case in (small, large)]  # type: ignore[misc]
    assert counts[0] == counts[1] <= 7


def test_an_inbox_of_many_asks_no_more_than_one_of_one(catalogue_published: Catalogue, person: UUID) -> None:
    """Twelve tasks of twelve cases are listed with the queries of one."""
    post = clerk_post("re-one", "real_estate")
    open_case(catalogue_published, person, *HOME)
    one = asked(lambda: inbox.inbox(post, inbox.InboxFilter()))
    for _ in range(11):
        open_case(catalogue_published, person, *HOME)
    assert len(inbox.inbox(post, inbox.InboxFilter()).rows) == 12
    assert asked(lambda: inbox.inbox(post, inbox.InboxFilter())) == one <= 8


def test_the_filter_offers_every_item_also_while_one_is_chosen(
    catalogue_published: Catalogue, person: UUID
) -> None:
    """From one item's tasks one can go straight to another's."""
    post = Post(1, 1, "market_regulation", "430000", clerk_post("x", "market_regulation").roles)
    open_case(catalogue_published, person, "company_start_up", ("joint_site_inspection",))
    assert [one.code for one in inbox.inbox(post, inbox.InboxFilter()).items] == ["joint_site_inspection"]
    page = inbox.inbox(post, inbox.InboxFilter(item="something_else"))
    assert (page.total, [one.code for one in page.items]) == (0, ["joint_site_inspection"])


def test_what_runs_out_first_stands_first(catalogue_published: Catalogue, person: UUID, time: Time) -> None:
    """The oldest task leads; what waits for the applicant runs out on nobody and stands last."""
    post = clerk_post("re-one", "real_estate")
    cases = []
    for day in ("2026-11-16 09:00", "2026-11-18 09:00", "2026-11-20 09:00"):
        time.at(day)
        cases.append(open_case(catalogue_published, person, *HOME))
    moving.ask(cases[0], "utilities_transfer", moving.fault("buyer.name"))
    time.at("2026-12-01 09:00")
    rows = inbox.inbox(post, inbox.InboxFilter()).rows
    assert [row.dispatch_id for row in rows] == [
        moving.row(cases[place], "utilities_transfer").pk for place in (1, 2, 0)
    ]
    late = inbox.inbox(post, inbox.InboxFilter(clock="overdue"))
    assert [row.promised.overdue for row in late.rows if row.promised] == [True, True]


def test_a_case_that_needs_the_applicant_comes_first(catalogue_published: Catalogue, person: UUID) -> None:
    """The list begins with what waits for the person, then the newest."""
    waiting = open_case(catalogue_published, person)
    newer = open_case(catalogue_published, person)
    moving.ask(waiting, "birth_certificate", moving.fault("child.name"))
    cards = queries.cases_of(person)
    assert [one.application_id for one in cards] == [waiting, newer]
    assert (cards[0].needs_me, cards[0].state) == (1, CaseState.CORRECTION)
    assert (cards[1].needs_me, cards[1].items_done, cards[1].items_total) == (0, 0, 7)


def test_declared_values_are_looked_for_without_reading_their_cases(
    catalogue_published: Catalogue, person: UUID
) -> None:
    """Cases with declared values wait to be compared; who knows them already reads none of them."""
    one, two = open_case(catalogue_published, person), open_case(catalogue_published, person)
    found = queries.to_verify()
    assert {case.pk for case, _ in found} == {one, two}
    assert all("mother.name" in addresses for _, addresses in found)
    [(case, _)] = queries.to_verify(known=lambda which, _: which == two)
    assert case.pk == one
    assert asked(lambda: queries.to_verify(known=lambda _which, _addresses: True)) == 2
