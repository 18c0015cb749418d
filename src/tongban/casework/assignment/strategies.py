"""The strategies that come with the house. Ties: whose turn is longest ago, then the lower account."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.casework.assignment.base import Candidate


@dataclass(frozen=True, slots=True)
class FreePool:
    """Nobody is chosen: the task lies open for all, and whoever comes first takes it."""

    name: str = "none"

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """Nobody."""
        del candidates
        return None


@dataclass(frozen=True, slots=True)
class RoundRobin:
    """In turn. While the same clerks are there, no two counts differ by more than one."""

    name: str = "round_robin"

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """Whose turn is longest ago."""
        return min(candidates, key=lambda one: (one.turn, one.account_id), default=None)


@dataclass(frozen=True, slots=True)
class LeastLoaded:
    """Who has the fewest open tasks."""

    name: str = "least_loaded"

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """The smallest load."""
        return min(candidates, key=lambda one: (one.load, one.turn, one.account_id), default=None)


@dataclass(frozen=True, slots=True)
class ShortestCompletion:
    """Who would be done first: what waits for them, and this task, by how long such tasks took them.

    The greedy rule of list scheduling on unrelated machines, "minimum completion time": O. H. Ibarra and
    C. E. Kim, "Heuristic Algorithms for Scheduling Independent Tasks on Nonidentical Processors", Journal of
    the ACM 24 (1977) 280-289. The expected hours are those of `domain.effort`.
    """

    name: str = "shortest_completion"

    def choose(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """The earliest expected completion."""
        return min(candidates, key=lambda one: (one.completion, one.turn, one.account_id), default=None)
