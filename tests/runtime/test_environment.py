"""The test run's own environment."""

import psycopg
import pytest

from tests.conftest import Database
from tongban.runtime import testing


def test_it_has_a_state_directory_of_its_own() -> None:
    """A test run never touches the state of the developer's own instance."""
    assert testing.HOME.name.startswith("tongban-test-")


@pytest.mark.django_db
def test_connections_use_the_role_of_the_application() -> None:
    """Tests see the permissions of production: the application cannot change tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("tongban", testing.DATABASE)


@pytest.mark.django_db
def test_the_application_cannot_create_a_table() -> None:
    """No request can change a table, whatever it injects."""
    from django.db import ProgrammingError, connection

    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE mine (a int)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_a_transactional_test_starts_with_a_fresh_copy(round_: int) -> None:
    """What one transactional test commits, the next one does not see."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    assert Session.objects.count() == 0, round_
    Session.objects.create(session_key="left-behind", session_data="", expire_date=timezone.now())


def test_a_fresh_database_is_migrated_and_apart(fresh_database: Database) -> None:
    """A test that kills processes works on a database of its own."""
    with psycopg.connect(fresh_database.app_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() != (0,)
        assert connection.execute("SELECT current_database()").fetchone() == (fresh_database.name,)
