"""Expressions of a model: FEEL, what we can read of its neighbours, and languages that we do not run.

An expression is FEEL when its language says so, when it begins with `=` (as some vendors mark it), or
when no language of its own is declared and it reads as FEEL: the default language of a file is what a
tool writes into every file and tells little. `${…}` and comparisons as in most languages are translated
(`tongban.process. neighbours`). Anything else is *foreign*: it can be replaced by whoever runs the
model, and is never guessed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tongban import rules
from tongban.kernel.errors import InvalidInput
from tongban.process.neighbours import translate
from tongban.rules import FeelSyntaxError, tree
from tongban.rules.compiler import CLOCK
from tongban.rules.functions import BUILTINS
from tongban.rules.reads import free_names
from tongban.rules.temporal import text_of

_SAFE = 2**53 - 1
_ALREADY = frozenset((type(None), bool, str, int, float))
_OTHER_FEEL = re.compile(
    r"\b(?:fromAi|is (?:empty|blank|defined)|get or else|assert|partition|uuid|to (?:base64|json)|from json"
    r"|random number|random uuid|last day of month|trim|duplicate values|fromJson|toJson|context merge|cycle"
    r"|extract|put|put all|from unix timestamp|to unix timestamp)\s*\("
)
"""Functions that another vendor adds to FEEL."""
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_HOLES = re.compile(r"[$#]\{([^{}]*)\}")
_PLAIN = re.compile(r"[^\W\d]\w*\Z")
_TEMPLATE = re.compile(r"[$#]\{(.*)\}\Z", re.DOTALL)
_WORDS_OF_OTHERS = frozenset(("this", "environment", "execution", "True", "False", "None"))
_WORDS = re.compile(r"[^\W\d]\w*(?:[ ]\w+)+\Z")


class Foreign(InvalidInput):
    """The expression is in a language that is not run here."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, with what it means in FEEL when that is known."""

    text: str
    """As written."""
    feel: str | None
    """In FEEL; None when it is foreign."""
    language: str = ""
    """As declared on the expression itself."""
    named: bool = False
    """It is nothing but the name of data, however that is spelt."""

    def evaluate(self, values: Mapping[str, Any], names: frozenset[str] = frozenset()) -> tuple[Any, str]:
        """The value as plain JSON, and why it is null when a part of it has no value.

        Raises: Foreign when it is in a language that is not run here.
        """
        if self.feel is None:
            raise Foreign(
                "process.foreign",
                f"The expression is in a language that is not run here ({self.language or 'not declared'}).",
                hint="Write it in FEEL, or give its replacement.",
            )
        if self.named or self.feel in values:
            return to_json(values.get(self.feel)), ""
        trace: list[rules.Remark] = []
        value = _compiled(self.feel, values, names).evaluate(values, trace)
        reason = "; ".join(dict.fromkeys(remark.detail for remark in trace[:3])) if value is None else ""
        return to_json(value), reason

    def truth(self, values: Mapping[str, Any], names: frozenset[str] = frozenset()) -> bool | None:
        """Whether it is true; None for null and for what is no truth value. Raises: Foreign."""
        if self.feel is not None and self.feel in values:  # nothing but a name
            value = values[self.feel]
        else:
            value, _ = self.evaluate(values, names)
        return value if isinstance(value, bool) else None


def entries(feel: str, names: frozenset[str] = frozenset()) -> dict[str, frozenset[str]]:
    """Of a context of FEEL: key → the dotted names that its value is made of; empty for anything else.

    Raises: FeelSyntaxError.
    """
    root = rules.compile(feel, names=names).tree
    return {key: free_names(value) for key, value in root.entries} if isinstance(root, tree.Context) else {}


def constant(value: Any) -> Expression:
    """An expression that is the value; for texts, numbers and truth values."""
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n")
        return Expression(value, f'"{quoted}"')
    return Expression(str(value), str(value).lower() if isinstance(value, bool) else str(value))


def with_holes(text: str) -> Expression:
    """A text with `${…}` in it. Foreign when a part of it is in a language that is not run here."""
    made: list[str] = []
    at = 0
    for match in _HOLES.finditer(text):
        inner = translate(match[1])
        if inner is None:
            return Expression(text, None)
        before = constant(text[at : match.start()]).feel
        made += [part for part in (before, f"string({inner})") if part and part != '""']
        at = match.end()
    if at < len(text):
        made.append(constant(text[at:]).feel or "")
    return Expression(text, " + ".join(made) or '""')


def name_of(data: str) -> Expression:
    """The value of the data of that name; null when it has none."""
    return Expression(data, data, named=True)


def read(text: str, language: str = "", names: frozenset[str] = frozenset()) -> Expression:
    """The expression `text`.

    Args:
        text: as it stands in the model.
        language: as declared on the expression itself; empty when it is not.
        names: names of data that cannot be told from their spelling.

    Raises: FeelSyntaxError when it says that it is FEEL and is not.
    """
    text = text.strip()
    if text.startswith("="):
        return _declared(text, text[1:].strip(), language, names)
    declared = language.strip().lower()
    template = _TEMPLATE.match(text)
    if template:
        several = "${" in template[1] or "#{" in template[1]
        return with_holes(text) if several else Expression(text, translate(template[1]), language)
    if "feel" in declared:
        return _declared(text, text, language, names)
    if text in {"true", "false"}:
        return Expression(text, text, language)
    if declared and not any(word in declared for word in ("xpath", "juel", "unspecified")):
        return Expression(text, None, language)
    return Expression(text, _undeclared(text, names), language)


def _declared(text: str, feel: str, language: str, names: frozenset[str]) -> Expression:
    """What says that it is FEEL. Texts over several lines are joined; functions of others are foreign."""
    if "\n" in feel:
        feel = _QUOTED.sub(lambda match: match[0].replace("\r", "").replace("\n", "\\n"), feel)
    try:
        rules.compile(feel, names=names)
    except FeelSyntaxError:
        if _OTHER_FEEL.search(feel):
            return Expression(text, None, language or "FEEL with functions of another vendor")
        raise
    return Expression(text, feel, language)


def _undeclared(text: str, names: frozenset[str]) -> str | None:
    if _WORDS.match(text) and text not in names:
        return None  # a remark for people, such as "more than five days"
    try:
        compiled = rules.compile(text, names=names)
    except FeelSyntaxError:
        return translate(text)
    roots = {name.partition(".")[0] for name in compiled.names}
    if roots & _WORDS_OF_OTHERS:
        return translate(text)
    return text if all(name in BUILTINS or name in CLOCK for name in _called(compiled.tree)) else None


def _called(node: object) -> Iterator[str]:
    """The names of functions that an expression calls."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tree.Call) and isinstance(part.function, tree.Name):
            yield part.function.name
        if isinstance(part, tree.Node):
            waiting.extend(getattr(part, name) for name in part.__slots__)
        elif isinstance(part, tuple):
            waiting.extend(part)


def adopt(expression: Expression | None, feel: str) -> Expression:
    """`expression` with its replacement in FEEL. Raises: FeelSyntaxError."""
    feel = feel.strip().removeprefix("=").strip()
    rules.compile(feel)
    return replace(expression, feel=feel) if expression else Expression(feel, feel)


@lru_cache(maxsize=4096)
def _is_odd(name: str) -> bool:
    return not _PLAIN.match(name)


def odd_names(values: Mapping[str, Any]) -> frozenset[str]:
    """The names among `values` that FEEL cannot tell from their spelling."""
    return frozenset(filter(_is_odd, values))


def _compiled(feel: str, values: Mapping[str, Any], names: frozenset[str]) -> rules.Expression:
    odd = odd_names(values)
    try:
        return rules.compile(feel, names=names | odd)
    except FeelSyntaxError:
        return rules.compile(feel, names=names)


def to_json(value: Any) -> Any:  # noqa: PLR0911 - one way out per type
    """A FEEL value as plain JSON: numbers that JSON cannot hold exactly, dates and durations become text."""
    if type(value) in _ALREADY:
        return value
    if type(value) is dict:
        return {str(key): to_json(item) for key, item in value.items()}
    match value:
        case bool() | str() | int():
            return value
        case Decimal():
            if value == value.to_integral_value():
                whole = int(value)
                return whole if abs(whole) <= _SAFE else str(whole)
            return float(value) if Decimal(repr(float(value))) == value else str(value)
        case list() | tuple():
            return [to_json(item) for item in value]
        case dict():
            return {str(key): to_json(item) for key, item in value.items()}
        case datetime() | date() | time() | timedelta() | rules.Months():
            return text_of(value)
        case _:
            return None
