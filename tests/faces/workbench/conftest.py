"""Clerks of several departments, and their browsers."""

import pytest
from django.test import Client

from tests.faces.walk import PASSWORD
from tongban.identity import actions as identity
from tongban.identity.domain import Role

HOME = "430102"


def enrol(
    username: str, name: str, department: str, region: str = HOME, roles: tuple[Role, ...] = (Role.CLERK,)
) -> Client:
    """A staff account and a browser in which it is signed in."""
    identity.enrol_staff(
        username=username,
        password=PASSWORD,
        display_name=name,
        department=department,
        region=region,
        roles=roles,
    )
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


@pytest.fixture
def registrar(catalogue: object) -> Client:
    """A clerk of the real-estate registrar in Furong."""
    del catalogue
    return enrol("re-one", "周敏", "real_estate")


@pytest.fixture
def colleague(catalogue: object) -> Client:
    """Another clerk at the same desk."""
    del catalogue
    return enrol("re-two", "陈涛", "real_estate")


@pytest.fixture
def inspector(catalogue: object) -> Client:
    """A clerk of market regulation, which leads the joint inspection."""
    del catalogue
    return enrol("mr-one", "何静", "market_regulation")


@pytest.fixture
def carrier(catalogue: object) -> Client:
    """A clerk of transport, which co-signs the joint inspection."""
    del catalogue
    return enrol("tr-one", "罗军", "transport")
