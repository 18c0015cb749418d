"""The exchange with the real catalogue and database, and departments that are real processes or fakes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.departments.running import Platform, Running
from tests.faces.conftest import _plain_static
from tests.fixtures import catalogue_published
from tongban.catalogue.domain import Catalogue
from tongban.exchange import outbox, partners
from tongban.exchange.signatures import sign_response
from tongban.kernel.crypto import ED25519
from tongban.kernel.ids import new_id

__all__ = ["_plain_static", "catalogue_published"]  # fixtures of every test here


@pytest.fixture
def catalogue(catalogue_published: Catalogue) -> Catalogue:
    """The content of this repository."""
    return catalogue_published


@dataclass
class Fake:
    """A department's system that answers as it is told, signed unless told otherwise."""

    code: str = "health"
    keys: Any = field(default_factory=ED25519.generate)
    status: int = 200
    content_type: str = "application/json"
    body: bytes = b"{}"
    sign_as: str = ""
    sign_with: bytes = b""
    unsigned: bool = False
    tampered: bool = False
    delay: float = 0.0
    drip: float = 0.0
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    gate: threading.Event = field(default_factory=threading.Event)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        body = request.rfile.read(int(request.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append((request.path, headers, body))
        if self.delay:
            self.gate.wait(self.delay)
        sending = {"content-type": self.content_type}
        if not self.unsigned:
            sending |= sign_response(
                self.status,
                sending,
                self.body,
                request_signature=headers["signature"],
                private_key=self.sign_with or self.keys.private,
                keyid=self.sign_as or self.code,
                now=datetime.now(UTC),
            )
        body = self.body + b" " if self.tampered else self.body
        request.send_response(self.status)
        for name, value in sending.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        if not self.drip:
            request.wfile.write(body)
            return
        for byte in body:
            request.wfile.write(bytes([byte]))
            request.wfile.flush()
            time.sleep(self.drip)


@contextmanager
def serve(fake: Fake) -> Iterator[Fake]:
    """Let a fake listen on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            try:
                fake.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST  # noqa: N815  # named by the library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def connect(settings: Any) -> Callable[..., None]:
    """Tell the platform where departments are; their keys are enrolled."""

    def told(*systems: Fake | Running, **urls: str) -> None:
        found = dict(settings.CONFIG.department_urls)
        for one in systems:
            found[one.code] = one.url if isinstance(one, Fake) else f"http://127.0.0.1:{one.port}"
            partners.enrol(one.code, one.keys.public)
        settings.CONFIG = replace(settings.CONFIG, department_urls=found | urls)

    return told


@pytest.fixture
def fake(db: None, connect: Callable[..., None]) -> Iterator[Fake]:
    """A fake health department, connected."""
    del db
    with serve(Fake()) as one:
        connect(one)
        yield one


@pytest.fixture
def real(shared_house: "House", connect: Callable[..., None], db: None) -> Callable[[str], Running]:
    """Gives a real department's process, connected; started once for all tests."""
    del db

    def started(code: str) -> Running:
        one = shared_house(code)
        connect(one)
        return one

    return started


House = Callable[[str], Running]


@pytest.fixture(scope="session")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Department processes that believe the platform of this test run."""
    from django.conf import settings

    platform = Platform(url="http://127.0.0.1:9")
    platform.keys = ED25519.key_pair(partners.platform_key(settings.CONFIG.home))
    running: dict[str, Running] = {}

    def started(code: str) -> Running:
        if code not in running:
            running[code] = Running(code, tmp_path_factory.mktemp(code), platform).start()
        return running[code]

    yield started
    for one in running.values():
        one.stop()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was written into the outbox."""

    id: UUID
    application_id: UUID
    dispatch_id: UUID


def enqueue(
    department: str = "health",
    item: str = "birth_certificate",
    kind: str = "submit",
    values: dict[str, Any] | None = None,
    **ids: UUID,
) -> Sent:
    """A message in a transaction of its own."""
    application, dispatch = ids.get("application_id") or new_id(), ids.get("dispatch_id") or new_id()
    with transaction.atomic():
        message = outbox.enqueue(
            department=department,
            kind=kind,
            application_id=application,
            dispatch_id=dispatch,
            envelope={"item": item, "case_number": "TB20261123-000017-4", "applicant_name": "杨怡琳"},
            values=values or {},
        )
    return Sent(message, application, dispatch)
