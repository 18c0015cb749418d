"""How often per second a typical condition is evaluated, beside Python's own `eval` of the same condition.

The baseline is code compiled by Python, run on the same nested dictionaries with the same decimals and dates,
without three-valued logic: the least that any evaluation could cost. Run: `python benchmarks/feel.py`.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

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
CONTEXT: dict[str, dict[str, Any]] = {
    "mother": {"ethnic_group": "01"},
    "father": {"ethnic_group": "15"},
    "child": {"birth_date": date(2026, 2, 13), "weight": Decimal(3250)},
    "fee": {"days": Decimal(45), "base": Decimal("12.50")},
}
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


def per_second(work: Callable[[], Any], seconds: float = 0.5) -> float:
    """Calls of `work` per second of processor time, the best of three."""
    best = 0.0
    for _ in range(3):
        count = 0
        begun = time.process_time()
        while (spent := time.process_time() - begun) < seconds / 3:
            for _ in range(100):
                work()
            count += 100
        best = max(best, count / spent)
    return best


def main() -> None:
    """Print one line of JSON per case, and one for compiling."""
    for name, feel, python in CASES:
        expression = rules.compile(feel)
        code = compile(python, name, "eval")
        if expression.evaluate(CONTEXT) != eval(code, NAMES):  # noqa: S307 - the text stands above
            raise SystemExit(f"{name}: the two do not mean the same")
        ours = per_second(lambda expression=expression: expression.evaluate(CONTEXT))  # type: ignore[misc]
        theirs = per_second(lambda code=code: eval(code, NAMES))  # type: ignore[misc]  # noqa: S307
        report(f"feel.{name}", ours, theirs)
    feel, python = CASES[1][1:]
    numbers = iter(range(10**9))
    ours = per_second(lambda: rules.compile(f"{feel} or {next(numbers)} = 0"))
    theirs = per_second(lambda: compile(f"{python} or {next(numbers)} == 0", "python", "eval"))
    report("feel.compile", ours, theirs)


def report(benchmark: str, value: float, baseline: float) -> None:
    """One line of JSON; `ratio` is ours to the baseline."""
    line = {
        "benchmark": benchmark,
        "value": round(value),
        "unit": "1/s",
        "baseline": round(baseline),
        "ratio": round(value / baseline, 3),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
