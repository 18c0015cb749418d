"""One edit of a life event's file each: plain JSON in, plain JSON out, nothing else touched. Pure.

Every function gives a new object and keeps what it does not name, also keys that no form shows. Raises
InvalidInput `compose.*` for an edit that cannot be made, never half of one.
"""

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tongban.catalogue.domain import Catalogue, Resource, ServiceItem
from tongban.catalogue.domain.values import LANGUAGES
from tongban.kernel.errors import InvalidInput

Plain = dict[str, Any]
Change = Callable[[Plain], object]

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")
_USE_KEYS: Final = ("item", "when", "roles", "chosen_by", "each", "regions")
_KIND_NAMES: Final = {
    "person": {"zh-hans": "办事人", "zh-hant": "辦事人", "en": "person"},
    "organisation": {"zh-hans": "单位", "zh-hant": "單位", "en": "organisation"},
    "property": {"zh-hans": "财产", "zh-hant": "財產", "en": "property"},
    "event": {"zh-hans": "这次申请", "zh-hant": "這次申請", "en": "this application"},
}


def edited(content: Mapping[str, Any], change: Change) -> Plain:
    """`content` with one change made to a copy of it."""
    made: Plain = copy.deepcopy(dict(content))
    change(made)
    return made


def refused(code: str, detail: str, **places: Any) -> InvalidInput:
    """The error of an edit that cannot be made."""
    return InvalidInput(f"compose.{code}", detail, **places)


def check_code(code: str) -> str:
    """A code for something new; InvalidInput when it is not made of small letters, digits and underscores."""
    if not CODE.fullmatch(code):
        raise refused("code", "A code is made of small letters, digits and underscores, a letter first.")
    return code


# ---- the event itself


def new_event(code: str, name: Mapping[str, str], audience: str, stage: str, lead: str) -> Plain:
    """A life event with nothing in it but what a file must have: one who applies, and the application."""
    kind = "organisation" if audience == "organisation" else "person"
    role = "applicant" if kind == "person" else "company"
    roles: Plain = {role: {"kind": kind, "name": dict(_KIND_NAMES[kind])}}
    applicant = role
    if kind == "organisation":
        applicant = "legal_representative"
        roles[applicant] = {
            "kind": "person",
            "name": {"zh-hans": "法定代表人", "zh-hant": "法定代表人", "en": "legal representative"},
        }
    roles["application"] = {"kind": "event", "name": dict(_KIND_NAMES["event"])}
    return {
        "life_event": check_code(code),
        "name": dict(name),
        "summary": dict(name),
        "audience": audience,
        "stage": stage,
        "lead": lead,
        "roles": roles,
        "applicant": [applicant],
        "promise": {"amount": 5, "unit": "working_day"},
        "sources": [],
        "items": [],
    }


def copied(content: Mapping[str, Any], code: str, name: Mapping[str, str]) -> Plain:
    """A copy of a life event under another code and name; the figures of an official guide stay behind."""

    def change(made: Plain) -> None:
        made["life_event"] = check_code(code)
        made["name"] = dict(name)
        made.pop("declared", None)

    return edited(content, change)


def set_facts(content: Mapping[str, Any], facts: Mapping[str, Any]) -> Plain:
    """The event's own facts: each key of `facts` replaces the key of the file, None takes it out."""

    def change(made: Plain) -> None:
        for key, value in facts.items():
            if value is None:
                made.pop(key, None)
            elif isinstance(value, dict) and isinstance(made.get(key), dict):
                made[key] = {**made[key], **value}
            else:
                made[key] = value

    return edited(content, change)


# ---- items


def add_item(content: Mapping[str, Any], catalogue: Catalogue, code: str) -> Plain:
    """Put an item at the end; its roles are bound to the event's, a role that is lacking is added."""
    item = catalogue.item(code)
    if any(use["item"] == code for use in content.get("items", [])):
        raise refused("twice", "The item is part of the life event already.", item=code)

    def change(made: Plain) -> None:
        bound = _bind(made, catalogue, item)
        use: Plain = {"item": code}
        if bound:
            use["roles"] = bound
        made.setdefault("items", []).append(use)

    return edited(content, change)


def _bind(made: Plain, catalogue: Catalogue, thing: ServiceItem | Resource) -> dict[str, str]:
    """Formal role → the event's where they differ: the like-named one, else the only one of its kind."""
    roles: dict[str, Any] = made.setdefault("roles", {})
    bound: dict[str, str] = {}
    for formal, kind in thing.roles.items():
        if formal in roles and roles[formal]["kind"] == kind:
            continue
        taken = {*bound.values(), *(name for name in thing.roles if name in roles)}
        fitting = [name for name, role in roles.items() if role["kind"] == kind and name not in taken]
        own = [name for name in fitting if name in made.get("applicant", ())]
        if kind == "event" and fitting:
            bound[formal] = fitting[0]
        elif own or len(fitting) == 1:
            bound[formal] = (own or fitting)[0]
        elif formal in roles:  # the name is taken by something of another kind
            bound[formal] = _free(formal, roles)
            roles[bound[formal]] = {"kind": kind, "name": role_name(catalogue, formal, kind)}
        else:
            roles[formal] = {"kind": kind, "name": role_name(catalogue, formal, kind)}
    return bound


def _free(code: str, taken: Mapping[str, Any]) -> str:
    number = 2
    while f"{code}_{number}" in taken:
        number += 1
    return f"{code}_{number}"


def role_name(catalogue: Catalogue, code: str, kind: str) -> dict[str, str]:
    """What people call a role: as other life events do, else by its kind."""
    for event in catalogue.life_events.values():
        role = event.roles.get(code)
        if role and role.kind == kind:
            return role.name.to_json()
    return dict(_KIND_NAMES[kind])


def remove_item(content: Mapping[str, Any], index: int) -> Plain:
    """Take an item out; its roles stay, since others may be played by them."""
    return edited(content, lambda made: part_of(made, "items", index) and made["items"].pop(index))


def move(content: Mapping[str, Any], key: str, index: int, step: int) -> Plain:
    """Move an entry of a list by one place, -1 up or 1 down; at the edge nothing moves."""

    def change(made: Plain) -> None:
        part_of(made, key, index)
        to = min(max(index + step, 0), len(made[key]) - 1)
        made[key].insert(to, made[key].pop(index))

    return edited(content, change)


def set_use(content: Mapping[str, Any], index: int, **settings: Any) -> Plain:
    """How an item is part of the event: `when`, `roles`, `chosen_by`, `each`, `regions`; empty takes out."""

    def change(made: Plain) -> None:
        use = part_of(made, "items", index)
        for key, value in settings.items():
            if key not in _USE_KEYS:
                raise KeyError(key)
            if value:
                use[key] = value
            else:
                use.pop(key, None)
        if use.get("roles"):
            use["roles"] = {formal: role for formal, role in use["roles"].items() if role != formal}
            if not use["roles"]:
                del use["roles"]

    return edited(content, change)


def part_of(made: Plain, key: str, index: int) -> Plain:
    """An entry of one of the event's lists; InvalidInput when it is not there (any more)."""
    parts = made.get(key, [])
    if not 0 <= index < len(parts):
        raise refused("gone", "This part is not there any more.")
    found: Plain = parts[index]
    return found


# ---- sources


def add_source(
    content: Mapping[str, Any], catalogue: Catalogue, resource: str, roles: Mapping[str, str] | None = None
) -> Plain:
    """Let the event ask a resource, with the resource's roles → the event's."""
    thing = catalogue.resource(resource)

    def change(made: Plain) -> None:
        bound = dict(roles) if roles is not None else _bind(made, catalogue, thing)
        source: Plain = {"resource": resource}
        plain = {formal: role for formal, role in bound.items() if formal != role}
        if roles is not None:
            plain = dict(bound)  # as the files do: every role is named
        if plain:
            source["roles"] = plain
        if source in made.get("sources", []):
            raise refused("twice", "The resource is asked already.", item=resource)
        made.setdefault("sources", []).append(source)

    return edited(content, change)


def set_source(content: Mapping[str, Any], index: int, **settings: Any) -> Plain:
    """A source's `roles` and `when`; an empty value takes the key out."""

    def change(made: Plain) -> None:
        source = part_of(made, "sources", index)
        for key, value in settings.items():
            if value:
                source[key] = value
            else:
                source.pop(key, None)

    return edited(content, change)


def remove_source(content: Mapping[str, Any], index: int) -> Plain:
    """Do not ask a resource any more: what it answers is asked of the person again."""
    return edited(content, lambda made: part_of(made, "sources", index) and made["sources"].pop(index))


# ---- who may use it


def set_condition(content: Mapping[str, Any], index: int, when: str, message: Mapping[str, str]) -> Plain:
    """One of the event's own conditions; an index behind the last adds one."""

    def change(made: Plain) -> None:
        found = made.setdefault("conditions", [])
        if index == len(found):
            found.append({"when": when, "message": dict(message)})
        else:
            part_of(made, "conditions", index).update(when=when, message=dict(message))

    return edited(content, change)


def remove_condition(content: Mapping[str, Any], index: int) -> Plain:
    """Take one of the event's own conditions out."""

    def change(made: Plain) -> None:
        part_of(made, "conditions", index)
        made["conditions"].pop(index)
        if not made["conditions"]:
            del made["conditions"]

    return edited(content, change)


def set_situation(content: Mapping[str, Any], addresses: Sequence[str]) -> Plain:
    """The addresses that are asked early because conditions read them."""
    return set_facts(content, {"situation": list(dict.fromkeys(addresses)) or None})


def texts(values: Mapping[str, str], key: str) -> dict[str, str]:
    """The three languages of a text from a form's ``key.zh-hans`` and so on, blanks taken off."""
    return {language: values.get(f"{key}.{language}", "").strip() for language in LANGUAGES}
