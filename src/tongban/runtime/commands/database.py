"""A database for one command: the running house's, or the embedded server while the command takes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tongban.runtime.config import Config
from tongban.runtime.embedded.postgres import Postgres


@contextmanager
def database() -> Iterator[None]:
    """Django, set up over a migrated database.

    Where `DATABASE_URL` names one, or `tongban up` is running over the same state directory, that one is used
    as it is. Otherwise the embedded server is started, migrated, and ended again afterwards. Raises
    Unavailable when it cannot be started.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")
    config = Config.from_environment()
    if config.database_url is not None:
        _set_up()
        yield
        return
    home = config.home
    server = Postgres(home)
    ours = not _answers(server)
    if ours:
        server.start()
    try:
        if ours:
            server.ensure_database()
        os.environ |= {"DATABASE_URL": server.app_dsn(), "DATABASE_OWNER_URL": server.owner_dsn()}
        _set_up()
        if ours:
            from django.core.management import call_command

            call_command("migrate", database="owner", interactive=False, verbosity=0)
        yield
    finally:
        if ours:
            from django.db import connections

            connections.close_all()
            server.stop()


def _answers(server: Postgres) -> bool:
    """Whether a house runs over this state directory already."""
    import psycopg

    try:
        psycopg.connect(server.app_dsn(), connect_timeout=2).close()
    except (psycopg.Error, OSError):
        return False
    return True


def _set_up() -> None:
    import django

    django.setup()
