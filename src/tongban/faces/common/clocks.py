"""A clock in words: what is left, until when, and how sure that is."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tongban.catalogue import calendars
from tongban.faces.common import words
from tongban.kernel.clock import ClockState, State, Unit

_SOON: Final = 1
"""A running clock with this many units left or fewer is marked as running out."""

Tone = Literal["idle", "running", "soon", "late", "paused", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One clock as a page shows it."""

    words: str
    """The sentence; colour and bar only repeat it."""
    note: str
    """That the date is provisional, or which limit is meant; may be empty."""
    tone: Tone
    share: int | None
    """Used part of the limit in percent, 0 to 100; None when there is nothing to draw."""


def shown(state: ClockState, *, kind: str = "promised") -> Shown:
    """The clock in the person's language.

    Args:
        state: the clock as it reads now.
        kind: ``promised`` or ``statutory``: whose limit it is, said when it matters (overdue).
    """
    return Shown(
        words=_sentence(state, kind),
        note=provisional(state.guessed_from) if state.provisional and state.guessed_from else "",
        tone=_tone(state),
        share=_share(state),
    )


def provisional(guessed: date) -> str:
    """That a date leans on a year whose holidays are not published.

    Args:
        guessed: a day whose holidays are not published. For the last days of a December that is itself
            published, the notice of the following year is the one to come: New Year reaches back to them.
    """
    calendar = calendars.current()
    reaches_back = guessed.year in calendar.known_years and not calendar.is_known(guessed)
    return words.say("clock.provisional", year=guessed.year + 1 if reaches_back else guessed.year)


def amount(count: int, unit: Unit | str) -> str:
    """A length of time: 3 个工作日, 1 working day."""
    return words.say(f"unit.{Unit(unit).value}", count=count)


def _sentence(state: ClockState, kind: str) -> str:
    match state.state:
        case State.NOT_STARTED:
            return words.say("clock.not_started", amount=amount(state.total, state.unit))
        case State.PAUSED:
            return words.say("clock.paused", amount=amount(max(state.left, 0), state.unit))
        case State.STOPPED:
            if state.spent <= 0 and not state.overdue and state.unit is not Unit.HOUR:
                return words.say("clock.stopped_today")
            message = "clock.stopped_late" if state.overdue else "clock.stopped"
            return words.say(message, amount=amount(max(state.spent, 0), state.unit))
        case _:
            return _running(state, kind)


def _running(state: ClockState, kind: str) -> str:
    by_moment = state.unit is Unit.HOUR and state.due_at is not None
    due = words.moment(state.due_at) if by_moment else words.day(state.due_on)
    if state.overdue:
        limit = words.say(f"clock.limit.{kind}")
        late = amount(max(-state.left, 1), state.unit)
        return words.say("clock.overdue", amount=late, due=due, limit=limit)
    if state.left <= 0:
        return words.say("clock.today", due=due)
    message = "clock.left_until" if by_moment else "clock.left"
    return words.say(message, amount=amount(state.left, state.unit), due=due)


def _tone(state: ClockState) -> Tone:
    match state.state:
        case State.NOT_STARTED:
            return "idle"
        case State.PAUSED:
            return "paused"
        case State.STOPPED:
            return "late" if state.overdue else "stopped"
        case _ if state.overdue:
            return "late"
        case _:
            return "soon" if state.left <= _SOON else "running"


def _share(state: ClockState) -> int | None:
    if state.state is State.NOT_STARTED or state.total <= 0:
        return None
    return max(0, min(100, round(100 * state.spent / state.total)))
