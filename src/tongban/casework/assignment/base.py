"""What every strategy is given and what it answers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One clerk who is there and may work the item, with what is known of them."""

    account_id: int
    load: int
    """Open tasks assigned to them now, of any item."""
    waiting_hours: float
    """Working hours that these are expected to take."""
    hours: float
    """Working hours that this task is expected to take them."""
    done: int
    """Tasks of this item on which the expectation rests."""
    turn: int
    """Place of their last automatic assignment in the department; 0: none yet."""

    @property
    def completion(self) -> float:
        """Working hours after which they would have finished this task, after all that waits already."""
        return self.waiting_hours + self.hours


class Strategy(Protocol):
    """Chooses one of the candidates; the same candidates always give the same answer."""

    @property
    def name(self) -> str:
        """Under which it is configured and recorded."""

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """One of `candidates`, or None to leave the task to all; `candidates` may be empty."""
