"""What people type, as values: read, checked, and said back what is wrong. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tongban.catalogue.domain import CodeList, DataElement
from tongban.kernel import numbers, regions
from tongban.kernel.calendar import SHANGHAI
from tongban.kernel.errors import InvalidInput, TongbanError

MAX_TEXT = 500
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_NUMBER = re.compile(r"[+-]?(\d{1,20}|\d{1,3}(,\d{3}){1,6})(\.\d{1,10})?", re.ASCII)
_TRUE = frozenset({"true", "1", "yes", "on", "是"})
_FALSE = frozenset({"false", "0", "no", "off", "否"})


def read(element: DataElement, raw: Any, code_lists: Mapping[str, CodeList], *, today: date) -> Any:
    """The JSON value of what someone typed for `element`; None for nothing.

    Accepts what people really type: full-width digits, spaces in numbers, `2026年1月3日`. Raises InvalidInput
    whose code is `answer.<rule>` or the code of the number check.
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        raw = "true" if raw else "false"
    if not isinstance(raw, (str, int, float, Decimal)):
        raise InvalidInput("answer.characters", "This must be one value.", hint="Give one text or number.")
    text = str(raw).strip()
    if any(_is_unfit(sign) for sign in text):
        raise InvalidInput(
            "answer.characters", "The text holds a character that cannot be kept.", hint="Type it again."
        )
    if element.type != "text":
        text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    value = _READERS.get(str(element.type), _text)(element, text, code_lists)
    return _formatted(element, value, today)


def _is_unfit(sign: str) -> bool:
    """Control characters, halves of a character, and signs that turn the direction of what follows."""
    return (
        (unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t")
        or "\u202a" <= sign <= "\u202e"
        or "\u2066" <= sign <= "\u2069"
    )


def _text(element: DataElement, text: str, _lists: Mapping[str, CodeList]) -> str:
    longest = element.max_length or MAX_TEXT
    if len(text) > longest:
        raise InvalidInput(
            "answer.too_long",
            f"At most {longest} characters fit.",
            hint="Shorten it.",
            longest=longest,
            typed=len(text),
        )
    return text


def _number(element: DataElement, text: str, _lists: Mapping[str, CodeList]) -> Any:
    plain = text.replace(" ", "").removeprefix("¥")
    # Decimal alone would also take 1e5, 1_000 and other scripts' digits; 3,25 is no number here.
    if not _NUMBER.fullmatch(plain):
        raise InvalidInput("answer.number", "This is not a number.", hint="Use digits, for example 3.25.")
    number = Decimal(plain.replace(",", "")) + 0
    if element.type == "integer" and number != number.to_integral_value():
        raise InvalidInput("answer.integer", "This must be a whole number.", hint="Leave the decimals out.")
    if element.type == "money" and number != round(number, 2):
        raise InvalidInput("answer.money", "An amount has at most two decimals.", hint="Round it to fen.")
    low, high = element.min, element.max
    if (low is not None and number < low) or (high is not None and number > high):
        raise InvalidInput(
            "answer.range",
            f"This must lie between {low} and {high}."
            if low is not None and high is not None
            else (f"This must be at most {high}." if low is None else f"This must be at least {low}."),
            hint="Check the unit.",
            low="" if low is None else str(low),
            high="" if high is None else str(high),
        )
    return int(number) if element.type == "integer" else f"{number:f}"


def _date(_element: DataElement, text: str, _lists: Mapping[str, CodeList]) -> str:
    match = _DATE.fullmatch(text)
    plain = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    parts = match or plain
    if parts is None:
        raise InvalidInput(
            "answer.date", "This is not a date.", hint="Write year, month and day: 2026-11-23."
        )
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3])).isoformat()
    except ValueError:
        raise InvalidInput(
            "answer.no_such_date", "There is no such day.", hint="Check month and day."
        ) from None


def _datetime(_element: DataElement, text: str, _lists: Mapping[str, CodeList]) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "answer.datetime", "This is not a date with time.", hint="Write 2026-11-23 08:30."
        ) from None
    # People mean the clock on their wall.
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).isoformat()


def _boolean(_element: DataElement, text: str, _lists: Mapping[str, CodeList]) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise InvalidInput("answer.choice", "Choose yes or no.", hint="Choose one.")


def _code(element: DataElement, text: str, lists: Mapping[str, CodeList]) -> str:
    _text(element, text, lists)
    known = lists.get(element.code_list or "")
    if known is not None and text not in known:
        raise InvalidInput(
            "answer.choice", "This is not one of the choices.", hint="Choose one from the list."
        )
    return text


_READERS = {
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "date": _date,
    "datetime": _datetime,
    "boolean": _boolean,
    "code": _code,
}


def _formatted(element: DataElement, value: Any, today: date) -> Any:
    """The value in the one form in which it is kept and compared: an X in capitals, no spaces in numbers."""
    kind = element.format
    text = str(value)
    if kind in {"resident_id", "id_number"}:
        return numbers.check_resident_id(text, today=today).number
    if kind == "credit_code":
        return numbers.check_credit_code(text)
    if kind == "mobile":
        return numbers.check_mobile(text)
    if kind == "region":
        try:
            return regions.region(text).code
        except TongbanError:
            raise InvalidInput(
                "answer.choice", "There is no region with this code.", hint="Choose one from the list."
            ) from None
    if kind == "postcode" and not re.fullmatch(r"[0-9]{6}", text):
        raise InvalidInput("answer.postcode", "A postcode has six digits.", hint="For example 410000.")
    if kind in {"bank_account", "card_number"}:
        plain = re.sub(r"[\s-]", "", text)
        if not re.fullmatch(r"[0-9]{8,30}", plain):
            raise InvalidInput(
                "answer.bank_account", "An account number has 8 to 30 digits.", hint="Copy it from the card."
            )
        return plain
    if kind == "chinese_name" and not re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0003134f·]{2,30}", text):
        raise InvalidInput(
            "answer.name", "A name is written in Chinese characters.", hint="Leave spaces and signs out."
        )
    return value


def check_known(
    values: Mapping[str, Any],
    elements: Mapping[str, DataElement],
    lists: Mapping[str, CodeList],
    *,
    today: date,
) -> dict[str, Any]:
    """Values of a file of known facts (address → value), read as answers are.

    Raises InvalidInput `known.invalid` with one fault per wrong address, so that all are seen at once.
    """
    faults, good = [], {}
    for address, raw in values.items():
        element = elements.get(address)
        if element is None:
            faults.append(
                InvalidInput(
                    "known.unknown_address",
                    "No element of this life event has this address.",
                    hint="Use role.element.",
                ).fault(address)
            )
            continue
        try:
            good[address] = read(element, raw, lists, today=today)
        except TongbanError as error:
            faults.append(error.fault(address))
    if faults:
        raise InvalidInput(
            "known.invalid",
            "The file of known values has faults.",
            hint="Mend the addresses named.",
            faults=faults,
        )
    return good
