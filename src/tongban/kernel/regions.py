"""Administrative divisions (GB/T 2260) from province to county, with the years each code was in force.

The table is read from the installed package *python-stdnum* (LGPL-2.1), file ``stdnum/cn/loc.dat``, which was
made there from the pages 中华人民共和国行政区划代码 of the Chinese Wikipedia (CC BY-SA). Nothing of it is
copied here. It begins with the first edition of 1980, so a code without a first year is as old as the codes.
A code can name one division after another: 430102 was 东区 until 1995 and is 芙蓉区 since 1996.

Questions without a year mean the divisions that are in force now, which is the newest state of the table.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from tongban.kernel.errors import InvalidInput, NotFound

_LINE = re.compile(r'(?P<indent> *)(?P<digits>\d+) (?:province|county)="(?P<names>[^"]+)"')
_NAME = re.compile(r"\[(?P<first>\d{4})?-(?P<last>\d{4})?\](?P<name>.+)")
_CODE = re.compile(r"[0-9]{6}")
# The table writes these two in traditional characters.
_SIMPLIFIED = {"810000": "香港特别行政区", "820000": "澳门特别行政区"}


class Tier(StrEnum):
    """Levels of administration that a six-digit code can name, highest first."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One division over the years it had this code and name."""

    code: str
    name: str
    """Name in simplified Chinese, without those of its parents."""
    tier: Tier
    parent: str | None
    """Code of the division above; None for a province. A county run by its province has the province."""
    valid_from: int | None
    """First year; None when as old as the codes (1980)."""
    valid_to: int | None
    """Last year; None while in force."""

    def in_force(self, year: int) -> bool:
        """Whether the division had this code in that year."""
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


def region(code: str) -> Region:
    """The division that has this code now, or had it last.

    Raises:
        InvalidInput: ``region.format`` for what is not six digits.
        NotFound: ``region.unknown`` for a code that never was.
    """
    return history(code)[-1]


def history(code: str) -> tuple[Region, ...]:
    """Every division that has had this code, oldest first; errors as `region`."""
    if not _CODE.fullmatch(code):
        raise InvalidInput("region.format", "A region code has six digits.", hint="For example 430102.")
    try:
        return _table()[code]
    except KeyError:
        raise NotFound("region.unknown", f"No region has the code {code}.", hint="Check the code.") from None


def ancestors(code: str) -> tuple[Region, ...]:
    """The divisions above, nearest first: for a county its city and its province."""
    above: list[Region] = []
    parent = region(code).parent
    while parent is not None:
        above.append(region(parent))
        parent = above[-1].parent
    return tuple(above)


def children(code: str) -> tuple[Region, ...]:
    """The divisions directly below that are in force, by code; errors as `region`."""
    region(code)
    return tuple(region(below) for below in _children().get(code, ()) if region(below).valid_to is None)


def resolve(code: str, tier: Tier | str) -> Region:
    """The division of this tier that the code lies in, itself included: who handles it at that tier.

    Raises:
        NotFound: ``region.tier`` when the code lies in none, for example the county of a city.
    """
    for candidate in (region(code), *ancestors(code)):
        if candidate.tier == tier:
            return candidate
    raise NotFound("region.tier", f"{code} lies in no {tier}.", hint="Give the code of a smaller region.")


def _tier(code: str) -> Tier:
    if code.endswith("0000"):
        return Tier.PROVINCE
    return Tier.CITY if code.endswith("00") else Tier.COUNTY


@cache
def _table() -> dict[str, tuple[Region, ...]]:
    rows: dict[str, str] = {}
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text("utf-8").splitlines():
        if not (match := _LINE.match(line)):
            continue
        if match["indent"]:
            rows[province + match["digits"]] = match["names"]
        else:
            province = match["digits"]
            rows.setdefault(province + "0000", match["names"])
    return {code: tuple(_regions(code, names, rows)) for code, names in sorted(rows.items())}


def _regions(code: str, names: str, rows: dict[str, str]) -> list[Region]:
    tier = _tier(code)
    city, province = code[:4] + "00", code[:2] + "0000"
    parent = city if tier is Tier.COUNTY and city in rows else province
    found = []
    for entry in names.split(","):
        match = _NAME.fullmatch(entry)
        found.append(
            Region(
                code=code,
                name=_SIMPLIFIED.get(code, match["name"] if match else entry),
                tier=tier,
                parent=None if tier is Tier.PROVINCE else parent,
                valid_from=int(match["first"]) if match and match["first"] else None,
                valid_to=int(match["last"]) if match and match["last"] else None,
            )
        )
    return found


@cache
def _children() -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for code, regions in _table().items():
        if parent := regions[-1].parent:
            below.setdefault(parent, []).append(code)
    return below
