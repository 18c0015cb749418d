"""Joint review of one task: who has signed, who has not, what stands against it, until when."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import inbox as casework
from tongban.casework import tasks
from tongban.faces.common import forms, problems, words
from tongban.faces.workbench import changes, posts, present
from tongban.faces.workbench.views.task import LONGEST, own_word
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput


@access.role(Role.CLERK)
@require_GET
def joint(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """The whole review on one page; opening it is on the record of the case."""
    return _page(request, dispatch_id)


@access.role(Role.CLERK)
@require_POST
def sign(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Sign for one's department, or object with reasons; until the item is decided the word may change."""
    word = request.POST.get("word", "")
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    chosen = request.POST.getlist("reasons")
    post = posts.current(request)
    try:
        if word not in {"agrees", "objects"}:
            raise InvalidInput("task.no_word", "Neither agreement nor objection.", hint="Choose one.")  # noqa: TRY301 -- the same answer as for a refusal below
        tasks.sign(
            post,
            dispatch_id,
            agrees=word == "agrees",
            reason=reason,
            reasons=chosen,
            seen=request.POST.get("seen"),
        )
    except InvalidInput as error:
        faults = list(error.faults) or [FieldFault("word", error.code, error.detail, error.hint)]
        return _page(request, dispatch_id, faults=faults, typed=(word, reason, chosen))
    except Conflict as error:
        typed = [changes.Typed(words.say("workbench.joint.reason"), reason)] if reason else []
        return changes.page(request, dispatch_id, error, typed)
    done = "workbench.done.signed" if word == "agrees" else "workbench.done.objected"
    messages.success(request, words.say(done))
    return redirect("workbench:joint", dispatch_id=dispatch_id)


TARGETS = {"word": "f-word-agrees", "reasons": "f-reasons", "reason": "f-reason"}


def _page(
    request: HttpRequest,
    dispatch_id: UUID,
    *,
    faults: list[FieldFault] | None = None,
    typed: tuple[str, str, list[str]] | None = None,
) -> HttpResponse:
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    own = own_word(post, view)
    word, reason, chosen = typed or _before(own)
    errors = {fault.address: problems.fault_sentence(fault) for fault in faults or []}
    context = {
        "task": present.head(view),
        "may": present.task_acts(post, view),
        "joint": present.signatures(view),
        "rules": present.joint_rules(view),
        "own": own,
        "own_rules": present.joint_rules(view, post.department) if own else [],
        "groups": present.groups(view) if own else [],
        "files": present.files(view) if own else [],
        "seen": own.at.isoformat() if own and own.at else "",
        "choices": [
            {
                "code": one.code,
                "words": words.text(one.text),
                "laws": present.laws(one.law, view.catalogue),
                "chosen": one.code in chosen,
            }
            for one in own.choices
        ]
        if own
        else [],
        "word": word,
        "reason": reason,
        "errors": errors,
        "faults": [forms.Fault(TARGETS[name], "", said) for name, said in errors.items()],
        "settling": present.settling(view),
        "history": changes.joint_history(view.dispatch),
        "leads": view.may_decide,
        "lead": words.text(view.dispatch.department.short),
    }
    return posts.page(request, "workbench/joint.html", context, status=422 if faults else 200)


def _before(own: casework.SignatureLine | None) -> tuple[str, str, list[str]]:
    """The form as the department left it: its last word, so that changing it is a change and no retyping."""
    if own is None or own.agrees is None:
        return "", "", []
    return "agrees" if own.agrees else "objects", own.reason, [one.code for one in own.reasons]
