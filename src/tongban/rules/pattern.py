r"""Regular expressions in time proportional to the text, for `matches`, `replace` and `split`.

Python's own `re` backtracks, so that a pattern such as `(a+)+b` can stop a server. Here a pattern becomes a
small program whose threads all advance together over the text, once (K. Thompson, "Regular Expression Search
Algorithm", CACM 11(6), 1968; captures after R. Pike). The dialect is XPath's (XQuery and XPath Functions 3.1,
5.6) as far as it can be matched so: no back-references. Flags: `i`, `m`, `s`, `x`, `q`.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tongban.rules.errors import Fault
from tongban.rules.run import Run

LONGEST = 1_000
"""Characters of a pattern."""
STEPS = 2_000
"""Instructions of a compiled pattern; counted repetition such as `a{500}` is written out."""
DEPTH = 40
"""Groups within one another."""

Test = Callable[[str], bool]
Slots = tuple[int, ...]

CHAR, SPLIT, JUMP, SAVE, ASSERT, MATCH = range(6)
_LETTERS: dict[str, Test] = {
    "d": str.isdecimal,
    "s": lambda c: c in " \t\n\r",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": lambda c: c.isalpha() or c in "_:",
    "c": lambda c: c.isalnum() or c in "_:.-·",
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: what it does, its character test, and where it leads."""

    op: int
    test: Test | None = None
    x: int = 0
    y: int = 0


def _never(detail: str) -> Fault:
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
            raise _never("The pattern ends too early.")
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
            raise _never("The pattern has a `)` too many.")
        return [Step(SAVE, x=0), *_moved(body, 1), Step(SAVE, x=1), Step(MATCH)]

    def alternatives(self) -> list[Step]:
        self.depth += 1
        if self.depth > DEPTH:
            raise _never("The pattern is nested too deeply.")
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
            raise _never("A quantifier follows a quantifier.")
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
            raise _never("A counted repetition is written {2}, {2,} or {2,5}.")
        self.at = end + 1
        least = int(low)
        most = int(high) if high else (-1 if comma else least)
        if 0 <= most < least or max(least, most) > STEPS:
            raise _never("A counted repetition has wrong bounds.")
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
                raise _never("A quantifier has nothing to repeat.")
            case "}" | "]":
                raise _never(f"A `{char}` stands alone.")
        return [Step(CHAR, self.cased(char.__eq__))]

    def group(self) -> list[Step]:
        if self.accept("?:"):
            body = self.alternatives()
        elif self.peek() == "?":
            raise _never("Only the groups (…) and (?:…) are allowed.")
        else:
            self.groups += 1
            number = self.groups * 2
            inner = self.alternatives()
            body = [Step(SAVE, x=number), *_moved(inner, 1), Step(SAVE, x=number + 1)]
        if not self.accept(")"):
            raise _never("The pattern has a `(` too many.")
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
            raise _never(f"`\\{char}` is not allowed in a pattern.")
        return char.__eq__

    def category(self, *, negated: bool) -> Test:
        if not self.accept("{"):
            raise _never("A category is written \\p{L}.")
        end = self.text.find("}", self.at)
        name = self.text[self.at : max(end, self.at)]
        self.at = end + 1
        if end < 0 or not name or name[0] not in "LMNPZSC" or len(name) > 2:  # noqa: PLR2004 - two letters
            raise _never("There is no such category.")
        return lambda c: unicodedata.category(c).startswith(name) is not negated

    def char_class(self) -> Test:
        self.depth += 1
        if self.depth > DEPTH:
            raise _never("The pattern is nested too deeply.")
        negated = self.accept("^")
        tests: list[Test] = []
        without: Test | None = None
        first = True
        while first or self.peek() != "]":
            if self.accept("-["):
                without = self.char_class()
                if self.peek() != "]":
                    raise _never("A subtraction ends its class.")
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
            raise _never("A span in a class runs backwards.")
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
        raise _never("The pattern is too large.")
    return steps


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. Its methods pay for each character from the run."""

    steps: tuple[Step, ...]
    multiline: bool
    slots: int

    def found(self, text: str, run: Run) -> bool:
        """Whether the pattern matches anywhere in `text`."""
        return self.search(text, 0, run) is not None

    def search(self, text: str, start: int, run: Run) -> Slots | None:
        """The leftmost match at or after `start`: begin and end of it and of each group, else -1."""
        empty = (-1,) * self.slots
        threads: list[tuple[int, Slots]] = []
        best: Slots | None = None
        for at in range(start, len(text) + 1):
            entered: set[int] = set()
            ready: list[tuple[int, Slots]] = []
            for state, slots in threads:
                if self._enter(state, slots, text, at, entered, ready):
                    best = ready.pop()[1]
                    break  # threads behind have less priority
            else:
                if best is None and self._enter(0, empty, text, at, entered, ready):
                    best = ready.pop()[1]
            run.spend(len(entered) // 16 + 1)
            if not ready and best is not None:
                return best
            if at == len(text):
                break
            char = text[at]
            threads = [(state + 1, slots) for state, slots in ready if self.steps[state].test(char)]  # type: ignore[misc]
        return best

    def _enter(  # noqa: PLR0917 - the inner loop of matching
        self, state: int, slots: Slots, text: str, at: int, entered: set[int], ready: list[tuple[int, Slots]]
    ) -> bool:
        """Follow steps that read nothing, by priority; true when a match is reached, put last in `ready`."""
        waiting = [(state, slots)]
        while waiting:
            state, slots = waiting.pop()
            if state in entered:
                continue
            entered.add(state)
            step = self.steps[state]
            if step.op == CHAR:
                ready.append((state, slots))
            elif step.op == MATCH:
                ready.append((state, slots))
                return True
            elif step.op == JUMP:
                waiting.append((step.x, slots))
            elif step.op == SPLIT:
                waiting.append((step.y, slots))
                waiting.append((step.x, slots))
            elif step.op == SAVE:
                waiting.append((state + 1, (*slots[: step.x], at, *slots[step.x + 1 :])))
            elif self._holds(step.x, text, at):
                waiting.append((state + 1, slots))
        return False

    def _holds(self, anchor: int, text: str, at: int) -> bool:
        if anchor == ord("^"):
            return at == 0 or (self.multiline and text[at - 1] == "\n")
        return at == len(text) or (self.multiline and text[at] == "\n")

    def matches(self, text: str, run: Run) -> Iterator[Slots]:
        """All matches from left to right that do not overlap."""
        at = 0
        while at <= len(text) and (slots := self.search(text, at, run)) is not None:
            yield slots
            at = slots[1] + (slots[1] == slots[0])

    def replace(self, text: str, replacement: str, run: Run) -> str:
        r"""`text` with each match replaced; `$1` is the first group, `$0` the match, `\$` a dollar sign."""
        parts: list[str] = []
        done = length = 0
        template = _template(replacement, self.slots // 2 - 1)
        for slots in self.matches(text, run):
            if slots[0] == slots[1]:
                raise _never("The pattern matches the empty string.")
            parts.append(text[done : slots[0]])
            for piece in template:
                if isinstance(piece, str):
                    parts.append(piece)
                elif slots[piece * 2 + 1] >= 0:
                    parts.append(text[slots[piece * 2] : slots[piece * 2 + 1]])
                length += len(parts[-1])
            run.spend(len(template))
            if length > run.limits.text:
                run.measured(" " * length)
            done = slots[1]
        return "".join((*parts, text[done:]))

    def split(self, text: str, run: Run) -> list[str]:
        """The parts of `text` between matches."""
        parts: list[str] = []
        done = 0
        for slots in self.matches(text, run):
            if slots[0] == slots[1]:
                raise _never("The pattern matches the empty string.")
            parts.append(text[done : slots[0]])
            done = slots[1]
        return [*parts, text[done:]]


def _template(text: str, groups: int) -> list[str | int]:
    made: list[str | int] = []
    at = 0
    while at < len(text):
        char = text[at]
        following = text[at + 1 : at + 2]
        if char == "\\":
            if following not in ("\\", "$"):
                raise _never("In a replacement, a backslash stands before $ or another backslash.")
            made.append(following)
            at += 2
        elif char == "$":
            if not (following.isascii() and following.isdigit()):
                raise _never("In a replacement, $ stands before the number of a group.")
            if int(following) <= groups:
                made.append(int(following))
            at += 2
        else:
            made.append(char)
            at += 1
    return made


@lru_cache(maxsize=512)
def compile_pattern(text: str, flags: str) -> Pattern:
    """The pattern `text` means.

    Raises: Fault when it is none, too large, or needs what is not allowed.
    """
    if set(flags) - set("imsxq"):
        raise _never("The flags of a pattern are i, m, s, x and q.")
    if len(text) > LONGEST:
        raise _never("The pattern is too long.")
    if "q" in flags:
        text = "".join(f"\\{char}" if not char.isalnum() and not char.isspace() else char for char in text)
        flags = flags.replace("x", "")
    compiler = _Compiler(text, flags)
    steps = compiler.program()
    return Pattern(tuple(steps), "m" in flags, (compiler.groups + 1) * 2)
