"""What a business rule task asks: a decision by its code, wherever its model comes from.

The engine knows no catalogue and reads no file. Whoever runs it hands over a mapping from codes to functions;
`of_model` makes such a function of a decision model.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from tongban.kernel.errors import InvalidInput
from tongban.rules import dmn


class Decision(Protocol):
    """One decision model, ready to be asked."""

    def __call__(self, name: str, values: Mapping[str, Any], /) -> Any:
        """The result as a FEEL value.

        Args:
            name: which decision of the model; empty for its only one.
            values: the variables that the task sees, with `now` and `today`.

        Raises: TongbanError when nothing can be decided; its message becomes that of the incident.
        """


Decisions = Mapping[str, Decision]
"""Code → decision."""


def of_model(model: dmn.Model) -> Decision:
    """The decisions of a DMN model.

    Without a name it is the only decision, or the only one that no other decision of the model needs.
    """

    def decide(name: str, values: Mapping[str, Any], /) -> Any:
        clock = {key: values[key] for key in ("now", "today") if key in values}
        inputs = model.read_inputs({key: value for key, value in values.items() if key not in clock})
        verdict = model.decide(name or _outermost(model), inputs | clock)
        if verdict.failed:
            reasons = [each.message for each in verdict.messages if each.severity == "error"]
            raise InvalidInput("process.decision", "; ".join(dict.fromkeys(reasons[:3])))
        return verdict.value

    return decide


class Decided(Protocol):
    """Where compiled models are found: a catalogue."""

    @property
    def decisions(self) -> Mapping[str, Any]:
        """Every decision model by code."""

    def decided(self, code: str) -> dmn.Model:
        """The compiled model of a code, kept by the catalogue. Raises: NotFound, InvalidInput, TooLarge."""


class OfCatalogue(Mapping[str, Decision]):
    """The decisions of one version of the catalogue, for `engine.advance` and `tryout`.

    A model is compiled when it is first asked, and once for all who share the catalogue. One that
    is no DMN at all raises TongbanError when it is asked, never when it is looked up.
    """

    def __init__(self, catalogue: Decided) -> None:
        self._catalogue = catalogue

    def __getitem__(self, code: str) -> Decision:
        if code not in self._catalogue.decisions:
            raise KeyError(code)

        def decide(name: str, values: Mapping[str, Any], /) -> Any:
            return of_model(self._catalogue.decided(code))(name, values)

        return decide

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue.decisions)

    def __len__(self) -> int:
        return len(self._catalogue.decisions)


def _outermost(model: dmn.Model) -> str:
    names = model.decisions
    if len(names) > 1:
        needed = {inner.name for name in names for inner in model.node(name).plan if inner.name != name}
        names = tuple(name for name in names if name not in needed)
    if len(names) != 1:
        raise InvalidInput(
            "process.decision",
            f"The decision model has {len(model.decisions)} decisions, and the task does not name one.",
            hint="Say which one: tongban:decision-name.",
        )
    return names[0]
