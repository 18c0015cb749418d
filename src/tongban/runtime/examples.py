"""Values for a demo: something that fits an element."""

from datetime import UTC, datetime
from typing import Any

from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue, DataElement
from tongban.kernel.numbers import make_credit_code

_BY_FORMAT = {
    "bank_account": "6222020200112233445",
    "credit_code": make_credit_code("430102", 7),
    "mobile": "13800138000",
    "region": "430102",
}


def example(catalogue: Catalogue, element: DataElement) -> Any:
    """The element's own example, the first of its codes, or a plain value of its format or type."""
    if element.example:
        return element.example
    if element.code_list:
        return catalogue.code_list(element.code_list).codes[0].code
    if element.format in _BY_FORMAT:
        return _BY_FORMAT[element.format]
    today = datetime.now(calendars.current().zone).date()
    return {
        "boolean": True,
        "integer": int(element.min or 1),
        "decimal": str(element.min or 1),
        "money": str(element.min or 1),
        "date": today.isoformat(),
        "datetime": datetime.now(UTC).isoformat(timespec="seconds"),
        "phone": "13800138000",
    }.get(str(element.type), "示例")
