"""What a person sees in the terminal while the processes of one machine start and run."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from tongban.runtime.config import Config
from tongban.runtime.house import House, furnish
from tongban.runtime.supervisor import Reporter, Stages, State, Supervisor

_COLUMNS = 3
_STYLE = {
    State.WAITING: ("·", "dim"),
    State.STARTING: ("…", "yellow"),
    State.READY: ("✓", "green"),
    State.DONE: ("✓", "green"),
    State.DEAD: ("✗", "bold red"),
    State.ENDED: ("·", "dim"),
}
_STARTED = {State.READY, State.DONE}


@dataclass(slots=True)
class Board(Reporter):
    """A table that fills while everything starts, then gets out of the way; sentences stand above it.

    Where output is no terminal, each sentence and each change of state is a line.
    """

    console: Console
    states: dict[str, State] = field(default_factory=dict)
    _live: Live | None = None
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def say(self, sentence: str) -> None:
        """Print one sentence above whatever moves."""
        self.console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def state(self, name: str, state: State) -> None:
        """Show a change; the table appears with the first one and stays until all have started."""
        with self._mutex:
            starting = not self.states or not self._all_started()
            self.states[name] = state
            if not self.console.is_terminal:
                if state in _STARTED or state is State.DEAD:
                    self.say(f"{name}: {state}")
                return
            if starting and state is State.WAITING and self._live is None:
                self._live = Live(self, console=self.console, refresh_per_second=8, transient=True)
                self._live.start()
            if self._live is not None and self._all_started():
                self.close()

    def close(self) -> None:
        """Take the table away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _all_started(self) -> bool:
        return all(state in _STARTED for state in self.states.values())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table as it is now."""
        done = sum(state in _STARTED for state in self.states.values())
        yield Spinner("dots", f" {done}/{len(self.states)}")
        table = Table.grid(padding=(0, 3))
        cells = [f"[{_STYLE[s][1]}]{_STYLE[s][0]} {name}[/]" for name, s in list(self.states.items())]
        for start in range(0, len(cells), _COLUMNS):
            table.add_row(*cells[start : start + _COLUMNS])
        yield table


def run_house(
    work: Callable[[House, Console], int] | None = None, *, stay: bool, console: Console | None = None
) -> int:
    """Start everything on this machine, show it, do `work` once it serves, and keep serving if asked.

    Args:
        work: called in a thread of its own with the running house and the console; its result is the exit
            status when `stay` is False.
        stay: keep serving until Ctrl-C.
        console: where to show it; default: the standard error stream, so that output can be piped.

    Raises:
        TongbanError: something could not start; whatever had started has been ended.
    """
    console = console or Console(stderr=True)
    board = Board(console)
    house: list[House] = []
    home: Path = Config.from_environment().home

    def build() -> Stages:
        house.append(furnish(board.say))
        return house[0].stages

    def serve() -> int:
        console.print(f"[bold]{house[0].web_url}[/]")
        status = 0 if work is None else work(house[0], console)
        if stay and sys.stdin.isatty():
            console.print("Ctrl-C", style="dim")
        return status

    try:
        return Supervisor(home, build, board).run(serve, stay=stay)
    finally:
        board.close()
