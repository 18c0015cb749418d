"""What every test may use: one embedded PostgreSQL per run, started by the first test that needs it.

`db` and `django_db` work as everywhere. Connections use the application's role, which may not change tables,
as in production; migrations ran as the owner. A transactional test gets its database back as a fresh copy.
"""

import gc
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from tongban.runtime import messages, testing
from tongban.runtime.embedded.postgres import Postgres

TEMPLATE = "tongban_template"

# Playwright keeps an event loop in the thread of a browser test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

messages.compile_all()

# No test asserts a time; fifty examples, unless a property says how many it is worth.
hypothesis.settings.register_profile("tongban", deadline=None, max_examples=50)
hypothesis.settings.load_profile("tongban")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, whole installations before all: what ends last shall be short.

    Of the installation's own, those that publish content come last.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(
        key=lambda item: (
            item.path not in slow,
            "e2e" not in item.path.parts,
            item.get_closest_marker("publishes") is not None,
        )
    )


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay until the end: the collector need not look at them again.

    Nor need it look so often at what one test makes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class ByHouse(LoadFileScheduling):  # type: ignore[misc]  # the library has no types
    """Each file in one process, and all files that need a whole installation in the same: it starts once."""

    def _split_scope(self, nodeid: str) -> str:
        whole = nodeid.startswith("tests/e2e/")
        return "tests/e2e" if whole else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByHouse | None:
    """How tests are spread over processes, unless another way was asked for."""
    return ByHouse(config, log) if config.getvalue("dist") == "loadfile" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database of its own for one test, migrated, empty but for what migrations put there."""

    name: str
    app_dsn: str
    owner_dsn: str

    def environment(self) -> dict[str, str]:
        """The environment for a process of the platform that shall work on it."""
        return os.environ | {"DATABASE_URL": self.app_dsn, "DATABASE_OWNER_URL": self.owner_dsn}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The embedded server of this run."""
    testing.POSTGRES.start()
    testing.POSTGRES.ensure_database(testing.DATABASE)
    yield testing.POSTGRES
    testing.POSTGRES.stop()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, postgres: Postgres, django_test_environment: None
) -> Iterator[None]:
    """Migrate as the owner and keep a pristine copy; instead of Django's own test databases."""
    del django_test_environment
    from django.core.management import call_command
    from django.db import connections
    from django.test import TransactionTestCase

    def pristine(_case: object) -> None:
        """Django would TRUNCATE, which the application's role may not; a new copy also forgets nothing."""
        connections.close_all()
        postgres.drop_database(testing.DATABASE)
        postgres.ensure_database(testing.DATABASE, template=TEMPLATE)

    with request.getfixturevalue("django_db_blocker").unblock(), pytest.MonkeyPatch.context() as patch:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        connections.close_all()
        postgres.ensure_database(TEMPLATE, template=testing.DATABASE)
        patch.setattr(TransactionTestCase, "_fixture_teardown", pristine)
        yield
        connections.close_all()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A password hash that costs nothing: how safe the real one is, is Django's own matter."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def fresh_database(postgres: Postgres, django_db_setup: None, _numbers: Iterator[int]) -> Iterator[Database]:
    """A migrated database that nothing else uses: for tests with several processes, or that kill some."""
    del django_db_setup
    name = f"fresh_{next(_numbers)}"
    postgres.ensure_database(name, template=TEMPLATE)
    yield Database(name=name, app_dsn=postgres.app_dsn(name), owner_dsn=postgres.owner_dsn(name))
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return itertools.count(1)
