"""A walk on the terminal: one line per department, moving as the case does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table

from tongban.casework.queries import CaseView
from tongban.runtime.walk import Walked, walk

_MARK = {
    "waiting": "[dim]· 等前一项[/]",
    "ready": "[yellow]… 送达中[/]",
    "sent": "[yellow]… 已送达[/]",
    "accepted": "[cyan]▶ 办理中[/]",
    "correction": "[magenta]! 待补正[/]",
    "approved": "[green]✓ 办结[/]",
    "rejected": "[red]✗ 不予办理[/]",
    "blocked": "[red]– 无法开始[/]",
    "skipped": "[green]– 已有，无需办理[/]",
    "withdrawn": "[dim]– 已撤回[/]",
}

_CLERK = (
    "[dim]演示：没有部门系统的事项由模拟窗口人员在工作台办理 / "
    "demo: a seeded clerk decides at the workbench what no system decides[/]"
)


class Progress:
    """The case as it stands, for `rich.live`."""

    def __init__(self) -> None:
        self.view: CaseView | None = None

    def show(self, view: CaseView) -> None:
        """A newer view."""
        self.view = view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table."""
        if self.view is None:
            yield "正在收件 …"
            return
        table = Table(title=f"{self.view.number}  {self.view.event_name.zh_hans}", title_justify="left")
        for name in ("部门", "事项", "状态", "承诺时限", "用时"):
            table.add_column(name)
        for one in self.view.dispatches:
            end = one.ended_at or datetime.now(UTC)
            spent = f"{(end - one.freed_at).total_seconds():.1f} s" if one.freed_at else ""
            due = one.promised.due_on.isoformat() if one.promised and one.promised.due_on else ""
            table.add_row(
                one.department.short.zh_hans, one.item.name.zh_hans, _MARK[str(one.state)], due, spent
            )
        if any(one.via == "workbench" for one in self.view.dispatches):
            table.caption = _CLERK
            table.caption_justify = "left"
        yield table


def show_walk(  # what `walk` takes, each of another type
    console: Console,
    person_id: Any,
    event: str,
    role: str,
    given: dict[str, Any] | None = None,
    *,
    leaves_out: Sequence[str] = (),
) -> Walked:
    """Walk a life event while showing it; then the figures before and after."""
    progress = Progress()
    with Live(progress, console=console, refresh_per_second=8):
        walked = walk(person_id, event, role, given=given, leaves_out=leaves_out, watch=progress.show)
    table = Table(title="办这件事", title_justify="left")
    for name in ("", "填写项", "材料", "跑动", "工作日"):
        table.add_column(name)
    table.add_row(
        "以前",
        str(walked.fields_before),
        str(walked.materials_before),
        str(walked.visits_before),
        str(walked.sequential_working_days),
    )
    table.add_row(
        "现在",
        str(walked.fields_asked),
        str(walked.materials_asked),
        str(walked.visits),
        str(walked.parallel_working_days),
    )
    console.print(table)
    return walked
