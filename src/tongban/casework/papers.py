"""Documents that a case still lacks: what an item asks for, what stands in for it, until when it may follow.

Which papers an item asks for is decided by its conditions and its notices (`store.needed_documents`). A paper
that is not there is lacking only when nothing stands in for it: the one form, values that somebody vouches
for, the record of a registry, or a certificate that a sibling issues (the same ways as in the form).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.casework import flow, store
from tongban.casework.domain.moves import OPEN, State
from tongban.casework.models import Case, CaseValue, Dispatch
from tongban.catalogue import calendars
from tongban.catalogue.domain import BoundEvent, BoundItem, BoundMaterial, Material, ServiceItem
from tongban.kernel.calendar import Due


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingDocument:
    """A document that an item asks for in this case and that is not there yet."""

    key: str
    """As in the catalogue's bound items: ``material`` or ``material.role``."""
    material: Material
    bound: BoundMaterial
    follows: Due | None
    """The last day on which it may follow; None: it was due with the application, or a notice asks for it."""
    left: int
    """Working days left until then, 0 on the last day; negative when it has passed; 0 without such a day."""
    required: bool
    """Whether the item cannot do without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedDocument:
    """A document that may follow later and that the applicant can send now."""

    key: str
    material: Material
    bound: BoundMaterial
    items: tuple[ServiceItem, ...]
    """The open items that wait for it."""
    last: Due
    """The last day, the earliest one of those items."""
    left: int
    """Working days left, 0 on the last day; negative when it has passed (open items still take it)."""
    required: bool


class Papers:
    """The documents of one case; reads its values and files once."""

    def __init__(self, case: Case) -> None:
        catalogue = store.catalogue_of(case)
        self.case = case
        self.event: BoundEvent = store.bound_of(case)
        self.context: Mapping[str, Any] = flow.context_of(case, catalogue)
        self.held: dict[str, CaseValue] = {value.address: value for value in case.values_held.all()}
        self.there = set(case.files.filter(replaced_at=None).values_list("material", flat=True))
        self.rows = list(case.dispatches.prefetch_related("corrections").order_by("order"))
        self.calendar = calendars.current()

    def lacking(self, row: Dispatch) -> list[LackingDocument]:
        """What one item asks for and does not have, in the order in which it asks."""
        bound = store.bound_item(self.case, row.item)
        wanted = store.needed_documents(row, bound, self.context) - self.there
        named = _named(row)
        found = []
        for one in bound.materials:
            if one.key not in wanted or (one.key not in named and self._stood_in(one, bound)):
                continue
            days = None if one.key in named else one.need.may_follow_days
            follows = self._last(days) if days else None
            found.append(
                LackingDocument(
                    key=one.key,
                    material=one.material,
                    bound=one,
                    follows=follows,
                    left=self._left(follows.on) if follows else 0,
                    required=one.key in named or one.need.necessity != "optional",
                )
            )
        return found

    def awaited(self) -> list[AwaitedDocument]:
        """What the applicant may still send for open items, what runs out first coming first.

        What an open notice names is left out: it is sent with the answer to that notice.
        """
        uses: dict[str, list[tuple[ServiceItem, LackingDocument, Due]]] = {}
        asked = {key for row in self.rows for key in _named(row, only_open=True)}
        for row in self.rows:
            if State(row.state) not in OPEN:
                continue
            item = store.bound_item(self.case, row.item).item
            for one in self.lacking(row):
                if one.follows is not None and one.key not in asked:
                    uses.setdefault(one.key, []).append((item, one, one.follows))
        found = []
        for key, waiting in uses.items():
            _, first, last = min(waiting, key=lambda use: use[2].on)
            found.append(
                AwaitedDocument(
                    key=key,
                    material=first.material,
                    bound=first.bound,
                    items=tuple(item for item, _, _ in waiting),
                    last=last,
                    left=first.left,
                    required=any(one.required for _, one, _ in waiting),
                )
            )
        return sorted(found, key=lambda one: one.last.on)

    def may_ever_follow(self, key: str) -> bool:
        """Whether an item of this case lets the document `key` follow at all."""
        return any(
            one.key == key and one.need.may_follow_days
            for row in self.rows
            for one in store.bound_item(self.case, row.item).materials
        )

    def _today(self, at: datetime | None = None) -> date:
        moment = at or datetime.now(self.calendar.zone)
        return moment.astimezone(self.calendar.zone).date()

    def _last(self, days: int) -> Due:
        return self.calendar.add_workdays(self._today(self.case.opened_at), days)

    def _left(self, last: date) -> int:
        today = self._today()
        if today <= last:
            return self.calendar.workdays_between(today, last)
        return -max(self.calendar.workdays_between(last, today), 1)

    def _stood_in(self, one: BoundMaterial, bound: BoundItem) -> bool:
        """Whether something makes the paper unnecessary."""
        return any(
            way.form
            or (bool(way.elements) and all(self._is_vouched(address) for address in way.elements))
            or (
                way.certificate is not None
                and (self._is_recorded(way.certificate, one) or self._is_issued(way.certificate, bound))
            )
            for way in one.replacements
        )

    def _is_vouched(self, address: str) -> bool:
        value = self.held.get(address)
        return value is not None and value.verified and not value.disputed

    def _is_recorded(self, certificate: str, one: BoundMaterial) -> bool:
        """Whether the record of a registry stands for the certificate of the document's role."""
        of = one.need.of
        for source in self.event.sources:
            roles = {address.rpartition(".")[0] for address in (*source.key, *source.answers)}
            if source.resource.certificate != certificate or (of is not None and of not in roles):
                continue
            vouched = [address for address in source.answers if self._is_vouched(address)]
            needed = [address for address in source.answers if address in self.event.needed]
            if any(self.held[address].resource == source.code for address in vouched):
                return True
            if needed and set(needed) <= set(vouched):
                return True
        return False

    def _is_issued(self, certificate: str, bound: BoundItem) -> bool:
        """Whether another item of the case issues the certificate, or has done so."""
        return any(
            row.item != bound.code and certificate in store.bound_item(self.case, row.item).certificates
            for row in self.rows
        )


def _named(row: Dispatch, *, only_open: bool = False) -> set[str]:
    """Keys of the documents that the notices of a dispatch name."""
    return {
        fault["target"]
        for notice in row.corrections.all()
        for fault in notice.faults
        if fault["kind"] == "material" and (notice.answered_at is None or not only_open)
    }
