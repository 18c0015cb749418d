"""A review in words: findings, rights, differences and figures as the pages show them."""

from typing import Any, Final
from urllib.parse import urlencode

from tongban.catalogue.difference import Difference
from tongban.catalogue.domain import Catalogue
from tongban.design.review import Effect, Finding, Review
from tongban.design.rights import Right
from tongban.faces.common import words
from tongban.faces.designer.canvas import saying
from tongban.faces.designer.drafts import pages
from tongban.rules.sentences import Sentence

FIGURES: Final = ("fields", "materials", "visits", "days")


def review(found: Review, before: Catalogue, after: Catalogue, draft_id: Any = None) -> dict[str, Any]:
    """Everything that a review shows."""
    findings = [finding(one, after, before, draft_id) for one in found.findings]
    return {
        "errors": [one for one in findings if one["is_error"]],
        "warnings": [one for one in findings if not one["is_error"]],
        "opened": rights(found.opened, after, before),
        "closed": rights(found.closed, before, after),
        "things": things(found.difference, after, before),
        "effects": [effect(one, after, before) for one in found.effects],
    }


def finding(one: Finding, after: Catalogue, before: Catalogue, draft_id: Any) -> dict[str, Any]:
    """One finding: in the person's language what is wrong, and in English exactly what."""
    english = words.language() == "en"
    return {
        "is_error": one.is_error,
        "words": one.message if english else _sentence(one),
        "exact": "" if english else f"{one.message} {one.hint}".strip(),
        "hint": one.hint if english else "",
        "about": pages.name_of(after, one.kind, one.file, before) if one.kind else "",
        "kind": words.say(f"designer.kind.{one.kind}") if one.kind else "",
        "element": one.element,
        "model": one.kind in {"processes", "decisions"},
        "href": where(draft_id, one) if draft_id and one.kind else "",
    }


def _sentence(one: Finding) -> str:
    """What is wrong, in the person's language as exactly as there are words for it."""
    if one.kind == "processes" and (isinstance(one.message, Sentence) or saying.known(one.message)):
        return saying.said(one.message)
    message = f"designer.finding.{one.code}"
    general = "designer.finding.error" if one.is_error else "designer.finding.warning"
    return words.say(message if words.has(message) else general)


def where(draft_id: Any, one: Finding) -> str:
    """The editor of the file, at the element."""
    address = pages.editor(draft_id, one.kind, one.file)
    return f"{address}?{urlencode({'element': one.element})}" if one.element else address


def rights(found: tuple[Right, ...], after: Catalogue, before: Catalogue) -> list[dict[str, Any]]:
    """Rights of one department to one element of one resource in one line, with what they are for."""
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in found:
        line = lines.setdefault(
            (one.department, one.element, one.resource),
            {
                "department": pages.name_of(after, "departments", one.department, before),
                "element": pages.name_of(after, "elements", one.element, before),
                "grade": one.grade,
                "grade_words": words.say(f"designer.grade.{one.grade}"),
                "resource": pages.name_of(after, "resources", one.resource, before),
                "owner": pages.name_of(after, "departments", one.owner, before),
                "uses": [],
            },
        )
        use = words.say(
            "designer.rights.use",
            event=pages.name_of(after, "life_events", one.event, before),
            item=pages.name_of(after, "items", one.item, before),
        )
        if use not in line["uses"]:
            line["uses"].append(use)
    return list(lines.values())


def things(found: Difference, after: Catalogue, before: Catalogue) -> list[dict[str, Any]]:
    """The difference: each thing with its sentences."""
    return [
        {
            "name": words.text(changes[0].name) or code,
            "kind": words.say(f"designer.kind.{kind}"),
            "changes": [
                {
                    "words": words.text(one.sentence),
                    "better": one.better,
                    "public": one.public,
                }
                for one in changes
            ],
            "events": [
                pages.name_of(after, "life_events", event, before)
                for event in dict.fromkeys(event for one in changes for event in one.life_events)
            ]
            if kind != "life_events"
            else [],
        }
        for (kind, code), changes in found.by_thing().items()
    ]


def effect(one: Effect, after: Catalogue, before: Catalogue) -> dict[str, Any]:
    """What people notice in one life event, figure by figure."""
    lines = []
    for name in FIGURES:
        was = getattr(one.before, name) if one.before else None
        now = getattr(one.after, name) if one.after else None
        lines.append(
            {
                "label": words.say(f"designer.figure.{name}"),
                "was": "—" if was is None else words.number(was),
                "now": "—" if now is None else words.number(now),
                "way": _way(was, now),
            }
        )
    return {
        "name": pages.name_of(after, "life_events", one.event, before),
        "lines": lines,
        "same": all(line["way"] == "same" for line in lines),
    }


def _way(was: int | None, now: int | None) -> str:
    if was is None or now is None or was == now:
        return "same"
    return "less" if now < was else "more"
