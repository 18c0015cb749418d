"""What a row of a district's list says of limits, fees, documents and visits, when it says anything.

Lists differ: some carry the name and a link alone, others whole guides under the keys of their portal. Every
key that is known is read by the same readers as a guide; what cannot be read is a problem of the row.
"""

from collections.abc import Mapping
from typing import Any

from tongban.catalogue.guides.limits import read_noted
from tongban.catalogue.guides.procedures import read_procedures
from tongban.catalogue.guides.readings import Problem, Reading
from tongban.catalogue.guides.terms import read_count, read_fee

_PROMISED = ("promise_days", "promised_days", "commitmentLimit", "承诺时限", "承诺办结时限")
_STATUTORY = ("statutory_days", "approveLimit", "法定时限", "法定办结时限")
_NOTES = {
    _PROMISED: ("promise_note", "commitmentLimitExplain", "承诺时限说明", "承诺办结时限说明"),
    _STATUTORY: ("statutory_note", "approveLimitExplain", "法定时限说明", "法定办结时限说明"),
}
_FEE = ("fee", "isCharge", "收费标准", "是否收费", "收费情况")
_VISITS = ("min_trips", "minSeq", "到办事现场次数", "跑动次数")
_PROCEDURES = ("special_procedure", "isSpecialProcedure", "特别程序", "特殊程序")
_MATERIALS = ("materials", "materialList", "申请材料")


def read_row(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The typed facts of a row by name, empty when it has none, and what could not be read of it."""
    facts: dict[str, Any] = {}
    problems: list[Problem] = []

    def take(reading: Reading[Any]) -> Any:
        problems.extend(reading.problems)
        return reading.value

    for name, keys in (("promised", _PROMISED), ("statutory", _STATUTORY)):
        limit = take(read_noted(_first(fields, keys), _first(fields, _NOTES[keys])))
        if limit is not None:
            facts[name] = limit.to_json()
    fee = take(read_fee(_first(fields, _FEE)))
    if fee is not None:
        facts["fee"] = [
            {"what": one.what, "amount": f"{one.amount:f}", "per": one.per} for one in fee.charges
        ]
    visits = take(read_count(_first(fields, _VISITS)))
    if visits is not None:
        facts["visits"] = visits
    procedures = take(read_procedures(_first(fields, _PROCEDURES)))
    if procedures:
        facts["special_procedures"] = [one.to_json() for one in procedures]
    materials = _first(fields, _MATERIALS)
    if isinstance(materials, list):
        facts["materials"] = len(materials)
    return facts, problems


def _first(fields: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((fields[key] for key in keys if fields.get(key) is not None), None)
