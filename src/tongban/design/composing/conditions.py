"""Conditions by choosing: a builder that a form can show, and its FEEL both ways. Pure.

    child.delivery_place != "abroad" and (mother.id_number = null or mother.held_years >= 5)

is a group of two parts, the second again a group. `to_feel` writes the expression in the manner of the
catalogue's files; `from_feel` reads one back when it is of this form, and gives None for every other, which
is then shown as text to those who write FEEL. What is read is never guessed: the tree of the expression and
that of what would be written again are the same.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from tongban import rules
from tongban.catalogue.domain import DataElement
from tongban.catalogue.domain.values import split
from tongban.kernel.errors import InvalidInput
from tongban.rules import tree
from tongban.rules.printer import quote

Kind = Literal["flag", "code", "number", "day", "moment", "region", "words"]
"""What a value is compared as."""
Test = Literal[
    "yes", "no", "is", "is_not", "in", "not_in", "below", "at_most", "above", "at_least", "between",
    "starts", "not_starts", "contains", "not_contains", "known", "unknown",
]  # fmt: skip

Whose = Literal["", "some", "every"]
COUNT: Final = "@count"
"""Front of the address of a number: how many play a role, ``@count.staff``."""

TESTS: Final[Mapping[Kind, tuple[Test, ...]]] = {
    "flag": ("yes", "no", "known", "unknown"),
    "code": ("is", "is_not", "in", "not_in", "known", "unknown"),
    "number": ("at_least", "above", "at_most", "below", "is", "is_not", "between", "known", "unknown"),
    "day": ("at_least", "above", "at_most", "below", "is", "is_not", "between", "known", "unknown"),
    "moment": ("at_least", "above", "at_most", "below", "known", "unknown"),
    "region": ("starts", "not_starts", "known", "unknown"),
    "words": (
        "is",
        "is_not",
        "starts",
        "not_starts",
        "contains",
        "not_contains",
        "known",
        "unknown",
    ),
}
"""Kind → the tests that fit it, the commonest first."""
VALUES: Final[Mapping[Test, tuple[int, int]]] = {
    **dict.fromkeys(("yes", "no", "known", "unknown"), (0, 0)),
    **dict.fromkeys(("in", "not_in"), (1, 200)),
    "between": (2, 2),
}
"""Test → the least and greatest number of values it takes; 1 for every other test."""
OTHERS: Final[frozenset[Test]] = frozenset({"is", "is_not", "below", "at_most", "above", "at_least"})
"""Tests that may compare with another value of the application instead of a fixed one."""
MAX_PARTS: Final = 60
MAX_DEPTH: Final = 4

_SIGNS: Final[dict[str, Test]] = {
    "=": "is",
    "!=": "is_not",
    "<": "below",
    "<=": "at_most",
    ">": "above",
    ">=": "at_least",
}
_SIGN: Final = {test: sign for sign, test in _SIGNS.items()}
_CALLS: Final[dict[str, Test]] = {"starts with": "starts", "contains": "contains"}
_NOT: Final[dict[Test, Test]] = {"in": "not_in", "starts": "not_starts", "contains": "not_contains"}
_POSITIVE: Final = {negative: positive for positive, negative in _NOT.items()}
_KINDS: Final[dict[str, Kind]] = {
    "boolean": "flag",
    "code": "code",
    "integer": "number",
    "decimal": "number",
    "money": "number",
    "date": "day",
    "datetime": "moment",
}
_ONE: Final = "one"
"""What one of several is called in an expression."""
_REGION: Final = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of a builder: a value of the application, a test, and what it is compared with."""

    address: str
    test: Test
    values: tuple[str, ...] = ()
    """Codes, numbers as written, days as ``2026-11-23``, or text; the first digits of a region's code."""
    other: str = ""
    """Address of the other value, where two of the application are compared."""
    whose: Whose = ""
    """Of a role that several play: whether one of them is enough, or all have to; empty for other roles."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all must hold, or one."""

    every: bool
    parts: "tuple[Comparison | Group, ...]"
    negated: bool = False
    """Whether the group as a whole must not hold."""


Builder = Comparison | Group


def kind_of(element: DataElement) -> Kind:
    """What an element's values are compared as."""
    if element.format == "region":
        return "region"
    return _KINDS.get(element.type, "words")


def arity(test: Test) -> tuple[int, int]:
    """The least and greatest number of values a test takes."""
    return VALUES.get(test, (1, 1))


# ---- to FEEL


def to_feel(builder: Builder, elements: Mapping[str, DataElement]) -> str:
    """The expression of a builder.

    Args:
        builder: a comparison or a group, complete.
        elements: address → element, of every address it names.

    Raises: InvalidInput `condition.*` for a part that is not complete or does not fit, with the address.
    """
    return _text(simple(builder), elements)


def simple(builder: Builder) -> Builder:
    """The same without groups that add nothing: of one part, or of the kind of the group around them."""
    if isinstance(builder, Comparison):
        return builder
    parts: list[Comparison | Group] = []
    for part in map(simple, builder.parts):
        if isinstance(part, Group) and not part.negated and part.every == builder.every:
            parts += part.parts
        else:
            parts.append(part)
    if len(parts) == 1 and not builder.negated:
        return parts[0]
    if len(parts) == 1:
        [only] = parts
        if isinstance(only, Group):
            turned = Group(only.every, only.parts, negated=not only.negated)
            return turned if turned.negated else simple(turned)
        if only.test in _NOT and not only.whose:
            return Comparison(only.address, _NOT[only.test], only.values, only.other)
        return Group(True, (only,), negated=True)  # noqa: FBT003 - of one part, all or one are the same
    return Group(builder.every, tuple(parts), builder.negated)


def _text(part: Builder, elements: Mapping[str, DataElement]) -> str:
    if isinstance(part, Comparison):
        return _comparison(part, elements)
    if not part.parts:
        raise InvalidInput("condition.empty", "The condition has no lines.", hint="Add one.")
    texts = []
    for each in part.parts:
        text = _text(each, elements)
        # What stands behind "satisfies" would take in the next line.
        bare = not each.whose if isinstance(each, Comparison) else each.negated
        texts.append(text if bare or len(part.parts) == 1 else f"({text})")
    joined = (" and " if part.every else " or ").join(texts)
    return f"not({joined})" if part.negated else joined


def _comparison(line: Comparison, elements: Mapping[str, DataElement]) -> str:
    element = elements.get(line.address)
    if element is None:
        raise InvalidInput("condition.address", "Choose what is compared.", address=line.address)
    if not line.whose:
        return _plain(line, element, elements)
    role, code = split(line.address)
    if line.other or line.address.startswith(COUNT):
        raise InvalidInput("condition.other", "These two cannot be compared.", address=line.address)
    name = f"{_ONE}.{code}"
    body = _plain(replace(line, address=name), element, {name: element})
    return f"{line.whose} {_ONE} in {role} satisfies {body}"


def _plain(line: Comparison, element: DataElement, elements: Mapping[str, DataElement]) -> str:
    kind, test = kind_of(element), line.test
    if test not in TESTS[kind]:
        raise InvalidInput("condition.test", "This test does not fit the value.", address=line.address)
    name = _written(line.address)
    if test in {"yes", "no"}:
        return f"{name} = {'true' if test == 'yes' else 'false'}"
    if test in {"known", "unknown"}:
        return f"{name} {'!=' if test == 'known' else '='} null"
    if line.other:
        other = elements.get(line.other)
        if test not in OTHERS or other is None or kind_of(other) != kind or line.other == name:
            raise InvalidInput("condition.other", "These two cannot be compared.", address=line.address)
        return f"{name} {_SIGN[test]} {line.other}"
    return _with_values(line, kind)


def _written(address: str) -> str:
    front, role = split(address)
    return f"count({role})" if front == COUNT else address


def _with_values(line: Comparison, kind: Kind) -> str:
    name, test = _written(line.address), line.test
    least, most = arity(test)
    if not least <= len(line.values) <= most:
        raise InvalidInput("condition.value", "The value is missing.", address=line.address)
    values = [_literal(kind, value, line.address) for value in line.values]
    if test in {"in", "not_in"}:
        found = f"{name} in ({', '.join(values)})"
    elif test == "between":
        return f"{name} between {values[0]} and {values[1]}"
    elif test in _SIGN:
        return f"{name} {_SIGN[test]} {values[0]}"
    else:
        call = "contains" if test.endswith("contains") else "starts with"
        found = f"{call}({name}, {values[0]})"
    return f"not({found})" if test in _POSITIVE else found


def _literal(kind: Kind, value: str, address: str) -> str:
    try:
        return _LITERALS[kind](value)
    except (ValueError, InvalidOperation):
        raise InvalidInput("condition.value", "The value does not fit.", address=address) from None


def _number(value: str) -> str:
    number = Decimal(value.strip())
    if not number.is_finite():
        raise ValueError(value)
    return format(number, "f")


def _day(value: str) -> str:
    return f'date("{dt.date.fromisoformat(value.strip()).isoformat()}")'


def _moment(value: str) -> str:
    moment = dt.datetime.fromisoformat(value.strip().replace(" ", "T"))
    return f'date and time("{moment.isoformat(timespec="seconds")}")'


def _region(value: str) -> str:
    if not _REGION.fullmatch(value):
        raise ValueError(value)
    return quote(value)


def _words(value: str) -> str:
    if not value:
        raise ValueError(value)
    return quote(value)


_LITERALS: Final = {
    "flag": _words,
    "code": _words,
    "number": _number,
    "day": _day,
    "moment": _moment,
    "region": _region,
    "words": _words,
}


# ---- from FEEL


class _Foreign(Exception):  # noqa: N818 - never leaves this module; it becomes None
    """The expression is not of the builder's form."""


def from_feel(text: str, elements: Mapping[str, DataElement]) -> Builder | None:
    """The builder of an expression, None when it is of another form or reads what is not known here.

    Raises FeelSyntaxError for a text that is not FEEL.
    """
    expression = rules.compile(text)
    try:
        builder = simple(_part(expression.tree, elements))
        same = rules.compile(to_feel(builder, elements)) == expression
    except (_Foreign, InvalidInput):
        return None
    if not same or size(builder) > MAX_PARTS or depth(builder) > MAX_DEPTH:
        return None
    return builder


def size(builder: Builder) -> int:
    """How many lines and groups a builder has."""
    return 1 + sum(map(size, builder.parts)) if isinstance(builder, Group) else 1


def depth(builder: Builder) -> int:
    """How many groups stand in each other."""
    if isinstance(builder, Comparison):
        return 0
    return 1 + max(map(depth, builder.parts), default=0)


def addresses(builder: Builder) -> frozenset[str]:
    """The addresses that a builder names."""
    if isinstance(builder, Comparison):
        return frozenset(name for name in (builder.address, builder.other) if name)
    return frozenset(name for part in builder.parts for name in addresses(part))


def _part(node: tree.Node, elements: Mapping[str, DataElement]) -> Builder:  # noqa: PLR0911 - one way out per form
    match node:
        case tree.And(parts):
            return Group(True, tuple(_part(one, elements) for one in parts))  # noqa: FBT003
        case tree.Or(parts):
            return Group(False, tuple(_part(one, elements) for one in parts))  # noqa: FBT003
        case tree.Call(tree.Name("not"), (only,), ()):
            return simple(Group(True, (_part(only, elements),), negated=True))  # noqa: FBT003
        case tree.Call(tree.Name(name), (left, right), ()) if name in _CALLS:
            address, kind = _address(left, elements)
            return Comparison(address, _CALLS[name], (_value(right, kind),))
        case tree.In(left, tests):
            address, kind = _address(left, elements)
            return Comparison(address, "in", tuple(_value(one, kind) for one in tests))
        case tree.Between(left, low, high):
            address, kind = _address(left, elements)
            return Comparison(address, "between", (_value(low, kind), _value(high, kind)))
        case tree.Quantified(every, (tree.Loop(one, tree.Name(role), None),), body):
            return _of_one(role, one, body, elements, "every" if every else "some")
        case tree.Compare(op, left, right):
            return _compared(op, left, right, elements)
    raise _Foreign


def _of_one(
    role: str, one: str, body: tree.Node, elements: Mapping[str, DataElement], whose: Whose
) -> Comparison:
    """What one, or every one, of those who play a role has to fulfil: one line."""
    theirs = {f"{one}.{code}": element for (name, code), element in _split(elements).items() if name == role}
    found = _part(body, theirs)
    if isinstance(found, Group) or found.other or one == role:
        raise _Foreign
    return replace(found, address=f"{role}.{split(found.address)[1]}", whose=whose)


def _split(elements: Mapping[str, DataElement]) -> dict[tuple[str, str], DataElement]:
    return {split(address): element for address, element in elements.items()}


def _compared(op: str, left: tree.Node, right: tree.Node, elements: Mapping[str, DataElement]) -> Comparison:
    address, kind = _address(left, elements)
    if isinstance(right, tree.Null) and op in {"=", "!="}:
        return Comparison(address, "unknown" if op == "=" else "known")
    if isinstance(right, tree.Boolean) and op == "=" and kind == "flag":
        return Comparison(address, "yes" if right.value else "no")
    if isinstance(right, tree.Path):
        return Comparison(address, _SIGNS[op], (), _address(right, elements)[0])
    return Comparison(address, _SIGNS[op], (_value(right, kind),))


def _address(node: tree.Node, elements: Mapping[str, DataElement]) -> tuple[str, Kind]:
    match node:
        case tree.Path(tree.Name(role), name) if f"{role}.{name}" in elements:
            address = f"{role}.{name}"
            return address, kind_of(elements[address])
        case tree.Call(tree.Name("count"), (tree.Name(role),), ()) if f"{COUNT}.{role}" in elements:
            return f"{COUNT}.{role}", "number"
    raise _Foreign


def _value(node: tree.Node, kind: Kind) -> str:
    match node:
        case tree.Text(value) if kind in {"code", "region", "words"}:
            return value
        case tree.Number(value) if kind == "number":
            return format(value, "f")
        case tree.Negate(tree.Number(value)) if kind == "number":
            return format(-value, "f")
        case tree.Call(tree.Name("date"), (tree.Text(value),), ()) if kind == "day":
            return value
        case tree.Call(tree.Name("date and time"), (tree.Text(value),), ()) if kind == "moment":
            return value
    raise _Foreign
