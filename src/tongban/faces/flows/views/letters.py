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
from tongban.faces.common import pictures, problems, words
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput, NotFound

_LONGEST: Final = 500
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
    except InvalidInput as error:
        return _page(request, error=problems.sentence(error), status=int(error.status))
    messages.success(request, words.say("flows.letter.dropped"))
    return redirect("flows:letters")


@access.role(Role.OPERATOR)
@require_POST
def resend(request: HttpRequest, message: UUID) -> HttpResponse:
    """Send a message that a department refused again, after its cause was mended."""
    if message not in {one.pk for one in outbox.dead_letters()}:
        raise NotFound("exchange.letter", "No such message was refused.", hint="List them again.")
    outbox.resend(message)
    messages.success(request, words.say("flows.letter.resent"))
    return redirect("flows:letters")


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    catalogue = catalogue_queries.current()
    context = {
        "stuck": [
            {
                "letter": one,
                "department": pictures.department(catalogue, one.department),
                "problem": words.say(
                    f"flows.letter.problem.{one.problem.rpartition('.')[2]}"
                    if one.problem in _PROBLEMS
                    else "flows.letter.problem"
                ),
            }
            for one in exchange.stuck()
        ],
        "refused": [
            {"message": one, "department": pictures.department(catalogue, one.department)}
            for one in outbox.dead_letters()
            if one.kind == "notify"
        ],
        "error": error,
        "reason": request.POST.get("reason", "")[:_LONGEST],
    }
    return render(request, "flows/letters.html", context, status=status)
