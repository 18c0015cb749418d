"""The condition builder as a form: a tree of lines and groups → fields, and what was chosen → a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.http import QueryDict

from tongban.catalogue.domain import CodeList, DataElement
from tongban.design.composing.conditions import (
    COUNT,
    MAX_DEPTH,
    MAX_PARTS,
    OTHERS,
    TESTS,
    Builder,
    Comparison,
    Group,
    Whose,
    arity,
    kind_of,
    size,
)
from tongban.faces.common import words
from tongban.faces.common.numbers import whole
from tongban.faces.designer.composer.sentences import Speaker
from tongban.kernel import regions
from tongban.kernel.errors import InvalidInput

ROOT: Final = "0"
_PROVINCE, _CITY = 2, 4
_ASKABLE: Final = frozenset({"boolean", "code", "integer", "decimal", "money", "date"})
"""Types of values that one would ask for the sake of a condition alone."""
EMPTY: Final = Comparison("", "is")


@dataclass(frozen=True)
class Known:
    """What a condition of one event may read."""

    elements: Mapping[str, DataElement]
    """Address → element, everything that some role could have."""
    brought: frozenset[str]
    """Addresses that something in the event brings."""
    lists: Mapping[str, CodeList]
    speaker: Speaker
    many: frozenset[str] = frozenset()
    """Roles that several play: a line says whether one of them is enough."""


# ---- what was chosen


def read(post: QueryDict, known: Known, path: str = ROOT) -> Builder:
    """The tree that a form sent. A test that does not fit what is compared gives way to one that does."""
    if post.get(f"n{path}:kind") == "group":
        count = _number(post.get(f"n{path}:count", "0"))
        parts = tuple(read(post, known, f"{path}.{each}") for each in range(min(count, MAX_PARTS)))
        return Group(post.get(f"n{path}:every") != "no", parts, negated=post.get(f"n{path}:not") == "yes")
    return _line(post, known, path)


def _number(raw: str) -> int:
    return whole(raw, digits=3) or 0


def _line(post: QueryDict, known: Known, path: str) -> Comparison:
    address = post.get(f"n{path}:address", "")
    element = known.elements.get(address)
    if element is None:
        return EMPTY
    fitting = TESTS[kind_of(element)]
    was = known.elements.get(post.get(f"n{path}:was", ""))
    same = was is not None and (kind_of(was), was.code_list) == (kind_of(element), element.code_list)
    test = next((one for one in fitting if one == post.get(f"n{path}:test")), fitting[0])
    whose: Whose = ""
    if address.partition(".")[0] in known.many:
        whose = "every" if post.get(f"n{path}:whose") == "every" else "some"
    if not whose and test in OTHERS and post.get(f"n{path}:with") == "other" and same:
        return Comparison(address, test, (), post.get(f"n{path}:other", ""))
    values = [one.strip() for one in post.getlist(f"n{path}:value") if one.strip()] if same else []
    return Comparison(address, test, tuple(values[: arity(test)[1]]), whose=whose)


def act(builder: Builder, name: str) -> Builder:
    """Add to a group or take a part out: ``add_line:0``, ``add_group:0.1``, ``remove:0.2``."""
    what, _, path = name.partition(":")
    steps = [_number(one) for one in path.split(".")[1:]] if path else []
    root = builder if isinstance(builder, Group) else Group(True, (builder,))  # noqa: FBT003
    if what == "remove":
        return _changed(root, steps, None)
    if what in {"add_line", "add_group"}:
        if size(root) >= MAX_PARTS:
            raise InvalidInput("condition.too_large", "The condition is too long.", hint="Make it simpler.")
        return _changed(root, steps, EMPTY if what == "add_line" else Group(False, (EMPTY, EMPTY)))  # noqa: FBT003
    return root


def _changed(group: Group, steps: list[int], more: Builder | None) -> Group:
    if not steps:
        return replace(group, parts=(*group.parts, more)) if more else group
    at, *rest = steps
    if at >= len(group.parts):
        return group
    inner = group.parts[at]
    if not rest and more is None:
        return replace(group, parts=(*group.parts[:at], *group.parts[at + 1 :]))
    if not isinstance(inner, Group):
        return group
    return replace(group, parts=(*group.parts[:at], _changed(inner, rest, more), *group.parts[at + 1 :]))


# ---- what is shown


def shown(builder: Builder, known: Known) -> dict[str, Any]:
    """The tree for the template; a single line stands in a group, so that another can be added."""
    root = builder if isinstance(builder, Group) else Group(True, (builder,))  # noqa: FBT003
    return _node(root, known, ROOT, 1)


def _node(part: Builder, known: Known, path: str, level: int) -> dict[str, Any]:
    common = {"path": path, "dom": path.replace(".", "-"), "removable": path != ROOT}
    if isinstance(part, Group):
        return common | {
            "group": True,
            "every": part.every,
            "negated": part.negated,
            "parts": [
                _node(one, known, f"{path}.{place}", level + 1) for place, one in enumerate(part.parts)
            ],
            "count": len(part.parts),
            "may_group": level < MAX_DEPTH,
        }
    return common | _line_shown(part, known)


def _line_shown(line: Comparison, known: Known) -> dict[str, Any]:
    element = known.elements.get(line.address)
    if element is None:
        return {"address": "", "groups": _addresses(line.address, known)}
    kind = kind_of(element)
    others = [
        (name, known.speaker.label(name), name == line.other)
        for name in sorted(known.brought)
        if name != line.address and name in known.elements and _alike(known.elements[name], element)
    ]
    least, most = arity(line.test)
    return {
        "address": line.address,
        "name": known.speaker.label(line.address),
        "groups": _addresses(line.address, known),
        "tests": [(one, words.say(f"composer.pick.{kind}.{one}"), one == line.test) for one in TESTS[kind]],
        "test": line.test,
        "control": _control(kind, line) if most else "",
        "values": line.values,
        "low": line.values[0] if line.values else "",
        "high": line.values[1] if len(line.values) > 1 else "",
        "two": least == 2,  # noqa: PLR2004 -- between has a low and a high end
        "options": _options(element, kind, line, known),
        "unit": words.unit(element.unit) if element.unit else "",
        "others": others if line.test in OTHERS and not line.whose else [],
        "whose": [
            (each, words.say(f"composer.condition.whose.{each}"), each == line.whose)
            for each in ("some", "every")
        ]
        if line.whose
        else [],
        "with_other": bool(line.other),
    }


def _alike(one: DataElement, other: DataElement) -> bool:
    return (kind_of(one), one.code_list) == (kind_of(other), other.code_list)


def _control(kind: str, line: Comparison) -> str:
    if kind == "code":
        return "several" if line.test in {"in", "not_in"} else "one"
    return {"region": "one", "number": "number", "day": "date", "moment": "datetime-local"}.get(kind, "text")


def _options(element: DataElement, kind: str, line: Comparison, known: Known) -> list[tuple[str, str, bool]]:
    if kind == "code":
        codes = known.lists.get(element.code_list or "")
        found = [(one.code, words.text(one.name)) for one in codes.codes] if codes else []
    elif kind == "region":
        found = _places()
    else:
        return []
    missing = [(one, one) for one in line.values if one not in dict(found)]
    return [(code, name, code in line.values) for code, name in [*missing, *found]]


def _places() -> list[tuple[str, str]]:
    """The instance's province, its cities and their counties, by the digits that their codes begin with."""
    province = regions.region(settings.CONFIG.region)
    found = [(province.code[:_PROVINCE], province.name)]
    for city in regions.children(province.code):
        found.append((city.code[:_CITY], city.name))
        found += [(one.code, f"{city.name}{one.name}") for one in regions.children(city.code)]
    return found


def _addresses(chosen: str, known: Known) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What can be compared: what the event knows, by role; then what would have to be asked first."""
    by_role: dict[str, list[tuple[str, str, bool]]] = {}
    further: list[tuple[str, str, bool]] = []
    for name, element in known.elements.items():
        option = (name, known.speaker.label(name), name == chosen)
        role, _, rest = name.partition(".")
        if name in known.brought or name == chosen or role == COUNT:
            by_role.setdefault(known.speaker.role_name(rest if role == COUNT else role), []).append(option)
        elif element.question is not None and element.type in _ASKABLE:
            further.append(option)
    groups = [(role, sorted(options, key=lambda one: one[1])) for role, options in by_role.items()]
    if further:
        groups.append((words.say("composer.condition.further"), further))
    return groups
