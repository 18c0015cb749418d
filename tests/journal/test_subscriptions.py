"""Reading on: nothing missed, nothing twice, one bad stream blocks no other."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.journal.conftest import Counted, Elsewhere, Other, at_once
from tongban.identity.models import Account
from tongban.journal import queries, subscriptions
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM, Recorded
from tongban.journal.models import JournalSubscription, ParkedEvent

pytestmark = pytest.mark.django_db(transaction=True)
TYPES = (Counted.TYPE,)


def append(stream: str, *numbers: int) -> None:
    """Events in one transaction."""
    with transaction.atomic():
        for number in numbers:
            record(stream, Counted(number=number), actor=SYSTEM)


class Seen(list[tuple[str, int]]):
    """A handler that remembers; streams in `bad` fail."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: set[str] = set()

    def __call__(self, event: Recorded) -> None:
        """Take one event."""
        if event.stream in self.bad:
            raise ZeroDivisionError
        self.append((event.stream, event.data["number"]))

    def of(self, stream: str) -> list[int]:
        """What was seen of a stream."""
        return [number for name, number in self if name == stream]


def test_events_come_in_order_once_and_by_type() -> None:
    """A subscriber gets what it asked for, in order, and goes on from where it stopped."""
    seen = Seen()
    append("one", 1, 2)
    with transaction.atomic():
        record("one", Other(number=99), actor=SYSTEM)
    append("two", 3)
    assert subscriptions.drain("tests", seen, TYPES, batch=2) == 2
    assert subscriptions.drain("tests", seen, TYPES, batch=2) == 1
    assert subscriptions.drain("tests", seen, TYPES, batch=2) == 0
    assert seen == [("one", 1), ("one", 2), ("two", 3)]
    append("one", 4)
    subscriptions.drain("tests", seen, TYPES)
    assert seen[-1] == ("one", 4)
    other = Seen()
    subscriptions.drain("another", other, TYPES)
    assert [number for _, number in other] == [1, 2, 3, 4]


def test_an_event_that_commits_late_is_not_missed(elsewhere: Elsewhere) -> None:
    """A position drawn first and committed last is still read: readers wait behind open transactions."""
    seen = Seen()
    with transaction.atomic():
        record("slow", Counted(number=1), actor=SYSTEM)
        elsewhere(lambda: append("quick", 2))
        elsewhere(lambda: subscriptions.drain("tests", seen, TYPES))
        assert seen == []
    assert subscriptions.drain("tests", seen, TYPES) == 2
    assert seen == [("slow", 1), ("quick", 2)]


def test_a_stream_keeps_its_order_whoever_began_first(elsewhere: Elsewhere) -> None:
    """A transaction that began before another and appends after it is read after it."""
    seen = Seen()
    with transaction.atomic():
        record("other", Counted(number=0), actor=SYSTEM)  # this transaction's number is the lower one
        elsewhere(lambda: append("one", 1))
        record("one", Counted(number=2), actor=SYSTEM)
        elsewhere(lambda: subscriptions.drain("tests", seen, TYPES))
        assert seen.of("one") == []
    while subscriptions.drain("tests", seen, TYPES, batch=1):
        pass
    assert seen.of("one") == [1, 2]
    assert len(seen) == 3


def test_readers_among_many_writers_miss_nothing_and_keep_each_order() -> None:
    """While eight write and one reads, the reader ends with every event of every stream in its order."""
    seen = Seen()

    def work(number: int) -> None:
        if number == 8:
            while len(seen) < 8 * 10 * 2:
                subscriptions.drain("tests", seen, TYPES, batch=5)
            return
        for turn in range(10):
            with transaction.atomic():
                # One stream of its own first: the transaction has its number before it meets the others.
                record(f"own-{number}", Counted(number=turn), actor=SYSTEM)
                record("shared", Counted(number=0), actor=SYSTEM)

    at_once(9, work)
    for number in range(8):
        assert seen.of(f"own-{number}") == list(range(10))
    read = [event.seq for event in queries.everything(batch=3) if event.stream == "shared"]
    assert read == list(range(1, 81))


def test_events_that_nobody_here_wants_are_walked_past_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader moves on past many events of other types, and none of its own is lost by that."""
    monkeypatch.setattr(subscriptions, "STRIDE", 5)
    seen = Seen()
    with transaction.atomic():
        for _ in range(5):
            record("one", Other(), actor=SYSTEM)
    assert subscriptions.drain("tests", seen, TYPES) == 0
    with transaction.atomic():
        record("one", Other(), actor=SYSTEM)
    assert subscriptions.drain("tests", seen, TYPES) == 0
    assert JournalSubscription.objects.get(name="tests").position == queries.latest(1)[0].position
    append("one", 1)
    assert subscriptions.drain("tests", seen, TYPES) == 1
    assert seen.of("one") == [1]


def test_a_reader_does_not_move_past_what_is_still_being_written(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that commits late, under many others, is read all the same."""
    monkeypatch.setattr(subscriptions, "STRIDE", 5)
    seen = Seen()
    with transaction.atomic():
        record("slow", Counted(number=1), actor=SYSTEM)

        def others() -> None:
            with transaction.atomic():
                for _ in range(8):
                    record("quick", Other(), actor=SYSTEM)
            subscriptions.drain("tests", seen, TYPES)

        elsewhere(others)
    assert subscriptions.drain("tests", seen, TYPES) == 1
    assert seen.of("slow") == [1]


def test_a_crash_in_a_handler_leaves_its_effect_once() -> None:
    """A worker killed in the middle of a batch repeats it as a whole; its effects stand once."""
    append("one", 1, 2, 3)
    calls: list[int] = []

    def handler(event: Recorded) -> None:
        calls.append(event.data["number"])
        Account.objects.create(username=f"effect-{event.data['number']}")
        if calls == [1, 2]:
            raise KeyboardInterrupt  # not an error that a subscription may swallow: the process ends here

    with pytest.raises(KeyboardInterrupt):
        subscriptions.drain("tests", handler, TYPES)
    assert Account.objects.count() == 0
    assert subscriptions.drain("tests", handler, TYPES) == 3
    assert calls == [1, 2, 1, 2, 3]
    assert sorted(Account.objects.values_list("username", flat=True)) == ["effect-1", "effect-2", "effect-3"]
    assert subscriptions.drain("tests", handler, TYPES) == 0


def test_a_worker_that_loses_its_connection_moves_nothing() -> None:
    """When the database goes away under a handler, the position stays where it was."""
    append("one", 1)
    killed: list[int] = []

    def handler(_: Recorded) -> None:
        if not killed:
            killed.append(1)
            connection.connection.close()
        Account.objects.create(username="effect")

    with pytest.raises(Exception, match="clos"):
        subscriptions.drain("tests", handler, TYPES)
    connection.close()
    assert subscriptions.drain("tests", handler, TYPES) == 1
    assert Account.objects.count() == 1


def test_two_workers_do_not_take_the_same_batch(elsewhere: Elsewhere) -> None:
    """Whoever holds the subscription works; the other goes on with something else."""
    append("one", 1)
    results: list[int] = []

    def handler(_: Recorded) -> None:
        results.append(elsewhere(lambda: subscriptions.drain("tests", Seen(), TYPES)))

    assert subscriptions.drain("tests", handler, TYPES) == 1
    assert results == [0]


def test_a_poisoned_stream_is_parked_and_the_others_go_on() -> None:
    """An event that cannot be taken holds back its own case only, and that in order."""
    seen = Seen()
    seen.bad = {"bad"}
    append("bad", 1, 2)
    append("good", 3)
    append("bad", 4)
    assert subscriptions.drain("tests", seen, TYPES, batch=2) == 2
    assert subscriptions.drain("tests", seen, TYPES, batch=9) == 2
    assert seen == [("good", 3)]
    parked = subscriptions.parked("tests")
    assert [(one.stream, one.attempts, one.error) for one in parked] == [
        ("bad", 1, "ZeroDivisionError"),
        ("bad", 0, "behind a parked event"),
        ("bad", 0, "behind a parked event"),
    ]
    append("bad", 5)  # while parked, what follows waits behind
    subscriptions.drain("tests", seen, TYPES)
    assert seen.of("bad") == []

    later = datetime.now(UTC) + timedelta(seconds=2)
    assert subscriptions.retry_parked("tests", seen, now=later) == 0
    assert subscriptions.parked("tests")[0].attempts == 2
    seen.bad = set()
    assert subscriptions.retry_parked("tests", seen, now=later) == 0  # not due yet
    assert subscriptions.retry_parked("tests", seen, now=later + timedelta(minutes=6)) == 4
    assert seen.of("bad") == [1, 2, 4, 5]
    append("bad", 6)
    subscriptions.drain("tests", seen, TYPES)
    assert seen.of("bad") == [1, 2, 4, 5, 6]
    assert subscriptions.parked() == []


def test_a_failed_handler_leaves_nothing_half_done() -> None:
    """What a handler did before it failed is undone, what its siblings did stays."""
    append("bad", 1)
    append("good", 2)

    def handler(event: Recorded) -> None:
        Account.objects.create(username=event.stream)
        if event.stream == "bad":
            Account.objects.create(username=event.stream)  # the database itself refuses

    assert subscriptions.drain("tests", handler, TYPES) == 2
    assert list(Account.objects.values_list("username", flat=True)) == ["good"]
    assert [one.error for one in subscriptions.parked("tests")] == ["IntegrityError"]


def test_many_poisoned_streams_do_not_starve_one_that_is_due() -> None:
    """A stream whose time has come is tried though a hundred others wait for theirs."""
    seen = Seen()
    seen.bad = {f"bad-{number}" for number in range(30)}
    for number in range(30):
        append(f"bad-{number}", number)
    append("last", 7)
    seen.bad.add("last")
    subscriptions.drain("tests", seen, TYPES, batch=100)
    now = datetime.now(UTC) + timedelta(seconds=2)
    ParkedEvent.objects.exclude(stream="last").update(retry_at=now + timedelta(minutes=5))
    seen.bad.discard("last")
    assert subscriptions.retry_parked("tests", seen, now=now) == 1
    assert seen.of("last") == [7]


def test_the_wait_between_tries_grows_to_five_minutes_and_no_further() -> None:
    """What is mended at noon is taken within minutes, however long it failed before."""
    seen = Seen()
    seen.bad = {"bad"}
    append("bad", 1)
    subscriptions.drain("tests", seen, TYPES)
    now = datetime.now(UTC) + timedelta(days=1)
    waits = []
    for _ in range(12):
        subscriptions.retry_parked("tests", seen, now=now)
        [parked] = subscriptions.parked("tests")
        waits.append((parked.retry_at - now).total_seconds())
        now = parked.retry_at
    assert waits[:3] == [4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == 300
