"""What can go wrong with an expression.

    InvalidInput (kernel)
    └── FeelSyntaxError    the text is not FEEL: where, why, and what to write instead

Nothing else leaves this room. A fault while evaluating makes that part of the expression null, as FEEL
prescribes (OMG DMN 1.5, 10.3.2.13), and is told to designers as a `Remark`.
"""

from dataclasses import dataclass
from typing import Self

from tongban.kernel.errors import InvalidInput
from tongban.rules.sentences import said


class FeelSyntaxError(InvalidInput):
    """The text is not a FEEL expression. `line` and `column` count from 1."""

    @classmethod
    def pointing(cls, detail: str, *, text: str, offset: int, hint: str = "") -> Self:
        """The error at `offset`, characters from the start of `text`."""
        offset = min(max(offset, 0), len(text))
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        where = said("at", detail=detail, line=line, column=column)
        return cls("feel.syntax", where, hint=hint, line=line, column=column)

    @property
    def line(self) -> int:
        """The line of the fault, from 1."""
        return int(self.params["line"])

    @property
    def column(self) -> int:
        """The character of that line, from 1."""
        return int(self.params["column"])


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a part of an expression became null: for designers, never for citizens.

    It names types and functions, never values, so that a trace holds no personal data.
    """

    code: str
    detail: str
    offset: int
    """Characters from the start of the expression's text."""


class Fault(Exception):  # noqa: N818 - never leaves the room; it becomes null and a remark
    """A part of an expression has no value."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Exhausted(Exception):  # noqa: N818 - likewise
    """The whole evaluation asked for more than its limits."""
