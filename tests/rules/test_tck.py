"""The conformance kit of the standard (DMN TCK), where its files lie beside the repository.

Set `TONGBAN_DMN_TCK` to the folder that holds `cases-index.json`. Only expressions that stand alone are run:
result nodes whose decisions are literal FEEL. Decision tables and boxed expressions come with the DMN room.
"""

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tongban import rules
from tongban.rules import temporal
from tongban.rules.values import equal, take

FOLDER = Path(
    os.environ.get("TONGBAN_DMN_TCK", Path(__file__).resolve().parents[3] / "shared" / "data" / "dmn-tck")
)
INDEX = FOLDER / "cases-index.json"
LEVEL_3_AT_LEAST = 0.96
"""Share of level 3 that holds; the rest needs years beyond 9999, nanoseconds or types of a DMN model."""

READERS: dict[str, Any] = {
    "n": Decimal,
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "dateTime": temporal.parse_datetime,
    "duration": temporal.parse_duration,
}

pytestmark = pytest.mark.skipif(
    not INDEX.exists(), reason="THE DMN TCK IS NOT HERE: set TONGBAN_DMN_TCK to run FEEL's conformance kit"
)


def _value(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_value(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    if set(raw) != {"t", "v"}:
        return {key: _value(item) for key, item in raw.items()}
    return _value(raw["v"]) if raw["t"] == "ctx" else READERS[raw["t"]](raw["v"])


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        # The kit's numbers are doubles.
        return abs(found - expected) <= Decimal("1e-8") * max(Decimal(1), abs(expected))
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_same(take(found[k]), expected[k]) for k in found)
    return equal(found, expected) is True


def _run(case: dict[str, Any]) -> bool:
    context = {name: _value(raw) for name, raw in case["inputs"].items()}
    result: Any = None
    for decision, text in case["chain"]:
        try:
            result = rules.compile(text, names=frozenset(context)).evaluate(context)
        except rules.FeelSyntaxError:
            result = None
        context[decision] = result
    return _same(result, _value(case["expected"]))


def _cases(level: int) -> list[dict[str, Any]]:
    index = json.loads(INDEX.read_text(encoding="utf-8"))
    return [case for case in index if case["kind"] == "feel" and case["lev"] == level]


def test_level_2_holds_completely() -> None:
    """Every expression of compliance level 2 gives what the kit expects."""
    cases = _cases(2)
    assert len(cases) == 72
    assert [case["id"] for case in cases if not _run(case)] == []


def test_level_3_holds_but_for_what_is_known() -> None:
    """Nearly every expression of level 3 does, and the share never falls."""
    cases = _cases(3)
    wrong = Counter(case["dir"].rsplit("/", 1)[-1] for case in cases if not _run(case))
    assert sum(wrong.values()) <= len(cases) * (1 - LEVEL_3_AT_LEAST), dict(wrong)
