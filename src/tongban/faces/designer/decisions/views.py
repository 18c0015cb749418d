"""The page of one decision model of a draft, and everything that its form does."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.design import actions, queries
from tongban.design.domain import READERS
from tongban.faces.common import words
from tongban.faces.common.numbers import whole
from tongban.faces.common.sentences import why
from tongban.faces.designer.decisions import editing, showing, work
from tongban.faces.designer.decisions.work import KIND, Work
from tongban.faces.designer.drafts import pages
from tongban.identity import access
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, InvalidInput, TongbanError
from tongban.rules.dmn.trial import trial
from tongban.rules.dmn.values import to_json

_MANY: Final = 20
"""Rules that a sentence lists; a longer list is counted."""
EDITOR: Final = "X-Editor"
"""The header with which the page's own script asks; it is answered in parts instead of a whole page."""


@access.role(*sorted(READERS))
@require_GET
def decision(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """The table, its findings, the test panel; with ``cell`` in the address the choices for that cell."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    of, first, focus = request.GET.get("of", ""), _first(request), ""
    if element := request.GET.get("element", ""):
        of, focus, first = work.place_of(post, draft_id, code, element)
    found = work.open_(post, draft_id, code, of)
    shown = showing.context(found, first=first, cell=request.GET.get("cell", "")) | {"focus": focus}
    if EDITOR in request.headers:
        shown |= {"draft": draft, "editable": True}
        return render(request, "decisions/parts/cell.html", shown)
    return _page(request, draft, shown)


@access.role(Role.DESIGNER)
@require_POST
def act(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """Keep what was typed, do one thing, and show what came of it."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    of = request.POST.get("of", "")
    found = work.open_(post, draft_id, code, of)
    do = request.POST.get("do", "save").partition(":")[0]
    sent = editing.Sent(dict(request.POST.lists()))
    focus, fault, told, extra = "", "", "", dict[str, Any]()
    status = 200
    try:
        if do in {"undo", "redo"}:
            step = {"undo": actions.undo, "redo": actions.redo}[do]
            step(post, draft_id, KIND, code)
            found, focus = work.open_(post, draft_id, code, of), do
        else:
            if request.POST.get("seen") != str(found.revision):
                raise Conflict(
                    "decisions.changed",
                    "Somebody else has changed this table meanwhile.",
                    hint="Look at it as it is now and make the change again.",
                )
            edited = editing.edit(found, sent)
            found, focus = _keep(post, draft_id, found, edited.text), edited.focus
            told = _told(edited, do)
            if do in {"test", "example"}:
                extra, found = _try(post, draft_id, found, sent, keep=do == "example")
                focus = "outcome"
    except TongbanError as error:
        fault, status = why(error), int(error.status)
    shown = showing.context(found, first=_first(request), cell="") | extra
    shown |= {"fault": fault, "told": told, "draft": draft, "editable": draft.state == "drafting"}
    if EDITOR in request.headers:
        return _answer(request, shown, found, focus=focus, fault=fault, status=status)
    if fault or do in {"test", "example"}:
        return _page(request, draft, shown, status=status)
    if told:
        messages.info(request, told)
    where = reverse("decisions:decision", args=[draft_id, code])
    return redirect(f"{where}?of={found.name}&first={shown.get('first', 0)}#{focus or 'grid'}")


def _told(edited: editing.Edited, do: str) -> str:
    """What the reader should know of a change besides that it was kept."""
    if do != "input.bind":
        return ""
    if not edited.misfits:
        return words.say("designer.decision.bind.fits")
    rules = words.say("designer.decision.find.and").join(str(one) for one in edited.misfits[:_MANY])
    more = len(edited.misfits) > _MANY
    message = "designer.decision.bind.misfits_more" if more else "designer.decision.bind.misfits"
    return words.say(message, rules=rules, number=len(edited.misfits))


def _keep(post: Any, draft_id: UUID, found: Work, text: str) -> Work:
    """Save the model when it has changed."""
    if text == found.text and found.revision:
        return found
    content = {"code": found.code, "model": text}
    revision = actions.save(post, draft_id, KIND, found.code, content, found.revision)
    return work.work(found.code, text, revision, found.catalogue, found.name)


def _try(
    post: Any, draft_id: UUID, found: Work, sent: editing.Sent, *, keep: bool
) -> tuple[dict[str, Any], Work]:
    """Decide over the test panel's values; with `keep` they become an example."""
    model = found.model()
    names = model.inputs_of(found.name)
    given = editing.inputs_of(sent, names, model.input_types)
    tried = trial(found.text, found.name, given, found.resolve)
    if keep:
        if tried.verdict.failed:
            raise InvalidInput("decisions.example", "A decision that fails cannot become an example.")
        text = editing.with_example(found, sent, given, to_json(tried.verdict.value))
        found = _keep(post, draft_id, found, text)
    return {
        "test": showing.trial_fields(found, given),
        "outcome": showing.outcome(found, tried),
        "holding": tried.holding,
    }, found


def _answer(
    request: HttpRequest, shown: dict[str, Any], found: Work, *, focus: str, fault: str, status: int
) -> HttpResponse:
    """The parts that the script puts in their place; the table itself only when its shape may differ."""
    do = request.POST.get("do", "save").partition(":")[0]
    body: dict[str, Any] = {
        "revision": found.revision,
        "fault": fault,
        "focus": focus,
        "findings": render_to_string("decisions/parts/findings.html", shown, request),
        "rows": {
            str(one.row - 1): [each.text for each in shown["findings"] if each.row == one.row]
            for one in shown["findings"]
            if one.row is not None
        },
        "said": fault or shown["told"] or words.say("designer.decision.saved"),
    }
    if do != "save" and not fault:
        body["work"] = render_to_string("decisions/parts/work.html", shown, request)
    return JsonResponse(body, status=status)


def _first(request: HttpRequest) -> int:
    return whole(request.GET.get("first", request.POST.get("first", "0")), digits=5) or 0


def _page(request: HttpRequest, draft: Any, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    return pages.page(request, "decisions/decision.html", shown, draft=draft, status=status)
