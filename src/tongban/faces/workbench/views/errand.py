"""A human task of a drawn process: what is to be done, who says what, done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.casework import errands
from tongban.casework.errands import Errand
from tongban.casework.spoken import Word
from tongban.faces.common import forms, problems, words
from tongban.faces.common.numbers import whole
from tongban.faces.workbench import changes, posts
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotFound, TongbanError

LONGEST: Final = 500
"""Characters of what is said about a task."""
_FORM: Final = "form:"
"""Front of the names of a form's fields."""
TARGETS: Final = {"word": "f-word-agrees", "reason": "f-reason"}
"""Where the summary of faults leads to, in the form of a department's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a clerk had typed on the page."""

    note: str = ""
    what: str = ""
    """What was to be reported upwards."""
    word: str = ""
    reason: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Data element → what stood in its field."""

    def written(self) -> list[changes.Typed]:
        """What would be a pity to lose."""
        named = (
            ("workbench.errand.note", self.note),
            ("workbench.errand.report_what", self.what),
            ("workbench.joint.reason", self.reason),
        )
        return [changes.Typed(words.say(label), text) for label, text in named if text]


@access.role(Role.CLERK)
@require_GET
def errand(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """The task with its instructions and what departments said; nothing of the case but its number."""
    return _page(request, application_id, token)


@access.role(Role.CLERK)
@require_POST
def claim(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """Take it, or give it back."""
    seen = whole(request.POST.get("seen", ""))
    try:
        errands.claim(posts.current(request), application_id, token, seen=seen)
    except Conflict as error:
        messages.warning(request, problems.sentence(error))
    return redirect("workbench:errand", application_id=application_id, token=token)


@access.role(Role.CLERK)
@require_POST
def say(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """A department's word in a joint task; until the leading department concludes it may change."""
    word = request.POST.get("word", "")
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    sent = Sent(word=word, reason=reason)
    try:
        if word not in {"agrees", "objects"}:
            raise InvalidInput(  # noqa: TRY301 -- the same answer as for a refusal below
                "task.no_word", "Neither agreement nor objection.", hint="Choose one.", address="word"
            )
        errands.say(
            posts.current(request),
            application_id,
            token,
            agrees=word == "agrees",
            reason=reason,
            seen=request.POST.get("seen"),
        )
    except InvalidInput as error:
        return _page(request, application_id, token, error=error, sent=sent)
    except (Conflict, NotFound) as error:
        return _late(request, application_id, token, error, sent)
    messages.success(request, words.say("workbench.errand.said"))
    return redirect("workbench:errand", application_id=application_id, token=token)


@access.role(Role.CLERK)
@require_POST
def complete(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """It is done; the process goes on."""
    sent = _sent(request)
    try:
        sent = _filled(request, application_id, token, sent)
        errands.complete(posts.current(request), application_id, token, sent.note, sent.typed)
    except (InvalidInput, Conflict) as error:
        return _page(request, application_id, token, error=error, sent=sent)
    except NotFound as error:
        return _late(request, application_id, token, error, sent)
    messages.success(request, words.say("workbench.errand.done"))
    return redirect("workbench:inbox")


@access.role(Role.CLERK)
@require_POST
def report(request: HttpRequest, application_id: UUID, token: str) -> HttpResponse:
    """Report something upwards; the task itself may go on."""
    sent = _sent(request)
    code = request.POST.get("report", "")
    try:
        sent = _filled(request, application_id, token, sent)
        errands.report(posts.current(request), application_id, token, code, sent.what)
    except InvalidInput as error:
        return _page(request, application_id, token, error=error, sent=sent)
    except NotFound as error:
        return _late(request, application_id, token, error, sent)
    messages.success(request, words.say("workbench.errand.reported"))
    return redirect("workbench:inbox")


def line(one: Errand) -> dict[str, str]:
    """One of them in the inbox."""
    return {
        "title": one.title,
        "number": one.number,
        "event": words.text(one.event_name),
        "since": words.moment(one.since),
        "href": reverse("workbench:errand", args=[one.application_id, one.token]),
        "assigned": identity.display_name(one.assigned_to) if one.assigned_to else "",
    }


def _name(code: str) -> str:
    return _FORM + code


def _sent(request: HttpRequest) -> Sent:
    """What the leading department wrote: the note, and what is reported."""
    return Sent(
        note=request.POST.get("note", "").strip()[:LONGEST],
        what=request.POST.get("what", "").strip()[:LONGEST],
    )


def _filled(request: HttpRequest, application_id: UUID, token: str, sent: Sent) -> Sent:
    """The same with what stood in the fields of the task's form."""
    asked = errands.errand(posts.current(request), application_id, token).asked
    read = forms.read(request.POST, {_name(one.element.code): one.element for one in asked})
    return replace(sent, typed={name.removeprefix(_FORM): raw for name, raw in read.items()})


def _fields(one: Errand, typed: Mapping[str, str], faults: Mapping[str, FieldFault]) -> list[forms.Field]:
    """The form of the task."""
    return [
        forms.field_of(
            asked.element,
            name=_name(asked.element.code),
            label=words.text(asked.element.name),
            catalogue=one.catalogue,
            value=typed.get(asked.element.code),
            required=asked.required,
            fault=faults.get(asked.element.code),
        )
        for asked in one.asked
    ]


def _late(
    request: HttpRequest, application_id: UUID, token: str, error: Conflict | NotFound, sent: Sent
) -> HttpResponse:
    """Somebody was quicker: who, what is safe, and what one had written, so that it is not lost."""
    if isinstance(error, NotFound) and not sent.written():
        raise error
    told = problems.sentence(error)
    if who := posts.colleague(error.params.get("account")):
        told = words.say("workbench.errand.quicker", who=who)
    task = reverse("workbench:errand", args=[application_id, token]) if isinstance(error, Conflict) else ""
    context = {"told": told, "typed": sent.written(), "task": task}
    status = 409 if isinstance(error, Conflict) else 404
    return posts.page(request, "workbench/changed.html", context, status=status)


def _page(
    request: HttpRequest,
    application_id: UUID,
    token: str,
    *,
    error: TongbanError | None = None,
    sent: Sent | None = None,
) -> HttpResponse:
    post = posts.current(request)
    one = errands.opened(post, application_id, token)
    faults = {fault.address: fault for fault in _faults(error)}
    said = {address: problems.fault_sentence(fault) for address, fault in faults.items()}
    context = {
        "errand": one,
        "line": line(one),
        "mine": one.assigned_to == post.account_id,
        "seen": one.assigned_to or "",
        "joint": [_word(each) for each in one.words],
        "refused": problems.sentence(error) if error and not faults else "",
    }
    status = 422 if error else 200
    if not one.leads:
        own = one.own(post.department)
        word, reason = (sent.word, sent.reason) if sent else _before(own)
        context |= {
            "own": own,
            "seen": own.at.isoformat() if own and own.at else "",
            "word": word,
            "reason": reason,
            "errors": said,
            "faults": [forms.Fault(TARGETS[name], "", text) for name, text in said.items()],
        }
        return posts.page(request, "workbench/errand.html", context, status=status)
    sent = sent or Sent()
    fields = _fields(one, sent.typed, faults)
    note = _long("note", "workbench.errand.note", sent.note, said, required=not one.notice)
    what = _long("what", "workbench.errand.report_what", sent.what, said)
    context |= {
        "fields": fields,
        "note": note,
        "what": what,
        "faults": forms.summary(
            [
                fault if address in {"note", "what"} else replace(fault, address=_name(address))
                for address, fault in faults.items()
            ],
            [*fields, note, what],
        ),
    }
    return posts.page(request, "workbench/errand.html", context, status=status)


def _faults(error: TongbanError | None) -> tuple[FieldFault, ...]:
    """What is wrong with which field; an error that names its field is one by itself."""
    if error is None or error.faults or "address" not in error.params:
        return error.faults if error else ()
    return (error.fault(),)


def _long(
    name: str, label: str, value: str, errors: Mapping[str, str], *, required: bool = True
) -> forms.Field:
    """A field for a few sentences."""
    return forms.Field(
        name=name,
        label=words.say(label),
        kind="long",
        value=value,
        error=errors.get(name, ""),
        required=required,
        max_length=LONGEST,
    )


def _before(own: Word | None) -> tuple[str, str]:
    """The form as the department left it: its last word, so that changing it is a change and no retyping."""
    if own is None or own.agrees is None:
        return "", ""
    return "agrees" if own.agrees else "objects", own.reason


def _word(each: Word) -> dict[str, object]:
    """What one department says, with its reason and who said it."""
    state = {None: "open", True: "agrees", False: "objects"}[each.agrees]
    return {
        "department": posts.department(each.department),
        "state": state,
        "tone": {None: "waiting", True: "approved", False: "rejected"}[each.agrees],
        "words": words.say(f"workbench.errand.{state}"),
        "reason": each.reason,
        "who": posts.colleague(each.account_id),
        "at": each.at,
    }
