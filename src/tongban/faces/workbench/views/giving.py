"""Who works what: giving one task on with the figures in sight; how a department's tasks find a clerk."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tongban.casework import assigning, tasks
from tongban.casework import inbox as casework
from tongban.casework.assignment.giving import Figures
from tongban.faces.common import forms, problems, words
from tongban.faces.common.numbers import whole
from tongban.faces.workbench import changes, posts, present
from tongban.faces.workbench.views.task import LONGEST, version_of
from tongban.identity import access
from tongban.identity import actions as identity
from tongban.identity.domain import Role
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotAllowed, NotFound


@access.role(Role.CLERK)
@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Give the task to a colleague whose post reaches it; over the strategy's choice with a reason."""
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    if not view.may_decide:
        raise NotAllowed("task.not_lead", "The leading department decides.")
    found = [
        one
        for one in casework.choices(post, dispatch_id)
        if one.clerk.account_id != view.dispatch.assigned_to
    ]
    colleagues = {one.clerk.account_id: one.clerk.name for one in found}
    overrules = view.assignment is not None and view.assignment.holds
    faults: list[FieldFault] = []
    chosen, reason = request.POST.get("to", ""), request.POST.get("reason", "").strip()[:LONGEST]
    if request.method == "POST":
        if whole(chosen) not in colleagues:
            faults = [FieldFault("to", "task.no_colleague", "Nobody was chosen.", "Choose a colleague.")]
        else:
            try:
                tasks.reassign(post, dispatch_id, version_of(request), int(chosen), reason)
            except InvalidInput as error:
                faults = list(error.faults) or [error.fault("to")]
            except Conflict as error:
                return changes.page(request, dispatch_id, error)
            else:
                messages.success(request, words.say("workbench.done.reassigned", who=colleagues[int(chosen)]))
                return redirect("workbench:inbox")
    wrong = {fault.address: problems.fault_sentence(fault) for fault in faults}
    options = tuple(
        forms.Option(value=str(account), words=name, chosen=str(account) == chosen)
        for account, name in colleagues.items()
    )
    fields = [
        forms.Field(
            name="to",
            label=words.say("workbench.reassign.to"),
            kind="choice" if len(colleagues) <= forms.RADIOS_UP_TO else "select",
            groups=(("", options),),
            error=wrong.get("to", ""),
        ),
        forms.Field(
            name="reason",
            label=words.say("workbench.reassign.reason"),
            hint=words.say("workbench.reassign.reason_hint") if overrules else "",
            kind="long",
            rows=2,
            required=overrules,
            max_length=LONGEST,
            value=reason,
            error=wrong.get("reason", ""),
        ),
    ]
    context = {
        "task": present.head(view),
        "fields": fields,
        "colleagues": colleagues,
        "figures": [_figures(one) for one in found],
        "assignment": present.assignment(view),
        "faults": forms.summary(faults, fields),
    }
    return posts.page(request, "workbench/reassign.html", context, status=422 if faults else 200)


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "who": one.clerk.name,
        "load": one.candidate.load,
        "hours": present.hours(one.candidate.hours),
        "completion": present.hours(one.candidate.completion),
        "done": one.candidate.done,
        "away": one.away,
        "skilled": one.skilled,
    }


@access.role(Role.CLERK)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """How this department's tasks are given out, who may work what, who is away; supervisors change it."""
    post = posts.current(request)
    may = Role.SUPERVISOR in post.roles
    faults: list[FieldFault] = []
    if request.method == "POST":
        if not may:
            raise NotAllowed("assignment.supervisor", "Only a supervisor of the department changes this.")
        try:
            _change(request, post.department, post.account_id)
        except InvalidInput as error:
            faults = list(error.faults) or [error.fault(f"away:{request.POST.get('post', '')}")]
        else:
            messages.success(request, words.say("workbench.done.assign"))
            return redirect("workbench:assignment")
    found = assigning.desk(post.department)
    context = {
        "may": may,
        "strategies": [
            {
                "name": name,
                "words": words.say(f"workbench.assign.strategy.{name}"),
                "line": words.say(f"workbench.assign.strategy.{name}.line"),
                "chosen": name == found.strategy,
            }
            for name in found.strategies
        ],
        "clerks": [_clerk(one, found) for one in found.clerks],
        "faults": [forms.Fault("", "", problems.fault_sentence(fault)) for fault in faults],
    }
    return posts.page(request, "workbench/assignment.html", context, status=422 if faults else 200)


def _change(request: HttpRequest, department: str, account_id: int) -> None:
    if "strategy" in request.POST:
        assigning.configure(department, request.POST["strategy"], account_id=account_id)
        return
    found = assigning.desk(department)
    raw = request.POST.get("post", "")
    clerk = next((one for one in found.clerks if str(one.post_id) == raw), None)
    if clerk is None:
        raise NotFound("post.not_found", "There is no such post here.")
    known = {code for code, _ in found.skills}
    identity.change_post(
        clerk.post_id,
        skills=[code for code in request.POST.getlist("skill") if code in known],
        away_from=_day(request.POST.get("from", "")),
        away_until=_day(request.POST.get("until", "")),
        actor=Actor("staff", str(account_id)),
    )


def _day(raw: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(raw) if raw else None
    except ValueError:
        raise InvalidInput("answer.no_such_date", "There is no such day.", hint="Check it.") from None


def _clerk(one: assigning.Clerk, found: assigning.DeskView) -> dict[str, Any]:
    return {
        "post": one.post_id,
        "who": one.name,
        "load": found.loads.get(one.account_id, 0),
        "away": one.is_away(words.today()),
        "from": one.away_from.isoformat() if one.away_from else "",
        "until": one.away_until.isoformat() if one.away_until else "",
        "skills": [
            {"code": code, "words": _skill(code, name), "chosen": code in one.skills}
            for code, name in found.skills
        ],
        "all": not one.skills,
    }


def _skill(code: str, name: Any) -> str:
    kind = code.partition("kind:")[2]
    return words.say(f"workbench.assign.kind.{kind}") if kind else words.text(name)
