"""Real department systems for the tests, and a small stand-in for the platform that they call back."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import urllib3
import yaml
from yaml import CSafeLoader as Loader

from departments.population import World, world
from tongban.exchange.dialect import Dialect, ElementFacts, Encoded, Reply
from tongban.exchange.signatures import SignatureRefused, sign_request, verify_request, verify_response
from tongban.kernel.crypto import ED25519, to_base64

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "catalogue"
REFERENCE = date(2026, 11, 23)
SEED = {"residents": 2000, "companies": 200, "seed": 20261123, "reference_date": REFERENCE.isoformat()}
PATIENCE = 240.0
"""Seconds; far more than anything takes, because machines are shared."""

Found = TypeVar("Found")


def people() -> World:
    """The population that all systems of the tests share."""
    return world(20261123, REFERENCE)


@cache
def elements() -> dict[str, ElementFacts]:
    """What the catalogue says of its elements."""
    lists = {
        one["code_list"]: frozenset(str(entry["code"]) for entry in one["codes"])
        for one in _things("code_lists")
    }
    return {
        one["element"]: ElementFacts(one["type"], lists.get(one.get("code_list", "")))
        for one in _things("elements")
    }


def _things(folder: str) -> list[dict[str, Any]]:
    return [yaml.load(path.read_text(), Loader) for path in sorted((CATALOGUE / folder).glob("*.yaml"))]


@cache
def answers(operation: str) -> list[str]:
    """What the catalogue says a lookup answers."""
    return next(one["answers"] for one in _things("resources") if one["operation"] == operation)


@cache
def dialect(code: str) -> Dialect:
    """The platform's understanding of a department."""
    return Dialect.of(yaml.load((CATALOGUE / "systems" / f"{code}.yaml").read_text(), Loader), elements())


def wait_for(what: Callable[[], Found | None], patience: float = PATIENCE) -> Found:
    """What comes within a while; an AssertionError when it does not."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("Nothing came in time.")


@dataclass
class Platform:
    """Takes replies as the platform would: checks the signature, reads the dialect, remembers."""

    url: str = ""
    keys: Any = field(default_factory=ED25519.generate)
    department_keys: dict[str, bytes] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    down: bool = False
    forgetful: int = 0
    """How many replies are taken but answered with an error."""
    nonces: set[str] = field(default_factory=set)

    def seen(self, nonce: str, _: datetime) -> bool:
        """Whether a nonce came before."""
        before = nonce in self.nonces
        self.nonces.add(nonce)
        return before

    def take(self, code: str, request: BaseHTTPRequestHandler, body: bytes) -> int:
        """One callback; gives the status to answer."""
        if self.down:
            return 503
        try:
            keyid = verify_request(
                "POST",
                request.path,
                request.headers.items(),
                body,
                public_key_of=self.department_keys.get,
                now=datetime.now(UTC),
                seen_nonce=self.seen,
            )
            assert keyid == code
        except SignatureRefused as error:
            self.refusals.append(error.code)
            return int(error.status)
        if request.path.endswith("/messages"):
            return 202  # a department's own word about a case: nothing that is waited for here
        self.replies.append(dialect(code).decode_reply(request.headers["content-type"], body))
        if self.forgetful:
            self.forgetful -= 1
            return 500
        return 204

    def of(self, dispatch: str, kind: str | None = None) -> list[Reply]:
        """The replies about a dispatch."""
        return [
            one for one in self.replies if one.dispatch_id == dispatch and (kind is None or one.kind == kind)
        ]

    def wait(self, dispatch: str, kind: str, count: int = 1) -> Reply:
        """The first reply of a kind about a dispatch, once there are `count`."""
        return wait_for(lambda: found if len(found := self.of(dispatch, kind)) >= count else None)[0]


@contextmanager
def platform_server() -> Iterator[Platform]:
    """A platform that listens on a free port."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            code = self.path.split("/")[3]
            self.send_response(platform.take(code, self, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield platform
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Running:
    """One department's system as a process, and what the platform may ask of it."""

    code: str
    folder: Path
    platform: Platform
    settings: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    port: int = 0
    keys: Any = field(default_factory=ED25519.generate)
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=60))

    def start(self) -> "Running":
        """Start it, on the database it had before if it had one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.platform.department_keys[self.code] = self.keys.public
        (self.folder / "key.pem").write_bytes(ED25519.to_pem(self.keys.private))
        config = {
            "code": self.code,
            "port": self.port,
            "database": "data/system.sqlite",
            "platform_url": self.platform.url,
            "platform_public_key": to_base64(self.platform.keys.public),
            "private_key_file": "key.pem",
            "control_token": "token-of-the-tests",
            "seed": SEED,
            "latency_ms": 0,
            "staff_delay_ms": [20, 60],
            **self.settings,
        }
        path = self.folder / "config.json"
        path.write_text(json.dumps(config))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "departments", self.code, "--config", str(path)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        assert ready, (self.folder / "log").read_text()
        self.port = json.loads(ready)["port"]
        return self

    def kill(self) -> None:
        """The power goes: kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """It is asked to end."""
        return self._end(signal.SIGTERM)

    def ask_to_end(self) -> None:
        """The same, not awaited; `ended` tells how it went."""
        self._signal(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        self._signal(how)
        return self.ended()

    def _signal(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.pool.clear()
            self.process.send_signal(how)

    def ended(self) -> int:
        """Its exit status, once it has ended; 0 when it never ran."""
        if self.process is None:
            return 0
        status = self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return status

    def control(self, **settings: Any) -> dict[str, Any]:
        """Change how much trouble it makes; gives the settings that hold now."""
        return self._control("POST", "/_control", json.dumps(settings).encode())

    def effects(self) -> dict[str, Any]:
        """What it did."""
        return self._control("GET", "/_control/effects", None)

    def _control(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        answer = self.raw(method, path, {"authorization": "Bearer token-of-the-tests"}, body)
        assert answer.status == 200, answer.data
        found: dict[str, Any] = answer.json()
        return found

    def raw(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        """A request as it is, on a connection of its own: a kept one may be closed just as it is used."""
        return self.pool.request(
            method,
            f"http://127.0.0.1:{self.port}{target}",
            headers={"connection": "close", **headers},
            body=body,
        )

    def signed(self, request: Encoded, key: bytes | None = None) -> dict[str, str]:
        """The headers of a request that the platform signs."""
        headers = {"content-type": request.content_type} if request.content_type else {}
        return headers | sign_request(
            request.method,
            request.target,
            headers,
            request.body,
            private_key=key or self.platform.keys.private,
            keyid="platform",
            now=datetime.now(UTC),
        )

    def ask(self, request: Encoded) -> tuple[int, str, bytes]:
        """What it answers to a signed request; its own signature is checked."""
        headers = self.signed(request)
        answer = self.raw(request.method, request.target, headers, request.body or None)
        if "signature" in answer.headers:
            keyid = verify_response(
                answer.status,
                answer.headers.items(),
                answer.data,
                request_signature=headers["signature"],
                public_key_of=self.platform.department_keys.get,
                now=datetime.now(UTC),
            )
            assert keyid == self.code
        else:
            assert answer.status >= 500, answer.data
        return answer.status, answer.headers.get("content-type", ""), answer.data

    def look_up(self, operation: str, keys: dict[str, Any], wanted: list[str]) -> Any:
        """A lookup in its dialect, both ways."""
        own = dialect(self.code)
        return own.decode_lookup(operation, *self.ask(own.encode_lookup(operation, keys)), wanted)

    def message(
        self, kind: str, item: str, dispatch: str, values: dict[str, Any], message: str = ""
    ) -> Encoded:
        """A message in its dialect."""
        envelope = {
            "message_id": message or f"{kind}-{dispatch}",
            "dispatch_id": dispatch,
            "item": item,
            "case_number": "TB20261123-000017-4",
            "applicant_name": "杨怡琳",
            "sent_at": datetime.now(UTC),
        }
        return dialect(self.code).encode(kind, envelope, values)

    def send(self, kind: str, item: str, dispatch: str, values: dict[str, Any], message: str = "") -> str:
        """Send a message; gives the receipt number."""
        answer = self.ask(self.message(kind, item, dispatch, values, message))
        return dialect(self.code).decode_answer(kind, *answer).receipt
