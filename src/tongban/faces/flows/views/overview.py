"""A life event with its heat and its cases; one case."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.casework import heat
from tongban.casework.queries import view_of
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.faces.common import pictures, words
from tongban.faces.common.naming import department_name
from tongban.faces.common.paging import page_number
from tongban.identity import access
from tongban.identity.domain import Post, Role

_MAY: Final = (Role.SUPERVISOR, Role.DESIGNER, Role.OPERATOR)
_PERIODS: Final = (7, 30, 90, 365)
"""Days, today included."""
_USUAL: Final = 30
_BY: Final = ("time", "volume")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asks for; every field stands in the address."""

    event: str
    days: int
    by: str
    ended: bool
    page: int


@access.role(*_MAY)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The heat of one life event over a period, and its cases."""
    post = _post(request)
    catalogue = catalogue_queries.current()
    seen = [code for code in heat.events_seen() if code in catalogue.life_events]
    wanted = _wanted(request, seen)
    context: dict[str, Any] = {
        "wanted": wanted,
        "events": [(code, words.text(catalogue.event(code).name)) for code in seen],
        "periods": _PERIODS,
        "region": words.region(post.region),
    }
    if wanted.event:
        context |= _heat(post, catalogue, wanted) | _cases(post, wanted)
    return render(request, "flows/overview.html", context)


@access.role(*_MAY)
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case as its diagram."""
    view = view_of(heat.watched(_post(request), case_id))
    shown = pictures.of_case(view, with_staff=True)
    context = {
        "number": view.number,
        "event": words.text(view.event_name),
        "state": view.state,
        "opened_at": view.row.opened_at,
        "promised_on": view.row.promised_on,
        "picture": shown.svg,
        "steps": shown.steps,
    }
    return render(request, "flows/case.html", context)


def _post(request: HttpRequest) -> Post:
    """The post that lets the reader watch; the access rule made sure that there is one."""
    held: tuple[Post, ...] = request.posts  # type: ignore[attr-defined]
    return next(post for post in held if post.roles & set(_MAY))


def _wanted(request: HttpRequest, seen: list[str]) -> Wanted:
    raw = request.GET
    days = raw.get("days", "")
    event = raw.get("event", "")
    return Wanted(
        event=event if event in seen else next(iter(seen), ""),
        days=int(days) if days in map(str, _PERIODS) else _USUAL,
        by=raw.get("by", "") if raw.get("by") in _BY else _BY[0],
        ended=raw.get("ended") == "yes",
        page=page_number(raw),
    )


def _heat(post: Post, catalogue: Catalogue, wanted: Wanted) -> dict[str, Any]:
    until = words.today()
    since = until - dt.timedelta(days=wanted.days - 1)
    figures = heat.heat(post, wanted.event, since, until)
    bound = catalogue.bound(wanted.event)
    names = {item.code: words.text(item.item.name) for item in bound.items}
    return {
        "since": since,
        "until": until,
        "figures": [
            {
                "item": names.get(each.item, each.item),
                "department": department_name(catalogue, each.department),
                "begun": each.begun,
                "ended": each.ended,
                "open": each.open,
                "late": each.late,
                "median": pictures.lasting(each.median),
                "ninth_tenth": pictures.lasting(each.ninth_tenth),
            }
            for each in figures
        ],
        "picture": pictures.of_heat(
            bound, heat.waits(post, wanted.event, since, until), figures, by=wanted.by
        )
        if figures
        else "",
    }


def _cases(post: Post, wanted: Wanted) -> dict[str, Any]:
    return {
        "cases": heat.running(post, event=wanted.event, only_open=not wanted.ended, page=wanted.page),
    }
