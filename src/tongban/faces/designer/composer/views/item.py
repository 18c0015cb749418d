"""A service item through forms: what everybody has to know of it. What no form shows stays as it stands."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.catalogue.check import check_item
from tongban.catalogue.domain import Catalogue, with_changes
from tongban.catalogue.domain.kinds import TIERS
from tongban.design import actions, queries
from tongban.design.composing import editing, items
from tongban.design.composing.editing import Plain
from tongban.design.queries import DraftView
from tongban.faces.common import forms, problems, words
from tongban.faces.common.naming import department_name
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer import alternatives, effects, sentences
from tongban.faces.designer.composer.desk import around, text_of
from tongban.faces.designer.composer.shown import formal_name_in, item_speaker
from tongban.faces.designer.composer.views.event import readers, seen_of
from tongban.faces.designer.drafts import pages
from tongban.identity.domain import Post, Role
from tongban.kernel.clock import Unit
from tongban.kernel.errors import Conflict, InvalidInput, NotFound

KINDS: Final = ("registration", "certificate", "payment", "confirmation", "service")
CHANNELS: Final = ("online", "hall", "kiosk", "tv", "mobile", "phone")
NECESSITIES: Final = ("required", "conditional", "optional")
RISKS: Final = ("low", "medium", "high")
_TEXTS: Final = ("name", "summary", "result", "appeal")
_MOST: Final = 100_000
Edit = Callable[[Plain, QueryDict], Plain]


@readers
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, draft_id: UUID, code: str) -> HttpResponse:
    """A service item of a draft: look at it, or make one edit."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    content, revision = queries.file(post, draft_id, "items", code)
    if content is None:
        raise NotFound("draft.no_file", "The draft takes this item out.", hint="Undo that first.")
    plain: Plain = dict(content)
    faults: list[forms.Fault] = []
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act in {"undo", "redo"}:
                did(post, draft, code, act, request)
                return redirect(reverse("composer:item", args=[draft_id, code]))
            _check_known(request.POST, queries.base(draft_id))
            made = _EDITS.get(act, _unknown)(plain, request.POST)
            if made != plain:
                actions.save(post, draft_id, "items", code, made, seen_of(request), apart=True)
                tell(request, effects.told(post, draft, code, plain, made))
        except (InvalidInput, Conflict) as error:
            faults = [forms.Fault("item-title", "", problems.sentence(error))]
        else:
            return redirect(f"{reverse('composer:item', args=[draft_id, code])}#{request.POST.get('at', '')}")
    merged, findings = with_changes(around(draft_id, "items", code), {"items": {code: plain}})
    editable = draft.state == "drafting" and Role.DESIGNER in post.roles
    context = _context(plain, merged) | {
        "code": code,
        "seen": revision,
        "faults": faults,
        "may": editable,
        "here": reverse("composer:item", args=[draft_id, code]),
        "focus": _SECTIONS.get(request.GET.get("element", "").partition(".")[0], ""),
        "findings": [
            {
                "words": sentences.finding(one, merged, item_speaker(plain, merged)),
                "error": one.is_error,
                "code": one.code,
            }
            for one in (*findings, *check_item(merged, code))
        ],
        "events": [
            (reverse("composer:event", args=[draft_id, each]), words.text(one.name))
            for each, one in merged.life_events.items()
            if any(use.item == code for use in one.items)
        ],
        **steps(draft, code),
    }
    status = 422 if faults else 200
    return pages.page(request, "composer/item.html", context, draft=draft, tab="composer", status=status)


def tell(request: HttpRequest, lines: Sequence[str]) -> None:
    """Say what an edit changed for applicants, or that it was saved."""
    for line in lines or [words.say("composer.told.saved")]:
        messages.success(request, line)


def steps(draft: DraftView, code: str) -> dict[str, bool]:
    """Whether there is a step of the item's file to undo, and one to do again."""
    file = draft.file("items", code)
    return {"may_undo": bool(file and file.may_undo), "may_redo": bool(file and file.may_redo)}


def did(post: Post, draft: DraftView, code: str, act: str, request: HttpRequest) -> Plain:
    """Undo or redo a step of the item's file and say what that changes; the file after it."""
    before = queries.file(post, draft.id, "items", code)[0]
    step = actions.undo if act == "undo" else actions.redo
    step(post, draft.id, "items", code)
    after = queries.file(post, draft.id, "items", code)[0]
    messages.info(request, words.say(f"composer.did.{act}"))
    for line in effects.told(post, draft, code, before or {}, after) if after and before else ():
        messages.success(request, line)
    return dict(after or {})


_SECTIONS: Final = {
    "limits": "limits", "handlers": "handlers", "handled_at": "handlers", "roles": "roles", "needs": "needs",
    "materials": "materials", "produces": "produced", "legal_basis": "laws", "name": "facts", "via": "facts",
    "department": "facts", "fee": "facts", "kind": "facts", "risk": "facts", "visits": "facts",
    "rules": "rules", "joint_review": "rules",
}  # fmt: skip
"""Key of the file → id of the section where it is edited."""


# ---- edits


def _check_known(post: Mapping[str, str], catalogue: Catalogue) -> None:
    """Refuse what no form offers: a document or a law that the catalogue does not have."""
    for name, known in (("material", catalogue.materials), ("law", catalogue.laws)):
        if post.get(name) and post[name] not in known:
            raise InvalidInput("compose.gone", "This part is not there any more.")


def _unknown(_content: Plain, _post: QueryDict) -> Plain:
    raise InvalidInput("compose.act", "There is no such edit.", hint="Open the page again.")


def _set_facts(content: Plain, post: QueryDict) -> Plain:
    facts: Plain = {}
    for key in _TEXTS:
        given = {language: text for language, text in editing.texts(post, key).items() if text}
        if given and key not in content:
            first = next(iter(given.values()))
            given = {language: given.get(language, first) for language, _ in settings.LANGUAGES}
        if given:
            facts[key] = given
    for key, known in (("kind", KINDS), ("risk", RISKS), ("via", ("system", "workbench"))):
        if post.get(key) in known and (key in content or post[key] != RISKS[0]):
            facts[key] = post[key]
    if post.get("department"):
        facts["department"] = post["department"]
    channels = [one for one in CHANNELS if one in post.getlist("channels")]
    if channels:
        facts["channels"] = channels
    if post.get("visits", "").strip():
        facts["visits"] = _number(post.get("visits", ""), least=0)
    amount = post.get("fee", "").strip()
    if amount and (amount != "0" or "fee" in content):
        facts["fee"] = {"amount": amount}
    return editing.set_facts(content, facts)


def _number(raw: str, least: int = 1) -> int:
    number = whole(raw.strip())
    if number is None or not least <= number <= _MOST:
        raise InvalidInput("compose.number", "This must be a whole number.")
    return number


def _set_limits(content: Plain, post: QueryDict) -> Plain:
    promised = {"amount": _number(post.get("promised", "")), "unit": _unit(post, "promised_unit")}
    statutory = None
    if post.get("statutory", "").strip():
        statutory = {"amount": _number(post.get("statutory", "")), "unit": _unit(post, "statutory_unit")}
    return items.set_limits(content, promised, statutory)


def _unit(post: Mapping[str, str], name: str) -> str:
    known = {str(one) for one in Unit}
    return post[name] if post.get(name) in known else str(Unit.WORKING_DAY)


def _set_handlers(content: Plain, post: QueryDict) -> Plain:
    handlers: dict[str, str] = {tier: post.get(f"handler.{tier}", "") for tier in TIERS}
    tier = post.get("handled_at", "")
    if not handlers.get(tier):
        raise InvalidInput("compose.handler", "Nobody handles it at the tier that decides.")
    return items.set_handlers(content, handlers, tier)


def _add_need(content: Plain, post: QueryDict) -> Plain:
    texts = editing.texts(post, "why")
    first = next((one for one in texts.values() if one), "")
    if not first or not post.get("address"):
        raise InvalidInput("compose.need", "Say what is needed, and why.")
    return items.add_need(
        content, post.get("address", ""), {code: one or first for code, one in texts.items()}
    )


def _place(post: Mapping[str, str]) -> tuple[str, int]:
    key, _, raw = post.get("place", "").partition(".")
    place = whole(raw)
    if key not in items.LISTS or place is None:
        raise InvalidInput("compose.gone", "This part is not there any more.")
    return key, place


def _add_material(content: Plain, post: QueryDict) -> Plain:
    necessity = post.get("necessity", "")
    if not post.get("material") or necessity not in NECESSITIES:
        raise InvalidInput("compose.material", "Choose a document.")
    return items.add_material(content, post.get("material", ""), necessity)


def _produced(content: Plain) -> list[str]:
    return list(content.get("produces", {}).get("elements", ()))


def _add_law(content: Plain, post: QueryDict) -> Plain:
    if not post.get("law"):
        raise InvalidInput("compose.law", "Choose a law.")
    law = {"law": post.get("law", "")}
    article = post.get("article", "").strip()
    if article:
        law["article"] = article
    held = items.laws_of(content.get("legal_basis"))
    return items.set_basis(content, [*held, *([] if law in held else [law])])


def _remove_law(content: Plain, post: QueryDict) -> Plain:
    held = items.laws_of(content.get("legal_basis"))
    return items.set_basis(
        content, [one for place, one in enumerate(held) if str(place) != post.get("place")]
    )


_EDITS: Final[Mapping[str, Edit]] = {
    "facts": _set_facts,
    "limits": _set_limits,
    "handlers": _set_handlers,
    "add_need": _add_need,
    "required": lambda content, post: items.set_need(
        content, *_place(post), {"required": None if post.get("required") == "yes" else False}
    ),
    "remove_need": lambda content, post: items.remove_need(content, *_place(post)),
    "add_material": _add_material,
    "add_produced": lambda content, post: items.set_produced(
        content, [*_produced(content), *post.getlist("address")]
    ),
    "remove_produced": lambda content, post: items.set_produced(
        content, [one for one in _produced(content) if one != post.get("address")]
    ),
    "add_law": _add_law,
    "remove_law": _remove_law,
    "add_role": lambda content, post: items.add_item_role(
        content, post.get("code", "").strip(), post.get("kind", "person")
    ),
}


# ---- what the page shows


def _context(content: Plain, catalogue: Catalogue) -> dict[str, Any]:
    says = item_speaker(content, catalogue)
    departments = [(code, words.text(one.name)) for code, one in catalogue.departments.items()]
    limits = content.get("limits", {})
    units = [(str(one), words.say(f"composer.unit.{one.value}")) for one in Unit]
    addresses = sorted(((name, says.label(name)) for name in says.elements), key=lambda one: one[1])
    return {
        "name": text_of(content.get("name")),
        "texts": [
            {
                "key": key,
                "title": words.say(f"composer.item.{key}"),
                "long": key != "name",
                "languages": [
                    (code, label, (content.get(key) or {}).get(code, ""))
                    for code, label in settings.LANGUAGES
                ],
            }
            for key in _TEXTS
        ],
        "tongues": settings.LANGUAGES,
        "departments": [(code, name, code == content.get("department")) for code, name in departments],
        "kinds": [(one, words.say(f"composer.item.kind.{one}"), one == content.get("kind")) for one in KINDS],
        "risks": [
            (one, words.say(f"composer.item.risk.{one}"), one == content.get("risk", RISKS[0]))
            for one in RISKS
        ],
        "vias": [
            (one, words.say(f"composer.item.via.{one}"), one == content.get("via"))
            for one in ("system", "workbench")
        ],
        "channels": [
            (one, words.say(f"composer.item.channel.{one}"), one in content.get("channels", ("online",)))
            for one in CHANNELS
        ],
        "visits": content.get("visits", 1),
        "fee": (content.get("fee") or {}).get("amount", "0"),
        "limits": [
            (
                each,
                words.say(f"composer.item.limit.{each}"),
                (limits.get(each) or {}).get("amount", ""),
                [(code, label, code == (limits.get(each) or {}).get("unit")) for code, label in units],
            )
            for each in ("promised", "statutory")
        ],
        "tiers": [
            (
                tier,
                words.say(f"composer.tier.{tier}"),
                tier == content.get("handled_at"),
                [(code, label, code == content.get("handlers", {}).get(tier)) for code, label in departments],
            )
            for tier in TIERS
        ],
        "roles": [
            (code, formal_name_in(catalogue, code, kind), words.say(f"composer.kind.{kind}"))
            for code, kind in content.get("roles", {}).items()
        ],
        "role_kinds": [
            (each, words.say(f"composer.kind.{each}"))
            for each in ("person", "organisation", "property", "event")
        ],
        "needs": [_need(place, need, says) for place, need in enumerate(content.get("needs", []))],
        "materials": [_material(place, one, says) for place, one in enumerate(content.get("materials", []))],
        "produced": [(name, says.label(name)) for name in _produced(content)],
        "certificates": [
            text_of(one.get("name")) for one in content.get("produces", {}).get("certificates", [])
        ],
        "laws": [
            (
                words.text(catalogue.laws[one["law"]].title) if one["law"] in catalogue.laws else one["law"],
                one,
            )
            for one in items.laws_of(content.get("legal_basis"))
        ],
        "addresses": addresses,
        "known_materials": [(code, words.text(one.name)) for code, one in catalogue.materials.items()],
        "known_laws": [(code, words.text(one.title)) for code, one in catalogue.laws.items()],
        "necessities": [(one, words.say(f"composer.item.necessity.{one}")) for one in NECESSITIES],
        "rules": [_rule("rules", n, one, says) for n, one in enumerate(content.get("rules", []))],
        "reviews": [
            _rule(
                "joint_review",
                n,
                one,
                says,
                [department_name(catalogue, each) for each in one.get("departments", [])],
            )
            for n, one in enumerate(content.get("joint_review", []))
        ],
        "department_name": department_name(catalogue, content.get("department")),
    }


def _need(place: int, need: Plain, says: sentences.Speaker) -> dict[str, Any]:
    return {
        "place": f"needs.{place}",
        "name": alternatives.joined("needs", need, says),
        "several": "any_of" in need,
        "why": text_of(need.get("why")),
        "when": says.of_text(str(need["when"]))[0] if need.get("when") is not None else "",
        "required": need.get("required", True),
    }


def _rule(
    key: str, place: int, rule: Plain, says: sentences.Speaker, departments: Sequence[str] = ()
) -> dict[str, Any]:
    """A rule or a joint review: when, why, and which decision table says so."""
    return {
        "key": key,
        "place": place,
        "name": words.say("composer.say.list").join(departments) or text_of(rule.get("reason")),
        "why": text_of(rule.get("reason")) if departments else "",
        "when": says.of_text(str(rule["when"]))[0] if rule.get("when") is not None else "",
        "decision": rule.get("decision", ""),
    }


def _material(place: int, one: Plain, says: sentences.Speaker) -> dict[str, Any]:
    return {
        "place": f"materials.{place}",
        "name": alternatives.joined("materials", one, says),
        "several": "any_of" in one,
        "necessity": words.say(f"composer.item.necessity.{one.get('necessity', 'required')}"),
        "when": says.of_text(str(one["when"]))[0] if one.get("when") is not None else "",
    }
