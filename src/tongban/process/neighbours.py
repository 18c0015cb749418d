"""Expressions as other engines write them, put into FEEL when they mean the same everywhere.

Comparisons and arithmetic (`${amount > 100 && approved == 'yes'}`), a choice (`a ? b : c`), places in lists
counted from 0 and entries by a text (`list[0]`, `map['key']`), the few methods that only look at a value
(`list.size()`, `text.equals('x')`), and variables asked of the execution by name. Any other call, an
assignment or a name of the other engine's own (`this`) is left alone.
"""

import re

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w.])
    |(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<op>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!()\[\]?:])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
_BINARY = {
    "or": 1, "||": 1, "and": 2, "&&": 2,
    "==": 3, "===": 3, "eq": 3, "!=": 3, "!==": 3, "ne": 3,
    "<": 4, "lt": 4, ">": 4, "gt": 4, "<=": 4, "le": 4, ">=": 4, "ge": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "div": 6, "%": 6, "mod": 6,
}  # fmt: skip
_FEEL = {
    "||": "or", "&&": "and", "==": "=", "===": "=", "eq": "=", "!==": "!=", "ne": "!=",
    "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/",
}  # fmt: skip
_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null"}
_OTHERS = frozenset(("this", "execution", "environment", "next", "task", "in", "is", "lambda", "if", "else"))
_PLACES = re.compile(r"(?:this\.)?environment\.(?:variables|output)\.")
"""Where one engine keeps what others call variables."""
_ASKED = re.compile(r"execution\s*\.\s*(getVariable|hasVariable)(?:Local)?\(\s*(?:'(\w+)'|\"(\w+)\")\s*\)")
"""Variables that are asked of the execution by a constant name."""
_EMPTY = '({0} = null or ({0} = "") = true or ({0} = []) = true or ({0} = {{}}) = true)'
"""Nothing, or nothing in it; a comparison between types is null, which is not true."""
_METHODS = {"size": "count({0})", "length": "string length({0})", "isEmpty": _EMPTY}
"""Methods without arguments that only look at a value."""
_PLAIN = re.compile(r"[^\W\d]\w*\Z")
_MAX = 2_000


def translate(text: str) -> str | None:
    """`text` in FEEL, None when it says more than comparisons."""
    if len(text) > _MAX:
        return None
    try:
        parser = _Parser(text)
        made = parser.whole()
    except (_Unknown, RecursionError):
        return None
    return made if parser.kind == "end" else None


class _Unknown(Exception):  # noqa: N818 - never leaves this file
    """Something that is not translated."""


class _Parser:
    """Operator precedence over one token of lookahead."""

    def __init__(self, text: str) -> None:
        self.text = _ASKED.sub(_asked, text)
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

    def whole(self) -> str:
        """An expression with a choice in it, or without."""
        asked = self.expression(0)
        if self.value != "?" or self.kind != "op":
            return asked
        self.advance()
        yes = self.whole()
        self.expect(":")
        return f"(if {asked} then {yes} else {self.whole()})"

    def expect(self, sign: str) -> None:
        if self.kind != "op" or self.value != sign:
            raise _Unknown
        self.advance()

    def expression(self, strength: int) -> str:
        left = self.operand()
        while self.kind in {"op", "name"} and _BINARY.get(self.value, 0) > strength:
            operator = self.value
            self.advance()
            right = self.expression(_BINARY[operator])
            if operator in {"%", "mod"}:
                left = f"modulo({left}, {right})"
            else:
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
            return _EMPTY.format(self.expression(6))
        if value == "-":
            return f"-{self.expression(6)}"
        if value == "(":
            inner = self.whole()
            self.expect(")")
            return self.parts(f"({inner})")
        value = _PLACES.sub("", value)
        if kind != "name" or value.partition(".")[0] in _OTHERS or value in _BINARY:
            raise _Unknown
        if self.kind == "op" and self.value == "(":
            return self.parts(self.method(value))
        return self.parts(_WORDS.get(value, value))

    def parts(self, held: str) -> str:
        """Places and entries of a value: `[0]`, `['key']`."""
        while self.kind == "op" and self.value == "[":
            self.advance()
            kind, value = self.kind, self.value
            self.advance()
            self.expect("]")
            if kind == "number" and value.isdigit():
                held = f"{held}[{int(value) + 1}]"
            elif kind == "text" and _PLAIN.match(value[1:-1]):
                held = f"{held}.{value[1:-1]}"
            else:
                raise _Unknown
        return held

    def method(self, called: str) -> str:
        """A method that only looks at the value before it."""
        held, _, name = called.rpartition(".")
        self.expect("(")
        if held and name == "equals":
            other = self.whole()
            self.expect(")")
            return f"({held} = {other})"
        if not held or name not in _METHODS:
            raise _Unknown
        self.expect(")")
        return _METHODS[name].format(held)


def _asked(match: re.Match[str]) -> str:
    name = match[2] or match[3]
    return f"({name} != null)" if match[1] == "hasVariable" else name
