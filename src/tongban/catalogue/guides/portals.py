"""The answer of a provincial portal's guide service → the guide shape.

The portal's keys are initials of pinyin: ``clmc`` 材料名称, ``clbyx`` 材料必要性, ``cllyqd`` 材料来源渠道,
``bltj`` 办理条件, ``lbsxfwmc`` 联办事项服务名称, ``cnsxsx`` 承诺时限, ``gq…`` and ``xz…`` 改前 and 现在
(before and after bundling).
"""

from collections.abc import Mapping
from typing import Any

_PARTS = frozenset(
    {"approveList", "guideCondition", "materialList", "basicInfo", "onethingCatalogStandServiceGuide"}
)
_BEFORE_AFTER = {
    "steps": ("hjsgq", "hjsxz"),
    "days": ("gqblsx", "xzblsx"),
    "materials": ("gqsbcl", "xzsbcl"),
    "trips": ("gqpdcs", "xzpdcs"),
}
_MATERIAL_NOTES = ("tbxz", "clbz", "cllyqdsm")


def is_answer(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object is such an answer, wrapped in ``data`` or bare."""
    inner = value.get("data") if isinstance(value.get("data"), Mapping) else value
    return isinstance(inner, Mapping) and len(_PARTS & set(inner)) > 1


def read(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same guide in the guide shape; parts of a wrong type are handed on, to be found later."""
    inner = value["data"] if isinstance(value.get("data"), Mapping) else value
    basic, stand = _part(inner, "basicInfo"), _part(inner, "onethingCatalogStandServiceGuide")
    promise = basic.get("completedLimit", stand.get("cnbjsx"))
    figures = {
        name: {"before": stand.get(before), "after": stand.get(after)}
        for name, (before, after) in _BEFORE_AFTER.items()
        if stand.get(before) is not None or stand.get(after) is not None
    }
    charges = inner.get("chargelist")
    fee: Any = charges or None
    if not charges and str(basic.get("isCharge")) in {"0", "1"}:
        fee = str(basic["isCharge"]) == "1"
    return {
        "theme_code": inner.get("yjsSsqdbm"),
        "theme_name": inner.get("sxmc"),
        "area": basic.get("areaName"),
        "lead": basic.get("qtbmmc"),
        "cooperating": basic.get("cooperateName"),
        "promise_days": promise,
        "promise_unit_code": stand.get("xzbjlx"),
        "declared_before_after": figures or None,
        "conditions": _each(inner.get("guideCondition"), _condition),
        "fee": fee,
        "materials": _each(inner.get("materialList"), _material),
        "linked_items": _each(inner.get("approveList"), _item),
        "notes": _each(inner.get("questionInfo"), _question),
        "process": stand.get("bllctsm"),
    }


def _part(inner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = inner.get(name)
    return part if isinstance(part, Mapping) else {}


def _each(values: Any, make: Any) -> Any:
    if not isinstance(values, list):
        return values or None
    return [make(one) if isinstance(one, Mapping) else one for one in values]


def _condition(one: Mapping[str, Any]) -> Any:
    return one.get("bltj") or one.get("processingConditions")


def _material(one: Mapping[str, Any]) -> dict[str, Any]:
    notes = [text for key in _MATERIAL_NOTES if isinstance(text := one.get(key), str) and text.strip()]
    return {
        "name": one.get("clmc") or one.get("materialTitle"),
        "required_code": one.get("clbyx"),
        "source_code": one.get("cllyqd"),
        "note": "；".join(notes) or None,
        "basis": one.get("yqtgyj"),
    }


def _item(one: Mapping[str, Any]) -> dict[str, Any]:
    name = one.get("lbsxfwmc") or one.get("tyywblxName")
    return {"name": name, "days": one.get("cnsxsx"), "result": one.get("resultSampleName") or None}


def _question(one: Mapping[str, Any]) -> str:
    asked, answer = one.get("wt") or one.get("problem") or "", one.get("da") or one.get("answer") or ""
    return f"{asked} {answer}".strip()
