"""Journal → broker: each event of a case becomes a message `tongban.case.<application id>`.

The broker carries, the journal is the truth: the message holds the sequence number and the type, nothing
else. While the broker is away nothing is lost that matters, because listeners fetch the state anyway; the
relay goes on from its durable position when it is back.
"""

import asyncio
import json
import threading

import nats
from django.conf import settings
from django.db import close_old_connections
from nats.aio.client import Client

from tongban.journal import subscriptions
from tongban.journal.events import Recorded, registered
from tongban.kernel.log import get_logger
from tongban.runtime.listening import Listener, Pauses
from tongban.runtime.live import SUBJECT

log = get_logger(__name__)

NAME = "relay"
IDLE_SECONDS = 0.25
LONGEST_IDLE_SECONDS = 1.0
RECONNECT_SECONDS = 1.0


def run(stopping: threading.Event) -> None:
    """Relay until told to stop; without a configured broker there is nothing to do."""
    if not settings.CONFIG.nats_url:
        log.warning("relay.no_broker", hint="Pages ask by themselves; set NATS_URL for live progress.")
        return
    while not stopping.is_set():
        try:
            asyncio.run(_relay(stopping))
        except Exception as error:  # noqa: BLE001  # whatever breaks the relay, it begins again
            log.warning("relay.interrupted", reason=type(error).__name__)
            stopping.wait(RECONNECT_SECONDS)


async def _relay(stopping: threading.Event) -> None:
    client: Client = await nats.connect(
        str(settings.CONFIG.nats_url), connect_timeout=2, max_reconnect_attempts=1
    )
    try:
        loop = asyncio.get_running_loop()
        # The database part blocks, so it has a thread; messages are published here.
        await loop.run_in_executor(None, _read_on, stopping, loop, client)
    finally:
        await client.close()


def _read_on(stopping: threading.Event, loop: asyncio.AbstractEventLoop, client: Client) -> None:
    types = [name for name in registered() if name.startswith(("tongban.casework.", "tongban.intake."))]

    def publish(event: Recorded) -> None:
        body = json.dumps({"seq": event.seq, "type": event.type}).encode()
        future = asyncio.run_coroutine_threadsafe(client.publish(f"{SUBJECT}{event.stream}", body), loop)
        future.result(timeout=5)

    pauses = Pauses(IDLE_SECONDS, LONGEST_IDLE_SECONDS)
    with Listener() as listener:
        try:
            while not stopping.is_set():
                if not client.is_connected:
                    raise ConnectionError("the broker went away")
                # A message that the broker did not take is parked; without the second call its case would be
                # silent for ever.
                moved = subscriptions.drain(NAME, publish, types)
                if moved + subscriptions.retry_parked(NAME, publish):
                    asyncio.run_coroutine_threadsafe(client.flush(timeout=5), loop).result(timeout=6)
                    pauses.again()
                elif listener.wait(pauses.next()):
                    pauses.again()
        finally:
            close_old_connections()
