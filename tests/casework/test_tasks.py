"""Clerks at their tasks: one task, one hand; only one's own; signatures where several decide."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.casework import moving
from tests.fixtures import clerk_post, open_case
from tongban.casework import actions, inbox, tasks
from tongban.casework.domain.moves import State
from tongban.casework.events import DispatchApproved, DispatchRejected, JointSigned, TaskAssigned
from tongban.casework.models import JointTask, Outcome
from tongban.catalogue.domain import Catalogue
from tongban.exchange.events import ReadMade, ReadRefused
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tongban.kernel.ids import new_id

ITEM = "utilities_transfer"
JOINT = "joint_site_inspection"
PERMIT = "food_business_permit"


OTHERS: dict[str, dict[str, Any]] = {
    "another department": {"username": "mr-one", "department": "market_regulation"},
    "another county": {"username": "re-far", "region": "430103"},
    "another city": {"username": "re-city", "region": "430200"},
    "no clerk": {"username": "re-boss", "roles": (Role.SUPERVISOR,)},
}


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID) -> UUID:
    """A case with one item for the registrar's clerks, and a price that is none of their business."""
    return open_case(
        catalogue_published,
        person,
        "second_hand_home",
        (ITEM,),
        {"sale.sale_price": "2480000.00", "seller.id_number": "430102198001011234"},
    )


@pytest.fixture
def inspection(catalogue_published: Catalogue, person: UUID) -> UUID:
    """A joint inspection for which a permit waits."""
    return open_case(catalogue_published, person, "company_start_up", (JOINT, PERMIT))


def desk(username: str = "re-one", department: str = "real_estate", **more: Any) -> Post:
    """A clerk's post."""
    return clerk_post(username, department, **more)


def decide(post: Post, case: UUID, version: int | None = None, item: str = ITEM) -> None:
    """Approve with everything that the item gives."""
    dispatch = moving.row(case, item)
    produced, certificates = moving.outcome_of(case, item)
    tasks.decide(
        post,
        dispatch.pk,
        dispatch.version if version is None else version,
        approve=True,
        produced={address: str(value) for address, value in produced.items()},
        certificates=certificates,
    )


def test_taking_giving_back_giving_on(case: UUID) -> None:
    """A clerk takes a task, gives it back, takes it again and gives it on; each is on the record."""
    one, two = desk(), desk("re-two")
    dispatch = moving.row(case, ITEM).pk
    start = moving.row(case, ITEM).version
    tasks.claim(one, dispatch, start)
    tasks.release(one, dispatch, start + 1)
    tasks.claim(one, dispatch, start + 2)
    tasks.reassign(one, dispatch, start + 3, two.account_id)
    assert moving.row(case, ITEM).assigned_to == two.account_id
    given = [event.data["to"] for event in moving.events(case, TaskAssigned)]
    assert given == [str(one.account_id), "", str(one.account_id), str(two.account_id)]
    with pytest.raises(Conflict) as refused:
        decide(one, case)
    assert refused.value.code == "task.anothers"
    with pytest.raises(Conflict) as refused:
        tasks.accept(one, dispatch, start + 4)
    assert refused.value.code == "task.anothers"
    decide(two, case)
    assert moving.row(case, ITEM).state == State.APPROVED
    with pytest.raises(Conflict) as ended:
        tasks.claim(one, dispatch, moving.row(case, ITEM).version)
    assert ended.value.code == "task.ended"
    moving.all_is_well(case)


@pytest.mark.parametrize("who", [*OTHERS, "nobody"])
def test_a_task_is_given_on_to_colleagues_only(case: UUID, who: str) -> None:
    """Not next door, not to another department, not to somebody who is no clerk."""
    one = desk()
    to = desk(**OTHERS[who]).account_id if who in OTHERS else 999_999
    dispatch = moving.row(case, ITEM)
    with pytest.raises(InvalidInput) as refused:
        tasks.reassign(one, dispatch.pk, dispatch.version, to)
    assert refused.value.code == "task.no_colleague"
    assert moving.row(case, ITEM).assigned_to is None


ACTS: dict[str, Callable[[Post, UUID, int], object]] = {
    "claim": tasks.claim,
    "release": tasks.release,
    "accept": tasks.accept,
    "ask": lambda post, row, version: tasks.ask_correction(post, row, version, [moving.fault("buyer.name")]),
    "reject": lambda post, row, version: tasks.decide(
        post, row, version, approve=False, reasons=[actions.Reason(text="不符")]
    ),
}


WAYS_IN = ACTS | {"open": lambda post, row, _version: inbox.work(post, row)}


@pytest.mark.parametrize("act", ACTS)
def test_who_acts_on_an_old_page_is_told(case: UUID, act: str) -> None:
    """With the version of a page that is out of date nothing happens, whatever the state is by now."""
    one = desk()
    dispatch = moving.row(case, ITEM)
    tasks.accept(one, dispatch.pk, dispatch.version)
    with pytest.raises(Conflict) as refused:
        ACTS[act](one, dispatch.pk, dispatch.version)
    assert refused.value.code == "task.changed"
    assert moving.row(case, ITEM).version == dispatch.version + 1
    changed = inbox.last_change(dispatch.pk)
    assert changed is not None
    assert (changed["actor_kind"], changed["actor_id"]) == ("staff", str(one.account_id))


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("act", WAYS_IN)
def test_others_find_nothing_and_leave_a_trace(case: UUID, who: str, act: str) -> None:
    """Another department's clerk, one next door, or a supervisor: no such task, and it is on the record."""
    post = desk(**OTHERS[who])
    dispatch = moving.row(case, ITEM)
    with pytest.raises(NotFound) as refused:
        WAYS_IN[act](post, dispatch.pk, dispatch.version)
    with pytest.raises(NotFound) as nowhere:
        inbox.work(post, new_id())
    assert refused.value.to_problem() == nowhere.value.to_problem()
    [trace] = moving.events(case, ReadRefused)
    assert (trace.data["reader"], trace.data["items"]) == (post.department, [ITEM])
    assert trace.actor.id == str(post.account_id)
    assert moving.row(case, ITEM).version == dispatch.version
    assert inbox.inbox(post, inbox.InboxFilter()).total == 0


def test_the_city_sees_its_districts(case: UUID) -> None:
    """A post above works what lies below it."""
    city = desk("re-city", region="430100")
    assert inbox.inbox(city, inbox.InboxFilter()).total == 1
    assert inbox.work(city, moving.row(case, ITEM).pk).dispatch.item.code == ITEM


def test_a_clerk_sees_the_items_own_values_only(case: UUID) -> None:
    """The view holds what the item needs, not the price, not the seller; the reading is on the record."""
    found = inbox.work(desk(), moving.row(case, ITEM).pk)
    needs = {need.element for need in found.dispatch.bound.needs}
    shown = {line.address for line in found.elements}
    assert shown <= needs
    assert not shown & {"sale.sale_price", "seller.id_number"}
    assert "buyer.name" in shown
    assert "2480000" not in repr(found)
    [read] = moving.events(case, ReadMade)
    assert (read.data["reader"], read.data["purpose"], read.data["items"]) == (
        "real_estate",
        "decide",
        [ITEM],
    )
    assert read.data["elements"] == sorted(shown)


def test_nobody_reads_a_task_before_it_has_begun(catalogue_published: Catalogue, person: UUID) -> None:
    """While it waits for another item a task is in no inbox and cannot be opened or signed by its id."""
    case = open_case(
        catalogue_published, person, "second_hand_home", ("property_transfer", ITEM, "sale_contract_filing")
    )
    assert moving.row(case, ITEM).state == State.WAITING
    one = desk()
    assert inbox.inbox(one, inbox.InboxFilter()).total == 0
    with pytest.raises(NotFound):
        inbox.work(one, moving.row(case, ITEM).pk)
    with pytest.raises(NotFound):
        tasks.claim(one, moving.row(case, ITEM).pk, 1)
    assert moving.events(case, ReadMade) == []


def test_values_that_do_not_fit_are_named(inspection: UUID) -> None:
    """A wrong date, or a value the item does not give: each at its place, nothing decided."""
    lead = desk("mr-one", "market_regulation")
    tasks.sign(desk("tr-one", "transport"), moving.row(inspection, JOINT).pk, agrees=True)
    dispatch = moving.row(inspection, JOINT)
    with pytest.raises(InvalidInput) as refused:
        tasks.decide(
            lead,
            dispatch.pk,
            dispatch.version,
            approve=True,
            produced={"company.site_inspected_on": "2026-13-40", "company.credit_code": "1"},
        )
    assert refused.value.code == "outcome.values"
    assert {one.address: one.code for one in refused.value.faults} == {
        "company.site_inspected_on": "answer.no_such_date",
        "company.credit_code": "outcome.not_produced",
    }
    with pytest.raises(InvalidInput) as refused:
        tasks.decide(
            lead,
            dispatch.pk,
            dispatch.version,
            approve=True,
            produced={"company.site_inspection_number": " "},
        )
    assert refused.value.code == "outcome.incomplete"
    assert moving.row(inspection, JOINT).state == State.READY
    assert not Outcome.objects.exists()


def test_a_joint_step_needs_every_signature(inspection: UUID) -> None:
    """Not before transport has signed; not against its objection; its later word replaces the earlier."""
    lead, carrier = desk("mr-one", "market_regulation"), desk("tr-one", "transport")
    dispatch = moving.row(inspection, JOINT).pk

    def refused(missing: list[str], against: list[str]) -> None:
        with pytest.raises(Conflict) as error:
            decide(lead, inspection, item=JOINT)
        assert error.value.code == "task.not_signed"
        assert (error.value.params["missing"], error.value.params["against"]) == (missing, against)

    refused(["transport"], [])
    with pytest.raises(InvalidInput) as silent:
        tasks.sign(carrier, dispatch, agrees=False, reason="  ")
    assert silent.value.code == "task.objection_reason"
    tasks.sign(carrier, dispatch, agrees=False, reason="门口停不下车")
    refused([], ["transport"])
    [line] = inbox.work(lead, dispatch).signatures
    assert (line.agrees, line.reason) == (False, "门口停不下车")
    seen = moving.row(inspection, JOINT).version
    tasks.sign(carrier, dispatch, agrees=True)
    with pytest.raises(Conflict) as stale:
        decide(lead, inspection, seen, item=JOINT)
    assert stale.value.code == "task.changed"
    assert JointTask.objects.count() == 1
    assert [event.data["agrees"] for event in moving.events(inspection, JointSigned)] == [False, True]
    decide(lead, inspection, item=JOINT)
    assert moving.states(inspection) == {JOINT: State.APPROVED, PERMIT: State.READY}
    with pytest.raises(Conflict) as ended:
        tasks.sign(carrier, dispatch, agrees=False, reason="太晚")
    assert ended.value.code == "task.ended"
    moving.all_is_well(inspection)


def test_who_co_signs_does_not_decide(inspection: UUID) -> None:
    """Transport sees the inspection and signs; accepting, deciding and taking it are the leader's."""
    carrier = desk("tr-one", "transport")
    dispatch = moving.row(inspection, JOINT)
    assert inbox.inbox(carrier, inbox.InboxFilter()).total == 1
    assert not inbox.work(carrier, dispatch.pk).may_decide
    for name in ("claim", "accept", "reject"):
        with pytest.raises(NotAllowed) as refused:
            ACTS[name](carrier, dispatch.pk, dispatch.version)
        assert refused.value.code == "task.not_lead"


def test_signing_where_nobody_co_signs(case: UUID) -> None:
    """An ordinary item is decided, not signed."""
    with pytest.raises(Conflict) as refused:
        tasks.sign(desk(), moving.row(case, ITEM).pk, agrees=True)
    assert refused.value.code == "task.not_joint_step"


def test_each_row_of_a_bulk_act_stands_alone(catalogue_published: Catalogue, person: UUID) -> None:
    """Of four, two are accepted; the changed one and the foreign one are told each by itself."""
    one = desk()
    cases = [open_case(catalogue_published, person, "second_hand_home", (ITEM,)) for _ in range(3)]
    rows = [moving.row(case, ITEM) for case in cases]
    tasks.accept(one, rows[1].pk, rows[1].version)
    results = tasks.bulk_accept(one, [*((row.pk, row.version) for row in rows), (new_id(), 1)])
    codes = [result.error.code if result.error else "" for result in results]
    assert codes == ["", "task.changed", "", "dispatch.not_found"]
    assert [moving.row(case, ITEM).state for case in cases] == [State.ACCEPTED] * 3


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_one_decides(catalogue_published: Catalogue, person: UUID) -> None:
    """Both press the button on the same page: one decision stands, the other clerk is told of a change."""
    case = open_case(catalogue_published, person, "second_hand_home", (ITEM,))
    posts = [desk(), desk("re-two")]
    dispatch = moving.row(case, ITEM)
    start = threading.Barrier(2, timeout=240)
    told: list[str] = []

    def press(post: Post, *, approve: bool) -> None:
        try:
            start.wait()
            if approve:
                decide(post, case, dispatch.version)
            else:
                ACTS["reject"](post, dispatch.pk, dispatch.version)
            told.append("decided")
        except Conflict as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=(post,), kwargs={"approve": approve})
        for post, approve in zip(posts, (True, False), strict=True)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == ["decided", "task.changed"]
    assert Outcome.objects.count() == 1
    assert len(moving.events(case, DispatchApproved, DispatchRejected)) == 1
    assert moving.row(case, ITEM).version == dispatch.version + 1
    moving.all_is_well(case)
