"""The palette: service items to choose from, found by name, pinyin and everyday words."""

from typing import Any, Final

from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import ServiceItem
from tongban.faces.common import words
from tongban.faces.common.naming import department_name
from tongban.faces.designer.composer import shown
from tongban.faces.designer.composer.desk import Desk

SHOWN: Final = 12
_HITS: Final = 60
_NAMES: Final = 5
_OBVIOUS: Final = frozenset({"name", "id_number", "mobile", "sex", "birth_date"})
"""What nearly every item needs tells nobody anything."""


def palette(desk: Desk, query: str, department: str) -> dict[str, Any]:
    """The cards that fit, the best first, and how many more there are."""
    items = desk.catalogue.items
    if query:
        hits = catalogue_queries.index(words.language()).search(query, _HITS)
        codes = [hit.code for hit in hits if hit.kind == "item" and hit.code in items]
        plain = query.strip().lower()
        codes += [
            code for code, item in items.items() if plain in words.text(item.name).lower() or plain == code
        ]
    else:
        used = {one.get("item") for one in desk.content.get("items", [])}
        near = {items[code].department for code in used if code in items}
        codes = sorted(items, key=lambda code: (items[code].department not in near, code))
    found = [
        items[code] for code in dict.fromkeys(codes) if not department or items[code].department == department
    ]
    return {
        "query": query,
        "department": department,
        "departments": sorted(
            (
                (code, department_name(desk.catalogue, code), code == department)
                for code in {item.department for item in items.values()}
            ),
            key=lambda one: one[1],
        ),
        "cards": [card(item, desk) for item in found[:SHOWN]],
        "count": len(found),
        "left": max(0, len(found) - SHOWN),
    }


def card(item: ServiceItem, desk: Desk) -> dict[str, Any]:
    """One item in short: who, how long, what it needs, what it gives."""
    needs = dict.fromkeys(name.rpartition(".")[2] for need in item.needs for name in need.addresses)
    telling = [code for code in needs if code not in _OBVIOUS] or list(needs)
    names = shown.join(
        words.text(desk.catalogue.elements[code].name)
        for code in telling[:_NAMES]
        if code in desk.catalogue.elements
    )
    return {
        "code": item.code,
        "name": words.text(item.name),
        "summary": words.text(item.summary),
        "department": department_name(desk.catalogue, item.department),
        "limit": shown.limit(item.limits.promised.amount, item.limits.promised.unit),
        "needs": words.say("composer.palette.needs", count=len(needs), names=names)
        if len(needs) > _NAMES
        else words.say("composer.palette.needs_few", names=names),
        "papers": words.say("composer.palette.papers", count=len(item.materials)) if item.materials else "",
        "brings": shown.brings(desk.catalogue, item.code),
        "used": any(use.get("item") == item.code for use in desk.content.get("items", [])),
    }
