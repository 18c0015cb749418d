"""What happened to a clock: its events, and the tally of them that needs neither calendar nor present.

The half of `tongban.kernel.clock` that knows the moves; the other half knows the days. Import from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongban.kernel.errors import Conflict, InvalidInput

MAX_AMOUNT = 100_000
"""Largest amount of any unit; far past every law, small enough for the calendar."""

_FIRST_YEAR, _LAST_YEAR = 1900, 8000


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"
    HOUR = "hour"


class State(StrEnum):
    """What the clock does at the instant it is read."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take; amount 0 is decided at once (即办): that day or the next working day."""

    amount: int
    unit: Unit = Unit.WORKING_DAY

    def __post_init__(self) -> None:
        _check_amount(self.amount, 0)


@dataclass(frozen=True, slots=True)
class Started:
    """The limit begins to run; its legal day is day zero."""

    at: datetime

    def __post_init__(self) -> None:
        check_instant(self.at)


@dataclass(frozen=True, slots=True)
class Paused:
    """Time from here on is not the department's."""

    at: datetime
    reason: str
    legal_basis: str

    def __post_init__(self) -> None:
        check_instant(self.at)
        _check_grounds("pause", self.reason, self.legal_basis)


@dataclass(frozen=True, slots=True)
class Resumed:
    """The clock runs again."""

    at: datetime

    def __post_init__(self) -> None:
        check_instant(self.at)


@dataclass(frozen=True, slots=True)
class Extended:
    """The limit is longer by an amount of its own unit."""

    at: datetime
    amount: int
    reason: str
    legal_basis: str

    def __post_init__(self) -> None:
        check_instant(self.at)
        _check_amount(self.amount, 1)
        _check_grounds("extension", self.reason, self.legal_basis)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The thing is done; the clock shows what was used, for ever."""

    at: datetime

    def __post_init__(self) -> None:
        check_instant(self.at)


ClockEvent = Started | Paused | Resumed | Extended | Stopped

_NOT_STARTED = ("not_started", "The clock has not started yet.", "Record its start first.")
_STARTED = ("started_twice", "The clock has started already.", "Record one start only.")
_STOPPED = ("stopped", "The clock has stopped.", "Begin a new clock for new work.")

# The moves a clock refuses, each with its reason; every other move is allowed.
_REFUSED: dict[tuple[type[ClockEvent], State], tuple[str, str, str]] = {
    (Paused, State.NOT_STARTED): _NOT_STARTED,
    (Resumed, State.NOT_STARTED): _NOT_STARTED,
    (Extended, State.NOT_STARTED): _NOT_STARTED,
    (Stopped, State.NOT_STARTED): _NOT_STARTED,
    (Started, State.RUNNING): _STARTED,
    (Resumed, State.RUNNING): ("not_paused", "The clock is not paused.", "Pause it before it resumes."),
    (Started, State.PAUSED): _STARTED,
    (Paused, State.PAUSED): ("paused_twice", "The clock is paused already.", "Resume it first."),
    (Started, State.STOPPED): _STOPPED,
    (Paused, State.STOPPED): _STOPPED,
    (Resumed, State.STOPPED): _STOPPED,
    (Extended, State.STOPPED): _STOPPED,
    (Stopped, State.STOPPED): _STOPPED,
}

# At one instant: start first, stop last.
_RANK: dict[type[ClockEvent], int] = {Started: 0, Extended: 1, Resumed: 2, Paused: 3, Stopped: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the events say so far, without calendar or present: the part of the fold that can be kept."""

    started: datetime | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    """Ended pauses, in order."""
    paused_since: datetime | None = None
    extra: int = 0
    """Sum of the extensions."""
    stopped: datetime | None = None
    last: datetime | None = None
    """Instant of the latest event."""

    def then(self, event: ClockEvent) -> "Tally":
        """The tally after one more event, which must not be earlier than the last one.

        Raises:
            Conflict: ``clock.*`` for an event that its state does not allow.
        """
        if self.last is not None and event.at < self.last:
            raise _refusal("order", "An event is earlier than the one before it.", "Fold all events again.")
        if refused := _REFUSED.get((type(event), self.state())):
            raise _refusal(*refused)
        started, pauses, since = self.started, self.pauses, self.paused_since
        extra, stopped = self.extra, self.stopped
        match event:
            case Started(at):
                started = at
            case Paused(at):
                since = at
            case Resumed(at):
                assert since is not None  # noqa: S101 -- the table lets only a paused clock resume
                pauses, since = (*pauses, (since, at)), None
            case Extended(at, amount):
                extra += amount
            case Stopped(at):
                stopped = at
        # Written out: dataclasses.replace would take half the time of a fold.
        return Tally(
            started=started, pauses=pauses, paused_since=since, extra=extra, stopped=stopped, last=at
        )

    def state(self) -> State:
        """What the clock does after these events."""
        if self.started is None:
            return State.NOT_STARTED
        if self.stopped is not None:
            return State.STOPPED
        return State.RUNNING if self.paused_since is None else State.PAUSED


def tally(events: Iterable[ClockEvent], now: datetime) -> Tally:
    """What the events up to and with `now` say, whatever order they come in.

    An event that arrives twice (equal in every field) counts once. At one instant, start comes first, stop
    last, and of a pause and a resumption the one that fits.
    """
    known = sorted((event for event in dict.fromkeys(events) if event.at <= now), key=_order)
    result = Tally()
    at = 0
    while at < len(known):
        event, after = known[at], known[at + 1] if at + 1 < len(known) else None
        if (
            isinstance(event, Resumed)
            and result.paused_since is None
            and isinstance(after, Paused)
            and after.at == event.at
        ):
            known[at], known[at + 1] = event, after = after, event
        result = result.then(event)
        at += 1
    return result


def _order(event: ClockEvent) -> tuple[datetime, int]:
    # Equal keys need no further order: two extensions add up either way, any other two contradict each other.
    return event.at, _RANK[type(event)]


def check_instant(at: datetime) -> None:
    """Refuses an instant without offset or outside the years a clock can count."""
    if at.utcoffset() is None:
        raise InvalidInput(
            "clock.naive_time", "An instant needs a UTC offset.", hint="Write 2026-02-13T09:00+08:00."
        )
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise InvalidInput(
            "clock.year", "The year is outside what a clock can count.", hint="Check the date."
        )


def _check_amount(amount: int, least: int) -> None:
    if not least <= amount <= MAX_AMOUNT:
        raise InvalidInput(
            "clock.amount", f"An amount lies between {least} and {MAX_AMOUNT}.", hint="Check the limit."
        )


def _check_grounds(what: str, reason: str, legal_basis: str) -> None:
    if not reason.strip() or not legal_basis.strip():
        raise InvalidInput(
            "clock.grounds",
            f"A {what} without reason and legal basis has no effect in law.",
            hint="Name the reason and the article.",
        )


def _refusal(rule: str, detail: str, hint: str) -> Conflict:
    return Conflict(f"clock.{rule}", detail, hint=hint)
