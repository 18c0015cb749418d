"""The faces with the real catalogue and the real database."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.walk import PASSWORD
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.kernel.numbers import make_resident_id

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _plain_static(settings: object) -> None:
    """Static files by their own names: tests need no `collectstatic`, only the folder that WhiteNoise looks in."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def catalogue(db: None) -> Iterator[object]:
    """The content of this repository, published."""
    from tongban.catalogue import actions, queries

    actions.publish()
    yield queries.current()
    queries.forget_all()


@pytest.fixture
def mother(db: None) -> UUID:
    """A person who may apply as a mother."""
    import datetime as dt

    return identity.enrol_person(
        username="mama",
        password=PASSWORD,
        name="李明月",
        id_number=make_resident_id("430102", dt.date(1994, 5, 20), 24),
        sex="2",
        mobile="13800138000",
        region="430102",
        synthetic=True,
    )


@pytest.fixture
def stranger(db: None) -> UUID:
    """Another person."""
    import datetime as dt

    return identity.enrol_person(
        username="other",
        password=PASSWORD,
        name="王建国",
        id_number=make_resident_id("430102", dt.date(1990, 1, 2), 33),
        sex="1",
        mobile="13900139000",
        region="430102",
        synthetic=True,
    )


@pytest.fixture
def clerk(db: None) -> int:
    """A clerk without a person."""
    return identity.enrol_staff(
        username="clerk",
        password=PASSWORD,
        display_name="窗口一号",
        department="health",
        region="430102",
        roles=[Role.CLERK],
    )


@pytest.fixture
def browser(catalogue: object, mother: UUID) -> Client:
    """A browser in which the mother is signed in."""
    del catalogue, mother
    client = Client()
    assert client.login(username="mama", password=PASSWORD)
    return client
