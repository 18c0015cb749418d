"""What was chosen, or typed, on a page with a condition, and the FEEL that comes of it."""

from collections.abc import Collection
from typing import Any, Final

from django.http import HttpRequest

from tongban import rules
from tongban.design.composing.conditions import Builder, Comparison, Group, from_feel, to_feel
from tongban.faces.common import words
from tongban.faces.designer.composer import builder as form
from tongban.faces.designer.composer import shown
from tongban.kernel.errors import InvalidInput
from tongban.rules import FeelSyntaxError

_LONGEST: Final = 4000


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
