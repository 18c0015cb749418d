"""A joint review of a service item: who, until when, and what says that it is needed."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.catalogue.domain import Catalogue, with_changes
from tongban.design import actions, queries
from tongban.design.composing import editing, reviews
from tongban.design.composing.editing import Plain
from tongban.faces.common import forms, problems, words
from tongban.faces.common.naming import department_name
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer import effects
from tongban.faces.designer.composer.desk import around, text_of
from tongban.faces.designer.composer.sentences import Speaker
from tongban.faces.designer.composer.shown import item_speaker
from tongban.faces.designer.composer.views.event import readers, seen_of
from tongban.faces.designer.composer.views.item import did, steps, tell
from tongban.faces.designer.drafts import pages
from tongban.identity.domain import Role
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.rules.reviewing import MOST_DAYS

Edit = Callable[[Plain, int, QueryDict, Catalogue], Plain]
_NEW: Final = "new"


@readers
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, draft_id: UUID, code: str, which: str) -> HttpResponse:
    """One joint review of an item, ``new`` for one that is not there yet: look at it, or make one edit."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    content, revision = queries.file(post, draft_id, "items", code)
    held = (content or {}).get(reviews.KEY, [])
    place = len(held) if which == _NEW else whole(which)
    if content is None or place is None or not 0 <= place < len(held) + (which == _NEW):
        raise NotFound("compose.gone", "This part is not there any more.", hint="Open the item again.")
    plain: Plain = dict(content)
    merged = with_changes(around(draft_id, "items", code), {"items": {code: plain}})[0]
    back = f"{reverse('composer:item', args=[draft_id, code])}#rules"
    here = reverse("composer:review", args=[draft_id, code, which])
    act = request.POST.get("act", "")
    faults: list[forms.Fault] = []
    try:
        if act in {"undo", "redo"}:
            again = did(post, draft, code, act, request)
            return redirect(here if place < len(again.get(reviews.KEY, [])) else back)
        if request.method == "POST":
            edit = _EDITS.get("add" if which == _NEW else act, _unknown)
            made = edit(plain, place, request.POST, merged)
            if made != plain:
                actions.save(post, draft_id, "items", code, made, seen_of(request), apart=True)
                tell(request, effects.told(post, draft, code, plain, made))
            gone = act == "remove"
            return redirect(back if gone else reverse("composer:review", args=[draft_id, code, place]))
    except (InvalidInput, Conflict) as error:
        faults = [forms.Fault("review-title", "", problems.sentence(error))]
    rule = held[place] if place < len(held) else {}
    context = _context(plain, rule, merged, request) | {
        "code": code,
        "item_name": text_of(plain.get("name")) or code,
        "new": which == _NEW,
        "place": place,
        "seen": revision,
        "faults": faults,
        "may": draft.state == "drafting" and Role.DESIGNER in post.roles,
        "back": back,
        **steps(draft, code),
    }
    return pages.page(
        request, "composer/review.html", context, draft=draft, tab="composer", status=422 if faults else 200
    )


# ---- edits


def _unknown(_content: Plain, _place: int, _post: QueryDict, _catalogue: Catalogue) -> Plain:
    raise InvalidInput("compose.act", "There is no such edit.", hint="Open the page again.")


def _departments(post: QueryDict, catalogue: Catalogue) -> list[str]:
    return [one for one in catalogue.departments if one in post.getlist("departments")]


def _add(content: Plain, place: int, post: QueryDict, catalogue: Catalogue) -> Plain:
    reason = editing.texts(post, "reason")
    first = next((one for one in reason.values() if one), "")
    if not first:
        raise InvalidInput("compose.review_reason", "Say why they look at it together.")
    whole = {code: one or first for code, one in reason.items()}
    made = reviews.add(content, _departments(post, catalogue), whole)
    return _terms(made, place, post, catalogue)


def _terms(content: Plain, place: int, post: QueryDict, catalogue: Catalogue) -> Plain:
    raw = post.get("limit", "").strip()
    if raw and not 0 < (whole(raw) or 0) <= MOST_DAYS:
        raise InvalidInput("compose.number", "This must be a whole number.")
    silence, over = post.get("silence", ""), post.get("over", "")
    return reviews.set_terms(
        content,
        place,
        departments=_departments(post, catalogue),
        limit=int(raw) if raw else None,
        silence=silence if silence in reviews.SILENCES else reviews.SILENCES[0],
        over=over if over in reviews.OVERS else reviews.OVERS[0],
        reason=editing.texts(post, "reason"),
    )


def _by_decision(content: Plain, place: int, post: QueryDict, catalogue: Catalogue) -> Plain:
    table = _table(catalogue, post.get("table", ""))
    if table is None:
        raise InvalidInput("compose.review_table", "Choose a decision table.")
    given = {name: post.get(f"input.{number}", "") for number, name in enumerate(table.inputs)}
    return reviews.by_decision(content, place, table, given)


def _table(catalogue: Catalogue, chosen: str) -> reviews.Table | None:
    """The table that a form names: ``model/decision``."""
    return next((one for one in reviews.tables(catalogue) if f"{one.decision}/{one.of}" == chosen), None)


_EDITS: Final[Mapping[str, Edit]] = {
    "add": _add,
    "terms": _terms,
    "by_decision": _by_decision,
    "by_condition": lambda content, place, _post, _catalogue: reviews.by_condition(content, place),
    "remove": lambda content, place, _post, _catalogue: reviews.remove(content, place),
}


# ---- what the page shows


def _context(content: Plain, rule: Mapping[str, Any], catalogue: Catalogue, request: HttpRequest) -> Plain:
    says = item_speaker(content, catalogue)
    given = request.POST if request.method == "POST" else request.GET
    held = f"{rule['decision']}/{rule['of']}" if rule.get("of") else ""
    if rule.get("decision") and not held:
        held = next((_name(one) for one in reviews.tables(catalogue) if one.decision == rule["decision"]), "")
    chosen = given.get("table", "") or held
    table = _table(catalogue, chosen)
    return {
        "departments": [
            (code, words.text(one.name), code in rule.get("departments", ()))
            for code, one in catalogue.departments.items()
            if code != content.get("department")
        ],
        "limit": rule.get("limit", ""),
        "silences": [
            (one, words.say(f"composer.review.silence.{one}"), one == rule.get("silence", "waits"))
            for one in reviews.SILENCES
        ],
        "overs": [
            (one, words.say(f"composer.review.over.{one}"), one == rule.get("over_objection", "never"))
            for one in reviews.OVERS
        ],
        "reason": [
            (code, label, (rule.get("reason") or {}).get(code, "")) for code, label in settings.LANGUAGES
        ],
        "names": words.say("composer.say.list").join(
            department_name(catalogue, one) for one in rule.get("departments", ())
        ),
        "when": says.of_text(str(rule["when"]))[0] if rule.get("when") is not None else "",
        "decision": rule.get("decision", ""),
        "decision_name": pages.name_of(catalogue, "decisions", rule.get("decision", "")),
        "tables": [
            (_name(one), _title(one, catalogue), _name(one) == chosen) for one in reviews.tables(catalogue)
        ],
        "table": _shown(table, rule, content, says) if table else None,
    }


def _name(table: reviews.Table) -> str:
    return f"{table.decision}/{table.of}"


def _title(table: reviews.Table, catalogue: Catalogue) -> str:
    name = pages.name_of(catalogue, "decisions", table.decision)
    return name if name == table.of else f"{name} · {table.of}"


def _shown(table: reviews.Table, rule: Mapping[str, Any], content: Plain, says: Speaker) -> dict[str, Any]:
    """What a table asks and what it says, with where each input comes from."""
    needed = reviews.at_hand(content)
    held = rule.get("inputs", {}) if rule.get("decision") == table.decision else {}
    given = reviews.guessed(says.catalogue, table, needed) | held
    return {
        "name": _name(table),
        "code": table.decision,
        "whom": table.whom,
        "days": table.days,
        "inputs": [
            (
                number,
                name,
                [(each, says.label(each), each == given.get(name)) for each in needed],
            )
            for number, name in enumerate(table.inputs)
        ],
    }
