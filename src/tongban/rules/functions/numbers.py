"""Functions on numbers (OMG DMN 1.5, 10.3.4.5), and `number` itself."""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)

from tongban.rules.errors import Fault
from tongban.rules.functions.registry import builtin
from tongban.rules.functions.strings import whole
from tongban.rules.run import Run
from tongban.rules.sentences import said
from tongban.rules.values import ARITHMETIC, Months

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_SCALES = range(-6111, 6177)  # the exponents of decimal128


@builtin("number", "from: string", "grouping separator: string?", "decimal separator: string?")
def _number(_run: Run, text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    if (
        grouping not in (None, " ", ",", ".")
        or decimal not in (None, ",", ".")
        or (grouping or "") == decimal
    ):
        raise Fault("argument", said("argument.separators"))
    plain = text.replace(grouping, "") if grouping else text
    if decimal == ",":
        if "." in plain:
            raise Fault("argument", said("argument.no_number"))
        plain = plain.replace(",", ".")
    if len(plain) > 400 or not _NUMBER.fullmatch(plain):  # noqa: PLR2004 - more digits than a number holds
        raise Fault("argument", said("argument.no_number"))
    return ARITHMETIC.create_decimal(plain)


def rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """`value` with so many digits after the point; a fraction of `scale` is cut off.

    Raises: Fault when `scale` is outside of what numbers can hold.
    """
    places = int(scale) if scale.adjusted() < 5 else _SCALES.stop  # noqa: PLR2004 - digits of the bounds
    if places not in _SCALES:
        raise Fault("argument", said("argument.scale"))
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return value  # there is nothing to round off
    return value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=ARITHMETIC)


def _rounding(name: str, mode: str, *, scale_needed: bool) -> None:
    def scaled(_run: Run, value: Decimal, scale: Decimal) -> Decimal:
        return rounded(value, scale, mode)

    builtin(name, "n: number", "scale: number")(scaled)
    if not scale_needed:
        builtin(name, "n: number")(lambda _run, value: rounded(value, Decimal(0), mode))


for _function, _mode, _needed in (
    ("decimal", ROUND_HALF_EVEN, True),
    ("floor", ROUND_FLOOR, False),
    ("ceiling", ROUND_CEILING, False),
    ("round up", ROUND_UP, True),
    ("round down", ROUND_DOWN, True),
    ("round half up", ROUND_HALF_UP, True),
    ("round half down", ROUND_HALF_DOWN, True),
):
    _rounding(_function, _mode, scale_needed=_needed)


@builtin("abs", "n: number")
def _abs(_run: Run, value: Decimal) -> Decimal:
    return abs(value)


@builtin("abs", "n: years and months duration")
def _abs_months(_run: Run, value: Months) -> Months:
    return Months(abs(value.months))


@builtin("modulo", "dividend: number", "divisor: number")
def _modulo(_run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    if divisor == 0:
        raise Fault("argument", said("argument.divisor"))
    quotient = ARITHMETIC.divide(dividend, divisor).to_integral_value(rounding=ROUND_FLOOR)
    return ARITHMETIC.subtract(dividend, ARITHMETIC.multiply(divisor, quotient))


@builtin("sqrt", "number: number")
def _sqrt(_run: Run, value: Decimal) -> Decimal:
    if value < 0:
        raise Fault("argument", said("argument.negative"))
    return ARITHMETIC.sqrt(value)


@builtin("log", "number: number")
def _log(_run: Run, value: Decimal) -> Decimal:
    if value <= 0:
        raise Fault("argument", said("argument.not_positive"))
    return ARITHMETIC.ln(value)


@builtin("exp", "number: number")
def _exp(_run: Run, value: Decimal) -> Decimal:
    try:
        return ARITHMETIC.exp(value)
    except DecimalException as error:
        raise Fault("argument", said("argument.result_too_large")) from error


@builtin("odd", "number: number")
def _odd(_run: Run, value: Decimal) -> bool:
    return abs(whole(value, "number")) % 2 == 1


@builtin("even", "number: number")
def _even(_run: Run, value: Decimal) -> bool:
    return whole(value, "number") % 2 == 0
