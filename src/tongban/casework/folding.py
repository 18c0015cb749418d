"""The state of a dispatch folded from the journal alone, to hold against the projected rows."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from tongban.casework import events as happened
from tongban.casework import running
from tongban.casework.domain.moves import Move, State, after
from tongban.casework.models import Dispatch
from tongban.journal import queries as journal
from tongban.journal.events import Recorded

MOVES: Mapping[str, Move] = {
    happened.DispatchFreed.TYPE: Move.FREE,
    happened.DispatchSent.TYPE: Move.SEND,
    happened.DispatchAccepted.TYPE: Move.ACCEPT,
    happened.CorrectionAsked.TYPE: Move.ASK,
    happened.DispatchApproved.TYPE: Move.APPROVE,
    happened.DispatchRejected.TYPE: Move.REJECT,
    happened.DispatchBlocked.TYPE: Move.BLOCK,
    happened.DispatchWithdrawn.TYPE: Move.WITHDRAW,
    happened.DispatchSkipped.TYPE: Move.SKIP,
}


def fold(events: Iterable[Recorded]) -> dict[str, State]:
    """Dispatch id → state. Raises Conflict when the events could not have happened."""
    states: dict[str, State] = {}
    accepted: set[str] = set()
    for event in events:
        dispatch = event.data.get("dispatch_id")
        if event.type == happened.DispatchOpened.TYPE:
            states[str(dispatch)] = State.WAITING
        elif event.type == happened.CorrectionAnswered.TYPE:
            move = Move.ANSWER_ACCEPTED if dispatch in accepted else Move.ANSWER_NEW
            states[str(dispatch)] = after(states[str(dispatch)], move)
        elif event.type in MOVES:
            states[str(dispatch)] = after(states[str(dispatch)], MOVES[event.type])
            if event.type == happened.DispatchAccepted.TYPE:
                accepted.add(str(dispatch))
    return states


def differences(application_id: UUID) -> list[str]:
    """Where the rows of a case, its events and its process disagree; empty when all is well."""
    folded = fold(journal.stream(application_id))
    rows = {str(row.pk): row for row in Dispatch.objects.filter(case_id=application_id)}
    found = [f"dispatch {one} is in the journal only" for one in folded.keys() - rows.keys()]
    found += [f"dispatch {one} is in the tables only" for one in rows.keys() - folded.keys()]
    found += [
        f"dispatch {one} is {rows[one].state}, its events say {folded[one]}"
        for one in folded.keys() & rows.keys()
        if rows[one].state != folded[one]
    ]
    return found + running.disagreements(application_id)
