"""Text of an expression → tokens.

FEEL names may hold spaces, Chinese letters and even operators, and keywords may be part of them
(`date and time`). Which words form one name is known only from the names in scope: those that the reader of
the expression knows beforehand are given as `phrases`, and the longest one wins (OMG DMN 1.5, 10.3.1.4).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from tongban.rules.errors import FeelSyntaxError
from tongban.rules.sentences import said


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    STRING = "string"
    NAME = "name"
    KEYWORD = "keyword"
    SYMBOL = "symbol"
    END = "end of the expression"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, string or symbol; `text` of a string has its escapes resolved."""

    kind: Kind
    text: str
    at: int
    end: int


KEYWORDS = frozenset(
    (
        "and",
        "between",
        "else",
        "every",
        "false",
        "for",
        "function",
        "if",
        "in",
        "instance",
        "null",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    )
)
"""Words that never begin or continue a name, unless a known phrase holds them."""

PHRASES = frozenset(("date and time", "days and time duration", "years and months duration"))
"""Names of the language itself that hold a keyword."""

_SPACE = re.compile(r"(?:\s|\ufeff|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_NAME = re.compile(r"[^\W\d][\w·]*|\?|[\U0001F300-\U0001FAFF][\w]*")
_SYMBOL = re.compile(r"\*\*|\.\.|->|<=|>=|!=|[-+*/=<>()\[\]{},:.@]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_HINTS = {
    "&": said("write", text="and"),
    "|": said("write", text="or"),
    "!": said("hint.not"),
    "%": said("write", text="modulo(a, b)"),
    "'": said("hint.quotes"),
    "“": said("hint.straight"),
    "”": said("hint.straight"),
    "，": said("hint.comma"),
    "（": said("hint.open"),
    "）": said("hint.close"),
    "；": said("hint.comma"),
    "：": said("hint.colon"),
    "＞": said("hint.sign", sign=">"),
    "＜": said("hint.sign", sign="<"),
    "＝": said("hint.sign", sign="="),
    "≥": said("write", text=">="),
    "≤": said("write", text="<="),
    "≠": said("write", text="!="),
}


@lru_cache(maxsize=256)
def _phrase_pattern(phrases: frozenset[str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    one = "|".join(r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in longest_first)
    return re.compile(rf"(?:{one})(?!\w)")


def _unescape(text: str, raw: str, at: int) -> str:
    if "\\" not in raw:
        return raw

    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is not None:
            point = int(code, 16)
            if point > 0x10FFFF:  # noqa: PLR2004 - the last code point of Unicode
                raise FeelSyntaxError.pointing(said("no_character"), text=text, offset=at + match.start() + 1)
            return chr(point)
        # An unknown escape stands for itself, so that regular expressions such as "\d" read as written.
        return _PLAIN.get(match[3], match[0])

    made = _ESCAPE.sub(one, raw)
    # A character beyond the basic plane may be written as two halves.
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def tokenize(text: str, phrases: Iterable[str] = ()) -> list[Token]:
    """The tokens of `text`, the last one being `END`.

    Raises: FeelSyntaxError at a character that begins no token, or an open string or comment.
    """
    pattern = _phrase_pattern(PHRASES | frozenset(phrases))
    tokens: list[Token] = []
    at = 0
    while True:
        if match := _SPACE.match(text, at):
            at = match.end()
        if at >= len(text):
            tokens.append(Token(Kind.END, "", at, at))
            return tokens
        token = _token(text, at, pattern)
        tokens.append(token)
        at = token.end


def _token(text: str, at: int, pattern: re.Pattern[str] | None) -> Token:
    if match := _NUMBER.match(text, at):
        return Token(Kind.NUMBER, match[0], at, match.end())
    if match := _STRING.match(text, at):
        return Token(Kind.STRING, _unescape(text, match[1], at), at, match.end())
    if pattern and (match := pattern.match(text, at)):
        return Token(Kind.NAME, " ".join(match[0].split()), at, match.end())
    if match := _NAME.match(text, at):
        kind = Kind.KEYWORD if match[0] in KEYWORDS else Kind.NAME
        return Token(kind, match[0], at, match.end())
    if text.startswith("/*", at):
        raise FeelSyntaxError.pointing(
            said("open_comment"), text=text, offset=at, hint=said("open_comment.hint")
        )
    if match := _SYMBOL.match(text, at):
        if text.startswith("==", at):
            raise FeelSyntaxError.pointing(
                said("double_equals"), text=text, offset=at, hint=said("double_equals.hint")
            )
        return Token(Kind.SYMBOL, match[0], at, match.end())
    if text[at] == '"':
        raise FeelSyntaxError.pointing(
            said("open_string"), text=text, offset=at, hint=said("open_string.hint")
        )
    character = text[at]
    raise FeelSyntaxError.pointing(
        said("bad_character", character=character), text=text, offset=at, hint=_HINTS.get(character, "")
    )
