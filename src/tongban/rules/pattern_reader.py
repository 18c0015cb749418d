r"""Regular expressions → programs: small steps that read one character, split, jump or remember a place.

`tongban.rules.pattern` runs them; there stands which dialect is read.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tongban.rules.errors import Fault
from tongban.rules.sentences import said

STEPS = 2_000
"""Instructions of a compiled pattern; counted repetition such as `a{500}` is written out."""
DEPTH = 40
"""Groups within one another."""

Test = Callable[[str], bool]

CHAR, SPLIT, JUMP, SAVE, ASSERT, MATCH = range(6)
_LETTERS: dict[str, Test] = {
    "d": str.isdecimal,
    "s": lambda c: c in " \t\n\r",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": lambda c: c.isalpha() or c in "_:",
    "c": lambda c: c.isalnum() or c in "_:.-·",
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


BLOCKS = {
    f"Is{name}": range(first, last + 1)
    for name, first, last in (
        ("BasicLatin", 0x0000, 0x007F),
        ("Latin-1Supplement", 0x0080, 0x00FF),
        ("LatinExtended-A", 0x0100, 0x017F),
        ("LatinExtended-B", 0x0180, 0x024F),
        ("Greek", 0x0370, 0x03FF),
        ("Cyrillic", 0x0400, 0x04FF),
        ("Arabic", 0x0600, 0x06FF),
        ("Tibetan", 0x0F00, 0x0FFF),
        ("Mongolian", 0x1800, 0x18AF),
        ("GeneralPunctuation", 0x2000, 0x206F),
        ("CJKSymbolsandPunctuation", 0x3000, 0x303F),
        ("Hiragana", 0x3040, 0x309F),
        ("Katakana", 0x30A0, 0x30FF),
        ("CJKUnifiedIdeographsExtensionA", 0x3400, 0x4DBF),
        ("CJKUnifiedIdeographs", 0x4E00, 0x9FFF),
        ("HangulSyllables", 0xAC00, 0xD7AF),
        ("CJKCompatibilityIdeographs", 0xF900, 0xFAFF),
        ("HalfwidthandFullwidthForms", 0xFF00, 0xFFEF),
    )
}
"""Blocks of Unicode that `\\p{Is…}` knows, by their names without spaces."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: what it does, its character test, and where it leads."""

    op: int
    test: Test | None = None
    x: int = 0
    y: int = 0


def fault(detail: str) -> Fault:
    """Why a pattern, or a replacement, is none."""
    return Fault("pattern", detail)


class _Compiler:
    """Reads a pattern and writes its program, one pass, recursion bounded by `DEPTH`."""

    def __init__(self, text: str, flags: str) -> None:
        self.flags = flags
        self.text = _without_space(text) if "x" in flags else text
        self.at = 0
        self.groups = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise fault(said("pattern.early"))
        self.at += 1
        return char

    def accept(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def program(self) -> list[Step]:
        body = self.alternatives()
        if self.at < len(self.text):
            raise fault(said("pattern.close"))
        return [Step(SAVE, x=0), *_moved(body, 1), Step(SAVE, x=1), Step(MATCH)]

    def alternatives(self) -> list[Step]:
        self.depth += 1
        if self.depth > DEPTH:
            raise fault(said("pattern.deep"))
        made = self.sequence()
        while self.accept("|"):
            other = self.sequence()
            start = [Step(SPLIT, x=1, y=len(made) + 2)]
            made = _sized(
                [
                    *start,
                    *_moved(made, 1),
                    Step(JUMP, x=len(made) + 2 + len(other)),
                    *_moved(other, len(made) + 2),
                ]
            )
        self.depth -= 1
        return made

    def sequence(self) -> list[Step]:
        made: list[Step] = []
        while self.peek() not in ("", "|", ")"):
            piece = self.repeated(self.atom())
            made = _sized([*made, *_moved(piece, len(made))])
        return made

    def repeated(self, piece: list[Step]) -> list[Step]:
        if self.accept("*"):
            low, high = 0, -1
        elif self.accept("+"):
            low, high = 1, -1
        elif self.accept("?"):
            low, high = 0, 1
        elif self.accept("{"):
            low, high = self.bounds()
        else:
            return piece
        lazy = self.accept("?")
        if self.peek() in ("*", "+", "{"):
            raise fault(said("pattern.twice"))
        made: list[Step] = []
        for _ in range(low):
            made = _sized([*made, *_moved(piece, len(made))])
        if high < 0:
            start, end = len(made), len(made) + len(piece) + 2
            made += [_split(start + 1, end, lazy), *_moved(piece, start + 1), Step(JUMP, x=start)]
        for _ in range(high - low):
            start = len(made)
            made = _sized([*made, _split(start + 1, start + 1 + len(piece), lazy), *_moved(piece, start + 1)])
        return _sized(made)

    def bounds(self) -> tuple[int, int]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : max(end, self.at)].partition(",")
        if end < 0 or not low.isdecimal() or not (high.isdecimal() or not high) or len(low + high) > 8:  # noqa: PLR2004
            raise fault(said("pattern.counted"))
        self.at = end + 1
        least = int(low)
        most = int(high) if high else (-1 if comma else least)
        if 0 <= most < least or max(least, most) > STEPS:
            raise fault(said("pattern.bounds"))
        return least, most

    def atom(self) -> list[Step]:
        char = self.take()
        match char:
            case "(":
                return self.group()
            case "[":
                return [Step(CHAR, self.char_class())]
            case ".":
                return [Step(CHAR, (lambda _c: True) if "s" in self.flags else (lambda c: c not in "\n\r"))]
            case "^" | "$":
                return [Step(ASSERT, x=ord(char))]
            case "\\":
                return [Step(CHAR, self.cased(self.escape()))]
            case "*" | "+" | "?" | "{":
                raise fault(said("pattern.nothing"))
            case "}" | "]":
                raise fault(said("pattern.alone", sign=char))
        return [Step(CHAR, self.cased(char.__eq__))]

    def group(self) -> list[Step]:
        if self.accept("?:"):
            body = self.alternatives()
        elif self.peek() == "?":
            raise fault(said("pattern.groups"))
        else:
            self.groups += 1
            number = self.groups * 2
            inner = self.alternatives()
            body = [Step(SAVE, x=number), *_moved(inner, 1), Step(SAVE, x=number + 1)]
        if not self.accept(")"):
            raise fault(said("pattern.open"))
        return body

    def cased(self, test: Test) -> Test:
        if "i" not in self.flags:
            return test
        return lambda c: test(c) or test(c.lower()) or test(c.upper())

    def escape(self) -> Test:
        char = self.take()
        if char in _ESCAPES:
            return _ESCAPES[char].__eq__
        if char in _LETTERS:
            return _LETTERS[char]
        if char.lower() in _LETTERS:
            inner = _LETTERS[char.lower()]
            return lambda c: not inner(c)
        if char in "pP":
            return self.category(negated=char == "P")
        if char.isalnum():
            raise fault(said("pattern.escape", sign=char))
        return char.__eq__

    def category(self, *, negated: bool) -> Test:
        if not self.accept("{"):
            raise fault(said("pattern.category"))
        end = self.text.find("}", self.at)
        name = self.text[self.at : max(end, self.at)]
        self.at = end + 1
        if end > 0 and (block := BLOCKS.get(name)):
            return lambda c: (ord(c) in block) is not negated
        if end < 0 or not name or name[0] not in "LMNPZSC" or len(name) > 2:  # noqa: PLR2004 - two letters
            raise fault(said("pattern.no_category"))
        return lambda c: unicodedata.category(c).startswith(name) is not negated

    def char_class(self) -> Test:
        self.depth += 1
        if self.depth > DEPTH:
            raise fault(said("pattern.deep"))
        negated = self.accept("^")
        tests: list[Test] = []
        without: Test | None = None
        first = True
        while first or self.peek() != "]":
            if self.accept("-["):
                without = self.char_class()
                if self.peek() != "]":
                    raise fault(said("pattern.subtraction"))
                break
            tests.append(self.class_item())
            first = False
        self.at += 1
        self.depth -= 1
        # Upper and lower case are made equal before the class is negated: with `i`, [^Q] excludes q.
        held = self.cased(lambda c: any(test(c) for test in tests))
        return lambda c: held(c) is not negated and not (without and without(c))

    def class_item(self) -> Test:
        low = self.take()
        if low == "\\":
            if self.peek() not in (*_ESCAPES, *"\\|.-^?*+{}()[]$"):
                return self.escape()
            low = self.take()
            low = _ESCAPES.get(low, low)
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", "[", ""):
            return low.__eq__
        self.at += 1
        high = self.take()
        if high == "\\":
            high = self.take()
            high = _ESCAPES.get(high, high)
        if high < low:
            raise fault(said("pattern.span"))
        return lambda c: low <= c <= high


def _without_space(text: str) -> str:
    """Flag `x`: space means nothing, except inside a class."""
    made: list[str] = []
    depth = 0
    escaped = False
    for char in text:
        if not escaped:
            depth += (char == "[") - (char == "]")
        escaped = char == "\\" and not escaped
        if depth > 0 or not char.isspace():
            made.append(char)
    return "".join(made)


def _split(first: int, second: int, lazy: bool) -> Step:  # noqa: FBT001
    return Step(SPLIT, x=second, y=first) if lazy else Step(SPLIT, x=first, y=second)


def _moved(steps: list[Step], by: int) -> list[Step]:
    if not by:
        return steps
    return [
        Step(s.op, s.test, s.x + by, s.y + by if s.op == SPLIT else 0) if s.op in (SPLIT, JUMP) else s
        for s in steps
    ]


def _sized(steps: list[Step]) -> list[Step]:
    if len(steps) > STEPS:
        raise fault(said("pattern.large"))
    return steps


def program_of(text: str, flags: str) -> tuple[tuple[Step, ...], int]:
    """The program of a pattern, and how many groups it remembers. Raises: Fault."""
    compiler = _Compiler(text, flags)
    return tuple(compiler.program()), compiler.groups
