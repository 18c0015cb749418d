"""Joint review: who is asked by which risk, until when, what silence means, who settles an objection."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.casework import moving
from tests.casework.conftest import Time
from tests.fixtures import clerk_post, open_case
from tongban.casework import actions, applicant, inbox, joint, queries, tasks
from tongban.casework.domain.joint import Word
from tongban.casework.domain.moves import State
from tongban.casework.events import (
    JointLapsed,
    JointReviewAsked,
    JointReviewReleased,
    JointSettled,
    JointSigned,
)
from tongban.casework.models import Case, JointTask
from tongban.catalogue.domain import Catalogue, JointRule, Text
from tongban.exchange.events import ReadMade
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, InvalidInput, NotFound

ITEM = "cancellation_no_objection"
ALL = ("tax", "human_resources", "customs")
PAPER = "investor_commitment"
ARREARS = "company.insurance_arrears"
CLEAN = {
    "company.notice_objections": 0,
    "company.frozen_equity": False,
    "company.cancellation_kind": "simple",
    "company.company_region": "430102",
}
Open = Callable[..., UUID]


@pytest.fixture
def opened(catalogue_published: Catalogue, person: UUID) -> Open:
    """Opens a case of closing a company whose one item is the check for objections."""

    def case(*, owes: bool) -> UUID:
        values = CLEAN | {ARREARS: owes}
        return open_case(catalogue_published, person, "company_cancellation", (ITEM,), values)

    return case


@pytest.fixture
def clerks(db: None) -> dict[str, Post]:
    """A clerk at every department that has a say."""
    del db
    return {
        code: clerk_post(f"{code}-one", code) for code in ("market_regulation", "medical_insurance", *ALL)
    }


def words(case: UUID) -> dict[str, Word]:
    """Department → where it stands, in the order in which they were asked."""
    dispatch = moving.row(case, ITEM)
    return {
        one.department: joint.part(one, dispatch.region).word for one in dispatch.joint_tasks.order_by("pk")
    }


def say(post: Post, case: UUID, *, agrees: bool = True, **more: Any) -> None:
    """A department's word; an objection with the reasons it needs."""
    reasons = {} if agrees else {"reason": "系统里还有欠费。", "reasons": ["arrears_unpaid", "labour_open"]}
    tasks.sign(post, moving.row(case, ITEM).pk, agrees=agrees, **(reasons | more))


def decide(post: Post, case: UUID, *, approve: bool = True, reason: str = "") -> None:
    """The leading department's decision as of now."""
    dispatch = moving.row(case, ITEM)
    produced, _ = moving.outcome_of(case, ITEM)
    tasks.decide(
        post,
        dispatch.pk,
        dispatch.version,
        approve=approve,
        produced={address: str(value) for address, value in produced.items()} if approve else {},
        reasons=[actions.Reason(text=reason)] if reason else [],
    )


def ask_for_paper(post: Post, case: UUID) -> UUID:
    """The leading department's notice about the commitment."""
    dispatch = moving.row(case, ITEM)
    line = moving.fault(PAPER, "material", what="没有补缴凭证")
    return tasks.ask_correction(post, dispatch.pk, dispatch.version, [line])


def answer(case: UUID, person: UUID, notice: UUID) -> None:
    """The applicant sends the paper again."""
    from tests.fixtures import picture

    faults = applicant.answer_correction(case, person, notice, {}, {PAPER: [("补缴.jpg", picture("grey"))]})
    assert faults == []


def test_without_the_risk_three_departments_are_asked_as_before(
    opened: Open, clerks: dict[str, Post]
) -> None:
    """The rule of the notice asks three; once they have signed the item is approved, nothing is settled."""
    case = opened(owes=False)
    assert words(case) == dict.fromkeys(ALL, Word.OPEN)
    [asked] = moving.events(case, JointReviewAsked)
    assert (asked.data["asked"], asked.data["rules"], asked.data["addresses"]) == (list(ALL), ["notice"], [])
    for code in ALL:
        say(clerks[code], case)
    decide(clerks["market_regulation"], case)
    assert moving.row(case, ITEM).state == State.APPROVED
    assert moving.events(case, JointSettled) == []
    moving.all_is_well(case)


def test_the_risk_asks_further_departments_and_says_why_without_values(
    opened: Open, clerks: dict[str, Post]
) -> None:
    """Arrears bring in medical insurance; the event names the rule, address and last day, no value."""
    case = opened(owes=True)
    assert list(words(case)) == [*ALL, "medical_insurance"]
    [asked] = moving.events(case, JointReviewAsked)
    assert asked.data["rules"] == ["notice", "owes_insurance"]
    assert asked.data["addresses"] == [ARREARS]
    assert set(asked.data["due"]) == {*ALL, "medical_insurance"}
    # Who is asked by both has no presumption of agreement left.
    silence = dict(JointTask.objects.filter(dispatch__case_id=case).values_list("department", "silence"))
    assert silence == {
        "tax": "escalates",
        "human_resources": "escalates",
        "customs": "agrees",
        "medical_insurance": "escalates",
    }
    assert inbox.inbox(clerks["medical_insurance"], inbox.InboxFilter()).total == 1


def test_a_co_signer_sees_what_the_rule_shows_and_it_is_on_the_record(
    opened: Open, clerks: dict[str, Post]
) -> None:
    """Medical insurance sees four values and one paper of the item, for the purpose of co-signing."""
    case = opened(owes=True)
    dispatch = moving.row(case, ITEM).pk
    seen = inbox.work(clerks["medical_insurance"], dispatch)
    shown = {line.address for line in seen.elements}
    assert shown == {
        "company.company_name",
        "company.credit_code",
        ARREARS,
        "company.cancellation_notice_number",
    }
    assert [line.material for line in seen.files] == [PAPER]
    assert (seen.findings, seen.assignment, seen.may_decide) == ((), None, False)
    [read] = moving.events(case, ReadMade)
    assert (read.data["purpose"], read.data["elements"]) == ("co_sign", sorted(shown))
    assert shown < {line.address for line in inbox.work(clerks["market_regulation"], dispatch).elements}


def test_an_objection_needs_a_chosen_and_a_written_reason(opened: Open, clerks: dict[str, Post]) -> None:
    """Both are asked for at once; a reason of another rule does not count; the record has codes only."""
    case = opened(owes=True)
    with pytest.raises(InvalidInput) as refused:
        say(clerks["medical_insurance"], case, agrees=False, reason=" ", reasons=["labour_open"])
    assert {one.address for one in refused.value.faults} == {"reasons", "reason"}
    say(clerks["medical_insurance"], case, agrees=False)
    [signed] = moving.events(case, JointSigned)
    assert (signed.data["agrees"], signed.data["reasons"]) == (False, ["arrears_unpaid"])
    assert "欠费" not in str(signed.data)


def test_an_objection_is_settled_by_a_correction(opened: Open, clerks: dict[str, Post], person: UUID) -> None:
    """The lead asks for the proof; whoever saw the old paper looks again; the objector agrees at last."""
    case = opened(owes=True)
    lead = clerks["market_regulation"]
    for code in ("tax", "customs", "medical_insurance"):
        say(clerks[code], case)
    say(clerks["human_resources"], case, agrees=False)
    with pytest.raises(Conflict) as refused:
        decide(lead, case, reason="已经看过")
    assert refused.value.code == "task.not_signed"
    assert refused.value.params["against"] == ["human_resources"]
    notice = ask_for_paper(lead, case)
    [settled] = moving.events(case, JointSettled)
    assert (settled.data["decision"], settled.data["over"]) == ("correction", ["human_resources"])
    assert settled.actor.id == str(lead.account_id)
    answer(case, person, notice)
    # Everybody who may see the paper is asked again: agreement falls, the objection stands.
    assert words(case) == {
        "tax": Word.OPEN,
        "human_resources": Word.OBJECTS,
        "customs": Word.OPEN,
        "medical_insurance": Word.OPEN,
    }
    again = moving.events(case, JointReviewAsked)[-1]
    assert set(again.data["again"]) == {*ALL, "medical_insurance"}
    for code in (*ALL, "medical_insurance"):
        say(clerks[code], case)
    decide(lead, case)
    assert moving.row(case, ITEM).state == State.APPROVED
    moving.all_is_well(case)


def test_a_refusal_over_an_objection_names_whose(opened: Open, clerks: dict[str, Post]) -> None:
    """The lead may always refuse; the record says who decided and whose objection stood."""
    case = opened(owes=True)
    say(clerks["human_resources"], case, agrees=False)
    decide(clerks["market_regulation"], case, approve=False, reason="欠缴社会保险费")
    [settled] = moving.events(case, JointSettled)
    assert (settled.data["decision"], settled.data["over"]) == ("rejected", ["human_resources"])
    with pytest.raises(Conflict) as ended:
        say(clerks["tax"], case)
    assert ended.value.code == "task.ended"


def test_an_objection_after_everybody_agreed_still_counts(opened: Open, clerks: dict[str, Post]) -> None:
    """Until the item is decided a department may change its word."""
    case = opened(owes=False)
    for code in ALL:
        say(clerks[code], case)
    say(clerks["customs"], case, agrees=False, reasons=["customs_open"])
    with pytest.raises(Conflict) as refused:
        decide(clerks["market_regulation"], case)
    assert refused.value.params["against"] == ["customs"]


def test_a_limit_runs_over_a_long_holiday(opened: Open, clerks: dict[str, Post], time: Time) -> None:
    """Asked on the last working day before the National Day of 2026, a department has until the 8th."""
    time.at("2026-09-30 16:00")
    case = opened(owes=True)
    due = {one.due_on for one in JointTask.objects.filter(dispatch__case_id=case)}
    assert due == {dt.date(2026, 10, 8)}
    time.at("2026-10-08 23:59")
    assert actions.lapse_reviews() == 0
    time.at("2026-10-09 00:01")
    say(clerks["tax"], case)
    assert actions.lapse_reviews() == 3
    assert actions.lapse_reviews() == 0
    assert words(case) == {
        "tax": Word.AGREES,
        "human_resources": Word.ESCALATED,
        "customs": Word.SILENT,
        "medical_insurance": Word.ESCALATED,
    }
    lapsed = {event.data["department"]: event.data["silence"] for event in moving.events(case, JointLapsed)}
    assert lapsed == {"human_resources": "escalates", "customs": "agrees", "medical_insurance": "escalates"}


def test_after_the_limit_the_lead_decides_with_a_reason(
    opened: Open, clerks: dict[str, Post], time: Time
) -> None:
    """Without a word of two departments an approval needs a written reason, and says without whom."""
    case = opened(owes=True)
    say(clerks["tax"], case)
    time.at("2026-11-25 09:00")
    actions.lapse_reviews()
    with pytest.raises(InvalidInput) as refused:
        decide(clerks["market_regulation"], case)
    assert [one.code for one in refused.value.faults] == ["task.settle_reason"]
    decide(clerks["market_regulation"], case, reason="补缴凭证已经核对。")
    [settled] = moving.events(case, JointSettled)
    assert settled.data["without"] == ["human_resources", "medical_insurance"]
    assert moving.row(case, ITEM).state == State.APPROVED


def test_a_late_word_still_counts(opened: Open, clerks: dict[str, Post], time: Time) -> None:
    """Silence is no word: whoever objects after the limit, before the decision, objects."""
    case = opened(owes=False)
    time.at("2026-11-25 09:00")
    assert actions.lapse_reviews() == 3
    say(clerks["customs"], case, agrees=False, reasons=["customs_open"])
    assert words(case)["customs"] is Word.OBJECTS


def test_the_limit_stands_still_while_the_applicant_mends(
    opened: Open, clerks: dict[str, Post], person: UUID, time: Time
) -> None:
    """Nobody's silence counts during a correction; the answered paper begins a new limit."""
    case = opened(owes=True)
    notice = ask_for_paper(clerks["market_regulation"], case)
    time.at("2026-12-01 10:00")
    assert actions.lapse_reviews() == 0
    answer(case, person, notice)
    due = {one.due_on for one in JointTask.objects.filter(dispatch__case_id=case)}
    assert due == {dt.date(2026, 12, 2)}
    assert actions.lapse_reviews() == 0


def test_a_risk_that_goes_releases_who_has_not_answered(
    opened: Open, clerks: dict[str, Post], catalogue_published: Catalogue
) -> None:
    """When the value is mended medical insurance is asked no more and finds no such task."""
    del catalogue_published
    case = opened(owes=True)
    dispatch = moving.row(case, ITEM)
    dispatch.case.values_held.filter(address=ARREARS).update(value=False)
    tasks.look_again(dispatch)
    assert words(case)["medical_insurance"] is Word.RELEASED
    [released] = moving.events(case, JointReviewReleased)
    assert (released.data["released"], released.data["addresses"]) == (["medical_insurance"], [ARREARS])
    with pytest.raises(NotFound):
        inbox.work(clerks["medical_insurance"], dispatch.pk)
    assert queries.case(case, Case.objects.get(pk=case).person_id).dispatches[0].reviewed_by == ALL


def test_a_department_without_clerks_holds_nobody_up(
    catalogue_published: Catalogue, person: UUID, clerks: dict[str, Post]
) -> None:
    """Transport has no clerk and no limit: the lead decides with a reason; the record says without whom."""
    case = open_case(catalogue_published, person, "company_start_up", ("joint_site_inspection",))
    dispatch = moving.row(case, "joint_site_inspection")
    produced, certificates = moving.outcome_of(case, dispatch.item)

    def approve(*reasons: actions.Reason) -> None:
        tasks.decide(
            clerks["market_regulation"],
            dispatch.pk,
            moving.row(case, dispatch.item).version,
            approve=True,
            produced={address: str(value) for address, value in produced.items()},
            certificates=certificates,
            reasons=reasons,
        )

    with pytest.raises(InvalidInput) as refused:
        approve()
    assert refused.value.code == "task.settle_reason"
    approve(actions.Reason(text="交通部门在本区没有会签人员，现场由本局核验。"))
    [settled] = moving.events(case, JointSettled)
    assert settled.data["without"] == ["transport"]


@pytest.mark.parametrize("over", ["clerk", "supervisor"])
def test_an_approval_over_an_objection_only_where_the_rule_allows_it(
    opened: Open, clerks: dict[str, Post], over: str
) -> None:
    """A clerk, or only a supervisor, with a written reason; who decided over whom is on the record."""
    case = opened(owes=False)
    JointTask.objects.update(over=over)
    for code in ALL[1:]:
        say(clerks[code], case)
    say(clerks["tax"], case, agrees=False, reasons=["tax_open"])
    lead = clerks["market_regulation"]
    if over == "supervisor":
        with pytest.raises(Conflict) as refused:
            decide(lead, case, reason="事项已经办结。")
        assert refused.value.code == "task.supervisor_settles"
        lead = clerk_post("mr-head", "market_regulation", roles=(Role.CLERK, Role.SUPERVISOR))
    with pytest.raises(InvalidInput):
        decide(lead, case)
    decide(lead, case, reason="事项已经办结。")
    [settled] = moving.events(case, JointSettled)
    assert (settled.data["decision"], settled.data["over"]) == ("approved", ["tax"])
    assert settled.actor.id == str(lead.account_id)


def test_a_colleagues_word_is_not_replaced_unseen(opened: Open, clerks: dict[str, Post]) -> None:
    """Who signs from a page that shows no word, after a colleague objected, is told of the change."""
    case = opened(owes=False)
    say(clerks["tax"], case, agrees=False, reasons=["tax_open"], seen="")
    with pytest.raises(Conflict) as refused:
        say(clerk_post("tax-two", "tax"), case, seen="")
    assert refused.value.code == "task.changed"
    assert words(case)["tax"] is Word.OBJECTS


@pytest.mark.django_db(transaction=True)
def test_two_departments_sign_at_once(catalogue_published: Catalogue, person: UUID) -> None:
    """Both words stand, each is recorded once, and the chain holds."""
    posts = [clerk_post(f"{code}-one", code) for code in ("tax", "customs")]
    values = CLEAN | {ARREARS: False}
    case = open_case(catalogue_published, person, "company_cancellation", (ITEM,), values)
    start = threading.Barrier(2, timeout=240)
    told: list[str] = []

    def press(post: Post) -> None:
        try:
            start.wait()
            say(post, case)
            told.append(post.department)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(post,)) for post in posts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == ["customs", "tax"]
    assert (words(case)["tax"], words(case)["customs"]) == (Word.AGREES, Word.AGREES)
    assert len(moving.events(case, JointSigned)) == 2
    moving.all_is_well(case)


def test_a_rule_of_the_content_is_what_the_words_say() -> None:
    """A bare `joint` is a rule that always holds, has no limit and lets nobody decide over an objection."""
    from tongban.catalogue.domain.joint import always

    found = always(("tax",))
    assert isinstance(found, JointRule)
    assert isinstance(found.reason, Text)
    assert (found.when, found.limit, found.silence, found.over_objection) == (None, None, "waits", "never")
