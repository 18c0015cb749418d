"""Events of one room become actions of another: every subject has its consumer."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction

import tongban.casework.events
import tongban.exchange.events
import tongban.intake.events  # noqa: F401  # registered by import
from tongban.casework import actions as casework
from tongban.exchange import inbox, partners
from tongban.exchange.events import DepartmentDown, DepartmentUp
from tongban.journal import events, subscriptions
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Recorded
from tongban.kernel.crypto import ED25519
from tongban.kernel.ids import new_id
from tongban.runtime import upkeep, wiring

UNHEARD = {
    "tongban.exchange.read_made",
    "tongban.exchange.read_refused",
    "tongban.exchange.read_failed",
    "tongban.exchange.message_refused",
    "tongban.exchange.message_resent",
    "tongban.exchange.message_given_up",
    "tongban.exchange.reply_refused",
    "tongban.exchange.letter_received",
    "tongban.exchange.letter_dropped",
}
"""Events of the exchange that are only read: by the person, by operators, stewards and auditors."""


def test_every_event_of_the_exchange_is_heard_or_meant_only_to_be_read() -> None:
    """A new event of the exchange that nobody takes is noticed here."""
    exchange = {name for name in events.registered() if name.startswith("tongban.exchange.")}
    assert exchange == {name for name in wiring.HANDLERS if name.startswith("tongban.exchange.")} | UNHEARD
    assert not UNHEARD & set(wiring.HANDLERS)


def test_every_handler_takes_a_type_that_exists() -> None:
    """No handler waits for an event that nobody writes."""
    assert set(wiring.HANDLERS) <= set(events.registered())


@pytest.mark.django_db
def test_an_event_reaches_its_handler_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the exchange notes about a department arrives at casework, in order, once."""
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(casework, "department_down", lambda code, *_: heard.append(("down", code)))
    monkeypatch.setattr(casework, "department_up", lambda code, *_: heard.append(("up", code)))
    partners.note_failure("tax", "NewConnectionError")
    partners.note_success("tax")
    partners.note_success("tax")
    # In this test's own transaction nothing is visible to readers yet: hand over what was written.
    from tongban.journal import queries

    for event in queries.stream("department:tax"):
        wiring.handle(event)
    assert heard == [("down", "tax"), ("up", "tax")]


@pytest.mark.django_db(transaction=True)
def test_a_worker_drains_what_was_committed_and_retries_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that fails parks its stream; upkeep takes it once the cause is gone."""
    heard: list[str] = []
    broken = True

    def down(event: Recorded) -> None:
        if broken:
            raise ZeroDivisionError
        heard.append(event.stream)

    monkeypatch.setitem(wiring.HANDLERS, DepartmentDown.TYPE, down)
    with transaction.atomic():
        record("department:tax", DepartmentDown(department="tax", reason="x"), actor=SYSTEM)
    assert wiring.drain() == 1
    assert [one.stream for one in subscriptions.parked(wiring.CASEWORK)] == ["department:tax"]
    broken = False
    from tongban.journal.models import ParkedEvent

    ParkedEvent.objects.update(retry_at=ParkedEvent.objects.get().retry_at.replace(year=2020))
    wiring.retry()
    assert heard == ["department:tax"]
    assert subscriptions.parked() == []


@pytest.mark.django_db
def test_one_broken_part_of_upkeep_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe that fails does not keep nonces for ever."""
    done: list[str] = []

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(upkeep, "probe_departments", broken)
    monkeypatch.setattr(upkeep, "forget", lambda: done.append("forget"))
    broken.__name__ = "probe_departments"
    upkeep.upkeep()
    assert done == ["forget"]


@pytest.mark.django_db
def test_a_department_that_is_back_is_found_without_traffic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upkeep asks a department that is down for its health, when its next try is due."""
    from dataclasses import replace
    from typing import Any

    from django.conf import settings

    from tests.exchange.conftest import Fake, serve
    from tongban.exchange.models import Partner
    from tongban.journal import queries

    partners.enrol("health", ED25519.generate().public)
    partners.note_failure("health", "NewConnectionError")
    with serve(Fake(unsigned=True)) as fake:
        changed: Any = replace(settings.CONFIG, department_urls={"health": fake.url})
        monkeypatch.setattr(settings, "CONFIG", changed)
        upkeep.probe_departments()
        assert fake.seen == []  # its next try is not due
        Partner.objects.update(try_at=partners.down_since()["health"])
        fake.status = 503
        upkeep.probe_departments()
        assert "health" in partners.down_since()
        Partner.objects.update(try_at=partners.down_since()["health"])
        fake.status = 200
        upkeep.probe_departments()
        assert [path for path, *_ in fake.seen] == ["/health", "/health"]
    assert partners.down_since() == {}
    assert [one.type for one in queries.stream("department:health")] == [
        DepartmentDown.TYPE,
        DepartmentUp.TYPE,
    ]


def test_a_case_about_which_nobody_can_be_asked_is_not_read_in_every_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is looked at again when something declared changes, or a department comes back, or after a while."""
    case = SimpleNamespace(pk=new_id())
    declared, down = ["mother.mobile"], ["health"]
    looked: list[object] = []

    def to_verify(known: Callable[[UUID, list[str]], bool]) -> list[tuple[object, list[str]]]:
        return [] if known(case.pk, declared) else [(case, list(declared))]

    monkeypatch.setattr(upkeep.cases, "to_verify", to_verify)
    monkeypatch.setattr(upkeep.partners, "down_since", lambda: dict.fromkeys(down))
    monkeypatch.setattr(upkeep, "_verify", lambda *told: looked.append(told))
    clock = itertools.count(1000.0, 1.0)
    monkeypatch.setattr(upkeep, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    def rounds(number: int) -> int:
        looked.clear()
        for _ in range(number):
            upkeep.verify_declared()
        return len(looked)

    assert rounds(10) == 1
    declared.append("mother.bank_account")
    assert rounds(10) == 1
    down.clear()
    assert rounds(10) == 1
    assert rounds(60) in {1, 2}
    monkeypatch.setattr(upkeep, "_verify", lambda *told: looked.append(told) or True)
    declared.pop()
    assert rounds(10) == 10, "who could be asked is asked until there is an answer"


@pytest.mark.django_db
def test_upkeep_forgets_what_has_expired() -> None:
    """Nonces of messages that are no longer valid are dropped."""
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    assert not inbox._seen("health:a", now - timedelta(seconds=1))
    assert not inbox._seen("health:b", now + timedelta(minutes=5))
    assert inbox._seen("health:a", now)
    upkeep.forget()
    assert not inbox._seen("health:a", now)
    assert inbox._seen("health:b", now)
