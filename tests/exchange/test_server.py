"""A signed reply through the server that production runs, whose requests differ from the test client's."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import urllib3

from tests.conftest import Database
from tests.departments.running import ROOT
from tests.exchange.spoken import health
from tongban.exchange.signatures import sign_request
from tongban.kernel.crypto import ED25519, to_base64
from tongban.kernel.ids import new_id

pytestmark = pytest.mark.slow
KEYS = ED25519.generate()
APPLICATION, DISPATCH = new_id(), new_id()
PATH = "/api/departments/health/replies"
PREPARE = f"""
import base64, uuid
import django
django.setup()
from django.db import transaction
from tongban.catalogue.actions import publish
from tongban.exchange import outbox, partners
publish()
partners.enrol("health", base64.b64decode("{to_base64(KEYS.public)}"))
with transaction.atomic():
    outbox.enqueue(department="health", kind="submit", application_id=uuid.UUID("{APPLICATION}"),
                   dispatch_id=uuid.UUID("{DISPATCH}"), envelope={{}}, values={{}})
"""


@pytest.fixture
def server(fresh_database: Database) -> Iterator[int]:
    """The port of a web process on a database of its own."""
    environment = fresh_database.environment() | {
        "DJANGO_SETTINGS_MODULE": "tongban.runtime.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"),
            *("--workers", "1", "--log-level", "warning", "tongban.runtime.wsgi:application"),
        ],
        env=environment,
    )
    try:
        end = time.monotonic() + 240
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(240)


def send(port: int, reply_id: str, *, path: str = PATH, signed: str = PATH) -> tuple[int, Any]:
    """Status and document of one signed reply, its path sent exactly as written."""
    document = health("accepted", reply_id=reply_id, dispatch_id=str(DISPATCH))
    body = json.dumps(document).encode()
    headers = {"content-type": "application/json"}
    headers |= sign_request(
        "POST", signed, headers, body, private_key=KEYS.private, keyid="health", now=datetime.now(UTC)
    )
    with urllib3.HTTPConnectionPool("127.0.0.1", port, retries=False, timeout=240) as pool:
        connection = pool._new_conn()
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        found = answer.status, json.loads(answer.data)
        connection.close()
    return found


def test_the_signature_covers_what_the_server_does(server: int, fresh_database: Database) -> None:
    """Granian hands paths over decoded: the signature is held against the routed path and the query.

    A good reply is taken once; another query, another department's address and dot segments are refused.
    """
    assert send(server, "r-1") == (202, {"state": "taken"})
    assert send(server, "r-1") == (200, {"state": "known"})
    for number, (path, codes) in enumerate(
        [
            (PATH + "?a=1", {"signature.invalid"}),
            ("/api/departments/tax/replies", {"signature.invalid"}),
            ("/api/departments/tax/%2e%2e/health/replies", {"page.missing"}),
            ("/api/departments/%2e%2e/replies", {"signature.target", "page.missing"}),
            ("/api/departments//health/replies", {"page.missing"}),
            ("/api/departments/health/replies%2F", {"page.missing"}),
        ]
    ):
        status, problem = send(server, f"bad-{number}", path=path)
        assert status in {401, 404}, (path, status)
        assert problem["code"] in codes, path
    # The same path in another spelling is the same path: what is done is what was signed.
    assert send(server, "r-2", path="/api/departments/%68ealth/replies")[0] == 202
    with psycopg.connect(fresh_database.app_dsn) as database:
        taken = database.execute("SELECT reply_id FROM exchange_inbox ORDER BY id").fetchall()
    assert taken == [("r-1",), ("r-2",)]
