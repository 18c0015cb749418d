"""One definition of a file's shape: a dataclass's annotations read YAML and publish JSON Schema.

`shape_of` turns an annotation into a `Shape`. A shape reads a YAML node (so that every finding has its line
and column), collects all findings instead of stopping at the first, and describes itself as JSON Schema
2020-12. Nothing is coerced: a number where a string is wanted is a finding that says "write it in quotes",
since YAML turns ``01`` into 1 and ``no`` into false.
"""

import dataclasses
import datetime as dt
import enum
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, Literal, Union

import yaml
from rapidfuzz import fuzz, process

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.findings import Finding
from tongban.catalogue.domain.kinds import AnyText, Keys, OneOrMany, Pattern, Ref, Span
from tongban.catalogue.domain.values import LANGUAGES, Place, Text
from tongban.kernel.errors import TongbanError
from tongban.rules import FeelSyntaxError

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


class Shape:
    """What a value looks like; the base of all shapes accepts nothing."""

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The value of `node`, or `INVALID` after recording why not."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """This shape as JSON Schema."""
        raise NotImplementedError

    def definitions(self) -> "Iterable[ObjectShape]":
        """The object shapes inside it."""
        return ()


def tag(node: yaml.Node) -> str:
    """The short YAML tag of a node, such as str, int or map."""
    return str(node.tag).removeprefix(_TAG)


def _wrong(reader: Reader, node: yaml.Node, path: Path, wanted: str, hint: str = "") -> Any:
    where = f"`{path[-1]}`" if path else "this"
    found = _WORDS.get(tag(node), f"a {node.tag}")
    if isinstance(node, yaml.ScalarNode) and tag(node) != "null":
        found += f" ({node.value[:40]})"
    return reader.fault(node, "wrong_type", f"{where} must be {wanted}, but is {found}.", hint)


@dataclass(frozen=True, slots=True)
class StringShape(Shape):
    """A string that is not empty, with a pattern and what it refers to."""

    pattern: Pattern | None = None
    ref: Ref | None = None

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The string without surrounding blanks."""
        if not isinstance(node, yaml.ScalarNode) or tag(node) != "str":
            hint = 'Write it in quotes: "…".' if isinstance(node, yaml.ScalarNode) and node.value else ""
            return _wrong(reader, node, path, "a string", hint)
        value = node.value.strip()
        if not value:
            return reader.fault(
                node, "empty", f"`{path[-1] if path else 'this'}` is empty.", "Write it or leave the key out."
            )
        if self.pattern and not re.fullmatch(self.pattern.pattern, value):
            return reader.fault(node, "wrong_form", f"`{value[:60]}` is not {self.pattern.says}.", "")
        if self.ref:
            reader.references.append(Reference(self.ref.kind, value, path, reader.place(node)))
        return value

    def schema(self) -> dict[str, Any]:
        """A string, with its pattern."""
        if self.pattern is None:
            return {"type": "string", "minLength": 1, "pattern": r"\S"}
        return {"type": "string", "pattern": f"^(?:{self.pattern.pattern})$"}


@dataclass(frozen=True, slots=True)
class IntShape(Shape):
    """A whole number within a span."""

    span: Span | None = None

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The number."""
        if (
            not isinstance(node, yaml.ScalarNode)
            or tag(node) != "int"
            or not re.fullmatch(r"-?[0-9]+", node.value)
        ):
            return _wrong(reader, node, path, "a whole number")
        value = int(node.value)
        if self.span and not self.span.low <= value <= self.span.high:
            return reader.fault(
                node,
                "out_of_range",
                f"`{path[-1]}` must be between {self.span.low} and {self.span.high}, but is {node.value[:20]}.",
            )
        return value

    def schema(self) -> dict[str, Any]:
        """An integer, with its bounds."""
        bounds = {"minimum": self.span.low, "maximum": self.span.high} if self.span else {}
        return {"type": "integer", **bounds}


@dataclass(frozen=True, slots=True)
class BoolShape(Shape):
    """True or false; YAML's yes, no, on and off are refused, since half the world reads them as words."""

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The truth value."""
        if (
            isinstance(node, yaml.ScalarNode)
            and tag(node) == "bool"
            and node.value.lower() in {"true", "false"}
        ):
            return node.value.lower() == "true"
        return _wrong(reader, node, path, "`true` or `false`")

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class DecimalShape(Shape):
    """A decimal number, quoted or not; kept exactly as written."""

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The number as a `Decimal`."""
        if isinstance(node, yaml.ScalarNode) and tag(node) in {"str", "int", "float"}:
            try:
                value = Decimal(node.value.strip())
            except InvalidOperation:
                return _wrong(reader, node, path, "a decimal number")
            if value.is_finite():
                return value
        return _wrong(reader, node, path, "a decimal number")

    def schema(self) -> dict[str, Any]:
        """A number, or a string that holds one."""
        return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}]}


@dataclass(frozen=True, slots=True)
class DateShape(Shape):
    """A day, ``2026-11-23``, quoted or not."""

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The day."""
        if isinstance(node, yaml.ScalarNode) and tag(node) in {"str", "timestamp"}:
            try:
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.value):
                    return dt.date.fromisoformat(node.value)
            except ValueError:
                return reader.fault(node, "wrong_form", f"`{node.value}` is not a day of the calendar.")
        return _wrong(reader, node, path, "a day such as 2026-11-23")

    def schema(self) -> dict[str, Any]:
        """A string of the format date."""
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


@dataclass(frozen=True, slots=True)
class FeelShape(Shape):
    """A FEEL condition, compiled when it is read."""

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The compiled condition."""
        if isinstance(node, yaml.ScalarNode) and tag(node) == "bool":
            return Feel(node.value.lower())
        if not isinstance(node, yaml.ScalarNode) or tag(node) != "str" or not node.value.strip():
            return _wrong(reader, node, path, "a FEEL condition", 'Write it in quotes: "child.name != null".')
        try:
            value = Feel(node.value.strip())
        except FeelSyntaxError as error:
            where = f" (line {error.line}, column {error.column} of the condition)"
            return reader.fault(node, "feel_syntax", f"This is not FEEL: {error}{where}", error.hint or "")
        reader.references.extend(
            Reference("feel", name, path, reader.place(node)) for name in sorted(value.names)
        )
        return value

    def schema(self) -> dict[str, Any]:
        """A string; FEEL is checked by the loader."""
        return {"anyOf": [{"type": "string", "minLength": 1}, {"type": "boolean"}], "description": "FEEL"}


@dataclass(frozen=True, slots=True)
class ChoiceShape(Shape):
    """One of a few words."""

    words: tuple[str, ...]
    make: Any = None

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The word, or the enum member it names."""
        if not isinstance(node, yaml.ScalarNode) or tag(node) == "null":
            return _wrong(reader, node, path, f"one of {', '.join(self.words)}")
        if node.value not in self.words:
            return reader.fault(
                node,
                "unknown_word",
                f"`{node.value[:60]}` is not one of {', '.join(self.words)}.",
                did_you_mean(node.value, self.words),
            )
        return self.make(node.value) if self.make else node.value

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class OptionalShape(Shape):
    """A value or null."""

    inner: Shape

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The value, None for null."""
        if isinstance(node, yaml.ScalarNode) and tag(node) == "null":
            return None
        return self.inner.read(reader, node, path)

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [self.inner.schema(), {"type": "null"}]}

    def definitions(self) -> "Iterable[ObjectShape]":
        """Of the value."""
        return self.inner.definitions()


@dataclass(frozen=True, slots=True)
class ListShape(Shape):
    """A list of values of one shape; its brackets may be left out when `lenient`."""

    inner: Shape
    lenient: bool = False

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """A tuple of the values that could be read."""
        if not isinstance(node, yaml.SequenceNode):
            if self.lenient and tag(node) != "null":
                value = self.inner.read(reader, node, (*path, 0))
                return INVALID if value is INVALID else (value,)
            hint = f"Write [{node.value}]." if isinstance(node, yaml.ScalarNode) and node.value else ""
            return _wrong(reader, node, path, "a list", hint[:80])
        values = []
        for index, child in enumerate(node.value):
            reader.places[(*path, index)] = reader.place(child)
            values.append(self.inner.read(reader, child, (*path, index)))
        if any(value is INVALID for value in values):
            return INVALID
        if isinstance(self.inner, StringShape | ChoiceShape):
            for index, value in enumerate(values):
                if value in values[:index]:
                    reader.fault(
                        node.value[index], "repeated", f"`{value}` stands twice in this list.", "Remove one."
                    )
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        """An array."""
        many: dict[str, Any] = {"type": "array", "items": self.inner.schema()}
        if isinstance(self.inner, StringShape | ChoiceShape):
            many["uniqueItems"] = True
        return {"anyOf": [many, self.inner.schema()]} if self.lenient else many

    def definitions(self) -> "Iterable[ObjectShape]":
        """Of the members."""
        return self.inner.definitions()


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


@dataclass(frozen=True, slots=True)
class MapShape(Shape):
    """A mapping from names to values of one shape."""

    inner: Shape
    keys: Keys | None = None

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """A dictionary in the order of the file."""
        if not isinstance(node, yaml.MappingNode):
            return _wrong(reader, node, path, "a mapping `name: value`")
        values: dict[str, Any] = {}
        wrong = False
        for name, name_node, value_node in pairs(reader, node, path):
            if self.keys and not re.fullmatch(self.keys.pattern.pattern, name):
                reader.fault(
                    name_node, "wrong_form", f"The key `{name[:60]}` is not {self.keys.pattern.says}."
                )
                wrong = True
                continue
            if self.keys and self.keys.ref:
                reader.references.append(
                    Reference(self.keys.ref.kind, name, (*path, name), reader.place(name_node))
                )
            values[name] = self.inner.read(reader, value_node, (*path, name))
        return INVALID if wrong or any(value is INVALID for value in values.values()) else values

    def schema(self) -> dict[str, Any]:
        """An object with free keys."""
        names = {"propertyNames": {"pattern": f"^(?:{self.keys.pattern.pattern})$"}} if self.keys else {}
        return {"type": "object", "additionalProperties": self.inner.schema(), **names}

    def definitions(self) -> "Iterable[ObjectShape]":
        """Of the values."""
        return self.inner.definitions()


@dataclass(frozen=True, slots=True)
class JsonShape(Shape):
    """Any value that JSON can hold; keys become strings as they are written."""

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The value with plain types."""
        if isinstance(node, yaml.MappingNode):
            found = {
                name: self.read(reader, value, (*path, name)) for name, _, value in pairs(reader, node, path)
            }
            return INVALID if any(value is INVALID for value in found.values()) else found
        if isinstance(node, yaml.SequenceNode):
            many = [self.read(reader, child, (*path, index)) for index, child in enumerate(node.value)]
            return INVALID if any(value is INVALID for value in many) else many
        readers: dict[str, Any] = {
            "null": lambda _: None,
            "bool": lambda text: text.lower() in {"true", "yes", "on"},
            "int": lambda text: int(text, 0) if re.fullmatch(r"-?(0|[1-9][0-9]*)", text) else text,
            "float": float,
            "str": str,
            "timestamp": str,
        }
        kind = tag(node)
        if kind not in readers:
            return reader.fault(
                node, "wrong_type", f"The tag `{node.tag}` is not allowed.", "Write a plain value."
            )
        return readers[kind](node.value)

    def schema(self) -> dict[str, Any]:
        """Anything."""
        return {}


@dataclass(frozen=True, slots=True)
class TextShape(Shape):
    """A text in three languages; a plain string too when `plain`."""

    plain: bool = False

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The `Text`."""
        if self.plain and isinstance(node, yaml.ScalarNode):
            value = StringShape().read(reader, node, path)
            return value if value is INVALID else Text.same(value)
        if not isinstance(node, yaml.MappingNode):
            return _wrong(
                reader, node, path, "a text in three languages", "Write {zh-hans: …, zh-hant: …, en: …}."
            )
        found: dict[str, Any] = {}
        for name, name_node, value_node in pairs(reader, node, path):
            if name not in LANGUAGES:
                reader.fault(
                    name_node,
                    "unknown_language",
                    f"`{name[:40]}` is not a language of the catalogue.",
                    did_you_mean(name, LANGUAGES) or f"Use {', '.join(LANGUAGES)}.",
                )
                continue
            found[name] = StringShape().read(reader, value_node, (*path, name))
        missing = [language for language in LANGUAGES if language not in found]
        if missing:
            reader.fault(
                node,
                "missing_language",
                f"`{path[-1] if path else 'this text'}` lacks {', '.join(missing)}.",
                "A text needs all three languages.",
            )
        if missing or any(value is INVALID for value in found.values()):
            return INVALID
        return Text(found["zh-hans"], found["zh-hant"], found["en"])

    def schema(self) -> dict[str, Any]:
        """An object with the three languages."""
        text = {"$ref": "#/$defs/Text"}
        return {"anyOf": [text, {"type": "string", "minLength": 1}]} if self.plain else text


@dataclass(frozen=True, slots=True)
class Member:
    """One key of an object."""

    name: str
    attribute: str
    shape: Shape
    required: bool
    doc: str


class ObjectShape(Shape):
    """A mapping with known keys: a dataclass."""

    def __init__(self, type_: Any) -> None:
        self.type = type_

    @property
    def members(self) -> tuple[Member, ...]:
        """Its keys, in the order of the dataclass."""
        return _members(self.type)

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """An instance, when every key could be read."""
        if not isinstance(node, yaml.MappingNode):
            return _wrong(reader, node, path, f"a mapping with {', '.join(m.name for m in self.members)}")
        known = {member.name: member for member in self.members}
        values: dict[str, Any] = {}
        wrong = False
        for name, name_node, value_node in pairs(reader, node, path):
            member = known.get(name)
            if member is None:
                wrong = True
                reader.fault(
                    name_node,
                    "unknown_key",
                    f"The key `{name[:60]}` is not known here.",
                    did_you_mean(name, known) or f"Known: {', '.join(known)}.",
                )
                continue
            values[member.attribute] = member.shape.read(reader, value_node, (*path, name))
        missing = [m.name for m in self.members if m.required and m.attribute not in values]
        if missing:
            reader.fault(
                node, "missing_key", f"{', '.join(f'`{name}`' for name in missing)} is missing here."
            )
        if wrong or missing or any(value is INVALID for value in values.values()):
            return INVALID
        try:
            return self.type(**values)
        except (TongbanError, ValueError) as error:  # a value type of the kernel refuses the combination
            return reader.fault(node, "wrong_value", f"{error}", getattr(error, "hint", ""))

    def schema(self) -> dict[str, Any]:
        """A reference to its definition."""
        return {"$ref": f"#/$defs/{self.type.__name__}"}

    def body(self) -> dict[str, Any]:
        """The definition itself."""
        properties = {}
        for member in self.members:
            described = {"description": member.doc} if member.doc else {}
            properties[member.name] = {**member.shape.schema(), **described}
        return {
            "type": "object",
            "description": (self.type.__doc__ or "").strip().split("\n")[0],
            "properties": properties,
            "required": [member.name for member in self.members if member.required],
            "additionalProperties": False,
        }

    def definitions(self) -> "Iterable[ObjectShape]":
        """Itself and what is inside."""
        yield self
        for member in self.members:
            yield from member.shape.definitions()


@cache
def _members(type_: Any) -> tuple[Member, ...]:
    hints = typing.get_type_hints(type_, include_extras=True)
    members = []
    for item in dataclasses.fields(type_):
        if not item.metadata.get("in_file", True):
            continue
        has_default = (
            item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING
        )
        members.append(
            Member(
                name=item.metadata.get("name") or item.name,
                attribute=item.name,
                shape=shape_of(hints[item.name]),
                required=not has_default,
                doc=item.metadata.get("doc", ""),
            )
        )
    return tuple(members)


@cache
def object_shape(type_: Any) -> ObjectShape:
    """The shape of a dataclass."""
    return ObjectShape(type_)


def _find(metadata: tuple[Any, ...], wanted: type) -> Any:
    return next((mark for mark in metadata if isinstance(mark, wanted)), None)


def shape_of(annotation: Any) -> Shape:
    """The shape of an annotation; TypeError for one that a file cannot hold."""
    metadata: tuple[Any, ...] = ()
    if typing.get_origin(annotation) is typing.Annotated:
        annotation, *marks = typing.get_args(annotation)
        metadata = tuple(marks)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {Union, types.UnionType}:
        inner = [argument for argument in arguments if argument is not types.NoneType]
        if len(inner) == 1:
            return OptionalShape(shape_of(inner[0]))
    if origin is Literal:
        return ChoiceShape(tuple(arguments))
    if origin is tuple:
        return ListShape(shape_of(arguments[0]), lenient=_find(metadata, OneOrMany) is not None)
    if origin is Mapping:
        return MapShape(shape_of(arguments[1]), _find(metadata, Keys))
    if annotation is Any:
        return JsonShape()
    simple: dict[Any, Shape] = {
        str: StringShape(_find(metadata, Pattern), _find(metadata, Ref)),
        int: IntShape(_find(metadata, Span)),
        bool: BoolShape(),
        Decimal: DecimalShape(),
        dt.date: DateShape(),
        Feel: FeelShape(),
        Text: TextShape(plain=_find(metadata, AnyText) is not None),
    }
    if annotation in simple:
        return simple[annotation]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return ChoiceShape(tuple(str(member.value) for member in annotation), make=annotation)
    if dataclasses.is_dataclass(annotation):
        return object_shape(annotation)
    raise TypeError(f"A catalogue file cannot hold {annotation!r}.")
