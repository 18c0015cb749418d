"""Appending: one transaction with the change, numbered without gaps, chained, unalterable."""

# ruff: noqa: S608 -- statements are put together from names that stand here

import datetime as dt
import hashlib
from typing import Any, ClassVar

import psycopg
import pytest
import rfc8785
from django.db import transaction
from django.db.transaction import TransactionManagementError
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.conftest import Counted, Elsewhere, Other, at_once
from tongban.journal import events, queries
from tongban.journal.actions import body_digest, erase_payload, record
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.ids import new_id
from tongban.runtime import testing

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TABLES = "SELECT c.relname FROM pg_class c WHERE c.relname LIKE 'journal_event%' AND c.relkind IN ('r', 'p')"


def append(stream: str, number: int = 0) -> events.Recorded:
    """One event in a transaction of its own."""
    with transaction.atomic():
        return record(stream, Counted(number=number), actor=SYSTEM)


def undone(number: int) -> None:
    """One event in a transaction that is rolled back."""
    with transaction.atomic():
        record("one", Counted(number=number), actor=SYSTEM, payload={"name": "李明月"})
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_its_change() -> None:
    """Nobody can record a fact apart from the change that makes it true."""
    with pytest.raises(TransactionManagementError, match="needs the transaction"):
        record("one", Counted(), actor=SYSTEM)
    assert queries.stream("one") == []


@pytest.mark.django_db
def test_an_event_reads_back_as_it_was_written() -> None:
    """Type, time, actor and data come back; the time of the fact is UTC."""
    at = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    actor = Actor("department", "health")
    written = record("one", Counted(number=7, code="出生"), actor=actor, at=at)
    [read] = queries.stream("one")
    assert read == written
    assert read.at == at
    assert read.at.tzinfo == dt.UTC
    assert events.typed(read) == Counted(number=7, code="出生")
    assert (read.seq, read.prev) == (1, "0" * 64)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_on_one_stream_leave_no_gap_and_one_chain() -> None:
    """However many write at once, the events of a case are numbered 1, 2, 3 and hang together."""
    at_once(8, lambda writer: [append("one", writer * 100 + turn) for turn in range(12)])
    found = queries.stream("one")
    assert [event.seq for event in found] == list(range(1, 97))
    assert {event.data["number"] for event in found} == {w * 100 + t for w in range(8) for t in range(12)}
    assert queries.verify("one") == []


@pytest.mark.django_db(transaction=True)
def test_eight_writers_on_many_streams_keep_each_whole() -> None:
    """Writers that cross many cases break none of them."""

    def work(writer: int) -> None:
        for turn in range(24):
            append(f"case-{(writer + turn) % 6}", turn)

    at_once(8, work)
    for name in (f"case-{number}" for number in range(6)):
        assert [event.seq for event in queries.stream(name)] == list(range(1, 33))
        assert queries.verify(name) == []
    assert len(list(queries.everything(batch=7))) == 8 * 24


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_takes_its_event_and_its_number_along() -> None:
    """A change that did not happen leaves neither a trace nor a gap."""
    append("one", 1)
    undone(2)
    append("one", 3)
    assert [(event.seq, event.data["number"]) for event in queries.stream("one")] == [(1, 1), (2, 3)]
    assert queries.verify("one") == []


def test_the_application_may_not_change_remove_or_empty_events(
    application: psycopg.Connection[Any],
) -> None:
    """The platform's own role has no permission to alter the record, in any partition."""
    append("one")
    tables = [row[0] for row in application.execute(TABLES)]
    assert len(tables) > 20
    for table in tables:
        for statement in (f"UPDATE {table} SET type = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
                application.execute(statement)
    for statement in (
        "DELETE FROM journal_stream",
        "UPDATE journal_payload SET data = '{}'",
        "TRUNCATE journal_payload",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
            application.execute(statement)
    assert len(queries.stream("one")) == 1


def test_the_owner_is_refused_too(owner: psycopg.Connection[Any]) -> None:
    """Where one role owns and uses the database, the triggers say no, in any partition."""
    append("one")
    tables = [row[0] for row in owner.execute(TABLES)]
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute(f"TRUNCATE {table}")
    for table in ("journal_event", f"journal_event_{dt.datetime.now(dt.UTC):%Y%m}"):
        for statement in (f"UPDATE {table} SET type = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                owner.execute(statement)
    assert len(queries.stream("one")) == 1


def three() -> list[events.Recorded]:
    """A stream of three, the second with something personal."""
    with transaction.atomic():
        first = record("one", Counted(number=1), actor=SYSTEM)
        second = record("one", Counted(number=2), actor=SYSTEM, payload={"values": {"mother.name": "李明月"}})
        third = record("one", Other(number=3), actor=Actor("person", "p"))
    assert queries.verify("one") == []
    return [first, second, third]


@pytest.mark.parametrize(
    "change",
    [
        'data = \'{"number": 9, "code": ""}\'',
        "type = 'tongban.tests.other'",
        "at = at + interval '1 microsecond'",
        "actor_id = 'somebody'",
        "commitment = NULL",
    ],
)
def test_a_changed_event_is_found(superuser: psycopg.Connection[Any], change: str) -> None:
    """Whoever alters an event behind the database's back is found out at that event."""
    _, second, _ = three()
    assert superuser.execute(f"UPDATE journal_event SET {change} WHERE id = %s", [second.id]).rowcount == 1
    assert 2 in {fault.seq for fault in queries.verify("one")}


def test_a_changed_payload_is_found(superuser: psycopg.Connection[Any]) -> None:
    """The personal part cannot be exchanged: the journal holds a commitment to it."""
    three()
    superuser.execute("""UPDATE journal_payload SET data = '{"values": {"mother.name": "王建国"}}'""")
    assert [fault.what for fault in queries.verify("one")] == ["the payload does not fit its commitment"]


def test_a_payload_under_an_event_that_has_none_is_found(superuser: psycopg.Connection[Any]) -> None:
    """Nothing personal can be slipped under an event afterwards."""
    first, _, _ = three()
    superuser.execute("INSERT INTO journal_payload VALUES (%s, now(), '\\x00', '{}')", [first.id])
    assert [fault.seq for fault in queries.verify("one")] == [1]


def test_a_missing_last_event_is_found(superuser: psycopg.Connection[Any]) -> None:
    """Cutting off the end of a story shows."""
    *_, third = three()
    superuser.execute("DELETE FROM journal_event WHERE id = %s", [third.id])
    assert [fault.what for fault in queries.verify("one")] == ["the last events are missing"]


def test_a_missing_middle_event_is_found(superuser: psycopg.Connection[Any]) -> None:
    """So does cutting a piece out of its middle."""
    _, second, _ = three()
    superuser.execute("DELETE FROM journal_event WHERE id = %s", [second.id])
    assert "number 2 was expected" in {fault.what for fault in queries.verify("one")}


def test_a_missing_head_is_found(superuser: psycopg.Connection[Any]) -> None:
    """Without the stream's head its end could be cut off unseen: that is a fault of its own."""
    three()
    superuser.execute("DELETE FROM journal_stream WHERE stream = 'one'")
    assert [fault.what for fault in queries.verify("one")] == ["the head of the stream is missing"]


@pytest.mark.django_db(transaction=True)
def test_erasure_takes_the_person_out_and_leaves_the_proof() -> None:
    """After erasure nobody can read what was said; that it was said, when and by whom still holds."""
    _, second, _ = three()
    assert queries.payload(second.id) == {"values": {"mother.name": "李明月"}}
    assert erase_payload(second.id)
    assert queries.payload(second.id) is None
    assert queries.stream("one")[1].commitment == second.commitment
    assert queries.verify("one") == []
    assert not erase_payload(second.id)


@pytest.mark.django_db
def test_equal_payloads_have_different_commitments() -> None:
    """A commitment tells nothing: not even that two people said the same."""
    many = [record("one", Counted(), actor=SYSTEM, payload={"name": "李明月"}) for _ in range(2)]
    assert many[0].commitment != many[1].commitment


def test_a_second_event_type_of_one_name_is_refused() -> None:
    """Two rooms cannot mean two things by one name."""

    class Impostor:
        TYPE: ClassVar[str] = Counted.TYPE

    with pytest.raises(ValueError, match="registered twice"):
        events.register(Impostor)
    assert events.registered()[Counted.TYPE] is Counted

    class Foreign:
        TYPE: ClassVar[str] = "elsewhere.thing"

    with pytest.raises(ValueError, match="starts with"):
        events.register(Foreign)


@pytest.mark.django_db
def test_an_unregistered_event_is_refused() -> None:
    """What readers would not know cannot be written."""

    class Unknown:
        TYPE: ClassVar[str] = "tongban.tests.unknown"
        __dataclass_fields__: ClassVar[dict[str, Any]] = {}

    with pytest.raises(ValueError, match="not registered"):
        record("one", Unknown(), actor=SYSTEM)


@pytest.mark.django_db
def test_an_old_event_is_read_after_its_type_has_changed() -> None:
    """A field that is gone is ignored, a new one has its default."""
    written = record("one", Counted(number=1), actor=SYSTEM)
    old = events.Recorded(
        **{
            **{name: getattr(written, name) for name in events.Recorded.__dataclass_fields__},
            "data": {"number": 1, "forgotten": True},
        }
    )
    assert events.typed(old) == Counted(number=1, code="")


def test_the_coming_months_have_partitions_and_the_rest_has_one(superuser: psycopg.Connection[Any]) -> None:
    """Two years ahead the months are made; what lies outside is kept all the same."""
    names = {row[0] for row in superuser.execute(TABLES)}
    now = dt.datetime.now(dt.UTC)
    for ahead in range(25):
        month = now.month - 1 + ahead
        assert f"journal_event_{now.year + month // 12}{month % 12 + 1:02}" in names
    far = [dt.datetime(2031, 5, 1, tzinfo=dt.UTC), dt.datetime(2019, 2, 3, tzinfo=dt.UTC), now]
    with transaction.atomic():
        for number, at in enumerate(far):
            record("one", Counted(number=number), actor=SYSTEM, payload={"n": number}, at=at)
    places = "SELECT tableoid::regclass::text FROM {} ORDER BY at"
    for table in ("journal_event", "journal_payload"):
        found = [row[0] for row in superuser.execute(places.format(table))]
        assert found == [f"{table}_rest", f"{table}_{now:%Y%m}", f"{table}_rest"]
    assert queries.verify("one") == []


def test_partitions_are_made_by_utc_and_around_what_the_rest_holds(owner: psycopg.Connection[Any]) -> None:
    """A start never fails because an event lies where a month's partition would be."""
    now = dt.datetime.now(dt.UTC)
    month = now.month - 1 + 26
    beyond = dt.datetime(now.year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
    with transaction.atomic():
        record("one", Counted(), actor=SYSTEM, at=beyond)
    owner.execute("SET timezone = 'Asia/Shanghai'")
    made = owner.execute("SELECT journal_make_partitions(27)").fetchone()
    # Months 25 to 27 of two tables, but for the one whose event is in the rest already.
    assert made == (5,)
    assert owner.execute("SELECT journal_make_partitions(27)").fetchone() == (0,)
    with transaction.atomic():
        late = beyond - dt.timedelta(microseconds=1)
        record("two", Counted(), actor=SYSTEM, at=late)
    where = owner.execute("SELECT tableoid::regclass::text FROM journal_event WHERE stream = 'two'")
    assert where.fetchone() == (f"journal_event_{late:%Y%m}",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(f"TRUNCATE journal_event_{late:%Y%m}")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_start_makes_months_and_closes_them(owner: psycopg.Connection[Any]) -> None:
    """Partitions made by a later start are as closed as those of the first."""
    from tongban.journal.apps import keep_tables

    gone = f"{dt.datetime.now(dt.UTC):%Y%m}"
    owner.execute(f"DROP TABLE journal_event_{gone}")
    keep_tables("owner")
    append("one")
    with (
        psycopg.connect(testing.POSTGRES.app_dsn(testing.DATABASE), autocommit=True) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
    ):
        application.execute(f"DELETE FROM journal_event_{gone}")


def test_a_commit_wakes_who_listens(transactional_db: None, elsewhere: Elsewhere) -> None:
    """A worker hears of an event at its commit, not before and not for a rolled back one."""
    del transactional_db
    from tongban.runtime.listening import Listener

    with Listener() as listener:
        undone(1)
        assert not listener.wait(0.05)
        elsewhere(lambda: append("one"))
        assert listener.wait(5)


def test_ids_name_streams_as_text(transactional_db: None) -> None:
    """A stream may be named by the application's id itself."""
    del transactional_db
    name = new_id()
    with transaction.atomic():
        record(name, Counted(), actor=SYSTEM)
    assert queries.streams([name, "none"]) == {str(name): queries.stream(str(name)), "none": []}
    assert str(name) in queries.stream_names()


@given(
    WORDS,
    st.dictionaries(WORDS, WORDS),
    st.none() | st.binary(min_size=32, max_size=32),
)
def test_the_digest_is_that_of_the_whole_event_in_canonical_form(
    text: str, data: dict[str, str], commitment: bytes | None
) -> None:
    """Whoever has an exported event can compute its digest with any RFC 8785 library."""
    at = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    identity = new_id()
    whole = {
        "id": str(identity),
        "stream": text,
        "type": "tongban.tests.counted",
        "at": "2026-11-23T01:30:00.000000+00:00",
        "actor": {"kind": "staff", "id": text},
        "data": data,
        "commitment": commitment.hex() if commitment else None,
    }
    digest = body_digest(
        id_=identity,
        stream=text,
        type_="tongban.tests.counted",
        at=at,
        actor=Actor("staff", text),
        data=data,
        commitment=commitment,
    )
    assert digest == hashlib.sha256(rfc8785.dumps(whole)).digest()
