"""Shapes of single values: strings, numbers, days, words, conditions.

Nothing is coerced: a number where a string is wanted is a finding that says "write it in quotes", since YAML
turns ``01`` into 1 and ``no`` into false.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.kinds import Pattern, Ref, Span
from tongban.catalogue.domain.reading import (
    Doubtful,
    Path,
    Reader,
    Reference,
    Shape,
    Taker,
    did_you_mean,
    tag,
    wrong,
)
from tongban.rules import FeelSyntaxError


@dataclass(frozen=True, slots=True)
class StringShape(Shape):
    """A string that is not empty, with a pattern and what it refers to."""

    pattern: Pattern | None = None
    ref: Ref | None = None

    def read(self, reader: Reader, node: yaml.Node, path: Path) -> Any:
        """The string without surrounding blanks."""
        if not isinstance(node, yaml.ScalarNode) or tag(node) != "str":
            hint = 'Write it in quotes: "…".' if isinstance(node, yaml.ScalarNode) and node.value else ""
            return wrong(reader, node, path, "a string", hint)
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

    def take(self, taker: Taker, value: Any, path: Path) -> str:
        """The same."""
        if type(value) is not str:
            raise Doubtful
        found: str = value.strip()
        if not found or (self.pattern and not re.fullmatch(self.pattern.pattern, found)):
            raise Doubtful
        if self.ref:
            taker.references.append(Reference(self.ref.kind, found, path, taker.place))
        return found

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
            return wrong(reader, node, path, "a whole number")
        value = int(node.value)
        if self.span and not self.span.low <= value <= self.span.high:
            return reader.fault(
                node,
                "out_of_range",
                f"`{path[-1]}` must be from {self.span.low} to {self.span.high}, but is {node.value[:20]}.",
            )
        return value

    def take(self, taker: Taker, value: Any, path: Path) -> int:
        """The same."""
        del taker, path
        if type(value) is not int or (self.span and not self.span.low <= value <= self.span.high):
            raise Doubtful
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
        return wrong(reader, node, path, "`true` or `false`")

    def take(self, taker: Taker, value: Any, path: Path) -> bool:
        """The same."""
        del taker, path
        if type(value) is not bool:
            raise Doubtful
        return value

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
                return wrong(reader, node, path, "a decimal number")
            if value.is_finite():
                return value
        return wrong(reader, node, path, "a decimal number")

    def take(self, taker: Taker, value: Any, path: Path) -> Decimal:
        """The same."""
        del taker, path
        if type(value) not in {str, int, float}:
            raise Doubtful
        try:
            found = Decimal(str(value).strip())
        except InvalidOperation:
            raise Doubtful from None
        if not found.is_finite():
            raise Doubtful
        return found

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
        return wrong(reader, node, path, "a day such as 2026-11-23")

    def take(self, taker: Taker, value: Any, path: Path) -> dt.date:
        """The same."""
        del taker, path
        if type(value) is not str or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise Doubtful
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise Doubtful from None

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
            return wrong(reader, node, path, "a FEEL condition", 'Write it in quotes: "child.name != null".')
        try:
            value = Feel(node.value.strip())
        except FeelSyntaxError as error:
            where = f" (line {error.line}, column {error.column} of the condition)"
            return reader.fault(node, "feel_syntax", f"This is not FEEL: {error}{where}", error.hint or "")
        reader.references.extend(
            Reference("feel", name, path, reader.place(node)) for name in sorted(value.names)
        )
        return value

    def take(self, taker: Taker, value: Any, path: Path) -> Feel:
        """The same."""
        if type(value) is bool:
            return Feel(str(value).lower())
        if type(value) is not str or not value.strip():
            raise Doubtful
        try:
            found = Feel(value.strip())
        except FeelSyntaxError:
            raise Doubtful from None
        taker.references.extend(Reference("feel", name, path, taker.place) for name in sorted(found.names))
        return found

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
            return wrong(reader, node, path, f"one of {', '.join(self.words)}")
        if node.value not in self.words:
            return reader.fault(
                node,
                "unknown_word",
                f"`{node.value[:60]}` is not one of {', '.join(self.words)}.",
                did_you_mean(node.value, self.words),
            )
        return self.make(node.value) if self.make else node.value

    def take(self, taker: Taker, value: Any, path: Path) -> Any:
        """The same."""
        del taker, path
        if type(value) is not str or value not in self.words:
            raise Doubtful
        return self.make(value) if self.make else value

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.words)}
