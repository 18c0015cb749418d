"""Words in the person's language: messages by id, texts of the content, dates, numbers and values.

Messages stand in gettext catalogues under their id (`citizen.home.title`); places are written ``{name}``.
A message that counts something is stored with plural forms and asked for with ``count=``.
"""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext, ngettext

from tongban.catalogue.domain import Catalogue, DataElement, Text
from tongban.kernel import regions
from tongban.kernel.errors import NotFound, TongbanError

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""People and departments of an instance live in this zone."""

TAGS: Final = {"zh-hans": "zh-CN", "zh-hant": "zh-HK", "en": "en"}
"""Language code to the tag in `lang`; zh-HK makes browsers choose the right glyphs."""

_BABEL: Final = {"zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_HK", "en": "en_GB"}


def language() -> str:
    """Code of the language that is active: ``zh-hans``, ``zh-hant`` or ``en``."""
    code = (get_language() or "zh-hans").lower()
    return code if code in TAGS else "zh-hans"


def say(message: str, **places: Any) -> str:
    """The message with this id, its places filled; the id itself when nobody wrote the message.

    Args:
        message: the id.
        places: values for ``{name}``; ``count`` also picks the plural form.
    """
    found = ngettext(message, message, places["count"]) if "count" in places else gettext(message)
    return found.format_map(_Places(places)) if "{" in found else found


def has(message: str) -> bool:
    """Whether a message of this id, without plural forms, exists in the active language."""
    return gettext(message) != message


class _Places(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"  # a page with a visible gap is better than no page


def text(content: Text | None) -> str:
    """A text of the content in the active language; empty for None."""
    return content.of(language()) if content else ""


def local(moment: dt.datetime) -> dt.datetime:
    """An aware moment on the clock of the zone."""
    return moment.astimezone(ZONE)


def today() -> dt.date:
    """The calendar day in the zone."""
    return dt.datetime.now(ZONE).date()


def day(date: dt.date | dt.datetime | None, *, with_year: bool | None = None) -> str:
    """A date with its weekday: 11月27日（星期五）. The year stands there when it is not the current one.

    Args:
        date: a date, or a moment whose day in the zone is meant.
        with_year: force or suppress the year; None decides by the current year.
    """
    if date is None:
        return ""
    plain = local(date).date() if isinstance(date, dt.datetime) else date
    year = plain.year != today().year if with_year is None else with_year
    pattern = say("date.day_with_year" if year else "date.day")
    return format_date(plain, pattern, locale=_BABEL[language()])


def moment(at: dt.datetime | None) -> str:
    """A date with weekday and time of the day in the zone, 24 hours."""
    if at is None:
        return ""
    there = local(at)
    clock = format_datetime(there, "HH:mm", tzinfo=ZONE, locale=_BABEL[language()])
    return say("date.moment", day=day(there), clock=clock)


def number(value: Decimal | float | str) -> str:
    """A number with separators of the language; the text itself when it is not a number."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return str(format_decimal(exact, locale=_BABEL[language()], decimal_quantization=False))


def money(amount: Decimal | str) -> str:
    """An amount in yuan with its two decimals; the text itself when it is no number."""
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        return str(amount)
    return say("value.money", amount=format_decimal(exact, format="#,##0.00", locale=_BABEL[language()]))


def unit(code: str) -> str:
    """A unit of measure in words, or its symbol when it has none."""
    name = f"unit.{code}"
    return say(name) if has(name) else code


def value(element: DataElement, raw: Any, catalogue: Catalogue) -> str:  # noqa: PLR0911 -- a line per type
    """One value as a person reads it: codes by name, yes and no, dates with weekday, numbers with unit."""
    if raw is None or raw == "":
        return say("value.none")
    shown = str(raw)
    if element.format == "region":
        return region(shown)
    match element.type:
        case "boolean":
            return say("value.yes" if raw in (True, "true") else "value.no")
        case "code":
            return _coded(element, shown, catalogue)
        case "date":
            return _dated(shown)
        case "datetime":
            return _timed(shown)
        case "money":
            return money(shown)
        case "integer" | "decimal":
            return f"{number(shown)} {unit(element.unit)}" if element.unit else number(shown)
        case _:
            return shown


def region(code: str) -> str:
    """A region with the names above it, 湖南省长沙市芙蓉区; the code itself when it is unknown."""
    try:
        parts = [*reversed(regions.ancestors(code)), regions.region(code)]
    except (NotFound, TongbanError):
        return code
    names: list[str] = []
    for part in parts:
        if part.name not in names:
            names.append(part.name)
    return "".join(names)


def _coded(element: DataElement, code: str, catalogue: Catalogue) -> str:
    codes = catalogue.lists.get(element.code_list or "")
    entry = codes.entry(code) if codes else None
    return text(entry.name) if entry else code


def _dated(raw: str) -> str:
    try:
        return day(dt.date.fromisoformat(raw), with_year=True)
    except ValueError:
        return raw


def _timed(raw: str) -> str:
    try:
        return moment(dt.datetime.fromisoformat(raw))
    except ValueError:
        return raw


def now_clock() -> str:
    """The time of the day now, 24 hours with seconds: when a page was made."""
    return dt.datetime.now(ZONE).strftime("%H:%M:%S")
