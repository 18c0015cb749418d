"""Django registration of the journal."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.journal"
    label = "journal"

    def ready(self) -> None:
        """Close the journal's tables to the application's role after each migration."""
        post_migrate.connect(close_tables, sender=self)


def close_tables(using: str, **_: Any) -> None:
    """Take update, delete and truncate on events from the application's role.

    Where one role both owns and uses the database (an external server given by one address) permissions
    cannot hold it back; the triggers of migration 0001 refuse there.
    """
    from django.db import connections

    owner, application = connections[using], connections["default"].settings_dict["USER"]
    if not application or owner.settings_dict["USER"] == application:
        return
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'journal_event%%' AND relkind IN ('r', 'p')"
        )
        quote = owner.ops.quote_name
        tables = ", ".join(quote(row[0]) for row in cursor.fetchall())
        if tables:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {quote(application)}")
