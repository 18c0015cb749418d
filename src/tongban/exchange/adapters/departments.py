"""Signed HTTP to departments' systems: the transport, without a database.

A call either gives the department's verified answer, or raises `Unavailable` (try again later), or raises
what the dialect says about a definite refusal. Thread-safe.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import urllib3

from tongban.exchange import signatures
from tongban.exchange.dialect import Encoded
from tongban.kernel.errors import Unavailable

CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0
"""For one piece of an answer."""
WHOLE_SECONDS = 15.0
"""For a whole answer: one that drips is no answer."""
MAX_ANSWER_BYTES = 2 * 1024 * 1024
_PIECE = 64 * 1024
PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A department's verified answer."""

    status: int
    content_type: str
    body: bytes


class DepartmentClient:
    """Calls departments' systems.

    Args:
        urls: department code → base address.
        private_key: the platform's raw Ed25519 private key.
        public_key_of: department code → its raw public key, None when it is not enrolled.
    """

    def __init__(
        self, urls: Mapping[str, str], private_key: bytes, public_key_of: Callable[[str], bytes | None]
    ) -> None:
        self.urls = dict(urls)
        self.private_key = private_key
        self.public_key_of = public_key_of
        self.pool = urllib3.PoolManager(
            num_pools=64,
            maxsize=16,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )

    def call(self, department: str, encoded: Encoded) -> HttpAnswer:
        """Send one request; the answer's signature is verified and must be this department's.

        Raises Unavailable (`exchange.unreachable`) when nothing usable came back: no connection, a time-out,
        an answer that is too large or not signed by the department. Nothing is retried here: the outbox and
        the prefill know better when.
        """
        base = self.urls.get(department)
        if not base:
            raise Unavailable(
                "exchange.no_address",
                f"The address of the system of {department} is not configured.",
                hint="Set TONGBAN_DEPARTMENT_URLS.",
                department=department,
            )
        prefix = urlsplit(base).path.rstrip("/")
        target = prefix + encoded.target
        headers = {"content-type": encoded.content_type} if encoded.content_type else {}
        signed = signatures.sign_request(
            encoded.method,
            target,
            headers,
            encoded.body,
            private_key=self.private_key,
            keyid=PLATFORM,
            now=datetime.now(UTC),
        )
        root = base[: len(base.rstrip("/")) - len(prefix)] if prefix else base.rstrip("/")
        try:
            answer = self.pool.request(
                encoded.method,
                root + target,
                body=encoded.body or None,
                headers=headers | signed,
                redirect=False,
                preload_content=False,
            )
            body = _whole(answer, department)
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(department, type(error).__name__) from None
        try:
            keyid = signatures.verify_response(
                answer.status,
                list(answer.headers.items()),
                body,
                request_signature=signed["signature"],
                public_key_of=self.public_key_of,
                now=datetime.now(UTC),
            )
        except signatures.SignatureRefused as error:
            raise _unreachable(department, error.code) from error
        if keyid != department:
            raise _unreachable(department, "signed by another party")
        return HttpAnswer(answer.status, answer.headers.get("content-type", ""), body)


def _whole(answer: urllib3.BaseHTTPResponse, department: str) -> bytes:
    """The body. What is not read to its end closes its connection: the next answer must not begin with it."""
    end = time.monotonic() + WHOLE_SECONDS
    body = bytearray()
    whole = False
    try:
        while piece := answer.read1(_PIECE):
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise _unreachable(department, "answer too large")
            if time.monotonic() > end:
                raise _unreachable(department, "answer too slow")
        whole = True
        return bytes(body)
    finally:
        if whole:
            answer.release_conn()
        else:
            answer.close()


def _unreachable(department: str, reason: str) -> Unavailable:
    return Unavailable(
        "exchange.unreachable",
        f"The system of {department} did not answer ({reason}).",
        hint="It is tried again later.",
        department=department,
        reason=reason,
    )
