"""Purpose-bound reads against real departments and against departments that misbehave."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.departments.running import Running
from tests.departments.values import person
from tests.exchange.conftest import Fake
from tongban.catalogue.domain import BoundEvent, BoundSource, Catalogue
from tongban.exchange import partners
from tongban.exchange.adapters import departments as adapter
from tongban.exchange.domain import Answer, Purpose
from tongban.exchange.events import DepartmentDown, DepartmentUp, ReadFailed, ReadMade, ReadRefused
from tongban.exchange.reads import Failed, Read, read_all
from tongban.journal import queries as journal
from tongban.journal.events import Actor
from tongban.kernel.crypto import ED25519
from tongban.kernel.errors import NotAllowed
from tongban.kernel.ids import new_id

pytestmark = pytest.mark.django_db
ME = Actor("person", "p-1")
REGISTRY = "population"
DEPARTMENT = "public_security"


@pytest.fixture
def bound(catalogue: Catalogue) -> BoundEvent:
    """The newborn event."""
    return catalogue.bound("newborn")


def registry(bound: BoundEvent) -> BoundSource:
    """The population registry, asked about the mother."""
    return next(
        one
        for one in bound.sources
        if one.resource.department == DEPARTMENT and "mother.id_number" in one.key
    )


def wanted(bound: BoundEvent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The items and elements that this registry may be asked for, name first."""
    one = registry(bound)
    items = tuple(item.code for item in bound.items if "mother.name" in item.reads())
    assert items
    assert "mother.name" in one.answers
    return items, ("mother.name",)


def reading(bound: BoundEvent, **changes: Any) -> Read:
    """A good read."""
    items, elements = wanted(bound)
    one = Purpose(application_id=new_id(), items=items, elements=elements)
    return Read(
        purpose=replace(one, **changes),
        source=registry(bound),
        key={"mother.id_number": person("mother").id_number, "mother.name": person("mother").name},
        number="TB20261123-000017-4",
    )


def types(stream: object) -> list[str]:
    """The types of a stream's events."""
    return [event.type for event in journal.stream(str(stream))]


@pytest.mark.slow
def test_a_real_registry_answers_and_the_person_can_see_who_asked_why(
    real: Callable[[str], Running], bound: BoundEvent, catalogue: Catalogue
) -> None:
    """The value comes with its source; the record says what was read, for which items; nothing personal."""
    real(DEPARTMENT)
    read = reading(bound)
    [answer] = read_all([read], bound, catalogue, actor=ME)
    assert isinstance(answer, Answer)
    assert answer.found
    assert answer.values == {"mother.name": person("mother").name}
    assert (answer.department, answer.resource) == (DEPARTMENT, read.source.code)
    [event] = journal.stream(read.purpose.application_id)
    assert event.type == ReadMade.TYPE
    assert event.actor == ME
    assert event.data == {
        "department": DEPARTMENT,
        "reader": "platform",
        "resource": read.source.code,
        "elements": ["mother.name"],
        "items": sorted(read.purpose.items),
        "query_id": str(answer.query_id),
        "found": True,
        "purpose": "prefill",
    }
    assert person("mother").name not in str(event.data)
    assert journal.payload(event.id) == {"values": {"mother.name": person("mother").name}}


@pytest.mark.slow
def test_nobody_by_that_number_is_an_answer_too(
    real: Callable[[str], Running], bound: BoundEvent, catalogue: Catalogue
) -> None:
    """An unknown number is no failure: the department is up, and it is recorded that it was asked."""
    from datetime import date

    from tongban.kernel.numbers import make_resident_id

    real(DEPARTMENT)
    read = reading(bound)
    unknown = make_resident_id("430102", date(1931, 2, 3), 999)
    read = replace(read, key={**read.key, "mother.id_number": unknown})
    [answer] = read_all([read], bound, catalogue, actor=ME)
    assert isinstance(answer, Answer)
    assert (answer.found, answer.values) == (False, {})
    assert journal.stream(read.purpose.application_id)[0].data["found"] is False
    assert partners.down_since() == {}


def test_a_wrong_purpose_is_refused_recorded_and_asks_nobody(
    bound: BoundEvent, catalogue: Catalogue, fake: Fake, connect: Callable[..., None]
) -> None:
    """One wrong purpose among good ones: no department hears anything."""
    fake.code = DEPARTMENT
    connect(fake)
    good, bad = reading(bound), reading(bound, items=("deed_tax",))
    with pytest.raises(NotAllowed) as refused:
        read_all([good, bad], bound, catalogue, actor=ME)
    assert refused.value.code == "exchange.no_right"
    assert fake.seen == []
    [event] = journal.stream(bad.purpose.application_id)
    assert event.type == ReadRefused.TYPE
    assert (event.data["reason"], event.data["elements"]) == ("item_not_in_case", ["mother.name"])
    assert event.actor == ME
    assert types(good.purpose.application_id) == []


@pytest.mark.slow
def test_a_department_that_is_down_is_recorded_spared_and_found_back(
    real: Callable[[str], Running],
    bound: BoundEvent,
    catalogue: Catalogue,
    connect: Callable[..., None],
) -> None:
    """A refused connection makes it down at once; it is left in peace until its next try; then it is up."""
    running = real(DEPARTMENT)
    connect(**{DEPARTMENT: "http://127.0.0.1:9"})
    read = reading(bound)
    [outcome] = read_all([read], bound, catalogue)
    assert isinstance(outcome, Failed)
    assert outcome.reason == "NewConnectionError"
    assert types(read.purpose.application_id) == [ReadFailed.TYPE]
    stream = f"department:{DEPARTMENT}"
    assert types(stream) == [DepartmentDown.TYPE]
    assert set(partners.down_since()) == {DEPARTMENT}

    connect(running)  # it is back, but nobody has found out yet
    before = running.effects()
    [outcome] = read_all([reading(bound)], bound, catalogue)
    assert isinstance(outcome, Failed)
    assert outcome.reason == "down"
    assert running.effects() == before
    assert types(stream) == [DepartmentDown.TYPE]

    from tongban.exchange.models import Partner

    Partner.objects.filter(department=DEPARTMENT).update(try_at=partners.down_since()[DEPARTMENT])
    [outcome] = read_all([reading(bound)], bound, catalogue)
    assert isinstance(outcome, Answer)
    assert types(stream) == [DepartmentDown.TYPE, DepartmentUp.TYPE]
    assert partners.down_since() == {}


def misbehave(how: str, fake: Fake) -> None:
    """Make a fake do something that no department may do."""
    stranger = ED25519.generate()
    match how:
        case "unsigned":
            fake.unsigned = True
        case "signed with another key":
            fake.sign_with = stranger.private
        case "signed by another department":
            fake.sign_as, fake.sign_with = "tax", stranger.private
            partners.enrol("tax", stranger.public)
        case "tampered":
            fake.tampered = True
        case "huge":
            fake.body = b" " * (adapter.MAX_ANSWER_BYTES + 1)
        case "silent":
            fake.delay = 5
        case "dripping":
            fake.body, fake.drip = b"{" + b" " * 60 + b"}", 0.05
        case _:
            fake.status, fake.body = 503, b"{}"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("unsigned", "signature.missing"),
        ("signed with another key", "signature.invalid"),
        ("signed by another department", "signed by another party"),
        ("tampered", "signature.digest_mismatch"),
        ("huge", "answer too large"),
        ("silent", "ReadTimeoutError"),
        ("dripping", "answer too slow"),
        ("failing", "dialect.unavailable"),
    ],
)
def test_what_a_department_did_not_say_is_no_answer(  # noqa: PLR0917  # fixtures
    how: str,
    reason: str,
    bound: BoundEvent,
    catalogue: Catalogue,
    fake: Fake,
    connect: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unsigned, forged, changed, endless or late answers count as none; three in a row and it is down."""
    monkeypatch.setattr(adapter, "READ_SECONDS", 0.3)
    monkeypatch.setattr(adapter, "WHOLE_SECONDS", 0.4)
    fake.code = DEPARTMENT
    connect(fake)
    misbehave(how, fake)
    for _ in range(3):
        assert partners.down_since() == {}
        [outcome] = read_all([reading(bound)], bound, catalogue)
        assert isinstance(outcome, Failed)
        assert outcome.reason == reason
    assert set(partners.down_since()) == {DEPARTMENT}
    assert len(fake.seen) == 3


def test_an_answer_that_cannot_be_read_is_no_outage(
    bound: BoundEvent, catalogue: Catalogue, fake: Fake, connect: Callable[..., None]
) -> None:
    """A fault of the mapping must not stop a department's clocks."""
    fake.code, fake.content_type, fake.body = DEPARTMENT, "application/pdf", b"%PDF"
    connect(fake)
    for _ in range(4):
        [outcome] = read_all([reading(bound)], bound, catalogue)
        assert isinstance(outcome, Failed)
        assert outcome.reason.startswith("dialect.")
    assert partners.down_since() == {}


def test_after_a_huge_answer_the_next_one_is_read_from_its_beginning(
    fake: Fake, catalogue: Catalogue
) -> None:
    """What was not read of one answer never becomes the beginning of another."""
    del catalogue
    from tongban.exchange.dialect import Encoded
    from tongban.kernel.errors import Unavailable

    client = partners.client()
    ask = Encoded(method="POST", path="/x", query="", content_type="application/json", body=b"{}")
    fake.body = b" " * (adapter.MAX_ANSWER_BYTES * 2)
    with pytest.raises(Unavailable, match="too large"):
        client.call("health", ask)
    fake.body = b'{"n": 1}'
    for _ in range(3):
        assert client.call("health", ask).body == b'{"n": 1}'


def test_one_department_down_does_not_spoil_the_answers_of_others(
    bound: BoundEvent, catalogue: Catalogue, fake: Fake, connect: Callable[..., None]
) -> None:
    """Answers come back in the order of the questions, failures among them."""
    connect(**{DEPARTMENT: "http://127.0.0.1:9"})
    reads = [reading(bound), reading(bound)]
    outcomes = read_all(reads, bound, catalogue)
    assert [type(one) for one in outcomes] == [Failed, Failed]
    assert [len(types(read.purpose.application_id)) for read in reads] == [1, 1]
    assert types(f"department:{DEPARTMENT}") == [DepartmentDown.TYPE]
    assert fake.seen == []
