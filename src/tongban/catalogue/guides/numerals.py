"""Numbers as guides write them: ``5``, ``1.5``, ``1,000``, ``十五``, ``两``, ``半``, ``3万``, ``叁佰``."""

import re
from decimal import Decimal, InvalidOperation

_DIGITS = {
    "零〇○": 0, "一壹": 1, "二贰貳两兩": 2, "三叁參": 3, "四肆": 4,
    "五伍": 5, "六陆陸": 6, "七柒": 7, "八捌": 8, "九玖": 9,
}  # fmt: skip
_VALUE = {sign: value for signs, value in _DIGITS.items() for sign in signs}
_SCALE = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIAD = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_TENS = {"廿": "二十", "卅": "三十"}
_SIGNS = "".join(_VALUE) + "".join(_SCALE) + "".join(_MYRIAD) + "廿卅"
CHINESE = f"[{_SIGNS}]+"
WESTERN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?[万亿]?"
PATTERN = rf"(?:{WESTERN}|{CHINESE}|半)"
"""A regular expression for one number in a text that `words.tidy` has been over."""
MAX_LENGTH = 30


def number(text: str) -> Decimal | None:
    """The number that `text` is as a whole, None when it is none. ``半`` is a half.

    A row of Chinese digits without a scale is read digit by digit only when that is how such numbers are
    written (``二〇``, ``一五``); digits and scales in an impossible order are refused.
    """
    if not text or len(text) > MAX_LENGTH:
        return None
    if text == "半":
        return Decimal("0.5")
    if re.fullmatch(WESTERN, text, re.ASCII):
        return _western(text)
    return _chinese(text) if re.fullmatch(CHINESE, text) else None


def _western(text: str) -> Decimal | None:
    scale = _MYRIAD.get(text[-1], 1)
    try:
        value = Decimal(text.rstrip("万亿").replace(",", "")) * scale
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _chinese(text: str) -> Decimal | None:
    for short, long in _TENS.items():
        text = text.replace(short, long)
    if len(text) > 1 and all(sign in _VALUE for sign in text):
        # Digit by digit, but not with 两, and not the vague 三五 or 七八 ("a few").
        few = len(text) == len("三五") and _VALUE[text[0]] < _VALUE[text[1]]
        if few or any(sign in "两兩" for sign in text):
            return None
        return Decimal("".join(str(_VALUE[sign]) for sign in text))
    return _scaled(text)


def _scaled(text: str) -> Decimal | None:
    total = section = 0
    digit: int | None = None
    zero = False
    last, last_myriad = 10_000, 10**12
    for sign in text:
        if sign in _VALUE and digit is not None:
            return None
        if sign in _VALUE:
            zero, digit = (True, None) if _VALUE[sign] == 0 else (zero, _VALUE[sign])
        elif sign in _SCALE:
            scale = _SCALE[sign]
            if scale >= last or (digit is None and scale != 10):  # noqa: PLR2004 - 十 alone is ten
                return None
            section += (1 if digit is None else digit) * scale
            last, digit, zero = scale, None, False
        else:
            scale = _MYRIAD[sign]
            if scale >= last_myriad or section + (digit or 0) == 0:
                return None
            total += (section + (digit or 0)) * scale
            section, digit, zero, last, last_myriad = 0, None, False, 10_000, scale
    skipped = last if section else last_myriad
    if digit is not None and not zero and 10 < skipped < 10**12:  # noqa: PLR2004
        return None  # 一百五 and 一万五 mean 150 and 15,000 to some and 105 and 10,005 to others
    return Decimal(total + section + (digit or 0))
