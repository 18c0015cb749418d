"""How often per second of processor time a condition is evaluated: by us, by zen-engine and by Python.

Against Python: code compiled by Python and run by `eval` on the same nested dictionaries with the same
decimals and dates, without three-valued logic: the least that any evaluation could cost.

Against zen-engine, which is written in Rust: its language is not FEEL (of the DMN TCK it gets about a tenth
right), so only texts are compared that stand in both and give the same value there. It is asked in the two
ways that it offers: compiled once, and given its text each time; beside the second we are given the text as
well, and remember what was compiled. It takes neither decimals nor dates, so each gets the context as it
likes it best.

Run: `python benchmarks/process.py` (its last lines), or this file by itself.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import _peers

from tongban import rules

CASES: list[tuple[str, str, str]] = [
    (
        "equality",
        "mother.ethnic_group != father.ethnic_group",
        'm["ethnic_group"] != f["ethnic_group"]',
    ),
    (
        "condition",
        'child.birth_date >= date("2026-01-01") and child.weight < 99 or mother.ethnic_group in ["1", "01"]',
        'c["birth_date"] >= NEW_YEAR and c["weight"] < LOW or m["ethnic_group"] in ("1", "01")',
    ),
    (
        "formula",
        "if fee.days > 30 then fee.base * 1.5 else fee.base",
        'e["base"] * HALF if e["days"] > 30 else e["base"]',
    ),
    ("loop", "sum(for x in 1..100 return x * x)", "sum(D(x) * D(x) for x in range(1, 101))"),
]
COMMON: list[tuple[str, str]] = [
    ("equality", "mother.ethnic_group != father.ethnic_group"),
    (
        "condition",
        'child.weight >= 4000 and child.weight < 9000 or mother.ethnic_group in ["1", "01"]',
    ),
    ("formula", "fee.base * 1.5 + (fee.days - 30) * 0.1"),
    ("list", "sum(fee.parts) > 40 and max(fee.parts) < 100"),
]
"""Texts that mean the same in FEEL and in zen-engine's own language."""
CONTEXT: dict[str, dict[str, Any]] = {
    "mother": {"ethnic_group": "01"},
    "father": {"ethnic_group": "15"},
    "child": {"birth_date": date(2026, 2, 13), "weight": Decimal(3250)},
    "fee": {
        "days": Decimal(45),
        "base": Decimal("12.50"),
        "parts": [Decimal(1), Decimal(2), Decimal("50.5")],
    },
}
PLAIN: dict[str, dict[str, Any]] = {
    "mother": {"ethnic_group": "01"},
    "father": {"ethnic_group": "15"},
    "child": {"birth_date": "2026-02-13", "weight": 3250},
    "fee": {"days": 45, "base": 12.5, "parts": [1, 2, 50.5]},
}
"""The same for zen-engine."""
NAMES: dict[str, Any] = {
    "m": CONTEXT["mother"],
    "f": CONTEXT["father"],
    "c": CONTEXT["child"],
    "e": CONTEXT["fee"],
    "D": Decimal,
    "NEW_YEAR": date(2026, 1, 1),
    "LOW": Decimal(99),
    "HALF": Decimal("1.5"),
}
ROUNDS = 5


def per_second(*works: Callable[[], Any], seconds: float = 0.12) -> list[float]:
    """Calls of each work per second of processor time, the best of five, by turns."""
    best = [0.0] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            count = 0
            begun = time.process_time()
            while (spent := time.process_time() - begun) < seconds:
                for _ in range(100):
                    work()
                count += 100
            best[place] = max(best[place], count / spent)
    return best


def beside_python() -> None:
    """One line per case, and one for compiling."""
    for name, feel, python in CASES:
        expression = rules.compile(feel)
        code = compile(python, name, "eval")
        if expression.evaluate(CONTEXT) != eval(code, NAMES):  # noqa: S307 - the text stands above
            raise SystemExit(f"{name}: the two do not mean the same")
        ours, theirs = per_second(
            lambda expression=expression: expression.evaluate(CONTEXT),  # type: ignore[misc]
            lambda code=code: eval(code, NAMES),  # type: ignore[misc]  # noqa: S307
        )
        report(f"feel.{name}", ours, theirs, "Python eval of compiled code")
    feel, python = CASES[1][1:]
    numbers = iter(range(10**9))
    ours, theirs = per_second(
        lambda: rules.compile(f"{feel} or {next(numbers)} = 0"),
        lambda: compile(f"{python} or {next(numbers)} == 0", "python", "eval"),
    )
    report("feel.compile", ours, theirs, "compile of Python")


def beside_zen() -> None:
    """Two lines per text that both understand."""
    if _peers.missing("zen"):
        return
    for name, text in COMMON:
        expression = rules.compile(text)
        compiled, reading = _peers.zen_compiled(text, PLAIN), _peers.zen_each_time(text, PLAIN)
        if expression.evaluate(CONTEXT) != compiled():
            raise SystemExit(f"{name}: the two do not mean the same")
        ours, ours_reading, theirs, theirs_reading = per_second(
            lambda expression=expression: expression.evaluate(CONTEXT),  # type: ignore[misc]
            lambda text=text: rules.compile(text).evaluate(CONTEXT),  # type: ignore[misc]
            compiled,
            reading,
        )
        report(f"feel.{name}.zen", ours, theirs, "zen-engine, compiled once")
        report(f"feel.{name}.zen_text", ours_reading, theirs_reading, "zen-engine, given the text each time")


def report(benchmark: str, value: float, baseline: float, named: str) -> None:
    """One line of JSON; `ratio` is ours to the baseline."""
    line = {
        "benchmark": benchmark,
        "value": round(value),
        "unit": "1/s",
        "baseline": round(baseline),
        "baseline_is": named,
        "ratio": round(value / baseline, 3),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    beside_python()
    beside_zen()
