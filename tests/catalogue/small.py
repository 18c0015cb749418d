"""Small catalogues written in the tests themselves, read by the reader that reads files."""

from typing import Any

from tongban.catalogue.domain import Catalogue, from_content

Plain = dict[str, Any]
WHY = {"zh-hans": "登记要用", "zh-hant": "登記要用", "en": "To register it"}


def text(words: str) -> Plain:
    """The same words in every language."""
    return {"zh-hans": words, "zh-hant": words, "en": words}


def need(address: str, **more: Any) -> Plain:
    """An entry of `needs`."""
    return {"element": address, "why": WHY, **more}


def either(*groups: list[str], **more: Any) -> Plain:
    """An entry of `needs` of which one group is enough."""
    return {"any_of": list(groups), "why": WHY, **more}


def element(code: str, **more: Any) -> Plain:
    """A data element that everyone has."""
    kinds = ["person", "organisation", "property", "event"]
    return {
        "element": code,
        "name": text(code),
        "question": text(f"{{role}} {code}?"),
        "of": kinds,
        "type": "string",
        "grade": "internal",
        **more,
    }


def item(code: str, needs: list[Plain], *, roles: dict[str, str] | None = None, **more: Any) -> Plain:
    """A service item of the one department, decided by a clerk within a working day."""
    return {
        "item": code,
        "name": text(code),
        "summary": text(code),
        "department": "bureau",
        "kind": "registration",
        "roles": roles or {"mother": "person", "father": "person"},
        "needs": needs,
        "limits": {"promised": {"amount": 1, "unit": "working_day"}},
        "handlers": {"county": "bureau"},
        "handled_at": "county",
        "via": "workbench",
        **more,
    }


def material(code: str, *replaced_by: Plain) -> Plain:
    """A paper and what stands for it."""
    return {"material": code, "name": text(code), "kind": "proof", "replaced_by": list(replaced_by)}


def resource(code: str, key: list[str], answers: list[str], **more: Any) -> Plain:
    """What the one department shares about a person."""
    roles = {name.partition(".")[0]: "person" for name in (*key, *answers)}
    return {
        "resource": code,
        "name": text(code),
        "department": "bureau",
        "roles": roles,
        "key": key,
        "answers": answers,
        "operation": code,
        **more,
    }


def content(
    *items: Plain,
    elements: tuple[str, ...] = (),
    more_elements: tuple[Plain, ...] = (),
    materials: tuple[Plain, ...] = (),
    resources: tuple[Plain, ...] = (),
    event: Plain | None = None,
    overlays: dict[str, Plain] | None = None,
) -> dict[str, dict[str, Any]]:
    """The content of a catalogue with one life event, `all`, that uses every item."""
    role = {"kind": "person", "name": text("mother")}
    life_event = {
        "life_event": "all",
        "name": text("all"),
        "summary": text("all"),
        "audience": "person",
        "stage": "home",
        "lead": "bureau",
        "roles": {"mother": role, "father": {"kind": "person", "name": text("father")}},
        "applicant": ["mother"],
        "promise": {"amount": 20, "unit": "working_day"},
        "items": [{"item": one["item"]} for one in items],
        **(event or {}),
    }
    made = {
        "departments": {
            "bureau": {
                "department": "bureau",
                "name": text("bureau"),
                "short": text("bureau"),
                "tiers": ["province", "city", "county", "township", "village"],
            }
        },
        "elements": {code: element(code) for code in elements}
        | {one["element"]: one for one in more_elements},
        "materials": {one["material"]: one for one in materials},
        "items": {one["item"]: one for one in items},
        "resources": {one["resource"]: one for one in resources},
        "life_events": {"all": life_event},
    }
    return made | ({"overlays": overlays} if overlays else {})


def catalogue(*items: Plain, **parts: Any) -> Catalogue:
    """The catalogue of `content`."""
    return from_content(content(*items, **parts))
