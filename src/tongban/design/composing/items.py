"""One edit of a service item's file each: plain JSON in, plain JSON out, nothing else touched. Pure.

What a form does not show (alternatives, decision rules, regional matters) stays as it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tongban.design.composing.editing import Plain, check_code, edited, part_of, refused

LISTS: Final = ("needs", "materials")


def new_item(code: str, name: Mapping[str, str], department: str, subject: str) -> Plain:
    """An item with nothing in it but what a file must have, decided by a clerk of the department.

    Args:
        code: its code.
        name: in three languages.
        department: who decides.
        subject: whom it is about: ``person`` or ``organisation``.
    """
    role = "company" if subject == "organisation" else "person"
    return {
        "item": check_code(code),
        "name": dict(name),
        "summary": dict(name),
        "department": department,
        "kind": "service",
        "roles": {role: "organisation" if subject == "organisation" else "person"},
        "needs": [],
        "limits": {"promised": {"amount": 5, "unit": "working_day"}},
        "handlers": {"county": department},
        "handled_at": "county",
        "via": "workbench",
        "legal_basis": [],
    }


def set_limits(content: Mapping[str, Any], promised: Plain, statutory: Plain | None) -> Plain:
    """The promised and the statutory limit; the law behind a statutory limit that stays is kept."""

    def change(made: Plain) -> None:
        limits = dict(made.get("limits", {}))
        limits["promised"] = dict(promised)
        if statutory is None:
            limits.pop("statutory", None)
        else:
            limits["statutory"] = {**limits.get("statutory", {}), **statutory}
        made["limits"] = limits

    return edited(content, change)


def set_handlers(content: Mapping[str, Any], handlers: Mapping[str, str], handled_at: str) -> Plain:
    """Who handles it at each tier, and the tier whose office decides."""

    def change(made: Plain) -> None:
        made["handlers"] = {tier: department for tier, department in handlers.items() if department}
        made["handled_at"] = handled_at

    return edited(content, change)


def add_need(content: Mapping[str, Any], address: str, why: Mapping[str, str]) -> Plain:
    """One more value that the item needs."""
    if any(need.get("element") == address for need in content.get("needs", [])):
        raise refused("twice", "The item needs this already.", item=address)
    return edited(
        content, lambda made: made.setdefault("needs", []).append({"element": address, "why": dict(why)})
    )


def add_material(content: Mapping[str, Any], material: str, necessity: str) -> Plain:
    """One more document that the item asks for."""
    if any((one.get("material"), one.get("of")) == (material, None) for one in content.get("materials", [])):
        raise refused("twice", "The item asks for this already.", item=material)
    entry = {"material": material, "necessity": necessity}
    return edited(content, lambda made: made.setdefault("materials", []).append(entry))


def set_need(content: Mapping[str, Any], key: str, place: int, settings: Mapping[str, Any]) -> Plain:
    """Settings of one need or document; an empty value takes the key out."""

    def change(made: Plain) -> None:
        entry = part_of(made, key, place)
        for name, value in settings.items():
            if value in (None, ""):
                entry.pop(name, None)
            else:
                entry[name] = value

    return edited(content, change)


def remove_need(content: Mapping[str, Any], key: str, place: int) -> Plain:
    """Take a need or a document out."""
    return edited(content, lambda made: part_of(made, key, place) and made[key].pop(place))


def set_produced(content: Mapping[str, Any], addresses: Sequence[str]) -> Plain:
    """The addresses that get a value when the item is approved; certificates stay."""

    def change(made: Plain) -> None:
        produces = dict(made.get("produces", {}))
        produces["elements"] = list(dict.fromkeys(addresses))
        if not produces["elements"]:
            del produces["elements"]
        if produces:
            made["produces"] = produces
        else:
            made.pop("produces", None)

    return edited(content, change)


def laws_of(value: Any) -> list[Plain]:
    """References to laws as a list, however the file writes them."""
    if isinstance(value, Mapping):
        return [dict(value)]
    return [dict(one) for one in value or []]


def set_basis(content: Mapping[str, Any], laws: Sequence[Mapping[str, str]]) -> Plain:
    """The laws that the item rests on."""
    return edited(content, lambda made: made.update(legal_basis=[dict(one) for one in laws]))


def add_item_role(content: Mapping[str, Any], code: str, kind: str) -> Plain:
    """A further formal role."""
    if check_code(code) in content.get("roles", {}):
        raise refused("twice", "There is a role of this code already.", item=code)

    def change(made: Plain) -> None:
        made["roles"] = {**made.get("roles", {}), code: kind}

    return edited(content, change)
