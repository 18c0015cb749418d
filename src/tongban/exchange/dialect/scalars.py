"""One value ↔ the way a department writes it: dates, times, numbers, booleans and codes.

Dates are written and read without the machine's locale, and a value is taken only when writing it again
gives the same text: ``2026-2-3`` is no ``%Y-%m-%d``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from tongban.exchange.dialect.messages import Json

CHINA = ZoneInfo("Asia/Shanghai")
EPOCHS = {"epoch_ms": 1000, "epoch_s": 1}

_DIRECTIVES = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_ORDER = "YmdHMS"
_TEXT_TYPES = frozenset({"string", "text", "address", "phone", "code"})
_MAX_DIGITS = 30


class Mismatch(ValueError):  # noqa: N818, never leaves this room: it becomes a DialectError with its path
    """The value is not what is expected; the argument says what is, never the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How values of one element are written."""

    type: str
    dates: str = "%Y-%m-%d"
    datetimes: str = "%Y-%m-%dT%H:%M:%S"
    booleans: tuple[Any, Any] = (True, False)
    """How true and false are written."""
    decimals: str = "string"
    integers: str = "number"
    codes: Mapping[str, Any] | None = None
    """Ours → theirs, one to one."""
    known: frozenset[str] | None = None
    """The codes of the element's list, when the catalogue has one."""
    scale: Decimal = Decimal(1)
    back: Mapping[str, str] = field(default_factory=dict)
    """Theirs (as text) → ours."""

    def write(self, value: Any) -> Any:
        """Our value in the department's way; Mismatch when it is not of the element's type."""
        ours = check(self.type, value)
        if self.known is not None and ours not in self.known:
            raise Mismatch("a code of the element's list")
        if self.codes is not None:
            if spelled(ours) not in self.codes:
                raise Mismatch("one of our codes that the mapping translates")
            return self.codes[spelled(ours)]
        if self.type == "boolean":
            return self.booleans[0 if ours else 1]
        if self.type == "date":
            return write_date(date.fromisoformat(str(ours)), self.dates)
        if self.type == "datetime":
            return write_datetime(datetime.fromisoformat(str(ours)), self.datetimes)
        if self.type in {"integer", "decimal", "money"}:
            number = Decimal(str(ours)) * self.scale
            style = self.integers if self.type == "integer" else self.decimals
            return plain(number) if style == "string" else _number(number)
        return ours

    def read(self, theirs: Any) -> Json:
        """The department's value in ours; Mismatch when it is not written as the mapping says."""
        if isinstance(theirs, dict | list):
            raise Mismatch("one value, not a structure")
        if self.codes is not None:
            if word_of(theirs) not in self.back:
                raise Mismatch("one of the department's codes that the mapping translates")
            word = self.back[word_of(theirs)]
            return word == "true" if self.type == "boolean" else check(self.type, word)
        found = self._read_typed(theirs)
        if self.known is not None and found not in self.known:
            raise Mismatch("a code of the element's list")
        return found

    def _read_typed(self, theirs: Any) -> Json:
        if self.type == "boolean":
            words = [word_of(word) for word in self.booleans]
            if word_of(theirs) not in words:
                raise Mismatch(f"{self.booleans[0]} or {self.booleans[1]}")
            return word_of(theirs) == words[0]
        if self.type == "date":
            return read_date(theirs, self.dates).isoformat()
        if self.type == "datetime":
            return read_datetime(theirs, self.datetimes).isoformat()
        if self.type in {"integer", "decimal", "money"}:
            number = _decimal(theirs) / self.scale
            if self.type == "integer" and number != number.to_integral_value():
                raise Mismatch("a whole number")
            return int(number) if self.type == "integer" else plain(number)
        if not isinstance(theirs, str):
            raise Mismatch("text")
        return theirs


def check(kind: str, value: Any) -> Json:
    """`value` in the one form that this type travels in; Mismatch when it is of another type."""
    if kind in {"decimal", "money"}:
        return plain(_decimal(value))
    if kind in {"boolean", "integer"}:
        # bool is a subclass of int, so isinstance would take True for 1.
        if type(value) is bool and kind == "boolean":
            return value
        if type(value) is int and kind == "integer":
            return value
        raise Mismatch("true or false" if kind == "boolean" else "a whole number")
    if not isinstance(value, str) or not value or re.search("[\ud800-\udfff]", value):
        raise Mismatch("text that is not empty and not broken")
    if kind in {"date", "datetime"}:
        return _checked_time(kind, value)
    if kind not in _TEXT_TYPES:
        raise Mismatch("a type of the catalogue")
    return value


def _checked_time(kind: str, value: str) -> str:
    try:
        if kind == "date":
            return date.fromisoformat(value).isoformat()
        aware = datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        raise Mismatch(f"a {kind} in ISO 8601") from None
    if not aware:
        raise Mismatch("a time with its offset")
    return value


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: the one spelling of a number."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def pattern_of(style: str) -> re.Pattern[str]:
    """What a text in a date style looks like; ValueError for a style with unknown or repeated directives."""
    parts = re.split(r"%(.)", style)
    found = parts[1::2]
    if style.endswith("%") or not set(found) <= set(_DIRECTIVES) or len(set(found)) != len(found):
        raise ValueError("A date style knows %Y %m %d %H %M %S, each once.")
    out = "".join(
        rf"(?P<{part}>[0-9]{{{_DIRECTIVES[part]}}})" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )
    return re.compile(out)


def write_date(day: date, style: str) -> str | int:
    """A day in a style; an epoch style gives its midnight in China."""
    if style in EPOCHS:
        return _epoch(datetime(day.year, day.month, day.day, tzinfo=CHINA), style)
    return _styled(datetime(day.year, day.month, day.day, tzinfo=CHINA), style)


def write_datetime(moment: datetime, style: str) -> str | int:
    """A moment in a style, in China's time; fractions of a second are cut off."""
    return _epoch(moment, style) if style in EPOCHS else _styled(moment.astimezone(CHINA), style)


def read_date(theirs: Any, style: str) -> date:
    """A day out of a style; Mismatch when it is not exactly that."""
    moment = read_datetime(theirs, style)
    if moment.timetz().replace(tzinfo=None) != datetime.min.time():
        raise Mismatch("a day without a time")
    return moment.date()


def read_datetime(theirs: Any, style: str) -> datetime:
    """A moment out of a style, in China's time; Mismatch when it is not exactly that."""
    if style in EPOCHS:
        number = _decimal(theirs)
        if number != number.to_integral_value():
            raise Mismatch(f"{style}, a whole number")
        try:
            seconds = timedelta(milliseconds=int(number) * (1000 // EPOCHS[style]))
            return (datetime(1970, 1, 1, tzinfo=UTC) + seconds).astimezone(CHINA)
        except (OverflowError, ValueError):
            raise Mismatch(f"{style} within the calendar") from None
    match = pattern_of(style).fullmatch(theirs) if isinstance(theirs, str) else None
    if match is None:
        raise Mismatch(f"a text in the style {style}")
    parts = match.groupdict()
    try:
        numbers = [int(parts.get(one) or ("1" if one in "md" else "0")) for one in _ORDER]
        return datetime(*numbers[:6], tzinfo=CHINA)  # type: ignore[misc,arg-type]
    except ValueError:
        raise Mismatch("a day that exists") from None


def _styled(moment: datetime, style: str) -> str:
    numbers = dict(zip(_ORDER, moment.timetuple()[:6], strict=True))
    return re.sub(r"%(.)", lambda found: f"{numbers[found[1]]:0{_DIRECTIVES[found[1]]}d}", style)


def _epoch(moment: datetime, style: str) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1_000_000 // EPOCHS[style])


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Mismatch("a decimal number")
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,24}(\.[0-9]{1,12})?", value):
        raise Mismatch("a decimal number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Mismatch("a decimal number") from None
    if not number.is_finite() or len(format(number, "f")) > _MAX_DIGITS + 10:
        raise Mismatch("a decimal number of reasonable length")
    return number


def _number(number: Decimal) -> int | float:
    if number == number.to_integral_value():
        return int(number)
    written = float(number)
    if Decimal(repr(written)) != number:
        raise Mismatch("a number that JSON can carry exactly")
    return written


def word_of(value: Any) -> str:
    """How a code or a boolean is compared: JSON's true and the text ``true`` are different words."""
    return f"json:{str(value).lower()}" if isinstance(value, bool) else str(value)


def spelled(value: Any) -> str:
    """A written value as text, for paths, queries and comparing words; booleans as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)
