"""A worker begins a step with what it saw last: quicker, and never on what is no longer true."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from tests.process.drawing import DECLARED, catch, end, flows, model, on, start, task
from tests.process.durable.test_steps import TWO, steps_of
from tongban.journal import queries as journal
from tongban.journal.actions import CHANNEL
from tongban.kernel.errors import Conflict, NotFound
from tongban.process import actions, queries, store
from tongban.process.models import Instance, OpenWork
from tongban.runtime import testing

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], object]) -> None:
    """Do something by another connection."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised again below
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    if failed:
        raise failed[0]


def begun() -> tuple[UUID, list[str]]:
    """An instance with two open tasks, and their tokens."""
    actions.deploy("two", TWO)
    outcome = actions.start("two", key="TB-1")
    return outcome.instance.id, [work.token for work in outcome.opened]


def test_a_step_that_another_worker_made_meanwhile_is_seen() -> None:
    """What this worker remembers is old: its step is tried anew on what is there now."""
    instance, (one, two) = begun()
    elsewhere(lambda: actions.complete(instance, one))
    stale = store.recent(instance)
    assert stale is not None
    assert stale.facts.version == 1
    assert actions.complete(instance, two).instance.status == "completed"
    assert steps_of(instance) == [1, 2, 3]
    assert journal.verify(instance) == []


def test_work_that_came_up_elsewhere_can_be_done_here() -> None:
    """An old memory in which the work is not there yet does not call it done."""
    actions.deploy("row", model(start() + end() + task("a") + task("b") + flows("s>a a>b b>e")))
    outcome = actions.start("row")
    instance, opened = outcome.instance.id, []
    elsewhere(lambda: opened.extend(actions.complete(instance, outcome.opened[0].token).opened))
    assert actions.complete(instance, opened[0].token).instance.status == "completed"


def test_a_suspension_elsewhere_holds_and_its_end_lets_go() -> None:
    """Whether an instance is suspended is never answered from memory alone."""
    instance, (one, two) = begun()
    elsewhere(lambda: actions.suspend(instance, "audit"))
    with pytest.raises(Conflict, match="suspended"):
        actions.complete(instance, one)
    elsewhere(lambda: actions.resume(instance))
    assert actions.complete(instance, one).changed
    actions.suspend(instance, "audit")
    elsewhere(lambda: actions.resume(instance))
    assert actions.complete(instance, two).changed


def test_what_was_rolled_back_is_not_remembered() -> None:
    """A step that was taken back leaves nothing behind that a later one could build on."""
    instance, (one, two) = begun()
    with transaction.atomic():
        actions.complete(instance, one)
        transaction.set_rollback(True)
    elsewhere(lambda: actions.complete(instance, two))  # the same version, another step
    assert actions.complete(instance, one).instance.status == "completed"
    assert actions.complete(instance, two).changed is False
    assert steps_of(instance) == [1, 2, 3]
    assert journal.verify(instance) == []


def test_what_was_committed_is_remembered_as_it_was_at_the_end() -> None:
    """Two steps in one transaction: the second one stays in mind."""
    instance, (one, _) = begun()
    with transaction.atomic():
        actions.set_variables(instance, {"n": 1})
        actions.complete(instance, one)
    kept = store.recent(instance)
    assert kept is not None
    assert kept.facts.version == 3
    assert kept == store.load(instance)


def test_an_instance_erased_and_begun_anew_is_another_one() -> None:
    """The same id and the same number of steps are not enough to go by memory."""
    actions.deploy("two", TWO)
    identity = uuid4()
    actions.start("two", instance=identity, variables={"who": "first"})

    def anew() -> None:
        OpenWork.objects.all().delete()
        Instance.objects.all().delete()
        actions.start("two", instance=identity, variables={"who": "second"}, stream=uuid4())

    elsewhere(anew)
    token = queries.open_work(instance=identity)[0].work.token
    assert actions.complete(identity, token).changed
    assert queries.variables(identity) == {"who": "second"}


def test_an_erased_instance_is_gone_for_those_who_remember_it() -> None:
    """Memory does not bring back what was erased."""
    instance, (one, _) = begun()
    elsewhere(lambda: (OpenWork.objects.all().delete(), Instance.objects.all().delete()))
    with pytest.raises(NotFound):
        actions.complete(instance, one)


def test_memory_lasts_for_a_minute_and_not_for_what_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """States may hold what is personal, so a worker keeps them no longer than they are of use."""
    instance, (one, two) = begun()
    assert store.recent(instance) is not None
    now = store.time.monotonic()
    monkeypatch.setattr(store.time, "monotonic", lambda: now + store.REMEMBERED + 1)
    assert store.recent(instance) is None
    monkeypatch.undo()
    actions.complete(instance, one)
    actions.complete(instance, two)
    assert store.recent(instance) is None


def test_steps_go_on_after_something_was_rolled_back() -> None:
    """A rollback drops what the connection had prepared; nobody notices."""
    instance, (one, two) = begun()
    for _ in range(3):
        with transaction.atomic():
            Instance.objects.filter(pk=instance).count()
            store.load(instance)
            transaction.set_rollback(True)
        store.load(instance)
    assert actions.complete(instance, one).changed
    connection.close()
    assert actions.complete(instance, two).instance.status == "completed"


def test_only_steps_that_leave_something_to_do_wake_the_workers() -> None:
    """Commits that notify wait for each other, so a step of people's work notifies nobody."""
    waits = model(
        start() + end() + task("a") + catch("c", on("message", "m")) + task("auto", what="serviceTask")
        + flows("s>a a>c c>auto auto>e"), DECLARED
    )  # fmt: skip
    with psycopg.connect(testing.POSTGRES.app_dsn(testing.DATABASE), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")

        def woken() -> int:
            return len(list(listener.notifies(timeout=0.2)))

        instance, (one, _) = begun()
        woken()
        actions.complete(instance, one)
        assert woken() == 0
        actions.suspend(instance, "audit")
        woken()
        actions.resume(instance)
        assert woken() == 1
        actions.deploy("waits", waits)
        woken()
        outcome = actions.start("waits")
        assert woken() == 0
        actions.complete(
            outcome.instance.id, outcome.opened[0].token
        )  # begins to wait: a kept message may fit
        assert woken() == 1
        actions.message("paid")
        woken()
        assert OpenWork.objects.filter(instance_id=outcome.instance.id, kind="serviceTask").exists()
