"""One statement of the database, prepared once per connection and asked for with as little ado as can be.

A cursor of Django's driver costs about as much processor time as the statement of a step itself. Where a
connection stands outside any transaction, the driver's own layer below cursors is used: the statement is
prepared on the connection and executed with text. Within a transaction the driver's cursor does it, because
that knows what it has to prepare anew after something was rolled back.

Poolers have to pass prepared statements on (PgBouncer from 1.21).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus

_GONE = b"26000"
_prepared: WeakKeyDictionary[Any, set[bytes]] = WeakKeyDictionary()
"""Connection of the driver → statements that it has prepared."""


@dataclass(frozen=True, slots=True)
class Session:
    """This thread's connection, usable: that of the driver, and what Django wraps it in."""

    raw: Any
    django: Any


def session() -> Session:
    """The session of this thread; connects when there is no connection yet."""
    wrapper: Any = connections["default"]
    raw = wrapper.connection
    if raw is None or not wrapper.health_check_done:
        wrapper.close_if_health_check_failed()
        wrapper.ensure_connection()
        raw = wrapper.connection
    if wrapper.needs_rollback:
        wrapper.validate_no_broken_transaction()
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 1
    return Session(raw, wrapper)


def rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `%s`, by the driver's cursor; planned once."""
    over = session()
    with over.django.wrap_database_errors, psycopg.Cursor(over.raw) as cursor:
        return cursor.execute(sql, parameters).fetchall()


def answer(over: Session, name: bytes, sql: bytes, parameters: Sequence[str | None]) -> str:
    """What a statement with `$1`, `$2` … says: one value, as text.

    Args:
        over: the session.
        name: of the statement, its own on every connection.
        sql: its parameters must say their types (`$1::uuid`), and its value is text.
        parameters: as PostgreSQL reads them.
    """
    raw = over.raw
    with over.django.wrap_database_errors:
        if not raw.autocommit or raw.pgconn.transaction_status != TransactionStatus.IDLE:
            with psycopg.RawCursor(raw) as cursor:
                found = cursor.execute(sql, parameters).fetchone()
            return str(found[0]) if found else ""
        given = [None if each is None else each.encode() for each in parameters]
        with raw.lock:
            result = _executed(raw, name, sql, given)
        value = result.get_value(0, 0)
        return value.decode() if value else ""


def array(values: Iterable[str | None]) -> str:
    """Texts as an array of PostgreSQL."""
    return "{" + ",".join("NULL" if each is None else f'"{_escaped(each)}"' for each in values) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _executed(raw: Any, name: bytes, sql: bytes, given: list[bytes | None]) -> Any:
    known = _prepared.setdefault(raw, set())
    pgconn = raw.pgconn
    for _ in range(2):
        if name not in known:
            made = pgconn.prepare(name, sql)
            if made.status != ExecStatus.COMMAND_OK:
                raise errors.error_from_result(made)
            known.add(name)
        result = pgconn.exec_prepared(name, given)
        if result.status == ExecStatus.TUPLES_OK:
            return result
        # The driver drops all prepared statements after a rollback, also those that are not its own.
        if result.error_field(DiagnosticField.SQLSTATE) != _GONE:
            break
        known.clear()
    raise errors.error_from_result(result)
