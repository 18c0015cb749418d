"""Trying a decision table: what it decides, and which of its rules hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongban.rules.dmn.decisions import Verdict, load
from tongban.rules.dmn.grid import OutputColumn, decision_of, grid
from tongban.rules.dmn.grid_writing import write
from tongban.rules.dmn.linking import Resolve
from tongban.rules.dmn.spans import Edits, spans


@dataclass(frozen=True, slots=True)
class Trial:
    """One try."""

    verdict: Verdict
    holding: tuple[int, ...]
    """The rules that hold, from 1, whatever the hit policy then makes of them."""


def trial(
    text: str, decision: str, inputs: Mapping[str, Any], resolve: Resolve, *, now: datetime | None = None
) -> Trial:
    """Decide over `inputs` (JSON values by name of the input data), and tell which rules of the table hold.

    Raises: as `grid.grid`; InvalidInput when an input is nested too deeply.
    """
    model = load(text, resolve)
    verdict = model.decide(decision, model.read_inputs(inputs), now=now)
    return Trial(verdict, holding(text, decision, model.read_inputs(inputs), resolve, now=now))


def holding(
    text: str, decision: str, values: Mapping[str, Any], resolve: Resolve, *, now: datetime | None = None
) -> tuple[int, ...]:
    """The rules of a table that hold over `values` (FEEL values by name), from 1.

    Raises: as `grid.grid`.
    """
    table = grid(text, decision)
    # The same tests, but each rule gives its own number and every rule that holds is heard.
    numbered = replace(
        table,
        hit="RULE ORDER",
        aggregation=None,
        outputs=(OutputColumn(),),
        rows=tuple(replace(row, results=(str(place),)) for place, row in enumerate(table.rows, 1)),
    )
    counting = load(_untyped(write(text, decision, numbered), decision), resolve)
    found = counting.decide(decision, values, now=now).value
    ones = found if isinstance(found, list) else [found]
    return tuple(int(one) for one in ones if isinstance(one, Decimal))


def _untyped(text: str, decision: str) -> str:
    """The model with a decision that may give anything."""
    data = text.encode()
    owner = decision_of(spans(data), decision)
    edits = Edits(data)
    for part in (owner.first("variable"), owner.first("decisionTable")):
        if part is not None:
            edits.attribute(part, "typeRef", None)
    return edits.done()
