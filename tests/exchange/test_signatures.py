import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.exchange import signatures
from tongban.exchange.signatures import (
    SignatureRefused,
    content_digest,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from tongban.kernel.crypto import ED25519

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PLATFORM = ED25519.key_pair(bytes(range(32)))
HEALTH = ED25519.key_pair(bytes(range(1, 33)))
KEYS = {"platform": PLATFORM.public, "health": HEALTH.public}
TARGET = "/api/departments/health/replies?attempt=1&kind=approved"
BODY = '{"结果":"办结"}'.encode()
JSON = {"Content-Type": "application/json"}

Pairs = list[tuple[str, str]]


class Nonces:
    """What a receiver remembers."""

    def __init__(self) -> None:
        self.seen: dict[str, datetime] = {}

    def __call__(self, nonce: str, expires: datetime) -> bool:  # noqa: D102
        before = nonce in self.seen
        self.seen[nonce] = expires
        return before


def signed(method: str = "POST", target: str = TARGET, body: bytes = BODY, now: datetime = NOW) -> Pairs:
    """A request that health signed."""
    own = JSON if body else {}
    added = sign_request(method, target, own, body, private_key=HEALTH.private, keyid="health", now=now)
    return [*own.items(), *added.items()]


def check(
    headers: Pairs,
    *,
    method: str = "POST",
    target: str = TARGET,
    body: bytes = BODY,
    now: datetime = NOW,
    nonces: Callable[[str, datetime], bool] | None = None,
) -> str:
    """What the platform says to it."""
    return verify_request(
        method,
        target,
        headers,
        body,
        public_key_of=KEYS.get,
        now=now,
        seen_nonce=nonces or Nonces(),
    )


def refused(code: str, call: Callable[[], object]) -> SignatureRefused:
    """The call is refused for exactly this cause."""
    with pytest.raises(SignatureRefused) as caught:
        call()
    assert caught.value.code == f"signature.{code}"
    assert caught.value.status == (409 if code == "replayed" else 401)
    return caught.value


def replaced(headers: Pairs, name: str, change: Callable[[str], str]) -> Pairs:
    """The headers with one value changed on the way."""
    assert any(key.lower() == name for key, _ in headers)
    return [(key, change(value) if key.lower() == name else value) for key, value in headers]


def resealed(headers: Pairs, change: Callable[[str], str], key: bytes = HEALTH.private) -> Pairs:
    """A message whose *sender* chose other parameters and signed them honestly."""
    found = {name.lower(): value for name, value in headers}
    params = change(found["signature-input"]).removeprefix("sig1=")
    names = [word.split(";")[0] for word in params[1 : params.index(")")].split()]
    path, _, query = TARGET.partition("?")
    values = {
        '"@method"': "POST",
        '"@path"': path,
        '"@query"': "?" + query,
        '"content-digest"': found["content-digest"],
        '"content-type"': found.get("content-type", ""),
        '"@authority"': "example.org",
    }
    base = signatures.signature_base([name for name in names if name in values], values, params)
    seal = base64.b64encode(ED25519.sign(key, base)).decode()
    out = replaced(headers, "signature-input", lambda _: "sig1=" + params)
    return replaced(out, "signature", lambda _: f"sig1=:{seal}:")


def test_the_signature_base_is_the_one_of_the_standard() -> None:
    """A signature made by the authors of RFC 9421 (appendix B.2.6) verifies over our signature base."""
    params = (
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    values = {
        '"date"': "Tue, 20 Apr 2021 02:07:55 GMT",
        '"@method"': "POST",
        '"@path"': "/foo",
        '"@authority"': "example.com",
        '"content-type"': "application/json",
        '"content-length"': "18",
    }
    public = base64.b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
    seal = base64.b64decode(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    base = signatures.signature_base(list(values), values, params)
    assert ED25519.verify(public, base, seal)


def test_the_digest_is_the_one_of_the_standard() -> None:
    """The digest of RFC 9530 appendix B.1's body and of an empty body are the published ones."""
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert content_digest(b"") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"


def test_a_signed_request_names_its_signer() -> None:
    """What a department signed is accepted under its key id."""
    assert check(signed()) == "health"
    get = signed("GET", "/health", b"")
    assert check(get, method="GET", target="/health", body=b"") == "health"


@given(
    body=st.binary(max_size=200),
    path=st.text("abcXYZ019-_~", min_size=1, max_size=20),
    query=st.text("ab=&19%2C"[:6], max_size=20),
)
def test_any_message_can_be_signed(body: bytes, path: str, query: str) -> None:
    """Whatever the body, the path and the query, what was signed verifies, and not with one byte more."""
    target = f"/{path}?{query}"
    headers = signed(target=target, body=body)
    assert check(headers, target=target, body=body) == "health"
    with pytest.raises(SignatureRefused):
        check(headers, target=target, body=body + b"\0")


@pytest.mark.parametrize(
    ("name", "alter", "code"),
    [
        ("another path", {"target": TARGET.replace("health", "tax")}, "invalid"),
        ("another case in the path", {"target": TARGET.replace("api", "API")}, "invalid"),
        ("a slash more", {"target": TARGET.replace("replies", "replies/")}, "invalid"),
        ("another query", {"target": TARGET.replace("approved", "rejected")}, "invalid"),
        (
            "another order of the query",
            {"target": "/api/departments/health/replies?kind=approved&attempt=1"},
            "invalid",
        ),
        ("no query", {"target": TARGET.partition("?")[0]}, "invalid"),
        ("another method", {"method": "PUT"}, "invalid"),
        ("a method in small letters", {"method": "post"}, "target"),
        ("another body", {"body": BODY + b" "}, "digest_mismatch"),
        ("no body", {"body": b""}, "digest_mismatch"),
        ("dot segments", {"target": TARGET.replace("health/", "tax/../health/")}, "target"),
        ("encoded dot segments", {"target": TARGET.replace("health/", "tax/%2e%2E/health/")}, "target"),
        (
            "dot segments with a parameter",
            {"target": TARGET.replace("health", "tax/..;x/health")},
            "target",
        ),
        ("an encoded slash", {"target": TARGET.replace("health/", "health%2f")}, "target"),
        ("an encoded backslash", {"target": TARGET.replace("health/", "health%5c")}, "target"),
        ("a backslash", {"target": TARGET.replace("health/", "health\\")}, "target"),
        ("an empty segment", {"target": TARGET.replace("health/", "health//")}, "target"),
        ("a double encoding", {"target": TARGET.replace("health", "%2568ealth")}, "target"),
        ("a null byte", {"target": TARGET.replace("health", "health%00")}, "target"),
        ("a fragment", {"target": TARGET + "#x"}, "target"),
        ("a full address", {"target": "http://example.org" + TARGET}, "target"),
        ("letters outside ASCII", {"target": "/回执"}, "target"),
        ("a line break", {"target": TARGET + '\n"@method": GET'}, "target"),
        ("an unfinished escape", {"target": TARGET + "%2"}, "target"),
    ],
)
def test_a_changed_message_is_refused(name: str, alter: dict[str, object], code: str) -> None:
    """Nobody can change where a signed message goes or what it says."""
    assert name
    refused(code, lambda: check(signed(), **alter))  # type: ignore[arg-type]


def test_two_spellings_of_one_path_are_one_path() -> None:
    """%68 is the letter h (RFC 3986 §6.2.2.2), so a proxy that normalises does not break the signature."""
    assert check(signed(), target=TARGET.replace("health", "%68ealth")) == "health"


def test_another_content_type_is_refused() -> None:
    """JSON signed as JSON cannot be passed on as a form, nor lose or gain its type."""
    headers = signed()
    refused("invalid", lambda: check(replaced(headers, "content-type", lambda _: "text/xml")))
    refused("not_covered", lambda: check(headers[1:]))
    empty = signed("GET", "/health", b"")
    extra = [*empty, ("Content-Type", "text/xml")]
    refused("not_covered", lambda: check(extra, method="GET", target="/health", body=b""))


@pytest.mark.parametrize("name", ["content-type", "content-digest", "signature", "signature-input"])
def test_a_header_that_stands_twice_is_refused(name: str) -> None:
    """Two copies of one header, even equal ones in another case, are an attack."""
    headers = signed()
    value = next(value for key, value in headers if key.lower() == name)
    refused("duplicate_header", lambda: check([*headers, (name.upper(), value)]))


def test_two_signatures_are_refused() -> None:
    """A second signature cannot ride along, whether beside the first or instead of its label."""
    headers = signed()
    both = replaced(headers, "signature-input", lambda value: f"{value}, sig2={value[5:]}")
    refused("malformed", lambda: check(both))
    twice = replaced(headers, "signature", lambda value: f"{value}, sig2={value[5:]}")
    refused("malformed", lambda: check(twice))
    other = replaced(headers, "signature-input", lambda value: "sig2" + value[4:])
    refused("malformed", lambda: check(other))


@pytest.mark.parametrize("alg", ["none", "hmac-sha256", "ED25519", "rsa-v1_5-sha256", ""])
def test_the_sender_does_not_choose_the_algorithm(alg: str) -> None:
    """Another algorithm is refused even when the signature itself would be good."""
    headers = resealed(signed(), lambda value: value.replace('alg="ed25519"', f'alg="{alg}"'))
    refused("algorithm", lambda: check(headers))


def test_the_algorithm_must_be_named() -> None:
    """A signature that does not say how it was made is refused."""
    headers = resealed(signed(), lambda value: value.replace(';alg="ed25519"', ""))
    refused("algorithm", lambda: check(headers))


@pytest.mark.parametrize("component", ["@method", "@path", "@query", "content-digest", "content-type"])
def test_each_part_must_be_covered(component: str) -> None:
    """A signature that leaves a part open is refused although it is honest about the rest."""
    headers = resealed(
        signed(), lambda value: value.replace(f'"{component}" ', "").replace(f' "{component}"', "")
    )
    error = refused("not_covered", lambda: check(headers))
    assert component in error.detail


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda value: value.replace('("@method"', '("@authority" "@method"'), "malformed"),
        (lambda value: value.replace('"@method"', '"@method" "@method"'), "malformed"),
        (lambda value: value.replace('"@query"', '"@query-param";name="kind"'), "not_covered"),
        (lambda value: value.replace('"content-digest"', '"content-digest";bs'), "not_covered"),
        (lambda value: value + ";created=1", "malformed"),
        (lambda value: value + ';tag="x"', "malformed"),
        (lambda value: value.replace("created=", "created=-"), "malformed"),
        (lambda value: value.replace(";created", "; created"), "malformed"),
        (lambda value: value.replace('keyid="health"', 'keyid="Health"'), "malformed"),
        (lambda value: value.replace('keyid="health"', "keyid=7"), "malformed"),
        (lambda value: value.replace(';keyid="health"', ""), "malformed"),
        (lambda value: value.replace('nonce="', 'nonce="x'), "malformed"),
        (lambda value: value.split(";nonce=")[0] + ';keyid="health";alg="ed25519"', "malformed"),
        (lambda value: value.replace("created=1", "created=99999999999"), "malformed"),
        (lambda _: "sig1", "malformed"),
        (lambda _: "", "missing"),
    ],
)
def test_parameters_outside_the_profile_are_refused(change: Callable[[str], str], code: str) -> None:
    """There is one way to write a signature; everything else is refused with its cause."""
    refused(code, lambda: check(replaced(signed(), "signature-input", change)))


def test_an_unsigned_message_is_refused() -> None:
    """Without a signature, or with half of one, nothing is read."""
    refused("missing", lambda: check(list(JSON.items())))
    refused("missing", lambda: check([pair for pair in signed() if pair[0] != "signature"]))
    refused("missing", lambda: check([pair for pair in signed() if pair[0] != "signature-input"]))
    refused("digest_missing", lambda: check([pair for pair in signed() if pair[0] != "content-digest"]))


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.replace("=:", "=:\n", 1),
        lambda value: value.rstrip(":="),
        lambda value: value.replace(":", ""),
        lambda value: value[:-3] + ":",
        lambda value: value[:-1] + "=:",
        lambda value: value.replace("=:", "=: ", 1),
        lambda value: value.replace("==:", "=:"),
        # The last letter before == has four spare bits: setting one gives the same bytes in another spelling.
        lambda value: value[:-4] + chr(ord(value[-4]) + 1) + "==:",
    ],
)
def test_a_signature_has_one_spelling(change: Callable[[str], str]) -> None:
    """Other spellings of the same base64 are refused, so a copy cannot pass as something new."""
    refused("malformed", lambda: check(replaced(signed(), "signature", change)))


@pytest.mark.parametrize("change", [str.upper, lambda v: v + ", sha-256=:AA==:", lambda v: "sha-512" + v[7:]])
def test_a_digest_has_one_form(change: Callable[[str], str]) -> None:
    """Only one sha-256 digest counts; a second or another algorithm is refused."""
    refused("malformed", lambda: check(replaced(signed(), "content-digest", change)))


def test_a_forged_or_foreign_signature_is_refused() -> None:
    """Another's key, an unknown key id and a flipped bit each say so."""
    forged = resealed(signed(), lambda value: value, key=PLATFORM.private)
    refused("invalid", lambda: check(forged))
    posing = resealed(signed(), lambda value: value.replace('"health"', '"platform"'))
    refused("invalid", lambda: check(posing))
    stranger = resealed(signed(), lambda value: value.replace('"health"', '"nobody"'))
    refused("unknown_key", lambda: check(stranger))
    zero = base64.b64encode(bytes(64)).decode()
    refused("invalid", lambda: check(replaced(signed(), "signature", lambda _: f"sig1=:{zero}:")))


def test_a_public_key_of_small_order_verifies_nothing() -> None:
    """A key that would accept a made-up signature for any message is not believed."""
    weak = bytes([1]) + bytes(31)
    seal = base64.b64encode(weak + bytes(32)).decode()
    headers = replaced(signed(), "signature", lambda _: f"sig1=:{seal}:")
    refused(
        "invalid",
        lambda: verify_request(
            "POST", TARGET, headers, BODY, public_key_of=lambda _: weak, now=NOW, seen_nonce=Nonces()
        ),
    )


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(seconds=-301), "early"),
        (timedelta(seconds=-300), None),
        (timedelta(seconds=299), None),
        (timedelta(seconds=300), "expired"),
        (timedelta(days=3650), "expired"),
    ],
)
def test_a_signature_lives_five_minutes(after: timedelta, code: str | None) -> None:
    """Clocks may differ by 300 seconds, no more in either direction."""
    if code is None:
        assert check(signed(), now=NOW + after) == "health"
    else:
        refused(code, lambda: check(signed(), now=NOW + after))


@pytest.mark.parametrize("seconds", [301, 86400, 0, -1000])
def test_a_sender_cannot_sign_for_longer(seconds: int) -> None:
    """An expiry beyond 300 seconds, or before the start, is refused though it is honestly signed."""
    created = int(NOW.timestamp())
    headers = resealed(
        signed(), lambda value: value.replace(f"expires={created + 300}", f"expires={created + seconds}")
    )
    refused("lifetime", lambda: check(headers))


def test_a_replay_is_refused() -> None:
    """The same signed message is taken once; the nonce is remembered until the signature dies anyway."""
    nonces, headers = Nonces(), signed()
    assert check(headers, nonces=nonces) == "health"
    refused("replayed", lambda: check(headers, nonces=nonces, now=NOW + timedelta(seconds=200)))
    assert list(nonces.seen.values()) == [NOW + timedelta(seconds=300)]
    assert check(signed(), nonces=nonces) == "health"


def test_a_stranger_fills_no_memory() -> None:
    """A nonce is remembered only when its signature is good: no forged message can burn another's nonce."""
    nonces, headers = Nonces(), signed()
    refused("invalid", lambda: check(headers, target="/elsewhere", nonces=nonces))
    assert nonces.seen == {}
    assert check(headers, nonces=nonces) == "health"


def test_what_cannot_be_verified_is_not_signed() -> None:
    """A sender learns at once that its message would be refused."""
    refused("target", lambda: signed(target="/a/../b"))
    with pytest.raises(ValueError, match="content-type"):
        sign_request("POST", "/a", {}, b"x", private_key=HEALTH.private, keyid="health", now=NOW)
    with pytest.raises(ValueError, match="key id"):
        sign_request("GET", "/a", {}, b"", private_key=HEALTH.private, keyid='x";y', now=NOW)


def answer(request: Pairs, body: bytes = BODY, status: int = 200) -> Pairs:
    """The answer of health to a signed request."""
    seal = dict(request)["signature"]
    added = sign_response(
        status, JSON, body, request_signature=seal, private_key=HEALTH.private, keyid="health", now=NOW
    )
    return [*JSON.items(), *added.items()]


def check_answer(
    request: Pairs, headers: Pairs, body: bytes = BODY, status: int = 200, now: datetime = NOW
) -> str:
    """What the platform says to an answer."""
    seal = dict(request)["signature"]
    return verify_response(status, headers, body, request_signature=seal, public_key_of=KEYS.get, now=now)


def test_an_answer_belongs_to_its_question() -> None:
    """An answer names its department, and cannot be given to another question, status, body or day."""
    asked, other = signed(), signed()
    headers = answer(asked)
    assert check_answer(asked, headers) == "health"
    refused("invalid", lambda: check_answer(other, headers))
    refused("invalid", lambda: check_answer(asked, headers, status=404))
    refused("digest_mismatch", lambda: check_answer(asked, headers, body=b"{}"))
    refused("expired", lambda: check_answer(asked, headers, now=NOW + timedelta(hours=1)))
    refused("missing", lambda: check_answer(asked, list(JSON.items())))
    refused("invalid", lambda: check_answer(asked, replaced(headers, "content-type", lambda _: "text/xml")))


def test_a_request_is_no_answer() -> None:
    """A signed request cannot be played back as an answer, nor an answer as a request."""
    asked = signed()
    refused("not_covered", lambda: check_answer(asked, asked))
    refused("malformed", lambda: check(answer(asked)))
