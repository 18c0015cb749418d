"""A try-out: a made-up applicant walks the drafted life event before anybody else does."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tongban.catalogue import answers as reading
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.catalogue.domain import Catalogue
from tongban.design import queries
from tongban.design.tryout import Step, TryOut, try_out
from tongban.faces.common import problems, words
from tongban.faces.common.sentences import why
from tongban.faces.designer.drafts import pages
from tongban.faces.designer.drafts.views.lists import readers
from tongban.intake.domain import Question
from tongban.kernel.errors import TongbanError
from tongban.process.drawing import svg

_HAND_OVERS: Final = 2
"""Working days that a try-out may end after the promise, since every step hands over the next day only."""


@readers
@require_http_methods(["GET", "POST"])
def tryout(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Choose a life event, look at what is asked and what then happens, change answers and look again."""
    view = queries.draft(pages.post_of(request), draft_id)
    merged, base = queries.merged(draft_id)[0], queries.base(draft_id)
    touched = touched_events(merged, queries.changes(draft_id))
    chosen = request.POST.get("event") or request.GET.get("event") or ""
    if chosen not in merged.life_events:
        chosen = next(iter([*touched, *merged.life_events]), "")
    given = {
        name.removeprefix("v:"): value.strip()
        for name, value in request.POST.items()
        if name.startswith("v:") and isinstance(value, str) and value.strip()
    }
    context: dict[str, Any] = {
        "events": [
            (code, pages.name_of(merged, "life_events", code, base), code in touched, code == chosen)
            for code in sorted(merged.life_events, key=lambda one: (one not in touched, one))
        ],
        "chosen": chosen,
        "name": pages.name_of(merged, "life_events", chosen, base),
        "error": "",
    }
    try:
        typed, faults = _read(merged, given)
        run = try_out(
            merged, chosen, calendars.current(), catalogue.today(), region=pages.REGION, given=typed
        )
    except TongbanError as error:
        context |= {"error": why(error), "exact": "" if words.language() == "en" else str(error)}
    else:
        context |= _shown(merged, run, faults, given)
    return pages.page(request, "designer/tryout.html", context, draft=view, tab="tryout")


def touched_events(merged: Catalogue, changes: Any) -> list[str]:
    """The life events that a draft touches, by themselves, an item of theirs or their process."""
    found = []
    for code, event in merged.life_events.items():
        names = {("life_events", code), ("processes", event.process or "")}
        names |= {("items", use.item) for use in event.items}
        if names & set(changes):
            found.append(code)
    return found


def _read(merged: Catalogue, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the person typed as values; what cannot be one keeps the made-up value, with a sentence."""
    typed: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for address, raw in given.items():
        try:
            element = merged.element(address)
            typed[address] = reading.read(element, raw, merged.lists, today=catalogue.today())
        except TongbanError as error:
            faults[address] = problems.sentence(error)
    return typed, faults


def _shown(merged: Catalogue, run: TryOut, faults: dict[str, str], given: dict[str, str]) -> dict[str, Any]:
    frames = [
        {
            "at": pages.when(frame.at),
            "active": list(frame.active),
            "done": [*frame.completed],
            "skipped": [*frame.skipped],
        }
        for frame in run.frames
    ]
    return {
        "questions": [_question(merged, run, one, faults, given) for one in run.derivation.fields],
        "prefilled": len(run.derivation.prefilled),
        "materials": [words.text(one.bound.material.name) for one in run.derivation.materials],
        "rules": [
            {"item": pages.name_of(merged, "items", item.partition("-")[0]), "words": words.text(rule.reason)}
            for item, rule in run.rules
        ],
        "is_drawn": run.is_drawn,
        "status": run.status,
        "promised_on": run.plan.promised_on,
        "ends_on": run.ends_on,
        "too_late": _too_late(run),
        "steps": [_step(merged, one) for one in run.steps],
        "frames": frames,
        "names": {shape.id: shape.text for shape in run.picture.shapes if shape.text},
        "picture": svg(run.picture, title=words.say("designer.tryout.picture"), identity="run"),
    }


def _too_late(run: TryOut) -> bool:
    """Whether waits and reviews in the drawing break the promise; a hand-over each way is not counted."""
    if run.ends_on is None or run.ends_on <= run.plan.promised_on:
        return False
    return calendars.current().workdays_between(run.plan.promised_on, run.ends_on) > _HAND_OVERS


def _question(
    merged: Catalogue, run: TryOut, one: Question, faults: dict[str, str], given: dict[str, str]
) -> dict[str, Any]:
    value = run.answers.get(one.address)
    codes = merged.lists.get(one.element.code_list or "")
    options = [(entry.code, words.text(entry.name)) for entry in codes.codes] if codes else []
    if one.element.type == "boolean":
        options = [("true", words.say("value.yes")), ("false", words.say("value.no"))]
        value = "true" if value in (True, "true") else "false"
    return {
        "address": one.address,
        "label": words.text(one.element.asked_of(one.role.name)),
        "value": given.get(one.address, "")
        if one.address in faults
        else ("" if value is None else str(value)),
        "options": options,
        "fault": faults.get(one.address, ""),
    }


def _step(merged: Catalogue, one: Step) -> dict[str, Any]:
    return {
        "at": pages.when(one.at),
        "element": one.element,
        "name": pages.name_of(merged, "items", one.item.partition("-")[0]) if one.item else one.name,
        "department": pages.name_of(merged, "departments", one.department) if one.department else "",
        "what": one.what,
        "says": one.says,
    }
