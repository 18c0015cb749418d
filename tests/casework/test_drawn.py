"""A life event with a drawn process: its case runs as it is drawn."""

from typing import Any
from uuid import UUID

import pytest

from tests.casework import moving
from tests.casework.conftest import Time
from tests.fixtures import new_case, open_case
from tongban.casework import actions, applicant, queries, running
from tongban.casework.domain.moves import CaseState, State
from tongban.casework.events import CaseEnded, DispatchBlocked, DispatchSkipped, ItemsUndrawn
from tongban.casework.models import Case
from tongban.catalogue.domain import Catalogue
from tongban.faces.citizen.cases import next_step
from tongban.journal.events import SYSTEM
from tongban.process import actions as process
from tongban.process import engine
from tongban.process import queries as processes

EVENT = "company_cancellation"
SIMPLE = {"company.cancellation_kind": "simple"}
REST = (
    "employer_insurance_cancellation",
    "seal_cancellation",
    "customs_cancellation",
    "bank_account_closing",
)


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID, time: Time) -> UUID:
    """A company that is closed the simple way, all its items."""
    del time
    return open_case(catalogue_published, person, EVENT, values=SIMPLE)


def work(case: UUID) -> set[str]:
    """Elements of the process at which somebody works."""
    return {each.work.element for each in processes.open_work(instance=case)}


def ready(case: UUID) -> set[str]:
    """Items that a department has."""
    return {item for item, state in moving.states(case).items() if state == State.READY}


def test_the_process_leads_from_the_first_item_to_the_end(case: UUID, person: UUID) -> None:
    """Check and tax at once, then the registrar, then all the rest at once, then it is over."""
    assert ready(case) == {"cancellation_no_objection", "tax_clearance"}
    assert work(case) == {"no_objection", "clear_tax"}
    moving.approve(case, "tax_clearance")
    assert ready(case) == {"cancellation_no_objection"}
    moving.approve(case, "cancellation_no_objection")
    assert ready(case) == {"company_deregistration"}
    moving.approve(case, "company_deregistration")
    assert ready(case) == set(REST)
    for item in REST:
        assert Case.objects.get(pk=case).ended_at is None
        moving.approve(case, item)
    assert queries.case(case, person).state is CaseState.DONE
    assert processes.instance(case).status == "completed"
    assert len(moving.events(case, CaseEnded)) == 1
    moving.all_is_well(case)


def test_a_refusal_blocks_what_is_drawn_behind_it(case: UUID, person: UUID) -> None:
    """Without tax clearance no deregistration and nothing after it; the check is decided all the same."""
    moving.reject(case, "tax_clearance")
    states = moving.states(case)
    assert states["cancellation_no_objection"] == State.READY
    assert {states[item] for item in ("company_deregistration", *REST)} == {State.BLOCKED}
    [first, *_] = moving.events(case, DispatchBlocked)
    assert (first.data["item"], first.data["because"]) == ("company_deregistration", ["tax_clearance"])
    moving.approve(case, "cancellation_no_objection")
    assert queries.case(case, person).state is CaseState.ENDED_PARTLY
    assert Case.objects.get(pk=case).ended_at is not None
    assert processes.incidents(instance=case) == []
    moving.all_is_well(case)


def test_what_the_process_goes_past_is_not_needed(catalogue_published: Catalogue, person: UUID) -> None:
    """The general way has no joint check: the applicant is told at once, and it holds nothing up."""
    case = open_case(catalogue_published, person, EVENT, values={"company.cancellation_kind": "general"})
    assert moving.states(case)["cancellation_no_objection"] == State.SKIPPED
    [event] = moving.events(case, DispatchSkipped)
    assert event.data["by"] == "unreached"
    shown = queries.case(case, person).dispatches[1]
    assert (shown.state, next_step(shown, catalogue_published)) == (
        State.SKIPPED,
        "按实际情况，办理流程不用走到这一项",
    )
    moving.approve(case, "tax_clearance")
    assert ready(case) == {"company_deregistration"}
    moving.all_is_well(case)


def test_a_timer_in_working_days_calls_somebody(case: UUID, time: Time, person: UUID) -> None:
    """Monday plus three working days: on Friday the tax office is urged; the case ends when that is done."""
    time.at("2026-11-26 18:00")
    process.apply(case, engine.Tick())
    assert "urge_tax" not in work(case)
    time.at("2026-11-27 09:30")
    process.apply(case, engine.Tick())
    [urge] = [one for one in processes.open_work(instance=case) if one.work.element == "urge_tax"]
    assert (urge.work.department, urge.work.role, urge.work.kind) == ("tax", "clerk", "human")
    assert moving.states(case)["tax_clearance"] == State.READY
    for item in ("tax_clearance", "cancellation_no_objection", "company_deregistration", *REST):
        moving.approve(case, item)
    assert queries.case(case, person).row.ended_at is None
    process.complete(case, urge.work.token)
    assert queries.case(case, person).row.ended_at is not None
    moving.all_is_well(case)


def test_who_takes_it_back_ends_the_process_with_its_timers(case: UUID, person: UUID) -> None:
    """Nobody is urged to decide what was withdrawn."""
    assert applicant.withdraw(case, person) == 7
    assert processes.instance(case).status == "cancelled"
    assert work(case) == set()
    assert Case.objects.get(pk=case).ended_at is not None
    moving.all_is_well(case)


def test_a_decision_is_never_lost_while_the_process_stands_still(case: UUID) -> None:
    """An operator suspends the instance: departments decide on, and it catches up when it is resumed."""
    process.suspend(case, "under review", actor=SYSTEM)
    moving.approve(case, "tax_clearance")
    moving.approve(case, "cancellation_no_objection")
    assert moving.states(case)["company_deregistration"] == State.WAITING
    process.resume(case, actor=SYSTEM)
    assert ready(case) == {"company_deregistration"}
    moving.all_is_well(case)


def test_a_process_that_was_given_up_leaves_the_case_to_the_plan(case: UUID) -> None:
    """An operator cancels the instance: what each item needs still says when its turn is."""
    process.cancel(case, "drawn wrongly", actor=SYSTEM)
    for item in ("tax_clearance", "cancellation_no_objection"):
        moving.approve(case, item)
    assert ready(case) >= {"company_deregistration"}
    moving.all_is_well(case)


def test_opening_twice_is_opening_once(catalogue_published: Catalogue, person: UUID) -> None:
    """A submission that comes twice starts one process."""
    new = new_case(catalogue_published, person, EVENT, values=SIMPLE)
    assert actions.open_case(new) == actions.open_case(new)
    assert len(processes.instances(key=str(new.application_id))) == 1


def redrawn(monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, str]) -> None:
    """The drawing with other texts in it, as if it had been published so."""

    def deploy(code: str, model: str, **more: Any) -> str:
        for old, new in changes:
            assert old in model
            model = model.replace(old, new)
        return real(code, model, **more)

    real = process.deploy
    monkeypatch.setattr(process, "deploy", deploy)


TIMER = """<timerEventDefinition id="late_timer"><timeDuration>P3WD</timeDuration></timerEventDefinition>"""


def test_a_drawing_may_handle_a_refusal_and_may_forget_an_item(
    catalogue_published: Catalogue, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused tax leads to a human task; the bank, which is not drawn, goes by what it needs."""
    redrawn(
        monkeypatch,
        (TIMER, '<errorEventDefinition errorRef="no"/>'),
        (' cancelActivity="false"', ""),
        ("  <process id=", '  <error id="no" errorCode="rejected"/>\n  <process id='),
        ('tongban:item="bank_account_closing"', 'tongban:item="seal_cancellation"'),
        ("<incoming>f19</incoming>", "<incoming>f19</incoming><terminateEventDefinition/>"),
        ("<incoming>f21</incoming>", "<incoming>f21</incoming><terminateEventDefinition/>"),
    )
    case = open_case(catalogue_published, person, EVENT, values=SIMPLE)
    [event] = moving.events(case, ItemsUndrawn)
    assert event.data["items"] == ["bank_account_closing"]
    moving.reject(case, "tax_clearance")
    assert work(case) == {"urge_tax", "no_objection"}
    states = moving.states(case)
    assert {states[item] for item in ("company_deregistration", *REST)} == {State.BLOCKED}
    moving.all_is_well(case)


def test_a_drawing_that_cannot_be_run_holds_no_case_up(
    catalogue_published: Catalogue, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan leads instead, and the record says so."""
    redrawn(monkeypatch, ('tongban:item="bank_account_closing"', ""))
    case = open_case(catalogue_published, person, EVENT, values=SIMPLE)
    [event] = moving.events(case, ItemsUndrawn)
    assert (event.data["version"], len(event.data["items"])) == ("", 7)
    assert ready(case) == {"cancellation_no_objection", "tax_clearance"}
    assert processes.instance(case).code == f"plan:{EVENT}"
    moving.all_is_well(case)


def test_a_case_from_before_goes_on_by_its_plan(
    catalogue_published: Catalogue, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that was opened when no process ran it needs none."""
    with monkeypatch.context() as patch:
        patch.setattr(running, "start", lambda _: None)
        case = open_case(catalogue_published, person)
    moving.approve(case, "birth_certificate")
    assert "household_registration_newborn" in ready(case)
    moving.reject(case, "household_registration_newborn")
    assert moving.states(case)["social_security_card_newborn"] == State.BLOCKED
    moving.all_is_well(case)
