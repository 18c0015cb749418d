"""From the catalogue to what its public pages draw: items, departments, changes, and hits of a search."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tongban.catalogue.difference import Change, Difference
from tongban.catalogue.difference.words import KINDS
from tongban.catalogue.domain import Catalogue, LifeEvent, MaterialNeed, Need, Replacement, ServiceItem
from tongban.catalogue.search import Hit
from tongban.faces.citizen import present
from tongban.faces.common import clocks, words
from tongban.faces.common.naming import department_name

_LATIN: Final = frozenset({"pinyin", "initials"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A thing with its page."""

    href: str
    name: str
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """A value that an item asks for."""

    name: str
    why: str
    laws: tuple[present.LawLine, ...]
    known: str
    """Who knows it already, so that people are not asked; empty when only they know."""
    sometimes: bool
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A document that an item asks for."""

    name: str
    necessity: str
    note: str
    follow: str
    instead: tuple[str, ...]
    """What makes it needless."""
    laws: tuple[present.LawLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitLine:
    """One result of a search, with the reason why it was found."""

    href: str
    name: str
    line: str
    kind: str
    why: str
    department: str
    events: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """The changes of one thing."""

    kind: str
    name: str
    href: str
    lines: tuple[tuple[str, str], ...]
    """(better, worse or neither; the sentence)"""


def event_link(event: LifeEvent) -> Link:
    """The guide of a life event."""
    return Link(href=f"/events/{event.code}/", name=words.text(event.name), line=words.text(event.summary))


def item_link(item: ServiceItem) -> Link:
    """The page of an item."""
    return Link(
        href=f"/catalogue/items/{item.code}/", name=words.text(item.name), line=words.text(item.summary)
    )


def events_of(catalogue: Catalogue, item: str) -> tuple[Link, ...]:
    """The life events that hold an item."""
    return tuple(
        event_link(event)
        for event in catalogue.life_events.values()
        if any(use.item == item for use in event.items)
    )


def departments(catalogue: Catalogue) -> tuple[Link, ...]:
    """The departments that decide items, those with most items first."""
    counts: dict[str, int] = {}
    for item in catalogue.items.values():
        counts[item.department] = counts.get(item.department, 0) + 1
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    return tuple(
        Link(
            href=f"/catalogue/departments/{code}/",
            name=department_name(catalogue, code),
            line=words.say("citizen.catalogue.items", count=counts[code]),
        )
        for code in ranked
    )


def facts(item: ServiceItem, catalogue: Catalogue) -> dict[str, Any]:
    """Everything that the page of an item shows."""
    roles = role_names(catalogue, item)
    statutory = item.limits.statutory
    department = catalogue.departments.get(item.department)
    return {
        "name": words.text(item.name),
        "summary": words.text(item.summary),
        "department": words.text(department.name) if department else item.department,
        "department_href": f"/catalogue/departments/{item.department}/",
        "telephone": department.contact.get("phone", "") if department else "",
        "joint": words.say("citizen.join").join(
            department_name(catalogue, code)
            for code in dict.fromkeys(one for rule in item.reviews if rule.always for one in rule.departments)
        ),
        "result": words.text(item.result),
        "certificates": [words.text(issued.name) for issued in item.produces.certificates],
        "promised": _limit(item.limits.promised.amount, item.limits.promised.unit),
        "statutory": _limit(statutory.amount, statutory.unit) if statutory else "",
        "statutory_laws": present.laws(statutory.law, catalogue) if statutory else (),
        "fee": words.say("citizen.guide.free") if not item.fee.amount else words.money(item.fee.amount),
        "fee_laws": present.laws(item.fee.law, catalogue),
        "channels": _listed(f"citizen.channel.{one}" for one in item.channels),
        "delivery": _listed(f"citizen.channel.{one}" for one in item.delivery),
        "visits": words.say("citizen.item.visits", count=item.visits),
        "needs": [_need(need, roles, catalogue) for need in item.needs],
        "papers": [_paper(need, roles, catalogue) for need in item.materials],
        "refusals": [
            {"reason": words.text(rule.plain), "laws": present.laws(rule.law, catalogue)}
            for rule in item.rules
            if rule.outcome == "reject"
        ],
        "corrections": [
            {"reason": words.text(rule.plain), "laws": present.laws(rule.law, catalogue)}
            for rule in item.rules
            if rule.outcome == "correct"
        ],
        "basis": present.laws(item.legal_basis, catalogue),
        "appeal": words.text(item.appeal),
        "regions": _regions(item, catalogue, roles),
        "events": events_of(catalogue, item.code),
    }


def _regions(item: ServiceItem, catalogue: Catalogue, roles: dict[str, str]) -> list[dict[str, Any]]:
    """What places do differently with an item, in words."""
    found = []
    for overlay in catalogue.overlays.values():
        if overlay.item != item.code:
            continue
        lines = []
        if overlay.promised:
            limit = _limit(overlay.promised.amount, overlay.promised.unit)
            lines.append((words.say("citizen.guide.item.promised"), limit))
        if overlay.fee:
            free = words.say("citizen.guide.free")
            paid = words.money(overlay.fee.amount) if overlay.fee.amount else free
            lines.append((words.say("citizen.guide.item.fee"), paid))
        if overlay.channels:
            listed = _listed(f"citizen.channel.{one}" for one in overlay.channels)
            lines.append((words.say("citizen.item.channels"), listed))
        if overlay.delivery:
            listed = _listed(f"citizen.channel.{one}" for one in overlay.delivery)
            lines.append((words.say("citizen.item.delivery"), listed))
        if overlay.result:
            lines.append((words.say("citizen.item.result"), words.text(overlay.result)))
        lines += [
            (words.say("citizen.item.more"), _paper(need, roles, catalogue).name) for need in overlay.adds
        ]
        lines += [
            (words.say("citizen.item.less"), _material(name, roles, catalogue)) for name in overlay.drops
        ]
        said = [f"{label}{words.say('common.colon')}{value}" for label, value in lines]
        if overlay.visits is not None:
            said.append(words.say("citizen.item.visits", count=overlay.visits))
        found.append({"region": words.region(overlay.region), "lines": said, "source": overlay.source})
    return found


def _material(name: str, roles: dict[str, str], catalogue: Catalogue) -> str:
    code, _, role = name.partition(".")
    material = catalogue.materials.get(code)
    return _owned(role, words.text(material.name) if material else code, roles)


def role_names(catalogue: Catalogue, item: ServiceItem) -> dict[str, str]:
    """An item's formal roles by what people call them in the first life event that holds it."""
    for event in catalogue.life_events.values():
        for use in event.items:
            if use.item == item.code:
                bound = {formal: use.roles.get(formal, formal) for formal in item.roles}
                return {
                    formal: words.text(event.roles[role].name)
                    for formal, role in bound.items()
                    if role in event.roles and event.roles[role].kind != "event"
                }
    return {}


def _limit(amount: int, unit: Any) -> str:
    return clocks.amount(amount, unit) if amount else words.say("clock.at_once")


def _listed(messages: Iterable[str]) -> str:
    return words.say("citizen.join").join(words.say(message) for message in messages)


def _owned(role: str | None, name: str, roles: dict[str, str]) -> str:
    owner = roles.get(role or "")
    return words.say("citizen.of", role=owner, name=name) if owner else name


def _element(address: str, roles: dict[str, str], catalogue: Catalogue) -> str:
    role, _, code = address.rpartition(".")
    element = catalogue.elements.get(code)
    return _owned(role, words.text(element.name) if element else code, roles)


def _need(need: Need, roles: dict[str, str], catalogue: Catalogue) -> NeedLine:
    join, either = words.say("citizen.join"), words.say("citizen.or")
    groups = need.any_of or ((need.element,),)
    codes = {address.rpartition(".")[2] for address in need.addresses}
    known = {
        department_name(catalogue, resource.department): None
        for resource in catalogue.resources.values()
        if codes & {address.rpartition(".")[2] for address in resource.answers}
    }
    return NeedLine(
        name=either.join(join.join(_element(one, roles, catalogue) for one in group) for group in groups),
        why=words.text(need.why),
        laws=present.laws(need.law, catalogue),
        known=join.join(known),
        sometimes=need.condition is not None,
        optional=not need.required,
    )


def _paper(need: MaterialNeed, roles: dict[str, str], catalogue: Catalogue) -> PaperLine:
    names, instead = [], []
    for code, role in need.papers:
        material = catalogue.materials.get(code)
        if material:
            names.append(_owned(role, words.text(material.name), roles))
            instead += [_instead(one, catalogue) for one in material.replaced_by]
    first = catalogue.materials.get(need.papers[0][0]) if need.papers else None
    return PaperLine(
        name=words.say("citizen.or").join(names),
        necessity=words.say(f"citizen.item.necessity.{need.necessity}"),
        note=words.text(need.note or (first.note if first else None)),
        follow=words.say("citizen.materials.follow", count=need.may_follow_days)
        if need.may_follow_days
        else "",
        instead=tuple(dict.fromkeys(one for one in instead if one)),
        laws=present.laws(need.law, catalogue),
    )


def _instead(one: Replacement, catalogue: Catalogue) -> str:
    if one.form:
        return words.say("citizen.item.instead.form")
    if one.certificate:
        issued = catalogue.certificates.get(one.certificate)
        resource = next(
            (each for each in catalogue.resources.values() if each.certificate == one.certificate), None
        )
        name = issued.name if issued else resource.name if resource else None
        return words.say("citizen.item.instead.certificate", name=words.text(name)) if name else ""
    names = dict.fromkeys(
        words.text(catalogue.elements[code].name)
        for code in (address.rpartition(".")[2] for address in one.elements)
        if code in catalogue.elements
    )
    return words.say("citizen.item.instead.elements", names=words.say("citizen.join").join(names))


def hit_lines(hits: Iterable[Hit], catalogue: Catalogue, query: str) -> list[HitLine]:
    """The results of a search."""
    return [_hit(hit, catalogue, query) for hit in hits]


def _hit(hit: Hit, catalogue: Catalogue, query: str) -> HitLine:
    if hit.kind == "life_event":
        event = catalogue.event(hit.code)
        link, department = event_link(event), ""
        events: tuple[Link, ...] = ()
    else:
        item = catalogue.item(hit.code)
        link = item_link(item)
        department = department_name(catalogue, item.department)
        events = events_of(catalogue, hit.code)
    return HitLine(
        href=link.href,
        name=link.name,
        line=link.line,
        kind=words.say(f"citizen.search.kind.{hit.kind}"),
        why=_why(hit, query),
        department=department,
        events=events,
    )


def _why(hit: Hit, query: str) -> str:
    """Why it was found, when that is not plain from its name."""
    if hit.how in {"name", "words"} and hit.matched == hit.title:
        return ""
    if hit.how in _LATIN and not query.isascii():
        return words.say("citizen.search.why.words", matched=hit.matched)
    return words.say(f"citizen.search.why.{hit.how}", matched=hit.meant or hit.matched)


def change_groups(changes: Iterable[Change], catalogue: Catalogue) -> tuple[ChangeGroup, ...]:
    """Changes thing by thing, as people read them."""
    things: dict[tuple[str, str], list[Change]] = {}
    for one in changes:
        things.setdefault((one.kind, one.code), []).append(one)
    return tuple(
        ChangeGroup(
            kind=words.text(KINDS[kind]),
            name=words.text(many[0].name),
            href=_href(kind, code, catalogue),
            lines=tuple((_tone(one), words.text(one.sentence)) for one in many),
        )
        for (kind, code), many in things.items()
    )


def public(found: Difference) -> tuple[Change, ...]:
    """The changes that people notice."""
    return tuple(one for one in found.changes if one.public)


def _tone(one: Change) -> str:
    return {True: "better", False: "worse", None: "neither"}[one.better]


def _href(kind: str, code: str, catalogue: Catalogue) -> str:
    if kind == "items" and code in catalogue.items:
        return f"/catalogue/items/{code}/"
    if kind == "life_events" and code in catalogue.life_events:
        return f"/events/{code}/"
    if kind == "departments" and code in catalogue.departments:
        return f"/catalogue/departments/{code}/"
    return ""
