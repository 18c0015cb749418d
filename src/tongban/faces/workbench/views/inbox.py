"""The inbox: what runs out first stands first; several tasks accepted at once; which post one works at."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import errands, tasks
from tongban.casework import inbox as casework
from tongban.casework.domain.moves import State
from tongban.catalogue.domain import ServiceItem
from tongban.faces.common import problems, words
from tongban.faces.common.paging import page_number
from tongban.faces.common.views import next_of
from tongban.faces.workbench import changes, posts, present
from tongban.faces.workbench.views import errand
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, TongbanError

STATES: Final = (
    State.READY,
    State.SENT,
    State.ACCEPTED,
    State.CORRECTION,
    State.APPROVED,
    State.REJECTED,
    State.SKIPPED,
    State.WITHDRAWN,
)
"""States to filter by; what waits for another item has not arrived yet."""
MINE: Final = ("", "mine", "free")
CLOCKS: Final = ("", "risk", "overdue")
_RESULTS: Final = "workbench_results"
_MOST: Final = 100
"""Rows that one bulk act takes."""
_LONGEST_QUERY: Final = 40


@access.role(Role.CLERK)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The tasks of the clerk's post, filtered as the address says."""
    post = posts.current(request)
    wanted = filter_of(request.GET)
    found = casework.inbox(post, wanted)
    narrowed = wanted != casework.InboxFilter(page=wanted.page)
    context = {
        "errands": [] if narrowed or wanted.page > 1 else [errand.line(one) for one in errands.errands(post)],
        "rows": [present.row_line(post, row) for row in found.rows],
        "found": found,
        "wanted": wanted,
        "filters": _filters(wanted, found.items),
        "narrowed": narrowed,
        "tabs": _tabs(wanted),
        "results": request.session.pop(_RESULTS, []),
        "acceptable": sum(1 for row in found.rows if _acceptable(post, row)),
        "empty_title": words.say("workbench.empty.filtered" if narrowed else "workbench.empty.title"),
        "empty_line": words.say("workbench.empty.filtered_line" if narrowed else "workbench.empty.line"),
        "empty_href": reverse("workbench:inbox") if narrowed else "",
        "empty_act": words.say("workbench.filter.clear"),
    }
    return posts.page(request, "workbench/inbox.html", context)


@access.role(Role.CLERK)
@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """Work at another of one's posts."""
    posts.choose(request, request.POST.get("post", ""))
    messages.success(request, words.say("workbench.post.chosen", name=posts.name_of(posts.current(request))))
    return redirect("workbench:inbox")


@access.role(Role.CLERK)
@require_POST
def accept_several(request: HttpRequest) -> HttpResponse:
    """Accept the chosen rows, each on its own; every row gets its own result."""
    post = posts.current(request)
    back = next_of(request, reverse("workbench:inbox"))
    picked = [request.POST["only"]] if "only" in request.POST else request.POST.getlist("row")
    chosen = [pair for raw in picked[:_MOST] if (pair := _pair(raw))]
    if not chosen:
        messages.warning(request, words.say("workbench.bulk.none"))
        return redirect(back)
    labels = _labels(post, back)
    results = [_result(result, labels.get(result.dispatch_id)) for result in tasks.bulk_accept(post, chosen)]
    request.session[_RESULTS] = results
    return redirect(back)


def filter_of(query: QueryDict) -> casework.InboxFilter:
    """The filter in the address; a value that is none of the choices counts as not given."""
    return casework.InboxFilter(
        state=_one_of(query.get("state", ""), STATES),
        item=query.get("item", "")[:80],
        mine=_one_of(query.get("mine", ""), MINE),  # type: ignore[arg-type]  # the value is one of the literals
        clock=_one_of(query.get("clock", ""), CLOCKS),  # type: ignore[arg-type]  # likewise
        q=query.get("q", "").strip()[:_LONGEST_QUERY].replace("\x00", ""),
        page=page_number(query),
    )


def _one_of(raw: str, choices: tuple[str, ...]) -> str:
    return raw if raw in choices else ""


def _acceptable(post: Any, row: casework.InboxRow) -> bool:
    leads = row.item.department == post.department
    return present.acts(post, row.state, leads=leads, assigned_to=row.assigned_to, signs=row.joint).accept


def _filters(wanted: casework.InboxFilter, items: tuple[ServiceItem, ...]) -> list[dict[str, Any]]:
    """The selects above the list."""
    choices: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("state", wanted.state, [(str(state), present.state_words(state)) for state in STATES]),
        ("item", wanted.item, [(item.code, words.text(item.name)) for item in items]),
        ("mine", wanted.mine, [(each, words.say(f"workbench.filter.mine.{each}")) for each in MINE if each]),
        (
            "clock",
            wanted.clock,
            [(each, words.say(f"workbench.filter.clock.{each}")) for each in CLOCKS if each],
        ),
    ]
    return [
        {
            "name": name,
            "label": words.say(f"workbench.filter.{name}"),
            "all": words.say(f"workbench.filter.{name}.all"),
            "options": [(code, text, code == chosen) for code, text in options],
        }
        for name, chosen, options in choices
    ]


def _tabs(wanted: casework.InboxFilter) -> list[dict[str, Any]]:
    """Quick ways to the filters that are used most."""
    ready = (
        ("open", casework.InboxFilter()),
        ("mine", casework.InboxFilter(mine="mine")),
        ("free", casework.InboxFilter(mine="free")),
        ("risk", casework.InboxFilter(clock="risk")),
        ("overdue", casework.InboxFilter(clock="overdue")),
    )
    return [
        {
            "words": words.say(f"workbench.tab.{name}"),
            "href": "?" + urlencode({k: v for k in ("mine", "clock") if (v := getattr(each, k))}),
            "current": replace(wanted, page=1) == each,
        }
        for name, each in ready
    ]


def _pair(raw: str) -> tuple[UUID, int] | None:
    """The id and version that a row carried; None for anything else."""
    left, _, right = raw.partition(":")
    try:
        return UUID(left), int(right)
    except ValueError:
        return None


def _labels(post: Any, back: str) -> dict[UUID, str]:
    """Number and item of the rows that the clerk saw."""
    query = QueryDict(mutable=True)
    for name, values in parse_qs(urlsplit(back).query).items():
        query[name] = values[0]
    rows = casework.inbox(post, filter_of(query)).rows
    return {row.dispatch_id: f"{row.number} {words.text(row.item.name)}" for row in rows}


def _result(result: tasks.BulkResult, label: str | None) -> dict[str, Any]:
    error = result.error
    if label is None:
        label = _label_of(result.dispatch_id) if not error or isinstance(error, Conflict) else ""
    if error is None:
        said = ""
    elif isinstance(error, Conflict):
        said = changes.told(result.dispatch_id, error)
    else:
        said = _refusal(error)
    return {
        "label": label,
        "ok": error is None,
        "words": said,
        "href": reverse("workbench:task", args=[result.dispatch_id]) if label else "",
    }


def _label_of(dispatch_id: UUID) -> str:
    """Number and item of a row that has left the list meanwhile."""
    last = casework.last_change(dispatch_id)
    return f"{last['number']} {words.text(last['item'])}" if last else ""


def _refusal(error: TongbanError) -> str:
    return problems.sentence(error)
