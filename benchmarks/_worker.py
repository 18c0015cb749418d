"""What one worker of the durable benchmark does: our steps and theirs, one by one and ten at a time."""

import json
import os
import time
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID, uuid4

import _models
import _peers

OPEN = 40
"""Instances that a worker has under way."""
BATCH = 10
VALUES = {"approved": True}
STEPS, READING, BATCHES, BATCHES_READING = "steps", "reading", "batches", "batches_reading"
SPIFF, SPIFF_BATCHES, LIKE_PGBENCH = "spiff", "spiff_batches", "pgbench"
SPIFF_TABLES = """
CREATE TABLE spiff_instance (id uuid PRIMARY KEY, version int NOT NULL, state json NOT NULL)
    WITH (fillfactor = 60);
CREATE TABLE spiff_event (instance uuid, seq int, at timestamptz, actor text, body jsonb,
    PRIMARY KEY (instance, seq));
CREATE TABLE spiff_work (instance uuid, task text, created_at timestamptz, PRIMARY KEY (instance, task));
GRANT ALL ON spiff_instance, spiff_event, spiff_work TO PUBLIC;
"""
_BEGIN = """
WITH i AS (INSERT INTO spiff_instance VALUES (%(id)s, 1, %(state)s::json)),
     w AS (INSERT INTO spiff_work SELECT %(id)s, t, now() FROM unnest(%(tasks)s::text[]) t)
INSERT INTO spiff_event VALUES (%(id)s, 1, now(), 'bench', %(body)s::jsonb)
"""
_BEGINNINGS = """
WITH i AS (INSERT INTO spiff_instance
           SELECT id, 1, state::json FROM unnest(%(ids)s::uuid[], %(states)s::text[]) AS m(id, state)),
     w AS (INSERT INTO spiff_work
           SELECT id, task, now() FROM unnest(%(works)s::uuid[], %(tasks)s::text[]) AS m(id, task))
INSERT INTO spiff_event
SELECT id, 1, now(), 'bench', body::jsonb FROM unnest(%(ids)s::uuid[], %(bodies)s::text[]) AS m(id, body)
"""
_STEP = """
WITH i AS (UPDATE spiff_instance SET state = %(state)s::json, version = version + 1
           WHERE id = %(id)s AND version = %(seen)s RETURNING id, version),
     w AS (DELETE FROM spiff_work WHERE instance = %(id)s AND task = %(task)s)
INSERT INTO spiff_event SELECT i.id, i.version, now(), 'bench', %(body)s::jsonb FROM i
"""
_STEPS = """
WITH m AS (SELECT * FROM unnest(%(ids)s::uuid[], %(seen)s::int[], %(states)s::text[], %(tasks)s::text[],
                                %(bodies)s::text[]) AS m(id, seen, state, task, body)),
     i AS (UPDATE spiff_instance s SET state = m.state::json, version = s.version + 1
           FROM m WHERE s.id = m.id AND s.version = m.seen RETURNING s.id, s.version, m.body),
     w AS (DELETE FROM spiff_work s USING m WHERE s.instance = m.id AND s.task = m.task)
INSERT INTO spiff_event SELECT i.id, i.version, now(), 'bench', i.body::jsonb FROM i
"""


@dataclass
class Worker:
    """One worker process with what it has under way."""

    seed: int
    ours: list[tuple[UUID, list[str]]] = field(default_factory=list)
    theirs: list[tuple[UUID, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)

    def work(self, kind: str, seconds: float) -> tuple[int, float]:
        """Work for so long; how many steps were made, and in how much processor time."""
        from tongban.process import store

        step = {
            STEPS: self.step, READING: self.step, BATCHES: self.batch, BATCHES_READING: self.batch,
            SPIFF: self.spiff, SPIFF_BATCHES: self.spiff_batch, LIKE_PGBENCH: self.like_pgbench,
        }[kind]  # fmt: skip
        kept = store.REMEMBERED
        store.REMEMBERED = -1.0 if kind in {READING, BATCHES_READING} else kept
        made, used, until = 0, time.process_time(), time.monotonic() + seconds
        while time.monotonic() < until:
            made += step()
        store.REMEMBERED = kept
        return made, time.process_time() - used

    def step(self) -> int:
        """Begin an instance, or complete some task of one of them."""
        from tongban.process import actions

        if len(self.ours) < OPEN:
            begun = actions.start("bench", variables=VALUES)
            self.ours.append((begun.instance.id, [work.token for work in begun.opened]))
            return 1
        place = self.chance.randrange(len(self.ours))
        instance, tokens = self.ours[place]
        actions.complete(instance, tokens.pop())
        _drop(self.ours, place)
        return 1

    def batch(self) -> int:
        """Ten steps of ten instances as one statement, or ten instances begin with one."""
        from tongban.process import actions, engine
        from tongban.process.domain import Outcome

        if len(self.ours) <= OPEN - BATCH:
            wanted = [actions.Beginning(code="bench", variables=VALUES) for _ in range(BATCH)]
            for begun in actions.begin_each(wanted):
                if not isinstance(begun, Outcome):
                    raise begun
                self.ours.append((begun.instance.id, [work.token for work in begun.opened]))
            return BATCH
        self.chance.shuffle(self.ours)
        moves = [(instance, engine.Complete(tokens.pop())) for instance, tokens in self.ours[:BATCH]]
        found = actions.apply_each(moves)
        if not all(isinstance(each, Outcome) and each.changed for each in found):
            raise SystemExit("A batch went wrong.")
        self.ours = [each for each in self.ours if each[1]]
        return len(moves)

    @cached_property
    def engine(self) -> _peers.Spiff:
        """The other engine with the same model."""
        return _peers.Spiff(_models.fan())

    @cached_property
    def connection(self) -> Any:
        """Its connection: every statement is a transaction of its own, and prepared."""
        import psycopg

        made = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        made.prepare_threshold = 1
        return made

    def spiff(self) -> int:
        """The same step by SpiffWorkflow."""
        if len(self.theirs) < OPEN:
            workflow, instance = self.engine.begin(VALUES), uuid4()
            tasks = self.engine.tasks(workflow)
            body = json.dumps({"cause": "start", "opened": tasks})
            state = self.engine.dumps(workflow)
            self.connection.execute(_BEGIN, {"id": instance, "state": state, "tasks": tasks, "body": body})
            self.theirs.append((instance, tasks))
            return 1
        place = self.chance.randrange(len(self.theirs))
        instance, tasks = self.theirs[place]
        task = tasks.pop()
        row = self.connection.execute(
            "SELECT version, state::text FROM spiff_instance WHERE id = %s", [instance]
        ).fetchone()
        state, ended = self.engine.step(row[1], task)
        body = json.dumps({"cause": "complete", "completed": [task], "ended": ended})
        done = self.connection.execute(
            _STEP, {"id": instance, "state": state, "seen": row[0], "task": task, "body": body}
        )
        if done.rowcount != 1 or ended != (not tasks):
            raise SystemExit("A step of SpiffWorkflow went wrong.")
        _drop(self.theirs, place)
        return 1

    def spiff_batch(self) -> int:
        """Ten steps of ten of its instances, read by one query and written by one statement, or ten begin."""
        if len(self.theirs) <= OPEN - BATCH:
            return self.spiff_begin()
        self.chance.shuffle(self.theirs)
        from tongban.process.statements import array

        chosen = [(instance, tasks.pop(), not tasks) for instance, tasks in self.theirs[:BATCH]]
        rows = self.connection.execute(
            "SELECT id, version, state::text FROM spiff_instance WHERE id = ANY(%s)",
            [[instance for instance, _, _ in chosen]],
        ).fetchall()
        read = {row[0]: row for row in rows}
        states, bodies = [], []
        for instance, task, last in chosen:
            state, ended = self.engine.step(read[instance][2], task)
            if ended != last:
                raise SystemExit("A step of SpiffWorkflow went wrong.")
            states.append(state)
            bodies.append(json.dumps({"cause": "complete", "completed": [task], "ended": ended}))
        done = self.connection.execute(
            _STEPS,
            {
                "ids": [each[0] for each in chosen],
                "seen": [read[each[0]][1] for each in chosen],
                "states": array(states),  # as ours are: the driver's own way takes five times as long
                "tasks": [each[1] for each in chosen],
                "bodies": array(bodies),
            },
        )
        if done.rowcount != len(chosen):
            raise SystemExit("A batch of SpiffWorkflow went wrong.")
        self.theirs = [each for each in self.theirs if each[1]]
        return len(chosen)

    def spiff_begin(self) -> int:
        """Ten of its instances begin with one statement."""
        from tongban.process.statements import array

        begun = [self.engine.begin(VALUES) for _ in range(BATCH)]
        ids, tasks = [uuid4() for _ in begun], [self.engine.tasks(each) for each in begun]
        self.connection.execute(
            _BEGINNINGS,
            {
                "ids": ids,
                "states": array(self.engine.dumps(each) for each in begun),
                "works": [identity for identity, many in zip(ids, tasks, strict=True) for _ in many],
                "tasks": [task for many in tasks for task in many],
                "bodies": array(json.dumps({"cause": "start", "opened": many}) for many in tasks),
            },
        )
        self.theirs += zip(ids, tasks, strict=True)
        return BATCH

    @cached_property
    def baseline(self) -> Any:
        """A connection to the baseline's database."""
        import psycopg

        return psycopg.connect(os.environ["BASELINE_URL"], autocommit=True)

    def like_pgbench(self) -> int:
        """One transaction of `pgbench -N` through the driver."""
        account, delta = self.chance.randint(1, 100_000), self.chance.randint(-5000, 5000)
        with self.baseline.transaction():
            run = self.baseline.execute
            run("UPDATE pgbench_accounts SET abalance = abalance + %s WHERE aid = %s", (delta, account))
            run("SELECT abalance FROM pgbench_accounts WHERE aid = %s", (account,))
            run(
                "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, %s, %s, now())",
                (account, delta),
            )
        return 1


def _drop(many: list[tuple[UUID, list[str]]], place: int) -> None:
    """Take an instance without open tasks from the list."""
    if not many[place][1]:
        many[place] = many[-1]
        many.pop()


def work(orders: Any, answers: Any, seed: int) -> None:
    """One worker process: slices as they are ordered."""
    import django

    django.setup()
    worker = Worker(seed)
    while (order := orders.get()) is not None:
        answers.put(worker.work(*order))
