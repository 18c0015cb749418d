"""How long something may take, as guides say it: ``5个工作日``, ``即办``, ``自受理之日起六十日内``.

A limit is read only when its words say one thing. Two different limits in one text (online and at the
counter), a lower bound, "about", a placeholder or a pointer to an annex are refused with a problem. What does
not belong to the limit is told apart first: time that is not counted (听证所需时间不计算在内) and an
extension (可延长十日).
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tongban.catalogue.guides import numerals
from tongban.catalogue.guides.readings import (
    Problem,
    Reading,
    placeholder,
    refuse,
    shown,
    wrong_type,
)
from tongban.catalogue.guides.words import citations, points_elsewhere, stands_for_nothing, tidy
from tongban.kernel.clock import Limit, Unit

MAX_AMOUNT = 100_000
MAX_TEXT = 4_000
"""Longer texts are prose, not a limit."""


class TimeUnit(StrEnum):
    """What a guide counts. `DAY`: the guide says days and not which sort."""

    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"
    DAY = "day"
    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Kind(StrEnum):
    """Whether a limit is a span of time, nothing at all (即办), or said not to exist (无时限)."""

    SPAN = "span"
    AT_ONCE = "at_once"
    UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A limit as its words say it, not yet the house's own `Limit`."""

    kind: Kind = Kind.SPAN
    amount: Decimal = Decimal(0)
    """The longest it may take, in `unit`."""
    unit: TimeUnit | None = None
    """None unless it is a span."""
    least: Decimal | None = None
    """The lower end of a range (3–5 working days)."""
    extension: "TimeLimit | None" = None
    """By how much it may be extended."""

    def __str__(self) -> str:
        if self.kind is not Kind.SPAN or self.unit is None:
            return {Kind.AT_ONCE: "at once", Kind.UNLIMITED: "no limit"}.get(self.kind, "no limit")
        span = f"{self.least.normalize():f}–" if self.least is not None else ""
        words = str(self.unit).replace("_", " ")
        return f"{span}{self.amount.normalize():f} {words}{'' if self.amount == 1 else 's'}"

    def same_length(self, other: "TimeLimit") -> bool:
        """Whether both last equally long as far as their words go: days of no said sort fit both sorts."""
        days = {TimeUnit.DAY, TimeUnit.WORKING_DAY, TimeUnit.NATURAL_DAY}
        units = {self.unit, other.unit}
        one_sort = len(units) == 1 or (units <= days and TimeUnit.DAY in units)
        return self.kind is other.kind and self.amount == other.amount and one_sort

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "kind": str(self.kind),
            "amount": f"{self.amount.normalize():f}",
            "unit": str(self.unit) if self.unit else None,
            "least": None if self.least is None else f"{self.least.normalize():f}",
            "extension": self.extension.to_json() if self.extension else None,
        }


AT_ONCE = TimeLimit(kind=Kind.AT_ONCE)
UNLIMITED = TimeLimit(kind=Kind.UNLIMITED)

_UNITS: tuple[tuple[TimeUnit, str], ...] = (
    (
        TimeUnit.WORKING_DAY,
        r"(?:\(?个\)?)?(?:法定)?工作(?:日|天)|[日天]\((?:法定)?工作日\)|working-?days?|workdays?|business-?days?",
    ),
    (
        TimeUnit.NATURAL_DAY,
        r"(?:\(?个\)?)?(?:自然|日历)(?:日|天)|[日天]\((?:自然|日历)日\)|(?:calendar|natural)-?days?",
    ),
    (TimeUnit.HOUR, r"个?(?:小时|钟头)|h(?:ours?|rs?)?(?![a-z])"),
    (TimeUnit.MINUTE, r"分钟|min(?:ute)?s?(?![a-z])"),
    (TimeUnit.SECOND, r"秒钟?(?![批办])"),
    (
        TimeUnit.WEEK,
        r"个?(?:星期|礼拜)(?![一二三四五六日天])|周(?![岁年边期末一二三四五六日])|weeks?(?![a-z])",
    ),
    (TimeUnit.MONTH, r"个(?:自然)?月|月(?=(?:以|之)?内)|(?<=半)月|months?(?![a-z])"),
    (TimeUnit.YEAR, r"周?年(?![度龄检审级])|years?(?![a-z])"),
    (TimeUnit.DAY, r"[天日](?![期常报志前])|days?(?![a-z])"),
)
_UNIT = "|".join(f"(?P<{unit.value}>{pattern})" for unit, pattern in _UNITS)
_BARE_UNIT = re.sub(r"\?P<[a-z_]+>", "?:", _UNIT)
_DURATION = re.compile(
    rf"(?P<minus>(?<![\d日天月年时])-)?"
    rf"(?:(?P<low>{numerals.PATTERN})(?P<lowword>{_BARE_UNIT})?(?:-|~|–|—|至|到))?"
    rf"(?P<high>{numerals.PATTERN})(?P<half>个半)?(?:{_UNIT})(?P<more>半(?![天日个年小]))?",
    re.IGNORECASE,
)
_MASK = re.compile(
    r"《[^《》]{0,160}》|[〔\[【(]\d{4}[〕\]】)](?:第?\d+号)?|第?\d+号|(?:19|20)\d\d年(?:度|第)?"
    r"|\d{1,2}月(?:份|\d{1,2}日)|每[年月周]\S{0,6}日|第[\d一二三四五六七八九十百零两]+(?:个工作日|[条款项类批章节个日天])"
    r"|\d+周岁|[\d一二三四五六七八九十]+周?岁"
)
_NUMBERED = re.compile(r"[〔\[【(]\d{4}[〕\]】)]第?\d+号")
_MIXED = re.compile(r"(\d{1,4})个?小时(\d{1,2})分钟?")
_AT_ONCE = re.compile(
    r"即办|即(?:时|刻|来即)办|当(?:场|时|即|面)?(?:即)?(?:可)?(?:办(?:理|结|毕|完)|办(?!公)|决定|出证|制证|领取)"
    r"|现场(?:即时)?办结|立(?:即|等)(?:办|可取|即办)|随到随办|马上(?:就)?办|秒[批办]|实时(?:办|审批|核准)"
    r"|即时(?:办|完成|受理并办结)"
)
_NOT_AT_ONCE = re.compile(r"(?:非|不(?:能|可|是|属于)?|未能?|无法)(?:属于)?(?:即办|当场|即时|立即|现场)")
_UNLIMITED = re.compile(
    r"(?:无|没有|不设|不限)(?:办理|办结)?(?:时限|时间|期限|时)(?:限制|要求)?|不限期|长期(?:有效|受理)"
)
_STOPPED = re.compile(r"不计(?:入|算)?|不(?:在|算)(?!超)|除外|另(?:行)?计(?:算)?|暂停|中止|不纳入|扣除")
_EXCEPT = re.compile(r"(?:不(?:包)?(?:含|括)|不包括|除去|扣除).*$")
_EXTENDED = re.compile(r"延长|延期|顺延|延至")
_AT_LEAST = re.compile(r"至少|不少于|不得少于|不低于|(?<!二)(?<!一)以上|起码")
_ABOUT = re.compile(r"大?约(?!定)|左右|大概|大致|上下")
_UNDER_CONDITIONS = re.compile(
    r"线[上下]|网上|窗口|原则上|一般(?!程序)|特殊情况|情况复杂|复杂(?:的|情形)|如[需遇有]|其中|若|如果|符合.{1,20}的"
)


def read_limit(value: Any, unit: TimeUnit | None = None) -> Reading[TimeLimit]:
    """The limit that `value` says; `unit` is what the field counts when the value is a bare number.

    ``None`` reads as absent without a problem. Never raises, whatever `value` is.
    """
    if value is None:
        return Reading()
    if isinstance(value, dict):
        known = [value[key] for key in ("amount", "value", "number", "days") if value.get(key) is not None]
        counted = [value[key] for key in ("unit", "type") if isinstance(value.get(key), str)]
        if len(known) == 1 and isinstance(known[0], int | float | str) and not isinstance(known[0], bool):
            word = str(counted[0]).replace("_", "") if counted else ""
            return read_limit(f"{_shortest(known[0])}{word}" if word else known[0], unit)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return wrong_type(value, "a limit in words or a number")
    if isinstance(value, str):
        return _read_text(value, unit)
    return _bare(Decimal(str(value)), str(value), unit)


def _shortest(value: float | str) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _bare(
    amount: Decimal, words: str, unit: TimeUnit | None, least: Decimal | None = None
) -> Reading[TimeLimit]:
    if unit is None:
        return refuse(
            "limit.no_unit",
            "“{}” does not say what is counted.",
            "Write the unit: working days, natural days, hours.",
            words,
        )
    if amount.is_finite() and amount == 0:
        return refuse(
            "limit.zero",
            "The limit is {}, which can mean “at once” and “nothing entered”.",
            "Write 即办 when it is decided at once, or the number of days.",
            words,
        )
    return _checked(TimeLimit(amount=amount, unit=unit, least=least), words)


def _checked(limit: TimeLimit, words: str, problems: tuple[Problem, ...] = ()) -> Reading[TimeLimit]:
    if not limit.amount.is_finite() or limit.amount < 0 or limit.amount > MAX_AMOUNT:
        return refuse(
            "limit.impossible", "“{}” is no possible limit.", "Ask the department for the number.", words
        )
    if limit.least is not None and limit.least >= limit.amount:
        return refuse(
            "limit.impossible", "“{}” is a range that runs backwards.", "Ask the department.", words
        )
    return Reading(limit, problems)


def _read_text(text: str, unit: TimeUnit | None) -> Reading[TimeLimit]:  # noqa: PLR0911 - one for each way to read
    bare = tidy(text)
    if not bare:
        return placeholder(text)
    if len(bare) > MAX_TEXT:
        return refuse("limit.too_long", "“{}” is far too long for a limit.", "Write the limit alone.", text)
    amount = _plain_number(bare)
    if amount is not None:
        return _bare(amount[1], text, unit, amount[0])
    if _UNLIMITED.fullmatch(bare.strip("。.;")):
        return Reading(UNLIMITED)
    if stands_for_nothing(text):
        return placeholder(text)
    in_minutes = _MIXED.sub(lambda one: f"{int(one[1]) * 60 + int(one[2])}分钟", bare)
    main, extensions = _clauses(_MASK.sub("※", in_minutes))
    spans = [_duration(match) for clause in main for match in _DURATION.finditer(clause)]
    if None in spans:
        return refuse(
            "limit.number_unreadable",
            "The number in “{}” cannot be told for certain.",
            "Write it in digits.",
            text,
        )
    found = list(dict.fromkeys(span for span in spans if span is not None))
    whole = "".join(main)
    at_once = bool(_AT_ONCE.search(_NOT_AT_ONCE.sub("", whole)))
    if len(found) + at_once > 1:
        said = [str(one) for one in found] + ["at once"] * at_once
        return refuse(
            "limit.several",
            f"“{{}}” says more than one limit: {', '.join(said)}.",
            "Write one limit, or one item per case.",
            text,
        )
    if at_once:
        return Reading(AT_ONCE)
    return _single(found[0], whole, extensions, text) if found else _no_limit(bare, text, whole)


def _no_limit(bare: str, text: str, whole: str) -> Reading[TimeLimit]:
    if points_elsewhere(bare):
        return refuse(
            "limit.points_elsewhere",
            "“{}” points somewhere else.",
            "Look it up there and write the limit.",
            text,
        )
    if _UNLIMITED.search(whole):
        return Reading(UNLIMITED)
    if citations(text) or _NUMBERED.search(bare):
        return refuse(
            "limit.law_only",
            "“{}” names a law and no limit.",
            "Look the limit up in the law and write it.",
            text,
        )
    return refuse(
        "limit.unreadable",
        "“{}” is not a limit that can be read.",
        "Write a number and its unit, such as 5个工作日.",
        text,
    )


def _plain_number(bare: str) -> tuple[Decimal | None, Decimal] | None:
    """The number, or both ends of the range, that a text without a unit is."""
    match = re.fullmatch(rf"(?:({numerals.PATTERN})(?:-|~|–|至|到))?({numerals.PATTERN})", bare)
    if match is None:
        signed = re.fullmatch(r"-\d+(?:\.\d+)?", bare, re.ASCII)
        return (None, Decimal(bare)) if signed else None
    low = numerals.number(match[1]) if match[1] else None
    high = numerals.number(match[2])
    return None if high is None or (match[1] and low is None) else (low, high)


def _clauses(bare: str) -> tuple[list[str], list[str]]:
    """The clauses that speak of the limit itself, and those that speak of its extension."""
    main: list[str] = []
    extensions: list[str] = []
    outside = re.sub(r"\((?!(?:法定)?(?:工作|自然|日历)日\)|个\))([^()]*)\)", r",\1,", bare)
    open_extension = False
    for clause in re.split(r"[,;。\n、]", outside):
        kept = _EXCEPT.sub("", clause)
        if not kept or _STOPPED.search(kept):
            continue
        durations = bool(_DURATION.search(kept))
        if _EXTENDED.search(kept):
            extensions.append(kept)
            open_extension = not durations
        elif open_extension and durations:
            extensions.append(kept)
            open_extension = False
        else:
            main.append(kept)
    return main, extensions


def _duration(match: re.Match[str]) -> TimeLimit | None:
    high = numerals.number(match["high"])
    low = numerals.number(match["low"]) if match["low"] else None
    if high is None or (match["low"] and low is None) or match["minus"]:
        return None
    unit = next(one for one, _ in _UNITS if match[one.value])
    if match["lowword"] and match["lowword"].strip("个") != match[unit.value].strip("个"):
        return None
    half = Decimal("0.5") if match["half"] or match["more"] else Decimal(0)
    return TimeLimit(amount=high + half, unit=unit, least=low)


def _single(limit: TimeLimit, whole: str, extensions: list[str], text: str) -> Reading[TimeLimit]:
    if _AT_LEAST.search(whole):
        return refuse(
            "limit.at_least", "“{}” says how long at least, not at most.", "Write the longest time.", text
        )
    if _ABOUT.search(whole):
        return refuse("limit.about", "“{}” is not exact.", "Write the longest time.", text)
    if limit.amount == 0:
        return _bare(limit.amount, text, limit.unit)
    problems: tuple[Problem, ...] = ()
    if _UNDER_CONDITIONS.search(whole):
        problems = (
            Problem(
                code="limit.conditional",
                message=f"“{shown(text)}” speaks of {limit} under a condition.",
                hint="Say what holds in the other cases.",
                words=shown(text),
            ),
        )
    more = [one for clause in extensions for match in _DURATION.finditer(clause) if (one := _duration(match))]
    if len(more) == 1:
        extended = _extension(limit, more[0], to="至" in "".join(extensions))
        limit = replace(limit, extension=extended)
    elif extensions:
        message = f"“{shown(text)}” speaks of an extension without saying one length."
        hint = "Write by how many days at most it may be extended."
        problems += (Problem(code="limit.extension_unclear", message=message, hint=hint, words=shown(text)),)
    return _checked(limit, text, problems)


def _extension(limit: TimeLimit, said: TimeLimit, *, to: bool) -> TimeLimit | None:
    if not to:
        return said
    longer = said.amount - limit.amount
    return replace(said, amount=longer) if said.unit == limit.unit and longer > 0 else None


def read_noted(value: Any, note: Any, unit: TimeUnit | None = TimeUnit.DAY) -> Reading[TimeLimit]:
    """The limit of a number and the note beside it, which may say the unit but nothing else."""
    number, words = read_limit(value, unit), read_limit(note)
    beside = tuple(one for one in words.problems if one.code not in {"limit.law_only", "limit.no_unit"})
    if number.value is None:
        return Reading(words.value, number.problems + beside)
    if words.value is None:
        return Reading(number.value, number.problems + beside)
    if number.value.same_length(words.value):
        chosen = words.value if words.value.unit is not TimeUnit.DAY else number.value
        return Reading(replace(chosen, extension=words.value.extension), number.problems + beside)
    if number.value.kind is Kind.SPAN and words.value.extension and number.value.amount > words.value.amount:
        total = words.value.amount + words.value.extension.amount
        if number.value.amount == total:
            return Reading(words.value, number.problems + beside)
    refused = refuse(
        "limit.note_disagrees",
        f"The number says {number.value}, but its note “{{}}” says {words.value}.",
        "Ask the department which of the two holds.",
        note,
    )
    return Reading(None, number.problems + beside + refused.problems)


def as_limit(limit: TimeLimit, words: Any) -> Reading[Limit]:
    """The house's own limit for what a guide says, exact or refused; a day of no said sort is a working day.

    Administrative Licensing Law art. 82 counts in working days where it says days; a problem says that this
    was applied. A month has no fixed number of days (Civil Code art. 202), so it is refused.
    """
    if limit.kind is Kind.AT_ONCE:
        return Reading(Limit(0))
    if limit.kind is Kind.UNLIMITED:
        return refuse(
            "limit.unlimited",
            "“{}” promises nothing.",
            "Every item needs a limit: write what the law says.",
            words,
        )
    problems: tuple[Problem, ...] = ()
    if limit.least is not None:
        message = f"“{shown(words)}” is a range; its upper end is what is promised."
        hint = "Write the upper end alone."
        problems += (Problem(code="limit.range", message=message, hint=hint, words=shown(words)),)
    amount, unit = limit.amount, Unit.WORKING_DAY
    match limit.unit:
        case TimeUnit.WORKING_DAY:
            pass
        case TimeUnit.DAY:
            message = f"“{shown(words)}” does not say which days; working days are taken."
            hint = "Say working or natural days. Administrative Licensing Law art. 82 counts working days."
            problems += (Problem(code="limit.day_unsaid", message=message, hint=hint, words=shown(words)),)
        case TimeUnit.NATURAL_DAY:
            unit = Unit.NATURAL_DAY
        case TimeUnit.WEEK:
            amount, unit = amount * 7, Unit.NATURAL_DAY
        case TimeUnit.HOUR | TimeUnit.MINUTE | TimeUnit.SECOND:
            per_hour = {TimeUnit.HOUR: 1, TimeUnit.MINUTE: 60, TimeUnit.SECOND: 3600}[limit.unit]
            amount, unit = amount / per_hour, Unit.HOUR
        case _:
            return refuse(
                "limit.calendar_unit",
                "“{}” counts months or years, which have no fixed number of days.",
                "Write the number of days that is meant.",
                words,
            )
    if amount != amount.to_integral_value() or amount > MAX_AMOUNT:
        return refuse(
            "limit.fraction",
            f"“{{}}” is {limit}, which no clock here counts: it knows whole days and hours.",
            "Write hours, whole days, or 即办.",
            words,
        )
    return Reading(Limit(int(amount), unit), problems)
