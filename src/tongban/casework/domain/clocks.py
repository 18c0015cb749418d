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
    to the last of them, so nested pauses become one. An outage is recorded with its own time, which may lie
    before events that were recorded earlier; so the order is that of the facts, and what is recorded of a
    stopped clock changes nothing.
    """
    held: set[str] = set()
    found: list[ClockEvent] = []
    own = [event for event in events if event.data.get("dispatch_id") == dispatch_id]
    for event in sorted(own, key=lambda one: (one.at, one.seq)):
        if found and isinstance(found[-1], Stopped):
            break
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
        elif event.type in _STOPS and found:
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


def is_held(dispatch_id: str, events: Iterable[Recorded], reason: str) -> bool:
    """Whether a dispatch's clocks stand still for `reason` (perhaps among others)."""
    held = False
    for event in events:
        if event.data.get("dispatch_id") == dispatch_id and event.data.get("reason") == reason:
            held = event.type == ClockPaused.TYPE or (held and event.type != ClockResumed.TYPE)
    return held


def _hold(found: list[ClockEvent], held: set[str], reason: str, at: datetime, law: str) -> None:
    if not held and found:
        last = next((one for one in reversed(found) if isinstance(one, Paused | Resumed)), None)
        if isinstance(last, Resumed) and last.at == at:
            found.remove(last)  # it never ran in between: one pause, which goes on
        else:
            found.append(Paused(at, reason, law))
    held.add(reason)


def _let_go(found: list[ClockEvent], held: set[str], reason: str, at: datetime) -> None:
    if reason in held:
        held.discard(reason)
        if not held and found:
            found.append(Resumed(at))
