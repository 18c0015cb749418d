"""Who takes part, where several play one role: one page to add and take out, without JavaScript."""

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.catalogue.domain.members import member
from tongban.faces.citizen.people import person_of
from tongban.faces.common import problems, words
from tongban.faces.common.numbers import whole
from tongban.identity import access
from tongban.intake import people, queries
from tongban.intake.domain import members
from tongban.intake.queries import MEMBERS, DraftView, Page
from tongban.kernel.errors import Conflict, NotFound

_ACTS: Final = ("add", "remove", "restore", "confirm")


def members_page(request: HttpRequest, view: DraftView, shown: Page) -> HttpResponse:
    """The members of one role, each with what is answered so far, and those who were taken out."""
    role = shown.key.removeprefix(MEMBERS)
    span, held = members.many_of(view.bound)[role], view.row.members[role]
    name = words.text(view.bound.many[role].name)
    before = view.page_before(shown.key)
    context = {
        "view": view,
        "page": shown,
        "role": role,
        "name": name,
        "title": words.say("citizen.members.title", role=name),
        "members": [_line(view, role, number) for number in held["present"]],
        "removed": [{"number": number, "name": f"{name} {number}"} for number in held["removed"]],
        "may_add": len(held["present"]) < span.max,
        "may_remove": len(held["present"]) > span.min,
        "span": words.say("citizen.members.span", low=span.min, high=span.max),
        "step": view.step(shown.key),
        "back": reverse("page", args=[view.application_id, before.key])
        if before
        else reverse("known", args=[view.application_id]),
    }
    return render(request, "citizen/members.html", context)


def _line(view: DraftView, role: str, number: int) -> dict[str, Any]:
    """One member: the name when it is known or answered, and how many questions are still open."""
    one = member(role, number)
    values = view.derivation.values
    mine = [question for question in view.open if question.address.startswith(f"{one}.")]
    return {
        "number": number,
        "name": words.text(view.bound.event.roles[one].name),
        "person": values.get(f"{one}.name") or "",
        "left": words.say("citizen.members.left", count=len(mine)) if mine else "",
        "href": reverse("page", args=[view.application_id, mine[0].address]) if mine else "",
    }


@access.person
@require_POST
def change_members(request: HttpRequest, application_id: UUID, role: str) -> HttpResponse:
    """Add one, take one out or in again, or say that these are all; then the page, or the next question."""
    person_id = person_of(request)
    act, number = request.POST.get("act", ""), whole(request.POST.get("number", "0"))
    if act not in _ACTS or number is None:
        raise NotFound("members.act", "There is no such act.", hint="Open the page again.")
    try:
        number = people.change(application_id, person_id, role, cast("people.Act", act), number)
    except Conflict as error:
        if error.code not in {"members.too_few", "members.too_many"}:
            raise
        messages.error(request, problems.sentence(error))
    else:
        if act == "remove":
            messages.info(request, words.say("citizen.members.removed", number=number))
        elif act == "restore":
            messages.success(request, words.say("citizen.members.restored", number=number))
    key = f"{MEMBERS}{role}"
    if act == "confirm":
        found = queries.draft(application_id, person_id).next_page(key)
        if found is None:
            return redirect("check", application_id=application_id)
        key = found.key
    return redirect("page", application_id=application_id, key=key)
