"""One definition of a file's shape: a dataclass's annotations read YAML and publish JSON Schema.

`shape_of` turns an annotation into a `Shape`. A shape reads a YAML node (so that every finding has its line
and column), collects all findings instead of stopping at the first, and describes itself as JSON Schema
2020-12. Nothing is coerced: a number where a string is wanted is a finding that says "write it in quotes",
since YAML turns ``01`` into 1 and ``no`` into false.
"""

import dataclasses
import datetime as dt
import enum
import math
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union

import yaml

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.kinds import AnyText, Keys, OneOrMany, Pattern, Ref, Span
from tongban.catalogue.domain.reading import (
    INVALID,
    Definition,
    Doubtful,
    Path,
    Reader,
    Reference,
    Shape,
    Taker,
    did_you_mean,
    pairs,
    tag,
    wrong,
)
from tongban.catalogue.domain.scalars import (
    BoolShape,
    ChoiceShape,
    DateShape,
    DecimalShape,
    FeelShape,
    IntShape,
    StringShape,
)
from tongban.catalogue.domain.values import LANGUAGES, Text
from tongban.kernel.errors import TongbanError


@dataclass(frozen=True, slots=True)
class OptionalShape(Shape):
    """A value or null."""

    inner: Shape

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The value, None for null."""
        if isinstance(node, yaml.ScalarNode) and tag(node) == "null":
            return None
        return self.inner.read(reader, node, path)

    def take(self, taker: Taker, value: Any, path: Path) -> Any:
        """The same."""
        return None if value is None else self.inner.take(taker, value, path)

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [self.inner.schema(), {"type": "null"}]}

    def definitions(self) -> Iterable[Definition]:
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
            return wrong(reader, node, path, "a list", hint[:80])
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

    def take(self, taker: Taker, value: Any, path: Path) -> tuple[Any, ...]:
        """The same."""
        if type(value) is not list:
            if not self.lenient or value is None:
                raise Doubtful
            return (self.inner.take(taker, value, (*path, 0)),)
        taken = tuple(self.inner.take(taker, one, (*path, index)) for index, one in enumerate(value))
        if isinstance(self.inner, StringShape | ChoiceShape) and len(set(taken)) < len(taken):
            raise Doubtful
        return taken

    def schema(self) -> dict[str, Any]:
        """An array."""
        many: dict[str, Any] = {"type": "array", "items": self.inner.schema()}
        if isinstance(self.inner, StringShape | ChoiceShape):
            many["uniqueItems"] = True
        return {"anyOf": [many, self.inner.schema()]} if self.lenient else many

    def definitions(self) -> Iterable[Definition]:
        """Of the members."""
        return self.inner.definitions()


@dataclass(frozen=True, slots=True)
class MapShape(Shape):
    """A mapping from names to values of one shape."""

    inner: Shape
    keys: Keys | None = None

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """A dictionary in the order of the file."""
        if not isinstance(node, yaml.MappingNode):
            return wrong(reader, node, path, "a mapping `name: value`")
        values: dict[str, Any] = {}
        faulty = False
        for name, name_node, value_node in pairs(reader, node, path):
            if self.keys and not re.fullmatch(self.keys.pattern.pattern, name):
                reader.fault(
                    name_node, "wrong_form", f"The key `{name[:60]}` is not {self.keys.pattern.says}."
                )
                faulty = True
                continue
            if self.keys and self.keys.ref:
                reader.references.append(
                    Reference(self.keys.ref.kind, name, (*path, name), reader.place(name_node))
                )
            values[name] = self.inner.read(reader, value_node, (*path, name))
        return INVALID if faulty or any(value is INVALID for value in values.values()) else values

    def take(self, taker: Taker, value: Any, path: Path) -> dict[str, Any]:
        """The same."""
        if type(value) is not dict:
            raise Doubtful
        taken = {}
        for name, inner in value.items():
            if type(name) is not str or (self.keys and not re.fullmatch(self.keys.pattern.pattern, name)):
                raise Doubtful
            here = (*path, name)
            if self.keys and self.keys.ref:
                taker.references.append(Reference(self.keys.ref.kind, name, here, taker.place))
            taken[name] = self.inner.take(taker, inner, here)
        return taken

    def schema(self) -> dict[str, Any]:
        """An object with free keys."""
        names = {"propertyNames": {"pattern": f"^(?:{self.keys.pattern.pattern})$"}} if self.keys else {}
        return {"type": "object", "additionalProperties": self.inner.schema(), **names}

    def definitions(self) -> Iterable[Definition]:
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

    def take(self, taker: Taker, value: Any, path: Path) -> Any:
        """The same: a copy."""
        kind = type(value)
        if kind is str or kind is int or kind is bool or value is None:
            return value
        if kind is dict and all(type(name) is str for name in value):
            return {name: self.take(taker, inner, path) for name, inner in value.items()}
        if kind is list:
            return [self.take(taker, inner, path) for inner in value]
        if kind is float and math.isfinite(value):
            return value
        raise Doubtful

    def schema(self) -> dict[str, Any]:
        """Anything."""
        return {}


_LANGUAGES = frozenset(LANGUAGES)


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
            return wrong(
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

    def take(self, taker: Taker, value: Any, path: Path) -> Text:
        """The same."""
        text = StringShape()
        if type(value) is not dict:
            if not self.plain:
                raise Doubtful
            return Text.same(text.take(taker, value, path))
        if value.keys() != _LANGUAGES:
            raise Doubtful
        return Text(*(text.take(taker, value[language], path) for language in LANGUAGES))

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


class ObjectShape(Definition):
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
            return wrong(reader, node, path, f"a mapping with {', '.join(m.name for m in self.members)}")
        known = {member.name: member for member in self.members}
        values: dict[str, Any] = {}
        faulty = False
        for name, name_node, value_node in pairs(reader, node, path):
            member = known.get(name)
            if member is None:
                faulty = True
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
        if faulty or missing or any(value is INVALID for value in values.values()):
            return INVALID
        try:
            return self.type(**values)
        except (TongbanError, ValueError) as error:  # a value type of the kernel refuses the combination
            return reader.fault(node, "wrong_value", f"{error}", getattr(error, "hint", ""))

    def take(self, taker: Taker, value: Any, path: Path, **computed: Any) -> Any:
        """The same; `computed` are attributes that stand in no file."""
        if type(value) is not dict:
            raise Doubtful
        known, required = _known(self.type)
        taken = computed
        for name, inner in value.items():
            member = known.get(name)
            if member is None:
                raise Doubtful
            taken[member.attribute] = member.shape.take(taker, inner, (*path, name))
        if not required <= value.keys():
            raise Doubtful
        try:
            return self.type(**taken)
        except (TongbanError, ValueError):
            raise Doubtful from None

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

    def definitions(self) -> Iterable[Definition]:
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
def _known(type_: Any) -> tuple[dict[str, Member], frozenset[str]]:
    """Its keys by name, and those that it needs."""
    members = _members(type_)
    return {one.name: one for one in members}, frozenset(one.name for one in members if one.required)


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
    return _generic(annotation, metadata) or _simple(annotation, metadata)


def _generic(annotation: Any, metadata: tuple[Any, ...]) -> Shape | None:
    """The shape of ``X | None``, a literal, a tuple or a mapping; None for everything else."""
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
    return None


def _simple(annotation: Any, metadata: tuple[Any, ...]) -> Shape:
    simple: dict[Any, Shape] = {
        str: StringShape(_find(metadata, Pattern), _find(metadata, Ref)),
        int: IntShape(_find(metadata, Span)),
        Any: JsonShape(),
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
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return object_shape(annotation)
    raise TypeError(f"A catalogue file cannot hold {annotation!r}.")
