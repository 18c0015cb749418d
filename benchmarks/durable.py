"""Durable steps per second of the process engine against what the database itself can do.

The process of seven parallel tasks is worked on by one and by four workers over an embedded database that
really writes to the disk; the baseline is `pgbench -N` (one update, one select, one insert each) in
the same server. Both run in turn, in slices of three seconds, and medians are compared, so that what else
the machine does falls on both. Run: `python benchmarks/durable.py`.
"""

# ruff: noqa: E501 - a model is read best on one line

import json
import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

SLICE = 3.0
"""Seconds."""
SLICES = 5
WORKERS = (1, 4)
OPEN = 40
"""Instances that a worker has under way."""
BATCH = 10
MODEL = "".join(
    (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">',
        '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>',
        '<exclusiveGateway id="x" default="no"/><endEvent id="e2"/>',
        '<sequenceFlow id="sf" sourceRef="s" targetRef="f"/><sequenceFlow id="jx" sourceRef="j" targetRef="x"/>',
        '<sequenceFlow id="yes" sourceRef="x" targetRef="e"><conditionExpression>approved</conditionExpression>',
        '</sequenceFlow><sequenceFlow id="no" sourceRef="x" targetRef="e2"/>',
        *(
            f'<userTask id="t{k}"/><sequenceFlow id="a{k}" sourceRef="f" targetRef="t{k}"/>'
            f'<sequenceFlow id="b{k}" sourceRef="t{k}" targetRef="j"/>'
            for k in range(7)
        ),
        "</process></definitions>",
    )
)


def steps(seconds: float, seed: int) -> int:
    """Work for so long; how many steps were made."""
    from tongban.process import actions

    chance = Random(seed)
    under_way: list[tuple[Any, list[str]]] = []
    made, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        if len(under_way) < OPEN:
            begun = actions.start("bench", variables={"approved": True})
            under_way.append((begun.instance.id, [work.token for work in begun.opened]))
        else:
            place = chance.randrange(len(under_way))
            instance, tokens = under_way[place]
            actions.complete(instance, tokens.pop())
            if not tokens:
                under_way[place] = under_way[-1]
                under_way.pop()
        made += 1
    return made


def batches(seconds: float, seed: int) -> int:
    """The same, ten steps of ten instances in one transaction."""
    from tongban.process import actions, engine

    chance = Random(seed)
    under_way: list[tuple[Any, list[str]]] = []
    made, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        while len(under_way) < OPEN:
            begun = actions.start("bench", variables={"approved": True})
            under_way.append((begun.instance.id, [work.token for work in begun.opened]))
            made += 1
        chance.shuffle(under_way)
        moves = [(instance, engine.Complete(tokens.pop())) for instance, tokens in under_way[:BATCH]]
        made += sum(outcome.changed for outcome in actions.apply_many(moves))
        under_way = [each for each in under_way if each[1]]
    return made


def _worker(orders: Any, answers: Any, seed: int) -> None:
    """One worker process: slices as they are ordered."""
    import django

    django.setup()
    while (order := orders.get()) is not None:
        seed += 1000
        seconds, batched = order
        answers.put((batches if batched else steps)(seconds, seed))


def pgbench(program: Path, dsn: str, clients: int) -> float:
    """Transactions per second of `pgbench -N` over one slice."""
    ran = subprocess.run(  # noqa: S603 - the wheel's own program
        [str(program), "-N", "-n", "-M", "simple", "-c", str(clients), "-j", str(clients), "-T",
         str(int(SLICE)), dsn],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"tps = ([0-9.]+)", ran.stdout)
    if found is None:
        raise SystemExit(f"pgbench said nothing: {ran.stdout}")
    return float(found[1])


def like_pgbench(dsn: str, clients: int) -> float:
    """The same transaction through psycopg, where there is no pgbench."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(clients) as pool:
        return sum(pool.starmap(_transactions, [(dsn, seed) for seed in range(clients)]))


def _transactions(dsn: str, seed: int) -> float:
    import psycopg

    chance, made = Random(seed), 0
    with psycopg.connect(dsn) as connection:
        until = time.monotonic() + SLICE
        while time.monotonic() < until:
            account, delta = chance.randint(1, 100_000), chance.randint(-5000, 5000)
            connection.execute(
                "UPDATE pgbench_accounts SET abalance = abalance + %s WHERE aid = %s", (delta, account)
            )
            connection.execute("SELECT abalance FROM pgbench_accounts WHERE aid = %s", (account,))
            connection.execute(
                "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, %s, %s, now())",
                (account, delta),
            )
            connection.commit()
            made += 1
    return made / SLICE


def prepare_by_hand(dsn: str) -> None:
    """The baseline's tables, where there is no pgbench."""
    import psycopg

    with psycopg.connect(dsn) as connection:
        connection.execute(
            "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84))"
        )
        connection.execute(
            "INSERT INTO pgbench_accounts SELECT i, 1, 0, '' FROM generate_series(1, 100000) i"
        )
        connection.execute(
            "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp)"
        )


def growth() -> float:
    """Cost of a step of an instance with 1,000 finished steps against one with 10."""
    from tongban.process import actions

    again = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
        '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="t"/><exclusiveGateway id="x" default="on"/>'
        '<endEvent id="e"/><sequenceFlow id="a" sourceRef="s" targetRef="m"/>'
        '<sequenceFlow id="b" sourceRef="m" targetRef="t"/><sequenceFlow id="c" sourceRef="t" targetRef="x"/>'
        '<sequenceFlow id="on" sourceRef="x" targetRef="m"/><sequenceFlow id="out" sourceRef="x" targetRef="e">'
        "<conditionExpression>enough = true</conditionExpression></sequenceFlow></process></definitions>"
    )
    actions.deploy("again", again)
    old, young = actions.start("again"), actions.start("again")
    tokens = {each.instance.id: each.opened[0].token for each in (old, young)}

    def step(instance: Any) -> float:
        begun = time.perf_counter()
        tokens[instance] = actions.complete(instance, tokens[instance], {"round": 1}).opened[0].token
        return time.perf_counter() - begun

    for _ in range(10):
        step(young.instance.id)
    for _ in range(1000):
        step(old.instance.id)
    costs: dict[Any, list[float]] = {old.instance.id: [], young.instance.id: []}
    for _ in range(60):  # by turns, so that both see the same machine
        for instance, spent in costs.items():
            spent.append(step(instance))
    return statistics.median(costs[old.instance.id]) / statistics.median(costs[young.instance.id])


def measure(server: Any) -> dict[str, Any]:
    """All slices, with the server running."""
    import django

    server.ensure_database("tongban")
    server.ensure_database("baseline")
    dsn, owner = server.app_dsn("tongban"), server.owner_dsn("baseline")
    os.environ |= {
        "DATABASE_URL": dsn, "DATABASE_OWNER_URL": server.owner_dsn("tongban"),
        "DJANGO_SETTINGS_MODULE": "tongban.runtime.settings",
    }  # fmt: skip
    from tongban.runtime.embedded.postgres import binaries

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tongban.process import actions

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    actions.deploy("bench", MODEL)
    program = binaries() / "pgbench"
    if program.exists():
        subprocess.run([str(program), "-i", "-q", "-s", "4", owner], capture_output=True, check=True)  # noqa: S603
    else:
        prepare_by_hand(owner)
    flat = growth()
    connections.close_all()

    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    orders = [context.Queue() for _ in range(max(WORKERS))]
    workers = [
        context.Process(target=_worker, args=(queue, answers, seed), daemon=True)
        for seed, queue in enumerate(orders)
    ]
    for each in workers:
        each.start()

    def ours(count: int, seconds: float = SLICE, *, batched: bool = False) -> float:
        for queue in orders[:count]:
            queue.put((seconds, batched))
        return sum(answers.get(timeout=120) for _ in range(count)) / seconds

    ours(max(WORKERS), 0.5)  # connections, compiled models
    figures: dict[str, Any] = {}
    for count in WORKERS:
        mine, base, many = [], [], []
        for _ in range(SLICES):
            mine.append(ours(count))
            many.append(ours(count, batched=True))
            base.append(pgbench(program, owner, count) if program.exists() else like_pgbench(owner, count))
        figures[str(count)] = {
            "steps_per_second": round(statistics.median(mine)),
            "in_batches_of_ten_per_second": round(statistics.median(many)),
            "baseline_per_second": round(statistics.median(base)),
            "ratio": round(statistics.median(mine) / statistics.median(base), 3),
            "ratio_in_batches": round(statistics.median(many) / statistics.median(base), 3),
        }
    for queue in orders:
        queue.put(None)
    for each in workers:
        each.join(timeout=10)
    return {
        "workers": figures,
        "cost_after_1000_steps_to_after_10": round(flat, 2),
        "baseline": "pgbench -N in the same server"
        if program.exists()
        else "the statements of pgbench -N through psycopg in the same server",
        "ratio": min(each["ratio"] for each in figures.values()),
    }


def main() -> None:
    """Print one line of JSON."""
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-")).resolve()
    home.chmod(0o711)
    os.environ["TONGBAN_HOME"] = str(home)
    from tongban.runtime.embedded.postgres import Postgres

    try:
        with Postgres(home) as server:
            print(json.dumps({"benchmark": "durable", **measure(server)}))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
