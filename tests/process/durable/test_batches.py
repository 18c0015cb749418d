"""Many moves at a time give what each gives alone, whatever is wrong with some of them."""

import datetime as dt
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.process.drawing import (
    DECLARED,
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
from tests.process.durable.test_steps import TWO, steps_of
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, NotFound, TongbanError
from tongban.process import actions, definitions, engine, queries, store, worker
from tongban.process.actions import batching
from tongban.process.domain import Outcome
from tongban.process.models import Definition, Incident, Instance, OpenWork, Post, Subscription

NOW = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
BUSY = model(
    start() + end() + end("e2") + gate("parallel", "f") + gate("parallel", "j") + task("a") + task("b")
    + task("late") + boundary("t", "a", timer("PT1H"), interrupting=False) + catch("c", on("message", "m"))
    + throw("out", on("signal", "sg")) + task("auto", what="serviceTask")
    + flows("s>f f>a f>b f>c c>auto auto>j a>j b>out out>j j>e t>late late>e2"), DECLARED
)  # fmt: skip
"""People's and handlers' work, a timer, a message that is waited for and a signal that is sent."""


def rows(instances: list[UUID]) -> list[Any]:
    """Everything that stands of these instances, without the ids that are new each time."""
    found: list[Any] = []
    for each in instances:
        found += Instance.objects.filter(pk=each).values_list(
            "state", "version", "status", "next_due", "started_at", "ended_at"
        )
        for table in (OpenWork, Subscription, Incident):
            names = [one.name for one in table._meta.fields if one.name != "id"]
            found.append(sorted(map(repr, table.objects.filter(instance_id=each).values_list(*names))))
        posts = Post.objects.filter(origin=each)
        found.append(sorted(map(repr, posts.values_list("kind", "name", "to", "target", "values", "keys"))))
        found.append([(one.seq, one.type, one.actor, one.at, dict(one.data)) for one in journal.stream(each)])
        assert journal.verify(each) == []
    return found


def answer(of: Callable[[], Outcome] | Outcome | Exception) -> object:
    """What a move is answered, an error by its code."""
    try:
        found = of() if callable(of) else of
    except TongbanError as error:
        return error.code
    return found if isinstance(found, Outcome) else getattr(found, "code", found)


def counted(patch: pytest.MonkeyPatch) -> list[bytes]:
    """The names of the statements that are made from now on."""
    said: list[bytes] = []
    real = batching.many.statements.answer
    patch.setattr(batching.many.statements, "answer", lambda *given: (said.append(given[1]), real(*given))[1])
    return said


def events_of(tokens: list[str], chance: random.Random) -> Iterator[engine.Event]:
    """Moves that mean something, and some that do not."""
    while True:
        token = chance.choice([*tokens, *tokens, "99"])
        yield chance.choice([
            engine.Complete(token, {"n": 1}), engine.Complete(token), engine.Complete(token),
            engine.Hold(token, "handler", "down"), engine.Retry("9"), engine.Retry("10"),
            engine.Fail(token, "E1"), engine.SetVariables({"m": chance.randrange(3)}),
            engine.Message("paid", "m1", None, {}, {}),
            engine.Tick(), engine.Suspend(), engine.Resume(), engine.Cancel(),
        ])  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_a_batch_gives_what_single_steps_give(seed: int) -> None:
    """Any moves, also repeated, refused, two of one instance, or on what somebody else has moved."""
    chance = random.Random(seed)  # noqa: S311 - a choice, no secret
    actor = batching.SYSTEM
    with transaction.atomic():
        actions.deploy("busy", BUSY, now=NOW)
        begun = [actions.start("busy", now=NOW, instance=uuid4()) for _ in range(4)]
        instances = [each.instance.id for each in begun]
        tokens = [work.token for work in begun[0].opened]
        seen = {each: store.load(each) for each in instances[:2]}  # a worker who looked at two of them now
        for each, event in zip(instances * 2, events_of(tokens, chance), strict=False):
            answer(lambda each=each, event=event: actions.apply(each, event, now=NOW))  # type: ignore[misc]
        moves = list(zip(chance.choices([*instances, uuid4()], k=9), events_of(tokens, chance), strict=False))
        later = NOW + 2 * HOUR

        point = transaction.savepoint()
        alone = [
            answer(lambda i=i, e=e: actions.apply(i, e, actor=actor, now=later))  # type: ignore[misc]
            for i, e in moves
        ]
        expected = rows(instances)
        transaction.savepoint_rollback(point)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "recent", seen.get)
            together = [answer(each) for each in actions.apply_each(moves, actor=actor, now=later)]
        assert together == alone
        assert rows(instances) == expected
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_batch_is_one_statement() -> None:
    """Ten steps of ten instances are written at once, two of one instance among them."""
    actions.deploy("two", TWO)
    begun = [actions.start("two") for _ in range(10)]
    moves = [(each.instance.id, engine.Complete(each.opened[0].token)) for each in begun]
    moves.append((begun[3].instance.id, engine.Complete(begun[3].opened[1].token)))
    with pytest.MonkeyPatch.context() as patch:
        said = counted(patch)
        found = actions.apply_each(moves)
    assert said == [b"tongban_process_steps"]
    assert all(isinstance(each, Outcome) and each.changed for each in found)
    assert queries.instance(begun[3].instance.id).status == "completed"
    assert steps_of(begun[3].instance.id) == [1, 2, 3]
    assert [row.work.element for row in queries.open_work(instance=begun[0].instance.id)] == ["b"]
    assert all(journal.verify(each.instance.id) == [] for each in begun)


@pytest.mark.django_db(transaction=True)
def test_all_or_none_of_a_batch_that_must_hold_together() -> None:
    """One move that is refused takes the others back; each for itself, the others stay."""
    actions.deploy("two", TWO)
    begun = [actions.start("two") for _ in range(3)]
    actions.suspend(begun[1].instance.id, "audit")
    moves = [(each.instance.id, engine.Complete(each.opened[0].token)) for each in begun]

    with pytest.raises(Conflict, match="suspended"):
        actions.apply_many(moves)
    assert [queries.instance(each.instance.id).version for each in begun] == [1, 2, 1]

    found = actions.apply_each([*moves, (uuid4(), engine.Tick())])
    assert [isinstance(each, Outcome) for each in found] == [True, False, True, False]
    assert isinstance(found[3], NotFound)
    assert [queries.instance(each.instance.id).version for each in begun] == [2, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_batches_that_meet_do_each_step_once() -> None:
    """Four workers complete the same work of twelve instances in batches at once, in other orders."""
    actions.deploy("two", TWO)
    begun = [actions.start("two") for _ in range(12)]
    moves = [(each.instance.id, engine.Complete(work.token)) for each in begun for work in each.opened]
    gate_ = threading.Barrier(4)
    changed: list[bool] = []

    def act(number: int) -> None:
        mine = moves.copy()
        random.Random(number).shuffle(mine)  # noqa: S311 - an order, no secret
        gate_.wait()
        for at in range(0, len(mine), 6):
            found = actions.apply_each(mine[at : at + 6])
            changed.extend(isinstance(each, Outcome) and each.changed for each in found)
        connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(changed) == 4 * len(moves)
    assert sum(changed) == len(moves)
    for one in begun:
        assert queries.instance(one.instance.id).status == "completed"
        assert steps_of(one.instance.id) == [1, 2, 3]
        assert journal.verify(one.instance.id) == []


@pytest.mark.django_db
def test_a_signal_to_many_is_brought_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six wait for a signal and a timer, one of them is suspended: two statements."""
    actions.deploy("waits", model(
        start() + end() + gate("parallel", "f") + gate("parallel", "j") + catch("c", on("signal", "sg"))
        + catch("t", timer("PT1H")) + flows("s>f f>c f>t c>j t>j j>e"), DECLARED), now=NOW)  # fmt: skip
    begun = [actions.start("waits", now=NOW).instance.id for _ in range(6)]
    actions.suspend(begun[2], "audit", now=NOW)
    assert actions.signal("alarm", now=NOW) == 6
    said = counted(monkeypatch)

    later = NOW + 2 * HOUR
    assert worker.pump(later) == 10
    assert said == [b"tongban_process_steps"] * 2
    assert [queries.instance(each).status for each in begun] == ["completed"] * 2 + ["suspended"] + [
        "completed"
    ] * 3
    assert Post.objects.get().to == begun[2]
    actions.resume(begun[2], now=later)
    assert worker.pump(later + HOUR) == 2
    assert queries.instance(begun[2]).status == "completed"
    assert all(journal.verify(each) == [] and steps_of(each)[-1] >= 3 for each in begun)


@pytest.mark.django_db
def test_many_begin_with_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beginnings that are possible happen at once; the same id again and what is unknown are told of each."""
    actions.deploy("two", TWO)
    actions.deploy("busy", BUSY)
    again, known = uuid4(), actions.start("two").instance.id
    wanted = [
        actions.Beginning(code="two", key="TB-1", variables={"n": 1}),
        actions.Beginning(code="busy"),
        actions.Beginning(code="nothing"),
        actions.Beginning(code="two", instance=again),
        actions.Beginning(code="two", instance=again),
        actions.Beginning(code="two", instance=known),
        actions.Beginning(code="two", process="nowhere"),
    ]
    said = counted(monkeypatch)
    found = actions.begin_each(wanted, now=NOW)

    assert said[0] == b"tongban_process_steps"
    assert [isinstance(each, Outcome) and each.changed for each in found] == [
        True, True, False, True, False, False, False,
    ]  # fmt: skip
    assert [isinstance(each, NotFound) for each in found] == [False] * 2 + [True] + [False] * 3 + [True]
    one, busy = found[0], found[1]
    assert isinstance(one, Outcome)
    assert isinstance(busy, Outcome)
    assert [work.element for work in one.opened] == ["a", "b"]
    assert queries.instance(one.instance.id).key == "TB-1"
    for begun in (one.instance.id, busy.instance.id, again, known):
        types = [each.type for each in journal.stream(begun)]
        assert types == ["tongban.process.started", "tongban.process.stepped"]
        assert journal.verify(begun) == []
    alone = actions.start("busy", now=NOW)
    mine, its = store.load(busy.instance.id), store.load(alone.instance.id)
    assert (mine.state, mine.facts.status) == (its.state, its.facts.status)
    for table in (OpenWork, Subscription):
        held = [table.objects.filter(instance=each.facts.id).count() for each in (mine, its)]
        assert held == [2, 2]


@pytest.mark.django_db
def test_what_begins_takes_the_version_that_is_active_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that has not heard of a new version yet begins no instance of the old one."""
    old = actions.deploy("p", TWO)
    assert actions.start("p").instance.definition == old
    other = model(start("s0") + task("only") + end() + flows("s0>only only>e"))
    actions.deploy("p", other)
    monkeypatch.setitem(definitions._active, "p", old)  # what another process remembers

    begun = actions.start("p")
    assert [work.element for work in begun.opened] == ["only"]
    monkeypatch.setitem(definitions._active, "p", old)
    several = actions.begin_each([actions.Beginning(code="p")] * 3)
    assert [each.opened[0].element for each in several if isinstance(each, Outcome)] == ["only"] * 3
    monkeypatch.setitem(definitions._active, "p", old)
    only = actions.start("p", version=old)
    assert only.instance.definition == old

    Definition.objects.filter(code="p").update(active=False)
    with pytest.raises(NotFound, match="No process p"):
        actions.start("p")


@pytest.mark.django_db
def test_events_of_a_stream_that_exists_are_chained_behind_its_last() -> None:
    """Two instances that write to one stream begin together: one chain, in the order of their numbers."""
    actions.deploy("two", TWO)
    shared = f"case:{uuid4()}"
    wanted = [actions.Beginning(code="two", stream=shared) for _ in range(3)]
    actions.begin_each(wanted[:1])
    actions.begin_each(wanted[1:])

    assert [each.seq for each in journal.stream(shared)] == [1, 2, 3, 4, 5, 6]
    assert journal.verify(shared) == []


@pytest.mark.django_db
def test_processes_that_are_called_begin_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five calls of one multi-instance activity are claimed and begun with one statement."""
    actions.deploy("child", model(start() + task("a") + end() + flows("s>a a>e")))
    actions.deploy("parent", model(
        start() + end() + '<callActivity id="c" calledElement="child"><multiInstanceLoopCharacteristics>'
        "<loopCardinality>5</loopCardinality></multiInstanceLoopCharacteristics></callActivity>"
        + flows("s>c c>e")))  # fmt: skip
    parent = actions.start("parent").instance.id
    said = counted(monkeypatch)
    assert worker.pump() == 5

    assert said == [b"tongban_process_steps"]
    children = list(Instance.objects.filter(parent=parent))
    assert len(children) == 5
    for each in children:
        actions.complete(each.pk, OpenWork.objects.get(instance=each.pk).token)
    while worker.pump():
        pass
    assert queries.instance(parent).status == "completed"
