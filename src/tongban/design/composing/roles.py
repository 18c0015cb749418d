"""The roles of a life event: added, renamed and taken out with all that hangs on them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tongban import rules
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain.values import renamed, split
from tongban.design.composing.editing import Plain, check_code, edited, refused
from tongban.rules import FeelSyntaxError, tree


def when_text(when: object) -> str:
    """A condition of a file as text: a file may also say true or false."""
    return str(when).lower() if isinstance(when, bool) else str(when)


def add_role(
    content: Mapping[str, Any], code: str, kind: str, name: Mapping[str, str], many: Plain | None = None
) -> Plain:
    """A further role."""
    if check_code(code) in content.get("roles", {}):
        raise refused("twice", "There is a role of this code already.", item=code)

    def change(made: Plain) -> None:
        made.setdefault("roles", {})[code] = {"kind": kind, "name": dict(name)}
        if many:
            made["roles"][code]["many"] = dict(many)

    return edited(content, change)


def set_role(
    content: Mapping[str, Any], code: str, name: Mapping[str, str], many: Plain | None, kind: str = ""
) -> Plain:
    """A role's name, kind, and how many may play it."""

    def change(made: Plain) -> None:
        role = made["roles"].get(code)
        if role is None:
            raise refused("gone", "This part is not there any more.")
        role["name"] = {**role.get("name", {}), **name}
        role["kind"] = kind or role["kind"]
        if many:
            role["many"] = dict(many)
        else:
            role.pop("many", None)

    return edited(content, change)


def set_applicants(content: Mapping[str, Any], roles: Sequence[str]) -> Plain:
    """The roles that may apply."""
    return edited(content, lambda made: made.update(applicant=list(roles)))


def rename_role(content: Mapping[str, Any], catalogue: Catalogue, old: str, new: str) -> Plain:
    """Give a role another code, everywhere: who plays what, who applies, addresses, conditions."""
    if old not in content.get("roles", {}):
        raise refused("gone", "This part is not there any more.")
    if check_code(new) in content["roles"]:
        raise refused("twice", "There is a role of this code already.", item=new)

    def change(made: Plain) -> None:
        made["roles"] = {new if code == old else code: role for code, role in made["roles"].items()}
        made["applicant"] = [new if code == old else code for code in made.get("applicant", [])]
        if "situation" in made:
            made["situation"] = [renamed(name, {old: new}) for name in made["situation"]]
        for kind, entries in (("items", made.get("items", [])), ("sources", made.get("sources", []))):
            for entry in entries:
                _rebind(entry, _formal(catalogue, kind, entry), old, new)
        for holder in _conditions(made):
            holder["when"] = rename_in_feel(when_text(holder["when"]), old, new)

    return edited(content, change)


def _formal(catalogue: Catalogue, kind: str, entry: Plain) -> Mapping[str, Any]:
    code = entry["item" if kind == "items" else "resource"]
    thing = (catalogue.items if kind == "items" else catalogue.resources).get(code)
    return thing.roles if thing else {}


def _rebind(entry: Plain, formal: Mapping[str, Any], old: str, new: str) -> None:
    """`old` is played under its own name where nothing else is said: that has to be said from now on."""
    bound = {name: new if role == old else role for name, role in entry.get("roles", {}).items()}
    if old in formal and old not in bound:
        bound[old] = new
    if new in formal and new not in entry.get("roles", {}):
        bound.pop(new, None)  # it is played under its own name now
    if bound:
        entry["roles"] = bound
    if entry.get("each") == old:
        entry["each"] = new


def _conditions(made: Plain) -> Iterator[Plain]:
    for key in ("conditions", "sources", "items"):
        yield from (one for one in made.get(key, []) if one.get("when") is not None)


def rename_in_feel(text: str, old: str, new: str) -> str:
    """A condition that calls a role differently, character for character the same otherwise.

    A text that is not FEEL stays as it is: the check speaks of it.
    """
    try:
        root = rules.compile(text).tree
    except FeelSyntaxError:
        return text
    for at in sorted(set(_places(root, old)), reverse=True):
        if text[at : at + len(old)] == old:
            text = text[:at] + new + text[at + len(old) :]
    return text


def _places(node: object, name: str) -> Iterator[int]:
    match node:
        case tree.Name(found, at=at):
            if found == name:
                yield at
        case tree.For() | tree.Quantified() if any(loop.name == name for loop in node.loops):
            return  # the name means something else inside
        case tree.Node():
            for part in node.__slots__:
                yield from _places(getattr(node, part), name)
        case tuple():
            for part in node:
                yield from _places(part, name)


def depends_on(content: Mapping[str, Any], catalogue: Catalogue, role: str) -> dict[str, list[str]]:
    """What hangs on a role: codes of items and sources, places of conditions, addresses asked early."""
    found: dict[str, list[str]] = {
        kind: [one[name] for one in content.get(kind, []) if _played(catalogue, kind, one, role)]
        for kind, name in (("items", "item"), ("sources", "resource"))
    }
    found["conditions"] = [
        f"{key}.{index}"
        for key in ("conditions", "sources", "items")
        for index, entry in enumerate(content.get(key, []))
        if _reads(entry, role)
    ]
    found["situation"] = [name for name in content.get("situation", []) if split(name)[0] == role]
    return found


def reads_role(when: str, role: str) -> bool:
    """Whether a condition reads a value of a role; False for a text that is not FEEL."""
    try:
        names = rules.compile(when).names
    except FeelSyntaxError:
        return False
    return any(name == role or name.startswith(f"{role}.") for name in names)


def remove_role(content: Mapping[str, Any], catalogue: Catalogue, role: str) -> Plain:
    """Take a role out with all that `depends_on` it.

    Raises InvalidInput `compose.last_applicant` when nobody could apply any more.
    """
    if list(content.get("applicant", [])) == [role]:
        raise refused("last_applicant", "Somebody has to be able to apply.", item=role)

    def change(made: Plain) -> None:
        made["roles"].pop(role, None)
        made["applicant"] = [code for code in made.get("applicant", []) if code != role]
        for key in ("items", "sources"):
            kept = [one for one in made.get(key, []) if not _played(catalogue, key, one, role)]
            for entry in kept:
                if _reads(entry, role):
                    del entry["when"]
            _put(made, key, kept)
        _put(made, "conditions", [one for one in made.get("conditions", []) if not _reads(one, role)])
        _put(made, "situation", [one for one in made.get("situation", []) if split(one)[0] != role])

    return edited(content, change)


def _put(made: Plain, key: str, kept: list[Any]) -> None:
    if kept or key == "items":
        made[key] = kept
    else:
        made.pop(key, None)


def _played(catalogue: Catalogue, kind: str, entry: Plain, role: str) -> bool:
    """Whether a role of the event plays in an item or a source."""
    bound = entry.get("roles", {})
    played = {bound.get(name, name) for name in _formal(catalogue, kind, entry)}
    return role in played or role in bound.values() or entry.get("each") == role


def _reads(entry: Plain, role: str) -> bool:
    return entry.get("when") is not None and reads_role(when_text(entry["when"]), role)
