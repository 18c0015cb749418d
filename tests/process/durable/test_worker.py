"""What happens by itself: timers, messages, signals, calls of other processes, handlers' work."""

# ruff: noqa: E501 - a model is read best on one line

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.process.drawing import (
    DECLARED,
    HEAD,
    boundary,
    catch,
    end,
    flows,
    gate,
    model,
    on,
    start,
    task,
    throw,
    timer,
)
from tests.process.durable.test_steps import steps_of
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict
from tongban.process import actions, definitions, jobs, queries, worker

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def handler() -> Iterator[list[str]]:
    """A handler of service tasks that notes what it did, and fails while its list begins with `down`."""
    done: list[str] = []

    def handle(job: jobs.Job) -> dict[str, object]:
        if done[:1] == ["down"]:
            raise RuntimeError("the other side is down")
        if job.values.get("forbidden"):
            raise jobs.ModelError("E1")
        done.append(job.id)
        return {"receipt": job.values.get("n", 0)}

    jobs.register("serviceTask", handle)
    yield done
    jobs.forget("serviceTask")


def run_down(now: dt.datetime) -> int:
    """Let the worker do everything that is due."""
    done = 0
    while more := worker.pump(now):
        done += more
        assert done < 1000
    return done


def places(instance: UUID) -> set[str]:
    """Where tokens are."""
    return set(queries.places(instance))


def test_a_timer_fires_although_everything_was_restarted() -> None:
    """The deadline of a task falls due while nothing ran; the next worker moves the instance on, once."""
    actions.deploy("p", model(
        start() + task("a", "late") + end() + end("e2") + boundary("b", "a", timer("PT2H"))
        + flows("s>a a>e b>late late>e2")), now=NOW)  # fmt: skip
    instance = actions.start("p", now=NOW).instance.id
    definitions.forget()

    assert worker.pump(NOW + HOUR) == 0
    assert worker.pump(NOW + 30 * HOUR) == 1
    assert worker.pump(NOW + 30 * HOUR) == 0

    assert places(instance) == {"late"}
    assert [row.work.element for row in queries.open_work(instance=instance)] == ["late"]
    assert steps_of(instance) == [1, 2]


def test_a_suspended_instance_sleeps_through_its_timer() -> None:
    """While it is suspended nothing fires and no work can be done; resumed, it catches up."""
    actions.deploy("p", model(start() + catch("c", timer("PT1H")) + task("a") + end() + flows("s>c c>a a>e")))
    instance = actions.start("p", now=NOW).instance.id
    actions.suspend(instance, "复查", now=NOW)

    assert run_down(NOW + 5 * HOUR) == 0
    with pytest.raises(Conflict):
        actions.set_variables(instance, {"n": 1}, now=NOW)
    actions.resume(instance, now=NOW + 5 * HOUR)
    assert run_down(NOW + 5 * HOUR) == 1
    assert places(instance) == {"a"}


WAITING = model(
    start() + catch("c", on("message", "k")) + task("a") + end() + flows("s>c c>a a>e"),
    '<message id="k" name="paid"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>',
)


def test_a_message_reaches_the_instance_with_its_key() -> None:
    """Of two instances that wait for the same message, the one with the key of the message takes it."""
    actions.deploy("p", WAITING)
    one = actions.start("p", variables={"order": "A1"}, now=NOW).instance.id
    two = actions.start("p", variables={"order": "A2"}, now=NOW).instance.id

    found = actions.message("paid", {"amount": 5}, key="A2", id_="m-1", now=NOW)

    assert found.result == "taken"
    assert places(two) == {"a"}
    assert queries.variables(two)["amount"] == 5
    assert places(one) == {"c"}
    assert actions.message("paid", {"amount": 9}, key="A1", id_="m-1", now=NOW).result == "seen"
    assert places(one) == {"c"}


def test_a_message_that_comes_too_early_is_kept() -> None:
    """It waits for an instance that wants it, and is forgotten when its time is over."""
    actions.deploy("p", WAITING)
    assert actions.message("paid", key="A1", now=NOW).result == "kept"
    assert actions.message("paid", key="A9", keep=HOUR, now=NOW).result == "kept"

    one = actions.start("p", variables={"order": "A1"}, now=NOW + HOUR).instance.id
    assert run_down(NOW + HOUR) == 1
    assert places(one) == {"a"}

    worker.forget_expired(NOW + 2 * HOUR)
    late = actions.start("p", variables={"order": "A9"}, now=NOW + 2 * HOUR).instance.id
    assert run_down(NOW + 2 * HOUR) == 0
    assert places(late) == {"c"}


def test_a_message_begins_a_process() -> None:
    """A process with a message start event begins when the message comes, in the active version only."""
    first = actions.deploy(
        "q", model(start("s", on("message", "m")) + task("a") + end() + flows("s>a a>e"), DECLARED)
    )
    second = actions.deploy(
        "q", model(start("s", on("message", "m")) + task("b") + end() + flows("s>b b>e"), DECLARED)
    )
    assert first != second

    found = actions.message("paid", {"n": 1}, key="TB-7", now=NOW)

    assert found.result == "began"
    assert found.outcome is not None
    assert found.outcome.instance.definition == second
    assert found.outcome.instance.key == "TB-7"
    assert places(found.outcome.instance.id) == {"b"}


def test_one_process_writes_to_another() -> None:
    """What a process throws is brought to the other that waits, by the worker and not to itself."""
    actions.deploy(
        "p",
        model(start() + throw("t", on("message", "m")) + task("a") + end() + flows("s>t t>a a>e"), DECLARED),
    )
    actions.deploy(
        "q",
        model(start() + catch("c", on("message", "m")) + task("b") + end() + flows("s>c c>b b>e"), DECLARED),
    )
    other = actions.start("q", now=NOW).instance.id
    sender = actions.start("p", now=NOW).instance.id

    assert run_down(NOW) == 1
    assert places(other) == {"b"}
    assert places(sender) == {"a"}


def test_a_message_that_nobody_else_wants_comes_back() -> None:
    """To a branch of the same instance that waits for it; not to one that waits for something else."""
    body = start() + end() + gate("parallel", "f", "j") + task("a") + throw("t", on("message", "m"))
    body += catch("c", on("message", "{0}")) + flows("s>f f>a a>t f>c c>j t>j j>e")
    for code, name, left in (("own", "m", set()), ("other", "m2", {"c"})):
        actions.deploy(code, model(body.format(name), DECLARED, process=code), now=NOW)
        begun = actions.start(code, now=NOW)
        actions.complete(begun.instance.id, begun.opened[0].token, now=NOW)
        run_down(NOW)
        assert places(begun.instance.id) == left


def test_a_send_task_sends_its_message() -> None:
    """It needs no handler: its message is on its way to other processes; one to a department needs one."""
    sends = '<sendTask id="t" messageRef="m"/>'
    actions.deploy("p", model(start() + sends + task("a") + end() + flows("s>t t>a a>e"), DECLARED))
    actions.deploy(
        "q",
        model(start() + catch("c", on("message", "m")) + task("b") + end() + flows("s>c c>b b>e"), DECLARED),
    )
    other = actions.start("q", now=NOW).instance.id
    sender = actions.start("p", now=NOW).instance.id
    run_down(NOW)
    assert places(sender) == {"a"}
    assert places(other) == {"b"}


def test_a_signal_reaches_everybody() -> None:
    """All instances that wait go on, and a process that begins with the signal begins."""
    actions.deploy(
        "p",
        model(start() + catch("c", on("signal", "sg")) + task("a") + end() + flows("s>c c>a a>e"), DECLARED),
    )
    actions.deploy(
        "q", model(start("s", on("signal", "sg")) + task("b") + end() + flows("s>b b>e"), DECLARED)
    )
    many = [actions.start("p", now=NOW).instance.id for _ in range(3)]
    actions.suspend(many[2], "在查", now=NOW)

    assert actions.signal("alarm", {"level": 2}, now=NOW) == 4
    run_down(NOW)

    assert [places(each) for each in many] == [{"a"}, {"a"}, {"c"}]
    assert [row.code for row in queries.instances(code="q")] == ["q"]
    actions.resume(many[2], now=NOW + HOUR)
    run_down(NOW + HOUR)
    assert places(many[2]) == {"a"}


def test_a_called_process_is_an_instance_of_its_own() -> None:
    """The caller waits until the called one has ended, takes what it gives, and gives it up with itself."""
    actions.deploy(
        "p",
        model(
            start()
            + '<callActivity id="c" calledElement="inner"/>'
            + task("a")
            + end()
            + flows("s>c c>a a>e")
        ),
    )
    actions.deploy("inner", model(start() + task("b") + end() + flows("s>b b>e"), process="inner"))
    caller = actions.start("p", key="K", variables={"n": 1}, now=NOW).instance.id
    run_down(NOW)
    [child] = queries.instances(parent=caller)
    assert child.key == "K"

    [row] = queries.open_work(instance=child.id)
    actions.complete(child.id, row.work.token, {"fee": 20}, now=NOW)
    run_down(NOW)
    assert places(caller) == {"a"}
    assert queries.variables(caller) == {"n": 1, "fee": 20}

    other = actions.start("p", now=NOW).instance.id
    run_down(NOW)
    actions.cancel(other, "重复", now=NOW)
    run_down(NOW)
    [child] = queries.instances(parent=other)
    assert child.status == "cancelled"


def test_a_handler_does_the_work(handler: list[str]) -> None:
    """A service task is done by its handler once; an error of the model goes where the model says."""
    actions.deploy("p", model(
        start() + task("a", what="serviceTask") + task("mend") + end() + end("e2")
        + boundary("b", "a", on("error", "er")) + flows("s>a a>e b>mend mend>e2"), DECLARED))  # fmt: skip
    good = actions.start("p", variables={"n": 7}, now=NOW).instance.id
    bad = actions.start("p", variables={"forbidden": True}, now=NOW).instance.id

    run_down(NOW)

    assert queries.instance(good).status == "completed"
    assert queries.variables(good)["receipt"] == 7
    assert len(handler) == 1
    assert places(bad) == {"mend"}


def test_work_that_keeps_failing_is_an_incident_until_it_really_works(handler: list[str]) -> None:
    """It is tried three times; a retry by hand says that it is solved only when the work was done."""
    handler.append("down")
    actions.deploy("p", model(start() + task("a", what="serviceTask") + end() + flows("s>a a>e")))
    instance = actions.start("p", now=NOW).instance.id
    run_down(NOW)
    assert queries.incidents() == []
    run_down(NOW + HOUR)
    run_down(NOW + 2 * HOUR)
    [held] = queries.incidents()
    assert (held.element, held.code) == ("a", "handler")

    again = actions.retry(instance, held.number, now=NOW + 3 * HOUR)
    assert not again.solved
    assert again.reason == "serviceTask: RuntimeError"
    assert len(queries.incidents()) == 1

    handler.clear()
    assert actions.retry(instance, held.number, now=NOW + 4 * HOUR).solved
    assert queries.incidents() == []
    assert queries.instance(instance).status == "completed"
    assert journal.verify(instance) == []


def test_work_without_a_handler_is_an_incident() -> None:
    """Nobody pretends that a service task was done when nothing here can do it."""
    actions.deploy("p", model(start() + task("a", what="serviceTask") + end() + flows("s>a a>e")))
    actions.start("p", now=NOW)
    run_down(NOW)
    [held] = queries.incidents()
    assert held.message == "No handler is registered for serviceTask."


def test_a_name_has_one_handler(handler: list[str]) -> None:
    """A second handler of the same name is refused."""
    del handler
    with pytest.raises(ValueError, match="twice"):
        jobs.register("serviceTask", dict)


def test_a_start_timer_begins_its_process_again_and_again() -> None:
    """A cycle begins one instance a turn; turns that were slept through are made up by one."""
    actions.deploy(
        "p", model(start("s", timer("R/PT1H", "timeCycle")) + task("a") + end() + flows("s>a a>e")), now=NOW
    )
    assert run_down(NOW) == 0
    assert run_down(NOW + HOUR) == 1
    assert run_down(NOW + 5 * HOUR) == 1
    assert run_down(NOW + 6 * HOUR) == 1
    assert len(queries.instances(code="p")) == 3


def test_partners_of_a_collaboration_meet_by_their_key() -> None:
    """A message along its flow begins the partner, and the answer comes back to who asked."""
    actions.deploy(
        "pools",
        f"""{HEAD}{DECLARED}<message id="ask" name="ask"/>
        <collaboration id="co"><participant id="p1" processRef="p"/><participant id="p2" processRef="q"/>
        <messageFlow id="f1" sourceRef="t" targetRef="s2"/><messageFlow id="f2" sourceRef="t2" targetRef="c"/></collaboration>
        <process id="p" isExecutable="true">{start()}{throw("t", on("message", "ask"))}{catch("c", on("message", "m"))}{task("a")}{end()}{flows("s>t t>c c>a a>e")}</process>
        <process id="q" isExecutable="true">{start("s2", on("message", "ask"))}{task("b")}{throw("t2", on("message", "m"))}{end("e2")}{flows("s2>b b>t2 t2>e2")}</process>
        </definitions>""",
    )
    one = actions.start("pools", process="p", key="K1", now=NOW).instance.id
    two = actions.start("pools", process="p", key="K2", now=NOW).instance.id
    run_down(NOW)
    rows = {row.key: row for row in queries.open_work()}
    assert set(rows) == {"K1", "K2"}

    actions.complete(rows["K2"].instance, rows["K2"].work.token, now=NOW)
    run_down(NOW)
    assert places(two) == {"a"}
    assert places(one) == {"c"}
