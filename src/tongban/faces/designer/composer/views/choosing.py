"""What was chosen, or typed, on a page with a condition, and the FEEL that comes of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban import rules
from tongban.design.composing.conditions import Builder, Comparison, Group, from_feel, to_feel
from tongban.design.queries import DraftView
from tongban.faces.common import problems, words
from tongban.faces.designer.composer import builder as form
from tongban.faces.designer.composer import shown
from tongban.faces.designer.drafts import pages
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.rules import FeelSyntaxError

_LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Chosen:
    """How far somebody has come on a page with a condition."""

    made: Builder | None
    """What is chosen; None while an expression is typed."""
    text: str
    """The expression."""
    fault: str = ""
    """Why it could not be kept, in words."""
    outdated: bool = False
    """Somebody else was quicker."""

    def context(self, known: form.Known, held: str) -> dict[str, Any]:
        """What the template of a condition draws of it; `held` is the expression that the file has."""
        return {
            "typing": self.made is None,
            "text": self.text,
            "node": form.shown(self.made, known) if self.made is not None else None,
            "sentence": known.speaker.say(self.made) if self.made is not None else "",
            "check": check(self.text, known) if self.made is None and self.text.strip() else None,
            "fault": self.fault,
            "held": held,
        }


def act_of(request: HttpRequest) -> str:
    """What a page with a condition is asked to do."""
    return (request.POST if request.method == "POST" else request.GET).get("act", "")


def run(
    request: HttpRequest,
    known: form.Known,
    held: str,
    roles: Collection[str],
    keep: Callable[[str], HttpResponse],
    *,
    may_drop: bool = True,
) -> Chosen | HttpResponse:
    """Do the one thing that is asked: choose further, type, choose again, keep it or take it out.

    Args:
        request: what was sent.
        known: what the condition may read.
        held: the expression that the file has.
        roles: names that an expression may read as a whole.
        keep: keeps an expression, empty to take it out, and answers.
        may_drop: whether there may be none.
    """
    act = act_of(request)
    made, text = given(request, known, held)
    try:
        if act in {"save", "drop"}:
            return keep("" if act == "drop" and may_drop else feel(made, text, known, roles))
        if act == "to_text":
            return Chosen(None, tried(made, known) or held or text)
        if act == "to_choose":
            made = from_feel(text, known.elements) if text.strip() else form.EMPTY
            return Chosen(made, text, "" if made else words.say("composer.condition.not_simple"))
        if made is not None and act:
            made = form.act(made, act)
    except FeelSyntaxError as error:
        fault = words.say("composer.condition.syntax", line=error.line, column=error.column)
        return Chosen(made, text, fault)
    except (InvalidInput, Conflict) as error:
        return Chosen(made, text, problems.sentence(error), isinstance(error, Conflict))
    return Chosen(made, text)


def answer(request: HttpRequest, draft: DraftView, context: dict[str, Any]) -> HttpResponse:
    """The page, or for a script the part of it that changed."""
    if getattr(request, "htmx", False):
        name = "check" if act_of(request) == "check" else "condition"
        return render(request, f"composer/parts/{name}.html", {"draft": draft} | context)
    status = 422 if context["fault"] else 200
    return pages.page(request, "composer/condition.html", context, draft=draft, tab="composer", status=status)


def given(request: HttpRequest, known: form.Known, held: str) -> tuple[Builder | None, str]:
    """The builder and the text at hand: as sent, else as the file has it; no builder: it is typed."""
    if request.method == "POST":
        if request.POST.get("mode") == "text":
            return None, request.POST.get("feel", "")[:_LONGEST]
        return form.read(request.POST, known), ""
    if not held:
        return Group(True, (form.EMPTY,)), ""  # noqa: FBT003
    try:
        return from_feel(held, known.elements), held
    except FeelSyntaxError:
        return None, held


def tried(made: Builder | None, known: form.Known) -> str:
    """The FEEL of what was chosen so far, empty while it is not complete."""
    try:
        return to_feel(made, known.elements) if made is not None else ""
    except InvalidInput:
        return ""


def feel(made: Builder | None, text: str, known: form.Known, roles: Collection[str]) -> str:
    """The expression to keep. InvalidInput or FeelSyntaxError when it cannot be kept."""
    if made is None:
        found = rules.compile(text.strip())
        unknown = sorted(name for name in found.names if name not in known.elements and name not in roles)
        if unknown:
            raise InvalidInput("condition.unknown", "Nobody knows this.", names="、".join(unknown))
        return text.strip()
    return to_feel(_without_blanks(made), known.elements)


def _without_blanks(made: Builder) -> Builder:
    """The tree without lines that nobody began."""
    if isinstance(made, Comparison):
        return made
    parts = tuple(
        _without_blanks(one)
        for one in made.parts
        if one != form.EMPTY and (isinstance(one, Comparison) or one.parts)
    )
    return Group(made.every, parts, made.negated)


def check(text: str, known: form.Known) -> dict[str, Any]:
    """What is to be said of an expression while it is typed."""
    try:
        found = rules.compile(text)
        made = from_feel(text, known.elements)
    except FeelSyntaxError as error:
        says = words.say("composer.condition.syntax", line=error.line, column=error.column)
        return {
            "good": False,
            "words": says,
            "hint": f"{error} {error.hint or ''}" if words.language() == "en" else "",
        }
    unknown = sorted(name for name in found.names if "." in name and name not in known.elements)
    if unknown:
        return {"good": False, "words": words.say("composer.condition.unknown", names="、".join(unknown))}
    if made is not None:
        return {"good": True, "words": known.speaker.say(made)}
    names = shown.join(known.speaker.label(name) for name in sorted(found.names))
    return {"good": True, "words": words.say("composer.condition.reads", names=names)}
