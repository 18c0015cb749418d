"""Messages of departments' systems that nobody could take, and those that they refused: for an operator."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import queries as catalogue_queries
from tongban.exchange import letters as exchange
from tongban.exchange import outbox
from tongban.faces.common import problems, words
from tongban.faces.common.naming import department_name, item_name
from tongban.faces.common.paging import page_number
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.kernel.pages import page_count

PAGE: Final = 25
_LONGEST: Final = 500
_WHICH: Final = ("in", "out")
_PROBLEMS: Final = frozenset(
    ("case.unknown_reference", "case.message_unexpected", "case.message_late", "case.over")
)


@access.role(Role.OPERATOR)
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """What came and is stuck, what went and was refused; never what stands in it."""
    return _page(request)


@access.role(Role.OPERATOR)
@require_POST
def again(request: HttpRequest, letter: int) -> HttpResponse:
    """Hand a message that came over again."""
    try:
        state = exchange.again(letter)
    except (InvalidInput, Conflict, NotFound) as error:
        return _page(request, error=problems.sentence(error), status=int(error.status))
    messages.success(request, words.say(f"flows.letter.done.{state}"))
    return redirect("flows:letters")


@access.role(Role.OPERATOR)
@require_POST
def drop(request: HttpRequest, letter: int) -> HttpResponse:
    """Give a message that came up, with a reason."""
    reason = request.POST.get("reason", "").strip()[:_LONGEST]
    try:
        exchange.drop(letter, reason, actor=Actor("staff", str(request.user.pk)))
    except (InvalidInput, NotFound) as error:
        return _page(request, error=problems.sentence(error), status=int(error.status))
    messages.success(request, words.say("flows.letter.dropped"))
    return redirect("flows:letters")


@access.role(Role.OPERATOR)
@require_POST
def resend(request: HttpRequest, message: UUID) -> HttpResponse:
    """Send a message that a department refused again, after its cause was mended."""
    try:
        outbox.resend(message, actor=Actor("staff", str(request.user.pk)))
    except Conflict as error:
        return _page(request, error=problems.sentence(error), status=int(error.status))
    messages.success(request, words.say("flows.letter.resent"))
    return redirect("flows:letters")


@access.role(Role.OPERATOR)
@require_POST
def give_up(request: HttpRequest, message: UUID) -> HttpResponse:
    """Give a message up that a department refused, with a reason."""
    reason = request.POST.get("reason", "").strip()[:_LONGEST]
    try:
        outbox.give_up(message, reason, actor=Actor("staff", str(request.user.pk)))
    except (InvalidInput, Conflict) as error:
        return _page(request, error=problems.sentence(error), status=int(error.status), tried=str(message))
    messages.success(request, words.say("flows.letter.given_up"))
    return redirect("flows:letters")


def _page(request: HttpRequest, *, error: str = "", status: int = 200, tried: str = "") -> HttpResponse:
    """Both kinds in one list, what came before what went; `tried` is what an act was refused for."""
    catalogue = catalogue_queries.current()
    senders, refusers = exchange.departments(), outbox.dead_departments()
    asked = request.GET
    wanted = {
        "which": asked.get("which", "") if asked.get("which") in _WHICH else "",
        "department": asked.get("department", "") if asked.get("department") in senders | refusers else "",
    }
    department = wanted["department"]
    came = exchange.count(department) if wanted["which"] != "out" else 0
    went = outbox.dead_count(department) if wanted["which"] != "in" else 0
    pages = page_count(came + went, PAGE)
    number = page_number(asked, pages)
    begin = (number - 1) * PAGE
    stuck = exchange.stuck(department=department, limit=PAGE, offset=begin) if begin < came else []
    left = min(PAGE - len(stuck), went)
    refused = (
        outbox.dead_letters(department=department, limit=left, offset=max(0, begin - came)) if left else []
    )
    context = {
        "stuck": [
            {
                "letter": one,
                "department": department_name(catalogue, one.department),
                "problem": words.say(
                    f"flows.letter.problem.{one.problem.rpartition('.')[2]}"
                    if one.problem in _PROBLEMS
                    else "flows.letter.problem"
                ),
            }
            for one in stuck
        ],
        "refused": [
            {
                "message": one,
                "name": item_name(catalogue, one.name),
                "department": department_name(catalogue, one.department),
                "awaited": one.kind != outbox.NOTIFY,
                "tried": str(one.id) == tried,
            }
            for one in refused
        ],
        "which": _WHICH,
        "departments": [(each, department_name(catalogue, each)) for each in sorted(senders | refusers)],
        "wanted": wanted,
        "total": came + went,
        "number": number,
        "pages": pages,
        "error": error,
        "reason": request.POST.get("reason", "")[:_LONGEST],
    }
    return render(request, "flows/letters.html", context, status=status)
