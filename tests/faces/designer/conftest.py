"""Designers, and a draft to work in."""

from uuid import UUID

import pytest
from django.test import Client

from tests.faces.walk import PASSWORD
from tongban.catalogue.domain import Catalogue
from tongban.design import actions
from tongban.design.domain import as_one
from tongban.identity import actions as identity
from tongban.identity import queries as identity_queries
from tongban.identity.domain import Post, Role
from tongban.identity.models import Account


def post_of(username: str) -> Post:
    """All the posts of a colleague as one."""
    return as_one(identity_queries.posts(Account.objects.get(username=username)))


def enrol(username: str, role: Role) -> None:
    """A colleague of the department that leads the reform."""
    identity.enrol_staff(
        username=username,
        password=PASSWORD,
        display_name=username,
        department="development_reform",
        region="430000",
        roles=[role],
    )


@pytest.fixture
def designer(catalogue: Catalogue) -> Client:
    """A browser in which a designer is signed in; a colleague exists too."""
    del catalogue
    for username in ("designer-a", "designer-b"):
        enrol(username, Role.DESIGNER)
    client = Client()
    assert client.login(username="designer-a", password=PASSWORD)
    return client


@pytest.fixture
def draft(designer: Client) -> UUID:
    """An empty draft."""
    del designer
    return actions.open_draft(post_of("designer-a"), "一起改")
