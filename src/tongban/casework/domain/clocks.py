"""A dispatch's clocks, folded from its events. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongban.casework.events import (
    ClockExtended,
    ClockPaused,
    ClockResumed,
    CorrectionAnswered,
    CorrectionAsked,
    DispatchApproved,
    DispatchFreed,
    DispatchRejected,
    DispatchWithdrawn,
)
from tongban.journal.events import Recorded
from tongban.kernel.calendar import Calendar
from tongban.kernel.clock import (
    ClockEvent,
    ClockState,
    Extended,
    Limit,
    Paused,
    Resumed,
    Started,
    Stopped,
    fold,
)

CORRECTION = "correction"
CORRECTION_LAW = "行政许可法 第三十二条"
OUTAGE = "department_down"
OUTAGE_RULE = "平台规则：部门系统中断期间不计入时限"
"""Not a law: the platform's published rule. While a department's system is down nobody there can work."""

_STOPS = frozenset({DispatchApproved.TYPE, DispatchRejected.TYPE, DispatchWithdrawn.TYPE})
CLOCK_TYPES = frozenset(
    {
        DispatchFreed.TYPE,
        CorrectionAsked.TYPE,
        CorrectionAnswered.TYPE,
        ClockPaused.TYPE,
        ClockResumed.TYPE,
        ClockExtended.TYPE,
        *_STOPS,
    }
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks of a dispatch."""

    statutory: ClockState | None
    promised: ClockState


def clock_events(dispatch_id: str, events: Iterable[Recorded]) -> list[ClockEvent]:
    """The kernel's clock events of one dispatch.

    Several reasons may hold a clock at once (an outage during a correction): it stands still from the first
    to the last of them, so nested pauses become one.
    """
    held: set[str] = set()
    found: list[ClockEvent] = []
    for event in events:
        if event.data.get("dispatch_id") != dispatch_id:
            continue
        if event.type == DispatchFreed.TYPE:
            found.append(Started(event.at))
        elif event.type == CorrectionAsked.TYPE:
            _hold(found, held, CORRECTION, event.at, CORRECTION_LAW)
        elif event.type == CorrectionAnswered.TYPE:
            _let_go(found, held, CORRECTION, event.at)
        elif event.type == ClockPaused.TYPE:
            _hold(found, held, event.data["reason"], event.at, event.data["legal_basis"])
        elif event.type == ClockResumed.TYPE:
            _let_go(found, held, event.data["reason"], event.at)
        elif event.type == ClockExtended.TYPE:
            found.append(Extended(event.at, event.data["amount"], "extension", event.data["legal_basis"]))
        elif event.type in _STOPS and found and not isinstance(found[-1], Stopped):
            found.append(Stopped(event.at))
    return found


def read_clocks(
    promised: Limit, statutory: Limit | None, events: list[ClockEvent], calendar: Calendar, now: datetime
) -> Clocks:
    """Both clocks at `now`. Extensions lengthen the statutory limit and the promise alike."""
    return Clocks(
        statutory=fold(statutory, events, calendar, now) if statutory else None,
        promised=fold(promised, events, calendar, now),
    )


def _hold(found: list[ClockEvent], held: set[str], reason: str, at: datetime, law: str) -> None:
    if not held and found:
        found.append(Paused(at, reason, law))
    held.add(reason)


def _let_go(found: list[ClockEvent], held: set[str], reason: str, at: datetime) -> None:
    if reason in held:
        held.discard(reason)
        if not held and found:
            found.append(Resumed(at))
