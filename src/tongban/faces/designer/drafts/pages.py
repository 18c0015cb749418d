"""How every page of the designer is made: who looks, which draft, which tab. The other parts use it too."""

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from tongban.catalogue.domain import Catalogue
from tongban.design import domain
from tongban.design.queries import DraftView
from tongban.faces.common import words
from tongban.identity.domain import Post, Role

EDITORS: Final = {
    "life_events": "composer:event",
    "items": "composer:item",
    "processes": "canvas:process",
    "decisions": "decisions:decision",
}
"""Kind → name of the page that edits it; the rest is edited as a form of its keys (`drafts:file`)."""

REGION: Final = "430102"
"""Where the made-up applicant of a try-out lives; any county would do."""


def when(at: dt.datetime) -> str:
    """A moment of a try-out; a limit that runs out at midnight ran out with the day before."""
    there = words.local(at)
    if there.time() == dt.time.min:
        return words.day(there - dt.timedelta(seconds=1))
    return words.moment(at)


def post_of(request: HttpRequest) -> Post:
    """Who works in the designer: all the person's posts as one."""
    return domain.as_one(request.posts)  # type: ignore[attr-defined]  # the access middleware adds it


def editor(draft_id: Any, kind: str, code: str) -> str:
    """The address of the page that edits a file of a draft."""
    try:
        return reverse(EDITORS.get(kind, "drafts:file"), args=_arguments(draft_id, kind, code))
    except NoReverseMatch:  # the part that edits it is not installed
        return reverse("drafts:file", args=[draft_id, kind, code])


def name_of(catalogue: Catalogue, kind: str, code: str, *others: Catalogue) -> str:
    """What people call a thing, looked for in `catalogue`, then in `others`; its code when nobody knows."""
    looked_up, _, item = code.partition("/") if kind == "overlays" else (code, "", "")
    for each in (catalogue, *others):
        if kind == "overlays" and item in each.items:
            return f"{words.region(looked_up)} · {words.text(each.items[item].name)}"
        found = (getattr(each, kind, None) or {}).get(code)
        title = getattr(found, "name", None) or getattr(found, "title", None)
        if title:
            return title if isinstance(title, str) else words.text(title)  # a model's name is in one language
    return code


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    draft: DraftView | None = None,
    tab: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page of the designer with its tabs.

    Args:
        request: the request.
        template: one that extends ``designer/base.html``.
        context: what the template shows.
        draft: the draft that the page is about; absent on the lists.
        tab: which tab it stands under: ``drafts``, ``versions``, or in a draft ``draft``, ``review``,
            ``tryout``.
        status: HTTP status.
    """
    post = post_of(request)
    frame = {
        "draft": draft,
        "tab": tab,
        "may_design": Role.DESIGNER in post.roles,
        "may_approve": Role.APPROVER in post.roles,
        "editable": draft is not None and draft.state == "drafting" and Role.DESIGNER in post.roles,
    }
    return render(request, template, frame | (context or {}), status=status)


def _arguments(draft_id: Any, kind: str, code: str) -> list[Any]:
    return [draft_id, code] if kind in EDITORS else [draft_id, kind, code]
