"""Process instances: which there are, how each stands, and what an operator can do."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import queries as cases
from tongban.exchange import letters, outbox
from tongban.faces.common import problems, words
from tongban.faces.common.paging import page_number
from tongban.faces.flows import running
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.journal import parking
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.kernel.pages import page_count
from tongban.process import actions, queries

PAGE: Final = 25
_STATUSES: Final = ("active", "suspended", "completed", "cancelled")
_LONGEST: Final = 500


@access.role(Role.OPERATOR)
@require_GET
def instances(request: HttpRequest) -> HttpResponse:
    """A page of instances; what is held up stands above them."""
    raw = request.GET
    status = raw.get("status", "") if raw.get("status") in _STATUSES else ""
    held_up = raw.get("status") == "held_up"
    codes = sorted({row.code for row in queries.versions() if row.kind == "bpmn"})
    code = raw.get("code", "") if raw.get("code") in codes else ""
    key = raw.get("key", "").strip()[:200]
    total = queries.count(code=code, status=status, key=key, held_up=held_up)
    pages = page_count(total, PAGE)
    number = page_number(raw, pages)
    rows = queries.instances(
        code=code, status=status, key=key, held_up=held_up, limit=PAGE, offset=(number - 1) * PAGE
    )
    numbers = cases.numbers_of(each.key for each in rows)
    context = {
        "rows": [(each, running.called(each.code), numbers.get(each.key, each.key)) for each in rows],
        "total": total,
        "number": number,
        "pages": pages,
        "codes": codes,
        "wanted": {"code": code, "status": "held_up" if held_up else status, "key": key},
        "statuses": ("held_up", *_STATUSES),
        "incidents": running.held_up(queries.incidents(limit=PAGE)),
        "parked": parking.count(),
        "letters": letters.count() + outbox.dead_count(),
    }
    return render(request, "flows/instances.html", context)


@access.role(Role.OPERATOR)
@require_GET
def instance(request: HttpRequest, instance: UUID) -> HttpResponse:
    """One instance."""
    return _page(request, instance)


@access.role(Role.OPERATOR)
@require_POST
def act(request: HttpRequest, instance: UUID, act: str) -> HttpResponse:
    """Retry, suspend, resume, cancel, move a token, end a wait; each with its reason on the record."""
    try:
        said = _do(request, instance, act)
    except (InvalidInput, Conflict) as error:
        return _page(request, instance, error=problems.sentence(error), status=int(error.status))
    messages.add_message(request, said[0], said[1])
    return redirect("flows:instance", instance=instance)


def _do(request: HttpRequest, instance: UUID, act: str) -> tuple[int, str]:
    actor = Actor("staff", str(request.user.pk))
    reason = request.POST.get("reason", "").strip()[:_LONGEST]
    match act:
        case "retry":
            done = actions.retry(instance, request.POST.get("incident", ""), actor=actor)
            if done.solved:
                return messages.SUCCESS, words.say("flows.done.retry")
            return messages.WARNING, words.say("flows.done.not_solved", reason=done.reason)
        case "suspend":
            actions.suspend(instance, reason, actor=actor)
        case "resume":
            actions.resume(instance, reason, actor=actor)
        case "cancel":
            actions.cancel(instance, reason, actor=actor)
        case "move":
            source, target = request.POST.get("source", ""), request.POST.get("target", "")
            actions.move(instance, source, target, reason, actor=actor)
        case "hasten":
            actions.hasten(instance, request.POST.get("element", ""), reason, actor=actor)
        case _:
            raise NotFound("process.act", "There is no such act.")
    return messages.SUCCESS, words.say(f"flows.done.{act}")


def _page(request: HttpRequest, identity: UUID, *, error: str = "", status: int = 200) -> HttpResponse:
    facts = queries.instance(identity)
    context: dict[str, Any] = {
        "facts": facts,
        "name": running.called(facts.code),
        "key": cases.numbers_of([facts.key]).get(facts.key, facts.key),
        "shown": running.show(facts),
        "error": error,
        "reason": request.POST.get("reason", "")[:_LONGEST],
        "over": facts.status in {"completed", "cancelled"},
        "notices": running.notices_of(facts),
    }
    return render(request, "flows/instance.html", context, status=status)
