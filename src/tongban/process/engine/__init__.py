"""The token engine: a pure step from (state, event) to (state, effects).

The state is plain JSON and holds only what is live: tokens, what waits at joins, variables, timers that
are due and incidents. What happened is told in effects, for whoever keeps the history. Nothing here
reads a clock, a file or a table; time comes with the event.

    >>> state = new(graph, "process")                      # doctest: +SKIP
    >>> state, effects = step(graph, state, Start(), now)  # doctest: +SKIP
"""

from tongban.process.engine.events import (
    Cancel,
    Complete,
    Escalate,
    Event,
    Fail,
    Hasten,
    Hold,
    Message,
    Move,
    Refuse,
    Resume,
    Retry,
    SetVariables,
    Signal,
    Start,
    Suspend,
    Tick,
)
from tongban.process.engine.machine import LIMIT, Live, new, next_due, step, waiting
from tongban.process.engine.repeating import agreed

__all__ = [
    "LIMIT",
    "Cancel",
    "Complete",
    "Escalate",
    "Event",
    "Fail",
    "Hasten",
    "Hold",
    "Live",
    "Message",
    "Move",
    "Refuse",
    "Resume",
    "Retry",
    "SetVariables",
    "Signal",
    "Start",
    "Suspend",
    "Tick",
    "agreed",
    "new",
    "next_due",
    "step",
    "waiting",
]
