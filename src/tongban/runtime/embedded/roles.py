"""Roles and databases inside the embedded server: one role owns the tables, one only works with the rows."""

from collections.abc import Callable, Mapping

import psycopg
from psycopg import sql

_DEFAULTS = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "


def ensure_roles(admin_dsn: str, passwords: Mapping[str, str]) -> None:
    """Each named role exists, may log in and nothing more, and has this password."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        have = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for name, password in passwords.items():
            verb = sql.SQL("ALTER" if name in have else "CREATE")
            connection.execute(
                sql.SQL(
                    "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                    " PASSWORD {}"
                ).format(verb, sql.Identifier(name), sql.Literal(password))
            )


def ensure_database(
    admin_dsn: Callable[[str], str], name: str, *, owner: str, app: str, template: str | None = None
) -> None:
    """The database exists; `owner` may do everything in it, `app` may read and write rows of owner's tables.

    A table that must be append-only takes UPDATE and DELETE back from `app` in its own migration. TRUNCATE is
    never granted.
    """
    with psycopg.connect(admin_dsn("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template or "template0")
                )
            )
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {app}",
        ):
            connection.execute(
                sql.SQL(statement).format(database=sql.Identifier(name), app=sql.Identifier(app))
            )
    with psycopg.connect(admin_dsn(name), autocommit=True) as connection:
        for statement in (
            "ALTER SCHEMA public OWNER TO {owner}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {app}",
            _DEFAULTS + "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            _DEFAULTS + "GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        ):
            connection.execute(
                sql.SQL(statement).format(owner=sql.Identifier(owner), app=sql.Identifier(app))
            )


def drop_database(admin_dsn: str, name: str) -> None:
    """The database is gone, with whoever was connected to it."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
