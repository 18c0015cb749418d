"""Starts processes in order, keeps them alive, ends them in reverse order; one per state directory.

Children end with this process even when it is killed with `kill -9` (see `embedded.launch`).
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import IO

from tongban.kernel.errors import TongbanError
from tongban.runtime.embedded.places import hold, writable_home
from tongban.runtime.services import Service

Stages = Sequence[Sequence[Service]]

_TICK = 0.1
_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 30.0
_WELL_AGAIN = 60.0
"""Seconds of life after which a death counts as the first one again."""


class State(StrEnum):
    """How a service is doing, for a display."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    DEAD = "dead"
    ENDED = "ended"


class Reporter:
    """Is told what happens. This one is silent; a display overrides what it shows."""

    def say(self, sentence: str) -> None:
        """One sentence for people."""

    def state(self, name: str, state: State) -> None:
        """A service has changed its state."""


@dataclass(slots=True)
class _Kept:
    """A service after its first start, with the memory of its deaths."""

    service: Service
    deaths: int = 0
    again_at: float | None = None
    settled: bool = True
    ready_since: float = 0.0


class Supervisor:
    """Runs stages of services over one state directory.

    Args:
        home: state directory, locked while this runs.
        build: gives the stages, called under the lock; services of one stage start together, the next stage
            when all of them are ready.
        reporter: is told of every change.
    """

    def __init__(self, home: Path, build: Callable[[], Stages], reporter: Reporter | None = None) -> None:
        self.home = home
        self._build = build
        self._reporter = reporter or Reporter()
        self._running: list[_Kept] = []
        self._lock: IO[bytes] | None = None
        self._enough = threading.Event()

    def run(self, work: Callable[[], int] | None = None, *, stay: bool = True) -> int:
        """Start everything, keep it alive until a signal (Ctrl-C, TERM), end everything.

        With `work`, a function is called in a thread of its own once all are ready; without `stay` its end
        is the end, and its result is the exit status.

        Raises:
            Conflict: another supervisor runs over this state directory, or a port is taken.
            Unavailable: something did not start; everything started before has been ended.
            BaseException: whatever `work` raised, when it was the reason to end.
        """
        with self._signals():
            try:
                self._start()
                return self._keep(work, stay=stay)
            except KeyboardInterrupt:
                return 0 if stay else 130
            finally:
                self._stop()

    def end(self) -> None:
        """Ask a running supervisor to end; may be called from any thread."""
        self._enough.set()

    # -- start -----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        writable_home(self.home, needed_bytes=0)
        self._lock = hold(self.home / "supervisor.lock", "runs Tongban")
        stages = self._build()
        for stage in stages:
            for service in stage:
                self._reporter.state(service.name, State.WAITING)
        for stage in stages:
            for service in stage:
                self._reporter.state(service.name, State.STARTING)
                self._running.append(_Kept(service))
                service.launch()
            waiting = list(stage)
            while waiting:
                for service in list(waiting):
                    if service.settle():
                        waiting.remove(service)
                        self._reporter.state(service.name, State.READY if service.keep else State.DONE)
                if waiting:
                    time.sleep(0.03)
        self._running = [each for each in self._running if each.service.keep]

    # -- keep alive ------------------------------------------------------------------------------------------

    def _keep(self, work: Callable[[], int] | None, *, stay: bool) -> int:
        results: list[int | BaseException] = []

        def worker() -> None:
            try:
                results.append(0 if work is None else work())
            except BaseException as error:  # noqa: BLE001 - raised again in the main thread
                results.append(error)

        if work is not None:
            threading.Thread(target=worker, name="work", daemon=True).start()
        looked = False
        while not self._enough.wait(_TICK):
            for kept in self._running:
                self._look_after(kept)
            if results and not looked:
                looked = True
                if isinstance(results[0], BaseException):
                    raise results[0]
                if not stay:
                    return results[0]
        return results[0] if results and isinstance(results[0], int) else 0

    def _look_after(self, kept: _Kept) -> None:
        """One look at one service: notice its death, start it again when its time has come."""
        service, now = kept.service, time.monotonic()
        if kept.again_at is not None:
            if now < kept.again_at:
                return
            kept.again_at = None
            self._reporter.state(service.name, State.STARTING)
            try:
                service.launch()
                kept.settled = False
            except TongbanError as error:
                self._died(kept, str(error))
        elif not service.alive():
            self._died(kept, service.last_words())
        elif not kept.settled:
            try:
                kept.settled = service.settle()
            except TongbanError as error:
                service.stop()
                self._died(kept, str(error))
                return
            if kept.settled:
                kept.ready_since = now
                self._reporter.state(service.name, State.READY)
                self._reporter.say(f"{service.name} is back.")

    def _died(self, kept: _Kept, words: str) -> None:
        now = time.monotonic()
        if kept.settled and now - kept.ready_since > _WELL_AGAIN:
            kept.deaths = 0
        pause = min(_FIRST_BACKOFF * 2**kept.deaths, _LONGEST_BACKOFF)
        kept.deaths += 1
        kept.again_at = now + pause
        self._reporter.state(kept.service.name, State.DEAD)
        self._reporter.say(f"{kept.service.name} has died and starts again in {pause:g} s: {words}")

    # -- end -------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        with self._deaf():
            for kept in reversed(self._running):
                try:
                    kept.service.stop()
                except Exception as error:  # noqa: BLE001 - the others must still be ended
                    self._reporter.say(f"{kept.service.name} did not end well: {error}")
                self._reporter.state(kept.service.name, State.ENDED)
            self._running = []
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Ctrl-C and TERM interrupt the start; later they are the ordinary end."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals arrive in the main thread only; there `end` is the way
            return

        def ask(_number: int, _frame: FrameType | None) -> None:
            self._enough.set()
            raise KeyboardInterrupt

        before = {
            number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def _deaf(self) -> Iterator[None]:
        """While everything is being ended, an impatient second Ctrl-C gets a sentence, not half an end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def answer(_number: int, _frame: FrameType | None) -> None:
            self._reporter.say("Ending; the database writes its last pages.")

        before = {
            number: signal.signal(number, answer) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
