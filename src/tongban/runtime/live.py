"""The live process: tells open pages that their case has changed, so that no web worker is held per viewer.

``GET /live/cases/{application_id}?token=…`` is a stream of server-sent events. Each message on the broker's
subject ``tongban.case.<application_id>`` becomes an event ``changed`` whose data is the journal's sequence
number and nothing else: the page fetches what it may see from the web, under the reader's own session. After
a broken connection to the broker every viewer gets one ``changed`` with data 0, since something may have been
missed. A viewer that reads too slowly loses events, never the last one.
"""

import argparse
import asyncio
import contextlib
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import nats
import uvicorn
from nats.aio.client import Client
from nats.aio.msg import Msg
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tongban.kernel.errors import NotAllowed, Unavailable
from tongban.kernel.log import get_logger
from tongban.runtime import live_tokens, logs
from tongban.runtime.config import Config, secret

SUBJECT = "tongban.case."
HEARTBEAT = 15.0
"""Seconds; proxies cut streams that are silent for a minute, and a dead browser is noticed by writing."""
VIEWERS_MAX = 20_000
"""Per process; more of them are more processes behind one address."""
UNKNOWN = 0
"""The sequence number that means: something may have changed."""

_RETRY_SECONDS = 2
_ID = re.compile(r"[0-9a-fA-F-]{32,36}")

_log = get_logger(__name__)


@dataclass(eq=False, slots=True)
class Viewer:
    """One open page. Only the newest sequence number waits for it: a slow reader costs a number, no queue."""

    seq: int = UNKNOWN
    pending: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, seq: int) -> None:
        """Something has changed up to `seq`."""
        self.seq = seq
        self.pending.set()


@dataclass(slots=True)
class Hub:
    """Who looks at which case."""

    viewers: dict[str, set[Viewer]] = field(default_factory=lambda: defaultdict(set))
    count: int = 0

    def join(self, application_id: str) -> Viewer:
        """A new viewer of this case.

        Raises:
            Unavailable: this process has as many viewers as it carries.
        """
        if self.count >= VIEWERS_MAX:
            raise Unavailable("live.full", "Too many people are watching.", hint="The page asks by itself.")
        viewer = Viewer()
        self.viewers[application_id].add(viewer)
        self.count += 1
        return viewer

    def leave(self, application_id: str, viewer: Viewer) -> None:
        """This viewer has gone."""
        watching = self.viewers[application_id]
        watching.discard(viewer)
        self.count -= 1
        if not watching:
            del self.viewers[application_id]

    def changed(self, application_id: str, seq: int) -> None:
        """Tell everyone who looks at this case."""
        for viewer in self.viewers.get(application_id, ()):
            viewer.tell(seq)

    def all_changed(self) -> None:
        """Tell everyone that something may have been missed."""
        for watching in self.viewers.values():
            for viewer in watching:
                viewer.tell(UNKNOWN)


class Live:
    """The application: its hub, its connection to the broker, its routes."""

    def __init__(self, *, key: str, nats_url: str, origin: str, heartbeat: float = HEARTBEAT) -> None:
        self.hub = Hub()
        self._key = key
        self._nats_url = nats_url
        self._heartbeat = heartbeat
        self._client: Client | None = None
        self._ending = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/live/cases/{application_id}", self._watch),
                Route("/health", self._health),
            ],
            middleware=[
                Middleware(CORSMiddleware, allow_origins=[origin], allow_methods=["GET"], allow_headers=[])
            ],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        connecting = asyncio.create_task(self._connect())
        yield
        self._ending.set()
        connecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await connecting
        if self._client is not None:
            await self._client.close()

    async def _connect(self) -> None:
        """Connect for good: the client reconnects by itself, for ever, and subscribes again."""
        self._client = await nats.connect(
            self._nats_url,
            name="live",
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            ping_interval=10,
            max_outstanding_pings=2,
            reconnected_cb=self._reconnected,
            disconnected_cb=self._disconnected,
            error_cb=self._broken,
        )
        await self._client.subscribe(f"{SUBJECT}*", cb=self._received)
        self.hub.all_changed()  # pages that were open before the broker was
        _log.info("live.connected")

    async def _reconnected(self) -> None:
        _log.info("live.reconnected", viewers=self.hub.count)
        self.hub.all_changed()

    async def _disconnected(self) -> None:
        _log.warning("live.disconnected", viewers=self.hub.count)

    async def _broken(self, error: Exception) -> None:
        _log.warning("live.error", kind=type(error).__name__)

    async def _received(self, message: Msg) -> None:
        self.hub.changed(message.subject.removeprefix(SUBJECT), _seq(message.data))

    async def _health(self, _request: Request) -> Response:
        connected = self._client is not None and self._client.is_connected
        return JSONResponse(
            {"connected": connected, "viewers": self.hub.count}, status_code=200 if connected else 503
        )

    async def _watch(self, request: Request) -> Response:
        application_id = request.path_params["application_id"]
        token = request.query_params.get("token", "")
        if not _ID.fullmatch(application_id) or not live_tokens.verify(
            self._key, application_id, token, now=time.time()
        ):
            error = NotAllowed(
                "live.token", "This address has expired or was never valid.", hint="Reload the page."
            )
            return JSONResponse(
                error.to_problem(), status_code=error.status, media_type="application/problem+json"
            )
        try:
            viewer = self.hub.join(application_id)
        except Unavailable as full:
            return JSONResponse(full.to_problem(), status_code=full.status, headers={"Retry-After": "30"})
        return StreamingResponse(
            self._events(application_id, viewer),
            media_type="text/event-stream",
            headers={
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
                "Referrer-Policy": "no-referrer",
            },
        )

    async def _events(self, application_id: str, viewer: Viewer) -> AsyncIterator[bytes]:
        """The stream of one viewer; ends when the browser goes or the process ends."""
        try:
            yield f"retry: {_RETRY_SECONDS * 1000}\n: listening\n\n".encode()
            while not self._ending.is_set():
                try:
                    async with asyncio.timeout(self._heartbeat):
                        await viewer.pending.wait()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                viewer.pending.clear()
                yield f"event: changed\ndata: {viewer.seq}\n\n".encode()
        finally:
            self.hub.leave(application_id, viewer)


def _seq(data: bytes) -> int:
    """The sequence number in a message: a bare number or ``{"seq": n}``; anything else counts as unknown."""
    try:
        value = json.loads(data)
    except ValueError:
        return UNKNOWN
    if isinstance(value, dict):
        value = value.get("seq")
    return value if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN


class _Server(uvicorn.Server):
    """uvicorn that does not wait for open streams when it ends: they would last for hours."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """End the streams, then the server."""
        self._live._ending.set()  # noqa: SLF001 - the two are one process
        self._live.hub.all_changed()
        await super().shutdown(sockets)  # type: ignore[arg-type]


async def serve(host: str, port: int, config: Config) -> None:
    """Serve until a signal."""
    if config.nats_url is None:
        raise Unavailable("live.no_broker", "NATS_URL is not set.", hint="Start through `tongban up`.")
    web = urlsplit(config.web_url)
    live = Live(
        key=secret(config.home, live_tokens.SECRET_NAME),
        nats_url=config.nats_url,
        origin=f"{web.scheme}://{web.netloc}",
    )
    settings = uvicorn.Config(
        live.app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2
    )
    await _Server(settings, live).serve()


def main() -> int:
    """Run the live process: ``python -m tongban.runtime.live --host 127.0.0.1 --port 8001``."""
    parser = argparse.ArgumentParser(description="Tells open pages that their case has changed.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logs.configure("live")
    try:
        asyncio.run(serve(arguments.host, arguments.port, Config.from_environment()))
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
