"""The public catalogue: all that can be done here, by stage of life and by department; and its versions."""

from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from tongban.catalogue import queries
from tongban.catalogue.difference import Difference, difference
from tongban.faces.citizen import catalogue as shown
from tongban.faces.citizen import present
from tongban.faces.common import words
from tongban.identity import access

_KEPT: Final = 32
_KEPT_ITEMS: Final = 1024


@access.public
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Life events by stage, then every item by department."""
    catalogue = queries.current()
    by_department: dict[str, list[shown.Link]] = {}
    for item in catalogue.items.values():
        by_department.setdefault(item.department, []).append(shown.item_link(item))
    context = {
        "stages": present.stages(catalogue.life_events.values()),
        "departments": [
            {"link": link, "items": by_department[link.href.split("/")[-2]]}
            for link in shown.departments(catalogue)
        ],
        "events_count": len(catalogue.life_events),
        "items_count": len(catalogue.items),
    }
    return render(request, "citizen/catalogue.html", context)


@access.public
@require_GET
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: who decides, what it needs and why, how long, what it costs, how to appeal."""
    return render(request, "citizen/item.html", _item(code, queries.current().version, words.language()))


@lru_cache(maxsize=_KEPT_ITEMS)
def _item(code: str, version: str, language: str) -> dict[str, Any]:
    """An item's page, drawn once for all who read that language."""
    del language  # part of the key: the words are in it
    catalogue = queries.version(version)
    found = catalogue.item(code)
    body = render_to_string("citizen/parts/item.html", {"item": shown.facts(found, catalogue)})
    return {"name": words.text(found.name), "body": body}


@access.public
@require_GET
def department(request: HttpRequest, code: str) -> HttpResponse:
    """What one department decides, and what data it shares so that people need not give it."""
    catalogue = queries.current()
    found = catalogue.department(code)
    context = {
        "name": words.text(found.name),
        "telephone": found.contact.get("phone", ""),
        "url": found.contact.get("url", ""),
        "items": [
            {"link": shown.item_link(one), "events": shown.events_of(catalogue, one.code)}
            for one in catalogue.items.values()
            if one.department == code
        ],
        "resources": [words.text(one.name) for one in catalogue.resources.values() if one.department == code],
        "none_title": words.say("citizen.department.none.title"),
        "none_line": words.say("citizen.department.none.line"),
    }
    return render(request, "citizen/department.html", context)


@access.public
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """The versions with the days on which they apply, and what each changed for people.

    `old` and `new` compare any two versions; `event` leaves only what touches one life event.
    """
    releases = queries.releases()
    effective = [one for one in releases if one.state != "replaced"]
    new = _chosen(request.GET.get("new", ""), [one.version for one in effective])
    codes = [one.version for one in effective]
    before = codes[codes.index(new) + 1] if new in codes[:-1] else ""
    old = _chosen(request.GET.get("old", ""), codes, before)
    event = request.GET.get("event", "")
    found = _difference(old, new) if old and new else None
    context: dict[str, Any] = {
        "versions": [
            {
                "version": one.version,
                "from": words.day(one.applies_from, with_year=True),
                "until": words.day(one.applies_until, with_year=True),
                "state": words.say(f"citizen.changes.state.{one.state}"),
                "note": one.note,
                "chosen": one.version == new,
                "events": one.summary.get("life_events", 0),
                "items": one.summary.get("items", 0),
            }
            for one in effective
        ],
        "old": old,
        "new": new,
        "groups": _groups(found, event) if found else (),
        "event": event,
        "none_title": words.say("citizen.changes.none.title"),
        "none_line": words.say("citizen.changes.none.line"),
    }
    return render(request, "citizen/changes.html", context)


def _chosen(asked: str, codes: list[str], otherwise: str = "") -> str:
    """A version that was asked for and exists; else the given one, else the newest."""
    if asked in codes:
        return asked
    return otherwise or (codes[0] if codes and not asked and not otherwise else "")


@lru_cache(maxsize=_KEPT)
def _difference(old: str, new: str) -> Difference:
    """Two versions never change, so neither does what differs between them."""
    return difference(queries.version(old), queries.version(new))


def _groups(found: Difference, event: str) -> tuple[shown.ChangeGroup, ...]:
    kept = found.about(event) if event else shown.public(found)
    return shown.change_groups(kept, queries.version(found.new))
