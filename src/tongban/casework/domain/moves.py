"""The moves of a dispatch as data: from a state, by a move, to a state, each with its reason. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from tongban.kernel.errors import Conflict


class State(StrEnum):
    """Where one item of a case stands at its department."""

    WAITING = "waiting"
    READY = "ready"
    SENT = "sent"
    ACCEPTED = "accepted"
    CORRECTION = "correction"
    APPROVED = "approved"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"
    SKIPPED = "skipped"


class Move(StrEnum):
    """What can happen to a dispatch."""

    FREE = "free"
    SEND = "send"
    ACCEPT = "accept"
    ASK = "ask"
    ANSWER_NEW = "answer_new"
    ANSWER_ACCEPTED = "answer_accepted"
    APPROVE = "approve"
    REJECT = "reject"
    BLOCK = "block"
    WITHDRAW = "withdraw"
    SKIP = "skip"


_S, _M = State, Move
TRANSITIONS: dict[tuple[State, Move], tuple[State, str]] = {
    (_S.WAITING, _M.FREE): (_S.READY, "every item it waits for has ended well"),
    (_S.WAITING, _M.BLOCK): (_S.BLOCKED, "an item whose output it needs was not approved"),
    (_S.WAITING, _M.WITHDRAW): (_S.WITHDRAWN, "the applicant took the application back"),
    (_S.WAITING, _M.SKIP): (_S.SKIPPED, "what it would give is there already"),
    (_S.READY, _M.SEND): (_S.SENT, "the department's system has acknowledged it"),
    (_S.READY, _M.ACCEPT): (_S.ACCEPTED, "a clerk took it on, or the reply overtook the acknowledgement"),
    (_S.READY, _M.ASK): (_S.CORRECTION, "something must be mended before it can be accepted (art. 32)"),
    (_S.READY, _M.APPROVE): (_S.APPROVED, "decided on the spot (art. 34)"),
    (_S.READY, _M.REJECT): (_S.REJECTED, "decided on the spot"),
    (_S.READY, _M.WITHDRAW): (_S.WITHDRAWN, "the applicant took the application back"),
    (_S.SENT, _M.ACCEPT): (_S.ACCEPTED, "the department took it on (art. 32)"),
    (_S.SENT, _M.ASK): (_S.CORRECTION, "something must be mended before it can be accepted (art. 32)"),
    (_S.SENT, _M.APPROVE): (_S.APPROVED, "decided without a separate acceptance"),
    (_S.SENT, _M.REJECT): (_S.REJECTED, "decided without a separate acceptance"),
    (_S.SENT, _M.WITHDRAW): (_S.WITHDRAWN, "the applicant took the application back"),
    (_S.ACCEPTED, _M.ASK): (_S.CORRECTION, "something turned out to be wrong during the examination"),
    (_S.ACCEPTED, _M.APPROVE): (_S.APPROVED, "the department decided"),
    (_S.ACCEPTED, _M.REJECT): (_S.REJECTED, "the department decided"),
    (_S.ACCEPTED, _M.WITHDRAW): (_S.WITHDRAWN, "the applicant took the application back"),
    (_S.CORRECTION, _M.ANSWER_NEW): (_S.SENT, "mended before acceptance"),
    (_S.CORRECTION, _M.ANSWER_ACCEPTED): (_S.ACCEPTED, "mended after acceptance"),
    (_S.CORRECTION, _M.REJECT): (_S.REJECTED, "not mended, or beyond mending"),
    (_S.CORRECTION, _M.WITHDRAW): (_S.WITHDRAWN, "the applicant took the application back"),
}
"""Everything that is allowed; the articles are of the Administrative Licensing Law (行政许可法)."""

ENDED = frozenset({State.APPROVED, State.REJECTED, State.BLOCKED, State.WITHDRAWN, State.SKIPPED})
WELL = frozenset({State.APPROVED, State.SKIPPED})
"""Ended, and what it was to give is there."""
AT_WORK = frozenset({State.READY, State.SENT, State.ACCEPTED})
OPEN = frozenset(State) - ENDED


def after(state: State, move: Move) -> State:
    """The state after `move`; Conflict `dispatch.move` when it is not allowed."""
    found = TRANSITIONS.get((state, move))
    if found is None:
        raise Conflict(
            "dispatch.move",
            f"A dispatch that is {state} cannot take the move {move}.",
            hint="Open it again to see where it stands.",
            state=str(state),
            move=str(move),
        )
    return found[0]


class CaseState(StrEnum):
    """Where a case stands: a fold of its dispatches."""

    WORKING = "working"
    CORRECTION = "correction"
    DONE = "done"
    ENDED_PARTLY = "ended_partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def case_state(states: Iterable[State]) -> CaseState:
    """The state of a case from those of its dispatches; what nobody had to do makes no difference."""
    found = [state for state in states if state is not State.SKIPPED]
    if any(state is State.CORRECTION for state in found):
        return CaseState.CORRECTION
    if any(state in OPEN for state in found):
        return CaseState.WORKING
    if found and all(state is State.WITHDRAWN for state in found):
        return CaseState.WITHDRAWN
    if all(state is State.APPROVED for state in found):
        return CaseState.DONE
    if any(state is State.APPROVED for state in found):
        return CaseState.ENDED_PARTLY
    return CaseState.WITHDRAWN if any(state is State.WITHDRAWN for state in found) else CaseState.REJECTED
