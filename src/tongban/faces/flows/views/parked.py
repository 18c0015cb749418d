"""Events that a part of the system could not take: which, why, try again now, give up with a reason."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import queries as cases
from tongban.faces.common import problems, words
from tongban.faces.common.paging import page_number
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.journal import parking
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.kernel.pages import page_count

PAGE: Final = 25
_LONGEST: Final = 500


@access.role(Role.OPERATOR)
@require_GET
def parked(request: HttpRequest) -> HttpResponse:
    """What waits; never what stands in it."""
    return _page(request)


@access.role(Role.OPERATOR)
@require_POST
def now(request: HttpRequest, event: int) -> HttpResponse:
    """Have an event tried again at once."""
    try:
        parking.hasten(event)
    except Conflict as error:
        return _page(request, error=problems.sentence(error), status=int(error.status))
    messages.success(request, words.say("flows.parked.done.now"))
    return redirect("flows:parked")


@access.role(Role.OPERATOR)
@require_POST
def drop(request: HttpRequest, event: int) -> HttpResponse:
    """Give an event up, with a reason."""
    reason = request.POST.get("reason", "").strip()[:_LONGEST]
    try:
        parking.give_up(event, reason, actor=Actor("staff", str(request.user.pk)))
    except (InvalidInput, Conflict) as error:
        return _page(request, error=problems.sentence(error), status=int(error.status))
    messages.success(request, words.say("flows.parked.done.drop"))
    return redirect("flows:parked")


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    pages = page_count(parking.count(), PAGE)
    number = page_number(request.GET, pages)
    rows = parking.held(limit=PAGE, offset=(number - 1) * PAGE)
    numbers = cases.numbers_of(one.stream for one in rows)
    context = {
        "rows": [
            {
                "held": one,
                "part": _part(one.subscription),
                "number": numbers.get(one.stream, one.stream),
                "problem": _problem(one.error),
            }
            for one in rows
        ],
        "number": number,
        "pages": pages,
        "error": error,
        "reason": request.POST.get("reason", "")[:_LONGEST],
    }
    return render(request, "flows/parked.html", context, status=status)


def _problem(code: str) -> str:
    message = f"error.{code}"
    return words.say(message) if words.has(message) else words.say("flows.parked.fault", code=code)


def _part(subscription: str) -> str:
    name = f"flows.parked.part.{subscription}"
    return words.say(name) if words.has(name) else words.say("flows.parked.part.other")
