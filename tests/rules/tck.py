"""The conformance kit of the standard (DMN TCK, Apache-2.0) run against `tongban.rules.dmn`.

`python -m tests.rules.tck FOLDER` prints the page `docs/dmn-conformance.md`; FOLDER is the one that holds
`TestCases`. The kit itself is not part of this repository.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.kernel.markup import Element
from tongban.rules import dmn, temporal
from tongban.rules.dmn.model import Import
from tongban.rules.values import equal, take

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_READERS: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "double": Decimal,
    "integer": Decimal,
    "boolean": lambda text: text == "true",
    "date": temporal.parse_far_date,
    "time": temporal.parse_time,
    "dateTime": temporal.parse_far_datetime,
    "duration": temporal.parse_duration,
}

REASONS: tuple[tuple[str, str], ...] = (
    ("0076-feel-external-java", "Calls a Java method. Functions outside of FEEL are never run."),
    ("1117-feel-date-and-time", "Parts of a second beyond microseconds."),
    (
        "0068-feel-equality",
        "The kit wants parts of a second to be ignored, and an `=` range to equal no other range.",
    ),
    ("1111-feel-matches", "A back-reference, which cannot be matched in linear time."),
    ("0079-feel-string", "Not part of the standard: how a key with signs is written."),
    ("0015-all-any", "Not part of the standard: the inputs are strings where the model wants numbers."),
    (
        "0019-flight-rebooking",
        "Not part of the standard: the inputs are strings where the model wants numbers.",
    ),
)
"""Why a test does not hold, by the beginning of its folder's name."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result node of the kit."""

    level: str
    """`2`, `3`, or `-` for what the kit itself calls non-compliant."""
    folder: str
    test: str
    decision: str
    is_null: bool
    """Whether null is expected."""
    held: bool
    messages: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it does not hold; empty when nobody has looked into it."""
        return next((why for folder, why in REASONS if self.folder.startswith(folder)), "")


def value_of(node: Element) -> Any:
    """A value as the kit writes it."""
    value = node.first("value")
    if value is not None:
        if value.get(_NIL) == "true":
            return None
        name = value.get(_TYPE).rpartition(":")[2]
        return _READERS[name](value.text.strip()) if name in _READERS else value.text
    listed = node.first("list")
    if listed is not None:
        return [value_of(item) for item in listed.all("item")]
    parts = {part.get("name"): value_of(part) for part in node.all("component")}
    return parts or None


def same(found: Any, expected: Any) -> bool:
    """Whether a result is what the kit expects; its numbers are doubles."""
    found = take(found)
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= Decimal("1e-8") * max(Decimal(1), abs(expected))
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in found)
    return equal(found, expected) is True


def run(folder: Path) -> Iterator[Outcome]:
    """All result nodes of the kit, model by model."""
    for place in sorted(folder.glob("TestCases/*/*")):
        level = re.search(r"level-(\d)", place.parent.name)
        files = {file.name: file.read_bytes() for file in place.glob("*.dmn")}
        for tests in sorted(place.glob("*.xml")):
            yield from _file(markup.read(tests.read_bytes()), files, place.name, level[1] if level else "-")


def _file(root: Element, files: dict[str, bytes], folder: str, level: str) -> Iterator[Outcome]:
    def resolve(wanted: Import) -> bytes | None:
        spaces = {markup.read(data).get("namespace"): data for data in files.values()}
        return spaces.get(wanted.namespace)

    name = root.first("modelName")
    model = dmn.load(files[name.text.strip() if name is not None else ""], resolve)
    for case in root.all("testCase"):
        inputs = {node.get("name"): value_of(node) for node in case.all("inputNode")}
        nodes = list(case.all("resultNode"))
        for node in nodes:
            expected_node = node.first("expected")
            expected = None if expected_node is None else value_of(expected_node)
            service = case.get("invocableName")
            found, messages = _decide(model, service or node.get("name"), inputs)
            if service and len(nodes) > 1 and isinstance(found, dict):  # a service gives all its outputs
                found = found.get(node.get("name"))
            yield Outcome(
                level,
                folder,
                case.get("id"),
                node.get("name"),
                expected is None,
                same(found, expected),
                messages,
            )


def _decide(model: dmn.Model, name: str, inputs: dict[str, Any]) -> tuple[Any, tuple[str, ...]]:
    try:
        verdict = model.decide(name, inputs, now=NOW)
    except TongbanError as error:
        return error, (error.detail,)
    return verdict.value, tuple(message.message for message in verdict.messages)


def page(outcomes: list[Outcome]) -> str:
    """The outcomes as a page of documentation."""
    lines = [
        "# How far DMN and FEEL conform",
        "",
        "Made by `python -m tests.rules.tck FOLDER > docs/dmn-conformance.md`; do not edit by hand. The",
        "cases are those of the technology compatibility kit of the standard (dmn-tck/tck, Apache-2.0), run",
        "through our own reader and evaluator. A case is one expected result.",
        "",
        "| compliance level | cases | hold | results other than null | hold | share |",
        "|---|---|---|---|---|---|",
    ]
    for level, name in (("2", "2"), ("3", "3"), ("-", "not part of the standard")):
        some = [one for one in outcomes if one.level == level]
        full = [one for one in some if not one.is_null]
        held = sum(one.held for one in full)
        lines.append(
            f"| {name} | {len(some)} | {sum(one.held for one in some)} | {len(full)} | {held} "
            f"| {held / max(len(full), 1):.1%} |"
        )
    lines += [
        "",
        "## What does not hold",
        "",
        "| level | folder | test | result | why |",
        "|---|---|---|---|---|",
    ]
    for one in outcomes:
        if not one.held:
            why = one.reason or "; ".join(one.messages[:1])
            lines.append(f"| {one.level} | {one.folder} | {one.test} | {one.decision} | {why} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(list(run(Path(sys.argv[1])))))
