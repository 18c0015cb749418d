"""Examples that stand in a decision model: inputs and what must come of them, tried at each check.

They are an extension of the decision (``<examples xmlns="urn:tongban:dmn">`` in ``extensionElements``): they
travel with the model, and other tools leave them alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from tongban.kernel import markup
from tongban.rules.dmn.decisions import Model, Verdict
from tongban.rules.dmn.grid import decision_of
from tongban.rules.dmn.spans import Edits, spans
from tongban.rules.dmn.values import to_json

SPACE = "urn:tongban:dmn"
MOST = 200
"""Examples of one decision that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example."""

    name: str
    inputs: Mapping[str, Any]
    """JSON value by name of the input data."""
    expected: Any
    """JSON value of the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of an example."""

    example: Example
    verdict: Verdict

    @property
    def held(self) -> bool:
        """Whether the result is the expected one, without a fault on the way."""
        return not self.verdict.failed and to_json(self.verdict.value) == self.example.expected


def examples(text: str) -> dict[str, tuple[Example, ...]]:
    """Id (else name) of a decision → its examples; what cannot be read is left out.

    Raises: InvalidInput, TooLarge when the text is no XML.
    """
    found: dict[str, tuple[Example, ...]] = {}
    for decision in markup.read(text).all("decision"):
        ones: list[Example] = []
        for extension in decision.all("extensionElements"):
            for group in extension.children:
                if (group.namespace, group.name) == (SPACE, "examples"):
                    ones += [made for one in group.all("example") if (made := _read(one)) is not None]
        if ones:
            found[decision.get("id") or decision.get("name")] = tuple(ones[:MOST])
    return found


def _read(one: markup.Element) -> Example | None:
    try:
        inputs, expected = json.loads(one.get("inputs", "{}")), json.loads(one.get("expected", "null"))
    except (ValueError, RecursionError):
        return None
    return (
        Example(name=one.get("name"), inputs=inputs, expected=expected) if isinstance(inputs, dict) else None
    )


def tried(
    model: Model, decision: str, ones: Sequence[Example], *, now: datetime | None = None
) -> list[Tried]:
    """Each example with what the model decides. Raises: NotFound when there is no such decision."""
    return [
        Tried(example=one, verdict=model.decide(decision, model.read_inputs(one.inputs), now=now))
        for one in ones
    ]


def with_examples(text: str, decision: str, ones: Sequence[Example]) -> str:
    """The model with these examples of a decision and no others; all else stays. Raises: NotFound."""
    data = text.encode()
    root = spans(data)
    owner = decision_of(root, decision)
    edits = Edits(data)
    inner = "".join(
        f"<example name={quoteattr(one.name)} inputs={quoteattr(_json(one.inputs))}"
        f" expected={quoteattr(_json(one.expected))}/>"
        for one in ones
    )
    made = f'<examples xmlns="{SPACE}">{inner}</examples>' if ones else ""
    extension = owner.first("extensionElements")
    if extension is None:
        if made:
            description = owner.first("description")
            at = description.end if description else owner.inner
            tag = f"{owner.prefix}extensionElements"
            edits.replace(at, at, f"\n    <{tag}>{made}</{tag}>")
        return edits.done()
    known = [one for one in extension.children if (one.namespace, one.name) == (SPACE, "examples")]
    for one in known[1:]:
        edits.replace(one.start, one.end, "")
    if known:
        edits.replace(known[0].start, known[0].end, made)
    elif made:
        edits.before_close(extension, made)
    return edits.done()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
