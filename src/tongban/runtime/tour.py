"""Every life event walked at once over a running house, and what each one cost before and after."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table

from tongban.casework.queries import CaseView
from tongban.catalogue import queries as catalogue
from tongban.kernel.errors import TongbanError
from tongban.runtime import seed, walk

TOGETHER = 4
"""Applicants at the same time: enough to keep the departments busy, few enough for two cores."""


@dataclass(slots=True)
class Leg:
    """One life event of the tour, as it stands."""

    life_event: str
    name: str
    items_done: int = 0
    items_total: int = 0
    walked: walk.Walked | None = None
    trouble: str = ""

    @property
    def done(self) -> bool:
        """Whether every item ended well."""
        return self.walked is not None and 0 < self.walked.items_total == self.walked.items_done

    def watch(self, view: CaseView) -> None:
        """A newer view of its case."""
        self.items_done, self.items_total = view.items_done, len(view.dispatches)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        figures = self.walked.to_json() if self.walked else {}
        return {"life_event": self.life_event, "name": self.name, "trouble": self.trouble, **figures}


@dataclass(slots=True)
class Tour:
    """All life events, for `rich.live` and as JSON."""

    legs: list[Leg]
    elapsed_s: float = 0.0
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of_catalogue(cls) -> "Tour":
        """Every life event of the current version, none walked yet."""
        known = catalogue.current().life_events
        return cls([Leg(code, event.name.zh_hans) for code, event in sorted(known.items())])

    def run(self) -> "Tour":
        """Walk them all, some at a time."""
        began = time.monotonic()
        with ThreadPoolExecutor(TOGETHER, thread_name_prefix="walk") as people:
            list(people.map(self.walk, self.legs))
        self.elapsed_s = time.monotonic() - began
        return self

    def walk(self, leg: Leg) -> None:
        """Walk one life event; what goes wrong is told in its line and ends nothing else."""
        from django.db import connections

        try:
            with self._mutex:  # two walks of one life event must not choose the same person
                username, person_id, role = seed.walker(leg.life_event)
            given = seed.answers(leg.life_event, username)
            leg.walked = walk.walk(person_id, leg.life_event, role, given=given, watch=leg.watch)
            if not leg.done:
                leg.trouble = leg.walked.state
        except TongbanError as error:
            leg.trouble = f"{error.detail} {error.hint}".strip()
        except Exception as error:  # noqa: BLE001 - the others go on, and this one's line says what it was
            leg.trouble = f"{type(error).__name__}: {error}"
        finally:
            connections.close_all()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "life_events_total": len(self.legs),
            "life_events_done": sum(leg.done for leg in self.legs),
            "elapsed_s": round(self.elapsed_s, 3),
            "life_events": [leg.to_json() for leg in self.legs],
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table: before → now."""
        done = sum(leg.done for leg in self.legs)
        table = Table(title=f"{done} / {len(self.legs)}  以前 → 现在", title_justify="left")
        table.add_column("一件事", overflow="fold")
        for name in ("办结", "填写项", "材料", "跑动", "工作日", "用时"):
            table.add_column(name, justify="right", no_wrap=True)
        for leg in self.legs:
            table.add_row(*_line(leg))
        yield table


def _line(leg: Leg) -> tuple[str, ...]:
    if leg.trouble:
        return (f"[red]✗ {leg.name}[/]\n[red]{leg.trouble}[/]", f"{leg.items_done}/{leg.items_total}")
    one = leg.walked
    if one is None:
        ended = f"{leg.items_done}/{leg.items_total}" if leg.items_total else ""
        return (f"{'▶' if leg.items_total else '·'} {leg.name}", ended)
    return (
        f"[green]✓[/] {leg.name}",
        f"{one.items_done}/{one.items_total}",
        f"{one.fields_before} → {one.fields_asked}",
        f"{one.materials_before} → {one.materials_asked}",
        f"{one.visits_before} → {one.visits}",
        f"{one.sequential_working_days} → {one.parallel_working_days}",
        f"{one.elapsed_s:.1f} s",
    )


def walk_everything(console: Console, figures: Path | None = None) -> int:
    """Walk every life event of the catalogue, some at a time; 0 only when every item of each ended well."""
    tour = Tour.of_catalogue()
    with Live(tour, console=console, refresh_per_second=4, vertical_overflow="visible"):
        tour.run()
    console.print(f"\n{tour.elapsed_s:.1f} s", highlight=False)
    if figures is not None:
        figures.write_text(json.dumps(tour.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0 if all(leg.done for leg in tour.legs) else 1
