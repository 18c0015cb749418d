"""From what follows to what the composer's templates draw."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString

from tongban.catalogue.domain import Catalogue
from tongban.design.composing.changes import Changes
from tongban.design.composing.outlook import FieldLine, Outlook
from tongban.design.composing.roles import when_text
from tongban.design.composing.sources import Proposal
from tongban.faces.citizen import present
from tongban.faces.common import clocks, promises, words
from tongban.faces.common.naming import department_name, item_name
from tongban.faces.designer.composer import alternatives
from tongban.faces.designer.composer.desk import Desk, text_of
from tongban.faces.designer.composer.sentences import Speaker, finding
from tongban.process import drawing
from tongban.process.planner import Plan

FIGURES = ("fields", "materials", "visits", "days")


def speaker(desk: Desk, *, every: bool = False) -> Speaker:
    """Who says the event's conditions; `every`: also about what nobody brings yet."""
    known = desk.every_element if every else {**desk.every_element, **desk.elements}
    return Speaker(desk.catalogue, known, desk.content.get("roles", {}), desk.role_name)


def join(names: Iterable[str]) -> str:
    """Names in a row."""
    return words.say("composer.say.list").join(names)


def limit(amount: int, unit: Any) -> str:
    """A limit in words; nothing to wait for is "at once"."""
    return clocks.amount(amount, unit) if amount else words.say("clock.at_once")


# ---- the side: what follows


def side(desk: Desk) -> dict[str, Any]:
    """Everything beside the editor."""
    found, catalogue = desk.outlook, desk.catalogue
    says = speaker(desk)
    plan = found.plan
    return {
        "readable": found.readable,
        "findings": findings(found, catalogue, says),
        "errors": sum(one.is_error for one in found.findings),
        "waiting": join(item_name(catalogue, code) for code in found.waiting),
        "figures": figures(found, desk.applying),
        "plan": plan,
        "promised": words.day(plan.promised_on) if plan else "",
        "provisional": clocks.provisional(plan.promised_on) if plan and plan.provisional else "",
        "waits": promises.waits(plan),
        "typical": words.day(found.typical.promised_on) if found.typical else "",
        "typical_differs": bool(plan and found.typical and plan.promised_on != found.typical.promised_on),
        "picture": picture(plan, catalogue, found.depends) if plan and plan.nodes else "",
        "waves": waves(plan, catalogue, found.depends) if plan else [],
        "groups": fields(found, catalogue),
        "asked": len(found.asked(typical=True)),
        "papers": papers(found, catalogue, desk),
        "difference": difference(desk),
        "new": desk.applying is None,
    }


def figures(found: Outlook, applying: Outlook | None) -> list[dict[str, Any]]:
    """Before → after, and what the version that applies now asks."""
    if not found.before or not found.after:
        return []
    now = applying.after if applying else None
    return [
        {
            "name": words.say(f"composer.figure.{each}"),
            "before": getattr(found.before, each),
            "after": getattr(found.after, each),
            "moved": _signed(getattr(found.after, each) - getattr(now, each)) if now else "",
            "worse": bool(now and getattr(found.after, each) > getattr(now, each)),
        }
        for each in FIGURES
    ]


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number else ""


def waves(plan: Plan, catalogue: Catalogue, depends: frozenset[str]) -> list[list[dict[str, Any]]]:
    """The plan in words: who begins at once, who after whom."""
    return [
        [
            {
                "name": item_name(catalogue, node.code),
                "department": department_name(catalogue, node.department),
                "limit": limit(node.limit.amount, node.limit.unit),
                "due": words.day(node.due_on),
                "critical": node.critical,
                "depends": node.code in depends,
                "waits": join(item_name(catalogue, one) for one in plan.waits_for(node.code)),
            }
            for node in plan.nodes
            if node.wave == wave
        ]
        for wave in range(len(plan.waves))
    ]


def picture(plan: Plan, catalogue: Catalogue, depends: frozenset[str]) -> SafeString:
    """The plan as a drawing; what decides the promised date stands out, also in words."""
    marks = {}
    for node in plan.nodes:
        said = [
            department_name(catalogue, node.department),
            limit(node.limit.amount, node.limit.unit),
        ]
        says = [*said]
        if node.critical:
            says.append(words.say("composer.plan.critical"))
        if node.code in depends:
            says.append(words.say("composer.plan.depends"))
        marks[node.code] = drawing.Mark(
            state="active" if node.critical else "waiting" if node.code in depends else "",
            text=" · ".join(said),
            says=join(says),
        )
    names = {node.code: item_name(catalogue, node.code) for node in plan.nodes}
    title = words.say("composer.plan.title")
    drawn = drawing.svg(drawing.picture_of_plan(plan, names), marks, title=title, identity="plan-picture")
    return SafeString(drawn)


def fields(found: Outlook, catalogue: Catalogue) -> list[dict[str, Any]]:
    """The form, by where each value comes from."""
    parts: tuple[tuple[str, tuple[FieldLine, ...]], ...] = (
        ("asked", found.asked(typical=True)),
        ("depends", found.asked(typical=False)),
        ("fetched", tuple(one for one in found.fields if one.origin == "fetched")),
        ("sibling", tuple(one for one in found.fields if one.origin == "sibling")),
    )
    return [
        {
            "kind": kind,
            "title": words.say(f"composer.form.{kind}"),
            "lines": [_field(line, catalogue) for line in lines],
        }
        for kind, lines in parts
        if lines
    ]


def _field(line: FieldLine, catalogue: Catalogue) -> dict[str, Any]:
    why = [
        f"{item_name(catalogue, one.item)}{words.say('common.colon')}{words.text(one.why)}"
        if one.why
        else words.say("composer.form.decides", item=item_name(catalogue, one.item))
        for one in line.because
    ]
    return {
        "name": present.noun(line),  # type: ignore[arg-type]  # it has the role and the element of a question
        "by": join(_source(one, catalogue) for one in dict.fromkeys(line.by)),
        "whys": why,
        "optional": not line.required,
    }


def _source(code: str, catalogue: Catalogue) -> str:
    if code == "sign_in":
        return words.say("composer.form.sign_in")
    resource = catalogue.resources.get(code)
    if resource:
        return f"{department_name(catalogue, resource.department)} {words.text(resource.name)}"
    return item_name(catalogue, code)


def papers(found: Outlook, catalogue: Catalogue, desk: Desk) -> list[dict[str, Any]]:
    """The documents: to bring, to bring sometimes, and what stands for the others."""
    lines = []
    for one in found.papers:
        of = desk.role_name(one.role) if one.role in desk.content.get("roles", {}) else ""
        name = words.text(one.name)
        lines.append(
            {
                "name": words.say("composer.of", role=of, name=name) if of else name,
                "items": join(item_name(catalogue, code) for code in one.items),
                "state": one.state,
                "says": words.say(f"composer.paper.{one.by or one.state}"),
                "optional": not one.required,
            }
        )
    return lines


def findings(found: Outlook, catalogue: Catalogue, says: Speaker) -> list[dict[str, Any]]:
    """What the check finds, errors first, each sentence once."""
    lines: dict[str, dict[str, Any]] = {}
    for one in sorted(found.findings, key=lambda each: not each.is_error):
        sentence = finding(one, catalogue, says)
        element = one.element if one.subject == f"life_events/{found.code}" else ""
        lines.setdefault(
            sentence, {"words": sentence, "error": one.is_error, "code": one.code, "element": element}
        )
    return list(lines.values())


def difference(desk: Desk) -> list[str]:
    """The event as it is now against what applies, in sentences."""
    return told(desk.difference, desk, desk.applying) if desk.applying else []


# ---- what changed, in sentences


def told(found: Changes, desk: Desk, old: Outlook | None) -> list[str]:
    """What changed: items, questions, documents, days, findings."""
    catalogue = desk.catalogue
    says = speaker(desk)

    def items(codes: tuple[str, ...]) -> str:
        return join(item_name(catalogue, code) for code in codes)

    def papers_of(keys: tuple[str, ...]) -> str:
        known = {
            one.key: words.text(one.name) for one in (*desk.outlook.papers, *(old.papers if old else ()))
        }
        return join(known.get(key, key) for key in keys)

    lines = []
    for name, values, names in (
        ("items_added", found.items_added, items),
        ("items_removed", found.items_removed, items),
        ("asked_added", found.asked_added, lambda each: _some(each, says)),
        ("asked_removed", found.asked_removed, lambda each: _some(each, says)),
        ("papers_added", found.papers_added, papers_of),
        ("papers_removed", found.papers_removed, papers_of),
    ):
        if values:
            lines.append(words.say(f"composer.told.{name}", count=len(values), names=names(values)))
    if found.days and found.moved:
        way = "longer" if found.moved > 0 else "shorter"
        lines.append(
            words.say(
                f"composer.told.{way}",
                count=abs(found.moved),
                day=words.day(found.promised[1]) if found.promised else "",
            )
        )
    if found.errors:
        way = "more" if found.errors > 0 else "fewer"
        lines.append(words.say(f"composer.told.errors_{way}", count=abs(found.errors)))
    return lines


_NAMED_FIELDS = 6


def _some(addresses: tuple[str, ...], says: Speaker) -> str:
    """The first few by name: a list that is read aloud must end."""
    names = join(says.label(one) for one in addresses[:_NAMED_FIELDS])
    left = len(addresses) - _NAMED_FIELDS
    return words.say("composer.told.more", names=names, count=left) if left > 0 else names


# ---- the editor's own lines


def item_lines(desk: Desk) -> list[dict[str, Any]]:
    """The items of the event as they stand, with how each is part of it."""
    says = speaker(desk)
    uses = desk.content.get("items", [])
    roles = desk.content.get("roles", {})
    many = [code for code, role in roles.items() if role.get("many")]
    lines = []
    for place, use in enumerate(uses):
        code = str(use.get("item", ""))
        item = desk.catalogue.items.get(code)
        when = when_text(use["when"]) if use.get("when") is not None else ""
        sentence, plain = says.of_text(when) if when else ("", True)
        node = desk.outlook.plan.node(code) if desk.outlook.plan else None
        played = {formal: use.get("roles", {}).get(formal, formal) for formal in item.roles} if item else {}
        lines.append(
            {
                "place": place,
                "code": code,
                "name": item_name(desk.catalogue, code),
                "known": item is not None,
                "department": department_name(desk.catalogue, item.department) if item else "",
                "limit": limit(item.limits.promised.amount, item.limits.promised.unit) if item else "",
                "critical": bool(node and node.critical),
                "how": "chosen" if use.get("chosen_by") else "when" if when else "always",
                "chosen": bool(use.get("chosen_by")),
                "when": when,
                "sentence": sentence,
                "plain": plain,
                "brings": brings(desk.catalogue, code),
                "choices": _choices(desk, code),
                "bindings": _bindings(desk, item.roles if item else {}, played),
                "each": use.get("each", ""),
                "eaches": [(name, desk.role_name(name)) for name in many if name in played.values()],
                "regions": list(use.get("regions", ())),
                "region_names": join(words.region(one) for one in use.get("regions", ())),
                "first": place == 0,
                "last": place == len(uses) - 1,
            }
        )
    return lines


def _choices(desk: Desk, code: str) -> list[dict[str, Any]]:
    """Where one of several is enough in an item."""
    content = desk.catalogue.content.get("items", {}).get(code)
    return alternatives.of_item(content, item_speaker(content, desk.catalogue)) if content else []


def item_speaker(content: Mapping[str, Any], catalogue: Catalogue) -> Speaker:
    """Who says the conditions of an item, by its own roles."""
    kinds = content.get("roles", {})
    known = {
        f"{role}.{code}": element
        for role, kind in kinds.items()
        for code, element in catalogue.elements.items()
        if kind in element.of
    }
    return Speaker(
        catalogue,
        known,
        {role: {"kind": kind} for role, kind in kinds.items()},
        lambda role: formal_name_in(catalogue, role, kinds.get(role, "")),
    )


def _bindings(desk: Desk, formal: Mapping[str, str], played: Mapping[str, str]) -> list[dict[str, Any]]:
    """Who plays each formal role: the event's roles of its kind to choose from."""
    roles = desk.content.get("roles", {})
    return [
        {
            "formal": name,
            "name": formal_name(desk, name, kind),
            "options": [
                (code, desk.role_name(code), code == played.get(name))
                for code, role in roles.items()
                if role.get("kind") == kind
            ],
            "missing": played.get(name) not in roles,
        }
        for name, kind in formal.items()
    ]


def formal_name(desk: Desk, code: str, kind: str) -> str:
    """What an item's own role is called: as this life event calls a role of that code, or some other."""
    own = desk.content.get("roles", {}).get(code)
    if own and own.get("kind") == kind:
        return text_of(own.get("name"))
    return formal_name_in(desk.catalogue, code, kind)


def formal_name_in(catalogue: Catalogue, code: str, kind: str) -> str:
    """What life events call a role of this code; the code itself when none has it."""
    for event in catalogue.life_events.values():
        role = event.roles.get(code)
        if role and role.kind == kind:
            return words.text(role.name)
    return code


def brings(catalogue: Catalogue, code: str) -> str:
    """What an item produces, in short."""
    item = catalogue.items.get(code)
    if item is None:
        return ""
    names = [words.text(issued.name) for issued in item.produces.certificates]
    names += [words.text(catalogue.element(one).name) for one in item.produces.elements]
    return join(dict.fromkeys(names))


def source_lines(desk: Desk) -> list[dict[str, Any]]:
    """The resources that the event asks, with what they answer here."""
    says = speaker(desk)
    found = desk.outlook
    asked = {one.address for one in found.fields if one.origin == "fetched"}
    bound = found.bound.sources if found.bound else ()
    lines = []
    for place, source in enumerate(desk.content.get("sources", [])):
        resource = desk.catalogue.resources.get(str(source.get("resource", "")))
        when = when_text(source["when"]) if source.get("when") is not None else ""
        sentence, plain = says.of_text(when) if when else ("", True)
        given = source.get("roles", {})
        played = {name: given.get(name, name) for name in resource.roles} if resource else {}
        useful = bound[place].answers if place < len(bound) else ()
        lines.append(
            {
                "place": place,
                "code": source.get("resource", ""),
                "name": words.text(resource.name) if resource else source.get("resource", ""),
                "department": department_name(desk.catalogue, resource.department) if resource else "",
                "who": join(desk.role_name(role) for role in dict.fromkeys(played.values())),
                "answers": join(says.label(one) for one in useful if one in asked),
                "when": when,
                "sentence": sentence,
                "plain": plain,
                "bindings": _bindings(desk, resource.roles if resource else {}, played),
            }
        )
    return lines


def proposal_line(one: Proposal, desk: Desk) -> dict[str, Any]:
    """A resource that could be asked."""
    says = speaker(desk)
    resource = desk.catalogue.resources[one.resource]
    return {
        "code": one.resource,
        "name": words.text(resource.name),
        "department": department_name(desk.catalogue, one.department),
        "roles": one.roles,
        "who": join(desk.role_name(role) for _, role in one.roles),
        "answers": join(says.label(name) for name in one.answers),
        "count": len(one.answers),
        "key": join(says.label(name) for name in one.key),
        "missing": join(says.label(name) for name in one.missing),
        "value": "|".join([one.resource, *(f"{formal}={role}" for formal, role in one.roles)]),
    }
