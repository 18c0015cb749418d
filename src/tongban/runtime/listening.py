"""Waiting for the journal: PostgreSQL's notification, or a short pause where it is not to be had."""

from types import TracebackType
from typing import Self

import psycopg
from django.db import connections

from tongban.journal.actions import CHANNEL


class Pauses:
    """How long to wait when there was nothing to do: longer each time, short again once something came.

    Notifications wake at once; this is for what comes without one (an older transaction that ends later, a
    notification that was lost), which is likely just after other work and rare in a quiet house.
    """

    def __init__(self, shortest: float, longest: float) -> None:
        self.shortest, self.longest = shortest, longest
        self._next = shortest

    def again(self) -> None:
        """Something came: the next pause is short."""
        self._next = self.shortest

    def next(self) -> float:
        """Seconds to wait now."""
        found = self._next
        self._next = min(self.longest, found * 1.25)
        return found


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
