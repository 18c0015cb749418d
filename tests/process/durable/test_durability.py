"""Nothing that stops a worker, and no other worker beside it, changes what comes out."""

import datetime as dt
import json
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.process.drawing import (
    boundary,
    catch,
    end,
    flows,
    gate,
    graph,
    model,
    start,
    task,
    timer,
)
from tests.process.durable.test_steps import TWO, steps_of
from tests.process.shapes import SHAPES, drawn
from tests.process.test_properties import Worked
from tongban.journal import queries as journal
from tongban.process import actions, engine, queries, store, worker

NOW = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)


def in_the_database(data: bytes, seed: int) -> tuple[Counter[str], str, UUID]:
    """Two workers who act on what they saw some time ago, now and then twice, now and then undone."""
    chance = random.Random(seed)  # noqa: S311 - an interleaving, no secret
    actions.deploy("p", data, now=NOW)
    instance = actions.start("p", now=NOW).instance.id
    views: list[list[str]] = [[], []]
    now = NOW
    for number in range(800):
        facts = queries.instance(instance)
        if facts.status != "active":
            break
        view = views[chance.randrange(2)]
        if not view or chance.random() < 0.3:
            view[:] = [row.work.token for row in queries.open_work(instance=instance)]
        if chance.random() < 0.1:  # a worker is stopped before its commit
            sid = transaction.savepoint()
            if view:
                actions.complete(instance, chance.choice(view), now=now)
            transaction.savepoint_rollback(sid)
        elif view:
            actions.complete(
                instance, chance.choice(view), {"result": 1}, now=now
            )  # perhaps done by the other already
        elif number % 2:
            actions.message("paid", id_=f"{seed}-{uuid4()}", keep=dt.timedelta(), now=now)
        else:
            due = engine.next_due(store.load(instance).state)
            now = max(now, due) if due else now
            worker.ticks(now)
    stepped = journal.stream(instance, types=["tongban.process.stepped"])
    done = Counter(each for event in stepped for each in event.data["completed"])
    return done, queries.instance(instance).status, instance


@pytest.mark.django_db
@settings(
    max_examples=10, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(SHAPES, min_size=1, max_size=2), st.integers(0, 99))
def test_any_interleaving_ends_as_the_engine_alone_does(shapes: list[object], seed: int) -> None:
    """Random processes, two workers with stale views: the same work is done, in steps without a gap."""
    data, tasks = drawn(shapes)
    expected = Worked(graph(data), seed)
    with transaction.atomic():
        done, ended, instance = in_the_database(data, seed)
        assert ended == expected.state["status"] == "completed"
        assert done == expected.times
        assert {name: done[name] for name in tasks} == dict(tasks)
        version = queries.instance(instance).version
        assert steps_of(instance) == list(range(1, version + 1))
        assert queries.open_work(instance=instance) == []
        assert journal.verify(instance) == []
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_acts() -> None:
    """Eight threads complete the same two tasks and fire the same timer at once: each happens once."""
    actions.deploy("p", model(
        start() + end() + end("e2") + gate("parallel", "f") + gate("parallel", "j") + task("a") + task("b")
        + task("late") + boundary("t", "a", timer("PT1H"), interrupting=False)
        + flows("s>f f>a f>b a>j b>j j>e t>late late>e2")), now=NOW)  # fmt: skip
    begun = actions.start("p", now=NOW)
    instance, tokens = begun.instance.id, [work.token for work in begun.opened]
    gate_ = threading.Barrier(8)
    changed: list[str] = []

    def act(number: int) -> None:
        gate_.wait()
        worker.pump(NOW + dt.timedelta(hours=2))
        mine = tokens if number % 2 else tokens[::-1]
        changed.extend(token for token in mine if actions.complete(instance, token, now=LATER).changed)
        connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(changed) == sorted(tokens)
    stepped = journal.stream(instance, types=["tongban.process.stepped"])
    done = [each for event in stepped for each in event.data["completed"]]
    assert Counter(done) == Counter(["s", "f", "a", "b", "j", "e", "t"])
    assert [row.work.element for row in queries.open_work(instance=instance)] == ["late"]
    version = queries.instance(instance).version
    assert steps_of(instance) == list(range(1, version + 1))
    assert journal.verify(instance) == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_changes_nothing() -> None:
    """The server ends the session between reading and writing; the next try goes on from what is there."""
    actions.deploy("two", TWO)
    begun = actions.start("two")
    instance, tokens = begun.instance.id, [work.token for work in begun.opened]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    with pytest.raises(Exception, match=r"(?i)terminat|closed|connection"):
        actions.complete(instance, tokens[0])
    connection.close()

    assert queries.instance(instance).version == 1
    assert actions.complete(instance, tokens[0]).changed
    assert actions.complete(instance, tokens[1]).instance.status == "completed"
    assert journal.verify(instance) == []


CHILD = """
import json, os, sys
import django
django.setup()
from datetime import UTC, datetime
from uuid import uuid4
from django.db import connection
from tongban.journal import queries as journal
from tongban.process import actions, definitions, queries, statements, worker

first = {name: getattr(statements, name) for name in ("rows", "answer")}
actions.deploy("p", sys.argv[1])

def work(instance, point):
    calls = 0

    def killed(name):
        def run(*given):
            nonlocal calls
            calls += 1
            if calls == point:
                os.kill(os.getpid(), 9)  # before the statement
            answer = first[name](*given)
            if calls == point - 100:
                os.kill(os.getpid(), 9)  # behind it: after its commit, or before that inside a transaction
            return answer
        return run

    for name in first:
        setattr(statements, name, killed(name))
    actions.start("p", instance=instance, now=datetime(2026, 11, 23, tzinfo=UTC))
    now = datetime(2026, 12, 23, tzinfo=UTC)
    while worker.pump(now):
        pass
    while work := queries.open_work(instance=instance):
        actions.complete(instance, work[0].work.token, {"n": 1}, now=now)

for point in json.loads(sys.argv[2]):
    instance = uuid4()
    connection.close()
    child = os.fork()
    if not child:
        definitions.forget()
        work(instance, point)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    before = {each.id: each.version for each in queries.instances()}.get(instance, 0)
    work(instance, 0)
    steps = journal.stream(instance, types=["tongban.process.stepped"])
    print(json.dumps({
        "ended": ended,
        "before": before,
        "steps": [each.data["step"] for each in steps],
        "completed": [name for each in steps for name in each.data["completed"]],
        "faults": len(journal.verify(instance)),
        "status": queries.instance(instance).status,
    }))
"""


@pytest.mark.slow
def test_a_kill_at_any_point_changes_no_outcome(fresh_database: Database, tmp_path: Path) -> None:
    """A worker is killed before or behind a statement; another goes on: the same steps, once each."""
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    drawing = start() + catch("c", timer("PT1H")) + task("a") + task("b") + end() + flows("s>c c>a a>b b>e")
    # 1 asks for the active version, 2 begins, 3 is the timer, 4 the first task, 5 the second.
    points = [*range(1, 6), *range(101, 106)]

    ran = subprocess.run(
        [sys.executable, str(script), model(drawing).decode(), json.dumps(points)],
        env=fresh_database.environment() | {"DJANGO_SETTINGS_MODULE": "tongban.runtime.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert ran.returncode == 0, ran.stderr
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [each.pop("ended") for each in told] == [-9] * len(points)
    # Steps that were durable when it was killed: behind a statement its own counts, but in the timer's
    # transaction (103), which was not over.
    assert [each.pop("before") for each in told] == [0, 0, 1, 2, 3, 0, 1, 1, 3, 4]
    expected = {
        "steps": [1, 2, 3, 4],
        "completed": ["s", "c", "a", "b", "e"],
        "faults": 0,
        "status": "completed",
    }
    assert told == [expected] * len(points)
