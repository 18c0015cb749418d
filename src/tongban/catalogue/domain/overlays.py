"""Region overlays: what a place does differently with an item, as a small file and not as a copy.

``overlays/<region code>/<item>.yaml`` may shorten the promise, change fee, channels, visits or delivery, add
a document or drop one. Of province, city and county the nearest wins, key by key; documents are dropped and
added from the province down, so that a county may drop what its city adds.
"""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from tongban.catalogue.domain.items import Channel, Delivery, Fee, MaterialNeed, ServiceItem
from tongban.catalogue.domain.kinds import ItemCode, MaterialOf, RegionCode, Span
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member
from tongban.kernel import regions
from tongban.kernel.clock import Limit
from tongban.kernel.errors import TongbanError

KEYS = ("promised", "fee", "channels", "visits", "delivery", "result")
"""What the nearest overlay settles alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What one region does differently with one item."""

    item: ItemCode = member("overlay", doc="code of the item; the file's name")
    region: RegionCode = member(doc="code of the province, city or county; the folder's name")
    promised: Limit | None = member(doc="the promise there, never above the statutory limit", default=None)
    fee: Fee | None = member(doc="what it costs there", default=None)
    channels: tuple[Channel, ...] | None = member(doc="where one can apply there", default=None)
    visits: Annotated[int, Span(0, 20)] | None = member(doc="visits at the counter there", default=None)
    delivery: tuple[Delivery, ...] | None = member(doc="how the result is delivered there", default=None)
    result: Text | None = member(doc="what the applicant holds in the end there", default=None)
    adds: tuple[MaterialNeed, ...] = member(doc="documents asked for there as well", default=())
    drops: tuple[MaterialOf, ...] = member(
        doc="documents not asked for there: `material` or `material.role`", default=()
    )
    law: LawRefs = member(doc="the local rule it rests on", default=())
    source: str = member(doc="where it stands, in words: title, office, date")
    verified: bool = member(doc="whether someone compared it with the official text", default=False)
    version: str = member(default="", in_file=False)

    def __post_init__(self) -> None:
        if any(one.any_of for one in self.adds):
            raise ValueError("An overlay adds single documents; alternatives belong to the item.")

    @property
    def code(self) -> str:
        """Region and item: ``430100/birth_certificate``."""
        return f"{self.region}/{self.item}"


@dataclass(frozen=True, slots=True)
class Regional:
    """An item as one region has it."""

    item: ServiceItem
    origin: Mapping[str, str]
    """What differs from the item's own file → the region whose overlay says so."""


def chain(code: str) -> tuple[str, ...]:
    """A region and those above it, the province first; the code alone when nobody knows it."""
    try:
        return (*reversed([one.code for one in regions.ancestors(code)]), code)
    except TongbanError:
        return (code,)


def within(code: str, wanted: Iterable[str]) -> bool:
    """Whether a region is one of `wanted` or lies in one."""
    return not set(wanted).isdisjoint(chain(code))


def apply(item: ServiceItem, overlays: Iterable[Overlay]) -> Regional:
    """`item` with `overlays` laid on it, the farthest first."""
    origin: dict[str, str] = {}
    for overlay in overlays:
        changes = {key: value for key in KEYS if (value := getattr(overlay, key)) is not None}
        origin |= dict.fromkeys(changes, overlay.region)
        if "promised" in changes:
            changes["limits"] = replace(item.limits, promised=changes.pop("promised"))
        kept = [one for one in item.materials if one.any_of or one.id not in overlay.drops]
        item = replace(
            item,
            **changes,
            materials=(*kept, *overlay.adds),
            version=f"{item.version}+{overlay.version[:6]}",
        )
        origin |= {f"materials.{name}": overlay.region for name in overlay.drops}
        origin |= {f"materials.{one.id}": overlay.region for one in overlay.adds}
    return Regional(item, origin)
