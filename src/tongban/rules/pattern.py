r"""Regular expressions in time proportional to the text, for `matches`, `replace` and `split`.

Python's own `re` backtracks, so that a pattern such as `(a+)+b` can stop a server. Here a pattern becomes a
small program whose threads all advance together over the text, once (K. Thompson, "Regular Expression Search
Algorithm", CACM 11(6), 1968; captures after R. Pike). The dialect is XPath's (XQuery and XPath Functions 3.1,
5.6) as far as it can be matched so: no back-references. Flags: `i`, `m`, `s`, `x`, `q`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tongban.rules.pattern_reader import CHAR, JUMP, MATCH, SAVE, SPLIT, Step, fault, program_of
from tongban.rules.run import Run
from tongban.rules.sentences import said

LONGEST = 1_000
"""Characters of a pattern."""

Slots = tuple[int, ...]


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
                raise fault(said("pattern.empty"))
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
                raise fault(said("pattern.empty"))
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
                raise fault(said("pattern.backslash"))
            made.append(following)
            at += 2
        elif char == "$":
            if not (following.isascii() and following.isdigit()):
                raise fault(said("pattern.dollar"))
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
        raise fault(said("pattern.flags"))
    if len(text) > LONGEST:
        raise fault(said("pattern.long"))
    if "q" in flags:
        text = "".join(f"\\{char}" if not char.isalnum() and not char.isspace() else char for char in text)
        flags = flags.replace("x", "")
    steps, groups = program_of(text, flags)
    return Pattern(steps, "m" in flags, (groups + 1) * 2)
