"""The faces with the real catalogue and the real database."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.walk import PASSWORD
from tests.fixtures import catalogue_published
from tongban.catalogue.domain import Catalogue
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.kernel.numbers import make_resident_id

__all__ = ["catalogue_published"]


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    """Static files by their own names: no `collectstatic`."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def catalogue(catalogue_published: Catalogue) -> Catalogue:
    """The content of this repository, published."""
    return catalogue_published


@pytest.fixture
def mother(db: None) -> UUID:
    """A person who may apply as a mother."""
    del db
    return _person("mama", "李明月", dt.date(1994, 5, 20), 24, "2")


@pytest.fixture
def stranger(db: None) -> UUID:
    """Another person."""
    del db
    return _person("other", "王建国", dt.date(1990, 1, 2), 33, "1")


@pytest.fixture
def clerk(db: None) -> int:
    """A clerk without a person."""
    del db
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


def _person(username: str, name: str, birth: dt.date, sequence: int, sex: str) -> UUID:
    return identity.enrol_person(
        username=username,
        password=PASSWORD,
        name=name,
        id_number=make_resident_id("430102", birth, sequence),
        sex=sex,
        mobile="13800138000",
        region="430102",
        synthetic=True,
    )
