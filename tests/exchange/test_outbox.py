"""Messages to departments: never lost, never twice in effect, nobody waits for another."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.departments.running import Running, wait_for
from tests.departments.values import birth_certificate
from tests.exchange.conftest import Fake, Sent, enqueue, serve
from tongban.catalogue.domain import Catalogue
from tongban.exchange import outbox, partners
from tongban.exchange.adapters import departments as adapter
from tongban.exchange.events import MessageDelivered, MessageGivenUp, MessageRefused, MessageResent
from tongban.exchange.models import Outbox
from tongban.journal import queries as journal
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.kernel.ids import new_id


def row(sent: Sent) -> Outbox:
    """A message as it stands."""
    return Outbox.objects.get(pk=sent.id)


def due(catalogue: Catalogue, sent: Sent | None = None) -> int:
    """Let the waiting time pass, then send what is due."""
    rows = Outbox.objects.filter(pk=sent.id) if sent else Outbox.objects.all()
    rows.update(due_at=datetime.now(UTC) - timedelta(seconds=1))
    partners.note_success("health")
    return outbox.deliver_due(catalogue)


def types(sent: Sent) -> list[str]:
    """The types of the case's events."""
    return [event.type for event in journal.stream(sent.application_id)]


@pytest.mark.django_db(transaction=True)
def test_a_change_and_its_message_stand_or_fall_together() -> None:
    """When the change is undone its message is gone; nothing is sent for what did not happen."""
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)
    assert outbox.waiting() == 0
    enqueue()
    assert (outbox.waiting(), outbox.waiting("health"), outbox.waiting("tax")) == (1, 1, 0)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_real_department_takes_a_message_and_its_copy_is_cleared(
    real: Callable[[str], Running], catalogue: Catalogue
) -> None:
    """After the receipt nobody here keeps a second copy of what was sent, the name included."""
    running = real("health")
    sent = enqueue(values=birth_certificate())
    assert outbox.deliver_due(catalogue) == 1
    found = row(sent)
    assert found.delivered_at is not None
    assert found.receipt
    assert (found.values, found.materials, found.envelope) == ({}, [], {})
    [event] = journal.stream(sent.application_id)
    assert event.type == MessageDelivered.TYPE
    assert (event.data["receipt"], event.data["attempts"]) == (found.receipt, 1)
    wait_for(lambda: running.effects()["effects"].get(str(sent.dispatch_id)) == 1)
    assert outbox.deliver_due(catalogue) == 0


@pytest.mark.slow
@pytest.mark.django_db
def test_a_crash_between_the_answer_and_its_note_repeats_without_a_second_effect(
    real: Callable[[str], Running], catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The department has it, we died before noting it: the same message id goes out again, one effect."""
    running = real("health")
    sent = enqueue(values=birth_certificate())

    class PowerCutError(Exception):
        pass

    def cut(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_settle", cut)
        with pytest.raises(PowerCutError):
            outbox.deliver_due(catalogue)
    assert row(sent).delivered_at is None
    assert outbox.deliver_due(catalogue) == 0  # the claim has not run out
    Outbox.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    assert outbox.deliver_due(catalogue) == 1
    assert row(sent).delivered_at is not None
    assert row(sent).attempts == 2
    wait_for(lambda: running.effects()["effects"].get(str(sent.dispatch_id)) == 1)
    assert types(sent) == [MessageDelivered.TYPE]


@pytest.mark.django_db
def test_every_attempt_carries_the_same_message_id(fake: Fake, catalogue: Catalogue) -> None:
    """What the department can compare stays the same; what must be fresh is fresh."""
    sent = enqueue(values={"mother.name": "杨怡琳"})
    fake.status = 503
    for _ in range(3):
        assert due(catalogue) == 1
    assert {str(sent.id).encode() in body for _, _, body in fake.seen} == {True}
    assert len({body for *_, body in fake.seen}) == 1
    assert len({headers["signature"] for _, headers, _ in fake.seen}) == 3
    found = row(sent)
    assert (found.attempts, found.delivered_at, found.claimed_until) == (3, None, None)
    assert found.due_at > datetime.now(UTC)
    assert found.values
    assert types(sent) == []


@pytest.mark.django_db
def test_messages_of_one_dispatch_go_in_their_order(fake: Fake, catalogue: Catalogue) -> None:
    """The answer to a correction never overtakes the submission it belongs to, not even in one moment."""
    first = enqueue()
    second = enqueue(kind="withdraw", application_id=first.application_id, dispatch_id=first.dispatch_id)
    Outbox.objects.update(created_at=datetime.now(UTC))
    other = enqueue()
    fake.status = 503
    assert due(catalogue) == 2
    assert (row(second).attempts, row(first).attempts, row(other).attempts) == (0, 1, 1)
    Outbox.objects.filter(pk=first.id).update(delivered_at=datetime.now(UTC))
    due(catalogue)
    assert row(second).attempts == 1


@pytest.mark.django_db
def test_a_definite_refusal_waits_for_a_person(fake: Fake, catalogue: Catalogue) -> None:
    """A message that was understood and refused is set aside, recorded, and can be sent again once mended."""
    sent = enqueue(values={"mother.name": "杨怡琳"})
    fake.status, fake.body = 422, b'{"error": "bad"}'
    assert outbox.deliver_due(catalogue) == 1
    assert [one.id for one in outbox.dead_letters()] == [sent.id]
    assert outbox.waiting() == 0
    assert partners.down_since() == {}
    [event] = journal.stream(sent.application_id)
    assert (event.type, event.data["message_id"]) == (MessageRefused.TYPE, str(sent.id))
    assert due(catalogue) == 0  # it is not tried again by itself
    outbox.resend(sent.id)
    assert outbox.dead_letters() == []
    fake.status, fake.body = 200, accepted()
    assert due(catalogue) == 1
    assert row(sent).delivered_at is not None
    assert types(sent) == [MessageRefused.TYPE, MessageResent.TYPE, MessageDelivered.TYPE]


@pytest.mark.django_db
def test_a_refused_notice_is_given_up_once_and_for_good(fake: Fake, catalogue: Catalogue) -> None:
    """With a reason: what it carried is gone, it is never sent, and who did it why is on the record."""
    sent = enqueue(values={"mother.name": "杨怡琳"})
    fake.status, fake.body = 422, b"{}"
    outbox.deliver_due(catalogue)
    who = Actor("staff", "7")
    with pytest.raises(Conflict, match="waits for the answer"):
        outbox.give_up(sent.id, "不发了", actor=who)
    Outbox.objects.filter(pk=sent.id).update(kind=outbox.NOTIFY)
    with pytest.raises(InvalidInput):
        outbox.give_up(sent.id, " ", actor=who)
    assert outbox.dead_count() == outbox.dead_count(row(sent).department) == 1
    outbox.give_up(sent.id, "已电话告知", actor=who)
    found = row(sent)
    assert (found.values, found.envelope, found.materials) == ({}, {}, [])
    assert outbox.states(sent.application_id, outbox.NOTIFY)[sent.id][0] == "given_up"
    assert (outbox.dead_letters(), outbox.dead_count(), outbox.dead_departments()) == ([], 0, set())
    for act in (lambda: outbox.resend(sent.id), lambda: outbox.give_up(sent.id, "再来", actor=who)):
        with pytest.raises(Conflict):
            act()
    assert due(catalogue) == 0
    [_, event] = journal.stream(sent.application_id)
    assert (event.type, event.actor) == (MessageGivenUp.TYPE, who)
    assert journal.payload(event.id) == {"reason": "已电话告知"}


@pytest.mark.django_db
def test_what_was_refused_about_an_erased_case_can_not_be_sent_again(
    fake: Fake, catalogue: Catalogue
) -> None:
    """Its content is destroyed: an operator does not find an empty message to send."""
    sent = enqueue(values={"mother.name": "杨怡琳"})
    fake.status, fake.body = 422, b"{}"
    outbox.deliver_due(catalogue)
    outbox.erase(sent.application_id)
    assert outbox.dead_letters() == []


def accepted() -> bytes:
    """What the health department's system answers to a submission."""
    import json

    import yaml

    from tests.departments.running import CATALOGUE

    path = yaml.safe_load((CATALOGUE / "systems" / "health.yaml").read_text())["operations"]["submit"]
    tree: dict[str, Any] = {}
    here = tree
    *inner, last = str(path["answer"]["receipt"]).split(".")
    for part in inner:
        here = here.setdefault(part, {})
    here[last] = "FY-1"
    return json.dumps(tree).encode()


@pytest.mark.django_db
def test_a_department_that_is_down_is_spared(fake: Fake, catalogue: Catalogue) -> None:
    """While it is down nothing is sent to it; its messages wait, and are named for its clocks."""
    sent = enqueue()
    partners.note_failure("health", "NewConnectionError")
    assert outbox.deliver_due(catalogue) == 0
    assert fake.seen == []
    assert outbox.blocked_dispatches("health") == [(sent.application_id, sent.dispatch_id)]
    fake.body = accepted()
    assert due(catalogue) == 1
    assert partners.down_since() == {}
    assert outbox.blocked_dispatches("health") == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_one_message() -> None:
    """Eight workers that claim at the same moment share the messages; none is claimed twice."""
    sent = {enqueue().id for _ in range(30)}
    gate = threading.Barrier(8)

    def claim(_: int) -> list[Any]:
        try:
            gate.wait(240)
            return [one.pk for _ in range(4) for one in outbox._claim("health", 2)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        claimed = [one for many in pool.map(claim, range(8)) for one in many]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= sent
    assert outbox._claim("health", 100) == list(Outbox.objects.filter(pk__in=sent - set(claimed)))
    assert outbox._claim("health", 100) == []


@pytest.mark.django_db
def test_a_worker_whose_claim_ran_out_does_not_undo_anothers(catalogue: Catalogue) -> None:
    """A slow worker that fails late leaves the message to who has claimed it meanwhile."""
    del catalogue
    sent = enqueue()
    [slow] = outbox._claim("health", 1)
    Outbox.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    [quick] = outbox._claim("health", 1)
    outbox._settle(slow, outbox.TryAgain("ReadTimeoutError"))
    assert row(sent).claimed_until == quick.claimed_until
    outbox._settle(quick, outbox.Delivered("FY-1"))
    outbox._settle(slow, outbox.Delivered("FY-1"))
    assert types(sent) == [MessageDelivered.TYPE]


@pytest.fixture
def delivery(catalogue: Catalogue) -> Iterator[outbox.Delivery]:
    """A worker's delivery."""
    found = outbox.Delivery(lambda: catalogue)
    yield found
    found.close()


@pytest.mark.django_db(transaction=True)
def test_a_slow_department_delays_no_other(
    delivery: outbox.Delivery, connect: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one department does not get done with its messages, another gets all of its own."""
    monkeypatch.setattr(adapter, "READ_SECONDS", 480.0)
    with ExitStack() as stack:
        slow = stack.enter_context(serve(Fake("tax", delay=400)))
        quick = stack.enter_context(serve(Fake("health", body=accepted())))
        connect(slow, quick)
        blocked = [enqueue("tax", "tax_registration") for _ in range(20)]
        sent = [enqueue() for _ in range(12)]
        began = time.monotonic()
        while outbox.waiting("health"):
            delivery.pump()
            time.sleep(0.05)
            assert time.monotonic() - began < 240, "the quick department waited for the slow one"
        assert len(slow.seen) <= outbox.PER_DEPARTMENT
        assert outbox.waiting("tax") == len(blocked)
        assert all(types(one) == [MessageDelivered.TYPE] for one in sent)
        assert len({body for *_, body in quick.seen}) == len(quick.seen) == 12
        slow.gate.set()
        delivery.close()


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What a process of ours would write into its log."""
    import logging

    import structlog

    from tongban.runtime import logs

    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    logs.configure("test")
    structlog.configure(cache_logger_on_first_use=False)
    yield lambda: "".join(capsys.readouterr())
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.django_db
def test_no_log_line_of_a_delivery_names_a_person(
    fake: Fake, catalogue: Catalogue, logged: Callable[[], str]
) -> None:
    """Refused or failing, what is logged about a message holds nothing that it said."""
    from tests.departments.values import person

    mother = person("mother")
    for status in (422, 503, 200):
        enqueue(values=birth_certificate(), application_id=new_id())
        fake.status = status
        due(catalogue)
    said = logged()
    assert "exchange.message_refused" in said
    for secret in (mother.name, mother.id_number, mother.mobile, "杨怡琳"):
        assert secret not in said
