"""The syntax tree of FEEL: frozen values, one class per form of the language (OMG DMN 1.5, 10.3.1.2).

Trees compare by meaning: `at`, the place in the text, takes no part, so that a tree that was printed and
parsed again equals the first one.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Node:
    """One form of the language. `at` = characters from the start of the text."""

    at: int = field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Null(Node):
    """`null`."""


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written, never negative: `-1` is a `Negate`."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string without its quotes, escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class At(Node):
    """`@"2026-11-23"`: a date, time, date and time, or duration."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, spaces normalised to one. `?` is the value under test."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`source.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two operands and one of `+ - * / **`."""

    op: Literal["+", "-", "*", "/", "**"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two operands and one of `= != < <= > >=`."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A unary test `< operand` on the value at hand."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in tests`; true when one of the tests holds."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of `parts`, with three truth values."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """One of `parts`, with three truth values."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then yes else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """`[low..high]`, a bracket turned outward or round excludes its end; `None` is an open end."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Context(Node):
    """`{key: value}`; later entries may use earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """`name in source`, or `name in source..end` for counting."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for loops return body`; the body sees earlier results as `partial`."""

    loops: tuple[Loop, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some … satisfies body` or `every … satisfies body`."""

    every: bool
    loops: tuple[Loop, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`source[condition]`; a number picks by place, from 1, or from the end when negative."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function with its arguments, by place or by name (`names` is empty or as long as `arguments`)."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Type(Node):
    """A type: `number`, `list<string>`, `context<a: number>`, `function<number> -> string`."""

    name: str
    parameters: tuple["Type", ...] = ()
    keys: tuple[str, ...] = ()
    result: "Type | None" = None


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Function(Node):
    """`function(a: number, b) body`: a value that can be called."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node
