"""Decision models of a catalogue, compiled once: what item rules, processes, indicators and policies ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Final

from tongban.catalogue.domain.drawn import DecisionModel
from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.rules import dmn
from tongban.rules.dmn.grid import grid
from tongban.rules.dmn.trial import holding
from tongban.rules.reviewing import DAYS, DEPARTMENTS, codes


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the rows of a table choose for a joint review."""

    departments: tuple[str, ...] = ()
    """Codes in the order in which rows name them, each once."""
    days: tuple[int, ...] = ()
    """Working days, ascending, each once."""


def chosen_by(decisions: Mapping[str, DecisionModel], code: str, of: str = "") -> Chosen:
    """The departments and working days that a decision's table names; nothing where it is no table.

    What a row computes instead of naming is known only when it is asked. Never raises.
    """
    if code not in decisions:
        return Chosen()
    try:
        table = grid(decisions[code].model, of or compiled(decisions, code).main)
    except TongbanError:
        return Chosen()
    departments: dict[str, None] = {}
    days: set[int] = set()
    for place, output in enumerate(table.outputs):
        said = [row.results[place] for row in table.rows]
        if len(table.outputs) == 1 or output.name in DEPARTMENTS:
            found = (one for text in said for quoted in _QUOTED.findall(text) for one in codes(quoted))
            departments |= dict.fromkeys(found)
        if output.name in DAYS:
            days |= {int(text) for text in said if text.isascii() and text.isdigit()}
    return Chosen(tuple(departments), tuple(sorted(days)))


def inputs_of(decisions: Mapping[str, DecisionModel], code: str, of: str = "") -> tuple[str, ...] | None:
    """The inputs that a decision reads, in the order of its model; None where that cannot be told."""
    if code not in decisions:
        return None
    try:
        model = compiled(decisions, code)
        return model.inputs_of(of or model.main)
    except TongbanError:
        return None


_QUOTED: Final = re.compile(r'"([^"]*)"')


def imported(decisions: Mapping[str, DecisionModel], wanted: dmn.Import) -> str | None:
    """The text of a model that another one imports; None when there is none."""
    at = PurePosixPath(wanted.location).stem
    if at in decisions and _namespace(decisions[at]) == wanted.namespace:
        return decisions[at].model
    return next((one.model for one in decisions.values() if _namespace(one) == wanted.namespace), None)


def _namespace(model: DecisionModel) -> str:
    return markup.read(model.model).get("namespace")
