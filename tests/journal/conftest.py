"""The journal of a test: its own event types, several connections at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg
import pytest
from django.db import connection

from tongban.journal.events import register
from tongban.runtime import testing


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An event of the tests."""

    TYPE: ClassVar[str] = "tongban.tests.counted"
    number: int = 0
    code: str = ""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another."""

    TYPE: ClassVar[str] = "tongban.tests.other"
    number: int = 0


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Someone with the keys of the database and with triggers off: what the journal must betray."""
    del transactional_db
    with psycopg.connect(testing.POSTGRES.admin_dsn(testing.DATABASE), autocommit=True) as found:
        found.execute("SET session_replication_role = replica")
        yield found


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """The role that owns the tables."""
    del transactional_db
    with psycopg.connect(testing.POSTGRES.owner_dsn(testing.DATABASE), autocommit=True) as found:
        yield found


@pytest.fixture
def application(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """The role that the platform uses, on a connection without Django."""
    del transactional_db
    with psycopg.connect(testing.POSTGRES.app_dsn(testing.DATABASE), autocommit=True) as found:
        yield found


def at_once(count: int, work: Callable[[int], object]) -> None:
    """Run `work(0)`, `work(1)` … in threads that begin together, each with its own connection."""
    gate = threading.Barrier(count)

    def one(number: int) -> None:
        try:
            gate.wait(10)
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(one, number) for number in range(count)]:
            future.result(30)


class Elsewhere:
    """A second connection that does things step by step while the test's own one waits."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)

    def __call__(self, work: Callable[[], Any]) -> Any:
        """Do `work` there and wait for it."""
        return self.pool.submit(work).result(20)

    def close(self) -> None:
        """Close its connection."""
        self.pool.submit(lambda: connection.close()).result(20)  # noqa: PLW0108  # that thread's own
        self.pool.shutdown()


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Elsewhere]:
    """Another connection."""
    del transactional_db
    other = Elsewhere()
    yield other
    other.close()
