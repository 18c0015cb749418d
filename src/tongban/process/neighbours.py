"""Conditions as other engines write them, put into FEEL when they say nothing but comparisons.

`${amount > 100 && approved == 'yes'}` means the same everywhere. Anything with a call, an assignment, an
index or a name of the other engine's own (`execution`, `this`) is left alone.
"""

import re

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w.])
    |(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<op>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!()])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
_BINARY = {
    "or": 1, "||": 1, "and": 2, "&&": 2,
    "==": 3, "===": 3, "eq": 3, "!=": 3, "!==": 3, "ne": 3,
    "<": 4, "lt": 4, ">": 4, "gt": 4, "<=": 4, "le": 4, ">=": 4, "ge": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "div": 6,
}  # fmt: skip
_FEEL = {
    "||": "or", "&&": "and", "==": "=", "===": "=", "eq": "=", "!==": "!=", "ne": "!=",
    "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/",
}  # fmt: skip
_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null"}
_OTHERS = frozenset(("this", "execution", "environment", "next", "task", "in", "is", "lambda", "if", "else"))
_PLACES = re.compile(r"(?:this\.)?environment\.(?:variables|output)\.")
"""Where one engine keeps what others call variables."""
_MAX = 2_000


def translate(text: str) -> str | None:
    """`text` in FEEL, None when it says more than comparisons."""
    if len(text) > _MAX:
        return None
    try:
        parser = _Parser(text)
        made = parser.expression(0)
    except (_Unknown, RecursionError):
        return None
    return made if parser.kind == "end" else None


class _Unknown(Exception):  # noqa: N818 - never leaves this file
    """Something that is not translated."""


class _Parser:
    """Operator precedence over one token of lookahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.kind = ""
        self.value = ""
        self.advance()

    def advance(self) -> None:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            raise _Unknown
        self.at = match.end()
        self.kind = match.lastgroup or ""
        self.value = match[self.kind]

    def expression(self, strength: int) -> str:
        left = self.operand()
        while self.kind in {"op", "name"} and _BINARY.get(self.value, 0) > strength:
            operator = self.value
            self.advance()
            right = self.expression(_BINARY[operator])
            left = f"({left} {_FEEL.get(operator, operator)} {right})"
        return left

    def operand(self) -> str:  # noqa: PLR0911 - one way out per form
        kind, value = self.kind, self.value
        if kind == "end":
            raise _Unknown
        self.advance()
        if kind == "number":
            return value
        if kind == "text":
            inner = re.sub(r"\\(.)", r"\1", value[1:-1])
            return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if value in {"!", "not"}:
            return f"not({self.expression(3 if value == 'not' else 6)})"
        if value == "empty":
            held = self.expression(6)
            return f'({held} = null or {held} = "" or {held} = [])'
        if value == "-":
            return f"-{self.expression(6)}"
        if value == "(":
            inner = self.expression(0)
            if self.value != ")":
                raise _Unknown
            self.advance()
            return f"({inner})"
        value = _PLACES.sub("", value)
        if kind != "name" or self.value == "(" or value.partition(".")[0] in _OTHERS or value in _BINARY:
            raise _Unknown
        return _WORDS.get(value, value)
