"""The clocks of a dispatch: statutory and promised, in working days, held by corrections and outages."""

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from tests.casework import moving
from tests.casework.conftest import SHANGHAI, Time
from tests.fixtures import open_case
from tongban.casework import actions, applicant, queries, store
from tongban.casework.domain.moves import State
from tongban.casework.events import ClockPaused, ClockResumed, DatesRecomputed
from tongban.casework.models import Case
from tongban.catalogue.domain import Catalogue
from tongban.exchange import partners
from tongban.exchange.events import DepartmentDown, DepartmentUp
from tongban.journal import queries as journal
from tongban.kernel.clock import ClockState
from tongban.kernel.clock import State as Clock
from tongban.runtime import calendars, upkeep, wiring

ITEM = "birth_certificate"
"""Promised in one working day, five by statute."""


def clocks(case: UUID, item: str = ITEM) -> tuple[ClockState, ClockState]:
    """The promised and the statutory clock as they read now."""
    dispatch = moving.row(case, item)
    found = store.clocks_of(dispatch, store.bound_item(dispatch.case, item).item, store.dispatch_events(case))
    assert found is not None
    assert found.statutory is not None
    return found.promised, found.statutory


def due(case: UUID, item: str = ITEM) -> tuple[str, str]:
    """Both last days."""
    promised, statutory = clocks(case, item)
    return str(promised.due_on), str(statutory.due_on)


def state(case: UUID, item: str = ITEM) -> Clock:
    """What both clocks do: always the same."""
    promised, statutory = clocks(case, item)
    assert promised.state == statutory.state
    return promised.state


def answer(case: UUID, person: UUID) -> None:
    """The applicant mends the child's name."""
    [notice] = queries.case(case, person).corrections
    assert applicant.answer_correction(case, person, notice.id, {"child.name": "李小满"}) == []


@pytest.mark.parametrize(
    ("opened", "promised", "statutory"),
    [
        ("2026-11-23 09:00", "2026-11-24", "2026-11-30"),  # the Monday itself is not counted
        ("2026-11-23 23:59", "2026-11-24", "2026-11-30"),
        ("2026-11-20 16:00", "2026-11-23", "2026-11-27"),
        ("2026-09-30 10:00", "2026-10-08", "2026-10-13"),  # National Day; Saturday the 10th is worked
        ("2026-02-13 10:00", "2026-02-14", "2026-02-27"),  # Saturday the 14th is worked before the festival
    ],
)
def test_both_clocks_start_when_the_item_is_freed(  # noqa: PLR0917 -- a table of dates
    catalogue_published: Catalogue, person: UUID, time: Time, opened: str, promised: str, statutory: str
) -> None:
    """The day itself is not counted; holidays are not, worked Saturdays are; the statute runs beside."""
    time.at(opened)
    case = open_case(catalogue_published, person)
    assert due(case) == (promised, statutory)
    assert state(case) is Clock.RUNNING
    moving.all_is_well(case)


def test_an_item_that_waited_starts_on_the_day_it_is_freed(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """The police have their full time from the day on which the certificate came."""
    time.at("2026-11-23 09:00")
    case = open_case(catalogue_published, person)
    time.at("2026-11-26 15:00")
    moving.approve(case, ITEM)
    assert due(case, "household_registration_newborn") == ("2026-11-27", "2026-12-10")
    assert state(case) is Clock.STOPPED
    time.at("2026-12-24 09:00")
    promised, _ = clocks(case)
    assert (promised.spent, promised.overdue) == (3, True)  # as it was on the day of the decision


@pytest.mark.parametrize(
    ("opened", "asked", "answered", "before", "after"),
    [
        # Friday afternoon to Monday morning: Friday is given back, by rule, and never 2.67 days.
        ("2026-11-19 09:00", "2026-11-20 17:00", "2026-11-23 09:00", "2026-11-26", "2026-11-27"),
        # Over the National Day week: of eight days one was a working day.
        ("2026-09-28 09:00", "2026-09-30 10:00", "2026-10-08 10:00", "2026-10-10", "2026-10-12"),
        # Over the Spring Festival, from a worked Saturday on.
        ("2026-02-12 09:00", "2026-02-14 10:00", "2026-02-24 09:00", "2026-02-26", "2026-02-27"),
        # Asked and answered on one day moves nothing.
        ("2026-11-23 09:00", "2026-11-24 10:00", "2026-11-24 15:00", "2026-11-30", "2026-11-30"),
    ],
)
def test_waiting_for_the_applicant_costs_the_department_nothing(  # noqa: PLR0917 -- a table of dates
    catalogue_published: Catalogue,
    person: UUID,
    time: Time,
    opened: str,
    asked: str,
    answered: str,
    before: str,
    after: str,
) -> None:
    """A correction stops both clocks; its answer moves the last day by the working days between."""
    time.at(opened)
    case = open_case(catalogue_published, person)
    assert due(case)[1] == before
    time.at(asked)
    moving.ask(case, ITEM, moving.fault("child.name"))
    assert state(case) is Clock.PAUSED
    moving.all_is_well(case)
    time.at(answered)
    left = clocks(case)[1].left
    answer(case, person)
    assert state(case) is Clock.RUNNING
    assert due(case)[1] == after
    assert clocks(case)[1].left <= left
    moving.all_is_well(case)


def test_an_outage_stops_the_clocks_and_says_so(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """From Tuesday to Thursday the system was down: two days are given back, and other departments' none."""
    time.at("2026-11-23 09:00")
    case = open_case(catalogue_published, person)
    moving.approve(case, "vaccination_certificate")
    time.at("2026-11-24 10:00")
    assert actions.department_down("health") == 2  # what is decided has no clock to stop
    assert actions.department_down("health") == 0
    assert state(case) is Clock.PAUSED
    view = {one.item.code: one for one in queries.case(case, person).dispatches}
    assert view[ITEM].down_since == dt.datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
    moving.all_is_well(case)
    time.at("2026-11-26 10:00")
    assert actions.department_up("health") == 2
    assert actions.department_up("health") == 0
    assert due(case) == ("2026-11-26", "2026-12-02")
    assert state(case, "vaccination_certificate") is Clock.STOPPED
    pauses = [event.data["legal_basis"] for event in moving.events(case, ClockPaused)]
    assert len(pauses) == 2
    assert all(pauses)
    moving.all_is_well(case)


def test_the_end_of_an_outage_is_told_only_to_those_it_held(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """A clock that no outage stopped gets no line about an outage that ended."""
    del time
    case = open_case(catalogue_published, person)
    assert actions.department_up("health") == 0
    assert moving.events(case, ClockResumed) == []


@pytest.mark.parametrize("order", ["asked first", "down first", "inside"])
def test_an_outage_and_a_correction_at_once_are_one_pause(
    catalogue_published: Catalogue, person: UUID, time: Time, order: str
) -> None:
    """The clocks stand still from the first reason to the last, whichever ends first."""
    time.at("2026-11-23 09:00")
    case = open_case(catalogue_published, person)
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: moving.ask(case, ITEM, moving.fault("child.name")),
        "answer": lambda: answer(case, person),
        "down": lambda: actions.department_down("health"),
        "up": lambda: actions.department_up("health"),
    }
    plans = {
        "asked first": ("ask", "down", "answer", "up"),
        "down first": ("down", "ask", "up", "answer"),
        "inside": ("ask", "down", "up", "answer"),
    }
    days = ("2026-11-24 10:00", "2026-11-25 10:00", "2026-11-26 10:00", "2026-11-27 10:00")
    for day, name in zip(days, plans[order], strict=True):
        time.at(day)
        acts[name]()
        moving.all_is_well(case)
        assert state(case) is (Clock.RUNNING if day == days[-1] else Clock.PAUSED)
    assert clocks(case)[1].paused_days == 3
    assert due(case)[1] == "2026-12-03"


def test_nothing_at_work_means_nothing_to_stop(catalogue_published: Catalogue, person: UUID) -> None:
    """A department that is down with nothing to do leaves no trace in any case."""
    case = open_case(catalogue_published, person)
    assert actions.department_down("public_security") == 0
    assert actions.department_down("tax") == 0
    assert moving.events(case, ClockPaused) == []


def test_what_is_freed_during_an_outage_begins_when_it_ends(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """The police are down when the certificate comes: their time begins when they are back."""
    time.at("2026-11-23 09:00")
    case = open_case(catalogue_published, person)
    partners.note_failure("public_security", "NewConnectionError")
    time.at("2026-11-24 10:00")
    moving.approve(case, ITEM)
    item = "household_registration_newborn"
    assert state(case, item) is Clock.PAUSED
    assert [one.kind for one in moving.messages(moving.row(case, item))] == ["submit"]
    time.at("2026-11-27 10:00")
    partners.note_success("public_security")
    [back] = journal.stream("department:public_security", [DepartmentUp.TYPE])
    wiring.handle(back)
    assert state(case, item) is Clock.RUNNING
    assert due(case, item) == ("2026-11-27", "2026-12-10")
    wiring.handle(back)
    assert len(moving.events(case, ClockResumed)) == 1
    moving.all_is_well(case)


def test_an_outage_counts_from_when_it_was_not_from_when_it_was_noticed(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """The worker was dead from Tuesday to Friday: the outage of Tuesday and Wednesday still counts."""
    time.at("2026-11-23 09:00")
    case = open_case(catalogue_published, person)
    time.at("2026-11-24 10:00")
    partners.note_failure("health", "NewConnectionError")
    time.at("2026-11-25 10:00")
    moving.ask(case, ITEM, moving.fault("child.name"))
    answer(case, person)
    time.at("2026-11-26 10:00")
    partners.note_success("health")
    time.at("2026-11-27 16:00")
    down, up = journal.stream("department:health", [DepartmentDown.TYPE, DepartmentUp.TYPE])
    wiring.handle(down)
    assert state(case) is Clock.PAUSED
    wiring.handle(up)
    assert state(case) is Clock.RUNNING
    assert clocks(case)[1].paused_days == 2
    assert due(case)[1] == "2026-12-02"
    moving.all_is_well(case)


def test_a_withdrawal_during_a_correction_stops_the_clock_for_good(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """Taken back on the third day of waiting: the clock shows what was used, and no outage touches it."""
    time.at("2026-11-23 09:00")
    case = open_case(catalogue_published, person)
    time.at("2026-11-24 10:00")
    moving.ask(case, ITEM, moving.fault("child.name"))
    time.at("2026-11-26 10:00")
    applicant.withdraw(case, person)
    assert actions.department_down("health") == 0
    assert state(case) is Clock.STOPPED
    assert moving.row(case, ITEM).state == State.WITHDRAWN
    moving.all_is_well(case)


def edges(case: Case) -> set[tuple[str, str, frozenset[str]]]:
    """Who waits for whom and why, in no order."""
    return {(edge["from"], edge["to"], frozenset(edge["elements"])) for edge in case.plan["edges"]}


NOTICE = """
year: 2027
source: 国务院办公厅关于2027年部分节假日安排的通知（测试）
holidays: [2027-01-01..2027-01-03]
"""


@pytest.fixture
def no_notice() -> Iterator[None]:
    """The state directory without notices before and after."""
    from django.conf import settings

    yield
    for file in (settings.CONFIG.home / "calendar").glob("*"):
        file.unlink()


@pytest.mark.usefixtures("no_notice")
def test_dates_beyond_the_known_years_are_computed_anew_once(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """A date into 2027 is provisional until the notice is loaded; then it is moved, on the record, once."""
    from django.conf import settings

    time.at("2026-12-28 10:00")
    case = open_case(catalogue_published, person)
    settled = open_case(catalogue_published, person, "newborn", ("parenting_guidance",))
    moving.approve(settled, "parenting_guidance")
    row = moving.row(case, ITEM)
    assert due(case) == ("2026-12-29", "2027-01-04")
    assert (row.provisional, clocks(case)[1].provisional) == (True, True)
    before = Case.objects.get(pk=case)
    assert before.provisional
    assert queries.with_old_calendar(before.calendar_version) == []

    time.at("2026-12-28 11:00")
    _, calendar = calendars.load(settings.CONFIG.home, NOTICE)
    assert queries.with_old_calendar(calendar.version) == [case]
    upkeep.recompute_dates()
    assert due(case) == ("2026-12-29", "2027-01-05")
    row, after = moving.row(case, ITEM), Case.objects.get(pk=case)
    assert (str(row.statutory_due_on), row.provisional) == ("2027-01-05", False)
    assert (row.calendar_version, after.calendar_version) == (calendar.version, calendar.version)
    assert not after.provisional
    assert after.promised_on > before.promised_on
    assert edges(after) == edges(before)
    [recomputed] = moving.events(case, DatesRecomputed)
    assert recomputed.data["promised_on"] == after.promised_on.isoformat()
    assert len(recomputed.data["dispatches"]) == 3
    upkeep.recompute_dates()
    actions.recompute_dates(case)
    assert len(moving.events(case, DatesRecomputed)) == 1
    assert moving.events(settled, DatesRecomputed) == []
    moving.all_is_well(case)
