"""The list of drafts, and a new one."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import queries as catalogue
from tongban.catalogue.domain import Catalogue
from tongban.design import actions, domain, queries
from tongban.design.domain import State
from tongban.faces.common import problems, words
from tongban.faces.common.paging import page_number
from tongban.faces.designer.drafts import pages
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import InvalidInput, NotFound

readers: Final = access.role(*sorted(domain.READERS))
STARTS: Final = ("life_events", "items", "processes", "decisions")
"""Kinds that one may begin a draft from."""
NEW_EVENT: Final = "new/life_events"
"""What the form sends for a life event that is yet to be made."""
_LONGEST_QUERY: Final = 60


@readers
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """All drafts, touched last first, filtered as the address says."""
    post = pages.post_of(request)
    state = request.GET.get("state", "")
    state = state if state in set(State) else ""
    mine = request.GET.get("mine", "") == "1"
    q = request.GET.get("q", "").strip()[:_LONGEST_QUERY].replace("\x00", "")
    found = queries.drafts(post, state=state, mine=mine, q=q, page=page_number(request.GET))
    narrowed = bool(state or mine or q)
    context = {
        "found": found,
        "state": state,
        "mine": mine,
        "q": q,
        "states": [str(each) for each in State],
        "narrowed": narrowed,
        "waiting": queries.waiting(post),
        "empty_title": words.say("designer.list.none" if narrowed else "designer.list.empty"),
        "empty_line": words.say("designer.list.none_line" if narrowed else "designer.list.empty_line"),
        "empty_href": reverse("drafts:list")
        if narrowed
        else reverse("drafts:new")
        if Role.DESIGNER in post.roles
        else "",
        "empty_act": words.say("designer.list.clear" if narrowed else "designer.list.new"),
    }
    return pages.page(request, "designer/list.html", context, tab="drafts")


@access.role(Role.DESIGNER)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft: its title, and what to start from."""
    post = pages.post_of(request)
    title = request.POST.get("title", request.GET.get("title", ""))
    chosen = request.POST.get("start", request.GET.get("start", ""))
    current = _newest()
    error = ""
    if request.method == "POST":
        kind, _, code = chosen.partition("/")
        start = [(kind, code)] if chosen and chosen != NEW_EVENT else []
        if not title.strip() and chosen:
            title = pages.name_of(current, kind, code) if start else words.say("composer.new.life_events")
        try:
            made = actions.open_draft(post, title, start)
        except (InvalidInput, NotFound) as refused:
            error = problems.sentence(refused)
        else:
            if chosen == NEW_EVENT:
                return redirect("composer:new_event", made)
            if chosen and kind in pages.EDITORS:
                return redirect(pages.editor(made, kind, code))
            return redirect("drafts:draft", made)
    context = {
        "title": title,
        "error": error,
        "groups": starts(current, chosen),
        "new_event": (NEW_EVENT, chosen == NEW_EVENT),
        "max_title": domain.MAX_TITLE,
    }
    return pages.page(request, "designer/new.html", context, tab="drafts", status=422 if error else 200)


def starts(current: Catalogue, chosen: str = "") -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What one may start from, by kind: value, name, whether it is chosen."""
    found = []
    for kind in STARTS:
        things: Any = getattr(current, kind, None) or {}
        named = [
            (f"{kind}/{code}", pages.name_of(current, kind, code), chosen == f"{kind}/{code}")
            for code in things
        ]
        if named:
            found.append((words.say(f"designer.kind.{kind}"), named))
    return found


def _newest() -> Catalogue:
    code = catalogue.newest()
    return catalogue.version(code) if code else catalogue.current()
