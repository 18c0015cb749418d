"""Versions: what applied, applies and will apply; the difference between any two; the way back."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import queries as catalogue
from tongban.design import actions, domain, queries, reviewing
from tongban.faces.common import problems, words
from tongban.faces.designer.drafts import pages, present
from tongban.faces.designer.drafts.views.lists import readers
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, InvalidInput


@readers
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """Every release: since when, by whom, from which draft and why."""
    rows = queries.versions(pages.post_of(request))
    codes = list(dict.fromkeys(one.release.version for one in rows))
    context = {
        "rows": rows,
        "codes": [(code, _label(code, rows)) for code in codes],
        "newest": catalogue.newest(),
    }
    return pages.page(request, "designer/versions.html", context, tab="versions")


@readers
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """The difference between two versions, with the access that lies between them."""
    rows = queries.versions(pages.post_of(request))
    old = catalogue.find_version(request.GET.get("old", ""))
    new = catalogue.find_version(request.GET.get("new", ""))
    before, after = catalogue.version(old), catalogue.version(new)
    context = {
        "old": _label(old, rows),
        "new": _label(new, rows),
        "review": present.review(reviewing.compared(before, after), before, after),
    }
    return pages.page(request, "designer/compare.html", context, tab="versions")


@access.role(Role.APPROVER)
@require_http_methods(["GET", "POST"])
def roll_back(request: HttpRequest, version: str) -> HttpResponse:
    """An earlier version applies again, after a look at what that means."""
    post = pages.post_of(request)
    code = catalogue.find_version(version)
    typed = request.POST.get("applies_from", catalogue.today().isoformat())
    note = request.POST.get("note", "")
    error = ""
    if request.method == "POST":
        try:
            actions.roll_back(post, code, day_of(typed), note)
        except (InvalidInput, Conflict) as refused:
            error = problems.sentence(refused)
        else:
            messages.success(request, words.say("designer.told.rolled_back"))
            return redirect("drafts:versions")
    newest = catalogue.newest()
    before = catalogue.version(newest) if newest else catalogue.current()
    after = catalogue.version(code)
    context = {
        "version": code,
        "label": _label(code, queries.versions(post)),
        "review": present.review(reviewing.compared(before, after), before, after),
        "applies_from": typed,
        "today": catalogue.today().isoformat(),
        "note": note,
        "error": error,
        "max_note": domain.MAX_TEXT // 2,
    }
    return pages.page(
        request, "designer/roll_back.html", context, tab="versions", status=422 if error else 200
    )


def day_of(typed: str) -> dt.date:
    """The day that a person chose; InvalidInput `publish.day` when it is none."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise InvalidInput("publish.day", "This is no day.", hint="Choose a day.") from None


def _label(code: str, rows: list[queries.VersionView]) -> str:
    """What people call a version: since when, and which."""
    first = next((one for one in reversed(rows) if one.release.version == code), None)
    if first is None:
        return code[:8]
    day = words.day(first.release.applies_from, with_year=True)
    return words.say("designer.versions.label", day=day, code=code[:8])
