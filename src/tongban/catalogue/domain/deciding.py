"""Decision models of a catalogue, compiled once: what item rules, processes, indicators and policies ask."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from tongban.catalogue.domain.drawn import DecisionModel
from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.rules import dmn
from tongban.rules.dmn.trial import holding


def compiled(decisions: Mapping[str, DecisionModel], code: str) -> dmn.Model:
    """The model `code`, with the models that it imports taken from the same catalogue.

    An import names another model of the catalogue by its namespace, or by its file's name in `locationURI`.
    What is wrong with a model is in its `findings`. Raises: KeyError for a code that names nothing.
    """
    text = decisions[code].model
    if markup.read(text).first("import") is None:
        return _alone(text)
    return dmn.load(text, lambda wanted: imported(decisions, wanted))


@lru_cache(maxsize=256)
def _alone(text: str) -> dmn.Model:
    """A model that imports nothing is the same in every version of the catalogue that holds it."""
    return dmn.load(text)


def rules_that_hold(
    decisions: Mapping[str, DecisionModel], code: str, of: str, values: Mapping[str, Any]
) -> tuple[int, ...]:
    """Which rules of a decision's table hold over FEEL `values`, from 1; none where it is no table.

    The same as the model itself judges by, so that a record can name the rule. Never raises TongbanError.
    """
    try:
        name = of or compiled(decisions, code).main
        return holding(decisions[code].model, name, values, lambda wanted: imported(decisions, wanted))
    except TongbanError:
        return ()


def imported(decisions: Mapping[str, DecisionModel], wanted: dmn.Import) -> str | None:
    """The text of a model that another one imports; None when there is none."""
    at = PurePosixPath(wanted.location).stem
    if at in decisions and _namespace(decisions[at]) == wanted.namespace:
        return decisions[at].model
    return next((one.model for one in decisions.values() if _namespace(one) == wanted.namespace), None)


def _namespace(model: DecisionModel) -> str:
    return markup.read(model.model).get("namespace")
