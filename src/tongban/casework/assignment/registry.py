"""The strategies by name. A second one of the same name is refused."""

from tongban.casework.assignment import strategies
from tongban.casework.assignment.base import Strategy
from tongban.kernel.errors import InvalidInput

_known: dict[str, Strategy] = {}


def register(new: Strategy) -> None:
    """Make a strategy known under its name. Raises ValueError when the name is taken."""
    if new.name in _known:
        raise ValueError(f"A strategy called {new.name!r} is registered already.")
    _known[new.name] = new


def strategy(name: str) -> Strategy:
    """The strategy `name`. Raises InvalidInput `assignment.unknown` for a name that is not registered."""
    found = _known.get(name)
    if found is None:
        raise InvalidInput(
            "assignment.unknown",
            f"There is no way of assigning called {name}.",
            hint=f"Choose one of: {', '.join(names())}.",
        )
    return found


def names() -> tuple[str, ...]:
    """All registered names, in the order of registration."""
    return tuple(_known)


for _one in (
    strategies.FreePool(),
    strategies.RoundRobin(),
    strategies.LeastLoaded(),
    strategies.ShortestCompletion(),
):
    register(_one)
