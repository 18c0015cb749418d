"""A notice to the tax bureau's own system, a process of its own, and what that system writes by itself."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.casework.test_drawn import EVENT, work
from tests.casework.test_notices import FIRM
from tests.departments.running import Platform, Running, wait_for
from tests.exchange.conftest import _plain_static
from tests.fixtures import open_case
from tongban.casework import notices
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.exchange import letters, outbox, partners
from tongban.kernel.crypto import ED25519
from tongban.process import actions as process
from tongban.process import engine

__all__ = ["_plain_static"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tax(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Running]:
    """The tax bureau's system, connected to a platform that listens."""
    partners._platform_key.cache_clear()
    platform = Platform(url=live_server.url)
    platform.keys = ED25519.key_pair(partners.platform_key(settings.CONFIG.home))
    system = Running("tax", tmp_path / "tax", platform).start()
    partners.enrol("tax", system.keys.public)
    urls = {**settings.CONFIG.department_urls, "tax": f"http://127.0.0.1:{system.port}"}
    settings.CONFIG = replace(settings.CONFIG, department_urls=urls)
    yield system
    system.kill()


def test_the_system_is_told_and_its_answer_ends_the_errand(
    tax: Running, catalogue_published: Catalogue, person: UUID
) -> None:
    """Late by two weeks: the bureau is told over the wire, receipts it, and explains itself; nobody urges."""
    case = open_case(catalogue_published, person, EVENT, values=FIRM)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=14)
    process.apply(case, engine.Tick(), now=later)
    assert "urge_tax" in work(case)

    def told() -> bool:
        outbox.deliver_due(catalogue_queries.current())
        return "urge_tax" not in work(case)

    wait_for(told)
    out, back = notices.of_case(case)
    assert (out.direction, out.state, out.receipt) == ("out", "delivered", "TAN000001")
    assert (back.direction, back.name, back.state) == ("in", "tax_delay_explained", "taken")
    assert letters.stuck() == []
    wait_for(lambda: tax.effects()["undelivered"] == 0 or None)
