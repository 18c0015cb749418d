"""What an expression says before anything is known of the data: nothing, or a mistake that is one already.

A condition that can only ever be a text, a number of instances that is no number, a timer whose constant is
no time, a text that is cut off in whatever language it was meant: all that is told when a model is read.
"""

import re
from typing import Any

from tongban import rules
from tongban.process.expressions import Expression, to_json
from tongban.rules import tree
from tongban.rules.compiler import CLOCK

UNKNOWN = object()
"""The value depends on data, or on the clock."""

_NEVER_TRUTH = (
    tree.Number, tree.Text, tree.At, tree.ListOf, tree.Context, tree.For, tree.Function, tree.Negate,
    tree.Null,
)  # fmt: skip
_TEXTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_LEFT_OPEN = re.compile(r"(?:[+*/<>=&|-]|(?<![\w.])(?:and|or|not|eq|ne|lt|gt|le|ge))\s*\Z")
_BEGINS_ODDLY = re.compile(r"\s*(?:[*<>=|)]|&&|/(?!.*/))")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TEMPLATE = re.compile(r"[$#]\{(.*)\}\Z", re.DOTALL)
_OURS = ("", "juel", "unspecified", "xpath")


def value_of(expression: Expression) -> Any:
    """The value of an expression that reads no data, as plain JSON; `UNKNOWN` otherwise."""
    if expression.feel is None or expression.named:
        return UNKNOWN
    compiled = rules.compile(expression.feel)
    if compiled.names or any(word in expression.feel for word in CLOCK):
        return UNKNOWN
    return to_json(compiled.evaluate({}))


def is_no_truth(expression: Expression) -> bool:
    """Whether a condition can never be true or false."""
    if expression.feel is None or expression.named:
        return False
    value = value_of(expression)
    if value is not UNKNOWN:
        return not isinstance(value, bool)
    root = rules.compile(expression.feel).tree
    if isinstance(root, tree.Arithmetic):  # undeclared, `in-stock` is rather a remark for people
        return root.op != "-" or "feel" in expression.language.lower() or expression.text.startswith("=")
    return isinstance(root, _NEVER_TRUTH)


def is_cut_off(text: str, language: str = "") -> bool:
    """Whether a text that is no FEEL is none of another language either: cut off, or brackets astray.

    Only of what says no language of its own, since others put brackets into patterns and comments.
    """
    said = language.strip().lower()
    template = _TEMPLATE.match(text.strip())
    if template is None and said not in _OURS and "xpath" not in said:
        return False
    inner = _TEXTS.sub('""', template[1] if template else text)
    if template and not inner.strip():
        return True
    held: list[str] = []
    for each in inner:
        if each in "([{":
            held.append(each)
        elif each in _PAIRS and (not held or held.pop() != _PAIRS[each]):
            return True
    begins = _BEGINS_ODDLY.match(inner) if template else None
    return bool(held or _LEFT_OPEN.search(inner) or begins)
