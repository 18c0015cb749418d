"""What people type, as values: read, checked, and said back what is wrong. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.catalogue.domain import CodeList, DataElement
from tongban.kernel import numbers, regions
from tongban.kernel.errors import InvalidInput, TongbanError

MAX_TEXT = 500
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
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
    text = unicodedata.normalize("NFKC", str(raw)).strip() if element.type != "text" else str(raw).strip()
    if "\x00" in text:
        raise InvalidInput(
            "answer.characters", "The text holds a character that cannot be kept.", hint="Type it again."
        )
    if not text:
        return None
    value = _READERS.get(str(element.type), _text)(element, text, code_lists)
    _check_format(element, value, today)
    return value


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
    plain = text.replace(",", "").replace(" ", "").removeprefix("¥")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(plain) > 20:  # noqa: PLR2004  # no quantity here has more digits
        raise InvalidInput("answer.number", "This is not a number.", hint="Use digits, for example 3.25.")
    if element.type == "integer" and number != number.to_integral_value():
        raise InvalidInput("answer.integer", "This must be a whole number.", hint="Leave the decimals out.")
    if element.type == "money" and number != round(number, 2):
        raise InvalidInput("answer.money", "An amount has at most two decimals.", hint="Round it to fen.")
    low, high = element.min, element.max
    if (low is not None and number < low) or (high is not None and number > high):
        raise InvalidInput(
            "answer.range",
            f"This must lie between {low} and {high}.",
            hint="Check the unit.",
            low=str(low),
            high=str(high),
        )
    return int(number) if element.type == "integer" else str(number)


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
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidInput(
            "answer.datetime", "This is not a date with time.", hint="Write 2026-11-23 08:30."
        ) from None


def _boolean(_element: DataElement, text: str, _lists: Mapping[str, CodeList]) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise InvalidInput("answer.choice", "Choose yes or no.", hint="Choose one.")


def _code(element: DataElement, text: str, lists: Mapping[str, CodeList]) -> str:
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


def _check_format(element: DataElement, value: Any, today: date) -> None:
    kind = element.format
    if kind in {"resident_id", "id_number"}:
        numbers.check_resident_id(str(value), today=today)
    elif kind == "credit_code":
        numbers.check_credit_code(str(value))
    elif kind == "mobile":
        numbers.check_mobile(str(value))
    elif kind == "region":
        regions.region(str(value))
    elif kind == "postcode" and not re.fullmatch(r"\d{6}", str(value)):
        raise InvalidInput("answer.postcode", "A postcode has six digits.", hint="For example 410000.")
    elif kind in {"bank_account", "card_number"} and not re.fullmatch(
        r"\d{8,30}", str(value).replace(" ", "")
    ):
        raise InvalidInput(
            "answer.bank_account", "An account number has 8 to 30 digits.", hint="Copy it from the card."
        )
    elif kind == "chinese_name" and not re.fullmatch(
        r"[\u3400-\u9fff\U00020000-\U0003134f·]{2,30}", str(value)
    ):
        raise InvalidInput(
            "answer.name", "A name is written in Chinese characters.", hint="Leave spaces and signs out."
        )


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
