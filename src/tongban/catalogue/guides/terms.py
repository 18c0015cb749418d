"""Fees, counts, necessity, sources and yes-or-no as guides say them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tongban.catalogue.guides import numerals
from tongban.catalogue.guides.limits import TimeLimit, read_limit
from tongban.catalogue.guides.readings import Reading, placeholder, refuse, wrong_type
from tongban.catalogue.guides.words import points_elsewhere, stands_for_nothing, tidy

MAX_COUNT = 1_000
MAX_FEE = Decimal(100_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One charge of a fee, in yuan."""

    what: str
    """What it is for, in the guide's words; empty when it does not say."""
    amount: Decimal
    per: str = ""
    """What it is paid for each of: 本, 件, 证; empty when it does not say."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What an item costs; no charges: free."""

    charges: tuple[Charge, ...] = ()


_MONEY = re.compile(
    rf"(?P<minus>-)?(?P<low>{numerals.PATTERN}(?:元|块)?(?:-|~|—|至|到))?(?P<amount>{numerals.PATTERN})"
    r"(?P<scale>[万千百亿])?(?P<unit>元|块钱?|圆|rmb|cny|人民币)"
    r"(?:整)?(?:人民币)?(?:/|每)?(?P<per>[本件份次套证人张宗户辆台枚块个页]|平方米|m2|㎡)?",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"不(?:收(?:取)?(?:任何)?费(?:用)?|需?要?缴?费)|免(?:费|收(?:费)?|征|缴)|无(?:需|须)?(?:收费|缴费|费用)|零收费|(?<![\d.,])0元"
)
_RATE = re.compile(r"[%％‰]|百分之|千分之|万分之")


def read_fee(value: Any) -> Reading[Fee]:  # noqa: PLR0911 - one for each sort of value
    """The fee that a text, a number of yuan or a yes-or-no says; ``None`` reads as absent. Never raises."""
    if value is None:
        return Reading()
    if isinstance(value, bool):
        return _whether(value)
    if isinstance(value, int | float | Decimal):
        amount = Decimal(str(value))
        if not amount.is_finite() or not 0 <= amount <= MAX_FEE:
            return refuse("fee.impossible", "“{}” is no possible fee.", "Ask the department.", value)
        return Reading(Fee((Charge(what="", amount=amount),) if amount else ()))
    if isinstance(value, list) and value and all(isinstance(one, str | Mapping) for one in value):
        return _listed(value)
    if not isinstance(value, str):
        return wrong_type(value, "a fee in words or a number of yuan")
    return _fee_text(value)


def _whether(charged: bool) -> Reading[Fee]:  # noqa: FBT001 - the one argument is the value
    if not charged:
        return Reading(Fee())
    return refuse(
        "fee.no_amount",
        "The guide says that there is a fee and not how much ({}).",
        "Write the amount and the law that sets it.",
        "true",
    )


def _listed(values: list[Any]) -> Reading[Fee]:
    charges: list[Charge] = []
    for one in values:
        named = "" if isinstance(one, str) else next((str(part) for part in one.values() if part), "")
        rest = one if isinstance(one, str) else "；".join(str(part) for part in [*one.values()][1:] if part)
        read = _fee_text(rest or named)
        if read.value is None:
            return read
        charges += [replace(charge, what=charge.what or named) for charge in read.value.charges]
    return Reading(Fee(tuple(charges)))


def _fee_text(text: str) -> Reading[Fee]:  # noqa: C901, PLR0911 - one for each way to read
    bare = tidy(text)
    if bare.lower() in {"否", "0", "n", "no", "false"}:
        return _whether(charged=False)
    if bare.lower() in {"是", "1", "y", "yes", "true"}:
        return _whether(charged=True)
    free = bool(_FREE.search(bare))
    if stands_for_nothing(text) and not free:
        return placeholder(text)
    if _RATE.search(bare):
        return refuse("fee.rate", "“{}” is a rate, not an amount.", "Write it as a rule of the item.", text)
    charges = []
    rest = _FREE.sub("", bare)
    end = 0
    for match in _MONEY.finditer(rest):
        if match["low"] or match["minus"]:
            return refuse("fee.range", "“{}” is no single amount.", "Write one amount per case.", text)
        amount = numerals.number(match["amount"] + (match["scale"] or ""))
        if amount is None or amount > MAX_FEE:
            return refuse("fee.unreadable", "The amount in “{}” cannot be told.", "Write it in digits.", text)
        what = re.split(r"[,;。\n、:(]", rest[end : match.start()].rstrip(":("))[-1].removesuffix("为")
        charges.append(Charge(what=what, amount=amount, per=match["per"] or ""))
        end = match.end()
    if free and charges:
        return refuse("fee.several", "“{}” says free and names an amount.", "Say for whom it is free.", text)
    if free:
        return Reading(Fee())
    if not charges:
        return _no_amount(bare, text)
    return Reading(Fee(tuple(charges)))


def _no_amount(bare: str, text: str) -> Reading[Fee]:
    if points_elsewhere(bare):
        return refuse(
            "fee.points_elsewhere", "“{}” points somewhere else.", "Look the amount up and write it.", text
        )
    return refuse(
        "fee.unreadable",
        "“{}” names no amount that can be read.",
        "Write the amount in yuan, or 不收费.",
        text,
    )


_COUNT = re.compile(
    rf"(?:(?P<low>{numerals.PATTERN})(?:[次份趟回张套])?(?:-|~|–|—|至|到))?(?P<high>{numerals.PATTERN})(?P<word>[次份趟回张套个项件])"
)
_ZERO_VISITS = re.compile(
    r"零跑[动腿]|零见面|不见面|无需到(?:现场|场|窗口)|不用跑|一次(?:都)?不(?:用)?跑|0跑动"
)


def read_count(value: Any) -> Reading[int]:
    """How many times or copies; a range reads as its upper end. ``None`` reads as absent. Never raises."""
    if value is None:
        return Reading()
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return wrong_type(value, "a number")
    if isinstance(value, str):
        return _count_text(value)
    amount = Decimal(str(value))
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= MAX_COUNT:
        return refuse("count.impossible", "“{}” is no possible number.", "Ask the department.", value)
    return Reading(int(amount))


def _count_text(text: str) -> Reading[int]:
    bare = tidy(text)
    if stands_for_nothing(text):
        return placeholder(text)
    amount = numerals.number(bare)
    if amount is not None:
        return read_count(amount)
    zero = bool(_ZERO_VISITS.search(bare))
    found = [_counted(match) for match in _COUNT.finditer(_ZERO_VISITS.sub("", bare))]
    if None in found:
        return refuse("count.unreadable", "The number in “{}” cannot be told.", "Write it in digits.", text)
    several = {one for one in found if one is not None} | ({Decimal(0)} if zero else set())
    if len(several) > 1:
        return refuse("count.several", "“{}” says more than one number.", "Write one number.", text)
    if not several:
        return refuse("count.unreadable", "“{}” is not a number that can be read.", "Write a number.", text)
    return read_count(several.pop())


def _counted(match: re.Match[str]) -> Decimal | None:
    if match["low"] and numerals.number(match["low"]) is None:
        return None
    return numerals.number(match["high"])


class Necessity(StrEnum):
    """Whether a document must be there."""

    REQUIRED = "required"
    NOT_ALWAYS = "not_always"
    """Needed in some cases; the guide's 非必要, which does not say in which."""
    OPTIONAL = "optional"
    MAY_FOLLOW = "may_follow"
    """容缺后补: the application is taken without it, and it is handed in later."""


_NECESSITY: tuple[tuple[Necessity, str], ...] = (
    (Necessity.MAY_FOLLOW, r"容缺(?:后补|受理|办理)?|(?:可|允许)?(?:后补|补交|后续补齐)|告知承诺.*补"),
    (Necessity.OPTIONAL, r"可选|选交|选填|自愿(?:提供|提交)?|可不提供|optional"),
    (
        Necessity.NOT_ALWAYS,
        r"非必[要须需]|不必[要须需]|非必备|否|视情况?.*|特定情形.*|必要时.*|有(?:条件|则)提供|n|no|false|not_?always|conditional",
    ),
    (Necessity.REQUIRED, r"必[要须需备](?:提供|提交|材料)?|是|必交|必填|y|yes|true|required"),
)
_SOURCES = (
    ("applicant", r"申请人?(?:自备|自行准备|提供|提交)?|自备|个人|本人|企业自备|applicant"),
    ("government", r"(?:政府|行政)?(?:部门|机关)(?:核发|出具|制发)|政府部门|政府核发|government"),
    ("other", r"其他|其它|中介机构.*|法定机构.*|第三方.*|other"),
)


def _legend(value: Any, legend: Any) -> Any:
    """What the guide's own legend says a code means; the code itself when the legend does not know it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    key = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else None
    if isinstance(legend, Mapping) and key is not None and isinstance(legend.get(key), str):
        return legend[key]
    return value


def read_necessity(value: Any, legend: Any = None) -> Reading[Necessity]:  # noqa: PLR0911 - one per sort
    """Whether a document must be there; `legend` is the guide's own table of codes. Never raises.

    Without a legend 1 means needed and 2 not always, as the provincial portals code it.
    """
    said = _legend(value, legend)
    if said is None:
        return Reading()
    if isinstance(said, bool):
        return Reading(Necessity.REQUIRED if said else Necessity.NOT_ALWAYS)
    codes = {"1": Necessity.REQUIRED, "2": Necessity.NOT_ALWAYS}
    if isinstance(said, int | float):
        said = f"{said:g}"
    if not isinstance(said, str):
        return wrong_type(value, "a necessity such as 必要")
    bare = tidy(said).lower()
    if bare in codes and not isinstance(legend, Mapping):
        return Reading(codes[bare])
    for necessity, pattern in _NECESSITY:
        if re.fullmatch(pattern, bare):
            return Reading(necessity)
    if stands_for_nothing(said) and not re.fullmatch(r"\d+", bare):
        return placeholder(said)
    return refuse(
        "necessity.unknown", "“{}” is no necessity that is known.", "Write 必要, 非必要 or 容缺后补.", said
    )


def read_source(value: Any, legend: Any = None) -> Reading[str]:
    """Where a document comes from: applicant, government or other. Never raises."""
    said = _legend(value, legend)
    if said is None:
        return Reading()
    if isinstance(said, int | float) and not isinstance(said, bool):
        said = f"{said:g}"
    if not isinstance(said, str):
        return wrong_type(value, "a source such as 申请人自备")
    codes = {"10": "applicant", "20": "government", "99": "other"}
    bare = tidy(said).lower()
    if bare in codes and not isinstance(legend, Mapping):
        return Reading(codes[bare])
    for source, pattern in _SOURCES:
        if re.fullmatch(pattern, bare):
            return Reading(source)
    if stands_for_nothing(said) and not re.fullmatch(r"\d+", bare):
        return placeholder(said)
    return refuse(
        "source.unknown", "“{}” is no source that is known.", "Write who hands it in or issues it.", said
    )


_FOLLOW = re.compile(r"容缺|后补|补齐|补交|后续(?:补充)?提(?:交|供)|可(?:以)?(?:稍)?后提(?:交|供)")


def read_may_follow(text: Any) -> Reading[TimeLimit]:
    """Within what time a document may follow, from prose such as ``承诺后6个月内补齐``.

    Absent when it speaks of no following, a problem when it does and names no time. Never raises.
    """
    if not isinstance(text, str):
        return Reading()
    said = [clause for clause in re.split(r"[,，;；。\n]", text) if _FOLLOW.search(tidy(clause))]
    if not said:
        return Reading()
    for clause in said:
        read = read_limit(clause)
        if read.value is not None:
            return read
    return refuse(
        "material.follow_unclear",
        "“{}” lets a document follow and names no time.",
        "Write within how many working days.",
        "；".join(said),
    )


def read_yes(value: Any) -> Reading[bool]:
    """A yes or no: ``是``, ``1``, ``有``, ``false``. ``None`` reads as absent. Never raises."""
    if value is None or isinstance(value, bool):
        return Reading(value)
    if isinstance(value, int | float) and value in {0, 1}:
        return Reading(bool(value))
    if isinstance(value, str):
        bare = tidy(value).lower()
        if bare in {"是", "有", "1", "y", "yes", "true", "支持", "可"}:
            return Reading(value=True)
        if bare in {"否", "无", "0", "n", "no", "false", "不支持", "没有"}:
            return Reading(value=False)
        if stands_for_nothing(value):
            return placeholder(value)
    return refuse("guide.wrong_type", "“{}” is neither yes nor no.", "Write 是 or 否.", value)
