"""What reading one file gathers: findings, places, references; and the base of all shapes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from rapidfuzz import fuzz, process

from tongban.catalogue.domain.findings import Finding
from tongban.catalogue.domain.values import Place

INVALID: Final = object()
"""What a shape gives when the node is wrong; its finding is recorded already."""

Path = tuple[str | int, ...]
_TAG = "tag:yaml.org,2002:"
_WORDS = {"str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false"}
_WORDS |= {"null": "empty", "timestamp": "a date", "seq": "a list", "map": "a mapping"}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the known word nearest to `word`; empty when none is near."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f"Did you mean `{found[0]}`?" if found else ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A code that stands in a file and must name something."""

    kind: str
    code: str
    path: Path
    place: Place


@dataclass(slots=True)
class Reader:
    """Gathers what reading one file finds: findings, places and references."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def place(self, node: yaml.Node) -> Place:
        """Where `node` begins."""
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def fault(self, node: yaml.Node, code: str, message: str, hint: str = "") -> Any:
        """Records a finding at `node` and gives `INVALID`."""
        at = self.place(node)
        self.findings.append(
            Finding(
                code=f"catalogue.{code}",
                message=message,
                hint=hint,
                file=at.file,
                line=at.line,
                column=at.column,
            )
        )
        return INVALID


class Doubtful(Exception):  # noqa: N818 - never leaves this room; the value is then read as a node
    """A plain value is not what a shape takes as it is; reading it as a node says what is wrong."""


@dataclass(slots=True)
class Taker:
    """Gathers what taking one thing that was stored finds: references, whose place is only its file."""

    place: Place
    references: list[Reference] = field(default_factory=list)


class Shape:
    """What a value looks like; the base of all shapes accepts nothing.

    It reads a value in two ways with one result. `read` takes the node of a file, and says everything that is
    wrong with it and where. `take` takes plain JSON, and only when nothing is wrong: content that was stored
    went through `read` before, and a process that starts waits for hundreds of such files.
    """

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The value of `node`, or `INVALID` after recording why not."""
        raise NotImplementedError

    def take(self, taker: Taker, value: Any, path: Path) -> Any:
        """The value of plain JSON as `read` gives it of the node of it; raises `Doubtful` when in doubt."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """This shape as JSON Schema."""
        raise NotImplementedError

    def definitions(self) -> "Iterable[Definition]":
        """The shapes inside it that a published schema names."""
        return ()


class Definition(Shape):
    """A shape that a published schema names once and refers to: a mapping with known keys."""

    type: Any
    """The dataclass whose fields are the keys."""

    def body(self) -> dict[str, Any]:
        """The definition itself, as JSON Schema."""
        raise NotImplementedError


def tag(node: yaml.Node) -> str:
    """The short YAML tag of a node, such as str, int or map."""
    return str(node.tag).removeprefix(_TAG)


def wrong(reader: Reader, node: yaml.Node, path: Path, wanted: str, hint: str = "") -> Any:
    """Records that `node` is of another type than `wanted`."""
    where = f"`{path[-1]}`" if path else "this"
    found = _WORDS.get(tag(node), f"a {node.tag}")
    if isinstance(node, yaml.ScalarNode) and tag(node) != "null":
        found += f" ({node.value[:40]})"
    return reader.fault(node, "wrong_type", f"{where} must be {wanted}, but is {found}.", hint)


def pairs(reader: Reader, node: yaml.MappingNode, path: Path) -> "Iterable[tuple[str, yaml.Node, yaml.Node]]":
    """Key, key node and value node of a mapping; keys that stand twice are findings and given once."""
    seen: dict[str, int] = {}
    for name_node, value_node in node.value:
        if not isinstance(name_node, yaml.ScalarNode):
            reader.fault(name_node, "wrong_type", "A key must be a plain word.")
            continue
        name = name_node.value
        line = reader.place(name_node).line
        if name in seen:
            reader.fault(
                name_node,
                "duplicate_key",
                f"The key `{name[:60]}` stands twice; the first is in line {seen[name]}.",
                "Keep one of them.",
            )
            continue
        seen[name] = line
        reader.places[(*path, name)] = reader.place(value_node)
        yield name, name_node, value_node
