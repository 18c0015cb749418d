"""Replies of departments over HTTP: taken once, and only from who may send them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import Sent, enqueue
from tests.exchange.spoken import health
from tongban.catalogue.domain import Catalogue
from tongban.exchange import inbox, partners
from tongban.exchange.events import ReplyReceived, ReplyRefused
from tongban.exchange.models import Inbox
from tongban.exchange.signatures import sign_request
from tongban.journal import queries as journal
from tongban.kernel.crypto import ED25519, KeyPair
from tongban.kernel.ids import new_id

pytestmark = pytest.mark.django_db
PATH = "/api/departments/health/replies"
HEALTH, TAX = ED25519.generate(), ED25519.generate()


@pytest.fixture(autouse=True)
def _enrolled(catalogue: Catalogue) -> None:
    del catalogue
    partners.enrol("health", HEALTH.public)
    partners.enrol("tax", TAX.public)


@pytest.fixture
def sent() -> Sent:
    """A dispatch that the health department has."""
    return enqueue()


def reply(sent: Sent, reply_id: str = "r-1", **changes: Any) -> dict[str, Any]:
    """The health department's word for "accepted", in its dialect."""
    return health("accepted", reply_id=reply_id, dispatch_id=str(sent.dispatch_id), **changes)


def post(
    document: Any,
    *,
    path: str = PATH,
    signed_path: str = "",
    key: KeyPair = HEALTH,
    keyid: str = "health",
    content_type: str = "application/json",
    now: datetime | None = None,
    nonce: str | None = None,
    change: Callable[[dict[str, str], bytes], bytes] = lambda _, body: body,
    raw: str = "",
) -> Any:
    """Send a signed reply; `change` alters headers or body after they were signed."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = {"content-type": content_type}
    headers |= sign_request(
        "POST",
        signed_path or path,
        headers,
        body,
        private_key=key.private,
        keyid=keyid,
        now=now or datetime.now(UTC),
        nonce=nonce,
    )
    body = change(headers, body)
    kind = headers.pop("content-type", "")
    extra: dict[str, Any] = {"RAW_URI": raw} if raw else {}
    return Client(raise_request_exception=False).generic(
        "POST", path, body, content_type=kind, headers=headers, **extra
    )


def refused(response: Any, status: int, code: str, stream: str = "department:health") -> None:
    """A clear problem, on the record, and nothing changed."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"]
    assert "Traceback" not in response.content.decode()
    events = journal.stream(stream)
    assert events, journal.stream_names()
    assert (events[-1].type, events[-1].data["reason"]) == (ReplyRefused.TYPE, code)
    assert not Inbox.objects.exists()


def test_a_good_reply_is_taken_once(sent: Sent) -> None:
    """202 for the first, 200 for the same again, one effect; the record of the case tells of it."""
    first = post(reply(sent))
    assert (first.status_code, first.json()) == (202, {"state": "taken"})
    again = post(reply(sent))
    assert (again.status_code, again.json()) == (200, {"state": "known"})
    assert Inbox.objects.count() == 1
    [event] = journal.stream(sent.application_id)
    assert event.type == ReplyReceived.TYPE
    assert event.data == {
        "department": "health",
        "dispatch_id": str(sent.dispatch_id),
        "reply_id": "r-1",
        "kind": "accepted",
    }
    assert inbox.content("health", "r-1")["kind"] == "accepted"


def test_the_first_word_counts(sent: Sent) -> None:
    """A reply id that comes with other content later changes nothing."""
    assert post(reply(sent)).status_code == 202
    other = health("rejected", reply_id="r-1", dispatch_id=str(sent.dispatch_id))
    assert post(other).status_code == 200
    assert inbox.content("health", "r-1")["kind"] == "accepted"


def test_a_replayed_request_is_refused(sent: Sent) -> None:
    """The very same signed request a second time is an attack, not a repeat."""
    nonce = "A" * 22
    assert post(reply(sent), nonce=nonce).status_code == 202
    again = post(reply(sent, "r-2"), nonce=nonce)
    assert (again.status_code, again.json()["code"]) == (409, "signature.replayed")
    assert Inbox.objects.count() == 1
    assert journal.stream("department:health")[-1].data["reason"] == "signature.replayed"


def change_body(_: dict[str, str], body: bytes) -> bytes:
    """Another byte on the way."""
    return body + b" "


def change_digest(headers: dict[str, str], body: bytes) -> bytes:
    """Another body with its own digest."""
    from tongban.exchange.signatures import content_digest

    headers["content-digest"] = content_digest(body + b" ")
    return body + b" "


def drop(name: str) -> Callable[[dict[str, str], bytes], bytes]:
    """A header lost on the way."""

    def change(headers: dict[str, str], body: bytes) -> bytes:
        del headers[name]
        return body

    return change


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"key": ED25519.generate()}, 401, "signature.invalid"),
        ({"key": TAX}, 401, "signature.invalid"),
        ({"key": TAX, "keyid": "tax"}, 403, "exchange.other_party"),
        ({"keyid": "platform"}, 401, "signature.unknown_key"),
        ({"change": change_body}, 401, "signature.digest_mismatch"),
        ({"change": change_digest}, 401, "signature.invalid"),
        ({"change": drop("signature")}, 401, "signature.missing"),
        ({"change": drop("signature-input")}, 401, "signature.missing"),
        ({"change": drop("content-digest")}, 401, "signature.digest_missing"),
        ({"path": PATH + "?a=1", "signed_path": PATH}, 401, "signature.invalid"),
        ({"path": PATH + "?a=1", "signed_path": PATH + "?a=2"}, 401, "signature.invalid"),
        ({"signed_path": "/api/departments/tax/replies"}, 401, "signature.invalid"),
        ({"raw": "/api/departments/tax/%2e%2e/health/replies"}, 401, "signature.target"),
        ({"raw": "/api/departments/health%2Freplies"}, 401, "signature.target"),
        ({"raw": "/api/departments//health/replies"}, 401, "signature.target"),
        ({"raw": "/api/departments/tax/replies"}, 401, "signature.target"),
        ({"raw": "http://elsewhere" + PATH}, 401, "signature.target"),
    ],
)
def test_a_forged_request_is_refused(sent: Sent, options: dict[str, Any], status: int, code: str) -> None:
    """Wrong key, another department's key, changed body, path or query, lost headers: each by its name."""
    refused(post(reply(sent), **options), status, code)
    assert journal.stream(sent.application_id) == []


def test_an_escape_of_a_plain_letter_is_the_same_address(sent: Sent) -> None:
    """A proxy that writes `%68` for `h` breaks no signature: both spell one path."""
    assert post(reply(sent), raw="/api/departments/%68ealth/replies").status_code == 202


@pytest.mark.parametrize(("minutes", "code"), [(-6, "signature.expired"), (6, "signature.early")])
def test_an_old_request_and_one_from_the_future_are_refused(sent: Sent, minutes: int, code: str) -> None:
    """A signature lives five minutes, and so far may clocks differ."""
    refused(post(reply(sent), now=datetime.now(UTC) + timedelta(minutes=minutes)), 401, code)


def test_an_unknown_dispatch_is_refused(sent: Sent) -> None:
    """A department can only speak of what it was sent."""
    stranger = Sent(sent.id, sent.application_id, new_id())
    refused(post(reply(stranger)), 404, "exchange.unknown_dispatch")


def test_another_departments_dispatch_is_refused() -> None:
    """A department cannot decide for another one."""
    theirs = enqueue("tax", "tax_registration")
    refused(post(reply(theirs)), 404, "exchange.unknown_dispatch")
    assert journal.stream(theirs.application_id) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "dialect.document"),
        (b"[" * 100_000, "dialect.document"),
        (b"\xff\xfe", "dialect.document"),
        (b"[]", "dialect.document"),
        (b"{}", "dialect.missing"),
    ],
)
def test_a_malformed_reply_is_refused(body: bytes, code: str) -> None:
    """What is not the department's dialect is told so, and where."""
    refused(post(body), 422, code)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"reply_id": "r" * 101}, 422, "exchange.reply_id"),
        ({"reply_id": "r\x00"}, 422, "exchange.reply_text"),
        ({"dispatch_id": "17"}, 422, "exchange.dispatch_id"),
        ({"receipt": "\x00"}, 422, "exchange.reply_text"),
        ({"kind": "NONSENSE"}, 422, "dialect.code"),
    ],
)
def test_a_reply_that_cannot_be_kept_is_refused(
    sent: Sent, changes: dict[str, Any], status: int, code: str
) -> None:
    """Too long an id, a NUL in a text, an id that is not ours, a kind nobody knows: no fault of the house."""
    given = {"reply_id": "r-1", "dispatch_id": str(sent.dispatch_id)} | changes
    kind = given.pop("kind", "accepted")
    refused(post(health(kind, **given)), status, code)


def test_a_wrong_content_type_is_refused(sent: Sent) -> None:
    """JSON that calls itself something else is not read."""
    refused(post(reply(sent), content_type="text/html"), 422, "dialect.content_type")


@pytest.mark.parametrize("size", [inbox.MAX_REPLY_BYTES + 1, 3 * 1024 * 1024])
def test_an_oversize_reply_is_refused(size: int) -> None:
    """Neither our own limit nor the framework's is passed silently."""
    refused(post(b" " * size), 413, "exchange.reply_too_large")


@pytest.mark.parametrize("name", ["nobody", "a%00b", "x" * 500, "%F0%9F%90%A3"])
def test_a_stranger_writes_no_name_into_the_journal(sent: Sent, name: str) -> None:
    """Anyone may call any address; what they call themselves is not kept for ever."""
    before = set(journal.stream_names())
    response = Client(raise_request_exception=False).post(
        f"/api/departments/{name}/replies", reply(sent), content_type="application/json"
    )
    refused(response, 401, "signature.missing", "department:unknown")
    assert set(journal.stream_names()) - before == {"department:unknown"}


def test_a_department_may_not_read_its_replies() -> None:
    """Only sending is offered; the refusal is a problem document, not a page."""
    response = Client().get(PATH)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "api.method"


def test_nonces_are_forgotten_when_their_messages_have_expired(sent: Sent) -> None:
    """The memory of nonces does not grow for ever."""
    post(reply(sent))
    assert inbox.forget_nonces(datetime.now(UTC)) == 0
    assert inbox.forget_nonces(datetime.now(UTC) + timedelta(minutes=11)) == 1
