"""Signed HTTP between the platform and a department's system: RFC 9421 signatures over RFC 9530 digests.

Pure functions: no Django, no clock, no storage. Both sides of the wire use this one file.

The profile is narrow on purpose, because every freedom of RFC 9421 is a way to sign one thing and read
another:

* one signature, label ``sig1``, algorithm ed25519 and nothing else;
* a request covers ``@method @path @query content-digest`` and ``content-type`` when there is one;
  a response covers ``@status content-digest "signature";req`` and ``content-type`` when there is one, so that
  it answers exactly one request;
* parameters ``created expires nonce keyid alg`` all present (a response has no nonce and no expiry: the
  request it names has both); a signature lives at most 300 seconds;
* ``@authority`` is not covered: proxies change it. The key id and the path name the parties instead;
* a target that two programs could read differently (dot segments, encoded slashes, empty segments,
  backslashes) is refused before anything else;
* a covered header that stands twice is refused rather than joined.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NoReturn

from tongban.kernel.crypto import ED25519, Suite
from tongban.kernel.errors import TongbanError

LABEL = "sig1"
LIFETIME = timedelta(seconds=300)
"""How long a request's signature lives, and how far two clocks may differ."""

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
"""Headers as a mapping, or as pairs when the server can tell that a header stood twice."""

_REQUEST = ('"@method"', '"@path"', '"@query"', '"content-digest"')
_RESPONSE = ('"@status"', '"content-digest"', f'"signature";req;key="{LABEL}"')
_CONTENT_TYPE = '"content-type"'

_INPUT = re.compile(
    rf'{LABEL}=(?P<params>\((?P<components>[^()]*)\)(?P<rest>(?:;[a-z]+=(?:\d{{1,12}}|"[^"\\]*"))*))'
)
_PARAM = re.compile(r';([a-z]+)=(?:(\d{1,12})|"([^"\\]*)")')
_COMPONENT = re.compile(r'"[a-z@][a-z0-9-]*"(?:;[a-z]+(?:="[^"\\]*")?)*')
_SIGNATURE = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]+={{0,2}}):")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_NONCE = re.compile(
    r"[A-Za-z0-9_-]{21}[AQgw]"
)  # 16 bytes, base64url: the last letter has four spare zero bits
_KEYID = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")
_METHOD = re.compile(r"[A-Z]{1,16}")
_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_QUERY = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
_VISIBLE = re.compile(r"[\x20-\x7e]*")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMBIGUOUS = re.compile(r"//|/\.{1,2}(?:[/;]|$)|%2F|%5C|%00|%25")


class SignatureRefused(TongbanError):  # noqa: N818, named like its siblings: NotAllowed, NotFound
    """A message that is not what a known party signed; `code` tells the cause, one code per cause.

    ``signature.missing``, ``.malformed``, ``.algorithm``, ``.target``, ``.duplicate_header``,
    ``.not_covered``, ``.digest_missing``, ``.digest_mismatch``, ``.expired``, ``.early``, ``.lifetime``,
    ``.unknown_key``, ``.invalid`` (all 401) and ``.replayed`` (409).
    """

    STATUS = HTTPStatus.UNAUTHORIZED


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A signature's parsed parts, before anything about it is believed."""

    components: tuple[str, ...]
    params: str
    """The signature parameters exactly as received; they are part of what is signed."""
    created: datetime
    expires: datetime | None
    nonce: str
    keyid: str
    signature: bytes


def content_digest(body: bytes) -> str:
    """The ``Content-Digest`` value of a body (RFC 9530, sha-256); an empty body has one too."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign_request(
    method: str,
    target: str,
    headers: Headers,
    body: bytes,
    *,
    private_key: bytes,
    keyid: str,
    now: datetime,
    nonce: str | None = None,
    suite: Suite = ED25519,
) -> dict[str, str]:
    """The headers that sign a request: ``content-digest``, ``signature-input`` and ``signature``.

    Add them to `headers`. `target` is the request target in origin form, percent-encoded (``/a/b?c=d``).

    Raises:
        SignatureRefused: the target or a header could not be verified by the receiver.
        ValueError: a body without ``content-type``, or a key id that the profile does not allow.
    """
    found = _single(headers)
    digest = content_digest(body)
    covered: tuple[str, ...] = _REQUEST
    if found.get("content-type"):
        covered = (*_REQUEST, _CONTENT_TYPE)
    elif body:
        raise ValueError("A request with a body needs a content-type header before it is signed.")
    fresh = nonce or base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
    created = int(now.timestamp())
    params = (
        f"({' '.join(covered)});created={created};expires={created + int(LIFETIME.total_seconds())}"
        f';nonce="{fresh}";keyid="{_checked_keyid(keyid)}";alg="{suite.name}"'
    )
    values = _request_values(method, target, found | {"content-digest": digest})
    return _sealed(signature_base(covered, values, params), params, digest, private_key, suite)


def verify_request(
    method: str,
    target: str,
    headers: Headers,
    body: bytes,
    *,
    public_key_of: Callable[[str], bytes | None],
    now: datetime,
    seen_nonce: Callable[[str, datetime], bool],
    suite: Suite = ED25519,
) -> str:
    """The key id of whoever signed this request.

    Args:
        method: the HTTP method as received.
        target: the raw request target (path and query, percent-encoded as on the wire).
        headers: the received headers; give pairs where the server keeps repeated headers apart.
        body: the whole body as received.
        public_key_of: the raw public key of a key id, or None when nobody has that id.
        now: an aware time.
        seen_nonce: remembers ``keyid:nonce`` until the given time and tells whether it was there already. It
            is called last, only for a message whose signature is good, so that a stranger fills no memory.
        suite: the only algorithm that is believed, whatever the message says.

    Raises:
        SignatureRefused: with one code per cause.
    """
    found = _single(headers)
    message = _parse(found, suite)
    if message.expires is None or not message.nonce:
        _refuse(
            "malformed", "The signature lacks its expiry or its nonce.", "Send created, expires and nonce."
        )
    _check_coverage(message.components, _REQUEST, found, body)
    _check_time(message, now)
    _check_digest(found, body)
    values = _request_values(method, target, found)
    _check_signature(message, values, public_key_of, suite)
    if seen_nonce(f"{message.keyid}:{message.nonce}", message.expires):
        _refuse(
            "replayed",
            "This signed request was received before.",
            "Sign each attempt anew; the message id makes the effect happen once.",
            status=HTTPStatus.CONFLICT,
        )
    return message.keyid


def sign_response(
    status: int,
    headers: Headers,
    body: bytes,
    *,
    request_signature: str,
    private_key: bytes,
    keyid: str,
    now: datetime,
    suite: Suite = ED25519,
) -> dict[str, str]:
    """The headers that sign a response, bound to the request by its ``Signature`` header value."""
    found = _single(headers)
    digest = content_digest(body)
    covered = (*_RESPONSE, _CONTENT_TYPE) if found.get("content-type") else _RESPONSE
    params = (
        f"({' '.join(covered)});created={int(now.timestamp())}"
        f';keyid="{_checked_keyid(keyid)}";alg="{suite.name}"'
    )
    values = _response_values(status, found | {"content-digest": digest}, request_signature)
    return _sealed(signature_base(covered, values, params), params, digest, private_key, suite)


def verify_response(
    status: int,
    headers: Headers,
    body: bytes,
    *,
    request_signature: str,
    public_key_of: Callable[[str], bytes | None],
    now: datetime,
    suite: Suite = ED25519,
) -> str:
    """The key id of whoever signed this response to the request that carried `request_signature`.

    There is no nonce to remember: the request's signature is unique and the response covers it. The caller
    compares the key id with the party it asked.

    Raises:
        SignatureRefused: with one code per cause.
    """
    found = _single(headers)
    message = _parse(found, suite)
    _check_coverage(message.components, _RESPONSE, found, body)
    _check_time(message, now)
    _check_digest(found, body)
    _check_signature(message, _response_values(status, found, request_signature), public_key_of, suite)
    return message.keyid


def signature_base(components: Iterable[str], values: Mapping[str, str], params: str) -> bytes:
    """The bytes that are signed (RFC 9421 §2.5): one line per component, then the parameters."""
    lines = [f"{name}: {values[name]}" for name in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")


def _refuse(cause: str, detail: str, hint: str = "", *, status: int | None = None) -> NoReturn:
    raise SignatureRefused(f"signature.{cause}", detail, hint=hint, status=status)


def _checked_keyid(keyid: str) -> str:
    if not _KEYID.fullmatch(keyid):
        raise ValueError("A key id is lower-case letters, digits and _ . : - starting with a letter.")
    return keyid


def _sealed(base: bytes, params: str, digest: str, private_key: bytes, suite: Suite) -> dict[str, str]:
    signature = base64.b64encode(suite.sign(private_key, base)).decode()
    return {
        "content-digest": digest,
        "signature-input": f"{LABEL}={params}",
        "signature": f"{LABEL}=:{signature}:",
    }


def _single(headers: Headers) -> dict[str, str]:
    """The headers that matter here, by lower-case name; one that stands twice is refused.

    RFC 9421 would join repeated headers with a comma. Programs behind a proxy disagree on which of the two
    they read, so no honest sender repeats them and a repeated one is an attack.
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        if key not in {"content-type", "content-digest", "signature", "signature-input"}:
            continue
        if key in found:
            _refuse("duplicate_header", f"The header {key} stands twice.", "Send it once.")
        if not _VISIBLE.fullmatch(value.strip(" \t")):
            _refuse("malformed", f"The header {key} holds characters outside printable ASCII.")
        found[key] = value.strip(" \t")
    return found


def _parse(found: Mapping[str, str], suite: Suite) -> SignedMessage:
    if not found.get("signature-input") or not found.get("signature"):
        _refuse("missing", "The message is not signed.", "Send Signature-Input and Signature (RFC 9421).")
    shape = _INPUT.fullmatch(found["signature-input"])
    if shape is None:
        _refuse(
            "malformed",
            "Signature-Input is not one signature of this profile.",
            f"Exactly one member, labelled {LABEL}, without spaces around its parameters.",
        )
    words = shape["components"].split(" ")
    if any(not _COMPONENT.fullmatch(word) for word in words) or len(set(words)) != len(words):
        _refuse("malformed", "The covered components are not a list of distinct quoted names.")
    params = _params(shape["rest"])
    if params.get("alg") != suite.name:
        # The algorithm is ours, never the message's: its parameter may only agree (RFC 9421 §7.3.6).
        _refuse("algorithm", f"The signature's alg is not {suite.name}.", f'Send alg="{suite.name}".')
    if "created" not in params or not _KEYID.fullmatch(params.get("keyid", "")):
        _refuse("malformed", "The signature lacks its time of creation or a valid keyid.")
    if not _NONCE.fullmatch(params.get("nonce", "A" * 22)):
        _refuse("malformed", "The nonce is not 16 bytes in base64url without padding.")
    return SignedMessage(
        components=tuple(words),
        params=shape["params"],
        created=_moment(params["created"]),
        expires=_moment(params["expires"]) if "expires" in params else None,
        nonce=params.get("nonce", ""),
        keyid=params["keyid"],
        signature=_signature_bytes(found["signature"]),
    )


def _params(text: str) -> dict[str, str]:
    """The signature parameters by name; ``created`` and ``expires`` are bare integers, the others strings."""
    params: dict[str, str] = {}
    for name, number, string in _PARAM.findall(text):
        if name in params:
            _refuse("malformed", f"The signature parameter {name} stands twice.")
        if name not in {"created", "expires", "nonce", "keyid", "alg"}:
            _refuse("malformed", f"The signature parameter {name} is not of this profile.")
        if bool(number) != (name in {"created", "expires"}):
            _refuse("malformed", f"The signature parameter {name} has the wrong type.")
        params[name] = number or string
    return params


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        _refuse("malformed", "created or expires is not a moment of this calendar.")


def _signature_bytes(value: str) -> bytes:
    shape = _SIGNATURE.fullmatch(value)
    if shape is None:
        _refuse("malformed", f"Signature is not exactly one byte sequence labelled {LABEL}.")
    try:
        raw = base64.b64decode(shape[1], validate=True)
    except binascii.Error:
        _refuse("malformed", "The signature is not valid base64.")
    if base64.b64encode(raw).decode() != shape[1]:
        # One signature must have one spelling: otherwise a copy passes where spellings are compared.
        _refuse("malformed", "The signature is not in canonical base64.")
    return raw


def _check_coverage(
    components: tuple[str, ...], required: tuple[str, ...], found: Mapping[str, str], body: bytes
) -> None:
    wanted = set(required)
    if found.get("content-type"):
        wanted.add(_CONTENT_TYPE)
    elif body:
        _refuse("not_covered", "The message has a body without a content-type.")
    if missing := sorted(wanted - set(components)):
        _refuse(
            "not_covered", f"The signature does not cover {', '.join(missing)}.", "Cover it and sign again."
        )
    if extra := sorted(set(components) - wanted):
        _refuse("malformed", f"The signature covers what this profile does not know: {', '.join(extra)}.")


def _check_time(message: SignedMessage, now: datetime) -> None:
    if message.created > now + LIFETIME:
        _refuse("early", "The signature was made in the future.", "Set the sender's clock.")
    expires = message.created + LIFETIME if message.expires is None else message.expires
    if not timedelta(0) < expires - message.created <= LIFETIME:
        _refuse("lifetime", "The signature would live longer than 300 seconds, or not at all.")
    if now >= expires:
        _refuse("expired", "The signature has expired.", "Sign again; check the sender's clock.")


def _check_digest(found: Mapping[str, str], body: bytes) -> None:
    value = found.get("content-digest")
    if not value:
        _refuse("digest_missing", "Content-Digest is missing.", "Send it, for an empty body too (RFC 9530).")
    if not _DIGEST.fullmatch(value):
        _refuse("malformed", "Content-Digest is not exactly one sha-256 byte sequence.")
    if not hmac.compare_digest(value, content_digest(body)):
        _refuse(
            "digest_mismatch", "The body is not the one that was digested.", "A proxy may have changed it."
        )


def _check_signature(
    message: SignedMessage,
    values: Mapping[str, str],
    public_key_of: Callable[[str], bytes | None],
    suite: Suite,
) -> None:
    key = public_key_of(message.keyid)
    if key is None:
        _refuse("unknown_key", "Nobody is registered under this key id.", "Register the public key first.")
    if not suite.verify(key, signature_base(message.components, values, message.params), message.signature):
        _refuse("invalid", "The signature does not fit the message.", "Compare the signature bases.")


def _request_values(method: str, target: str, found: Mapping[str, str]) -> dict[str, str]:
    if not _METHOD.fullmatch(method):
        _refuse("target", "The method is not an upper-case HTTP method.")
    path, query = _split(target)
    return {'"@method"': method, '"@path"': path, '"@query"': query} | _header_values(found)


def _response_values(status: int, found: Mapping[str, str], request_signature: str) -> dict[str, str]:
    _signature_bytes(request_signature)
    asked = request_signature.removeprefix(f"{LABEL}=")
    return {'"@status"': str(status), _RESPONSE[2]: asked} | _header_values(found)


def _header_values(found: Mapping[str, str]) -> dict[str, str]:
    return {f'"{name}"': found[name] for name in ("content-type", "content-digest") if found.get(name)}


def _split(target: str) -> tuple[str, str]:
    """``@path`` and ``@query`` of a request target, normalised as RFC 9110 §4.2.3 asks, or refused."""
    path, question, query = target.partition("?")
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        _refuse("target", "The request target is not a percent-encoded path and query.")
    plain = _normal(path)
    if _AMBIGUOUS.search(plain):
        _refuse(
            "target",
            "The path can be read in two ways.",
            "No dot segments, empty segments or encoded slashes.",
        )
    # An absent query and an empty one are both "?" (RFC 9421 §2.2.7).
    return plain, "?" + _normal(query) if question else "?"


def _normal(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        letter = chr(int(match[0][1:], 16))
        return letter if letter in _UNRESERVED else match[0].upper()

    return re.sub(r"%[0-9A-Fa-f]{2}", one, text)
