"""The worker: moves cases on, delivers messages, tells the live pages. Several may run side by side.

    events     wait for the journal's notification, then drain the subscription
    delivery   claim due messages, send them in threads
    relay      journal → broker, for the live process and other listeners
    processes  timers, messages and handlers' work of process instances
    upkeep     retries, probes, verification, calendars

Each is a thread with its own database connection. Killed at any point, the next one goes on: events from
the durable position, messages when their claim runs out. The database restarting is waited out.
"""

import os
import signal
import threading
import time
from collections.abc import Callable

import django

from tongban.kernel.log import get_logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")

IDLE_SECONDS = 0.2
LONGEST_IDLE_SECONDS = 1.0
"""How soon a due retry or an event whose notification was lost is noticed: just after other work, at last."""
UPKEEP_SECONDS = 1.0
PROCESS_SECONDS = 0.5
"""How soon a timer that is due fires; what a step sends on is seen at the next notification."""
FAILED_SECONDS = 1.0

log = get_logger(__name__)


class Worker:
    """The threads of one worker process."""

    def __init__(self) -> None:
        from tongban.catalogue import queries as catalogue_queries
        from tongban.exchange.outbox import Delivery

        self.stopping = threading.Event()
        self.wake_delivery = threading.Event()
        self.wake_processes = threading.Event()
        self.delivery = Delivery(catalogue_queries.current)

    def run(self) -> None:
        """Work until told to stop."""
        from tongban.runtime import relay
        from tongban.runtime.ready import announce

        threads = [
            threading.Thread(target=self._keep, args=(self._events,), name="events"),
            threading.Thread(target=self._keep, args=(self._delivery,), name="delivery"),
            threading.Thread(target=self._keep, args=(self._processes,), name="processes"),
            threading.Thread(target=self._keep, args=(self._upkeep,), name="upkeep"),
            threading.Thread(target=relay.run, args=(self.stopping,), name="relay"),
        ]
        for thread in threads:
            thread.start()
        announce()
        log.info("worker.ready")
        self.stopping.wait()
        for thread in threads:
            thread.join(timeout=10)
        self.delivery.close()

    def stop(self, *_: object) -> None:
        """Finish what is under way and end."""
        self.stopping.set()
        self.wake_delivery.set()
        self.wake_processes.set()

    def _keep(self, part: Callable[[], None]) -> None:
        """Run a part for ever; what it raises (the database restarting) is logged and waited out."""
        from django.db import close_old_connections, connection

        while not self.stopping.is_set():
            try:
                part()
            except Exception:
                log.exception("worker.part_failed", part=threading.current_thread().name)
                connection.close()
                self.stopping.wait(FAILED_SECONDS)
            finally:
                close_old_connections()
        connection.close()

    def _events(self) -> None:
        from tongban.runtime import wiring
        from tongban.runtime.listening import Listener, Pauses

        pauses = Pauses(IDLE_SECONDS, LONGEST_IDLE_SECONDS)
        with Listener() as listener:
            while not self.stopping.is_set():
                if wiring.drain():
                    self.wake_delivery.set()
                    self.wake_processes.set()
                    pauses.again()
                elif listener.wait(pauses.next()):
                    self.wake_processes.set()
                    pauses.again()

    def _delivery(self) -> None:
        from tongban.runtime.listening import Pauses

        pauses = Pauses(IDLE_SECONDS, LONGEST_IDLE_SECONDS)
        while not self.stopping.is_set():
            if self.delivery.pump() or self.wake_delivery.wait(pauses.next()):
                pauses.again()
            self.wake_delivery.clear()

    def _processes(self) -> None:
        from tongban.process import worker as processes

        while not self.stopping.is_set():
            if not processes.pump():
                self.wake_processes.wait(PROCESS_SECONDS)
                self.wake_processes.clear()

    def _upkeep(self) -> None:
        from tongban.runtime.upkeep import upkeep

        while not self.stopping.is_set():
            began = time.monotonic()
            upkeep()
            self.stopping.wait(max(0.0, UPKEEP_SECONDS - (time.monotonic() - began)))


def main() -> int:
    """Entry point: `python -m tongban.runtime.worker`."""
    from tongban.runtime import logs

    logs.configure()
    django.setup()
    worker = Worker()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, worker.stop)
    worker.run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
