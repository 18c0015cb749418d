"""Durable steps per second: ours, SpiffWorkflow made durable the same way, and the database by itself.

The process of seven parallel tasks is worked on by one and by four workers over an embedded database that
really writes to the disk, each with forty instances under way. Beside it, in the same server:

* `pgbench -N`: one update, one select and one insert per transaction, by a client written in C;
* SpiffWorkflow, its state as JSON in a row with a version, one event and one row of an inbox per step, all
  of it in one statement as ours is. It reads its state each time, so ours is measured in that way as well.

Single steps are held against single steps, and ten at a time against ten at a time: both engines read ten
instances by one query and write them by one statement, and begin ten with one.

All work by turns in short slices, and medians are compared, so that what else the machine does falls on all.
At the end every instance is counted: its version is the number of its events, and the chains of streams hold.
"""

import multiprocessing
import os
import queue
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _models
import _peers
import psutil
from _worker import (
    BATCHES,
    BATCHES_READING,
    LIKE_PGBENCH,
    READING,
    SPIFF,
    SPIFF_BATCHES,
    SPIFF_TABLES,
    STEPS,
    work,
)

SLICE = 1.5
"""Seconds."""
SLICES = 5
WORKERS = (1, 4)
CHAINS = 60
"""Streams whose chain is recomputed at the end."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side did in a slice."""

    made: float
    """Steps or transactions per second."""
    cpu: float
    """Microseconds of processor time for each, of clients and server together."""


def prepare(program: Path, owner: str) -> None:
    """The baseline's tables."""
    if program.exists():
        subprocess.run([str(program), "-i", "-q", "-s", "4", owner], capture_output=True, check=True)  # noqa: S603
        return
    import psycopg

    with psycopg.connect(owner) as connection:
        connection.execute(
            "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84))"
        )
        connection.execute(
            "INSERT INTO pgbench_accounts SELECT i, 1, 0, '' FROM generate_series(1, 100000) i"
        )
        connection.execute(
            "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp)"
        )


class Bench:
    """The server, the workers and the slices."""

    def __init__(self, server: Any, program: Path) -> None:
        self.server, self.program = server, program
        self.baseline: str = server.owner_dsn("baseline")
        context = multiprocessing.get_context("spawn")
        self.answers = context.Queue()
        self.orders = [context.Queue() for _ in range(max(WORKERS))]
        self.workers = [
            context.Process(target=work, args=(order, self.answers, seed), daemon=True)
            for seed, order in enumerate(self.orders)
        ]
        for each in self.workers:
            each.start()

    def end(self) -> None:
        """Let the workers end."""
        for order in self.orders:
            order.put(None)
        for each in self.workers:
            each.join(timeout=10)

    def used(self) -> float:
        """Processor time of the whole server so far, in seconds."""
        main = psutil.Process(self.server.process.pid)
        times = main.cpu_times()
        spent = float(times.children_user + times.children_system)
        for each in (main, *main.children(recursive=True)):
            try:
                found = each.cpu_times()
            except psutil.NoSuchProcess:
                continue
            spent += found.user + found.system
        return spent

    def engine(self, kind: str, count: int, seconds: float = SLICE) -> Turn:
        """One slice of engine work by so many workers."""
        used = self.used()
        for order in self.orders[:count]:
            order.put((kind, seconds))
        try:
            found = [self.answers.get(timeout=60) for _ in range(count)]
        except queue.Empty:
            raise SystemExit("A worker of the benchmark ended; what it said stands above.") from None
        made = sum(each for each, _ in found) or 1
        spent = self.used() - used + sum(each for _, each in found)
        return Turn(made / seconds, spent / made * 1e6)

    def pgbench(self, count: int) -> Turn:
        """One slice of `pgbench -N` with so many clients, or of its statements where there is no pgbench."""
        if not self.program.exists():
            return self.engine(LIKE_PGBENCH, count)
        used, before = self.used(), resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run(  # noqa: S603 - the wheel's own program
            [
                str(self.program), "-N", "-n", "-M", "simple", "-c", str(count), "-j", str(count), "-T",
                str(round(SLICE + 0.5)), self.baseline,
            ],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        speed = re.search(r"tps = ([0-9.]+)", ran.stdout)
        many = re.search(r"actually processed: ([0-9]+)", ran.stdout)
        if speed is None or many is None:
            raise SystemExit(f"pgbench said nothing: {ran.stdout}")
        spent = self.used() - used + after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Turn(float(speed[1]), spent / int(many[1]) * 1e6)


def growth() -> float:
    """Cost of a step of an instance with 1,000 finished steps against one with 10."""
    from tongban.process import actions

    actions.deploy("again", _models.AGAIN)
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


def faults() -> list[str]:
    """What does not add up after the work; empty when all does."""
    from django.db import connection

    from tongban.journal import queries

    found: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.id, i.version, count(e.seq) FROM process_instance i
            LEFT JOIN journal_event e ON e.stream = i.stream AND e.type = 'tongban.process.stepped'
            GROUP BY i.id, i.version HAVING i.version <> count(e.seq)
            """
        )
        found += [f"instance {row[0]}: version {row[1]}, {row[2]} steps" for row in cursor.fetchall()]
        cursor.execute(
            """
            SELECT i.id, i.version, count(e.seq) FROM spiff_instance i
            LEFT JOIN spiff_event e ON e.instance = i.id
            GROUP BY i.id, i.version HAVING i.version <> count(e.seq)
            """
        )
        found += [f"SpiffWorkflow {row[0]}: version {row[1]}, {row[2]} events" for row in cursor.fetchall()]
        cursor.execute(
            "SELECT stream FROM process_instance ORDER BY version DESC, random() LIMIT %s", [CHAINS]
        )
        streams = [row[0] for row in cursor.fetchall()]
    found += [
        f"{fault.stream} #{fault.seq}: {fault.what}" for name in streams for fault in queries.verify(name)
    ]
    return found


def measured(server: Any) -> Iterator[dict[str, Any]]:
    """All slices, with the server running; one line for each number of workers."""
    import django

    server.ensure_database("tongban")
    server.ensure_database("baseline")
    os.environ |= {
        "DATABASE_URL": server.app_dsn("tongban"), "DATABASE_OWNER_URL": server.owner_dsn("tongban"),
        "DJANGO_SETTINGS_MODULE": "tongban.runtime.settings", "BASELINE_URL": server.owner_dsn("baseline"),
    }  # fmt: skip
    from tongban.runtime.embedded.postgres import binaries

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tongban.process import actions

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(SPIFF_TABLES)
    actions.deploy("bench", _models.fan())
    program = binaries() / "pgbench"
    prepare(program, server.owner_dsn("baseline"))
    flat = growth()
    connections.close_all()
    with_spiff = not _peers.missing("SpiffWorkflow")
    bench = Bench(server, program)
    for kind in (STEPS, SPIFF) if with_spiff else (STEPS,):  # connections, compiled models, first instances
        bench.engine(kind, max(WORKERS), 1.0)
    for count in WORKERS:
        sides: dict[str, Callable[[], Turn]] = {
            "ours": lambda count=count: bench.engine(STEPS, count),  # type: ignore[misc]
            "pgbench": lambda count=count: bench.pgbench(count),  # type: ignore[misc]
            "reading": lambda count=count: bench.engine(READING, count),  # type: ignore[misc]
            "batches": lambda count=count: bench.engine(BATCHES, count),  # type: ignore[misc]
            "batches_reading": lambda count=count: bench.engine(BATCHES_READING, count),  # type: ignore[misc]
        }
        if with_spiff:
            sides["spiff"] = lambda count=count: bench.engine(SPIFF, count)  # type: ignore[misc]
            sides["spiff_batches"] = lambda count=count: bench.engine(SPIFF_BATCHES, count)  # type: ignore[misc]
        turns: dict[str, list[Turn]] = {name: [] for name in sides}
        for _ in range(SLICES):
            for name, side in sides.items():
                turns[name].append(side())
        yield _line(count, turns)
    bench.end()
    wrong = faults()
    for each in wrong[:20]:
        print(each, file=sys.stderr)
    yield {
        "benchmark": "process.durable.integrity",
        "cost_after_1000_steps_to_after_10": round(flat, 2),
        "faults": len(wrong),
        "baseline": "every version is the number of its events, chains of streams hold",
    }
    if wrong:
        raise SystemExit("Not everything adds up.")


def _line(count: int, turns: dict[str, list[Turn]]) -> dict[str, Any]:
    made = {name: statistics.median(each.made for each in many) for name, many in turns.items()}
    cpu = {name: statistics.median(each.cpu for each in many) for name, many in turns.items()}
    line: dict[str, Any] = {
        "benchmark": f"process.durable.workers_{count}",
        "steps_per_second": round(made["ours"]),
        "in_batches_of_ten_per_second": round(made["batches"]),
        "reading_each_time_per_second": round(made["reading"]),
        "cpu_microseconds": {name: round(each) for name, each in cpu.items()},
        "baseline": "pgbench -N in the same server, or its statements by the driver where it is missing",
        "baseline_per_second": round(made["pgbench"]),
        "ratio": round(made["ours"] / made["pgbench"], 2),
        "ratio_in_batches": round(made["batches"] / made["pgbench"], 2),
        "ratio_in_cpu": round(cpu["pgbench"] / cpu["ours"], 2),
    }
    if "spiff" in made:
        line |= {
            "second_baseline": "SpiffWorkflow made durable the same way",
            "second_baseline_per_second": round(made["spiff"]),
            "ratio_to_second": round(made["ours"] / made["spiff"], 1),
            "ratio_to_second_reading_each_time": round(made["reading"] / made["spiff"], 1),
            "ratio_to_second_in_cpu": round(cpu["spiff"] / cpu["ours"], 1),
            "second_baseline_in_batches_per_second": round(made["spiff_batches"]),
            "ratio_to_second_in_batches": round(made["batches"] / made["spiff_batches"], 1),
            "ratio_to_second_in_batches_reading_each_time": round(
                made["batches_reading"] / made["spiff_batches"], 1
            ),
            "ratio_to_second_in_batches_in_cpu": round(cpu["spiff_batches"] / cpu["batches"], 1),
            "ratio_to_second_in_batches_reading_in_cpu": round(
                cpu["spiff_batches"] / cpu["batches_reading"], 1
            ),
        }
    return line


def lines() -> Iterator[dict[str, Any]]:
    """Everything, over a server of its own."""
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-")).resolve()
    home.chmod(0o711)
    os.environ["TONGBAN_HOME"] = str(home)
    from tongban.runtime.embedded.postgres import Postgres

    try:
        with Postgres(home) as server:
            yield from measured(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)
