"""State and clocks from the events alone; what the rows say is held against them."""

import datetime as dt
import itertools
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.casework import moving
from tests.fixtures import open_case
from tongban.casework import events as happened
from tongban.casework import folding
from tongban.casework.domain.clocks import CORRECTION, OUTAGE, clock_events, is_held
from tongban.casework.models import Dispatch
from tongban.catalogue.domain import Catalogue
from tongban.journal.events import SYSTEM, Recorded
from tongban.kernel.clock import Paused, Resumed, Started, Stopped, tally
from tongban.kernel.errors import Conflict
from tongban.kernel.ids import new_id

START = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
WORDS = {
    "ask": (happened.CorrectionAsked, {}),
    "answer": (happened.CorrectionAnswered, {}),
    "down": (happened.ClockPaused, {"reason": OUTAGE, "legal_basis": "rule"}),
    "up": (happened.ClockResumed, {"reason": OUTAGE}),
    "approve": (happened.DispatchApproved, {}),
    "withdraw": (happened.DispatchWithdrawn, {}),
}


def recorded(seq: int, kind: type, hours: float, dispatch: str = "d", **data: Any) -> Recorded:
    """An event as the journal gives it, some hours after the start."""
    return Recorded(
        position=seq,
        id=new_id(),
        stream="case",
        seq=seq,
        type=kind.TYPE,  # type: ignore[attr-defined]
        at=START + dt.timedelta(hours=hours),
        actor=SYSTEM,
        data={"dispatch_id": dispatch, **data},
        commitment=None,
        prev="",
        hash="",
    )


def log(*lines: tuple[str, float]) -> list[Recorded]:
    """A dispatch that was freed at hour 0, and what was recorded after, each with the time of the fact."""
    events = [recorded(1, happened.DispatchFreed, 0)]
    return events + [
        recorded(seq, WORDS[name][0], hours, **WORDS[name][1]) for seq, (name, hours) in enumerate(lines, 2)
    ]


def read(events: list[Recorded]) -> list[tuple[type, float]]:
    """The clock's own events: what and at which hour."""
    return [(type(one), (one.at - START) / dt.timedelta(hours=1)) for one in clock_events("d", events)]


def test_an_outage_that_was_recorded_late_is_put_where_it_was() -> None:
    """Recorded after the correction was answered, but from before: one pause from the first to the last."""
    found = read(log(("ask", 10), ("answer", 30), ("down", 20), ("up", 40)))
    assert found == [(Started, 0), (Paused, 10), (Resumed, 40)]


def test_an_outage_that_begins_as_the_one_before_ends_goes_on() -> None:
    """Down, up and down again at one moment: one pause, and the clock can still be read."""
    found = read(log(("down", 5), ("up", 5), ("down", 5), ("up", 6)))
    assert found == [(Started, 0), (Paused, 5), (Resumed, 6)]


@pytest.mark.parametrize("end", ["approve", "withdraw"])
def test_nothing_moves_a_clock_that_has_stopped(end: str) -> None:
    """An outage recorded after the decision does not break the case's pages: it comes too late to count."""
    found = read(log((end, 10), ("down", 20), ("up", 30), ("approve", 40)))
    assert found == [(Started, 0), (Stopped, 10)]


def test_other_items_events_are_not_this_ones() -> None:
    """A sibling's pause holds no other clock."""
    events = [*log(("ask", 10)), recorded(9, happened.DispatchApproved, 20, "other")]
    assert clock_events("other", events[:1]) == []
    assert read(events) == [(Started, 0), (Paused, 10)]
    assert not is_held("other", events, OUTAGE)


def test_what_ends_before_it_began_has_no_clock() -> None:
    """A dispatch that was blocked or taken back while it waited never had a clock."""
    assert read([recorded(1, happened.DispatchWithdrawn, 3)]) == []


names = st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.integers(0, 200)), max_size=14)


@given(names)
@example([("down", 0), ("up", 0), ("down", 0), ("up", 1)])
def test_any_log_gives_a_clock_that_can_be_read(lines: list[tuple[str, int]]) -> None:
    """Whatever was recorded in whatever order, the clock's events fit together and pauses never overlap."""
    facts = tally(clock_events("d", log(*lines)), START + dt.timedelta(days=30))
    for (_, ended), (began, _) in itertools.pairwise(facts.pauses):
        assert ended <= began
    stops = [hours for name, hours in lines if name in {"approve", "withdraw"}]
    assert facts.stopped == (START + dt.timedelta(hours=min(stops)) if stops else None)


@given(st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.integers(0, 200)), unique_by=lambda one: one[1]))
def test_a_clock_stands_still_exactly_while_a_reason_holds(lines: list[tuple[str, int]]) -> None:
    """Told in order of time: it is paused after the last event if a correction or an outage is still open."""
    ordered = sorted(
        (line for line in lines if line[0] not in {"approve", "withdraw"}), key=lambda one: one[1]
    )
    held: set[str] = set()
    for name, _ in ordered:
        reason = OUTAGE if name in {"down", "up"} else CORRECTION
        (held.add if name in {"down", "ask"} else held.discard)(reason)
    facts = tally(clock_events("d", log(*ordered)), START + dt.timedelta(days=30))
    assert (facts.paused_since is not None) == bool(held)
    assert is_held("d", log(*ordered), OUTAGE) == (OUTAGE in held)


def test_events_that_could_not_have_happened_are_refused() -> None:
    """A decision on what never began is no history."""
    opened = recorded(1, happened.DispatchOpened, 0)
    with pytest.raises(Conflict):
        folding.fold([opened, recorded(2, happened.DispatchApproved, 1)])


def test_a_row_that_says_something_else_is_found(catalogue_published: Catalogue, person: UUID) -> None:
    """A state that was changed behind the journal's back, and a row that is gone, are named."""
    case = open_case(catalogue_published, person)
    assert folding.differences(case) == []
    changed = moving.row(case, "birth_certificate")
    Dispatch.objects.filter(pk=changed.pk).update(state="approved")
    assert folding.differences(case) == [
        f"dispatch {changed.pk} is approved, its events say ready",
        "the process waits for birth_certificate, which has ended",
    ]
    Dispatch.objects.filter(pk=changed.pk).delete()
    assert folding.differences(case) == [f"dispatch {changed.pk} is in the journal only"]
