"""How many rows per second a decision table decides, beside a chain of `if`/`elif` in Python.

The baseline is what a programmer would write by hand: one function of compiled Python over a plain dictionary
with the same decimals, without types, messages or a budget. Half of the rows meet a rule in the second half
of the table. Run: `python benchmarks/tables.py`.
"""

import json
import random
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from tongban.rules import dmn

KINDS = ("house", "car", "shop", "land")
SIZES = (12, 120, 1200)
ROWS = 400


def rules_of(size: int) -> list[tuple[int, int, str]]:
    """Rules: from, below, kind. Each amount has one rule per kind."""
    steps = size // len(KINDS)
    return [(step * 1000, step * 1000 + 1000, kind) for step in range(steps) for kind in KINDS]


def table(size: int) -> str:
    """The rules as DMN."""
    cells = "".join(
        f"<rule><inputEntry><text>{escape(f'[{low}..{high})')}</text></inputEntry>"
        f'<inputEntry><text>"{kind}"</text></inputEntry>'
        f"<inputEntry><text>{'true' if number % 2 else '-'}</text></inputEntry>"
        f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number, (low, high, kind) in enumerate(rules_of(size))
    )
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("amount", "number"), ("kind", "string"), ("local", "boolean"))
    )
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>'
        for name in ("amount", "kind", "local")
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in ("amount", "kind", "local")
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="b" namespace="urn:bench">'
        f'{data}<decision id="D" name="D"><variable name="D"/>{needs}'
        f'<decisionTable hitPolicy="FIRST">{inputs}<output/>'
        f"{cells}</decisionTable></decision></definitions>"
    )


def chain(size: int) -> Callable[[dict[str, Any]], Any]:
    """The rules as a function of Python."""
    lines = ["def decide(row):", "    amount, kind, local = row['amount'], row['kind'], row['local']"]
    for number, (low, high, kind) in enumerate(rules_of(size)):
        word = "elif" if number else "if"
        more = " and local is True" if number % 2 else ""
        lines.append(f"    {word} {low} <= amount < {high} and kind == {kind!r}{more}:")
        lines.append(f"        return {number}")
    made: dict[str, Any] = {}
    exec("\n".join(lines), made)  # noqa: S102 - the text stands above
    return made["decide"]  # type: ignore[no-any-return]


def rows_of(size: int) -> list[dict[str, Any]]:
    """Rows to decide; the same in every run."""
    chance = random.Random(size)
    top = size // len(KINDS) * 1000
    return [
        {
            "amount": Decimal(chance.randrange(top // 2 if number % 2 else 0, top)),
            "kind": chance.choice(KINDS),
            "local": chance.random() < 0.8,  # noqa: PLR2004 - most are
        }
        for number in range(ROWS)
    ]


def rows_per_second(work: Callable[[dict[str, Any]], Any], rows: list[dict[str, Any]]) -> float:
    """Rows decided per second of processor time, the best of three."""
    best = 0.0
    for _ in range(3):
        count = 0
        begun = time.process_time()
        while (spent := time.process_time() - begun) < 0.2:  # noqa: PLR2004 - seconds
            for row in rows:
                work(row)
            count += len(rows)
        best = max(best, count / spent)
    return best


def main() -> None:
    """Print one line of JSON per size of table."""
    for size in SIZES:
        rows = rows_of(size)
        decide, python = partial(dmn.load(table(size)).decide, "D"), chain(size)
        if any(decide(row).value != python(row) for row in rows):
            raise SystemExit(f"{size}: the two do not mean the same")
        report(f"table.{size}_rules", rows_per_second(decide, rows), rows_per_second(python, rows))


def report(benchmark: str, value: float, baseline: float) -> None:
    """One line of JSON; `ratio` is ours to the baseline."""
    line = {
        "benchmark": benchmark,
        "value": round(value),
        "unit": "rows/s",
        "baseline": round(baseline),
        "ratio": round(value / baseline, 3),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
