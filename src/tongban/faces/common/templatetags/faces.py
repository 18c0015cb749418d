"""Template tags of all faces: words, dates, clocks, fields. `{% load faces %}`."""

import datetime as dt
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tongban.catalogue.domain import Text
from tongban.faces.common import clocks, forms, words

register = template.Library()


@register.simple_tag
def say(message: str, **places: Any) -> str:
    """`{% say "citizen.home.title" name=value %}`: a message in the person's language, escaped."""
    return words.say(message, **places)


@register.filter
def text(content: Text | None) -> str:
    """`{{ item.name|text }}`: a text of the content."""
    return words.text(content)


@register.filter
def day(date: dt.date | dt.datetime | None) -> str:
    """`{{ case.promised_on|day }}`: a date with its weekday."""
    return words.day(date)


@register.filter
def moment(at: dt.datetime | None) -> str:
    """`{{ read.at|moment }}`: date, weekday and time."""
    return words.moment(at)


@register.filter
def iso(at: dt.date | dt.datetime | None) -> str:
    """`<time datetime="{{ at|iso }}">`: the machine's form of a date or moment."""
    return at.isoformat() if at else ""


@register.filter
def number(value: Any) -> str:
    """`{{ 1135|number }}`: with separators."""
    return words.number(value)


register.filter("dom", forms.dom)


@register.inclusion_tag("common/badge.html")
def badge(state: str, message: str = "") -> dict[str, str]:
    """`{% badge "correction" %}`: a state as colour *and* word (message ``state.<state>``)."""
    return {"state": state, "words": message or words.say(f"state.{state}")}


@register.inclusion_tag("common/clock.html")
def clock(state: Any, kind: str = "promised", *, outage: bool = False) -> dict[str, Any]:
    """`{% clock dispatch.promised "promised" %}`: a clock in words; the bar repeats them."""
    return {"clock": clocks.shown(state, kind=kind) if state else None, "outage": outage}


@register.inclusion_tag("common/steps.html")
def steps(step: int, of: int) -> dict[str, Any]:
    """`{% steps 2 5 %}`: which step of how many."""
    return {"step": step, "of": of, "share": round(100 * step / of) if of else 0}


@register.simple_tag
def current(here: str, path: str) -> SafeString:
    """`<a {% current request.path "/my/" %}>`: marks the link of the page one is on."""
    return format_html('aria-current="{}"', "page") if here == path else SafeString("")


@register.inclusion_tag("common/paging.html", takes_context=True)
def paging(context: template.Context, number: int, pages: int) -> dict[str, Any]:
    """`{% paging page.page page.pages %}`: previous and next, keeping the other parameters of the address."""
    query = context["request"].GET.copy()
    links = {}
    for name, wanted in (("previous", number - 1), ("next", number + 1)):
        query["page"] = str(wanted)
        if 1 <= wanted <= pages:
            links[name] = "?" + query.urlencode()
    return {"number": number, "pages": pages, "links": links}
