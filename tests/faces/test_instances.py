"""Process instances for operators: what stands where, what holds it up, acts with reasons on the record."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tests.faces.workbench.conftest import enrol
from tests.process.drawing import end, flows, gate, model, start, task
from tongban.identity.domain import Role
from tongban.journal import parking
from tongban.journal import queries as journal
from tongban.journal.models import JournalEvent, JournalSubscription, ParkedEvent
from tongban.process import actions, queries

CHOICE = model(
    start()
    + task("look", more='name="核查材料"')
    + gate("exclusive", "g")
    + task("yes", more='name="同意"')
    + task("no", more='name="不同意"')
    + end()
    + flows("s>look look>g g>yes[n_>_1] g>no[n_<=_1] yes>e no>e")
)


@pytest.fixture
def operator(catalogue: object) -> Client:
    """Somebody who looks after processes."""
    del catalogue
    return enrol("op", "值守", "development_reform", "430100", (Role.OPERATOR,))


def begun(**variables: object) -> UUID:
    """An instance at its first task."""
    actions.deploy("choice", CHOICE)
    return actions.start("choice", key="TB-7", variables=variables).instance.id


def post(client: Client, instance: UUID, act: str, **fields: str) -> tuple[int, str]:
    """An act, and the page that follows."""
    response = client.post(f"/flows/instances/{instance}/{act}", fields, follow=True)
    return response.status_code, str(response.content.decode())


@pytest.mark.django_db
def test_what_is_held_up_is_tried_again_honestly(operator: Client) -> None:
    """No way out of the choice: the page says so, and a retry that changes nothing solves nothing."""
    instance = begun()
    actions.complete(instance, queries.open_work(instance=instance)[0].work.token)
    incident = queries.incidents(instance=instance)[0]
    html = operator.get(f"/flows/instances/{instance}/").content.decode()
    assert "卡住了" in html
    assert "is-failed" in html
    status, again = post(operator, instance, "retry", incident=incident.number)
    assert status == 200
    assert "还没有解决" in again
    actions.set_variables(instance, {"n": 5})
    held = queries.incidents(instance=instance)[0]
    _, solved = post(operator, instance, "retry", incident=held.number)
    assert "已重试成功" in solved
    assert queries.places(instance) == {"yes": ["work"]}


@pytest.mark.django_db
def test_an_act_without_a_reason_is_refused_and_nothing_happens(operator: Client) -> None:
    """Suspending, moving and giving up ask why; the record then says who did it and why."""
    instance = begun(n=3)
    for act in ("suspend", "cancel"):
        status, html = post(operator, instance, act, reason=" ")
        assert status == 422
        assert "请写明理由" in html
    assert queries.instance(instance).status == "active"
    _, html = post(operator, instance, "suspend", reason="材料在核对")
    assert "已暂停" in html
    assert "材料在核对" in html
    assert "值守" in html
    assert queries.instance(instance).status == "suspended"
    post(operator, instance, "resume", reason="")
    assert queries.instance(instance).status == "active"
    assert journal.verify(instance) == []


@pytest.mark.django_db
def test_a_token_is_moved_where_it_may_be(operator: Client) -> None:
    """From the check straight to the refusal; a place that does not exist is refused."""
    instance = begun(n=3)
    status, _ = post(operator, instance, "move", source="look", target="nowhere", reason="补办")
    assert status in {400, 409, 422}
    _, html = post(operator, instance, "move", source="look", target="no", reason="已另行核实")
    assert "已另行核实" in html
    assert queries.places(instance) == {"no": ["work"]}


STUCK = model(
    start()
    + end()
    + end("e2")
    + gate("exclusive", "x", "y")
    + gate("parallel", "f", "j")
    + task("prepare", more='name="准备材料"')
    + task("decide", more='name="作出决定"')
    + flows("s>f f>x f>y x>j[p] x>e2[not(p)] y>prepare[q] y>e2[not(q)] prepare>j j>decide decide>e")
)


@pytest.mark.django_db
def test_a_join_that_can_never_fill_goes_on_by_hand(operator: Client) -> None:
    """The page says what is missing; a retry solves nothing; with a reason it goes on behind the join."""
    actions.deploy("stuck", STUCK)
    instance = actions.start("stuck", variables={"p": True, "q": False}).instance.id
    [incident] = queries.incidents(instance=instance)
    html = operator.get(f"/flows/instances/{instance}/").content.decode()
    assert "还没有到的" in html
    assert "准备材料" in html
    _, again = post(operator, instance, "retry", incident=incident.number)
    assert "还没有解决" in again
    assert len(queries.incidents(instance=instance)) == 1
    status, _ = post(operator, instance, "move", source="j", target="j", reason=" ")
    assert status == 422
    _, html = post(operator, instance, "move", source="j", target="j", reason="材料已另行核实")
    assert "材料已另行核实" in html
    assert queries.incidents(instance=instance) == []
    assert queries.places(instance) == {"decide": ["work"]}
    actions.complete(instance, queries.open_work(instance=instance)[0].work.token)
    assert queries.instance(instance).status == "completed"


@pytest.mark.django_db
def test_the_list_finds_by_number_and_state(operator: Client) -> None:
    """The business key finds the instance; given up, it is among those that have ended."""
    instance = begun(n=3)
    link = f"/flows/instances/{instance}/"
    assert link in operator.get("/flows/instances/?key=TB-7").content.decode()
    assert link not in operator.get("/flows/instances/?key=TB-8").content.decode()
    post(operator, instance, "cancel", reason="申请人撤回")
    assert link in operator.get("/flows/instances/?status=cancelled").content.decode()
    assert link not in operator.get("/flows/instances/?status=active").content.decode()
    for query in ("status=x&page=99999999999", "page=0", "status=held_up&code=x"):
        assert operator.get(f"/flows/instances/?{query}").status_code == 200


@pytest.mark.django_db
def test_only_operators_look_after_processes(operator: Client, browser: Client) -> None:
    """A clerk, a supervisor and an applicant are refused, also by form."""
    del operator
    instance = begun(n=3)
    clerk = enrol("cl", "窗口", "tax")
    supervisor = enrol("su", "督办", "tax", "430000", (Role.SUPERVISOR,))
    for client in (clerk, supervisor, browser):
        assert client.get("/flows/instances/").status_code == 403
        assert client.get("/flows/parked/").status_code == 403
        assert client.post(f"/flows/instances/{instance}/cancel", {"reason": "x"}).status_code == 403
    assert queries.instance(instance).status == "active"


@pytest.mark.django_db
def test_what_holds_an_instance_up_is_said_in_plain_words(operator: Client) -> None:
    """A choice without a name is called by what stands before it, and the fault is not told in English."""
    instance = begun()
    actions.complete(instance, queries.open_work(instance=instance)[0].work.token)
    for page in (f"/flows/instances/{instance}/", "/flows/instances/"):
        html = operator.get(page).content.decode()
        assert "“核查材料”之后的一处选择" in html
        assert "没有一个条件满足，也没有默认的去路" in html
        assert "No condition holds" not in html


def park(stream: str) -> None:
    """Casework could not take the first event of a stream; the next waits behind it."""
    JournalSubscription.objects.get_or_create(name="casework")
    for place, row in enumerate(JournalEvent.objects.filter(stream=stream).order_by("position")[:2]):
        ParkedEvent.objects.create(
            subscription="casework",
            stream=stream,
            txid=row.txid,
            position=row.position,
            attempts=1 - place,
            error="case.over" if not place else "behind a parked event",
            retry_at=timezone.now() + timedelta(minutes=5),
        )


@pytest.mark.django_db
def test_an_event_that_nobody_could_take_is_tried_again_or_given_up(operator: Client) -> None:
    """The operator sees what waits and why, has it tried at once, and gives it up with a reason only."""
    assert "没有卡住的事" in operator.get("/flows/parked/").content.decode()
    instance = begun(n=3)
    parked_stream = queries.instance(instance).stream
    post(operator, instance, "suspend", reason="看一看")
    park(parked_stream)
    html = operator.get("/flows/parked/").content.decode()
    assert parked_stream in html  # no case has this id, so that the record is named
    assert "后面还有 1 件在等" in html
    assert "/flows/parked/" in operator.get("/flows/instances/").content.decode()
    first = parking.held(limit=1)[0]
    assert operator.post(f"/flows/parked/{first.id}/now").status_code == 302
    assert parking.held(limit=1)[0].retry_at <= timezone.now()
    assert operator.post(f"/flows/parked/{first.id}/drop", {"reason": " "}).status_code == 422
    assert parking.held(limit=1)[0].behind == 1
    operator.post(f"/flows/parked/{first.id}/drop", {"reason": "这件事已经作废"})
    left = parking.held(limit=5)
    assert [one.behind for one in left if one.stream == parked_stream] == [0]
    assert operator.post(f"/flows/parked/{first.id}/drop", {"reason": "再来"}).status_code == 409
    told = journal.stream("subscription:casework")[-1]
    assert told.data["about"] == parked_stream
    assert journal.payload(told.id) == {"reason": "这件事已经作废"}
