"""Open pages hear of a change at once, in any number, through every restart of the broker."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import nats
import psutil
import pytest

from tongban.runtime import live_tokens
from tongban.runtime.config import secret
from tongban.runtime.embedded import ports
from tongban.runtime.embedded.nats import Nats

pytestmark = pytest.mark.slow

CASE = "019a8c1e-7b2c-7d3e-8f4a-000000000001"
OTHER = "019a8c1e-7b2c-7d3e-8f4a-000000000002"
VIEWERS = 500


@dataclass
class Running:
    """A live process over a broker of its own."""

    home: Path
    broker: Nats
    port: int
    process: subprocess.Popen[bytes]

    def path(self, case: str = CASE, *, lifetime: float = 600) -> str:
        """The address a page is given."""
        key = secret(self.home, live_tokens.SECRET_NAME)
        return f"/live/cases/{case}?token={live_tokens.sign(key, case, now=time.time(), lifetime=lifetime)}"

    def get(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """One ordinary request."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Origin": "http://127.0.0.1:8000"}
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own process
                return answer.status, answer.read(), dict(answer.headers)
        except HTTPError as error:
            with error:
                return error.code, error.read(), dict(error.headers)

    def healthy(self) -> bool:
        """Whether it is connected to the broker."""
        with contextlib.suppress(OSError):
            return self.get("/health")[0] == 200
        return False


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Broker and live process."""
    home = tmp_path_factory.mktemp("live")
    port = ports.remembered(home, "live")
    with Nats(home) as broker:
        process = subprocess.Popen(
            [sys.executable, "-m", "tongban.runtime.live", "--port", str(port)],
            env=os.environ | {"TONGBAN_HOME": str(home), "NATS_URL": broker.url()},
        )
        running = Running(home, broker, port, process)
        try:
            _until(running.healthy)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(240) in {0, -signal.SIGTERM}


def _until(condition: object, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@contextlib.asynccontextmanager
async def _open(live: Running, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """A browser's stream, past its headers and its first comment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: live\r\nOrigin: http://127.0.0.1:8000\r\n\r\n".encode())
    try:
        async with asyncio.timeout(240):
            await reader.readuntil(b": listening\n\n")
        yield reader
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _event(reader: asyncio.StreamReader) -> str:
    """The data of the next `changed`."""
    async with asyncio.timeout(240):
        await reader.readuntil(b"event: changed\ndata: ")
        return (await reader.readline()).decode().strip()


def test_a_change_is_on_the_page_at_once_and_only_there(live: Running) -> None:
    """Who watches another case hears nothing; only the number travels."""

    async def story() -> None:
        client = await nats.connect(live.broker.url())
        async with _open(live, live.path()) as mine, _open(live, live.path(OTHER)) as other:
            await client.publish(f"tongban.case.{CASE}", b'{"seq": 7, "name": "never forwarded"}')
            await client.flush()
            assert await _event(mine) == "7"
            await client.publish(f"tongban.case.{CASE}", b"8")
            assert await _event(mine) == "8"
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await other.readuntil(b"data: ")
        await client.close()

    asyncio.run(story())


def test_many_viewers_of_one_case_are_cheap(live: Running) -> None:
    """Hundreds of pages hear of one change; when they go, nothing of them is left."""

    async def story() -> None:
        client = await nats.connect(live.broker.url())
        path = live.path()
        async with contextlib.AsyncExitStack() as stack:
            before = psutil.Process(live.process.pid).memory_info().rss
            readers = [await stack.enter_async_context(_open(live, path)) for _ in range(VIEWERS)]
            used = psutil.Process(live.process.pid).memory_info().rss - before
            await client.publish(f"tongban.case.{CASE}", b"41")
            assert set(await asyncio.gather(*(_event(each) for each in readers))) == {"41"}
            assert used / VIEWERS < 100_000
            assert json.loads((await asyncio.to_thread(live.get, "/health"))[1])["viewers"] == VIEWERS
        await client.close()

    asyncio.run(story())
    _until(lambda: json.loads(live.get("/health")[1])["viewers"] == 0)


def test_a_restart_of_the_broker_is_survived(live: Running) -> None:
    """While it is away the streams stay open; when it is back each page asks once, then hears changes."""

    async def story() -> None:
        async with _open(live, live.path()) as reader:
            assert live.broker.process is not None
            live.broker.process.kill()
            live.broker.process.wait()
            await asyncio.to_thread(_until, lambda: not live.healthy())
            await asyncio.to_thread(live.broker.start)
            assert await _event(reader) == "0"
            client = await nats.connect(live.broker.url())
            await client.publish(f"tongban.case.{CASE}", b"9")
            assert await _event(reader) == "9"
            await client.close()

    asyncio.run(story())


def test_open_pages_do_not_hold_up_its_end(live: Running, tmp_path: Path) -> None:
    """A stream would last for hours; a process that is asked to end ends it, and the page reconnects."""
    port = ports.remembered(tmp_path, "live")
    environment = os.environ | {"TONGBAN_HOME": str(live.home), "NATS_URL": live.broker.url()}
    process = subprocess.Popen(
        [sys.executable, "-m", "tongban.runtime.live", "--port", str(port)], env=environment
    )
    second = Running(live.home, live.broker, port, process)

    async def story() -> None:
        async with _open(second, second.path()) as reader:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(240):
                await reader.read()
            await asyncio.to_thread(process.wait, 20)

    try:
        _until(second.healthy)
        asyncio.run(story())
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("data", [b"", b"nonsense", b'{"name": "x"}', b"[1]", b"true", b"\xff"])
def test_a_message_without_a_number_still_means_look_again(live: Running, data: bytes) -> None:
    """Nothing of a strange message reaches a page, but the page asks."""

    async def story() -> None:
        client = await nats.connect(live.broker.url())
        async with _open(live, live.path()) as reader:
            await client.publish(f"tongban.case.{CASE}", data)
            assert await _event(reader) == "0"
        await client.close()

    asyncio.run(story())


def test_only_a_valid_token_opens_a_stream(live: Running) -> None:
    """No token, another case's, an expired one: refused as a problem, and nothing is told about the case."""
    stolen = live.path(OTHER).partition("?")[2]
    for path in (
        f"/live/cases/{CASE}",
        f"/live/cases/{CASE}?{stolen}",
        live.path(lifetime=-1),
        f"/live/cases/%2A?{stolen}",
        f"/live/cases/{CASE}?token=%E5%BC%A0",
    ):
        status, body, headers = live.get(path)
        assert status == 403, path
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["code"] == "live.token"


def test_only_the_web_may_read_it(live: Running) -> None:
    """CORS: a page of another origin gets no answer its browser would hand over."""
    assert live.get("/health")[2]["access-control-allow-origin"] == "http://127.0.0.1:8000"
    request = urllib.request.Request(
        f"http://127.0.0.1:{live.port}/health", headers={"Origin": "https://evil.example"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own process
        assert "access-control-allow-origin" not in {name.lower() for name in answer.headers}
