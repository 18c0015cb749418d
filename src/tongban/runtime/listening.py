"""Waiting for the journal: PostgreSQL's notification, or a short pause where it is not to be had."""

from types import TracebackType
from typing import Self

import psycopg
from django.db import connections

from tongban.journal.actions import CHANNEL


class Listener:
    """A connection of its own that hears when events are committed."""

    def __init__(self) -> None:
        parameters = dict(connections["default"].get_connection_params())
        for name in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(name, None)
        self.connection = psycopg.connect(**parameters, autocommit=True)
        self.connection.execute(f"LISTEN {CHANNEL}")

    def __enter__(self) -> Self:
        """Listening already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self.connection.close()

    def wait(self, seconds: float) -> bool:
        """Wait for a notification at most so long; whether there was one. Raises without a database."""
        return any(True for _ in self.connection.notifies(timeout=seconds, stop_after=1))
