"""Functions on strings (OMG DMN 1.5, 10.3.4.3), and `string` itself."""

from decimal import Decimal
from typing import Any

from tongban.rules import pattern, temporal
from tongban.rules.errors import Fault
from tongban.rules.functions.registry import builtin
from tongban.rules.printer import quote
from tongban.rules.run import Run
from tongban.rules.sentences import said
from tongban.rules.values import Callable, Range, kind, take


def whole(value: Decimal, name: str) -> int:
    """A number as an integer. Raises: Fault when it has a fraction or is absurdly large."""
    if value != value.to_integral_value() or value.adjusted() > 12:  # noqa: PLR2004 - beyond any list or string
        raise Fault("argument", said("argument.whole", name=name))
    return int(value)


@builtin("contains", "string: string", "match: string")
def _contains(_run: Run, string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string", "match: string")
def _starts(_run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string", "match: string")
def _ends(_run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("string length", "string: string")
def _length(_run: Run, string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def _upper(run: Run, string: str) -> str:
    return run.measured(string.upper())


@builtin("lower case", "string: string")
def _lower(run: Run, string: str) -> str:
    return run.measured(string.lower())


@builtin("trim", "string: string")
def _trim(_run: Run, string: str) -> str:
    return string.strip()


@builtin("substring", "string: string", "start position: number", "length: number?")
def _substring(_run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str:
    first = whole(start, "start position")
    if first == 0 or abs(first) > len(string):
        raise Fault("argument", said("argument.start"))
    first = first - 1 if first > 0 else len(string) + first
    if length is None:
        return string[first:]
    if length < 1:
        raise Fault("argument", said("argument.length"))
    return string[first : first + int(min(length, Decimal(len(string))))]


@builtin("substring before", "string: string", "match: string")
def _before(_run: Run, string: str, match: str) -> str:
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after", "string: string", "match: string")
def _after(_run: Run, string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("matches", "input: string", "pattern: string", "flags: string?")
def _matches(run: Run, text: str, expression: str, flags: str | None = None) -> bool:
    return pattern.compile_pattern(expression, flags or "").found(text, run)


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags: string?")
def _replace(run: Run, text: str, expression: str, replacement: str, flags: str | None = None) -> str:
    return run.measured(pattern.compile_pattern(expression, flags or "").replace(text, replacement, run))


@builtin("split", "string: string", "delimiter: string")
def _split(run: Run, string: str, delimiter: str) -> list[str]:
    return run.sized(pattern.compile_pattern(delimiter, "").split(string, run))


@builtin("string join", "list: list", "delimiter: string?")
def _join(run: Run, items: list[Any], delimiter: str | None = None) -> str:
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        raise Fault("argument", said("argument.no_string_inside"))
    run.spend(len(texts))
    if sum(map(len, texts)) + len(delimiter or "") * len(texts) > run.limits.text:
        raise Fault("limit", said("argument.string_too_long"))
    return (delimiter or "").join(texts)


@builtin("string", "from: any")
def _string(run: Run, value: Any) -> str | None:
    if value is None or isinstance(value, Callable):
        return None
    run.visit(value)
    return run.measured(text_of(value))


def text_of(value: Any, *, inside: bool = False) -> str:  # noqa: PLR0911 - one way out per type
    """A value as text; strings inside lists and contexts keep their quotes."""
    value = take(value)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case str():
            return quote(value) if inside else value
        case list():
            return f"[{', '.join(text_of(item, inside=True) for item in value)}]"
        case dict():
            entries = (f"{key}: {text_of(item, inside=True)}" for key, item in value.items())
            return f"{{{', '.join(entries)}}}"
        case Range():
            return _range_text(value)
    return temporal.text_of(value) if kind(value) != "function" else "function"


def _range_text(value: Range) -> str:
    if value.low is None:
        return f"({'<=' if value.high_included else '<'} {text_of(value.high, inside=True)})"
    if value.high is None:
        return f"({'>=' if value.low_included else '>'} {text_of(value.low, inside=True)})"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{text_of(value.low, inside=True)}..{text_of(value.high, inside=True)}{closing}"


def number_text(value: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1)) if value.adjusted() < 28 else value, "f")  # noqa: PLR2004
    return format(value.normalize(), "f")
