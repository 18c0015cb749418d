"""What the composer's forms ask for, as edits of the event's file: one name, one edit."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import QueryDict

from tongban.design.composing import editing, roles, sources
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer.desk import Desk
from tongban.kernel.clock import Unit
from tongban.kernel.errors import InvalidInput

Content = dict[str, Any]
Edit = Callable[[Desk, QueryDict], Content]
_WORDS: Final = 60
_FACTS: Final = ("audience", "stage", "lead")


def edit(desk: Desk, post: QueryDict) -> Content:
    """The content after the edit that a form asks for. InvalidInput for what is none or cannot be made."""
    found = _EDITS.get(post.get("act", ""))
    if found is None:
        raise InvalidInput("compose.act", "There is no such edit.", hint="Open the page again.")
    return found(desk, post)


def _add_item(desk: Desk, post: QueryDict) -> Content:
    """Put an item in; what its conditions read and nobody brings is asked early from now on."""
    made = editing.add_item(desk.content, desk.catalogue, post.get("item", ""))
    before = set(sources.unasked(desk.catalogue, desk.outlook))
    after = desk.with_draft_content(made)
    early = [one for one in sources.unasked(after.catalogue, after.outlook) if one not in before]
    return editing.set_situation(made, [*made.get("situation", ()), *early]) if early else made


def place_of(desk: Desk, item: str) -> int:
    """Where an item stands among the event's; InvalidInput when it is not there any more."""
    for place, use in enumerate(desk.content.get("items", [])):
        if use.get("item") == item:
            return place
    raise InvalidInput("compose.gone", "This part is not there any more.")


def _remove_item(desk: Desk, post: QueryDict) -> Content:
    return editing.remove_item(desk.content, place_of(desk, post.get("item", "")))


def _move_item(step: int) -> Edit:
    def moved(desk: Desk, post: QueryDict) -> Content:
        return editing.move(desk.content, "items", place_of(desk, post.get("item", "")), step)

    return moved


def _use(desk: Desk, post: QueryDict) -> Content:
    """Who plays what in an item, whether the person may leave it out, for whom and where it is done."""
    place = place_of(desk, post.get("item", ""))
    settings: dict[str, Any] = {
        "roles": _bound(post),
        "chosen_by": "applicant" if post.get("chosen") == "yes" else "",
        "each": post.get("each", ""),
        "regions": post.getlist("regions"),
    }
    if post.get("drop_when") == "yes":
        settings["when"] = ""
    return editing.set_use(desk.content, place, **settings)


def _bound(post: Mapping[str, str]) -> dict[str, str]:
    """Formal role → the event's, from the fields ``role:<formal>``."""
    return {
        name.removeprefix("role:"): post[name] for name in post if name.startswith("role:") and post[name]
    }


def _facts(desk: Desk, post: QueryDict) -> Content:
    """The event's own facts. An empty text leaves the old one: no language may be lacking."""
    facts: dict[str, Any] = {}
    for key in ("name", "summary"):
        facts[key] = {language: text for language, text in editing.texts(post, key).items() if text}
    for key in _FACTS:
        if post.get(key):
            facts[key] = post[key]
    amount = post.get("promise_amount", "").strip()
    if amount:
        if not whole(amount, digits=3):
            raise InvalidInput("compose.promise", "A promise is a whole number of days.")
        facts["promise"] = {
            "amount": int(amount),
            "unit": str(Unit(post.get("promise_unit", "working_day"))),
        }
    if "process" in post:
        facts["process"] = post["process"] if post["process"] in desk.catalogue.processes else None
    if "search" in post:
        typed = post.get("search", "").replace("，", "\n").replace("、", "\n").replace(",", "\n").splitlines()
        facts["search"] = list(dict.fromkeys(word.strip()[:_WORDS] for word in typed if word.strip())) or None
    return editing.set_facts(desk.content, facts)


def _many(post: Mapping[str, str]) -> Content | None:
    """How many may play a role; None: exactly one."""
    if post.get("many") != "yes":
        return None
    try:
        least, most = int(post.get("many_min") or 1), int(post.get("many_max") or 20)
    except ValueError:
        raise InvalidInput("compose.many", "Say how many as whole numbers.") from None
    if not 1 <= least <= most <= 200:  # noqa: PLR2004 -- the bounds of the file
        raise InvalidInput("compose.many", "The least number is above the greatest.")
    return {"min": least, "max": most}


def _names(post: Mapping[str, str]) -> dict[str, str]:
    """A name in three languages; one that is lacking is taken from another, so that the file can be kept."""
    names = editing.texts(post, "name")
    given = next((text for text in names.values() if text), "")
    if not given:
        raise InvalidInput("compose.name", "A name is missing.")
    return {language: text or given for language, text in names.items()}


def _add_role(desk: Desk, post: QueryDict) -> Content:
    return roles.add_role(
        desk.content, post.get("code", "").strip(), post.get("kind", "person"), _names(post), _many(post)
    )


def _set_role(desk: Desk, post: QueryDict) -> Content:
    """A role's name, number and, when another is given, its code."""
    code, new = post.get("role", ""), post.get("code", "").strip()
    made = roles.set_role(desk.content, code, _names(post), _many(post))
    held = list(made.get("applicant", []))
    if post.get("applies") != "yes":
        applicants = [one for one in held if one != code]
    else:
        applicants = held if code in held else [*held, code]
    if not applicants:
        raise InvalidInput("compose.last_applicant", "Somebody has to be able to apply.", item=code)
    made = roles.set_applicants(made, applicants)
    return roles.rename_role(made, desk.catalogue, code, new) if new and new != code else made


def _remove_role(desk: Desk, post: QueryDict) -> Content:
    return roles.remove_role(desk.content, desk.catalogue, post.get("role", ""))


def _add_source(desk: Desk, post: QueryDict) -> Content:
    """A resource as proposed (``code|formal=role|…``), several of them, or one by its code alone."""
    made: Content = dict(desk.content)
    for value in post.getlist("source"):
        code, *pairs = value.split("|")
        given = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        made = editing.add_source(made, desk.catalogue, code, given or None)
    return made


def _add_sources(desk: Desk, _post: QueryDict) -> Content:
    """Every resource that takes a question off people and whose key is at hand."""

    def taking(found: tuple[sources.Proposal, ...]) -> Content:
        made: Content = dict(desk.content)
        for one in found:
            made = editing.add_source(made, desk.catalogue, one.resource, dict(one.roles))
        return made

    return taking(
        sources.best_sources(
            desk.catalogue, desk.outlook, lambda found: desk.with_draft_content(taking(found)).outlook
        )
    )


def _place(post: Mapping[str, str]) -> int:
    place = whole(post.get("place", ""))
    if place is None:
        raise InvalidInput("compose.gone", "This part is not there any more.")
    return place


def _set_source(desk: Desk, post: QueryDict) -> Content:
    settings: dict[str, Any] = {"roles": _bound(post)}
    if post.get("drop_when") == "yes":
        settings["when"] = ""
    return editing.set_source(desk.content, _place(post), **settings)


def _ask_early(desk: Desk, post: QueryDict) -> Content:
    held = list(desk.content.get("situation", ()))
    return editing.set_situation(desk.content, [*held, *post.getlist("address")])


def _ask_no_more(desk: Desk, post: QueryDict) -> Content:
    gone = set(post.getlist("address"))
    return editing.set_situation(
        desk.content, [one for one in desk.content.get("situation", ()) if one not in gone]
    )


_EDITS: Final[Mapping[str, Edit]] = {
    "add_item": _add_item,
    "remove_item": _remove_item,
    "up_item": _move_item(-1),
    "down_item": _move_item(1),
    "use": _use,
    "facts": _facts,
    "add_role": _add_role,
    "set_role": _set_role,
    "remove_role": _remove_role,
    "add_source": _add_source,
    "add_sources": _add_sources,
    "set_source": _set_source,
    "remove_source": lambda desk, post: editing.remove_source(desk.content, _place(post)),
    "remove_condition": lambda desk, post: editing.remove_condition(desk.content, _place(post)),
    "computed": lambda desk, _post: editing.set_facts(desk.content, {"process": None}),
    "ask_early": _ask_early,
    "ask_no_more": _ask_no_more,
}
