"""A cell as a choice: what people pick instead of typing FEEL, and back. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from tongban.kernel.errors import InvalidInput
from tongban.rules import FeelSyntaxError, Range, compile, compile_tests, temporal  # noqa: A004 - rules.compile
from tongban.rules.dmn.cells import cell_of
from tongban.rules.functions.strings import text_of
from tongban.rules.parser import parse_tests

Kind = Literal[
    "any", "equal", "one_of", "none_of", "less", "at_most", "more", "at_least", "between", "empty", "feel"
]
TESTS: Final[tuple[Kind, ...]] = (
    "any", "equal", "one_of", "none_of", "less", "at_most", "more", "at_least", "between", "feel",
)  # fmt: skip
"""What can be chosen in a column of tests."""
RESULTS: Final[tuple[Kind, ...]] = ("equal", "empty", "feel")
"""What can be chosen in a column of results."""
LONGEST: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a cell says."""

    kind: Kind
    values: tuple[str, ...] = ()
    """As people type them: no quotes, days as 2026-11-23."""
    low_in: bool = True
    high_in: bool = True
    """Of `between`: whether the two ends belong to it."""
    feel: str = ""


def choice_of(text: str, *, result: bool = False) -> Choice:
    """What a cell says, as a choice; what is none is FEEL."""
    text = text.strip()
    if result:
        return _result(text)
    if text in {"", "-"}:
        return Choice(kind="any")
    return _constants(text) or Choice(kind="feel", feel=text)


def _constants(text: str) -> Choice | None:
    """A cell of constants or of one range; nothing for anything else."""
    try:
        cell = cell_of(parse_tests(text))
    except FeelSyntaxError:
        return None
    if cell is None or not cell.parts:
        return None
    if any(isinstance(one, Range) for one in cell.parts):
        return None if len(cell.parts) > 1 or cell.negated else _range(cell.parts[0])
    values = tuple(_shown(one) for one in cell.parts)
    if None in values:
        return None
    kind: Kind = "none_of" if cell.negated else "equal" if len(values) == 1 else "one_of"
    return Choice(kind=kind, values=tuple(one or "" for one in values))


def _range(one: Range) -> Choice | None:
    low, high = _shown(one.low), _shown(one.high)
    if one.low is None and high is not None:
        return Choice(kind="at_most" if one.high_included else "less", values=(high,))
    if one.high is None and low is not None:
        return Choice(kind="at_least" if one.low_included else "more", values=(low,))
    if low is None or high is None:
        return None
    return Choice(kind="between", values=(low, high), low_in=one.low_included, high_in=one.high_included)


def _result(text: str) -> Choice:
    if text in {"", "-"}:
        return Choice(kind="empty")
    choice = choice_of(text)
    if choice.kind == "equal" and not text.lstrip().startswith(("=", "not")):
        return choice
    return Choice(kind="feel", feel=text)


def _shown(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal | datetime | date):
        return text_of(value)
    return None


def feel_of(choice: Choice, kind: str, *, result: bool = False) -> str:
    """The FEEL of a choice in a column of type `kind` (a type of FEEL; empty for any).

    Raises: InvalidInput `decisions.value` for a value that is not of the type, `decisions.feel` for text that
    is no FEEL.
    """
    if choice.kind == "any":
        return "-"
    if choice.kind == "empty":
        return ""
    if choice.kind == "feel":
        return _free(choice.feel.strip(), result=result)
    values = [literal(one, kind) for one in choice.values if one.strip()]
    wanted = 2 if choice.kind == "between" else 1
    if len(values) < wanted:
        raise InvalidInput("decisions.value", "A value is missing.", hint="Fill it in.")
    joined = ", ".join(values)
    signs = {"less": "<", "at_most": "<=", "more": ">", "at_least": ">="}
    if choice.kind in signs:
        return f"{signs[choice.kind]} {values[0]}"
    if choice.kind == "between":
        return f"{'[' if choice.low_in else '('}{values[0]}..{values[1]}{']' if choice.high_in else ')'}"
    return f"not({joined})" if choice.kind == "none_of" else joined


def _free(text: str, *, result: bool) -> str:
    if len(text) > LONGEST:
        raise InvalidInput("decisions.feel", f"A cell has at most {LONGEST} characters.")
    if text and text != "-":
        try:
            compile(text) if result else compile_tests(text)
        except FeelSyntaxError as error:
            raise InvalidInput("decisions.feel", error.detail, hint=error.hint) from None
    return text


_QUOTED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": ""}


def literal(raw: str, kind: str) -> str:
    """A value as people type it, as FEEL of the type. Raises: InvalidInput `decisions.value`."""
    text = raw.strip()
    if kind == "number" or (not kind and _number(text)):
        if not _number(text):
            raise InvalidInput("decisions.value", "This is no number.", hint="Write digits, such as 12.5.")
        return text
    if kind == "boolean" or (not kind and text in {"true", "false"}):
        if text not in {"true", "false"}:
            raise InvalidInput("decisions.value", "This is neither true nor false.")
        return text
    for of, read, made in (
        ("date", temporal.parse_date, "date"),
        ("date and time", temporal.parse_datetime, "date and time"),
        ("time", temporal.parse_time, "time"),
        ("days and time duration", temporal.parse_duration, "duration"),
        ("years and months duration", temporal.parse_duration, "duration"),
    ):
        if kind == of or (not kind and of == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text)):
            if read(text) is None:
                raise InvalidInput("decisions.value", f"This is no {of}.", hint="A day is 2026-11-23.")
            return f'{made}("{text}")'
    return '"' + "".join(_QUOTED.get(sign, sign) for sign in text) + '"'


def _number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None
    except InvalidOperation:
        return False
