"""Django registration of the journal."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.journal"
    label = "journal"

    def ready(self) -> None:
        """Keep the journal's tables after each migration, that is at each start."""
        post_migrate.connect(keep_tables, sender=self)


MONTHS_AHEAD = 24

_CLOSED = (
    ("journal_event%", "UPDATE, DELETE, TRUNCATE"),
    # An erasure deletes a payload; nobody changes one.
    ("journal_payload%", "UPDATE, TRUNCATE"),
    # The head of a stream moves on; without it the numbers would begin again.
    ("journal_stream", "DELETE, TRUNCATE"),
)
"""Tables by the pattern of their names, and what the application's role may not do to them."""


def keep_tables(using: str, **_: Any) -> None:
    """Make the partitions of the coming months; take from the application's role what would alter the record.

    Where one role both owns and uses the database (an external server given by one address) permissions
    cannot hold it back; the triggers of the migrations refuse there.
    """
    from django.db import connections

    owner, application = connections[using], connections["default"].settings_dict["USER"]
    with owner.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('journal_make_partitions(integer)') IS NOT NULL")
        if not cursor.fetchone()[0]:  # migrated back to nothing
            return
        cursor.execute("SELECT journal_make_partitions(%s)", [MONTHS_AHEAD])
        if not application or owner.settings_dict["USER"] == application:
            return
        quote = owner.ops.quote_name
        for pattern, rights in _CLOSED:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relname LIKE %s AND relkind IN ('r', 'p')", [pattern]
            )
            tables = ", ".join(quote(row[0]) for row in cursor.fetchall())
            cursor.execute(f"REVOKE {rights} ON {tables} FROM {quote(application)}")
