"""A department's system: the mapping that is all the platform knows of it.

Its frame is checked here; what stands inside the operations, replies and fields is the exchange's language
(room ``exchange``), which reads and checks it.
"""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from tongban.catalogue.domain.kinds import CODE, EITHER, Code, DepartmentCode, Keys, Ref
from tongban.catalogue.domain.values import member

Json = Annotated[Any, "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentSystem:
    """How one department's system writes what the catalogue means."""

    code: Code = member("system", doc="code of the system; the file's name")
    department: DepartmentCode = member(doc="the department it belongs to")
    format: Literal["json", "xml", "form"] = member(doc="how requests are written")
    encoding: Annotated[Mapping[str, Json], Keys(CODE)] = member(
        doc="dates, datetimes, booleans, decimals, absent: how values are written", factory=dict
    )
    xml: Annotated[Mapping[str, Json], Keys(CODE)] = member(doc="root and namespace, for xml", factory=dict)
    fields: Annotated[Mapping[str, Json], Keys(EITHER, Ref("addresses"))] = member(
        doc="element or address → where it stands; an address wins over an element", factory=dict
    )
    roles: Annotated[Mapping[str, str], Keys(CODE)] = member(doc="our role → its name for it", factory=dict)
    lists: Annotated[Mapping[str, Json], Keys(CODE)] = member(
        doc="role that several play → the list in which its members stand: path, number", factory=dict
    )
    operations: Annotated[Mapping[str, Json], Keys(CODE)] = member(
        doc="lookups, submit, supplement, withdraw, notify"
    )
    replies: Annotated[Mapping[str, Json], Keys(CODE)] = member(
        doc="how its callbacks are read", factory=dict
    )
    messages: Annotated[Mapping[str, Json], Keys(CODE)] = member(
        doc="how the messages are read that it sends by itself to a drawn process", factory=dict
    )
    version: str = member(default="", in_file=False)
