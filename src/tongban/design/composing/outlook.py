"""What follows from a life event as it stands: the form, the documents, the plan, the figures, the findings.

Everything is derived anew after each edit and remembered by what it depends on, so that going back, undo
and the comparison with the version that applies now cost nothing.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, Final, Literal

from tongban.catalogue.check import check_event
from tongban.catalogue.domain import (
    BoundEvent,
    BoundItem,
    Catalogue,
    DataElement,
    Finding,
    LawRef,
    Role,
    Shape,
    Text,
    with_changes,
)
from tongban.catalogue.domain.values import split
from tongban.intake.domain import Figures
from tongban.intake.queries import Guide, guide_of
from tongban.kernel.calendar import Calendar
from tongban.kernel.errors import Conflict, NotFound, TongbanError
from tongban.process.planner import Plan

KEPT: Final = 128
"""Outlooks held in memory: the last steps of a few dozen editors."""
ACCOUNT: Final = ("name", "id_number", "sex", "mobile", "credit_code")
"""Elements that the sign-in of the one who applies brings."""

Origin = Literal["asked", "fetched", "sibling"]
Need = Literal["needed", "replaced", "depends"]


@dataclass(frozen=True, slots=True)
class Because:
    """One reason for a field: the item, in words, and the law."""

    item: str
    why: Text | None
    """None: the value only decides whether, or how, the item is done."""
    law: tuple[LawRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One value that the event needs, and where it comes from."""

    address: str
    element: DataElement
    role: Role
    origin: Origin
    by: tuple[str, ...]
    """Resources that answer it, or items that produce it; ``sign_in`` for what the sign-in brings."""
    because: tuple[Because, ...]
    typical: bool
    """Whether the typical applicant meets it; the others only when a condition holds."""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One document that some item asks for."""

    key: str
    name: Text
    role: str
    """Whose document it is, where that is said."""
    items: tuple[str, ...]
    state: Need
    by: str = ""
    """What stands for it: form, elements, certificate, sibling, record."""
    source: str = ""
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What follows from one life event on one day."""

    code: str
    version: str
    day: date
    readable: bool
    """Whether the file could be read and bound; if not, only `findings` says something."""
    findings: tuple[Finding, ...]
    bound: BoundEvent | None = None
    fields: tuple[FieldLine, ...] = ()
    papers: tuple[PaperLine, ...] = ()
    plan: Plan | None = None
    """Every item of the event, also those that depend on a condition; None when items wait for each other."""
    typical: Plan | None = None
    """The items of the typical application."""
    depends: frozenset[str] = frozenset()
    """Items that are part of an application only when a condition holds, or that the person may leave out."""
    before: Figures | None = None
    after: Figures | None = None
    waiting: tuple[str, ...] = field(default=())
    """Items that wait for each other, when there is no plan."""

    def asked(self, *, typical: bool | None = None) -> tuple[FieldLine, ...]:
        """What is asked of the person: of everybody, of some, or (None) all of it."""
        return tuple(
            one
            for one in self.fields
            if one.origin == "asked" and (typical is None or one.typical is typical)
        )


_kept: OrderedDict[tuple[str, str, str, date], Outlook] = OrderedDict()
_lock = Lock()


def outlook(
    catalogue: Catalogue, code: str, calendar: Calendar, day: date, further: Iterable[Finding] = ()
) -> Outlook:
    """The outlook of a life event, for an application made on `day`.

    Args:
        catalogue: the content as it would be.
        code: the life event.
        calendar: working days.
        day: when somebody applies.
        further: findings about the form of the file, from reading it; with an error among them the event in
            the catalogue is not the one that was edited, and nothing else is said.
    """
    found = tuple(further)
    if any(one.is_error for one in found) or code not in catalogue.life_events:
        return Outlook(code=code, version=catalogue.version, day=day, readable=False, findings=found)
    key = (catalogue.version, code, calendar.version, day)
    with _lock:
        known = _kept.get(key)
        if known is not None:
            _kept.move_to_end(key)
            return known
    made = _made(catalogue, code, calendar, day, found)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _made(
    catalogue: Catalogue, code: str, calendar: Calendar, day: date, further: tuple[Finding, ...]
) -> Outlook:
    findings = (*further, *check_event(catalogue, code))
    broken = Outlook(code=code, version=catalogue.version, day=day, readable=False, findings=findings)
    if not catalogue.life_events[code].applicant:
        return broken
    try:
        guide = guide_of(catalogue, code, calendar, day)
    except Conflict as error:
        return _with_lines(broken, catalogue, code, None, waiting=_named(error))
    except (TongbanError, KeyError):  # an unknown code, a role that nobody plays: the findings say which
        return broken
    try:
        widest = guide_of(_every_item(catalogue, code), code, calendar, day).plan
        waiting: tuple[str, ...] = ()
    except Conflict as error:
        widest, waiting = None, _named(error)
    return _with_lines(broken, catalogue, code, guide, widest=widest, waiting=waiting)


def _named(error: Conflict) -> tuple[str, ...]:
    """The items that a plan says wait for each other."""
    return tuple(one.strip() for one in error.detail.partition(":")[2].rstrip(".").split(",") if one.strip())


def _every_item(catalogue: Catalogue, code: str) -> Catalogue:
    """The same event with every item always in it: the longest that it can take."""
    plain: dict[str, Any] = dict(catalogue.content["life_events"][code])
    plain["items"] = [
        {key: value for key, value in use.items() if key not in {"when", "chosen_by", "regions"}}
        for use in plain.get("items", [])
    ]
    return with_changes(catalogue, {"life_events": {code: plain}})[0]


def _with_lines(
    empty: Outlook,
    catalogue: Catalogue,
    code: str,
    guide: Guide | None,
    *,
    widest: Plan | None = None,
    waiting: tuple[str, ...] = (),
) -> Outlook:
    try:
        bound = guide.bound if guide else catalogue.shaped(code, Shape())
        fields = _fields(catalogue, bound, guide)
        papers = _papers(bound, guide)
    except (NotFound, KeyError):
        return empty
    typical = {node.code for node in guide.plan.nodes} if guide else set()
    return Outlook(
        code=code,
        version=empty.version,
        day=empty.day,
        readable=True,
        findings=empty.findings,
        bound=bound,
        fields=fields,
        papers=papers,
        plan=widest,
        typical=guide.plan if guide else None,
        depends=frozenset(
            item.code for item in bound.items if item.code not in typical or item.use.chosen_by is not None
        ),
        before=guide.before if guide else None,
        after=guide.after if guide else None,
        waiting=waiting,
    )


# ---- the form


def _fields(catalogue: Catalogue, bound: BoundEvent, guide: Guide | None) -> tuple[FieldLine, ...]:
    """Every value the items need or conditions read, asked ones first in the order of the form."""
    reasons: dict[str, list[Because]] = {}
    required: dict[str, bool] = {}
    for item in bound.items:
        for need in item.needs:
            _add(reasons, need.element, Because(item.code, need.why, need.law))
            required[need.element] = required.get(need.element, False) or need.required
    for item in bound.items:
        for name in _decides(item):
            _add(reasons, name, Because(item.code, None))
    for choice in bound.choices:
        reasons.setdefault(choice.address, [])
    for name in bound.event.situation:
        reasons.setdefault(name, [])
    account = {f"{role}.{name}" for role in bound.event.applicant[:1] for name in ACCOUNT}
    asked = {one.address: place for place, one in enumerate(guide.questions)} if guide else {}
    settled = set(guide.derivation.settled) if guide else set()
    typical = set(asked)
    if guide:
        typical |= {one.address for one in guide.derivation.fields} | set(guide.derivation.produced)
    found = []
    for address, because in reasons.items():
        if address in settled or not _known(catalogue, bound, address):
            continue
        origin, by = _origin(bound, address, because, account)
        found.append(
            FieldLine(
                address=address,
                element=catalogue.element(address),
                role=bound.role(address),
                origin=origin,
                by=by,
                because=tuple(because),
                typical=address in (asked if origin == "asked" else typical),
                required=required.get(address, True),
            )
        )
    order = {"asked": 0, "fetched": 1, "sibling": 2}
    return tuple(
        sorted(
            found, key=lambda one: (order[one.origin], not one.typical, asked.get(one.address, len(asked)))
        )
    )


def _add(reasons: dict[str, list[Because]], address: str, reason: Because) -> None:
    held = reasons.setdefault(address, [])
    if all(one.item != reason.item for one in held):
        held.append(reason)


def _known(catalogue: Catalogue, bound: BoundEvent, address: str) -> bool:
    """Whether the address names an element of one of the event's roles."""
    role, element = split(address)
    return address in bound.by_choice or (role in bound.event.roles and element in catalogue.elements)


def _decides(item: BoundItem) -> Iterable[str]:
    """The addresses that decide whether an item is done, and what it then asks for."""
    conditions = [item.when, *(need.condition for need in item.needs)]
    conditions += [one.need.condition for one in item.materials]
    return dict.fromkeys(name for one in conditions if one for name in sorted(one.names))


def _origin(
    bound: BoundEvent, address: str, because: list[Because], account: set[str]
) -> tuple[Origin, tuple[str, ...]]:
    makers = bound.produced.get(address, ())
    users = {one.item for one in because}
    if address in account:
        return "fetched", ("sign_in", *bound.answered.get(address, ()))
    if address in bound.answered:
        return "fetched", bound.answered[address]
    if makers and users - set(makers):
        return "sibling", makers
    choice = bound.by_choice.get(address)
    if choice and not choice.papers and any(set(way) <= set(bound.answered) for way in choice.ways):
        return "fetched", ()
    return "asked", ()


# ---- the documents


def _papers(bound: BoundEvent, guide: Guide | None) -> tuple[PaperLine, ...]:
    needed = {one.key: one for one in guide.materials} if guide else {}
    every = {one.key: one for one in guide.derivation.materials} if guide else {}
    replaced = {one.key: one for one in guide.derivation.replaced} if guide else {}
    items: dict[str, list[str]] = {}
    names: dict[str, Text] = {}
    for item in bound.items:
        for one in item.materials:
            items.setdefault(one.key, []).append(item.code)
            names[one.key] = one.material.name
    found = []
    for key, codes in items.items():
        state: Need = "depends"
        by = source = ""
        required = True
        if key in needed:
            state, required = "needed", needed[key].required
        elif key in replaced:
            state, by, source = "replaced", replaced[key].by, replaced[key].source
        elif key in every:
            state, by = "replaced", "record"
        found.append(
            PaperLine(
                key=key,
                name=names[key],
                role=key.partition(".")[2],
                items=tuple(dict.fromkeys(codes)),
                state=state,
                by=by,
                source=source,
                required=required,
            )
        )
    order: Mapping[Need, int] = {"needed": 0, "depends": 1, "replaced": 2}
    return tuple(sorted(found, key=lambda one: order[one.state]))
